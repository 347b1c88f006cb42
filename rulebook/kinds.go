package rulebook

import "classify"

var (
	isStock       = kind{classify.PhysicalFundamental, classify.Stock}
	isFlow        = kind{classify.PhysicalFundamental, classify.Flow}
	isBalance     = kind{classify.PhysicalFundamental, classify.Balance}
	isCapacity    = kind{classify.PhysicalFundamental, classify.Capacity}
	isVolume      = kind{classify.PhysicalFundamental, classify.Volume}
	isCount       = kind{classify.NumericMeasurement, classify.Count}
	isPercentage  = kind{classify.NumericMeasurement, classify.Percentage}
	isRatio       = kind{classify.NumericMeasurement, classify.Ratio}
	isShare       = kind{classify.NumericMeasurement, classify.Share}
	isSpread      = kind{classify.NumericMeasurement, classify.Spread}
	isPrice       = kind{classify.PriceValue, classify.Price}
	isInterest    = kind{classify.PriceValue, classify.Rate}
	isYield       = kind{classify.PriceValue, classify.Yield}
	isChange      = kind{classify.ChangeMovement, classify.Rate}
	isVolatility  = kind{classify.ChangeMovement, classify.Volatility}
	isGap         = kind{classify.ChangeMovement, classify.Gap}
	isIndex       = kind{classify.CompositeDerived, classify.Index}
	isCorrelation = kind{classify.CompositeDerived, classify.Correlation}
	isElasticity  = kind{classify.CompositeDerived, classify.Elasticity}
	isMultiplier  = kind{classify.CompositeDerived, classify.Multiplier}
	isDuration    = kind{classify.Temporal, classify.Duration}
	isProbability = kind{classify.Temporal, classify.Probability}
	isThreshold   = kind{classify.Temporal, classify.Threshold}
	isSentiment   = kind{classify.Qualitative, classify.Sentiment}
	isAllocation  = kind{classify.Qualitative, classify.Allocation}
	isOther       = kind{classify.OtherFamily, classify.OtherType}
)

// kindRules decide family and type. The order is part of the decision: what
// changes the meaning of everything else (a change, a coefficient, a spread)
// comes first, defaults by unit come last.
var kindRules = concat(changeKinds, coefficientKinds, indexKinds, priceKinds, rateKinds, labourKinds, balanceKinds,
	gdpKinds, capacityKinds, countFirstKinds, stockKinds, flowKinds, volumeKinds, peopleKinds, shareKinds, countKinds, percentageKinds, defaultKinds)

// defaultKinds decide by the unit alone, at low confidence.
var defaultKinds = []rule[kind]{
	{id: "default.index", reason: "an index unit with nothing else said", when: condition{units: uIndex}, is: isIndex, sure: 0.8},
	{id: "default.flow", reason: "the name says flow", when: condition{units: uCurrency, all: of(fSaidFlow)}, is: isFlow, sure: 0.85,
		examples: []example{{"Net resource flow to the economy", "USD Million"}}},
	{id: "default.level", reason: "an amount of money at its level, at market value or at the end of a period is a position", when: condition{units: uCurrency, test: func(r *reading) bool {
		return r.q.Collection == "end" || r.says(of(fLevelWord, fEndOfPeriod))
	}}, is: isStock, sure: 0.75,
		examples: []example{{"Households; Owner-Occupied Real Estate including Vacant Land and Mobile Homes at Market Value, Level", "Millions of Dollars"}}},
	{id: "default.currency", reason: "an amount of money is most often a flow", when: condition{units: uCurrency}, is: isFlow, sure: 0.4},
	{id: "default.percentage", reason: "a percentage of nothing known", when: condition{units: uPercent}, is: isPercentage, sure: 0.35},
	{id: "default.points", reason: "percentage points of nothing known", when: condition{units: uPoints}, is: isSpread, sure: 0.35},
	{id: "default.count", reason: "a number of something", when: condition{units: uCount}, is: isCount, sure: 0.45},
	{id: "default.physical", reason: "a physical quantity of something", when: condition{units: uPhysical}, is: isVolume, sure: 0.45},
	{id: "default.rate", reason: "money per something is a price", when: condition{units: uRate, test: (*reading).hasCurrency}, is: isPrice, sure: 0.6},
	{id: "default.per", reason: "something per something else", when: condition{units: uRate | uRatio}, is: isRatio, sure: 0.5},
	{id: "default.duration", reason: "a length of time", when: condition{units: uDuration}, is: isDuration, sure: 0.93},
	{id: "default.unknown", reason: "no rule knows the concept and the unit says nothing", is: isOther, sure: 0.1},
}

// hasCurrency reports whether the unit is money of any currency, also one that
// nobody settled: "Dollars per Barrel" without a country.
func (r *reading) hasCurrency() bool { return r.q.HasCurrency || r.phrase.all.has(fMoneyWord) }
