package wire_test

import (
	"net/http"
	"testing"
	"time"

	"classify/llm"
	"classify/llm/wire"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func header(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Set(pairs[i], pairs[i+1])
	}
	return h
}

func TestRetryAfterIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"nothing asked", header(), 0},
		{"seconds", header("Retry-After", "20"), 20 * time.Second},
		{"parts of a second", header("Retry-After", "0.25"), 250 * time.Millisecond},
		{"milliseconds", header("Retry-After-Ms", "66"), 66 * time.Millisecond},
		{"milliseconds before seconds", header("Retry-After-Ms", "66", "Retry-After", "1"), 66 * time.Millisecond},
		{"a date", header("Retry-After", "Fri, 01 May 2026 12:01:30 GMT"), 90 * time.Second},
		{"a date that is past", header("Retry-After", "Fri, 01 May 2026 11:00:00 GMT"), 0},
		{"below zero", header("Retry-After", "-5"), 0},
		{"beyond all measure", header("Retry-After", "1e300"), 31 * 24 * time.Hour},
		{"not a number", header("Retry-After", "NaN"), 0},
		{"words", header("Retry-After", "soon"), 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := wire.RetryAfter(row.header, noon); got != row.want {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestResetIsReadInEveryForm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"6m0s":                 6 * time.Minute,
		"66ms":                 66 * time.Millisecond,
		"1h2m3.5s":             time.Hour + 2*time.Minute + 3500*time.Millisecond,
		"1d":                   24 * time.Hour,
		"1d2h":                 26 * time.Hour,
		"12":                   12 * time.Second,
		"0.5":                  500 * time.Millisecond,
		"2026-05-01T12:00:07Z": 7 * time.Second,
		"2026-05-01T11:00:00Z": 0,
		"-3s":                  0,
		"9999999d":             31 * 24 * time.Hour,
		"xd":                   0,
		"soon":                 0,
		"":                     0,
	} {
		if got := wire.Reset(text, noon); got != want {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}

func TestAWindowNeedsItsLimit(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		header http.Header
		want   llm.Window
	}{
		{"all three", header("L", "900", "M", "12", "R", "66ms"), llm.Window{Limit: 900, Remaining: 12, Reset: 66 * time.Millisecond}},
		{"nothing left", header("L", "900", "M", "0", "R", "1s"), llm.Window{Limit: 900, Reset: time.Second}},
		{"what remains is not said", header("L", "900"), llm.Window{Limit: 900, Remaining: 900}},
		{"more remains than is allowed", header("L", "900", "M", "1000"), llm.Window{Limit: 900, Remaining: 900}},
		{"no limit", header("M", "12", "R", "66ms"), llm.Window{}},
		{"a limit of nothing", header("L", "0", "M", "0"), llm.Window{}},
		{"a limit below zero", header("L", "-1", "M", "0"), llm.Window{}},
		{"a limit in words", header("L", "many"), llm.Window{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := wire.Window(row.header, "L", "M", "R", noon); got != row.want {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

// FuzzWindow holds every header against the bounds that a limiter relies on.
func FuzzWindow(f *testing.F) {
	for _, s := range []string{"900", "6m0s", "66ms", "1d2h", "2026-05-01T12:00:07Z", "-1", "1e400", "NaN", "Inf", "0x1p-2", "1d-5h", "9223372036854775807"} {
		f.Add(s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, limit, remaining, reset, after string) {
		w := wire.Window(header("L", limit, "M", remaining, "R", reset), "L", "M", "R", noon)
		if w.Limit < 0 || w.Remaining < 0 || w.Remaining > w.Limit || w.Reset < 0 || w.Reset > 31*24*time.Hour {
			t.Errorf("%q %q %q: %+v", limit, remaining, reset, w)
		}
		if w.Limit == 0 && w != (llm.Window{}) {
			t.Errorf("%q: a window without a limit: %+v", limit, w)
		}
		if d := wire.RetryAfter(header("Retry-After", after, "Retry-After-Ms", reset), noon); d < 0 || d > 31*24*time.Hour {
			t.Errorf("%q %q: wait of %v", after, reset, d)
		}
	})
}
