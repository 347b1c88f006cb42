// Package restate runs the six stages on a Restate cluster. Service is what the
// cluster calls: a workflow for each indicator, the stages one by one, and an API.
// Engine is what a run does with it: it hands work to the nodes, no faster than
// answers are committed, and counts what the store has.
package restate

import "time"

// The services, and their handlers, as people know them.
const (
	Normalization      = "normalization"           // normalize
	TimeInference      = "time-inference"          // infer
	FamilyAssignment   = "family-assignment"       // assign
	TypeClassification = "type-classification"     // classify
	BooleanReview      = "boolean-review"          // review
	FinalReview        = "final-review"            // review
	Workflow           = "classification-workflow" // run, getState
	API                = "classify-api"            // batch, getStatus, health
)

// Services are the names of all services, sorted.
var Services = []string{BooleanReview, Workflow, API, FamilyAssignment, FinalReview, Normalization, TimeInference, TypeClassification}

// Bounds of what is asked of the API.
const (
	MaxBatch = 100     // indicators in a batch
	MaxBody  = 8 << 20 // bytes of a request, and of what an ingress answers
)

// What Restate is told about the services.
const (
	// inactivity is after which time without progress Restate asks an invocation to
	// suspend: longer than a call to a model with its waiting and repetitions takes
	// as a rule, so that nothing is replayed for nothing.
	inactivity = 5 * time.Minute
	// abort is how much longer it may take then: a provider may be down for a
	// quarter of an hour before a call is given up.
	abort = 20 * time.Minute
	// kept is how long a finished workflow and its journal can be looked at.
	kept = time.Hour
	// firstRetry, lastRetry: the pauses between attempts of an invocation.
	firstRetry = 100 * time.Millisecond
	lastRetry  = 10 * time.Second
	// workflowAttempts is more than two hours of trying. What has not succeeded then
	// is paused, not lost: it can be resumed.
	workflowAttempts = 1000
	// stageAttempts: somebody waits for the answer.
	stageAttempts = 10
)
