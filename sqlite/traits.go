package sqlite

import (
	"context"
	"encoding/json"
	"fmt"

	"zombiezen.com/go/sqlite"

	"classify"
	"classify/tables"
)

// ModelTraits returns what SaveModelTraits stored under an id, or
// classify.ErrNotFound.
func (s *Store) ModelTraits(ctx context.Context, id string) (traits json.RawMessage, err error) {
	err = s.read(ctx, "read the traits of a model in store", func(conn *sqlite.Conn) error {
		st, err := conn.Prepare("SELECT traits FROM model_traits WHERE model_id = ?")
		if err != nil {
			return err
		}
		st.BindText(1, id)
		found, err := row(st, func() { traits = columnJSON(st, 0) })
		if err == nil && !found {
			err = fmt.Errorf("traits of model %q: %w", id, classify.ErrNotFound)
		}
		return err
	})
	return traits, err
}

// SaveModelTraits remembers what was found out about a model and its server,
// in the place of what was known. What is not JSON is a
// *classify.InvalidInputError.
func (s *Store) SaveModelTraits(ctx context.Context, id string, traits json.RawMessage) error {
	if err := tables.CheckTraits(id, traits); err != nil {
		return err
	}
	err := s.write(ctx, func(w *writer) error {
		return w.execute("INSERT OR REPLACE INTO model_traits (model_id, traits, saved_at) VALUES (?, ?, ?)", id, string(traits), stamp(w.now()))
	})
	return fault("save the traits of a model in store", s.path, err)
}
