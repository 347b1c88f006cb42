package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
)

func TestALongCatalogueBecomesIndicatorsWithValues(t *testing.T) {
	t.Parallel()
	two := []classify.Indicator{
		{ID: "a", Name: "Exports", Values: observations("2020", 1.0, "2021", 2.0)},
		{ID: "b", Name: "Imports", Values: observations("2021", 3.0)},
	}
	for name, tt := range map[string]struct {
		text string
		want []classify.Indicator
	}{
		"CSV":          {"id,name,date,value\na,Exports,2020,1\na,Exports,2021,2\nb,Imports,2020,..\nb,Imports,2021,3\n", two},
		"JSON":         {`[{"id":"a","name":"Exports","time":2020,"value":1},{"id":"a","name":"Exports","time":2021,"value":2},{"id":"b","name":"Imports","time":2021,"value":3}]`, two},
		"set aside":    {"id,name,date,value\na,A,last10YearsAvg,1\na,A,2021,abc\n", []classify.Indicator{{ID: "a", Name: "A", SetAside: 2, SetAsideExample: "last10YearsAvg: 1"}}},
		"per country":  {"Indicator Code,Indicator Name,Country Code,Year,Value\nP,Pop,DE,2020,1\nP,Pop,FR,2020,2\n", []classify.Indicator{{ID: "P:DE", Name: "Pop", Country: "DE", Values: observations("2020", 1.0)}, {ID: "P:FR", Name: "Pop", Country: "FR", Values: observations("2020", 2.0)}}},
		"other values": {"id,name,date,value,sample_values\na,A,2020,1,\"[[2019,5]]\"\n", []classify.Indicator{{ID: "a", Name: "A", Values: observations("2019", 5.0)}}},
		"wide":         {"id,name,date,value,2019\na,A,2020,1,5\n", []classify.Indicator{{ID: "a", Name: "A", Values: observations("2019", 5.0)}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, r := readText(t, tt.text, catalogue.Options{})
			if len(rejects) != 0 {
				t.Errorf("rejects %v", rejects)
			}
			compare(t, rows, tt.want, nil)
			if name == "CSV" {
				if c := r.Counters(); c.Read != 4 || c.Usable != 2 || c.Joined != 2 {
					t.Errorf("counters %+v", c)
				}
				if want := `by the columns "date" and "value": 4 rows, of which 1 without a value, make 2 indicators`; !strings.Contains(strings.Join(r.Notes(), "\n"), want) {
					t.Errorf("notes %q lack %q", r.Notes(), want)
				}
			}
		})
	}
}

func TestALongCatalogueInAnotherOrderIsRefusedWithItsRemedy(t *testing.T) {
	t.Parallel()
	text := "id,name,date,value\na,A,2020,1\nb,B,2020,2\na,A,2021,3\n"
	r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader(text), catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = readAll(t, r)
	if err == nil || !strings.Contains(err.Error(), `line 4: the id "a" comes again`) || !strings.Contains(classify.Hint(err), "--values FILE") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}

func TestARowOfALongCatalogueThatContradictsItsIndicatorIsRejected(t *testing.T) {
	t.Parallel()
	rows, rejects, _ := readText(t, "id,name,country,date,value\na,A,DE,2020,1\na,A,FR,2020,2\na,A,DE,2021,3\n,A,DE,2022,4\n", catalogue.Options{})
	compare(t, rows, []classify.Indicator{{ID: "a", Name: "A", Country: "DE", Values: observations("2020", 1.0, "2021", 3.0)}}, []int{2})
	if len(rejects) != 2 || rejects[0].Line != 3 || rejects[1].Line != 5 || rejects[0].Raw != "a,A,FR,2020,2" ||
		!strings.Contains(rejects[0].Reason, `the country "FR" here and "DE" in line 2`) {
		t.Errorf("rejects %+v", rejects)
	}
}

func TestADuplicateRowOfACatalogueWithOneValueEachStaysADuplicate(t *testing.T) {
	t.Parallel()
	rows, rejects, _ := readText(t, "id,name,date,value\na,A,2020,1\nb,B,2020,2\na,A,2020,1\n", catalogue.Options{})
	if len(rows) != 3 || len(rejects) != 0 || rows[0].Indicator.InputHash() != rows[2].Indicator.InputHash() {
		t.Errorf("rows %+v, rejects %v", rows, rejects)
	}
}

func TestTheValuesOfOneIndicatorAreBounded(t *testing.T) {
	t.Parallel()
	const points = 1<<17 + 3
	var text strings.Builder
	text.WriteString("id,name,date,value\n")
	for i := range points {
		fmt.Fprintf(&text, "a,A,%04d-%02d,1\n", 1000+i/12%1900, i%12+1)
	}
	rows, rejects, _ := readText(t, text.String(), catalogue.Options{})
	if len(rows) != 1 || len(rows[0].Indicator.Values) != 1<<17 || len(rejects) != 3 {
		t.Errorf("%d rows, %d rejects", len(rows), len(rejects))
	}
}

func TestAFileOfValuesInThePlaceOfACatalogueIsPointedToItsFlag(t *testing.T) {
	t.Parallel()
	_, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader("id,date,value\na,2020,1\n"), catalogue.Options{})
	if err == nil || !strings.Contains(err.Error(), "dated values") || !strings.Contains(classify.Hint(err), "--values FILE") {
		t.Errorf("error %v, hint %q", err, classify.Hint(err))
	}
}
