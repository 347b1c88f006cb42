package catalogue

import (
	"bytes"
	"fmt"
	"io"
)

// csvFrames cuts a CSV stream into records of bounded size, so that a quote
// that is never closed costs one row and not the memory of the machine.
// encoding/csv then takes the fields out of a record.
type csvFrames struct {
	in      buffered
	sep     byte
	maxSize int

	line    int // where the current record begins
	next    int // where the one after it begins
	pending int // bytes of the current record, dropped when the next is asked for

	// rescanned counts the bytes that were read again after a runaway quote.
	// Where that gets out of proportion, every line is a record of its own up to
	// lineModeUntil, so that hostile input stays linear.
	consumed, rescanned, lineModeUntil int64
}

// The reasons for which a record is rejected before its fields are looked at.
const reasonUnclosed = "a quote opens on this line and is never closed"

// tooLong is the reason of a row beyond the limit, of which size bytes were
// seen.
func tooLong(size, limit int) string {
	return fmt.Sprintf("the row has %s, the limit is %s: shorten its texts, or give its dated values in a file of their own with --values",
		bytesText(size), bytesText(limit))
}

// bytesText is a size as people read it.
func bytesText(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB (%d bytes)", float64(n)/(1<<20), n)
	}
	return fmt.Sprintf("%d bytes", n)
}

func newCSVFrames(r io.Reader, sep byte, maxSize int) *csvFrames {
	return &csvFrames{in: buffered{r: r}, sep: sep, maxSize: maxSize, next: 1}
}

// frame returns the next record with its line end. A reason means that the
// bytes are the beginning of a record that cannot be read. The slice is valid
// until the next call. The error is io.EOF at the end.
func (f *csvFrames) frame() (record []byte, reason string, err error) {
	f.drop()
	if err := f.skipBlank(); err != nil {
		return nil, "", err
	}
	f.line = f.next
	pos, lines, firstEnd, quoted := 0, 0, 0, false
	for {
		end, complete, err := f.lineEnd(pos)
		if err != nil {
			return nil, "", err
		}
		quoted = scanQuotes(f.in.bytes()[pos:end], quoted, f.sep)
		if !complete {
			record, reason = f.tooLong(end, firstEnd, quoted)
			return record, reason, nil
		}
		pos, lines = end, lines+1
		if firstEnd == 0 {
			firstEnd = end
		}
		switch {
		case !quoted:
			return f.take(pos, lines), "", nil
		case f.consumed < f.lineModeUntil || pos >= f.in.len() && f.in.eof:
			return f.retreat(pos, firstEnd), reasonUnclosed, nil
		}
	}
}

// take makes the first n bytes the current record.
func (f *csvFrames) take(n, lines int) []byte {
	f.pending = n
	f.next = f.line + lines
	return f.in.bytes()[:n]
}

// retreat gives up the lines after the first one, to be read again.
func (f *csvFrames) retreat(scanned, firstEnd int) []byte {
	f.rescanned += int64(scanned - firstEnd)
	if f.rescanned > 4*f.consumed+(16<<20) {
		f.lineModeUntil = max(f.lineModeUntil, f.consumed+int64(scanned))
	}
	return f.take(firstEnd, 1)
}

// firstLine makes the current record's first line the record, if it has more.
// It reports whether it had.
func (f *csvFrames) firstLine() ([]byte, bool) {
	b := f.in.bytes()[:f.pending]
	i := bytes.IndexByte(b, '\n')
	if i < 0 || i+1 == len(b) {
		return nil, false
	}
	return f.retreat(len(b), i+1), true
}

func (f *csvFrames) drop() {
	f.in.discard(f.pending)
	f.consumed += int64(f.pending)
	f.pending = 0
}

func (f *csvFrames) skipBlank() error {
	for {
		if f.in.len() < 2 && !f.in.eof {
			if err := f.in.fill(); err != nil {
				return err
			}
			continue
		}
		b := f.in.bytes()
		n := 0
		switch {
		case len(b) == 0:
			return io.EOF
		case b[0] == '\n':
			n = 1
		case b[0] == '\r' && (len(b) == 1 || b[1] == '\n'):
			n = min(2, len(b))
		default:
			return nil
		}
		f.in.discard(n)
		f.consumed += int64(n)
		f.next++
	}
}

// lineEnd returns where the line that begins at from ends, its line feed
// included. complete is false if the record grew too long, or the input ended.
func (f *csvFrames) lineEnd(from int) (end int, complete bool, err error) {
	searched := from
	for {
		b := f.in.bytes()
		if i := bytes.IndexByte(b[searched:], '\n'); i >= 0 {
			return searched + i + 1, searched+i+1 <= f.maxSize, nil
		}
		searched = len(b)
		if f.in.eof {
			return len(b), len(b) <= f.maxSize, nil
		}
		if len(b) > f.maxSize {
			return len(b), false, nil
		}
		if err := f.in.fill(); err != nil {
			return 0, false, err
		}
	}
}

// scanQuotes follows the quoting through a part of a record that ends at a line
// end, as encoding/csv with LazyQuotes reads it: a quote opens at the beginning
// of a field, and closes before a separator or a line end.
func scanQuotes(b []byte, quoted bool, sep byte) bool {
	i := 0
	for {
		q := bytes.IndexByte(b[i:], '"')
		if q < 0 {
			return quoted
		}
		i += q
		switch {
		case !quoted:
			quoted = opensField(b[:i], sep)
		case i+1 < len(b) && b[i+1] == '"':
			i++
		default:
			quoted = !closesField(b[i+1:], sep)
		}
		i++
	}
}

func opensField(before []byte, sep byte) bool {
	n := len(before)
	if sep != '\t' {
		for n > 0 && (before[n-1] == ' ' || before[n-1] == '\t') {
			n--
		}
	}
	return n == 0 || before[n-1] == sep || before[n-1] == '\n'
}

func closesField(after []byte, sep byte) bool {
	return len(after) == 0 || after[0] == sep || after[0] == '\n' ||
		after[0] == '\r' && (len(after) == 1 || after[1] == '\n')
}

// tooLong handles a record beyond the limit: scanned bytes are buffered, and
// quoted says whether they end inside quotes. If lines after the first look
// like rows, the quote ran away and they are read again; otherwise the rest of
// the record is skipped without being kept.
func (f *csvFrames) tooLong(scanned, firstEnd int, quoted bool) ([]byte, string) {
	if quoted && firstEnd > 0 && f.looksLikeRows(firstEnd) {
		return f.retreat(scanned, firstEnd), reasonUnclosed
	}
	kept := bytes.Clone(f.in.bytes()[:min(scanned, rawLimit+8)])
	lines := bytes.Count(f.in.bytes()[:scanned], []byte{'\n'})
	ended := !quoted && f.in.bytes()[scanned-1] == '\n'
	skipped := scanned
	f.in.discard(scanned)
	for !ended {
		if f.in.len() == 0 && (f.in.eof || f.in.fill() != nil || f.in.len() == 0) {
			break
		}
		b := f.in.bytes()
		n := bytes.IndexByte(b, '\n') + 1
		if n == 0 {
			n = len(b)
		}
		quoted = scanQuotes(b[:n], quoted, f.sep)
		if b[n-1] == '\n' {
			lines++
			ended = !quoted || skipped > 8*f.maxSize
		}
		skipped += n
		f.in.discard(n)
	}
	f.consumed += int64(skipped)
	f.next = f.line + lines
	return kept, tooLong(skipped, f.maxSize)
}

// swallowed reports whether the current record has lines that look like rows of
// their own, which can only be if a stray quote joined them: such a record has
// a quote inside a quoted cell that is not doubled.
func (f *csvFrames) swallowed(columns int) bool {
	first, rest, more := bytes.Cut(bytes.TrimRight(f.in.bytes()[:f.pending], "\r\n"), []byte{'\n'})
	if !more || columns < 2 || !bareQuote(f.in.bytes()[:f.pending], f.sep) || bytes.IndexByte(first, '"') < 0 {
		return false
	}
	for line := range bytes.Lines(rest) {
		if bytes.Count(line, []byte{f.sep}) == columns-1 {
			return true
		}
	}
	return false
}

// bareQuote reports whether a quoted cell has a quote that is neither doubled
// nor its end.
func bareQuote(b []byte, sep byte) bool {
	quoted := false
	for i := 0; i < len(b); i++ {
		if b[i] != '"' {
			continue
		}
		switch {
		case !quoted:
			quoted = opensField(b[:i], sep)
		case i+1 < len(b) && b[i+1] == '"':
			i++
		case closesField(b[i+1:], sep):
			quoted = false
		default:
			return true
		}
	}
	return false
}

// looksLikeRows reports whether the lines that follow have as many separators
// as the first one.
func (f *csvFrames) looksLikeRows(firstEnd int) bool {
	b := f.in.bytes()
	want := bytes.Count(b[:firstEnd], []byte{f.sep})
	rest, alike, seen := b[firstEnd:], 0, 0
	for seen < 8 {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		if n := bytes.Count(rest[:i], []byte{f.sep}); want > 0 && n >= want {
			alike++
		}
		seen++
		rest = rest[i+1:]
	}
	return alike*2 > seen
}
