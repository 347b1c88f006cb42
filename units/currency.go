package units

import "strconv"

// currencyOf settles the currency of the item i and notes what stays open or
// contradicts the declared one.
func (r *reader) currencyOf(i int, h Hints) {
	it := r.items[i]
	code := ""
	switch it.kind {
	case currency:
		code = r.lex.currencies[it.arg].code
	case cent:
		if it.arg >= sharedCent {
			code = r.settle(i, &r.lex.sets[it.arg-sharedCent], h)
		} else {
			code = r.lex.currencies[it.arg].code
		}
	case shared:
		code = r.settle(i, &r.lex.sets[it.arg], h)
	case local:
		code = r.national(i, h)
	}
	r.setCurrency(code)
	if h.Currency != "" && code != "" && code != h.Currency && it.kind != local && !r.divides(h.Currency) {
		r.p.Notes = append(r.p.Notes, "declared currency "+clip(h.Currency)+" contradicts "+strconv.Quote(r.written(i)))
	}
}

// settle chooses among currencies that share a symbol: the declared one, that
// of the country, or the only one that is usual without a word.
func (r *reader) settle(i int, s *set, h Hints) string {
	national := CurrencyOf(h.Country)
	for _, want := range [...]string{h.Currency, national} {
		for _, c := range s.coins {
			if want != "" && r.lex.currencies[c].code == want {
				return want
			}
		}
	}
	first := r.lex.currencies[s.coins[0]].code
	switch {
	case s.solo:
		return first
	case first == "USD" && national != "":
		// The country has no dollar or peso of its own.
		r.p.Notes = append(r.p.Notes, strconv.Quote(r.written(i))+" read as USD: "+national+" is no currency of that name")
		return first
	}
	r.p.Notes = append(r.p.Notes, strconv.Quote(r.written(i))+" is shared by several currencies; neither a declared currency nor a country settles it")
	return ""
}

// national is the currency of the country, or else the declared one.
func (r *reader) national(i int, h Hints) string {
	code := CurrencyOf(h.Country)
	switch {
	case code == "" && r.lex.valid(h.Currency) && !r.divides(h.Currency):
		return h.Currency
	case code != "" && h.Currency != "" && code != h.Currency && !r.divides(h.Currency):
		r.p.Notes = append(r.p.Notes, "declared currency "+clip(h.Currency)+" contradicts "+strconv.Quote(r.written(i))+" of "+clip(h.Country))
	}
	return code
}

// divides reports whether the currency is what the money is divided by: that
// of "LCU per US$" may well be declared as USD.
func (r *reader) divides(code string) bool {
	for _, s := range r.pers[:r.nPer] {
		for i := s.from; i < s.to; i++ {
			if r.items[i].kind == currency && r.lex.currencies[r.items[i].arg].code == code {
				return true
			}
		}
	}
	return false
}

func (r *reader) setCurrency(code string) {
	r.p.Currency, r.p.Unit = code, code
	if code != "" {
		r.p.CurrencyRetired = r.lex.currencies[r.lex.codes[code]].retired
	}
}

// written is the item as the phrase has it.
func (r *reader) written(i int) string {
	it := &r.items[i]
	return r.phrase[r.tokens[it.first].from:r.tokens[it.last].to]
}

func (x *lexicon) valid(code string) bool {
	_, ok := x.codes[code]
	return ok
}

// clip bounds a hint that goes into a note.
func clip(s string) string { return s[:min(len(s), 8)] }
