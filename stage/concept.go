package stage

import (
	"strings"
	"unicode/utf8"
)

// fold lowers a text and joins its words with single spaces.
func fold(text string) string {
	if folded(text) {
		return text
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// folded reports whether fold would change nothing.
func folded(text string) bool {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf || c < ' ' || c == ' ' && (i == 0 || i == len(text)-1 || text[i-1] == ' ') {
			return false
		}
	}
	return true
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

// qualifiers stand behind a name and say how often or how adjusted it is, not
// what it is.
var qualifiers = map[string]bool{
	"monthly": true, "quarterly": true, "annual": true, "annually": true, "yearly": true, "weekly": true, "daily": true,
	"sa": true, "nsa": true, "seasonally adjusted": true, "not seasonally adjusted": true, "s.a.": true, "n.s.a.": true, "swda": true,
	"unadjusted": true, "monthly data": true, "quarterly data": true, "annual data": true, "trend": true, "calendar adjusted": true,
}

// withoutQualifiers takes frequency and adjustment off the end of a folded
// name: "industrial production, seasonally adjusted (monthly)".
func withoutQualifiers(name string) string {
	for {
		cut, open := strings.TrimSuffix(name, ")"), ", "
		if len(cut) < len(name) {
			open = " ("
		}
		i := strings.LastIndex(cut, open)
		if i <= 0 || !qualifiers[cut[i+2:]] {
			return name
		}
		name = name[:i]
	}
}

// namedTotals reports whether folded texts name a year-to-date figure, and a
// total of everything so far.
func namedTotals(texts ...string) (ytd, total bool) {
	for _, t := range texts {
		ytd = ytd || strings.Contains(t, "year to date") || strings.Contains(t, "year-to-date") || hasWord(t, "ytd") || hasWord(t, "fytd") || strings.Contains(t, "of the year") || hasWord(t, "cumulative") || hasWord(t, "accumulated")
		// Hardly a name without "total"; only of the cases of an epidemic and of
		// doses it means all since the first.
		total = total || hasWord(t, "cumulative") || hasWord(t, "accumulated") || hasWord(t, "total") && epidemic(t)
	}
	return ytd, total
}

// epidemic reports a text about an epidemic or a vaccination campaign.
func epidemic(text string) bool {
	return strings.Contains(text, "coronavirus") || strings.Contains(text, "covid") || strings.Contains(text, "vaccin") || hasWord(text, "doses")
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
