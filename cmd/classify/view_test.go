package main

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"classify/intake"
	"classify/progress"
)

func TestAPlainLineEveryFewSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &progress.Counts{}
		v := startView(&out, p, func() (int64, int64) { return 30, 120 }, false, 3*time.Second)
		v.reading(intake.Counts{Read: 10, Accepted: 9, Rejected: 1})
		<-time.After(4 * time.Second) // of the bubble's clock
		p.SetTotal(50)
		v.classifying()
		<-time.After(3 * time.Second)
		v.stop()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if len(lines) != 2 {
			t.Fatalf("%d lines in seven seconds:\n%s", len(lines), out.String())
		}
		if lines[0] != "reading: 10 rows, 9 accepted, 1 rejected (25 %)" {
			t.Errorf("while reading: %q", lines[0])
		}
		if !strings.HasPrefix(lines[1], "classifying: 0 of 50 (0 %)") {
			t.Errorf("while classifying: %q", lines[1])
		}
	})
}

func TestAQuietRunShowsNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	v := startView(&out, &progress.Counts{}, nil, true, time.Millisecond)
	v.stop()
	if out.Len() > 0 {
		t.Errorf("it shows %q", out.String())
	}
}

func TestTheRateIsThatOfTheLastSeconds(t *testing.T) {
	t.Parallel()
	var m rateMeter
	start := time.Unix(0, 0)
	for s := range 20 {
		done := 10 * s // ten per second, then a hundred
		if s > 10 {
			done = 100 + 100*(s-10)
		}
		m.add(start.Add(time.Duration(s)*time.Second), done)
	}
	if got := m.add(start.Add(20*time.Second), 1100); got != 100 {
		t.Errorf("rate %v, want 100", got)
	}
}

func TestTextOfACatalogueCannotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"escape": "\x1b[2J", "bell": "\a", "C1": "\u009b2J", "bidi": "a\u202eb", "zero width": "a\u200bb", "line separator": "a\u2028b",
	} {
		if got := printable(text); strings.ContainsAny(got, "\x1b\a\u009b\u202e\u200b\u2028") {
			t.Errorf("%s: %q", name, got)
		}
	}
	if got := printable("Exports — goods, €"); got != "Exports — goods, €" {
		t.Errorf("plain text became %q", got)
	}
}
