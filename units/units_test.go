package units

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"classify"
)

// unitCase is one row of testdata/units.tsv: a unit as a source writes it,
// hints ("currency/country"), and what the taxonomy makes of it.
type unitCase struct {
	line                       int
	phrase                     string
	hints                      Hints
	unit, unitType, scale      string
	currency, per, more, group string
}

// readCases reads the table. The file is this package's own, so that a fault
// in it ends the test.
func readCases(tb testing.TB) []unitCase {
	tb.Helper()
	f, err := os.Open("testdata/units.tsv")
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var cases []unitCase
	group := ""
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if strings.HasPrefix(line, "# ") {
			group = line[2:]
			continue
		}
		cols := strings.Split(line, "\t")
		if len(cols) != 8 {
			tb.Fatalf("testdata/units.tsv line %d: %d columns, want 8", n, len(cols))
		}
		currency, country, _ := strings.Cut(cols[1], "/")
		cases = append(cases, unitCase{n, cols[0], Hints{currency, country}, cols[2], cols[3], cols[4], cols[5], cols[6], cols[7], group})
	}
	if err := lines.Err(); err != nil {
		tb.Fatal(err)
	}
	return cases
}

// further writes what a row says beyond its own columns, in the words of the
// last column.
func further(p Parsed) string {
	var s []string
	say := func(when bool, words string) {
		if when {
			s = append(s, words)
		}
	}
	say(p.Prices != "", "prices="+string(p.Prices))
	say(p.BasePeriod != "", "base="+p.BasePeriod)
	say(p.PPP, "ppp")
	say(p.SeasonalAdjustment != "", string(p.SeasonalAdjustment))
	say(p.Annualised, "annualised")
	say(p.CurrencyRetired, "retired")
	say(p.IsChange, "change="+string(p.Change))
	say(!p.IsChange && p.Change != "", "basis="+string(p.Change))
	say(p.Collection != "", "collection="+p.Collection)
	say(p.Factor != 0, "factor="+strconv.FormatFloat(p.Factor, 'g', -1, 64))
	say(len(p.Notes) > 0, "note")
	say(!p.Known, "unread")
	slices.Sort(s)
	return strings.Join(s, " ")
}

func TestUnitStringsOfSourcesReadAsTheTaxonomySays(t *testing.T) {
	t.Parallel()
	cases := readCases(t)
	if len(cases) < 500 {
		t.Errorf("the table has %d rows, want at least 500", len(cases))
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%s/%d %s", c.group, c.line, c.phrase), func(t *testing.T) {
			t.Parallel()
			p := Parse(c.phrase, c.hints)
			words := strings.Fields(c.more)
			slices.Sort(words)
			got := []string{p.Unit, string(p.UnitType), strconv.Itoa(p.ScalePow10), p.Currency, p.Per, further(p)}
			want := []string{c.unit, c.unitType, c.scale, c.currency, c.per, strings.Join(words, " ")}
			if !slices.Equal(got, want) {
				t.Errorf("Parse(%q, %+v)\n got %q\nwant %q\nnotes %q", c.phrase, c.hints, got, want, p.Notes)
			}
			checkLabels(t, p)
		})
	}
}

// checkLabels checks what holds for every answer.
func checkLabels(tb testing.TB, p Parsed) {
	tb.Helper()
	switch p.Scale {
	case classify.ScalePercent:
		if p.UnitType != classify.UnitPercentage || p.ScalePow10 != 0 {
			tb.Errorf("scale percent with unit type %s and 10^%d", p.UnitType, p.ScalePow10)
		}
	case classify.ScaleIndex:
		if p.UnitType != classify.UnitIndex || p.ScalePow10 != 0 {
			tb.Errorf("scale index with unit type %s and 10^%d", p.UnitType, p.ScalePow10)
		}
	default:
		if s, ok := classify.ScaleOf(p.ScalePow10); p.ScalePow10 != 0 && (!ok || s != p.Scale) || p.ScalePow10 == 0 && p.Scale != classify.ScaleRaw {
			tb.Errorf("scale %q is not 10^%d", p.Scale, p.ScalePow10)
		}
	}
	if p.PPP && p.UnitType == classify.UnitCurrency && p.Currency != "" {
		tb.Errorf("purchasing power parity in %s", p.Currency)
	}
	if p.Known == (p.UnitType == classify.UnitUnknown && p.Unit == "") && p.UnitType != classify.UnitUnknown {
		tb.Errorf("known %v with unit type %s", p.Known, p.UnitType)
	}
}
