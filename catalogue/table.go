package catalogue

import (
	"errors"
	"fmt"

	"classify"
)

// A table is one open file, whatever its format: rows of cells under columns.
type table interface {
	// next fills the record with the next row. The error is io.EOF at the end;
	// any other error ends the file. What it fills is valid until the next call.
	next(*record) error
	close() error
}

// record is a row before anybody has asked what it means.
type record struct {
	line   int
	cells  []string // by column; missing ones are empty
	points []point  // dated values, where the format has a type for them
	valid  bool     // the lists of points in the cells are known to be valid JSON
	reject string   // why the row cannot be used, or ""
	raw    []byte   // the row as it stands, for the rejects
	text   string   // the same where the format has it as a string
}

// point is a dated value as the source wrote it.
type point struct{ date, value string }

// FileError is a fault of a whole file, or of a line after which it cannot be
// read on.
type FileError struct {
	File string
	Line int // 0 if it is not about a line
	Err  error
}

func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("read catalogue %q line %d: %v", e.File, e.Line, e.Err)
	}
	return fmt.Sprintf("read catalogue %q: %v", e.File, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// fileError says of which file an error is. The remedy stays outermost.
func fileError(file string, line int, err error) error {
	if err == nil {
		return nil
	}
	var already *FileError
	if errors.As(err, &already) {
		return err
	}
	hint := classify.Hint(err)
	err = &FileError{File: file, Line: line, Err: err}
	if hint != "" {
		return classify.WithHint(err, "%s", hint)
	}
	return err
}

// lineError is an error at a line of the file that is being read.
type lineError struct {
	line int
	err  error
}

func (e *lineError) Error() string { return fmt.Sprintf("line %d: %v", e.line, e.err) }
func (e *lineError) Unwrap() error { return e.err }
