package series

import "classify"

// Options is what the texts say about a series.
type Options struct {
	Declared classify.Frequency // from the periodicity, or FrequencyUnknown
	// NamedYTD: a text calls the values year to date, or cumulative within a year.
	NamedYTD bool
	// NamedTotal: a text calls the values a running total since a start
	// ("cumulative", "since inception"); the word total alone says no such thing.
	NamedTotal bool
}

// Analysis is what the dates and values say.
type Analysis struct {
	Observed   classify.Frequency
	Cumulative classify.Cumulative
	Shape      classify.Shape
	Notes      []string
}

// Analyse reads a series.
func Analyse(values []classify.Observation, o Options) Analysis {
	return Analysis{Observed: classify.FrequencyUnknown, Cumulative: classify.Cumulative{Pattern: classify.PatternUnknown}, Shape: classify.Shape{Points: len(values)}}
}
