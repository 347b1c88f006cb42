package simulator

import (
	"github.com/tidwall/gjson"
)

// maxSchemaDepth bounds how deep an answer goes into a schema.
const maxSchemaDepth = 20

// bySchema is the plainest value that a schema takes: what the simulator says
// where it does not know what is asked.
func bySchema(schema gjson.Result, depth int) []byte {
	if !schema.Exists() {
		return []byte(`{"answer":"simulated"}`)
	}
	if depth > maxSchemaDepth {
		return []byte("null")
	}
	if v := schema.Get("const"); v.Exists() {
		return []byte(v.Raw)
	}
	if v := schema.Get("enum.0"); v.Exists() {
		return []byte(v.Raw)
	}
	if v := schema.Get("anyOf.0"); v.Exists() {
		return bySchema(v, depth+1)
	}
	kind := schema.Get("type")
	if kind.IsArray() {
		kind = kind.Get("0")
	}
	switch kind.Str {
	case "object":
		return object(schema.Get("properties"), depth)
	case "array":
		return []byte("[]")
	case "string":
		return []byte(`"simulated"`)
	case "number", "integer":
		return []byte("0")
	case "boolean":
		return []byte("true")
	}
	return []byte("null")
}

func object(properties gjson.Result, depth int) []byte {
	b := []byte{'{'}
	properties.ForEach(func(name, schema gjson.Result) bool {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(b, name.Raw...), ':')
		b = append(b, bySchema(schema, depth+1)...)
		return true
	})
	return append(b, '}')
}
