package tables

import (
	"hash/fnv"
	"slices"
	"strings"
)

// Sampler chooses n of the ids that it is shown, the same ones for the same
// seed in whatever order they come. It holds at most twice as many.
type Sampler struct {
	n    int
	seed uint64
	kept []drawn
}

type drawn struct {
	hash uint64
	id   string
}

// NewSampler chooses n ids by a seed.
func NewSampler(n int, seed uint64) *Sampler { return &Sampler{n: n, seed: seed} }

// Add shows it an id; each should come once.
func (s *Sampler) Add(id string) {
	s.kept = append(s.kept, drawn{sampleHash(s.seed, id), id})
	if len(s.kept) >= 2*s.n && len(s.kept) > 1024 {
		s.cut()
	}
}

// IDs are the chosen ones, sorted.
func (s *Sampler) IDs() []string {
	s.cut()
	ids := make([]string, len(s.kept))
	for i, d := range s.kept {
		ids[i] = d.id
	}
	slices.Sort(ids)
	return ids
}

// cut keeps the ids with the smallest hashes.
func (s *Sampler) cut() {
	slices.SortFunc(s.kept, func(a, b drawn) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return strings.Compare(a.id, b.id)
	})
	s.kept = s.kept[:min(len(s.kept), s.n)]
}

// sampleHash places an id on a line that the seed shuffles.
func sampleHash(seed uint64, id string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	x := h.Sum64() ^ (seed+1)*0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9 // the finaliser of splitmix64
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
