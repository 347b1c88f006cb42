package catalogue_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

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

// structure is what the tests need of the data structure definition.
type structure struct {
	Data struct {
		DataStructures []struct {
			ID, AgencyID, Version   string
			DataStructureComponents struct {
				DimensionList struct{ Dimensions []component }
				MeasureList   struct{ Measures []component }
				AttributeList struct{ Attributes []component }
			}
		}
		ConceptSchemes []struct{ Concepts []struct{ ID, Name string } }
		Codelists      []struct {
			ID    string
			Codes []struct{ ID, Name string }
		}
	}
}

type component struct {
	ID, ConceptIdentity string
	LocalRepresentation struct{ Enumeration string }
}

func readStructure(t *testing.T) structure {
	t.Helper()
	var out bytes.Buffer
	if err := catalogue.WriteStructure(&out, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	var s structure
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStructureIsClosedAllItRefersToIsInIt(t *testing.T) {
	t.Parallel()
	s := readStructure(t)
	concepts := map[string]bool{}
	for _, c := range s.Data.ConceptSchemes[0].Concepts {
		if c.Name == "" {
			t.Errorf("concept %s has no name", c.ID)
		}
		concepts[c.ID] = true
	}
	lists := map[string]bool{}
	for _, l := range s.Data.Codelists {
		if len(l.Codes) == 0 {
			t.Errorf("code list %s is empty", l.ID)
		}
		for _, c := range l.Codes {
			if c.ID == "" || c.Name == "" || strings.Trim(c.ID, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@$-") != "" {
				t.Errorf("code list %s: code %q is no SDMX identifier with a name", l.ID, c.ID)
			}
		}
		lists[l.ID] = true
	}
	c := s.Data.DataStructures[0].DataStructureComponents
	for _, x := range slices.Concat(c.DimensionList.Dimensions, c.MeasureList.Measures, c.AttributeList.Attributes) {
		if !concepts[x.ID] || !strings.HasSuffix(x.ConceptIdentity, "."+x.ID) {
			t.Errorf("component %s has no concept", x.ID)
		}
		if e := x.LocalRepresentation.Enumeration; e != "" && !lists[listOf(e)] {
			t.Errorf("component %s: code list %s is not in the message", x.ID, e)
		}
	}
}

// listOf takes the id out of a code list's URN.
func listOf(urn string) string {
	_, id, _ := strings.Cut(urn, "CLASSIFY:")
	id, _, _ = strings.Cut(id, "(")
	return id
}

func TestSDMXMessageIsValidAgainstItsStructure(t *testing.T) {
	t.Parallel()
	s := readStructure(t)
	d := s.Data.DataStructures[0]
	codes := map[string][]string{}
	for _, l := range s.Data.Codelists {
		for _, c := range l.Codes {
			codes[l.ID] = append(codes[l.ID], c.ID)
		}
	}
	out, _ := export(t, "sdmx-csv", everyLabel()...)
	heading, rows := table(t, out.String())
	want := []string{"STRUCTURE", "STRUCTURE_ID", "ACTION"}
	c := d.DataStructureComponents
	for _, x := range slices.Concat(c.DimensionList.Dimensions, c.MeasureList.Measures, c.AttributeList.Attributes) {
		want = append(want, x.ID)
	}
	if !slices.Equal(heading, want) {
		t.Errorf("columns %v, want %v", heading, want)
	}
	for _, row := range rows {
		if row["STRUCTURE"] != "datastructure" || row["STRUCTURE_ID"] != d.AgencyID+":"+d.ID+"("+d.Version+")" || row["ACTION"] != "I" || row["INDICATOR"] == "" {
			t.Fatalf("row %v", row)
		}
		for _, x := range c.AttributeList.Attributes {
			list := x.LocalRepresentation.Enumeration
			if v := row[x.ID]; list != "" && v != "" && !slices.Contains(codes[listOf(list)], v) {
				t.Errorf("%s of %s is %q, which is not in its code list", x.ID, row["INDICATOR"], v)
			}
		}
	}
}

// everyLabel varies one indicator through every term of every field.
func everyLabel() []classify.Stored {
	rows := []classify.Stored{classified(), unanswered()}
	for i := range classify.Fields {
		f := &classify.Fields[i]
		for _, term := range classify.TermsOf(f.Name) {
			s := classified()
			s.IndicatorID = f.Name + "=" + term.Value
			if f.Set(&s.Labels, term.Value) == nil {
				rows = append(rows, s)
			}
		}
	}
	for _, b := range classify.TermsOf("change_basis") {
		s := classified()
		s.IndicatorID = "change " + b.Value
		s.Labels.Family, s.Labels.Type, s.Labels.Aggregation = classify.ChangeMovement, classify.Rate, classify.PeriodRate
		s.Labels.ChangeBasis = classify.ChangeBasis(b.Value)
		rows = append(rows, s)
	}
	return rows
}

func TestLabelsMapToSDMXCodes(t *testing.T) {
	t.Parallel()
	change := func(b classify.ChangeBasis, f classify.Frequency) func(*classify.Stored) {
		return func(s *classify.Stored) {
			s.Labels.Family, s.Labels.Type, s.Labels.Aggregation = classify.ChangeMovement, classify.Rate, classify.PeriodRate
			s.Labels.ChangeBasis, s.Labels.ReportingFrequency, s.Labels.Annualised = b, f, false
		}
	}
	everyYears := func(first, last string, points int) func(*classify.Stored) {
		return func(s *classify.Stored) {
			s.Labels.ReportingFrequency = classify.MultiYear
			s.Time.Shape = classify.Shape{Points: points, First: first, Last: last}
		}
	}
	tests := []struct {
		name     string
		set      func(*classify.Stored)
		column   string
		want     string
		unmapped string
	}{
		{"a flow at annual rates is an annualised sum", func(*classify.Stored) {}, "TIME_PER_COLLECT", "Y", ""},
		{"a flow at annual rates is in annualised levels", func(*classify.Stored) {}, "TIMETRANS", "LA", ""},
		{"a plain flow is summed", func(s *classify.Stored) { s.Labels.Annualised = false }, "TIME_PER_COLLECT", "S", ""},
		{"a plain flow is not transformed", func(s *classify.Stored) { s.Labels.Annualised = false }, "TIMETRANS", "N", ""},
		{"a stock is taken at the end", func(s *classify.Stored) { s.Labels.Aggregation = classify.PointInTime }, "TIME_PER_COLLECT", "E", ""},
		{"a stock is taken at the beginning where the source says so", func(s *classify.Stored) {
			s.Labels.Aggregation, s.Time.Collection = classify.PointInTime, "begin"
		}, "TIME_PER_COLLECT", "B", ""},
		{"what is not rolled up is collected in no known way", func(s *classify.Stored) { s.Labels.Aggregation = classify.NotApplicable },
			"TIME_PER_COLLECT", "", "TIME_PER_COLLECT: temporal_aggregation=not-applicable"},
		{"billions", func(*classify.Stored) {}, "UNIT_MULT", "9", ""},
		{"every five years by the dates", everyYears("1990", "2010", 5), "FREQ", "A5", ""},
		{"every ten years by the dates", everyYears("1950-01", "2020-01", 8), "FREQ", "A10", ""},
		{"every seven years has no code", everyYears("2000", "2014", 3), "FREQ", "_O", ""},
		{"several years without dates", everyYears("", "", 0), "FREQ", "_O", ""},
		{"uneven years", everyYears("2000", "2005", 3), "FREQ", "_O", ""},
		{"unknown frequency", func(s *classify.Stored) { s.Labels.ReportingFrequency = classify.FrequencyUnknown }, "FREQ", "_U", ""},
		{"year on year", change(classify.ChangeYearOnYear, classify.Monthly), "TIMETRANS", "G1Y", ""},
		{"previous month", change(classify.ChangePreviousPeriod, classify.Monthly), "TIMETRANS", "G2", ""},
		{"previous year", change(classify.ChangePreviousPeriod, classify.Annual), "TIMETRANS", "G1Y", ""},
		{"annual contribution", change(classify.ChangeContribution, classify.Annual), "TIMETRANS", "GO1Y", ""},
		{"a contribution is a contribution at any frequency", change(classify.ChangeContribution, classify.Quarterly),
			"TIMETRANS_TYPE", "GC", "TIMETRANS: change_basis=contribution"},
		{"quarterly contribution has no known distance", change(classify.ChangeContribution, classify.Quarterly),
			"TIMETRANS", "", "TIMETRANS: change_basis=contribution"},
		{"annualised growth has no code", change(classify.ChangeAnnualised, classify.Quarterly),
			"TIMETRANS", "", "TIMETRANS: change_basis=annualised"},
		{"a change is not collected", change(classify.ChangeYearOnYear, classify.Monthly), "TIME_PER_COLLECT", "", ""},
		{"year to date is a cumulated sum", func(s *classify.Stored) {
			s.Labels.IsCumulative, s.Labels.CumulativePattern = true, classify.PatternYTD
		}, "TIMETRANS_TYPE", "C", "TIMETRANS: cumulative_pattern=ytd"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := classified()
			tt.set(&s)
			out, w := export(t, "sdmx-csv", s)
			_, rows := table(t, out.String())
			if got := rows[0][tt.column]; got != tt.want {
				t.Errorf("%s is %q, want %q", tt.column, got, tt.want)
			}
			if tt.unmapped == "" && len(w.Unmapped()) != 0 || tt.unmapped != "" && w.Unmapped()[tt.unmapped] != 1 {
				t.Errorf("unmapped %v, want %q", w.Unmapped(), tt.unmapped)
			}
		})
	}
}

func TestCodesAreThoseOfTheSDMXLists(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(sharedFile(t, "sdmx_codelists.json"))
	if err != nil {
		t.Fatal(err)
	}
	var published map[string][]struct{ ID, Name string }
	if err := json.Unmarshal(b, &published); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, l := range readStructure(t).Data.Codelists {
		codes, cross := published[l.ID]
		if !cross {
			continue
		}
		names := map[string]string{}
		for _, c := range codes {
			names[c.ID] = strings.Join(strings.Fields(c.Name), " ")
		}
		for _, c := range l.Codes {
			checked++
			if names[c.ID] != c.Name {
				t.Errorf("%s %s is %q, published as %q", l.ID, c.ID, c.Name, names[c.ID])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d codes were checked", checked)
	}
}
