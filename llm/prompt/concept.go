package prompt

import (
	"strings"

	"classify"
	"classify/units"
)

// A concept is what a folded name says, without what is said elsewhere in the
// question or cannot change the answer.
type concept struct {
	name      string
	collected string // "end" or "average", where the name ends in those words
	toDate    bool   // the name says year to date
}

func conceptOf(name string, unit classify.UnitType) concept {
	c := concept{name: tidy(name, maxName)}
	for {
		before := c.name
		c.withoutUnit(unit)
		c.withoutEnding()
		if c.name == before {
			return c
		}
	}
}

// withoutUnit takes a unit off the name that is of the type which the question
// gives: "minimum wage, monthly (cop, per month)". A unit of another type stays,
// because it contradicts.
func (c *concept) withoutUnit(unit classify.UnitType) {
	rest, phrase := units.Split(c.name)
	if phrase == "" || rest == "" {
		return
	}
	p := units.Parse(phrase, units.Hints{})
	if p.Known && p.UnitType == unit && !p.IsChange && p.UnitType != classify.UnitPercentage {
		c.name = rest
	}
}

// withoutEnding takes off what stands at the end behind a comma or in brackets
// and says when or how adjusted a value is, not what it is.
func (c *concept) withoutEnding() {
	name := strings.TrimRight(c.name, " ,;:")
	if bare, ok := strings.CutSuffix(name, " ytd"); ok {
		c.name, c.toDate = bare, true
		return
	}
	if bare, ok := strings.CutSuffix(name, " fytd"); ok {
		c.name, c.toDate = bare, true
		return
	}
	cut, open := strings.TrimSuffix(name, ")"), ", "
	if len(cut) < len(name) {
		open = " ("
	}
	i := strings.LastIndex(cut, open)
	if i <= 0 {
		c.name = name
		return
	}
	switch ending := cut[i+2:]; {
	case plainEndings[ending]:
		c.name = name[:i]
	case toDateEndings[ending]:
		c.name, c.toDate = name[:i], true
	case collections[ending] != "" && c.collected == "":
		c.name, c.collected = name[:i], collections[ending]
	default:
		c.name = name
	}
}

// plainEndings say how often or how adjusted, or nothing at all.
var plainEndings = set("monthly|quarterly|annual|annually|yearly|weekly|daily|sa|nsa|s.a.|n.s.a.|swda|seasonally adjusted|not seasonally adjusted|unadjusted|calendar adjusted|monthly data|quarterly data|annual data|total")

// toDateEndings are the ways in which catalogues write year to date.
var toDateEndings = set("year to date|year-to-date|ytd|fytd|fiscal year to date|fiscal year-to-date|january to date|cumulative since the beginning of the year|cumulative since the start of the year|cumulative since the start of the fiscal year|cumulative since january")

var collections = map[string]string{"end of period": "end", "period end": "end", "eop": "end", "period average": "average", "average of period": "average"}

func set(list string) map[string]bool {
	m := map[string]bool{}
	for v := range strings.SplitSeq(list, "|") {
		m[v] = true
	}
	return m
}
