package prompt

import (
	"context"
	"strings"

	"classify"
	"classify/units"
)

// unitText is what unit, scale and currency depend on.
type unitText struct {
	// Unit is as the source writes it: capitals tell USd from USD.
	Unit string `json:"unit,omitempty"`
	// Scale and Currency are as the source declares them: evidence where the unit
	// names none.
	Scale    string `json:"declared_scale,omitempty"`
	Currency string `json:"declared_currency,omitempty"`
	// Country and Provider settle a symbol that several countries share; the
	// question has the country only for those.
	Country  string `json:"country,omitempty"`
	Provider string `json:"provider_country,omitempty"`
	// Name stands where the unit says nothing, where it adds a denominator, and
	// where it makes the unit impossible.
	Name string `json:"name,omitempty"`
	// Adjustment is what the texts say of the season.
	Adjustment classify.Adjustment `json:"seasonal_adjustment,omitempty"`
	// Texts stand where neither unit nor name says what the values are in.
	Texts string `json:"texts,omitempty"`
}

func canonicalUnit(q *classify.UnitQuestion) unitText {
	t := unitText{Unit: tidy(q.Phrase, maxUnit), Scale: strings.ToLower(tidy(q.Scale, maxWord)), Currency: tidy(q.Currency, maxWord), Country: q.Country, Provider: q.Provider}
	full, _ := book.AnswerUnit(context.Background(), *q) // the rulebook answers every question
	if full.UnitType == classify.UnitUnknown {
		t.Name, t.Texts = tidy(q.Name, maxName), tidy(q.Texts, maxDescription)
		return t
	}
	bare := *q
	bare.Name, bare.Texts = "", ""
	if own, _ := book.AnswerUnit(context.Background(), bare); !units.Parse(q.Phrase, units.Hints{}).Known || !sameUnit(own.UnitLabels, full.UnitLabels) {
		t.Name = tidy(q.Name, maxName)
		bare.Name = q.Name
	}
	if own, _ := book.AnswerUnit(context.Background(), bare); own.SeasonalAdjustment != full.SeasonalAdjustment {
		t.Adjustment = full.SeasonalAdjustment
	}
	return t
}

// sameUnit compares all but the seasonal adjustment.
func sameUnit(a, b classify.UnitLabels) bool {
	a.SeasonalAdjustment, b.SeasonalAdjustment = "", ""
	return a == b
}

func (t *unitText) question() classify.UnitQuestion {
	q := classify.UnitQuestion{Phrase: t.Unit, Name: t.Name, Scale: t.Scale, Currency: t.Currency, Country: t.Country, Provider: t.Provider, Texts: t.Texts}
	switch t.Adjustment {
	case classify.SeasonallyAdjusted:
		q.Texts = "seasonally adjusted"
	case classify.NotAdjusted:
		q.Texts = "not seasonally adjusted"
	}
	return q
}
