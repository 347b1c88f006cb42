// Package anthropic asks the models of Anthropic, and of servers that speak
// its Messages API, with the official client.
package anthropic

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"classify/llm"
	"classify/llm/wire"
)

// Config says which model is asked, where, and with which key.
type Config struct {
	// ID names the model. An empty BaseURL is Anthropic's own. Another one is given
	// without the /v1 of the paths, which is taken off if it is there; it may hold
	// user, password and query, which are sent and never shown.
	ID llm.ID
	// Key is sent as x-api-key. Only a server at another BaseURL needs none.
	Key string
	// HTTP is the client for all calls; nil: wire.Client with its defaults.
	HTTP *http.Client
	// Timeout is how long one call may take, default 120 s. Handing in a batch may
	// take longer; the results of one may not pause for longer.
	Timeout time.Duration
	// Memory keeps what was found out about the model between runs; nil: nothing
	// is kept.
	Memory llm.Memory
	// Settle is how long after a lost submit a batch may still appear in the
	// provider's list, default 15 s: Find takes its absence for proved only then.
	Settle time.Duration
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// DefaultBaseURL is where the paths of Anthropic's API begin.
const DefaultBaseURL = "https://api.anthropic.com"

// Model asks one model. It is safe for concurrent use.
type Model struct {
	id      llm.ID
	address string // with user, password and query
	key     string
	secrets []string // what no text may show
	memory  llm.Memory
	timeout time.Duration
	settle  time.Duration
	now     func() time.Time
	client  sdk.Client

	mu       sync.Mutex        // guards what follows
	loaded   bool              // whether memory was asked
	current  manner            // how requests are made now
	proven   manner            // the last manner that brought a usable answer
	works    bool              // whether proven is one
	answered bool              // whether this process got a usable answer
	doubts   int               // answers that were no JSON before the first that was
	known    map[string]bool   // batches that Find is not looking for
	handed   map[string]manner // how the batches of this process were made
}

var (
	_ llm.Model      = (*Model)(nil)
	_ llm.BatchModel = (*Model)(nil)
)

// New returns a model. It neither reads the environment nor calls the server;
// what is wrong with the configuration is an error of the first call.
func New(c Config) *Model {
	timeout := cmp.Or(c.Timeout, 120*time.Second)
	if c.HTTP == nil {
		c.HTTP = wire.Client(wire.Options{Header: timeout})
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	m := &Model{
		id: c.ID, address: cmp.Or(strings.TrimSpace(c.ID.BaseURL), DefaultBaseURL), key: strings.TrimSpace(c.Key), memory: c.Memory,
		timeout: timeout, settle: cmp.Or(c.Settle, 15*time.Second), now: c.Now,
		current: manner{way: jsonSchema}, known: map[string]bool{}, handed: map[string]manner{},
	}
	m.id.BaseURL = wire.Redact(c.ID.BaseURL)
	m.secrets = []string{m.key}
	options := []option.RequestOption{option.WithoutEnvironmentDefaults(), option.WithHTTPClient(c.HTTP), option.WithMaxRetries(0)}
	if m.key != "" {
		options = append(options, option.WithAPIKey(m.key))
	}
	m.client = sdk.NewClient(append(options, m.place()...)...)
	return m
}

// place is where requests go, and notes what is secret of it.
func (m *Model) place() (options []option.RequestOption) {
	u, err := url.Parse(m.address)
	if err != nil {
		return nil // ready refuses every call
	}
	for name, values := range u.Query() {
		for _, v := range values {
			options = append(options, option.WithQueryAdd(name, v))
			m.secrets = append(m.secrets, v)
		}
	}
	if password, ok := u.User.Password(); ok {
		m.secrets = append(m.secrets, password)
	}
	base := *u
	base.RawQuery, base.ForceQuery, base.Fragment, base.RawFragment = "", false, "", ""
	base.Path, base.RawPath = strings.TrimSuffix(strings.TrimSuffix(base.Path, "/"), "/v1"), ""
	return append(options, option.WithBaseURL(base.String()))
}

// ID names the model and where it is, without what is secret in its address.
func (m *Model) ID() llm.ID { return m.id }

// Ask sends a request once. A request that the server refused for a parameter,
// or for its way of structured output, fails as llm.Adapted: the same request
// is made otherwise the next time.
func (m *Model) Ask(ctx context.Context, r *llm.Request) (*llm.Response, error) {
	if err := m.ready(); err != nil {
		return nil, err
	}
	sent := m.manner(ctx)
	x := &wire.Exchange{}
	msg, err := m.client.Messages.New(ctx, m.params(r, sent), option.WithMiddleware(x.Do), option.WithRequestTimeout(m.timeout))
	if err != nil {
		return nil, m.failed(ctx, x, err, sent)
	}
	response, failure := m.answer(msg, part{limits: limits(x.Header, m.now()), requestID: x.Header.Get("Request-Id"), status: x.Status})
	if failure != nil {
		if failure.Class == llm.Truncated && sent.thinks() && m.widen(sent) {
			failure.Class = llm.Adapted // it is given more room to think from now on
		}
		return nil, failure
	}
	if len(r.Schema.JSON) > 0 && !object(response.Text) {
		switch m.doubt(sent) {
		case adapted:
			return nil, unusable(response, x.Status, llm.Adapted, errors.New("the server ignores the way in which structured output was asked for"))
		case exhausted:
			return nil, unusable(response, x.Status, llm.Unstructured, unstructured(m.id.Model))
		}
		return response, nil
	}
	m.prove(ctx, sent)
	return response, nil
}
