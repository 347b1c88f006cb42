package catalogue

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"classify"
)

// A binding says what the columns of one file mean. It grows while a file
// without a header (JSON) shows new columns.
type binding struct {
	syn     *synonyms
	mapping map[string][]string
	columns []string

	fields [][]source   // by field: its columns, the best first
	dates  []dateColumn // columns that hold the value of one date
	unread []int        // columns that look like a date and are none that is known
	points []bool       // by column: whether it is a list of dated values
	byName map[string]int
	twice  []int // columns whose name stands over an earlier one

	dateOf  map[string]string // dates as written → canonical
	scratch []byte

	joined     [][]int // by field: the columns that --map joins; nil if it is not mapped
	idConcept  bool    // the id column names a concept that repeats per country
	countryCol int     // the column with the country's code, or -1

	long *longColumns // nil unless every row is one observation
}

type source struct{ column, priority int }

type dateColumn struct {
	column int
	date   string
}

func newBinding(syn *synonyms, mapping map[string][]string) *binding {
	return &binding{
		syn: syn, mapping: mapping, byName: map[string]int{}, countryCol: -1,
		fields: make([][]source, len(syn.columns)), joined: make([][]int, len(syn.columns)),
	}
}

// column returns the index of a column, which is new if it was not there.
func (b *binding) column(name string) int {
	if i, ok := b.byName[name]; ok {
		return i
	}
	return b.add(name)
}

// add appends a column and finds out what it means.
func (b *binding) add(name string) int {
	i := len(b.columns)
	b.columns = append(b.columns, name)
	b.points = append(b.points, b.meansPoints(name))
	if _, ok := b.byName[name]; !ok {
		b.byName[name] = i
	} else if name != "" {
		b.twice = append(b.twice, i)
	}
	ranks := b.syn.ranked[fold(name)]
	for _, r := range ranks {
		f := r.field
		if len(ranks) > 1 && len(b.fields[f]) > 0 {
			continue
		}
		b.fields[f] = append(b.fields[f], source{i, r.priority})
		slices.SortStableFunc(b.fields[f], func(x, y source) int { return x.priority - y.priority })
	}
	if len(ranks) == 0 && (b.syn == catalogueSynonyms || b.syn == pointSynonyms) {
		if date, ok := columnDate(name); ok {
			b.dates = append(b.dates, dateColumn{i, date})
		} else if likePeriod(name) {
			b.unread = append(b.unread, i)
		}
	}
	return i
}

// settle is called once the columns are known: it resolves names with two
// meanings, the mapping, and the id of files with one row per country.
func (b *binding) settle() error {
	b.resolveAmbiguous()
	joined, err := b.mapped()
	if err != nil {
		return err
	}
	b.joined = joined
	b.settleLong()
	b.settleID()
	return nil
}

// mapped returns the columns of the mapping by field.
func (b *binding) mapped() ([][]int, error) {
	joined := make([][]int, len(b.syn.columns))
	for _, field := range slices.Sorted(maps.Keys(b.mapping)) {
		wanted := b.mapping[field]
		f := b.syn.field(field)
		if f < 0 {
			return nil, classify.WithHint(fmt.Errorf("--map: there is no field %q", field), "fields are %s", b.syn.fieldNames())
		}
		columns, err := b.find(wanted)
		if err != nil {
			return nil, classify.WithHint(fmt.Errorf("--map %s: %w", quoted(field+"="+strings.Join(wanted, "+"), 200), err),
				"its columns are %s", b.columnNames())
		}
		joined[f] = columns
	}
	return joined, nil
}

// resolveAmbiguous leaves a column that may mean two fields to one of them:
// a name is worth more than an id, which can be derived.
func (b *binding) resolveAmbiguous() {
	for i, name := range b.columns {
		ranks := b.syn.ranked[fold(name)]
		if len(ranks) < 2 {
			continue
		}
		owner := -1
		for _, r := range slices.Backward(ranks) {
			if s := b.fields[r.field]; len(s) == 1 && s[0].column == i {
				owner = r.field
			}
		}
		if slices.ContainsFunc(ranks, func(r rank) bool { return r.field == fieldName && b.only(fieldName, i) }) {
			owner = fieldName
		}
		for _, r := range ranks {
			if r.field != owner {
				b.fields[r.field] = slices.DeleteFunc(b.fields[r.field], func(s source) bool { return s.column == i })
			}
		}
	}
}

func (b *binding) only(field, column int) bool {
	s := b.fields[field]
	return len(s) == 1 && s[0].column == column
}

func (b *binding) settleID() {
	if b.syn != catalogueSynonyms || len(b.dates) == 0 && b.long == nil || b.joined[fieldID] != nil || len(b.fields[fieldID]) == 0 {
		return
	}
	id := b.columns[b.fields[fieldID][0].column]
	if !slices.Contains(conceptNames, fold(id)) {
		return
	}
	for _, want := range countryCodes {
		for i, name := range b.columns {
			if fold(name) == want {
				b.idConcept, b.countryCol = true, i
				return
			}
		}
	}
}

// find returns the columns of those names: exactly as written, or else without
// regard to case and spaces.
func (b *binding) find(names []string) ([]int, error) {
	if i, ok := b.lookup(strings.Join(names, "+")); ok {
		return []int{i}, nil
	}
	var found []int
	for _, name := range names {
		i, ok := b.lookup(name)
		if !ok {
			return nil, fmt.Errorf("there is no column %q", name)
		}
		found = append(found, i)
	}
	return found, nil
}

func (b *binding) lookup(name string) (int, bool) {
	if i, ok := b.byName[name]; ok {
		return i, true
	}
	want := fold(name)
	for i, c := range b.columns {
		if fold(c) == want {
			return i, true
		}
	}
	return 0, false
}

// has reports whether any column means the field.
func (b *binding) has(field int) bool {
	return len(b.fields[field]) > 0 || b.joined[field] != nil
}

func (b *binding) columnNames() string {
	const most = 60
	names := make([]string, 0, len(b.columns))
	for _, c := range b.columns {
		if strings.TrimSpace(c) == "" {
			continue
		}
		if len(names) == most {
			return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), len(b.columns)-most)
		}
		names = append(names, plainOrQuoted(clip(c, 80)))
	}
	return strings.Join(names, ", ")
}

// cellTooLong is the reason of a row one of whose cells is beyond the limit.
func (b *binding) cellTooLong(column, size, limit int) string {
	name, remedy := fmt.Sprintf("cell %d", column+1), "shorten the text"
	if b != nil && column < len(b.columns) {
		name += " (" + quoted(b.columns[column], 80) + ")"
		if b.points[column] {
			remedy = "give the values in a file of their own with --values"
		}
	}
	return fmt.Sprintf("%s has %s, the limit is %s: %s", name, bytesText(size), bytesText(limit), remedy)
}

// text returns the first column of the field that is not empty, trimmed.
func (b *binding) text(cells []string, field int) string {
	if columns := b.joined[field]; columns != nil {
		return joinCells(cells, columns, field == fieldID)
	}
	for _, s := range b.fields[field] {
		if s.column < len(cells) {
			if t := strings.TrimSpace(cells[s.column]); t != "" {
				return t
			}
		}
	}
	return ""
}

// joinCells joins with ":" for an id, where an empty part has to keep its
// place, and with ", " for a text.
func joinCells(cells []string, columns []int, id bool) string {
	parts := make([]string, 0, len(columns))
	empty := true
	for _, c := range columns {
		t := ""
		if c < len(cells) {
			t = strings.TrimSpace(cells[c])
		}
		if t != "" {
			empty = false
		} else if !id {
			continue
		}
		parts = append(parts, t)
	}
	switch {
	case empty:
		return ""
	case id:
		return strings.Join(parts, ":")
	default:
		return strings.Join(parts, ", ")
	}
}

// holdsPoints reports whether a column is a list of dated values.
func (b *binding) holdsPoints(column int) bool { return b.points[column] }

func (b *binding) meansPoints(name string) bool {
	if b.syn != catalogueSynonyms {
		return false
	}
	key := fold(name)
	for _, wanted := range b.mapping[SampleValues] {
		if fold(wanted) == key {
			return true
		}
	}
	for _, r := range b.syn.ranked[key] {
		if r.field == fieldValues {
			return true
		}
	}
	return false
}
