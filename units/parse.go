package units

import (
	"strings"

	"classify"
	"github.com/bojanz/currency"
)

// Parse reads a unit phrase.
func Parse(phrase string, h Hints) Parsed {
	var p Parsed
	p.UnitType, p.Scale = classify.UnitUnknown, classify.ScaleRaw
	switch s := strings.TrimSpace(phrase); {
	case s == "%":
		p.Known, p.Unit, p.UnitType, p.Scale = true, "percent", classify.UnitPercentage, classify.ScalePercent
	case s != "" && currency.IsValid(s):
		p.Known, p.Unit, p.UnitType, p.Currency = true, s, classify.UnitCurrency, s
	}
	return p
}

// Split takes the unit phrase out of a name: "Tax revenue (%)" becomes
// "Tax revenue" and "%". phrase is "" if there is none.
func Split(name string) (rest, phrase string) {
	open, end := strings.LastIndexByte(name, '('), strings.LastIndexByte(name, ')')
	if open < 0 || end < open || !Parse(name[open+1:end], Hints{}).Known {
		return name, ""
	}
	return strings.TrimSpace(name[:open] + name[end+1:]), name[open+1 : end]
}
