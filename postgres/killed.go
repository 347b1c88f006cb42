package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"classify"
)

// The states of a run that the store itself sets.
const (
	running = "running"
	killed  = "killed"
)

// bury stores how the runs ended that did not end themselves, and drops what
// they left. The caller has locked the leases.
func bury(ctx context.Context, tx pgx.Tx, leases []lease, living []int64) error {
	dead, err := column[int64](ctx, tx, "SELECT run_id FROM runs WHERE state = $1 AND NOT run_id = ANY($2)", running, noNil(living))
	if err != nil {
		return err
	}
	for _, id := range dead {
		end, counts, err := lastSigns(ctx, tx, id, leases)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE runs SET state = $2, finished_at = greatest(started_at, $3), classified = $4, escalated = $5, failed = $6 WHERE run_id = $1`,
			id, killed, end, counts[classify.Classified], counts[classify.Escalated], counts[classify.Failed]); err != nil {
			return err
		}
	}
	for i := range leases {
		if id := leases[i].runID; !slices.Contains(living, id) && !slices.Contains(dead, id) {
			dead = append(dead, id)
		}
	}
	if len(dead) == 0 {
		return nil
	}
	return endIntake(ctx, tx, dead)
}

// noNil makes an empty array of nil, which would be NULL.
func noNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// markKilled turns a run that is stored as running into a killed one, unless
// it has a lease and lives.
func markKilled(ctx context.Context, tx pgx.Tx, r *classify.Run, leases []lease, now time.Time) error {
	if i := slices.IndexFunc(leases, func(l lease) bool { return l.runID == r.ID }); i >= 0 && leases[i].alive(now) {
		return nil
	}
	end, counts, err := lastSigns(ctx, tx, r.ID, leases)
	if err != nil {
		return err
	}
	if end.Before(r.StartedAt) {
		end = r.StartedAt
	}
	r.State, r.FinishedAt, r.Result.State = killed, &end, killed
	r.Result.Classified, r.Result.Escalated, r.Result.Failed = counts[classify.Classified], counts[classify.Escalated], counts[classify.Failed]
	return nil
}

// lastSigns is the later of a run's last heartbeat and its last commit, and
// what it committed. The time is year 1 if it gave no sign at all.
func lastSigns(ctx context.Context, tx pgx.Tx, runID int64, leases []lease) (end time.Time, counts map[classify.Outcome]int, err error) {
	end = time.Time{}.UTC()
	for i := range leases {
		if leases[i].runID == runID {
			end = leases[i].heartbeat.UTC()
		}
	}
	var committed *time.Time
	if err := tx.QueryRow(ctx, `SELECT max(time + milliseconds * interval '1 millisecond') FROM processing_log
		WHERE run_id = $1 AND indicator_id IS NULL`, runID).Scan(&committed); err != nil {
		return end, nil, err
	}
	if committed != nil && committed.After(end) {
		end = committed.UTC()
	}
	counts, err = outcomes(ctx, tx, runID)
	return end, counts, err
}
