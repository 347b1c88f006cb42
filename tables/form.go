package tables

import (
	"bytes"
	"encoding/json"

	"classify"
)

// LabelsForm gives labels of the history the text that this program writes for
// them, so that equal labels are equal texts also where a database has put their
// JSON in a form of its own. What it cannot say so stays as it is.
func LabelsForm(text string) string {
	var l classify.Labels
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return text
	}
	return encodeLabels(&l)
}
