package prompt

import (
	"bytes"
	"encoding/json"
	"fmt"

	"classify"
)

func question(stage classify.Stage, text any) Question {
	b, err := json.Marshal(text) // escapes angle brackets, so that no text closes the data
	if err != nil {
		panic(fmt.Sprintf("canonical %s question: %v", stage, err)) // plain structs of strings always encode
	}
	return Question{stage, string(b)}
}

// Parse gives a question back as far as its canonical text holds it: a
// classify.UnitQuestion, TimeQuestion, FamilyQuestion, TypeQuestion,
// ReviewQuestion or FinalQuestion.
func Parse(stage classify.Stage, text string) (any, error) {
	switch stage {
	case classify.StageNormalize:
		return parse(text, (*unitText).question)
	case classify.StageTime:
		return parse(text, (*timeText).question)
	case classify.StageFamily:
		return parse(text, (*kindText).family)
	case classify.StageType:
		return parse(text, (*typeText).question)
	case classify.StageBooleanReview:
		return parse(text, (*reviewText).question)
	case classify.StageFinalReview:
		return parse(text, (*finalText).question)
	}
	return nil, fmt.Errorf("%q is no stage", stage)
}

func parse[T, Q any](text string, back func(*T) Q) (any, error) {
	var t T
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return nil, fmt.Errorf("read canonical question: %w", err)
	}
	return back(&t), nil
}

type unitText struct {
	Phrase   string `json:"unit,omitempty"`
	Scale    string `json:"declared_scale,omitempty"`
	Currency string `json:"declared_currency,omitempty"`
	Country  string `json:"country,omitempty"`
	Provider string `json:"provider_country,omitempty"`
	Name     string `json:"name,omitempty"`
	Texts    string `json:"texts,omitempty"`
}

func canonicalUnit(q *classify.UnitQuestion) unitText {
	return unitText{q.Phrase, q.Scale, q.Currency, q.Country, q.Provider, q.Name, q.Texts}
}

func (t *unitText) question() classify.UnitQuestion {
	return classify.UnitQuestion{Phrase: t.Phrase, Name: t.Name, Scale: t.Scale, Currency: t.Currency, Country: t.Country, Provider: t.Provider, Texts: t.Texts}
}

type timeText struct {
	Concept     string             `json:"concept,omitempty"`
	Unit        string             `json:"unit,omitempty"`
	UnitType    classify.UnitType  `json:"unit_type,omitempty"`
	Periodicity string             `json:"declared,omitempty"`
	Observed    classify.Frequency `json:"observed,omitempty"`
	Pattern     classify.Pattern   `json:"pattern,omitempty"`
	Description string             `json:"description,omitempty"`
}

func canonicalTime(q *classify.TimeQuestion) timeText {
	return timeText{q.Concept, q.Unit, q.UnitType, q.Periodicity, q.Observed, q.Cumulative.Pattern, q.Description}
}

func (t *timeText) question() classify.TimeQuestion {
	return classify.TimeQuestion{Concept: t.Concept, Unit: t.Unit, UnitType: t.UnitType, Periodicity: t.Periodicity,
		Description: t.Description, Observed: t.Observed, Cumulative: classify.Cumulative{Pattern: t.Pattern}}
}

type kindText struct {
	Concept     string             `json:"concept"`
	Unit        string             `json:"unit,omitempty"`
	UnitType    classify.UnitType  `json:"unit_type,omitempty"`
	Per         string             `json:"per,omitempty"`
	Money       bool               `json:"money,omitempty"`
	Prices      classify.Prices    `json:"prices,omitempty"`
	Cumulative  bool               `json:"cumulative,omitempty"`
	Frequency   classify.Frequency `json:"frequency,omitempty"`
	Collection  string             `json:"collected,omitempty"`
	Signs       string             `json:"signs,omitempty"`
	Level       string             `json:"level,omitempty"`
	Topic       string             `json:"topic,omitempty"`
	Description string             `json:"description,omitempty"`
}

func canonicalFamily(q *classify.FamilyQuestion) kindText {
	return kindText{q.Concept, q.UnitPhrase, q.UnitType, q.Per, q.HasCurrency, q.Prices, q.Cumulative, q.Frequency, q.Collection, q.Signs, q.Level, q.Topic, q.Description}
}

func (t *kindText) family() classify.FamilyQuestion {
	return classify.FamilyQuestion{Concept: t.Concept, Name: t.Concept, UnitPhrase: t.Unit, UnitType: t.UnitType, Per: t.Per, HasCurrency: t.Money,
		Prices: t.Prices, Cumulative: t.Cumulative, Frequency: t.Frequency, Collection: t.Collection, Signs: t.Signs, Level: t.Level, Topic: t.Topic, Description: t.Description}
}

type typeText struct {
	kindText
	Family classify.Family `json:"family"`
	Type   classify.Type   `json:"type,omitempty"`
}

func canonicalType(q *classify.TypeQuestion) typeText {
	return typeText{canonicalFamily(&q.FamilyQuestion), q.Family, q.Type}
}

func (t *typeText) question() classify.TypeQuestion {
	return classify.TypeQuestion{FamilyQuestion: t.family(), Family: t.Family, Type: t.Type}
}

type reviewText struct {
	kindText
	Draft  classify.Labels      `json:"draft"`
	Failed []classify.Violation `json:"failed,omitempty"`
}

func canonicalReview(q *classify.ReviewQuestion) reviewText {
	return reviewText{canonicalFamily(&q.FamilyQuestion), q.Draft.Labels, q.Failed}
}

func (t *reviewText) question() classify.ReviewQuestion {
	return classify.ReviewQuestion{FamilyQuestion: t.family(), Unit: t.Draft.UnitLabels, Time: t.Draft.TimeLabels, Draft: classify.Draft{Labels: t.Draft}, Failed: t.Failed}
}

type finalText struct {
	reviewText
	Wrong  []string `json:"fields_wrong"`
	Reason string   `json:"reason,omitempty"`
}

func canonicalFinal(q *classify.FinalQuestion) finalText {
	return finalText{canonicalReview(&q.ReviewQuestion), q.Verdict.FieldsWrong, q.Verdict.Reason}
}

func (t *finalText) question() classify.FinalQuestion {
	return classify.FinalQuestion{ReviewQuestion: t.reviewText.question(), Verdict: classify.Verdict{FieldsWrong: t.Wrong, Reason: t.Reason}}
}
