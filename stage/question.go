package stage

import (
	"strings"

	"classify"
	"classify/rulebook"
	"classify/units"
)

// unitQuestion holds the country only where the unit's symbol is a shared one,
// so that a plain unit is one question for all countries.
func unitQuestion(ind *classify.Indicator) classify.UnitQuestion {
	country := countryOf(ind)
	q := classify.UnitQuestion{
		Phrase:   strings.TrimSpace(ind.Units),
		Name:     withoutCountry(ind.Name),
		Scale:    strings.TrimSpace(ind.Scale),
		Currency: strings.ToUpper(strings.TrimSpace(ind.CurrencyCode)),
		Provider: providerScope(ind),
		Texts:    clip(ind.LongName+" "+ind.Periodicity+" "+ind.Description, maxDescription),
	}
	if sharedSymbol(q.Phrase) || sharedSymbol(q.Name) {
		q.Country = country
		if country == "" && nationalCurrency(q.Phrase) {
			q.Country = countryInName(ind.Name)
		}
	}
	return q
}

func timeQuestion(ind *classify.Indicator, n *classify.Normalization) classify.TimeQuestion {
	concept, phrase := conceptAndUnit(withoutQualifiers(fold(withoutCountry(ind.Name))), fold(ind.Units))
	return classify.TimeQuestion{
		Concept:     concept,
		Unit:        phrase,
		UnitType:    n.UnitType,
		Periodicity: strings.TrimSpace(ind.Periodicity),
		Description: clip(ind.Description, maxDescription),
	}
}

func familyQuestion(f *classify.Facts) classify.FamilyQuestion {
	ind := &f.Indicator
	name := withoutQualifiers(fold(withoutCountry(ind.Name)))
	concept, phrase := conceptAndUnit(name, fold(ind.Units))
	q := classify.FamilyQuestion{
		Concept:     concept,
		Name:        name,
		UnitPhrase:  phrase,
		UnitType:    f.Normalization.UnitType,
		Per:         f.Normalization.Per,
		HasCurrency: f.Normalization.Currency != "" || f.Normalization.UnitType == classify.UnitCurrency,
		Prices:      f.Normalization.Prices,
		Cumulative:  f.Time.IsCumulative,
		Frequency:   f.Time.ReportingFrequency,
		Collection:  f.Time.Collection,
		Signs:       "unknown",
		Level:       "unknown",
		Topic:       fold(ind.CategoryGroup + " " + ind.Topic),
	}
	switch q.UnitType {
	case classify.UnitPercentage, classify.UnitPercentagePoints, classify.UnitUnknown, "":
		// Only a percentage of something that is no percentage leaves the text
		// undecided between a level and a change.
		q.Signs, q.Level = signs(&f.Time.Shape), level(&f.Time.Shape)
	}
	if !rulebook.Knows(concept) {
		q.Description = clip(fold(ind.Description), maxDescription)
	}
	return q
}

// conceptAndUnit takes the unit phrase out of a folded name and chooses between
// it and the unit that the source gives: the source's own, unless it says
// nothing or the name's is the more precise percentage.
func conceptAndUnit(name, given string) (concept, phrase string) {
	concept, inName := rulebook.SplitUnit(name)
	switch {
	case given == "":
		return concept, inName
	case inName == "" || inName == given:
		return concept, given
	}
	said := units.Parse(given, units.Hints{})
	own := units.Parse(inName, units.Hints{})
	switch {
	case !said.Known:
		return concept, inName
	case said.UnitType != own.UnitType || own.UnitType == classify.UnitIndex:
		return name, given
	case strings.Contains(inName, "%") && len(inName) > len(given):
		return concept, inName
	}
	return name, given
}

func reviewQuestion(f *classify.Facts, d classify.Draft) classify.ReviewQuestion {
	return classify.ReviewQuestion{
		FamilyQuestion: familyQuestion(f),
		Shape:          f.Time.Shape,
		Unit:           f.Normalization.UnitLabels,
		Time:           f.Time.TimeLabels,
		Draft:          d,
	}
}

// maxDescription bounds the bytes of a description that a question holds.
const maxDescription = 600

// signs is the bucket of a series by the signs of its values.
func signs(s *classify.Shape) string {
	switch {
	case s.Points < 3:
		return "unknown"
	case s.Negatives == 0:
		return "positive"
	case s.Negatives == s.Points:
		return "negative"
	}
	return "mixed"
}

// level is the bucket of a series by the size of its median.
func level(s *classify.Shape) string {
	m := s.Median
	if m < 0 {
		m = -m
	}
	switch {
	case s.Points < 3:
		return "unknown"
	case m < 1:
		return "below-1"
	case m < 100:
		return "below-100"
	}
	return "above-100"
}
