package restate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	sdk "github.com/restatedev/sdk-go"
	"github.com/restatedev/sdk-go/ingress"

	"classify"
)

// askTime bounds one request to an ingress: a node that does not answer for so
// long counts as gone.
const askTime = 10 * time.Second

// client speaks to the ingress of one node.
type client struct {
	url     string
	http    *http.Client
	ingress *ingress.Client
}

// checkNode refuses what is no address of an ingress, before anything is sent.
func checkNode(address string) (string, error) {
	address = strings.TrimRight(strings.TrimSpace(address), "/")
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return "", classify.WithHint(&classify.InvalidInputError{What: "--nodes", Err: errors.New("an entry is no address of a node")},
			"write the ingress of each node, with commas between them: http://127.0.0.1:8080,http://127.0.0.1:28080")
	}
	return address, nil
}

func newClient(address string) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 3 * time.Second}).DialContext
	transport.MaxIdleConnsPerHost, transport.Proxy = 2*perNode, nil
	h := &http.Client{Transport: bounded{transport}}
	return &client{url: address, http: h, ingress: ingress.NewClient(address, ingress.WithHttpClient(h))}
}

// bounded cuts answers off that are longer than any of ours.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, MaxBody), resp.Body}
	}
	return resp, err
}

// submit hands a batch to the node. Sent twice, it is done once: the keys of its
// workflows are those of the run.
func (c *client) submit(ctx context.Context, b Batch) (Accepted, error) {
	ctx, stop := context.WithTimeout(ctx, askTime)
	defer stop()
	return ingress.Service[Batch, Accepted](c.ingress, API, "batch").Request(ctx, b)
}

func (c *client) health(ctx context.Context) (Health, error) {
	ctx, stop := context.WithTimeout(ctx, askTime)
	defer stop()
	return ingress.Service[sdk.Void, Health](c.ingress, API, "health").Request(ctx, sdk.Void{})
}

// output is what became of a workflow: done with its result, or the error that it
// ended with. It is not done while it goes on.
func (c *client) output(ctx context.Context, key string) (result classify.Committed, done bool, err error) {
	ctx, stop := context.WithTimeout(ctx, askTime)
	defer stop()
	result, err = ingress.WorkflowHandle[classify.Committed](c.ingress, Workflow, key).Output(ctx)
	var notReady *ingress.InvocationNotReadyError
	if errors.As(err, &notReady) {
		return result, false, nil
	}
	return result, err == nil, err
}

// listed returns the services that the node knows.
func (c *client) listed(ctx context.Context) ([]string, error) {
	ctx, stop := context.WithTimeout(ctx, askTime/2)
	defer stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/restate/health", nil)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var health struct {
		Services []string `json:"services"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&health); err != nil || resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s is no ingress of Restate: its /restate/health says %s", c.url, resp.Status)
	}
	return health.Services, nil
}

// ready reports whether the node lists the services that a run needs.
func (c *client) ready(ctx context.Context) error {
	services, err := c.listed(ctx)
	if err != nil {
		return err
	}
	for _, s := range []string{API, Workflow} {
		if !slices.Contains(services, s) {
			return classify.WithHint(fmt.Errorf("%s does not know the service %s", c.url, s), "register it: classify cluster deploy")
		}
	}
	return nil
}

// Ask finds a node that answers, and says who serves there. A node that does not
// is told to unreached; the error is that of the last one, where none does.
func Ask(ctx context.Context, nodes []string, unreached func(node string, err error)) (Health, error) {
	var health Health
	var failed error
	found := false
	for _, address := range nodes {
		address, err := checkNode(address)
		if err != nil {
			return Health{}, err
		}
		c := newClient(address)
		if err = c.ready(ctx); err == nil && !found {
			if health, err = c.health(ctx); err == nil {
				found = true
			}
		}
		if err != nil && ctx.Err() == nil {
			unreached(address, err)
			failed = err
		}
		c.http.CloseIdleConnections()
	}
	switch {
	case ctx.Err() != nil:
		return Health{}, context.Cause(ctx)
	case !found && classify.Hint(failed) != "":
		return Health{}, failed
	case !found:
		return Health{}, classify.WithHint(fmt.Errorf("no node answers: %w", failed), "classify cluster status shows the nodes and their addresses; classify cluster up starts them")
	}
	return health, nil
}

// Listed returns the services that the ingress at an address knows.
func Listed(ctx context.Context, address string) ([]string, error) {
	c := newClient(address)
	defer c.http.CloseIdleConnections()
	return c.listed(ctx)
}
