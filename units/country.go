package units

import (
	"sync"

	iso4217 "github.com/bojanz/currency"
	"golang.org/x/text/language"
)

// countryCurrency maps ISO 3166 alpha-2 and alpha-3 codes to the current
// currency. The library knows alpha-2 only; alpha-3 comes from x/text.
var countryCurrency = sync.OnceValue(func() map[string]string {
	m := make(map[string]string, 512)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			alpha2 := string([]rune{a, b})
			code, ok := iso4217.ForCountryCode(alpha2)
			if !ok {
				continue
			}
			m[alpha2] = code
			if region, err := language.ParseRegion(alpha2); err == nil {
				if alpha3 := region.ISO3(); alpha3 != "ZZZ" {
					m[alpha3] = code
				}
			}
		}
	}
	// Kosovo has no ISO 3166 code; the World Bank and the IMF write these.
	m["XKX"], m["UVK"], m["KOS"] = "EUR", "EUR", "EUR"
	m["WBG"] = "ILS" // West Bank and Gaza in IMF files
	return m
})

// CurrencyOf returns the current ISO 4217 code of a country given by its ISO
// 3166 alpha-2 or alpha-3 code in capitals; "" for anything else.
func CurrencyOf(country string) string { return countryCurrency()[country] }
