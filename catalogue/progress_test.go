package catalogue_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"classify/catalogue"
)

// manyRows is a catalogue of n rows in each format; the rows are no copies of
// each other, so that packing leaves something of them.
func manyRows(t *testing.T, n int) map[string]string {
	t.Helper()
	type row struct {
		ID   string `parquet:"id"`
		Name string `parquet:"name"`
	}
	var csv, jsonl strings.Builder
	csv.WriteString("id,name\n")
	rows := make([]row, n)
	for i := range rows {
		rows[i] = row{fmt.Sprint(i), fmt.Sprintf("Indicator %d", uint32(i)*2654435761)}
		fmt.Fprintf(&csv, "%s,%s\n", rows[i].ID, rows[i].Name)
		fmt.Fprintf(&jsonl, `{"id":%q,"name":%q}`+"\n", rows[i].ID, rows[i].Name)
	}
	return map[string]string{
		"CSV": csv.String(), "JSONL": jsonl.String(), "Parquet": parquetText(t, rows),
		"packed CSV": string(pack(t, "gz", []byte(csv.String()))), "packed Parquet": string(pack(t, "zst", []byte(parquetText(t, rows)))),
	}
}

func TestProgressGrowsUpToTheBytesOfAllFilesOnce(t *testing.T) {
	t.Parallel()
	const rows = 100_000
	for name, content := range manyRows(t, rows) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := catalogue.Open(t.Context(), []string{write(t, "1", content), write(t, "2", content)}, nil, catalogue.Options{})
			if err != nil {
				t.Fatal(err)
			}
			last, inTheMiddle, n := 0.0, 0.0, 0
			for _, err := range r.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				read, size := r.Progress()
				done := float64(read) / float64(size)
				if done < last || done > 1 || size != int64(2*len(content)) {
					t.Fatalf("row %d: %d of %d bytes after %.3f of them", n, read, size, last)
				}
				if last = done; n == rows {
					inTheMiddle = done
				}
				n++
			}
			if read, size := r.Progress(); read != size {
				t.Errorf("at the end %d of %d bytes are read", read, size)
			}
			// A packed Parquet file is unpacked, and so read, before its first row.
			if name == "packed Parquet" {
				return
			}
			if inTheMiddle < 0.4 || inTheMiddle > 0.8 {
				t.Errorf("%.3f is read where the second of two equal files begins", inTheMiddle)
			}
		})
	}
}

func TestProgressOfAPipeHasNoTotal(t *testing.T) {
	t.Parallel()
	file := write(t, "a.csv", "id,name\na,A\n")
	for _, paths := range [][]string{{catalogue.Stdin}, {file, catalogue.Stdin}, {catalogue.Stdin, file}} {
		r, err := catalogue.Open(t.Context(), paths, strings.NewReader("id,name\nb,B\n"), catalogue.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := readAll(t, r); err != nil {
			t.Fatal(err)
		}
		if read, total := r.Progress(); read == 0 || total != 0 {
			t.Errorf("%v: read %d of %d bytes", paths, read, total)
		}
	}
	pipe, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if _, err := in.WriteString("id,name\nc,C\n"); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := catalogue.Open(t.Context(), []string{fmt.Sprintf("/dev/fd/%d", pipe.Fd())}, nil, catalogue.Options{})
	if err != nil {
		t.Skipf("a pipe has no path here: %v", err)
	}
	if rows, _, err := readAll(t, r); err != nil || len(rows) != 1 {
		t.Fatalf("%d rows, error %v", len(rows), err)
	}
	if _, total := r.Progress(); total != 0 {
		t.Errorf("a pipe of %d bytes", total)
	}
}
