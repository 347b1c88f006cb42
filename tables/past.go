package tables

import (
	"encoding/json"
	"fmt"

	"classify"
)

// encodeLabels writes the labels that are not empty as a JSON object that
// decodes into classify.Labels. Equal labels give equal texts.
func encodeLabels(l *classify.Labels) string {
	b := append(make([]byte, 0, 512), '{')
	for i := range classify.Fields {
		f := &classify.Fields[i]
		value := f.Get(l)
		if value == emptyLabels[i] {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, f.Name...)
		b = append(b, '"', ':')
		if emptyLabels[i] != "" { // a number or a flag
			b = append(b, value...)
			continue
		}
		b = appendQuoted(b, value)
	}
	return string(append(b, '}'))
}

// emptyLabels are the fields of no labels at all: "", "0" or "false".
var emptyLabels = func() []string {
	texts := make([]string, len(classify.Fields))
	for i := range classify.Fields {
		texts[i] = classify.Fields[i].Get(&classify.Labels{})
	}
	return texts
}()

// pastAnswer is a classification in the history beside its final labels. The
// labels of a stage are there only where the final ones are others.
type pastAnswer struct {
	Name          string                `json:"name,omitempty"`
	Failure       *classify.Failure     `json:"failure,omitempty"`
	Overridden    []string              `json:"overridden,omitempty"`
	Normalization *pastNormalization    `json:"normalization,omitempty"`
	Time          *pastTime             `json:"time_inference,omitempty"`
	Family        *pastFamily           `json:"family_assignment,omitempty"`
	Type          *pastType             `json:"type_classification,omitempty"`
	Verdict       *classify.Verdict     `json:"boolean_review,omitempty"`
	Final         *classify.FinalReview `json:"final_review,omitempty"`
}

type pastNormalization struct {
	Labels *classify.UnitLabels `json:"labels,omitempty"`
	Factor float64              `json:"factor,omitempty"`
	classify.Provenance
}

type pastTime struct {
	Labels     *classify.TimeLabels `json:"labels,omitempty"`
	Observed   classify.Frequency   `json:"observed_frequency,omitempty"`
	Declared   classify.Frequency   `json:"declared_frequency,omitempty"`
	Collection string               `json:"collection,omitempty"`
	Cumulative classify.Cumulative  `json:"cumulative,omitzero"`
	Shape      classify.Shape       `json:"shape,omitzero"`
	classify.Provenance
}

type pastFamily struct {
	Family *classify.Family `json:"family,omitempty"`
	classify.Provenance
}

type pastType struct {
	Labels *classify.KindLabels `json:"labels,omitempty"`
	classify.Provenance
}

// encodeRest writes what Past.Decode reads as a pastAnswer. It is written by
// hand because every answer passes here, and reflection would take longer than
// the insertion.
func encodeRest(a *Answer) (string, error) {
	c := &a.Classification
	o := object{b: make([]byte, 0, 2048)}
	o.open("")
	o.text("name", c.Name)
	if f := c.Failure; f != nil {
		o.open("failure")
		o.text("stage", string(f.Stage))
		o.text("reason", f.Reason)
		o.close()
	}
	o.raw("overridden", a.overridden)

	o.open("normalization")
	if c.Normalization.UnitLabels != c.Labels.UnitLabels {
		o.unit(&c.Normalization.UnitLabels)
	}
	o.number("factor", c.Normalization.Factor)
	o.provenance(&c.Normalization.Provenance, a.evidence[0])
	o.close()

	o.open("time_inference")
	o.time(&c.Time, c.Time.TimeLabels != c.Labels.TimeLabels)
	o.provenance(&c.Time.Provenance, a.evidence[1])
	o.close()

	o.open("family_assignment")
	if c.Family.Family != c.Labels.Family {
		o.always("family", string(c.Family.Family))
	}
	o.provenance(&c.Family.Provenance, a.evidence[2])
	o.close()

	o.open("type_classification")
	if c.Type.KindLabels != c.Labels.KindLabels {
		o.kind(&c.Type.KindLabels)
	}
	o.provenance(&c.Type.Provenance, a.evidence[3])
	o.close()

	o.open("boolean_review")
	o.flag("passed", c.Verdict.Passed)
	o.raw("fields_wrong", a.fieldsWrong)
	o.text("reason", c.Verdict.Reason)
	o.provenance(&c.Verdict.Provenance, a.evidence[4])
	o.close()

	if c.Final != nil {
		o.open("final_review")
		o.text("status", string(a.final.Status))
		o.raw("corrections", a.corrections)
		o.text("reason", a.final.Reason)
		o.provenance(&a.final.Provenance, a.evidence[5])
		o.close()
	}
	o.close()
	return string(o.b), o.err
}

// Past is a row of classification_history: an answer that a run gave. The
// zero value is no row.
type Past struct {
	classify.Classification        // decoded by Decode; before it id, outcome, review status, confidence, logic and input hash
	Found                   bool   // whether there is a row
	Labels                  string // its JSON columns
	Rest                    string
}

// Same reports whether two answers have the same labels, outcome and review
// status. Equal labels are equal texts, in the form of one store.
func (p *Past) Same(q *Past) bool {
	return p.Found == q.Found && p.Labels == q.Labels && p.Outcome == q.Outcome && p.ReviewStatus == q.ReviewStatus
}

// Decode returns the whole classification, or nil where there is no row.
func (p *Past) Decode() (*classify.Classification, error) {
	if !p.Found {
		return nil, nil
	}
	c := &p.Classification
	if err := json.Unmarshal([]byte(p.Labels), &c.Labels); err != nil {
		return nil, fmt.Errorf("history of %s: labels: %w", c.IndicatorID, err)
	}
	var past pastAnswer
	if err := json.Unmarshal([]byte(p.Rest), &past); err != nil {
		return nil, fmt.Errorf("history of %s: %w", c.IndicatorID, err)
	}
	past.complete(c)
	return c, nil
}

// complete fills in what the labels do not say.
func (p *pastAnswer) complete(c *classify.Classification) {
	c.Name, c.Failure, c.Overridden, c.Final = p.Name, p.Failure, p.Overridden, p.Final
	c.Normalization.UnitLabels, c.Time.TimeLabels = c.Labels.UnitLabels, c.Labels.TimeLabels
	c.Family.Family, c.Type.KindLabels = c.Labels.Family, c.Labels.KindLabels
	if n := p.Normalization; n != nil {
		c.Normalization.Factor, c.Normalization.Provenance = n.Factor, n.Provenance
		replace(&c.Normalization.UnitLabels, n.Labels)
	}
	if t := p.Time; t != nil {
		c.Time = classify.TimeInference{TimeLabels: c.Time.TimeLabels, Observed: t.Observed, Declared: t.Declared,
			Collection: t.Collection, Cumulative: t.Cumulative, Shape: t.Shape, Provenance: t.Provenance}
		replace(&c.Time.TimeLabels, t.Labels)
	}
	if f := p.Family; f != nil {
		c.Family.Provenance = f.Provenance
		replace(&c.Family.Family, f.Family)
	}
	if t := p.Type; t != nil {
		c.Type.Provenance = t.Provenance
		replace(&c.Type.KindLabels, t.Labels)
	}
	if p.Verdict != nil {
		c.Verdict = *p.Verdict
	}
}

func replace[T any](at *T, other *T) {
	if other != nil {
		*at = *other
	}
}
