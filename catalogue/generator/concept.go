package generator

import (
	"slices"
	"strings"

	c "classify"
)

// A concept is one row of the concept table: what is measured, in which kind
// of unit, what is true of it whoever publishes it, and how its values move.
type concept struct {
	code  string
	names string // variants, separated by "|": no unit, country or frequency in them
	topic string
	unit  unit
	kind  kind
	// modes are the ways in which it is published, one letter each: D, W, M,
	// Q, S, A and L (every five years) as values per period; m and q as year
	// to date by month and by quarter; f and g the same from the start of the
	// fiscal year; t as a running total by month.
	modes  string
	orient c.Orientation
	// unsure are the label columns that a careful reader could answer
	// differently, and that are therefore not asserted.
	unsure string
	moves  motion
}

// A kind is the part of the labels that unit and frequency do not change.
type kind struct {
	family c.Family
	typ    c.Type
	agg    c.Aggregation // empty: quoted on a market, so it depends on the frequency
	basis  c.ChangeBasis
}

var (
	stock       = kind{c.PhysicalFundamental, c.Stock, c.PointInTime, ""}
	flow        = kind{c.PhysicalFundamental, c.Flow, c.PeriodTotal, ""}
	balance     = kind{c.PhysicalFundamental, c.Balance, c.PeriodTotal, ""}
	balanceRate = kind{c.PhysicalFundamental, c.Balance, c.PeriodAverage, ""}
	capacity    = kind{c.PhysicalFundamental, c.Capacity, c.PointInTime, ""}
	volume      = kind{c.PhysicalFundamental, c.Volume, c.PeriodTotal, ""}
	events      = kind{c.NumericMeasurement, c.Count, c.PeriodTotal, ""}
	headcount   = kind{c.NumericMeasurement, c.Count, c.PeriodAverage, ""}
	inhabitants = kind{c.NumericMeasurement, c.Count, c.PointInTime, ""}
	percentage  = kind{c.NumericMeasurement, c.Percentage, c.PeriodAverage, ""}
	prevalence  = kind{c.NumericMeasurement, c.Percentage, c.PointInTime, ""}
	flowRatio   = kind{c.NumericMeasurement, c.Ratio, c.PeriodAverage, ""}
	stockRatio  = kind{c.NumericMeasurement, c.Ratio, c.PointInTime, ""}
	flowShare   = kind{c.NumericMeasurement, c.Share, c.PeriodAverage, ""}
	stockShare  = kind{c.NumericMeasurement, c.Share, c.PointInTime, ""}
	quotedGap   = kind{c.NumericMeasurement, c.Spread, "", ""}
	quotedPrice = kind{c.PriceValue, c.Price, "", ""}
	meanPrice   = kind{c.PriceValue, c.Price, c.PeriodAverage, ""}
	setPrice    = kind{c.PriceValue, c.Price, c.PointInTime, ""}
	setRate     = kind{c.PriceValue, c.Rate, c.PointInTime, ""}
	meanRate    = kind{c.PriceValue, c.Rate, c.PeriodAverage, ""}
	quotedRate  = kind{c.PriceValue, c.Rate, "", ""}
	quotedYield = kind{c.PriceValue, c.Yield, "", ""}
	yearOnYear  = kind{c.ChangeMovement, c.Rate, c.PeriodRate, c.ChangeYearOnYear}
	onPrevious  = kind{c.ChangeMovement, c.Rate, c.PeriodRate, c.ChangePreviousPeriod}
	contributed = kind{c.ChangeMovement, c.Rate, c.PeriodRate, c.ChangeContribution}
	implied     = kind{c.ChangeMovement, c.Volatility, "", ""}
	realised    = kind{c.ChangeMovement, c.Volatility, c.PeriodAverage, ""}
	gap         = kind{c.ChangeMovement, c.Gap, c.PeriodAverage, ""}
	index       = kind{c.CompositeDerived, c.Index, c.PeriodAverage, ""}
	stockIndex  = kind{c.CompositeDerived, c.Index, c.PointInTime, ""}
	correlation = kind{c.CompositeDerived, c.Correlation, c.NotApplicable, ""}
	elasticity  = kind{c.CompositeDerived, c.Elasticity, c.NotApplicable, ""}
	multiplier  = kind{c.CompositeDerived, c.Multiplier, c.NotApplicable, ""}
	duration    = kind{c.Temporal, c.Duration, c.PeriodAverage, ""}
	probability = kind{c.Temporal, c.Probability, c.NotApplicable, ""}
	threshold   = kind{c.Temporal, c.Threshold, c.PointInTime, ""}
	sentiment   = kind{c.Qualitative, c.Sentiment, c.PeriodAverage, ""}
	allocation  = kind{c.Qualitative, c.Allocation, c.PointInTime, ""}
	other       = kind{c.OtherFamily, c.OtherType, c.PointInTime, ""}
)

const (
	higher  = c.HigherIsPositive
	lower   = c.LowerIsPositive
	neutral = c.Neutral

	// What is left open together: a time basis follows from the aggregation.
	noAggregation = "temporal_aggregation time_basis"
	noOrientation = "orientation"
	nothingMuch   = "unit unit_type scale scale_pow10 family type temporal_aggregation time_basis orientation"
)

// concepts is the whole table, sorted by code, so that ids ascend.
var concepts = func() []concept {
	all := slices.Concat(flowConcepts, stockConcepts, balanceConcepts, quantityConcepts,
		proportionConcepts, priceConcepts, changeConcepts, constructedConcepts)
	slices.SortFunc(all, func(a, b concept) int { return strings.Compare(a.code, b.code) })
	return all
}()
