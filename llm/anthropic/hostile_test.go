package anthropic_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"classify/llm"
)

// Whatever a server answers, a call ends with an answer or with an error that
// has a class, and shows no key.
func TestAnyAnswerIsBorne(t *testing.T) {
	t.Parallel()
	var body, retry string
	var status int
	s := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int, _ map[string]any) {
		w.Header().Set("Retry-After", retry)
		write(w, status, body)
	})
	seeds := []string{message(good), toolCall(good), failure("invalid_request_error", "the key "+key+" and thinking"), (&remoteBatch{id: "msgbatch_1", keys: []string{"a"}}).json(),
		`{"data":[` + (&remoteBatch{id: "msgbatch_1", keys: []string{"a"}, ended: true}).json() + `],"has_more":true}`, `{"custom_id":"a","result":{"type":"succeeded","message":` + message(good) + `}}`}
	scraps := []string{"null", "{}", "[]", `""`, `"` + key + `"`, "-1e999", "1e18", "true", "\x00", "\xff", "{", `{"type":null}`}
	rapid.Check(t, func(t *rapid.T) {
		body = rapid.SampledFrom(seeds).Draw(t, "seed")
		for range rapid.IntRange(0, 4).Draw(t, "changes") {
			from := rapid.IntRange(0, len(body)).Draw(t, "from")
			to := min(len(body), from+rapid.IntRange(0, 30).Draw(t, "length"))
			if rapid.Bool().Draw(t, "value") { // a whole value after a colon
				if i := strings.IndexByte(body[from:], ':'); i >= 0 {
					from += i + 1
					to = from + strings.IndexAny(body[from:]+",", ",}")
				}
			}
			body = body[:from] + rapid.SampledFrom(scraps).Draw(t, "scrap") + body[to:]
		}
		status = rapid.SampledFrom([]int{200, 200, 200, 201, 400, 401, 404, 429, 500, 529, 599}).Draw(t, "status")
		retry = rapid.SampledFrom([]string{"", "-5", "1e300", "NaN", "Sat, 21 Nov 2026 10:00:00 GMT", "x"}).Draw(t, "retry")
		m := model(s)
		r, err := m.Ask(t.Context(), question)
		if err == nil && strings.Contains(r.Text+r.Model+r.RequestID, key) {
			t.Fatalf("the key is shown: %+v", r)
		}
		_, polled := m.Poll(t.Context(), "msgbatch_1")
		_, submitted := m.Submit(t.Context(), batchOf("a"))
		_, _, found := m.Find(t.Context(), "", time.Now(), []string{"a"})
		read := m.Results(t.Context(), "msgbatch_1", func(r llm.BatchResult) error {
			if r.Err != nil {
				refused(t, r.Err)
			}
			return nil
		})
		for _, err := range []error{err, polled, submitted, found, read} {
			if err != nil {
				refused(t, err)
			}
		}
	})
}
