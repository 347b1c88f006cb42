package units

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	iso4217 "github.com/bojanz/currency"
)

// entry is what the lexicon knows of a word or a phrase.
type entry struct {
	kind    kind
	pow     int8   // the power of ten that the form carries ("bcm")
	longest uint8  // the number of tokens of the longest phrase that begins with this word
	arg     uint16 // depends on the kind
}

// lexicon is compiled once from the tables and then only read.
type lexicon struct {
	words map[string]entry  // folded
	cased map[string]entry  // as written
	codes map[string]uint16 // ISO 4217, in capitals, to the index in currencies

	currencies []coin
	sets       []set
	quantities []quantity
}

// coin is one currency.
type coin struct {
	code    string
	retired bool
	word    bool // the code is a word too
}

// set is the currencies that share a symbol or a name.
type set struct {
	coins []uint16
	solo  bool // the first stands where no hint speaks
	mass  bool // "pounds" may be a weight

	hinted bool // it is money only where a hint names one of the currencies
}

var compiled = sync.OnceValue(compile)

func compile() *lexicon {
	x := &lexicon{words: make(map[string]entry, 8192), cased: make(map[string]entry, 64), codes: make(map[string]uint16, 512)}
	for _, v := range vocabulary {
		x.add(v.kind, v.arg, v.forms)
	}
	x.put(",", entry{kind: separator})
	for _, w := range casedWords {
		x.cased[w.form] = entry{kind: w.kind, arg: uint16(w.arg)}
	}
	x.measure(physical, physicalUnits)
	x.measure(duration, durationUnits)
	x.measure(count, countUnits)
	x.measure(weak, weakCounts)
	x.cased["Mt"] = entry{kind: physical, arg: x.quantity("Mt")}
	x.cased["GT"] = entry{kind: physical, arg: x.quantity("GT")}
	x.money()
	return x
}

// money adds the codes, names and symbols of the currencies.
func (x *lexicon) money() {
	for _, code := range iso4217.GetCurrencyCodes() {
		x.coin(code, false)
	}
	for _, code := range supranational {
		x.coin(code, false)
	}
	for _, m := range retiredCurrencies {
		x.coin(m.code, true)
	}
	nouns, order := map[string][]uint16{}, []string{}
	for i, m := range slices.Concat(currencyNames, retiredCurrencies) {
		c := x.coin(m.code, false)
		for _, noun := range forms(m.nouns) {
			for _, adjective := range forms(m.adjectives) {
				x.put(adjective+" "+noun, entry{kind: currency, arg: c})
			}
			if nouns[noun] == nil {
				order = append(order, noun)
			}
			if i < len(currencyNames) || nouns[noun] == nil {
				nouns[noun] = append(nouns[noun], c)
			}
		}
		x.add(currency, int(c), m.others)
	}
	for _, s := range sharedNames {
		var coins []uint16
		for _, code := range strings.Split(s.codes, ",") {
			coins = append(coins, x.coin(code, false))
		}
		for _, form := range forms(s.forms) {
			x.share(form, coins, s.solo)
		}
	}
	for _, noun := range order {
		if !plainWords[noun] {
			x.share(noun, nouns[noun], false)
		}
	}
	x.symbols(nouns["dollar"], nouns["peso"])
}

// symbols adds what is written for a currency or its hundredth and is no name:
// "$" stands for dollars and pesos alike.
func (x *lexicon) symbols(dollars, pesos []uint16) {
	x.share("$", slices.Concat(dollars, pesos), false)
	for _, c := range cents {
		if c.code == "" {
			x.sets = append(x.sets, set{coins: dollars})
			x.add(cent, len(x.sets)-1+sharedCent, c.forms)
			continue
		}
		x.add(cent, int(x.coin(c.code, false)), c.forms)
	}
	// As market data writes cents and pence.
	x.cased["USd"] = entry{kind: cent, arg: x.coin("USD", false)}
	x.cased["GBp"] = entry{kind: cent, arg: x.coin("GBP", false)}
	for initial, codes := range initials {
		coins := make([]uint16, 0, 2)
		for _, code := range codes {
			coins = append(coins, x.coin(code, false))
		}
		x.sets = append(x.sets, set{coins: coins, solo: len(coins) == 1, hinted: hintedInitials[initial]})
		x.cased[initial] = entry{kind: letterCoin, arg: uint16(len(x.sets) - 1)}
	}
}

// sharedCent marks the arg of a cent whose dollar is not named: the index of a
// set, beyond every index of a currency.
const sharedCent = 1 << 12

// plainWords are nouns of currencies that are words of other things too; they
// are read only with their adjective.
var plainWords = map[string]bool{
	"mark": true, "marks": true, "marka": true, "real": true, "reals": true, "sum": true, "sums": true, "som": true, "soms": true,
	"colon": true, "colons": true, "sol": true, "zig": true, "punt": true,
}

// share adds a name of one or of several currencies.
func (x *lexicon) share(form string, coins []uint16, solo bool) {
	if len(coins) == 1 {
		x.put(form, entry{kind: currency, arg: coins[0]})
		return
	}
	mass := form == "pound" || form == "pounds"
	x.sets = append(x.sets, set{coins: coins, solo: solo, mass: mass})
	x.put(form, entry{kind: shared, arg: uint16(len(x.sets) - 1)})
}

// coin returns the index of a currency and adds it, with its code, if it is new.
func (x *lexicon) coin(code string, retired bool) uint16 {
	if i, ok := x.codes[code]; ok {
		return i
	}
	i := uint16(len(x.currencies))
	x.currencies = append(x.currencies, coin{code: code, retired: retired, word: wordCodes[code]})
	x.codes[code] = i
	if notCodes[code] {
		return i
	}
	e := entry{kind: currency, arg: i}
	x.cased[code] = e
	if !wordCodes[code] {
		x.put(strings.ToLower(code), e)
	}
	return i
}

// measure adds quantities of one kind.
func (x *lexicon) measure(k kind, rows []quantity) {
	for _, q := range rows {
		if q.per == "" {
			q.per = q.code
		}
		x.quantities = append(x.quantities, q)
		for _, form := range forms(q.forms) {
			form, exponent, _ := strings.Cut(form, "*")
			pow, _ := strconv.Atoi(exponent)
			x.put(form, entry{kind: k, arg: uint16(len(x.quantities) - 1), pow: int8(pow)})
		}
	}
}

func (x *lexicon) quantity(code string) uint16 {
	i := slices.IndexFunc(x.quantities, func(q quantity) bool { return q.code == code })
	return uint16(i)
}

func (x *lexicon) add(k kind, arg int, list string) {
	for _, form := range forms(list) {
		x.put(form, entry{kind: k, arg: uint16(arg)})
	}
}

// put adds a form and tells its first word how long the form is. The first
// table that has a form keeps it.
func (x *lexicon) put(form string, e entry) {
	first, _, several := strings.Cut(form, " ")
	n := uint8(1 + strings.Count(form, " "))
	old, ok := x.words[form]
	e.longest = max(n, old.longest)
	if ok && old.kind != unknown {
		e.kind, e.arg, e.pow = old.kind, old.arg, old.pow
	}
	x.words[form] = e
	if several {
		head := x.words[first]
		head.longest = max(head.longest, n)
		x.words[first] = head
	}
}

// forms splits a list of forms and folds each as the lexer folds a phrase.
func forms(list string) []string {
	if list == "" {
		return nil
	}
	fields := strings.Split(list, ",")
	out := fields[:0]
	for _, f := range fields {
		var l lexer
		mark := strings.LastIndexByte(f, '*')
		exponent := ""
		if mark > 0 {
			f, exponent = f[:mark], f[mark:]
		}
		l.scan(f)
		out = append(out, string(l.folded[:l.n])+exponent)
	}
	return out
}
