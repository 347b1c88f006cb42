package series

import "strings"

// A notation is told apart by its pattern: one letter for every number and
// word of it, in their order.
//
//	y  four digits            q h w m  the words for quarter, half, week, month
//	d  one or two digits      n        the name of a month
//	6  yyyymm                 a        annual, as in 2024-A1
//	8  yyyymmdd               p        a flag: preliminary, estimate, forecast
const longestPattern = 5

// written is a date cut into its numbers and words.
type written struct {
	pattern [longestPattern]byte
	value   [longestPattern]int
	digits  [longestPattern]int
	// mark is what stands before the element: 0 for nothing, ' ' for space
	// alone, otherwise the mark.
	mark [longestPattern]byte
	n    int
}

// readDate reads the notations beside the canonical ones.
func readDate(text string) (calendar, bool) {
	s := trim(text)
	if s == "" || len(s) > longestDate {
		return calendar{}, false
	}
	s = withoutEcho(fold(s))
	s, clock := splitClock(s)
	w, ok := cut(s)
	if !ok {
		return calendar{}, false
	}
	c, ok := w.calendar()
	if !ok || !c.possible() {
		return calendar{}, false
	}
	if clock != "" {
		return atTime(c, clock)
	}
	return c, true
}

var dashes = strings.NewReplacer("\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-",
	"\u2019", "'", "\u00a0", " ", "\u2007", " ", "\u2009", " ", "\u202f", " ")

func fold(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			s = dashes.Replace(s)
			break
		}
	}
	return strings.ToLower(s)
}

// withoutEcho takes away how the World Bank repeats a column's date,
// "2024 [YR2024]", and the prefixes that keep a year from being a number:
// "YR2024", and "X2024" in files that R has written.
func withoutEcho(s string) string {
	if i := strings.IndexByte(s, '['); i > 0 && strings.HasSuffix(s, "]") {
		echo := s[i+1 : len(s)-1]
		s = trim(s[:i])
		if strings.TrimPrefix(echo, "yr") != s {
			return ""
		}
	}
	for _, prefix := range []string{"yr", "x"} {
		if rest, found := strings.CutPrefix(s, prefix); found && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
			return rest
		}
	}
	return s
}

// cut reads the numbers and words of a date.
func cut(s string) (w written, ok bool) {
	for i := 0; i < len(s); {
		mark, next, ok := readMark(s, i)
		if !ok || i == 0 && mark != 0 {
			return w, false
		}
		if i = next; i == len(s) {
			return w, w.n > 0 && (mark == 0 || mark == ')' || mark == '*' || mark == '.')
		}
		j := i
		for j < len(s) && isDigit(s[j]) == isDigit(s[i]) && (isDigit(s[j]) || isLetter(s[j])) {
			j++
		}
		kind, value := byte(0), 0
		if isDigit(s[i]) {
			kind, value = number(s[i:j])
		} else {
			kind, value = word(s[i:j])
		}
		switch {
		case kind == 0 || kind != '-' && w.n == longestPattern:
			return w, false
		case kind != '-': // what says nothing, such as the day of the week
			w.pattern[w.n], w.value[w.n], w.mark[w.n], w.digits[w.n] = kind, value, mark, j-i
			w.n++
		}
		i = j
	}
	return w, w.n > 0
}

// readMark skips what stands between two elements: space and at most one mark.
func readMark(s string, i int) (mark byte, next int, ok bool) {
	for ; i < len(s) && !isDigit(s[i]) && !isLetter(s[i]); i++ {
		switch s[i] {
		case ' ', '\t':
			if mark == 0 {
				mark = ' '
			}
		case '-', '/', '.', ',', ':', '\'', '(', ')', '*', '_':
			if mark != 0 && mark != ' ' {
				return 0, i, false
			}
			mark = s[i]
		default:
			return 0, i, false
		}
	}
	return mark, i, true
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }

// number says which element a run of digits is.
func number(s string) (kind byte, value int) {
	if len(s) > 8 {
		return 0, 0
	}
	for i := range len(s) {
		value = value*10 + int(s[i]-'0')
	}
	switch len(s) {
	case 1, 2:
		return 'd', value
	case 4:
		return 'y', value
	case 6:
		return '6', value
	case 8:
		return '8', value
	}
	return 0, 0
}

var monthNames = [13]string{"", "january", "february", "march", "april", "may", "june", "july", "august",
	"september", "october", "november", "december"}

// word says which element a word is; '-' is one that may be left out.
func word(s string) (kind byte, value int) {
	switch s {
	case "q", "k", "quarter", "qtr":
		return 'q', 0
	case "h", "s", "b", "half", "semester":
		return 'h', 0
	case "w", "week", "wk":
		return 'w', 0
	case "m":
		return 'm', 0
	case "a":
		return 'a', 0
	case "p", "e", "f", "r":
		return 'p', 0
	case "fy", "cy", "year", "st", "nd", "rd", "th", "of",
		"mon", "tue", "wed", "thu", "fri", "sat", "sun",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday":
		return '-', 0
	case "sept":
		return 'n', 9
	}
	if len(s) < 3 {
		return 0, 0
	}
	for i := 1; i <= 12; i++ {
		if s == monthNames[i] || s == monthNames[i][:3] {
			return 'n', i
		}
	}
	return 0, 0
}

// calendar reads the elements by their pattern.
func (w *written) calendar() (calendar, bool) {
	v := &w.value
	switch string(w.pattern[:w.n]) {
	case "y", "ya", "yp":
		return calendar{grain: byYear, year: v[0]}, true
	case "yad":
		return calendar{grain: byYear, year: v[0]}, v[2] == 1
	case "yy": // the fiscal year 2023/2024
		return calendar{grain: byYear, year: v[0]}, v[1] == v[0]+1 && (w.mark[1] == '/' || w.mark[1] == '-')
	case "yqd":
		return calendar{grain: byQuarter, year: v[0], part: v[2]}, true
	case "qdy":
		return calendar{grain: byQuarter, year: v[2], part: v[1]}, true
	case "dqy":
		return calendar{grain: byQuarter, year: v[2], part: v[0]}, true
	case "ydq":
		return calendar{grain: byQuarter, year: v[0], part: v[1]}, true
	case "ynn":
		return quarterOf(v[0], v[1], v[2])
	case "nny":
		return quarterOf(v[2], v[0], v[1])
	case "yhd":
		return calendar{grain: byHalf, year: v[0], part: v[2]}, true
	case "hdy":
		return calendar{grain: byHalf, year: v[2], part: v[1]}, true
	case "dhy":
		return calendar{grain: byHalf, year: v[2], part: v[0]}, true
	case "ywd":
		return calendar{grain: byWeek, year: v[0], part: v[2]}, true
	case "wdy":
		return calendar{grain: byWeek, year: v[2], part: v[1]}, true
	case "ywdd":
		return dayOfWeek(v[0], v[2], v[3])
	case "ymd", "yn", "yd", "dy", "ny", "mdy", "6", "nd":
		return w.month()
	}
	return w.date()
}

// month reads the notations that name a month.
func (w *written) month() (calendar, bool) {
	v, c := &w.value, calendar{grain: byMonth}
	switch string(w.pattern[:w.n]) {
	case "ymd":
		c.year, c.part = v[0], v[2]
	case "mdy":
		c.year, c.part = v[2], v[1]
	case "yn":
		c.year, c.part = v[0], v[1]
	case "ny":
		c.year, c.part = v[1], v[0]
	case "6":
		c.year, c.part = v[0]/100, v[0]%100
	case "dy":
		c.year, c.part = v[1], v[0]
		return c, w.mark[1] == '/' || w.mark[1] == '-' || w.mark[1] == '.' || w.mark[1] == ' '
	case "nd": // Mar-24; "Mar 24" is a day without a year
		c.year, c.part = century(v[1]), v[0]
		return c, w.digits[1] == 2 && (w.mark[1] == '-' || w.mark[1] == '\'')
	case "yd":
		return w.yearAndNumber()
	}
	return c, true
}

// yearAndNumber tells a month from the second half of a fiscal year.
func (w *written) yearAndNumber() (calendar, bool) {
	year, n, mark := w.value[0], w.value[1], w.mark[1]
	follows := w.digits[1] == 2 && n == (year+1)%100
	switch mark {
	case '.':
		if w.digits[1] == 1 { // 2024.0 is a year that went through a float
			return calendar{grain: byYear, year: year}, n == 0
		}
	case '/':
		if follows {
			return calendar{grain: byYear, year: year}, n == 0 || n > 12 // 2010/11 may be November
		}
	case '-':
		if follows && n > 12 {
			return calendar{grain: byYear, year: year}, true
		}
	case ':':
	case ' ':
		if w.digits[1] == 1 {
			return calendar{}, false
		}
	default:
		return calendar{}, false
	}
	return calendar{grain: byMonth, year: year, part: n}, true
}

// date reads the notations that name a day.
func (w *written) date() (calendar, bool) {
	v, c := &w.value, calendar{grain: byDay}
	switch string(w.pattern[:w.n]) {
	case "ynd":
		c.year, c.part, c.day = v[0], v[1], v[2]
	case "dny":
		c.year, c.part, c.day = v[2], v[1], v[0]
	case "ndy":
		c.year, c.part, c.day = v[2], v[0], v[1]
	case "dnd": // 31-Mar-24
		c.year, c.part, c.day = century(v[2]), v[1], v[0]
		return c, w.digits[2] == 2 && w.mark[1] == w.mark[2] && w.mark[1] != ' '
	case "8":
		c.year, c.part, c.day = v[0]/10000, v[0]/100%100, v[0]%100
	case "ydd":
		c.year, c.part, c.day = v[0], v[1], v[2]
		return c, w.sameMarks()
	case "ddy":
		c.year, c.part, c.day = v[2], v[1], v[0]
		switch {
		case !w.sameMarks():
			return c, false
		case w.mark[1] == '.' || v[0] > 12 || v[0] == v[1]: // dots are written by those who put the day first
		case v[1] > 12:
			c.part, c.day = v[0], v[1]
		default:
			return c, false
		}
	default:
		return c, false
	}
	return c, true
}

func (w *written) sameMarks() bool {
	return w.mark[1] == w.mark[2] && (w.mark[1] == '-' || w.mark[1] == '/' || w.mark[1] == '.' || w.mark[1] == ' ')
}

// century reads a year of two digits: from 1970 to 2069.
func century(n int) int {
	if n < 70 {
		return 2000 + n
	}
	return 1900 + n
}

// quarterOf reads "Jan-Mar 2024".
func quarterOf(year, from, to int) (calendar, bool) {
	return calendar{grain: byQuarter, year: year, part: to / 3}, to == from+2 && to%3 == 0
}

// dayOfWeek reads the ISO 8601 form 2024-W09-3.
func dayOfWeek(year, week, day int) (calendar, bool) {
	if !(calendar{grain: byWeek, year: year, part: week}).possible() || day < 1 || day > 7 {
		return calendar{}, false
	}
	c := calendar{grain: byDay}
	c.year, c.part, c.day = civil(weekStart(year, week) + int64(day-1))
	return c, true
}
