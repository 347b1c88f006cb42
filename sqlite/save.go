package sqlite

import (
	"context"
	"time"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// Save stores the rows of one indicator and returns when they are on the disk.
// Calls from many goroutines share a commit; a caller that is alone does not
// wait for others. It fails with a *classify.LockedError when another run has
// taken the store over. When ctx ends it returns its cause at once, also where
// the disk or another program keeps the commit waiting; the answer may become
// durable after that.
func (s *Store) Save(ctx context.Context, runID int64, c classify.Classification) error {
	a, err := tables.NewAnswer(runID, c)
	if err != nil {
		return err
	}
	err = s.enqueue(ctx, ctx.Done(), job{entry: (*savedAnswer)(a), done: make(chan error, 1)})
	return fault("save to store", s.path, err)
}

// answerStatements store an answer in each table, or take away what an
// earlier one had there.
type answerStatements struct {
	insert, remove []*sqlite.Stmt // by table
	history        *sqlite.Stmt
}

func (a *answerStatements) prepare(p preparer) error {
	a.insert, a.remove = make([]*sqlite.Stmt, len(tables.Answers)), make([]*sqlite.Stmt, len(tables.Answers))
	for i := range tables.Answers {
		if err := p.all(
			p.into(&a.insert[i], insertInto(&tables.Answers[i])),
			p.into(&a.remove[i], "DELETE FROM "+tables.Answers[i].Name+" WHERE indicator_id = ?"),
		); err != nil {
			return err
		}
	}
	return p.into(&a.history, `INSERT OR REPLACE INTO classification_history
		(indicator_id, run_id, outcome, review_status, overall_confidence, logic_version, input_hash, classified_at, labels, answer)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
}

// savedAnswer is an answer on its way into the file.
type savedAnswer tables.Answer

func (a *savedAnswer) order() string { return a.IndicatorID }

// store writes all rows of an answer in the running transaction.
func (a *savedAnswer) store(w *writer, at time.Time) error {
	if err := w.holds(a.RunID); err != nil {
		return err
	}
	answer := (*tables.Answer)(a)
	answer.At = at
	for i := range tables.Answers {
		if tables.Answers[i].Has(answer) {
			continue
		}
		st := w.answers.remove[i]
		st.BindText(1, a.IndicatorID)
		if err := run(st); err != nil {
			return err
		}
	}
	if err := w.insertAnswer(answer); err != nil {
		return err
	}
	return w.log.count(answer, w.stamp(at))
}

// insertAnswer inserts the rows that an answer has, or replaces them.
func (w *writer) insertAnswer(a *tables.Answer) error {
	for i := range tables.Answers {
		t := &tables.Answers[i]
		if !t.Has(a) {
			continue
		}
		st := w.answers.insert[i]
		for k := range t.Columns {
			w.bindColumn(st, k+1, &t.Columns[k], a)
		}
		if err := run(st); err != nil {
			return err
		}
	}
	st := w.answers.history
	st.BindText(1, a.IndicatorID)
	st.BindInt64(2, a.RunID)
	st.BindText(3, string(a.Outcome))
	bindText(st, 4, string(a.ReviewStatus))
	st.BindFloat(5, a.OverallConfidence)
	bindText(st, 6, a.LogicVersion)
	bindText(st, 7, a.InputHash)
	st.BindText(8, w.stamp(a.At))
	st.BindText(9, a.PastLabels)
	st.BindText(10, a.PastRest)
	return run(st)
}
