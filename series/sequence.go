package series

import (
	"fmt"
	"strconv"
	"time"

	"classify"
)

// Sequence returns n canonical dates, one period apart, from a first date in
// any form that ParseDate takes. A sub-annual frequency needs a first date
// that says at least the month (or the quarter, or the half-year).
func Sequence(first string, f classify.Frequency, n int) ([]string, error) {
	start, grain, err := startOf(first)
	if err != nil {
		return nil, err
	}
	step, ok := steps[f]
	if !ok {
		return nil, fmt.Errorf("no fixed step for the frequency %s", f)
	}
	if grain == "2006" && f != classify.Annual {
		return nil, fmt.Errorf("%s values need a first date with a month", f)
	}
	dates := make([]string, n)
	for i := range dates {
		dates[i] = write(advance(start, step, i), grain)
	}
	return dates, nil
}

// A period is a number of months or of days.
type period struct{ months, days int }

var steps = map[classify.Frequency]period{
	classify.Annual: {months: 12}, classify.SemiAnnual: {months: 6}, classify.Quarterly: {months: 3},
	classify.Monthly: {months: 1}, classify.Biweekly: {days: 14}, classify.Weekly: {days: 7}, classify.Daily: {days: 1},
}

// advance goes i periods on; the last day of a month stays the last day.
func advance(t time.Time, p period, i int) time.Time {
	if p.days > 0 {
		return t.AddDate(0, 0, i*p.days)
	}
	month := time.Date(t.Year(), t.Month()+time.Month(i*p.months), 1, 0, 0, 0, 0, time.UTC)
	lastDay := month.AddDate(0, 1, -1).Day()
	day := min(t.Day(), lastDay)
	if t.AddDate(0, 0, 1).Day() == 1 {
		day = lastDay
	}
	return month.AddDate(0, 0, day-1)
}

// startOf returns the first day of a date and the layout to write others in;
// "S" and "Q" stand for half-years and quarters.
func startOf(text string) (time.Time, string, error) {
	canonical, ok := ParseDate(text)
	if !ok {
		return time.Time{}, "", fmt.Errorf("%q is no date", text)
	}
	if len(canonical) == 7 && (canonical[5] == 'Q' || canonical[5] == 'S') {
		year, _ := strconv.Atoi(canonical[:4])
		months := map[byte]int{'Q': 3, 'S': 6}[canonical[5]]
		return time.Date(year, time.Month(1+months*int(canonical[6]-'1')), 1, 0, 0, 0, 0, time.UTC), canonical[5:6], nil
	}
	for _, layout := range []string{"2006", "2006-01", "2006-01-02"} {
		if t, err := time.Parse(layout, canonical); err == nil {
			return t, layout, nil
		}
	}
	return time.Time{}, "", fmt.Errorf("%q cannot begin a sequence", text)
}

func write(t time.Time, grain string) string {
	switch grain {
	case "Q":
		return fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3)
	case "S":
		return fmt.Sprintf("%d-S%d", t.Year(), (int(t.Month())+5)/6)
	}
	return t.Format(grain)
}
