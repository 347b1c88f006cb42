package wire

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Redact takes user, password, query and fragment out of an address.
func Redact(address string) string {
	u, err := url.Parse(address)
	if err == nil && u.Host != "" {
		u.User, u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = nil, "", false, "", ""
		return u.String()
	}
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	return address[strings.LastIndex(address, "@")+1:]
}

// hidden stands where a secret stood.
const hidden = "[hidden]"

// Scrub takes secrets out of a text that may have come from a server: the
// whole secret in any place, also percent-encoded, and every word that shares
// its first eight or its last four characters, as servers show keys in part
// ("sk-abcd1****wxyz"). Secrets of fewer than four characters are none: local
// servers take any letter for a key.
func Scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if len(s) < 4 {
			continue
		}
		text = strings.ReplaceAll(text, s, hidden)
		text = strings.ReplaceAll(text, url.QueryEscape(s), hidden)
		if len(s) >= 16 {
			text = scrubParts(text, s[:8], s[len(s)-4:])
		}
	}
	return text
}

// scrubParts hides the words that begin like a secret, or that end like one
// behind masked characters.
func scrubParts(text, head, tail string) string {
	if !strings.Contains(text, head) && !strings.Contains(text, tail) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexFunc(text, apart)
		if end < 0 {
			end = len(text)
		}
		word := text[:end]
		if trimmed := strings.TrimRight(word, ".…"); strings.Contains(word, head) || strings.HasSuffix(trimmed, tail) && strings.ContainsAny(trimmed, "*•…") {
			word = hidden
		}
		b.WriteString(word)
		if text = text[end:]; text != "" {
			_, n := utf8.DecodeRuneInString(text)
			b.WriteString(text[:n])
			text = text[n:]
		}
	}
	return b.String()
}

// apart reports whether a character separates words around a key.
func apart(r rune) bool {
	return unicode.IsSpace(r) || strings.ContainsRune("\"'`,;:()[]{}<>=&?", r)
}

// Plain makes one printable line of at most limit bytes out of a text that
// came from a server.
func Plain(text string, limit int) string {
	var b strings.Builder
	space := false
	for _, r := range text {
		if unicode.IsSpace(r) || !unicode.IsPrint(r) {
			space = b.Len() > 0
			continue
		}
		if b.Len()+utf8.RuneLen(r)+1 > limit-len("…") {
			b.WriteString("…")
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
