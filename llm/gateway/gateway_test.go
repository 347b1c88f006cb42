package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/limit"
	"classify/llm/price"
	"classify/llm/prompt"
	"classify/sqlite"
)

// scripted is a model that answers as a function says.
type scripted struct {
	mu     sync.Mutex
	asked  []*llm.Request
	answer func(n int, r *llm.Request) (*llm.Response, error) // n counts from 1
	hold   chan struct{}                                      // if set, every call waits until it is closed
	// boundless is a model that takes no bound on its answers.
	boundless bool
}

func (*scripted) ID() llm.ID { return llm.ID{Provider: "openai", Model: "gpt-test"} }

func (m *scripted) MaxTokens(r *llm.Request) int {
	if m.boundless {
		return 0
	}
	return r.MaxOutput + llm.ReasoningRoom
}

func (m *scripted) Ask(ctx context.Context, r *llm.Request) (*llm.Response, error) {
	m.mu.Lock()
	m.asked = append(m.asked, r)
	n := len(m.asked)
	m.mu.Unlock()
	if m.hold != nil {
		select {
		case <-m.hold:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
	return m.answer(n, r)
}

func (m *scripted) calls() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.asked)
}

const flow = `{"reason":"it arises during a period","family":"physical-fundamental","confidence":0.9}`

func says(text string) (*llm.Response, error) {
	return &llm.Response{Text: text, Model: "gpt-test-2026", Tokens: classify.Tokens{Input: 1000, Output: 50}}, nil
}

func always(text string) func(int, *llm.Request) (*llm.Response, error) {
	return func(int, *llm.Request) (*llm.Response, error) { return says(text) }
}

func fails(class llm.Class) (*llm.Response, error) {
	return nil, &llm.CallError{Class: class, Err: errors.New("so it goes")}
}

// about is a question about a family that nobody has asked.
func about(concept string) prompt.Question {
	return prompt.Family(classify.FamilyQuestion{Concept: concept, Name: concept, UnitType: classify.UnitCurrency, HasCurrency: true})
}

// cost of a call of the scripted model: 1000 tokens in, 50 out.
const cost = 0.0011

var priced = price.Model{Input: 1, Output: 2}

// ledger is what calls and answers are kept in, without a disk.
type ledger struct {
	mu      sync.Mutex
	calls   []classify.Call
	answers map[string]classify.CachedAnswer
}

func (l *ledger) CachedAnswer(_ context.Context, key string) (classify.CachedAnswer, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a, ok := l.answers[key]; ok {
		return a, nil
	}
	return classify.CachedAnswer{}, classify.ErrNotFound
}

func (l *ledger) RecordCall(_ context.Context, c classify.Call, answers []classify.CachedAnswer) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, c)
	for _, a := range answers {
		if l.answers == nil {
			l.answers = map[string]classify.CachedAnswer{}
		}
		l.answers[a.Key] = a
	}
	return nil
}

// stored is how many answers there are.
func (l *ledger) stored() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.answers)
}

// outcomes are those of the calls, in their order.
func (l *ledger) outcomes() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, c := range l.calls {
		all = append(all, string(c.Outcome))
	}
	return strings.Join(all, " ")
}

type setup struct {
	*gateway.Gateway
	model  *scripted
	ledger *ledger
	budget *gateway.Budget
}

func openLimit() *limit.Limiter {
	return limit.New(limit.Config{Announced: llm.Limits{Requests: llm.Window{Limit: 6_000_000, Remaining: 6_000_000}}})
}

func open(ctx context.Context, t *testing.T, m *scripted, change ...func(*gateway.Config)) setup {
	t.Helper()
	l, budget := &ledger{}, gateway.NewBudget(-1, 0)
	c := gateway.Config{Model: m, Limiter: limit.New(limit.Config{}), Ledger: l, Budget: budget, RunID: 7, Price: priced, Priced: true}
	for _, f := range change {
		f(&c)
	}
	g := gateway.New(ctx, c)
	t.Cleanup(g.Close)
	return setup{g, m, l, c.Budget}
}

func TestAQuestionInFlightIsAskedOnceAndTheAnswerIsDurableBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	store, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	m := &scripted{answer: always(flow), hold: make(chan struct{})}
	s := open(t.Context(), t, m, func(c *gateway.Config) { c.Ledger = store })
	var all sync.WaitGroup
	for range 150 {
		all.Go(func() {
			a, err := s.Ask(t.Context(), about("exports"))
			if err != nil || string(a.JSON) != flow || a.Model != "gpt-test-2026" || a.Prompt != prompt.Of(classify.StageFamily).Version {
				t.Errorf("%+v, %v", a, err)
				return
			}
			if _, err := store.CachedAnswer(t.Context(), about("exports").Key(m.ID())); err != nil {
				t.Errorf("the answer was used before it was stored: %v", err)
			}
		})
	}
	close(m.hold)
	all.Wait()
	again := open(t.Context(), t, m, func(c *gateway.Config) { c.Ledger = store })
	if _, err := again.Ask(t.Context(), about("exports")); err != nil || m.calls() != 1 {
		t.Errorf("%d calls, %v", m.calls(), err)
	}
	lines, err := store.Costs(t.Context(), 7)
	if err != nil || len(lines) != 1 || lines[0].Calls != 1 || lines[0].Tokens.Input != 1000 || fmt.Sprintf("%.6f", lines[0].USD) != fmt.Sprintf("%.6f", cost) {
		t.Errorf("ledger %+v, %v", lines, err)
	}
}

func TestAnAnswerThatCannotBeUsedIsAskedAgainOnceWithTheReason(t *testing.T) {
	t.Parallel()
	wrong := strings.Replace(flow, "physical-fundamental", "stock", 1)
	for name, row := range map[string]struct {
		first, second string
		unusable      bool
		outcomes      string
	}{
		"mended":      {wrong, flow, false, "invalid answered"},
		"never right": {wrong, wrong, true, "invalid invalid"},
		"not JSON":    {"Certainly! Here is", flow, false, "invalid answered"},
		"too much":    {flow + flow, flow, false, "invalid answered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t.Context(), t, &scripted{answer: func(n int, r *llm.Request) (*llm.Response, error) {
				if n == 1 {
					return says(row.first)
				}
				if r.Repair == nil || r.Repair.Answer != row.first || r.Repair.Reason == "" {
					t.Errorf("repair %+v", r.Repair)
				}
				return says(row.second)
			}})
			var unusable *gateway.UnusableError
			for range 3 { // what is unusable is not asked for again and again
				_, err := s.Ask(t.Context(), about("exports"))
				if errors.As(err, &unusable) != row.unusable || err != nil && !row.unusable {
					t.Errorf("error %v", err)
				}
			}
			if s.ledger.outcomes() != row.outcomes {
				t.Errorf("outcomes %s", s.ledger.outcomes())
			}
			if stored := len(s.ledger.answers); (stored == 0) != row.unusable {
				t.Errorf("%d answers stored", stored)
			}
		})
	}
}

func TestFaultsOfTheProviderAreRepeated(t *testing.T) {
	t.Parallel()
	for class, repeated := range map[llm.Class]bool{
		llm.RateLimited: true, llm.Overloaded: true, llm.Server: true, llm.Timeout: true, llm.Connection: true, llm.Malformed: true,
		llm.Adapted: true, llm.Truncated: true, llm.Refused: true, llm.TooLarge: true,
		llm.Auth: false, llm.Quota: false, llm.UnknownModel: false, llm.BadRequest: false, llm.BadAddress: false, llm.TLS: false, llm.Unstructured: false,
	} {
		t.Run(string(class), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := open(t.Context(), t, &scripted{answer: func(n int, _ *llm.Request) (*llm.Response, error) {
					if n == 1 {
						return fails(class)
					}
					return says(flow)
				}})
				_, err := s.Ask(t.Context(), about("exports"))
				var terminal *classify.TerminalError
				if (err == nil) != repeated || errors.As(err, &terminal) == repeated {
					t.Errorf("error %v", err)
				}
				if want := map[bool]string{true: string(class) + " answered", false: string(class)}[repeated]; s.ledger.outcomes() != want {
					t.Errorf("outcomes %s, want %s", s.ledger.outcomes(), want)
				}
				if !repeated {
					before := s.model.calls()
					if _, err := s.Ask(t.Context(), about("imports")); !errors.As(err, &terminal) || s.model.calls() != before {
						t.Errorf("after the end: %d calls, %v", s.model.calls()-before, err)
					}
				}
				s.Close()
			})
		})
	}
}

func TestAProviderThatNeverAnsweredStopsTheRunWithinSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := open(t.Context(), t, &scripted{answer: func(int, *llm.Request) (*llm.Response, error) { return fails(llm.Connection) }})
		_, err := s.Ask(t.Context(), about("exports"))
		var terminal *classify.TerminalError
		if !errors.As(err, &terminal) || time.Since(began) > 5*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		s.Close()
	})
}

func TestManyQuestionsToAProviderThatNeverAnswersStopTheRunWithinSecondsToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		s := open(t.Context(), t, &scripted{answer: func(int, *llm.Request) (*llm.Response, error) { return fails(llm.Connection) }})
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() {
				var terminal *classify.TerminalError
				if _, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); !errors.As(err, &terminal) {
					t.Errorf("error %v", err)
				}
			})
		}
		all.Wait()
		if took := time.Since(began); took > 5*time.Second || s.model.calls() > 10 {
			t.Errorf("%d calls in %s", s.model.calls(), took)
		}
		s.Close()
	})
}

func TestTheFirstCallOfAStageGoesAheadAloneWhereThePrefixIsCached(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &scripted{answer: always(flow), hold: make(chan struct{})}
		s := open(t.Context(), t, m, func(c *gateway.Config) {
			c.Limiter = limit.New(limit.Config{Announced: llm.Limits{Requests: llm.Window{Limit: 60_000, Remaining: 60_000}}})
			c.Price.MinPrefix = 1024
		})
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				if _, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if m.calls() != 1 {
			t.Errorf("%d calls before the first was answered", m.calls())
		}
		close(m.hold)
		all.Wait()
		if m.calls() != 20 {
			t.Errorf("%d calls", m.calls())
		}
		s.Close()
	})
}

func TestOneQuestionThatTheProviderRefusesEndsTheOthersNot(t *testing.T) {
	t.Parallel()
	s := open(t.Context(), t, &scripted{answer: func(_ int, r *llm.Request) (*llm.Response, error) {
		if strings.Contains(r.User, "imports") {
			return fails(llm.BadRequest)
		}
		return says(flow)
	}})
	var terminal *classify.TerminalError
	for _, concept := range []string{"exports", "imports", "debt", "imports", "rainfall"} {
		_, err := s.Ask(t.Context(), about(concept))
		if (err != nil) != (concept == "imports") || errors.As(err, &terminal) {
			t.Errorf("%s: %v", concept, err)
		}
	}
}

func TestOneQuestionThatAlwaysFailsEndsTheOthersNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := open(t.Context(), t, &scripted{answer: func(_ int, r *llm.Request) (*llm.Response, error) {
			if strings.Contains(r.User, "imports") {
				return fails(llm.Malformed)
			}
			return says(flow)
		}})
		if _, err := s.Ask(t.Context(), about("exports")); err != nil {
			t.Fatal(err)
		}
		_, err := s.Ask(t.Context(), about("imports"))
		var terminal *classify.TerminalError
		if err == nil || errors.As(err, &terminal) {
			t.Errorf("error %v", err)
		}
		if _, err := s.Ask(t.Context(), about("debt")); err != nil {
			t.Error(err)
		}
		s.Close()
	})
}
