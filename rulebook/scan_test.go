package rulebook

import (
	"testing"

	"pgregory.net/rapid"
)

func TestScanFindsConceptsByWordsNeverBySubstrings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		has, not   set
	}{
		{"a longer phrase hides the shorter one at its start", "terms of trade", of(fTermsOfTrade), of(fTradeFlow)},
		{"a stock index is no stock of goods", "stock index", of(fStockIndex), of(fStockpile, fInventories)},
		{"corporate has no rate in it", "corporate profits", of(fProfit), of(fRateWord)},
		{"foreign exchange reserves are no exchange rate", "foreign exchange reserves", of(fReserves), of(fFX)},
		{"plural and singular are one word", "bankruptcies and companies", of(fBankruptcies, fFirms), set{}},
		{"british and american spelling are one word", "labour force utilisation", of(fLaborForce, fCapacityUse), set{}},
		{"numbers stand for each other", "12-month moving average", of(fMovingAverage), set{}},
		{"a prefix of a year is no phrase", "5-year 5-year forward inflation expectation rate", of(fInflation), of(fYTD)},
		{"percent is written in many ways", "Percent of GDP", of(fOfGDP), of(fGDP)},
		{"prices at which something is valued are no prices", "gdp at constant prices", of(fGDP), of(fPrice)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := lexicon.scan(c.text).all
			if !got.includes(c.has) || got.meets(c.not) {
				t.Errorf("%q: %x", c.text, got)
			}
		})
	}
}

func TestADividerPartsTheNumeratorFromTheDenominator(t *testing.T) {
	t.Parallel()
	r := lexicon.scan("household debt to disposable income")
	if !r.divided || !r.head.has(fDebt) || r.head.has(fIncome) || !r.tail.has(fIncome) {
		t.Errorf("%+v", r)
	}
	if r := lexicon.scan("share of youth in employment"); r.divided {
		t.Errorf("nothing stands before the divider: %+v", r)
	}
}

func TestScanReadsAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		r := lexicon.scan(text)
		if !r.all.includes(r.head) || !r.all.includes(r.tail) || r.words > maxWords {
			t.Fatalf("%q: %+v", text, r)
		}
	})
}

func FuzzScan(f *testing.F) {
	f.Add("GDP growth (annual %)")
	f.Add("’s’s ###%%% 1.2,3.")
	f.Fuzz(func(t *testing.T, text string) {
		if a, b := lexicon.scan(text), lexicon.scan(text); a != b {
			t.Fatalf("%q is read in two ways", text)
		}
	})
}

func TestSetsAnswerWhatWasAdded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOf(rapid.Uint16Range(0, uint16(featureCount)-1)).Draw(t, "features")
		var s set
		in := map[feature]bool{}
		for _, f := range list {
			s.add(feature(f))
			in[feature(f)] = true
		}
		for f := range featureCount {
			if s.has(f) != in[f] {
				t.Fatalf("feature %d: %v", f, s.has(f))
			}
		}
	})
}

func TestCalibrationRisesWithTheRawConfidence(t *testing.T) {
	t.Parallel()
	last := -1.0
	for raw := 0.0; raw <= 1.0; raw += 0.01 {
		c := calibrated(raw)
		if c < last || c < 0 || c > 1 {
			t.Fatalf("calibrated(%.2f) = %.3f after %.3f", raw, c, last)
		}
		last = c
	}
}
