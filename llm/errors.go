package llm

import (
	"fmt"
	"time"

	"classify"
)

// Class is what kind of failure a call had; it decides what is done next, and
// is the outcome that the ledger shows.
type Class string

const (
	// The call may succeed when it is repeated.
	RateLimited Class = "rate-limited" // 429: too many requests or tokens per minute
	Overloaded  Class = "overloaded"   // 529, 503: the provider has no capacity now
	Server      Class = "server-error" // any other 5xx
	Timeout     Class = "timeout"      // no whole answer in time
	Connection  Class = "connection"   // the connection was cut or refused on the way
	Malformed   Class = "malformed"    // a body that is not the provider's format

	// Adapted is a request that the server refused for a parameter, or for its way
	// of structured output, which is left out from now on: it is to be repeated at
	// once. Every model adapts a few times at most.
	Adapted Class = "adapted"

	// The answer cannot be used; asking again, with the reason, may help.
	Truncated Class = "truncated" // the answer ended at the token limit
	Refused   Class = "refused"   // the model declined to answer
	TooLarge  Class = "too-large" // a body beyond the bound

	// Nothing but a person mends it: the whole run ends.
	Auth         Class = "auth"          // no key, a wrong one, or one without the right
	Quota        Class = "quota"         // the account has no credit left
	UnknownModel Class = "unknown-model" // the provider does not have the model
	BadRequest   Class = "bad-request"   // the provider refuses the request as it is
	BadAddress   Class = "bad-address"   // nothing answers there, or not such a server
	TLS          Class = "tls"           // no trusted encrypted connection
	Unstructured Class = "unstructured"  // the model gives no structured output in any way

	// Cancelled is a call that was given up because the run ended.
	Cancelled Class = "cancelled"
)

// Passing reports whether a call may succeed when it is repeated.
func (c Class) Passing() bool {
	switch c {
	case RateLimited, Overloaded, Server, Timeout, Connection, Malformed:
		return true
	}
	return false
}

// Unusable reports whether the model answered, but not usably.
func (c Class) Unusable() bool { return c == Truncated || c == Refused || c == TooLarge }

// CallError is a failed call. Its text never holds a key.
type CallError struct {
	Class      Class
	Status     int           // of HTTP; 0: there was no answer
	RetryAfter time.Duration // as the provider asked for; 0: it did not
	Tokens     classify.Tokens
	Limits     Limits
	Model      string // as the server named itself, if it did
	RequestID  string
	Text       string // what there is of an answer, bounded
	Err        error
}

func (e *CallError) Error() string { return fmt.Sprintf("%s: %v", e.Class, e.Err) }
func (e *CallError) Unwrap() error { return e.Err }
