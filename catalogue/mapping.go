package catalogue

import (
	"fmt"
	"strings"

	"classify"
)

// ParseMap reads the arguments of --map: "units=my_column", or
// "indicator_id=CountryCode+Indicator" to join columns.
func ParseMap(args []string) (map[string][]string, error) {
	m := make(map[string][]string, len(args))
	for _, arg := range args {
		field, columns, ok := strings.Cut(arg, "=")
		field = strings.TrimSpace(field)
		if !ok || field == "" || strings.TrimSpace(columns) == "" {
			return nil, classify.WithHint(fmt.Errorf("--map %q is not FIELD=COLUMN", arg),
				"write --map units=my_column, or --map indicator_id=Country+Indicator to join columns")
		}
		if _, twice := m[field]; twice {
			return nil, fmt.Errorf("--map names the field %q twice", field)
		}
		m[field] = strings.Split(columns, "+")
	}
	return m, nil
}
