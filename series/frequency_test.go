package series

import (
	"slices"
	"strings"
	"testing"
	"time"

	"classify"
)

// on puts the same value on every date of a list.
func on(dates ...string) []classify.Observation {
	var obs []classify.Observation
	for i, d := range dates {
		obs = append(obs, classify.Observation{Date: d, Value: float64(i%3) + 1})
	}
	return obs
}

// days lists n dates from a day on, keeping those that keep accepts.
func days(from string, n int, keep func(time.Time) bool) []string {
	day, _ := time.Parse(time.DateOnly, from)
	var dates []string
	for ; len(dates) < n; day = day.AddDate(0, 0, 1) {
		if keep(day) {
			dates = append(dates, day.Format(time.DateOnly))
		}
	}
	return dates
}

func workday(d time.Time) bool  { return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday }
func monthEnd(d time.Time) bool { return d.AddDate(0, 0, 1).Day() == 1 }

// datedSeries are the dates of series, oldest first, and their frequency.
var datedSeries = []struct {
	name  string
	dates []string
	want  classify.Frequency
}{
	{"years", []string{"2019", "2020", "2021"}, classify.Annual},
	{"year ends", []string{"2012-12-31", "2013-12-31", "2014-12-31"}, classify.Annual},
	{"year ends by working day", []string{"2020-12-31", "2021-12-31", "2022-12-30", "2023-12-29"}, classify.Annual},
	{"one quarter of each year", []string{"2019-Q4", "2020-Q4", "2021-Q4"}, classify.Annual},
	{"years with one missing", []string{"2015", "2016", "2018", "2019"}, classify.Annual},
	{"three years of which one is missing", []string{"2015", "2016", "2018"}, classify.Annual},
	{"half-years", []string{"2023-S1", "2023-S2", "2024-S1"}, classify.SemiAnnual},
	{"half-years by their last day", []string{"2023-06-30", "2023-12-31", "2024-06-30", "2024-12-31"}, classify.SemiAnnual},
	{"quarters", []string{"2023-Q1", "2023-Q2", "2023-Q3"}, classify.Quarterly},
	{"quarters by their last day", []string{"2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31"}, classify.Quarterly},
	{"quarters by their first day", []string{"2023-01-01", "2023-04-01", "2023-07-01"}, classify.Quarterly},
	{"quarters by their last month", []string{"2023-03", "2023-06", "2023-09"}, classify.Quarterly},
	{"months", []string{"2024-01", "2024-02", "2024-03"}, classify.Monthly},
	{"months with one missing", []string{"2023-02", "2023-03", "2023-05"}, classify.Monthly},
	{"months without any January", []string{"2022-11", "2022-12", "2023-02", "2023-03", "2023-04", "2023-05", "2023-06", "2023-07", "2023-08",
		"2023-09", "2023-10", "2023-11", "2023-12", "2024-02"}, classify.Monthly},
	{"month ends", days("2023-01-01", 14, monthEnd), classify.Monthly},
	{"month ends of which one wanders", []string{"2023-08-31", "2023-09-30", "2023-11-30", "2024-01-01", "2024-02-29", "2024-03-31", "2024-04-30"}, classify.Monthly},
	{"month starts", []string{"2024-12-01", "2025-01-01", "2025-02-01"}, classify.Monthly},
	{"mid-month", []string{"2024-01-15", "2024-02-15", "2024-03-15", "2024-04-12"}, classify.Monthly},
	{"a year of months after years", []string{"2000", "2001", "2002", "2003", "2004", "2005", "2006", "2007", "2008", "2009", "2010", "2011", "2012", "2013",
		"2014-01", "2014-02", "2014-03", "2014-04", "2014-05", "2014-06", "2014-07", "2014-08", "2014-09", "2014-10"}, classify.Monthly},
	{"fortnights", []string{"2024-01-05", "2024-01-19", "2024-02-02", "2024-02-16"}, classify.Biweekly},
	{"the 15th and the last day", []string{"2024-01-15", "2024-01-31", "2024-02-15", "2024-02-29", "2024-03-15"}, classify.Biweekly},
	{"weeks", []string{"2024-W01", "2024-W02", "2024-W03"}, classify.Weekly},
	{"weeks over a year of 53", []string{"2020-W52", "2020-W53", "2021-W01", "2021-W02"}, classify.Weekly},
	{"Saturdays with one missing", []string{"2023-07-29", "2023-08-05", "2023-08-19", "2023-08-26", "2023-09-02"}, classify.Weekly},
	{"all days", days("2025-09-22", 10, anyDay), classify.Daily},
	{"working days", days("2024-01-01", 60, workday), classify.Daily},
	{"working days without a holiday", days("2024-03-25", 8, func(d time.Time) bool { return workday(d) && d.Day() != 29 && d.Day() != 1 }), classify.Daily},
	{"Friday to Tuesday", []string{"2024-03-01", "2024-03-04", "2024-03-05"}, classify.Daily},
	{"days at a time of the day", []string{"2024-03-01T16:00:00Z", "2024-03-02T16:00:00Z", "2024-03-03T15:00:00Z"}, classify.Daily},
	{"hours", []string{"2024-03-01T09:00:00Z", "2024-03-01T10:00:00Z", "2024-03-01T11:00:00Z"}, classify.Intraday},
	{"every five years", []string{"2000", "2005", "2010"}, classify.MultiYear},
	{"every three years, once four", []string{"2012", "2015", "2018", "2022"}, classify.MultiYear},
	{"censuses of which one is missing", []string{"1970", "1980", "2000", "2010", "2020"}, classify.MultiYear},
	{"surveys at no fixed interval", []string{"1999", "2004", "2005", "2011", "2013", "2021"}, classify.Irregular},
	{"days at no fixed interval", []string{"2024-01-03", "2024-01-30", "2024-05-11", "2024-05-13", "2024-09-01", "2024-09-20"}, classify.Irregular},
	{"every other month", []string{"2024-01", "2024-03", "2024-05", "2024-07"}, classify.Irregular},
	{"three days a week", days("2024-01-01", 12, func(d time.Time) bool { return workday(d) && d.Weekday()%2 == 1 }), classify.Irregular},
	{"future years", []string{"2028", "2029", "2030"}, classify.Annual},
	{"two dates", []string{"2023", "2024"}, classify.FrequencyUnknown},
	{"one date over and over", []string{"2025-08-31", "2025-08-31", "2025-08-31", "2025-08-31"}, classify.FrequencyUnknown},
	{"one period, named three ways", []string{"2024", "2024-Q1", "2024-01"}, classify.FrequencyUnknown},
	{"no dates", []string{"last10YearsAvg", "", "n/a"}, classify.FrequencyUnknown},
	{"nothing", nil, classify.FrequencyUnknown},
}

func TestFrequencyFollowsFromTheDates(t *testing.T) {
	t.Parallel()
	for _, row := range datedSeries {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := Analyse(on(row.dates...), Options{}).Observed; got != row.want {
				t.Errorf("oldest first: %s, want %s", got, row.want)
			}
			newestFirst := slices.Clone(row.dates)
			slices.Reverse(newestFirst)
			if got := Analyse(on(newestFirst...), Options{}).Observed; got != row.want {
				t.Errorf("newest first: %s, want %s", got, row.want)
			}
		})
	}
}

func TestADeclarationThatTheDatesContradictIsNoted(t *testing.T) {
	t.Parallel()
	quarters := on("2023-03-31", "2023-06-30", "2023-09-30", "2023-12-31")
	a := Analyse(quarters, Options{Declared: classify.Annual})
	if a.Observed != classify.Quarterly || !slices.ContainsFunc(a.Notes, func(n string) bool { return strings.Contains(n, "declared annual") }) {
		t.Errorf("observed %s, notes %q", a.Observed, a.Notes)
	}
	if a := Analyse(quarters, Options{Declared: classify.Quarterly}); len(a.Notes) != 0 {
		t.Errorf("without a contradiction the notes are %q", a.Notes)
	}
}

func anyDay(time.Time) bool { return true }
