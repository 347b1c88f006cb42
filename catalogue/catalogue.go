// Package catalogue reads catalogues of indicators and writes classifications.
// It reads CSV, JSON, JSONL and Parquet, packed or not, from files or a stream,
// in memory that does not grow with the number of rows.
package catalogue

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"sync/atomic"

	"classify"
)

// Options say how catalogues are read. The zero value is good for most.
type Options struct {
	// Map names the columns of a field where they are not recognised; several
	// are joined, with ":" for indicator_id and ", " for any other field.
	Map map[string][]string
	// Format is csv, json, jsonl or parquet; "" looks at the first bytes.
	Format string
	// MaxCell and MaxRecord bound a cell and a row, in bytes; a row beyond them
	// is rejected. Defaults: 1 MiB and 8 MiB.
	MaxCell, MaxRecord int
	// MaxTemp bounds the temporary file of a Parquet stream. Default: 4 GiB.
	MaxTemp int64
	// TempDir is where that file is put; "" is the system's directory.
	TempDir string
}

func (o Options) withDefaults() Options {
	if o.MaxCell <= 0 {
		o.MaxCell = 1 << 20
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = 8 << 20
	}
	if o.MaxTemp <= 0 {
		o.MaxTemp = 4 << 30
	}
	return o
}

// Row is one row of a catalogue: an indicator with its place, or a reject.
type Row struct {
	classify.SourceRow
	Reject *Reject // nil unless the row cannot be used
	raw    string  // the row as it stood, bounded
	size   int
}

// Size is about how many bytes of memory the row holds on to.
func (r *Row) Size() int { return r.size }

// observationSize is what an observation takes, its date being shared.
const observationSize = 24

// Rejected is the reject of a row that was read well and yet cannot be used.
func (r *Row) Rejected(reason string) Reject {
	return Reject{File: r.File, Line: r.Line, Reason: reason, Raw: cleanRaw(r.raw)}
}

// Counters are what a Reader has seen so far. Read = Usable + Joined + Rejected.
type Counters struct {
	Read     int
	Usable   int // rows that became an indicator
	Joined   int // rows of a long catalogue that are further values of one
	Rejected int
	Derived  int // of the usable, those whose id was derived
}

// Reader reads the rows of one or several catalogues, in their order. Its
// methods are for one goroutine; only Progress is safe for concurrent use.
type Reader struct {
	ctx     context.Context
	paths   []string
	stdin   io.Reader
	options Options

	current  *opened
	counters Counters
	notes    []string
	read     atomic.Int64
	total    int64
}

// Open looks at every path, so that a missing file, a directory or a heading
// without a name column is reported before anything is read, and returns a
// Reader. The path "-" is stdin. Errors are *FileError, mostly with a
// classify.Hint. The Reader is closed by the end of Rows, or by Close.
func Open(ctx context.Context, paths []string, stdin io.Reader, o Options) (*Reader, error) {
	r := &Reader{ctx: ctx, paths: paths, stdin: stdin, options: o.withDefaults()}
	if len(paths) == 0 {
		return nil, classify.WithHint(errors.New("no catalogue is named"), "name a file, or - for the standard input")
	}
	stdins := 0
	for i, path := range paths {
		if path == Stdin {
			r.total = -1
			if stdins++; stdins > 1 {
				return nil, errors.New("the standard input is named twice")
			}
			if i > 0 {
				continue // its heading is seen when its turn comes
			}
		}
		counter := new(atomic.Int64) // a file that is only looked at is not read yet
		if i == 0 {
			counter = &r.read
		}
		s, err := open(ctx, path, stdin, catalogueSynonyms, r.options, counter)
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		if i == 0 {
			r.current = s
		} else if err := s.close(); err != nil {
			return nil, errors.Join(fileError(path, 0, err), r.Close())
		}
		r.measure(path)
	}
	return r, nil
}

// measure adds the size of a file to the total, which is not known where one of
// the paths is a pipe.
func (r *Reader) measure(path string) {
	if r.total < 0 {
		return
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		r.total = -1
		return
	}
	r.total += info.Size()
}

// Rows yields every row once, as an indicator or as a reject. In a long
// catalogue, which has one row per observation, the rows of one id are one
// indicator, at the line of the first; they follow each other. An error ends the
// reading: the file cannot be read on, or the context is cancelled. The files
// are closed when it returns. Rows is called once.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		defer r.Close()
		for i, path := range r.paths {
			if i > 0 {
				s, err := open(r.ctx, path, r.stdin, catalogueSynonyms, r.options, &r.read)
				if err != nil {
					yield(Row{}, err)
					return
				}
				r.current = s
			}
			read := r.rowsOf
			if r.current.binding.long != nil {
				read = r.longRowsOf
			}
			if !read(r.current, yield) {
				return
			}
			r.describe(r.current)
			if err := r.Close(); err != nil {
				yield(Row{}, fileError(path, 0, err))
				return
			}
		}
	}
}

// rowsOf yields the rows of one file; it reports whether to go on.
func (r *Reader) rowsOf(s *opened, yield func(Row, error) bool) bool {
	var rec record
	for {
		err := s.table.next(&rec)
		if err == io.EOF {
			return true
		}
		if err == nil {
			err = r.ctx.Err()
		}
		if err != nil {
			yield(Row{}, s.errorAt(rec.line, err))
			return false
		}
		if !yield(r.row(s, &rec), nil) {
			return false
		}
	}
}

// errorAt says at which line an error of a file happened.
func (s *opened) errorAt(line int, err error) error {
	var at *lineError
	if errors.As(err, &at) {
		line, err = at.line, keepHint(err, at.err)
	}
	return fileError(s.name, line, err)
}

func (r *Reader) row(s *opened, rec *record) Row {
	r.counters.Read++
	row := Row{SourceRow: classify.SourceRow{File: s.name, Line: rec.line}}
	reason := rec.reject
	if reason == "" {
		var derived bool
		row.Indicator, derived, reason = s.binding.indicator(rec)
		if derived && reason == "" {
			r.counters.Derived++
		}
	}
	if reason != "" {
		r.counters.Rejected++
		row.Indicator = classify.Indicator{}
		row.Reject = &Reject{File: s.name, Line: rec.line, Reason: reason, Raw: cleanRaw(rec.keepRaw())}
		return row
	}
	row.raw = rec.keepRaw()
	row.size = len(rec.raw) + observationSize*len(row.Indicator.Values)
	r.counters.Usable++
	return row
}

// Counters returns what was seen so far.
func (r *Reader) Counters() Counters { return r.counters }

// Notes returns what was done to the files that their owner should know of,
// one sentence each: derived ids, joined ids, encodings, columns by date. A
// file's notes are there once it is read to its end.
func (r *Reader) Notes() []string { return r.notes }

// Progress returns the bytes read so far and the bytes of all files, as they
// lie on disk: packed files count packed. total is 0 if it is not known, as
// for stdin; read is at most total otherwise, unless a file grows. It costs one
// atomic load, and is safe for concurrent use.
func (r *Reader) Progress() (read, total int64) {
	return r.read.Load(), max(0, r.total)
}

// Close closes what is open; it may be called twice, and after Rows.
func (r *Reader) Close() error {
	if r.current == nil {
		return nil
	}
	err := r.current.close()
	r.current = nil
	return err
}
