package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"classify"
	"classify/cluster"
)

// Outcome is what came of a scenario.
type Outcome struct {
	Scenario   string
	Seed       uint64
	Indicators int
	Completed  int           // committed by the run
	Lost       int           // not committed by it
	Calls      int           // questions that the model was asked
	Duplicated int           // of them, those that it had been asked before
	InFlight   int           // the most questions that were open at once
	Stall      time.Duration // the longest time without a newly committed indicator
	Took       time.Duration
	Err        error  `json:"-"`          // what is not as it has to be
	Broken     string `json:",omitempty"` // its text
	Unmended   bool   // the cluster does not work any more
}

const (
	// longest is how long a scenario may take.
	longest = 6 * time.Minute
	// look is how often the store is asked how far the run is.
	look = 100 * time.Millisecond
)

// Run plays a scenario under load, and reconciles what came of it. Afterwards the
// cluster is made whole again.
func (f *Field) Run(ctx context.Context, s Scenario, seed uint64) Outcome {
	o := Outcome{Scenario: s.Name, Seed: seed, Indicators: s.Indicators}
	ctx, stop := context.WithTimeout(ctx, longest)
	defer stop()
	l, err := f.begin(ctx, s)
	if err == nil {
		name := fnv.New64a()
		name.Write([]byte(s.Name))
		chance := rand.New(rand.NewPCG(seed, name.Sum64()))
		err = l.disturbed(ctx, s, chance)
		o.Stall, o.Took = l.stall, time.Since(l.began)
		err = errors.Join(err, f.reconcile(ctx, s, l, &o))
	}
	if mendErr := f.mend(ctx); mendErr != nil {
		err, o.Unmended = errors.Join(err, fmt.Errorf("the cluster does not work again: %w", mendErr)), true
	}
	if o.Err = err; err != nil {
		o.Broken = err.Error()
	}
	return o
}

// load is a run that classifies on the cluster.
type load struct {
	*Field
	run  int64
	size int
	// expected are the answers of an undisturbed run, by indicator.
	expected map[string]classify.Classification
	client   *exec.Cmd
	out      bytes.Buffer
	ended    chan error
	began    time.Time

	committed int
	last      time.Time     // when committed grew
	stall     time.Duration // between two times at which it did
}

// begin starts a run on indicators that are new to the cluster.
func (f *Field) begin(ctx context.Context, s Scenario) (*load, error) {
	path, err := f.catalogue(s.Indicators)
	if err != nil {
		return nil, err
	}
	expected, err := f.undisturbed(ctx, path)
	if err != nil {
		return nil, err
	}
	before, err := f.newest(ctx)
	if err != nil {
		return nil, err
	}
	f.model.Reset()
	l := &load{Field: f, size: s.Indicators, expected: expected, ended: make(chan error, 1), began: time.Now()}
	l.client = f.command(ctx, "run", path, "--engine=restate", "--nodes="+strings.Join(f.Cluster.Topology.Ingresses(), ","), "--in-flight="+strconv.Itoa(s.InFlight), "--quiet", "--json")
	l.client.Stdout, l.client.Stderr = &l.out, &l.out
	if err := l.client.Start(); err != nil {
		return nil, err
	}
	go func() { l.ended <- l.client.Wait() }()
	err = l.until(ctx, func() (bool, error) {
		newest, err := f.newest(ctx)
		if newest > before {
			l.run = newest
		}
		return l.run > 0, err
	})
	return l, err
}

// newest is the number of the run that began last.
func (f *Field) newest(ctx context.Context) (int64, error) {
	runs, err := f.store.Runs(ctx, 1)
	if err != nil || len(runs) == 0 {
		return 0, err
	}
	return runs[0].ID, nil
}

// until asks again and again, and counts how far the run is, until it is so or the
// client has ended. What the store does not answer while it is away is no error.
func (l *load) until(ctx context.Context, so func() (bool, error)) error {
	again := time.NewTicker(look)
	defer again.Stop()
	for {
		l.count(ctx)
		if done, err := so(); done {
			return nil
		} else if err != nil && ctx.Err() != nil {
			return err
		}
		select {
		case <-again.C:
		case err := <-l.ended:
			l.ended <- err
			l.count(ctx)
			return nil
		case <-ctx.Done():
			return fmt.Errorf("%d of %d are committed: %w", l.committed, l.size, context.Cause(ctx))
		}
	}
}

// count notes how much the run has committed.
func (l *load) count(ctx context.Context) {
	if l.run == 0 {
		return
	}
	ctx, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	outcomes, err := l.store.RunOutcomes(ctx, l.run)
	if err != nil {
		return // the next look will tell
	}
	n, now := 0, time.Now()
	for _, k := range outcomes {
		n += k
	}
	if n > l.committed {
		if l.committed > 0 {
			l.stall = max(l.stall, now.Sub(l.last))
		}
		l.committed, l.last = n, now
	}
}

// disturbed lets the scenario strike in the middle of the run, and waits until both
// are over.
func (l *load) disturbed(ctx context.Context, s Scenario, chance *rand.Rand) error {
	from := 1 + int((0.1+0.3*chance.Float64())*float64(l.size))
	if err := l.until(ctx, func() (bool, error) { return l.committed >= from, nil }); err != nil {
		return err
	}
	if l.committed < from || l.committed == l.size {
		return errors.Join(errors.New("the run was over before anything was disturbed"), l.exit())
	}
	struck := make(chan error, 1)
	go func() { struck <- s.Strike(ctx, l.Field, chance) }()
	err := l.until(ctx, func() (bool, error) { return false, nil })
	return errors.Join(err, s.named(<-struck), l.exit())
}

// exit is how the client ended.
func (l *load) exit() error {
	if err := <-l.ended; err != nil {
		return fmt.Errorf("the run: %w\n%s", err, l.out.String())
	}
	return nil
}

// reconcile compares what is there with what has to be: every indicator was
// classified once by the run, with the answer of the undisturbed one, and the model
// was asked no more often again than questions were open.
func (f *Field) reconcile(ctx context.Context, s Scenario, l *load, o *Outcome) error {
	outcomes, err := f.store.RunOutcomes(ctx, l.run)
	if err != nil {
		return err
	}
	for _, k := range outcomes {
		o.Completed += k
	}
	o.Lost = s.Indicators - o.Completed
	c := f.model.Counts()
	o.Calls, o.Duplicated, o.InFlight = c.Questions.Asked, c.Questions.Repeated, c.MaxInFlight
	var wrong []error
	if o.Lost != 0 {
		wrong = append(wrong, fmt.Errorf("%d of %d indicators were not classified by the run", o.Lost, s.Indicators))
	}
	if o.Calls == 0 {
		wrong = append(wrong, errors.New("the model was not asked"))
	}
	if o.Duplicated > o.InFlight {
		wrong = append(wrong, fmt.Errorf("%d questions were asked again; at most %d were open at once", o.Duplicated, o.InFlight))
	}
	if s.Stall > 0 && o.Stall > s.Stall {
		wrong = append(wrong, fmt.Errorf("nothing was committed for %s; at most %s is allowed", o.Stall, s.Stall))
	}
	return errors.Join(append(wrong, l.compare(ctx))...)
}

// compare compares the answers of the run with those of the undisturbed one.
func (l *load) compare(ctx context.Context) error {
	same, first := 0, error(nil)
	for s, err := range l.store.Classifications(ctx, nil) {
		if err != nil {
			return err
		}
		if s.RunID != l.run {
			continue
		}
		if diff := cmp.Diff(l.expected[s.IndicatorID], answer(s), cmpopts.EquateEmpty()); diff == "" {
			same++
		} else if first == nil {
			first = fmt.Errorf("the answer of %s is not that of an undisturbed run (-), but (+):\n%s", s.IndicatorID, diff)
		}
	}
	if first == nil && same != l.size {
		first = fmt.Errorf("%d of %d current answers are those of the run", same, l.size)
	}
	return first
}

// mend makes the cluster whole again: all processes live, and every partition has a
// leader.
func (f *Field) mend(ctx context.Context) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
	defer stop()
	if err := f.Cluster.Up(ctx); err != nil {
		return err
	}
	var s cluster.Status
	return wait(ctx, func() error {
		if s = f.Cluster.Status(ctx); !s.Works() {
			return fmt.Errorf("%+v", s)
		}
		for _, m := range s.Members {
			if m.State != "alive" {
				return fmt.Errorf("%s is %s", m.Name, m.State)
			}
		}
		return nil
	})
}

// wait tries something again until it succeeds or ctx ends, and returns the last
// error then.
func wait(ctx context.Context, try func() error) error {
	again := time.NewTicker(200 * time.Millisecond)
	defer again.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
}
