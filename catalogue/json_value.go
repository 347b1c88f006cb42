package catalogue

import (
	"encoding/json"
	"iter"
	"strings"

	"classify"
)

// The functions here take apart JSON that encoding/json has found valid, or the
// beginning of it that is looked at first. They exist because a row has to be
// cut into cells without building a tree of it.

// text is what the scanning functions read.
type text interface{ string | []byte }

func skipSpace[T text](b T, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// valueEnd returns where the value that begins at i ends.
func valueEnd[T text](b T, i int) int {
	if i >= len(b) {
		return i
	}
	switch b[i] {
	case '"':
		return stringEnd(b, i)
	case '{', '[':
		depth := 0
		for i < len(b) {
			switch b[i] {
			case '"':
				i = stringEnd(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
				if depth == 0 {
					return i + 1
				}
			}
			i++
		}
		return i
	}
	for ; i < len(b); i++ {
		switch b[i] {
		case ',', ']', '}', ' ', '\n', '\r', '\t':
			return i
		}
	}
	return i
}

func stringEnd[T text](b T, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return min(i, len(b))
}

// members yields the members of an object in their order.
func members(obj string) iter.Seq2[string, string] {
	return func(yield func(key, value string) bool) {
		i := skipSpace(obj, skipSpace(obj, 0)+1)
		for i < len(obj) && obj[i] == '"' {
			end := stringEnd(obj, i)
			key := obj[i:end]
			i = min(skipSpace(obj, skipSpace(obj, end)+1), len(obj)) // over the colon
			end = valueEnd(obj, i)
			if !yield(key, obj[i:end]) {
				return
			}
			i = skipSpace(obj, skipSpace(obj, end)+1) // over the comma
		}
	}
}

// elements yields the elements of an array in their order.
func elements(array string) iter.Seq[string] {
	return func(yield func(value string) bool) {
		i := skipSpace(array, skipSpace(array, 0)+1)
		for i < len(array) && array[i] != ']' {
			end := valueEnd(array, i)
			if end == i || !yield(array[i:end]) {
				return
			}
			i = skipSpace(array, skipSpace(array, end)+1)
		}
	}
}

// unquote returns the text of a JSON string.
func unquote(s string) string {
	if len(s) >= 2 && strings.IndexByte(s, '\\') < 0 {
		return s[1 : len(s)-1]
	}
	var text string
	if json.Unmarshal([]byte(s), &text) != nil {
		return s
	}
	return text
}

// cellText returns a value as a cell of text. null is empty; an object that is
// a code with its name gives the name; a list gives its parts.
func cellText(v string) string {
	if len(v) == 0 {
		return ""
	}
	switch v[0] {
	case '"':
		return unquote(v)
	case 'n':
		return ""
	case '{':
		for _, wanted := range []string{`"value"`, `"name"`, `"label"`, `"id"`} {
			for key, value := range members(v) {
				if key == wanted && len(value) > 0 && value[0] != '{' && value[0] != '[' {
					return cellText(value)
				}
			}
		}
		return v
	case '[':
		var parts []string
		for e := range elements(v) {
			if len(e) > 0 && e[0] != '[' {
				if t := strings.TrimSpace(cellText(e)); t != "" {
					parts = append(parts, t)
				}
			}
		}
		return strings.Join(parts, "; ")
	}
	return v
}

// addList adds a list of dated values: [{"date": …, "value": …}, …],
// [["2024", 1.5], …] or {"2024": 1.5, …}. A text that is none of these is set
// aside as one point. valid says that it is known to be JSON.
func (b *binding) addList(ind *classify.Indicator, text string, valid bool) {
	if !valid {
		b.scratch = append(b.scratch[:0], text...)
		if !json.Valid(b.scratch) {
			setAside(ind, text)
			return
		}
	}
	list := text[skipSpace(text, 0):]
	switch list[0] {
	case '[':
		if ind.Values == nil {
			ind.Values = make([]classify.Observation, 0, strings.Count(list, ",")/2+1)
		}
		for e := range elements(list) {
			b.addElement(ind, e)
		}
	case '{':
		if p, ok := objectPoint(list); ok {
			b.addPoint(ind, p)
			return
		}
		for key, value := range members(list) {
			b.addPoint(ind, point{unquote(key), scalarText(value)})
		}
	case 'n':
	default:
		setAside(ind, text)
	}
}

func (b *binding) addElement(ind *classify.Indicator, e string) {
	switch e[0] {
	case '{':
		if p, ok := objectPoint(e); ok {
			b.addPoint(ind, p)
			return
		}
	case '[':
		var p point
		n := 0
		for v := range elements(e) {
			switch n {
			case 0:
				p.date = scalarText(v)
			case 1:
				p.value = scalarText(v)
			}
			n++
		}
		if n >= 2 {
			b.addPoint(ind, p)
			return
		}
	}
	setAside(ind, e)
}

// objectPoint reads {"date": …, "value": …}; ok is false without both.
func objectPoint(e string) (p point, ok bool) {
	var date, value bool
	for key, v := range members(e) {
		switch key {
		case `"date"`, `"Date"`, `"DATE"`, `"period"`, `"time"`, `"year"`, `"TIME_PERIOD"`, `"obs_date"`:
			p.date, date = scalarText(v), true
		case `"value"`, `"Value"`, `"VALUE"`, `"OBS_VALUE"`, `"obs_value"`, `"val"`:
			p.value, value = scalarText(v), true
		case `"x"`: // as charts call them, where nothing clearer is there
			if !date {
				p.date, date = scalarText(v), true
			}
		case `"y"`, `"v"`:
			if !value {
				p.value, value = scalarText(v), true
			}
		}
	}
	return p, date && value
}

// scalarText returns a string's text, or any other value as it is written.
func scalarText(v string) string {
	if len(v) > 0 && v[0] == '"' {
		return unquote(v)
	}
	return v
}
