// Package prompt is what language models are asked, and how their answers are
// read: one versioned prompt per stage, made from text files and from the
// taxonomy's own tables, the canonical text of a question, the strict schema of
// its answer, and the check of an answer against what the question says.
// Everything in it is safe for concurrent use.
package prompt

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"classify"
	"classify/llm"
)

// A Prompt is the static part of every request of a stage.
type Prompt struct {
	Stage     classify.Stage
	Version   string     // such as "family-assignment-1.0.0+3fa9c1"
	System    string     // the static part; byte for byte the same for every question
	Schema    llm.Schema // of one answer
	Pack      llm.Schema // of the answers of a pack
	MaxOutput int        // tokens that one answer may take, without reasoning

	answer objectSchema // what Schema was made of
}

// Of returns the prompt of a stage, or nil for anything that is no stage.
func Of(stage classify.Stage) *Prompt { return prompts()[stage] }

// Request asks one question, or several as a pack; repair is nil, or what was
// wrong with the answer before. The texts are those of Question.Text.
func (p *Prompt) Request(texts []string, repair *llm.Repair) *llm.Request {
	r := &llm.Request{Stage: p.Stage, Prompt: p.Version, System: p.System, Schema: p.Schema, MaxOutput: p.MaxOutput, Repair: repair}
	if len(texts) == 1 {
		r.User = oneHead + texts[0] + dataEnd
		return r
	}
	var b strings.Builder
	fmt.Fprintf(&b, packHead, len(texts))
	for i, t := range texts {
		b.WriteString(strconv.Itoa(i + 1))
		b.WriteByte(' ')
		b.WriteString(t)
		b.WriteByte('\n')
	}
	r.User = strings.TrimSuffix(b.String(), "\n") + dataEnd
	r.Schema = p.Pack
	r.MaxOutput = p.MaxOutput * len(texts)
	return r
}

// What stands around the questions. A canonical text has no line break and no
// angle bracket, so that no text of a catalogue can end the data.
const (
	oneHead   = "<data>\n"
	packHead  = "%d independent questions, one a line after its number n. Answer each for itself.\n<data>\n"
	dataOpen  = "<data>\n"
	dataEnd   = "\n</data>"
	packSpace = " "
)

// Texts returns the canonical texts of a user message that Request made, in
// their order, and whether it is one.
func Texts(user string) (texts []string, ok bool) {
	_, data, ok := strings.Cut(user, dataOpen)
	if !ok || !strings.HasSuffix(data, dataEnd) {
		return nil, false
	}
	data = strings.TrimSuffix(data, dataEnd)
	if strings.HasPrefix(user, dataOpen) {
		return []string{data}, true
	}
	for i, line := range strings.Split(data, "\n") {
		n, text, ok := strings.Cut(line, packSpace)
		if !ok || n != strconv.Itoa(i+1) {
			return nil, false
		}
		texts = append(texts, text)
	}
	return texts, true
}

// StageOf returns the stage to which a schema of that name belongs, and whether
// it is that of a pack.
func StageOf(schema string) (stage classify.Stage, pack, ok bool) {
	for _, p := range prompts() {
		if schema == p.Schema.Name || schema == p.Pack.Name {
			return p.Stage, schema == p.Pack.Name, true
		}
	}
	return "", false, false
}

// Split returns the answers of a pack of n questions by position; an answer
// that is missing, or that is there more than once, is nil. For n = 1 it is the
// plain answer. The error says that the whole cannot be read.
func (p *Prompt) Split(answer string, n int) ([]json.RawMessage, error) {
	if n == 1 {
		return []json.RawMessage{json.RawMessage(answer)}, nil
	}
	var pack struct {
		Answers []json.RawMessage `json:"answers"`
	}
	if err := json.Unmarshal([]byte(answer), &pack); err != nil {
		return nil, fmt.Errorf("the answer is not the JSON object {\"answers\": [...]}: %w", err)
	}
	parts := make([]json.RawMessage, n)
	seen := make([]bool, n)
	for _, a := range pack.Answers {
		var item map[string]json.RawMessage
		if json.Unmarshal(a, &item) != nil {
			continue
		}
		at, err := strconv.Atoi(string(item["n"]))
		if err != nil || at < 1 || at > n {
			continue
		}
		if seen[at-1] {
			parts[at-1] = nil
			continue
		}
		seen[at-1] = true
		delete(item, "n")
		if parts[at-1], err = json.Marshal(item); err != nil {
			return nil, err
		}
	}
	return parts, nil
}
