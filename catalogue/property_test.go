package catalogue_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"classify/catalogue"
)

// Whatever stands in the cells: a file that encoding/csv has written is read
// as it was meant, row for row.
func TestWhatACSVWriterWroteIsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sep := rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "sep")
		cell := rapid.StringOf(rapid.SampledFrom([]rune("ab\"\",;\t|\n' =é中")))
		descriptions := rapid.SliceOfN(cell, 1, 20).Draw(t, "descriptions")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = sep
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		lines := []int{}
		must(t, w.Write([]string{"id", "name", "description", "topic"}))
		for i, d := range descriptions {
			w.Flush()
			lines = append(lines, bytes.Count(file.Bytes(), []byte{'\n'})+1)
			must(t, w.Write([]string{strconv.Itoa(i), "x", d, "z"}))
		}
		w.Flush()
		r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, &file, catalogue.Options{})
		must(t, err)
		var got []string
		var at []int
		for row, err := range r.Rows() {
			must(t, err)
			if row.Reject != nil {
				t.Fatalf("rejected: %v", row.Reject)
			}
			if row.Indicator.Topic != "z" || row.Indicator.ID != strconv.Itoa(len(got)) {
				t.Fatalf("columns are shifted: %+v", row.Indicator)
			}
			got, at = append(got, row.Indicator.Description), append(at, row.Line)
		}
		for i, d := range descriptions {
			descriptions[i] = strings.TrimSpace(d)
		}
		if !slices.Equal(got, descriptions) || !slices.Equal(at, lines) {
			t.Fatalf("read %q in lines %v, want %q in %v", got, at, descriptions, lines)
		}
	})
}

func must(t *rapid.T, err error) {
	if err != nil {
		t.Fatal(err)
	}
}
