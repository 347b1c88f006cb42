package catalogue

import (
	"fmt"
	"io"
	"reflect"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"classify"
)

// parquetGroup bounds what is buffered before a row group is written.
const parquetGroup = 32_768

type parquetEncoder struct {
	w       *parquet.GenericWriter[any]
	columns []exportColumn
	row     parquet.Row
}

func newParquetEncoder(w io.Writer, m Meta) *parquetEncoder {
	e := &parquetEncoder{columns: exportColumns(m)}
	e.w = parquet.NewGenericWriter[any](w, parquetSchema(e.columns),
		parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(parquetGroup),
		parquet.CreatedBy("classify", m.ProgramVersion, ""),
		parquet.KeyValueMetadata("taxonomy_version", m.TaxonomyVersion),
		parquet.KeyValueMetadata("rulebook_version", m.RulebookVersion))
	return e
}

// parquetSchema makes the schema by way of a struct type, because a group of
// the library sorts its columns by name.
func parquetSchema(columns []exportColumn) *parquet.Schema {
	types := map[kind]reflect.Type{
		textKind: reflect.TypeFor[string](), intKind: reflect.TypeFor[int32](),
		doubleKind: reflect.TypeFor[float64](), boolKind: reflect.TypeFor[bool](),
	}
	fields := make([]reflect.StructField, len(columns))
	for i, c := range columns {
		tag := c.name
		switch {
		case !c.required && c.kind == textKind:
			tag += ",optional,dict"
		case !c.required:
			tag += ",optional"
		}
		fields[i] = reflect.StructField{
			Name: "Column" + strconv.Itoa(i), Type: types[c.kind],
			Tag: reflect.StructTag(fmt.Sprintf("parquet:%q", tag)),
		}
	}
	return parquet.NewSchema("classification", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
}

func (e *parquetEncoder) write(s *classify.Stored) error {
	e.row = e.row[:0]
	for i, c := range e.columns {
		text, null := c.value(s)
		switch {
		case null:
			e.row = append(e.row, parquet.NullValue().Level(0, 0, i))
		case c.required:
			e.row = append(e.row, parquet.ByteArrayValue([]byte(text)).Level(0, 0, i))
		default:
			v, err := typed(c.kind, text)
			if err != nil {
				return fmt.Errorf("column %s: %w", c.name, err)
			}
			e.row = append(e.row, v.Level(0, 1, i))
		}
	}
	_, err := e.w.WriteRows([]parquet.Row{e.row})
	return err
}

func typed(k kind, text string) (parquet.Value, error) {
	switch k {
	case intKind:
		n, err := strconv.ParseInt(text, 10, 32)
		return parquet.Int32Value(int32(n)), err
	case doubleKind:
		f, err := strconv.ParseFloat(text, 64)
		return parquet.DoubleValue(f), err
	case boolKind:
		return parquet.BooleanValue(text == "true"), nil
	}
	return parquet.ByteArrayValue([]byte(text)), nil
}

func (e *parquetEncoder) close() error { return e.w.Close() }
