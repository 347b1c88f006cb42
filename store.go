package classify

import (
	"context"
	"iter"
	"time"
)

// A Store keeps catalogues, answers and their history. Every method is safe
// for concurrent use. storetest is the suite that a store has to pass.
type Store interface {
	RunStore
	AnswerReader
	ModelStore
	SeriesStore
	Upkeep

	// SetOverrides sets a person's labels: one replaces what was set for the
	// same indicator and field, everything else stays. An Override with an empty
	// Field takes away all labels that its indicator had until then, also those
	// that stand before it. Labels are part of an indicator's input: one that
	// got other labels is done again. It returns a *LockedError while another
	// run lives. Without labels it does nothing, and asks for no lease.
	SetOverrides(ctx context.Context, labels []Override) (OverrideCounts, error)
	// Close waits for what is being committed.
	Close() error
}

// RunStore is what a writing run needs. The runID of a method names the run
// that calls it. A writing method refuses one that does not run; a reading
// method needs it to know whose intake is meant, which a store that lets
// several runs write at once keeps apart. One that admits a single writer has
// a single intake, and need not look at it there.
type RunStore interface {
	// StartRun registers a run and takes the store's lease, which a heartbeat
	// in the background keeps. It returns a *LockedError while another run
	// lives; a lease whose process is gone or has been silent is taken over,
	// and its run is stored as "killed" with what it had committed.
	StartRun(ctx context.Context, r Run) (runID int64, err error)
	// FinishRun stores how the run ended, forgets its intake and gives the
	// lease back.
	FinishRun(ctx context.Context, runID int64, r RunResult) error

	// StageValues keeps observations of a separate file until Take joins them
	// to their indicators in the same run. A later value of the same date wins.
	StageValues(ctx context.Context, runID int64, rows []DatedValue) error
	// Take stores catalogue rows and says of each what it is. It joins staged
	// values and overrides. A row that has values after that replaces those of
	// its indicator; one without any keeps what is stored, and what was set
	// aside with it. The order of the result is that of the rows.
	Take(ctx context.Context, runID int64, rows []SourceRow) ([]Taken, error)
	// OrphanValues counts the indicators among the staged values that no
	// catalogue row of this run had, and names up to limit of them.
	OrphanValues(ctx context.Context, runID int64, limit int) (n int, ids []string, err error)

	// Plan counts what a selection means before anything is done.
	Plan(ctx context.Context, runID int64, s Selection) (Plan, error)
	// Todo yields what the selection has to do, ordered by indicator id, while
	// Save is called for what it yielded. It stops at the first error.
	Todo(ctx context.Context, runID int64, s Selection) iter.Seq2[Work, error]
	// Answers yields the current answers of what is selected, whatever the
	// mode, ordered by indicator id.
	Answers(ctx context.Context, runID int64, s Selection) iter.Seq2[Stored, error]

	// Save stores all rows of one indicator in one transaction, replacing its
	// current answer and adding to the history. It returns when they are
	// durable; concurrent calls share a commit, and what is wrong with one of
	// them fails no other. Saving the same run and indicator again replaces what
	// the first call stored. When ctx ends while the rows wait for their commit
	// or are being committed, Save returns its cause at once, and whether they
	// become durable is open: RunOutcomes tells. The caller must not change what
	// c refers to even then.
	Save(ctx context.Context, runID int64, c Classification) error
	// Committed returns what a run has committed of these indicators, by any of
	// its processes, in no order; what it has not is left out. It is how an engine
	// counts whose answers are saved elsewhere, and takes a run that has ended too.
	Committed(ctx context.Context, runID int64, ids []string) ([]Committed, error)
}

// Committed is what the history has of one indicator of a run.
type Committed struct {
	IndicatorID       string       `json:"indicator_id"`
	Outcome           Outcome      `json:"outcome"`
	ReviewStatus      ReviewStatus `json:"review_status"`
	OverallConfidence float64      `json:"overall_confidence"`
	Failure           *Failure     `json:"failure,omitempty"` // of a failed one
}

// AnswerReader reads what is stored; readers never wait for a writing run.
type AnswerReader interface {
	// Indicator returns a source row with all its values, or ErrNotFound.
	Indicator(ctx context.Context, id string) (Indicator, error)
	// Classification returns the current answer with every stage, or ErrNotFound.
	Classification(ctx context.Context, id string) (Stored, error)
	// Classifications yields current answers ordered by id.
	Classifications(ctx context.Context, where []Condition) iter.Seq2[Stored, error]
	// Compare yields the indicators whose answers differ between two runs, by
	// id. An indicator that a run did not touch keeps its earlier answer. A run
	// that does not exist is an ErrNotFound that names it.
	Compare(ctx context.Context, runA, runB int64) iter.Seq2[Difference, error]
	// RunOutcomes counts what a run committed, by outcome, from the history:
	// what the end report is reconciled with.
	RunOutcomes(ctx context.Context, runID int64) (map[Outcome]int, error)
	// Runs returns the newest runs first; limit 0 means all.
	Runs(ctx context.Context, limit int) ([]Run, error)
	Status(ctx context.Context) (Status, error)
}

// Run is one call of "classify run".
type Run struct {
	ID         int64      `json:"run_id"`
	StartedAt  time.Time  `json:"started_at"`
	FinishedAt *time.Time `json:"finished_at,omitempty"`
	Host       string     `json:"host"`
	PID        int        `json:"pid"`
	Command    string     `json:"command"` // the arguments, to resume with
	// Mode is that of its selection; "" is a run of before modes were stored.
	Mode         Mode   `json:"mode"`
	LogicVersion string `json:"logic_version"`
	Version      string `json:"version"` // of the program
	Engine       string `json:"engine"`
	Provider     string `json:"provider"`
	// Shared lets the run live beside other shared runs, where the store admits
	// several: Todo shares the work among them, each indicator goes to one. A store
	// with a single writer does not look at it.
	Shared bool `json:"shared,omitempty"`
	// State is "running", "done", "interrupted" or "failed"; "killed" is a run
	// whose process is gone or has been silent, from the moment on at which
	// another one may take its lease over.
	State  string    `json:"state"`
	Result RunResult `json:"result"`
}

// RunResult is how a run ended. Read = Accepted + Duplicates + Rejected, and
// Selected = Classified + Escalated + Failed + Skipped unless it was interrupted.
// Of a killed run only Classified, Escalated and Failed are known: they are
// counted from the history, and the others are 0.
type RunResult struct {
	State      string `json:"state"`
	Error      string `json:"error,omitempty"`
	Read       int    `json:"rows_read"`
	Accepted   int    `json:"rows_accepted"`
	Duplicates int    `json:"rows_duplicate"`
	Rejected   int    `json:"rows_rejected"`
	Selected   int    `json:"selected"`
	Classified int    `json:"classified"`
	Escalated  int    `json:"escalated"`
	Failed     int    `json:"failed"`
	Skipped    int    `json:"skipped"`
}

// SourceRow is one accepted row of a catalogue and where it stood.
type SourceRow struct {
	Indicator Indicator
	File      string
	Line      int // 1-based; for Parquet the row
}

// Taken says what became of a catalogue row.
type Taken struct {
	Kind Disposition
	// FirstFile and FirstLine name the earlier row of a duplicate or a conflict.
	FirstFile string
	FirstLine int
}

// Disposition is what a catalogue row means to the store.
type Disposition int

const (
	TakenNew       Disposition = iota // an indicator that the store did not have
	TakenChanged                      // known, with other input
	TakenUnchanged                    // known, with the same input
	TakenDuplicate                    // the same row stood in this run before
	TakenConflict                     // another row with the same id stood in this run before
)

// DatedValue is one observation of a long file.
type DatedValue struct {
	IndicatorID string
	Observation
}

// Override is one label that a person set.
type Override struct {
	IndicatorID string
	Field       string
	Value       string
}

// OverrideCounts says what SetOverrides did.
type OverrideCounts struct {
	Labels     int // labels set; a field that is given twice counts once
	Indicators int // different ids in the call
	// Unknown counts the ids that no source row has at the moment: their labels
	// wait until one comes. UnknownExample is the first of them.
	Unknown        int
	UnknownExample string
}

// Mode says which of the selected indicators are done.
type Mode string

const (
	ModeChanged     Mode = "changed"      // no current answer, other input, or failed before
	ModeStale       Mode = "stale"        // ModeChanged, and what an older logic answered
	ModeRetryFailed Mode = "retry-failed" // only what failed
	ModeForce       Mode = "force"        // everything
)

// Selection says what a run has to do.
type Selection struct {
	// Intake restricts the selection to what this run took in from files;
	// otherwise every indicator of the store is selected.
	Intake       bool
	Mode         Mode
	LogicVersion string
	IDs          []string
	Where        []Condition
	Limit        int    // 0: no limit
	Sample       int    // 0: all; otherwise that many, chosen by Seed
	Seed         uint64 //
	Samples      int    // newest observations per indicator; 0: all
	// Since lets a ModeForce that was interrupted go on: what a run with this
	// id or a later one answered from the same input by LogicVersion is skipped,
	// unless it failed. 0 skips nothing; other modes do not look at it.
	Since int64
	// NotBy skips what a run with this id has answered, whatever the mode and the
	// outcome: a run that goes over its indicators again does each once. 0 skips
	// nothing.
	NotBy int64
}

// Work is one indicator that has to be done.
type Work struct {
	Indicator        // with the newest observations alone, as many as selected
	Hash      string // InputHash of the whole input, for Classification.InputHash
}

// Plan is what a selection amounts to. Selected = Todo + Skipped.
type Plan struct {
	Selected    int `json:"selected"`
	Todo        int `json:"todo"`
	Skipped     int `json:"skipped"`
	OlderLogic  int `json:"older_logic"`  // of the skipped, those that an older logic answered
	RetryFailed int `json:"retry_failed"` // of the todo, those that failed before
}

// Stored is a current answer with when and by which run it was stored.
type Stored struct {
	Classification
	RunID   int64     `json:"run_id"`
	SavedAt time.Time `json:"classified_at"`
}

// Difference is one indicator whose answer differs between two runs; a side
// is nil where it had none.
type Difference struct {
	IndicatorID string
	A, B        *Classification
}

// Status is the state of a store.
type Status struct {
	Indicators  int             `json:"indicators"`
	Outcomes    map[Outcome]int `json:"outcomes"`
	Pending     int             `json:"pending"` // without an answer for their current input
	StageCounts map[Stage]int   `json:"stages"`  // current answers by stage
	Families    []FamilyCount   `json:"families"`
	Failures    []FailureCount  `json:"failures"`
	Latest      *Run            `json:"latest_run,omitempty"`
	Writer      *LockedError    `json:"writer,omitempty"` // who holds the lease
	// Rate is how many indicators the latest run committed per second: of the
	// whole run, from StartedAt to FinishedAt or, while it lives, to now. It is
	// the rate that the end report of that run gives.
	Rate float64 `json:"rate"`
}

// FamilyCount is a row of the summary by family and type.
type FamilyCount struct {
	Family     Family  `json:"family"`
	Type       Type    `json:"type"`
	Indicators int     `json:"indicators"`
	Confidence float64 `json:"mean_confidence"`
	Low        int     `json:"low_confidence"` // below LowConfidence
}

// LowConfidence is where a person should look before trusting the labels.
const LowConfidence = 0.70

// FailureCount is a reason for failures and how many had it.
type FailureCount struct {
	Stage   Stage  `json:"stage"`
	Reason  string `json:"reason"`
	Count   int    `json:"count"`
	Example string `json:"example_id"`
}
