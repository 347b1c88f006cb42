package sqlite

import (
	"context"

	"zombiezen.com/go/sqlite"

	"classify"
)

// Save stores the rows of one indicator and returns when they are on the disk.
// Calls from many goroutines share a commit; a caller that is alone does not
// wait for others. It fails with a *classify.LockedError when another run has
// taken the store over. When ctx ends it returns its cause at once, also where
// the disk or another program keeps the commit waiting; the answer may become
// durable after that.
func (s *Store) Save(ctx context.Context, runID int64, c classify.Classification) error {
	a, err := newAnswer(runID, c)
	if err != nil {
		return err
	}
	err = s.enqueue(ctx, ctx.Done(), job{entry: a, done: make(chan error, 1)})
	return fault("save to store", s.path, err)
}

// answerStatements store an answer in each table, or take away what an
// earlier one had there.
type answerStatements struct {
	insert, remove []*sqlite.Stmt // by table
	history        *sqlite.Stmt
}

func (a *answerStatements) prepare(p preparer) error {
	a.insert, a.remove = make([]*sqlite.Stmt, len(tables)), make([]*sqlite.Stmt, len(tables))
	for i := range tables {
		if err := p.all(
			p.into(&a.insert[i], tables[i].insert()),
			p.into(&a.remove[i], "DELETE FROM "+tables[i].name+" WHERE indicator_id = ?"),
		); err != nil {
			return err
		}
	}
	return p.into(&a.history, `INSERT OR REPLACE INTO classification_history
		(indicator_id, run_id, outcome, review_status, overall_confidence, logic_version, input_hash, classified_at, labels, answer)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
}

func (a *answer) order() string { return a.IndicatorID }

// store writes all rows of an answer in the running transaction.
func (a *answer) store(w *writer, at string) error {
	if err := w.holds(a.runID); err != nil {
		return err
	}
	a.at = at
	for i := range tables {
		if tables[i].has(a) {
			continue
		}
		st := w.answers.remove[i]
		st.BindText(1, a.IndicatorID)
		if err := run(st); err != nil {
			return err
		}
	}
	if err := w.insertAnswer(a); err != nil {
		return err
	}
	return w.log.count(a)
}

// insertAnswer inserts the rows that an answer has, or replaces them.
func (w *writer) insertAnswer(a *answer) error {
	for i := range tables {
		t := &tables[i]
		if !t.has(a) {
			continue
		}
		st := w.answers.insert[i]
		for k := range t.columns {
			t.columns[k].bind(st, k+1, a)
		}
		if err := run(st); err != nil {
			return err
		}
	}
	st := w.answers.history
	st.BindText(1, a.IndicatorID)
	st.BindInt64(2, a.runID)
	st.BindText(3, string(a.Outcome))
	bindText(st, 4, string(a.ReviewStatus))
	st.BindFloat(5, a.OverallConfidence)
	bindText(st, 6, a.LogicVersion)
	bindText(st, 7, a.InputHash)
	st.BindText(8, a.at)
	st.BindText(9, a.labels)
	st.BindText(10, a.rest)
	return run(st)
}
