package llm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"classify"
)

// TraitStore keeps traits as JSON; a classify.ModelStore is one.
type TraitStore interface {
	ModelTraits(ctx context.Context, id string) (json.RawMessage, error)
	SaveModelTraits(ctx context.Context, id string, traits json.RawMessage) error
}

// MemoryIn keeps traits in a store, under provider, model and address.
func MemoryIn(s TraitStore) Memory { return stored{s} }

type stored struct{ store TraitStore }

func (m stored) Traits(ctx context.Context, id ID) (Traits, error) {
	var t Traits
	text, err := m.store.ModelTraits(ctx, traitKey(id))
	switch {
	case errors.Is(err, classify.ErrNotFound):
		return t, nil
	case err != nil:
		return t, fmt.Errorf("what is known of %s: %w", id, err)
	}
	if json.Unmarshal(text, &t) != nil {
		return Traits{}, nil // of another version of the program: it is found out again
	}
	return t, nil
}

func (m stored) Remember(ctx context.Context, id ID, t Traits) error {
	text, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("remember what is known of %s: %w", id, err)
	}
	return m.store.SaveModelTraits(ctx, traitKey(id), text)
}

func traitKey(id ID) string { return id.String() + " " + id.BaseURL }
