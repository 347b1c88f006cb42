package generator

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"classify"
)

// A period is counted from the year 0 in units of its frequency: years,
// half-years, quarters, months; weeks and business days from 2000-01-03, a
// Monday.
type period int

const (
	firstYear = 1950
	lastYear  = 2040
)

var monday = time.Date(2000, 1, 3, 0, 0, 0, 0, time.UTC)

func periodsPerYear(f classify.Frequency) float64 {
	switch f {
	case classify.Daily:
		return 261
	case classify.Weekly:
		return 52
	case classify.Monthly:
		return 12
	case classify.Quarterly:
		return 4
	case classify.SemiAnnual:
		return 2
	case classify.MultiYear:
		return 0.2
	}
	return 1
}

// periodOf is the period of a frequency that holds the first day of a month.
func periodOf(f classify.Frequency, year, month int) period {
	switch f {
	case classify.Daily, classify.Weekly:
		weeks := int(time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).Sub(monday).Hours()) / (24 * 7)
		if f == classify.Daily {
			weeks *= 5
		}
		return period(weeks)
	case classify.Monthly:
		return period(year*12 + month - 1)
	case classify.Quarterly:
		return period(year*4 + (month-1)/3)
	case classify.SemiAnnual:
		return period(year*2 + (month-1)/6)
	case classify.MultiYear:
		return period(year / 5)
	}
	return period(year)
}

// month is the first month of a period of months or quarters, 1 to 12.
func (p period) month(f classify.Frequency) int {
	switch f {
	case classify.Monthly:
		return int(p)%12 + 1
	case classify.Quarterly:
		return int(p)%4*3 + 1
	}
	return 1
}

// year is the date of a period in years.
func (p period) year(f classify.Frequency) float64 {
	switch f {
	case classify.Daily, classify.Weekly:
		return 2000 + float64(p)/periodsPerYear(f)
	}
	return float64(p) / periodsPerYear(f)
}

// A dateForm is how a source writes the dates of a period.
type dateForm int

const (
	ownForm  dateForm = iota // 2024, 2024-S1, 2024-Q1, 2024-03
	lastDay                  // 2024-03-31
	firstDay                 // 2024-03-01
)

// date is the canonical date of a period in that form. Days and weeks have
// only one form, the day.
func (p period) date(f classify.Frequency, form dateForm) string {
	n := names()
	switch f {
	case classify.Daily:
		return dayOf(int(p)/5*7 + int(p)%5)
	case classify.Weekly:
		return dayOf(int(p)*7 + 4)
	case classify.Annual:
		return n.form(int(p)*12, 12, form, n.years[int(p)-firstYear])
	case classify.MultiYear:
		return n.years[int(p)*5-firstYear]
	case classify.SemiAnnual:
		return n.form(int(p)*6, 6, form, n.halves[int(p)-2*firstYear])
	case classify.Quarterly:
		return n.form(int(p)*3, 3, form, n.quarters[int(p)-4*firstYear])
	}
	return n.form(int(p), 1, form, n.months[int(p)-12*firstYear])
}

// form is the name of a period of that many months in a form.
func (n *dateNames) form(month, length int, form dateForm, own string) string {
	switch form {
	case lastDay:
		return n.lastDays[month+length-1-12*firstYear]
	case firstDay:
		return n.firstDays[month-12*firstYear]
	}
	return own
}

func dayOf(days int) string { return monday.AddDate(0, 0, days).Format(time.DateOnly) }

// dateNames are the names of all periods from firstYear on.
type dateNames struct {
	years, halves, quarters, months, firstDays, lastDays []string
}

// names are made once and when first needed: dates are most of a catalogue,
// and most commands need none.
var names = sync.OnceValue(func() *dateNames {
	n := &dateNames{}
	for year := firstYear; year <= lastYear; year++ {
		n.years = append(n.years, strconv.Itoa(year))
		for i := 1; i <= 2; i++ {
			n.halves = append(n.halves, fmt.Sprintf("%d-S%d", year, i))
		}
		for i := 1; i <= 4; i++ {
			n.quarters = append(n.quarters, fmt.Sprintf("%d-Q%d", year, i))
		}
		for i := 1; i <= 12; i++ {
			day := time.Date(year, time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			n.months = append(n.months, day.Format("2006-01"))
			n.firstDays = append(n.firstDays, day.Format(time.DateOnly))
			n.lastDays = append(n.lastDays, day.AddDate(0, 1, -1).Format(time.DateOnly))
		}
	}
	return n
})
