package units

import (
	"unicode"
	"unicode/utf8"
)

// A unit phrase is short. What lies beyond these bounds is not read, so that a
// cell of ten megabytes costs no more than a line.
const (
	maxBytes  = 480 // of the phrase
	maxFolded = 640
	maxTokens = 64
)

type tokenKind uint8

const (
	word tokenKind = iota
	number
	symbol
)

// token is a word, a number or a symbol of the phrase.
type token struct {
	start, end uint16 // in the folded text
	from, to   uint16 // in the phrase as written
	kind       tokenKind
	spaced     bool // white space stood before it
}

// lexer folds a phrase into tokens that are separated by exactly one blank, so
// that the key of several words is a slice of the folded text. Letters are
// lower case, hyphens within words are blanks, dotted abbreviations are one
// word ("U.S." is "us") and thousands separators are gone.
type lexer struct {
	phrase string
	folded [maxFolded]byte
	n      int
	tokens [maxTokens]token
	count  int
	open   bool // the last token may still grow
	spaced bool
}

// text is the folded text of the tokens first to last.
func (l *lexer) text(first, last int) []byte {
	return l.folded[l.tokens[first].start:l.tokens[last].end]
}

// raw is a token as it was written.
func (l *lexer) raw(i int) string { return l.phrase[l.tokens[i].from:l.tokens[i].to] }

func (l *lexer) scan(phrase string) {
	if len(phrase) > maxBytes {
		phrase = phrase[:maxBytes]
	}
	l.phrase = phrase
	for i := 0; i < len(phrase); {
		c, size := rune(phrase[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRuneInString(phrase[i:])
		}
		if l.n > maxFolded-8 || l.count == maxTokens && !l.open {
			return
		}
		l.rune(c, i, size)
		i += size
	}
}

// rune reads the character c at phrase[i:i+size].
func (l *lexer) rune(c rune, i, size int) {
	switch {
	case c >= 'a' && c <= 'z':
		l.letter(byte(c), i, size)
	case c >= 'A' && c <= 'Z':
		l.letter(byte(c)+'a'-'A', i, size)
	case c >= '0' && c <= '9':
		l.digit(byte(c), i, size)
	case c == ' ' || c == '\t' || c == '\n' || c == '\r':
		l.blank(i, size)
	case c == '.':
		l.dot(i)
	case c == ',':
		if !l.thousands(i) {
			l.symbol(',', i, size)
		}
	case c == '-' || c == '–' || c == '—' || c == '−' || c == '‑' || c == '‐':
		if l.hyphen(i + size) {
			l.open = false
			return
		}
		l.symbol('-', i, size)
	case c == ':' && l.open && l.last().kind == number && letterAt(l.phrase, i+1):
		l.open = false // "1980:Q1"
	case c == '\'' || c == '’' || c == '`' || c == '‘' || c == '´':
		// "int'l" is one word, "d'euros" two.
		l.apostrophe()
	case c == '$':
		l.dollar(i)
	case c < utf8.RuneSelf:
		l.symbol(byte(c), i, size)
	default:
		l.wide(c, i, size)
	}
}

// apostrophe is nothing within a word ("int'l"), and ends an article that was
// cut short ("d'euros"), which is dropped. The naira of "N'Million" is none.
func (l *lexer) apostrophe() {
	t := l.last()
	if !l.open || t.kind == word && t.end-t.start > 1 {
		return
	}
	l.open = false
	if t.kind == word && l.phrase[t.from] != 'N' {
		l.count--
		l.n = max(int(t.start)-1, 0)
	}
}

// blank ends a token, unless it separates thousands ("10 000").
func (l *lexer) blank(i, size int) {
	s, t := l.phrase, l.last()
	if n := t.to - t.from; l.open && t.kind == number && (n <= 3 || s[i-4] == ' ') &&
		digitAt(s, i+size) && digitAt(s, i+size+1) && digitAt(s, i+size+2) && !digitAt(s, i+size+3) {
		return
	}
	l.open, l.spaced = false, true
}

// hyphen reports whether a dash before next joins two words or a word and a
// number ("ton-km", "12-month", "Jan-2010"). Between two numbers it is a range.
func (l *lexer) hyphen(next int) bool {
	if !l.open || l.last().kind == symbol {
		return false
	}
	return letterAt(l.phrase, next) || l.last().kind == word && digitAt(l.phrase, next)
}

// wide reads a character outside ASCII.
func (l *lexer) wide(c rune, i, size int) {
	switch c {
	case '²', '₂':
		l.letter('2', i, size)
	case '³', '₃':
		l.letter('3', i, size)
	case 'µ', 'μ':
		l.letter('u', i, size)
	case '°', 'º', '˚':
		l.letter('d', i, 0)
		l.letter('e', i, 0)
		l.letter('g', i, size)
	case '×':
		l.symbol('*', i, size)
	case '／':
		l.symbol('/', i, size)
	case '％':
		l.symbol('%', i, size)
	case '·', '⋅':
		l.open = false
	default:
		switch {
		case unicode.IsLetter(c):
			l.begin(word, i)
			l.append(unicode.ToLower(c), i+size)
		case unicode.IsSpace(c):
			l.blank(i, size)
		case unicode.Is(unicode.Sc, c) || c == '‰':
			l.open = false
			l.begin(symbol, i)
			l.append(c, i+size)
			l.open = false
		default:
			l.open = false
		}
	}
}

func (l *lexer) last() *token {
	if l.count == 0 {
		return &token{}
	}
	return &l.tokens[l.count-1]
}

// begin makes sure that the last token is an open one of that kind.
func (l *lexer) begin(k tokenKind, i int) {
	if l.open && l.last().kind == k {
		return
	}
	if l.count == maxTokens {
		l.open = false
		return
	}
	if l.n > 0 {
		l.folded[l.n] = ' '
		l.n++
	}
	l.tokens[l.count] = token{start: uint16(l.n), end: uint16(l.n), from: uint16(i), to: uint16(i), kind: k, spaced: l.spaced}
	l.count++
	l.open, l.spaced = true, false
}

func (l *lexer) append(c rune, to int) {
	if !l.open {
		return
	}
	if c < utf8.RuneSelf {
		l.folded[l.n] = byte(c)
		l.n++
	} else {
		l.n += utf8.EncodeRune(l.folded[l.n:], c)
	}
	t := &l.tokens[l.count-1]
	t.end, t.to = uint16(l.n), uint16(to)
}

func (l *lexer) letter(c byte, i, size int) {
	if l.open && l.last().kind == symbol {
		l.open = false
	}
	l.begin(word, i)
	l.append(rune(c), i+size)
}

// digit belongs to a word that it follows ("co2", "m3"), else to a number.
func (l *lexer) digit(c byte, i, size int) {
	k := number
	if l.open && l.last().kind == word {
		k = word
	}
	l.begin(k, i)
	l.append(rune(c), i+size)
}

// dot is a decimal point between digits, part of an abbreviation between
// single letters ("U.S.", "n.s.a."), and otherwise the end of a word.
func (l *lexer) dot(i int) {
	if !l.open {
		return
	}
	switch t := l.last(); t.kind {
	case number:
		if digitAt(l.phrase, i+1) {
			l.append('.', i+1)
			return
		}
	case word:
		single := i == int(t.from)+1 || i >= 2 && l.phrase[i-2] == '.'
		if single && letterAt(l.phrase, i+1) {
			return
		}
		if single && i+1 < len(l.phrase) && l.phrase[i+1] == '$' {
			return
		}
	}
	l.open = false
}

// dollar ends the word that it follows directly ("US$", "R$"), and otherwise
// stands alone.
func (l *lexer) dollar(i int) {
	if t := l.last(); !(l.open && t.kind == word && t.end-t.start <= 4) {
		l.open = false
		l.begin(symbol, i)
	}
	l.append('$', i+1)
	l.open = false
}

func (l *lexer) symbol(c byte, i, size int) {
	l.open = false
	l.begin(symbol, i)
	l.append(rune(c), i+size)
	l.open = false
}

// thousands reports whether the comma at i separates thousands: a digit
// before, exactly three digits behind.
func (l *lexer) thousands(i int) bool {
	s := l.phrase
	return l.open && l.last().kind == number &&
		digitAt(s, i+1) && digitAt(s, i+2) && digitAt(s, i+3) && !digitAt(s, i+4)
}

func digitAt(s string, i int) bool { return i < len(s) && s[i] >= '0' && s[i] <= '9' }

func letterAt(s string, i int) bool {
	if i >= len(s) {
		return false
	}
	if c := s[i]; c < utf8.RuneSelf {
		return c|0x20 >= 'a' && c|0x20 <= 'z'
	}
	c, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(c)
}
