package series

import (
	"strings"

	"classify"
)

// ParsePeriodicity reads a declared periodicity. The collection is the moment
// within the period that it names: "end", "begin", "average" or "".
func ParsePeriodicity(text string) (f classify.Frequency, collection string, ok bool) {
	f, ok = FrequencyInWords(text)
	lower := strings.ToLower(text)
	switch {
	case strings.Contains(lower, "end of"):
		collection = "end"
	case strings.Contains(lower, "average"):
		collection = "average"
	}
	return f, collection, ok
}

// FrequencyInWords finds a frequency word inside a unit or a name.
func FrequencyInWords(text string) (classify.Frequency, bool) {
	lower := strings.ToLower(text)
	for _, w := range []struct {
		word string
		f    classify.Frequency
	}{{"monthly", classify.Monthly}, {"quarterly", classify.Quarterly}, {"biannual", classify.SemiAnnual}, {"semi-annual", classify.SemiAnnual},
		{"weekly", classify.Weekly}, {"daily", classify.Daily}, {"annual", classify.Annual}, {"yearly", classify.Annual}} {
		if strings.Contains(lower, w.word) {
			return w.f, true
		}
	}
	return classify.FrequencyUnknown, false
}
