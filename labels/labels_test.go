package labels_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"classify"
	"classify/labels"
)

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "labels.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnEmptyCurrencyIsNullAndAnyOtherEmptyCellUnlabelled(t *testing.T) {
	t.Parallel()
	f, err := labels.Read(write(t, "\ufeffindicator_id,currency,type,sure\nA,,stock,1\nB,USD,,0\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []labels.Row{
		{IndicatorID: "A", Line: 2, Values: map[string]string{"currency": "", "type": "stock"}},
		{IndicatorID: "B", Line: 3, Values: map[string]string{"currency": "USD"}, Doubtful: true},
	}
	if !reflect.DeepEqual(f.Rows, want) {
		t.Errorf("rows %+v, want %+v", f.Rows, want)
	}
}

func TestALabelFileIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ content, want string }{
		"empty":                   {"", "empty"},
		"no id column":            {"type\nstock\n", "indicator_id"},
		"an unknown label":        {"indicator_id,colour\nA,red\n", `"colour"`},
		"an unknown value":        {"indicator_id,type\nA,stock\nB,banana\n", "line 3"},
		"a row without an id":     {"indicator_id,type\n,stock\n", "line 2"},
		"an id twice":             {"indicator_id,type\nA,stock\nB,flow\nA,flow\n", `line 4: "A" has labels in line 2`},
		"a column twice":          {"indicator_id,type,family,type\nA,stock,,\n", `columns 2 and 4 are both called "type"`},
		"doubt in words":          {"indicator_id,type,sure\nA,stock,perhaps\n", "line 2: sure: \"perhaps\" is not 1 or 0"},
		"a code in small letters": {"indicator_id,currency\nA,usd\n", "line 2: currency"},
		"no label column":         {"indicator_id,sure\nA,1\n", "no column is a label"},
		"a cell too many":         {"indicator_id,type\nA,stock,flow\n", "3 cells"},
		"text that is no UTF-8":   {"indicator_id,type\nA\xff,stock\n", "UTF-8"},
		"an unfinished string":    {"indicator_id,type\nA,\"stock\n", "labels.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := labels.Read(write(t, tt.content)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one about %s", err, tt.want)
			}
		})
	}
	for path, want := range map[string]string{"no-such-file\x1b.csv": "no such file", t.TempDir(): "directory"} {
		_, err := labels.Read(path)
		if err == nil || !strings.Contains(err.Error(), want) || classify.Hint(err) == "" || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("error %q, hint %q; want one about %s", err, classify.Hint(err), want)
		}
	}
}

func TestALabelFileIsReadAsACatalogueIs(t *testing.T) {
	t.Parallel()
	want := []labels.Row{{IndicatorID: "A;1", Line: 2, Values: map[string]string{"family": "temporal", "type": "stock"}}}
	for name, content := range map[string]string{
		"semicolons and CRLF": "\ufeff\"Series Code\";family;type\r\n\"A;1\";temporal;stock\r\n",
		"tabs":                "id\tFamily\tType\nA;1\ttemporal\tstock\n",
		"commas":              "Indicator Code, family , type\nA;1,temporal,stock\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := labels.Read(write(t, content))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(f.Rows, want) || !reflect.DeepEqual(f.Fields, []string{"family", "type"}) {
				t.Errorf("read %+v of %v, want %+v", f.Rows, f.Fields, want)
			}
		})
	}
}

func TestLabelsAreBroughtToTheSpellingOfTheTaxonomy(t *testing.T) {
	t.Parallel()
	f, err := labels.Read(write(t, "id,type,ppp,scale_pow10,unit,per\nA,Stock,TRUE,+06,MW,GWh\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"type": "stock", "ppp": "true", "scale_pow10": "6", "unit": "MW", "per": "GWh"}
	if !reflect.DeepEqual(f.Rows[0].Values, want) {
		t.Errorf("read %v, want %v: units keep their case", f.Rows[0].Values, want)
	}
}

func TestOverridesAreReadLongAndWide(t *testing.T) {
	t.Parallel()
	want := []classify.Override{{IndicatorID: "A", Field: "type", Value: "stock"}, {IndicatorID: "B", Field: "currency", Value: ""}}
	long, err := labels.ReadOverrides(write(t, "indicator_id,field,value\nA,type,stock\nB,currency,\n"))
	if err != nil || !reflect.DeepEqual(long, want) {
		t.Errorf("long: %v, %v; want %v", long, err, want)
	}
	wide, err := labels.ReadOverrides(write(t, "indicator_id,type,currency\nA,stock,\n"))
	if err != nil || !reflect.DeepEqual(wide, want[:1]) {
		t.Errorf("wide: %v, %v; want %v", wide, err, want[:1])
	}
	for name, content := range map[string]string{
		"a computed field": "indicator_id,field,value\nA,time_basis,per-period\n",
		"a bad value":      "indicator_id,field,value\nA,type,banana\n",
		"an unknown field": "indicator_id,colour\nA,red\n",
	} {
		if o, err := labels.ReadOverrides(write(t, content)); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%s: %v, %v; want an error on line 2", name, o, err)
		}
	}
}

func TestOverridesThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	const heading = "id;field;value\n"
	for name, tt := range map[string]struct{ content, want string }{
		"two values of one label":        {heading + "A;type;stock\nB;type;flow\nA;type;flow\n", `type of "A" is "flow" here and "stock" in line 2`},
		"two values in a label file":     {"id,type\nA,stock\nA,flow\n", "in line 2"},
		"a value without a field":        {heading + "A;;stock\n", "no field"},
		"a currency that is none":        {heading + "A;currency;ZZZ\n", `"ZZZ" is no currency`},
		"a currency in small letters":    {heading + "A;currency;eur\n", `"eur" is no currency`},
		"an index in millions":           {heading + "A;scale;millions\nA;unit_type;index\n", `(line 3) and the scale "millions" (line 2)`},
		"money in per cent":              {"id,unit_type,scale\nA,currency-amount,percent\n", "alone"},
		"a label file without any label": {"id,sure\nA,1\n", "no column is a label"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := labels.ReadOverrides(write(t, tt.content))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v; want an error about %s", o, err, tt.want)
			}
		})
	}
	_, err := labels.ReadOverrides(write(t, heading+"A;time_basis;per-period\n"))
	if err == nil || !strings.Contains(classify.Hint(err), "orientation") || strings.Contains(classify.Hint(err), "time_basis") {
		t.Errorf("error %v, hint %q: want the fields that can be set", err, classify.Hint(err))
	}
}

func TestOverridesThatAgreeAreTaken(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		content string
		want    []classify.Override
	}{
		"the same label twice":        {"id,field,value\nA,type,stock\nA,type,stock\n", []classify.Override{{IndicatorID: "A", Field: "type", Value: "stock"}}},
		"all labels taken back":       {"id,field,value\nA,,\n", []classify.Override{{IndicatorID: "A"}}},
		"a retired currency":          {"id,field,value\nA,currency,DEM\n", []classify.Override{{IndicatorID: "A", Field: "currency", Value: "DEM"}}},
		"a scale of its unit type":    {"id,unit_type,scale\nA,index,index\n", []classify.Override{{IndicatorID: "A", Field: "unit_type", Value: "index"}, {IndicatorID: "A", Field: "scale", Value: "index"}}},
		"a scale without a unit type": {"id,scale\nA,index\n", []classify.Override{{IndicatorID: "A", Field: "scale", Value: "index"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := labels.ReadOverrides(write(t, tt.content))
			if err != nil || !reflect.DeepEqual(o, tt.want) {
				t.Errorf("%v, %v; want %v", o, err, tt.want)
			}
		})
	}
}
