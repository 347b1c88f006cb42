package sqlite

import "time"

// timeLayout has a fixed width, so that stored times sort as text.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// stamp is how a time is stored: UTC, with microseconds.
func stamp(t time.Time) string { return t.UTC().Format(timeLayout) }

// moment reads a stored time; what cannot be read is the zero time.
func moment(text string) time.Time {
	t, err := time.Parse(timeLayout, text)
	if err != nil {
		return time.Time{}
	}
	return t
}
