package restate_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	sdk "github.com/restatedev/sdk-go"
	"github.com/restatedev/sdk-go/ingress"

	"classify"
	"classify/enginetest"
	"classify/internal/postgrestest"
	"classify/internal/restatetest"
	"classify/postgres"
	"classify/restate"
	"classify/storetest"
	"classify/telemetry"
)

func TestMain(m *testing.M) { postgrestest.Main(m) }

func open(t *testing.T) classify.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgrestest.Database(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // a test that ended in the middle has said why
	return s
}

// attempts counts how often the first stage was begun: once for each attempt of a
// workflow.
type attempts struct {
	classify.Stages
	n atomic.Int64
}

func (a *attempts) Normalize(ctx context.Context, ind classify.Indicator) (classify.Normalization, error) {
	a.n.Add(1)
	return a.Stages.Normalize(ctx, ind)
}

// alone is what the tests of one server have to wait for: the services have the
// same names in all of them, and new work goes to the last that was registered.
var alone = make(chan struct{}, 1)

// served starts a service of its own, registered with the shared server.
func served(t *testing.T, c restate.Config) (*restatetest.Server, *restate.Service) {
	t.Helper()
	server := restatetest.Shared(t)
	alone <- struct{}{}
	t.Cleanup(func() { <-alone })
	service := restate.New(c)
	h, err := service.Routes(telemetry.Handler(prometheus.NewRegistry(), c.Ready))
	if err != nil {
		t.Fatal(err)
	}
	server.Serve(t, h)
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
		defer stop()
		if err := service.Close(ctx); err != nil {
			t.Errorf("close the service: %v", err)
		}
	})
	return server, service
}

func suite(t *testing.T, inactivity time.Duration) {
	enginetest.Run(t, enginetest.Options{
		Store: open,
		Engine: func(t *testing.T, s enginetest.Setup) enginetest.Engine {
			tries := &attempts{Stages: enginetest.Stages(restate.Durable(s.Asker))}
			server, _ := served(t, restate.Config{Store: s.Store, Stages: tries, LogicVersion: s.LogicVersion, Inactivity: inactivity})
			return &replayed{&restate.Engine{Store: s.Store, Nodes: []string{server.Ingress}, LogicVersion: s.LogicVersion, Progress: s.Progress}, t, tries, inactivity > 0}
		},
	})
}

// replayed checks that workflows were begun anew at their steps, where that is
// asked for.
type replayed struct {
	*restate.Engine
	t      *testing.T
	tries  *attempts
	forced bool
}

func (r *replayed) Run(ctx context.Context, runID int64, s classify.Selection) error {
	err := r.Engine.Run(ctx, runID, s)
	done := int64(r.Progress.Snapshot().Done())
	// Every question and the save is a step, and there are three of them at least.
	if r.forced && err == nil && r.tries.n.Load() < 3*done {
		r.t.Errorf("%d attempts for %d indicators: nothing was replayed", r.tries.n.Load(), done)
	}
	return err
}

func TestTheRestateEnginePassesTheSuite(t *testing.T) {
	t.Parallel()
	suite(t, 0)
}

func TestTheRestateEnginePassesTheSuiteWithAReplayAtEveryStep(t *testing.T) {
	t.Parallel()
	suite(t, time.Millisecond)
}

func TestAnIndicatorIsDoneOnceHoweverOftenItsBatchIsSent(t *testing.T) {
	t.Parallel()
	store := open(t)
	tries := &attempts{Stages: enginetest.Stages(nil)}
	server, _ := served(t, restate.Config{Store: store, Stages: passing{tries}, LogicVersion: "logic"})
	run, work := taken(t, store, 3)
	batch := restate.Batch{RunID: run, Submission: rand.Text(), Work: work}
	var first restate.Accepted
	for i := range 4 {
		a, err := post[restate.Accepted](t, server, restate.API, "batch", batch)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = a
		}
		for k, w := range a.Workflows {
			if w != first.Workflows[k] || w.Key != restate.Key(batch.Submission, &work[k], "logic") {
				t.Errorf("workflow %+v, at first %+v", w, first.Workflows[k])
			}
		}
	}
	committed(t, store, run, 3)
	if n := tries.n.Load(); n != 3 {
		t.Errorf("3 indicators were begun %d times", n)
	}
	state, err := ingress.Workflow[sdk.Void, restate.State](ingress.NewClient(server.Ingress), restate.Workflow, first.Workflows[0].Key, "getState").Request(t.Context(), sdk.Void{})
	if err != nil || state.State != "committed" || state.IndicatorID != work[0].ID || state.RunID != run || state.Outcome != classify.Classified {
		t.Errorf("state %+v, %v", state, err)
	}
}

// passing are stages that pass everything.
type passing struct{ tries *attempts }

func (p passing) Normalize(context.Context, classify.Indicator) (classify.Normalization, error) {
	p.tries.n.Add(1)
	return classify.Normalization{}, nil
}
func (passing) InferTime(context.Context, classify.Indicator, classify.Normalization) (classify.TimeInference, error) {
	return classify.TimeInference{}, nil
}
func (passing) AssignFamily(context.Context, classify.Facts) (classify.FamilyAssignment, error) {
	return classify.FamilyAssignment{Family: classify.OtherFamily}, nil
}
func (passing) ClassifyType(context.Context, classify.Facts, classify.FamilyAssignment) (classify.TypeClassification, error) {
	return classify.TypeClassification{KindLabels: classify.KindLabels{Type: classify.OtherType, Aggregation: classify.NotApplicable}}, nil
}
func (passing) BooleanReview(context.Context, classify.Facts, classify.Draft) (classify.Verdict, error) {
	return classify.Verdict{Passed: true}, nil
}
func (passing) FinalReview(context.Context, classify.Facts, classify.Draft, classify.Verdict) (classify.FinalReview, error) {
	return classify.FinalReview{}, errors.New("it is not asked")
}

// taken begins a run with n indicators, and returns them as work.
func taken(t *testing.T, store classify.Store, n int) (run int64, work []classify.Work) {
	t.Helper()
	run, err := store.StartRun(t.Context(), classify.Run{Shared: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Take(t.Context(), run, storetest.Catalogue(0, n)); err != nil {
		t.Fatal(err)
	}
	for w, err := range store.Todo(t.Context(), run, classify.Selection{Mode: classify.ModeForce}) {
		if err != nil {
			t.Fatal(err)
		}
		work = append(work, w)
	}
	return run, work
}

// committed waits until a run has so many answers.
func committed(t *testing.T, store classify.Store, run int64, n int) {
	t.Helper()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		outcomes, err := store.RunOutcomes(t.Context(), run)
		if err != nil {
			t.Fatal(err)
		}
		if outcomes[classify.Classified] == n {
			return
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatalf("%v of %d", outcomes, n)
		}
	}
}

func post[O any](t *testing.T, s *restatetest.Server, service, handler string, in any) (O, error) {
	t.Helper()
	return ingress.Service[any, O](ingress.NewClient(s.Ingress), service, handler).Request(t.Context(), in)
}

func TestTheAPITakesInWhatNoRunKnows(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, service := served(t, restate.Config{Store: store, Stages: passing{&attempts{}}, LogicVersion: "logic"})
	batch := restate.Batch{Indicators: []classify.Indicator{storetest.Indicator(1), storetest.Indicator(2)}}
	for range 2 { // the same again is done again
		a, err := post[restate.Accepted](t, server, restate.API, "batch", batch)
		if err != nil || len(a.Workflows) != 2 {
			t.Fatalf("%+v, %v", a, err)
		}
		for _, w := range a.Workflows {
			c, err := ingress.WorkflowHandle[classify.Committed](ingress.NewClient(server.Ingress), restate.Workflow, w.Key).Attach(t.Context())
			if err != nil || c.IndicatorID != w.IndicatorID || c.Outcome != classify.Classified {
				t.Errorf("%+v, %v", c, err)
			}
		}
	}
	status, err := post[restate.Status](t, server, restate.API, "getStatus", restate.StatusQuery{IndicatorID: batch.Indicators[0].ID})
	if err != nil || status.Answer == nil || status.Answer.InputHash == "" || status.Answer.Outcome != classify.Classified {
		t.Fatalf("%+v, %v", status, err)
	}
	status, err = post[restate.Status](t, server, restate.API, "getStatus", restate.StatusQuery{RunID: status.Answer.RunID})
	if err != nil || status.Outcomes[classify.Classified] != 2 {
		t.Errorf("the run of the service: %+v, %v", status, err)
	}
	if _, err = post[restate.Status](t, server, restate.API, "getStatus", restate.StatusQuery{IndicatorID: "never"}); err == nil || !strings.Contains(err.Error(), "404") {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
	defer stop()
	if err := service.Close(ctx); err != nil {
		t.Error(err)
	}
}

func TestTheStageServicesAnswerAsTheStagesDo(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, _ := served(t, restate.Config{Store: store, Stages: passing{&attempts{}}, LogicVersion: "logic"})
	in := restate.StageInput{Indicator: storetest.Indicator(1)}
	for _, call := range []struct{ service, handler, field string }{
		{restate.Normalization, "normalize", "unit_type"}, {restate.TimeInference, "infer", "reporting_frequency"},
		{restate.FamilyAssignment, "assign", "family"}, {restate.TypeClassification, "classify", "temporal_aggregation"},
		{restate.BooleanReview, "review", "passed"},
	} {
		answer, err := post[map[string]any](t, server, call.service, call.handler, in)
		if _, ok := answer[call.field]; err != nil || !ok {
			t.Errorf("%s/%s: %v, %v", call.service, call.handler, answer, err)
		}
	}
	if _, err := post[map[string]any](t, server, restate.Normalization, "normalize", "no object"); err == nil {
		t.Error("a wrong input was taken")
	}
}

func TestWhoServesIsToldAndWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	store := open(t)
	problem := telemetry.Problem{Name: "model", Problem: "it is down", Remedy: "wait"}
	broken := atomic.Bool{}
	server, service := served(t, restate.Config{Store: store, Stages: passing{&attempts{}}, LogicVersion: "logic-1", Samples: 60, Provider: "rulebook",
		Ready: func(context.Context) []telemetry.Problem {
			if broken.Load() {
				return []telemetry.Problem{problem}
			}
			return nil
		}})
	h, err := restate.Ask(t.Context(), []string{server.Ingress}, func(node string, err error) { t.Errorf("%s: %v", node, err) })
	if err != nil || h.LogicVersion != "logic-1" || h.Samples != 60 || h.Version != classify.Version || len(h.Problems) != 0 {
		t.Errorf("%+v, %v", h, err)
	}
	routes, err := service.Routes(telemetry.Handler(prometheus.NewRegistry(), service.Ready))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/health": http.StatusOK, "/ready": http.StatusServiceUnavailable} {
		broken.Store(true)
		r := httptest.NewRecorder()
		routes.ServeHTTP(r, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if r.Code != want || want != http.StatusOK && !strings.Contains(r.Body.String(), problem.Problem) {
			t.Errorf("%s: %d %s", path, r.Code, r.Body)
		}
	}
	if h, err = restate.Ask(t.Context(), []string{server.Ingress}, func(string, error) {}); err != nil || len(h.Problems) != 1 || h.Problems[0] != problem {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestOnlyTheClusterMayCallWhereThereIsAKey(t *testing.T) {
	t.Parallel()
	service := restate.New(restate.Config{Stages: passing{&attempts{}}, IdentityKeys: []string{"publickeyv1_AfUsFXhL7XkGxm5NCxYjkPjYwdbBBMBVqmrJwd9LqZr1"}})
	h, err := service.Routes(telemetry.Handler(prometheus.NewRegistry(), nil))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/discover": http.StatusUnauthorized, "/invoke/classify-api/health": http.StatusUnauthorized, "/health": http.StatusOK} {
		r := httptest.NewRecorder()
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		req.RequestURI = path
		h.ServeHTTP(r, req)
		if r.Code != want {
			t.Errorf("%s without a signature: %d", path, r.Code)
		}
	}
	if _, err := restate.New(restate.Config{IdentityKeys: []string{"no key"}}).Handler(); err == nil {
		t.Error("a key that is none was taken")
	}
}

func TestBatchesThatCannotBeAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	server, _ := served(t, restate.Config{Store: open(t), Stages: passing{&attempts{}}, LogicVersion: "logic"})
	many := make([]classify.Indicator, restate.MaxBatch+1)
	for name, row := range map[string]struct {
		batch restate.Batch
		says  string
	}{
		"nothing":                     {restate.Batch{}, "1 to 100"},
		"too much":                    {restate.Batch{Indicators: many}, "1 to 100"},
		"work of no run":              {restate.Batch{Work: make([]classify.Work, 1)}, "run_id"},
		"rows for a run":              {restate.Batch{RunID: 7, Indicators: make([]classify.Indicator, 1)}, "run_id"},
		"an indicator without a name": {restate.Batch{Indicators: []classify.Indicator{{ID: "X"}}}, "name"},
		"the same twice, differently": {restate.Batch{Indicators: []classify.Indicator{{ID: "X", Name: "a"}, {ID: "X", Name: "b"}}}, "twice"},
	} {
		_, err := post[restate.Accepted](t, server, restate.API, "batch", row.batch)
		var failed ingress.Error
		if !errors.As(err, &failed) || failed.Code() != http.StatusBadRequest || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWorkflowWhoseRunIsOverEnds(t *testing.T) {
	t.Parallel()
	store := open(t)
	server, _ := served(t, restate.Config{Store: store, Stages: passing{&attempts{}}, LogicVersion: "logic"})
	run, work := taken(t, store, 1)
	if err := store.FinishRun(t.Context(), run, classify.RunResult{State: "interrupted"}); err != nil {
		t.Fatal(err)
	}
	a, err := post[restate.Accepted](t, server, restate.API, "batch", restate.Batch{RunID: run, Work: work})
	if err != nil {
		t.Fatal(err)
	}
	_, err = ingress.WorkflowHandle[classify.Committed](ingress.NewClient(server.Ingress), restate.Workflow, a.Workflows[0].Key).Attach(t.Context())
	var failed ingress.Error
	if !errors.As(err, &failed) || failed.Code() != http.StatusGone {
		t.Errorf("%v", err)
	}
}

func TestTheSameWorkOfTwoSubmissionsHasTwoKeys(t *testing.T) {
	t.Parallel()
	keys := map[string]string{}
	for _, run := range []string{"1", "2"} {
		for _, hash := range []string{"h", "h2"} {
			for _, logic := range []string{"l", "l2"} {
				w := classify.Work{Indicator: classify.Indicator{ID: "X/é"}, Hash: hash}
				k := restate.Key(run, &w, logic)
				name := fmt.Sprint(run, hash, logic)
				if other, ok := keys[k]; ok || len(k) != 32 || strings.ContainsAny(k, "/+= ") {
					t.Errorf("%s has the key %q of %q", name, k, other)
				}
				keys[k] = name
			}
		}
	}
}

// TestATaskIsReadAsItWasWritten: what travels in JSON is the whole indicator.
func TestATaskIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	task := restate.Task{RunID: 7, Work: classify.Work{Indicator: storetest.Indicator(3), Hash: "h"}}
	b, err := json.Marshal(task)
	if err != nil {
		t.Fatal(err)
	}
	var back restate.Task
	if err := json.Unmarshal(b, &back); err != nil || back.Work.InputHash() != task.Work.InputHash() || back.Work.Hash != "h" || back.RunID != 7 {
		t.Errorf("%+v, %v", back, err)
	}
}
