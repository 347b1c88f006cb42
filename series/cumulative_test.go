package series

import (
	"math"
	"math/rand/v2"
	"testing"

	"classify"
)

// months dates values by month, from year and month on; NaN is a month that is
// not published.
func months(year, month int, values ...float64) []classify.Observation {
	var obs []classify.Observation
	for i, v := range values {
		if m := month - 1 + i; !math.IsNaN(v) {
			obs = append(obs, classify.Observation{Date: calendar{grain: byMonth, year: year + m/12, part: m%12 + 1}.String(), Value: v})
		}
	}
	return obs
}

// quarters dates values by quarter.
func quarters(year, quarter int, values ...float64) []classify.Observation {
	var obs []classify.Observation
	for i, v := range values {
		q := quarter - 1 + i
		obs = append(obs, classify.Observation{Date: calendar{grain: byQuarter, year: year + q/4, part: q%4 + 1}.String(), Value: v})
	}
	return obs
}

// weekly is a total that grows by one each week and begins anew each year.
func weekly(year, n int) []classify.Observation {
	var obs []classify.Observation
	for i := range n {
		y, week := year+i/52, i%52+1
		obs = append(obs, classify.Observation{Date: calendar{grain: byWeek, year: y, part: week}.String(), Value: float64(week)})
	}
	return obs
}

func TestAccumulationIsFound(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	for _, row := range []struct {
		name    string
		values  []classify.Observation
		options Options
		want    classify.Pattern
		start   int
		resets  int
	}{
		{"a single year that a name explains", months(2024, 1, 414, 828, 1242, 1656, 2070, 2484, 2898, 3312, 3726, 4140, 4554, 4968),
			Options{NamedYTD: true}, classify.PatternYTD, 1, 0},
		{"a single year by arithmetic alone", months(2024, 1, 414, 828, 1242, 1656, 2070, 2484, 2898, 3312, 3726, 4140, 4554, 4968),
			Options{}, classify.PatternYTD, 1, 0},
		{"a few months that a name explains", months(2024, 1, 10, 21, 30, 42), Options{NamedYTD: true}, classify.PatternYTD, 1, 0},
		{"a few months from March that a name explains", months(2024, 3, 31, 40, 52, 61, 72), Options{NamedYTD: true}, classify.PatternYTD, 1, 0},
		{"ten months across one reset", months(2023, 11, 1080, 1190, 95, 201, 290, 405, 500, 611, 720, 800), Options{}, classify.PatternYTD, 1, 1},
		{"ten months of which the last is the reset", months(2023, 4, 402, 510, 600, 715, 800, 902, 1010, 1100, 1204, 103), Options{}, classify.PatternYTD, 1, 1},
		{"January never published", months(2022, 2, 20, 31, 40, 52, 60, 71, 80, 92, 100, 111, 120, none, 22, 33, 45, 55, 68, 77, 88, 99, 111, 121, 133, none, 23),
			Options{}, classify.PatternYTD, 1, 2},
		{"a revision makes a small fall", months(2022, 1, 10, 20, 30, 40, 50, 49, 61, 70, 80, 90, 100, 112, 11, 20, 32, 41, 50, 62, 70, 82, 90, 101, 110, 122),
			Options{}, classify.PatternYTD, 1, 1},
		{"a deficit", months(2022, 9, -91, -100, -108, -121, -9, -18, -33, -40, -52, -60, -71, -80, -88, -99), Options{}, classify.PatternYTD, 1, 1},
		{"India's fiscal year", months(2022, 4, 10, 21, 30, 42, 50, 61, 70, 82, 90, 101, 110, 122, 11, 20, 32, 41, 50, 62), Options{}, classify.PatternFiscalYTD, 4, 1},
		{"the fiscal year of the United States", months(2022, 10, 10, 21, 30, 42, 50, 61, 70, 82, 90, 101, 110, 122, 11, 20, 32, 41, 50, 62), Options{}, classify.PatternFiscalYTD, 10, 1},
		{"quarters", quarters(2022, 1, 270, 563, 870, 1210, 285, 593, 913, 1260, 296, 617, 950), Options{}, classify.PatternYTD, 1, 2},
		{"quarters of a fiscal year", quarters(2022, 1, 82, 110, 27, 55, 85, 114, 28, 57, 88, 118, 30, 60), Options{}, classify.PatternFiscalYTD, 7, 3},
		{"quarters of a single year that a name explains", quarters(2024, 1, 100, 210, 330, 460), Options{NamedYTD: true}, classify.PatternYTD, 1, 0},
		{"half-years that a name explains", []classify.Observation{{Date: "2022-S1", Value: 48}, {Date: "2022-S2", Value: 100}, {Date: "2023-S1", Value: 51}, {Date: "2023-S2", Value: 105}},
			Options{NamedYTD: true}, classify.PatternYTD, 1, 1},
		{"weeks", weekly(2022, 70), Options{}, classify.PatternYTD, 1, 1},
		{"months among which the whole year stands", append(months(2022, 1, 10, 21, 30, 42, 50, 61, 70, 82, 90, 101, 110, 122, 11, 20, 32, 41, 50, 62), classify.Observation{Date: "2022", Value: 122}),
			Options{}, classify.PatternYTD, 1, 1},
		{"month ends of which one wanders", []classify.Observation{{Date: "2023-08-31", Value: 80}, {Date: "2023-09-30", Value: 91}, {Date: "2023-10-31", Value: 102}, {Date: "2023-11-30", Value: 110},
			{Date: "2024-01-01", Value: 120}, {Date: "2024-01-31", Value: 11}, {Date: "2024-02-29", Value: 20}, {Date: "2024-03-31", Value: 31}, {Date: "2024-04-30", Value: 40}},
			Options{}, classify.PatternYTD, 1, 1},
		{"a running total that is named", months(2020, 1, 5, 9, 14, 22, 31, 45, 45, 60, 80, 99, 130, 150, 170, 171, 190), Options{NamedTotal: true}, classify.PatternRunningTotal, 0, 0},
		{"a single year of a total", months(2024, 1, 414, 828, 1242, 1656, 2070, 2484, 2898, 3312, 3726, 4140, 4554, 4968), Options{NamedTotal: true}, classify.PatternYTD, 1, 0},
		{"a running total by year", []classify.Observation{{Date: "2015", Value: 5}, {Date: "2016", Value: 9}, {Date: "2017", Value: 14}, {Date: "2018", Value: 22},
			{Date: "2019", Value: 30}, {Date: "2020", Value: 41}, {Date: "2021", Value: 52}}, Options{NamedTotal: true}, classify.PatternRunningTotal, 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := Analyse(row.values, row.options).Cumulative
			if c.Pattern != row.want || c.StartMonth != row.start || c.Resets != row.resets {
				t.Errorf("%+v; want %s from month %d with %d resets", c, row.want, row.start, row.resets)
			}
			if c.Confidence < 0.75 || c.Confidence > 1 {
				t.Errorf("confidence %v", c.Confidence)
			}
		})
	}
}

func TestWhatOnlyLooksAccumulatedIsNot(t *testing.T) {
	t.Parallel()
	peak := months(2021, 1, 100, 102, 101, 104, 105, 103, 107, 108, 106, 110, 125, 190, 104, 103, 107, 106, 109, 110, 108, 112, 113, 111, 130, 200)
	for _, row := range []struct {
		name    string
		values  []classify.Observation
		options Options
		want    classify.Pattern
	}{
		{"a population", months(2021, 1, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013), Options{}, classify.PatternPeriodic},
		{"a peak in December", peak, Options{}, classify.PatternPeriodic},
		{"a peak in December under a name that says year to date", peak, Options{NamedYTD: true}, classify.PatternPeriodic},
		{"a season that climbs all year", months(2021, 1, 60, 65, 71, 76, 80, 86, 92, 98, 103, 110, 118, 125, 61, 66, 72, 77, 82, 87, 93, 99, 105, 112, 119, 127), Options{}, classify.PatternPeriodic},
		{"the growth of accumulated values", months(2022, 1, 8.1, 8.3, 7.9, 7.7, 7.8, 7.5, 7.4, 7.4, 7.2, 7.1, 7.0, 6.9, 5.1, 5.4, 5.5, 5.7, 5.6, 5.8), Options{NamedYTD: true}, classify.PatternPeriodic},
		{"quarters with a heavy last one", quarters(2021, 1, 100, 103, 105, 190, 101, 104, 108, 195, 103, 106, 110, 200), Options{}, classify.PatternPeriodic},
		{"years", []classify.Observation{{Date: "2020", Value: 1}, {Date: "2021", Value: 3}, {Date: "2022", Value: 2}}, Options{NamedYTD: true}, classify.PatternPeriodic},
		{"a total that falls", months(2020, 1, 5, 9, 14, 8, 3, 4, 9, 2, 1, 5), Options{NamedTotal: true}, classify.PatternPeriodic},
		{"a growing debt", quarters(2020, 1, 100, 104, 107, 111, 115, 120, 123, 128, 131), Options{}, classify.PatternPeriodic},
		{"a price of ten days", on(days("2025-09-22", 10, anyDay)...), Options{}, classify.PatternPeriodic},
		{"nine months of a fiscal year from its third month on", months(2025, 6, 305, 410, 498, 604, 700, 801, 897, 1004), Options{}, classify.PatternUnknown},
		{"three quarters from the second of a year on", quarters(2024, 2, 21, 30, 41), Options{}, classify.PatternUnknown},
		{"one fall of a few noisy months in April", months(2025, 1, 9.1, 7.2, 14.2, 2.1, 6.4, 11.9, 15.8, 20.2), Options{}, classify.PatternPeriodic},
		{"two months", months(2024, 1, 10, 20), Options{NamedYTD: true}, classify.PatternUnknown},
		{"no values", nil, Options{}, classify.PatternUnknown},
		{"five months that double and treble", months(2024, 1, 10, 20, 30, 40, 50), Options{}, classify.PatternUnknown},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if c := Analyse(row.values, row.options).Cumulative; c.Pattern != row.want || c.StartMonth != 0 || c.Resets != 0 {
				t.Errorf("%+v; want %s", c, row.want)
			}
		})
	}
}

// disturbed does to a series what publication does: leaves out every January
// or a tenth of the periods, revises one value, dates by the month's last day.
func disturbed(r *rand.Rand, obs []classify.Observation) []classify.Observation {
	kind := r.IntN(6)
	var left []classify.Observation
	for _, o := range obs {
		c, _ := canonicalDate(o.Date)
		switch {
		case kind == 0 && c.grain == byMonth && c.part == 1, kind == 1 && r.IntN(10) == 0:
			continue
		case kind == 2:
			month := c.part
			if c.grain == byQuarter {
				month = c.part * 3
			}
			o.Date = calendar{grain: byDay, year: c.year, part: month, day: daysIn(c.year, month)}.String()
		}
		left = append(left, o)
	}
	if n := len(left); kind == 3 && n > 6 {
		left[n/2].Value *= 0.97
	}
	return left
}

// tally draws series of a maker and counts the patterns that are found.
func tally(r *rand.Rand, m maker, perYear, least, most int, accumulate bool) (found, wrongStart, of int) {
	for range 400 {
		n, start, begin := least+r.IntN(most-least+1), r.IntN(perYear), 0
		if r.IntN(3) == 0 {
			begin = perYear / 4 * (1 + r.IntN(3))
		}
		v := m.make(r, n+perYear, start, perYear)
		if accumulate {
			v = accumulated(v, start, begin, perYear)
		}
		c := Analyse(disturbed(r, dated(v[perYear:], start, perYear)), Options{}).Cumulative
		of++
		if c.Pattern == classify.PatternYTD || c.Pattern == classify.PatternFiscalYTD {
			found++
			if accumulate && c.StartMonth != begin*12/perYear+1 {
				wrongStart++
			}
		}
	}
	return found, wrongStart, of
}

// TestDetectionOnThePopulation holds the figures to which the detection is
// built, without any help from a name. Short is less than two years.
func TestDetectionOnThePopulation(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                 string
		perYear, least, most int
		recall, falsely      float64
	}{
		{"monthly, two to six years", 12, 24, 72, 0.99, 0.005},
		{"quarterly, two to six years", 4, 8, 24, 0.98, 0.005},
		{"monthly, short", 12, 10, 23, 0.98, 0.005},
		{"quarterly, short", 4, 6, 9, 0.94, 0.005},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(2026, 11))
			found, misplaced, of := 0, 0, 0
			for _, m := range flows {
				f, w, n := tally(r, m, row.perYear, row.least, row.most, true)
				t.Logf("%-45s found %.3f", m.name, float64(f)/float64(n))
				found, misplaced, of = found+f, misplaced+w, of+n
			}
			recall := float64(found) / float64(of)
			if recall < row.recall || misplaced*100 > found {
				t.Errorf("%.4f of the accumulated flows are found, %d of %d from a wrong month", recall, misplaced, found)
			}
			found, of = 0, 0
			for _, m := range lookAlikes {
				f, _, n := tally(r, m, row.perYear, row.least, row.most, false)
				if f > 0 {
					t.Logf("%-45s taken for accumulated %.4f", m.name, float64(f)/float64(n))
				}
				found, of = found+f, of+n
			}
			falsely := float64(found) / float64(of)
			t.Logf("recall %.4f, false positives %.4f", recall, falsely)
			if falsely > row.falsely {
				t.Errorf("%.4f of the look-alikes are taken for accumulated", falsely)
			}
		})
	}
}

// TestANameDoesNotMakeARateAccumulate: the growth rate of a year-to-date value
// carries the same words, and accumulates nothing.
func TestANameDoesNotMakeARateAccumulate(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2026, 13))
	for _, m := range lookAlikes {
		if m.name != "year-on-year rate of an accumulated value" && m.name != "growth rate" && m.name != "confidence" && m.name != "price level" {
			continue
		}
		falsely := 0
		for range 1000 {
			start, n := r.IntN(12), 24+r.IntN(49)
			c := Analyse(dated(m.make(r, n, start, 12), start, 12), Options{NamedYTD: true}).Cumulative
			if c.Pattern == classify.PatternYTD || c.Pattern == classify.PatternFiscalYTD {
				falsely++
			}
		}
		if falsely > 5 {
			t.Errorf("%s: %d of 1000 are taken for accumulated", m.name, falsely)
		}
	}
}

// TestAccumulatedBalancesAreFound: a balance goes both ways, so that only
// several years show its resets.
func TestAccumulatedBalancesAreFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2026, 12))
	for i, least := range []float64{0.93, 0.75} {
		found, _, of := tally(r, balances[i], 12, 36, 72, true)
		recall := float64(found) / float64(of)
		t.Logf("%s: %.3f", balances[i].name, recall)
		if recall < least {
			t.Errorf("%s: %.3f are found", balances[i].name, recall)
		}
	}
}
