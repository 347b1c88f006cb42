package catalogue

import (
	"bytes"
	"encoding/json"
	"iter"
	"strings"

	"classify"
)

// The functions here take apart JSON that encoding/json has found valid. They
// exist because a row has to be cut into cells without building a tree of it.

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// valueEnd returns where the value that begins at i ends.
func valueEnd(b []byte, i int) int {
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

func stringEnd(b []byte, i int) int {
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
func members(obj []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		i := skipSpace(obj, skipSpace(obj, 0)+1)
		for i < len(obj) && obj[i] == '"' {
			end := stringEnd(obj, i)
			key := obj[i:end]
			i = skipSpace(obj, skipSpace(obj, end)+1) // over the colon
			end = valueEnd(obj, i)
			if !yield(key, obj[min(i, end):end]) {
				return
			}
			i = skipSpace(obj, skipSpace(obj, end)+1) // over the comma
		}
	}
}

// elements yields the elements of an array in their order.
func elements(array []byte) iter.Seq[[]byte] {
	return func(yield func(value []byte) bool) {
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
func unquote(s []byte) string {
	if len(s) >= 2 && bytes.IndexByte(s, '\\') < 0 {
		return string(s[1 : len(s)-1])
	}
	var text string
	if json.Unmarshal(s, &text) != nil {
		return string(s)
	}
	return text
}

// cellText returns a value as a cell of text. null is empty; an object that is
// a code with its name gives the name; a list gives its parts.
func cellText(v []byte) string {
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
				if string(key) == wanted && len(value) > 0 && value[0] != '{' && value[0] != '[' {
					return cellText(value)
				}
			}
		}
		return string(v)
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
	return string(v)
}

// addList adds a list of dated values: [{"date": …, "value": …}, …],
// [["2024", 1.5], …] or {"2024": 1.5, …}. A text that is none of these is set
// aside as one point.
func addList(ind *classify.Indicator, text string) {
	b := []byte(text)
	if !json.Valid(b) {
		setAside(ind, text)
		return
	}
	b = b[skipSpace(b, 0):]
	switch b[0] {
	case '[':
		if ind.Values == nil {
			ind.Values = make([]classify.Observation, 0, bytes.Count(b, []byte{','})/2+1)
		}
		for e := range elements(b) {
			addElement(ind, e)
		}
	case '{':
		if p, ok := objectPoint(b); ok {
			addPoint(ind, p)
			return
		}
		for key, value := range members(b) {
			addPoint(ind, point{unquote(key), scalarText(value)})
		}
	case 'n':
	default:
		setAside(ind, text)
	}
}

func addElement(ind *classify.Indicator, e []byte) {
	switch e[0] {
	case '{':
		if p, ok := objectPoint(e); ok {
			addPoint(ind, p)
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
			addPoint(ind, p)
			return
		}
	}
	setAside(ind, string(e))
}

// objectPoint reads {"date": …, "value": …}; ok is false without both.
func objectPoint(e []byte) (p point, ok bool) {
	var date, value bool
	for key, v := range members(e) {
		switch string(key) {
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
func scalarText(v []byte) string {
	if len(v) > 0 && v[0] == '"' {
		return unquote(v)
	}
	return string(v)
}
