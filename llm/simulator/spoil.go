package simulator

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"classify"
)

// refusalText is what a model says that declines.
const refusalText = "I'm sorry, but I can't help with that."

// spoil puts a fault of the answer itself into a reply. A fault of the
// transport leaves it as it is.
func (s *Server) spoil(a *ask, r *reply, fault Fault, coin bool) {
	switch fault {
	case Truncated:
		r.cut(max(1, r.tokens.Output/2))
	case Refusal:
		r.text, r.refusal, r.tokens.Output = "", refusalText, tokensOf(len(refusalText))
	case Oversized:
		r.text = `{"reason":"` + oversize() + `"}` // what a model put out is no longer for it
	case WrongValue:
		r.respond(wrongValue(a, r.plain(a)))
	case WrongCount:
		r.respond(wrongCount(a, r.plain(a), coin))
	}
}

// plain is the JSON of a reply, also where it stands in prose.
func (r *reply) plain(a *ask) string {
	if a.form != formText {
		return r.text
	}
	from, to := bytes.IndexByte([]byte(r.text), '{'), bytes.LastIndexByte([]byte(r.text), '}')
	if from < 0 || to < from {
		return r.text
	}
	return r.text[from : to+1]
}

func (r *reply) respond(text string) {
	r.text = text
	r.tokens.Output = tokensOf(utf8.RuneCountInString(text))
}

// notAValue stands where the schema has an enumeration.
const notAValue = "not-in-the-taxonomy"

// enumerated is a field of each stage's answer that has an enumeration.
var enumerated = map[classify.Stage]string{
	classify.StageNormalize: "unit_type", classify.StageTime: "reporting_frequency", classify.StageFamily: "family",
	classify.StageType: "type", classify.StageBooleanReview: "fields_wrong", classify.StageFinalReview: "status",
}

// wrongValue puts a value that the schema does not have into the first answer.
func wrongValue(a *ask, text string) string {
	return changed(a, text, func(answer map[string]json.RawMessage) {
		field := enumerated[a.stage]
		value := json.RawMessage(`"` + notAValue + `"`)
		if field == "fields_wrong" {
			value = json.RawMessage(`["` + notAValue + `"]`)
		}
		if field == "" {
			field = notAValue
		}
		answer[field] = value
	})
}

// wrongCount takes the last answer out of a pack, or doubles the first; a
// single answer has a field too many or too few.
func wrongCount(a *ask, text string, coin bool) string {
	if len(a.texts) < 2 {
		return changed(a, text, func(answer map[string]json.RawMessage) {
			if coin {
				answer["comment"] = json.RawMessage(`"a field that nobody asked for"`)
			} else {
				delete(answer, "confidence")
			}
		})
	}
	var pack struct {
		Answers []json.RawMessage `json:"answers"`
	}
	if json.Unmarshal([]byte(text), &pack) != nil || len(pack.Answers) == 0 {
		return text
	}
	if coin {
		pack.Answers = append(pack.Answers, pack.Answers[0])
	} else {
		pack.Answers = pack.Answers[:len(pack.Answers)-1]
	}
	return encoded(pack, text)
}

// changed changes the answer, or the first of a pack.
func changed(a *ask, text string, change func(map[string]json.RawMessage)) string {
	if len(a.texts) > 1 {
		var pack struct {
			Answers []map[string]json.RawMessage `json:"answers"`
		}
		if json.Unmarshal([]byte(text), &pack) != nil || len(pack.Answers) == 0 {
			return text
		}
		change(pack.Answers[0])
		return encoded(pack, text)
	}
	var answer map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &answer) != nil || answer == nil {
		return text
	}
	change(answer)
	return encoded(answer, text)
}

func encoded(v any, otherwise string) string {
	b, err := json.Marshal(v)
	if err != nil {
		return otherwise
	}
	return string(b)
}
