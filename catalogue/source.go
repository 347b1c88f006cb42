package catalogue

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	kgzip "github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"classify"
)

// Stdin is the path that means the standard input.
const Stdin = "-"

// sniffSize is how much of a stream is looked at to find out what it is.
const sniffSize = 256 << 10

var (
	errEmpty     = classify.WithHint(errors.New("the file is empty"), "a catalogue has a heading with a name column, and one row per indicator")
	errNoRecords = errors.New("the file has no records")
)

// opened is one input, open and understood as far as its heading.
type opened struct {
	name     string // as errors and rejects name it
	table    table
	binding  *binding
	format   string
	preamble int // rows before the heading
	latin1   int // rows that were no UTF-8
	long     longCounts
	closers  []io.Closer
}

func (s *opened) close() error {
	var errs []error
	if s.table != nil {
		errs = append(errs, s.table.close())
	}
	for i := len(s.closers) - 1; i >= 0; i-- {
		errs = append(errs, s.closers[i].Close())
	}
	s.closers, s.table = nil, nil
	return errors.Join(errs...)
}

// open opens a path, or the standard input, and reads its heading.
func open(ctx context.Context, path string, stdin io.Reader, syn *synonyms, o Options, bytesRead *atomic.Int64) (*opened, error) {
	s := &opened{name: path, binding: newBinding(syn, o.Map)}
	if path == Stdin {
		s.name = "stdin"
	}
	err := s.start(ctx, path, stdin, o, bytesRead)
	if err == nil {
		err = s.binding.settle()
	}
	if err != nil {
		line := 0
		var at *lineError
		if errors.As(err, &at) {
			line = at.line
			err = keepHint(err, at.err)
		}
		return nil, errors.Join(fileError(s.name, line, err), s.close())
	}
	return s, nil
}

// keepHint carries the remedy of the outer error over to what it wraps.
func keepHint(outer, inner error) error {
	if h := classify.Hint(outer); h != "" && classify.Hint(inner) == "" {
		return classify.WithHint(inner, "%s", h)
	}
	return inner
}

func (s *opened) start(ctx context.Context, path string, stdin io.Reader, o Options, bytesRead *atomic.Int64) error {
	var file *os.File
	var r io.Reader
	if path == Stdin {
		if stdin == nil {
			return errors.New("there is no standard input to read")
		}
		r = stdin
	} else {
		var err error
		if file, err = openFile(path); err != nil {
			return err
		}
		s.closers = append(s.closers, file)
		r = file
	}
	in := bufio.NewReaderSize(&counted{ctx, r, bytesRead}, sniffSize)
	in, packed, err := s.unpack(in)
	if err != nil {
		return err
	}
	head, err := in.Peek(sniffSize)
	if err != nil && err != io.EOF {
		return err
	}
	if len(bytes.TrimSpace(head)) == 0 {
		return errEmpty
	}
	if s.format, err = formatOf(legible(head), o.Format); err != nil {
		return err
	}
	if s.format == FormatParquet {
		streamed := file == nil || packed
		if streamed {
			if file, err = s.spool(in, o); err != nil {
				return err
			}
		}
		t, err := openParquet(file, s.binding, o)
		if err != nil {
			return err
		}
		if !streamed {
			t.bytesRead, t.counted = bytesRead, int64(in.Buffered())
		}
		s.table = t
		return nil
	}
	text, err := decodeText(in, head)
	if err != nil {
		return err
	}
	return s.startText(bufio.NewReaderSize(text, sniffSize), o)
}

func (s *opened) startText(in *bufio.Reader, o Options) error {
	head, err := in.Peek(sniffSize)
	if err != nil && err != io.EOF {
		return err
	}
	if s.format == FormatJSON {
		t, err := openJSON(in, head, s.binding, o, &s.latin1)
		if err != nil {
			return err
		}
		s.table = t
		return nil
	}
	t, preamble, err := openCSV(in, head, s.binding, o, &s.latin1)
	if err != nil {
		return err
	}
	s.table, s.preamble = t, preamble
	return nil
}

// openFile opens a regular file, or says what else is there.
func openFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, classify.WithHint(errors.New("there is no such file"), "%s", nearbyFiles(path))
	case err != nil:
		return nil, classify.WithHint(WithoutPath(err), "look at the path, and whether you may read it")
	case info.IsDir():
		return nil, classify.WithHint(errors.New("this is a directory"), "name its files, for example %s", plainOrQuoted(filepath.Join(path, "*.csv")))
	case info.Size() == 0 && info.Mode().IsRegular():
		return nil, errEmpty
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, classify.WithHint(WithoutPath(err), "look whether you may read the file: ls -l %s", plainOrQuoted(path))
	}
	return f, nil
}

// nearbyFiles names the files that stand where the missing one was looked for.
func nearbyFiles(path string) string {
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Sprintf("the directory %s cannot be read either; look at the path", plainOrQuoted(dir))
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && isCatalogueName(e.Name()) && len(names) < 8 {
			names = append(names, plainOrQuoted(e.Name()))
		}
	}
	if len(names) == 0 {
		return fmt.Sprintf("there is no catalogue in %s; look at the path", plainOrQuoted(dir))
	}
	return fmt.Sprintf("in %s there are %s", plainOrQuoted(dir), strings.Join(names, ", "))
}

func isCatalogueName(name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".zst")
	switch filepath.Ext(name) {
	case ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".parquet":
		return true
	}
	return false
}

// unpack takes gzip and Zstandard off, which are recognised by their first
// bytes, whatever the file is called.
func (s *opened) unpack(in *bufio.Reader) (*bufio.Reader, bool, error) {
	magic, err := in.Peek(4)
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		z, err := kgzip.NewReader(in)
		if err != nil {
			return nil, false, fmt.Errorf("unpack gzip: %w", err)
		}
		s.closers = append(s.closers, z)
		return bufio.NewReaderSize(unpacking{z, "gzip"}, sniffSize), true, nil
	case bytes.Equal(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, false, fmt.Errorf("unpack zstd: %w", err)
		}
		s.closers = append(s.closers, z.IOReadCloser())
		return bufio.NewReaderSize(unpacking{z, "zstd"}, sniffSize), true, nil
	}
	return in, false, nil
}

// unpacking says in its errors that the packing is at fault.
type unpacking struct {
	r    io.Reader
	what string
}

func (u unpacking) Read(p []byte) (int, error) {
	n, err := u.r.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	err = fmt.Errorf("unpack %s: %w", u.what, err)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum) {
		err = classify.WithHint(err, "the file is cut off or damaged: fetch it again")
	}
	return n, err
}

// Formats that are read. A .tsv is a CSV whose separator is found like any other.
const (
	FormatCSV     = "csv"
	FormatJSON    = "json" // also JSONL
	FormatParquet = "parquet"
)

// formatOf tells a format by the first bytes, unless it is given.
func formatOf(head []byte, given string) (string, error) {
	switch strings.ToLower(given) {
	case "csv", "tsv":
		return FormatCSV, nil
	case "json", "jsonl", "ndjson":
		return FormatJSON, nil
	case "parquet":
		return FormatParquet, nil
	case "":
	default:
		return "", classify.WithHint(fmt.Errorf("unknown format %q", given), "formats are csv, json, jsonl, parquet")
	}
	if bytes.HasPrefix(head, []byte("PAR1")) {
		return FormatParquet, nil
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, bomUTF8), " \t\r\n")
	if len(text) > 0 && (text[0] == '{' || text[0] == '[') {
		return FormatJSON, nil
	}
	return FormatCSV, nil
}

// spool copies a stream to a temporary file, because Parquet is read from its
// end. The file is bounded, and gone when the input is closed.
func (s *opened) spool(r io.Reader, o Options) (*os.File, error) {
	f, err := os.CreateTemp(o.TempDir, "classify-*.parquet")
	if err != nil {
		return nil, fmt.Errorf("keep parquet stream: %w", err)
	}
	s.closers = append(s.closers, temporary{f})
	n, err := io.Copy(f, io.LimitReader(r, o.MaxTemp+1))
	if err != nil {
		return nil, fmt.Errorf("keep parquet stream in %s: %w", f.Name(), err)
	}
	if n > o.MaxTemp {
		return nil, classify.WithHint(fmt.Errorf("the parquet stream is longer than %d bytes", o.MaxTemp),
			"write it to a file and name that, instead of piping or packing it")
	}
	return f, nil
}

type temporary struct{ *os.File }

func (t temporary) Close() error {
	return errors.Join(t.File.Close(), os.Remove(t.Name()))
}

// counted counts what was read, and ends with the context.
type counted struct {
	ctx context.Context
	r   io.Reader
	n   *atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	if err != nil && err != io.EOF {
		err = WithoutPath(err)
	}
	return n, err
}
