package stage_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
	"classify/rulebook"
	"classify/stage"
)

var update = flag.Bool("update", false, "accept the answers as those of this version")

// TestAnswersChangeOnlyWithTheVersion holds the answers about the examples
// against those of the last accepted version: rules, units, series and stages
// all have a part in them, and --stale finds older answers by rulebook.Version
// alone.
func TestAnswersChangeOnlyWithTheVersion(t *testing.T) {
	t.Parallel()
	const accepted = "testdata/logic.digest"
	r, err := catalogue.Open(t.Context(), []string{"../examples/world.csv"}, nil, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	book := rulebook.New()
	stages := stage.New(book, book)
	digest := sha256.New()
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		c, err := classify.Classify(t.Context(), stages, row.Indicator.Newest(60))
		if err != nil {
			t.Fatal(err)
		}
		// Two digits of the confidence: the last ones differ between processors.
		fmt.Fprintf(digest, "%s %s %s %.2f", c.IndicatorID, c.Outcome, c.ReviewStatus, c.OverallConfidence)
		for i := range classify.Fields {
			fmt.Fprintf(digest, " %q", classify.Fields[i].Get(&c.Labels))
		}
	}
	got := fmt.Sprintf("%s %s\n", rulebook.Version, hex.EncodeToString(digest.Sum(nil)))
	if *update {
		if err := os.WriteFile(accepted, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(accepted)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		version, _, _ := strings.Cut(string(want), " ")
		t.Errorf("the answers about examples/world.csv are not those of version %s: raise rulebook.Version (it is %s), then go test ./stage -run Version -update",
			version, rulebook.Version)
	}
}
