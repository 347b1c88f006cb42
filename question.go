package classify

import "context"

// An Answerer answers the six questions. Questions are canonical: they hold
// only what the answer may depend on, folded and in a fixed order, so that the
// same question about 150 countries is one question. The rulebook is an
// Answerer; a language model is another. Implementations are safe for
// concurrent use and deterministic for equal questions where they can be.
type Answerer interface {
	AnswerUnit(context.Context, UnitQuestion) (Normalization, error)
	AnswerTime(context.Context, TimeQuestion) (TimeInference, error)
	AnswerFamily(context.Context, FamilyQuestion) (FamilyAssignment, error)
	AnswerType(context.Context, TypeQuestion) (TypeClassification, error)
	AnswerReview(context.Context, ReviewQuestion) (Verdict, error)
	AnswerFinal(context.Context, FinalQuestion) (FinalReview, error)
}

// UnitQuestion asks for unit, scale, currency, denominator and price basis.
type UnitQuestion struct {
	Phrase   string // the unit as the source writes it; empty if it has none
	Name     string // the indicator's name as written: read where the phrase says nothing, and to refute an impossible unit
	Scale    string // as the source declares it
	Currency string // ISO 4217, as the source declares it
	Country  string // ISO 3166 alpha-2 code of the indicator's country, or ""
	Provider string // whose national scope settles a shared symbol: "US" for FRED or BLS, "GB" for ONS, or ""
	Texts    string // description and periodicity, for seasonal adjustment and price basis only
}

// TimeQuestion asks for frequency and cumulative pattern.
type TimeQuestion struct {
	Concept     string
	Unit        string // the unit phrase, for words such as "annual" or "ytd"
	UnitType    UnitType
	Periodicity string // as declared
	Description string
	Observed    Frequency  // from the dates
	Cumulative  Cumulative // from the values
	Shape       Shape
}

// FamilyQuestion asks for the family.
type FamilyQuestion struct {
	Concept     string // the name without country, unit, frequency and adjustment words, folded to lower case
	Name        string // the name, folded, unit phrase in brackets kept
	UnitPhrase  string // folded
	UnitType    UnitType
	Per         string
	HasCurrency bool
	Prices      Prices
	Cumulative  bool
	Frequency   Frequency
	Collection  string // "end", "begin", "average" or ""
	// Signs is the bucket of the Shape: "negative", "mixed", "positive", "unknown".
	Signs string
	// Level is the bucket of the Shape's median: "below-1", "below-100", "above-100", "unknown".
	Level       string
	Topic       string // category group, dataset, topic; folded
	Description string // empty where the name decides
}

// TypeQuestion asks for type, change basis, aggregation and orientation.
type TypeQuestion struct {
	FamilyQuestion
	Family Family
	Type   Type // as a person set it; what follows from it is asked. "" where nobody did
}

// ReviewQuestion asks whether a draft is right.
type ReviewQuestion struct {
	FamilyQuestion
	Shape  Shape
	Unit   UnitLabels
	Time   TimeLabels
	Draft  Draft
	Failed []Violation // what the check found
}

// FinalQuestion asks what is right where the review failed.
type FinalQuestion struct {
	ReviewQuestion
	Verdict Verdict
}

// Violation is a field that a check refutes.
type Violation struct {
	Rule   string `json:"rule"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
	// Warn marks what is worth a note and refutes nothing.
	Warn bool `json:"warn,omitempty"`
}

// A Checker checks a draft, whoever answered: enumerations, valid pairs, and
// the values against the label.
type Checker interface {
	Check(Facts, Draft) []Violation
}
