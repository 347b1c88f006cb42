package rulebook

import "strings"

// maxWords bounds what is read of one text; names and unit phrases are shorter.
const maxWords = 64

// A scanner finds the phrases of the lexicon in a text in one pass: words are
// interned, phrases are paths of a trie over word numbers. At every word the
// longest phrase that starts there counts; a closed phrase also hides what
// stands inside it ("terms of trade" is no trade). Safe for concurrent use
// once it is built.
type scanner struct {
	words map[string]uint16
	edges map[uint32]uint16 // node<<16 | word → node
	nodes []trieNode
	plain map[uint16]bool // words that carry no meaning of their own
}

type trieNode struct {
	features set
	end      bool
	closed   bool
}

// found is what a scan saw. head are the features before a divider such as
// "as % of": the numerator of what is related to something else.
type found struct {
	all, head, tail set
	divided         bool
	words           int
	unread          int // words of a meaning of their own that no phrase covers
}

func newScanner(entries []entry) *scanner {
	s := &scanner{words: map[string]uint16{}, edges: map[uint32]uint16{}, nodes: make([]trieNode, 1), plain: map[uint16]bool{}}
	for w := range strings.FieldsSeq(plainWords) {
		s.plain[s.intern(w)] = true
	}
	for _, e := range entries {
		for phrase := range strings.SplitSeq(e.phrases, "|") {
			s.insert(strings.TrimSpace(phrase), e.feature)
		}
	}
	return s
}

// plainWords are joined to concepts and change nothing of what they are.
const plainWords = "a all an and any are as at by end for from in into is it of on or other per such than that the their this to total type use used value via with within # % $"

func (s *scanner) intern(word string) uint16 {
	w, ok := s.words[word]
	if !ok {
		w = uint16(len(s.words) + 1)
		s.words[word] = w
	}
	return w
}

func (s *scanner) insert(phrase string, f feature) {
	open := strings.TrimSuffix(phrase, "!")
	var node uint16
	t := tokens{text: open}
	for t.next() {
		w := s.intern(string(t.word()))
		edge := uint32(node)<<16 | uint32(w)
		next, ok := s.edges[edge]
		if !ok {
			next = uint16(len(s.nodes))
			s.nodes = append(s.nodes, trieNode{})
			s.edges[edge] = next
		}
		node = next
	}
	if node == 0 {
		return
	}
	n := &s.nodes[node]
	n.features.add(f)
	n.end = true
	n.closed = n.closed || open != phrase
}

// scan reads a text of any length; words after the 64th are not read.
func (s *scanner) scan(text string) (r found) {
	var ids [maxWords]uint16
	n := 0
	for t := (tokens{text: text}); n < maxWords && t.next(); n++ {
		ids[n] = s.words[string(t.word())]
		if ids[n] == 0 {
			r.unread++
		}
	}
	r.words = n
	end := 0 // of the phrases read so far
	for i := 0; i < n; {
		var node uint16
		last, length := uint16(0), 1
		for j := i; j < n && ids[j] != 0; j++ {
			next, ok := s.edges[uint32(node)<<16|uint32(ids[j])]
			if !ok {
				break
			}
			node = next
			if s.nodes[node].end {
				last, length = node, j-i+1
			}
		}
		if last == 0 {
			if i >= end && ids[i] != 0 && !s.plain[ids[i]] {
				r.unread++
			}
			i++
			continue
		}
		end = max(end, i+length)
		hit := &s.nodes[last]
		if !r.divided && hit.features.has(fDivider) && r.head != (set{}) {
			r.divided = true
		}
		r.all.merge(hit.features)
		if r.divided {
			r.tail.merge(hit.features)
		} else {
			r.head.merge(hit.features)
		}
		if hit.closed {
			i += length
		} else {
			i++
		}
	}
	if !r.divided {
		r.head = r.all
	}
	return r
}

// tokens walks over the words of a text: letters in lower case and without
// the plural s, numbers as "#", "%" and "&" as words of their own.
type tokens struct {
	text string
	at   int
	buf  [32]byte
	n    int
	alt  string
}

func (t *tokens) word() []byte {
	if t.alt != "" {
		return append(t.buf[:0], t.alt...)
	}
	return t.buf[:t.n]
}

func (t *tokens) next() bool {
	t.n, t.alt = 0, ""
	for t.at < len(t.text) {
		switch c := t.text[t.at]; {
		case isDigit(c):
			t.number()
			return true
		case isLetter(c):
			t.letters()
			return true
		case c == '%':
			t.at++
			t.alt = "%"
			return true
		case c == '&':
			t.at++
			t.alt = "and"
			return true
		case c == '#': // a number, in the lexicon's own phrases
			t.at++
			t.alt = "#"
			return true
		case c == '$':
			t.at++
			t.alt = "$"
			return true
		default:
			t.at++
		}
	}
	return false
}

func (t *tokens) number() {
	for t.at < len(t.text) {
		c := t.text[t.at]
		inside := (c == '.' || c == ',') && t.at+1 < len(t.text) && isDigit(t.text[t.at+1])
		if !isDigit(c) && !inside {
			break
		}
		t.at++
	}
	t.alt = "#"
}

func (t *tokens) letters() {
	for t.at < len(t.text) {
		c := t.text[t.at]
		if c == '\'' || strings.HasPrefix(t.text[t.at:], "’") {
			// "women's" is "women": the rest of the word is left out.
			t.at++
			for t.at < len(t.text) && (isLetter(t.text[t.at])) {
				t.at++
			}
			break
		}
		if !isLetter(c) && (!isDigit(c) || t.n == 0) {
			break
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if t.n < len(t.buf) {
			t.buf[t.n] = c
			t.n++
		}
		t.at++
	}
	if string(t.buf[:t.n]) == "per" && t.cent() {
		t.alt = "%"
		return
	}
	t.n = len(singular(t.buf[:t.n]))
	if alt, ok := spellings[string(t.buf[:t.n])]; ok {
		t.alt = alt
	}
}

// cent takes the second word of "per cent" if it comes next.
func (t *tokens) cent() bool {
	rest := strings.TrimLeft(t.text[t.at:], " ")
	if len(rest) < 4 || !strings.EqualFold(rest[:4], "cent") || len(rest) > 4 && isLetter(rest[4]) {
		return false
	}
	t.at = len(t.text) - len(rest) + 4
	return true
}

// singular takes a plural's ending off: "prices" → "price", "companies" →
// "company". It need not make English words; both sides are treated alike.
func singular(w []byte) []byte {
	n := len(w)
	switch {
	case n > 4 && string(w[n-3:]) == "ies":
		w[n-3] = 'y'
		return w[:n-2]
	case n > 3 && w[n-1] == 's' && w[n-2] != 's' && w[n-2] != 'u' && w[n-2] != 'i':
		return w[:n-1]
	}
	return w
}

// spellings maps a word, as singular leaves it, to the one of the lexicon.
var spellings = map[string]string{
	"percent": "%", "percentage": "%", "pct": "%", "indice": "index", "indexe": "index", "indexes": "index",
	"labour": "labor", "utilisation": "utilization", "enrolment": "enrollment", "annualised": "annualized",
	"programme": "program", "capitalisation": "capitalization", "organisation": "organization",
	"centre": "center", "harmonised": "harmonized", "fertiliser": "fertilizer", "metre": "meter", "litre": "liter",
	"hospitalisation": "hospitalization", "immunisation": "immunization", "defence": "defense", "cheque": "check",
	"diarrhoea": "diarrhea", "anaemia": "anemia", "childbirths": "childbirth", "employe": "employee",
	"govt": "government", "gov": "government", "mfg": "manufacturing", "avg": "average", "fx": "forex",
	"behaviour": "behavior", "tonne": "ton", "yr": "year", "nonmanufacturing": "non-manufacturing",
	"automobile": "car", "businesse": "business", "taxe": "tax", "losse": "loss", "branche": "branch", "gase": "gas", "focuse": "focus", "householder": "household",
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80 }
