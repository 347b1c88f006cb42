package generator

import (
	"fmt"
	"time"

	"classify"
)

// A period is counted from the year 0 in units of its frequency: years,
// half-years, quarters, months; weeks and business days from 2000-01-03, a
// Monday.
type period int

const (
	firstYear = 1900
	lastYear  = 2050
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
	switch f {
	case classify.Daily:
		return dayOf(int(p)/5*7 + int(p)%5)
	case classify.Weekly:
		return dayOf(int(p)*7 + 4)
	case classify.Annual:
		return monthForms(int(p)*12, 12, form, yearNames[int(p)-firstYear])
	case classify.MultiYear:
		return yearNames[int(p)*5-firstYear]
	case classify.SemiAnnual:
		return monthForms(int(p)*6, 6, form, halfNames[int(p)-2*firstYear])
	case classify.Quarterly:
		return monthForms(int(p)*3, 3, form, quarterNames[int(p)-4*firstYear])
	}
	return monthForms(int(p), 1, form, monthNames[int(p)-12*firstYear])
}

func monthForms(month, length int, form dateForm, own string) string {
	switch form {
	case lastDay:
		return lastDays[month+length-1-12*firstYear]
	case firstDay:
		return firstDays[month-12*firstYear]
	}
	return own
}

func dayOf(days int) string { return monday.AddDate(0, 0, days).Format(time.DateOnly) }

// The names of all periods, made once: dates are most of a catalogue.
var yearNames, halfNames, quarterNames, monthNames, firstDays, lastDays = func() (y, h, q, m, first, last []string) {
	for year := firstYear; year <= lastYear; year++ {
		y = append(y, fmt.Sprint(year))
		for i := 1; i <= 2; i++ {
			h = append(h, fmt.Sprintf("%d-S%d", year, i))
		}
		for i := 1; i <= 4; i++ {
			q = append(q, fmt.Sprintf("%d-Q%d", year, i))
		}
		for i := 1; i <= 12; i++ {
			day := time.Date(year, time.Month(i), 1, 0, 0, 0, 0, time.UTC)
			m = append(m, day.Format("2006-01"))
			first = append(first, day.Format(time.DateOnly))
			last = append(last, day.AddDate(0, 1, -1).Format(time.DateOnly))
		}
	}
	return
}()
