package series

import (
	"math"
	"math/rand/v2"
	"strconv"

	"classify"
)

// The population is made of series as economies produce them: those that
// accumulate within a year, and those that look as if they did.

// A maker makes the values of n periods, of which the first is period start
// (from 0) of the year; perYear is 12 or 4.
type maker struct {
	name string
	make func(r *rand.Rand, n, start, perYear int) []float64
}

// season draws factors around 1 with the given spread.
func season(r *rand.Rand, perYear int, spread float64) []float64 {
	f := make([]float64, perYear)
	sum := 0.0
	for i := range f {
		f[i] = math.Exp(r.NormFloat64() * spread)
		sum += f[i]
	}
	for i := range f {
		f[i] *= float64(perYear) / sum
	}
	return f
}

// flow is a positive flow with growth, season and noise.
func flow(growth, spread, noise float64) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		s := season(r, perYear, spread*r.Float64())
		level := math.Exp(r.NormFloat64() * 4)
		g := growth * (r.Float64()*1.5 - 0.5) / float64(perYear)
		e := noise * r.Float64()
		v := make([]float64, n)
		for i := range v {
			v[i] = level * math.Exp(g*float64(i)) * s[(start+i)%perYear] * math.Exp(r.NormFloat64()*e)
		}
		return v
	}
}

// netFlow is a balance that changes sign, with a mean of its own.
func netFlow(mean float64) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		s := season(r, perYear, 0.3)
		scale := math.Exp(r.NormFloat64() * 3)
		m := mean * (0.5 + r.Float64())
		if r.IntN(2) == 0 {
			m = -m
		}
		v := make([]float64, n)
		for i := range v {
			v[i] = scale * (m*s[(start+i)%perYear] + r.NormFloat64())
		}
		return v
	}
}

// withPeak puts a peak on one period of the year, as budgets have it in December.
func withPeak(base func(*rand.Rand, int, int, int) []float64, at int) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		v := base(r, n, start, perYear)
		peak := 1.3 + 1.7*r.Float64()
		for i := range v {
			if (start+i)%perYear == (at+perYear)%perYear {
				v[i] *= peak
			}
		}
		return v
	}
}

// accumulated sums a flow within the year that begins at period begin.
func accumulated(flow []float64, start, begin, perYear int) []float64 {
	v := make([]float64, len(flow))
	sum := 0.0
	for i := range flow {
		if (start+i)%perYear == begin {
			sum = 0
		}
		sum += flow[i]
		v[i] = sum
	}
	return v
}

// flows are what can accumulate.
var flows = []maker{
	{"smooth flow", flow(0.1, 0.05, 0.03)},
	{"seasonal flow", flow(0.2, 0.3, 0.1)},
	{"noisy flow", flow(0.2, 0.2, 0.35)},
	{"fast growing flow", flow(0.8, 0.2, 0.1)},
	{"flow with a December peak", withPeak(flow(0.1, 0.1, 0.05), -1)},
	{"deficit", func(r *rand.Rand, n, start, perYear int) []float64 {
		v := flow(0.1, 0.3, 0.3)(r, n, start, perYear)
		for i := range v {
			v[i] = -v[i]
		}
		return v
	}},
}

var balances = []maker{
	{"balance with drift", netFlow(1.5)},
	{"balance with little drift", netFlow(0.8)},
}

// walk is a random walk of the logarithm.
func walk(drift, step float64) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		v := make([]float64, n)
		x := r.NormFloat64() * 4
		d, e := drift*r.Float64()/float64(perYear), step*r.Float64()/math.Sqrt(float64(perYear))
		for i := range v {
			x += d + e*r.NormFloat64()
			v[i] = math.Exp(x)
		}
		return v
	}
}

// around is an autoregressive value around a mean.
func around(mean, spread, persistence float64) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		v := make([]float64, n)
		p := persistence * r.Float64()
		x := r.NormFloat64() * spread
		for i := range v {
			x = p*x + math.Sqrt(1-p*p)*r.NormFloat64()*spread
			v[i] = math.Round((mean+x)*100) / 100
		}
		return v
	}
}

// wave is a season like that of the weather, with any amplitude and phase.
func wave(least float64) func(r *rand.Rand, n, start, perYear int) []float64 {
	return func(r *rand.Rand, n, start, perYear int) []float64 {
		v := make([]float64, n)
		amplitude, phase, noise := 0.3+0.7*r.Float64(), r.Float64(), 0.1*r.Float64()
		for i := range v {
			t := float64(start+i)/float64(perYear) + phase
			v[i] = 100 * (1 + least + amplitude*math.Sin(2*math.Pi*t) + noise*r.NormFloat64())
		}
		return v
	}
}

// lookAlikes accumulate nothing within a year.
var lookAlikes = append([]maker{
	{"population", walk(0.05, 0)},
	{"price level", walk(0.1, 0.01)},
	{"hyperinflation", walk(3, 0.1)},
	{"debt", walk(0.2, 0.05)},
	{"share price", walk(0.1, 0.3)},
	{"exchange rate", walk(0, 0.1)},
	{"growth rate", around(2, 2, 0.95)},
	{"month on month", around(0.3, 0.4, 0.3)},
	{"year-on-year rate of an accumulated value", around(8, 3, 0.98)},
	{"confidence", around(100, 5, 0.95)},
	{"purchasing managers", around(50, 3, 0.9)},
	{"temperature", wave(0)},
	{"electricity", wave(2)},
	{"harvest", func(r *rand.Rand, n, start, perYear int) []float64 {
		v, peak := make([]float64, n), r.IntN(perYear)
		for i := range v {
			if d := (start + i - peak + 5*perYear) % perYear; d < perYear/3 {
				v[i] = 100 * math.Exp(0.3*r.NormFloat64())
			}
		}
		return v
	}},
	{"policy rate", func(r *rand.Rand, n, start, perYear int) []float64 {
		v, x := make([]float64, n), 0.25*float64(r.IntN(40))
		for i := range v {
			if r.IntN(4) == 0 {
				x = max(0, x+0.25*float64(r.IntN(5)-2))
			}
			v[i] = x
		}
		return v
	}},
	{"tightening from zero", func(r *rand.Rand, n, start, perYear int) []float64 {
		v, x := make([]float64, n), 0.25
		for i := range v {
			v[i] = x
			x = min(5.5, x+0.25*float64(r.IntN(4)))
		}
		return v
	}},
	{"constant", func(r *rand.Rand, n, start, perYear int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = 7.5
		}
		return v
	}},
	{"few events", func(r *rand.Rand, n, start, perYear int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = float64(r.IntN(6))
		}
		return v
	}},
	{"noise around zero", around(0, 1, 0)},
	{"spending that rises through the year", func(r *rand.Rand, n, start, perYear int) []float64 {
		v, low := make([]float64, n), 0.5+0.4*r.Float64()
		for i := range v {
			k := float64((start+i)%perYear) / float64(perYear-1)
			v[i] = 100 * (low + (1-low)*k) * math.Exp(0.05*r.NormFloat64())
		}
		return v
	}},
	{"seasonal balance", func(r *rand.Rand, n, start, perYear int) []float64 {
		v, s := make([]float64, n), make([]float64, perYear)
		for i := range s {
			s[i] = r.NormFloat64()
		}
		for i := range v {
			v[i] = s[(start+i)%perYear] + 0.3*r.NormFloat64()
		}
		return v
	}},
	{"twelve-month sum", func(r *rand.Rand, n, start, perYear int) []float64 {
		f := flow(0.2, 0.2, 0.2)(r, n+perYear, start, perYear)
		v := make([]float64, n)
		for i := range v {
			for _, x := range f[i : i+perYear] {
				v[i] += x
			}
		}
		return v
	}},
}, append(flows[:5:5], balances...)...)

// dated puts dates on values: canonical months or quarters.
func dated(v []float64, start, perYear int) []classify.Observation {
	obs := make([]classify.Observation, len(v))
	for i := range v {
		year, k := 2012+(start+i)/perYear, (start+i)%perYear+1
		date := strconv.Itoa(year) + "-Q" + strconv.Itoa(k)
		if perYear == 12 {
			date = calendar{grain: byMonth, year: year, part: k}.String()
		}
		obs[i] = classify.Observation{Date: date, Value: v[i]}
	}
	return obs
}
