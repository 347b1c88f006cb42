package restate

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"classify"
)

// Key is the key of an indicator's workflow in a run, 32 letters, digits, dashes
// and underscores. It holds the run: what a run accepted twice is done once, and
// another run, forced or not, never waits for what Restate remembers of an earlier
// one. Paying twice is the answer cache's to prevent.
func Key(runID int64, w *classify.Work, logicVersion string) string {
	h := sha256.New()
	for _, part := range []string{w.ID, w.Hash, logicVersion} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part))) // a hash takes everything
		h.Write([]byte(part))
	}
	_ = binary.Write(h, binary.BigEndian, runID)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}
