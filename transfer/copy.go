package transfer

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"classify"
)

// A Source is a store that can be read as of one moment.
type Source interface {
	// Snapshot calls read once, with the store as it is at one moment. While a run
	// lives it is a *classify.LockedError: half of a run is nothing to move.
	Snapshot(ctx context.Context, read func(Snapshot) error) error
}

// A Snapshot gives the tables of a store, one at a time.
type Snapshot interface {
	// Rows yields the rows of a table. A row is good until the next. Runs that are
	// not ended, and do not live, come as "killed".
	Rows(ctx context.Context, t *Table) iter.Seq2[Row, error]
}

// A Target is an empty store that can be filled.
type Target interface {
	// Fill calls fill once, in one transaction: without an error everything is
	// there, otherwise nothing. A store that is not empty, or in which a run lives,
	// is refused with the remedy. Numbers that the store gives go on after the
	// highest.
	Fill(ctx context.Context, fill func(Filler) error) error
}

// A Filler takes the tables of a store, in the order of Tables, and reads back
// what it took.
type Filler interface {
	Snapshot
	// Take stores the rows of a table, and keeps none of them in memory.
	Take(ctx context.Context, t *Table, rows iter.Seq2[Row, error]) error
}

// Progress is how far a copy is.
type Progress struct {
	Table     string
	Rows      int64 // of this table, so far
	Verifying bool  // it is read back
	Done      bool  // the table is
}

// Report says what was copied.
type Report struct {
	Tables []TableReport `json:"tables"`
	Rows   int64         `json:"rows"`
}

// TableReport compares a table of the source with what the target has read back.
type TableReport struct {
	Name           string `json:"table"`
	Rows           int64  `json:"rows"`
	Checksum       string `json:"checksum"` // of all rows, in whatever order
	TargetRows     int64  `json:"target_rows"`
	TargetChecksum string `json:"target_checksum"`
	Equal          bool   `json:"equal"`
	// Cleaned counts the rows with bytes that are zero or no UTF-8, which not every
	// store can hold: they were taken out.
	Cleaned int64 `json:"rows_cleaned,omitempty"`
}

// MismatchError says that the target did not read back what the source gave.
// Nothing was copied then.
type MismatchError struct{ Tables []string }

func (e *MismatchError) Error() string {
	return "the copy is not equal to the source in " + strings.Join(e.Tables, ", ") + "; nothing was copied"
}

// progressRows is how often progress is told.
const progressRows = 20_000

// Copy moves everything from one store to another that is empty, reads it back
// there and compares rows and checksums, all in one transaction of the target:
// after an error it is as empty as before. Memory does not grow with the stores.
// progress may be nil. A *MismatchError comes with the report.
func Copy(ctx context.Context, from Source, to Target, progress func(Progress)) (r Report, err error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	err = from.Snapshot(ctx, func(source Snapshot) error {
		return to.Fill(ctx, func(target Filler) error {
			r = Report{} // a store may try again
			for i := range Tables {
				report, err := move(ctx, source, target, &Tables[i], progress)
				if err != nil {
					return err
				}
				r.Tables, r.Rows = append(r.Tables, report), r.Rows+report.Rows
			}
			return r.verify(ctx, target, progress)
		})
	})
	return r, err
}

// move copies a table.
func move(ctx context.Context, source Snapshot, target Filler, t *Table, progress func(Progress)) (TableReport, error) {
	var sum checksum
	var cleaned int64
	var broken error // of the source: the target may tell it as its own
	err := target.Take(ctx, t, func(yield func(Row, error) bool) {
		for row, err := range source.Rows(ctx, t) {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				if t.clean(row) {
					cleaned++
					t.forgetHash(row)
				}
				err = sum.add(t, row)
			}
			if err != nil {
				broken = err
				yield(nil, err)
				return
			}
			if sum.rows%progressRows == 0 {
				progress(Progress{Table: t.Name, Rows: sum.rows})
			}
			if !yield(row, nil) {
				return
			}
		}
	})
	if broken != nil {
		err = broken
	}
	if err != nil {
		return TableReport{}, fmt.Errorf("copy %s: %w", t.Name, err)
	}
	progress(Progress{Table: t.Name, Rows: sum.rows, Done: true})
	return TableReport{Name: t.Name, Rows: sum.rows, Checksum: sum.String(), Cleaned: cleaned}, nil
}

// forgetHash makes the target compute the hash of an input that was cleaned.
func (t *Table) forgetHash(row Row) {
	if t.Name != "source_indicators" {
		return
	}
	for i := range t.Columns {
		if t.Columns[i].Name == "input_hash" {
			row[i] = Value{Null: true}
		}
	}
}

// verify reads the target back.
func (r *Report) verify(ctx context.Context, target Filler, progress func(Progress)) error {
	var unequal []string
	for i := range r.Tables {
		t, report := &Tables[i], &r.Tables[i]
		var sum checksum
		for row, err := range target.Rows(ctx, t) {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil {
				err = sum.add(t, row)
			}
			if err != nil {
				return fmt.Errorf("read back %s: %w", t.Name, err)
			}
			if sum.rows%progressRows == 0 {
				progress(Progress{Table: t.Name, Rows: sum.rows, Verifying: true})
			}
		}
		progress(Progress{Table: t.Name, Rows: sum.rows, Verifying: true, Done: true})
		report.TargetRows, report.TargetChecksum = sum.rows, sum.String()
		if report.Equal = report.TargetRows == report.Rows && report.TargetChecksum == report.Checksum; !report.Equal {
			unequal = append(unequal, fmt.Sprintf("%s (%d rows, %d arrived)", t.Name, report.Rows, report.TargetRows))
		}
	}
	if len(unequal) > 0 {
		return &classify.TerminalError{Err: &MismatchError{Tables: unequal}}
	}
	return nil
}
