package series

// readDate reads the notations beside the canonical ones.
func readDate(text string) (calendar, bool) {
	s := trim(text)
	return canonicalDate(s)
}
