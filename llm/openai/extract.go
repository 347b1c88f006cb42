package openai

import (
	"bytes"
	"encoding/json"
	"strings"
)

// What is searched for an object among other words: so many braces as its
// beginning, and so many bytes. A text of nothing but braces then costs little.
const (
	attempts = 50
	searched = 256 << 10
)

// extract returns the first JSON object in a text: as it is, in a fence, or
// after a model's thoughts. "": there is none.
func extract(text string) string {
	text = thoughtless(text)
	if bare(text) {
		return strings.TrimSpace(text)
	}
	text = text[:min(len(text), searched)]
	for range attempts {
		start := strings.IndexByte(text, '{')
		if start < 0 {
			return ""
		}
		text = text[start:]
		var object json.RawMessage
		if err := json.NewDecoder(strings.NewReader(text)).Decode(&object); err == nil {
			return string(bytes.TrimSpace(object))
		}
		text = text[1:]
	}
	return ""
}

// thoughtless is a text without the thoughts before it.
func thoughtless(text string) string {
	if i := strings.LastIndex(text, "</think>"); i >= 0 {
		return strings.TrimSpace(text[i+len("</think>"):])
	}
	if strings.HasPrefix(strings.TrimSpace(text), "<think>") {
		return "" // it was still thinking
	}
	return text
}

// bare reports whether a text is a JSON object and nothing else, as a server
// gives it that enforces the form.
func bare(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") && json.Valid([]byte(text))
}

// follows reports whether an object has the properties that a schema requires
// at its top: a server that passes over the schema gives others.
func follows(object string, schema json.RawMessage) bool {
	var s struct {
		Required []string `json:"required"`
	}
	var properties map[string]json.RawMessage
	if json.Unmarshal(schema, &s) != nil || json.Unmarshal([]byte(object), &properties) != nil {
		return false
	}
	for _, name := range s.Required {
		if _, ok := properties[name]; !ok {
			return false
		}
	}
	return true
}
