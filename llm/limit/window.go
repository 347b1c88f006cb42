package limit

import (
	"math"
	"time"
)

// window is how many calls may be under way. It starts at one, grows with every
// answer at first, then by steps, and only as long as more calls at a time bring
// more answers per second: a local server with four slots answers no faster when
// forty are waiting for it, it only runs into time-outs. It shrinks by a factor
// when the provider is overloaded.
type window struct {
	size  float64
	limit float64

	phase  phase
	stop   float64 // where the first growth ends; 0: nowhere
	ref    float64 // the size that is known to be worth it
	rate   float64 // answers per second at ref
	top    float64 // of this climb
	trying trial
	hold   int // rounds left to stay
	stay   int // rounds to stay after the next trial that failed

	round    round
	before   round // the last one of the first growth
	quickest round // that of the first growth with the least latency

	quickestRate float64 // answers per second in it

	crowded bool // the first growth ended because calls only waited longer

	strain float64   // share of calls that met an overloaded provider, fading
	cut    time.Time // when it was last shrunk
}

// phase is what the window is doing.
type phase int

const (
	growing   phase = iota // by one with every answer: doubles with every round
	settling               // a round for the calls of another size to pass
	measuring              // answers per second at this size
	holding                // stays
	climbing               // by steps to top
)

// trial is what is being measured.
type trial int

const (
	reference trial = iota // the size itself
	more                   // whether a larger one brings more
	fewer                  // whether a smaller one brings as much
	recovery               // nothing: the way back after an overload
)

// round is a number of answers.
type round struct {
	start   time.Time
	size    float64 // of the window when it began
	n, full int     // answers, and those with a full window
	latency time.Duration
}

func (r round) perSecond(now time.Time) float64 {
	return float64(r.n) / max(now.Sub(r.start).Seconds(), 1e-6)
}

func (r round) mean() time.Duration { return r.latency / time.Duration(max(1, r.n)) }

const (
	rememberedWindow = 8  // to begin with, where limits are remembered
	afterFirst       = 6  // after the first answer
	afterAnnounced   = 16 // the same, where it announced limits

	leastRound   = 4  // answers
	measureRound = 32 // answers: the mean of so many is right within about a tenth
	quick        = 50 * time.Millisecond

	growthWorth = 1.7 // by which a round of the first growth has to bring more, if it takes longer

	climb      = 1.5  // a trial of more ends at so many times ref
	worthMore  = 1.2  // and has to bring so many times the answers
	ease       = 0.75 // a trial of fewer is at this part of ref
	worthLess  = 0.92 // and has to bring this part of the answers
	fewEnough  = 4    // calls: fewer are not tried
	firstHold  = 4    // rounds
	longHold   = 64
	strainGain = 1.0 / 16
)

func newWindow(limit int) window {
	return window{size: 1, limit: float64(limit), stay: firstHold}
}

// calls is how many may be under way.
func (w *window) calls() int { return max(1, int(w.size)) }

// nearly is from how many calls under way on the window is what limits them.
func (w *window) nearly() int { return max(1, int(0.8*w.size)) }

// open ends the time with one call alone. rate is that of an announced or set
// limit in calls per second, 0 if there is none.
func (w *window) open(rate float64, latency time.Duration) {
	size := float64(afterFirst)
	if rate > 0 {
		size = max(afterAnnounced, 2*rate*latency.Seconds())
	}
	w.size = min(w.limit, max(w.size, size))
}

// answered takes note of an answer; full is whether the window was what limited
// the calls, and left how many are still under way.
func (w *window) answered(now time.Time, latency time.Duration, left int, full bool) {
	w.strain -= strainGain * w.strain
	if w.round.start.IsZero() {
		w.begin(now)
		return
	}
	w.round.n++
	w.round.latency += latency
	if full {
		w.round.full++
		if w.phase == growing && !w.hesitates() {
			w.grow(1)
		}
	}
	least := leastRound
	if w.phase == measuring {
		least = measureRound
	}
	if w.phase == settling && left > w.calls() {
		return
	}
	if w.round.n >= max(least, int(w.round.size)) {
		w.finish(now)
		w.begin(now)
	}
}

// hesitates reports whether answers of the first growth take much longer than
// they did: it goes on when the round has shown whether they become more.
func (w *window) hesitates() bool {
	return w.before.n > 0 && w.round.n >= leastRound && w.round.mean() > max(quick, w.quickest.mean()*3/2)
}

func (w *window) begin(now time.Time) { w.round = round{start: now, size: w.size} }

func (w *window) grow(by float64) { w.size = min(w.limit, w.size+by) }

// finish judges a round that has ended.
func (w *window) finish(now time.Time) {
	busy := w.round.full*5 >= w.round.n*4
	switch w.phase {
	case growing:
		w.finishGrowing(now, busy)
	case settling:
		w.phase = measuring
	case measuring:
		if !busy {
			w.rest(w.size, firstHold) // nothing to be learnt: something else limits the calls
			return
		}
		w.decide(w.round.perSecond(now))
	case holding:
		if busy {
			w.rate += (w.round.perSecond(now) - w.rate) / 4
		}
		w.hold--
		if w.hold <= 0 && busy {
			w.ascend(climb*w.ref, more)
		}
	case climbing:
		w.finishClimbing(busy)
	}
}

// finishGrowing ends the first growth when the answers take longer but do not
// become more, compared with the last round, or clearly with the quickest.
func (w *window) finishGrowing(now time.Time, busy bool) {
	this, mean, rate := w.round, w.round.mean(), w.round.perSecond(now)
	if w.before.n > 0 && busy && mean > quick {
		last := mean > w.before.mean()*3/2 && rate < growthWorth*w.rate
		first := mean > w.quickest.mean()*2 && rate < 0.5*w.quickestRate*this.size/w.quickest.size
		if last || first {
			w.size, w.crowded = max(1, w.quickest.size), true
			w.measure(reference)
			return
		}
	}
	if w.quickest.n == 0 || mean < w.quickest.mean() {
		w.quickest, w.quickestRate = this, rate
	}
	w.before, w.rate = this, rate
	if w.stop > 0 && w.size >= w.stop || w.size >= w.limit {
		w.measure(reference)
	}
}

func (w *window) finishClimbing(busy bool) {
	switch {
	case !busy:
		w.rest(w.size, firstHold)
	case w.size < w.top:
		w.size = min(w.top, w.size+max(1, w.ref/8))
	case w.trying == recovery:
		w.measure(reference)
	default:
		w.phase = settling
	}
}

// ascend climbs to a size, if there is room.
func (w *window) ascend(top float64, t trial) {
	w.phase, w.trying, w.top = climbing, t, min(w.limit, math.Ceil(top))
	if w.top <= w.size {
		w.rest(w.size, longHold)
	}
}

// measure finds out what the present size brings.
func (w *window) measure(t trial) {
	w.phase, w.trying = settling, t
	if t == reference {
		w.ref = w.size
	}
}

// decide keeps a size that was tried or goes back, by the answers per second
// that it brought.
func (w *window) decide(rate float64) {
	switch {
	case w.trying == more && rate >= worthMore*w.rate:
		w.ref, w.rate, w.stay = w.size, rate, firstHold
		w.ascend(climb*w.ref, more)
	case w.trying == more:
		w.descend()
	case w.trying == fewer && rate >= worthLess*w.rate:
		// The rate to keep up with stays: many small steps down are a large one.
		w.ref, w.crowded = w.size, false
		w.descend()
	case w.trying == fewer && w.crowded:
		// Fewer bring less: the growth was ended by chance.
		w.size, w.phase, w.crowded = w.ref, growing, false
		w.before, w.quickest = round{}, round{}
	case w.trying == fewer:
		w.stand()
	case w.crowded:
		w.rate = rate
		w.descend()
	default:
		w.rate = rate
		w.rest(w.size, firstHold)
	}
}

// descend tries whether fewer calls bring as much.
func (w *window) descend() {
	if w.ref <= fewEnough {
		w.crowded = false
		w.stand()
		return
	}
	w.size = math.Floor(ease * w.ref)
	w.measure(fewer)
}

// stand stays at ref after a trial that failed, longer every time.
func (w *window) stand() {
	w.rest(w.ref, w.stay)
	w.stay = min(longHold, 2*w.stay)
}

// rest stays at a size for some rounds.
func (w *window) rest(size float64, rounds int) {
	w.size, w.ref, w.phase, w.hold = size, size, holding, rounds
}

// strained takes note of a time-out or an overloaded provider. The cut grows
// with the share of calls that fail so, as in DCTCP (RFC 8257): a stray one in a
// hundred is no reason to halve. Calls sent before a cut are not another one.
func (w *window) strained(now, sent time.Time) {
	w.strain += strainGain * (1 - w.strain)
	if !sent.After(w.cut) {
		return
	}
	w.shrink(now, w.size*(1-min(0.5, 2*w.strain)))
}

// refused shrinks the window after a 429. The rate was too high, rather than the
// calls too many, so it keeps what the new rate needs.
func (w *window) refused(now time.Time, rate float64) {
	need := 2 * rate * w.seconds()
	size := max(0.7*w.size, min(w.size, need))
	if w.phase == growing {
		// How many calls the provider works on at a time is still to be found out;
		// the new rate keeps the window from filling where it need not.
		w.size = max(1, size)
		return
	}
	w.shrink(now, size)
}

// seconds is how long a call takes of late.
func (w *window) seconds() float64 {
	r := w.round
	if r.n < leastRound && w.before.n > 0 {
		r = w.before
	}
	return r.mean().Seconds()
}

func (w *window) shrink(now time.Time, size float64) {
	w.cut = now
	top := w.size
	if w.phase == climbing {
		top = max(top, min(w.top, w.limit))
	}
	w.size = max(1, size)
	w.ref = w.size
	w.ascend(top, recovery)
	w.begin(now)
}

// restart begins again after an outage, up to where it was.
func (w *window) restart() {
	if w.phase != growing {
		w.stop = max(w.ref, w.top)
	}
	w.stop = max(w.stop, w.size, afterOutage)
	w.size = min(w.limit, afterOutage)
	w.phase, w.strain = growing, 0
	w.round, w.before, w.quickest = round{}, round{}, round{}
}
