package units

import "slices"

// item is a word or a phrase of the unit string that the lexicon knows, a
// number, or a single unknown word.
type item struct {
	kind        kind
	pow         int8
	first, last uint8 // tokens
	zone        zone
	arg         uint16
	num         uint32 // of a numeral; notWhole if it has a fraction
}

// zone is the part of the phrase in which an item stands.
type zone uint8

const (
	head zone = iota // where the unit is looked for
	denominator
	whole // what a percentage is taken of
)

const notWhole = 1<<32 - 1

// reader reads one phrase. It lives on the stack of Parse.
type reader struct {
	lexer
	lex   *lexicon
	items [maxTokens]item
	size  int
	at    [kinds]int8 // the first item of each kind in the head, or -1
	pers  [2]span     // the first two denominators
	nPer  int
	of    span // what a percentage is taken of
	odd   int  // words that no table has
	p     Parsed
}

// span is the items from..to-1.
type span struct{ from, to int }

// recognise looks the tokens up, longest phrase first.
func (r *reader) recognise(h Hints) {
	for i := 0; i < r.count && r.size < maxTokens; {
		it, n := r.match(i)
		if it.kind == unknown && (r.glued(i) || r.pair(i)) {
			i++
			continue
		}
		r.items[r.size] = it
		r.size++
		i += n
	}
	r.settleDates()
	r.settleNumbers()
	r.settleCoins(h)
	r.settleLetters()
	r.settleCodes()
}

// match finds the item that begins at token i and the number of its tokens.
func (r *reader) match(i int) (item, int) {
	t := &r.tokens[i]
	it := item{first: uint8(i), last: uint8(i)}
	e, ok := r.lex.words[string(r.text(i, i))]
	for n := min(int(e.longest), r.count-i); n > 1; n-- {
		if long, ok := r.lex.words[string(r.text(i, i+n-1))]; ok && long.kind != unknown {
			it.kind, it.arg, it.pow, it.last = long.kind, long.arg, long.pow, uint8(i+n-1)
			return it, n
		}
	}
	if t.kind == number {
		it.kind, it.num = numeral, r.numeral(i)
		return it, 1
	}
	if t.to-t.from <= 3 {
		if c, ok := r.lex.cased[r.raw(i)]; ok {
			it.kind, it.arg, it.pow = c.kind, c.arg, c.pow
			return it, 1
		}
	}
	if ok {
		it.kind, it.arg, it.pow = e.kind, e.arg, e.pow
	} else if n, ok := prefixedYear(r.text(i, i)); ok {
		it.kind, it.num = numeral, n
	}
	return it, 1
}

// prefixedYear reads "fy2012", "cy2012" and the "q2015" of "1Q2015".
func prefixedYear(b []byte) (uint32, bool) {
	n := len(b) - 4
	if n != 1 && n != 2 || b[n-1] != 'y' && b[n-1] != 'q' {
		return 0, false
	}
	y := uint32(0)
	for _, c := range b[n:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		y = y*10 + uint32(c-'0')
	}
	return y, year(y)
}

func (r *reader) numeral(i int) uint32 {
	n := uint32(0)
	for j, c := range r.text(i, i) {
		if c == '.' {
			for _, d := range r.text(i, i)[j+1:] {
				if d != '0' && d != '.' {
					return notWhole
				}
			}
			return n
		}
		if n > 400_000_000 {
			return notWhole
		}
		n = n*10 + uint32(c-'0')
	}
	return n
}

// pair reads the six letters of a market pair: "USDJPY" is yen per dollar.
func (r *reader) pair(i int) bool {
	raw := r.raw(i)
	if len(raw) != 6 || r.size+3 > maxTokens {
		return false
	}
	one, ok := r.lex.codes[raw[:3]]
	other, also := r.lex.codes[raw[3:]]
	if !ok || !also {
		return false
	}
	at := item{kind: currency, arg: other, first: uint8(i), last: uint8(i)}
	r.items[r.size] = at
	at.kind, at.arg = per, 0
	r.items[r.size+1] = at
	at.kind, at.arg = currency, one
	r.items[r.size+2] = at
	r.size += 3
	return true
}

// glued reads a code and a scale written as one word: "EURm", "kUSD", "TEUR".
func (r *reader) glued(i int) bool {
	raw := r.raw(i)
	if len(raw) < 4 || len(raw) > 7 || r.size+2 > maxTokens {
		return false
	}
	var scaled entry
	code, ok := r.lex.codes[raw[:3]]
	if ok {
		scaled, ok = r.scaleOf(raw[3:], r.folded[r.tokens[i].start+3:r.tokens[i].end])
	}
	if !ok {
		n := len(raw) - 3
		if code, ok = r.lex.codes[raw[n:]]; ok {
			scaled, ok = r.scaleOf(raw[:n], r.folded[r.tokens[i].start:r.tokens[i].end-3])
		}
		if ok && raw[:n] == "T" {
			scaled.arg = 3 // German "TEUR"
		}
	}
	if !ok {
		return false
	}
	r.items[r.size] = item{kind: scale, arg: scaled.arg, first: uint8(i), last: uint8(i)}
	r.items[r.size+1] = item{kind: currency, arg: code, first: uint8(i), last: uint8(i)}
	r.size += 2
	return true
}

func (r *reader) scaleOf(raw string, folded []byte) (entry, bool) {
	if e, ok := r.lex.cased[raw]; ok && e.kind == letter {
		return e, true
	}
	e, ok := r.lex.words[string(folded)]
	return e, ok && e.kind == scale
}

// settleDates drops the comma of "Feb 2, 1971".
func (r *reader) settleDates() {
	for i := range r.items[:r.size] {
		if r.items[i].kind == separator && r.kindAt(i-2) == month && r.kindAt(i-1) == numeral && r.kindAt(i+1) == numeral && i >= 2 {
			r.drop(i)
		}
	}
}

// settleNumbers tells the numbers that are a scale ("1000 tonnes", "'000",
// "10^6 m3") and the lengths of time that are a window ("12 months").
func (r *reader) settleNumbers() {
	for i := range r.items[:r.size] {
		it := &r.items[i]
		next, before := r.kindAt(i+1), r.kindAt(i-1)
		switch it.kind {
		case numeral:
			if next == caret && it.num == 10 && r.kindAt(i+2) == caret {
				r.drop(i + 1) // 10**6
			}
			if j := i + 1; next == caret && it.num == 10 {
				for r.kindAt(j) == caret || r.kindAt(j) == noise {
					j++
				}
				if r.kindAt(j) == numeral && r.items[j].num <= 12 {
					it.kind, it.arg = scale, uint16(r.items[j].num)
					for ; j > i; j-- {
						r.drop(j)
					}
				}
				continue
			}
			if next == equals || before == equals || next == dash || before == dash || before == to || next == to || before == of {
				continue
			}
			if n, ok := r.power(i); ok && (n >= 2 || n == 1 && next == scale) {
				it.kind, it.arg = scale, uint16(n)
			}
		case duration:
			if before == numeral && r.items[i-1].num < 400 {
				it.kind = noise
			}
		}
	}
}

// power returns the exponent of a power of ten, also of "000".
func (r *reader) power(i int) (int, bool) {
	it := r.items[i]
	digits := r.text(int(it.first), int(it.last))
	if it.num == 0 {
		return len(digits), len(digits) >= 3
	}
	if digits[0] != '1' {
		return 0, false
	}
	for _, c := range digits[1:] {
		if c != '0' {
			return 0, false
		}
	}
	return len(digits) - 1, true
}

// settleCoins tells the letters that are money ("R million") from others.
func (r *reader) settleCoins(h Hints) {
	for i := range r.items[:r.size] {
		it := &r.items[i]
		if it.kind != letterCoin {
			continue
		}
		it.kind = unknown
		s, next := &r.lex.sets[it.arg], r.kindAt(i+1)
		switch scaled := next == scale || r.kindAt(i-1) == scale; {
		case s.hinted && (scaled || next == per) && r.names(s, h), !s.hinted && scaled:
			it.kind = shared
		}
	}
}

// names reports whether a hint names one of the currencies.
func (r *reader) names(s *set, h Hints) bool {
	national := CurrencyOf(h.Country)
	return slices.ContainsFunc(s.coins, func(c uint16) bool {
		code := r.lex.currencies[c].code
		return code == h.Currency || code == national
	})
}

// settleLetters tells the letters that are a scale ("USD m", "€bn", "M tonnes")
// from units ("m", "mm", "t").
func (r *reader) settleLetters() {
	for i := range r.items[:r.size] {
		it := &r.items[i]
		next, before := r.kindAt(i+1), r.kindAt(i-1)
		if it.kind == month && before == per && it.first == it.last {
			if e := r.lex.words[string(r.text(int(it.first), int(it.last)))]; e.kind == physical {
				it.kind, it.arg = e.kind, e.arg // "EUR/M2"
			}
		}
		if it.kind != letter {
			continue
		}
		if next == of {
			next = r.kindAt(i + 2)
		}
		switch {
		case money(next) || money(before):
			it.kind = scale
		case (next == physical || next == count || next == weak) && before != per && (before != scale || r.capital(i)):
			it.kind = scale
		default:
			e := r.lex.words[string(r.text(int(it.first), int(it.last)))]
			it.kind, it.arg, it.pow = e.kind, e.arg, e.pow
		}
	}
}

func (r *reader) capital(i int) bool {
	c := r.raw(int(r.items[i].first))[0]
	return c >= 'A' && c <= 'Z'
}

// settleCodes drops a code that is a word too, unless the rest of the phrase is
// about units alone.
func (r *reader) settleCodes() {
	for _, it := range r.items[:r.size] {
		if it.kind == unknown {
			r.odd++
		}
	}
	if r.odd == 0 {
		return
	}
	for i := range r.items[:r.size] {
		it := &r.items[i]
		if it.kind == currency && it.first == it.last && r.lex.currencies[it.arg].word && len(r.raw(int(it.first))) == 3 {
			it.kind = unknown
		}
	}
}

func (r *reader) kindAt(i int) kind {
	if i < 0 || i >= r.size {
		return separator
	}
	return r.items[i].kind
}

func (r *reader) drop(i int) { r.items[i].kind = noise }

// money reports whether an item of that kind names money.
func money(k kind) bool {
	return k == currency || k == shared || k == local || k == intl || k == ppp || k == cent
}
