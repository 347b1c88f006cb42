package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	sdk "github.com/restatedev/sdk-go"
	"github.com/restatedev/sdk-go/server"
	"golang.org/x/sync/errgroup"

	"classify/cluster"
	"classify/restate"
)

const (
	bareSteps    = 6    // as many as there are stages
	bareInFlight = 1000 // as a run has
	bareSenders  = 48   // requests at once, as a run has with three nodes
)

// baseline is a deployment beside the service, with workflows of empty durable
// steps: what the cluster itself takes.
type baseline struct {
	admin     cluster.Admin
	ingresses []string
	name      string
	id        string // of the deployment
	stop      func() error

	mu    sync.Mutex
	round *bareRound
	count int // of rounds
}

// bareRound is one measurement.
type bareRound struct {
	done     []bool
	left     int
	finished chan struct{}
	window   chan struct{}
}

// bareTask is the input of a workflow.
type bareTask struct{ Round, Index, Steps int }

// startBaseline registers the deployment.
func (t *team) startBaseline(ctx context.Context) (*baseline, error) {
	base := &baseline{admin: cluster.Admin{URL: t.Topology.Nodes[0].AdminURL()}, ingresses: t.Topology.Ingresses(), name: "bare"}
	workflow := sdk.NewWorkflow(base.name, sdk.WithJournalRetention(0), sdk.WithWorkflowRetention(time.Hour)).
		Handler("run", sdk.NewWorkflowHandler(base.run))
	handler, err := server.NewRestate().WithLogger(slog.DiscardHandler, true).Bind(workflow).Handler()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	served := make(chan error, 1)
	go func() { served <- restate.Serve(serving, l, handler, time.Second) }()
	base.stop = func() error {
		stop()
		return <-served
	}
	d, err := base.admin.Register(ctx, "http://"+l.Addr().String())
	if err != nil {
		stop()
		return nil, err
	}
	base.id = d.ID
	return base, soon(ctx, time.Minute, func() error {
		for _, node := range base.ingresses {
			services, err := restate.Listed(ctx, node)
			if err != nil {
				return err
			}
			if !slices.Contains(services, base.name) {
				return fmt.Errorf("%s does not know the baseline", node)
			}
		}
		return nil
	})
}

// run is the workflow.
func (b *baseline) run(ctx sdk.WorkflowContext, t bareTask) (sdk.Void, error) {
	for range t.Steps {
		if err := sdk.RunVoid(ctx, func(sdk.RunContext) error { return nil }); err != nil {
			return sdk.Void{}, err
		}
	}
	b.finish(t)
	return sdk.Void{}, nil
}

// finish counts a workflow once, however often it was repeated.
func (b *baseline) finish(t bareTask) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.Round != b.count || t.Index < 0 || t.Index >= len(b.round.done) || b.round.done[t.Index] {
		return
	}
	b.round.done[t.Index] = true
	<-b.round.window
	if b.round.left--; b.round.left == 0 {
		close(b.round.finished)
	}
}

// measure is how long n workflows of so many steps take, with at most
// bareInFlight of them unfinished.
func (b *baseline) measure(ctx context.Context, n, steps int) (seconds float64, err error) {
	ctx, stop := context.WithTimeout(ctx, 10*time.Minute)
	defer stop()
	round := &bareRound{done: make([]bool, n), left: n, finished: make(chan struct{}), window: make(chan struct{}, bareInFlight)}
	b.mu.Lock()
	b.count++
	b.round = round
	number := b.count
	b.mu.Unlock()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = bareSenders
	client := &http.Client{Transport: transport}
	defer transport.CloseIdleConnections()
	began := time.Now()
	work, sending := errgroup.WithContext(ctx)
	work.SetLimit(bareSenders)
	for i := range n {
		select {
		case round.window <- struct{}{}:
		case <-sending.Done():
			return 0, work.Wait()
		}
		url := fmt.Sprintf("%s/%s/round-%d-%d/run/send", b.ingresses[i%len(b.ingresses)], b.name, number, i)
		body := fmt.Sprintf(`{"Round":%d,"Index":%d,"Steps":%d}`, number, i, steps)
		work.Go(func() error { return post(sending, client, url, body) })
	}
	if err := work.Wait(); err != nil {
		return 0, err
	}
	select {
	case <-round.finished:
		return time.Since(began).Seconds(), nil
	case <-ctx.Done():
		return 0, fmt.Errorf("the baseline is not through: %w", context.Cause(ctx))
	}
}

func post(ctx context.Context, client *http.Client, url, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s says %s", url, resp.Status)
	}
	return nil
}

// close lets the last workflows end, and removes the deployment.
func (b *baseline) close(ctx context.Context) error {
	err := soon(ctx, time.Minute, func() error {
		n, err := b.admin.Draining(ctx, b.id)
		if err == nil && n > 0 {
			err = fmt.Errorf("the baseline still has %d workflows", n)
		}
		return err
	})
	if err == nil {
		err = b.admin.Remove(ctx, b.id)
	}
	if stopErr := b.stop(); err == nil {
		err = stopErr
	}
	return err
}
