package catalogue

import (
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// textOf returns how values of a type are written: numbers plainly, dates as
// package series reads them.
func textOf(typ parquet.Type) func(parquet.Value) string {
	if logical := typ.LogicalType(); logical != nil {
		switch l := logical.Value.(type) {
		case *format.DateType:
			return nullable(func(v parquet.Value) string {
				return time.Unix(int64(v.Int32())*86400, 0).UTC().Format(time.DateOnly)
			})
		case *format.TimestampType:
			unit := time.Nanosecond
			switch l.Unit.Value.(type) {
			case *format.MilliSeconds:
				unit = time.Millisecond
			case *format.MicroSeconds:
				unit = time.Microsecond
			}
			return nullable(timestampText(unit))
		case *format.DecimalType:
			if typ.Kind() == parquet.Int32 || typ.Kind() == parquet.Int64 {
				return nullable(decimalText(typ.Kind(), int(l.Scale)))
			}
		}
	}
	return nullable(plainText(typ.Kind()))
}

func timestampText(unit time.Duration) func(parquet.Value) string {
	per := int64(time.Second / unit)
	return func(v parquet.Value) string {
		return time.Unix(v.Int64()/per, v.Int64()%per*int64(unit)).UTC().Format(time.RFC3339)
	}
}

func nullable(text func(parquet.Value) string) func(parquet.Value) string {
	return func(v parquet.Value) string {
		if v.IsNull() {
			return ""
		}
		return text(v)
	}
}

func decimalText(kind parquet.Kind, scale int) func(parquet.Value) string {
	return func(v parquet.Value) string {
		n := v.Int64()
		if kind == parquet.Int32 {
			n = int64(v.Int32())
		}
		return strconv.FormatInt(n, 10) + "e-" + strconv.Itoa(scale)
	}
}

func plainText(kind parquet.Kind) func(parquet.Value) string {
	switch kind {
	case parquet.Boolean:
		return func(v parquet.Value) string { return strconv.FormatBool(v.Boolean()) }
	case parquet.Int32:
		return func(v parquet.Value) string { return strconv.FormatInt(int64(v.Int32()), 10) }
	case parquet.Int64:
		return func(v parquet.Value) string { return strconv.FormatInt(v.Int64(), 10) }
	case parquet.Int96:
		return func(v parquet.Value) string { // days since the Julian epoch, and nanoseconds of the day
			i := v.Int96()
			const unixEpoch = 2440588
			nanos := int64(i[0]) | int64(i[1])<<32
			return time.Unix((int64(i[2])-unixEpoch)*86400, nanos).UTC().Format(time.RFC3339)
		}
	case parquet.Float:
		return func(v parquet.Value) string { return strconv.FormatFloat(float64(v.Float()), 'g', -1, 32) }
	case parquet.Double:
		return func(v parquet.Value) string { return strconv.FormatFloat(v.Double(), 'g', -1, 64) }
	default:
		return func(v parquet.Value) string { return validText(string(v.ByteArray())) }
	}
}
