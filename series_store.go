package classify

import (
	"context"
	"iter"
	"time"
)

// SeriesStore keeps series that come in files of their own. They stay when
// their indicator's catalogue row comes again, and win over its values of the
// same dates. A series whose indicator has no catalogue row yet waits for it.
type SeriesStore interface {
	// ImportSeries stores points in portions, each of which is durable before
	// the next but one is begun; what was stored before an error stays, and the
	// same points may come again. kept is told of every point that was not stored
	// because another value stands at its date; it may be nil. A store with a
	// single writer returns a *LockedError while a run lives.
	ImportSeries(ctx context.Context, o SeriesImport, points iter.Seq2[SeriesPoint, error], kept func(SeriesPoint) error) (SeriesCounts, error)
	// Series yields the points of an indicator by date, catalogue values among
	// them; one that has none yields nothing.
	Series(ctx context.Context, id string) iter.Seq2[SeriesPoint, error]
}

// SeriesImport is one import of a file.
type SeriesImport struct {
	File string // as the record of imports names it
	// Upsert replaces the value that stands at a date; otherwise it stays.
	Upsert bool
}

// SeriesPoint is one observation of a series.
type SeriesPoint struct {
	DatedValue
	SourceVersion string // the source's edition, "" if it named none
	Imported      bool   // by ImportSeries; otherwise of a catalogue row
	Line          int    // where it stands in its file; 0 when it comes from the store
}

// SeriesCounts reconciles an import: points = Added + Replaced + Unchanged + Kept.
type SeriesCounts struct {
	Added     int `json:"points_added"`
	Replaced  int `json:"points_replaced"`
	Unchanged int `json:"points_unchanged"`
	// Kept counts the points that were not stored: another value stands at
	// their date.
	Kept int `json:"points_kept_out"`
	// Indicators counts the different ids among consecutive points: all of them
	// where a file is ordered by id.
	Indicators int `json:"indicators"`
	// Waiting counts the ids of the store's series without a catalogue row.
	Waiting int `json:"without_catalogue_row"`
}

// Upkeep is what the owner of a store asks of it.
type Upkeep interface {
	// Info describes the store. It contains no secrets.
	Info(ctx context.Context) (StoreInfo, error)
	// Check looks for what does not fit together: answers without their stages,
	// values without their indicator, hashes that are not those of the input,
	// runs that were never closed, missing indexes. A sound store has no findings.
	Check(ctx context.Context) ([]Finding, error)
}

// StoreInfo describes a store.
type StoreInfo struct {
	Kind        string `json:"kind"`  // "sqlite" or "postgres"
	Place       string `json:"place"` // path, or host:port/database
	Server      string `json:"server"`
	Schema      int    `json:"schema"`       // version of its tables
	SchemaKnown int    `json:"schema_known"` // version that this program wants
	// TimeSeries is what the dated tables are: "plain tables", or "TimescaleDB"
	// with version and edition.
	TimeSeries  string        `json:"time_series"`
	Features    []Feature     `json:"features"`
	Tables      []TableInfo   `json:"tables"`
	Connections Connections   `json:"connections,omitzero"`
	Writers     []LockedError `json:"writers"` // runs that write now
	SizeBytes   int64         `json:"size_bytes"`
}

// Feature is something that a store has only where its database allows it.
type Feature struct {
	Name   string `json:"name"`
	On     bool   `json:"on"`
	Detail string `json:"detail"` // what it is set to, or why it is off
}

// TableInfo is the size of a table.
type TableInfo struct {
	Name  string `json:"name"`
	Rows  int64  `json:"rows"`
	Exact bool   `json:"exact"` // whether Rows was counted; otherwise the database estimates it
	Bytes int64  `json:"bytes"` // with its indexes; 0 if unknown
}

// Connections are those of a database server.
type Connections struct {
	Pool   int `json:"pool"`   // most that this process opens
	Open   int `json:"open"`   // of all classify processes to this database
	Used   int `json:"used"`   // of all clients of the server
	Server int `json:"server"` // most that the server admits
}

// Finding is something in a store that does not fit together.
type Finding struct {
	Check  string `json:"check"`
	Detail string `json:"detail"` // with numbers and an example
	Remedy string `json:"remedy"` // a command, or what to do
}

// QuestionClaims keep one question in flight from being asked twice by
// processes that share a store.
type QuestionClaims interface {
	// ClaimQuestion takes the right to ask a question of a model until so much
	// later on the store's clock, or prolongs it. It reports false while the claim
	// of another owner lives. Where a store has a single writer it reports true.
	ClaimQuestion(ctx context.Context, key, owner string, d time.Duration) (bool, error)
	// ProlongQuestions moves the ends of the claims that owner still has of these to
	// so much later, in one go; a question that it does not have it leaves alone.
	ProlongQuestions(ctx context.Context, keys []string, owner string, d time.Duration) error
	// ReleaseQuestion gives the right back; it does nothing where owner does not have it.
	ReleaseQuestion(ctx context.Context, key, owner string) error
}
