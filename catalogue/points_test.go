package catalogue

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"classify"
)

// readPoints is what Points makes of a file: points, how many were empty, and reasons.
func readPoints(t *testing.T, name, text string, o Options) (points []string, empty int, reasons []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Points(t.Context(), path, nil, "v0", o)
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range r.Rows() {
		switch {
		case err != nil:
			t.Fatal(err)
		case p.Reject != nil:
			reasons = append(reasons, p.Reject.Reason)
		case p.Empty:
			empty++
		default:
			points = append(points, strings.Join([]string{p.IndicatorID, p.Date, formatted(p.Value), p.SourceVersion}, " "))
		}
	}
	if read, total := r.Progress(); read != total || total != int64(len(text)) {
		t.Errorf("read %d of %d bytes, the file has %d", read, total, len(text))
	}
	return points, empty, reasons
}

func formatted(v float64) string {
	p := PointReader{s: &opened{}}
	raw := strings.Split(p.Rejected(classify.SeriesPoint{DatedValue: classify.DatedValue{Observation: classify.Observation{Value: v}}}, "").Raw, ",")
	return raw[2]
}

func TestPointsOfEveryArrangement(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		file, text string
		options    Options
		points     []string
		empty      int
		reasons    []string
	}{
		"long, newest first": {file: "p.csv", text: "indicator_id,date,value\nA,2024-02,2\nA,2024-01,-1.5\n",
			points: []string{"A 2024-02 2 v0", "A 2024-01 -1.5 v0"}},
		"long, with editions": {file: "p.csv", text: "value;TIME_PERIOD;Series Code;vintage\n2;2024M02;A;2024-10\n3;2024Q1;A;\n",
			points: []string{"A 2024-02 2 2024-10", "A 2024-Q1 3 v0"}},
		"wide by indicator": {file: "p.tsv", text: "code\t2023\t2024 [YR2024]\nA\t1\t2\nB\t..\t4\n",
			points: []string{"A 2023 1 v0", "A 2024 2 v0", "B 2024 4 v0"}, empty: 1},
		"wide by date": {file: "p.csv", text: "date,GDP.USD,CPI\n2024-01-31,1,2\n2024-02-29,,4\n",
			points: []string{"GDP.USD 2024-01-31 1 v0", "CPI 2024-01-31 2 v0", "CPI 2024-02-29 4 v0"}, empty: 1},
		"JSONL": {file: "p.jsonl", text: `{"indicator_id":"A","date":"2024","value":1}` + "\n" + `{"indicator_id":"A","date":"2025","value":null}` + "\n",
			points: []string{"A 2024 1 v0"}, empty: 1},
		"JSON, wide": {file: "p.json", text: `[{"id":"A","2023":1,"2024":2},{"id":"B","2024":3}]`,
			points: []string{"A 2023 1 v0", "A 2024 2 v0", "B 2024 3 v0"}, empty: 1},
		"mapped": {file: "p.csv", text: "what,when,much\nA,2024,1\n", options: Options{Map: map[string][]string{"indicator_id": {"what"}, "date": {"when"}, "value": {"much"}}},
			points: []string{"A 2024 1 v0"}},
		"unusable rows": {file: "p.csv", text: "indicator_id,date,value\n,2024,1\nA,yesterday,1\nA,2024,much\nA,2024\nA,2024,7\n",
			points: []string{"A 2024 7 v0"}, empty: 1,
			reasons: []string{"the row has no indicator_id", `the date "yesterday" is none`, `the value "much" of 2024 is no number`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			points, empty, reasons := readPoints(t, row.file, row.text, row.options)
			if diff := cmp.Diff(row.points, points); diff != "" {
				t.Error(diff)
			}
			if empty != row.empty {
				t.Errorf("%d empty", empty)
			}
			if diff := cmp.Diff(row.reasons, reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFileThatIsNoSeriesSaysHowOneLooks(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"a catalogue": "indicator_id,name\nA,Exports\n", "only ids": "indicator_id\nA\n", "only dates": "date\n2024\n"} {
		path := filepath.Join(t.TempDir(), "p.csv")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Points(t.Context(), path, nil, "", Options{})
		if err == nil || !strings.Contains(err.Error(), "series file") || !strings.Contains(classify.Hint(err), "indicator_id, date, value") {
			t.Errorf("%s: %v → %s", name, err, classify.Hint(err))
		}
	}
}

// rows are a Relation.
type rows struct {
	columns []string
	cells   [][]string
	closed  bool
}

func (r *rows) Name() string      { return "host/db (query)" }
func (r *rows) Columns() []string { return r.columns }
func (r *rows) Close() error      { r.closed = true; return nil }
func (r *rows) Next(context.Context) ([]string, error) {
	if len(r.cells) == 0 {
		return nil, io.EOF
	}
	next := r.cells[0]
	r.cells = r.cells[1:]
	return next, nil
}

func TestTheRowsOfARelationAreACatalogue(t *testing.T) {
	t.Parallel()
	rel := &rows{columns: []string{"code", "title", "2023", "2024", "values"}, cells: [][]string{
		{"A", "Exports", "1", "", ""},
		{"", "", "", "", ""},
		{"B", "Imports", "", "2", ""},
		{"C", strings.Repeat("x", 100), "", "", ""},
	}}
	r, err := FromRelation(t.Context(), rel, Options{MaxCell: 50})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for row, err := range r.Rows() {
		switch {
		case err != nil:
			t.Fatal(err)
		case row.Reject != nil:
			got = append(got, "rejected "+row.Reject.File+" "+row.Reject.Reason)
		default:
			got = append(got, row.Indicator.ID+" "+row.Indicator.Name+" "+row.File)
		}
	}
	if len(got) != 4 || got[0] != "A Exports host/db (query)" || !strings.HasPrefix(got[1], "rejected") || got[2] != "B Imports host/db (query)" || !strings.Contains(got[3], "50") {
		t.Errorf("%q", got)
	}
	if !rel.closed || r.Counters().Read != 4 || r.Counters().Rejected != 2 {
		t.Errorf("closed %t, %+v", rel.closed, r.Counters())
	}
}

func TestARelationWithoutNamesIsRefusedAndClosed(t *testing.T) {
	t.Parallel()
	rel := &rows{columns: []string{"a", "b"}}
	_, err := FromRelation(t.Context(), rel, Options{})
	if err == nil || !strings.Contains(classify.Hint(err), "select") || strings.Contains(err.Error(), "line") || !rel.closed {
		t.Errorf("%v → %s, closed %t", err, classify.Hint(err), rel.closed)
	}
}
