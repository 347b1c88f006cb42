package wire

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"classify/llm"
)

// longest is the longest wait that a header is believed.
const longest = 31 * 24 * time.Hour

// RetryAfter returns how long the provider asks to wait: retry-after-ms in
// milliseconds, else Retry-After in seconds or as a date. 0: it does not ask,
// or not in a form that can be read.
func RetryAfter(h http.Header, now time.Time) time.Duration {
	if d, ok := number(h.Get("Retry-After-Ms"), time.Millisecond); ok {
		return d
	}
	after := strings.TrimSpace(h.Get("Retry-After"))
	if d, ok := number(after, time.Second); ok {
		return d
	}
	if at, err := http.ParseTime(after); err == nil {
		return clamp(at.Sub(now))
	}
	return 0
}

// Window reads one announced limit from the headers of the given names. Where
// the limit is not announced the window is zero; where only what remains is
// not, all of it does.
func Window(h http.Header, limit, remaining, reset string, now time.Time) llm.Window {
	n, ok := count(h.Get(limit))
	if !ok || n == 0 {
		return llm.Window{}
	}
	w := llm.Window{Limit: n, Remaining: n, Reset: Reset(h.Get(reset), now)}
	if left, ok := count(h.Get(remaining)); ok {
		w.Remaining = min(left, n)
	}
	return w
}

// Reset reads until when a limit is whole again: a duration such as "6m0s",
// "66ms" or "1d2h", seconds, or a time as in RFC 3339. 0: now, or unreadable.
func Reset(text string, now time.Time) time.Duration {
	text = strings.TrimSpace(text)
	if d, ok := number(text, time.Second); ok {
		return d
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return clamp(at.Sub(now))
	}
	var days time.Duration
	if before, rest, ok := strings.Cut(text, "d"); ok {
		if days, ok = number(before, 24*time.Hour); !ok {
			return 0
		}
		if text = rest; text == "" {
			return days
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0
	}
	return clamp(clamp(d) + days)
}

// number reads how many of a unit a text names.
func number(text string, unit time.Duration) (time.Duration, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) {
		return 0, false
	}
	if v >= float64(longest)/float64(unit) {
		return longest, true
	}
	return clamp(time.Duration(v * float64(unit))), true
}

// count reads a number of requests or tokens.
func count(text string) (int, bool) {
	v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(v) || v < 0 {
		return 0, false
	}
	return int(min(v, 1e12)), true
}

func clamp(d time.Duration) time.Duration { return max(0, min(d, longest)) }
