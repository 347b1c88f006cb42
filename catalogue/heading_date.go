package catalogue

import (
	"slices"
	"strings"

	"classify/series"
)

// columnDate reads the heading of a column that holds the values of one date:
// 1990, YR1990, 1990 [YR1990], X1990, 2024Q1, 2024-03, 2024M03, Jan 2024,
// Q1 2024.
func columnDate(heading string) (string, bool) {
	h := strings.TrimSpace(heading)
	if i := strings.IndexByte(h, '['); i > 0 && strings.HasSuffix(h, "]") {
		h = strings.TrimSpace(h[:i])
	}
	switch {
	case len(h) > 2 && (h[:2] == "YR" || h[:2] == "yr"):
		h = h[2:]
	case len(h) > 1 && (h[0] == 'X' || h[0] == 'x' || h[0] == '_'):
		h = h[1:] // as R and SQL tools write a heading that begins with a digit
	}
	if len(h) < 4 || len(h) > 20 {
		return "", false
	}
	if digits(h) == len(h) && h[0] != '1' && h[0] != '2' {
		return "", false // a number, such as a code
	}
	return series.ParseDate(h)
}

// likePeriod reports whether a heading looks like the name of a period: a
// quarter, a month or a year with something around it.
func likePeriod(heading string) bool {
	h := strings.ToLower(strings.TrimSpace(heading))
	if len(h) < 4 || len(h) > 24 {
		return false
	}
	rest := strings.TrimLeft(h, "abcdefghijklmnopqrstuvwxyz")
	if word := h[:len(h)-len(rest)]; len(word) >= 3 {
		isMonth := slices.ContainsFunc(monthNames, func(m string) bool { return strings.HasPrefix(m, word) })
		return isMonth && strings.Trim(rest, " .,-/'0123456789") == "" && strings.ContainsAny(rest, "0123456789")
	}
	if h[0] == 'q' || h[0] == 'h' {
		h = h[1:]
	}
	n := digits(h)
	switch {
	case n == 4 && len(h) > 4:
		return (h[:2] == "19" || h[:2] == "20") && h[4] != '='
	case n == 1 && h[0] >= '1' && h[0] <= '4':
		return strings.Trim(h[1:], "qh -/'0123456789") == "" && strings.ContainsAny(h[1:], "0123456789")
	}
	return false
}

var monthNames = []string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// digits returns how many digits a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
