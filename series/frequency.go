package series

import "classify"

// A distance is a class of gaps between neighbouring dates.
type distance uint8

const (
	hours distance = iota
	oneDay
	fewDays // over a weekend or a holiday
	oneWeek
	twoWeeks
	oneMonth
	oneQuarter
	halfYear
	oneYear
	years
	odd // none of these
	distances
)

// spans are the classes in days. The widths take in month ends that wander,
// publication on the next working day, and 53-week years.
var spans = [years]struct {
	from, to, usual float64
	frequency       classify.Frequency
}{
	hours:      {0, 0.8, 1. / 24, classify.Intraday},
	oneDay:     {0.8, 1.5, 1, classify.Daily},
	fewDays:    {1.5, 4.5, 3, classify.Irregular},
	oneWeek:    {4.5, 9.5, 7, classify.Weekly},
	twoWeeks:   {11.5, 17.5, 14, classify.Biweekly},
	oneMonth:   {24, 38, 30.44, classify.Monthly},
	oneQuarter: {80, 102, 91.31, classify.Quarterly},
	halfYear:   {165, 200, 182.6, classify.SemiAnnual},
	oneYear:    {335, 395, 365.25, classify.Annual},
}

const yearDays = 365.25

func distanceOf(days float64) distance {
	for d := hours; d < years; d++ {
		if days < spans[d].to {
			if days >= spans[d].from {
				return d
			}
			return odd
		}
	}
	if n := wholeYears(days); days > n*yearDays-30 && days < n*yearDays+30 {
		return years
	}
	return odd
}

func wholeYears(days float64) float64 { return float64(int(days/yearDays + 0.5)) }

// newestRun is how many of the newest gaps have to agree to outweigh older
// ones: a series that was annual and has become monthly is monthly.
const newestRun = 8

// observe finds the frequency of at least three ordered, distinct dates. The
// most frequent gap decides if it holds for most of them, or if few of its
// periods are missing; a run of newest gaps that agree outweighs it, and
// formerly is then what the older ones say.
func observe(pts []point) (f, formerly classify.Frequency) {
	var count [distances]int
	gaps, run, newest := 0, 0, odd
	for i := len(pts) - 1; i > 0; i-- {
		seconds := pts[i].at - pts[i-1].at
		if seconds == 0 { // the same day, named more and less exactly
			continue
		}
		d := distanceOf(float64(seconds) / daySeconds)
		if run == gaps && (run == 0 || d == newest) {
			newest = d
			run++
		}
		count[d]++
		gaps++
	}
	if gaps < 2 {
		return classify.FrequencyUnknown, ""
	}
	mode := hours
	for d := hours; d < distances; d++ {
		if count[d] > count[mode] {
			mode = d
		}
	}
	if run >= newestRun && newest < years && newest != fewDays && newest != mode {
		if mode < years {
			formerly = spans[mode].frequency
		}
		return spans[newest].frequency, formerly
	}
	return judge(pts, count, mode, gaps), ""
}

// judge decides whether the most frequent gap is the frequency.
func judge(pts []point, count [distances]int, mode distance, gaps int) classify.Frequency {
	share := float64(count[mode]) / float64(gaps)
	switch mode {
	case odd:
		return classify.Irregular
	case years:
		return severalYears(pts, gaps)
	case fewDays:
		// Working days around a weekend: 1 3 1 3, but never 2 2 3 alone.
		if count[oneDay]*3 >= gaps {
			return classify.Daily
		}
		return classify.Irregular
	}
	if mode == oneDay {
		share = float64(count[oneDay]+count[fewDays]) / float64(gaps)
	}
	if share >= 0.6 {
		return spans[mode].frequency
	}
	days := float64(pts[len(pts)-1].at-pts[0].at) / daySeconds
	seen := float64(gaps) * spans[mode].usual / days
	if share >= 0.4 && seen >= 0.6 {
		return spans[mode].frequency
	}
	return classify.Irregular
}

// severalYears tells a survey every few years from one at no fixed interval.
func severalYears(pts []point, gaps int) classify.Frequency {
	var count [32]int
	least, most, best := 99.0, 0.0, 0
	for i := 1; i < len(pts); i++ {
		n := wholeYears(float64(pts[i].at-pts[i-1].at) / daySeconds)
		if n < 1 {
			continue
		}
		least, most = min(least, n), max(most, n)
		if k := int(n); k >= 2 && k < len(count) {
			count[k]++
			best = max(best, count[k])
		}
	}
	if least >= 2 && most <= 1.5*least || 2*best >= gaps {
		return classify.MultiYear
	}
	return classify.Irregular
}
