package catalogue_test

import (
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
)

func TestColumnsAreTheInputFieldsAndTheValues(t *testing.T) {
	t.Parallel()
	var fields []string
	for _, c := range catalogue.Columns {
		fields = append(fields, c.Field)
		if !slices.Contains(c.Names, c.Field) {
			t.Errorf("%s is not among its own names", c.Field)
		}
	}
	if want := append(slices.Clone(classify.InputFields), catalogue.SampleValues); !slices.Equal(fields, want) {
		t.Errorf("columns %v, want %v", fields, want)
	}
}

func TestEveryFieldIsReadUnderEveryName(t *testing.T) {
	t.Parallel()
	for _, c := range catalogue.Columns {
		if c.Field == catalogue.SampleValues {
			continue
		}
		for _, name := range c.Names {
			heading, cells := "indicator_id,name,"+name, "i,n,v"
			switch c.Field {
			case "indicator_id":
				heading, cells = "name,"+name, "n,v"
			case "name":
				heading, cells = "indicator_id,"+name, "i,v"
			}
			rows, _, _ := readText(t, strings.ToUpper(heading)+"\n"+cells+"\n", catalogue.Options{})
			if got, _ := rows[0].Indicator.Get(c.Field); got != "v" {
				t.Errorf("column %q: %s is %q", name, c.Field, got)
			}
		}
	}
}

func observations(pairs ...any) []classify.Observation {
	var list []classify.Observation
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, classify.Observation{Date: pairs[i].(string), Value: pairs[i+1].(float64)})
	}
	return list
}

func TestWideFilesBecomeValues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		text  string
		id    string
		want  []classify.Observation
		aside int
		note  string
	}{
		{"World Bank", "\"Country Name\",\"Country Code\",\"Indicator Name\",\"Indicator Code\",\"2019\",\"2020\",\"2021\",\n" +
			"\"Aruba\",\"ABW\",\"GDP (current US$)\",\"NY.GDP.MKTP.CD\",\"3.1\",\"\",\"2.5e9\",\n",
			"NY.GDP.MKTP.CD:ABW", observations("2019", 3.1, "2021", 2.5e9), 0, "indicator_id is Indicator Code:Country Code"},
		{"World Bank Databank", "Series Name,Series Code,Country Name,Country Code,1990 [YR1990],2000 [YR2000]\nGDP,NY.GDP,Aruba,ABW,..,12\n",
			"NY.GDP:ABW", observations("2000", 12.0), 0, "Series Code:Country Code"},
		{"IMF World Economic Outlook", "WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tUnits\tScale\t1980\t1981\n" +
			"512\tAFG\tNGDP_R\tAfghanistan\tGross domestic product\tNational currency\tBillions\t\"1,234.5\"\tn/a\n",
			"NGDP_R:AFG", observations("1980", 1234.5), 0, "WEO Subject Code:ISO"},
		{"an id that has the country already", "SERIES_CODE,Country Code,name,2020\nABW.GDP.A,ABW,GDP,1\n", "ABW.GDP.A", observations("2020", 1.0), 0, ""},
		{"an id that is one", "id,Country Code,name,2020\nx1,ABW,GDP,1\n", "x1", observations("2020", 1.0), 0, ""},
		{"quarters and months", "id,name,2024Q1,2024-03,2024M04,X2023\na,A,1,2,3,4\n", "a",
			observations("2024-Q1", 1.0, "2024-03", 2.0, "2024-04", 3.0, "2023", 4.0), 0, "4 columns of values by date"},
		{"months and quarters in words", "id,name,Jan 2024,Feb-24,Q1 2025,FY2026\na,A,1,2,3,4\n", "a",
			observations("2024-01", 1.0, "2024-02", 2.0, "2025-Q1", 3.0, "2026", 4.0), 0, "4 columns of values by date, 2024-01 to 2026"},
		{"newest first", "id,name,2024,2023,2022\na,A,1,2,3\n", "a",
			observations("2024", 1.0, "2023", 2.0, "2022", 3.0), 0, "3 columns of values by date, 2022 to 2024"},
		{"periods that are not understood are named", "id,name,1Q24,2020 total,Mar5,2010=100,Marketing 4\na,A,1,2,3,4,5\n", "a", nil, 0,
			`3 columns with the look of a period, not read: "1Q24", "2020 total", "Mar5";`},
		{"headings that stand twice are named", "id,name,name,2020,2021,2020\na,A,B,1,,3\n", "a", observations("2020", 1.0, "2020", 3.0), 0,
			`headings that stand over more than one column: "name", "2020";`},
		{"garbage is set aside, missing is not", "id,name,2019,2020,2021,2022\na,A,abc,..,-,5\n", "a", observations("2022", 5.0), 1, ""},
		{"columns that only look like dates", "id,name,2010=100,1,2020 total\na,A,7,8,9\n", "a", nil, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, r := readText(t, tt.text, catalogue.Options{})
			if len(rows) != 1 || len(rejects) != 0 {
				t.Fatalf("%d rows, rejects %v", len(rows), rejects)
			}
			got := rows[0].Indicator
			if got.ID != tt.id || !slices.Equal(got.Values, tt.want) || got.SetAside != tt.aside {
				t.Errorf("read %+v, want id %s, values %v, %d set aside", got, tt.id, tt.want, tt.aside)
			}
			if !strings.Contains(strings.Join(r.Notes(), "\n"), tt.note) {
				t.Errorf("notes %q lack %q", r.Notes(), tt.note)
			}
		})
	}
}

func TestSampleValuesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	two := observations("2023", 1.0, "2024-03", 2.5)
	tests := []struct {
		name    string
		values  string
		want    []classify.Observation
		aside   int
		example string
	}{
		{"objects", `[{"date":"2023","value":1},{"date":"2024-03","value":2.5}]`, two, 0, ""},
		{"objects with other keys", `[{"TIME_PERIOD":"2023","OBS_VALUE":"1","x":1},{"value":"2.5","Date":"2024-03"}]`, two, 0, ""},
		{"pairs", `[["2023",1],["2024-03",2.5]]`, two, 0, ""},
		{"an object by date", `{"2023":1,"2024-03":"2.5"}`, two, 0, ""},
		{"one point", `{"date":"2023","value":1}`, two[:1], 0, ""},
		{"years as numbers", `[{"date":2023,"value":1}]`, two[:1], 0, ""},
		{"space everywhere", " [ { \"date\" : \"2023\" , \"value\" : 1 } , [ \"2024-03\" , 2.5 ] ] ", two, 0, ""},
		{"values that are strings", `[["2023"," 1,000 "]]`, observations("2023", 1000.0), 0, ""},
		{"a date that is none", `[{"date":"last10YearsAvg","value":3},{"date":"2023","value":1}]`, two[:1], 1, "last10YearsAvg: 3"},
		{"null and NaN", `[["2023",1],["2022",null],["2021","NaN"]]`, two[:1], 2, "2022: null"},
		{"duplicates are left to others", `[["2023",1],["2023",2]]`, observations("2023", 1.0, "2023", 2.0), 0, ""},
		{"points that are none", `[1,"x",{},[],["2023"]]`, nil, 5, "1"},
		{"an empty list", `[]`, nil, 0, ""},
		{"null", `null`, nil, 0, ""},
		{"no JSON", `1;2;3`, nil, 1, "1;2;3"},
		{"a number", `17`, nil, 1, "17"},
		{"an escaped date", `[["20\u00323",1]]`, two[:1], 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			check := func(form, text string) {
				rows, rejects, _ := readText(t, text, catalogue.Options{})
				if len(rows) != 1 || len(rejects) != 0 {
					t.Fatalf("%s: %d rows, rejects %v", form, len(rows), rejects)
				}
				got := rows[0].Indicator
				if !slices.Equal(got.Values, tt.want) || got.SetAside != tt.aside || got.SetAsideExample != tt.example {
					t.Errorf("%s: values %v, %d set aside (%q); want %v, %d (%q)", form, got.Values, got.SetAside, got.SetAsideExample, tt.want, tt.aside, tt.example)
				}
			}
			check("csv", "id,name,sample_values\na,A,\""+strings.ReplaceAll(tt.values, `"`, `""`)+"\"\n")
			if tt.name != "no JSON" {
				check("jsonl", `{"id":"a","name":"A","values":`+tt.values+"}\n")
				check("json", `[{"id":"a","name":"A","values":`+tt.values+"}]")
			}
		})
	}
}

func TestMapNamesAndJoinsColumns(t *testing.T) {
	t.Parallel()
	text := "Iso,Ind,U 1,what,a+b\nDE,GDP,EUR,Gross domestic product,x\n,GDP,,Gross domestic product,\n"
	m, err := catalogue.ParseMap([]string{"indicator_id=ISO+Ind+u_1", "name=what", "units=U 1", "description=Ind+U 1", "topic=a+b"})
	if err != nil {
		t.Fatal(err)
	}
	rows, rejects, _ := readText(t, text, catalogue.Options{Map: m})
	if len(rejects) != 0 {
		t.Errorf("rejects %v", rejects)
	}
	compare(t, rows, []classify.Indicator{
		{ID: "DE:GDP:EUR", Name: "Gross domestic product", Units: "EUR", Description: "GDP, EUR", Topic: "x", Country: "DE"},
		{ID: ":GDP:", Name: "Gross domestic product", Description: "GDP"},
	}, nil)
	for _, bad := range []string{"units", "=x", "units=", ""} {
		if _, err := catalogue.ParseMap([]string{bad}); err == nil || !strings.Contains(classify.Hint(err), "--map units=my_column") {
			t.Errorf("--map %q: %v", bad, err)
		}
	}
	if _, err := catalogue.ParseMap([]string{"units=a", "units=b"}); err == nil {
		t.Error("a field mapped twice is taken")
	}
}

func TestMapReachesTheValuesOfEveryFormat(t *testing.T) {
	t.Parallel()
	o := catalogue.Options{Map: map[string][]string{"sample_values": {"my_points"}, "name": {"what"}}}
	for _, text := range []string{
		`{"id":"a","what":"A","my_points":[{"date":"2023","value":1}]}`,
		"id,what,my_points\na,A,\"[[2023,1]]\"\n",
	} {
		rows, _, _ := readText(t, text, o)
		if len(rows) != 1 || !slices.Equal(rows[0].Indicator.Values, observations("2023", 1.0)) {
			t.Errorf("%s: %+v", text, rows)
		}
	}
}

func TestIDsAreDerivedWhereThereIsNoColumnForThem(t *testing.T) {
	t.Parallel()
	text := "name,units,country,source\nGDP (current US$),USD,DE,World Bank\nGDP (current US$),USD,FR,World Bank\nÖl,,,\n"
	rows, _, r := readText(t, text, catalogue.Options{})
	again, _, _ := readText(t, "source,country,name,units\nWorld Bank,DE,GDP (current US$),USD\n", catalogue.Options{})
	a, b := rows[0].Indicator.ID, rows[1].Indicator.ID
	if !strings.HasPrefix(a, "gdp-current-us-") || a == b || !strings.HasPrefix(rows[2].Indicator.ID, "l-") {
		t.Errorf("ids %q, %q, %q", a, b, rows[2].Indicator.ID)
	}
	if again[0].Indicator.ID != a {
		t.Errorf("the same indicator has the id %q and %q", a, again[0].Indicator.ID)
	}
	if r.Counters().Derived != 3 || !strings.Contains(strings.Join(r.Notes(), "\n"), "ids are derived from source, country, name and unit") {
		t.Errorf("counters %+v, notes %q", r.Counters(), r.Notes())
	}
}
