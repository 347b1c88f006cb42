package simulator

import (
	"time"

	"classify"
)

// Bucket lets the tests draw on one limit alone.
type Bucket struct{ b bucket }

func NewBucket(perMinute int, now time.Time) *Bucket { return &Bucket{newBucket(perMinute, now)} }

// Take takes n, or says how long to wait.
func (b *Bucket) Take(now time.Time, n float64) time.Duration {
	b.b.fill(now)
	wait := b.b.wait(n)
	if wait == 0 {
		b.b.take(n)
	}
	return wait
}

// Draw is what chance decides about a request.
func (s *Server) Draw(ordinal uint64) (Fault, time.Duration) {
	d := s.draw(ordinal)
	return d.fault, d.latency
}

// Answer is what a question is answered with.
func (s *Server) Answer(stage classify.Stage, text string) string {
	return s.solver.answer(&ask{stage: stage, static: &static{stage: stage}, texts: []string{text}, ids: []questionID{idOf(stage, text)}})
}
