package series

import (
	"math/rand/v2"
	"testing"

	"classify"
)

func BenchmarkAnalyse(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	v := flows[1].make(r, 60, 0, 12)
	monthly := dated(accumulated(v, 0, 0, 12), 0, 12)
	for _, row := range []struct {
		name   string
		values []classify.Observation
	}{
		{"60 months, year to date", monthly},
		{"60 months, periodic", dated(v, 0, 12)},
		{"60 month ends, newest first", newestFirst(monthEnds60(v))},
		{"10 months", monthly[:10]},
		{"1000 days", on(days("2020-01-01", 1000, anyDay)...)},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Analyse(row.values, Options{})
			}
		})
	}
}

func monthEnds60(v []float64) []classify.Observation {
	obs := dated(v, 0, 12)
	for i := range obs {
		c, _ := canonicalDate(obs[i].Date)
		obs[i].Date = calendar{grain: byDay, year: c.year, part: c.part, day: daysIn(c.year, c.part)}.String()
	}
	return obs
}

func newestFirst(obs []classify.Observation) []classify.Observation {
	for i, j := 0, len(obs)-1; i < j; i, j = i+1, j-1 {
		obs[i], obs[j] = obs[j], obs[i]
	}
	return obs
}

func BenchmarkParseDate(b *testing.B) {
	for _, text := range []string{"2024-03-31", "2024-03", "2024-03-31T00:00:00Z", "Mar 2024", "2024 [YR2024]"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseDate(text)
			}
		})
	}
}

func BenchmarkParseValue(b *testing.B) {
	for _, text := range []string{"1234.5", "1,234.5"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParseValue(text)
			}
		})
	}
}

func BenchmarkParsePeriodicity(b *testing.B) {
	for _, text := range []string{"Monthly", "Weekly, Ending Wednesday"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ParsePeriodicity(text)
			}
		})
	}
}

func BenchmarkFrequencyInWords(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		FrequencyInWords("Gross domestic product per capita, constant prices (US dollars)")
	}
}
