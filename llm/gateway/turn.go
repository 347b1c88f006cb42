package gateway

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"

	"classify"
)

// maxStanding is how many calls stand before the limiter at once; the others
// wait for their turn.
const maxStanding = 8

// turns decides which call stands before the limiter next: that of the latest
// stage, so that indicators that were begun are finished before others begin and
// a budget buys whole answers; within a stage the first that came.
type turns struct {
	mu       sync.Mutex
	standing int
	serial   int
	waiting  line
}

// take waits for a turn; give ends it. It fails with the cause of ctx.
func (t *turns) take(ctx context.Context, stage classify.Stage) error {
	t.mu.Lock()
	if t.standing < maxStanding {
		t.standing++
		t.mu.Unlock()
		return nil
	}
	t.serial++
	w := &waiter{late: slices.Index(classify.StageNames, stage), serial: t.serial, ready: make(chan struct{})}
	heap.Push(&t.waiting, w)
	t.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		t.leave(w)
		return context.Cause(ctx)
	}
}

// leave takes a waiter out of the line, or passes the turn on that it was just
// given.
func (t *turns) leave(w *waiter) {
	t.mu.Lock()
	if w.at >= 0 {
		heap.Remove(&t.waiting, w.at)
		t.mu.Unlock()
		return
	}
	t.mu.Unlock()
	t.give()
}

// give passes the turn on.
func (t *turns) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		t.standing--
		return
	}
	close(heap.Pop(&t.waiting).(*waiter).ready)
}

// waiter is a call that waits for its turn.
type waiter struct {
	late   int // the position of its stage
	serial int
	at     int // in the heap; -1: it was given its turn
	ready  chan struct{}
}

// line is a heap of waiters, the next one first.
type line []*waiter

func (l line) Len() int { return len(l) }

func (l line) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(l[j].late, l[i].late), cmp.Compare(l[i].serial, l[j].serial)) < 0
}

func (l line) Swap(i, j int) {
	l[i], l[j] = l[j], l[i]
	l[i].at, l[j].at = i, j
}

func (l *line) Push(w any) {
	w.(*waiter).at = len(*l)
	*l = append(*l, w.(*waiter))
}

func (l *line) Pop() any {
	old := *l
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*l = old[:len(old)-1]
	w.at = -1
	return w
}
