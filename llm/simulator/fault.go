package simulator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Fault is one way in which a request goes wrong.
type Fault string

const (
	ServerError Fault = "500"         // an error of the provider, not paid
	Overloaded  Fault = "529"         // the provider has no capacity, not paid
	Timeout     Fault = "timeout"     // the answer never comes
	Cut         Fault = "cut"         // the connection ends in the middle of the body
	Slow        Fault = "slow"        // the body comes in small pieces
	Malformed   Fault = "malformed"   // a body that is no JSON
	Truncated   Fault = "truncated"   // the answer ends at the token limit
	Refusal     Fault = "refusal"     // the model declines to answer
	WrongValue  Fault = "wrong-value" // a value that the schema does not have
	// WrongCount leaves out an answer of a pack; of a single answer it leaves
	// out a field or adds one.
	WrongCount Fault = "wrong-count"

	// Oversized is a body of 5 MB. It is in no default mix.
	Oversized Fault = "oversized"
	// CutSubmit cuts the connection after a batch was taken in, before the
	// answer. It is in no default mix, and touches batch submissions only.
	CutSubmit Fault = "cut-submit"
)

// DefaultFaults are the kinds among which Config.Faults is shared out.
var DefaultFaults = []Fault{ServerError, Overloaded, Timeout, Cut, Slow, Malformed, Truncated, Refusal, WrongValue, WrongCount}

// ParseFault returns the kind of that name.
func ParseFault(name string) (Fault, error) {
	f := Fault(name)
	if f == Oversized || f == CutSubmit || slices.Contains(DefaultFaults, f) {
		return f, nil
	}
	var names []string
	for _, k := range append(slices.Clone(DefaultFaults), Oversized, CutSubmit) {
		names = append(names, string(k))
	}
	return "", fmt.Errorf("%q is no kind of fault; the kinds are %s", name, strings.Join(names, ", "))
}

// Check reports a configuration that makes no sense.
func (c *Config) Check() error {
	all := c.Faults
	for kind, share := range c.Fault {
		if _, err := ParseFault(string(kind)); err != nil {
			return err
		}
		if !(share >= 0 && share <= 1) {
			return fmt.Errorf("%v is no share of faults of kind %s: it is from 0 to 1", share, kind)
		}
		if kind != CutSubmit {
			all += share
		}
	}
	switch {
	case !(c.Faults >= 0 && c.Faults <= 1):
		return fmt.Errorf("%v is no share of faults: it is from 0 to 1", c.Faults)
	case all > 1+1e-9:
		return fmt.Errorf("all faults together are %.4g of the requests: more than all", all)
	case !(c.ErrorRate >= 0 && c.ErrorRate <= 1):
		return fmt.Errorf("%v is no share of wrong answers: it is from 0 to 1", c.ErrorRate)
	case c.RPM < 0 || c.TPM < 0 || c.OTPM < 0:
		return fmt.Errorf("a limit cannot be negative; 0 is none")
	case c.Latency < 0 || c.BatchLatency < 0:
		return fmt.Errorf("a latency cannot be negative; 0 is none")
	case !(c.Sigma >= 0 && c.Sigma <= 5):
		return fmt.Errorf("%v is no sigma of a latency: it is from 0 to 5", c.Sigma)
	}
	return nil
}

// faultTable holds the kinds with the upper ends of their shares.
type faultTable struct {
	kinds     []Fault
	below     []float64
	cutSubmit float64
}

func newFaultTable(even float64, byKind map[Fault]float64) faultTable {
	var t faultTable
	sum := 0.0
	for _, kind := range append(slices.Clone(DefaultFaults), Oversized) {
		share := byKind[kind]
		if kind != Oversized {
			share += even / float64(len(DefaultFaults))
		}
		if share > 0 {
			sum += share
			t.kinds, t.below = append(t.kinds, kind), append(t.below, sum)
		}
	}
	t.cutSubmit = byKind[CutSubmit]
	return t
}

// draw is what chance decides about one accepted request. It follows from the
// seed and the request's place in the order of acceptance.
type draw struct {
	fault   Fault // "" is none
	latency time.Duration
	coin    bool // for a fault with two forms
}

func (s *Server) draw(ordinal uint64) draw {
	var source rand.PCG
	source.Seed(s.c.Seed, ordinal)
	r := rand.New(&source)
	var d draw
	if len(s.faults.kinds) > 0 {
		at := r.Float64()
		for i, below := range s.faults.below {
			if at < below {
				d.fault = s.faults.kinds[i]
				break
			}
		}
	}
	d.coin = r.Uint64()&1 == 1
	if s.c.Latency > 0 {
		d.latency = time.Duration(float64(s.c.Latency) * math.Exp(s.c.Sigma*r.NormFloat64()))
	}
	return d
}

// unit is a number from 0 to 1 that follows from the seed and n.
func unit(seed, n uint64) float64 {
	var source rand.PCG
	source.Seed(seed, n)
	return rand.New(&source).Float64()
}
