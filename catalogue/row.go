package catalogue

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"classify"
)

// maxID bounds an id: it is a key in the store and a word on a command line.
const maxID = 512

const longRow = 4 << 10

// indicator makes an indicator of a record. A reason says why it cannot.
func (b *binding) indicator(rec *record) (ind classify.Indicator, derived bool, reason string) {
	for f := range fieldValues {
		*textField(&ind, f) = b.text(rec.cells, f)
	}
	ind.Name, ind.Units, ind.ID = oneLine(ind.Name), oneLine(ind.Units), oneLine(ind.ID)
	if ind.Name == "" {
		return ind, false, "the row has no name"
	}
	switch {
	case !b.has(fieldID):
		ind.ID, derived = derivedID(&ind), true
	case ind.ID == "":
		return ind, false, "the row has no indicator_id"
	case b.idConcept:
		ind.ID = b.countryID(ind.ID, rec.cells)
	}
	if len(ind.ID) > maxID {
		return ind, false, fmt.Sprintf("indicator_id has %d bytes, the limit is %d", len(ind.ID), maxID)
	}
	if len(rec.raw) > longRow {
		// The cells are parts of one string; the short ones would keep a long
		// list of values in memory for as long as the indicator lives.
		for f := range fieldValues {
			text := textField(&ind, f)
			*text = strings.Clone(*text)
		}
	}
	b.values(&ind, rec)
	return ind, derived, ""
}

// countryID makes the id of a concept unique for a row's country, unless the
// country stands in it already.
func (b *binding) countryID(id string, cells []string) string {
	if b.countryCol >= len(cells) {
		return id
	}
	country := strings.TrimSpace(cells[b.countryCol])
	if country == "" {
		return id
	}
	for _, part := range strings.FieldsFunc(id, func(r rune) bool { return r == '.' || r == ':' || r == '_' || r == '-' || r == '/' }) {
		if part == country {
			return id
		}
	}
	return id + ":" + country
}

// derivedID is stable for the same source, country, name and unit, and can be
// told apart by eye.
func derivedID(ind *classify.Indicator) string {
	sum := sha256.Sum256([]byte(ind.SourceName + "\x00" + ind.Country + "\x00" + ind.Name + "\x00" + ind.Units))
	return slug(ind.Name) + "-" + hex.EncodeToString(sum[:6])
}

func slug(name string) string {
	const most = 40
	var s strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && s.Len() > 0 {
				s.WriteByte('-')
			}
			gap = false
			s.WriteRune(r)
		} else {
			gap = true
		}
		if s.Len() >= most {
			break
		}
	}
	if s.Len() == 0 {
		return "indicator"
	}
	return s.String()
}

// oneLine joins the lines of a cell that is one line by nature.
func oneLine(s string) string {
	if strings.ContainsAny(s, "\n\r\t") {
		return strings.Join(strings.Fields(s), " ")
	}
	return s
}
