package units

import "testing"

// BenchmarkParse reads the whole table once per iteration; ns/string and
// allocs/string are the means over its rows.
func BenchmarkParse(b *testing.B) {
	cases := readCases(b)
	compiled()
	b.ReportAllocs()
	allocs := testing.AllocsPerRun(1, func() {
		for i := range cases {
			Parse(cases[i].phrase, cases[i].hints)
		}
	})
	n := 0
	for b.Loop() {
		for i := range cases {
			Parse(cases[i].phrase, cases[i].hints)
		}
		n += len(cases)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/string")
	b.ReportMetric(allocs/float64(len(cases)), "allocs/string")
}

// BenchmarkSplit splits a name of usual length.
func BenchmarkSplit(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Split("Unemployment, youth female (% of female labor force ages 15-24) (modeled ILO estimate)")
	}
}

// BenchmarkCompile is what the first Parse of a program costs.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		compile()
	}
}
