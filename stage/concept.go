package stage

import (
	"strings"
	"unicode/utf8"
)

// fold lowers a text and joins its words with single spaces.
func fold(text string) string {
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// clip cuts a text to at most n bytes, at a rune.
func clip(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

// namedTotals reports whether the texts name a year-to-date figure, and a
// total of everything so far.
func namedTotals(texts ...string) (ytd, total bool) {
	for _, t := range texts {
		ytd = ytd || strings.Contains(t, "year to date") || strings.Contains(t, "year-to-date") || hasWord(t, "ytd") || hasWord(t, "fytd")
		total = total || hasWord(t, "cumulative") || hasWord(t, "accumulated") || hasWord(t, "total")
	}
	return ytd, total
}

// hasWord reports whether a folded text has that word.
func hasWord(text, word string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return false
		}
		i += at
		end := i + len(word)
		if (i == 0 || !isWordByte(text[i-1])) && (end == len(text) || !isWordByte(text[end])) {
			return true
		}
		at = end
	}
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c >= utf8.RuneSelf
}
