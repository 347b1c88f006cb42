package catalogue_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"classify"
	"classify/catalogue"
)

func TestJSONIsReadInEveryLayout(t *testing.T) {
	t.Parallel()
	const a, b = `{"id":"a","name":"A"}`, `{"id":"b","name":"B"}`
	tests := []struct{ name, text string }{
		{"lines", a + "\n" + b + "\n"},
		{"lines without an end", a + "\n\n" + b},
		{"array", "[" + a + "," + b + "]"},
		{"array over lines", "[\n  " + a + ",\n  " + b + "\n]\n"},
		{"array with a mark", "\ufeff[" + a + "," + b + "]"},
		{"objects one after the other", "{\n \"id\": \"a\",\n \"name\": \"A\"\n}\n{\n \"id\": \"b\",\n \"name\": \"B\"\n}\n"},
		{"objects in one line", a + b},
		{"an object that holds the array", `{"meta":{"page":1,"list":[1,2]},"data":[` + a + "," + b + `],"total":2}`},
		{"the same over lines", "{\n\"count\": 2,\n\"indicators\": [\n" + a + ",\n" + b + "\n]\n}\n"},
		{"an object with the array and a name", `{"name":"My catalogue","rows":[` + a + "," + b + `]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, _ := readText(t, tt.text, catalogue.Options{})
			if len(rejects) != 0 {
				t.Errorf("rejects %v", rejects)
			}
			compare(t, rows, []classify.Indicator{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}, nil)
		})
	}
}

func TestJSONOfTheWorldBankAPIIsRead(t *testing.T) {
	t.Parallel()
	text := `[{"page":1,"pages":1},[{"id":"NY.GDP","name":"GDP","unit":"","source":{"id":"2","value":"WDI"},
"sourceNote":"Sum","sourceOrganization":"World Bank","topics":[{"id":"3","value":"Economy"},{"id":"4","value":"Money"}]}]]`
	rows, rejects, _ := readText(t, text, catalogue.Options{})
	if len(rejects) != 1 || rejects[0].Reason != "the row has no name" {
		t.Errorf("rejects %v", rejects)
	}
	compare(t, rows, []classify.Indicator{{ID: "NY.GDP", Name: "GDP", Description: "Sum", SourceName: "World Bank", Topic: "Economy; Money"}}, nil)
}

func TestOneJSONObjectIsARecordUnlessItHoldsRecords(t *testing.T) {
	t.Parallel()
	rows, _, _ := readText(t, `{"id":"a","name":"A","sample_values":[{"date":"2023","value":1}],"topics":[{"id":1,"value":"T"}]}`, catalogue.Options{})
	compare(t, rows, []classify.Indicator{{ID: "a", Name: "A", Topic: "T", Values: observations("2023", 1.0)}}, nil)
}

func TestAnObjectWithTwoArraysOfRecordsIsRefused(t *testing.T) {
	t.Parallel()
	r, err := catalogue.Open(t.Context(), []string{"-"}, strings.NewReader(`{"a":[{"name":"A"}],"b":[{"name":"B"}]}`), catalogue.Options{})
	if err == nil {
		_, _, err = readAll(t, r)
	}
	if err == nil || !strings.Contains(err.Error(), "more than one array") || !strings.Contains(classify.Hint(err), "jq .b") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}

func TestJSONWithOtherKeysLaterKeepsItsMeaning(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for range 30 {
		text.WriteString("{\"id\":\"a\",\"name\":\"A\"}\n")
	}
	text.WriteString("{\"Units\":\"USD\",\"id\":\"z\",\"name\":\"Z\",\"2020\":5}\n")
	rows, _, _ := readText(t, text.String(), catalogue.Options{})
	compare(t, rows[30:], []classify.Indicator{{ID: "z", Name: "Z", Units: "USD", Values: observations("2020", 5.0)}}, []int{31})
}

// pack compresses with gzip or Zstandard.
func pack(t *testing.T, how string, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if how == "gz" {
		w := gzip.NewWriter(&out)
		if _, err := w.Write(content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	w, err := zstd.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// parquetFile has a row of every kind of column that occurs.
func parquetFile(t *testing.T) []byte {
	t.Helper()
	type obs struct {
		Date  string   `parquet:"date"`
		Value *float64 `parquet:"value,optional"`
	}
	type row struct {
		Code   string    `parquet:"Indicator Code"`
		Name   string    `parquet:"Indicator Name"`
		Units  *string   `parquet:"units,optional"`
		Scale  int64     `parquet:"scale"`
		Notes  time.Time `parquet:"notes,timestamp(millisecond)"`
		Topics []string  `parquet:"topics,list"`
		Wide   float64   `parquet:"2019"`
		Values []obs     `parquet:"sample_values,list"`
	}
	one, unit := 1.5, "USD"
	rows := []row{
		{Code: "a", Name: "A", Units: &unit, Scale: 6, Notes: time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), Topics: []string{"x", "y"}, Wide: 7,
			Values: []obs{{"2023", &one}, {"2024-Q1", nil}, {"2024-Q2", &one}}},
		{Code: "b", Name: "B"},
		{Code: "c"},
	}
	var out bytes.Buffer
	if err := parquet.Write(&out, rows, parquet.MaxRowsPerRowGroup(2)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParquetIsReadFromAFileAStreamAndPacked(t *testing.T) {
	t.Parallel()
	plain := parquetFile(t)
	want := []classify.Indicator{
		{ID: "a", Name: "A", Units: "USD", Scale: "6", Description: "2024-01-02T00:00:00Z", Topic: "x; y", SetAside: 1, SetAsideExample: "2024-Q1: ",
			Values: observations("2023", 1.5, "2024-Q2", 1.5, "2019", 7.0)},
		{ID: "b", Name: "B", Scale: "0", Description: "1970-01-01T00:00:00Z", Values: observations("2019", 0.0)},
	}
	temp := t.TempDir()
	o := catalogue.Options{TempDir: temp}
	for name, paths := range map[string][]string{"file": {write(t, "p", string(plain))}, "packed": {write(t, "q", string(pack(t, "zst", plain)))}, "stream": {"-"}} {
		r, err := catalogue.Open(t.Context(), paths, bytes.NewReader(plain), o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		rows, rejects, err := readAll(t, r)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(rejects) != 1 || rejects[0].Line != 3 || rejects[0].Reason != "the row has no name" {
			t.Errorf("%s: rejects %v", name, rejects)
		}
		for i := range rows {
			if rows[i].Indicator.Description == "0001-01-01T00:00:00Z" {
				rows[i].Indicator.Description = want[i].Description
			}
		}
		compare(t, rows, want, []int{1, 2})
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	o.MaxTemp = 100
	_, err := catalogue.Open(t.Context(), []string{"-"}, bytes.NewReader(plain), o)
	if err == nil || !strings.Contains(err.Error(), "longer than 100 bytes") || classify.Hint(err) == "" {
		t.Errorf("a stream beyond the limit: %v", err)
	}
	if left, _ := os.ReadDir(temp); len(left) != 0 {
		t.Errorf("temporary files are left after an error: %v", left)
	}
}

func TestDamagedParquetEndsWithAnErrorAndNeverPanics(t *testing.T) {
	t.Parallel()
	plain := parquetFile(t)
	path := write(t, "p", "")
	for i := 0; i < len(plain); i += 7 {
		broken := bytes.Clone(plain)
		broken[i] ^= 0xff
		if err := os.WriteFile(path, broken, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := catalogue.Open(t.Context(), []string{path}, nil, catalogue.Options{})
		if err != nil {
			continue
		}
		for _, err := range r.Rows() {
			var file *catalogue.FileError
			if err != nil && !errors.As(err, &file) {
				t.Fatalf("byte %d: %v", i, err)
			}
		}
	}
}

func TestPackedTextIsReadWhateverItIsCalled(t *testing.T) {
	t.Parallel()
	text := []byte("id,name\na,A\n")
	for _, how := range []string{"gz", "zst"} {
		packed := pack(t, how, text)
		for _, paths := range [][]string{{write(t, "catalogue.csv."+how, string(packed))}, {write(t, "catalogue", string(packed))}, {"-"}} {
			r, err := catalogue.Open(t.Context(), paths, bytes.NewReader(packed), catalogue.Options{})
			if err != nil {
				t.Fatal(err)
			}
			rows, _, err := readAll(t, r)
			if err != nil {
				t.Fatal(err)
			}
			compare(t, rows, []classify.Indicator{{ID: "a", Name: "A"}}, []int{2})
		}
		cut := write(t, "cut."+how, string(pack(t, how, bytes.Repeat(append(text, text...), 20000))[:60]))
		r, err := catalogue.Open(t.Context(), []string{cut}, nil, catalogue.Options{})
		if err == nil {
			_, _, err = readAll(t, r)
		}
		if err == nil || !strings.Contains(err.Error(), cut) || !strings.Contains(err.Error(), "unpack") {
			t.Errorf("a %s file that is cut off: %v", how, err)
		}
	}
}

func TestSeveralFilesAreReadInTheirOrder(t *testing.T) {
	t.Parallel()
	first := write(t, "1.csv", "id,name\na,A\n")
	second := write(t, "2.jsonl", `{"id":"b","name":"B"}`)
	r, err := catalogue.Open(t.Context(), []string{first, "-", second}, strings.NewReader("id;name\nc;C\n"), catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rows, _, err := readAll(t, r)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range rows {
		got = append(got, filepath.Base(row.File)+" "+row.Indicator.ID)
	}
	if !slices.Equal(got, []string{"1.csv a", "stdin c", "2.jsonl b"}) {
		t.Errorf("read %v", got)
	}
	if _, err := catalogue.Open(t.Context(), []string{"-", "-"}, strings.NewReader(""), catalogue.Options{}); err == nil {
		t.Error("the standard input is read twice")
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := catalogue.Open(ctx, []string{"-"}, strings.NewReader("id,name\na,A\nb,B\n"), catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	n := 0
	for _, err := range r.Rows() {
		if last = err; err != nil {
			break
		}
		n++
		cancel()
	}
	if n != 1 || !errors.Is(last, context.Canceled) {
		t.Errorf("%d rows, then %v", n, last)
	}
}

func TestReadingCanBeBrokenOff(t *testing.T) {
	t.Parallel()
	r, err := catalogue.Open(t.Context(), []string{write(t, "1.csv", "id,name\na,A\nb,B\n")}, nil, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range r.Rows() {
		break
	}
	if err := r.Close(); err != nil {
		t.Errorf("close after breaking off: %v", err)
	}
}
