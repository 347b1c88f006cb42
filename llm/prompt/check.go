package prompt

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"classify"
	"classify/units"
)

// maxAnswer bounds the bytes of an answer that is read.
const maxAnswer = 1 << 16

// Check reports whether an answer can be used: it fits the schema and the
// taxonomy, and the rulebook's check refutes nothing of it that the question
// alone settles. The error's text is what the model is told.
func (q Question) Check(answer []byte) error {
	p := Of(q.Stage)
	switch {
	case p == nil:
		return fmt.Errorf("%q is no stage", q.Stage)
	case len(answer) > maxAnswer:
		return fmt.Errorf("the answer has %d bytes; at most %d are read", len(answer), maxAnswer)
	}
	var instance map[string]any
	if err := json.Unmarshal(answer, &instance); err != nil {
		return fmt.Errorf("the answer is not one JSON object: %w", err)
	}
	if err := misfit("the answer", p.answer, instance); err != nil {
		return fmt.Errorf("the answer does not fit the schema: %w", err)
	}
	if c, ok := instance["confidence"].(float64); !ok || c < 0 || c > 1 {
		return fmt.Errorf("confidence %v is not a number from 0 to 1", instance["confidence"])
	}
	if q.Stage == classify.StageFamily {
		return nil // the schema says all
	}
	question, err := Parse(q.Stage, q.Text)
	if err != nil {
		return err
	}
	switch question := question.(type) {
	case classify.UnitQuestion:
		return checked(answer, func(a *unitAnswer) error { return a.check(&question) })
	case classify.TimeQuestion:
		return checked(answer, func(a *timeAnswer) error { return a.check(&question) })
	case classify.TypeQuestion:
		return checked(answer, func(a *typeAnswer) error { return a.check(&question) })
	case classify.ReviewQuestion:
		return checked(answer, func(a *verdictAnswer) error { return a.check(&question) })
	case classify.FinalQuestion:
		return checked(answer, func(a *finalAnswer) error { return a.check(&question) })
	}
	return nil
}

func checked[A any](answer []byte, check func(*A) error) error {
	var a A
	if err := json.Unmarshal(answer, &a); err != nil { // the schema has let it pass
		return fmt.Errorf("read the answer: %w", err)
	}
	return check(&a)
}

func (a *unitAnswer) check(q *classify.UnitQuestion) error {
	switch {
	case a.Currency != "" && !units.IsCurrency(a.Currency):
		return fmt.Errorf("currency %q is no ISO 4217 code; write three capital letters, or leave it empty", tidy(a.Currency, maxWord))
	case a.Currency != "" && a.UnitType != classify.UnitCurrency && a.UnitType != classify.UnitRate:
		return fmt.Errorf("currency %s with unit_type %s: only a currency-amount and a rate have a currency", a.Currency, a.UnitType)
	case a.UnitType == classify.UnitCurrency && units.IsCurrency(a.Unit) && a.Unit != a.Currency:
		return fmt.Errorf("unit %s and currency %q differ; the unit of a currency-amount is its currency", a.Unit, a.Currency)
	case (a.Scale == classify.ScalePercent) != (a.UnitType == classify.UnitPercentage):
		return fmt.Errorf("scale %s with unit_type %s: a percentage has the scale percent, and nothing else has", a.Scale, a.UnitType)
	case (a.Scale == classify.ScaleIndex) != (a.UnitType == classify.UnitIndex):
		return fmt.Errorf("scale %s with unit_type %s: an index has the scale index, and nothing else has", a.Scale, a.UnitType)
	}
	for field, code := range map[string]string{"unit": a.Unit, "per": a.Per, "base_period": a.BasePeriod} {
		if len(code) > maxWord || code != tidy(code, maxWord) {
			return fmt.Errorf("%s is a short code of at most %d characters, or empty", field, maxWord)
		}
	}
	p := units.Parse(q.Phrase, units.Hints{Currency: q.Currency, Country: q.Country})
	if !p.Known || p.UnitType != a.UnitType {
		return nil
	}
	switch {
	case p.ScalePow10 != 0 && p.Scale != a.Scale:
		return fmt.Errorf("scale %s: the unit says %s", a.Scale, p.Scale)
	case p.Currency != "" && p.Currency != a.Currency:
		return fmt.Errorf("currency %q: the unit says %s", a.Currency, p.Currency)
	}
	return nil
}

func (a *timeAnswer) check(q *classify.TimeQuestion) error {
	if q.Observed != "" && q.Observed != classify.FrequencyUnknown && a.Frequency != q.Observed {
		return fmt.Errorf("reporting_frequency %s: the dates say %s, and they win", a.Frequency, q.Observed)
	}
	if a.IsCumulative {
		return mayBeCumulative(q)
	}
	return nil
}

// mayBeCumulative returns why a series is no running total, or nil if
// arithmetic or words allow that it is one.
func mayBeCumulative(q *classify.TimeQuestion) error {
	switch q.UnitType {
	case classify.UnitCurrency, classify.UnitCount, classify.UnitPhysical, classify.UnitUnknown, "":
	default:
		return fmt.Errorf("is_cumulative: a value in %s is never a running total; it has to be false", q.UnitType)
	}
	if own, _ := book.AnswerTime(context.Background(), *q); own.IsCumulative {
		return nil
	}
	if !running(q.Cumulative.Pattern) && !namesTotal(q.Concept, q.Unit) {
		return fmt.Errorf("is_cumulative: neither the values nor the name show a running total; it has to be false")
	}
	return nil
}

func running(p classify.Pattern) bool {
	return p == classify.PatternYTD || p == classify.PatternFiscalYTD || p == classify.PatternRunningTotal
}

func (a *typeAnswer) check(q *classify.TypeQuestion) error {
	if q.Type != "" && a.Type != q.Type {
		return fmt.Errorf("type %s: a person set the type %s, which stands", a.Type, q.Type)
	}
	d := classify.Draft{}
	d.UnitType, d.Per, d.Prices, d.IsCumulative = q.UnitType, q.Per, q.Prices, q.Cumulative
	d.Family = q.Family
	d.KindLabels = classify.KindLabels{Type: a.Type, ChangeBasis: orNull(a.ChangeBasis), Aggregation: a.Aggregation, Orientation: a.Orientation}
	return refuted(&d, "type", "change_basis", "temporal_aggregation", "orientation")
}

// refuted returns what the rulebook's check refutes of the fields of a draft,
// and what is allowed instead.
func refuted(d *classify.Draft, fields ...string) error {
	// What the question does not hold cannot be wrong in it.
	d.Scale, d.ReportingFrequency, d.CumulativePattern = classify.ScaleRaw, classify.Monthly, classify.PatternPeriodic
	if d.UnitType == "" {
		d.UnitType = classify.UnitUnknown
	}
	for _, v := range book.Check(classify.Facts{}, *d) {
		if !v.Warn && slices.Contains(fields, v.Field) {
			return fmt.Errorf("%s: %s.%s", v.Field, v.Reason, allowed(d, v.Field))
		}
	}
	return nil
}

// allowed says what a field may be beside the rest of the draft.
func allowed(d *classify.Draft, field string) string {
	var values []string
	row, paired := classify.Pair(d.Family, d.Type)
	switch {
	case field == "type":
		for _, t := range classify.Types {
			if t.Family == d.Family {
				values = append(values, string(t.Type))
			}
		}
		return fmt.Sprintf(" Types of %s: %s.", d.Family, strings.Join(values, ", "))
	case field == "temporal_aggregation" && paired:
		for _, a := range row.Aggregations {
			if classify.UnitAllows(d.UnitType, a) && !(d.IsCumulative && a == classify.PeriodTotal) {
				values = append(values, string(a))
			}
		}
		return fmt.Sprintf(" Allowed here: %s.", strings.Join(values, ", "))
	case field == "change_basis":
		return " It is none, except for the type rate of change-movement, which has one."
	}
	return ""
}

func (a *verdictAnswer) check(q *classify.ReviewQuestion) error {
	switch {
	case a.Passed && len(a.FieldsWrong) > 0:
		return fmt.Errorf("passed is true, but fields_wrong names %s; either leave it empty or set passed to false", strings.Join(a.FieldsWrong, ", "))
	case !a.Passed && len(a.FieldsWrong) == 0:
		return fmt.Errorf("passed is false, but fields_wrong is empty; name at least one wrong field")
	}
	for _, field := range a.FieldsWrong {
		if slices.Contains(q.Draft.Overridden, field) {
			return fmt.Errorf("fields_wrong: a person set %s, which stands", field)
		}
		if !slices.Contains(stated, field) && !slices.ContainsFunc(q.Failed, func(v classify.Violation) bool { return v.Field == field }) {
			return fmt.Errorf("fields_wrong: the question says nothing of %s; name only %s", field, strings.Join(stated, ", "))
		}
	}
	return nil
}

func (a *finalAnswer) check(q *classify.FinalQuestion) error {
	switch {
	case a.Status == classify.ReviewCorrected && len(a.Corrections) == 0:
		return fmt.Errorf("status is corrected, but there is no correction; correct at least one field, or answer passed or escalated")
	case a.Status != classify.ReviewCorrected && len(a.Corrections) > 0:
		return fmt.Errorf("status is %s, but there are corrections; only corrected has them", a.Status)
	case a.Status != classify.ReviewCorrected && a.Status != classify.ReviewPassed:
		return nil
	}
	d := q.Draft
	var seen []string
	for _, c := range a.Corrections {
		field := classify.FieldByName(c.Field)
		shown := slices.Contains(stated, c.Field) || slices.Contains(q.Verdict.FieldsWrong, c.Field)
		switch {
		case field == nil || !shown:
			return fmt.Errorf("corrections: the question does not show %s; correct only %s", c.Field, strings.Join(stated, ", "))
		case slices.Contains(d.Overridden, c.Field):
			return fmt.Errorf("corrections: a person set %s, which stands", c.Field)
		case slices.Contains(seen, c.Field):
			return fmt.Errorf("corrections: %s is there twice", c.Field)
		}
		seen = append(seen, c.Field)
		before := field.Get(&d.Labels)
		if err := field.Set(&d.Labels, orNull(c.To)); err != nil {
			return fmt.Errorf("corrections: %w", err)
		}
		if field.Get(&d.Labels) == before {
			return fmt.Errorf("corrections: %s is %q already; correct only what changes", c.Field, before)
		}
	}
	// Pair, roll-up and unit have to fit together, whatever was corrected.
	return refuted(&d, slices.DeleteFunc(slices.Clone(stated), func(f string) bool { return slices.Contains(d.Overridden, f) })...)
}
