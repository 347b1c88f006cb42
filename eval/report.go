// Package eval measures answers against labels: accuracy per field, what is
// taken for what, and whether the confidences mean what they say.
package eval

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"classify"
	"classify/labels"
	"classify/rulebook"
)

// Report is the result of an evaluation.
type Report struct {
	Labels   string `json:"labels"`    // the label file
	Rows     int    `json:"rows"`      // rows of the label file
	Found    int    `json:"evaluated"` // rows whose indicator has an answer
	Missing  int    `json:"missing"`   // rows whose indicator has none
	MissingN string `json:"missing_example,omitempty"`

	Sure     []FieldResult `json:"fields"`
	Doubtful []FieldResult `json:"doubtful_fields,omitempty"` // rows with sure=0
	// Calibration counts the rows that label all four decisive fields, without
	// the doubtful ones; nil where there is none.
	Calibration *Calibration `json:"calibration,omitempty"`
	// Sources says of the decisive fields of the sure rows who was how often
	// right; nil where the rulebook alone answered.
	Sources  []SourceResult `json:"sources,omitempty"`
	Mistakes []Mistake      `json:"mistakes"`
}

// FieldResult is how often one field was right.
type FieldResult struct {
	Field    string `json:"field"`
	Labelled int    `json:"labelled"`
	Right    int    `json:"right"`
	// Accuracy is from 0 to 1; nil where nothing is labelled.
	Accuracy *float64 `json:"accuracy,omitempty"`
	// Confusion counts the mistakes: label, then answer.
	Confusion []Confusion `json:"confusion,omitempty"`
}

// Confusion is one kind of mistake.
type Confusion struct {
	Want  string `json:"label"`
	Got   string `json:"answer"`
	Count int    `json:"count"`
}

// Mistake is one indicator with wrong fields, and what led there.
type Mistake struct {
	IndicatorID string       `json:"indicator_id"`
	Name        string       `json:"name"`
	Confidence  float64      `json:"overall_confidence"`
	Doubtful    bool         `json:"doubtful,omitempty"`
	Fields      []WrongField `json:"fields"`
}

// WrongField is a wrong answer with the evidence of the stage that gave it.
type WrongField struct {
	Field    string   `json:"field"`
	Want     string   `json:"label"`
	Got      string   `json:"answer"`
	By       string   `json:"by"`
	Rule     string   `json:"rule,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
}

// decisive are the fields whose being right overall_confidence predicts.
var decisive = []string{"unit_type", "family", "type", "temporal_aggregation"}

// Evaluate compares a label file with current answers. lookup returns
// classify.ErrNotFound for an indicator that has none.
func Evaluate(f *labels.File, lookup func(id string) (classify.Classification, error)) (*Report, error) {
	r := &Report{Labels: f.Path, Rows: len(f.Rows)}
	sure, doubtful := newTally(f.Fields), newTally(f.Fields)
	var predictions []Prediction
	by := sources{}
	for _, row := range f.Rows {
		c, err := lookup(row.IndicatorID)
		if errors.Is(err, classify.ErrNotFound) {
			r.Missing++
			if r.MissingN == "" {
				r.MissingN = row.IndicatorID
			}
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("evaluate %q: %w", row.IndicatorID, err)
		}
		r.Found++
		t := sure
		if row.Doubtful {
			t = doubtful
		}
		wrong := t.add(row, &c)
		if !row.Doubtful {
			by.add(row, &c, wrong)
		}
		if right, labelled := allRight(row, wrong); labelled && !row.Doubtful {
			predictions = append(predictions, Prediction{c.OverallConfidence, right})
		}
		if len(wrong) > 0 {
			r.Mistakes = append(r.Mistakes, Mistake{c.IndicatorID, c.Name, c.OverallConfidence, row.Doubtful, wrong})
		}
	}
	r.Sure = sure.results()
	if slices.ContainsFunc(f.Rows, func(r labels.Row) bool { return r.Doubtful }) {
		r.Doubtful = doubtful.results()
	}
	if len(predictions) > 0 {
		c := Calibrate(predictions, Bins)
		r.Calibration = &c
	}
	if r.Sources = by.results(); !slices.ContainsFunc(r.Sources, func(s SourceResult) bool { return s.By != rulebook.Name && s.By != classify.ByPerson }) {
		r.Sources = nil
	}
	// The worst mistake is the one that was most certain.
	slices.SortStableFunc(r.Mistakes, func(a, b Mistake) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return r, nil
}

// allRight reports whether every labelled decisive field is right, and
// whether all four are labelled.
func allRight(row labels.Row, wrong []WrongField) (right, labelled bool) {
	for _, f := range decisive {
		if _, ok := row.Values[f]; !ok {
			return false, false
		}
	}
	return !slices.ContainsFunc(wrong, func(w WrongField) bool { return slices.Contains(decisive, w.Field) }), true
}

type tally struct {
	fields    []string
	labelled  map[string]int
	right     map[string]int
	confusion map[string]map[[2]string]int
}

func newTally(fields []string) *tally {
	return &tally{fields, map[string]int{}, map[string]int{}, map[string]map[[2]string]int{}}
}

func (t *tally) add(row labels.Row, c *classify.Classification) []WrongField {
	var wrong []WrongField
	for _, name := range t.fields {
		want, ok := row.Values[name]
		if !ok {
			continue
		}
		f := classify.FieldByName(name)
		t.labelled[name]++
		got := f.Get(&c.Labels)
		if got == want {
			t.right[name]++
			continue
		}
		if t.confusion[name] == nil {
			t.confusion[name] = map[[2]string]int{}
		}
		t.confusion[name][[2]string{want, got}]++
		p := c.ProvenanceOf(name)
		wrong = append(wrong, WrongField{name, want, got, p.By, p.Rule, p.Evidence})
	}
	return wrong
}

func (t *tally) results() []FieldResult {
	var results []FieldResult
	for _, name := range t.fields {
		r := FieldResult{Field: name, Labelled: t.labelled[name], Right: t.right[name]}
		if r.Labelled > 0 {
			accuracy := float64(r.Right) / float64(r.Labelled)
			r.Accuracy = &accuracy
		}
		for pair, n := range t.confusion[name] {
			r.Confusion = append(r.Confusion, Confusion{pair[0], pair[1], n})
		}
		slices.SortFunc(r.Confusion, func(a, b Confusion) int {
			if a.Count != b.Count {
				return b.Count - a.Count
			}
			return strings.Compare(a.Want+"\x00"+a.Got, b.Want+"\x00"+b.Got)
		})
		results = append(results, r)
	}
	return results
}
