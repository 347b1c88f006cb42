package units

import (
	"strings"

	"classify"
)

// physicalLevel reads a physical quantity. Per unit of time it stays one
// ("barrels per day"), and so does a concentration; per person, area or good
// it is a rate.
func (r *reader) physicalLevel(i int) {
	it := r.items[i]
	q := &r.lex.quantities[it.arg]
	r.set(classify.UnitPhysical, q.code, classify.ScaleRaw)
	r.scale(int(it.pow))
	switch {
	case q.code == "bbl/d":
		r.p.Per = "day"
	case strings.HasSuffix(q.code, "bit/s"):
		r.p.Per = "second"
	}
	if r.nPer == 0 {
		return
	}
	d := r.mainDivisor()
	switch {
	case d.class == perNothing:
		return
	case d.class == perTime:
		r.p.Unit = q.code + "/" + d.unit.ucum
	case d.unit != nil && (d.unit.code == "m3" || d.unit.code == "l") && grams(q.code):
		r.p.Unit = q.code + "/" + d.unit.ucum
	default:
		r.p.UnitType = classify.UnitRate
	}
	r.p.Per = d.name
}

// grams reports a mass of which a concentration is made.
func grams(code string) bool { return code == "ug" || code == "mg" || code == "g" }

// mainDivisor is the denominator that decides: a person goes before a time
// ("per day per person"), otherwise the first.
func (r *reader) mainDivisor() divisor {
	d := r.divisor(r.pers[0])
	if r.nPer > 1 && (d.class == perTime || d.class == perNothing) {
		if second := r.divisor(r.pers[1]); second.class != perNothing && second.class != perTime {
			return second
		}
	}
	return d
}

// durationLevel reads a length of time; per person or per week it stays one.
func (r *reader) durationLevel(i int) {
	q := &r.lex.quantities[r.items[i].arg]
	r.set(classify.UnitDuration, q.code, classify.ScaleRaw)
	r.scale(0)
	if r.nPer == 0 {
		return
	}
	d := r.mainDivisor()
	r.p.Per = d.name
	if d.class == perGood || d.class == perMoney {
		r.p.UnitType = classify.UnitRate
	}
}

// countLevel reads things that are counted. Per unit of time they stay a
// count; per thing of the same kind they are a ratio; otherwise a rate.
func (r *reader) countLevel(i int) {
	if r.odd > 2 && r.nPer == 0 && !r.has(weak) && !r.has(scale) {
		return // a thing is mentioned in a sentence about something else
	}
	q := &r.lex.quantities[r.items[i].arg]
	r.set(classify.UnitCount, q.code, classify.ScaleRaw)
	r.scale(int(r.items[i].pow))
	if r.nPer == 0 {
		return
	}
	d := r.mainDivisor()
	r.p.Per = d.name
	switch {
	case d.class == perTime, d.class == perNothing:
	case d.unit != nil && d.unit.code == q.code && d.name == q.per:
		r.p.UnitType, r.p.Unit = classify.UnitRatio, "ratio"
	default:
		r.p.UnitType = classify.UnitRate
	}
}

// moneyLevel reads an amount of money, or a price where it is money per good,
// service, asset, currency or working time.
func (r *reader) moneyLevel(h Hints) {
	p := &r.p
	i := r.firstMoney()
	it := r.items[i]
	if it.kind == shared && r.lex.sets[it.arg].mass && CurrencyOf(h.Country) == "USD" && h.Currency != "GBP" {
		r.set(classify.UnitPhysical, "lb", classify.ScaleRaw)
		r.scale(0)
		return
	}
	r.set(classify.UnitCurrency, "", classify.ScaleRaw)
	r.scale(0)
	switch {
	case it.kind == intl && it.arg == 1:
		p.Unit, p.PPP = "PPS", true
	case it.kind == intl || it.kind == ppp || r.has(ppp) || r.has(intl):
		p.Unit, p.PPP = intlUnit, true
	default:
		r.currencyOf(i, h)
	}
	if it.kind == cent {
		p.Factor = 0.01
	}
	if r.nPer == 0 {
		return
	}
	d := r.mainDivisor()
	p.Per = d.name
	if d.class == perMoney && it.kind == currency && r.kindAt(i+1) == per && r.folded[r.tokens[r.items[i+1].first].start] == '/' {
		p.Notes = append(p.Notes, "two currencies with a stroke read as a division; as a market pair they would be the inverse")
	}
	switch d.class {
	case perNothing, perPerson:
	case perTime:
		// Millions a month are a flow, not a wage; dollars a day at purchasing
		// power parity are an income, but those of an hour worked are its price.
		if !d.year && p.ScalePow10 < 6 && (!p.PPP || d.name == "hour") {
			p.UnitType = classify.UnitRate
		}
	default:
		p.UnitType = classify.UnitRate
	}
}

// firstMoney is the item that names the money; the word "PPP" only if no other does.
func (r *reader) firstMoney() int {
	first := -1
	for _, k := range [...]kind{intl, currency, shared, local, cent} {
		if i := int(r.at[k]); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first < 0 {
		first = int(r.at[ppp])
	}
	return first
}
