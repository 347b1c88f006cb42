package catalogue

import (
	"context"
	"io"
	"iter"
	"strings"
	"sync/atomic"

	"classify"
	"classify/series"
)

// ValueRow is one row of a long file: an observation, a date without a value,
// or a reject.
type ValueRow struct {
	classify.DatedValue
	Empty  bool // the source says that it has no value for the date
	File   string
	Line   int     // 1-based; for Parquet the row
	Reject *Reject // nil unless the row cannot be used
}

// Values reads long files of observations (id, date, value) row by row. A row
// without an id, or with a date or a value that is none, is a reject; one whose
// value is left open ("..", "n/a", nothing) is empty. An error ends the
// reading, as in Reader.Rows; every path is opened when its turn comes. The path "-" is stdin. Options.Map knows the fields indicator_id,
// date and value.
func Values(ctx context.Context, paths []string, stdin io.Reader, o Options) iter.Seq2[ValueRow, error] {
	o = o.withDefaults()
	return func(yield func(ValueRow, error) bool) {
		var read atomic.Int64
		for _, path := range paths {
			s, err := open(ctx, path, stdin, valueSynonyms, o, &read)
			if err != nil {
				yield(ValueRow{}, err)
				return
			}
			more := valuesOf(ctx, s, yield)
			if err := s.close(); err != nil && more {
				yield(ValueRow{}, fileError(path, 0, err))
				return
			}
			if !more {
				return
			}
		}
	}
}

func valuesOf(ctx context.Context, s *opened, yield func(ValueRow, error) bool) bool {
	var rec record
	lastID := ""
	for {
		err := s.table.next(&rec)
		if err == io.EOF {
			return true
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			yield(ValueRow{}, s.errorAt(rec.line, err))
			return false
		}
		row := ValueRow{File: s.name, Line: rec.line}
		if reason := s.observation(&rec, &row); reason != "" {
			row.DatedValue = classify.DatedValue{}
			row.Reject = &Reject{File: s.name, Line: rec.line, Reason: reason, Raw: cleanRaw(rec.keepRaw())}
		} else if row.IndicatorID == lastID {
			row.IndicatorID = lastID // one string for a run of rows
		} else {
			lastID = strings.Clone(row.IndicatorID)
			row.IndicatorID = lastID
		}
		if !yield(row, nil) {
			return false
		}
	}
}

// observation reads the fields of valueColumns, in their order.
func (s *opened) observation(rec *record, v *ValueRow) (reason string) {
	if rec.reject != "" {
		return rec.reject
	}
	id, date, value := s.binding.text(rec.cells, valueID), s.binding.text(rec.cells, valueDate), s.binding.text(rec.cells, valueValue)
	if id == "" {
		return "the row has no indicator_id"
	}
	var ok bool
	if v.Date, ok = series.ParseDate(date); !ok {
		return "the date " + quoted(date, 80) + " is none"
	}
	if v.Empty = missing(value); v.Empty {
		v.IndicatorID = oneLine(id)
		return ""
	}
	if v.Value, ok = series.ParseValue(value); !ok {
		return "the value " + quoted(value, 80) + " is no number"
	}
	v.IndicatorID = oneLine(id)
	return ""
}
