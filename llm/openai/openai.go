// Package openai asks language models that speak OpenAI's chat completions:
// OpenAI's own, and those of compatible servers such as LM Studio, Ollama and
// vLLM. It is the one package that uses openai-go.
package openai

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	sdk "github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"

	"classify/llm"
	"classify/llm/wire"
)

// Provider is the name of OpenAI itself; every other provider of this package
// is a compatible server, which needs no key and may know less.
const Provider = "openai"

// DefaultBaseURL is where a provider answers unless a person says otherwise;
// "" for one that has no usual address.
func DefaultBaseURL(provider string) string {
	switch provider {
	case Provider:
		return "https://api.openai.com/v1"
	case "lmstudio":
		return "http://127.0.0.1:1234/v1"
	case "ollama":
		return "http://127.0.0.1:11434/v1"
	case "vllm":
		return "http://127.0.0.1:8000/v1"
	}
	return ""
}

// Config of a model.
type Config struct {
	// ID names the provider and the model. Its BaseURL may hold user, password
	// and query, which are sent and never shown; "" is the provider's own.
	ID  llm.ID
	Key string
	// KeyVar is the variable of the environment that holds the key, for remedies;
	// "" is OPENAI_API_KEY for OpenAI itself, and none for others.
	KeyVar string
	// HTTP is the client; nil: wire.Client. Bodies are bounded with either.
	HTTP    *http.Client
	Timeout time.Duration // of a call; 0: 120 s
	Memory  llm.Memory    // nil: what is found out is forgotten with the Model
}

// Model is one model on one server. It implements llm.Model and llm.BatchModel.
type Model struct {
	id      llm.ID
	strict  bool // OpenAI itself: schemas are enforced, and a key is needed
	key     string
	keyVar  string
	address string // with user, password and query
	secrets []string
	timeout time.Duration
	habits  habits

	chat    sdk.ChatCompletionService
	files   sdk.FileService
	batches sdk.BatchService
}

// New returns a model. It asks nothing of the server; whatever is wrong with
// the configuration is the error of the first call.
func New(c Config) *Model {
	m := &Model{
		id:      c.ID,
		strict:  c.ID.Provider == Provider,
		key:     strings.TrimSpace(c.Key),
		keyVar:  c.KeyVar,
		address: cmp.Or(strings.TrimSpace(c.ID.BaseURL), DefaultBaseURL(c.ID.Provider)),
		timeout: cmp.Or(c.Timeout, 120*time.Second),
	}
	if m.keyVar == "" && m.strict {
		m.keyVar = "OPENAI_API_KEY"
	}
	m.id.BaseURL = wire.Redact(c.ID.BaseURL)
	m.habits = habits{id: m.id, memory: c.Memory, strict: m.strict}
	m.secrets = []string{m.key}
	client := c.HTTP
	if client == nil {
		client = wire.Client(wire.Options{Header: m.timeout})
	}
	// The services are built without the client around them, because that takes
	// keys and addresses from the environment, and would send OpenAI's to others.
	options := []option.RequestOption{option.WithBaseURL(m.address), option.WithHTTPClient(client), option.WithMaxRetries(0)}
	if m.key != "" {
		options = append(options, option.WithAPIKey(m.key))
	}
	if u, err := url.Parse(m.address); err == nil {
		if password, ok := u.User.Password(); ok {
			m.secrets = append(m.secrets, password)
		}
		for name, values := range u.Query() {
			for _, v := range values {
				options = append(options, option.WithQueryAdd(name, v))
				m.secrets = append(m.secrets, v)
			}
		}
	}
	m.chat = sdk.NewChatCompletionService(options...)
	m.files = sdk.NewFileService(options...)
	m.batches = sdk.NewBatchService(options...)
	return m
}

// ID names the model, without what is secret in its address.
func (m *Model) ID() llm.ID { return m.id }

// MaxTokens is the most that an answer to a request may take, with what the
// model thinks before it; 0 where the server takes no bound.
func (m *Model) MaxTokens(r *llm.Request) int {
	w := m.habits.way(context.Background())
	if m.bound(w) == "" {
		return 0
	}
	return r.MaxOutput + w.headroom
}

// Ask sends a request once. A class of llm.Adapted says that the next Ask goes
// about it in another way.
func (m *Model) Ask(ctx context.Context, r *llm.Request) (*llm.Response, error) {
	way := m.habits.way(ctx)
	x := &wire.Exchange{}
	err := m.call(ctx, m.timeout, x, func(ctx context.Context, o ...option.RequestOption) error {
		_, err := m.chat.New(ctx, m.params(r, way), append(o, option.WithResponseBodyInto(new([]byte)))...)
		if x.Status != 0 && x.Err == nil {
			return nil // what came is whole, and paid, also if the context has ended meanwhile
		}
		return err
	})
	if err != nil {
		return nil, m.adapted(ctx, err, x, way)
	}
	res, failed := m.answer(ctx, x.Body, r.Schema.JSON, way)
	if failed != nil {
		return nil, m.recorded(failed, x)
	}
	res.Limits, res.RequestID = limits(x.Header), m.requestID(x.Header)
	return res, nil
}

// call makes one call, and returns a *llm.CallError for whatever is not a
// success, or the cause of a context that ended.
func (m *Model) call(ctx context.Context, timeout time.Duration, x *wire.Exchange, do func(context.Context, ...option.RequestOption) error) error {
	if err := m.ready(); err != nil {
		return err
	}
	inTime, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := do(inTime, option.WithMiddleware(x.Do))
	switch {
	case x.Status == 0 || x.Err != nil:
		return m.broken(ctx, inTime, x, err)
	case x.Status >= 300 || x.Page():
		return m.recorded(m.refused(x), x)
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return m.recorded(m.failed(llm.Malformed, x.Status, "", "the answer is not in the provider's format"), x)
	}
	return nil
}

// broken is a call that brought no whole answer.
func (m *Model) broken(ctx, inTime context.Context, x *wire.Exchange, err error) error {
	err = cmp.Or(x.Err, err, errors.New("nothing was sent"))
	switch {
	case errors.Is(err, wire.ErrTooLarge): // read far enough, whatever else ended meanwhile
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case inTime.Err() != nil:
		err = context.DeadlineExceeded
	}
	e := wire.Failed(err, m.address)
	e.Err = m.scrubbed(e.Err)
	if e.Class == llm.Timeout {
		e.Err = hinted(e.Err, "give a call more time with --call-timeout, or choose a faster model")
	}
	return m.recorded(e, x)
}

// ready refuses a configuration that cannot work, before anything is sent.
func (m *Model) ready() error {
	u, err := url.Parse(m.address)
	switch {
	case m.address == "":
		return m.failed(llm.BadAddress, 0, "give the server's address with --base-url, such as http://127.0.0.1:1234/v1", "no address")
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return m.failed(llm.BadAddress, 0, "--base-url takes an address such as http://127.0.0.1:1234/v1", "%q is not an address", wire.Redact(m.address))
	case m.strict && m.key == "":
		return m.failed(llm.Auth, 0, "set OPENAI_API_KEY; keys are made at https://platform.openai.com/api-keys", "no key")
	case m.id.Model == "":
		return m.failed(llm.UnknownModel, 0, m.modelHint(), "no model is named")
	}
	return nil
}
