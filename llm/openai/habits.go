package openai

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"time"

	"classify/llm"
)

// The ways in which a server gives structured output, best first.
const (
	jsonSchema = "json_schema"
	jsonObject = "json_object"
	tool       = "tool"
	freeText   = "text"
)

var ladder = []string{jsonSchema, jsonObject, tool, freeText}

// below is the next way down; "" below the last.
func below(structured string) string {
	if i := slices.Index(ladder, structured); i+1 < len(ladder) {
		return ladder[i+1]
	}
	return ""
}

// A way is how one request is put.
type way struct {
	structured string
	confirmed  bool // the server has given an answer in this way
	dropped    []string
	headroom   int // tokens
}

func (w way) sends(parameter string) bool { return !slices.Contains(w.dropped, parameter) }

// habits are what a model was found to need. Many calls are under way while
// something is found out: each change names the way that the call took, and
// has no effect if another call has changed it by then.
type habits struct {
	id     llm.ID
	memory llm.Memory
	strict bool

	mu     sync.Mutex // guards what follows
	loaded bool
	now    way
	misses int // answers without an object on the last rung

	keeping sync.Mutex // one writer to the memory at a time
}

// reasoning names the models of OpenAI that think before they answer, which
// takes tokens out of the same allowance.
var reasoning = regexp.MustCompile(`^(o[1-9]|gpt-([5-9]|[1-9][0-9]))`)

// Headroom for reasoning, in tokens: where it begins, and where it ends.
const (
	firstHeadroom = 4096
	lastHeadroom  = 65536
)

// way returns how the next request is put.
func (h *habits) way(ctx context.Context) way {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.loaded {
		return h.now
	}
	h.now.structured = jsonSchema
	if h.strict && reasoning.MatchString(h.id.Model) {
		h.now.headroom = firstHeadroom
	}
	if h.memory != nil {
		t, err := h.memory.Traits(ctx, h.id)
		if err != nil {
			// A memory that does not work is done without; only a call that was
			// given up leaves the reading to the next.
			h.loaded = ctx.Err() == nil
			return h.now
		}
		if slices.Contains(ladder, t.Structured) && !h.strict {
			h.now.structured, h.now.confirmed = t.Structured, true
		}
		h.now.dropped = slices.Clone(t.Dropped)
		h.now.headroom = max(h.now.headroom, min(t.Headroom, lastHeadroom))
	}
	h.loaded = true
	return h.now
}

// drop leaves out a parameter from now on.
func (h *habits) drop(ctx context.Context, parameter string) {
	h.change(ctx, func() bool {
		if !h.now.sends(parameter) {
			return false
		}
		// A new slice: ways that were given out keep theirs.
		h.now.dropped = append(slices.Clone(h.now.dropped), parameter)
		return true
	})
}

// descend goes one way down from the one that a call took, and reports whether
// there is one.
func (h *habits) descend(ctx context.Context, taken way) bool {
	next := below(taken.structured)
	if h.strict || next == "" {
		return false
	}
	h.change(ctx, func() bool {
		if h.now.structured != taken.structured {
			return false
		}
		remembered := h.now.confirmed
		h.now.structured, h.now.confirmed, h.misses = next, false, 0
		return remembered
	})
	return true
}

// confirm keeps the way that brought an answer.
func (h *habits) confirm(ctx context.Context, taken way) {
	if taken.confirmed || h.strict {
		return
	}
	h.change(ctx, func() bool {
		if h.now.structured != taken.structured || h.now.confirmed {
			return false
		}
		h.now.confirmed, h.misses = true, 0
		return true
	})
}

// missed counts the answers that hold no object on the last rung.
func (h *habits) missed() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.misses++
	return h.misses
}

// widen gives the model's reasoning more tokens than the call gave it.
func (h *habits) widen(ctx context.Context, taken way) {
	h.change(ctx, func() bool {
		next := min(max(firstHeadroom, 4*taken.headroom), lastHeadroom)
		if next <= h.now.headroom {
			return false
		}
		h.now.headroom = next
		return true
	})
}

// change makes a change, and remembers it if it reports true.
func (h *habits) change(ctx context.Context, f func() bool) {
	h.mu.Lock()
	changed := f()
	h.mu.Unlock()
	if !changed || h.memory == nil {
		return
	}
	h.keeping.Lock()
	defer h.keeping.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	t, err := h.memory.Traits(ctx, h.id) // its limits are not ours
	if err != nil {
		return // found out again by the next process
	}
	h.mu.Lock()
	t.Structured, t.Dropped, t.Headroom = "", h.now.dropped, h.now.headroom
	if h.now.confirmed {
		t.Structured = h.now.structured
	}
	h.mu.Unlock()
	_ = h.memory.Remember(ctx, h.id, t) // likewise
}
