package catalogue_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"classify"
	"classify/catalogue"
	"classify/internal/opendata"
)

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

// changeOf makes the indicator a change against b.
func changeOf(b classify.ChangeBasis, f classify.Frequency) func(*classify.Stored) {
	return func(s *classify.Stored) {
		s.Labels.Family, s.Labels.Type, s.Labels.Aggregation = classify.ChangeMovement, classify.Rate, classify.PeriodRate
		s.Labels.ChangeBasis, s.Labels.ReportingFrequency, s.Labels.Annualised = b, f, false
	}
}

// everyYears gives the indicator points some years apart.
func everyYears(first, last string, points int) func(*classify.Stored) {
	return func(s *classify.Stored) {
		s.Labels.ReportingFrequency = classify.MultiYear
		s.Time.Shape = classify.Shape{Points: points, First: first, Last: last}
	}
}

// mappings say what a column of the export is after set has changed an
// indicator, and what is then counted as having no code.
var mappings = []struct {
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
	{"a unit that is not known is counted", func(s *classify.Stored) { s.Labels.Unit = "" }, "UNIT_MEASURE", "", "UNIT_MEASURE: unit=null"},
	{"billions", func(*classify.Stored) {}, "UNIT_MULT", "9", ""},
	{"every five years by the dates", everyYears("1990", "2010", 5), "FREQ", "A5", ""},
	{"every ten years by the dates", everyYears("1950-01", "2020-01", 8), "FREQ", "A10", ""},
	{"every seven years has no code", everyYears("2000", "2014", 3), "FREQ", "_O", ""},
	{"several years without dates", everyYears("", "", 0), "FREQ", "_O", ""},
	{"uneven years", everyYears("2000", "2005", 3), "FREQ", "_O", ""},
	{"unknown frequency", func(s *classify.Stored) { s.Labels.ReportingFrequency = classify.FrequencyUnknown }, "FREQ", "_U", ""},
	{"year on year", changeOf(classify.ChangeYearOnYear, classify.Monthly), "TIMETRANS", "G1Y", ""},
	{"previous month", changeOf(classify.ChangePreviousPeriod, classify.Monthly), "TIMETRANS", "G2", ""},
	{"previous year", changeOf(classify.ChangePreviousPeriod, classify.Annual), "TIMETRANS", "G1Y", ""},
	{"annual contribution", changeOf(classify.ChangeContribution, classify.Annual), "TIMETRANS", "GO1Y", ""},
	{"a contribution is a contribution at any frequency", changeOf(classify.ChangeContribution, classify.Quarterly),
		"TIMETRANS_TYPE", "GC", "TIMETRANS: change_basis=contribution"},
	{"quarterly contribution has no known distance", changeOf(classify.ChangeContribution, classify.Quarterly),
		"TIMETRANS", "", "TIMETRANS: change_basis=contribution"},
	{"annualised growth has no code", changeOf(classify.ChangeAnnualised, classify.Quarterly),
		"TIMETRANS", "", "TIMETRANS: change_basis=annualised"},
	{"a change is not collected", changeOf(classify.ChangeYearOnYear, classify.Monthly), "TIME_PER_COLLECT", "", ""},
	{"year to date is a cumulated sum", func(s *classify.Stored) {
		s.Labels.IsCumulative, s.Labels.CumulativePattern = true, classify.PatternYTD
	}, "TIMETRANS_TYPE", "C", "TIMETRANS: cumulative_pattern=ytd"},
}

func TestLabelsMapToSDMXCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range mappings {
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
	b, err := os.ReadFile(opendata.Path(t, "sdmx_codelists.json"))
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
