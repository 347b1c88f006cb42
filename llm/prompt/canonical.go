package prompt

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"classify"
)

// question writes a canonical text. Angle brackets are escaped, so that no text
// of a catalogue can close the data; an ampersand is not, since models read it
// better as it is.
func question(stage classify.Stage, text any) Question {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		panic(fmt.Sprintf("canonical %s question: %v", stage, err)) // plain structs of strings always encode
	}
	return Question{stage, brackets.Replace(strings.TrimSuffix(b.String(), "\n"))}
}

// brackets stand nowhere in JSON but inside strings.
var brackets = strings.NewReplacer("<", `\u003c`, ">", `\u003e`)

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
		return parse(text, (*kindText).question)
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
	t, err := decode[T]([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("read canonical question: %w", err)
	}
	return back(&t), nil
}

// Bounds of the texts that a question holds, in bytes. Names and units are
// shorter; what is longer is cut.
const (
	maxName        = 240
	maxUnit        = 120
	maxWord        = 60
	maxDescription = 400
	maxReason      = 240
)

// tidy joins the words of a text with single spaces, leaves out what is not
// printable (control characters, invisible marks that turn or hide text), and
// cuts it to at most n bytes at a rune.
func tidy(text string, n int) string {
	if len(text) > 4*n { // more is never kept; most of a hostile text is not even looked at
		text = text[:4*n]
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r):
			return -1
		}
		return r
	}, text)
	return clip(strings.Join(strings.Fields(text), " "), n)
}

// clip cuts a text to at most n bytes at a rune.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return strings.TrimRight(text[:n], " ")
}

// hasWords reports whether a folded text has those words, not inside others.
func hasWords(text, words string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], words)
		if i < 0 {
			return false
		}
		i += at
		end := i + len(words)
		if (i == 0 || !isWordByte(text[i-1])) && (end == len(text) || !isWordByte(text[end])) {
			return true
		}
		at = end
	}
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf
}
