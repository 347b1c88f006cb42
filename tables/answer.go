package tables

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"classify"
)

// Answer is a classification on its way into or out of the tables, with its
// lists as the JSON that the tables hold. The columns of Answers read and write
// its fields.
type Answer struct {
	classify.Classification
	RunID int64
	At    time.Time // when it was committed

	final   classify.FinalReview
	failure classify.Failure

	evidence    [6]string // by stage
	overridden  string
	fieldsWrong string
	corrections string

	PastLabels string // JSON of classification_history.labels
	PastRest   string // JSON of classification_history.answer
}

// NewAnswer checks a classification and encodes what the tables hold as JSON.
// One without an id, with an outcome that no stage gives, or with a number that
// JSON does not have, is a *classify.InvalidInputError.
func NewAnswer(runID int64, c classify.Classification) (*Answer, error) {
	if c.IndicatorID == "" {
		return nil, &classify.InvalidInputError{What: "save", Err: errors.New("an answer without an indicator id")}
	}
	switch c.Outcome {
	case classify.Classified, classify.Escalated, classify.Failed:
	default:
		return nil, &classify.InvalidInputError{What: "save " + c.IndicatorID,
			Err: fmt.Errorf("outcome %q is none of %s, %s and %s", c.Outcome, classify.Classified, classify.Escalated, classify.Failed)}
	}
	if math.IsNaN(c.OverallConfidence) || math.IsInf(c.OverallConfidence, 0) {
		return nil, &classify.InvalidInputError{What: "save " + c.IndicatorID, Err: fmt.Errorf("its confidence is %v", c.OverallConfidence)}
	}
	a := &Answer{Classification: c, RunID: runID}
	if c.Failure != nil {
		a.failure = *c.Failure
	}
	if c.Final != nil {
		a.final = *c.Final
	}
	a.PastLabels = encodeLabels(&c.Labels)
	if err := a.encode(); err != nil {
		return nil, &classify.InvalidInputError{What: "save " + c.IndicatorID, Err: err}
	}
	return a, nil
}

func (a *Answer) encode() error {
	for i, p := range a.provenances() {
		a.evidence[i] = JSONList(p.Evidence)
	}
	a.overridden = JSONList(a.Overridden)
	a.fieldsWrong = JSONList(a.Verdict.FieldsWrong)
	if len(a.final.Corrections) > 0 {
		b, err := json.Marshal(a.final.Corrections)
		if err != nil {
			return err
		}
		a.corrections = string(b)
	}
	var err error
	a.PastRest, err = encodeRest(a)
	return err
}

// Decode completes an answer whose columns were scanned.
func (a *Answer) Decode() error {
	for i, p := range a.provenances() {
		if err := decodeInto(a.evidence[i], &p.Evidence); err != nil {
			return fmt.Errorf("evidence of %s: %w", a.IndicatorID, err)
		}
	}
	if a.failure != (classify.Failure{}) {
		a.Failure = &classify.Failure{Stage: a.failure.Stage, Reason: a.failure.Reason}
	}
	if a.Final != nil {
		if err := decodeInto(a.corrections, &a.final.Corrections); err != nil {
			return fmt.Errorf("corrections of %s: %w", a.IndicatorID, err)
		}
		final := a.final
		a.Final = &final
	}
	if err := decodeInto(a.overridden, &a.Overridden); err != nil {
		return fmt.Errorf("overridden fields of %s: %w", a.IndicatorID, err)
	}
	if err := decodeInto(a.fieldsWrong, &a.Verdict.FieldsWrong); err != nil {
		return fmt.Errorf("wrong fields of %s: %w", a.IndicatorID, err)
	}
	return nil
}

// Stored is the answer as a store gives it.
func (a *Answer) Stored() classify.Stored {
	return classify.Stored{Classification: a.Classification, RunID: a.RunID, SavedAt: a.At}
}

// provenances are those of the six stages, in their order.
func (a *Answer) provenances() [6]*classify.Provenance {
	return [6]*classify.Provenance{
		&a.Normalization.Provenance, &a.Time.Provenance, &a.Family.Provenance,
		&a.Type.Provenance, &a.Verdict.Provenance, &a.final.Provenance,
	}
}

// Reached reports whether a stage (0 to 5) gave an answer: all before the one that
// failed did, and without a failure all five that are always asked.
func (a *Answer) Reached(stage int) bool {
	if stage == 5 {
		return a.Final != nil
	}
	if a.Failure == nil || a.provenances()[stage].By != "" {
		return true
	}
	return stage < slices.Index(classify.StageNames, a.Failure.Stage)
}

func decodeInto(text string, at any) error {
	if text == "" {
		return nil
	}
	return json.Unmarshal([]byte(text), at)
}

// Logged is what the processing log says of an answer that failed or was
// escalated, in a row of its own; ok is false for one that needs none.
func (a *Answer) Logged() (stage classify.Stage, reason string, ok bool) {
	switch {
	case a.Outcome == classify.Classified:
		return "", "", false
	case a.Failure != nil:
		return a.failure.Stage, a.failure.Reason, true
	}
	return classify.StageFinalReview, a.final.Reason, true
}

// FailedAt reports whether the answer failed at a stage (0 to 5).
func (a *Answer) FailedAt(stage int) bool {
	return a.Failure != nil && a.Failure.Stage == classify.StageNames[stage]
}
