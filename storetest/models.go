package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"classify"
)

// modelTime is a moment that every store can keep: whole microseconds.
var modelTime = time.Date(2024, 2, 29, 23, 59, 58, 123456000, time.UTC)

// modelServer is where the models of the suite are.
const modelServer = "http://127.0.0.1:1/v1"

// Call is the n-th call of the suite's ledger, with every field set.
func Call(run int64, n int) classify.Call {
	return classify.Call{RunID: run, At: modelTime.Add(time.Duration(n) * time.Second), Stage: classify.StageFamily, Provider: "openai", Model: "gpt-x", Server: modelServer,
		Reported: "gpt-x-2024", Prompt: "family-1", Questions: 2, Attempt: 1, Outcome: classify.CallAnswered,
		Tokens: classify.Tokens{Input: 1000, Cached: 600, CacheWrite: 100, Output: 50, Reasoning: 20},
		USD:    0.25, Priced: true, Latency: 1500 * time.Millisecond, RequestID: fmt.Sprint("req_", n)}
}

// CachedAnswer is the n-th of the suite's answers, with every field set.
func CachedAnswer(run int64, n int) classify.CachedAnswer {
	return classify.CachedAnswer{Key: fmt.Sprintf("%064x", n), Stage: classify.StageFamily, Provider: "openai", Model: "gpt-x", Server: modelServer, Reported: "gpt-x-2024",
		Prompt: "family-1", Params: "effort=low", Question: json.RawMessage(fmt.Sprintf(`{"concept":"exports of goods, %d","unit_type":"currency"}`, n)),
		Answer: json.RawMessage(`{"family": "physical-fundamental", "reason": "ünïcode <&>\n"}`), At: modelTime.Add(time.Duration(n) * time.Second), RunID: run}
}
