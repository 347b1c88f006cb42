package classify

// The exact strings are the public contract: database, files, API.
type (
	UnitType    string
	Scale       string
	Prices      string
	Adjustment  string
	Frequency   string
	TimeBasis   string
	Pattern     string
	Family      string
	Type        string
	ChangeBasis string
	Aggregation string
	Orientation string
	// ReviewStatus is how the reviews of an indicator ended.
	ReviewStatus string
	// Outcome is how the run ended for an indicator.
	Outcome string
	// Stage names one of the six stages.
	Stage string
)

const (
	UnitCurrency         UnitType = "currency-amount"
	UnitPercentage       UnitType = "percentage"
	UnitPercentagePoints UnitType = "percentage-points"
	UnitIndex            UnitType = "index"
	UnitCount            UnitType = "count"
	UnitPhysical         UnitType = "physical"
	UnitRate             UnitType = "rate"
	UnitRatio            UnitType = "ratio"
	UnitDuration         UnitType = "duration"
	UnitUnknown          UnitType = "unknown"

	ScaleRaw              Scale = "raw-units"
	ScaleHundreds         Scale = "hundreds"
	ScaleThousands        Scale = "thousands"
	ScaleTenThousands     Scale = "ten-thousands"
	ScaleHundredThousands Scale = "hundred-thousands"
	ScaleMillions         Scale = "millions"
	ScaleTenMillions      Scale = "ten-millions"
	ScaleHundredMillions  Scale = "hundred-millions"
	ScaleBillions         Scale = "billions"
	ScaleTrillions        Scale = "trillions"
	ScalePercent          Scale = "percent"
	ScaleIndex            Scale = "index"

	PricesCurrent  Prices = "current"
	PricesConstant Prices = "constant"
	PricesChained  Prices = "chained"

	NotAdjusted        Adjustment = "nsa"
	SeasonallyAdjusted Adjustment = "sa"

	Intraday         Frequency = "intraday"
	Daily            Frequency = "daily"
	Weekly           Frequency = "weekly"
	Biweekly         Frequency = "biweekly"
	Monthly          Frequency = "monthly"
	Quarterly        Frequency = "quarterly"
	SemiAnnual       Frequency = "semi-annual"
	Annual           Frequency = "annual"
	MultiYear        Frequency = "multi-year"
	Irregular        Frequency = "irregular"
	FrequencyUnknown Frequency = "unknown"

	BasisPointInTime TimeBasis = "point-in-time"
	BasisPerPeriod   TimeBasis = "per-period"
	BasisCumulative  TimeBasis = "cumulative"

	PatternYTD          Pattern = "ytd"
	PatternFiscalYTD    Pattern = "fiscal-ytd"
	PatternRunningTotal Pattern = "running-total"
	PatternPeriodic     Pattern = "periodic"
	PatternUnknown      Pattern = "unknown"

	PhysicalFundamental Family = "physical-fundamental"
	NumericMeasurement  Family = "numeric-measurement"
	PriceValue          Family = "price-value"
	ChangeMovement      Family = "change-movement"
	CompositeDerived    Family = "composite-derived"
	Temporal            Family = "temporal"
	Qualitative         Family = "qualitative"
	OtherFamily         Family = "other"

	Stock       Type = "stock"
	Flow        Type = "flow"
	Balance     Type = "balance"
	Capacity    Type = "capacity"
	Volume      Type = "volume"
	Count       Type = "count"
	Percentage  Type = "percentage"
	Ratio       Type = "ratio"
	Share       Type = "share"
	Spread      Type = "spread"
	Price       Type = "price"
	Rate        Type = "rate"
	Yield       Type = "yield"
	Volatility  Type = "volatility"
	Gap         Type = "gap"
	Index       Type = "index"
	Correlation Type = "correlation"
	Elasticity  Type = "elasticity"
	Multiplier  Type = "multiplier"
	Duration    Type = "duration"
	Probability Type = "probability"
	Threshold   Type = "threshold"
	Sentiment   Type = "sentiment"
	Allocation  Type = "allocation"
	OtherType   Type = "other"

	ChangePreviousPeriod ChangeBasis = "previous-period"
	ChangeYearOnYear     ChangeBasis = "year-on-year"
	ChangeAnnualised     ChangeBasis = "annualised"
	ChangeContribution   ChangeBasis = "contribution"
	ChangeUnknown        ChangeBasis = "unknown"

	PointInTime      Aggregation = "point-in-time"
	PeriodAverage    Aggregation = "period-average"
	PeriodTotal      Aggregation = "period-total"
	PeriodCumulative Aggregation = "period-cumulative"
	PeriodRate       Aggregation = "period-rate"
	NotApplicable    Aggregation = "not-applicable"

	HigherIsPositive Orientation = "higher-is-positive"
	LowerIsPositive  Orientation = "lower-is-positive"
	Neutral          Orientation = "neutral"

	ReviewPassed    ReviewStatus = "passed"
	ReviewCorrected ReviewStatus = "corrected"
	ReviewFailed    ReviewStatus = "failed"
	ReviewEscalated ReviewStatus = "escalated"

	Classified Outcome = "classified"
	Escalated  Outcome = "escalated"
	Failed     Outcome = "failed"
	Skipped    Outcome = "skipped"

	StageNormalize     Stage = "normalization"
	StageTime          Stage = "time-inference"
	StageFamily        Stage = "family-assignment"
	StageType          Stage = "type-classification"
	StageBooleanReview Stage = "boolean-review"
	StageFinalReview   Stage = "final-review"
)

// StageNames are the six stages in the order in which Classify asks them.
var StageNames = []Stage{StageNormalize, StageTime, StageFamily, StageType, StageBooleanReview, StageFinalReview}

// TaxonomyVersion changes whenever a value or a rule of the taxonomy does.
const TaxonomyVersion = "1.0.0"

// A Term is one value of the taxonomy and what it means.
type Term struct {
	Value    string `json:"value"`
	Meaning  string `json:"meaning"`
	Examples string `json:"examples,omitempty"`
	SDMX     string `json:"sdmx,omitempty"` // the SDMX code that it maps to, where there is one
}

// A FieldTerms is one enumerated field with every value that it may take.
type FieldTerms struct {
	Field   string `json:"field"` // the column name
	Meaning string `json:"meaning"`
	Terms   []Term `json:"terms"`
}

// A TypeTerm is a row of the table of families and types: the valid pairs and
// the temporal aggregations that a type may have.
type TypeTerm struct {
	Family       Family        `json:"family"`
	Type         Type          `json:"type"`
	Meaning      string        `json:"meaning"`
	Examples     string        `json:"examples,omitempty"`
	Aggregations []Aggregation `json:"temporal_aggregations"`
	Cumulative   bool          `json:"can_be_cumulative"` // whether a value of this type can be a running total
}

// Typings returns the rows of Types with that type: one, except for "rate",
// which is the price of money in one family and a change in another.
func Typings(t Type) []TypeTerm {
	var rows []TypeTerm
	for _, r := range Types {
		if r.Type == t {
			rows = append(rows, r)
		}
	}
	return rows
}

// Pair returns the row of the table for a family and a type, and whether the
// pair is valid at all.
func Pair(f Family, t Type) (TypeTerm, bool) {
	for i := range Types {
		if Types[i].Family == f && Types[i].Type == t {
			return Types[i], true
		}
	}
	return TypeTerm{}, false
}

// Allows reports whether values of this type can be rolled up that way.
func (t TypeTerm) Allows(a Aggregation) bool {
	for _, x := range t.Aggregations {
		if x == a {
			return true
		}
	}
	return false
}

// UnitAllows reports whether a value in that unit can be rolled up that way:
// a percentage, percentage points, an index, a ratio or a rate is never summed.
func UnitAllows(u UnitType, a Aggregation) bool {
	switch u {
	case UnitPercentage, UnitPercentagePoints, UnitIndex, UnitRatio, UnitRate:
		return a != PeriodTotal && a != PeriodCumulative
	}
	return true
}

// BasisOf returns the time basis that follows from a type and its
// aggregation: what is averaged, summed or compounded is per-period, what
// takes the last value is point-in-time. With no roll-up, elasticities and
// multipliers are per-period, everything else point-in-time.
func BasisOf(t Type, a Aggregation) TimeBasis {
	switch a {
	case PointInTime:
		return BasisPointInTime
	case PeriodCumulative:
		return BasisCumulative
	case NotApplicable:
		if t == Elasticity || t == Multiplier {
			return BasisPerPeriod
		}
		return BasisPointInTime
	}
	return BasisPerPeriod
}

// ScaleOf returns the name of a power of ten and whether it has one.
func ScaleOf(pow10 int) (Scale, bool) {
	for s, p := range scalePow10 {
		if p == pow10 {
			return s, true
		}
	}
	return "", false
}

// Pow10 is the power of ten that a scale stands for; 0 for percent and index.
func (s Scale) Pow10() int { return scalePow10[s] }

var scalePow10 = map[Scale]int{
	ScaleRaw: 0, ScaleHundreds: 2, ScaleThousands: 3, ScaleTenThousands: 4,
	ScaleHundredThousands: 5, ScaleMillions: 6, ScaleTenMillions: 7,
	ScaleHundredMillions: 8, ScaleBillions: 9, ScaleTrillions: 12,
}
