package storetest

import (
	"fmt"
	"slices"
	"testing"

	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"classify"
)

var selectionTests = map[string]func(*testing.T, Opener){
	"each mode does what it says":                              modes,
	"a force that was interrupted goes on where it was":        goesOn,
	"a force goes on with what an older logic answered":        upgraded,
	"a run that goes over its indicators again does each once": overAgain,
	"failed ones are done again when nothing has changed": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		s.save(Answer(Indicator(0)), failed(Indicator(1), classify.StageTime))
		s.restart()
		s.take(Catalogue(0, 2)...)
		sel := classify.Selection{Intake: true, Mode: classify.ModeChanged, LogicVersion: "logic-1"}
		same(t, "plan", s.plan(sel), classify.Plan{Selected: 2, Todo: 1, Skipped: 1, RetryFailed: 1})
		same(t, "to do", s.todoIDs(sel), []string{"IND.00001"})
	},
	"a changed row is done again": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 2)...)
		s.save(Answer(Indicator(0)), Answer(Indicator(1)))
		s.restart()
		row := Catalogue(1, 2)[0]
		row.Indicator.Values[0].Value++
		s.take(Catalogue(0, 1)[0], row)
		todo := s.todo(classify.Selection{Intake: true, Mode: classify.ModeChanged})
		same(t, "to do", todo, []classify.Indicator{row.Indicator})
		s.save(Answer(todo[0]))
		same(t, "once it is answered", s.todoIDs(classify.Selection{Intake: true, Mode: classify.ModeChanged}), []string(nil))
	},
	"the intake is what this run has read": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 4)...)
		s.restart()
		s.take(Catalogue(2, 6)...)
		same(t, "intake", s.todoIDs(classify.Selection{Intake: true, Mode: classify.ModeChanged}), []string{"IND.00002", "IND.00003", "IND.00004", "IND.00005"})
		same(t, "all", len(s.todo(classify.Selection{Mode: classify.ModeChanged})), 6)
		same(t, "plan", s.plan(classify.Selection{Intake: true, Mode: classify.ModeForce}), classify.Plan{Selected: 4, Todo: 4})
	},
	"more than a page is yielded by id while it is saved": func(t *testing.T, open Opener) {
		s := begin(t, open)
		const n = 1300
		rows := Catalogue(0, n)
		slices.Reverse(rows)
		s.take(rows...)
		var saves errgroup.Group
		saves.SetLimit(100)
		i := 0
		for w, err := range s.Todo(t.Context(), s.run, all(classify.ModeChanged)) {
			if err != nil {
				t.Fatal(err)
			}
			same(t, "indicator", w.Indicator, Indicator(i))
			saves.Go(func() error { return s.Save(t.Context(), s.run, passed(w.Indicator)) })
			i++
		}
		if err := saves.Wait(); err != nil {
			t.Fatal(err)
		}
		same(t, "yielded", i, n)
		same(t, "left", s.plan(all(classify.ModeChanged)), classify.Plan{Selected: n, Skipped: n})
	},
	"conditions choose by the current answer and the input": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 4)...)
		stock := passed(Indicator(1))
		stock.Labels.Type, stock.Labels.Prices = classify.Stock, ""
		s.save(passed(Indicator(0)), stock, failed(Indicator(2), classify.StageTime))
		for name, row := range map[string]struct {
			where []classify.Condition
			want  []string
		}{
			"a label":                   {[]classify.Condition{{Field: "type", Values: []string{"stock"}}}, []string{"IND.00001"}},
			"an empty label":            {[]classify.Condition{{Field: "prices", Values: []string{""}}}, []string{"IND.00001", "IND.00002"}},
			"no answer":                 {[]classify.Condition{{Field: "outcome", Values: []string{""}}}, nil},
			"a label or none":           {[]classify.Condition{{Field: "prices", Values: []string{"", "constant"}}}, []string{"IND.00000", "IND.00001", "IND.00002"}},
			"an input":                  {[]classify.Condition{{Field: "name", Values: []string{"Exports of goods, 3"}}}, []string{"IND.00003"}},
			"an input that is empty":    {[]classify.Condition{{Field: "country", Values: []string{""}}}, nil},
			"failed":                    {[]classify.Condition{{Field: "outcome", Values: []string{"failed"}}}, []string{"IND.00002"}},
			"a label before the input":  {[]classify.Condition{{Field: "scale", Values: []string{"millions"}}}, []string{"IND.00000", "IND.00001"}},
			"two conditions, both hold": {[]classify.Condition{{Field: "type", Values: []string{"flow"}}, {Field: "country", Values: []string{"US"}}}, []string{"IND.00000"}},
		} {
			sel := classify.Selection{Mode: classify.ModeForce, Where: row.where}
			same(t, name, s.todoIDs(sel), row.want)
			same(t, name+": plan", s.plan(sel).Todo, len(row.want))
		}
	},
	"a condition or a mode that there is not is refused": func(t *testing.T, open Opener) {
		s := begin(t, open)
		for name, sel := range map[string]classify.Selection{
			"a column": {Mode: classify.ModeForce, Where: []classify.Condition{{Field: "1=1; --", Values: []string{"x"}}}},
			"a value":  {Mode: classify.ModeForce, Where: []classify.Condition{{Field: "family", Values: []string{"red"}}}},
			"no value": {Mode: classify.ModeForce, Where: []classify.Condition{{Field: "family"}}},
			"outcome":  {Mode: classify.ModeForce, Where: []classify.Condition{{Field: "outcome", Values: []string{"good"}}}},
			"a mode":   {Mode: "sometimes"},
		} {
			if _, err := s.Plan(t.Context(), s.run, sel); !isInvalid(err) {
				t.Errorf("%s: plan: %v", name, err)
			}
			for _, err := range s.Todo(t.Context(), s.run, sel) {
				if !isInvalid(err) {
					t.Errorf("%s: to do: %v", name, err)
				}
			}
		}
	},
	"ids, limit and sample choose": chosen,
	"a sample depends on the seed alone": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1000)...)
		draw := func(seed uint64, n int) []string {
			return s.todoIDs(classify.Selection{Mode: classify.ModeForce, Sample: n, Seed: seed})
		}
		first := draw(1, 100)
		same(t, "size", len(first), 100)
		same(t, "again", draw(1, 100), first)
		if slices.Equal(draw(2, 100), first) {
			t.Error("another seed draws the same")
		}
		for _, id := range draw(1, 50) {
			if !slices.Contains(first, id) {
				t.Errorf("%s is in the smaller sample and not in the larger", id)
			}
		}
		low := 0
		for _, id := range first {
			if id < "IND.00500" {
				low++
			}
		}
		if low < 25 || low > 75 {
			t.Errorf("%d of 100 are of the first half", low)
		}
	},
	"a plan counts what is to do, whatever is selected":                                       planAgrees,
	"with fewer samples the newest points are used, and the whole input decides what is done": samples,
	"the answers of a selection are read":                                                     selectedAnswers,
	"a reading whose context ends in the middle leaves the store usable": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1200)...)
		for first := range 12 {
			ctx, cancel := contextOf(t)
			n, ended := 0, false
			for _, err := range s.Todo(ctx, s.run, all(classify.ModeForce)) {
				if ended = err != nil; n == first*50 {
					cancel()
				}
				n++
			}
			cancel()
			if !ended {
				t.Errorf("cancelled after %d: all were yielded", first*50)
			}
		}
		same(t, "to do", len(s.todo(all(classify.ModeForce))), 1200)
		s.save(Answer(Indicator(3)))
		same(t, "the newest state is read", s.plan(all(classify.ModeChanged)).Skipped, 1)
	},
	"a store that is read with an ended context says so": func(t *testing.T, open Opener) {
		s := begin(t, open)
		s.take(Catalogue(0, 1)...)
		ctx, cancel := contextOf(t)
		cancel()
		seen := false
		for _, err := range s.Todo(ctx, s.run, all(classify.ModeForce)) {
			seen = err != nil
		}
		if !seen {
			t.Error("no error")
		}
	},
}

// modes has: 0 answered by this logic, 1 by an older one, 2 failed, 3 failed
// by an older one, 4 for other input, 5 without an answer, 6 escalated.
func modes(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 7)...)
	older, olderFailed, other := passed(Indicator(1)), failed(Indicator(3), classify.StageType), passed(Indicator(4))
	older.LogicVersion, olderFailed.LogicVersion, other.InputHash = "logic-0", "logic-0", "other"
	s.save(passed(Indicator(0)), older, failed(Indicator(2), classify.StageTime), olderFailed, other, escalated(Indicator(6)))
	for _, row := range []struct {
		mode classify.Mode
		plan classify.Plan
		todo []int
	}{
		{classify.ModeChanged, classify.Plan{Selected: 7, Todo: 4, Skipped: 3, OlderLogic: 1, RetryFailed: 2}, []int{2, 3, 4, 5}},
		{classify.ModeStale, classify.Plan{Selected: 7, Todo: 5, Skipped: 2, RetryFailed: 2}, []int{1, 2, 3, 4, 5}},
		{classify.ModeRetryFailed, classify.Plan{Selected: 7, Todo: 2, Skipped: 5, OlderLogic: 1, RetryFailed: 2}, []int{2, 3}},
		{classify.ModeForce, classify.Plan{Selected: 7, Todo: 7, RetryFailed: 2}, []int{0, 1, 2, 3, 4, 5, 6}},
	} {
		same(t, string(row.mode)+": plan", s.plan(all(row.mode)), row.plan)
		var want []string
		for _, n := range row.todo {
			want = append(want, Indicator(n).ID)
		}
		same(t, string(row.mode)+": to do", s.todoIDs(all(row.mode)), want)
	}
}

// goesOn forces all again by another logic; 0 was answered before, 1 by the
// interrupted run, 2 failed in it, 3 was answered by it and has changed since,
// 4 by a later run, and 5 by a later run of the logic that was.
func goesOn(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 6)...)
	for n := range 6 {
		s.save(passed(Indicator(n)))
	}
	s.restart()
	first := s.run
	s.save(by2(passed(Indicator(1))), by2(failed(Indicator(2), classify.StageTime)), by2(passed(Indicator(3))))
	s.restart()
	s.save(by2(passed(Indicator(4))), passed(Indicator(5)))
	s.restart()
	row := Catalogue(3, 4)[0]
	row.Indicator.Name = "Another name"
	s.take(row)
	sel := classify.Selection{Mode: classify.ModeForce, LogicVersion: "logic-2", Since: first}
	same(t, "plan", s.plan(sel), classify.Plan{Selected: 6, Todo: 4, Skipped: 2, RetryFailed: 1})
	same(t, "to do", s.todoIDs(sel), []string{"IND.00000", "IND.00002", "IND.00003", "IND.00005"})
	for _, ind := range s.todo(sel) {
		s.save(by2(passed(ind)))
	}
	same(t, "once all is done", s.plan(sel).Todo, 0)

	sel.Since = 0
	same(t, "a force from the start", s.plan(sel).Todo, 6)
	sel.Mode, sel.Since = classify.ModeChanged, s.run+1
	same(t, "another mode", s.plan(sel).Todo, 0)
}

// upgraded is a plain run that was interrupted, a force of a newer program that
// was interrupted too, and the force that goes on: only what the newer logic
// answered is done, from wherever the caller counts.
func upgraded(t *testing.T, open Opener) {
	s := begin(t, open)
	plain := s.run
	s.take(Catalogue(0, 5)...)
	for n := range 5 {
		s.save(passed(Indicator(n)))
	}
	s.restart()
	forced := s.run
	s.save(by2(passed(Indicator(0))), by2(escalated(Indicator(1))))
	s.restart()
	for _, since := range []int64{plain, forced} {
		sel := classify.Selection{Mode: classify.ModeForce, LogicVersion: "logic-2", Since: since}
		same(t, "to do", s.todoIDs(sel), []string{"IND.00002", "IND.00003", "IND.00004"})
		same(t, "plan", s.plan(sel), classify.Plan{Selected: 5, Todo: 3, Skipped: 2})
	}
}

// by2 is an answer of another logic than the suite's.
func by2(c classify.Classification) classify.Classification {
	c.LogicVersion = "logic-2"
	return c
}

func chosen(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 30)...)
	s.save(passed(Indicator(0)))
	sample := s.todoIDs(classify.Selection{Mode: classify.ModeForce, Sample: 5, Seed: 3})
	for name, row := range map[string]struct {
		sel  classify.Selection
		want []string
	}{
		"ids, once each and by id":         {classify.Selection{IDs: []string{"IND.00007", "IND.00002", "IND.00007", "NOBODY"}}, []string{"IND.00002", "IND.00007"}},
		"the first":                        {classify.Selection{Limit: 2}, []string{"IND.00000", "IND.00001"}},
		"the first of the ids":             {classify.Selection{IDs: []string{"IND.00009", "IND.00008", "IND.00007"}, Limit: 2}, []string{"IND.00007", "IND.00008"}},
		"the first of the sample":          {classify.Selection{Sample: 5, Seed: 3, Limit: 2}, sample[:2]},
		"a sample of the ids":              {classify.Selection{IDs: sample, Sample: 30, Seed: 9}, sample},
		"a limit above all":                {classify.Selection{Limit: 31, Where: []classify.Condition{{Field: "outcome", Values: []string{"classified"}}}}, []string{"IND.00000"}},
		"a limit goes before the mode":     {classify.Selection{Mode: classify.ModeChanged, Limit: 2}, []string{"IND.00001"}},
		"a sample of what is not there":    {classify.Selection{Sample: 5, IDs: []string{"NOBODY"}}, nil},
		"a limit on what is not there":     {classify.Selection{Limit: 5, IDs: []string{"NOBODY"}}, nil},
		"a limit where nothing is of that": {classify.Selection{Limit: 5, Where: []classify.Condition{{Field: "outcome", Values: []string{"failed"}}}}, nil},
	} {
		if row.sel.Mode == "" {
			row.sel.Mode = classify.ModeForce
		}
		same(t, name, s.todoIDs(row.sel), row.want)
		same(t, name+": plan", s.plan(row.sel).Todo, len(row.want))
	}
}

// planAgrees draws selections of a store with answers of every kind.
func planAgrees(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 60)...)
	s.restart()
	s.take(Catalogue(20, 80)...)
	for n := range 70 {
		c := []classify.Classification{passed(Indicator(n)), escalated(Indicator(n)), failed(Indicator(n), classify.StageFamily)}[n%3]
		c.LogicVersion = fmt.Sprintf("logic-%d", n%2)
		if n%5 == 0 {
			c.InputHash = "other"
		}
		s.save(c)
	}
	rapid.Check(t, func(r *rapid.T) {
		sel := classify.Selection{
			Intake:       rapid.Bool().Draw(r, "intake"),
			Mode:         rapid.SampledFrom([]classify.Mode{classify.ModeChanged, classify.ModeStale, classify.ModeRetryFailed, classify.ModeForce}).Draw(r, "mode"),
			LogicVersion: "logic-1",
			Limit:        rapid.IntRange(0, 90).Draw(r, "limit"),
			Sample:       rapid.IntRange(0, 90).Draw(r, "sample"),
			Seed:         rapid.Uint64().Draw(r, "seed"),
			Samples:      rapid.IntRange(0, 4).Draw(r, "samples"),
			Since:        rapid.Int64Range(0, 3).Draw(r, "since"),
			NotBy:        rapid.Int64Range(0, 3).Draw(r, "not by"),
		}
		if rapid.Bool().Draw(r, "by review") {
			sel.Where = []classify.Condition{{Field: "review_status", Values: []string{"passed", "escalated"}}}
		}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 90), 0, 20).Draw(r, "ids") {
			sel.IDs = append(sel.IDs, Indicator(n).ID)
		}
		plan, todo := s.plan(sel), s.todoIDs(sel)
		if plan.Todo != len(todo) || plan.Selected != plan.Todo+plan.Skipped || !slices.IsSorted(todo) || plan.OlderLogic > plan.Skipped || plan.RetryFailed > plan.Todo {
			r.Fatalf("plan %+v, to do %v", plan, todo)
		}
		if sel.Limit > 0 && plan.Selected > sel.Limit || sel.Sample > 0 && plan.Selected > sel.Sample {
			r.Fatalf("more than asked for: %+v", plan)
		}
	})
}

// samples answers with the two newest points: they are what is yielded, and
// the hash is that of the whole input, so that nothing is left to do.
func samples(t *testing.T, open Opener) {
	s := begin(t, open)
	rows := Catalogue(0, 2)
	s.take(rows...)
	two := classify.Selection{Mode: classify.ModeChanged, Samples: 2}
	i := 0
	for w, err := range s.Todo(t.Context(), s.run, two) {
		if err != nil {
			t.Fatal(err)
		}
		whole := rows[i].Indicator
		same(t, "points", w.Values, whole.Newest(2).Values)
		same(t, "hash", w.Hash, whole.InputHash())
		c := passed(w.Indicator)
		c.InputHash = w.Hash
		s.save(c)
		i++
	}
	same(t, "yielded", i, 2)
	same(t, "left", s.todoIDs(two), []string(nil))
	status, err := s.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	same(t, "pending", status.Pending, 0)
}

// selectedAnswers reads the answers of what is selected, whatever the mode.
func selectedAnswers(t *testing.T, open Opener) {
	s := begin(t, open)
	s.take(Catalogue(0, 5)...)
	s.save(passed(Indicator(0)), passed(Indicator(1)), failed(Indicator(2), classify.StageTime))
	s.restart()
	s.take(Catalogue(1, 6)...)
	for name, row := range map[string]struct {
		sel  classify.Selection
		want []string
	}{
		"all that have one":    {classify.Selection{}, []string{"IND.00000", "IND.00001", "IND.00002"}},
		"those of this intake": {classify.Selection{Intake: true}, []string{"IND.00001", "IND.00002"}},
		"by id":                {classify.Selection{IDs: []string{"IND.00002", "IND.00000", "NOBODY"}}, []string{"IND.00000", "IND.00002"}},
		"by label":             {classify.Selection{Where: []classify.Condition{{Field: "outcome", Values: []string{"failed"}}}}, []string{"IND.00002"}},
	} {
		var got []string
		for a, err := range s.Answers(t.Context(), s.run, row.sel) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, a.IndicatorID)
		}
		same(t, name, got, row.want)
	}
}
