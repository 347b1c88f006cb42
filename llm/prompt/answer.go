package prompt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"classify"
	"classify/series"
	"classify/units"
)

// What the answers of the six stages hold.
type (
	unitAnswer struct {
		Reason             string              `json:"reason"`
		Unit               string              `json:"unit"`
		UnitType           classify.UnitType   `json:"unit_type"`
		Scale              classify.Scale      `json:"scale"`
		Currency           string              `json:"currency"`
		Per                string              `json:"per"`
		BasePeriod         string              `json:"base_period"`
		Prices             classify.Prices     `json:"prices"`
		PPP                bool                `json:"ppp"`
		SeasonalAdjustment classify.Adjustment `json:"seasonal_adjustment"`
		Annualised         bool                `json:"annualised"`
		Confidence         float64             `json:"confidence"`
	}
	timeAnswer struct {
		Reason       string             `json:"reason"`
		Frequency    classify.Frequency `json:"reporting_frequency"`
		IsCumulative bool               `json:"is_cumulative"`
		Confidence   float64            `json:"confidence"`
	}
	familyAnswer struct {
		Reason     string          `json:"reason"`
		Family     classify.Family `json:"family"`
		Confidence float64         `json:"confidence"`
	}
	typeAnswer struct {
		Reason      string               `json:"reason"`
		Type        classify.Type        `json:"type"`
		ChangeBasis classify.ChangeBasis `json:"change_basis"`
		Aggregation classify.Aggregation `json:"temporal_aggregation"`
		Orientation classify.Orientation `json:"orientation"`
		Confidence  float64              `json:"confidence"`
	}
	verdictAnswer struct {
		Reason      string   `json:"reason"`
		Passed      bool     `json:"passed"`
		FieldsWrong []string `json:"fields_wrong"`
		Confidence  float64  `json:"confidence"`
	}
	finalAnswer struct {
		Reason      string                `json:"reason"`
		Status      classify.ReviewStatus `json:"status"`
		Corrections []correctionAnswer    `json:"corrections"`
		Confidence  float64               `json:"confidence"`
	}
	correctionAnswer struct {
		Field  string `json:"field"`
		To     string `json:"to"`
		Reason string `json:"reason"`
	}
)

// decode reads exactly one JSON object with no field that the answer does not
// have.
func decode[T any](answer []byte) (T, error) {
	var a T
	d := json.NewDecoder(bytes.NewReader(answer))
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		return a, fmt.Errorf("read the answer: %w", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return a, fmt.Errorf("read the answer: text after the JSON object")
	}
	return a, nil
}

// maxSaid bounds the bytes of a reason that are kept.
const maxSaid = 300

func said(confidence float64, reason string) classify.Provenance {
	p := classify.Provenance{Confidence: max(0, min(confidence, 1))}
	if reason = tidy(reason, maxSaid); reason != "" {
		p.Evidence = []string{reason}
	}
	return p
}

// orNull reads the none of an enumeration as null.
func orNull[T ~string](v T) T {
	if v == none {
		return ""
	}
	return v
}

// orNone writes null as the none of an enumeration.
func orNone[T ~string](v T) T {
	if v == "" {
		return none
	}
	return v
}

// DecodeUnit reads an answer of stage 1 that Check let pass. The power of ten
// follows from the scale.
func DecodeUnit(answer []byte) (classify.Normalization, error) {
	a, err := decode[unitAnswer](answer)
	if err != nil {
		return classify.Normalization{}, err
	}
	// A code that a model gives may be retired: the dictionary knows.
	retired := a.Currency != "" && units.Parse(a.Currency, units.Hints{}).CurrencyRetired
	return classify.Normalization{
		UnitLabels: classify.UnitLabels{
			Unit: a.Unit, UnitType: a.UnitType, Scale: a.Scale, ScalePow10: a.Scale.Pow10(), Currency: a.Currency, CurrencyRetired: retired, Per: a.Per, BasePeriod: a.BasePeriod,
			Prices: orNull(a.Prices), PPP: a.PPP, SeasonalAdjustment: orNull(a.SeasonalAdjustment), Annualised: a.Annualised,
		},
		Provenance: said(a.Confidence, a.Reason),
	}, nil
}

// DecodeTime reads an answer of stage 2 that Check let pass. What arithmetic
// found on the values is taken from the question.
func DecodeTime(q classify.TimeQuestion, answer []byte) (classify.TimeInference, error) {
	a, err := decode[timeAnswer](answer)
	if err != nil {
		return classify.TimeInference{}, err
	}
	t := classify.TimeInference{Observed: q.Observed, Declared: classify.FrequencyUnknown, Cumulative: q.Cumulative, Shape: q.Shape, Provenance: said(a.Confidence, a.Reason)}
	if f, collection, ok := series.ParsePeriodicity(q.Periodicity); ok {
		t.Declared, t.Collection = f, collection
	}
	t.ReportingFrequency, t.CumulativePattern = a.Frequency, q.Cumulative.Pattern
	if t.CumulativePattern == "" {
		t.CumulativePattern = classify.PatternUnknown
	}
	t.IsCumulative = a.IsCumulative && mayBeCumulative(&q) == nil // no model decides it alone
	switch {
	case t.IsCumulative && !running(t.CumulativePattern):
		t.CumulativePattern = classify.PatternYTD // the name says so
	case !t.IsCumulative && running(t.CumulativePattern):
		t.CumulativePattern = classify.PatternPeriodic
	}
	return t, nil
}

// DecodeFamily reads an answer of stage 3 that Check let pass.
func DecodeFamily(answer []byte) (classify.FamilyAssignment, error) {
	a, err := decode[familyAnswer](answer)
	return classify.FamilyAssignment{Family: a.Family, Provenance: said(a.Confidence, a.Reason)}, err
}

// DecodeType reads an answer of stage 4 that Check let pass.
func DecodeType(answer []byte) (classify.TypeClassification, error) {
	a, err := decode[typeAnswer](answer)
	return classify.TypeClassification{
		KindLabels: classify.KindLabels{Type: a.Type, ChangeBasis: orNull(a.ChangeBasis), Aggregation: a.Aggregation, Orientation: a.Orientation},
		Provenance: said(a.Confidence, a.Reason),
	}, err
}

// DecodeVerdict reads an answer of stage 5 that Check let pass.
func DecodeVerdict(answer []byte) (classify.Verdict, error) {
	a, err := decode[verdictAnswer](answer)
	return classify.Verdict{Passed: a.Passed, FieldsWrong: a.FieldsWrong, Reason: tidy(a.Reason, maxSaid), Provenance: said(a.Confidence, a.Reason)}, err
}

// DecodeFinal reads an answer of stage 6 that Check let pass. What a corrected
// field was (From) is the caller's: the question does not hold every label.
func DecodeFinal(answer []byte) (classify.FinalReview, error) {
	a, err := decode[finalAnswer](answer)
	f := classify.FinalReview{Status: a.Status, Reason: tidy(a.Reason, maxSaid), Provenance: said(a.Confidence, a.Reason)}
	for _, c := range a.Corrections {
		f.Corrections = append(f.Corrections, classify.Correction{Field: c.Field, To: orNull(c.To), Reason: tidy(c.Reason, maxSaid)})
	}
	return f, err
}

// Encode writes a typed answer (a classify.Normalization, TimeInference,
// FamilyAssignment, TypeClassification, Verdict or FinalReview) as a model
// writes it: what Decode… reads.
func Encode(answer any) ([]byte, error) {
	switch a := answer.(type) {
	case classify.Normalization:
		return json.Marshal(unitAnswer{evidence(a.Provenance), a.Unit, a.UnitType, a.Scale, a.Currency, a.Per, a.BasePeriod, orNone(a.Prices), a.PPP, orNone(a.SeasonalAdjustment), a.Annualised, a.Confidence})
	case classify.TimeInference:
		return json.Marshal(timeAnswer{evidence(a.Provenance), a.ReportingFrequency, a.IsCumulative, a.Confidence})
	case classify.FamilyAssignment:
		return json.Marshal(familyAnswer{evidence(a.Provenance), a.Family, a.Confidence})
	case classify.TypeClassification:
		return json.Marshal(typeAnswer{evidence(a.Provenance), a.Type, orNone(a.ChangeBasis), a.Aggregation, a.Orientation, a.Confidence})
	case classify.Verdict:
		return json.Marshal(verdictAnswer{a.Reason, a.Passed, append([]string{}, a.FieldsWrong...), a.Confidence})
	case classify.FinalReview:
		f := finalAnswer{a.Reason, a.Status, []correctionAnswer{}, a.Confidence}
		for _, c := range a.Corrections {
			f.Corrections = append(f.Corrections, correctionAnswer{c.Field, c.To, c.Reason})
		}
		return json.Marshal(f)
	}
	return nil, fmt.Errorf("%T is no answer", answer)
}

func evidence(p classify.Provenance) string {
	if len(p.Evidence) == 0 {
		return ""
	}
	return p.Evidence[0]
}
