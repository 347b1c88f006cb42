package rulebook

import "classify"

// A condition says when a rule holds. An empty part asks nothing.
type condition struct {
	all   set      // features of the concept that must all be there
	any   set      // of which one must be there
	not   set      // of which none may be there
	head  set      // one of these stands before a divider, where there is one
	in    set      // one of these stands in the unit phrase
	notIn set      // none of these stands in the unit phrase
	units unitMask // unit types; 0: every one
	kinds typeMask // types; 0: every one. For rules about a known type
	test  func(*reading) bool
}

func (c *condition) holds(r *reading) bool {
	if c.units != 0 && c.units&r.unit == 0 {
		return false
	}
	if c.kinds != 0 && c.kinds&r.kind == 0 {
		return false
	}
	if !r.concept.all.includes(c.all) || r.concept.all.meets(c.not) || r.phrase.all.meets(c.notIn) {
		return false
	}
	if c.any != (set{}) && !r.concept.all.meets(c.any) {
		return false
	}
	if c.head != (set{}) && !r.concept.head.meets(c.head) {
		return false
	}
	if c.in != (set{}) && !r.phrase.all.meets(c.in) {
		return false
	}
	return c.test == nil || c.test(r)
}

// An example is a name and a unit as a catalogue writes them, and what the
// rule answers for them. It is the rule's test.
type example struct{ name, units string }

// A rule is one decision of the taxonomy. T is what it decides.
type rule[T any] struct {
	id       string
	reason   string
	when     condition
	is       T
	sure     float64 // raw confidence, 0 to 1; see calibration.go
	examples []example
}

// first returns the first rule that holds; the last rule of every list holds
// always.
func first[T any](rules []rule[T], r *reading) *rule[T] {
	for i := range rules {
		if rules[i].when.holds(r) {
			return &rules[i]
		}
	}
	return &rules[len(rules)-1]
}

// kind is a pair of the table of types.
type kind struct {
	family classify.Family
	kind   classify.Type
}

// unitMask is a set of unit types.
type unitMask uint16

const (
	uCurrency unitMask = 1 << iota
	uPercent
	uPoints
	uIndex
	uCount
	uPhysical
	uRate
	uRatio
	uDuration
	uUnknown

	uPercentish = uPercent | uPoints
	uRelative   = uPercent | uPoints | uRatio | uRate
	uAmount     = uCurrency | uCount | uPhysical
	uNoAmount   = uPercent | uPoints | uIndex | uRatio | uRate
)

func maskOf(u classify.UnitType) unitMask {
	switch u {
	case classify.UnitCurrency:
		return uCurrency
	case classify.UnitPercentage:
		return uPercent
	case classify.UnitPercentagePoints:
		return uPoints
	case classify.UnitIndex:
		return uIndex
	case classify.UnitCount:
		return uCount
	case classify.UnitPhysical:
		return uPhysical
	case classify.UnitRate:
		return uRate
	case classify.UnitRatio:
		return uRatio
	case classify.UnitDuration:
		return uDuration
	}
	return uUnknown
}

// typeMask is a set of types; the two rates are told apart.
type typeMask uint32

const (
	kStock typeMask = 1 << iota
	kFlow
	kBalance
	kCapacity
	kVolume
	kCount
	kPercentage
	kRatio
	kShare
	kSpread
	kPrice
	kInterest
	kYield
	kChange
	kVolatility
	kGap
	kIndex
	kCoefficient
	kDuration
	kProbability
	kThreshold
	kSentiment
	kAllocation
	kOther
)

func typeMaskOf(k kind) typeMask {
	switch k.kind {
	case classify.Stock:
		return kStock
	case classify.Flow:
		return kFlow
	case classify.Balance:
		return kBalance
	case classify.Capacity:
		return kCapacity
	case classify.Volume:
		return kVolume
	case classify.Count:
		return kCount
	case classify.Percentage:
		return kPercentage
	case classify.Ratio:
		return kRatio
	case classify.Share:
		return kShare
	case classify.Spread:
		return kSpread
	case classify.Price:
		return kPrice
	case classify.Rate:
		if k.family == classify.PriceValue {
			return kInterest
		}
		return kChange
	case classify.Yield:
		return kYield
	case classify.Volatility:
		return kVolatility
	case classify.Gap:
		return kGap
	case classify.Index:
		return kIndex
	case classify.Correlation, classify.Elasticity, classify.Multiplier:
		return kCoefficient
	case classify.Duration:
		return kDuration
	case classify.Probability:
		return kProbability
	case classify.Threshold:
		return kThreshold
	case classify.Sentiment:
		return kSentiment
	case classify.Allocation:
		return kAllocation
	}
	return kOther
}
