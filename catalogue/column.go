package catalogue

import (
	"slices"
	"strings"

	"classify"
)

// A Column is one field that is read, and the names under which catalogues
// publish it. Case, spaces, underscores, hyphens, dots and slashes do not
// matter. Where several of the names occur in one file, the earlier name wins
// in every row in which it is not empty. A name that stands under two fields
// means the one that has no other column.
type Column struct {
	Field string
	Names []string
}

// SampleValues is the field of dated values inside a catalogue row.
const SampleValues = "sample_values"

// Columns are the fields of a catalogue, in the order that they have in
// classify.Indicator. The field's own name is always among its names.
// docs/files.md is made from this list. Do not change the slice.
var Columns = []Column{
	{"indicator_id", []string{"indicator_id", "id", "Indicator Code", "Series Code", "Series ID", "code", "WEO Subject Code", "Subject Code", "Indicator", "ticker", "mnemonic", "symbol"}},
	{"name", []string{"name", "Indicator Name", "Series Name", "title", "Subject Descriptor", "Series Title", "Indicator Label", "label", "Indicator", "series", "Name English"}},
	{"long_name", []string{"long_name", "full name", "Long title", "display name", "Series Full Name"}},
	{"units", []string{"units", "unit", "Unit of measure", "UNIT_MEASURE", "uom", "Measurement unit", "units short"}},
	{"description", []string{"description", "definition", "Long definition", "Short definition", "Subject Notes", "sourceNote", "notes", "note", "methodology"}},
	{"source_name", []string{"source_name", "Source organization", "source", "provider", "publisher", "Source Note Organization", "agency"}},
	{"source_url", []string{"source_url", "url", "link", "Source link", "web page", "Related source links"}},
	{"category_group", []string{"category_group", "category", "group", "sector", "category name"}},
	{"dataset", []string{"dataset", "database", "Dataset name", "release", "dataflow", "collection"}},
	{"topic", []string{"topic", "topics", "theme", "subject", "subcategory"}},
	{"aggregation_method", []string{"aggregation_method", "aggregation", "Aggregation type", "TIME_PER_COLLECT", "Observation method"}},
	{"scale", []string{"scale", "multiplier", "UNIT_MULT", "Unit multiplier", "magnitude", "power"}},
	{"periodicity", []string{"periodicity", "frequency", "freq", "Reporting frequency", "period type"}},
	{"currency_code", []string{"currency_code", "currency", "Currency unit code", "ccy"}},
	{"country", []string{"Country Code", "ISO", "ISO2", "ISO3", "Country ISO", "REF_AREA", "country", "area", "economy", "geo", "location", "Country Name"}},
	{SampleValues, []string{SampleValues, "values", "observations", "data", "points", "history", "last values"}},
}

// valueColumns are the columns of a long file of observations.
var valueColumns = []Column{
	{"indicator_id", []string{"indicator_id", "id", "Indicator Code", "Series Code", "Series ID", "code", "Indicator", "ticker", "mnemonic", "symbol", "series"}},
	{"date", []string{"date", "TIME_PERIOD", "obs_date", "time", "period", "year", "observation_date", "ref_date"}},
	{"value", []string{"value", "OBS_VALUE", "observation", "obs", "val"}},
}

// pointColumns are those of a file of series: the same, and the edition.
var pointColumns = append(slices.Clone(valueColumns), Column{"source_version", []string{"source_version", "version", "vintage", "edition", "release date", "realtime_start"}})

// conceptNames are the id columns that name a concept, not a series: in a file
// with one row per country they repeat for every country.
var conceptNames = foldAll("Indicator Code", "Series Code", "WEO Subject Code", "Subject Code", "Indicator", "code")

// countryCodes are the country columns that hold a code, best for an id.
var countryCodes = foldAll("Country Code", "ISO", "ISO2", "ISO3", "Country ISO", "REF_AREA", "country")

// MeansID reports whether a column of that name can hold the indicator_id.
func MeansID(column string) bool {
	return slices.ContainsFunc(catalogueSynonyms.ranked[fold(column)], func(r rank) bool { return r.field == fieldID })
}

func foldAll(names ...string) []string {
	folded := make([]string, len(names))
	for i, n := range names {
		folded[i] = fold(n)
	}
	return folded
}

// fold makes column names comparable: lower case, without what people put
// between words.
func fold(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	for _, r := range strings.ToLower(strings.TrimSpace(name)) {
		switch r {
		case ' ', '_', '-', '.', '/', '\t', '\n', '\r', '\u00a0', '\ufeff':
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// synonyms is a list of columns made ready for looking up.
type synonyms struct {
	columns []Column
	ranked  map[string][]rank // folded name → the fields that it may mean
}

type rank struct{ field, priority int }

func newSynonyms(columns []Column) *synonyms {
	s := &synonyms{columns: columns, ranked: map[string][]rank{}}
	for f, c := range columns {
		for p, name := range c.Names {
			key := fold(name)
			s.ranked[key] = append(s.ranked[key], rank{f, p})
		}
	}
	return s
}

var (
	catalogueSynonyms = newSynonyms(Columns)
	valueSynonyms     = newSynonyms(valueColumns)
	pointSynonyms     = newSynonyms(pointColumns)
)

// field returns the index of a field by its exact name, or -1.
func (s *synonyms) field(name string) int {
	for i, c := range s.columns {
		if c.Field == name {
			return i
		}
	}
	return -1
}

func (s *synonyms) fieldNames() string {
	names := make([]string, len(s.columns))
	for i, c := range s.columns {
		names[i] = c.Field
	}
	return strings.Join(names, ", ")
}

// textField returns where an indicator keeps the text field of that index in
// Columns; nil for the sample values.
func textField(ind *classify.Indicator, field int) *string {
	switch field {
	case 0:
		return &ind.ID
	case 1:
		return &ind.Name
	case 2:
		return &ind.LongName
	case 3:
		return &ind.Units
	case 4:
		return &ind.Description
	case 5:
		return &ind.SourceName
	case 6:
		return &ind.SourceURL
	case 7:
		return &ind.CategoryGroup
	case 8:
		return &ind.Dataset
	case 9:
		return &ind.Topic
	case 10:
		return &ind.AggregationMethod
	case 11:
		return &ind.Scale
	case 12:
		return &ind.Periodicity
	case 13:
		return &ind.CurrencyCode
	case 14:
		return &ind.Country
	}
	return nil
}

const (
	fieldID     = 0
	fieldName   = 1
	fieldValues = 15

	valueID    = 0 // indexes in valueColumns
	valueDate  = 1
	valueValue = 2

	pointVersion = 3 // index in pointColumns
)
