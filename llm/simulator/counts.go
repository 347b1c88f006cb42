package simulator

import (
	"cmp"
	"crypto/sha256"
	"slices"
	"sync"
	"time"

	"classify"
)

// Outcomes of a request beside the kinds of Fault.
const (
	Answered    = "answered"     // the whole answer was written
	Lost        = "lost"         // paid, but the client had gone before the answer
	RateLimited = "rate-limited" // refused with 429
	Rejected    = "rejected"     // refused with another 4xx
)

// Counts is what the simulator was asked. Tokens are counted as a provider
// bills them: those of errors and refused requests are not, those of answers
// that never arrived are.
type Counts struct {
	Since time.Time `json:"since"`
	// Requests are counted by endpoint, stage, model and outcome.
	Requests []RequestCount `json:"requests"`

	Accepted    int `json:"accepted"` // requests that the limits let pass
	Refused     int `json:"refused"`  // with 429 by a limit
	InFlight    int `json:"in_flight"`
	MaxInFlight int `json:"max_in_flight"`

	Paid   int             `json:"paid_calls"`
	Tokens classify.Tokens `json:"tokens"` // of the paid calls
	// Lost are the paid calls whose answer never arrived whole.
	Lost       int             `json:"lost_calls"`
	LostTokens classify.Tokens `json:"lost_tokens"`

	Questions QuestionCount `json:"questions"`
	// PerSecond are the accepted requests by second since the first of them.
	PerSecond []int `json:"per_second"`
}

// RequestCount counts the requests of one kind.
type RequestCount struct {
	Endpoint string          `json:"endpoint"` // "chat", "messages", or "batch" for what was asked in a batch
	Stage    classify.Stage  `json:"stage"`    // "" where the request is no prompt of this program
	Model    string          `json:"model"`    // as it was asked for
	Outcome  string          `json:"outcome"`
	Requests int             `json:"requests"`
	Tokens   classify.Tokens `json:"tokens"` // paid
}

// QuestionCount counts the questions in accepted requests, by stage and text.
type QuestionCount struct {
	Asked    int `json:"asked"`
	Distinct int `json:"distinct"`
	Repeated int `json:"repeated"` // Asked without the first time of each
	// AnsweredAgain are those that were asked, and paid, after an answer without
	// a fault had been written.
	AnsweredAgain int `json:"answered_again"`
}

// maxSeconds bounds the histogram: what comes after a day counts into its last
// second.
const maxSeconds = 24 * 60 * 60

type rowKey struct {
	endpoint string
	stage    classify.Stage
	model    string
	outcome  string
}

type row struct {
	requests int
	tokens   classify.Tokens
}

// questionID is a hash of stage and text.
type questionID [16]byte

func idOf(stage classify.Stage, text string) questionID {
	b := make([]byte, 0, 1024)
	b = append(append(append(b, stage...), 0), text...)
	sum := sha256.Sum256(b)
	return questionID(sum[:16])
}

// counter keeps the counts. Questions are kept as hashes.
type counter struct {
	mu       sync.Mutex
	c        Counts // without Requests
	rows     map[rowKey]*row
	known    map[questionID]bool // true: answered without a fault
	first    time.Time           // accepted
	inFlight int
}

func (c *counter) reset(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.c = Counts{Since: now, MaxInFlight: c.inFlight}
	c.rows, c.known, c.first = map[rowKey]*row{}, map[questionID]bool{}, time.Time{}
}

func (c *counter) snapshot() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.c
	all.InFlight = c.inFlight
	all.PerSecond = append([]int{}, c.c.PerSecond...)
	all.Questions.Distinct = len(c.known)
	all.Questions.Repeated = all.Questions.Asked - len(c.known)
	all.Requests = []RequestCount{}
	for k, r := range c.rows {
		all.Requests = append(all.Requests, RequestCount{k.endpoint, k.stage, k.model, k.outcome, r.requests, r.tokens})
	}
	slices.SortFunc(all.Requests, func(a, b RequestCount) int {
		return cmp.Or(cmp.Compare(a.Endpoint, b.Endpoint), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Outcome, b.Outcome))
	})
	return all
}

// begin counts an accepted request and its questions.
func (c *counter) begin(now time.Time, questions []questionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight++
	c.c.MaxInFlight = max(c.c.MaxInFlight, c.inFlight)
	c.c.Accepted++
	if c.first.IsZero() {
		c.first = now
	}
	second := max(0, min(int(now.Sub(c.first)/time.Second), maxSeconds-1))
	for len(c.c.PerSecond) <= second {
		c.c.PerSecond = append(c.c.PerSecond, 0)
	}
	c.c.PerSecond[second]++
	c.ask(questions)
}

func (c *counter) ask(questions []questionID) {
	c.c.Questions.Asked += len(questions)
	for _, q := range questions {
		answered, known := c.known[q]
		if answered {
			c.c.Questions.AnsweredAgain++
		}
		if !known {
			c.known[q] = false
		}
	}
}

// ending is how an accepted request ended.
type ending struct {
	outcome string
	tokens  classify.Tokens
	paid    bool
	arrived bool // the whole of it
}

func (c *counter) end(k rowKey, e ending, questions []questionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inFlight--
	c.settle(k, e, questions)
}

func (c *counter) settle(k rowKey, e ending, questions []questionID) {
	k.outcome = e.outcome
	r := c.row(k)
	r.requests++
	if !e.paid {
		return
	}
	r.tokens = r.tokens.Add(e.tokens)
	c.c.Paid++
	c.c.Tokens = c.c.Tokens.Add(e.tokens)
	if !e.arrived {
		c.c.Lost++
		c.c.LostTokens = c.c.LostTokens.Add(e.tokens)
	}
	if e.arrived && (e.outcome == Answered || e.outcome == string(Slow)) {
		for _, q := range questions {
			c.known[q] = true
		}
	}
}

// batched counts a request that was answered in a batch.
func (c *counter) batched(k rowKey, e ending, questions []questionID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ask(questions)
	c.settle(k, e, questions)
}

// refuse counts a request that was not accepted.
func (c *counter) refuse(k rowKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.outcome == RateLimited {
		c.c.Refused++
	}
	c.row(k).requests++
}

func (c *counter) row(k rowKey) *row {
	r, ok := c.rows[k]
	if ok {
		return r
	}
	if len(c.rows) >= maxNames {
		k.model = otherModel
		if r, ok := c.rows[k]; ok {
			return r
		}
	}
	r = &row{}
	c.rows[k] = r
	return r
}
