package sqlite

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"

	"classify"
)

// checkTime is how long each check may take; one that is not through by then is
// named in a finding.
const checkTime = 30 * time.Second

// Check reads the file for what does not fit together. Each of its checks takes
// 30 seconds at most; one that is not through by then is a finding that says so,
// and of the input hashes a sample is computed again.
func (s *Store) Check(ctx context.Context) (findings []classify.Finding, err error) {
	for _, c := range s.probes() {
		found, err := s.checkOne(ctx, &c)
		if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultCorrupt && len(findings) > 0 {
			return findings, nil // the first says that the file is damaged
		}
		if err != nil {
			return nil, err
		}
		findings = append(findings, found...)
	}
	return findings, nil
}

// probe is one of the questions that Check asks.
type probe struct {
	name string
	look func(*sqlite.Conn) ([]classify.Finding, error)
}

func (s *Store) checkOne(ctx context.Context, c *probe) (found []classify.Finding, err error) {
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	err = s.read(limited, "check store", func(conn *sqlite.Conn) error {
		return snapshot(conn, func() (err error) {
			found, err = c.look(conn)
			return err
		})
	})
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return []classify.Finding{{Check: c.name, Detail: fmt.Sprintf("not looked at in full: it takes longer than %s", checkTime),
			Remedy: "check it when nothing else reads or writes the file; SQLite's own: sqlite3 " + s.path + " 'PRAGMA integrity_check'"}}, nil
	}
	for i := range found {
		found[i].Check = c.name
	}
	return found, err
}
