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
	mu   sync.Mutex
	open map[classify.Stage]*pack
}

// pack is what waits to be sent together.
type pack struct {
	flights []*flight
	timer   *time.Timer // sends it when it has waited long enough
}

// add puts a question to those that wait; a full pack is sent at once, a
// smaller one when its first question has waited long enough.
func (p *packs) add(g *Gateway, f *flight) {
	stage := f.q.Stage
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == nil {
		p.open = map[classify.Stage]*pack{}
	}
	waiting := p.open[stage]
	if waiting == nil {
		waiting = &pack{}
		waiting.timer = time.AfterFunc(gatherTime, func() { p.dispatch(g, stage, waiting) })
		p.open[stage] = waiting
	}
	if waiting.flights = append(waiting.flights, f); len(waiting.flights) >= g.Pack {
		waiting.timer.Stop()
		delete(p.open, stage)
		go g.send(prompt.Of(stage), waiting.flights)
	}
}

// dispatch sends a pack that has not become full, unless it was sent meanwhile.
func (p *packs) dispatch(g *Gateway, stage classify.Stage, waiting *pack) {
	p.mu.Lock()
	mine := p.open[stage] == waiting
	if mine {
		delete(p.open, stage)
	}
	p.mu.Unlock()
	if mine {
		g.send(prompt.Of(stage), waiting.flights)
	}
}
