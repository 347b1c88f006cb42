package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"classify"
	"classify/llm/forecast"
	"classify/llm/price"
)

// expectation is what a run will ask models, and after it what it asked.
type expectation struct {
	Policy string          `json:"policy"`
	Lines  []forecast.Line `json:"expected"`
	// Minutes is how long the calls take at least; null where nothing is known of
	// the provider's limits.
	Minutes *float64 `json:"expected_minutes"`
	// Unlimited says that the limits of a model are not known yet: it takes that
	// long if there are none.
	Unlimited bool            `json:"limits_unknown,omitempty"`
	Actual    []forecast.Line `json:"actual,omitempty"`
	Took      float64         `json:"actual_minutes"` // from the first question to the last answer
	Batch     bool            `json:"batch_api,omitempty"`
}

// pace adds the time that the calls of one model take.
func (x *expectation) pace(lines []forecast.Line, p forecast.Pace, batched bool) {
	x.Batch = batched
	calls, tokens := 0, classify.Tokens{}
	for i := range lines {
		l := &lines[i]
		calls, tokens = calls+l.Calls, tokens.Add(l.Tokens)
		if d, ok := p.Duration(l.Calls, l.Tokens); ok && l.Calls > 0 && !batched {
			m := d.Minutes()
			l.Minutes = &m
		}
	}
	if batched || calls == 0 {
		return
	}
	if d, ok := p.Duration(calls, tokens); ok {
		x.Unlimited = x.Unlimited || !p.Limited()
		m := d.Minutes()
		if x.Minutes != nil {
			m = max(m, *x.Minutes) // the models answer beside each other
		}
		x.Minutes = &m
	}
}

func (x *expectation) sort() {
	slices.SortStableFunc(x.Lines, func(a, b forecast.Line) int {
		return cmp.Compare(slices.Index(classify.StageNames, a.Stage), slices.Index(classify.StageNames, b.Stage))
	})
}

// actual takes the calls of the run from the ledger.
func (x *expectation) actual(costs []classify.CostLine) {
	x.Actual = nil
	for _, c := range costs {
		model := c.Provider + "/" + c.Model
		i := slices.IndexFunc(x.Actual, func(l forecast.Line) bool { return l.Stage == c.Stage && l.Model == model })
		if i < 0 {
			i = len(x.Actual)
			x.Actual = append(x.Actual, forecast.Line{Stage: c.Stage, Model: model, Priced: true})
		}
		l := &x.Actual[i]
		l.Calls += c.Calls
		l.Questions += c.Questions
		l.Tokens = l.Tokens.Add(c.Tokens)
		l.USD += c.USD
		l.Priced = l.Priced && c.Unpriced == 0
	}
	slices.SortStableFunc(x.Actual, func(a, b forecast.Line) int {
		return cmp.Compare(slices.Index(classify.StageNames, a.Stage), slices.Index(classify.StageNames, b.Stage))
	})
}

// sum adds lines up.
func sum(lines []forecast.Line) forecast.Line {
	total := forecast.Line{Stage: "total", Priced: true}
	for _, l := range lines {
		total.Calls += l.Calls
		total.Questions += l.Questions
		total.Cached += l.Cached
		total.Tokens = total.Tokens.Add(l.Tokens)
		total.USD += l.USD
		total.Priced = total.Priced && l.Priced
	}
	return total
}

// brief is the expectation in one line, shown before the first call, with the
// addresses to which questions go.
func (x *expectation) brief(l *lineup) string {
	var models []string
	for _, id := range l.models() {
		name := id.String()
		if id.BaseURL != "" {
			name += " at " + id.BaseURL
		}
		models = append(models, name)
	}
	who := strings.Join(models, " and ")
	t := sum(x.Lines)
	if t.Calls == 0 {
		return fmt.Sprintf("%s, %s: nothing to ask, %s from the cache", who, x.Policy, counted(t.Cached, "answer"))
	}
	return fmt.Sprintf("asking %s, %s: about %s, %s tokens, %s, %s", who, x.Policy, counted(t.Calls, "call"), count(t.Tokens.Input+t.Tokens.Output), money(&t), x.minutes())
}

func (x *expectation) minutes() string {
	switch {
	case x.Batch:
		return "within the provider's batch window"
	case x.Minutes == nil:
		return "time unknown"
	}
	about := "about "
	if x.Unlimited {
		about = "limits not known yet, at least "
	}
	return about + time.Duration(*x.Minutes*float64(time.Minute)).Round(time.Second).String()
}

// minutes writes a time, as far as it is known.
func minutes(m *float64) string {
	if m == nil {
		return ""
	}
	return time.Duration(*m * float64(time.Minute)).Round(time.Second).String()
}

// money is what a line costs, as far as that is known.
func money(l *forecast.Line) string {
	if !l.Priced {
		return "price unknown"
	}
	return price.Dollars(l.USD)
}

// print shows expected and real figures side by side.
func (x *expectation) print(w io.Writer) {
	head := []string{"stage", "model", ">questions", ">cached", ">calls", ">input", ">cached in", ">output", ">cost", ">time"}
	var rows [][]string
	for _, l := range append(slices.Clone(x.Lines), sum(x.Lines)) {
		rows = append(rows, []string{string(l.Stage), l.Model, count(l.Questions), count(l.Cached), count(l.Calls),
			count(l.Tokens.Input), count(l.Tokens.Cached), count(l.Tokens.Output), money(&l), minutes(l.Minutes)})
	}
	rows[len(rows)-1][9] = minutes(x.Minutes)
	fmt.Fprintf(w, "Expected (%s, %s):\n\n", x.Policy, x.minutes())
	printTable(w, head, rows)
	if x.Policy == "cascade" {
		fmt.Fprintln(w, "\nReviews come on top where the model's answer differs from a fairly sure rule.")
	}
}

// printActual shows what each stage really took beside what was expected.
func (x *expectation) printActual(w io.Writer) {
	type both struct{ expected, actual forecast.Line }
	var order []forecast.Line
	lines := map[[2]string]*both{}
	add := func(l forecast.Line, set func(*both)) {
		key := [2]string{string(l.Stage), l.Model}
		if lines[key] == nil {
			lines[key] = &both{expected: forecast.Line{Priced: true}, actual: forecast.Line{Priced: true}}
			order = append(order, l)
		}
		set(lines[key])
	}
	for _, l := range x.Lines {
		add(l, func(b *both) { b.expected = l })
	}
	for _, l := range x.Actual {
		add(l, func(b *both) { b.actual = l })
	}
	slices.SortStableFunc(order, func(a, b forecast.Line) int {
		return cmp.Compare(slices.Index(classify.StageNames, a.Stage), slices.Index(classify.StageNames, b.Stage))
	})
	var rows [][]string
	row := func(stage, model string, e, a *forecast.Line) {
		rows = append(rows, []string{stage, model, count(e.Calls), count(a.Calls), count(e.Tokens.Input + e.Tokens.Output),
			count(a.Tokens.Input + a.Tokens.Output), money(e), money(a)})
	}
	for _, l := range order {
		b := lines[[2]string{string(l.Stage), l.Model}]
		row(string(l.Stage), l.Model, &b.expected, &b.actual)
	}
	e, a := sum(x.Lines), sum(x.Actual)
	row("total", "", &e, &a)
	fmt.Fprintf(w, "\nModels (%s), expected and real:\n\n", x.Policy)
	printTable(w, []string{"stage", "model", ">calls exp.", ">real", ">tokens exp.", ">real", ">cost exp.", ">real"}, rows)
	expected := x.minutes()
	if x.Minutes == nil && !x.Batch {
		expected = "unknown"
	}
	fmt.Fprintf(w, "\nTime expected: %s; real: %s.\n", expected, minutes(&x.Took))
}

// count writes a number with its thousands apart.
func count(n int) string { return humanize.Comma(int64(n)) }
