package wire_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"classify/llm/wire"
)

func TestAnAddressIsShownWithoutSecrets(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://api.openai.com/v1":                 "https://api.openai.com/v1",
		"https://anna:secret@host:8080/v1?key=s3#x": "https://host:8080/v1",
		"http://127.0.0.1:1234/v1?":                 "http://127.0.0.1:1234/v1",
		"anna:secret@host/v1":                       "host/v1",
		"https://anna:sec%ret@host/v1":              "host/v1",
		"https://host:port/v1?key=s3":               "https://host:port/v1",
		"":                                          "",
	} {
		if got := wire.Redact(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

func TestASecretIsHidden(t *testing.T) {
	t.Parallel()
	const key = "sk-proj-abcdefgh12345678WXYZ"
	for _, row := range []struct{ name, text, want string }{
		{"none", "nothing to hide", "nothing to hide"},
		{"whole", "key " + key + " is wrong", "key [hidden] is wrong"},
		{"within a word", "x" + key + "y", "x[hidden]y"},
		{"masked, with both ends", "Incorrect API key provided: sk-proj-********WXYZ. You can", "Incorrect API key provided: [hidden] You can"},
		{"masked, with its end", "key '...****WXYZ'", "key '[hidden]'"},
		{"its beginning", "key sk-proj-abcd is wrong", "key [hidden] is wrong"},
		{"its end as a word of its own", "the unit WXYZ", "the unit WXYZ"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := wire.Scrub(row.text, key); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
	if got := wire.Scrub("an apple", "a", ""); got != "an apple" {
		t.Errorf("a letter is taken for a secret: %q", got)
	}
}

func TestNoSecretSurvivesAnywhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Za-z0-9+/=_-]{8,60}`).Draw(t, "secret")
		text := rapid.String().Draw(t, "before") + secret + rapid.String().Draw(t, "after")
		if got := wire.Scrub(text, secret); strings.Contains(got, secret) {
			t.Errorf("%q shows %q", got, secret)
		}
	})
}

func TestAPlainTextIsOneBoundedLine(t *testing.T) {
	t.Parallel()
	if got := wire.Plain(" two\r\n\x1b[31mlines\x00 ", 100); got != "two [31mlines" {
		t.Errorf("got %q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		limit := rapid.IntRange(8, 40).Draw(t, "limit")
		got := wire.Plain(text, limit)
		if len(got) > limit || !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q within %d: %q", text, limit, got)
		}
	})
}
