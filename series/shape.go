package series

import (
	"math"
	"slices"

	"classify"
)

// shapeOf describes ordered, distinct points; the dates are taken from values.
func shapeOf(pts []point, values []classify.Observation) classify.Shape {
	s := classify.Shape{Points: len(pts)}
	if len(pts) == 0 {
		return s
	}
	s.First, s.Last = dateOf(pts[0], values), dateOf(pts[len(pts)-1], values)
	var room [64]float64
	sorted := room[:0]
	s.Whole = true
	sign := 0.0 // of the newest value that is not zero
	for i := range pts {
		v := pts[i].value
		sorted = append(sorted, v)
		if v < 0 {
			s.Negatives++
		}
		if v != 0 {
			if v*sign < 0 {
				s.SignChanges++
			}
			sign = math.Copysign(1, v)
		}
		s.Whole = s.Whole && v == math.Trunc(v)
		if i > 0 {
			switch before := pts[i-1].value; {
			case v > before:
				s.Rises++
			case v < before:
				s.Falls++
			}
		}
	}
	slices.Sort(sorted)
	s.Min, s.Max = sorted[0], sorted[len(sorted)-1]
	s.Median = sorted[len(sorted)/2]
	if len(sorted)%2 == 0 {
		s.Median = sorted[len(sorted)/2-1]/2 + s.Median/2 // the sum could overflow
	}
	return s
}

func dateOf(p point, values []classify.Observation) string {
	date, _ := ParseDate(values[p.index].Date)
	return date
}
