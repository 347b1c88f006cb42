package anthropic_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"classify/llm"
	"classify/llm/anthropic"
)

func TestALostSubmitIsFoundAgain(t *testing.T) {
	t.Parallel()
	mine := []string{"a", "b"}
	tests := []struct {
		name    string
		arrange func(p *provider, since time.Time)
		known   []string
		wantID  string
		sure    bool
	}{
		{"it never arrived", func(*provider, time.Time) {}, nil, "", true},
		{"it has ended, and its results have the keys", func(p *provider, at time.Time) { p.add("mine", at, mine, true) }, nil, "mine", true},
		{"it has ended among others", func(p *provider, at time.Time) {
			for i := range 5 {
				p.add(fmt.Sprint("before", i), at, []string{"x", fmt.Sprint(i)}, true)
			}
			p.add("mine", at, []string{"b", "a"}, true)
			for i := range 5 {
				p.add(fmt.Sprint("after", i), at, []string{"x", fmt.Sprint(i)}, i%2 == 0)
			}
		}, []string{"after1", "after3"}, "mine", true},
		{"it has not ended: its keys are not shown yet", func(p *provider, at time.Time) { p.add("mine", at, mine, false) }, nil, "mine", false},
		{"it has not ended, and another one of its size has not", func(p *provider, at time.Time) {
			p.add("mine", at, mine, false)
			p.add("other", at, []string{"x", "y"}, false)
		}, nil, "", false},
		{"another one of its size that is known", func(p *provider, at time.Time) { p.add("other", at, []string{"x", "y"}, false) }, []string{"other"}, "", true},
		{"another one of its size that has ended", func(p *provider, at time.Time) { p.add("other", at, []string{"a", "y"}, true) }, nil, "", true},
		{"another one of another size", func(p *provider, at time.Time) { p.add("other", at, []string{"a", "b", "c"}, false) }, nil, "", true},
		{"another one of before", func(p *provider, at time.Time) { p.add("other", at.Add(-2*time.Minute), mine, false) }, nil, "", true},
		{"one whose results are gone", func(p *provider, at time.Time) {
			p.add("other", at, []string{"x", "y"}, true)
			p.batches[0].archived = true
		}, nil, "other", false},
		{"one whose results lack a key", func(p *provider, at time.Time) {
			p.add("mine", at, mine, true)
			p.batches[0].broken = true
		}, nil, "mine", false},
		{"one by a clock that is an hour behind", func(p *provider, at time.Time) {
			p.lag = time.Hour
			p.add("mine", at.Add(-time.Hour), mine, true)
		}, nil, "mine", true},
		{"one that the list shows late", func(p *provider, at time.Time) {
			p.delay = 1
			p.add("mine", at, mine, true)
		}, nil, "mine", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := provide(t)
			since := time.Now()
			tt.arrange(p, since)
			m := model(p.server, func(c *anthropic.Config) { c.Settle = 100 * time.Millisecond })
			m.Known(tt.known...)
			id, sure, err := m.Find(t.Context(), "batch-1", since, mine)
			if err != nil || id != tt.wantID || sure != tt.sure {
				t.Errorf("found %q, sure %v, %v; want %q, %v", id, sure, err, tt.wantID, tt.sure)
			}
		})
	}
}

func (p *provider) add(id string, at time.Time, keys []string, ended bool) {
	p.batches = append(p.batches, &remoteBatch{id: id, at: at, keys: keys, ended: ended})
}

func TestALostSubmitBecomesSureWhenTheBatchHasEnded(t *testing.T) {
	t.Parallel()
	p := provide(t)
	p.lose = true
	since := time.Now()
	m := model(p.server)
	if _, err := m.Submit(t.Context(), batchOf("a", "b")); refused(t, err).Class != llm.Connection {
		t.Fatal(err)
	}
	next := model(p.server) // after a restart
	if id, sure, err := next.Find(t.Context(), "batch-1", since, []string{"a", "b"}); id != "msgbatch_0" || sure || err != nil {
		t.Fatalf("found %q, sure %v, %v", id, sure, err)
	}
	p.batches[0].ended = true
	if id, sure, err := next.Find(t.Context(), "batch-1", since, []string{"a", "b"}); id != "msgbatch_0" || !sure || err != nil {
		t.Fatalf("found %q, sure %v, %v", id, sure, err)
	}
	if len(p.batches) != 1 {
		t.Errorf("%d batches", len(p.batches))
	}
}

func TestASearchThatFailsProvesNothing(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"no list": `{}`, "another JSON": `{"data":null}`, "no JSON": "hello", "an endless list": `{"data":[{"id":"x","created_at":"2999-01-01T00:00:00Z","request_counts":{"processing":9}}],"has_more":true}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) { write(w, 200, body) })
			id, sure, err := model(s).Find(t.Context(), "batch-1", time.Now(), []string{"a"})
			if sure || id != "" || err == nil && s.calls() < 50 {
				t.Errorf("found %q, sure %v, %v", id, sure, err)
			}
			if s.calls() > 1000 {
				t.Errorf("%d calls", s.calls())
			}
		})
	}
}

func TestASearchWaitsForWhatMayStillArrive(t *testing.T) {
	t.Parallel()
	p := provide(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the run ends")
	m := model(p.server, func(c *anthropic.Config) { c.Settle = time.Hour })
	done := make(chan error)
	go func() {
		_, _, err := m.Find(ctx, "batch-1", time.Now(), []string{"a"})
		done <- err
	}()
	cancel(why)
	if err := <-done; !errors.Is(err, why) {
		t.Errorf("error %v, want the cause", err)
	}
}
