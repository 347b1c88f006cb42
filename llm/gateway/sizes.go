package gateway

import (
	"sync"

	"classify"
	"classify/llm"
)

// charsPerToken is how many bytes of English text and JSON a token takes, until
// the first answers tell it better.
const charsPerToken = 4

// firstOutput is how many tokens an answer takes, until the first ones tell.
const firstOutput = 150

// sizes learns how many tokens the calls of a stage take.
type sizes struct {
	mu      sync.Mutex
	byStage map[classify.Stage]*size
}

type size struct {
	perByte float64 // input tokens per byte
	cached  float64 // share of the input that came from the prefix cache
	output  float64 // tokens per question
}

// learning is how much the newest call weighs.
const learning = 0.1

// estimate returns what a request with n questions will probably use.
func (s *sizes) estimate(r *llm.Request, n int) classify.Tokens {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := s.of(r.Stage)
	input := float64(bytesOf(r)) * z.perByte
	return classify.Tokens{Input: int(input), Cached: int(input * z.cached), Output: int(z.output * float64(n))}
}

// AtMost is the most input tokens that a request can take. The static part is
// English and JSON, of which no tokenizer makes a token of less than two bytes on
// average; of what catalogues bring, every byte may be one.
func AtMost(r *llm.Request) int {
	static := len(r.System) + len(r.Schema.JSON)
	return static/2 + bytesOf(r) - static
}

// learn takes what a request really used into account.
func (s *sizes) learn(r *llm.Request, n int, t classify.Tokens) {
	if t.Input == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	z := s.of(r.Stage)
	z.perByte += learning * (float64(t.Input)/float64(bytesOf(r)) - z.perByte)
	z.cached += learning * (float64(t.Cached)/float64(t.Input) - z.cached)
	z.output += learning * (float64(t.Output)/float64(n) - z.output)
}

func (s *sizes) of(stage classify.Stage) *size {
	if s.byStage == nil {
		s.byStage = map[classify.Stage]*size{}
	}
	z := s.byStage[stage]
	if z == nil {
		z = &size{perByte: 1.0 / charsPerToken, output: firstOutput}
		s.byStage[stage] = z
	}
	return z
}

func bytesOf(r *llm.Request) int {
	n := len(r.System) + len(r.User) + len(r.Schema.JSON)
	if r.Repair != nil {
		n += len(r.Repair.Answer) + len(r.Repair.Reason)
	}
	return n
}
