package catalogue_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"classify"
	"classify/catalogue"
)

// classified is an indicator with a label in every field.
func classified() classify.Stored {
	s := classify.Stored{}
	s.IndicatorID, s.Name = "GDP:DE", "GDP, \"real\"\n(=1+1)"
	s.LogicVersion = "taxonomy-1 rules-2"
	s.Outcome, s.ReviewStatus, s.OverallConfidence = classify.Classified, classify.ReviewPassed, 0.875
	s.Labels = classify.Labels{
		UnitLabels: classify.UnitLabels{Unit: "EUR", UnitType: classify.UnitCurrency, Scale: classify.ScaleBillions, ScalePow10: 9,
			Currency: "EUR", Prices: classify.PricesChained, SeasonalAdjustment: classify.SeasonallyAdjusted, Annualised: true},
		TimeLabels: classify.TimeLabels{ReportingFrequency: classify.Quarterly, CumulativePattern: classify.PatternPeriodic},
		TimeBasis:  classify.BasisPerPeriod, Family: classify.PhysicalFundamental,
		KindLabels: classify.KindLabels{Type: classify.Flow, Aggregation: classify.PeriodTotal, Orientation: classify.HigherIsPositive},
	}
	return s
}

// unanswered is an indicator that failed before it had labels.
func unanswered() classify.Stored {
	s := classify.Stored{}
	s.IndicatorID, s.Name = "X", "Broken"
	s.Outcome, s.ReviewStatus = classify.Failed, classify.ReviewFailed
	return s
}

func export(t *testing.T, format string, rows ...classify.Stored) (*bytes.Buffer, *catalogue.Writer) {
	t.Helper()
	var out bytes.Buffer
	w, err := catalogue.NewWriter(&out, format, catalogue.Meta{RulebookVersion: "2"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range rows {
		if err := w.Write(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if w.Rows() != len(rows) {
		t.Errorf("%d rows counted, %d written", w.Rows(), len(rows))
	}
	return &out, w
}

// table reads an exported CSV as maps by column.
func table(t *testing.T, text string) (heading []string, rows []map[string]string) {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, c := range r {
			row[records[0][i]] = c
		}
		rows = append(rows, row)
	}
	return records[0], rows
}

func TestCSVExportHasTheLabelColumnsAndLeavesNullEmpty(t *testing.T) {
	t.Parallel()
	out, _ := export(t, "csv", classified(), unanswered())
	heading, rows := table(t, out.String())
	if !slices.Equal(heading, catalogue.ExportColumns()) {
		t.Errorf("heading %v", heading)
	}
	want := map[string]string{"indicator_id": "GDP:DE", "name": "GDP, \"real\"\n(=1+1)", "unit": "EUR", "scale_pow10": "9", "per": "",
		"annualised": "true", "is_cumulative": "false", "family": "physical-fundamental", "overall_confidence": "0.875",
		"taxonomy_version": classify.TaxonomyVersion, "rulebook_version": "2", "program_version": classify.Version, "change_basis": ""}
	for column, value := range want {
		if rows[0][column] != value {
			t.Errorf("%s is %q, want %q", column, rows[0][column], value)
		}
	}
	for _, f := range classify.FieldNames() {
		if rows[1][f] != "" {
			t.Errorf("a failed indicator has %s %q", f, rows[1][f])
		}
	}
	if rows[1]["outcome"] != "failed" || rows[1]["overall_confidence"] != "" {
		t.Errorf("failed row %v", rows[1])
	}
}

func TestJSONLExportHasTypesAndNulls(t *testing.T) {
	t.Parallel()
	out, _ := export(t, "jsonl", classified(), unanswered())
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines", len(lines))
	}
	var row map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &row); err != nil {
		t.Fatal(err)
	}
	for column, want := range map[string]any{"indicator_id": "GDP:DE", "scale_pow10": 9.0, "annualised": true, "per": nil, "overall_confidence": 0.875} {
		if row[column] != want {
			t.Errorf("%s is %#v, want %#v", column, row[column], want)
		}
	}
	row = nil
	if err := json.Unmarshal([]byte(lines[1]), &row); err != nil {
		t.Fatal(err)
	}
	if v, there := row["scale_pow10"]; !there || v != nil {
		t.Errorf("scale_pow10 of a failed indicator is %v", v)
	}
	if len(row) != len(catalogue.ExportColumns()) {
		t.Errorf("%d keys", len(row))
	}
}

func TestParquetExportReadsBackWithTypedColumns(t *testing.T) {
	t.Parallel()
	out, _ := export(t, "parquet", classified(), unanswered())
	f, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, field := range f.Schema().Fields() {
		names = append(names, field.Name())
		want := parquet.ByteArray
		switch field.Name() {
		case "scale_pow10":
			want = parquet.Int32
		case "overall_confidence":
			want = parquet.Double
		case "ppp", "annualised", "is_cumulative", "currency_retired":
			want = parquet.Boolean
		}
		if field.Type().Kind() != want {
			t.Errorf("%s is %v, want %v", field.Name(), field.Type().Kind(), want)
		}
	}
	if !slices.Equal(names, catalogue.ExportColumns()) {
		t.Errorf("columns %v", names)
	}
	type row struct {
		ID         string   `parquet:"indicator_id"`
		Name       string   `parquet:"name"`
		Pow10      *int32   `parquet:"scale_pow10,optional"`
		Annualised *bool    `parquet:"annualised,optional"`
		Confidence *float64 `parquet:"overall_confidence,optional"`
		Per        *string  `parquet:"per,optional"`
		Type       *string  `parquet:"type,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	r := rows[0]
	if r.Name != classified().Name || *r.Pow10 != 9 || !*r.Annualised || *r.Confidence != 0.875 || r.Per != nil || *r.Type != "flow" {
		t.Errorf("row reads back as %+v", r)
	}
	if r := rows[1]; r.ID != "X" || r.Pow10 != nil || r.Annualised != nil || r.Confidence != nil || r.Type != nil {
		t.Errorf("failed row reads back as %+v", r)
	}
}

func TestUnknownExportFormatNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := catalogue.NewWriter(&bytes.Buffer{}, "xlsx", catalogue.Meta{})
	if err == nil || !strings.Contains(classify.Hint(err), "sdmx-csv") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}
