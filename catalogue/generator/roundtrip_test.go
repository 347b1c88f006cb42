package generator_test

import (
	"bytes"
	"slices"
	"testing"

	"classify"
	"classify/catalogue"
	"classify/catalogue/generator"
)

func TestTheCatalogueReaderFindsWhatWasWritten(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]generator.Options{
		"CSV":                {N: 4000, Seed: 11, Values: true},
		"JSON lines":         {N: 4000, Seed: 11, Values: true, JSONL: true},
		"CSV without series": {N: 500, Seed: 11},
		"distinct, shuffled": {N: 500, Seed: 11, Values: true, Distinct: true, Shuffle: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file bytes.Buffer
			if err := generator.WriteCatalogue(&file, o); err != nil {
				t.Fatal(err)
			}
			format := map[bool]string{false: "csv", true: "jsonl"}[o.JSONL]
			r, err := catalogue.Open(t.Context(), []string{"-"}, &file, catalogue.Options{Format: format})
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for row, err := range r.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				if row.Reject != nil {
					t.Fatalf("rejected: %+v", *row.Reject)
				}
				want, got := generator.At(o, n).Indicator, row.Indicator
				n++
				for _, column := range classify.InputFields {
					a, _ := want.Get(column)
					if b, _ := got.Get(column); a != b {
						t.Errorf("%s: %s is read as %q, not %q", want.ID, column, b, a)
					}
				}
				if !slices.Equal(want.Values, got.Values) || want.SetAside != got.SetAside {
					t.Errorf("%s: read as %v with %d points set aside, not %v with %d", want.ID, got.Values, got.SetAside, want.Values, want.SetAside)
				}
			}
			if n != o.N {
				t.Errorf("%d rows read, not %d", n, o.N)
			}
		})
	}
}
