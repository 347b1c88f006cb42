// Package intake takes a catalogue into a store: every row that was read is
// accepted, a duplicate or rejected, and nothing disappears in silence.
package intake

import (
	"context"
	"fmt"
	"iter"

	"golang.org/x/sync/errgroup"

	"classify"
	"classify/catalogue"
)

// batchRows is how many rows share one transaction.
const batchRows = 500

// batchBytes ends a batch early where the rows are large: a few batches are in
// memory at once.
const batchBytes = 16 << 20

// Intake takes files into a store for one run.
type Intake struct {
	Store   classify.RunStore
	RunID   int64
	Rejects Rejects
	// Observe is called after each batch with the counts so far; may be nil.
	Observe func(Counts)
}

// Rejects takes the rows that cannot be used.
type Rejects interface {
	Write(catalogue.Reject) error
}

// Counts reconciles an intake: Read = Accepted + Duplicates + Rejected, and
// Accepted = New + Changed + Unchanged.
type Counts struct {
	Read       int `json:"rows_read"`
	Accepted   int `json:"rows_accepted"`
	New        int `json:"new"`
	Changed    int `json:"changed"`
	Unchanged  int `json:"unchanged"`
	Duplicates int `json:"rows_duplicate"`
	Rejected   int `json:"rows_rejected"`
	// SetAside counts points that are no observation, in accepted rows.
	SetAside int `json:"points_set_aside"`
}

// ValueCounts reconciles a file of values: Read = Kept + Empty + Rejected.
type ValueCounts struct {
	Read     int `json:"values_read"`
	Kept     int `json:"values_kept"`
	Empty    int `json:"values_empty"` // rows whose value the source left open
	Rejected int `json:"values_rejected"`
}

// Catalogue stores the rows of a catalogue. Reading and storing go on at the
// same time. On an error the counts tell how far it came.
func (in *Intake) Catalogue(ctx context.Context, rows iter.Seq2[catalogue.Row, error]) (Counts, error) {
	var c Counts
	err := batches(ctx, rows, (*catalogue.Row).Size, func(ctx context.Context, b []catalogue.Row) error {
		if err := in.take(ctx, b, &c); err != nil {
			return err
		}
		if in.Observe != nil {
			in.Observe(c)
		}
		return nil
	})
	return c, err
}

// Values stages the rows of long files of values; Catalogue joins them
// afterwards.
func (in *Intake) Values(ctx context.Context, rows iter.Seq2[catalogue.ValueRow, error]) (ValueCounts, error) {
	var c ValueCounts
	small := func(*catalogue.ValueRow) int { return 0 }
	err := batches(ctx, rows, small, func(ctx context.Context, b []catalogue.ValueRow) error {
		values := make([]classify.DatedValue, 0, len(b))
		for _, r := range b {
			c.Read++
			switch {
			case r.Reject != nil:
			case r.Empty:
				c.Empty++
				continue
			default:
				values = append(values, r.DatedValue)
				continue
			}
			c.Rejected++
			if err := in.Rejects.Write(*r.Reject); err != nil {
				return err
			}
		}
		if err := in.Store.StageValues(ctx, in.RunID, values); err != nil {
			return fmt.Errorf("store values: %w", err)
		}
		c.Kept += len(values)
		return nil
	})
	return c, err
}

// batches cuts rows into batches and hands them to use, while the next batch
// is already being read.
func batches[T any](ctx context.Context, rows iter.Seq2[T, error], size func(*T) int, use func(context.Context, []T) error) error {
	g, ctx := errgroup.WithContext(ctx)
	ready := make(chan []T, 2)
	g.Go(func() error {
		defer close(ready)
		return gather(ctx, rows, size, ready)
	})
	g.Go(func() error {
		for b := range ready {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err := use(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

func gather[T any](ctx context.Context, rows iter.Seq2[T, error], size func(*T) int, ready chan<- []T) error {
	b := make([]T, 0, batchRows)
	bytes := 0
	send := func() error {
		select {
		case ready <- b:
			b, bytes = make([]T, 0, batchRows), 0
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		b = append(b, row)
		if bytes += size(&row); len(b) == batchRows || bytes >= batchBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if len(b) == 0 {
		return nil
	}
	return send()
}

func (in *Intake) take(ctx context.Context, b []catalogue.Row, c *Counts) error {
	rows := make([]classify.SourceRow, 0, len(b))
	for i := range b {
		if b[i].Reject == nil {
			rows = append(rows, b[i].SourceRow)
		}
	}
	taken, err := in.Store.Take(ctx, in.RunID, rows)
	if err == nil && len(taken) != len(rows) {
		err = fmt.Errorf("of %d rows %d were answered", len(rows), len(taken))
	}
	if err != nil {
		return fmt.Errorf("store catalogue rows: %w", err)
	}
	for i := range b {
		c.Read++ // with what became of it: a batch that was broken off counts as not read
		reject := b[i].Reject
		if reject == nil {
			reject = c.count(&b[i], taken[0])
			taken = taken[1:]
		}
		if reject == nil {
			continue
		}
		c.Rejected++
		if err := in.Rejects.Write(*reject); err != nil {
			return err
		}
	}
	return nil
}

// count counts what the store made of a row; a conflict becomes a reject.
func (c *Counts) count(r *catalogue.Row, t classify.Taken) *catalogue.Reject {
	switch t.Kind {
	case classify.TakenDuplicate:
		c.Duplicates++
		return nil
	case classify.TakenConflict:
		reject := r.Rejected(fmt.Sprintf("id %q stands in %q line %d with other content; the first one is kept",
			r.Indicator.ID, t.FirstFile, t.FirstLine))
		return &reject
	case classify.TakenNew:
		c.New++
	case classify.TakenChanged:
		c.Changed++
	case classify.TakenUnchanged:
		c.Unchanged++
	}
	c.Accepted++
	c.SetAside += r.Indicator.SetAside
	return nil
}
