package series

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// longestValue bounds what ParseValue looks at.
const longestValue = 64

// ParseValue reads a number as catalogues write it: "1,234.5", "1 234,5",
// "1.234.567", "12,34,567", "(3.2)" for a negative one, "5 %", "1.5E+03", and
// with the flag of a statistical office behind it ("12.3 p", "12.3*"). A lone
// comma before exactly three digits separates thousands. ok is false for the
// empty string, for words and markers of a missing value (null, NaN, "..",
// "n/a", ":", "-") and for what is infinite. It does not allocate for a plain
// number.
func ParseValue(text string) (v float64, ok bool) {
	if plain(text) {
		if v, ok := finite(text); ok {
			return v, true
		}
	}
	s := trim(text)
	if s == "" || len(s) > longestValue {
		return 0, false
	}
	var buf [longestValue]byte
	number, negative, ok := normalise(buf[:0], s)
	if !ok {
		return 0, false
	}
	v, ok = finite(string(number))
	if negative {
		v = -v
	}
	return v, ok
}

func finite(s string) (float64, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return 0, false
	}
	return v, true
}

// plain reports whether the text can be a number of Go's own notation without
// the parts of it that no catalogue means (hexadecimal, underscores, "inf").
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.', c == '-', c == '+':
		case (c == 'e' || c == 'E') && i > 0:
		default:
			return false
		}
	}
	return s != "" && len(s) <= 512
}

// normalise writes the digits of a decorated number into b in Go's notation.
func normalise(b []byte, s string) (number []byte, negative, ok bool) {
	s, negative = sign(s)
	s = strings.TrimSuffix(s, "*")
	s = trim(strings.TrimSuffix(trim(withoutFlag(s)), "%"))
	body, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		body, exponent = s[:i], s[i:]
		if len(exponent) < 2 || !plain(exponent[1:]) {
			return nil, false, false
		}
	}
	decimal := decimalMark(body)
	group, run, digits, groups := rune(0), 0, 0, 0
	for i, r := range body {
		switch {
		case r >= '0' && r <= '9':
			b, run, digits = append(b, byte(r)), run+1, digits+1
		case i == decimal:
			if groups > 0 && run != 3 {
				return nil, false, false
			}
			b, run, groups = append(b, '.'), 0, 0
		case decimal >= 0 && i > decimal, !separates(r), group != 0 && r != group:
			return nil, false, false
		default:
			// "1,234,567" and the Indian "12,34,567"; never "1,2345".
			if run == 0 || run > 3 || groups > 0 && run < 2 {
				return nil, false, false
			}
			group, run, groups = r, 0, groups+1
		}
	}
	if groups > 0 && run != 3 || digits == 0 {
		return nil, false, false
	}
	return append(b, exponent...), negative, true
}

// sign takes the sign off: a leading or trailing minus, or the brackets of
// bookkeeping; a currency sign may stand beside it.
func sign(s string) (string, bool) {
	negative := false
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s, negative = trim(s[1:len(s)-1]), true
	}
	for _, mark := range []string{"-", "\u2212", "\u2013"} {
		if rest, found := strings.CutPrefix(s, mark); found {
			s, negative = rest, !negative
			break
		}
		if rest, found := strings.CutSuffix(s, mark); found {
			s, negative = rest, !negative
			break
		}
	}
	s = strings.TrimPrefix(s, "+")
	for _, symbol := range []string{"$", "\u20ac", "\u00a3", "\u00a5"} {
		s = strings.TrimPrefix(s, symbol)
	}
	return trim(s), negative
}

// withoutFlag drops the letters that statistical offices set behind a value:
// provisional, estimated, break in series, revised and the like.
func withoutFlag(s string) string {
	i := strings.LastIndexAny(s, " \u00a0(")
	if i <= 0 {
		return s
	}
	flag := strings.Trim(s[i:], " \u00a0()")
	if flag == "" || len(flag) > 3 || strings.Trim(flag, "bcdefinprsuvz*") != "" {
		return s
	}
	return trim(s[:i])
}

// decimalMark finds the byte at which the decimals begin, or -1.
func decimalMark(s string) int {
	dot, comma := strings.LastIndexByte(s, '.'), strings.LastIndexByte(s, ',')
	switch {
	case dot >= 0 && comma >= 0:
		return max(dot, comma)
	case dot >= 0 && strings.Count(s, ".") == 1:
		return dot
	case comma >= 0 && strings.Count(s, ",") == 1:
		// Three digits behind a lone comma are thousands, unless nothing or a
		// zero stands before it.
		if len(s)-comma-1 != 3 || comma == 0 || s[:comma] == "0" || strings.IndexFunc(s[:comma], separates) >= 0 {
			return comma
		}
	}
	return -1
}

// separates reports whether the rune groups thousands somewhere.
func separates(r rune) bool {
	return r == ',' || r == '.' || r == '\'' || r == '\u2019' || r != utf8.RuneError && r != '\n' && isSpace(r)
}
