package units

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"classify"
)

// A name is read from its end, in at most so many places.
const (
	maxGroups   = 6
	maxSuffixes = 6
	maxName     = 1 << 12
)

// Split takes the unit phrase out of a name: "GDP per capita (current US$)"
// becomes "GDP per capita" and "current US$"; "Exports, USD million" becomes
// "Exports" and "USD million". phrase is "" if the name has none, and rest is
// then the name. Brackets that are no unit stay in the name. Of a bracket any
// words about the unit are enough; without brackets every word has to be one of
// a unit. It is safe for concurrent use.
func Split(name string) (rest, phrase string) {
	if len(name) > maxName {
		return name, ""
	}
	if rest, phrase, ok := splitBracket(name); ok {
		return rest, phrase
	}
	return splitSuffix(name)
}

// splitBracket tries the bracketed groups from the last to the first.
func splitBracket(name string) (rest, phrase string, ok bool) {
	end := len(name)
	for range maxGroups {
		from, to := group(name[:end])
		if from < 0 || !mayFollow(name[to:]) {
			return "", "", false
		}
		if inner := strings.TrimSpace(name[from+1 : to-1]); isUnit(inner) {
			return join(name[:from], name[to:]), inner, true
		}
		end = from
	}
	return "", "", false
}

// group returns the last outermost bracketed group of s as s[from:to], or -1.
func group(s string) (from, to int) {
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ')', ']':
			if depth == 0 {
				to = i + 1
			}
			depth++
		case '(', '[':
			if depth--; depth == 0 {
				return i, to
			}
			depth = max(depth, 0)
		}
	}
	return -1, -1
}

// mayFollow reports whether a unit in brackets may stand before the text:
// nothing, more brackets, a separator, a proper name or a place. What goes on in
// small letters is the same thought: "below the $1.90 ($ 2011 PPP) poverty line".
func mayFollow(tail string) bool {
	tail = strings.TrimSpace(tail)
	first, _ := utf8.DecodeRuneInString(tail)
	if tail == "" || !unicode.IsLower(first) {
		return true
	}
	for _, place := range [...]string{"for ", "in ", "by ", "from ", "at "} {
		if strings.HasPrefix(tail, place) {
			return true
		}
	}
	return false
}

// isUnit reports whether a bracketed text is the unit of the name, rather than
// a class of what is measured ("women", "month", "balance").
func isUnit(text string) bool {
	var r reader
	r.read(text, Hints{})
	p := &r.p
	if !p.Known {
		return false
	}
	bare := r.size == 1 && r.items[0].kind != percent
	switch {
	case p.UnitType == classify.UnitCount && p.ScalePow10 == 0 && !r.has(weak):
		return p.Unit == "persons"
	case bare && p.UnitType == classify.UnitDuration:
		return text[len(text)-1] == 's' // "years", but not "year"
	case bare && (r.has(rate) || r.has(share)):
		return false
	case bare && r.has(score):
		return !strings.EqualFold(text, "balance")
	}
	return true
}

// splitSuffix tries what stands behind a separator, the longest first that is
// of unit words alone.
func splitSuffix(name string) (rest, phrase string) {
	rest = name
	end := len(name)
	for range maxSuffixes {
		at, width := separatorBefore(name[:end])
		if at <= 0 {
			break
		}
		if suffix := strings.TrimSpace(name[at+width:]); suffix != "" {
			if !isPureUnit(suffix) {
				break
			}
			rest, phrase = strings.TrimRight(name[:at], " ,;:-–"), suffix
		}
		end = at
	}
	if rest == "" {
		return name, ""
	}
	return rest, phrase
}

// separatorBefore finds the last separator in s.
func separatorBefore(s string) (at, width int) {
	at = -1
	for _, sep := range [...]string{", ", "; ", ": ", " - ", " – ", " — ", " | ", " in "} {
		if i := strings.LastIndex(s, sep); i > at {
			at, width = i, len(sep)
		}
	}
	return at, width
}

// isPureUnit reports whether a text without brackets can only be a unit.
func isPureUnit(text string) bool {
	var r reader
	r.read(text, Hints{})
	p := &r.p
	if !p.Known {
		return false
	}
	for _, it := range r.items[:r.size] {
		if it.kind == unknown && it.zone == head {
			return false
		}
	}
	switch p.UnitType {
	case classify.UnitCurrency, classify.UnitPercentagePoints, classify.UnitRate:
		return true
	case classify.UnitPercentage:
		return r.has(percent)
	case classify.UnitIndex:
		return p.BasePeriod != ""
	case classify.UnitCount:
		return p.ScalePow10 > 0 || p.Unit == "persons"
	case classify.UnitPhysical:
		return true
	case classify.UnitRatio:
		return r.size == 1 && r.count > 2 // "months of imports", but not "ratio"
	case classify.UnitDuration:
		return r.size > 1 || text[len(text)-1] == 's'
	}
	return false
}

// join puts a name together again where a group was taken out.
func join(head, tail string) string {
	head, tail = strings.TrimRight(head, " "), strings.TrimLeft(tail, " ")
	if tail == "" {
		return strings.TrimRight(head, " ,;:-–")
	}
	if head == "" || strings.ContainsRune(",;:)", rune(tail[0])) {
		return head + tail
	}
	return head + " " + tail
}
