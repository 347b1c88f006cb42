package postgres

import (
	"context"
	"iter"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

const (
	// A page is what one short transaction reads: so many rows, or of about so
	// many bytes. Between pages no connection is held.
	pageRows  = 500
	pageBytes = 8 << 20
)

// Todo yields what the selection has to do, ordered by id. It holds one page at
// most and no connection while the caller works, so that it may call any method
// meanwhile, Save above all. A shared run claims the indicators of each page:
// what another shared run has in hand, or has done since, is not yielded.
func (s *Store) Todo(ctx context.Context, runID int64, sel classify.Selection) iter.Seq2[classify.Work, error] {
	return func(yield func(classify.Work, error) bool) {
		err := s.settle(ctx)
		if err != nil {
			yield(classify.Work{}, err)
			return
		}
		q, err := s.newSelection(ctx, runID, sel)
		if err != nil {
			yield(classify.Work{}, err)
			return
		}
		shared, err := s.isShared(ctx, runID)
		if err != nil {
			yield(classify.Work{}, err)
			return
		}
		for at := (place{}); !at.ended; {
			var page []sourceRow
			if shared {
				page, at, err = s.claimPage(ctx, q, at)
			} else {
				page, at, err = s.page(ctx, q, at)
			}
			if err != nil {
				yield(classify.Work{}, err)
				return
			}
			for i := range page {
				r := &page[i]
				if r.hash == "" { // it was changed since the plan
					r.hash = r.InputHash()
				}
				if !yield(classify.Work{Indicator: r.Newest(q.Samples), Hash: r.hash}, nil) {
					return
				}
			}
		}
	}
}

// place is how far a reading has come.
type place struct {
	after string // the last id that was looked at
	ended bool
	// Of a shared run: what it has claimed and not read, and whether nothing is
	// behind that.
	hand []string
	last bool
}

// isShared reports whether a run lives beside others. What is no run is not.
func (s *Store) isShared(ctx context.Context, runID int64) (shared bool, err error) {
	err = s.read(ctx, "read store", func(tx pgx.Tx) error {
		_, err := one(ctx, tx, "SELECT shared FROM lease WHERE run_id = $1", []any{runID}, &shared)
		return err
	})
	return shared, err
}

// page reads what is due from a place on.
func (s *Store) page(ctx context.Context, q *selection, at place) (page []sourceRow, next place, err error) {
	err = s.read(ctx, "read store", func(tx pgx.Tx) (err error) {
		page, next, err = q.dueFrom(ctx, tx, at)
		return err
	})
	return page, next, err
}

// dueFrom reads the rows behind a place that are due, as many as a page holds,
// and completes them.
func (q *selection) dueFrom(ctx context.Context, tx pgx.Tx, at place) (page []sourceRow, next place, err error) {
	all := join([]clause{q.all(), q.due(), q.behind(at.after)})
	return q.rows(ctx, tx, all)
}

// behind is true of the indicators behind an id.
func (q *selection) behind(id string) clause {
	c := clause{text: "s.indicator_id > $?", args: []any{id}, source: true}
	if q.Intake { // said of both, either can be the one that is walked along
		c.text, c.args = c.text+" AND i.indicator_id > $?", append(c.args, id)
	}
	return c
}

// rows reads rows in the order of their ids, as many as a page holds.
func (q *selection) rows(ctx context.Context, tx pgx.Tx, all clause) (page []sourceRow, next place, err error) {
	if err := takeIndexes(ctx, tx); err != nil {
		return nil, next, err
	}
	bytes := 0
	next.ended = true
	err = each(ctx, tx, numbered("SELECT "+columnsOf("s.")+" FROM "+q.from()+" WHERE "+all.text+" ORDER BY s.indicator_id LIMIT $?"),
		append(slices.Clone(all.args), pageRows+1), func(r pgx.Rows) error {
			if len(page) == pageRows || bytes >= pageBytes {
				next.ended = false
				return nil
			}
			var row sourceRow
			if err := scanSource(r, &row); err != nil {
				return err
			}
			for _, t := range tables.SourceTexts(&row.Indicator) {
				bytes += len(*t)
			}
			page, next.after = append(page, row), row.ID
			return nil
		})
	if err != nil || len(page) == 0 {
		return nil, next, err
	}
	return page, next, q.complete(ctx, tx, page)
}

// complete reads the newest values alone, unless hashes have to be computed:
// rows that were changed since the plan.
func (q *selection) complete(ctx context.Context, tx pgx.Tx, rows []sourceRow) error {
	if q.Samples <= 0 || slices.ContainsFunc(rows, func(r sourceRow) bool { return r.hash == "" }) {
		return complete(ctx, tx, rows, allValues)
	}
	return complete(ctx, tx, rows, newestValues, q.Samples)
}

// takeIndexes lets the database read pages by their indexes until the transaction
// ends. It has not looked at what a run has just taken in, believes that there is
// little of it, and would read and sort all of it for every page.
func takeIndexes(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
		SET LOCAL enable_hashagg = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off`)
	return err
}

// livingClaim is true of an indicator that another run has in hand.
const livingClaim = `EXISTS (SELECT 1 FROM claims k JOIN lease l ON l.run_id = k.run_id
	WHERE k.indicator_id = s.indicator_id AND k.run_id <> $? AND l.heartbeat > coalesce($?::timestamptz, clock_timestamp()) - interval '30 seconds')`

// claimPage takes what is due from a place on, and in nobody's hand.
func (s *Store) claimPage(ctx context.Context, q *selection, at place) (page []sourceRow, next place, err error) {
	if len(at.hand) == 0 {
		if at, err = s.claim(ctx, q, at); err != nil || len(at.hand) == 0 {
			at.ended = at.last
			return nil, at, err
		}
	}
	// One that was done since it was chosen is not due any more.
	mine := clause{text: "s.indicator_id = ANY($?::text[])", args: []any{at.hand}, source: true}
	if q.Intake { // said of both, either can be the one that is looked up
		mine.text, mine.args = mine.text+" AND i.indicator_id = ANY($?::text[])", append(mine.args, at.hand)
	}
	var read place
	err = s.read(ctx, "read store", func(tx pgx.Tx) (err error) {
		page, read, err = q.rows(ctx, tx, join([]clause{q.all(), q.due(), mine}))
		return err
	})
	if read.ended {
		at.hand = nil
	} else {
		n, _ := slices.BinarySearch(at.hand, read.after)
		at.hand = at.hand[n+1:]
	}
	at.ended = at.last && len(at.hand) == 0
	return page, at, err
}

// claim takes the next indicators into the hand of the run.
func (s *Store) claim(ctx context.Context, q *selection, at place) (next place, err error) {
	free := clause{text: "NOT " + livingClaim, args: []any{q.run, s.now()}, source: true}
	all := join([]clause{q.all(), q.due(), q.behind(at.after), free})
	candidates := numbered("SELECT s.indicator_id FROM " + q.from() + " WHERE " + all.text + " ORDER BY s.indicator_id LIMIT $?")
	err = s.write(ctx, "claim work in store", func(tx pgx.Tx) error {
		next = at
		if _, err := s.holds(ctx, tx, q.run); err != nil {
			return err
		}
		if err := s.freeClaims(ctx, tx); err != nil {
			return err
		}
		if err := takeIndexes(ctx, tx); err != nil {
			return err
		}
		ids, err := column[string](ctx, tx, candidates, append(slices.Clone(all.args), pageRows)...)
		if err != nil {
			return err
		}
		if next.last = len(ids) < pageRows; len(ids) == 0 {
			return nil
		}
		next.after = ids[len(ids)-1]
		next.hand, err = column[string](ctx, tx, `INSERT INTO claims (indicator_id, run_id) SELECT id, $2 FROM unnest($1::text[]) AS u(id)
			ON CONFLICT (indicator_id) DO UPDATE SET run_id = excluded.run_id WHERE claims.run_id = excluded.run_id OR NOT EXISTS (SELECT 1 FROM lease l
				WHERE l.run_id = claims.run_id AND l.heartbeat > coalesce($3::timestamptz, clock_timestamp()) - interval '30 seconds')
			RETURNING indicator_id`, ids, q.run, s.now())
		slices.Sort(next.hand)
		return err
	})
	return next, err
}

// freeClaims takes their work from runs that do not live any more.
func (s *Store) freeClaims(ctx context.Context, tx pgx.Tx) error {
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return err
	}
	var dead []int64
	for i := range leases {
		if !leases[i].alive(now) {
			dead = append(dead, leases[i].runID)
		}
	}
	if len(dead) == 0 {
		return nil
	}
	_, err = tx.Exec(ctx, "DELETE FROM claims WHERE run_id = ANY($1)", dead)
	return err
}
