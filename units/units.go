// Package units reads the unit of an indicator as people write it, such as
// "Billions of Chained 2012 Dollars", "% of GDP" or "LCU per US$, period
// average", into the labels of the taxonomy: unit, unit type, scale,
// currency, denominator, base period and price basis.
//
// It reads words, never substrings. Everything in it is safe for concurrent
// use: the tables are compiled once and then only read.
package units

import "classify"

// Hints are what the source says beside the unit string. They settle what the
// string leaves open, and never overrule it.
type Hints struct {
	// Currency is the declared ISO 4217 alphabetic code, or "".
	Currency string
	// Country is the ISO 3166 alpha-2 code of the country whose national scope
	// settles a shared symbol or "national currency", or "".
	Country string
}

// Parsed is what a unit phrase says.
type Parsed struct {
	classify.UnitLabels
	// Factor multiplies a value into the unit, beside the scale: 0.01 for basis
	// points in percentage points. 0 means 1.
	Factor float64
	// Notes say what was ambiguous or contradicted a hint.
	Notes []string
	// Known reports whether the phrase said something about the unit; a method
	// note such as "modeled ILO estimate" does not.
	Known bool
	// IsChange reports that the phrase itself calls the value a change, and
	// Change says against what; Change may also be set where the phrase only
	// names the comparison ("annual %").
	IsChange bool
	Change   classify.ChangeBasis
	// Collection is "end", "average" or "begin" where the phrase says so.
	Collection string
}
