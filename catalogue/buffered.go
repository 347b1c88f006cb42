package catalogue

import "io"

// buffered is a window on a stream that its user moves: bytes stay in it until
// they are discarded. Its user bounds how much it keeps.
type buffered struct {
	r          io.Reader
	buf        []byte
	start, end int
	eof        bool
}

const bufferChunk = 128 << 10

func (b *buffered) bytes() []byte { return b.buf[b.start:b.end] }
func (b *buffered) len() int      { return b.end - b.start }

func (b *buffered) discard(n int) { b.start += n }

// fill reads more, or sets eof.
func (b *buffered) fill() error {
	if b.start == b.end {
		b.start, b.end = 0, 0
	}
	if len(b.buf)-b.end < bufferChunk/2 {
		if b.start >= len(b.buf)/2 && b.start > 0 {
			copy(b.buf, b.buf[b.start:b.end])
			b.start, b.end = 0, b.end-b.start
		}
		if len(b.buf)-b.end < bufferChunk/2 {
			grown := make([]byte, max(2*len(b.buf), bufferChunk))
			b.end = copy(grown, b.buf[b.start:b.end])
			b.buf, b.start = grown, 0
		}
	}
	for range 100 {
		n, err := b.r.Read(b.buf[b.end:])
		b.end += n
		if err == io.EOF {
			b.eof = true
			return nil
		}
		if n > 0 || err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}
