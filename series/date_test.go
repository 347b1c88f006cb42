package series

import (
	"testing"
	"time"
)

// writtenDates are dates as catalogues write them, and their canonical form.
var writtenDates = []struct{ name, text, want string }{
	{"year", "2024", "2024"},
	{"half-year", "2024-S1", "2024-S1"},
	{"quarter", "2024-Q1", "2024-Q1"},
	{"month", "2024-03", "2024-03"},
	{"week", "2024-W09", "2024-W09"},
	{"day", "2024-03-31", "2024-03-31"},
	{"instant", "2024-03-31T10:00:00Z", "2024-03-31T10:00:00Z"},
	{"spaces around", " 2024 ", "2024"},
	{"byte-order mark before", "\ufeff2024-03", "2024-03"},
	{"year that went through a float", "2024.0", "2024"},
	{"year with the World Bank's prefix", "YR2024", "2024"},
	{"year with the World Bank's echo", "2024 [YR2024]", "2024"},
	{"quarter with the World Bank's echo", "2024Q1 [YR2024Q1]", "2024-Q1"},
	{"month with the World Bank's prefix", "YR2024M03", "2024-03"},
	{"year with the prefix of R", "X1990", "1990"},
	{"day with the prefix and dots of R", "X2024.03.31", "2024-03-31"},
	{"preliminary year", "2024p", "2024"},
	{"forecast year in brackets", "2025 (f)", "2025"},
	{"marked year", "2025*", "2025"},
	{"annual of SDMX", "2024-A1", "2024"},
	{"fiscal year by name", "FY2024", "2024"},
	{"fiscal year over two", "2023/24", "2023"},
	{"fiscal year over two with a hyphen", "2023-24", "2023"},
	{"fiscal year over two with an en dash", "2023–24", "2023"},
	{"fiscal year over two in full", "2023/2024", "2023"},
	{"fiscal year over the century", "1999/00", "1999"},
	{"quarter without a hyphen", "2024Q1", "2024-Q1"},
	{"quarter in small letters", "2024q1", "2024-Q1"},
	{"quarter after a space", "2024 Q1", "2024-Q1"},
	{"quarter after a colon", "2024:Q1", "2024-Q1"},
	{"quarter first", "Q1 2024", "2024-Q1"},
	{"quarter first with a hyphen", "Q1-2024", "2024-Q1"},
	{"quarter number first", "1Q2024", "2024-Q1"},
	{"quarter in words", "1st quarter 2024", "2024-Q1"},
	{"quarter of Nordic offices", "2024K3", "2024-Q3"},
	{"quarter as months", "Jan-Mar 2024", "2024-Q1"},
	{"quarter as months behind the year", "2024 OCT-DEC", "2024-Q4"},
	{"half without a hyphen", "2024S2", "2024-S2"},
	{"half as H", "2024H1", "2024-S1"},
	{"half as H first", "H2 2024", "2024-S2"},
	{"half number first", "1H 2024", "2024-S1"},
	{"month as M", "2024M03", "2024-03"},
	{"month as M of one digit", "2024M3", "2024-03"},
	{"month as M with a hyphen", "2024-M12", "2024-12"},
	{"month of one digit", "2024-3", "2024-03"},
	{"month after a slash", "2024/03", "2024-03"},
	{"month after a dot", "2024.03", "2024-03"},
	{"month before a slash", "03/2024", "2024-03"},
	{"month without a mark", "202403", "2024-03"},
	{"month that could be a fiscal year but is ISO 8601", "2011-12", "2011-12"},
	{"month name first", "Mar 2024", "2024-03"},
	{"month name with a dot", "Sept. 2024", "2024-09"},
	{"month name in full", "March, 2024", "2024-03"},
	{"month name last", "2024-Mar", "2024-03"},
	{"month name and a short year", "Mar-24", "2024-03"},
	{"month name and a short year of the last century", "Jan-98", "1998-01"},
	{"week without a hyphen", "2024W9", "2024-W09"},
	{"week first", "Week 9 2024", "2024-W09"},
	{"week 53 of a long year", "2020-W53", "2020-W53"},
	{"day of a week", "2024-W09-3", "2024-02-28"},
	{"day without marks", "20240331", "2024-03-31"},
	{"day after slashes", "2024/03/31", "2024-03-31"},
	{"day of one digit", "2024-3-1", "2024-03-01"},
	{"day first, since there is no month 31", "31/12/2024", "2024-12-31"},
	{"month first, since there is no month 31", "12/31/2024", "2024-12-31"},
	{"day and month alike", "05/05/2024", "2024-05-05"},
	{"day first before dots", "05.04.2024", "2024-04-05"},
	{"day, name, year", "31-Dec-2024", "2024-12-31"},
	{"day, name, short year", "31-Dec-98", "1998-12-31"},
	{"name, day, year", "December 31, 2024", "2024-12-31"},
	{"ordinal day", "1st March 2024", "2024-03-01"},
	{"day of the week before", "Sunday, March 31, 2024", "2024-03-31"},
	{"month after a space", "2024 03", "2024-03"},
	{"month after a colon", "2024:03", "2024-03"},
	{"M and month first", "M03 2024", "2024-03"},
	{"day, year first, name", "2024 Mar 31", "2024-03-31"},
	{"hour of a zone without minutes", "2024-03-31T10:00:00+02", "2024-03-31T08:00:00Z"},
	{"leap day", "2024-02-29", "2024-02-29"},
	{"midnight", "2024-03-31T00:00:00Z", "2024-03-31"},
	{"midnight without a zone", "2024-03-31 00:00:00", "2024-03-31"},
	{"midnight with a fraction", "2024-03-31T00:00:00.000Z", "2024-03-31"},
	{"midnight of a zone", "2024-03-31T00:00:00+02:00", "2024-03-31"},
	{"midnight of twelve hours", "3/31/2024 12:00:00 AM", "2024-03-31"},
	{"midnight of a mail header", "Sun, 31 Mar 2024 00:00:00 GMT", "2024-03-31"},
	{"time without seconds", "2024-03-31T10:00", "2024-03-31T10:00:00Z"},
	{"afternoon", "3/31/2024 4:30 PM", "2024-03-31T16:30:00Z"},
	{"time of a zone", "2024-03-31T01:00:00+02:00", "2024-03-30T23:00:00Z"},
	{"time of a zone without a colon", "2024-12-31T20:00:00-0500", "2025-01-01T01:00:00Z"},
	{"time of a zone that is midnight of UTC", "2024-03-31T02:00:00+02:00", "2024-03-31"},
}

func TestParseDateReadsWhatCataloguesWrite(t *testing.T) {
	t.Parallel()
	for _, row := range writtenDates {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseDate(row.text); !ok || got != row.want {
				t.Errorf("ParseDate(%q) = %q, %v; want %q", row.text, got, ok, row.want)
			}
		})
	}
}

func TestParseDateRefusesWhatIsNoDate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ name, text string }{
		{"nothing", ""},
		{"space", "  "},
		{"an average", "last10YearsAvg"},
		{"a word", "total"},
		{"month 13", "2024-13"},
		{"month 0", "2024-00"},
		{"month 13 without a mark", "202413"},
		{"30 February", "2024-02-30"},
		{"29 February of a short year", "2023-02-29"},
		{"29 February of a short century", "1900-02-29"},
		{"quarter 5", "2024-Q5"},
		{"half 3", "2024-S3"},
		{"week 53 of a short year", "2024-W53"},
		{"hour 25", "2024-03-31T25:00:00Z"},
		{"day or month first", "05/04/2024"},
		{"fiscal year or November", "2010/11"},
		{"month 14 at both places", "14/13/2024"},
		{"two marks", "2024--03"},
		{"a base", "2010=100"},
		{"a number", "1,234"},
		{"a short number", "12"},
		{"a decimal", "2024.5"},
		{"a negative", "-2024"},
		{"a missing year", "9999"},
		{"year 0", "0000-01-01"},
		{"a short year alone", "Q1 24"},
		{"a day without a year", "Mar 24"},
		{"an echo of another date", "2024 [YR2023]"},
		{"months that are no quarter", "Dec-Feb 2024"},
		{"an influenza", "H1N1 2009"},
		{"words around", "in 2024 or so"},
		{"a zone that is none", "2024-03-31T10:00:00+99:00"},
		{"a zone by name", "2024-03-31 10:00:00 CET"},
		{"a time without minutes", "2024-03-31 10:"},
		{"a year and one digit", "2024 3"},
		{"a weekday 8", "2024-W09-8"},
		{"a day of a short year before dashes", "1-2-24"},
		{"too many digits", "2024033112"},
		{"a time without a date", "10:00:00"},
		{"a month with a time", "2024-03 10:00:00"},
		{"a range of years", "2010-2014"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseDate(row.text); ok || got != "" {
				t.Errorf("ParseDate(%q) = %q, %v; want none", row.text, got, ok)
			}
		})
	}
}

func TestCalendarAgreesWithTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for day := time.Date(1899, 12, 25, 0, 0, 0, 0, time.UTC); day.Year() < 2105; day = day.AddDate(0, 0, 1) {
		number := day.Unix() / daySeconds
		if day.Unix() < 0 {
			number = -((-day.Unix() + daySeconds - 1) / daySeconds)
		}
		if got := dayNumber(day.Year(), int(day.Month()), day.Day()); got != number {
			t.Fatalf("dayNumber(%s) = %d, want %d", day.Format(time.DateOnly), got, number)
		}
		if y, m, d := civil(number); y != day.Year() || m != int(day.Month()) || d != day.Day() {
			t.Fatalf("civil(%d) = %d-%d-%d, want %s", number, y, m, d, day.Format(time.DateOnly))
		}
		year, week := day.ISOWeek()
		if start := weekStart(year, week); number < start || number > start+6 || week > weeksIn(year) {
			t.Fatalf("%s is not in week %d of %d", day.Format(time.DateOnly), week, year)
		}
	}
}

func TestParseDateOfACanonicalDateAllocatesNothing(t *testing.T) {
	for _, text := range []string{"2024", "2024-Q1", "2024-03", "2024-W09", "2024-03-31", "2024-03-31T10:00:00Z"} {
		if n := testing.AllocsPerRun(100, func() { ParseDate(text) }); n != 0 {
			t.Errorf("ParseDate(%q) allocates %v times", text, n)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2024", "2024-Q1", "Q1 2024", "2024M03", "31/12/2024", "2024-03-31T01:00:00+02:00", "3/31/2024 12:00:00 AM",
		"2024 [YR2024]", "2020-W53-7", "Jan-Mar 2024", "2023/24", "last10YearsAvg", "\xff2024", "1st March 2024"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		canonical, ok := ParseDate(s)
		if !ok {
			if canonical != "" {
				t.Fatalf("ParseDate(%q) refuses, but gives %q", s, canonical)
			}
			return
		}
		if again, ok := ParseDate(canonical); !ok || again != canonical {
			t.Fatalf("ParseDate(%q) = %q, which reads as %q, %v", s, canonical, again, ok)
		}
		if _, ok := canonicalDate(canonical); !ok {
			t.Fatalf("ParseDate(%q) = %q, which is not canonical", s, canonical)
		}
	})
}
