package classify_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"classify"
)

func TestTheTableOfTypesAgreesWithTheTerms(t *testing.T) {
	t.Parallel()
	has := func(field, value string) bool {
		return slices.ContainsFunc(classify.TermsOf(field), func(t classify.Term) bool { return t.Value == value })
	}
	for _, row := range classify.Types {
		if !has("family", string(row.Family)) || !has("type", string(row.Type)) {
			t.Errorf("%s/%s is no pair of terms", row.Family, row.Type)
		}
		if len(row.Aggregations) == 0 {
			t.Errorf("%s/%s can be rolled up in no way", row.Family, row.Type)
		}
		for _, a := range row.Aggregations {
			if !has("temporal_aggregation", string(a)) || !has("time_basis", string(classify.BasisOf(row.Type, a))) {
				t.Errorf("%s/%s: aggregation %q", row.Family, row.Type, a)
			}
			if a == classify.PeriodCumulative && !row.Cumulative {
				t.Errorf("%s/%s may be period-cumulative but not cumulative", row.Family, row.Type)
			}
		}
	}
}

func TestThePairsThatTheReviewRefutes(t *testing.T) {
	t.Parallel()
	refuted := map[string]struct {
		family classify.Family
		typ    classify.Type
		how    []classify.Aggregation
	}{
		"a stock is never summed":           {classify.PhysicalFundamental, classify.Stock, []classify.Aggregation{classify.PeriodTotal, classify.PeriodRate, classify.PeriodCumulative}},
		"a price is never summed":           {classify.PriceValue, classify.Price, []classify.Aggregation{classify.PeriodTotal, classify.PeriodRate}},
		"an index is never summed":          {classify.CompositeDerived, classify.Index, []classify.Aggregation{classify.PeriodTotal, classify.PeriodCumulative}},
		"a share is never summed":           {classify.NumericMeasurement, classify.Share, []classify.Aggregation{classify.PeriodTotal, classify.PeriodCumulative}},
		"a flow always rolls up":            {classify.PhysicalFundamental, classify.Flow, []classify.Aggregation{classify.NotApplicable}},
		"a change is a period rate":         {classify.ChangeMovement, classify.Rate, []classify.Aggregation{classify.PeriodAverage, classify.PointInTime, classify.PeriodTotal}},
		"the price of money is no change":   {classify.PriceValue, classify.Rate, []classify.Aggregation{classify.PeriodRate}},
		"a correlation does not roll up":    {classify.CompositeDerived, classify.Correlation, []classify.Aggregation{classify.PeriodAverage}},
		"a count is no rate of change":      {classify.NumericMeasurement, classify.Count, []classify.Aggregation{classify.PeriodRate, classify.NotApplicable}},
		"a volume is no rate of change too": {classify.PhysicalFundamental, classify.Volume, []classify.Aggregation{classify.PeriodRate, classify.NotApplicable}},
	}
	for name, tt := range refuted {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			row, ok := classify.Pair(tt.family, tt.typ)
			if !ok {
				t.Fatalf("%s/%s is no pair", tt.family, tt.typ)
			}
			for _, a := range tt.how {
				if row.Allows(a) {
					t.Errorf("%s/%s allows %s", tt.family, tt.typ, a)
				}
			}
		})
	}
	if _, ok := classify.Pair(classify.PriceValue, classify.Stock); ok {
		t.Error("price-value/stock is accepted")
	}
}

func TestEveryFieldTakesItsTermsAndNothingElse(t *testing.T) {
	t.Parallel()
	for _, f := range classify.Fields {
		terms := classify.TermsOf(f.Name)
		for _, term := range terms {
			var l classify.Labels
			if err := f.Set(&l, term.Value); err != nil || f.Get(&l) != term.Value {
				t.Errorf("%s: set %q, got %q, %v", f.Name, term.Value, f.Get(&l), err)
			}
		}
		if terms != nil && f.Set(&classify.Labels{}, "banana") == nil {
			t.Errorf("%s takes a banana", f.Name)
		}
	}
	for field, bad := range map[string]string{"currency": "usd", "scale_pow10": "16", "is_cumulative": "yes", "unit_type": ""} {
		if classify.FieldByName(field).Set(&classify.Labels{}, bad) == nil {
			t.Errorf("%s takes %q", field, bad)
		}
	}
}

func TestScaleAndPowerOfTenStayTogether(t *testing.T) {
	t.Parallel()
	for _, term := range classify.TermsOf("scale") {
		var l classify.Labels
		if err := classify.FieldByName("scale").Set(&l, term.Value); err != nil {
			t.Fatal(err)
		}
		if want, ok := classify.ScaleOf(l.ScalePow10); l.ScalePow10 != 0 && (!ok || want != l.Scale) {
			t.Errorf("scale %s has power %d, whose scale is %s", l.Scale, l.ScalePow10, want)
		}
	}
}

func TestOnlyLabelsThatAStageAnswersCanBeOverridden(t *testing.T) {
	t.Parallel()
	for field, ok := range map[string]bool{"type": true, "per": true, "time_basis": false, "name": false, "": false} {
		value := map[string]string{"type": "stock", "per": "person", "time_basis": "per-period"}[field]
		if err := classify.CheckOverride(field, value); (err == nil) != ok {
			t.Errorf("override of %q: %v", field, err)
		}
	}
}

func TestTheInputHashDependsOnEveryInput(t *testing.T) {
	t.Parallel()
	base := classify.Indicator{ID: "a", Name: "b", Values: []classify.Observation{{Date: "2024", Value: 1}}}
	seen := map[string]string{base.InputHash(): "the base"}
	add := func(what string, ind classify.Indicator) {
		if other, dup := seen[ind.InputHash()]; dup {
			t.Errorf("%s and %s have the same hash", what, other)
		}
		seen[ind.InputHash()] = what
	}
	for _, column := range classify.InputFields {
		ind := base
		ind.Set(column, "changed")
		add(column, ind)
	}
	ind := base
	ind.Values = []classify.Observation{{Date: "2024", Value: 2}}
	add("a value", ind)
	ind.Values = []classify.Observation{{Date: "2025", Value: 1}}
	add("a date", ind)
	ind = base
	ind.Overrides = map[string]string{"type": "stock"}
	add("an override", ind)
	ind = base
	ind.SetAside = 1
	add("a point set aside", ind)
	if again := base.InputHash(); seen[again] != "the base" {
		t.Error("the hash is not stable")
	}
}

func TestNewestKeepsTheLatestInSourceOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		years := rapid.SliceOfN(rapid.IntRange(2019, 2024), 1, 12).Draw(t, "years") // dates repeat
		n := rapid.IntRange(1, 12).Draw(t, "n")
		var ind classify.Indicator
		for i, y := range years {
			ind.Values = append(ind.Values, classify.Observation{Date: fmt.Sprint(y), Value: float64(i)})
		}
		got := ind.Newest(n).Values
		if len(got) != min(n, len(years)) {
			t.Fatalf("newest %d of %v: %d values", n, years, len(got))
		}
		if !slices.IsSortedFunc(got, func(a, b classify.Observation) int { return int(a.Value - b.Value) }) {
			t.Fatalf("newest %d of %v: %v, not in the order of the source", n, years, got)
		}
		kept := map[float64]bool{}
		oldest := got[0].Date
		for _, o := range got {
			kept[o.Value] = true
			oldest = min(oldest, o.Date)
		}
		for _, o := range ind.Values {
			if !kept[o.Value] && o.Date > oldest {
				t.Fatalf("newest %d of %v: %v lacks %s", n, years, got, o.Date)
			}
		}
	})
}

func TestAHintTravelsWithItsError(t *testing.T) {
	t.Parallel()
	base := errors.New("no such table")
	err := fmt.Errorf("open: %w", classify.WithHint(base, "run %s", "classify run"))
	if classify.Hint(err) != "run classify run" || !errors.Is(err, base) || !strings.Contains(err.Error(), "no such table") {
		t.Errorf("hint %q of %v", classify.Hint(err), err)
	}
	if classify.WithHint(nil, "x") != nil || classify.Hint(base) != "" {
		t.Error("a hint out of nothing")
	}
}
