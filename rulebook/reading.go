package rulebook

import "classify"

// reading is what a question says, as the rules look at it.
type reading struct {
	q       *classify.FamilyQuestion
	concept found // features of the concept name
	phrase  found // features of the unit phrase
	unit    unitMask
	kind    typeMask // once it is known
	pair    kind
}

func read(q *classify.FamilyQuestion) reading {
	text := q.Concept
	if text == "" {
		text = q.Name
	}
	return reading{q: q, concept: lexicon.scan(text), phrase: lexicon.scan(q.UnitPhrase), unit: maskOf(q.UnitType)}
}

// says reports whether the concept or the unit phrase has one of the features.
func (r *reading) says(s set) bool { return r.concept.all.meets(s) || r.phrase.all.meets(s) }

// subject are the features of what is measured: the numerator where the name
// relates it to something else.
func (r *reading) subject() set { return r.concept.head }

func (r *reading) decided(k kind) {
	r.pair, r.kind = k, typeMaskOf(k)
}

// market reports whether values are quoted once a day or week.
func (r *reading) market() bool {
	switch r.q.Frequency {
	case classify.Intraday, classify.Daily, classify.Weekly, classify.Biweekly:
		return true
	}
	return false
}

func (r *reading) signsMixed() bool { return r.q.Signs == "mixed" || r.q.Signs == "negative" }

// Knows reports whether the lexicon has a concept in a folded name, so that
// nobody needs a description to classify it. It is safe for concurrent use.
func Knows(concept string) bool { return lexicon.scan(concept).all.meets(concepts) }

// concepts are the features that name what is measured, not how.
var concepts = func() (s set) {
	for f := fGDP; f < featureCount; f++ {
		s.add(f)
	}
	return s
}()
