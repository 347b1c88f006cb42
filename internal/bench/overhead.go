package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"classify"
	"classify/llm"
	"classify/llm/gateway"
	"classify/llm/limit"
	"classify/llm/prompt"
	providers "classify/llm/provider"
	"classify/sqlite"
)

func decode(text []byte, into any) error { return json.Unmarshal(text, into) }

const (
	overheadCalls  = 5_000 // in a round
	overheadRounds = 6     // the fastest counts, of both
	overheadWidth  = 32    // calls in flight
)

// overhead compares calls through the gateway with calls of the official
// client alone, against a simulator in a process of its own.
func (b *bench) overhead() error {
	url, stop, err := b.simulatorProcess()
	if err != nil {
		return err
	}
	defer stop()
	id := llm.ID{Provider: "openai", Model: testModel, BaseURL: url}
	model := providers.Open(id, providers.Options{Key: "simulated"})
	request := func(i int) prompt.Question {
		concept := fmt.Sprintf("exports of good number %d", i)
		return prompt.Family(classify.FamilyQuestion{Concept: concept, Name: concept, UnitType: classify.UnitCurrency, HasCurrency: true})
	}
	bare := func(i int) error {
		q := request(i)
		_, err := model.Ask(context.Background(), prompt.Of(q.Stage).Request([]string{q.Text}, nil))
		return err
	}
	for warm := range 100 { // connections, and what the model does not take
		_ = bare(-warm) // a request that is adapted fails, and is taken the next time
	}
	store, err := sqlite.Open(context.Background(), filepath.Join(b.dir, "overhead.db"), sqlite.Options{})
	if err != nil {
		return err
	}
	defer store.Close()
	g := gateway.New(context.Background(), gateway.Config{Model: model, Limiter: limit.New(limit.Config{}), Ledger: store, Budget: gateway.NewBudget(-1, 0), Price: modelPrice(), Priced: true})
	defer g.Close()
	through := func(i int) error {
		_, err := g.Ask(context.Background(), request(i))
		return err
	}
	// In turns, so that both meet the machine in the same moods.
	var alone, all []effort
	for round := range overheadRounds {
		one, err := work(round*overheadCalls, overheadCalls, bare)
		if err != nil {
			return err
		}
		two, err := work(round*overheadCalls, overheadCalls, through)
		if err != nil {
			return err
		}
		alone, all = append(alone, one), append(all, two)
	}
	one, two := slices.MinFunc(alone, bySeconds), slices.MinFunc(all, bySeconds)
	extra, allocations := (two.seconds-one.seconds)/overheadCalls, (two.allocations-one.allocations)/overheadCalls
	b.add(figure{
		what:   fmt.Sprintf("gateway overhead per call, zero latency, %d in flight, durable cache, ledger, validation", overheadWidth),
		wanted: "under 150 µs and 250 allocations on top of the official client",
		measured: fmt.Sprintf("%.0f µs and %.0f allocations on top of %.0f µs and %.0f", 1e6*extra, allocations, 1e6*one.seconds/overheadCalls,
			one.allocations/overheadCalls),
		reached: extra < 150e-6 && allocations < 250,
	})
	return nil
}

// effort is what some calls took.
type effort struct{ seconds, allocations float64 }

func bySeconds(a, b effort) int { return cmp.Compare(a.seconds, b.seconds) }

// work makes calls, so many at a time.
func work(from, n int, call func(i int) error) (effort, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	var next atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range overheadWidth {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := call(from + i); err != nil {
					failed.Store(&err)
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(start).Seconds()
	runtime.ReadMemStats(&after)
	if err := failed.Load(); err != nil {
		return effort{}, *err
	}
	return effort{took, float64(after.Mallocs - before.Mallocs)}, nil
}

var baseURL = regexp.MustCompile(`http://[0-9.:]+/v1`)

// simulatorProcess starts "classify simulate" without limits and latency.
func (b *bench) simulatorProcess() (url string, stop func(), err error) {
	cmd := exec.Command(b.binary, "simulate", "--addr", "127.0.0.1:0", "--rpm", "0", "--tpm", "0", "--latency", "0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() {
		_ = cmd.Process.Kill() // it has nothing to keep
		_ = cmd.Wait()
	}
	text := make([]byte, 0, 4096)
	for buffer := make([]byte, 1024); ; {
		n, err := out.Read(buffer)
		text = append(text, buffer[:n]...)
		if found := baseURL.Find(text); found != nil {
			go drainPipe(out)
			return string(found), stop, nil
		}
		if err != nil {
			stop()
			return "", nil, fmt.Errorf("the simulator did not start: %w\n%s", err, text)
		}
	}
}

// drainPipe reads what nobody needs, so that the writer is not held up.
func drainPipe(r io.Reader) { _, _ = io.Copy(io.Discard, r) }
