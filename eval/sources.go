package eval

import (
	"cmp"
	"slices"
	"strings"

	"classify"
	"classify/labels"
)

// SourceResult is how often the labels that one source gave were right.
type SourceResult struct {
	By       string  `json:"by"` // "rulebook", "person", or a model as its server named it
	Packed   bool    `json:"packed,omitempty"`
	Field    string  `json:"field"`
	Labelled int     `json:"labelled"`
	Right    int     `json:"right"`
	Accuracy float64 `json:"accuracy"` // 0 to 1
}

// sources counts who was right, by field.
type sources map[source]*SourceResult

type source struct {
	by     string
	packed bool
	field  string
}

// add counts the decisive labels of one row.
func (s sources) add(row labels.Row, c *classify.Classification, wrong []WrongField) {
	for _, field := range decisive {
		if _, labelled := row.Values[field]; !labelled {
			continue
		}
		p := c.ProvenanceOf(field)
		key := source{p.By, strings.HasSuffix(p.Rule, classify.PackedMark), field}
		r := s[key]
		if r == nil {
			r = &SourceResult{By: key.by, Packed: key.packed, Field: field}
			s[key] = r
		}
		r.Labelled++
		if !slices.ContainsFunc(wrong, func(w WrongField) bool { return w.Field == field }) {
			r.Right++
		}
	}
}

// results are sorted by source, then in the order of the decisive fields.
func (s sources) results() []SourceResult {
	all := make([]SourceResult, 0, len(s))
	for _, r := range s {
		r.Accuracy = float64(r.Right) / float64(r.Labelled)
		all = append(all, *r)
	}
	slices.SortFunc(all, func(a, b SourceResult) int {
		packed := func(r SourceResult) int {
			if r.Packed {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(packed(a), packed(b)),
			cmp.Compare(slices.Index(decisive, a.Field), slices.Index(decisive, b.Field)))
	})
	return all
}
