// Package simulator is a server that speaks the wire formats of OpenAI and
// Anthropic well enough for their official clients, and answers from the
// rulebook or from labels: runs are rehearsed with it without spending, with
// the limits, the latency and the faults of a provider. Every answer of it says
// that it is a simulator, and it counts exactly what it was asked.
package simulator

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"classify"
	"classify/rulebook"
)

// Name is what the simulator calls itself in the Server header, in the
// fingerprint of its answers and, followed by a slash, before a model's name.
const Name = "classify-simulator"

// modelPrefix stands before the asked model in the answers.
const modelPrefix = "simulator/"

// Config says how the simulated providers behave. The zero value has no
// limits, no latency and no faults, and answers from the rulebook.
type Config struct {
	// RPM and TPM are requests and tokens per minute of each model; 0 is no
	// limit. OpenAI's tokens are input and output; Anthropic's are the input
	// that was not read from the prefix cache.
	RPM, TPM int
	// OTPM is the limit of output tokens per minute on the Anthropic side; 0 is
	// none.
	OTPM int
	// Announce says whether answers have rate-limit headers.
	Announce bool

	// Latency is the median of a log-normal distribution with Sigma; 0 is none.
	Latency time.Duration
	Sigma   float64
	// BatchLatency is how long a batch takes.
	BatchLatency time.Duration

	// Faults is the share of accepted requests with a fault, every kind of
	// DefaultFaults as often as the others; Fault is the share by kind, on top.
	// Together they are at most 1.
	Faults float64
	Fault  map[Fault]float64
	// Hang is how long a Timeout takes at most, and Drip how long the body of a
	// Slow one; 0 is 10 minutes and 10 seconds.
	Hang, Drip time.Duration

	// Answerer knows the answers; nil is the rulebook. Labels, which may be nil,
	// go before it.
	Answerer classify.Answerer
	Labels   *Labels
	// ErrorRate is the share of questions whose answer is valid and wrong. Which
	// they are, and what is answered, follows from question and Seed alone.
	ErrorRate float64
	Seed      uint64

	// Models are those that GET /v1/models lists; any other is answered as well.
	Models []string
	// MaxBody is the most bytes of a request for one answer, and MaxStored of
	// all files and batches together; 0 is 8 MiB and 256 MiB.
	MaxBody, MaxStored int64

	Now func() time.Time // nil: time.Now
}

// Server is the simulator. It is an http.Handler and safe for concurrent use.
type Server struct {
	c       Config
	mux     *http.ServeMux
	solver  *solver
	faults  faultTable
	gates   gates
	prefix  prefixes
	statics statics
	count   counter
	batches batchStore

	accepted atomic.Uint64 // the ordinal of a draw
	serial   atomic.Uint64 // of the ids
	closed   chan struct{}
	closing  sync.Once
}

// New returns a simulator.
func New(c Config) *Server {
	if c.Answerer == nil {
		c.Answerer = rulebook.New()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if len(c.Models) == 0 {
		c.Models = []string{"gpt-5-mini", "gpt-5-nano", "gpt-4.1-mini", "claude-haiku-4-5", "claude-sonnet-4-5"}
	}
	c.Hang = orElse(c.Hang, 10*time.Minute)
	c.Drip = orElse(c.Drip, 10*time.Second)
	c.MaxBody = orElse(c.MaxBody, 8<<20)
	c.MaxStored = orElse(c.MaxStored, 256<<20)
	s := &Server{c: c, faults: newFaultTable(c.Faults, c.Fault), closed: make(chan struct{})}
	s.solver = &solver{answerer: c.Answerer, labels: c.Labels, errorRate: c.ErrorRate, seed: c.Seed}
	s.count.reset(c.Now())
	s.routes()
	return s
}

func orElse[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

func (s *Server) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("POST /v1/chat/completions", func(w http.ResponseWriter, r *http.Request) { s.exchange(w, r, openAI{}) })
	s.mux.HandleFunc("POST /v1/messages", func(w http.ResponseWriter, r *http.Request) { s.exchange(w, r, anthropic{}) })
	s.mux.HandleFunc("GET /v1/models", s.listModels)
	s.mux.HandleFunc("GET /v1/models/{id}", s.getModel)
	s.mux.HandleFunc("POST /v1/files", s.uploadFile)
	s.mux.HandleFunc("GET /v1/files/{id}", s.getFile)
	s.mux.HandleFunc("GET /v1/files/{id}/content", s.fileContent)
	s.mux.HandleFunc("DELETE /v1/files/{id}", s.deleteFile)
	s.mux.HandleFunc("POST /v1/batches", s.createBatch)
	s.mux.HandleFunc("GET /v1/batches", s.listBatches)
	s.mux.HandleFunc("GET /v1/batches/{id}", s.getBatch)
	s.mux.HandleFunc("POST /v1/batches/{id}/cancel", s.cancelBatch)
	s.mux.HandleFunc("POST /v1/messages/batches", s.createMessageBatch)
	s.mux.HandleFunc("GET /v1/messages/batches", s.listMessageBatches)
	s.mux.HandleFunc("GET /v1/messages/batches/{id}", s.getMessageBatch)
	s.mux.HandleFunc("GET /v1/messages/batches/{id}/results", s.messageBatchResults)
	s.mux.HandleFunc("POST /v1/messages/batches/{id}/cancel", s.cancelMessageBatch)
	s.mux.HandleFunc("GET /simulator/counts", s.showCounts)
	s.mux.HandleFunc("POST /simulator/reset", func(w http.ResponseWriter, _ *http.Request) {
		s.Reset()
		w.WriteHeader(http.StatusNoContent)
	})
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.deny(w, dialectOf(r), &problem{kind: notFound, text: "Unknown request URL: " + r.Method + " " + clipped(r.URL.Path, 200)})
	})
}

// ServeHTTP answers as a provider does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", Name)
	s.mux.ServeHTTP(w, r)
}

// Close lets the requests go that are kept waiting: a Timeout ends, and a
// latency is cut short. The server can be asked no more.
func (s *Server) Close() { s.closing.Do(func() { close(s.closed) }) }

// Counts says exactly what the simulator was asked since it began, or since
// the last Reset.
func (s *Server) Counts() Counts { return s.count.snapshot() }

// Reset counts from zero. The limits, the prefix caches, the batches and the
// order of the draws stay as they are.
func (s *Server) Reset() { s.count.reset(s.c.Now()) }

func (s *Server) showCounts(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.Counts())
}
