package stage_test

import (
	"fmt"
	"testing"

	"classify"
	"classify/rulebook"
	"classify/stage"
)

// BenchmarkClassify takes one indicator with 24 values through all stages.
func BenchmarkClassify(b *testing.B) {
	book := rulebook.New()
	stages := stage.New(book, book)
	rows := append(append(append([]knownRow{}, fredRows...), vendorRows...), institutionRows...)
	indicators := make([]classify.Indicator, len(rows))
	for i, r := range rows {
		indicators[i] = classify.Indicator{ID: fmt.Sprint("X", i), Name: r.name, Units: r.units, Periodicity: r.periodicity, Country: "KE"}
		for m := range 24 {
			indicators[i].Values = append(indicators[i].Values, classify.Observation{Date: fmt.Sprintf("%d-%02d", 2022+m/12, m%12+1), Value: 100 + float64(m*m%17)})
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := classify.Classify(b.Context(), stages, indicators[i%len(indicators)]); err != nil {
			b.Fatal(err)
		}
	}
}
