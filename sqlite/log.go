package sqlite

import (
	"os"
	"time"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

const (
	// A row of the log counts at most so many indicators, over at most so long.
	logIndicators = 1000
	logTime       = 10 * time.Second
)

// processingLog sums by stage what the commits hold. The sums are written in
// the transaction that they count, over the same rows while these are young.
type processingLog struct {
	node         string
	insert, sums *sqlite.Stmt
	single       *sqlite.Stmt

	runID   int64
	rowIDs  [6]int64 // of the rows that grow; 0: none yet
	started time.Time
	done    [6]int // indicators by stage in the rows that grow
	failed  [6]int
	pending bool // something was counted since the last write
}

func (l *processingLog) prepare(p preparer) error {
	l.node, _ = os.Hostname() // a log without the name is still a log
	return p.all(
		p.into(&l.insert, `INSERT INTO processing_log (time, run_id, stage, node, replica, indicators, failed, milliseconds)
			VALUES (?, ?, ?, ?, 'local', ?, ?, ?) RETURNING log_no`),
		p.into(&l.sums, "UPDATE processing_log SET indicators = ?, failed = ?, milliseconds = ? WHERE log_no = ?"),
		p.into(&l.single, `INSERT INTO processing_log (time, run_id, stage, node, replica, indicators, failed, milliseconds, indicator_id, outcome, reason)
			VALUES (?, ?, ?, ?, 'local', 1, ?, 0, ?, ?, ?)`),
	)
}

// count counts an answer by the stages that it reached, and writes a row of
// its own for one that failed or was escalated.
func (l *processingLog) count(a *tables.Answer, at string) error {
	if a.RunID != l.runID {
		l.forget()
		l.runID = a.RunID
	}
	for stage := range l.done {
		failedHere := a.FailedAt(stage)
		if failedHere {
			l.failed[stage]++
		}
		if failedHere || a.Reached(stage) {
			l.done[stage]++
		}
	}
	l.pending = true
	stage, reason, single := a.Logged()
	if !single {
		return nil
	}
	failed := int64(0)
	if a.Outcome == classify.Failed {
		failed = 1
	}
	st := l.single
	st.BindText(1, at)
	st.BindInt64(2, a.RunID)
	bindText(st, 3, string(stage))
	bindText(st, 4, l.node)
	st.BindInt64(5, failed)
	st.BindText(6, a.IndicatorID)
	st.BindText(7, string(a.Outcome))
	bindText(st, 8, reason)
	return run(st)
}

// write brings the rows up to what was counted.
func (l *processingLog) write(now time.Time) error {
	if !l.pending {
		return nil
	}
	if l.started.IsZero() {
		l.started = now
	}
	age := now.Sub(l.started)
	for stage := range l.done {
		if l.done[stage] == 0 {
			continue
		}
		if err := l.writeStage(stage, age); err != nil {
			return err
		}
	}
	l.pending = false
	if l.done[0] >= logIndicators || age >= logTime {
		l.forget()
	}
	return nil
}

func (l *processingLog) writeStage(stage int, age time.Duration) error {
	if id := l.rowIDs[stage]; id != 0 {
		l.sums.BindInt64(1, int64(l.done[stage]))
		l.sums.BindInt64(2, int64(l.failed[stage]))
		l.sums.BindInt64(3, age.Milliseconds())
		l.sums.BindInt64(4, id)
		return run(l.sums)
	}
	st := l.insert
	st.BindText(1, stamp(l.started))
	st.BindInt64(2, l.runID)
	st.BindText(3, string(classify.StageNames[stage]))
	bindText(st, 4, l.node)
	st.BindInt64(5, int64(l.done[stage]))
	st.BindInt64(6, int64(l.failed[stage]))
	st.BindInt64(7, age.Milliseconds())
	_, err := row(st, func() { l.rowIDs[stage] = st.ColumnInt64(0) })
	return err
}

// forget begins new rows with the next answer. After a transaction that was
// rolled back it drops what that one counted.
func (l *processingLog) forget() {
	l.rowIDs, l.done, l.failed = [6]int64{}, [6]int{}, [6]int{}
	l.started, l.pending = time.Time{}, false
}
