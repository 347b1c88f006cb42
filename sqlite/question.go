package sqlite

import (
	"context"
	"time"
)

// ClaimQuestion reports true: nobody else asks while this process writes to the
// store, and within it the gateway asks each question once.
func (s *Store) ClaimQuestion(context.Context, string, string, time.Duration) (bool, error) {
	return true, nil
}

// ProlongQuestions does nothing: claims do not end.
func (s *Store) ProlongQuestions(context.Context, []string, string, time.Duration) error { return nil }

// ReleaseQuestion does nothing.
func (s *Store) ReleaseQuestion(context.Context, string, string) error { return nil }
