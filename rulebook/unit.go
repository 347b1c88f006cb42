package rulebook

import (
	"context"

	"classify"
	"classify/units"
)

// AnswerUnit answers unit, scale, currency and denominator.
func (*Rulebook) AnswerUnit(_ context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	h := units.Hints{Currency: q.Currency, Country: q.Provider}
	if h.Country == "" {
		h.Country = q.Country
	}
	p := units.Parse(q.Phrase, h)
	n := classify.Normalization{UnitLabels: p.UnitLabels, Factor: p.Factor}
	n.By, n.Rule, n.Confidence, n.Evidence = Name, "unit.phrase", 0.95, p.Notes
	if !p.Known {
		_, inName := units.Split(q.Name)
		if inName != "" {
			if fromName := units.Parse(inName, h); fromName.Known {
				n.UnitLabels, n.Factor, n.Rule, n.Confidence = fromName.UnitLabels, fromName.Factor, "unit.name", 0.9
				return n, nil
			}
		}
		n.UnitType, n.Rule, n.Confidence = classify.UnitUnknown, "unit.unknown", 0.2
		if n.Scale == "" {
			n.Scale = classify.ScaleRaw
		}
	}
	return n, nil
}
