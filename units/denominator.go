package units

import "strconv"

// perClass is what a denominator is; the unit type of money depends on it.
type perClass uint8

const (
	perNothing perClass = iota
	perGood             // goods, services, areas, things, words that no table has
	perPerson           // also households and workers
	perTime
	perMoney
)

// divisor is a denominator read.
type divisor struct {
	name  string
	class perClass
	year  bool
	unit  *quantity // nil if it is none of a table
}

// divisor reads the denominator s: an optional number, and what it counts.
func (r *reader) divisor(s span) divisor {
	times := 1.0
	noun := -1
	for i := s.from; i < s.to && noun < 0; i++ {
		switch it := &r.items[i]; it.kind {
		case scale:
			for range it.arg {
				times *= 10
			}
		case numeral:
			if it.num != notWhole && it.num > 0 && !year(it.num) {
				times *= float64(it.num)
			}
		case noise, one, of, constant, current, ppp, annual, dash:
		default:
			noun = i
		}
	}
	var d divisor
	if noun < 0 {
		if r.zoneHas(s, ppp) {
			return divisor{name: intlUnit, class: perMoney}
		}
		if times > 1 {
			return divisor{name: strconv.FormatFloat(times, 'f', -1, 64), class: perGood}
		}
		return d
	}
	d = r.named(noun, s, times > 1)
	if times > 1 {
		d.name = strconv.FormatFloat(times, 'f', -1, 64) + "-" + d.name
		if d.class == perTime {
			d.class = perGood
		}
	}
	return d
}

// named reads the denominator whose first telling item is i.
func (r *reader) named(i int, s span, plural bool) divisor {
	for j := i; j < s.to; j++ {
		it := &r.items[j]
		switch it.kind {
		case unknown:
			continue
		case physical, duration:
			return r.measured(j)
		case count, weak:
			d := r.measured(j)
			if plural {
				d.name = r.plural(i, j)
			} else if j > i && it.kind == weak {
				break
			}
			return d
		case currency, shared, local, intl, ppp, cent:
			return r.moneyDivisor(j, s)
		case aggregate:
			return divisor{name: aggregates[it.arg], class: perGood}
		}
		break
	}
	return divisor{name: r.slug(i, r.wordsEnd(i, s.to)), class: perGood}
}

func (r *reader) measured(i int) divisor {
	q := &r.lex.quantities[r.items[i].arg]
	d := divisor{name: q.per, class: perGood, unit: q}
	switch {
	case r.items[i].kind == duration && q.per != "person-day" && q.per != "person-year":
		d.class, d.year = perTime, q.per == "year"
	case personal[q.per]:
		d.class = perPerson
	case r.items[i].pow != 0: // "per bcm"
		d.name = string(r.text(int(r.items[i].first), int(r.items[i].last)))
	}
	return d
}

// plural names what is counted in thousands: "people" for everybody, else the
// words of the phrase.
func (r *reader) plural(from, i int) string {
	if from == i && r.lex.quantities[r.items[i].arg].per == "person" {
		return "people"
	}
	return r.slug(from, i+1)
}

func (r *reader) moneyDivisor(i int, s span) divisor {
	it := &r.items[i]
	if it.kind == intl || it.kind == ppp || r.zoneHas(s, ppp) {
		return divisor{name: intlUnit, class: perMoney}
	}
	switch it.kind {
	case currency:
		return divisor{name: r.lex.currencies[it.arg].code, class: perMoney}
	case shared:
		set := &r.lex.sets[it.arg]
		if set.mass {
			return divisor{name: "pound", class: perGood}
		}
		return divisor{name: "USD", class: perMoney}
	case local:
		return divisor{name: "national-currency", class: perMoney}
	}
	return divisor{name: "cent", class: perMoney}
}

func (r *reader) zoneHas(s span, k kind) bool {
	for i := s.from; i < s.to; i++ {
		if r.items[i].kind == k {
			return true
		}
	}
	return false
}

// wordsEnd returns the end of the words from i on that name one thing.
func (r *reader) wordsEnd(i, limit int) int {
	for i < limit {
		switch r.items[i].kind {
		case separator, numeral, equals, noise, per, of:
			return i
		}
		i++
	}
	return i
}

// maxSlug bounds what a percentage is taken of, in bytes; it ends at a word.
const maxSlug = 60

// slug joins the words of the items from..to-1 with hyphens.
func (r *reader) slug(from, to int) string {
	if to <= from {
		return ""
	}
	var b [maxSlug]byte
	n := 0
	for t := int(r.items[from].first); t <= int(r.items[to-1].last); t++ {
		if r.tokens[t].kind == symbol && r.folded[r.tokens[t].start] != '$' {
			continue
		}
		text := r.text(t, t)
		if n+1+len(text) > len(b) {
			break
		}
		if n > 0 {
			b[n] = '-'
			n++
		}
		n += copy(b[n:], text)
	}
	return string(b[:n])
}

// wholeName names what a percentage is taken of: "gdp", "labor-force".
func (r *reader) wholeName() string {
	from, to := r.of.from, r.of.to
	for from < to && r.items[from].kind == noise && string(r.text(int(r.items[from].first), int(r.items[from].first))) == "the" {
		from++
	}
	if to <= from {
		return ""
	}
	if it := &r.items[from]; it.kind == aggregate && (to == from+1 || r.items[from+1].kind == separator) {
		return aggregates[it.arg]
	}
	return r.slug(from, to)
}
