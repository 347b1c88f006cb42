package units

import "classify"

// A Code is one canonical value of the label "unit".
type Code struct {
	Code     string
	UnitType classify.UnitType // of values that have this unit and no denominator
	Meaning  string
	// UCUM is the code of the Unified Code for Units of Measure, where it has
	// one.
	UCUM string
	// Per is the name under which the unit stands in the label "per"; empty if
	// it never does.
	Per string
}

// IsCurrency reports whether ISO 4217 has, or had, the alphabetic code, in
// capitals. It is safe for concurrent use.
func IsCurrency(code string) bool { return compiled().valid(code) }

// Codes lists the canonical units, beside the alphabetic codes of ISO 4217 for
// money, current and retired. A physical quantity per unit of time or a mass
// per volume has a compound of two UCUM codes ("bbl/d", "mm/a", "ug/m3"); every
// other denominator stands in the label "per" alone. The code of an amount
// in an unknown national currency is empty. Do not change the slice.
var Codes = codes()

func codes() []Code {
	all := []Code{
		{"percent", classify.UnitPercentage, "parts of a hundred", "%", ""},
		{"percentage-points", classify.UnitPercentagePoints, "a difference of two percentages; basis points with factor 0.01", "", ""},
		{"index", classify.UnitIndex, "a number with a base period or a scale of its own", "", ""},
		{"ratio", classify.UnitRatio, "a quotient without a unit, cover, multiplier", "1", ""},
		{intlUnit, classify.UnitCurrency, "international (Geary-Khamis) dollar of purchasing power parity", "", intlUnit},
		{"PPS", classify.UnitCurrency, "purchasing power standard of Eurostat", "", ""},
	}
	for _, table := range [...]struct {
		t    classify.UnitType
		rows []quantity
	}{
		{classify.UnitPhysical, physicalUnits},
		{classify.UnitDuration, durationUnits},
		{classify.UnitCount, countUnits},
		{classify.UnitCount, weakCounts},
	} {
		for _, q := range table.rows {
			name := q.per
			if name == "" {
				name = q.code
			}
			all = append(all, Code{q.code, table.t, q.meaning, q.ucum, name})
		}
	}
	return all
}
