package units

import "testing"

func TestCurrencyOfACountryIsItsCurrentOne(t *testing.T) {
	t.Parallel()
	for country, want := range map[string]string{
		"US": "USD", "BEN": "XOF", "HRV": "EUR", "BG": "EUR", "NGA": "NGN", "VE": "VES", "ZW": "ZWG", "XKX": "EUR", "TWN": "TWD",
		"": "", "us": "", "Germany": "", "ZZ": "",
	} {
		if got := CurrencyOf(country); got != want {
			t.Errorf("CurrencyOf(%q) = %q, want %q", country, got, want)
		}
	}
}

func TestACurrencyIsACodeOfISO4217CurrentOrRetired(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"USD": true, "XDR": true, "XCG": true, "DEM": true, "ZRZ": true,
		"": false, "usd": false, "US": false, "USX": false, "dollar": false, "$": false,
	} {
		if got := IsCurrency(code); got != want {
			t.Errorf("IsCurrency(%q) = %v, want %v", code, got, want)
		}
	}
}
