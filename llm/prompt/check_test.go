package prompt_test

import (
	"fmt"
	"strings"
	"testing"

	"classify"
	"classify/llm/prompt"
)

// An answer is as a model gives it; "" as the refusal means that it is usable.
type answered struct {
	name, answer, refusal string
}

func hold(t *testing.T, q prompt.Question, rows []answered) {
	t.Helper()
	for _, x := range rows {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			err := q.Check([]byte(x.answer))
			switch {
			case x.refusal == "" && err != nil:
				t.Errorf("refused: %v", err)
			case x.refusal != "" && (err == nil || !strings.Contains(err.Error(), x.refusal)):
				t.Errorf("error %v, want one with %q", err, x.refusal)
			}
		})
	}
}

func TestAnAnswerHasToFitTheSchema(t *testing.T) {
	t.Parallel()
	hold(t, prompt.Family(exports), []answered{
		{"usable", `{"reason":"a flow","family":"physical-fundamental","confidence":0.9}`, ""},
		{"with spaces around it", "\n {\"reason\":\"\",\"family\":\"other\",\"confidence\":0}\n", ""},
		{"nothing", ``, "not one JSON object"},
		{"words", `The family is physical-fundamental.`, "not one JSON object"},
		{"cut off", `{"reason":"a flow","family":"physical-`, "not one JSON object"},
		{"two objects", `{"reason":"","family":"other","confidence":1}{"reason":"","family":"other","confidence":1}`, "not one JSON object"},
		{"a list", `[]`, "not one JSON object"},
		{"null", `null`, "schema"},
		{"a family that is none", `{"reason":"","family":"stock","confidence":0.9}`, "schema"},
		{"a missing field", `{"family":"other","confidence":0.9}`, "schema"},
		{"a field too many", `{"reason":"","family":"other","confidence":0.9,"note":"x"}`, "schema"},
		{"confidence as text", `{"reason":"","family":"other","confidence":"high"}`, "schema"},
		{"confidence in per cent", `{"reason":"","family":"other","confidence":90}`, "from 0 to 1"},
		{"confidence below nought", `{"reason":"","family":"other","confidence":-0.1}`, "from 0 to 1"},
		{"five megabytes", `{"reason":"` + strings.Repeat("x", 5<<20) + `","family":"other","confidence":0.9}`, "bytes"},
		{"a very deep object", strings.Repeat(`{"a":`, 3000) + "1" + strings.Repeat("}", 3000), "schema"},
	})
}

func TestATypeHasToStandInItsFamilyAndRollUpAsItMay(t *testing.T) {
	t.Parallel()
	kind := func(typ classify.Type, basis string, a classify.Aggregation) string {
		return fmt.Sprintf(`{"reason":"","type":%q,"change_basis":%q,"temporal_aggregation":%q,"orientation":"neutral","confidence":0.9}`, typ, basis, a)
	}
	of := func(family classify.Family, change func(*classify.TypeQuestion)) prompt.Question {
		q := classify.TypeQuestion{FamilyQuestion: exports, Family: family}
		if change != nil {
			change(&q)
		}
		return prompt.Type(q)
	}
	hold(t, of(classify.PhysicalFundamental, nil), []answered{
		{"a flow that is summed", kind(classify.Flow, "none", classify.PeriodTotal), ""},
		{"a count is no type of this family", kind(classify.Count, "none", classify.PeriodTotal), "Types of physical-fundamental: stock, flow"},
		{"a stock that is summed", kind(classify.Stock, "none", classify.PeriodTotal), "Allowed here: point-in-time, period-average"},
		{"a flow with a change basis", kind(classify.Flow, "year-on-year", classify.PeriodTotal), "change_basis"},
	})
	hold(t, of(classify.PhysicalFundamental, func(q *classify.TypeQuestion) { q.Cumulative = true }), []answered{
		{"a running total for the year", kind(classify.Flow, "none", classify.PeriodCumulative), ""},
		{"a running total is never summed", kind(classify.Flow, "none", classify.PeriodTotal), "never summed. Allowed here: period-cumulative"},
	})
	hold(t, of(classify.PhysicalFundamental, func(q *classify.TypeQuestion) { q.UnitType, q.Per = classify.UnitPercentage, "gdp" }), []answered{
		{"a balance in per cent of GDP is averaged", kind(classify.Balance, "none", classify.PeriodAverage), ""},
		{"a balance in per cent is never summed", kind(classify.Balance, "none", classify.PeriodTotal), "never period-total"},
		{"a flow in per cent is none", kind(classify.Flow, "none", classify.PeriodAverage), "type"},
	})
	hold(t, of(classify.ChangeMovement, func(q *classify.TypeQuestion) { q.UnitType = classify.UnitPercentage }), []answered{
		{"growth", kind(classify.Rate, "year-on-year", classify.PeriodRate), ""},
		{"growth without its basis", kind(classify.Rate, "none", classify.PeriodRate), "change_basis"},
		{"growth that is averaged", kind(classify.Rate, "year-on-year", classify.PeriodAverage), "Allowed here: period-rate"},
	})
	hold(t, of(classify.PhysicalFundamental, func(q *classify.TypeQuestion) { q.Type = classify.Volume }), []answered{
		{"what a person set", kind(classify.Volume, "none", classify.PeriodTotal), ""},
		{"another type than a person set", kind(classify.Flow, "none", classify.PeriodTotal), "a person set the type volume"},
	})
}

func TestAUnitHasToAgreeWithWhatIsWritten(t *testing.T) {
	t.Parallel()
	unit := func(code string, u classify.UnitType, s classify.Scale, currency string) string {
		return fmt.Sprintf(`{"reason":"","unit":%q,"unit_type":%q,"scale":%q,"currency":%q,"per":"","base_period":"","prices":"none","ppp":false,"seasonal_adjustment":"none","annualised":false,"confidence":0.9}`, code, u, s, currency)
	}
	hold(t, prompt.Unit(classify.UnitQuestion{Phrase: "KES million", Name: "Exports"}), []answered{
		{"millions of shillings", unit("KES", classify.UnitCurrency, classify.ScaleMillions, "KES"), ""},
		{"another scale than the unit says", unit("KES", classify.UnitCurrency, classify.ScaleBillions, "KES"), "the unit says millions"},
		{"another currency than the unit says", unit("USD", classify.UnitCurrency, classify.ScaleMillions, "USD"), "the unit says KES"},
		{"a currency that is none", unit("ABC", classify.UnitCurrency, classify.ScaleMillions, "ABC"), "ISO 4217"},
		{"a currency in small letters", unit("kes", classify.UnitCurrency, classify.ScaleMillions, "kes"), "ISO 4217"},
		{"a unit that is another currency", unit("USD", classify.UnitCurrency, classify.ScaleMillions, "KES"), "differ"},
		{"persons in shillings", unit("persons", classify.UnitCount, classify.ScaleMillions, "KES"), "only a currency-amount and a rate"},
		{"an amount in per cent", unit("KES", classify.UnitCurrency, classify.ScalePercent, "KES"), "scale percent"},
		{"a percentage in millions", unit("percent", classify.UnitPercentage, classify.ScaleMillions, ""), "scale"},
		{"an index in millions", unit("index", classify.UnitIndex, classify.ScaleMillions, ""), "scale"},
		{"a sentence as the unit", unit(strings.Repeat("long ", 40), classify.UnitUnknown, classify.ScaleRaw, ""), "short code"},
		{"a unit of two lines", unit("a\nb", classify.UnitUnknown, classify.ScaleRaw, ""), "short code"},
	})
}

func TestNoModelDecidesARunningTotalAlone(t *testing.T) {
	t.Parallel()
	when := func(f classify.Frequency, cumulative bool) string {
		return fmt.Sprintf(`{"reason":"","reporting_frequency":%q,"is_cumulative":%v,"confidence":0.9}`, f, cumulative)
	}
	plain := classify.TimeQuestion{Concept: "exports", UnitType: classify.UnitCurrency, Observed: classify.Monthly, Cumulative: classify.Cumulative{Pattern: classify.PatternPeriodic, Confidence: 0.9}}
	hold(t, prompt.Time(plain), []answered{
		{"the frequency of the dates", when(classify.Monthly, false), ""},
		{"against the dates", when(classify.Annual, false), "the dates say monthly"},
		{"a total that nothing shows", when(classify.Monthly, true), "neither the values nor the name"},
	})
	seen := plain
	seen.Cumulative.Pattern = classify.PatternYTD
	hold(t, prompt.Time(seen), []answered{{"a total that arithmetic shows", when(classify.Monthly, true), ""}})
	named := plain
	named.Concept, named.Cumulative = "exports ytd", classify.Cumulative{Pattern: classify.PatternUnknown}
	hold(t, prompt.Time(named), []answered{{"a total that the name says", when(classify.Monthly, true), ""}})
	index := named
	index.UnitType = classify.UnitIndex
	hold(t, prompt.Time(index), []answered{{"an index is never a total", when(classify.Monthly, true), "never a running total"}})

	got, err := prompt.DecodeTime(plain, []byte(when(classify.Monthly, true)))
	if err != nil || got.IsCumulative {
		t.Errorf("decoded %+v, %v", got, err)
	}
}

// draft is exports as a stock: wrong.
func draft() classify.ReviewQuestion {
	q := classify.ReviewQuestion{FamilyQuestion: exports}
	q.Draft.UnitType, q.Draft.Family = exports.UnitType, classify.PhysicalFundamental
	q.Draft.KindLabels = classify.KindLabels{Type: classify.Stock, Aggregation: classify.PointInTime, Orientation: classify.HigherIsPositive}
	q.Draft.Confidences = [4]float64{0.97, 0.97, 0.5, 0.7}
	q.Failed = []classify.Violation{{Rule: "sources.differ", Field: "currency", Reason: "the rulebook says 0.92", Warn: true}}
	return q
}

func TestAVerdictNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	verdict := func(passed bool, fields string) string {
		return fmt.Sprintf(`{"reason":"r","passed":%v,"fields_wrong":[%s],"confidence":0.9}`, passed, fields)
	}
	q := draft()
	q.Draft.Overridden = []string{"orientation"}
	hold(t, prompt.Review(q), []answered{
		{"passed", verdict(true, ""), ""},
		{"failed", verdict(false, `"type","temporal_aggregation"`), ""},
		{"a field that a check names", verdict(false, `"currency"`), ""},
		{"passed with a wrong field", verdict(true, `"type"`), "either leave it empty"},
		{"failed without a wrong field", verdict(false, ""), "name at least one"},
		{"a field that is none", verdict(false, `"colour"`), "schema"},
		{"a field of which the question says nothing", verdict(false, `"scale"`), "says nothing of scale"},
		{"a field that a person set", verdict(false, `"orientation"`), "a person set orientation"},
	})
}

func TestAFinalReviewCorrectsToWhatFitsTogether(t *testing.T) {
	t.Parallel()
	final := func(status, corrections string) string {
		return fmt.Sprintf(`{"reason":"r","status":%q,"corrections":[%s],"confidence":0.9}`, status, corrections)
	}
	to := func(field, value string) string {
		return fmt.Sprintf(`{"field":%q,"to":%q,"reason":"r"}`, field, value)
	}
	q := classify.FinalQuestion{ReviewQuestion: draft(), Verdict: classify.Verdict{FieldsWrong: []string{"type", "currency"}, Reason: "exports arise during a period"}}
	q.Draft.Overridden = []string{"orientation"}
	hold(t, prompt.Final(q), []answered{
		{"the reviewer was wrong", final("passed", ""), ""},
		{"a person must look", final("escalated", ""), ""},
		{"no answer is good enough", final("failed", ""), ""},
		{"type and roll-up together", final("corrected", to("type", "flow")+","+to("temporal_aggregation", "period-total")), ""},
		{"a type whose roll-up does not fit", final("corrected", to("type", "capacity")+","+to("temporal_aggregation", "period-total")), "Allowed here"},
		{"a family whose type does not fit", final("corrected", to("family", "temporal")), "Types of temporal"},
		{"a value that is none", final("corrected", to("type", "stream")), "is not one of"},
		{"null where there is none", final("corrected", to("prices", "none")), "already"},
		{"a correction that changes nothing", final("corrected", to("type", "stock")), "already"},
		{"corrected without a correction", final("corrected", ""), "no correction"},
		{"passed with a correction", final("passed", to("type", "flow")), "only corrected has them"},
		{"the same field twice", final("corrected", to("type", "flow")+","+to("type", "volume")), "twice"},
		{"a field that a person set", final("corrected", to("orientation", "neutral")), "a person set orientation"},
		{"a field that the question does not show", final("corrected", to("scale", "millions")), "does not show scale"},
		{"a field that the review found wrong", final("corrected", to("currency", "USD")), ""},
		{"a status that is none", final("done", ""), "schema"},
	})
	got, err := prompt.DecodeFinal([]byte(final("corrected", to("prices", "none"))))
	if err != nil || len(got.Corrections) != 1 || got.Corrections[0].To != "" {
		t.Errorf("decoded %+v, %v", got, err)
	}
}

func TestWhatCodeKnowsIsAddedToAnAnswer(t *testing.T) {
	t.Parallel()
	n, err := prompt.DecodeUnit([]byte(`{"reason":"` + strings.Repeat("because ", 200) + `","unit":"DEM","unit_type":"currency-amount","scale":"millions","currency":"DEM","per":"","base_period":"","prices":"none","ppp":false,"seasonal_adjustment":"none","annualised":false,"confidence":0.9}`))
	if err != nil || n.ScalePow10 != 6 || !n.CurrencyRetired || n.Prices != "" || n.SeasonalAdjustment != "" || n.Factor != 0 {
		t.Errorf("%+v, %v", n, err)
	}
	if len(n.Evidence) != 1 || len(n.Evidence[0]) > 300 {
		t.Errorf("a reason of any length is kept: %d", len(n.Evidence[0]))
	}
	q := classify.TimeQuestion{Concept: "exports", UnitType: classify.UnitCurrency, Periodicity: "Monthly, End of Period", Observed: classify.Monthly,
		Cumulative: classify.Cumulative{Pattern: classify.PatternYTD, Confidence: 0.9}, Shape: classify.Shape{Points: 12}}
	got, err := prompt.DecodeTime(q, []byte(`{"reason":"r","reporting_frequency":"monthly","is_cumulative":true,"confidence":0.9}`))
	if err != nil || got.Shape != q.Shape || got.Cumulative != q.Cumulative || got.Observed != q.Observed || got.Declared != classify.Monthly || got.Collection != "end" || !got.IsCumulative || got.CumulativePattern != classify.PatternYTD {
		t.Errorf("%+v, %v", got, err)
	}
}
