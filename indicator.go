// Package classify is the domain: what an economic indicator is, what can be
// said of one, and the order in which it is said. It depends on nothing else
// of the project. The contract of every value is docs/taxonomy.md, which is
// made from the data in this package.
package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"slices"
	"strconv"
)

// Indicator is one row of a catalogue as the source published it. ID and Name
// are required; everything else may be missing, wrong or contradictory.
type Indicator struct {
	ID                string `json:"indicator_id"`
	Name              string `json:"name"`
	LongName          string `json:"long_name,omitempty"`
	Units             string `json:"units,omitempty"`
	Description       string `json:"description,omitempty"`
	SourceName        string `json:"source_name,omitempty"`
	SourceURL         string `json:"source_url,omitempty"`
	CategoryGroup     string `json:"category_group,omitempty"`
	Dataset           string `json:"dataset,omitempty"`
	Topic             string `json:"topic,omitempty"`
	AggregationMethod string `json:"aggregation_method,omitempty"`
	Scale             string `json:"scale,omitempty"`
	Periodicity       string `json:"periodicity,omitempty"`
	CurrencyCode      string `json:"currency_code,omitempty"`
	Country           string `json:"country,omitempty"`

	// Values are the dated values, in the order in which the source gave them.
	Values []Observation `json:"sample_values,omitempty"`
	// SetAside counts points of the source that are no usable observation, such
	// as a date "last10YearsAvg"; SetAsideExample shows the first of them.
	SetAside        int    `json:"points_set_aside,omitempty"`
	SetAsideExample string `json:"points_set_aside_example,omitempty"`

	// Overrides are a person's labels, field name to value. They outrank every
	// rule and model.
	Overrides map[string]string `json:"overrides,omitempty"`
}

// Observation is one dated value. Date is canonical, as package series writes
// it: 2024, 2024-S1, 2024-Q1, 2024-03, 2024-W09, 2024-03-31 or
// 2024-03-31T10:00:00Z.
type Observation struct {
	Date  string  `json:"date"`
	Value float64 `json:"value"`
}

// text returns pointers to every text field under its public column name, in
// a fixed order. It is the one list of input columns.
func (ind *Indicator) text() []inputField {
	return []inputField{
		{"indicator_id", &ind.ID},
		{"name", &ind.Name},
		{"long_name", &ind.LongName},
		{"units", &ind.Units},
		{"description", &ind.Description},
		{"source_name", &ind.SourceName},
		{"source_url", &ind.SourceURL},
		{"category_group", &ind.CategoryGroup},
		{"dataset", &ind.Dataset},
		{"topic", &ind.Topic},
		{"aggregation_method", &ind.AggregationMethod},
		{"scale", &ind.Scale},
		{"periodicity", &ind.Periodicity},
		{"currency_code", &ind.CurrencyCode},
		{"country", &ind.Country},
	}
}

type inputField struct {
	name  string
	value *string
}

// InputFields are the column names of an indicator's text fields, in order.
var InputFields = func() []string {
	var names []string
	for _, f := range new(Indicator).text() {
		names = append(names, f.name)
	}
	return names
}()

// Get returns the text field of that column name; ok is false for a name that
// is not in InputFields.
func (ind *Indicator) Get(column string) (value string, ok bool) {
	for _, f := range ind.text() {
		if f.name == column {
			return *f.value, true
		}
	}
	return "", false
}

// Set sets the text field of that column name; it reports whether there is one.
func (ind *Indicator) Set(column, value string) bool {
	for _, f := range ind.text() {
		if f.name == column {
			*f.value = value
			return true
		}
	}
	return false
}

// InputHash identifies what a classification was made from: every input field,
// every observation and the overrides. It has 32 hexadecimal digits and
// depends on nothing but the values. It is safe for concurrent use.
func (ind *Indicator) InputHash() string {
	b := make([]byte, 0, 512+16*len(ind.Values))
	for _, f := range ind.text() {
		b = append(b, *f.value...)
		b = append(b, 0)
	}
	b = strconv.AppendInt(b, int64(ind.SetAside), 10)
	b = append(b, 0)
	for _, o := range ind.Values {
		b = append(b, o.Date...)
		b = append(b, 1)
		b = strconv.AppendUint(b, math.Float64bits(o.Value), 36)
		b = append(b, 1)
	}
	b = append(b, 0)
	if len(ind.Overrides) > 0 {
		o, err := json.Marshal(ind.Overrides) // sorts the keys
		if err != nil {
			panic(err) // a map of strings always encodes
		}
		b = append(b, o...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// Newest returns the indicator with at most n observations, the newest by
// date, in the order of the source; of the oldest date that is kept, the first
// ones. n <= 0 keeps all.
func (ind Indicator) Newest(n int) Indicator {
	if n <= 0 || len(ind.Values) <= n {
		return ind
	}
	dates := make([]string, len(ind.Values))
	for i, o := range ind.Values {
		dates[i] = o.Date
	}
	slices.Sort(dates)
	oldest := dates[len(dates)-n]
	after, _ := slices.BinarySearch(dates, oldest+"\x00") // where the newer dates begin
	ties := n - (len(dates) - after)
	kept := make([]Observation, 0, n)
	for _, o := range ind.Values {
		switch {
		case o.Date > oldest:
			kept = append(kept, o)
		case o.Date == oldest && ties > 0:
			kept = append(kept, o)
			ties--
		}
	}
	ind.Values = kept
	return ind
}
