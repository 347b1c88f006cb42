package prompt

import (
	"crypto/sha256"
	"encoding/hex"
	"io"

	"classify"
	"classify/llm"
)

// A Question is one question in its canonical form: whatever has the same Text
// is asked once.
type Question struct {
	Stage classify.Stage
	Text  string // JSON in one line: folded, in a fixed order, empty fields left out
}

// Key is the key of the question's answer by that model in the answer cache: 64
// hexadecimal digits. Another server under the name of a provider is another
// model: what a simulator answered never stands in for the provider's answer.
func (q Question) Key(id llm.ID) string { return q.key(id, "") }

// PackedParams are the parameters of an answer that was given in a pack.
const PackedParams = "pack"

// PackedKey is the key of an answer that was given in a pack with others: it may
// differ from one that was given alone, and never stands in for it.
func (q Question) PackedKey(id llm.ID) string { return q.key(id, PackedParams) }

func (q Question) key(id llm.ID, params string) string {
	h := sha256.New()
	for _, part := range [...]string{string(q.Stage), q.Text, id.Provider, id.Model, id.Server(), Of(q.Stage).Version, params} {
		io.WriteString(h, part)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Unit is the question of stage 1.
func Unit(q classify.UnitQuestion) Question {
	return question(classify.StageNormalize, canonicalUnit(&q))
}

// Time is the question of stage 2.
func Time(q classify.TimeQuestion) Question {
	return question(classify.StageTime, canonicalTime(&q))
}

// Family is the question of stage 3.
func Family(q classify.FamilyQuestion) Question {
	return question(classify.StageFamily, canonicalFamily(&q))
}

// Type is the question of stage 4.
func Type(q classify.TypeQuestion) Question {
	return question(classify.StageType, canonicalType(&q))
}

// Review is the question of stage 5.
func Review(q classify.ReviewQuestion) Question {
	return question(classify.StageBooleanReview, canonicalReview(&q))
}

// Final is the question of stage 6.
func Final(q classify.FinalQuestion) Question {
	return question(classify.StageFinalReview, canonicalFinal(&q))
}
