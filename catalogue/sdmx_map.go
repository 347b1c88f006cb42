package catalogue

import (
	"strconv"

	"classify"
)

// Every function here maps one label to a code of the list that its column
// names in sdmxAttributes. An empty code with ok means that the label says
// nothing for that list; without ok it says something that has no code there.

// sdmxFrequency maps to CL_FREQ. Several years between two values are counted
// in the dates; a distance that has no code of its own is "other".
func sdmxFrequency(s *classify.Stored) (code string, ok bool) {
	switch s.Labels.ReportingFrequency {
	case classify.Intraday:
		return "H", true
	case classify.Daily:
		return "D", true
	case classify.Weekly:
		return "W", true
	case classify.Biweekly:
		return "W2", true
	case classify.Monthly:
		return "M", true
	case classify.Quarterly:
		return "Q", true
	case classify.SemiAnnual:
		return "S", true
	case classify.Annual:
		return "A", true
	case classify.MultiYear:
		if code := "A" + strconv.Itoa(yearsApart(&s.Time.Shape)); code != "A1" && inList("CL_FREQ", code) {
			return code, true
		}
		return "_O", true
	case classify.Irregular:
		return "I", true
	case classify.FrequencyUnknown:
		return "_U", true
	}
	return "", false
}

// yearsApart returns the distance of a series' values if it is a whole number
// of years, or 0.
func yearsApart(s *classify.Shape) int {
	first, last := year(s.First), year(s.Last)
	if s.Points < 2 || first == 0 || last <= first || (last-first)%(s.Points-1) != 0 {
		return 0
	}
	return (last - first) / (s.Points - 1)
}

func year(date string) int {
	if len(date) < 4 {
		return 0
	}
	y, err := strconv.Atoi(date[:4])
	if err != nil {
		return 0
	}
	return y
}

// sdmxUnit is the unit as it is called in the taxonomy. A series without a
// unit of measure cannot be read, so that one is counted.
func sdmxUnit(s *classify.Stored) (string, bool) {
	return s.Labels.Unit, s.Labels.Unit != ""
}

// sdmxMultiplier maps to CL_UNIT_MULT.
func sdmxMultiplier(s *classify.Stored) (string, bool) {
	code := strconv.Itoa(s.Labels.ScalePow10)
	if !inList("CL_UNIT_MULT", code) {
		return "", false
	}
	return code, true
}

// sdmxCollection maps to CL_TIME_PER_COLLECT. A rate of change is not collected
// in any of these ways; its column is the transformation.
func sdmxCollection(s *classify.Stored) (string, bool) {
	switch s.Labels.Aggregation {
	case classify.PointInTime:
		if s.Time.Collection == "begin" {
			return "B", true
		}
		return "E", true
	case classify.PeriodAverage:
		return "A", true
	case classify.PeriodTotal:
		if s.Labels.Annualised {
			return "Y", true
		}
		return "S", true
	case classify.PeriodCumulative:
		return "S", true
	case classify.PeriodRate:
		return "", true
	}
	return "", false
}

// sdmxAdjustment maps to CL_SEASONAL_ADJUST.
func sdmxAdjustment(s *classify.Stored) (string, bool) {
	switch s.Labels.SeasonalAdjustment {
	case classify.NotAdjusted:
		return "N", true
	case classify.SeasonallyAdjusted:
		return "S", true
	case "":
		return "", true
	}
	return "", false
}

// sdmxTransformation maps to CL_TIMETRANS, which has the kind of a change and
// its distance in one code, and so no code where the distance is not known, for
// annualised growth, or for a total since the start of the year.
func sdmxTransformation(s *classify.Stored) (string, bool) {
	l := &s.Labels
	if !isChange(l) {
		switch {
		case l.IsCumulative:
			return "", false
		case l.Annualised:
			return "LA", true
		}
		return "N", true
	}
	annual := l.ReportingFrequency == classify.Annual
	switch l.ChangeBasis {
	case classify.ChangeYearOnYear:
		return "G1Y", true
	case classify.ChangePreviousPeriod:
		if annual {
			return "G1Y", true
		}
		return "G2", true
	case classify.ChangeContribution:
		if annual {
			return "GO1Y", true
		}
	}
	return "", false
}

// sdmxTransformationType maps to CL_TIMETRANS_TYPE, the kind of a change alone.
func sdmxTransformationType(s *classify.Stored) (string, bool) {
	l := &s.Labels
	switch {
	case isChange(l) && l.ChangeBasis == classify.ChangeContribution:
		return "GC", true
	case isChange(l):
		return "G", true
	case l.IsCumulative:
		return "C", true
	case l.Annualised:
		return "LA", true
	}
	return "N", true
}

func isChange(l *classify.Labels) bool {
	return l.Family == classify.ChangeMovement && l.Type == classify.Rate
}
