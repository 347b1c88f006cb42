package gateway

import (
	"sync"
	"time"

	"classify"
	"classify/llm/prompt"
)

// gatherTime is how long the first question of a pack waits for others. It is
// small against a call, and questions come in bursts.
const gatherTime = 25 * time.Millisecond

// packs gathers questions of the same stage.
type packs struct {
	mu      sync.Mutex
	waiting map[classify.Stage][]*flight
}

// add puts a question to those that wait; a full pack is sent at once, a
// smaller one when it has waited long enough.
func (p *packs) add(g *Gateway, f *flight) {
	stage := f.q.Stage
	p.mu.Lock()
	if p.waiting == nil {
		p.waiting = map[classify.Stage][]*flight{}
	}
	p.waiting[stage] = append(p.waiting[stage], f)
	n := len(p.waiting[stage])
	p.mu.Unlock()
	switch {
	case n == 1:
		time.AfterFunc(gatherTime, func() { p.dispatch(g, stage) })
	case n >= g.Pack:
		p.dispatch(g, stage)
	}
}

// dispatch sends what waits for a stage, in packs of the largest size.
func (p *packs) dispatch(g *Gateway, stage classify.Stage) {
	p.mu.Lock()
	all := p.waiting[stage]
	delete(p.waiting, stage)
	p.mu.Unlock()
	for len(all) > 0 {
		n := min(len(all), g.Pack)
		go g.send(prompt.Of(stage), all[:n:n])
		all = all[n:]
	}
}
