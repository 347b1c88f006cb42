package series

import "strings"

// splitClock separates the time of the day from the date before it. The time
// begins with one or two digits and a colon behind a space or a "t".
func splitClock(s string) (date, clock string) {
	i := strings.IndexByte(s, ':')
	if i < 0 {
		return s, ""
	}
	from := i
	for from > 0 && isDigit(s[from-1]) {
		from--
	}
	if from == i || i-from > 2 || from < 2 || s[from-1] != ' ' && s[from-1] != 't' {
		return s, ""
	}
	return strings.TrimRight(s[:from-1], " ,"), s[from:]
}

// atTime puts a time of the day to a day. Midnight is the day itself, in the
// zone in which it is written; any other time is an instant of UTC.
func atTime(c calendar, clock string) (calendar, bool) {
	if c.grain != byDay {
		return calendar{}, false
	}
	seconds, rest, ok := timeOfDay(clock)
	if !ok {
		return calendar{}, false
	}
	offset, ok := zone(rest)
	if !ok {
		return calendar{}, false
	}
	if seconds == 0 {
		return c, true
	}
	at := instant(c.start() + int64(seconds-offset))
	if at.hour|at.min|at.sec == 0 {
		at.grain = byDay
	}
	return at, at.possible()
}

// timeOfDay reads hh:mm, hh:mm:ss, a fraction of a second (which is dropped)
// and am or pm.
func timeOfDay(s string) (seconds int, rest string, ok bool) {
	hour, rest, ok := smallNumber(s)
	if !ok || !strings.HasPrefix(rest, ":") {
		return 0, "", false
	}
	minute, rest, ok := smallNumber(rest[1:])
	if !ok {
		return 0, "", false
	}
	second := 0
	if strings.HasPrefix(rest, ":") {
		if second, rest, ok = smallNumber(rest[1:]); !ok {
			return 0, "", false
		}
		if strings.HasPrefix(rest, ".") {
			rest = strings.TrimLeft(rest[1:], "0123456789")
		}
	}
	rest = strings.TrimLeft(rest, " ")
	half, twelve := strings.CutPrefix(rest, "am")
	if !twelve {
		if half, twelve = strings.CutPrefix(rest, "pm"); twelve && hour < 12 {
			hour += 12
		}
	} else if hour == 12 {
		hour = 0
	}
	if twelve {
		rest = half
	}
	return hour*3600 + minute*60 + second, rest, hour < 24 && minute < 60 && second < 60
}

// smallNumber reads one or two digits.
func smallNumber(s string) (n int, rest string, ok bool) {
	i := 0
	for ; i < len(s) && i < 2 && isDigit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n, s[i:], i > 0
}

// zone reads the seconds east of UTC.
func zone(s string) (offset int, ok bool) {
	s = strings.Trim(s, " ")
	switch s {
	case "", "z", "utc", "gmt":
		return 0, true
	}
	east := 1
	switch s[0] {
	case '+':
	case '-':
		east = -1
	default:
		return 0, false
	}
	hours, rest, ok := smallNumber(s[1:])
	if !ok {
		return 0, false
	}
	minutes := 0
	if rest = strings.TrimPrefix(rest, ":"); rest != "" {
		if minutes, rest, ok = smallNumber(rest); !ok || rest != "" {
			return 0, false
		}
	}
	return east * (hours*3600 + minutes*60), hours <= 14 && minutes < 60
}
