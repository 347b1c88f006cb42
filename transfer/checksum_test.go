package transfer

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"classify/tables"
)

var every = Table{Name: "every", Columns: []Column{{"text", tables.Text}, {"json", tables.JSON}, {"int", tables.Int}, {"float", tables.Float}, {"flag", tables.Bool}, {"time", tables.Time}}}

func TestTheSameSaidOtherwiseHasTheSameChecksum(t *testing.T) {
	t.Parallel()
	plain := Row{{Text: "a"}, {Text: `{"a":[1000,"ü",true,null],"b":{}}`}, {Int: 7}, {Float: 0.1}, {Int: 1}, At(time.Date(2024, 2, 29, 1, 2, 3, 456789000, time.UTC))}
	for name, change := range map[string]func(Row){
		"spaces and another order of names": func(r Row) { r[1].Text = "{ \"b\": {},\n\"a\" : [1000, \"ü\", true, null]}" },
		"another form of a number":          func(r Row) { r[1].Text = `{"a":[1e3,"ü",true,null],"b":{}}` },
		"an escaped letter":                 func(r Row) { r[1].Text = `{"a":[1000.0,"\u00fc",true,null],"b":{}}` },
		"another time zone": func(r Row) {
			r[5] = At(time.Date(2024, 2, 29, 10, 2, 3, 456789999, time.FixedZone("JST", 9*3600)))
		},
	} {
		other := slices.Clone(plain)
		change(other)
		if a, b := sumOf(t, plain), sumOf(t, other); a != b {
			t.Errorf("%s: %s and %s", name, a, b)
		}
	}
	empty, null := make(Row, 6), make(Row, 6)
	empty[5].Null = true
	for i := range null {
		null[i].Null = true
	}
	if a, b := sumOf(t, empty), sumOf(t, null); a != b {
		t.Errorf("nothing and NULL: %s and %s", a, b)
	}
	if a, b := sumOf(t, Row{{}, {Text: `-0.0`}, {}, {Float: math.Copysign(0, -1)}, {}, {}}), sumOf(t, Row{{}, {Text: `0`}, {}, {}, {}, {}}); a != b {
		t.Errorf("zeros: %s and %s", a, b)
	}
}

// Rows have the same checksum in every order, and another one when any value, or
// the number of rows, is another.
func TestAChecksumIsThatOfTheRowsInWhateverOrder(t *testing.T) {
	t.Parallel()
	row := rapid.Custom(func(r *rapid.T) Row {
		return Row{{Text: rapid.String().Draw(r, "text")}, {Text: rapid.SampledFrom([]string{"", "[]", "[1]", "[1,2]", "[12]", `["1"]`, `{"a":1}`, `{"a":"1"}`, "null", "false"}).Draw(r, "json")},
			{Int: rapid.Int64().Draw(r, "int")}, {Float: rapid.Float64().Draw(r, "float")}, {Int: int64(rapid.IntRange(0, 1).Draw(r, "flag"))}, {Int: rapid.Int64().Draw(r, "time")}}
	})
	rapid.Check(t, func(r *rapid.T) {
		rows := rapid.SliceOfN(row, 1, 8).Draw(r, "rows")
		was := sumOf(t, rows...)
		if got := sumOf(t, rapid.Permutation(rows).Draw(r, "order")...); got != was {
			r.Fatalf("%s in another order, %s before", got, was)
		}
		if sumOf(t, append(slices.Clone(rows), rows[0])...) == was || len(rows) > 1 && sumOf(t, rows[1:]...) == was {
			r.Fatal("a row more or less is not seen")
		}
		i, k := rapid.IntRange(0, len(rows)-1).Draw(r, "row"), rapid.IntRange(0, 5).Draw(r, "column")
		other := slices.Clone(rows)
		other[i] = slices.Clone(rows[i])
		other[i][k] = row.Draw(r, "other")[k]
		before, after := sumOf(t, rows[i]), sumOf(t, other[i])
		if (before == after) != (sumOf(t, other...) == was) {
			r.Fatal("another value is not seen")
		}
		if rows[i][k] != other[i][k] && before == after && !(rows[i][k].Float == 0 && other[i][k].Float == 0 && k == 3) {
			r.Fatalf("%+v and %+v are the same", rows[i][k], other[i][k])
		}
	})
}

func TestWhatIsNoJSONIsToldWithItsColumn(t *testing.T) {
	t.Parallel()
	var sum checksum
	err := sum.add(&every, Row{{}, {Text: "{"}, {}, {}, {}, {}})
	if err == nil || err.Error() != "json of every: unexpected EOF" {
		t.Errorf("got %v", err)
	}
}

func TestCleaningTakesOutWhatDatabasesDoNotHold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, json, wantText, wantJSON string }{
		"zero bytes":            {"a\x00b", `{"a\u0000b":["c\u0000",1.50,{"d":null}]}`, "ab", `{"ab":["c",1.50,{"d":null}]}`},
		"no UTF-8":              {"\xffa", `"\u0000"`, "\uFFFDa", `""`},
		"a backslash before u0": {"x", `"\\u0000"`, "x", `"\\u0000"`},
		"what is no JSON stays": {"", `{"\u0000`, "", `{"\u0000`},
	} {
		row := Row{{Text: c.text}, {Text: c.json}, {}, {}, {}, {}}
		every.clean(row)
		if row[0].Text != c.wantText || row[1].Text != c.wantJSON {
			t.Errorf("%s: %q, %q", name, row[0].Text, row[1].Text)
		}
	}
	row := Row{{Text: "ü \\u0000"}, {Text: `["ü"]`}, {}, {}, {}, {}}
	if every.clean(row) {
		t.Errorf("%q was cleaned", row[0].Text)
	}
}

func sumOf(t *testing.T, rows ...Row) string {
	t.Helper()
	var sum checksum
	for _, r := range rows {
		if err := sum.add(&every, r); err != nil {
			t.Fatal(err)
		}
	}
	return sum.String()
}
