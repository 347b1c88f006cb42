// Package generator makes catalogues of economic indicators for load tests
// and rehearsals: realistic names, units, dirt and series, with the labels
// that are true of them. The labels come from the concept table and the way
// an item was made, never from the rules that a classifier uses.
package generator

import (
	"iter"
	"math/rand/v2"
	"slices"

	"classify"
)

// Options say which catalogue. Equal options give equal catalogues, byte for
// byte.
type Options struct {
	N    int    // number of indicators
	Seed uint64 // of everything random
	// Distinct makes every indicator a concept of its own: product, industry
	// and breakdown vary instead of the country.
	Distinct bool
	// Values adds a series of at most 60 points to every indicator.
	Values bool
	// Shuffle gives the same items in a random order. Without it the ids
	// ascend.
	Shuffle bool
	// JSONL makes WriteCatalogue write one JSON object per line instead of CSV.
	JSONL bool
}

// An Item is one indicator and what is true of it.
type Item struct {
	// Indicator is what a careful reader makes of the row: the values are
	// clean, the dates canonical. Missing periods, revisions, duplicate dates,
	// forecasts and the order are those of the source.
	Indicator classify.Indicator
	// Labels are the true labels; only the Asserted columns are certain.
	Labels classify.Labels
	// Asserted are the label columns, in the order of classify.Fields, that
	// the texts and the values settle.
	Asserted []string
	// Concept is the id of the concept, and the same for every country.
	Concept string
	// StartMonth is the month in which a year-to-date series begins anew, 1 to
	// 12; 0 for every other series.
	StartMonth int

	dirt dirt
}

// Label returns the value of a label column, and whether it is asserted.
func (it *Item) Label(column string) (value string, asserted bool) {
	if !slices.Contains(it.Asserted, column) {
		return "", false
	}
	return classify.FieldByName(column).Get(&it.Labels), true
}

// Generate gives the items one after the other, in constant memory. The ids
// ascend, unless o.Shuffle is set.
func Generate(o Options) iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for i := range max(o.N, 0) {
			if !yield(At(o, i)) {
				return
			}
		}
	}
}

// At gives the i-th item, 0 <= i < o.N, without the others. It is safe for
// concurrent use.
func At(o Options, i int) Item {
	if o.Shuffle {
		i = permute(o.Seed, i, o.N)
	}
	d := place(o, i)
	d.options = o
	d.random = rand.New(rand.NewPCG(o.Seed, mix(d.slot)))
	return d.item()
}

// place finds concept, country and edition of the i-th item. The catalogue is
// a sequence of editions, each of them countries × concepts; the last, partial
// edition is a sample of all of them, so that a short catalogue is as varied
// as a long one.
func place(o Options, i int) *draft {
	whole := len(countries) * len(concepts)
	if o.Distinct {
		return placeDistinct(o.Seed, i)
	}
	edition, within := i/whole, i%whole
	if rest := o.N - edition*whole; rest < whole {
		within = sample(o.Seed, within, rest, whole)
	}
	k, row := within/len(concepts), within%len(concepts)
	return &draft{
		concept: &concepts[row], country: &countries[k],
		edition: edition, turn: k + edition + int(mix(o.Seed+uint64(row))%64),
		slot: uint64(edition*whole + within),
	}
}

// sample picks the i-th of n places out of whole, ascending and all different.
func sample(seed uint64, i, n, whole int) int {
	start, end := i*whole/n, (i+1)*whole/n
	return start + int(mix(seed^mix(uint64(i)))%uint64(end-start))
}

// mix spreads a number over 64 bits (the finaliser of SplitMix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// permute maps 0..n-1 onto itself: a Feistel network over the next even number
// of bits, walked until it lands inside.
func permute(seed uint64, i, n int) int {
	half := 1
	for 1<<(2*half) < n {
		half++
	}
	mask := uint64(1)<<half - 1
	x := uint64(i)
	for {
		left, right := x>>half, x&mask
		for round := range uint64(4) {
			left, right = right, left^mix(seed^round<<60^right)&mask
		}
		x = left<<half | right
		if x < uint64(n) {
			return int(x)
		}
	}
}
