package restate

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"classify"
)

// Key is the key of an indicator's workflow, 32 letters, digits, dashes and
// underscores. submission names the call of Engine.Run, or the batch, that hands
// the work out, and no other in the world: what one of them sends twice is done
// once, and another one, forced or not, of this store or of one that was made anew,
// never waits for what Restate remembers of an earlier one. Paying twice is the
// answer cache's to prevent.
func Key(submission string, w *classify.Work, logicVersion string) string {
	h := sha256.New()
	for _, part := range []string{submission, w.ID, w.Hash, logicVersion} {
		_ = binary.Write(h, binary.BigEndian, uint64(len(part))) // a hash takes everything
		h.Write([]byte(part))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:24])
}
