package rulebook

// A feature is something that a text says: a concept such as debt, or a word
// such as "change".
type feature uint8

// set is a set of features.
type set [4]uint64

func of(features ...feature) (s set) {
	for _, f := range features {
		s.add(f)
	}
	return s
}

func (s *set) add(f feature)      { s[f>>6] |= 1 << (f & 63) }
func (s *set) has(f feature) bool { return s[f>>6]&(1<<(f&63)) != 0 }
func (s *set) merge(o set)        { s[0] |= o[0]; s[1] |= o[1]; s[2] |= o[2]; s[3] |= o[3] }
func (s set) includes(o set) bool {
	return s[0]&o[0] == o[0] && s[1]&o[1] == o[1] && s[2]&o[2] == o[2] && s[3]&o[3] == o[3]
}
func (s set) meets(o set) bool { return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0 }
