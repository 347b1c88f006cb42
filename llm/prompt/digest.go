package prompt

import (
	"crypto/sha256"
	"encoding/hex"

	"classify"
)

// Digest names the versions of all six prompts together, in eight hexadecimal
// digits.
func Digest() string {
	h := sha256.New()
	for _, stage := range classify.StageNames {
		h.Write([]byte(Of(stage).Version))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:4])
}
