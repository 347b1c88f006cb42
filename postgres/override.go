package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"classify"
	"classify/tables"
)

// SetOverrides sets labels of a person, all in one transaction; everything that
// was set for other fields and other indicators stays. An override with an empty
// Field takes away what its indicator had until then. A label that the taxonomy
// does not allow is an *classify.InvalidInputError, and nothing is stored. A
// stored indicator gets another input hash, so that the next run does it again;
// labels of one that is not there yet are joined when it is taken. Beside a run
// that is not shared, and of another Store, it is a *classify.LockedError.
// Without labels it does nothing.
func (s *Store) SetOverrides(ctx context.Context, labels []classify.Override) (counts classify.OverrideCounts, err error) {
	if len(labels) == 0 {
		return counts, nil
	}
	cleaned := slices.Clone(labels)
	for i := range cleaned {
		cleaned[i].IndicatorID = clean(cleaned[i].IndicatorID)
	}
	changes, err := tables.OverrideChanges(cleaned)
	if err != nil {
		return counts, err
	}
	err = s.write(ctx, "set labels in store", func(tx pgx.Tx) error {
		if err := s.mayOverride(ctx, tx); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, bringsInput); err != nil {
			return err
		}
		counts, err = setOverrides(ctx, tx, changes)
		return err
	})
	if err != nil {
		return classify.OverrideCounts{}, err
	}
	return counts, nil
}

// mayOverride refuses while another Store has a run that is not shared.
func (s *Store) mayOverride(ctx context.Context, tx pgx.Tx) error {
	leases, now, err := s.readLeases(ctx, tx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range leases {
		l := &leases[i]
		if _, own := s.runs[l.runID]; !own && !l.shared && l.alive(now) {
			return l.lockedOut(now)
		}
	}
	return nil
}

func setOverrides(ctx context.Context, tx pgx.Tx, changes []*tables.OverrideChange) (counts classify.OverrideCounts, err error) {
	counts.Indicators = len(changes)
	var ids, cleared, of, fields, values []string
	for _, c := range changes {
		ids = append(ids, c.ID)
		if c.Clear {
			cleared = append(cleared, c.ID)
		}
		for _, f := range c.Fields {
			of, fields, values = append(of, c.ID), append(fields, f), append(values, clean(c.Value[f]))
		}
	}
	counts.Labels = len(of)
	b := &pgx.Batch{}
	if len(cleared) > 0 {
		b.Queue("DELETE FROM overrides WHERE indicator_id = ANY($1)", cleared)
	}
	if len(of) > 0 {
		b.Queue(`INSERT INTO overrides (indicator_id, field, value) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
			ON CONFLICT (indicator_id, field) DO UPDATE SET value = excluded.value`, of, fields, values)
	}
	// The hashes are computed before the next plan.
	b.Queue("UPDATE source_indicators SET input_hash = NULL WHERE indicator_id = ANY($1)", ids)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return counts, err
	}
	stored, err := column[string](ctx, tx, "SELECT indicator_id FROM source_indicators WHERE indicator_id = ANY($1)", ids)
	if err != nil {
		return counts, err
	}
	known := make(map[string]bool, len(stored))
	for _, id := range stored {
		known[id] = true
	}
	for _, id := range ids {
		if !known[id] {
			if counts.Unknown++; counts.Unknown == 1 {
				counts.UnknownExample = id
			}
		}
	}
	return counts, nil
}
