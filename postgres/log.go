package postgres

import (
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

const (
	// A row of the log counts at most so many indicators, over at most so long.
	logIndicators = 1000
	logTime       = 10 * time.Second
)

// processingLog sums by stage what the commits of this process hold. The sums
// are written in the transaction that they count, over the same rows while these
// are young.
type processingLog struct {
	runID   int64
	rowIDs  [6]int64 // of the rows that grow; 0: none yet
	started time.Time
	done    [6]int // indicators by stage in the rows that grow
	failed  [6]int
}

// replica names this process in the log.
var replica = strconv.Itoa(os.Getpid())

// countedLogs adds answers to the logs of their runs. It changes none of those
// that it was given: their transaction may be repeated.
func countedLogs(before map[int64]*processingLog, answers []*tables.Answer) map[int64]*processingLog {
	after := map[int64]*processingLog{}
	for _, a := range answers {
		l := after[a.RunID]
		if l == nil {
			l = &processingLog{runID: a.RunID, started: a.At}
			if old := before[a.RunID]; old != nil && old.done[0] < logIndicators && a.At.Sub(old.started) < logTime {
				*l = *old
			}
			after[a.RunID] = l
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
	}
	return after
}

// queue brings the rows up to what was counted.
func (l *processingLog) queue(b *pgx.Batch, node string, at time.Time) {
	age := at.Sub(l.started).Milliseconds()
	for stage := range l.done {
		switch {
		case l.done[stage] == 0:
		case l.rowIDs[stage] != 0:
			b.Queue("UPDATE processing_log SET indicators = $3, failed = $4, milliseconds = $5 WHERE log_no = $1 AND time = $2",
				l.rowIDs[stage], l.started, l.done[stage], l.failed[stage], age)
		default:
			b.Queue(`INSERT INTO processing_log (time, run_id, stage, node, replica, indicators, failed, milliseconds)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING log_no`,
				l.started, l.runID, string(classify.StageNames[stage]), node, replica, l.done[stage], l.failed[stage], age).
				QueryRow(func(row pgx.Row) error { return row.Scan(&l.rowIDs[stage]) })
		}
	}
}

// queueSingles adds a row for each answer that failed or was escalated.
func queueSingles(b *pgx.Batch, node string, answers []*tables.Answer, at time.Time) {
	var single struct {
		runs                          []int64
		stages, ids, outcomes, reason []string
		failed                        []int64
	}
	for _, a := range answers {
		stage, reason, ok := a.Logged()
		if !ok {
			continue
		}
		failed := int64(0)
		if a.Outcome == classify.Failed {
			failed = 1
		}
		single.runs, single.failed = append(single.runs, a.RunID), append(single.failed, failed)
		single.stages, single.ids = append(single.stages, string(stage)), append(single.ids, clean(a.IndicatorID))
		single.outcomes, single.reason = append(single.outcomes, string(a.Outcome)), append(single.reason, clean(reason))
	}
	if len(single.ids) == 0 {
		return
	}
	b.Queue(`INSERT INTO processing_log (time, run_id, stage, node, replica, indicators, failed, milliseconds, indicator_id, outcome, reason)
		SELECT $1, run, nullif(stage, ''), $2, $3, 1, failed, 0, id, outcome, nullif(reason, '')
		FROM unnest($4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::text[]) AS u(run, stage, failed, id, outcome, reason)`,
		at, node, replica, single.runs, single.stages, single.failed, single.ids, single.outcomes, single.reason)
}
