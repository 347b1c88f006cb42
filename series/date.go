package series

import "strings"

// grain is how much of the calendar one date names, coarse to fine.
type grain uint8

const (
	byYear grain = iota
	byHalf
	byQuarter
	byMonth
	byWeek
	byDay
	byInstant
)

// day counts days and daySeconds seconds; both count from 1970-01-01.
const daySeconds = 86400

// calendar is one parsed date. The fields beyond its grain are zero.
type calendar struct {
	grain          grain
	year, part     int // part: 1-2 half, 1-4 quarter, 1-12 month, 1-53 week
	day            int
	hour, min, sec int
}

// Years outside of this range are no dates of an economic series: a missing
// marker (9999) or a number that stands where a date should.
const firstYear, lastYear = 1000, 2999

// longestDate bounds what ParseDate looks at; no notation is longer.
const longestDate = 64

// ParseDate reads a date as catalogues write it and returns its canonical
// form: 2024, 2024-S1, 2024-Q1, 2024-03, 2024-W09, 2024-03-31 or
// 2024-03-31T10:00:00Z. A time of midnight, in whatever zone it is written, is
// the day. ok is false for what is no date, for an impossible one, and for one
// that two conventions read differently (05/04/2024, 2010/11). A fiscal year
// written with two years (2023/24) is called by the first. It does not
// allocate when the text is canonical.
func ParseDate(text string) (canonical string, ok bool) {
	if _, ok := canonicalDate(text); ok {
		return text, true
	}
	c, ok := readDate(text)
	if !ok {
		return "", false
	}
	return c.String(), true
}

// canonicalDate reads the canonical forms alone. It is the hot path: nearly
// every date of a catalogue takes it twice.
func canonicalDate(s string) (calendar, bool) {
	var c calendar
	if len(s) < 4 {
		return c, false
	}
	hi, lo := two(s, 0), two(s, 2)
	if hi < 0 || lo < 0 {
		return c, false
	}
	c.year = hi*100 + lo
	switch len(s) {
	case 4:
		c.grain = byYear
	case 7:
		switch s[5] {
		case 'Q':
			c.grain, c.part = byQuarter, int(s[6])-'0'
		case 'S':
			c.grain, c.part = byHalf, int(s[6])-'0'
		default:
			c.grain, c.part = byMonth, two(s, 5)
		}
	case 8:
		if s[5] != 'W' {
			return c, false
		}
		c.grain, c.part = byWeek, two(s, 6)
	case 10:
		if s[7] != '-' {
			return c, false
		}
		c.grain, c.part, c.day = byDay, two(s, 5), two(s, 8)
	case 20:
		if s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z' {
			return c, false
		}
		c.grain, c.part, c.day = byInstant, two(s, 5), two(s, 8)
		c.hour, c.min, c.sec = two(s, 11), two(s, 14), two(s, 17)
		if c.hour|c.min|c.sec == 0 {
			return c, false // midnight is the day
		}
	default:
		return c, false
	}
	if len(s) > 4 && s[4] != '-' {
		return c, false
	}
	return c, c.possible()
}

// two reads two digits; it is negative if they are none.
func two(s string, i int) int {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1000
	}
	return int(a)*10 + int(b)
}

// possible reports whether the calendar has that date.
func (c calendar) possible() bool {
	if c.year < firstYear || c.year > lastYear {
		return false
	}
	switch c.grain {
	case byYear:
		return true
	case byHalf:
		return c.part >= 1 && c.part <= 2
	case byQuarter:
		return c.part >= 1 && c.part <= 4
	case byMonth:
		return c.part >= 1 && c.part <= 12
	case byWeek:
		return c.part >= 1 && c.part <= weeksIn(c.year)
	}
	return c.part >= 1 && c.part <= 12 && c.day >= 1 && c.day <= daysIn(c.year, c.part) &&
		c.hour >= 0 && c.hour < 24 && c.min >= 0 && c.min < 60 && c.sec >= 0 && c.sec < 60
}

// String is the canonical form.
func (c calendar) String() string {
	b := make([]byte, 0, 20)
	b = append(b, byte('0'+c.year/1000), byte('0'+c.year/100%10), byte('0'+c.year/10%10), byte('0'+c.year%10))
	switch c.grain {
	case byYear:
		return string(b)
	case byHalf:
		return string(append(b, '-', 'S', byte('0'+c.part)))
	case byQuarter:
		return string(append(b, '-', 'Q', byte('0'+c.part)))
	case byWeek:
		return string(appendTwo(append(b, '-', 'W'), c.part))
	}
	b = appendTwo(append(b, '-'), c.part)
	if c.grain == byMonth {
		return string(b)
	}
	b = appendTwo(append(b, '-'), c.day)
	if c.grain == byDay {
		return string(b)
	}
	b = appendTwo(append(b, 'T'), c.hour)
	b = appendTwo(append(b, ':'), c.min)
	b = appendTwo(append(b, ':'), c.sec)
	return string(append(b, 'Z'))
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// start is the first second of the period, counted from 1970-01-01.
func (c calendar) start() int64 {
	switch c.grain {
	case byYear:
		return dayNumber(c.year, 1, 1) * daySeconds
	case byHalf:
		return dayNumber(c.year, c.part*6-5, 1) * daySeconds
	case byQuarter:
		return dayNumber(c.year, c.part*3-2, 1) * daySeconds
	case byMonth:
		return dayNumber(c.year, c.part, 1) * daySeconds
	case byWeek:
		return weekStart(c.year, c.part) * daySeconds
	case byDay:
		return dayNumber(c.year, c.part, c.day) * daySeconds
	}
	return dayNumber(c.year, c.part, c.day)*daySeconds + int64(c.hour*3600+c.min*60+c.sec)
}

// instant makes the calendar date of a second counted from 1970-01-01.
func instant(seconds int64) calendar {
	days := floorDiv(seconds, daySeconds)
	rest := int(seconds - days*daySeconds)
	c := calendar{grain: byInstant, hour: rest / 3600, min: rest / 60 % 60, sec: rest % 60}
	c.year, c.part, c.day = civil(days)
	return c
}

// dayNumber counts the days from 1970-01-01 in the Gregorian calendar. The
// method counts from 1 March of year 0, so that the leap day ends a year.
func dayNumber(year, month, day int) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return int64(365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - 719468)
}

// civil is the inverse of dayNumber.
func civil(days int64) (year, month, day int) {
	d := int(days + 719468)
	era := d / 146097
	d -= era * 146097
	y := (d - d/1460 + d/36524 - d/146096) / 365
	d -= 365*y + y/4 - y/100
	m := (5*d + 2) / 153
	day = d - (153*m+2)/5 + 1
	month = m + 3
	year = y + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

var monthLengths = [13]int{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return monthLengths[month]
}

// weekStart is the Monday of an ISO 8601 week: week 1 holds 4 January.
func weekStart(year, week int) int64 {
	fourth := dayNumber(year, 1, 4)
	monday := fourth - (fourth+3)%7
	if (fourth+3)%7 < 0 {
		monday -= 7
	}
	return monday + int64(week-1)*7
}

// weeksIn is the number of ISO 8601 weeks of a year, 52 or 53.
func weeksIn(year int) int { return int(weekStart(year+1, 1)-weekStart(year, 1)) / 7 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// isSpace includes the spaces that spreadsheets and web pages use.
func isSpace(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\u00a0', '\u2007', '\u2009', '\u202f', '\ufeff':
		return true
	}
	return false
}

func trim(s string) string { return strings.TrimFunc(s, isSpace) }

// Start returns when the period that a date names begins, in seconds since
// 1970-01-01 UTC. It reads what ParseDate reads.
func Start(text string) (seconds int64, ok bool) {
	c, ok := canonicalDate(text)
	if !ok {
		if c, ok = readDate(text); !ok {
			return 0, false
		}
	}
	return c.start(), true
}
