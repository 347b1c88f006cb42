package generator

import "math"

// A motion is how a concept's values move. Levels are annual amounts for what
// arises during a period and plain levels for everything else, in base units.
type motion struct {
	path   path
	level  float64
	by     sizing
	growth float64 // per year
	noise  float64 // standard deviation, relative to the level (of a bounded path: absolute)
	season season
	min    float64 // of a bounded path
	max    float64
}

// A path is the process behind the values.
type path int

const (
	arising   path = iota // per period: a trend, a season and noise
	pulsing               // the same of a level that is not an amount per year
	standing              // at a date: a random walk with drift
	rising                // at a date, strictly growing: population, broad money
	swinging              // changes its sign: a mean-reverting balance
	wandering             // mean-reverting around the level, within min and max
	quoted                // a geometric random walk, as prices move
	stepped               // constant between decisions
	levelled              // a price level: growing, small noise
	reading               // weather: a seasonal cosine and noise
	flagged               // nought or one
)

// A sizing says what a level is relative to.
type sizing int

const (
	absolute  sizing = iota
	ofGDP            // the level is a share of the country's GDP in US dollars
	perHead          // the level is per inhabitant
	inDollars        // the level is in US dollars, whatever the size of the country
)

// A season is the yearly rhythm of what arises during a period.
type season int

const (
	even season = iota
	mild
	december // retail sales, bonuses
	yearEnd  // government spending: a ramp with a steep last month
	summer   // tourism, construction
)

// seasons are relative sizes of the months; each row averages about 1.
var seasons = [...][12]float64{
	even:     {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
	mild:     {0.94, 0.93, 1.03, 0.99, 1.01, 1.02, 0.98, 0.96, 1.02, 1.04, 1.03, 1.05},
	december: {0.87, 0.85, 0.96, 0.96, 0.99, 0.98, 0.97, 0.98, 0.97, 1, 1.07, 1.4},
	yearEnd:  {0.72, 0.82, 0.96, 0.86, 0.88, 1.02, 0.88, 0.86, 0.98, 0.95, 1.1, 1.97},
	summer:   {0.52, 0.58, 0.76, 0.9, 1.08, 1.35, 1.72, 1.7, 1.22, 0.93, 0.62, 0.62},
}

func flowing(share, growth, noise float64, s season) motion {
	return motion{path: arising, level: share, by: ofGDP, growth: growth, noise: noise, season: s}
}

func happening(perPerson, growth, noise float64, s season) motion {
	return motion{path: arising, level: perPerson, by: perHead, growth: growth, noise: noise, season: s}
}

func held(share, growth, noise float64) motion {
	return motion{path: standing, level: share, by: ofGDP, growth: growth, noise: noise}
}

func living(perPerson, growth, noise float64) motion {
	p := standing
	if noise == 0 {
		p = rising
	}
	return motion{path: p, level: perPerson, by: perHead, growth: growth, noise: noise}
}

func between(low, high, noise float64) motion {
	return motion{path: wandering, level: (low + high) / 2, min: low, max: high, noise: noise}
}

func changing(mean, deviation float64) motion {
	return motion{path: wandering, level: mean, min: mean - 6*deviation, max: mean + 6*deviation, noise: deviation}
}

func netting(share, deviation float64) motion {
	return motion{path: swinging, level: share, by: ofGDP, noise: deviation}
}

func priced(dollars, growth, noise float64) motion {
	return motion{path: quoted, level: dollars, by: inDollars, growth: growth, noise: noise}
}

func indexed(growth, noise float64) motion {
	return motion{path: levelled, level: 100, growth: growth, noise: noise}
}

// size is the level of a typical value for a country, an annual amount for
// what arises, in base units; money is in US dollars.
func (m motion) size(k *country) float64 {
	level := math.Abs(m.level)
	if m.path == swinging {
		level = max(level, m.noise)
	}
	switch m.by {
	case ofGDP:
		return level * k.gdp * 1e9
	case perHead:
		return level * k.people * 1e6
	}
	return level
}
