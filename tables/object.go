package tables

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"classify"
)

// object writes a JSON object; what is zero is left out. The names are those
// of the JSON tags of the domain's types.
type object struct {
	b   []byte
	err error // a number that JSON does not have
}

func (o *object) name(name string) {
	if n := len(o.b); n > 0 && o.b[n-1] != '{' {
		o.b = append(o.b, ',')
	}
	if name != "" {
		o.b = append(o.b, '"')
		o.b = append(o.b, name...)
		o.b = append(o.b, '"', ':')
	}
}

func (o *object) open(name string) {
	o.name(name)
	o.b = append(o.b, '{')
}

func (o *object) close() { o.b = append(o.b, '}') }

func (o *object) text(name, value string) {
	if value != "" {
		o.always(name, value)
	}
}

// always writes a text also when it is empty.
func (o *object) always(name, value string) {
	o.name(name)
	o.b = appendQuoted(o.b, value)
}

// raw writes what is JSON already.
func (o *object) raw(name, value string) {
	if value != "" {
		o.name(name)
		o.b = append(o.b, value...)
	}
}

func (o *object) flag(name string, value bool) {
	if value {
		o.raw(name, "true")
	}
}

func (o *object) whole(name string, value int) {
	if value != 0 {
		o.name(name)
		o.b = strconv.AppendInt(o.b, int64(value), 10)
	}
}

func (o *object) number(name string, value float64) {
	if value == 0 {
		return
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		o.err = fmt.Errorf("%s is %v", name, value)
		return
	}
	o.name(name)
	o.b = strconv.AppendFloat(o.b, value, 'g', -1, 64)
}

func (o *object) provenance(p *classify.Provenance, evidence string) {
	o.text("by", p.By)
	o.text("rule", p.Rule)
	o.number("confidence", p.Confidence)
	o.raw("evidence", evidence)
}

func (o *object) unit(l *classify.UnitLabels) {
	o.open("labels")
	o.text("unit", l.Unit)
	o.text("unit_type", string(l.UnitType))
	o.text("scale", string(l.Scale))
	o.whole("scale_pow10", l.ScalePow10)
	o.text("currency", l.Currency)
	o.flag("currency_retired", l.CurrencyRetired)
	o.text("per", l.Per)
	o.text("base_period", l.BasePeriod)
	o.text("prices", string(l.Prices))
	o.flag("ppp", l.PPP)
	o.text("seasonal_adjustment", string(l.SeasonalAdjustment))
	o.flag("annualised", l.Annualised)
	o.close()
}

func (o *object) kind(l *classify.KindLabels) {
	o.open("labels")
	o.text("type", string(l.Type))
	o.text("change_basis", string(l.ChangeBasis))
	o.text("temporal_aggregation", string(l.Aggregation))
	o.text("orientation", string(l.Orientation))
	o.close()
}

func (o *object) time(t *classify.TimeInference, labels bool) {
	if labels {
		o.open("labels")
		o.text("reporting_frequency", string(t.ReportingFrequency))
		o.flag("is_cumulative", t.IsCumulative)
		o.text("cumulative_pattern", string(t.CumulativePattern))
		o.close()
	}
	o.text("observed_frequency", string(t.Observed))
	o.text("declared_frequency", string(t.Declared))
	o.text("collection", t.Collection)
	o.open("cumulative")
	o.text("pattern", string(t.Cumulative.Pattern))
	o.whole("resets", t.Cumulative.Resets)
	o.whole("rises", t.Cumulative.Rises)
	o.whole("falls", t.Cumulative.Falls)
	o.whole("transitions", t.Cumulative.Transitions)
	o.whole("start_month", t.Cumulative.StartMonth)
	o.number("confidence", t.Cumulative.Confidence)
	o.close()
	o.shape(&t.Shape)
}

func (o *object) shape(s *classify.Shape) {
	o.open("shape")
	o.whole("points", s.Points)
	o.whole("set_aside", s.SetAside)
	o.text("first", s.First)
	o.text("last", s.Last)
	o.number("min", s.Min)
	o.number("max", s.Max)
	o.number("median", s.Median)
	o.whole("negatives", s.Negatives)
	o.whole("sign_changes", s.SignChanges)
	o.whole("rises", s.Rises)
	o.whole("falls", s.Falls)
	o.flag("whole", s.Whole)
	o.close()
}

// JSONList writes a JSON array of strings; an empty list is the empty text.
func JSONList(texts []string) string {
	if len(texts) == 0 {
		return ""
	}
	n := 2
	for _, t := range texts {
		n += len(t) + 3
	}
	b := append(make([]byte, 0, n), '[')
	for i, t := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, t)
	}
	return string(append(b, ']'))
}

// appendQuoted appends a JSON string. Only what needs more than that goes
// through the slower encoder.
func appendQuoted(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(text)
			if err != nil {
				return append(b, '"', '"') // a string always encodes
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}
