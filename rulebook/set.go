package rulebook

// A feature is something that a text says: a concept such as debt, or a word
// such as "change".
type feature uint16

// set is a set of features.
type set [6]uint64

// A set has room for every feature: the length of this array is negative
// where it has not, which does not compile.
var _ [len(set{})*64 - int(featureCount)]struct{}

func of(features ...feature) (s set) {
	for _, f := range features {
		s.add(f)
	}
	return s
}

func (s *set) add(f feature)     { s[f>>6] |= 1 << (f & 63) }
func (s set) has(f feature) bool { return s[f>>6]&(1<<(f&63)) != 0 }

func (s *set) merge(o set) {
	for i := range s {
		s[i] |= o[i]
	}
}

func (s set) includes(o set) bool {
	for i := range s {
		if s[i]&o[i] != o[i] {
			return false
		}
	}
	return true
}

func (s set) meets(o set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}
