package anthropic

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"classify/llm"
)

// The ways to structured output, as llm.Traits names them.
const (
	jsonSchema = "json_schema" // output_config.format
	tool       = "tool"        // a call of one tool whose input is the answer
)

// A manner is how requests are made: the way to structured output, and what is
// left out because the model refuses it. Manners compare with ==.
type manner struct {
	way     string
	without parameter
	room    int // tokens to think in, where thinking cannot be switched off; 0: llm.ReasoningRoom
}

// A parameter is something that a request may do without; they add up as bits.
type parameter uint

const (
	temperature  parameter = 1 << iota // 0; models after Claude Opus 4.6 refuse it
	noThinking                         // thinking off: its tokens cost as much as an answer's, and some models refuse to
	betweenTools                       // what Claude Sonnet 5.5 takes in place of thinking off
	effort                             // low effort, where thinking cannot be switched off
	strict                             // the guarantee that a tool's input follows its schema
	forced                             // that the tool must be called; never together with thinking
	caching                            // the cache breakpoint, which other servers than Anthropic's may not know
)

// parameterNames are what llm.Traits remembers.
var parameterNames = []struct {
	p    parameter
	name string
}{
	{temperature, "temperature"}, {noThinking, "thinking.disabled"}, {betweenTools, "thinking.between_tools"}, {effort, "effort"},
	{strict, "strict"}, {forced, "tool_choice"}, {caching, "cache_control"},
}

func (p parameter) names() (names []string) {
	for _, n := range parameterNames {
		if p&n.p != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

func parametersOf(names []string) (p parameter) {
	for _, n := range parameterNames {
		if slices.Contains(names, n.name) {
			p |= n.p
		}
	}
	return p
}

// sends reports whether a request is made with a parameter.
func (n manner) sends(p parameter) bool {
	switch p {
	case betweenTools:
		return n.without&noThinking != 0 && n.without&betweenTools == 0
	case effort:
		return n.without&noThinking != 0 && n.without&betweenTools != 0 && n.without&effort == 0
	case strict, forced:
		return n.way == tool && n.without&p == 0
	}
	return n.without&p == 0
}

// thinks reports whether the model thinks before it answers.
func (n manner) thinks() bool { return !n.sends(noThinking) && !n.sends(betweenTools) }

func (n manner) dropping(p parameter) manner { return manner{n.way, n.without | p, n.room} }

func (n manner) byTool() manner { return manner{tool, n.without, n.room} }

// after returns the manner that a complaint of the server asks for; the same
// if it is about nothing that can be left out. The order matters: the server
// names effort where it refuses thinking off, and thinking where it refuses a
// forced tool.
func (n manner) after(complaint string) manner {
	c := strings.ToLower(complaint)
	about := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(c, w) })
	}
	switch {
	case n.sends(temperature) && about("temperature"):
		return n.dropping(temperature)
	case n.sends(forced) && about("tool_choice", "forces tool"):
		return n.dropping(forced)
	case n.sends(noThinking) && about("between_tools"):
		return n.dropping(noThinking)
	case (n.sends(noThinking) || n.sends(betweenTools)) && about("thinking"):
		return n.dropping(noThinking | betweenTools)
	case n.sends(effort) && about("effort"):
		return n.dropping(effort)
	case n.sends(caching) && about("cache_control"):
		return n.dropping(caching)
	case n.way == jsonSchema && about("output_config", "output_format", "output format", "structured output", "schema", "grammar"):
		return n.byTool()
	case n.sends(strict) && about("strict", "schema", "grammar"):
		return n.dropping(strict)
	}
	return n
}

// blindly is the next manner to try where a server that is not Anthropic's
// refuses a request without saying what for.
func (n manner) blindly() manner {
	switch {
	case n.sends(noThinking) || n.sends(betweenTools) || n.sends(effort):
		return n.dropping(noThinking | betweenTools | effort)
	case n.way == jsonSchema:
		return n.byTool()
	case n.sends(strict):
		return n.dropping(strict)
	}
	return n
}

// manner returns how a request is to be made now. What was remembered is read
// before the first.
func (m *Model) manner(ctx context.Context) manner {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.loaded || m.memory == nil {
		return m.current
	}
	t, err := m.memory.Traits(ctx, m.id)
	if err != nil && ctx.Err() != nil {
		return m.current
	}
	m.loaded = true // what cannot be read is found out again
	if err == nil && (t.Structured == jsonSchema || t.Structured == tool) {
		m.current = manner{t.Structured, parametersOf(t.Dropped), max(0, min(t.Headroom, maxRoom))}
		m.proven, m.works = m.current, true
	}
	return m.current
}

// adapt changes how requests are made after one that was made in the manner
// sent was refused, and reports whether it is worth repeating: also where
// another call has changed it meanwhile.
func (m *Model) adapt(sent manner, complaint string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.current != sent {
		return true
	}
	next := sent.after(complaint)
	if next == sent && m.id.BaseURL != "" && !(m.works && m.proven == sent) {
		next = sent.blindly()
	}
	if next == sent {
		return false
	}
	m.current, m.doubts = next, 0
	return true
}

// A suspicion is what follows from an answer that is no JSON.
type suspicion int

const (
	unsure    suspicion = iota // it may be this one answer
	adapted                    // the next request is made otherwise
	exhausted                  // there is no other way
)

// doubt counts an answer that is no JSON although structured output was asked
// for in a manner that has never worked. The second one means that the server
// takes the way of structured output and ignores it.
func (m *Model) doubt(sent manner) suspicion {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case m.current != sent:
		return adapted
	case m.works && m.proven == sent:
		return unsure
	}
	if m.doubts++; m.doubts < 2 {
		return unsure
	}
	if sent.way == tool {
		return exhausted
	}
	m.current, m.doubts = sent.byTool(), 0
	return adapted
}

// maxRoom is the most room to think that a model is given, in tokens.
const maxRoom = 16 << 10

// widen doubles the room to think after an answer that was cut off, and reports
// whether the request is worth repeating.
func (m *Model) widen(sent manner) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	room := cmp.Or(sent.room, llm.ReasoningRoom)
	switch {
	case m.current != sent:
		return true
	case room >= maxRoom:
		return false
	}
	m.current.room = min(2*room, maxRoom)
	return true
}

// prove notes that a manner brought a usable answer, and remembers it. Only
// what worked is remembered, so that a complaint misread does no lasting harm.
func (m *Model) prove(ctx context.Context, sent manner) {
	m.mu.Lock()
	m.answered = true
	known := m.works && m.proven == sent || m.current != sent
	if !known {
		m.proven, m.works, m.doubts = sent, true, 0
	}
	m.mu.Unlock()
	if known || m.memory == nil {
		return
	}
	// The answer is there: remembering it outlives the call.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	t, err := m.memory.Traits(ctx, m.id)
	if err != nil {
		return
	}
	t.Structured, t.Dropped, t.Headroom = sent.way, sent.without.names(), sent.room
	_ = m.memory.Remember(ctx, m.id, t) // what cannot be kept is found out again
}

// answeredBefore reports whether the server has given this process a usable
// answer.
func (m *Model) answeredBefore() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answered
}
