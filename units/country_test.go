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
