package catalogue

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"classify"
)

// WriteStructure writes the data structure definition that an sdmx-csv export
// is valid against, with its concepts and code lists, as an SDMX-JSON 2.0
// structure message (SDMX 3.0). It is made from the same tables as the export.
// prepared is the time in the header of the message.
func WriteStructure(w io.Writer, prepared time.Time) error {
	message := map[string]any{
		"meta": map[string]any{
			"schema":           "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json",
			"id":               sdmxStructureID,
			"prepared":         prepared.UTC().Format(time.RFC3339),
			"contentLanguages": []string{"en"},
			"sender":           map[string]any{"id": sdmxAgency},
		},
		"data": map[string]any{
			"dataStructures": []any{dataStructure()},
			"conceptSchemes": []any{conceptScheme()},
			"codelists":      codeLists(),
		},
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(message); err != nil {
		return fmt.Errorf("write SDMX structure: %w", err)
	}
	return nil
}

func maintainable(id, name string) map[string]any {
	return map[string]any{"id": id, "agencyID": sdmxAgency, "version": sdmxStructureVersion, "name": name}
}

func urn(class, id string) string {
	return "urn:sdmx:org.sdmx.infomodel." + class + "=" + sdmxAgency + ":" + id + "(" + sdmxStructureVersion + ")"
}

func conceptURN(id string) string {
	return urn("conceptscheme.Concept", "CS_"+sdmxStructureID) + "." + id
}

func textFormat(dataType string) map[string]any {
	return map[string]any{"format": map[string]any{"dataType": dataType}}
}

func dataStructure() map[string]any {
	attributes := make([]any, len(sdmxAttributes))
	for i, a := range sdmxAttributes {
		representation := textFormat("String")
		if a.list != "" {
			representation = map[string]any{"enumeration": urn("codelist.Codelist", a.list)}
		}
		attributes[i] = map[string]any{
			"id": a.id, "usage": "optional", "conceptIdentity": conceptURN(a.id),
			"attributeRelationship": map[string]any{"observation": map[string]any{}},
			"localRepresentation":   representation,
		}
	}
	s := maintainable(sdmxStructureID, "Classification of economic indicators")
	s["dataStructureComponents"] = map[string]any{
		"dimensionList": map[string]any{"id": "DimensionDescriptor", "dimensions": []any{map[string]any{
			"id": "INDICATOR", "position": 0, "conceptIdentity": conceptURN("INDICATOR"), "localRepresentation": textFormat("String"),
		}}},
		"measureList": map[string]any{"id": "MeasureDescriptor", "measures": []any{map[string]any{
			"id": "OBS_VALUE", "usage": "optional", "conceptIdentity": conceptURN("OBS_VALUE"), "localRepresentation": textFormat("Double"),
		}}},
		"attributeList": map[string]any{"id": "AttributeDescriptor", "attributes": attributes},
	}
	return s
}

func conceptScheme() map[string]any {
	concepts := []any{
		map[string]any{"id": "INDICATOR", "name": "Indicator"},
		map[string]any{"id": "OBS_VALUE", "name": "Overall confidence: the probability, 0 to 1, that the labels are right"},
	}
	for _, a := range sdmxAttributes {
		concepts = append(concepts, map[string]any{"id": a.id, "name": a.name})
	}
	s := maintainable("CS_"+sdmxStructureID, "Concepts of the classification of economic indicators")
	s["concepts"] = concepts
	return s
}

// codeLists are the cross-domain lists, with the codes that are used, and the
// terms of the taxonomy.
func codeLists() []any {
	var lists []any
	for _, id := range slices.Sorted(maps.Keys(sdmxLists)) {
		var codes []any
		for _, c := range sdmxLists[id] {
			codes = append(codes, map[string]any{"id": c.id, "name": c.name})
		}
		l := maintainable(id, "The codes of the SDMX cross-domain code list "+id+" that a classification uses")
		l["codes"] = codes
		lists = append(lists, l)
	}
	for _, a := range sdmxAttributes {
		if a.list == "" || sdmxLists[a.list] != nil {
			continue
		}
		var codes []any
		for _, t := range classify.TermsOf(a.field) {
			codes = append(codes, map[string]any{"id": t.Value, "name": t.Meaning})
		}
		l := maintainable(a.list, a.name)
		l["codes"] = codes
		lists = append(lists, l)
	}
	return lists
}
