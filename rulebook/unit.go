package rulebook

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"classify"
	"classify/units"
)

// AnswerUnit answers unit, scale, currency and denominator: the unit phrase
// first, the name where the phrase says nothing, and the name against a unit
// that is impossible for what it says.
func (*Rulebook) AnswerUnit(_ context.Context, q classify.UnitQuestion) (classify.Normalization, error) {
	h := units.Hints{Currency: q.Currency, Country: scopeOf(&q)}
	concept, inName := SplitUnit(q.Name)
	p := units.Parse(plainScale(q.Phrase), h)
	n := classify.Normalization{UnitLabels: p.UnitLabels, Factor: p.Factor}
	n.By, n.Rule, n.Confidence, n.Evidence = Name, "unit.phrase", 0.98, p.Notes
	phrase := q.Phrase
	if !p.Known && inName != "" {
		p, phrase = units.Parse(inName, h), inName
		n.UnitLabels, n.Factor, n.Rule, n.Confidence, n.Evidence = p.UnitLabels, p.Factor, "unit.name", 0.96, p.Notes
	}
	if n.Scale == "" {
		n.Scale = classify.ScaleRaw
	}
	r := reading{concept: lexicon.scan(concept), phrase: lexicon.scan(phrase), unit: maskOf(n.UnitType), q: &classify.FamilyQuestion{Concept: concept, Per: n.Per, HasCurrency: n.Currency != ""}}
	if p.Known {
		n.Evidence = append([]string{"the unit is written \"" + clip(phrase, 80) + "\""}, n.Evidence...)
	} else {
		fromConcept(&n, &r, &q)
	}
	refuteUnit(&n, &r, &q)
	perHead(&n, &r)
	declaredScale(&n, q.Scale)
	declaredCurrency(&n, q.Currency)
	adjustments(&n, &r, q.Texts)
	return n, nil
}

// SplitUnit takes the unit phrase out of a name, also where a note of method
// follows it: "Unemployment, total (% of total labor force) (national
// estimate)". The phrase is "" where the name has none.
func SplitUnit(name string) (rest, phrase string) {
	note := ""
	for range 3 {
		rest, phrase = units.Split(name)
		if phrase != "" && units.Parse(phrase, units.Hints{}).Known {
			return rest + note, phrase
		}
		open := strings.LastIndex(name, " (")
		if open <= 0 || !strings.HasSuffix(name, ")") {
			break
		}
		name, note = name[:open], name[open:]+note
	}
	return name + note, ""
}

// scopeOf is the country that settles a shared symbol. National currency is
// that of the indicator's country, a bare dollar that of the provider.
func scopeOf(q *classify.UnitQuestion) string {
	if q.Provider == "" || lexicon.scan(q.Phrase).all.has(fLocalCurrency) {
		return q.Country
	}
	return q.Provider
}

// A guess is a unit that a concept has where nobody wrote one.
type guess struct {
	unit     string
	unitType classify.UnitType
	scale    classify.Scale
}

var (
	inPercent  = guess{"percent", classify.UnitPercentage, classify.ScalePercent}
	inIndex    = guess{"index", classify.UnitIndex, classify.ScaleIndex}
	inNumber   = guess{"number", classify.UnitCount, classify.ScaleRaw}
	inPersons  = guess{"persons", classify.UnitCount, classify.ScaleRaw}
	inYears    = guess{"years", classify.UnitDuration, classify.ScaleRaw}
	inRatio    = guess{"ratio", classify.UnitRatio, classify.ScaleRaw}
	inPoints   = guess{"percentage-points", classify.UnitPercentagePoints, classify.ScaleRaw}
	perUnit    = guess{"", classify.UnitRate, classify.ScaleRaw}
	inMoney    = guess{"", classify.UnitCurrency, classify.ScaleRaw}
	inNoneSaid = guess{"", classify.UnitUnknown, classify.ScaleRaw}
)

// unitRules read the unit out of a name that nobody gave one.
var unitRules = []rule[guess]{
	{id: "unit.concept-cover", reason: "months of imports are a ratio of cover", when: condition{all: of(fImportCover)}, is: inRatio, sure: 0.95},
	{id: "unit.concept-days", reason: "days on the market are days", when: condition{any: of(fDaysOnMarket)}, is: guess{"days", classify.UnitDuration, classify.ScaleRaw}, sure: 0.9,
		examples: []example{{"Housing Inventory: Median Days on Market", ""}}},
	{id: "unit.concept-volatility", reason: "volatility indices are in points", when: condition{any: of(fVolatility, fStockIndex)}, is: inIndex, sure: 0.75},
	{id: "unit.concept-change", reason: "growth and inflation are in percent", when: condition{any: of(fGrowth, fYoY, fPrevious, fInflation), not: of(fIndexWord)}, is: inPercent, sure: 0.9},
	{id: "unit.concept-number", reason: "the name says number of", when: condition{all: of(fNumberOf), not: of(fRateWord)}, is: inNumber, sure: 0.93},
	{id: "unit.concept-index", reason: "the name says index, score, rating or rank", when: condition{any: of(fIndexWord, fScoreWord, fPMI, fConfidence, fEase, fCreditRating, fCorruption, fInequality, fPriceIndex, fTermsOfTrade, fREER, fRank, fLeading, fDeflator, fSurvey)}, is: inIndex, sure: 0.85},
	{id: "unit.concept-fx", reason: "an exchange rate is money per money", when: condition{any: of(fFX, fPPPFactor)}, is: perUnit, sure: 0.85},
	{id: "unit.concept-pair", reason: "two currency codes name money per money", when: condition{test: (*reading).currencyPair}, is: perUnit, sure: 0.9,
		examples: []example{{"EURUSD", ""}}},
	{id: "unit.concept-spread", reason: "a difference of two rates is in percentage points", when: condition{any: of(fSpread, fTermSpread)}, is: inPoints, sure: 0.8},
	{id: "unit.concept-rate", reason: "rates, yields and attributes of people are in percent", when: condition{any: of(fUnemploymentRate, fEmploymentRate, fParticipation, fPolicyRate, fLendingRate, fInterbank, fYield, fInterest, fMortgageRate, fTaxRate, fReserveRequirement, fCapacityUse, fOccupancy, fOwnership, fLiteracy, fPrevalence, fProbability, fOfGDP, fNPL), not: of(fNumberOf)}, is: inPercent, sure: 0.88},
	{id: "unit.concept-share", reason: "shares are in percent", when: condition{any: of(fShareWord, fDivider), not: of(fRatioWord)}, is: inPercent, sure: 0.8},
	{id: "unit.concept-ratio", reason: "the name says ratio", when: condition{any: of(fRatioWord, fDependency, fMultiplier, fElasticity, fCorrelation)}, is: inRatio, sure: 0.85},
	{id: "unit.concept-duration", reason: "lengths of life are in years", when: condition{any: of(fLifeExpectancy, fSchooling, fRetirement)}, is: inYears, sure: 0.85},
	{id: "unit.concept-persons", reason: "people are counted", when: condition{any: of(fPopulation, fEmployed, fUnemployed, fLaborForce, fMigration, fMigrants, fRefugees, fPupils, fDisease, fPayrolls, fTourists, fHouseholds, fEmployment, fUnemployment, fEnrollment), not: of(fRateWord, fSpending, fGDP, fIncome, fPerCapita)}, is: inPersons, sure: 0.88},
	{id: "unit.concept-things", reason: "things and events are counted", when: condition{any: of(fListings, fHousingStarts, fPermits, fBankruptcies, fPatents, fFirms, fSubscriptions, fCases, fDeaths, fBirths, fSpecies, fVehicles, fClaims, fVacancies, fHires, fLayoffs, fTransport, fCrime), not: of(fRateWord, fSpending, fDensity)}, is: inNumber, sure: 0.85},
	{id: "unit.concept-unknown", reason: "neither unit nor name says what the values are in", is: inNoneSaid, sure: 0.25},
}

// fromConcept fills in the unit that the name alone suggests.
func fromConcept(n *classify.Normalization, r *reading, q *classify.UnitQuestion) {
	r.q.Concept = strings.ToLower(r.q.Concept)
	g := first(unitRules, r)
	is := g.is
	if is.unitType == classify.UnitUnknown && q.Currency != "" {
		is, n.Currency = inMoney, q.Currency
	}
	n.Unit, n.UnitType, n.Scale, n.ScalePow10 = is.unit, is.unitType, is.scale, 0
	if is.unitType == classify.UnitCurrency {
		n.Unit = n.Currency
	}
	n.Rule, n.Confidence = g.id, g.sure
	n.Evidence = append(n.Evidence, "the source gives no unit: "+g.reason)
	r.unit = maskOf(n.UnitType)
}

// refuteUnit lets the name win over a unit that is impossible for it, and
// records the conflict.
func refuteUnit(n *classify.Normalization, r *reading, q *classify.UnitQuestion) {
	declared := q.Currency
	change := r.concept.all.meets(of(fGrowth, fYoY, fPrevious, fInflation, fChange)) || r.phrase.all.meets(changeWords)
	switch {
	case r.unit == uCount && n.Unit == "number" && r.concept.head.meets(alwaysMoney) && !r.concept.all.meets(of(fNumberOf, fRateWord, fFirms, fUnempBenefit)):
		scale := n.Scale
		outranked(n, declared, classify.UnitCurrency, scale, "unit.money", "debt, money supply and the like are amounts of money")
		n.Currency, n.ScalePow10, n.Confidence = declared, scale.Pow10(), 0.8
	case r.unit == uDuration && (r.says(of(fImportCover)) || lexicon.scan(q.Name).all.has(fImportCover)):
		outranked(n, "ratio", classify.UnitRatio, classify.ScaleRaw, "unit.cover", "months of imports are cover, not time")
	case r.unit&uPercentish != 0 && r.says(of(fContribution)):
		outranked(n, "percentage-points", classify.UnitPercentagePoints, classify.ScaleRaw, "unit.contribution", "a contribution to growth is in percentage points")
	case r.unit == uPercent && !change && r.concept.all.meets(of(fSpread, fTermSpread)) && !r.concept.all.meets(of(fBankCapital, fProbability)),
		r.unit == uPercent && !change && r.says(of(fMinus)) && r.says(of(fYield, fInterest, fInterbank, fMortgageRate, fPolicyRate, fLendingRate)):
		outranked(n, "percentage-points", classify.UnitPercentagePoints, classify.ScaleRaw, "unit.difference", "a difference of two rates is in percentage points")
	case r.unit&uPercentish != 0 && r.says(of(fNetPercentage)):
		outranked(n, "index", classify.UnitIndex, classify.ScaleIndex, "unit.net-percentage", "a balance of answers has no per cent: the name wins over the unit")
	case r.unit&uPercentish != 0 && !change && (r.concept.all.meets(surveyIndex) || r.concept.all.has(fLeading) && r.concept.all.has(fIndexWord)) && !r.concept.all.meets(of(fRateWord, fRespondents, fCapacityUse, fUnemployment, fInterest, fYield)) && barePercent(r):
		outranked(n, "index", classify.UnitIndex, classify.ScaleIndex, "unit.index", "a diffusion index or an index of inequality has no per cent: the name wins over the unit")
	}
}

// perHead takes the denominator of an amount of money from the name where the
// unit has none: "GDP per capita" in dollars.
func perHead(n *classify.Normalization, r *reading) {
	if n.UnitType != classify.UnitCurrency || n.Per != "" {
		return
	}
	switch c := r.concept.all; {
	case c.has(fHouseholdWord):
		n.Per = "household"
	case c.has(fWorkerWord):
		n.Per = "worker"
	case c.has(fPersonWord):
		n.Per = "person"
	}
}

// alwaysMoney are concepts that nobody counts in pieces.
var alwaysMoney = of(fMoney, fWageBill, fGDP, fDebt, fRevenue, fFiscalBalance, fCurrentAccount, fTradeBalance, fDeposits)

// surveyIndex are the concepts that are index numbers whatever a catalogue
// writes beside them.
var surveyIndex = of(fSurveyPrices, fPMI, fSurvey, fConfidence, fNetPercentage, fInequality)

// outranked replaces a unit by what the name says, with the conflict noted.
func outranked(n *classify.Normalization, unit string, t classify.UnitType, s classify.Scale, ruleID, reason string) {
	n.Evidence = append(n.Evidence, fmt.Sprintf("%s (the source writes %s)", reason, n.UnitType))
	n.Unit, n.UnitType, n.Scale, n.ScalePow10, n.Factor = unit, t, s, 0, 0
	n.Rule, n.Confidence = ruleID, 0.93
}

// declaredScale applies the source's own scale where the unit names none, and
// records where the two contradict each other.
func declaredScale(n *classify.Normalization, declared string) {
	if declared == "" {
		return
	}
	p := units.Parse(declared, units.Hints{})
	pow, isScale := p.ScalePow10, p.UnitType == classify.UnitCount
	if !isScale || maskOf(n.UnitType)&(uAmount|uRate) == 0 {
		return
	}
	switch {
	case n.ScalePow10 == pow:
	case n.ScalePow10 == 0 && n.UnitType != classify.UnitRate:
		if s, ok := classify.ScaleOf(pow); ok {
			n.Scale, n.ScalePow10 = s, pow
			n.Evidence = append(n.Evidence, "scale as declared: "+declared)
		}
	default:
		n.Evidence = append(n.Evidence, fmt.Sprintf("the source declares the scale %q, the unit says %s: the unit wins", declared, n.Scale))
	}
}

// declaredCurrency records a contradiction; the unit wins.
func declaredCurrency(n *classify.Normalization, declared string) {
	if declared != "" && n.Currency != "" && declared != n.Currency {
		n.Evidence = append(n.Evidence, fmt.Sprintf("the source declares the currency %s, the unit says %s: the unit wins", declared, n.Currency))
	}
}

// adjustments reads seasonal adjustment and price basis out of name and texts
// where the unit says nothing of them.
func adjustments(n *classify.Normalization, r *reading, texts string) {
	t := lexicon.scan(texts).all
	t.merge(r.concept.all)
	if n.SeasonalAdjustment == "" {
		switch {
		case t.has(fNotAdjusted):
			n.SeasonalAdjustment = classify.NotAdjusted
		case t.has(fAdjusted):
			n.SeasonalAdjustment = classify.SeasonallyAdjusted
		}
	}
	if n.UnitType == classify.UnitCurrency && n.Prices == "" {
		switch {
		case r.concept.all.has(fNominalName):
			n.Prices = classify.PricesCurrent
		case r.concept.all.meets(of(fRealName)):
			n.Prices = classify.PricesConstant
		}
	}
}

// clip shortens a text to at most n bytes of whole characters.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
