package main

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	bar "charm.land/bubbles/v2/progress"
	tea "charm.land/bubbletea/v2"

	"classify"
	"classify/intake"
	"classify/progress"
	"classify/restate"
)

// view shows a run while it goes on: redrawn on a terminal, a plain line every
// few seconds elsewhere.
type view struct {
	progress *progress.Counts
	source   func() (read, total int64) // bytes of the catalogue; total is 0 where nobody knows
	intake   atomic.Pointer[intake.Counts]
	began    atomic.Pointer[time.Time]      // when classifying began; nil while reading
	models   atomic.Pointer[asking]         // nil offline
	cluster  atomic.Pointer[restate.Engine] // nil unless a cluster does the work
	handed   atomic.Pointer[string]         // the last batch that a node accepted
	said     atomic.Pointer[string]         // what the run is about to ask; nil offline
	plain    io.Writer                      // where lines go; nil where the terminal is redrawn, or nothing is shown
	rate     rateMeter
	done     chan struct{} // closed to stop
	ended    chan struct{} // closed when nothing is written any more
}

// startView begins to show a run on w; nothing is shown if quiet.
func startView(w io.Writer, p *progress.Counts, source func() (read, total int64), quiet bool, every time.Duration) *view {
	v := &view{progress: p, source: source, done: make(chan struct{}), ended: make(chan struct{})}
	switch {
	case quiet || every <= 0:
		close(v.ended)
	case isTerminal(w):
		go v.redraw(w)
	default:
		v.plain = w
		go v.lines(w, every)
	}
	return v
}

func (v *view) reading(c intake.Counts) { v.intake.Store(&c) }

func (v *view) classifying() {
	now := time.Now()
	v.began.Store(&now)
}

// say shows one line about the run.
func (v *view) say(line string) {
	v.said.Store(&line)
	if v.plain != nil {
		fmt.Fprintln(v.plain, line)
	}
}

// node shows what happens between the run and a node: batches as they come on a
// terminal, what fails everywhere.
func (v *view) node(e restate.Event, batches int) {
	line := eventLine(e, batches)
	v.handed.Store(&line)
	if v.plain != nil && e.Batch == 0 {
		fmt.Fprintln(v.plain, line)
	}
}

// asking shows also how models are asked.
func (v *view) asking(a *asking) { v.models.Store(a) }

// stop ends the view and waits until it has let go of the terminal.
func (v *view) stop() {
	close(v.done)
	<-v.ended
}

func (v *view) lines(w io.Writer, every time.Duration) {
	defer close(v.ended)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-v.done:
			return
		case now := <-tick.C:
			fmt.Fprintln(w, v.line(now))
		}
	}
}

// line is the state of the run in one line.
func (v *view) line(now time.Time) string {
	if v.began.Load() == nil {
		return v.readingLine()
	}
	s := v.progress.Snapshot()
	rate := v.pace(now, s.Done())
	line := fmt.Sprintf("classifying: %d of %d (%.0f %%), %.0f per second, %s left, %d escalated, %d failed",
		s.Done(), s.Total, 100*share(s.Done(), s.Total), rate, v.left(now, s.Total-s.Done(), rate),
		s.Outcomes[classify.Escalated], s.Outcomes[classify.Failed])
	if a := v.models.Load(); a != nil {
		line += "; " + a.state()
	}
	if e := v.cluster.Load(); e != nil {
		line += "; " + joined(e.States())
	}
	return line
}

func (v *view) readingLine() string {
	var c intake.Counts
	if p := v.intake.Load(); p != nil {
		c = *p
	}
	line := fmt.Sprintf("reading: %s, %d accepted, %d rejected", counted(c.Read, "row"), c.Accepted, c.Rejected)
	if read, total := v.source(); total > 0 {
		line += fmt.Sprintf(" (%.0f %%)", 100*min(1, float64(read)/float64(total)))
	}
	return line
}

// pace is the rate over the last seconds, or since classifying began.
func (v *view) pace(now time.Time, done int) float64 {
	if len(v.rate.times) == 0 {
		v.rate.add(*v.began.Load(), 0)
	}
	return v.rate.add(now, done)
}

// redraw shows the live view. The terminal stays in its mode and Ctrl-C goes
// where it always goes.
func (v *view) redraw(w io.Writer) {
	defer close(v.ended)
	p := tea.NewProgram(screen{v, bar.New(bar.WithDefaultBlend(), bar.WithWidth(44))},
		tea.WithOutput(w), tea.WithInput(nil), tea.WithoutSignalHandler())
	go func() {
		<-v.done
		p.Quit()
	}()
	if _, err := p.Run(); err != nil {
		fmt.Fprintf(w, "progress: %v\n", err)
	}
}

type screen struct {
	*view
	bar bar.Model
}

type tickMsg time.Time

const frame = 100 * time.Millisecond

func nextFrame() tea.Cmd { return tea.Tick(frame, func(t time.Time) tea.Msg { return tickMsg(t) }) }

// left is how long the rest will take. Where models answer, their calls say it
// better than the indicators, which end all at once.
func (v *view) left(now time.Time, indicators int, rate float64) string {
	a := v.models.Load()
	if a == nil || a.batchAPI || a.calls() >= a.expected {
		return eta(indicators, rate)
	}
	// The first answers are too few to tell a pace.
	const enough = 20
	if a.calls() < enough {
		return "?"
	}
	return "about " + eta(a.expected-a.calls(), float64(a.calls())/now.Sub(*v.began.Load()).Seconds())
}

func (s screen) Init() tea.Cmd { return nextFrame() }

func (s screen) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tickMsg); ok {
		return s, nextFrame()
	}
	return s, nil
}

func (s screen) View() tea.View {
	if s.began.Load() == nil {
		return tea.NewView(s.readingLine() + "\n")
	}
	return tea.NewView(s.funnel())
}

// funnel is the bar, the rate, and how many indicators each stage answered.
func (s screen) funnel() string {
	var b strings.Builder
	if said := s.said.Load(); said != nil {
		fmt.Fprintf(&b, "%s\n\n", *said)
	}
	snap := s.progress.Snapshot()
	rate := s.pace(time.Now(), snap.Done())
	fmt.Fprintf(&b, "%s  %d of %d  %.0f/s  %s left\n\n", s.bar.ViewAs(share(snap.Done(), snap.Total)),
		snap.Done(), snap.Total, rate, s.left(time.Now(), snap.Total-snap.Done(), rate))
	for _, stage := range classify.StageNames {
		n := snap.Stages[stage]
		fmt.Fprintf(&b, "  %-20s %9d  %s\n", stage, n, strings.Repeat("▪", int(30*share(n, snap.Total)+0.5)))
	}
	fmt.Fprintf(&b, "\n  classified %d   escalated %d   failed %d   low confidence %d\n",
		snap.Outcomes[classify.Classified], snap.Outcomes[classify.Escalated], snap.Outcomes[classify.Failed], snap.Low)
	if a := s.models.Load(); a != nil {
		fmt.Fprintf(&b, "  %s\n", a.state())
	}
	if e := s.cluster.Load(); e != nil {
		fmt.Fprintln(&b)
		for _, line := range nodeLines(e.States()) {
			fmt.Fprintf(&b, "  %s\n", line)
		}
		if last := s.handed.Load(); last != nil {
			fmt.Fprintf(&b, "  %s\n", *last)
		}
	}
	return b.String()
}

func share(n, total int) float64 {
	if total == 0 {
		return 0
	}
	return float64(n) / float64(total)
}

func eta(left int, rate float64) string {
	if rate <= 0 {
		return "?"
	}
	return time.Duration(float64(left) / rate * float64(time.Second)).Round(time.Second).String()
}

// rateMeter is the rate over the last seconds. Its methods are called from
// one goroutine.
type rateMeter struct {
	times []time.Time
	done  []int
}

const rateWindow = 5 * time.Second

// add notes how many are done now and returns the rate per second.
func (m *rateMeter) add(now time.Time, done int) float64 {
	m.times, m.done = append(m.times, now), append(m.done, done)
	for len(m.times) > 2 && now.Sub(m.times[1]) >= rateWindow {
		m.times, m.done = m.times[1:], m.done[1:]
	}
	elapsed := now.Sub(m.times[0]).Seconds()
	if elapsed <= 0 {
		return 0
	}
	return float64(done-m.done[0]) / elapsed
}
