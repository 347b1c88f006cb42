package wire

import (
	"bufio"
	"errors"
	"io"
)

// Lines yields the lines of a stream, without their ends, until it ends or
// yield returns an error. A line of more than limit bytes is passed over
// without being held; empty ones are left out. A line is valid until yield
// returns. An error of the stream is returned as it is.
func Lines(r io.Reader, limit int, yield func(line []byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	var line []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > limit+1; !long {
			line = append(line, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && err != io.EOF {
			return err
		}
		for n := len(line); n > 0 && (line[n-1] == '\n' || line[n-1] == '\r'); n-- {
			line = line[:n-1]
		}
		if !long && len(line) > 0 {
			if err := yield(line); err != nil {
				return err
			}
		}
		if err != nil {
			return nil
		}
		line, long = line[:0], false
	}
}
