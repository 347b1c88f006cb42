package catalogue

import (
	"encoding/csv"
	"io"

	"classify"
)

// The data structure that an export is valid against. One row is one
// indicator: the structure has no time dimension, because what is described are
// the series and not their observations. The measure is the probability that
// the labels are right.
const (
	sdmxAgency           = "CLASSIFY"
	sdmxStructureID      = "INDICATOR_CLASSIFICATION"
	sdmxStructureVersion = "1.0.0"
)

// sdmxAttribute is an attribute of the structure: a column of the message.
type sdmxAttribute struct {
	id, name string
	list     string // its code list; "" is free text
	field    string // the label that Unmapped names, and whose terms are the codes of a list of this module
	code     func(*classify.Stored) (code string, ok bool)
}

// sdmxAttributes are the attributes in their order.
var sdmxAttributes = []sdmxAttribute{
	{"TITLE", "Title of the indicator", "", "name", func(s *classify.Stored) (string, bool) { return s.Name, true }},
	{"FREQ", "Frequency of observation", "CL_FREQ", "reporting_frequency", sdmxFrequency},
	{"UNIT_MEASURE", "Unit of measure: an ISO 4217 code, or the unit's name in the taxonomy", "", "unit", sdmxUnit},
	{"UNIT_MULT", "Unit multiplier", "CL_UNIT_MULT", "scale_pow10", sdmxMultiplier},
	ownAttribute("UNIT_TYPE", "Kind of unit", "unit_type"),
	freeAttribute("CURRENCY", "Currency, ISO 4217", "currency"),
	freeAttribute("UNIT_PER", "Denominator of the unit", "per"),
	freeAttribute("BASE_PER", "Base period", "base_period"),
	ownAttribute("PRICE_BASE", "Price basis", "prices"),
	{"TIME_PER_COLLECT", "Time period of collection", "CL_TIME_PER_COLLECT", "temporal_aggregation", sdmxCollection},
	{"SEASONAL_ADJUST", "Seasonal adjustment", "CL_SEASONAL_ADJUST", "seasonal_adjustment", sdmxAdjustment},
	{"TIMETRANS", "Time transformation", "CL_TIMETRANS", "change_basis", sdmxTransformation},
	{"TIMETRANS_TYPE", "Type of time transformation", "CL_TIMETRANS_TYPE", "change_basis", sdmxTransformationType},
	ownAttribute("TIME_BASIS", "When a value is valid", "time_basis"),
	ownAttribute("CUMULATIVE_PATTERN", "Running total within the year", "cumulative_pattern"),
	ownAttribute("FAMILY", "Family of the indicator", "family"),
	ownAttribute("INDICATOR_TYPE", "Type of the indicator", "type"),
	ownAttribute("CHANGE_BASIS", "Against what a change is measured", "change_basis"),
	ownAttribute("TEMPORAL_AGGREGATION", "How a higher frequency may be rolled up", "temporal_aggregation"),
	ownAttribute("ORIENTATION", "How a higher value reads", "orientation"),
	{"REVIEW_STATUS", "How the reviews ended", "CL_REVIEW_STATUS", "review_status",
		func(s *classify.Stored) (string, bool) { return string(s.ReviewStatus), true }},
}

// freeAttribute is a label without a code list.
func freeAttribute(id, name, field string) sdmxAttribute {
	f := classify.FieldByName(field)
	return sdmxAttribute{id, name, "", field, func(s *classify.Stored) (string, bool) { return f.Get(&s.Labels), true }}
}

// ownAttribute is a label whose terms are a code list of this module.
func ownAttribute(id, name, field string) sdmxAttribute {
	a := freeAttribute(id, name, field)
	a.list = "CL_" + id
	return a
}

// sdmxEncoder writes an SDMX-CSV 2.0 message. Null is an empty cell, which the
// format reads as "not given".
type sdmxEncoder struct {
	csv      *csv.Writer
	row      []string
	unmapped map[string]int
}

func newSDMXEncoder(w io.Writer, unmapped map[string]int) (*sdmxEncoder, error) {
	e := &sdmxEncoder{csv: csv.NewWriter(w), unmapped: unmapped}
	e.row = []string{"STRUCTURE", "STRUCTURE_ID", "ACTION", "INDICATOR", "OBS_VALUE"}
	for _, a := range sdmxAttributes {
		e.row = append(e.row, a.id)
	}
	err := e.csv.Write(e.row)
	e.row[0] = "datastructure"
	e.row[1] = sdmxAgency + ":" + sdmxStructureID + "(" + sdmxStructureVersion + ")"
	e.row[2] = "I"
	return e, err
}

func (e *sdmxEncoder) write(s *classify.Stored) error {
	e.row[3], e.row[4] = s.IndicatorID, ""
	if answered(s) {
		e.row[4] = formatFloat(s.OverallConfidence)
	}
	for i, a := range sdmxAttributes {
		cell := &e.row[5+i]
		*cell = ""
		if !answered(s) && a.field != "name" && a.field != "review_status" {
			continue
		}
		code, ok := a.code(s)
		if !ok {
			e.unmapped[a.id+": "+unmappedLabel(s, a.field)]++
			continue
		}
		*cell = code
	}
	return e.csv.Write(e.row)
}

// unmappedLabel names a label that has no code, as field=value.
func unmappedLabel(s *classify.Stored, field string) string {
	l := &s.Labels
	if field == "change_basis" && l.ChangeBasis == "" && l.IsCumulative {
		field = "cumulative_pattern"
	}
	value := classify.FieldByName(field).Get(l)
	if value == "" {
		value = "null"
	}
	return field + "=" + value
}

func (e *sdmxEncoder) close() error {
	e.csv.Flush()
	return e.csv.Error()
}
