package catalogue_test

import (
	"testing"

	"classify/catalogue"
	"classify/internal/opendata"
)

func TestWorldBankMetadataIsReadWithoutARejectedRow(t *testing.T) {
	t.Parallel()
	r, err := catalogue.Open(t.Context(), []string{opendata.Path(t, "wdi_series.csv")}, nil, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if row.Reject != nil {
			t.Fatalf("rejected: %v", row.Reject)
		}
		if row.Indicator.Name == "" || row.Indicator.Description == "" || row.Indicator.Topic == "" || row.Indicator.SourceName == "" {
			t.Errorf("line %d lacks a text: %+v", row.Line, row.Indicator)
		}
		ids[row.Indicator.ID] = true
	}
	if c := r.Counters(); c.Read != 1568 || c.Usable != 1568 || c.Rejected != 0 || len(ids) != 1568 {
		t.Errorf("counters %+v, %d ids; want 1568 usable rows, each with an id of its own", c, len(ids))
	}
}
