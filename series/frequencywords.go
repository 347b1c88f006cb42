package series

import (
	"strings"

	"classify"
)

// longestName bounds what FrequencyInWords looks at.
const longestName = 512

// FrequencyInWords finds the frequency that a unit or a name mentions beside
// its subject: "CPI, monthly", "GDP growth (annual %)", "Inflation MoM". A
// word that measures something is no frequency: weekly earnings, the annual
// rate of an annualised value, a year-on-year change.
func FrequencyInWords(text string) (classify.Frequency, bool) {
	if len(text) > longestName {
		text = strings.ToValidUTF8(text[:longestName], "")
	}
	if !mentions(text) {
		return classify.FrequencyUnknown, false
	}
	var words [64]string
	w := cutWords(strings.ToLower(text), words[:0])
	for i := range w {
		if f, ok := changePeriod(w[i:]); ok {
			return f, true
		}
		f, ok := compound(w[i:])
		after := i + 2
		if !ok || f == classify.Daily || f == classify.Intraday { // "working day" measures
			f, ok = adverb(w[i])
			after = i + 1
		}
		if ok && !measures(w, i, after) {
			return f, true
		}
	}
	return classify.FrequencyUnknown, false
}

// mentions is a cheap test for any of the words that FrequencyInWords knows.
func mentions(text string) bool {
	for i := 1; i < len(text); i++ {
		switch text[i] | 0x20 {
		case 'y': // monthly, daily, fortnightly, half-year, intraday
			return true
		case 'l': // annual, biennial
			if text[i-1]|0x20 == 'a' {
				return true
			}
		case 'm', 'q', 'w': // mom, m/m, qoq
			if i > 1 && text[i-2]|0x20 == text[i]|0x20 {
				return true
			}
		}
	}
	return strings.Contains(text, "-on-") || strings.Contains(text, "-over-")
}

// changePeriod reads the short and long names of a change against the period
// before, which is published as often as the period is long.
func changePeriod(w []string) (classify.Frequency, bool) {
	switch w[0] {
	case "mom", "m/m":
		return classify.Monthly, true
	case "qoq", "q/q":
		return classify.Quarterly, true
	case "wow", "w/w":
		return classify.Weekly, true
	}
	if len(w) > 2 && (w[1] == "on" || w[1] == "over") && w[0] == w[2] {
		switch w[0] {
		case "month", "quarter", "week":
			return every(1, w[0])
		}
	}
	return classify.FrequencyUnknown, false
}

// measures reports whether the frequency word w[from:to] qualifies a measured
// thing or a change instead of saying how often the value comes.
func measures(w []string, from, to int) bool {
	if from > 0 && (w[from-1] == "average" || w[from-1] == "mean" || w[from-1] == "adjusted" || w[from-1] == "at") {
		return true
	}
	if to >= len(w) {
		return false
	}
	switch w[to] {
	case "earnings", "earning", "wage", "wages", "hours", "hour", "pay", "salary", "salaries", "income", "incomes", "rent", "rents",
		"working", "leave", "average", "averages", "mean", "maximum", "minimum",
		"remuneration", "compensation", "allowance", "benefit", "benefits", "per", "dose", "newspapers", "newspaper":
		return true
	case "rate", "rates", "change", "changes", "variation": // against the year before, however often it comes
		return w[to-1] == "annual" || w[to-1] == "yearly"
	case "%", "percent", "percentage":
		return to+1 < len(w) && (w[to+1] == "change" || w[to+1] == "variation")
	}
	return false
}
