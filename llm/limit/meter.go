package limit

import "time"

// meter counts what was let through in the last seconds.
type meter struct {
	slots [meterSlots]struct {
		number int64 // of the slot of time that it holds
		calls  int
		tokens float64
	}
	first time.Time
}

const (
	meterSlot  = 125 * time.Millisecond
	meterSlots = 96 // 12 s
	meterSpan  = 10 * time.Second
)

func (m *meter) add(now time.Time, tokens float64) {
	if m.first.IsZero() {
		m.first = now
	}
	n := int64(now.Sub(m.first) / meterSlot)
	s := &m.slots[max(0, n)%meterSlots]
	if s.number != n {
		s.number, s.calls, s.tokens = n, 0, 0
	}
	s.calls++
	s.tokens += tokens
}

// rate returns calls and tokens per second over the last span, or since the first
// call if that is less.
func (m *meter) rate(now time.Time, span time.Duration) (calls, tokens float64) {
	if m.first.IsZero() {
		return 0, 0
	}
	last := int64(now.Sub(m.first) / meterSlot)
	past := last - int64(span/meterSlot)
	for i := range m.slots {
		if s := &m.slots[i]; s.number > past && s.number <= last {
			calls += float64(s.calls)
			tokens += s.tokens
		}
	}
	elapsed := min(span, max(now.Sub(m.first), time.Second)).Seconds()
	return calls / elapsed, tokens / elapsed
}
