package catalogue_test

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"classify/catalogue"
)

// repeated is a stream of a heading, n rows, and an end.
type repeated struct {
	rest, row string
	n         int
	end       string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		switch {
		case r.n > 0:
			r.rest = r.row
			r.n--
		case r.end != "":
			r.rest, r.end = r.end, ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// heap returns the bytes in use after a collection.
func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Memory is measured over the whole process: this test is not parallel.
func TestMemoryDoesNotGrowWithTheRows(t *testing.T) {
	formats := map[string]*repeated{
		"CSV":        {"id,name,units,2019,2020\n", "a,\"Exports of goods,\ntotal\",USD,1,2\n", 200_000, ""},
		"JSONL":      {"", `{"id":"a","name":"Exports","sample_values":[{"date":"2020","value":1}]}` + "\n", 200_000, ""},
		"JSON array": {"[", `{"id":"a","name":"Exports","sample_values":[["2020",1]]},` + "\n", 200_000, `{"name":"z","id":"z"}]`},
	}
	for name, stream := range formats {
		t.Run(name, func(t *testing.T) {
			r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, stream, catalogue.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var before uint64
			n := 0
			for row, err := range r.Rows() {
				if err != nil || row.Reject != nil {
					t.Fatalf("row %d: %v %v", n, err, row.Reject)
				}
				switch n++; n {
				case 1000:
					before = heap()
				case 200_000:
					if after := heap(); after > before+1<<20 {
						t.Errorf("%d bytes after 1,000 rows, %d after 200,000", before, after)
					}
				}
			}
			if n < 200_000 {
				t.Errorf("%d rows", n)
			}
		})
	}
}

// oversized are catalogues of two rows, of which the first is beyond the limits.
func oversized(t *testing.T, text string) map[string]string {
	t.Helper()
	type flat struct {
		ID   string `parquet:"id"`
		Name string `parquet:"name"`
		Text string `parquet:"description"`
	}
	type listed struct {
		ID     string   `parquet:"id"`
		Name   string   `parquet:"name"`
		Topics []string `parquet:"topics,list"`
	}
	type dated struct {
		Date  *string  `parquet:"date,optional"`
		Value *float64 `parquet:"value,optional"`
	}
	type valued struct {
		ID     string  `parquet:"id"`
		Name   string  `parquet:"name"`
		Values []dated `parquet:"sample_values,list"`
	}
	object := fmt.Sprintf(`{"id":"a","name":"A","description":%q}`, text)
	return map[string]string{
		"CSV":                       "id,name,description\na,A," + text + "\nb,B,short\n",
		"JSONL":                     object + "\n" + `{"id":"b","name":"B"}` + "\n",
		"JSON array":                "[" + object + `,{"id":"b","name":"B"}]`,
		"Parquet":                   parquetText(t, []flat{{"a", "A", text}, {"b", "B", "short"}}),
		"Parquet with a list":       parquetText(t, []listed{{"a", "A", slices.Repeat([]string{"topic"}, len(text)/5)}, {"b", "B", []string{"x"}}}),
		"Parquet with dated values": parquetText(t, []valued{{"a", "A", make([]dated, len(text)/8)}, {"b", "B", nil}}),
	}
}

func TestACellOfTenMegabytesCostsItsRowInEveryFormat(t *testing.T) {
	t.Parallel()
	for name, content := range oversized(t, strings.Repeat("0123456789", 1<<20)) {
		for limit, o := range map[string]catalogue.Options{"1 MiB": {}, "2 MiB": {MaxCell: 64 << 20, MaxRecord: 2 << 20}} {
			t.Run(name+" "+limit, func(t *testing.T) {
				t.Parallel()
				r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader(content), o)
				if err != nil {
					t.Fatal(err)
				}
				rows, rejects, err := readAll(t, r)
				if err != nil || len(rejects) != 1 || len(rows) != 1 || rows[0].Indicator.ID != "b" {
					t.Fatalf("%d rows, %d rejects, error %v; want one of each", len(rows), len(rejects), err)
				}
				if c := rejects[0]; !strings.Contains(c.Reason, "the limit is") || len(c.Raw) > 64<<10 || !strings.Contains(c.Raw, "a") {
					t.Errorf("reason %q with %d bytes of the row", c.Reason, len(c.Raw))
				}
			})
		}
	}
}

// A quote that is never closed costs at most the limit of a row.
func TestMemoryIsBoundedByTheLongestRow(t *testing.T) {
	endless := map[string]*repeated{
		"a quote that is never closed": {"id,name\nb,B\na,\"A\n", "text without an end\n", 2_000_000, ""},
		"a line that never ends":       {"id,name\nb,B\na,", "text without an end", 2_000_000, ""},
		"a JSONL line that never ends": {"{\"id\":\"b\",\"name\":\"B\"}\n{\"id\":\"", "text without an end", 2_000_000, ""},
		"a JSON text that never ends":  {`[{"id":"b","name":"B"},{"id":"`, "text without an end", 2_000_000, ""},
	}
	for name, stream := range endless {
		t.Run(name, func(t *testing.T) {
			before := heap()
			r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, stream, catalogue.Options{MaxRecord: 1 << 20})
			rejected := 0
			if err == nil {
				for row, e := range r.Rows() {
					if e != nil {
						err = e
						break
					}
					if row.Reject != nil {
						if rejected++; rejected == 1 {
							if after := heap(); after > before+8<<20 {
								t.Errorf("%d bytes before, %d when the row was given up", before, after)
							}
						}
					}
				}
			}
			if rejected == 0 && err == nil {
				t.Error("neither a reject nor an error")
			}
		})
	}
}

// Every line of this file opens a quote that no later one closes: reading each
// of them to the end of the file would take its square.
func TestRunawayQuotesTakeLinearTime(t *testing.T) {
	t.Parallel()
	const lines = 200_000
	text := strings.NewReader("id,name\n" + strings.Repeat("a,\"b\n", lines))
	r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, text, catalogue.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, rejects, err := readAll(t, r)
	if err != nil || len(rejects) != lines {
		t.Errorf("%d rejects, want one for each line; error %v", len(rejects), err)
	}
}

func BenchmarkReadCSV(b *testing.B) {
	stream := &repeated{"Series Code,Indicator Name,units,Long definition,Source,Periodicity,Topic,Aggregation method\n",
		"NY.GDP.MKTP.CD,GDP (current US$),current US$,\"GDP at purchaser's prices, the sum of gross value added by all resident producers\",World Bank,Annual,Economic Policy & Debt,Gap-filled total\n", b.N, ""}
	benchmark(b, stream)
}

func BenchmarkReadJSONLWithValues(b *testing.B) {
	values := strings.TrimSuffix(strings.Repeat(`{"date":"2024-03-31","value":1234.5},`, 60), ",")
	benchmark(b, &repeated{"", `{"indicator_id":"NY.GDP.MKTP.CD","name":"GDP (current US$)","units":"USD","sample_values":[` + values + "]}\n", b.N, ""})
}

func benchmark(b *testing.B, stream io.Reader) {
	b.ReportAllocs()
	r, err := catalogue.Open(b.Context(), []string{catalogue.Stdin}, stream, catalogue.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err != nil || row.Reject != nil {
			b.Fatal(err, row.Reject)
		}
	}
}
