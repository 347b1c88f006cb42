package series

import (
	"strings"

	"classify"
)

// longestPeriodicity bounds what ParsePeriodicity looks at.
const longestPeriodicity = 256

// codes are whole contents of a periodicity field: the SDMX list of
// frequencies, the short names of FRED, and the offsets of data frames.
var codes = map[string]classify.Frequency{
	"a": classify.Annual, "y": classify.Annual, "ye": classify.Annual, "ys": classify.Annual, "oa": classify.Annual,
	"s": classify.SemiAnnual, "sa": classify.SemiAnnual,
	"q": classify.Quarterly, "qe": classify.Quarterly, "qs": classify.Quarterly,
	"m": classify.Monthly, "me": classify.Monthly, "ms": classify.Monthly, "om": classify.Monthly,
	"w": classify.Weekly, "w2": classify.Biweekly, "bw": classify.Biweekly, "m_2": classify.Biweekly,
	"d": classify.Daily, "b": classify.Daily,
	"h": classify.Intraday, "h2": classify.Intraday, "h3": classify.Intraday, "d_2": classify.Intraday, "n": classify.Intraday,
	"a2": classify.MultiYear, "a3": classify.MultiYear, "a4": classify.MultiYear, "a5": classify.MultiYear,
	"a10": classify.MultiYear, "a20": classify.MultiYear, "a30": classify.MultiYear,
	"a_3": classify.Irregular, "m2": classify.Irregular, "m_3": classify.Irregular, "w3": classify.Irregular,
	"w4": classify.Irregular, "w_2": classify.Irregular, "w_3": classify.Irregular, "i": classify.Irregular, "_o": classify.Irregular,
}

// collectionCodes are the codes that also name the moment of collection.
var collectionCodes = map[string]string{"ye": "end", "ys": "begin", "qe": "end", "qs": "begin", "me": "end", "ms": "begin"}

// ParsePeriodicity reads a declared periodicity: a code ("M", "A2"), a word
// ("Biannually", which is twice a year) or a phrase ("every 5 years", "5 day
// week", "Weekly, Ending Wednesday"). The collection is the moment within the
// period that it names: "end", "begin", "average" or "". ok is false, and f
// FrequencyUnknown, where no frequency is named. An interval that the taxonomy
// has no name for, such as every two months, is irregular.
func ParsePeriodicity(text string) (f classify.Frequency, collection string, ok bool) {
	if len(text) > longestPeriodicity {
		text = strings.ToValidUTF8(text[:longestPeriodicity], "")
	}
	s := strings.ToLower(trim(text))
	if f, ok := codes[s]; ok {
		return f, collectionCodes[s], true
	}
	var words [24]string
	w := cutWords(s, words[:0])
	f, ok = statedFrequency(w)
	return f, collectionIn(w), ok
}

// statedFrequency reads a text whose subject is the frequency.
func statedFrequency(w []string) (classify.Frequency, bool) {
	for i := range w {
		// "Quarterly (represented as Annual)": the values are annual.
		if w[i] == "represented" && i+2 < len(w) && w[i+1] == "as" {
			return statedFrequency(w[i+2:])
		}
	}
	for i := range w { // "last business day of the month"
		if w[i] == "of" && i > 0 && i+1 < len(w) && w[i-1] == "day" {
			return every(1, w[len(w)-1])
		}
	}
	for i := range w {
		if f, ok := interval(w[i:]); ok {
			return f, true
		}
		if f, ok := compound(w[i:]); ok {
			return f, true
		}
		if f, ok := adverb(w[i]); ok {
			return f, true
		}
	}
	for _, x := range w {
		switch x {
		case "year", "yr", "month", "quarter", "week", "day", "hour":
			return every(1, x)
		case "irregular", "irregularly", "hoc", "occasional", "occasionally", "varies", "varying", "variable", "event", "sporadic":
			return classify.Irregular, true
		}
	}
	return classify.FrequencyUnknown, false
}

// compound reads what takes two words to say.
func compound(w []string) (classify.Frequency, bool) {
	if len(w) < 2 {
		return classify.FrequencyUnknown, false
	}
	switch w[0] {
	case "semi", "half":
		switch w[1] {
		case "annual", "annually", "yearly", "year":
			return classify.SemiAnnual, true
		case "monthly":
			return classify.Biweekly, true
		case "weekly", "daily":
			return classify.Irregular, true
		}
	case "bi":
		switch w[1] {
		case "annual", "annually", "yearly":
			return classify.SemiAnnual, true
		case "weekly":
			return classify.Biweekly, true
		case "monthly":
			return classify.Irregular, true
		}
	case "business", "working", "trading", "week":
		if w[1] == "days" || w[1] == "day" || w[1] == "daily" || w[1] == "week" && w[0] != "week" {
			return classify.Daily, true
		}
	case "real":
		return classify.Intraday, w[1] == "time"
	}
	return classify.FrequencyUnknown, false
}

// interval reads "every 5 years", "5-yearly", "twice a year", "5 day week",
// and the durations of ISO 8601.
func interval(w []string) (classify.Frequency, bool) {
	if w[0] == "every" || w[0] == "each" {
		w = w[1:]
		if len(w) > 0 && w[0] == "other" {
			w = append([]string{"2"}, w[1:]...)
		}
		if len(w) > 0 {
			if f, ok := every(1, w[0]); ok {
				return f, true
			}
		}
	}
	if len(w) == 0 {
		return classify.FrequencyUnknown, false
	}
	if times := timesPer[w[0]]; times > 0 {
		return often(times, w[1:])
	}
	n, unit := counted(w)
	if n == 0 {
		return classify.FrequencyUnknown, false
	}
	if unit == "times" {
		return often(n, w[2:])
	}
	if unit == "day" && len(w) > 2 && w[2] == "week" { // the days that count, not the distance
		return classify.Daily, true
	}
	return every(n, unit)
}

var timesPer = map[string]int{"once": 1, "twice": 2, "thrice": 3}

// often reads what follows "twice": "a year", "per month".
func often(times int, w []string) (classify.Frequency, bool) {
	if len(w) > 1 && (w[0] == "a" || w[0] == "an" || w[0] == "per" || w[0] == "every" || w[0] == "each") {
		w = w[1:]
	}
	if len(w) == 0 {
		return classify.FrequencyUnknown, false
	}
	if times == 1 {
		return every(1, w[0])
	}
	switch w[0] {
	case "year", "yearly", "annually":
		switch times {
		case 2:
			return classify.SemiAnnual, true
		case 4:
			return classify.Quarterly, true
		case 12:
			return classify.Monthly, true
		}
		return classify.Irregular, true
	case "month", "monthly":
		if times == 2 {
			return classify.Biweekly, true
		}
		return classify.Irregular, true
	case "week", "weekly":
		if times >= 5 {
			return classify.Daily, true
		}
		return classify.Irregular, true
	case "day", "daily":
		return classify.Intraday, true
	}
	return classify.FrequencyUnknown, false
}

var numerals = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12,
	"second": 2, "third": 3, "fourth": 4, "fifth": 5, "tenth": 10}

// counted reads a number and the unit after it, also in one word ("5y", "p3m").
func counted(w []string) (n int, unit string) {
	s := w[0]
	if n = numerals[s]; n > 0 && len(w) > 1 {
		return n, w[1]
	}
	s = strings.TrimPrefix(s, "p")
	i := 0
	for ; i < len(s) && i < 3 && isDigit(s[i]); i++ {
		n = n*10 + int(s[i]-'0')
	}
	rest := s[i:]
	switch {
	case i == 0:
		return 0, ""
	case rest == "th" || rest == "rd" || rest == "nd" || rest == "":
		if len(w) > 1 {
			return n, w[1]
		}
		return 0, ""
	}
	return n, rest
}

// every turns a distance into a frequency.
func every(n int, unit string) (classify.Frequency, bool) {
	switch unit {
	case "year", "years", "yearly", "y", "yr", "yrs", "annual":
		if n > 1 {
			return classify.MultiYear, true
		}
		return classify.Annual, true
	case "quarter", "quarters", "q":
		return everyMonths(3 * n)
	case "month", "months", "monthly", "mo", "m":
		return everyMonths(n)
	case "week", "weeks", "weekly", "w", "wk":
		switch n {
		case 1:
			return classify.Weekly, true
		case 2:
			return classify.Biweekly, true
		}
		return classify.Irregular, true
	case "day", "days", "daily", "d":
		switch n {
		case 1:
			return classify.Daily, true
		case 7:
			return classify.Weekly, true
		case 14:
			return classify.Biweekly, true
		}
		return classify.Irregular, true
	case "hour", "hours", "minute", "minutes", "min", "mins", "seconds":
		return classify.Intraday, true
	}
	return classify.FrequencyUnknown, false
}

func everyMonths(n int) (classify.Frequency, bool) {
	switch n {
	case 1:
		return classify.Monthly, true
	case 3:
		return classify.Quarterly, true
	case 6:
		return classify.SemiAnnual, true
	case 12:
		return classify.Annual, true
	}
	if n%12 == 0 {
		return classify.MultiYear, true
	}
	return classify.Irregular, true
}

// adverb reads the single words that say how often.
func adverb(s string) (classify.Frequency, bool) {
	switch s {
	case "annual", "annually", "yearly", "annum":
		return classify.Annual, true
	case "quarterly", "trimestral":
		return classify.Quarterly, true
	case "monthly":
		return classify.Monthly, true
	case "weekly":
		return classify.Weekly, true
	case "daily", "weekdays", "weekday":
		return classify.Daily, true
	case "biannual", "biannually", "semiannual", "semiannually", "halfyearly", "biyearly":
		return classify.SemiAnnual, true
	case "biweekly", "fortnightly", "fortnight", "semimonthly":
		return classify.Biweekly, true
	case "biennial", "biennially", "triennial", "triennially", "quadrennial", "quinquennial", "decennial", "decennially":
		return classify.MultiYear, true
	case "bimonthly", "semiweekly":
		return classify.Irregular, true
	case "hourly", "minutely", "intraday", "tick":
		return classify.Intraday, true
	}
	return classify.FrequencyUnknown, false
}

// collectionIn finds the moment of collection.
func collectionIn(w []string) string {
	for i, x := range w {
		switch x {
		case "end", "eop", "close", "closing", "eom":
			return "end"
		case "begin", "beginning", "bop", "start", "opening":
			return "begin"
		case "average", "averages", "avg", "mean":
			return "average"
		case "last":
			if i+1 < len(w) && (w[i+1] == "day" || w[i+1] == "value") {
				return "end"
			}
		}
	}
	return ""
}

// cutWords appends the words of a lower-case text to w, as many as it has room
// for. A slash belongs to a word of three letters ("m/m"); everything else
// that is no letter, digit or underscore ends one.
func cutWords(s string, w []string) []string {
	for i := 0; i < len(s) && len(w) < cap(w); {
		j := i
		for j < len(s) && (isLetter(s[j]) || isDigit(s[j]) || s[j] == '_' || s[j] >= 0x80) {
			j++
		}
		if j == i+1 && j+1 < len(s) && s[j] == '/' && s[j+1] == s[i] {
			j += 2
		}
		if j > i {
			w = append(w, s[i:j])
		}
		i = max(j, i+1)
		if i == j && i < len(s) && s[i] == '%' {
			if len(w) < cap(w) {
				w = append(w, "%")
			}
			i++
		}
	}
	return w
}
