package gateway_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/prompt"
)

func TestWhatFailsInAPackIsAskedAlone(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		pack  string // the answer to a pack of three
		alone int    // questions that are asked once more
	}{
		"all answered":      {packed(1, 2, 3), 0},
		"one is missing":    {packed(1, 3), 1},
		"one is doubled":    {packed(1, 2, 2, 3), 1},
		"no pack at all":    {flow, 3},
		"one is impossible": {strings.Replace(packed(1, 2, 3), "physical-fundamental", "stock", 1), 1},
		"not JSON":          {"{", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t.Context(), t, &scripted{answer: func(_ int, r *llm.Request) (*llm.Response, error) {
				if texts, _ := prompt.Texts(r.User); len(texts) == 3 {
					return says(row.pack)
				}
				return says(flow)
			}}, func(c *gateway.Config) { c.Pack = 3 })
			var all sync.WaitGroup
			for i := range 3 {
				all.Go(func() {
					if a, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); err != nil || !strings.Contains(string(a.JSON), "physical-fundamental") {
						t.Errorf("%s, %v", a.JSON, err)
					}
				})
			}
			all.Wait()
			if s.model.calls() != 1+row.alone || len(s.ledger.answers) != 3 {
				t.Errorf("%d calls, %d answers", s.model.calls(), len(s.ledger.answers))
			}
		})
	}
}

// packed is the answer to a pack with these numbers.
func packed(numbers ...int) string {
	var items []string
	for _, n := range numbers {
		items = append(items, strings.Replace(flow, "{", fmt.Sprintf(`{"n":%d,`, n), 1))
	}
	return `{"answers":[` + strings.Join(items, ",") + `]}`
}

func TestASteadyStreamFillsItsPacks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &scripted{answer: func(_ int, r *llm.Request) (*llm.Response, error) {
			texts, _ := prompt.Texts(r.User)
			if len(texts) == 1 {
				return says(flow)
			}
			var numbers []int
			for i := range texts {
				numbers = append(numbers, i+1)
			}
			return says(packed(numbers...))
		}}
		s := open(t.Context(), t, m, func(c *gateway.Config) { c.Pack = 10 })
		var all sync.WaitGroup
		for i := range 300 {
			all.Go(func() {
				if _, err := s.Ask(t.Context(), about(fmt.Sprintf("concept %d", i))); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(time.Millisecond) // of the bubble's clock
		}
		all.Wait()
		if m.calls() != 30 {
			t.Errorf("%d calls for 300 questions in packs of ten", m.calls())
		}
		s.Close()
	})
}
