package catalogue_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"classify"
	"classify/catalogue"
)

func TestARejectKeepsTheWholeRowUpTo64KB(t *testing.T) {
	t.Parallel()
	fits, long := strings.Repeat("x", 60_000), strings.Repeat("é", 50_000)
	for name, tt := range map[string]struct{ text, row string }{
		"a row that fits":             {"id,name,notes\na,," + fits + "\n", "a,," + fits},
		"a row that does not":         {"id,name,notes\na,," + long + "\n", "a,," + long},
		"several lines":               {"id,name,notes\na,,\"1\n2\n3\"\n", "a,,\"1\n2\n3\""},
		"an object":                   {`{"id":"a","notes":"` + fits + `","name":""}`, `{"id":"a","notes":"` + fits + `","name":""}`},
		"an object that does not fit": {`{"id":"a","notes":"` + long + `","name":""}`, `{"id":"a","notes":"` + long + `","name":""}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, rejects, _ := readText(t, tt.text, catalogue.Options{})
			if len(rejects) != 1 {
				t.Fatalf("rejects %v", rejects)
			}
			raw, cut := strings.CutSuffix(rejects[0].Raw, "…")
			if cut != (len(tt.row) > 64<<10) || !strings.HasPrefix(tt.row, raw) || cut && len(raw) < 64<<10-8 || !cut && raw != tt.row {
				t.Errorf("of %d bytes %d are kept, ending in %q", len(tt.row), len(raw), raw[max(0, len(raw)-20):])
			}
		})
	}
}

// What is read well can still be in conflict with another row.
func TestAGoodRowCanBeRejectedLaterWithItsText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"id,name,units\nA,\"Exports, total\",USD\n",
		`{"id":"A","name":"Exports, total","units":"USD"}` + "\n",
	} {
		r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader(text), catalogue.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range r.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			reject := row.Rejected("why")
			if !strings.Contains(text, reject.Raw+"\n") || reject.Raw == "" || reject.Line != row.Line || reject.Reason != "why" || reject.File != "stdin" {
				t.Errorf("reject %+v of %q", reject, text)
			}
		}
	}
}

func TestARejectedParquetRowIsALineOfCSV(t *testing.T) {
	t.Parallel()
	type row struct {
		ID    string `parquet:"id"`
		Name  string `parquet:"name"`
		Notes string `parquet:"notes"`
	}
	var file bytes.Buffer
	if err := parquet.Write(&file, []row{{"a", "", `one, "two"`}}); err != nil {
		t.Fatal(err)
	}
	_, rejects, _ := readText(t, file.String(), catalogue.Options{})
	if len(rejects) != 1 {
		t.Fatalf("rejects %v", rejects)
	}
	cells, err := csv.NewReader(strings.NewReader(rejects[0].Raw)).Read()
	if err != nil || !slices.Contains(cells, `one, "two"`) || len(cells) != 3 {
		t.Errorf("raw %q has the cells %q, %v", rejects[0].Raw, cells, err)
	}
}

func TestRejectsThatCannotBeWrittenNameTheFlag(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no-such-directory", "a"+hostile+".csv")
	err := catalogue.NewRejectWriter(path).Write(catalogue.Reject{})
	if err == nil || !strings.Contains(classify.Hint(err), "--rejects PATH") || !strings.Contains(err.Error(), "no-such-directory") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
	checkPrintable(t, "rejects", err.Error())
	dir := t.TempDir()
	w := catalogue.NewRejectWriter(filepath.Join(dir, "r.csv"))
	if err := w.Write(catalogue.Reject{File: "a"}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "r.csv")); err != nil {
		t.Errorf("the rejects are not where the path says: %v", err)
	}
}
