package series

import (
	"math"
	"testing"

	"classify"
)

func TestShapeDescribesTheSeries(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		values []classify.Observation
		want   classify.Shape
	}{
		{"nothing", nil, classify.Shape{}},
		{"newest first", []classify.Observation{{Date: "2024", Value: 3}, {Date: "2023", Value: 1}, {Date: "2022", Value: 2}},
			classify.Shape{Points: 3, First: "2022", Last: "2024", Min: 1, Max: 3, Median: 2, Rises: 1, Falls: 1, Whole: true}},
		{"an even number of points", []classify.Observation{{Date: "2023", Value: 1}, {Date: "2024", Value: 2}},
			classify.Shape{Points: 2, First: "2023", Last: "2024", Min: 1, Max: 2, Median: 1.5, Rises: 1, Whole: true}},
		{"signs, with a zero between", []classify.Observation{{Date: "2021", Value: -1.5}, {Date: "2022", Value: 0}, {Date: "2023", Value: 2}, {Date: "2024", Value: -1}},
			classify.Shape{Points: 4, First: "2021", Last: "2024", Min: -1.5, Max: 2, Median: -0.5, Negatives: 2, SignChanges: 2, Rises: 2, Falls: 1}},
		{"points that are none", []classify.Observation{{Date: "last10YearsAvg", Value: 9}, {Date: "2023", Value: math.NaN()}, {Date: "2024", Value: 1}},
			classify.Shape{Points: 1, SetAside: 2, First: "2024", Last: "2024", Min: 1, Max: 1, Median: 1, Whole: true}},
		{"a date twice with the same value", []classify.Observation{{Date: "2023", Value: 4}, {Date: "2024", Value: 5}, {Date: "2023", Value: 4}},
			classify.Shape{Points: 2, First: "2023", Last: "2024", Min: 4, Max: 5, Median: 4.5, Rises: 1, Whole: true}},
		{"a date with different values", []classify.Observation{{Date: "2023", Value: 4}, {Date: "2024", Value: 5}, {Date: "2023", Value: 6}, {Date: "2023", Value: 4}},
			classify.Shape{Points: 1, SetAside: 3, First: "2024", Last: "2024", Min: 5, Max: 5, Median: 5, Whole: true}},
		{"one date written in two ways", []classify.Observation{{Date: "2024M03", Value: 4}, {Date: "2024-03", Value: 4}},
			classify.Shape{Points: 1, First: "2024-03", Last: "2024-03", Min: 4, Max: 4, Median: 4, Whole: true}},
		{"a forecast", []classify.Observation{{Date: "2031", Value: 1}, {Date: "2032", Value: 1}},
			classify.Shape{Points: 2, First: "2031", Last: "2032", Min: 1, Max: 1, Median: 1, Whole: true}},
		{"the largest numbers", []classify.Observation{{Date: "2023", Value: math.MaxFloat64}, {Date: "2024", Value: math.MaxFloat64}},
			classify.Shape{Points: 2, First: "2023", Last: "2024", Min: math.MaxFloat64, Max: math.MaxFloat64, Median: math.MaxFloat64, Whole: true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := Analyse(row.values, Options{}).Shape; got != row.want {
				t.Errorf("\n got %+v\nwant %+v", got, row.want)
			}
		})
	}
}
