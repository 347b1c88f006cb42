package units

// Parse reads a unit phrase. It never fails: what it cannot read is of unit
// type unknown. Only the first 480 bytes and 64 words are read. It depends on
// nothing but its arguments and is safe for concurrent use.
func Parse(phrase string, h Hints) Parsed {
	var r reader
	r.read(phrase, h)
	return r.p
}

func (r *reader) read(phrase string, h Hints) {
	r.lex = compiled()
	r.scan(phrase)
	r.recognise(h)
	r.layout()
	r.interpret(h)
}
