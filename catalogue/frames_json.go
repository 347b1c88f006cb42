package catalogue

import (
	"bytes"
	"errors"
	"io"

	"classify"
)

// lineFrames cuts JSONL into its lines, of bounded size.
type lineFrames struct {
	in      buffered
	maxSize int
	line    int
	next    int
	pending int
}

func (f *lineFrames) frame() (record []byte, reason string, err error) {
	f.in.discard(f.pending)
	f.pending = 0
	searched := 0
	for {
		b := f.in.bytes()
		i := bytes.IndexByte(b[searched:], '\n')
		end, ended := searched+i+1, i >= 0
		if !ended && f.in.eof {
			end, ended = len(b), true
		}
		switch {
		case ended && len(b) == 0:
			return nil, "", io.EOF
		case ended:
			f.next++
			if len(bytes.TrimSpace(b[:end])) == 0 {
				f.in.discard(end)
				searched = 0
				continue
			}
			f.line, f.pending = f.next, end
			if end > f.maxSize {
				return b[:end], tooLong(end, f.maxSize), nil
			}
			return b[:end], "", nil
		case len(b) > f.maxSize:
			f.next++
			f.line = f.next
			kept := bytes.Clone(b[:min(len(b), rawLimit+8)])
			size, err := f.skipLine()
			return kept, tooLong(size, f.maxSize), err
		}
		searched = len(b)
		if err := f.in.fill(); err != nil {
			return nil, "", err
		}
	}
}

// skipLine goes over the rest of a line and returns how long it was.
func (f *lineFrames) skipLine() (size int, err error) {
	for {
		b := f.in.bytes()
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			f.in.discard(i + 1)
			return size + i, nil
		}
		size += len(b)
		f.in.discard(len(b))
		if f.in.eof {
			return size, nil
		}
		if err := f.in.fill(); err != nil {
			return size, err
		}
	}
}

// objectFrames cuts the elements out of a JSON array, wherever it stands:
// at the top, in a top-level object, or in an array whose first element is
// something else (the World Bank's API). It also reads objects that simply
// follow each other.
type objectFrames struct {
	in      buffered
	maxSize int
	line    int // where the current element begins
	at      int // where the next unread byte stands
	pending int

	opened []byte // brackets that are open around the elements: '{' or '['
	arrays int    // arrays of objects that were entered inside an object
}

var errCutOff = classify.WithHint(errors.New("the file ends in the middle of a record"),
	"the file is cut off: fetch or write it again")

// peek returns the next byte that is no space, without taking it.
func (f *objectFrames) peek() (byte, error) {
	for {
		b := f.in.bytes()
		i := skipSpace(b, 0)
		f.at += bytes.Count(b[:i], []byte{'\n'})
		f.in.discard(i)
		if i < len(b) {
			return b[i], nil
		}
		if f.in.eof {
			return 0, io.EOF
		}
		if err := f.in.fill(); err != nil {
			return 0, err
		}
	}
}

func (f *objectFrames) drop() {
	f.at += bytes.Count(f.in.bytes()[:f.pending], []byte{'\n'})
	f.in.discard(f.pending)
	f.pending = 0
}

// frame returns the next element that is an object.
func (f *objectFrames) frame() (record []byte, reason string, err error) {
	for {
		f.drop()
		c, err := f.peek()
		if err == io.EOF {
			if len(f.opened) > 0 {
				return nil, "", &lineError{f.at, errCutOff}
			}
			return nil, "", io.EOF
		}
		if err != nil {
			return nil, "", err
		}
		inObject := len(f.opened) > 0 && f.opened[len(f.opened)-1] == '{'
		switch {
		case c == ',':
			f.in.discard(1)
		case c == ']' || c == '}':
			f.in.discard(1)
			if len(f.opened) == 0 {
				return nil, "", f.syntaxError(c)
			}
			f.opened = f.opened[:len(f.opened)-1]
		case inObject:
			if err := f.member(); err != nil {
				return nil, "", err
			}
		case c == '[' && len(f.opened) < 3:
			f.in.discard(1)
			f.opened = append(f.opened, '[')
		default:
			return f.element()
		}
	}
}

func (f *objectFrames) syntaxError(c byte) error {
	return &lineError{f.at, classify.WithHint(errors.New("unexpected "+plainOrQuoted(string(rune(c)))+": this is not valid JSON"),
		"a JSON catalogue is an array of objects, or an object that holds one")}
}

// member reads a key of the object around the rows; an array of objects under
// it is entered, anything else is skipped.
func (f *objectFrames) member() error {
	end, err := f.scan(f.maxSize)
	if err != nil {
		return err
	}
	if b := f.in.bytes(); end < 2 || b[0] != '"' {
		return f.syntaxError(b[0])
	}
	key := unquote(string(f.in.bytes()[:end]))
	f.pending = end
	f.drop()
	c, err := f.peek()
	if err != nil || c != ':' {
		return f.cutOff(err, c)
	}
	f.in.discard(1)
	if c, err = f.peek(); err != nil {
		return f.cutOff(err, c)
	}
	if c == '[' && f.holdsObjects() && !isValuesName(key) {
		if f.arrays++; f.arrays > 1 {
			return &lineError{f.at, classify.WithHint(errors.New("the object holds more than one array of records"),
				"write the array that is the catalogue to a file of its own, for example with: jq .%s", plainOrQuoted(clip(key, 60)))}
		}
		f.in.discard(1)
		f.opened = append(f.opened, '[')
		return nil
	}
	_, err = f.skipValue()
	return err
}

func isValuesName(key string) bool {
	for _, r := range catalogueSynonyms.ranked[fold(key)] {
		if r.field == fieldValues && fold(key) != "data" {
			return true
		}
	}
	return false
}

func (f *objectFrames) cutOff(err error, c byte) error {
	if err == io.EOF {
		return &lineError{f.at, errCutOff}
	}
	if err != nil {
		return err
	}
	return f.syntaxError(c)
}

// holdsObjects reports whether the array that is next begins with an object.
func (f *objectFrames) holdsObjects() bool {
	for {
		b := f.in.bytes()
		if i := skipSpace(b, 1); i < len(b) {
			return b[i] == '{'
		}
		if f.in.eof || len(b) > f.maxSize || f.in.fill() != nil {
			return false
		}
	}
}

// element returns the value that is next.
func (f *objectFrames) element() (record []byte, reason string, err error) {
	f.line = f.at
	end, err := f.scan(f.maxSize)
	if err != nil {
		return nil, "", err
	}
	if end > 0 {
		f.pending = end
		return f.in.bytes()[:end], "", nil
	}
	kept := bytes.Clone(f.in.bytes()[:min(f.in.len(), rawLimit+8)])
	size, err := f.skipValue()
	return kept, tooLong(size, f.maxSize), err
}

// scan returns where the value that is next ends, or 0 if it is longer than
// the limit.
func (f *objectFrames) scan(limit int) (int, error) {
	var s jsonScan
	at := 0
	for {
		b := f.in.bytes()
		n, done := s.advance(b[at:])
		at += n
		switch {
		case done && at == 0:
			return 0, f.syntaxError(b[0])
		case done && at <= limit:
			return at, nil
		case at > limit:
			return 0, nil
		case f.in.eof:
			if s.depth == 0 && !s.inString && at > 0 {
				return at, nil // a number or a word that ends with the file
			}
			return 0, &lineError{f.at, errCutOff}
		}
		if err := f.in.fill(); err != nil {
			return 0, err
		}
	}
}

// skipValue goes over the value that is next, without keeping it, and returns
// how long it was.
func (f *objectFrames) skipValue() (size int, err error) {
	var s jsonScan
	for {
		b := f.in.bytes()
		n, done := s.advance(b)
		f.at += bytes.Count(b[:n], []byte{'\n'})
		f.in.discard(n)
		size += n
		if done {
			return size, nil
		}
		if f.in.eof {
			return size, &lineError{f.at, errCutOff}
		}
		if err := f.in.fill(); err != nil {
			return size, err
		}
	}
}

// jsonScan follows the nesting of one value through the pieces of a stream.
type jsonScan struct {
	depth             int
	inString, escaped bool
	scalar            bool
}

// advance returns how many of the bytes belong to the value, and whether it
// ends there.
func (s *jsonScan) advance(b []byte) (n int, done bool) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case s.escaped:
			s.escaped = false
		case s.inString && c == '\\':
			s.escaped = true
		case s.inString:
			if c == '"' {
				s.inString = false
				if s.depth == 0 {
					return i + 1, true
				}
			}
		case s.scalar:
			switch c {
			case ',', ']', '}', ' ', '\n', '\r', '\t', ':':
				return i, true
			}
		case c == '"':
			s.inString = true
		case c == '{' || c == '[':
			s.depth++
		case c == '}' || c == ']':
			s.depth--
			if s.depth <= 0 {
				return i + 1, true
			}
		case s.depth == 0:
			if c == ',' || c == ':' {
				return i, true
			}
			s.scalar = true
		}
	}
	return len(b), false
}
