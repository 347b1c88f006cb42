package prompt

import (
	"context"
	"strings"

	"classify"
	"classify/series"
)

// timeText is what frequency and running totals depend on.
type timeText struct {
	// Concept tells what can add up from what never does.
	Concept  string            `json:"concept,omitempty"`
	UnitType classify.UnitType `json:"unit_type,omitempty"`
	// Unit stands where nothing else names a frequency: its words may.
	Unit string `json:"unit,omitempty"`
	// Declared is the source's periodicity: the frequency that it names, or its
	// words where they name none.
	Declared string `json:"declared,omitempty"`
	// Observed is the frequency of the dates, which wins.
	Observed classify.Frequency `json:"observed,omitempty"`
	// ToDate says that name or unit names a year-to-date figure.
	ToDate bool `json:"to_date,omitempty"`
	// Pattern is what arithmetic found in the values; it is doubtful below the
	// confidence from which on it stands alone.
	Pattern  classify.Pattern `json:"pattern,omitempty"`
	Doubtful bool             `json:"pattern_doubtful,omitempty"`
	// Description stands where nothing else names a frequency.
	Description string `json:"description,omitempty"`
}

// standsAlone is the confidence from which on a pattern needs no word beside it.
const standsAlone = 0.7

func canonicalTime(q *classify.TimeQuestion) timeText {
	c := conceptOf(q.Concept, q.UnitType)
	t := timeText{Concept: c.name, UnitType: q.UnitType, Observed: q.Observed, ToDate: c.toDate || namesTotal(q.Concept, q.Unit), Pattern: q.Cumulative.Pattern}
	if t.Observed == classify.FrequencyUnknown {
		t.Observed = ""
	}
	if t.Pattern == classify.PatternUnknown {
		t.Pattern = ""
	}
	if own, _ := book.AnswerTime(context.Background(), *q); own.IsCumulative && !running(t.Pattern) {
		t.ToDate = true // the rulebook reads it out of the words
	}
	t.Doubtful = t.Pattern != "" && t.Pattern != classify.PatternPeriodic && q.Cumulative.Confidence < standsAlone
	if f, _, ok := series.ParsePeriodicity(q.Periodicity); ok {
		t.Declared = string(f)
	} else {
		t.Declared = strings.ToLower(tidy(q.Periodicity, maxWord))
		if t.Observed == "" {
			t.Unit, t.Description = strings.ToLower(tidy(q.Unit, maxUnit)), tidy(q.Description, maxDescription)
		}
	}
	return t
}

// namesTotal reports whether texts name a total from a start.
func namesTotal(texts ...string) bool {
	for _, text := range texts {
		text = strings.ToLower(text)
		for _, words := range [...]string{"ytd", "fytd", "year to date", "year-to-date", "cumulative", "accumulated", "cumulated", "to date", "running total", "since the beginning of the year", "total since"} {
			if hasWords(text, words) {
				return true
			}
		}
	}
	return false
}

func (t *timeText) question() classify.TimeQuestion {
	q := classify.TimeQuestion{Concept: t.Concept, Unit: t.Unit, UnitType: t.UnitType, Periodicity: t.Declared, Description: t.Description, Observed: t.Observed,
		Cumulative: classify.Cumulative{Pattern: t.Pattern, Confidence: 0.9}}
	if t.Declared == string(classify.MultiYear) {
		q.Periodicity = "every two years" // a name of no frequency is read as words
	}
	if t.Doubtful {
		q.Cumulative.Confidence = 0.5
	}
	if q.Observed == "" {
		q.Observed = classify.FrequencyUnknown
	}
	if q.Cumulative.Pattern == "" {
		q.Cumulative.Pattern = classify.PatternUnknown
	}
	if t.ToDate && !namesTotal(q.Concept, q.Unit) {
		q.Concept += ", year to date"
	}
	return q
}
