package prompt

import (
	"slices"
	"strings"

	"classify"
)

// reviewText is what a review depends on: the facts of kindText, of which unit
// type, per, prices and cumulative are labels of the draft too, and the rest of
// the draft. Frequency, currency, scale and base period are read by
// dictionaries, and are no matter of judgement here.
type reviewText struct {
	kindText
	Frequency string    `json:"frequency,omitempty"`
	Draft     draftText `json:"draft"`
	// Likely and Doubtful are the labels of which their sources were not sure.
	Likely   []string `json:"likely,omitempty"`
	Doubtful []string `json:"doubtful,omitempty"`
	Guessed  []string `json:"guessed,omitempty"`
	// Person are the fields that a person set: they stand.
	Person []string     `json:"set_by_person,omitempty"`
	Failed []failedText `json:"failed,omitempty"`
}

type draftText struct {
	Family      classify.Family      `json:"family"`
	Type        classify.Type        `json:"type"`
	ChangeBasis classify.ChangeBasis `json:"change_basis,omitempty"`
	Aggregation classify.Aggregation `json:"temporal_aggregation"`
	Orientation classify.Orientation `json:"orientation"`
}

// failedText is what a check refuted or doubts. The numbers of its reason are
// left out: they would make every indicator a question of its own.
type failedText struct {
	Rule    string `json:"rule"`
	Field   string `json:"field"`
	Reason  string `json:"reason,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// stated are the labels that every review shows.
var stated = []string{"unit_type", "per", "prices", "is_cumulative", "family", "type", "change_basis", "temporal_aggregation", "orientation"}

// The buckets of confidence: what is sure is not mentioned.
const (
	sure   = 0.9
	likely = 0.6
	guess  = 0.3
)

func canonicalReview(q *classify.ReviewQuestion) reviewText {
	d := &q.Draft
	t := reviewText{kindText: canonicalKind(&q.FamilyQuestion),
		Draft: draftText{d.Family, d.Type, d.ChangeBasis, d.Aggregation, d.Orientation}}
	for i := range classify.Fields { // in the order of the fields
		if name := classify.Fields[i].Name; slices.Contains(d.Overridden, name) {
			t.Person = append(t.Person, name)
		}
	}
	t.rollUp(d.Family)
	t.Frequency = t.frequency(d.Family, q.Frequency)
	for i, field := range [...]string{"unit_type", "", "family", "type"} { // how often values come decides none of the labels
		switch c := d.Confidences[i]; {
		case field == "" || c >= sure:
		case c >= likely:
			t.Likely = append(t.Likely, field)
		case c >= guess:
			t.Doubtful = append(t.Doubtful, field)
		default:
			t.Guessed = append(t.Guessed, field)
		}
	}
	for _, f := range q.Failed[:min(len(q.Failed), maxFailed)] {
		t.Failed = append(t.Failed, failedText{tidy(f.Rule, maxWord), tidy(f.Field, maxWord), withoutNumbers(tidy(f.Reason, maxReason)), f.Warn})
	}
	return t
}

// maxFailed bounds how many failed checks a question holds; no check finds more.
const maxFailed = 12

// withoutNumbers writes every number of a text as #.
func withoutNumbers(text string) string {
	var b strings.Builder
	number := false
	for _, r := range text {
		digit := '0' <= r && r <= '9'
		if digit && !number {
			b.WriteByte('#')
		}
		if !digit && (!number || r != '.' && r != ',') {
			b.WriteRune(r)
		}
		number = digit || number && (r == '.' || r == ',')
	}
	return b.String()
}

func (t *reviewText) question() classify.ReviewQuestion {
	q := classify.ReviewQuestion{FamilyQuestion: t.kindText.question()}
	q.Frequency = frequencyOf(t.Frequency)
	d := &q.Draft
	d.UnitType, d.Per, d.Prices, d.IsCumulative = t.UnitType, t.Per, t.Prices, t.Cumulative
	// What the text leaves out cannot be wrong in it.
	d.Scale, d.ReportingFrequency, d.CumulativePattern = classify.ScaleRaw, q.Frequency, classify.PatternPeriodic
	if t.Cumulative {
		d.CumulativePattern = classify.PatternYTD
	}
	d.Family = t.Draft.Family
	d.KindLabels = classify.KindLabels{Type: t.Draft.Type, ChangeBasis: t.Draft.ChangeBasis, Aggregation: t.Draft.Aggregation, Orientation: t.Draft.Orientation}
	d.TimeBasis = classify.BasisOf(d.Type, d.Aggregation)
	d.Overridden = t.Person
	for i, field := range [...]string{"unit_type", "", "family", "type"} {
		switch {
		case slices.Contains(t.Likely, field):
			d.Confidences[i] = 0.8
		case slices.Contains(t.Doubtful, field):
			d.Confidences[i] = 0.45
		case slices.Contains(t.Guessed, field):
			d.Confidences[i] = 0.1
		default:
			d.Confidences[i] = 0.97
		}
	}
	q.Unit, q.Time = d.UnitLabels, d.TimeLabels
	for _, f := range t.Failed {
		q.Failed = append(q.Failed, classify.Violation{Rule: f.Rule, Field: f.Field, Reason: f.Reason, Warn: f.Warning})
	}
	return q
}

// finalText is a failed review.
type finalText struct {
	reviewText
	Wrong  []string `json:"fields_wrong"`
	Reason string   `json:"reason,omitempty"`
	// More are the labels that failed and that no other part of the text shows.
	More []labelText `json:"more,omitempty"`
	// Written is the unit as the source writes it, where a label of it failed.
	Written string `json:"unit_as_written,omitempty"`
}

type labelText struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

func canonicalFinal(q *classify.FinalQuestion) finalText {
	t := finalText{reviewText: canonicalReview(&q.ReviewQuestion), Reason: withoutNumbers(tidy(q.Verdict.Reason, maxReason)), Wrong: []string{}}
	for i := range classify.Fields { // in the order of the fields, each once
		f := &classify.Fields[i]
		if !slices.Contains(q.Verdict.FieldsWrong, f.Name) {
			continue
		}
		t.Wrong = append(t.Wrong, f.Name)
		if !slices.Contains(stated, f.Name) {
			t.More = append(t.More, labelText{f.Name, tidy(f.Get(&q.Draft.Labels), maxWord)})
		}
		if f.Stage == classify.StageNormalize {
			t.Written = tidy(q.UnitPhrase, maxUnit)
		}
	}
	return t
}

func (t *finalText) question() classify.FinalQuestion {
	q := classify.FinalQuestion{ReviewQuestion: t.reviewText.question(), Verdict: classify.Verdict{FieldsWrong: t.Wrong, Reason: t.Reason}}
	for _, l := range t.More {
		if f := classify.FieldByName(l.Field); f != nil {
			_ = f.Set(&q.Draft.Labels, l.Value) // a value that is none is what the review found wrong
		}
	}
	q.Verdict.Confidence = 0.5
	return q
}
