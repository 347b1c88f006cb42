package series

import (
	"strings"
	"testing"

	"classify"
)

// declaredPeriodicities are periodicities as sources write them.
var declaredPeriodicities = []struct {
	text       string
	want       classify.Frequency
	collection string
}{
	{"Monthly", classify.Monthly, ""},
	{"monthly", classify.Monthly, ""},
	{" M ", classify.Monthly, ""},
	{"M", classify.Monthly, ""},
	{"Monthly, End of Period", classify.Monthly, "end"},
	{"Monthly, Average", classify.Monthly, "average"},
	{"Quarterly, Beginning of Period", classify.Quarterly, "begin"},
	{"Quarterly, SA", classify.Quarterly, ""},
	{"Quarterly (represented as Annual)", classify.Annual, ""},
	{"Q", classify.Quarterly, ""},
	{"every quarter", classify.Quarterly, ""},
	{"every 3 months", classify.Quarterly, ""},
	{"four times a year", classify.Quarterly, ""},
	{"Annual", classify.Annual, ""},
	{"Annually", classify.Annual, ""},
	{"Yearly", classify.Annual, ""},
	{"A", classify.Annual, ""},
	{"per annum", classify.Annual, ""},
	{"Annual, Fiscal Year", classify.Annual, ""},
	{"every 12 months", classify.Annual, ""},
	{"once a year", classify.Annual, ""},
	{"Year", classify.Annual, ""},
	{"Biannually", classify.SemiAnnual, ""},
	{"semi-annual", classify.SemiAnnual, ""},
	{"Semiannual", classify.SemiAnnual, ""},
	{"Half-yearly", classify.SemiAnnual, ""},
	{"twice a year", classify.SemiAnnual, ""},
	{"every six months", classify.SemiAnnual, ""},
	{"S", classify.SemiAnnual, ""},
	{"SA", classify.SemiAnnual, ""},
	{"Weekly", classify.Weekly, ""},
	{"Weekly, Ending Wednesday", classify.Weekly, ""},
	{"every week", classify.Weekly, ""},
	{"every 7 days", classify.Weekly, ""},
	{"Biweekly", classify.Biweekly, ""},
	{"Bi-Weekly, Ending Monday", classify.Biweekly, ""},
	{"fortnightly", classify.Biweekly, ""},
	{"every other week", classify.Biweekly, ""},
	{"twice monthly", classify.Biweekly, ""},
	{"twice per month", classify.Biweekly, ""},
	{"semi-monthly", classify.Biweekly, ""},
	{"W2", classify.Biweekly, ""},
	{"Daily", classify.Daily, ""},
	{"Daily, Close", classify.Daily, "end"},
	{"Daily, 7-Day", classify.Daily, ""},
	{"5 day week", classify.Daily, ""},
	{"7 day week", classify.Daily, ""},
	{"Business days", classify.Daily, ""},
	{"weekdays", classify.Daily, ""},
	{"B", classify.Daily, ""},
	{"Hourly", classify.Intraday, ""},
	{"every 15 minutes", classify.Intraday, ""},
	{"real-time", classify.Intraday, ""},
	{"twice a day", classify.Intraday, ""},
	{"every 5 years", classify.MultiYear, ""},
	{"Every two years", classify.MultiYear, ""},
	{"every other year", classify.MultiYear, ""},
	{"every fifth year", classify.MultiYear, ""},
	{"5-yearly", classify.MultiYear, ""},
	{"5Y", classify.MultiYear, ""},
	{"every second year", classify.MultiYear, ""},
	{"every 24 months", classify.MultiYear, ""},
	{"Biennial", classify.MultiYear, ""},
	{"decennial census", classify.MultiYear, ""},
	{"A5", classify.MultiYear, ""},
	{"P1M", classify.Monthly, ""},
	{"P5Y", classify.MultiYear, ""},
	{"ME", classify.Monthly, "end"},
	{"QS", classify.Quarterly, "begin"},
	{"last business day of the month", classify.Monthly, ""},
	{"last day of each quarter", classify.Quarterly, "end"},
	{"Monthly, closing", classify.Monthly, "end"},
	{"12 times a year", classify.Monthly, ""},
	{"twice yearly", classify.SemiAnnual, ""},
	{"3 times a month", classify.Irregular, ""},
	{"five times a week", classify.Daily, ""},
	{"twice a week", classify.Irregular, ""},
	{"every 14 days", classify.Biweekly, ""},
	{"every two weeks", classify.Biweekly, ""},
	{"every three weeks", classify.Irregular, ""},
	{"every 10 days", classify.Irregular, ""},
	{"every two months", classify.Irregular, ""},
	{"each month", classify.Monthly, ""},
	{"bi-annual", classify.SemiAnnual, ""},
	{"bi-monthly", classify.Irregular, ""},
	{"semi-weekly", classify.Irregular, ""},
	{"irregular", classify.Irregular, ""},
	{"ad hoc", classify.Irregular, ""},
	{"bimonthly", classify.Irregular, ""},
	{"three times a year", classify.Irregular, ""},
	{"A_3", classify.Irregular, ""},
}

func TestParsePeriodicityReadsWhatSourcesDeclare(t *testing.T) {
	t.Parallel()
	for _, row := range declaredPeriodicities {
		t.Run(row.text, func(t *testing.T) {
			t.Parallel()
			f, collection, ok := ParsePeriodicity(row.text)
			if !ok || f != row.want || collection != row.collection {
				t.Errorf("ParsePeriodicity(%q) = %s, %q, %v; want %s, %q", row.text, f, collection, ok, row.want, row.collection)
			}
		})
	}
}

func TestParsePeriodicityRefusesWhatNamesNoFrequency(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "n.a.", "Not applicable", "unknown", "_U", "_Z", "Percent", "every", "5", "every blue moon", "\xff\xfe", strings.Repeat("x", 1<<20)} {
		if f, _, ok := ParsePeriodicity(text); ok || f != classify.FrequencyUnknown {
			t.Errorf("ParsePeriodicity(%.40q) = %s, %v; want unknown", text, f, ok)
		}
	}
}

func TestFrequencyInWordsTellsAFrequencyFromAMeasure(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want classify.Frequency
	}{
		{"Exports, USD Million, monthly", classify.Monthly},
		{"Quarterly GDP", classify.Quarterly},
		{"GDP growth (annual %)", classify.Annual},
		{"Population, half-yearly", classify.SemiAnnual},
		{"Inflation Rate MoM", classify.Monthly},
		{"GDP q/q", classify.Quarterly},
		{"Retail sales, month-on-month", classify.Monthly},
		{"Crude oil stocks, weekly", classify.Weekly},
		{"Biannual survey of firms", classify.SemiAnnual},
		{"Monthly change in employment", classify.Monthly},
		{"Jobless claims w/w", classify.Weekly},
		{"Annual rate of change of prices", classify.FrequencyUnknown},
		{"Average weekly hours of all employees", classify.FrequencyUnknown},
		{"Monthly minimum wage", classify.FrequencyUnknown},
		{"Weekly earnings: total private", classify.FrequencyUnknown},
		{"Billions of Dollars, Seasonally Adjusted Annual Rate", classify.FrequencyUnknown},
		{"Annual percent change of prices", classify.FrequencyUnknown},
		{"Government bond yield, 10 years", classify.FrequencyUnknown},
		{"Oil production, barrels per day", classify.FrequencyUnknown},
		{"Working days lost", classify.FrequencyUnknown},
		{"Inflation YoY", classify.FrequencyUnknown},
		{"GDP", classify.FrequencyUnknown},
		{"", classify.FrequencyUnknown},
	} {
		t.Run(row.text, func(t *testing.T) {
			t.Parallel()
			if f, ok := FrequencyInWords(row.text); f != row.want || ok != (row.want != classify.FrequencyUnknown) {
				t.Errorf("FrequencyInWords(%q) = %s, %v; want %s", row.text, f, ok, row.want)
			}
		})
	}
}
