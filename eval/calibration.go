package eval

import (
	"cmp"
	"math"
	"slices"
)

// Bins is how many bins of equal count a reliability table has.
const Bins = 5

// Prediction is one stated confidence and whether the answer was right.
type Prediction struct {
	Confidence float64
	Right      bool
}

// Calibration says whether confidences mean what they say.
type Calibration struct {
	Predictions int   `json:"predictions"`
	Bins        []Bin `json:"bins"`
	// ECE is the expected calibration error: the mean over all predictions of
	// the distance between a bin's mean confidence and its share of right answers.
	ECE float64 `json:"expected_calibration_error"`
	// Brier is the mean squared distance of confidence and result; BaseBrier is
	// that of always stating the share of right answers.
	Brier     float64 `json:"brier"`
	BaseBrier float64 `json:"brier_of_base_rate"`
	Right     float64 `json:"right"` // share of right answers
}

// Bin is a row of the reliability table.
type Bin struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	Count      int     `json:"count"`
	Confidence float64 `json:"mean_confidence"`
	Right      float64 `json:"right"`
}

// Calibrate makes the reliability table with n bins of equal count. Equal
// confidences are ordered by nothing but their place, so that the bins do not
// depend on which of them were right: a bin's share is smoothed over ties.
func Calibrate(predictions []Prediction, n int) Calibration {
	p := slices.Clone(predictions)
	slices.SortStableFunc(p, func(a, b Prediction) int { return cmp.Compare(a.Confidence, b.Confidence) })
	shares := tiedShares(p)
	c := Calibration{Predictions: len(p)}
	if len(p) == 0 {
		return c
	}
	for _, x := range p {
		c.Right += outcome(x)
		c.Brier += (x.Confidence - outcome(x)) * (x.Confidence - outcome(x))
	}
	total := float64(len(p))
	c.Right /= total
	c.Brier /= total
	c.BaseBrier = c.Right * (1 - c.Right)
	for i := range n {
		from, to := i*len(p)/n, (i+1)*len(p)/n
		if from == to {
			continue
		}
		b := Bin{Low: p[from].Confidence, High: p[to-1].Confidence, Count: to - from}
		for j := from; j < to; j++ {
			b.Confidence += p[j].Confidence
			b.Right += shares[j]
		}
		b.Confidence /= float64(b.Count)
		b.Right /= float64(b.Count)
		c.ECE += math.Abs(b.Confidence-b.Right) * float64(b.Count) / total
		c.Bins = append(c.Bins, b)
	}
	return c
}

func outcome(p Prediction) float64 {
	if p.Right {
		return 1
	}
	return 0
}

// tiedShares gives each of the sorted predictions the share of right answers
// among those of the same confidence.
func tiedShares(p []Prediction) []float64 {
	shares := make([]float64, len(p))
	for from := 0; from < len(p); {
		to, right := from, 0.0
		for ; to < len(p) && p[to].Confidence == p[from].Confidence; to++ {
			right += outcome(p[to])
		}
		for j := from; j < to; j++ {
			shares[j] = right / float64(to-from)
		}
		from = to
	}
	return shares
}
