package sqlite

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"classify"
)

// answer is a classification on its way into or out of the tables, with its
// lists as the JSON that the tables hold.
type answer struct {
	classify.Classification
	runID int64
	at    string // when it was committed

	final   classify.FinalReview
	failure classify.Failure

	evidence    [6]string // by stage
	overridden  string
	fieldsWrong string
	corrections string
	labels      string // of classification_history
	rest        string // of classification_history
}

// newAnswer encodes what the tables hold as JSON, so that the goroutine that
// writes does not have to.
func newAnswer(runID int64, c classify.Classification) (*answer, error) {
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
	a := &answer{Classification: c, runID: runID}
	if c.Failure != nil {
		a.failure = *c.Failure
	}
	if c.Final != nil {
		a.final = *c.Final
	}
	a.labels = encodeLabels(&c.Labels)
	if err := a.encode(); err != nil {
		return nil, &classify.InvalidInputError{What: "save " + c.IndicatorID, Err: err}
	}
	return a, nil
}

func (a *answer) encode() error {
	for i, p := range a.provenances() {
		a.evidence[i] = encodeTexts(p.Evidence)
	}
	a.overridden = encodeTexts(a.Overridden)
	a.fieldsWrong = encodeTexts(a.Verdict.FieldsWrong)
	if len(a.final.Corrections) > 0 {
		b, err := json.Marshal(a.final.Corrections)
		if err != nil {
			return err
		}
		a.corrections = string(b)
	}
	var err error
	a.rest, err = encodeRest(a)
	return err
}

// decode completes a scanned answer.
func (a *answer) decode() error {
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

func (a *answer) stored() classify.Stored {
	return classify.Stored{Classification: a.Classification, RunID: a.runID, SavedAt: moment(a.at)}
}

// provenances are those of the six stages, in their order.
func (a *answer) provenances() [6]*classify.Provenance {
	return [6]*classify.Provenance{
		&a.Normalization.Provenance, &a.Time.Provenance, &a.Family.Provenance,
		&a.Type.Provenance, &a.Verdict.Provenance, &a.final.Provenance,
	}
}

// reached reports whether a stage gave an answer: all before the one that
// failed did, and without a failure all five that are always asked.
func (a *answer) reached(stage int) bool {
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
