package telemetry

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// maxText is how many bytes of a name that somebody else chose are shown in a log
// line, a span or a label.
const maxText = 256

// Clip makes a text that may come from anybody fit for a log line, a span or a
// label: what does not print (control characters, marks that turn the direction of
// writing, bytes that are no UTF-8) is written as its escape, and it is cut to n
// bytes, between two characters, with … in place of the rest. n is at least 4.
func Clip(text string, n int) string {
	if len(text) <= n && plain(text) {
		return text
	}
	var b strings.Builder
	whole := 0 // how much of it leaves room for …
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		piece := text[:size]
		switch {
		case r == utf8.RuneError && size == 1:
			piece = fmt.Sprintf(`\x%02x`, text[0])
		case !unicode.IsPrint(r):
			piece = strings.Trim(strconv.QuoteRuneToASCII(r), "'")
		}
		if b.Len()+len(piece) > n {
			return b.String()[:whole] + "…"
		}
		b.WriteString(piece)
		if b.Len() <= n-len("…") {
			whole = b.Len()
		}
		text = text[size:]
	}
	return b.String()
}

// plain reports whether a text needs no escape.
func plain(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c >= 0x7f {
			return utf8.ValidString(text) && strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
		}
	}
	return true
}

// other is the label of everything beyond what a label may tell apart.
const other = "other"

// names bounds how many values a label takes: the first ones that come are told
// apart, all further ones are counted together as "other". Models and nodes are
// few, and their names come from people and servers.
type names struct {
	max  int
	mu   sync.RWMutex
	seen map[string]string
}

func newNames(most int) *names { return &names{max: most, seen: map[string]string{}} }

// of is the label for a name.
func (n *names) of(name string) string {
	n.mu.RLock()
	label, ok := n.seen[name]
	full := len(n.seen) >= n.max
	n.mu.RUnlock()
	switch {
	case ok:
		return label
	case full:
		return other
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if label, ok := n.seen[name]; ok {
		return label
	}
	if len(n.seen) >= n.max {
		return other
	}
	label = Clip(name, maxText)
	n.seen[strings.Clone(name)] = label
	return label
}
