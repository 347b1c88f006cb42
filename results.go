package classify

import "slices"

// Provenance says who gave an answer, how sure they are and from what.
type Provenance struct {
	By         string   `json:"by"`             // "rulebook", "person", or the model that the server reported
	Rule       string   `json:"rule,omitempty"` // id of the rule, or version of the prompt
	Confidence float64  `json:"confidence"`     // 0 to 1
	Evidence   []string `json:"evidence,omitempty"`
	// Doubts are for the reviews of the same Classify: where two sources differ
	// (Warn), and what no source could answer. Stores keep them as evidence.
	Doubts []Violation `json:"-"`
}

// PackedMark ends the Provenance.Rule of an answer that a model gave in a pack of
// several questions.
const PackedMark = " packed"

// ByPerson is the Provenance.By of a label that a person set.
const ByPerson = "person"

// UnitLabels are the labels of stage 1. An empty string means null.
type UnitLabels struct {
	Unit               string     `json:"unit"`
	UnitType           UnitType   `json:"unit_type"`
	Scale              Scale      `json:"scale"`
	ScalePow10         int        `json:"scale_pow10"`
	Currency           string     `json:"currency"` // ISO 4217 alphabetic code
	CurrencyRetired    bool       `json:"currency_retired"`
	Per                string     `json:"per"`
	BasePeriod         string     `json:"base_period"`
	Prices             Prices     `json:"prices"`
	PPP                bool       `json:"ppp"`
	SeasonalAdjustment Adjustment `json:"seasonal_adjustment"`
	Annualised         bool       `json:"annualised"`
}

// Normalization is the answer of stage 1.
type Normalization struct {
	UnitLabels
	// Factor multiplies a value into the unit, beside the scale: 0.01 for
	// basis points in percentage points. 0 means 1.
	Factor float64 `json:"factor,omitempty"`
	Provenance
}

// TimeLabels are the labels of stage 2.
type TimeLabels struct {
	ReportingFrequency Frequency `json:"reporting_frequency"`
	IsCumulative       bool      `json:"is_cumulative"`
	CumulativePattern  Pattern   `json:"cumulative_pattern"`
}

// TimeInference is the answer of stage 2.
type TimeInference struct {
	TimeLabels
	Observed Frequency `json:"observed_frequency"` // from the dates alone, or unknown
	Declared Frequency `json:"declared_frequency"` // from periodicity and words, or unknown
	// Collection is the moment that the periodicity or the unit names: "end",
	// "begin", "average", or empty.
	Collection string     `json:"collection,omitempty"`
	Cumulative Cumulative `json:"cumulative"`
	Shape      Shape      `json:"shape"`
	Provenance
}

// Cumulative is what arithmetic on the dated values says about a running total.
type Cumulative struct {
	Pattern     Pattern `json:"pattern"`
	Resets      int     `json:"resets"`
	Rises       int     `json:"rises"`
	Falls       int     `json:"falls"`       // falls that are no reset
	Transitions int     `json:"transitions"` // pairs of neighbouring periods seen
	StartMonth  int     `json:"start_month"` // 1 to 12; 0 if there is none
	Confidence  float64 `json:"confidence"`  // 0 to 1
}

// Shape describes a series. The levels are in the source's unit and scale;
// the rest does not change when the values are scaled.
type Shape struct {
	Points      int     `json:"points"`
	SetAside    int     `json:"set_aside"` // points that are no observation, or contradict each other
	First       string  `json:"first,omitempty"`
	Last        string  `json:"last,omitempty"`
	Min         float64 `json:"min"`
	Max         float64 `json:"max"`
	Median      float64 `json:"median"`
	Negatives   int     `json:"negatives"`
	SignChanges int     `json:"sign_changes"`
	Rises       int     `json:"rises"`
	Falls       int     `json:"falls"`
	Whole       bool    `json:"whole"` // every value is a whole number
}

// FamilyAssignment is the answer of stage 3.
type FamilyAssignment struct {
	Family Family `json:"family"`
	Provenance
}

// KindLabels are the labels of stage 4.
type KindLabels struct {
	Type        Type        `json:"type"`
	ChangeBasis ChangeBasis `json:"change_basis"` // empty unless the type is change-movement/rate
	Aggregation Aggregation `json:"temporal_aggregation"`
	Orientation Orientation `json:"orientation"`
}

// TypeClassification is the answer of stage 4.
type TypeClassification struct {
	KindLabels
	Provenance
}

// Labels are all final labels of one indicator, flat.
type Labels struct {
	UnitLabels
	TimeLabels
	TimeBasis TimeBasis `json:"time_basis"`
	Family    Family    `json:"family"`
	KindLabels
}

// Draft is what the reviews look at: the labels so far, and how sure each of
// the stages 1 to 4 was.
type Draft struct {
	Labels
	Confidences [4]float64 `json:"confidences"`
	// Overridden are the fields that a person set; a review never corrects them.
	Overridden []string `json:"overridden,omitempty"`
	// Doubts are those of the stages 1 to 4.
	Doubts []Violation `json:"doubts,omitempty"`
}

// Verdict is the answer of stage 5.
type Verdict struct {
	Passed      bool     `json:"passed"`
	FieldsWrong []string `json:"fields_wrong,omitempty"`
	Reason      string   `json:"reason,omitempty"`
	// Confidence is the calibrated probability that unit type, family, type and
	// temporal aggregation of the draft are all right.
	Provenance
}

// Correction is one field that the final review changed.
type Correction struct {
	Field  string `json:"field"`
	From   string `json:"from"`
	To     string `json:"to"`
	Reason string `json:"reason"`
}

// FinalReview is the answer of stage 6, which is asked only where stage 5
// failed. Confidence is that of the labels after the corrections.
type FinalReview struct {
	Status      ReviewStatus `json:"status"`
	Corrections []Correction `json:"corrections,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Provenance
}

// Facts is what stages 1 and 2 found, with the texts and without raw values.
type Facts struct {
	Indicator Indicator // Values is nil
	Normalization
	Time TimeInference
}

// Failure is why an indicator has no answer.
type Failure struct {
	Stage  Stage  `json:"stage"`
	Reason string `json:"reason"`
}

// Classification is everything that is known of one indicator at the end.
type Classification struct {
	IndicatorID  string `json:"indicator_id"`
	Name         string `json:"name"`
	InputHash    string `json:"input_hash"`
	LogicVersion string `json:"logic_version"`

	Outcome           Outcome      `json:"outcome"`
	Failure           *Failure     `json:"failure,omitempty"`
	Labels            Labels       `json:"labels"`
	ReviewStatus      ReviewStatus `json:"review_status"`
	OverallConfidence float64      `json:"overall_confidence"`
	Overridden        []string     `json:"overridden,omitempty"`

	Normalization Normalization      `json:"normalization"`
	Time          TimeInference      `json:"time_inference"`
	Family        FamilyAssignment   `json:"family_assignment"`
	Type          TypeClassification `json:"type_classification"`
	Verdict       Verdict            `json:"boolean_review"`
	Final         *FinalReview       `json:"final_review,omitempty"`
}

// ProvenanceOf returns who gave a label its final value: the final review
// where it corrected the field, else the stage that answers it. What is
// computed from the type has the provenance of the type; anything that is no
// label has that of the last review.
func (c *Classification) ProvenanceOf(field string) Provenance {
	f := FieldByName(field)
	if f == nil {
		if c.Final != nil {
			return c.Final.Provenance
		}
		return c.Verdict.Provenance
	}
	stage := f.Stage
	if stage == "" {
		stage = StageType
	}
	if c.Final == nil {
		return c.Provenance(stage)
	}
	for _, x := range c.Final.Corrections {
		if x.Field == field && !slices.Contains(c.Overridden, field) {
			p := c.Final.Provenance
			p.Evidence = append(slices.Clone(p.Evidence), x.Reason)
			return p
		}
	}
	return c.Provenance(stage)
}

// StageLabels returns what the stages answered, before the final review.
func (c *Classification) StageLabels() Labels {
	return Labels{
		UnitLabels: c.Normalization.UnitLabels,
		TimeLabels: c.Time.TimeLabels,
		TimeBasis:  BasisOf(c.Type.Type, c.Type.Aggregation),
		Family:     c.Family.Family,
		KindLabels: c.Type.KindLabels,
	}
}

// Provenance returns who answered a stage. Computed fields have the zero
// Provenance, and so has a final review that was not asked.
func (c *Classification) Provenance(s Stage) Provenance {
	switch s {
	case StageNormalize:
		return c.Normalization.Provenance
	case StageTime:
		return c.Time.Provenance
	case StageFamily:
		return c.Family.Provenance
	case StageType:
		return c.Type.Provenance
	case StageBooleanReview:
		return c.Verdict.Provenance
	case StageFinalReview:
		if c.Final != nil {
			return c.Final.Provenance
		}
	}
	return Provenance{}
}

// Committed is what is counted of an answer once it is durable.
func (c *Classification) Committed() Committed {
	return Committed{IndicatorID: c.IndicatorID, Outcome: c.Outcome, ReviewStatus: c.ReviewStatus, OverallConfidence: c.OverallConfidence, Failure: c.Failure}
}
