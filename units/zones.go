package units

// layout finds the denominators and what a percentage is taken of, and the
// first item of each kind outside them.
func (r *reader) layout() {
	for k := range r.at {
		r.at[k] = -1
	}
	for i := 0; i < r.size; {
		it := &r.items[i]
		switch {
		case r.opensWhole(i):
			r.note(i)
			i = r.whole(i + 1)
			continue
		case it.kind == per && r.opensDenominator(i):
			i = r.denominator(i + 1)
			continue
		case it.kind == to && (r.kindAt(i+1) == one || r.kindAt(i+1) == numeral && r.items[i+1].num == 1) && money(r.kindAt(i+2)):
			i = r.denominator(i + 2)
			continue
		}
		r.note(i)
		i++
	}
}

func (r *reader) note(i int) {
	if k := r.items[i].kind; r.at[k] < 0 {
		r.at[k] = int8(i)
	}
}

func (r *reader) has(k kind) bool { return r.at[k] >= 0 }

// opensWhole reports whether a percentage at i is taken of what follows.
func (r *reader) opensWhole(i int) bool {
	if r.of.to > 0 {
		return false
	}
	switch r.items[i].kind {
	case percent:
		k := r.kindAt(i + 1)
		return k == of || k == aggregate || k == share || k == to && r.kindAt(i+2) == aggregate
	case share:
		return true
	}
	return false
}

// whole marks the items from i on that a percentage is taken of, and returns
// where they end: at a separator behind which the phrase goes on about the unit.
func (r *reader) whole(i int) int {
	for k := r.kindAt(i); i < r.size && (k == of || k == share || k == to); k = r.kindAt(i) {
		r.items[i].zone = whole
		i++
	}
	r.of.from = i
	for ; i < r.size; i++ {
		if r.items[i].kind == separator && r.closes(i) {
			break
		}
		switch r.items[i].kind {
		case adjusted, unadjusted, saar:
			r.of.to = i
			return i
		}
		r.items[i].zone = whole
	}
	r.of.to = i
	return i
}

// closes reports whether a separator ends the whole: a semicolon always does,
// a comma only before words about the unit, because a whole may be a list
// ("% of exports of goods, services and primary income").
func (r *reader) closes(i int) bool {
	if c := r.text(int(r.items[i].first), int(r.items[i].last)); c[0] == ';' || c[0] == '|' {
		return true
	}
	switch r.kindAt(i + 1) {
	case adjusted, unadjusted, saar, annualised, annual, against, growth, percent, points, collection, contribution, index, base, separator:
		return true
	case current, constant, chained:
		return r.kindAt(i+2) == prices
	}
	return false
}

// opensDenominator reports whether the "per" or "/" at i has something to
// divide by: "2009/10" and "and/or" do not.
func (r *reader) opensDenominator(i int) bool {
	slash := r.text(int(r.items[i].first), int(r.items[i].first))[0] == '/'
	if i+1 >= r.size {
		return false
	}
	switch r.kindAt(i + 1) {
	case separator, noise, equals, dash, per, percent, adjusted, unadjusted:
		return false
	case numeral:
		return !slash || r.kindAt(i-1) != numeral
	case unknown:
		return !slash || r.kindAt(i-1) != unknown
	}
	return true
}

// denominator marks the items from i on that belong to a denominator and
// returns where it ends.
func (r *reader) denominator(i int) int {
	from := i
	for ; i < r.size; i++ {
		k := r.items[i].kind
		if k == scale && r.folded[r.tokens[r.items[i].first].start] == '/' {
			break // "BBL/D/1K" is thousands
		}
		if k == separator || k == per && i > from || k == adjusted || k == unadjusted || k == saar || k == against || k == collection {
			break
		}
		r.items[i].zone = denominator
	}
	if r.nPer < len(r.pers) {
		r.pers[r.nPer] = span{from, i}
		r.nPer++
	}
	return i
}
