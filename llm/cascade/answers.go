package cascade

import (
	"context"

	"classify"
	"classify/llm/prompt"
)

// AnswerUnit asks the model where the rulebook cannot read the unit.
func (a *Answerer) AnswerUnit(ctx context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	own, err := a.Book.AnswerUnit(ctx, q)
	confidence := a.Book.Calibrated(own.Confidence)
	known := own.UnitType != classify.UnitUnknown
	if err != nil || a.sure(confidence) || a.Policy == Thorough && known {
		return own, err
	}
	r, err := a.ask(ctx, prompt.Unit(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		own.Provenance = unanswered(own.Provenance, "unit_type", r.unusable)
		return own, nil
	}
	n, err := prompt.DecodeUnit(r.JSON)
	if err != nil {
		return own, err
	}
	n.Provenance = r.provenance(n.Provenance)
	if known {
		compare(&n.Provenance, "unit_type", own.UnitType, n.UnitType, confidence)
		compare(&n.Provenance, "scale", own.Scale, n.Scale, confidence)
		compare(&n.Provenance, "currency", own.Currency, n.Currency, confidence)
	}
	complete(&n, &own)
	return n, nil
}

// complete adds what arithmetic and dictionaries know better than a model.
func complete(n, own *classify.Normalization) {
	if n.Currency == own.Currency {
		n.CurrencyRetired = own.CurrencyRetired
	}
	if n.UnitType == own.UnitType {
		n.Factor = own.Factor
		n.Confidence = agreed(n.Confidence, own.Confidence)
	}
	if n.SeasonalAdjustment == "" {
		n.SeasonalAdjustment = own.SeasonalAdjustment
	}
	n.Annualised = n.Annualised || own.Annualised
}

// together is the confidence of a model's answer after the rulebook's was held
// against it.
func together(model, book float64, same bool) float64 {
	if same {
		return agreed(model, book)
	}
	return overruled(model, book)
}

// AnswerTime asks the model for a frequency that neither dates nor texts say.
// What arithmetic found about running totals is no matter of its opinion.
func (a *Answerer) AnswerTime(ctx context.Context, q classify.TimeQuestion) (classify.TimeInference, error) {
	own, err := a.Book.AnswerTime(ctx, q)
	known := own.ReportingFrequency != classify.FrequencyUnknown
	if err != nil || a.sure(a.Book.Calibrated(own.Confidence)) || a.Policy == Thorough && known {
		return own, err
	}
	r, err := a.ask(ctx, prompt.Time(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		own.Provenance = unanswered(own.Provenance, "reporting_frequency", r.unusable)
		return own, nil
	}
	t, err := prompt.DecodeTime(q, r.JSON)
	if err != nil {
		return own, err
	}
	frequency, said := t.ReportingFrequency, r.provenance(t.Provenance)
	said.Evidence = append(said.Evidence, own.Evidence...)
	if known {
		compare(&said, "reporting_frequency", own.ReportingFrequency, frequency, a.Book.Calibrated(own.Confidence))
	}
	own.ReportingFrequency, own.Provenance = frequency, said
	return own, nil
}

// AnswerFamily asks the model where the rulebook is not sure, or always.
func (a *Answerer) AnswerFamily(ctx context.Context, q classify.FamilyQuestion) (classify.FamilyAssignment, error) {
	own, err := a.Book.AnswerFamily(ctx, q)
	if err != nil {
		return own, err
	}
	confidence := a.Book.FamilyConfidence(&q, own.Confidence)
	if a.sure(confidence) {
		return own, nil
	}
	r, err := a.ask(ctx, prompt.Family(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		own.Provenance = unanswered(own.Provenance, "family", r.unusable)
		return own, nil
	}
	f, err := prompt.DecodeFamily(r.JSON)
	if err != nil {
		return own, err
	}
	f.Provenance = r.provenance(f.Provenance)
	f.Confidence = together(f.Confidence, confidence, f.Family == own.Family)
	compare(&f.Provenance, "family", own.Family, f.Family, confidence)
	return f, nil
}

// AnswerType asks the model where the rulebook is not sure, or always.
func (a *Answerer) AnswerType(ctx context.Context, q classify.TypeQuestion) (classify.TypeClassification, error) {
	own, err := a.Book.AnswerType(ctx, q)
	if err != nil {
		return own, err
	}
	confidence := a.Book.TypeConfidence(&q, own.Type, own.Confidence)
	if a.sure(confidence) {
		return own, nil
	}
	r, err := a.ask(ctx, prompt.Type(q))
	switch {
	case err != nil || r.counted:
		return own, err
	case r.unusable != nil:
		own.Provenance = unanswered(own.Provenance, "type", r.unusable)
		return own, nil
	}
	t, err := prompt.DecodeType(r.JSON)
	if err != nil {
		return own, err
	}
	t.Provenance = r.provenance(t.Provenance)
	t.Confidence = together(t.Confidence, confidence, t.Type == own.Type && t.Aggregation == own.Aggregation)
	compare(&t.Provenance, "type", own.Type, t.Type, confidence)
	if t.Type == own.Type { // otherwise these follow from the other type
		compare(&t.Provenance, "temporal_aggregation", own.Aggregation, t.Aggregation, confidence)
		compare(&t.Provenance, "change_basis", own.ChangeBasis, t.ChangeBasis, confidence)
		compare(&t.Provenance, "orientation", own.Orientation, t.Orientation, confidence)
	}
	return t, nil
}
