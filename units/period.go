package units

import "classify"

func year(n uint32) bool { return n >= 1800 && n <= 2100 }

// based reads "2010 = 100", "maximum value in 2004 = 100", "100 = 2015", "1=low to
// 6=high". ok reports that the phrase is an index, and period its base.
func (r *reader) based() (period string, ok bool) {
	for i := range r.items[:r.size] {
		if r.items[i].kind != equals {
			continue
		}
		left, right := r.kindAt(i-1), r.kindAt(i+1)
		if right == numeral && hundred(r.items[i+1].num) {
			from := i
			for from > 0 && r.items[from-1].kind != separator {
				from--
			}
			if c := int(r.at[collection]); c >= from && c < i {
				r.at[collection] = -1 // "2015 average = 100" averages the base
			}
			return r.period(from, i), true
		}
		if left == numeral && hundred(r.items[i-1].num) && right != unknown {
			return r.period(i+1, r.size), true
		}
		// A scale whose ends are named: "1=low to 6=high", "0=weak to 12=strong".
		if left == numeral {
			return r.period(max(i-4, 0), i), true
		}
	}
	return "", false
}

// hundred reports whether a base period is set to n.
func hundred(n uint32) bool { return n == 1 || n == 10 || n == 100 || n == 1000 || n == 10000 }

// bounded reports a scale of its own: "0-10", "scale 0 to 100", "1-5 scale".
func (r *reader) bounded() bool {
	for i := range r.items[:r.size] {
		if r.items[i].kind != numeral || r.items[i].zone != head || year(r.items[i].num) {
			continue
		}
		if r.kindAt(i-1) == unknown {
			continue // "ages 15-24"
		}
		if k := r.kindAt(i + 1); (k == dash || k == to) && r.kindAt(i+2) == numeral && !year(r.items[i+2].num) &&
			(r.has(score) || r.has(index) || usualTop(r.items[i+2].num)) {
			return true
		}
		if r.kindAt(i-1) == of && i >= 2 && r.kindAt(i-2) == unknown && hundred(r.items[i].num) {
			return true // "out of 100"
		}
	}
	return false
}

// usualTop reports whether scales that are not called so end at n: "0-10" is
// one, "0-14" an age.
func usualTop(n uint32) bool {
	return n == notWhole || n == 1 || n == 5 || n == 6 || n == 7 || n == 10 || n == 100 || n == 1000
}

// period reads the first period among the items from..to-1: "2015",
// "1982-1984", "2009-12", "2015-Q1", "2000-01-03", "previous-year".
func (r *reader) period(from, to int) string {
	for i := from; i < to; i++ {
		it := &r.items[i]
		switch {
		case it.kind == numeral && year(it.num):
			return r.date(i, from, to)
		case it.kind == against && it.arg%statesChange == 2:
			return "previous-year"
		case it.kind == against && it.arg%statesChange == 1:
			return "previous-period"
		}
	}
	return ""
}

// date writes the period around the year at i.
func (r *reader) date(i, from, to int) string {
	var b [16]byte
	out := digits(b[:0], r.items[i].num, 4)
	at := func(j int) *item {
		if j < from || j >= to {
			return &item{kind: separator}
		}
		return &r.items[j]
	}
	if k := at(i + 1).kind; k == dash || k == per {
		if end := at(i + 2); end.kind == numeral && end.num != notWhole {
			switch n := end.num; {
			case year(n):
				return string(digits(append(out, '-'), n, 4))
			case n < 100 && end.last == end.first && len(r.text(int(end.first), int(end.last))) == 2:
				century := r.items[i].num / 100 * 100
				if n < r.items[i].num%100 {
					century += 100
				}
				return string(digits(append(out, '-'), century+n, 4))
			}
		}
	}
	before := i - 1
	if at(before).kind == noise && at(before-1).kind == numeral {
		before-- // "Feb 2, 1971"
	}
	if d := at(before); d.kind == numeral && d.num >= 1 && d.num <= 31 && at(before-1).kind == month {
		out = digits(append(out, '-'), uint32(at(before-1).arg), 2)
		return string(digits(append(out, '-'), d.num, 2))
	}
	for _, j := range [...]int{i - 1, i + 1, i - 2} {
		switch near := at(j); near.kind {
		case quarterly:
			return string(append(out, '-', 'Q', byte('0'+near.arg)))
		case month:
			out = digits(append(out, '-'), uint32(near.arg), 2)
			for _, d := range [...]*item{at(j - 1), at(j + 1)} {
				if d.kind == numeral && d.num >= 1 && d.num <= 31 {
					return string(digits(append(out, '-'), d.num, 2))
				}
			}
			return string(out)
		}
	}
	return string(out)
}

func digits(b []byte, n uint32, width int) []byte {
	for div := uint32(pow10(width - 1)); div > 0; div /= 10 {
		b = append(b, byte('0'+n/div%10))
	}
	return b
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// pricing reads the valuation of an amount of money: current, constant or
// chained, and the base period of the last two. It looks outside of what a
// percentage is taken of.
func (r *reader) pricing(isMoney bool) {
	for i := range r.items[:r.size] {
		it := &r.items[i]
		if it.zone == whole {
			continue
		}
		next := r.kindAt(i + 1)
		valued := isMoney || next == prices || r.kindAt(i-1) == prices
		switch it.kind {
		case chained:
			r.p.Prices = classify.PricesChained
		case constant:
			if valued && r.p.Prices == "" {
				r.p.Prices = classify.PricesConstant
			}
		case current:
			// Of "current account" or "current health expenditure" it says nothing.
			if valued && next != unknown && next != count && r.p.Prices == "" {
				r.p.Prices = classify.PricesCurrent
			}
		case numeral:
			if year(it.num) && r.p.Prices == "" && (money(next) || next == prices || r.dated(i)) {
				r.p.Prices, r.p.BasePeriod = classify.PricesConstant, r.date(i, 0, r.size)
			}
		}
	}
	if r.p.BasePeriod == "" && (r.p.Prices == classify.PricesConstant || r.p.Prices == classify.PricesChained) {
		for i := range r.items[:r.size] {
			if r.items[i].kind == numeral && year(r.items[i].num) && r.items[i].zone != whole {
				r.p.BasePeriod = r.date(i, 0, r.size)
				return
			}
		}
	}
}

// dated reports whether the year at i follows money directly ("US$ 2010",
// "$2011 PPP") or stands before a scale with money ("2015 million euro").
func (r *reader) dated(i int) bool {
	if money(r.kindAt(i-1)) && r.kindAt(i-1) != local {
		return true
	}
	if r.kindAt(i+1) == dash && r.kindAt(i+2) == numeral {
		return money(r.kindAt(i+3)) || r.kindAt(i+3) == prices // "1982-84 dollars"
	}
	return r.kindAt(i+1) == scale && money(r.kindAt(i+2))
}
