package telemetry

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"

	"go.opentelemetry.io/otel/trace"
)

// seedKey is the key of the seed of a span's ids within the context of its start.
type seedKey struct{}

// spanIDs makes the ids of spans: those of a seed are the same in every process,
// others are random.
type spanIDs struct{}

// NewIDs is called for a span without a parent.
func (s spanIDs) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	var id trace.TraceID
	if seed, ok := ctx.Value(seedKey{}).(string); ok {
		sum := sha256.Sum256([]byte("trace\x00" + seed))
		copy(id[:], sum[:])
	}
	for !id.IsValid() {
		binary.LittleEndian.PutUint64(id[:8], rand.Uint64())
		binary.LittleEndian.PutUint64(id[8:], rand.Uint64())
	}
	return id, s.NewSpanID(ctx, id)
}

// NewSpanID is called for a span within a trace.
func (spanIDs) NewSpanID(ctx context.Context, in trace.TraceID) trace.SpanID {
	var id trace.SpanID
	if seed, ok := ctx.Value(seedKey{}).(string); ok {
		sum := sha256.Sum256(append(in[:], seed...))
		copy(id[:], sum[:])
	}
	for !id.IsValid() {
		binary.LittleEndian.PutUint64(id[:], rand.Uint64())
	}
	return id
}
