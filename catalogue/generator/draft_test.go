package generator

import (
	"fmt"
	"testing"
)

func TestX(t *testing.T) {
	n := 0
	fmt.Println(len(concepts), len(countries))
	for it := range Generate(Options{N: 60, Seed: 1, Values: true}) {
		n++
		v := it.Indicator.Values
		if len(v) > 4 {
			v = v[:4]
		}
		fmt.Println(it.Indicator.ID, "|", it.Indicator.Name, "|", it.Indicator.Units, "|", it.Indicator.Scale, "|", it.Indicator.CurrencyCode, "|", it.Indicator.Country, "|", it.Indicator.Periodicity, "|", v, it.Labels.Family, it.Labels.Type, it.Labels.Aggregation, it.Labels.Currency, it.Labels.ScalePow10)
	}
}
