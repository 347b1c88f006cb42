package units

import "classify"

// intlUnit is the code of the international (Geary-Khamis) dollar, which has
// no ISO 4217 code.
const intlUnit = "international-dollar"

// interpret turns the items into labels. The order is that of the taxonomy: a
// change in per cent before anything else, then what has a base or a scale of
// its own, then the first unit that the phrase names.
func (r *reader) interpret(h Hints) {
	p := &r.p
	p.UnitType, p.Scale = classify.UnitUnknown, classify.ScaleRaw
	basePeriod, isIndex := r.based()
	r.qualifiers()
	changes := r.has(growth)
	perCent := r.has(percent) || r.of.to > 0
	switch {
	case r.has(constructed):
		p.Known = true
	case r.numbered() && !changes:
		r.level(h)
	case r.has(basis):
		r.set(classify.UnitPercentagePoints, "percentage-points", classify.ScaleRaw)
		p.Factor = 0.01
	case r.has(points), r.has(contribution), r.has(minus) && r.has(percent):
		r.set(classify.UnitPercentagePoints, "percentage-points", classify.ScaleRaw)
	case isIndex && !(perCent && changes):
		r.set(classify.UnitIndex, "index", classify.ScaleIndex)
		p.BasePeriod = basePeriod
	case r.has(index) && !changes, r.bounded() && !perCent && !r.has(quotient):
		r.set(classify.UnitIndex, "index", classify.ScaleIndex)
		p.BasePeriod = r.period(0, r.size)
	case perCent:
		r.set(classify.UnitPercentage, "percent", classify.ScalePercent)
		p.Per = r.wholeName()
	default:
		r.level(h)
	}
	r.change(perCent)
	if r.nPer > 0 && (r.zoneHas(r.pers[0], intl) || r.zoneHas(r.pers[0], ppp)) {
		p.PPP = true
	}
	if p.UnitType != classify.UnitIndex {
		r.pricing(p.UnitType == classify.UnitCurrency || p.Currency != "" || p.PPP)
	} else if r.has(chained) {
		p.Prices = classify.PricesChained
	}
}

// numbered reports a phrase that begins with "Number of": a percentage or money
// further on belongs to what is counted ("number of people spending more than 10 %").
func (r *reader) numbered() bool {
	i := 0
	for r.kindAt(i) == noise {
		i++
	}
	return r.kindAt(i) == weak && r.kindAt(i+1) == of
}

func (r *reader) set(t classify.UnitType, unit string, s classify.Scale) {
	r.p.Known, r.p.UnitType, r.p.Unit, r.p.Scale = true, t, unit, s
}

// qualifiers reads what may stand beside any unit.
func (r *reader) qualifiers() {
	p := &r.p
	switch {
	case r.has(saar):
		p.SeasonalAdjustment, p.Annualised = classify.SeasonallyAdjusted, true
	case r.has(unadjusted):
		p.SeasonalAdjustment = classify.NotAdjusted
	case r.has(adjusted):
		p.SeasonalAdjustment = classify.SeasonallyAdjusted
	}
	if r.has(annualised) {
		p.Annualised = true
	}
	if i := r.at[collection]; i >= 0 {
		p.Collection = collections[r.items[i].arg]
	}
}

// change reads whether the value is a change, and against what.
func (r *reader) change(perCent bool) {
	p := &r.p
	states := r.has(growth) || r.has(contribution)
	if i := r.at[against]; i >= 0 {
		arg := r.items[i].arg
		p.Change = changes[arg%statesChange]
		// A comparison makes a percentage a change; beside an amount it only
		// says with what the amount may be compared.
		states = states || arg >= statesChange || perCent || !p.Known
	} else if r.has(annual) && (perCent || r.has(growth)) {
		p.Change = classify.ChangeYearOnYear
	}
	if p.UnitType == classify.UnitIndex && (p.BasePeriod != "" || r.has(equals)) {
		p.Change, states = "", false // "previous year = 100" is a level, "50 = no change" too
	}
	p.IsChange = states
	if !states {
		return
	}
	switch {
	case r.has(contribution):
		p.Change = classify.ChangeContribution
	case p.Annualised:
		p.Change = classify.ChangeAnnualised
	case p.Change == "":
		p.Change = classify.ChangeUnknown
	}
}

// level reads a phrase that is neither percentage nor index by its own words:
// the first unit in the head decides.
func (r *reader) level(h Hints) {
	first, k := r.size, unknown
	for _, c := range [...]kind{currency, shared, local, intl, ppp, cent, physical, count, duration, quotient} {
		if (c == count || c == duration) && money(k) && !r.numbered() {
			continue // "Loans, USD million" counts no loans
		}
		if i := r.at[c]; i >= 0 && int(i) < first {
			first, k = int(i), c
		}
	}
	switch {
	case money(k):
		r.moneyLevel(h)
	case k == physical:
		r.physicalLevel(first)
	case k == duration:
		r.durationLevel(first)
	case k == count:
		r.countLevel(first)
	case k == quotient:
		r.set(classify.UnitRatio, "ratio", classify.ScaleRaw)
	case r.nPer > 0 && r.rateLevel():
	case r.has(score):
		r.set(classify.UnitIndex, "index", classify.ScaleIndex)
		r.p.BasePeriod = r.period(0, r.size)
	case r.has(base) && !r.has(constant) && !r.has(chained):
		r.set(classify.UnitIndex, "index", classify.ScaleIndex)
		r.p.BasePeriod = r.period(0, r.size)
	case r.has(weak):
		r.countLevel(int(r.at[weak]))
	case r.has(scale):
		r.bareScale(h)
	default:
		r.bareWords()
	}
}

// bareWords reads what is left: "Rate", "Growth rate previous period".
func (r *reader) bareWords() {
	i := r.at[against]
	switch {
	case r.has(rate), r.has(growth) && r.items[r.at[growth]].arg == 0, i >= 0 && r.items[i].arg >= statesChange:
		r.set(classify.UnitPercentage, "percent", classify.ScalePercent)
	}
}

// bareScale reads a number word alone: money if the source declares a
// currency, otherwise a count.
func (r *reader) bareScale(h Hints) {
	if h.Currency != "" && r.lex.valid(h.Currency) {
		r.set(classify.UnitCurrency, h.Currency, classify.ScaleRaw)
		r.setCurrency(h.Currency)
		r.p.Notes = append(r.p.Notes, "no unit but a scale; read as the declared currency")
	} else {
		r.set(classify.UnitCount, "number", classify.ScaleRaw)
	}
	r.scale(0)
}

// rateLevel reads a phrase whose head names nothing: "per 1,000 people".
func (r *reader) rateLevel() bool {
	d := r.divisor(r.pers[0])
	if d.class == perNothing || d.class == perTime && !r.has(weak) && !r.has(scale) {
		return false
	}
	if d.unit == nil && !r.has(rate) && !r.has(weak) && !r.has(scale) && d.name != "" && (d.name[0] < '0' || d.name[0] > '9') {
		return false // two words with a stroke between them
	}
	r.set(classify.UnitRate, "number", classify.ScaleRaw)
	if d.class == perTime {
		r.p.UnitType = classify.UnitCount
	}
	r.p.Per = d.name
	r.scale(0)
	return true
}

// scale sets the scale from the number words in the head and the power of ten
// that the unit's own form carries.
func (r *reader) scale(pow int) {
	if i := int(r.at[scale]); i >= 0 {
		for ; i < r.size && r.items[i].kind == scale && r.items[i].zone == head; i++ {
			pow += int(r.items[i].arg)
			if r.kindAt(i+1) == of && r.kindAt(i+2) == scale {
				i++ // "tens of millions"
			}
		}
	}
	p := &r.p
	for pow > 0 && (pow >= len(scaleNames) || scaleNames[pow] == "") {
		pow-- // 10 billion: billions with a factor
		if p.Factor == 0 {
			p.Factor = 1
		}
		p.Factor *= 10
	}
	p.Scale, p.ScalePow10 = scaleNames[pow], pow
}

// scaleNames are the scales by their power of ten; "" where there is none.
var scaleNames = func() (names [13]classify.Scale) {
	for pow := range names {
		names[pow], _ = classify.ScaleOf(pow)
	}
	names[0] = classify.ScaleRaw
	return names
}()
