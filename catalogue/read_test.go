package catalogue_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
)

// write puts a file into a directory of the test.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll reads catalogues to their end.
func readAll(t *testing.T, r *catalogue.Reader) (rows []classify.SourceRow, rejects []*catalogue.Reject, err error) {
	t.Helper()
	for row, e := range r.Rows() {
		if e != nil {
			err = e
			break
		}
		if row.Reject != nil {
			rejects = append(rejects, row.Reject)
		} else {
			rows = append(rows, row.SourceRow)
		}
	}
	c := r.Counters()
	if c.Read != c.Usable+c.Joined+c.Rejected || c.Usable != len(rows) || c.Rejected != len(rejects) {
		t.Errorf("counters %+v do not add up to %d rows and %d rejects", c, len(rows), len(rejects))
	}
	return rows, rejects, err
}

// readText reads a catalogue from a stream.
func readText(t *testing.T, text string, o catalogue.Options) (rows []classify.SourceRow, rejects []*catalogue.Reject, r *catalogue.Reader) {
	t.Helper()
	r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("%v (%s)", err, classify.Hint(err))
	}
	rows, rejects, err = readAll(t, r)
	if err != nil {
		t.Fatal(err)
	}
	return rows, rejects, r
}

func TestDirtyCSVIsReadWithoutLoss(t *testing.T) {
	t.Parallel()
	one := classify.Indicator{ID: "a", Name: "Exports", Units: "USD"}
	tests := []struct {
		name string
		text string
		want []classify.Indicator
		line []int // where the rows begin; nil is not looked at
	}{
		{"comma", "id,name,units\na,Exports,USD\n", []classify.Indicator{one}, []int{2}},
		{"semicolon", "id;name;units\na;Exports;USD\n", []classify.Indicator{one}, nil},
		{"tab", "id\tname\tunits\na\tExports\tUSD\n", []classify.Indicator{one}, nil},
		{"tab with an empty cell", "id\tlong_name\tname\tunits\na\t\tExports\tUSD\n", []classify.Indicator{one}, nil},
		{"bar", "id|name|units\na|Exports|USD\n", []classify.Indicator{one}, nil},
		{"semicolons where the heading has quoted commas", "id;\"name\";\"units\";\"a,b,c,d,e\"\na;Exports;USD;x\n", []classify.Indicator{one}, nil},
		{"separator named in the first line", "sep=;\nid;name;units\na;Exports;USD\n", []classify.Indicator{one}, []int{3}},
		{"byte-order mark", "\ufeffid,name,units\na,Exports,USD\n", []classify.Indicator{one}, nil},
		{"byte-order mark before a quote", "\ufeff\"id\",\"name\",\"units\"\na,Exports,USD\n", []classify.Indicator{one}, nil},
		{"CRLF", "id,name,units\r\na,Exports,USD\r\n", []classify.Indicator{one}, nil},
		{"lone carriage returns", "id,name,units\ra,Exports,USD\r", []classify.Indicator{one}, nil},
		{"no line end at the end", "id,name,units\na,Exports,USD", []classify.Indicator{one}, nil},
		{"quoted newline in the heading", "id,name,units,\"long\ndefinition\"\na,Exports,USD,\n", []classify.Indicator{one}, []int{3}},
		{"blank lines and rows of separators", "id,name,units\n\n,,\na,Exports,USD\n\r\n,,\n", []classify.Indicator{one}, []int{4}},
		{"spaces around cells and in column names", " Indicator ID , NAME ,Unit_of-Measure\n a , Exports , USD \n", []classify.Indicator{one}, nil},
		{"space before a quoted cell", "id,name,units\na, \"Exports\", \"USD\"\n", []classify.Indicator{one}, nil},
		{"too few cells", "id,name,units,topic,source\na,Exports,USD\n", []classify.Indicator{one}, nil},
		{"empty cells too many", "id,name,units\na,Exports,USD,,,\n", []classify.Indicator{one}, nil},
		{"a trailing separator in the heading alone", "id,name,units,\na,Exports,USD\n", []classify.Indicator{one}, nil},
		{"quotes inside a cell", "id,name,units\na,The \"real\" rate,%\n", []classify.Indicator{{ID: "a", Name: `The "real" rate`, Units: "%"}}, nil},
		{"doubled quotes and a separator", "id,name,units\na,\"The \"\"real\"\" rate, total\",%\n", []classify.Indicator{{ID: "a", Name: `The "real" rate, total`, Units: "%"}}, nil},
		{"newlines in cells", "id,name,units,notes\na,\"Exports\nof goods\",USD,\"one\ntwo\"\nb,Imports,USD,\n",
			[]classify.Indicator{{ID: "a", Name: "Exports of goods", Units: "USD", Description: "one\ntwo"}, {ID: "b", Name: "Imports", Units: "USD"}}, []int{2, 5}},
		{"Latin-1", "id,name,units\na,Pr\xe9stamos,\x80\nb,Pr\u00e9stamos,€\n",
			[]classify.Indicator{{ID: "a", Name: "Préstamos", Units: "€"}, {ID: "b", Name: "Préstamos", Units: "€"}}, nil},
		{"UTF-16", utf16("\ufeffid\tname\tunits\r\na\tExports\tUSD\r\n"), []classify.Indicator{one}, nil},
		{"UTF-16 without its mark", utf16("id\tname\tunits\r\na\tExports\tUSD\r\n"), []classify.Indicator{one}, nil},
		{"big-endian UTF-16 without its mark", swapped(utf16("id\tname\tunits\r\na\tExports\tUSD\r\n")), []classify.Indicator{one}, nil},
		{"UTF-16 JSON", utf16("\ufeff[{\"id\":\"a\",\"name\":\"Exports\",\"units\":\"USD\"}]"), []classify.Indicator{one}, nil},
		{"rows before the heading", "Data Source,World Development Indicators,\n\nLast Updated,2024-07-01,\n\nid,name,units\na,Exports,USD\n",
			[]classify.Indicator{one}, []int{6}},
		{"another priority of descriptions", "id,name,Short definition,Long definition\na,x,short,long\nb,y,short,\n",
			[]classify.Indicator{{ID: "a", Name: "x", Description: "long"}, {ID: "b", Name: "y", Description: "short"}}, nil},
		{"code and name of a country", "id,name,Country,ISO\na,x,Germany,DEU\nb,y,Chile,\n",
			[]classify.Indicator{{ID: "a", Name: "x", Country: "DEU"}, {ID: "b", Name: "y", Country: "Chile"}}, nil},
		{"a column that may be id or name is the name", "Indicator Code,Indicator,units\na,Exports,USD\n", []classify.Indicator{one}, nil},
		{"a column that may be id or name is the id", "Indicator,name,units\na,Exports,USD\n", []classify.Indicator{one}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, _ := readText(t, tt.text, catalogue.Options{})
			for _, r := range rejects {
				t.Errorf("rejected: %v", r)
			}
			compare(t, rows, tt.want, tt.line)
		})
	}
}

func compare(t *testing.T, rows []classify.SourceRow, want []classify.Indicator, lines []int) {
	t.Helper()
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d: %+v", len(rows), len(want), rows)
	}
	for i, w := range want {
		got := rows[i].Indicator
		if got.InputHash() != w.InputHash() || got.SetAsideExample != w.SetAsideExample {
			t.Errorf("row %d is\n%+v, want\n%+v", i, got, w)
		}
		if lines != nil && rows[i].Line != lines[i] {
			t.Errorf("row %d is said to begin in line %d, it begins in %d", i, rows[i].Line, lines[i])
		}
	}
}

// utf16 encodes ASCII as little-endian UTF-16 with its mark.
func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

// swapped makes big-endian text of little-endian text.
func swapped(s string) string {
	b := []byte(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func TestUnusableRowsAreRejectedWithLineAndReason(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 3000)
	tests := []struct {
		name    string
		text    string
		options catalogue.Options
		line    int
		reason  string
		kept    []string // ids that are read all the same
	}{
		{"no name", "id,name\na,\nb,B\n", catalogue.Options{}, 2, "no name", []string{"b"}},
		{"no id", "id,name\n,A\nb,B\n", catalogue.Options{}, 2, "no indicator_id", []string{"b"}},
		{"a separator that is not quoted", "id,name\na,Exports, total\nb,B\n", catalogue.Options{}, 2, "3 cells, the heading has 2", []string{"b"}},
		{"a NUL byte", "id,name\na,A\nb,\x00\nc,C\n", catalogue.Options{}, 3, "NUL", []string{"a", "c"}},
		{"an id too long", "id,name\n" + long + ",A\nb,B\n", catalogue.Options{}, 2, "limit is 512", []string{"b"}},
		{"a cell too long", "id,name\na," + long + "\nb,B\n", catalogue.Options{MaxCell: 1000}, 2, `cell 2 ("name") has 3000 bytes, the limit is 1000 bytes: shorten the text`, []string{"b"}},
		{"a row too long", "id,name\na," + long + "\nb,B\n", catalogue.Options{MaxRecord: 1000}, 2, "the row has 3003 bytes, the limit is 1000 bytes: shorten", []string{"b"}},
		{"a quoted row too long", "id,name\na,\"" + long + "\n" + long + "\"\nb,B\n", catalogue.Options{MaxRecord: 4000}, 2, "the row has 6006 bytes, the limit is 4000 bytes", []string{"b"}},
		{"a quote that is never closed", "id,name\na,A\nb,\"B\nc,C\nd,D\n", catalogue.Options{}, 3, "never closed", []string{"a", "c", "d"}},
		{"a quote that runs beyond the limit", "id,name\na,\"A\n" + strings.Repeat("b,B\n", 1), catalogue.Options{MaxRecord: 50}, 2, "never closed", []string{"b"}},
		{"a quote that swallows rows until the next one", "id,name,units\na,\"A,x\nb,B,y\nc,\"C\",z\nd,D,\n", catalogue.Options{}, 2, "never closed", []string{"b", "c", "d"}},
		{"JSONL that is cut", "{\"id\":\"a\",\"name\":\"A\"}\n{\"id\":\"b\",\n{\"id\":\"c\",\"name\":\"C\"}\n", catalogue.Options{}, 2, "not valid JSON", []string{"a", "c"}},
		{"JSONL that is no object", "{\"id\":\"a\",\"name\":\"A\"}\n[1]\n{\"id\":\"c\",\"name\":\"C\"}\n", catalogue.Options{}, 2, "no JSON object", []string{"a", "c"}},
		{"JSONL line too long", "{\"id\":\"a\",\"name\":\"A\"}\n{\"id\":\"b\",\"name\":\"" + long + "\"}\n{\"id\":\"c\",\"name\":\"C\"}\n",
			catalogue.Options{MaxRecord: 1000}, 2, "the limit is 1000 bytes: shorten", []string{"a", "c"}},
		{"JSON cell too long", "[{\"id\":\"a\",\"name\":\"A\"},\n{\"id\":\"b\",\"name\":\"" + long + "\"},\n{\"id\":\"c\",\"name\":\"C\"}]",
			catalogue.Options{MaxCell: 1000}, 2, "limit is 1000", []string{"a", "c"}},
		{"JSON values too long", "[{\"id\":\"a\",\"name\":\"A\"},\n{\"id\":\"b\",\"name\":\"B\",\"values\":\"" + long + "\"}]",
			catalogue.Options{MaxCell: 1000}, 2, "limit is 1000 bytes: give the values in a file of their own with --values", []string{"a"}},
		{"JSON record too long", "[{\"id\":\"a\",\"name\":\"A\"},\n{\"id\":\"b\",\"name\":\"" + long + "\"},\n{\"id\":\"c\",\"name\":\"C\"}]",
			catalogue.Options{MaxRecord: 1000}, 2, "the limit is 1000 bytes: shorten", []string{"a", "c"}},
		{"an element that is no object", "[{\"id\":\"a\",\"name\":\"A\"},\n17,\n{\"id\":\"c\",\"name\":\"C\"}]", catalogue.Options{}, 2, "no JSON object", []string{"a", "c"}},
		{"an element that is not JSON", "[{\"id\":\"a\",\"name\":\"A\"},\n{\"id\" \"b\"},\n{\"id\":\"c\",\"name\":\"C\"}]", catalogue.Options{}, 2, "not valid JSON", []string{"a", "c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rows, rejects, _ := readText(t, tt.text, tt.options)
			var ids []string
			for _, r := range rows {
				ids = append(ids, r.Indicator.ID)
			}
			if !slices.Equal(ids, tt.kept) {
				t.Errorf("read %v, want %v", ids, tt.kept)
			}
			if len(rejects) != 1 {
				t.Fatalf("%d rejects: %v", len(rejects), rejects)
			}
			r := rejects[0]
			if r.Line != tt.line || !strings.Contains(r.Reason, tt.reason) || r.File != "stdin" {
				t.Errorf("rejected %v, want line %d and %q", r, tt.line, tt.reason)
			}
			if len(r.Raw) > 64<<10 || r.Raw == "" {
				t.Errorf("the raw row has %d bytes", len(r.Raw))
			}
		})
	}
}

func TestUnreadableInputIsRefusedWithPlaceAndRemedy(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		content string
		options catalogue.Options
		message string
		hint    string
	}{
		{"empty", "", catalogue.Options{}, "is empty", "heading"},
		{"only spaces", " \n\n", catalogue.Options{}, "is empty", "heading"},
		{"no name column", "a,b\n1,2\n", catalogue.Options{}, "line 1: the heading has no column for name; its columns are a, b", "--map name=COLUMN"},
		{"binary", "\x7fELF\x00\x00\x01", catalogue.Options{}, "binary file", "CSV"},
		{"workbook", "PK\x03\x04....", catalogue.Options{}, "Excel workbook", "save the sheet as CSV"},
		{"web page", "<!DOCTYPE html><html></html>", catalogue.Options{}, "web page", "login"},
		{"mapped column that is not there", "id,name\na,A\n", catalogue.Options{Map: map[string][]string{"units": {"measure"}}}, `no column "measure"`, "its columns are id, name"},
		{"field that is not there", "id,name\na,A\n", catalogue.Options{Map: map[string][]string{"unit": {"name"}}}, `no field "unit"`, "indicator_id, name"},
		{"unknown format", "id,name\na,A\n", catalogue.Options{Format: "xml"}, `unknown format "xml"`, "parquet"},
		{"JSON without a name", `[{"a":1},{"b":2}]`, catalogue.Options{}, "no column for name; its columns are a, b", "--map name=COLUMN"},
		{"JSON without records", `[]`, catalogue.Options{}, "no records", "array of objects"},
		{"JSON that is no object", `[1,2]`, catalogue.Options{}, "no JSON object", ""},
		{"JSON that is cut off", `[{"id":"a","name":"A"},{"id":`, catalogue.Options{}, "ends in the middle", "fetch"},
		{"JSON with a bracket too many", `]`, catalogue.Options{Format: "json"}, "unexpected ]", "array of objects"},
		{"damaged parquet", "PAR1 and nothing more", catalogue.Options{}, "parquet file is damaged", "write it again"},
		{"damaged gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00garbage", catalogue.Options{}, "unpack gzip", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := write(t, "input", tt.content)
			_, err := catalogue.Open(t.Context(), []string{path}, nil, tt.options)
			if err == nil {
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), tt.message) {
				t.Errorf("error %q, want the path and %q", err, tt.message)
			}
			if !strings.Contains(classify.Hint(err), tt.hint) {
				t.Errorf("hint %q, want %q", classify.Hint(err), tt.hint)
			}
			var file *catalogue.FileError
			if !errors.As(err, &file) || file.File != path {
				t.Errorf("%T does not say which file", err)
			}
		})
	}
}

func TestMissingFilesAndDirectoriesAreNamed(t *testing.T) {
	t.Parallel()
	path := write(t, "world.csv", "id,name\na,A\n")
	dir := filepath.Dir(path)
	_, err := catalogue.Open(t.Context(), []string{path, filepath.Join(dir, "wrld.csv")}, nil, catalogue.Options{})
	if err == nil || !strings.Contains(err.Error(), "no such file") || !strings.Contains(classify.Hint(err), "world.csv") {
		t.Errorf("missing file: %v, hint %q", err, classify.Hint(err))
	}
	_, err = catalogue.Open(t.Context(), []string{dir}, nil, catalogue.Options{})
	if err == nil || !strings.Contains(err.Error(), "directory") || !strings.Contains(classify.Hint(err), "*.csv") {
		t.Errorf("directory: %v, hint %q", err, classify.Hint(err))
	}
	if _, err = catalogue.Open(t.Context(), nil, nil, catalogue.Options{}); err == nil || classify.Hint(err) == "" {
		t.Errorf("no path: %v", err)
	}
}
