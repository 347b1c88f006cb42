package storetest

import (
	"encoding/json"
	"iter"
	"testing"
	"time"

	"classify"
	"classify/transfer"
)

// Copy fills one store with something of everything, copies it to an empty one,
// and checks that this gives back the same and that runs go on there.
func Copy(t *testing.T, from, to Opener) {
	s := begin(t, from)
	s.fillAll()
	target := &session{Store: to(t, Options{}), t: t}
	report, err := transfer.Copy(t.Context(), s.Store.(transfer.Source), target.Store.(transfer.Target), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range report.Tables {
		if !table.Equal || table.Rows != table.TargetRows || table.Checksum != table.TargetChecksum || table.Cleaned != 0 {
			t.Errorf("%+v", table)
		}
		if table.Rows == 0 {
			t.Errorf("the test has no row of %s", table.Name)
		}
	}
	same(t, "everything", target.everything(), s.everything())
	sound(t, target)
	continues(t, s, target)
}

// continues does in a copy what comes next: nothing is to do, and numbers follow
// on those that were copied.
func continues(t *testing.T, s, target *session) {
	t.Helper()
	last := s.run
	for _, one := range []*session{s, target} {
		one.start()
		same(t, "run", one.run, last+1)
		same(t, "the catalogue again", one.take(Catalogue(0, 2)...)[1], classify.Taken{Kind: classify.TakenUnchanged})
		same(t, "plan", one.plan(all(classify.ModeChanged)), classify.Plan{Selected: 8, Todo: 3, Skipped: 5, RetryFailed: 2})
		if err := one.RecordCall(t.Context(), Call(one.run, 9), []classify.CachedAnswer{CachedAnswer(one.run, 9)}); err != nil {
			t.Fatal(err)
		}
		if err := one.SaveBatch(t.Context(), classify.Batch{ID: "later", State: classify.BatchIntent, CreatedAt: modelTime, UpdatedAt: modelTime}); err != nil {
			t.Fatal(err)
		}
		one.save(passed(one.indicator("IND.00003")))
		one.take(bare("n"))
		same(t, "what waited", one.indicator("BARE").Values, []classify.Observation{{Date: "2023", Value: 4}})
		one.finish()
	}
	a, b := s.everything(), target.everything()
	for _, one := range []*contents{&a, &b} {
		untimed(one, last+1)
	}
	same(t, "everything after another run", b, a)
}

// fillAll brings catalogues, values, labels, series, answers of three runs, calls
// and batches, and ends without a run.
func (s *session) fillAll() {
	s.t.Helper()
	ctx := s.t.Context()
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	s.stage(at("IND.00002", "2024-07", 0.1), at("IND.00002", "2024-06", -1e300))
	s.take(Catalogue(0, 6)...)
	odd := Catalogue(6, 7)[0]
	odd.Indicator.ID, odd.Indicator.Description = "id with 'quotes', \"more\", % and \\", "tab\there, <&>, ünïcode \u2028 and \U0001F4C8"
	odd.Indicator.Values = []classify.Observation{{Date: "2024-01", Value: 1}, {Date: "2024-01", Value: 2}, {Date: "not a date", Value: 5e-324}}
	s.take(odd, classify.SourceRow{Indicator: classify.Indicator{ID: "NAME ONLY", Name: "n"}, File: "b.csv", Line: 1})
	s.override(classify.Override{IndicatorID: "IND.00001", Field: "per", Value: "capita"}, classify.Override{IndicatorID: "LATER", Field: "per", Value: "capita"})
	s.save(Answer(s.indicator("IND.00000")), passed(s.indicator("IND.00001")), escalated(s.indicator("IND.00002")), failed(s.indicator("IND.00003"), classify.StageFamily))
	later := point("IND.00004", "2025-01", 5)
	later.SourceVersion = "2025 edition"
	s.series(later, point("IND.00004", "2024-01", -1e-300), point("BARE", "2023", 4))
	s.save(passed(s.indicator("IND.00004")), failed(s.indicator("IND.00005"), classify.StageNormalize), Answer(s.indicator(odd.Indicator.ID)))
	again := passed(s.indicator("IND.00000"))
	again.Labels.Unit = "EUR <&> \u2028"
	s.save(again)
	for n := range 3 {
		check(s.RecordCall(ctx, Call(s.run, n), []classify.CachedAnswer{CachedAnswer(s.run, n)}))
	}
	outside := Call(0, 3)
	outside.USD, outside.Server, outside.Error = 0.1+0.2, "", "timeout"
	check(s.RecordCall(ctx, outside, nil))
	check(s.SaveModelTraits(ctx, "openai/gpt-x", json.RawMessage(`{"b": 1,  "a":[1.50, 1e3]}`)))
	check(s.SaveBatch(ctx, classify.Batch{ID: "batch", RunID: s.run, Provider: "openai", Model: "gpt-x", Stage: classify.StageFamily, State: classify.BatchSubmitted,
		RemoteID: "remote", CreatedAt: modelTime, UpdatedAt: modelTime.Add(time.Second), Items: []classify.BatchItem{
			{Key: "k1", Question: json.RawMessage(`{"z":1, "a":2}`)}, {Key: "k2", Question: json.RawMessage(`{}`), Rejected: `{"x":1}`, Reason: "no"}}}))
	s.plan(all(classify.ModeChanged)) // the hashes of what was imported are there, also where a store lets them wait
	s.finish()
}

// contents is what a store gives back.
type contents struct {
	Runs       []classify.Run
	Indicators []classify.Indicator
	Series     map[string][]classify.SeriesPoint
	Answers    []classify.Stored
	Changes    []classify.Difference
	Costs      []classify.CostLine
	UnderWay   int
	Cached     []classify.CachedAnswer
	Kinds      []classify.CacheStat
	Traits     json.RawMessage
	Batches    []classify.Batch
	Items      []classify.BatchItem
	Outcomes   map[int64]map[classify.Outcome]int
	Status     classify.Status
}

// everything reads a store without writing to it.
func (s *session) everything() (c contents) {
	s.t.Helper()
	ctx := s.t.Context()
	var err error
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	c.Runs, err = s.Runs(ctx, 0)
	check(err)
	c.Series, c.Outcomes = map[string][]classify.SeriesPoint{}, map[int64]map[classify.Outcome]int{}
	for _, r := range c.Runs {
		c.Outcomes[r.ID], err = s.RunOutcomes(ctx, r.ID)
		check(err)
	}
	for _, r := range append(Catalogue(0, 6), bare("n")) {
		c.Series[r.Indicator.ID] = s.points(r.Indicator.ID)
	}
	c.Answers = collect(s, s.Classifications(ctx, nil))
	for _, a := range append(c.Answers, classify.Stored{Classification: classify.Classification{IndicatorID: "NAME ONLY"}}) {
		c.Indicators = append(c.Indicators, s.indicator(a.IndicatorID))
	}
	c.Changes = collect(s, s.Compare(ctx, c.Runs[len(c.Runs)-1].ID, c.Runs[0].ID))
	c.Cached = collect(s, s.CachedAnswers(ctx, classify.CacheFilter{}))
	c.Costs, err = s.Costs(ctx, 0)
	check(err)
	c.UnderWay, err = s.CallsUnderWay(ctx, c.Runs[0].ID)
	check(err)
	c.Kinds, err = s.CacheStats(ctx)
	check(err)
	c.Traits, err = s.ModelTraits(ctx, "openai/gpt-x")
	check(err)
	c.Batches, err = s.Batches(ctx)
	check(err)
	c.Items, err = s.BatchItems(ctx, "batch")
	check(err)
	c.Status = s.status()
	return c
}

func collect[T any](s *session, all iter.Seq2[T, error]) (got []T) {
	s.t.Helper()
	for one, err := range all {
		if err != nil {
			s.t.Fatal(err)
		}
		got = append(got, one)
	}
	return got
}

// untimed takes the times of a run out of contents: two stores did it one after
// the other.
func untimed(c *contents, run int64) {
	for i := range c.Runs {
		if r := &c.Runs[i]; r.ID == run {
			r.StartedAt, r.FinishedAt = time.Time{}, nil
		}
	}
	for i := range c.Answers {
		if a := &c.Answers[i]; a.RunID == run {
			a.SavedAt = time.Time{}
		}
	}
	c.Status.Latest, c.Status.Rate = nil, 0
}
