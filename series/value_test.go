package series

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestParseValueReadsWhatCataloguesWrite(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, text string
		want       float64
	}{
		{"whole", "12", 12},
		{"decimal", "-3.25", -3.25},
		{"plus", "+4", 4},
		{"spaces around", " 12 ", 12},
		{"exponent", "1.5E+03", 1500},
		{"no digit before the point", ".5", 0.5},
		{"thousands and decimals", "1,234.5", 1234.5},
		{"thousands alone", "1,234", 1234},
		{"millions", "1,234,567", 1234567},
		{"Indian lakh and crore", "12,34,567", 1234567},
		{"spaces and a comma", "1 234,5", 1234.5},
		{"space alone", "1 234", 1234},
		{"no-break spaces", "1\u00a0234\u00a0567", 1234567},
		{"narrow no-break space", "1\u202f234,5", 1234.5},
		{"continental", "1.234,5", 1234.5},
		{"continental millions", "1.234.567", 1234567},
		{"continental millions and decimals", "1.234.567,89", 1234567.89},
		{"Swiss", "1'234.5", 1234.5},
		{"decimal comma", "1,5", 1.5},
		{"decimal comma of four digits", "1,2345", 1.2345},
		{"decimal comma after zero", "0,123", 0.123},
		{"one point is a decimal point", "1.234", 1.234},
		{"brackets", "(3.2)", -3.2},
		{"brackets and thousands", "(1,234)", -1234},
		{"minus sign of typography", "\u22123.2", -3.2},
		{"minus behind", "3.2-", -3.2},
		{"per cent", "5.2%", 5.2},
		{"per cent after a space", "5.2 %", 5.2},
		{"dollars", "$1,234.50", 1234.5},
		{"negative dollars", "-$5", -5},
		{"preliminary", "12.3 p", 12.3},
		{"break and estimate", "12.3 be", 12.3},
		{"flag in brackets", "12.3 (p)", 12.3},
		{"asterisk", "12.3*", 12.3},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseValue(row.text); !ok || got != row.want {
				t.Errorf("ParseValue(%q) = %v, %v; want %v", row.text, got, ok, row.want)
			}
		})
	}
}

func TestParseValueRefusesWhatIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " ", "null", "NULL", "NaN", "nan", "..", "...", "n/a", "N/A", "na", "-", "\u2013", ":", ": c", "…",
		"inf", "-Inf", "+Infinity", "1e999", "0x10", "1_000", "true", "1/2", "2024-03-31", "12:30", "1,23,4", "1,2345,678", "1.2.3", "1,,2",
		"()", "(", "%", "$", "1 2", "12 34", "1e", "e5", "1e5e5", "1.2M", "3 apples", "*", "--5", "1,234 567", "\xff12"} {
		t.Run(strconv.Quote(text), func(t *testing.T) {
			t.Parallel()
			if got, ok := ParseValue(text); ok {
				t.Errorf("ParseValue(%q) = %v, want none", text, got)
			}
		})
	}
}

func TestParseValueReadsEveryNumberThatGoWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		for _, format := range []byte{'g', 'f', 'e'} {
			if got, ok := ParseValue(strconv.FormatFloat(v, format, -1, 64)); !ok || got != v {
				t.Fatalf("%v written as %c reads as %v, %v", v, format, got, ok)
			}
		}
	})
}

func FuzzParseValue(f *testing.F) {
	for _, s := range []string{"1,234.5", "1 234,5", "(3.2)", "12,34,567", "1.234.567,89", "..", "NaN", "5 %", "12.3 p", "1e5", "-$5", "\u22123"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := ParseValue(s)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Fatalf("ParseValue(%q) = %v", s, v)
		}
		if !ok && v != 0 {
			t.Fatalf("ParseValue(%q) refuses, but gives %v", s, v)
		}
	})
}
