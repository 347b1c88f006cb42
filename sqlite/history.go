package sqlite

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

// encodeRest writes what decodePast reads as a pastAnswer. It is written by
// hand because every answer passes here, and reflection would take longer than
// the insertion.
func encodeRest(a *answer) (string, error) {
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

// decodePast completes a classification from its row of the history.
func decodePast(c *classify.Classification, labels, rest string) error {
	if err := json.Unmarshal([]byte(labels), &c.Labels); err != nil {
		return fmt.Errorf("history of %s: labels: %w", c.IndicatorID, err)
	}
	var p pastAnswer
	if err := json.Unmarshal([]byte(rest), &p); err != nil {
		return fmt.Errorf("history of %s: %w", c.IndicatorID, err)
	}
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
	return nil
}

func replace[T any](at *T, other *T) {
	if other != nil {
		*at = *other
	}
}
