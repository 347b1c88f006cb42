package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// problemKind is why a request is refused.
type problemKind int

const (
	badRequest problemKind = iota
	wrongKey
	noCredit
	unknownModel
	notFound
	tooLarge
	limited
	failing
	overloaded
)

// statusOverloaded is Anthropic's status for a provider without capacity.
const statusOverloaded = 529

// problem is a refusal in neither provider's words.
type problem struct {
	kind        problemKind
	text        string // the message; of a model or a limit, the model's name
	param, code string // OpenAI's
	limit       string // that was hit
	allowed     int    // by it, per minute
	wait        time.Duration
}

func (p *problem) outcome() string {
	if p.kind == limited {
		return RateLimited
	}
	return Rejected
}

// keyProblem rehearses what a key can be refused for. Any other key is
// accepted, and so is none.
func keyProblem(r *http.Request) *problem {
	key := r.Header.Get("X-Api-Key")
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		key = bearer
	}
	switch key {
	case "wrong":
		return &problem{kind: wrongKey}
	case "quota":
		return &problem{kind: noCredit}
	}
	return nil
}

// modelProblem rehearses a model that the provider does not have.
func modelProblem(model string) *problem {
	if strings.HasPrefix(model, "unknown") {
		return &problem{kind: unknownModel, text: clipped(model, 100)}
	}
	return nil
}

// unsupported rehearses models without structured output: no-schema… takes no
// JSON schema, no-json… no JSON mode either, and text-only… no tool either.
func (a *ask) unsupported() *problem {
	rung := 0
	for i, prefix := range []string{"no-schema", "no-json", "text-only"} {
		if strings.HasPrefix(a.model, prefix) {
			rung = i + 1
		}
	}
	switch {
	case a.form == formSchema && rung >= 1:
		return &problem{kind: badRequest, param: "response_format", text: "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."}
	case a.form == formObject && rung >= 2:
		return &problem{kind: badRequest, param: "response_format", text: "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model."}
	case a.form == formTool && rung >= 3:
		return &problem{kind: badRequest, param: "tools", text: "Unsupported parameter: 'tools' is not supported with this model."}
	}
	return nil
}

// deny writes a refusal, without latency.
func (s *Server) deny(w http.ResponseWriter, d dialect, p *problem) {
	id := s.serial.Add(1)
	d.requestID(w.Header(), id)
	if p.wait > 0 {
		d.retryAfter(w.Header(), p.wait)
	}
	status, body := d.failure(p, id)
	writeJSON(w, status, body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		http.Error(w, "write the answer: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(b) // a client that has gone is no matter here
}
