package catalogue_test

import (
	"bytes"
	"errors"
	"testing"
	"unicode/utf8"

	"classify/catalogue"
)

// readFuzzed reads any bytes and checks what must hold for all of them.
func readFuzzed(t *testing.T, content []byte, format string) {
	o := catalogue.Options{Format: format, MaxCell: 1 << 10, MaxRecord: 4 << 10, MaxTemp: 1 << 20, TempDir: t.TempDir()}
	r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, bytes.NewReader(content), o)
	if err != nil {
		checkError(t, err)
		return
	}
	line := 0
	for row, err := range r.Rows() {
		if err != nil {
			checkError(t, err)
			break
		}
		if row.Reject != nil {
			if row.Reject.Reason == "" || len(row.Reject.Raw) > 64<<10 || !utf8.ValidString(row.Reject.Raw) {
				t.Errorf("reject %+v", row.Reject)
			}
			continue
		}
		if row.Indicator.ID == "" || row.Indicator.Name == "" {
			t.Errorf("an indicator without id or name: %+v", row.Indicator)
		}
		if !utf8.ValidString(row.Indicator.Name) || !utf8.ValidString(row.Indicator.ID) {
			t.Errorf("no UTF-8: %q", row.Indicator.Name)
		}
		if row.Line < line {
			t.Errorf("line %d comes after line %d", row.Line, line)
		}
		line = row.Line
	}
	if c := r.Counters(); c.Read != c.Usable+c.Joined+c.Rejected {
		t.Errorf("counters %+v", c)
	}
}

func checkError(t *testing.T, err error) {
	var file *catalogue.FileError
	if !errors.As(err, &file) || err.Error() == "" {
		t.Errorf("error %v does not say which file", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{
		"id,name,units\na,Exports,USD\n", "\ufeffid;name\r\na;\"x\r\ny\"\r\n", "id,name\na,\"A\nb,B\n", "id\tname\t2019\t2020\na\tb\t1\t..\n",
		"id,name,values\na,A,\"[[\"\"2023\"\",1]]\"\n", "id,name\na,\xe9\n", "\xff\xfei\x00d\x00", "a\r\rname\rb", "name\n\"\"\"\n\"\n", ",,\n\n\"name\"\n",
		"id,name,date,value\na,A,2020,1\na,A,2021,..\nb,B,x,y\n", "name, \"units\"\na , \"b\" c\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) { readFuzzed(t, content, "csv") })
}

func FuzzReadJSON(f *testing.F) {
	for _, s := range []string{
		`[{"id":"a","name":"A"},{"id":"b","name":"B","values":[{"date":"2023","value":1}]}]`, `{"id":"a","name":"A"}` + "\n{}\n", `{"data":[{"name":"A"}],"x":{}}`,
		`[{"page":1},[{"name":"x","topics":[{"value":"t"}]}]]`, `{"name":"A","values":{"2023":null,"x":[]}}`, `[[[[[[`, `{"name":"\ud800\u0000"}`, `[{"name":"a"} {"name":"b"}]`,
		`{"a":[{"name":1}],"b":[{"name":2}]}`, "{\"name\":\"\xe9\"}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) { readFuzzed(t, content, "json") })
}
