package catalogue_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"classify"
	"classify/catalogue"
)

func readValues(t *testing.T, text string, o catalogue.Options) (rows []classify.DatedValue, rejects []*catalogue.Reject, err error) {
	t.Helper()
	for row, e := range catalogue.Values(t.Context(), []string{catalogue.Stdin}, strings.NewReader(text), o) {
		switch {
		case e != nil:
			return rows, rejects, e
		case row.Reject != nil:
			rejects = append(rejects, row.Reject)
		case row.Empty:
		default:
			rows = append(rows, row.DatedValue)
		}
	}
	return rows, rejects, nil
}

func dated(id string, pairs ...any) []classify.DatedValue {
	var list []classify.DatedValue
	for _, o := range observations(pairs...) {
		list = append(list, classify.DatedValue{IndicatorID: id, Observation: o})
	}
	return list
}

// parquetText is a Parquet file as a string.
func parquetText[T any](t *testing.T, rows []T) string {
	t.Helper()
	var out bytes.Buffer
	if err := parquet.Write(&out, rows); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestLongFilesAreReadInEveryFormat(t *testing.T) {
	t.Parallel()
	type long struct {
		ID    string  `parquet:"indicator_id"`
		Date  int32   `parquet:"obs_date,date"`
		Value float64 `parquet:"value"`
	}
	want := dated("a", "2023", 1.0, "2024-Q1", 2.5)
	tests := []struct {
		name    string
		text    string
		options catalogue.Options
		want    []classify.DatedValue
	}{
		{"CSV", "id,date,value\na,2023,1\na,2024Q1,2.5\n", catalogue.Options{}, want},
		{"semicolons and other names", "Series Code;TIME_PERIOD;OBS_VALUE\na;2023;1\na;2024-Q1;2.5\n", catalogue.Options{}, want},
		{"JSONL", `{"indicator_id":"a","date":"2023","value":1}` + "\n" + `{"indicator_id":"a","date":"2024-Q1","value":"2.5"}`, catalogue.Options{}, want},
		{"JSON", `[{"id":"a","time":2023,"value":1},{"id":"a","time":"2024-Q1","value":2.5}]`, catalogue.Options{}, want},
		{"parquet", parquetText(t, []long{{"a", 19723, 1}}), catalogue.Options{}, dated("a", "2024-01-01", 1.0)},
		{"joined ids", "Country,Ind,year,val\nDE,GDP,2023,1\n",
			catalogue.Options{Map: map[string][]string{"indicator_id": {"Ind", "Country"}}}, dated("GDP:DE", "2023", 1.0)},
		{"thousands and spaces", "id,date,value\n a , 2023 ,\" 1,234.5 \"\n", catalogue.Options{}, dated("a", "2023", 1234.5)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, err := readValues(t, tt.text, tt.options)
			if err != nil || len(rejects) != 0 {
				t.Fatalf("error %v, rejects %v", err, rejects)
			}
			if !slices.Equal(rows, tt.want) {
				t.Errorf("read %v, want %v", rows, tt.want)
			}
		})
	}
}

func TestUnusableObservationsAreRejectedWithLineAndReason(t *testing.T) {
	t.Parallel()
	text := "id,date,value\na,2023,1\n,2023,1\na,last10YearsAvg,3\na,2024,\na,2025,..\na,2026,abc\nb,2023,\"2\nc,2024,3\n"
	rows, rejects, err := readValues(t, text, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if want := append(dated("a", "2023", 1.0), dated("c", "2024", 3.0)...); !slices.Equal(rows, want) {
		t.Errorf("read %v, want %v", rows, want)
	}
	want := map[int]string{3: "no indicator_id", 4: `"last10YearsAvg"`, 7: `"abc" is no number`, 8: "never closed"}
	for _, r := range rejects {
		if !strings.Contains(r.Reason, want[r.Line]) || want[r.Line] == "" {
			t.Errorf("rejected %v, want %q", r, want[r.Line])
		}
		delete(want, r.Line)
	}
	if len(want) != 0 {
		t.Errorf("not rejected: %v", want)
	}
}

func TestARowWhoseValueTheSourceLeftOpenIsEmptyAndNoReject(t *testing.T) {
	t.Parallel()
	stdin := strings.NewReader("id,date,value\na,2023,1\na,2024,..\na,2025,\na,2026,n/a\n")
	var empty []string
	for row, err := range catalogue.Values(t.Context(), []string{catalogue.Stdin}, stdin, catalogue.Options{}) {
		if err != nil || row.Reject != nil {
			t.Fatal(err, row.Reject)
		}
		if row.Empty {
			empty = append(empty, row.IndicatorID+" "+row.Date)
		}
	}
	if want := []string{"a 2024", "a 2025", "a 2026"}; !slices.Equal(empty, want) {
		t.Errorf("empty %v, want %v", empty, want)
	}
}

func TestLongFileWithoutItsColumnsIsRefused(t *testing.T) {
	t.Parallel()
	_, _, err := readValues(t, "id,value\na,1\n", catalogue.Options{})
	if err == nil || !strings.Contains(err.Error(), "no column for date; its columns are id, value") || !strings.Contains(classify.Hint(err), "--map date=COLUMN") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
	for _, err := range catalogue.Values(t.Context(), []string{"nowhere.csv"}, nil, catalogue.Options{}) {
		if err == nil || !strings.Contains(err.Error(), "nowhere.csv") {
			t.Errorf("missing file: %v", err)
		}
	}
}

func TestRejectsFileIsThereOnlyIfARowWasRejected(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	w := catalogue.NewRejectWriter(path)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("a file without rejects: %v", err)
	}
	w = catalogue.NewRejectWriter(path)
	for _, r := range []catalogue.Reject{{File: "a.csv", Line: 7, Reason: "the row has no name", Raw: "x,\"y\n"}, {File: "b", Line: 1, Reason: "r"}} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || w.Count() != 2 {
		t.Errorf("close: %v, %d rejects", err, w.Count())
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if want := "file,line,reason,raw\na.csv,7,the row has no name,\"x,\"\"y\n\"\nb,1,r,\n"; string(content) != want {
		t.Errorf("wrote %q, want %q", content, want)
	}
	w = catalogue.NewRejectWriter(filepath.Join(path, "below", "a", "file"))
	if err := w.Write(catalogue.Reject{}); err == nil {
		t.Error("a file that cannot be created is no error")
	}
}
