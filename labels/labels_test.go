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
		"empty":                {"", "empty"},
		"no id column":         {"type\nstock\n", "indicator_id"},
		"an unknown label":     {"indicator_id,colour\nA,red\n", `"colour"`},
		"an unknown value":     {"indicator_id,type\nA,stock\nB,banana\n", "line 3"},
		"a row without an id":  {"indicator_id,type\n,stock\n", "line 2"},
		"an unfinished string": {"indicator_id,type\nA,\"stock\n", "labels.csv"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := labels.Read(write(t, tt.content)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one about %s", err, tt.want)
			}
		})
	}
	if _, err := labels.Read("no-such-file.csv"); err == nil {
		t.Error("a missing file is read")
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
