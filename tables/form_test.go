package tables

import (
	"encoding/json"
	"fmt"
	"testing"

	"classify"
)

// However a database writes labels, they get the text that this program writes.
func TestLabelsGetTheTextOfThisProgram(t *testing.T) {
	t.Parallel()
	l := classify.Labels{UnitLabels: classify.UnitLabels{Unit: "USD <&>", UnitType: classify.UnitCurrency, ScalePow10: -3, PPP: true}, Family: classify.PhysicalFundamental}
	ours := encodeLabels(&l)
	var doc map[string]any
	if err := json.Unmarshal([]byte(ours), &doc); err != nil {
		t.Fatal(err)
	}
	theirs, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{ours, string(theirs)} {
		if got := LabelsForm(text); got != ours {
			t.Errorf("%s became %s, wanted %s", text, got, ours)
		}
	}
	for _, text := range []string{`{"unit":"USD","of a newer program":1}`, `{`, ``} {
		if got := LabelsForm(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}

// A query that finds what is not sound says so with a remedy that can be given.
func TestAFindingNamesWhatWasFoundFirst(t *testing.T) {
	t.Parallel()
	for i := range Soundnesses {
		s := &Soundnesses[i]
		for id, word := range map[string]string{"A.1": "A.1", "A 100%": "'A 100%'", "'; rm x": `''\''; rm x'`} {
			f := s.Finding(3, id)
			if f.Check != s.Name || f.Detail != fmt.Sprintf("3 %s, such as %q", s.What, id) || f.Remedy == "" {
				t.Errorf("%+v", f)
			}
			if want := "do the indicator again: classify run --force --only " + word; s.Remedy == againRemedy && f.Remedy != want {
				t.Errorf("%s, wanted %s", f.Remedy, want)
			}
		}
	}
}
