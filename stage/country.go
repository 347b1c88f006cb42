package stage

import (
	"strings"
	"sync"

	"classify"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// regions knows the English names of all countries and their codes.
var regions = sync.OnceValue(func() (r struct{ byName, byCode map[string]string }) {
	r.byName, r.byCode = map[string]string{}, map[string]string{}
	names := display.English.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.Canonicalize() != region {
				continue
			}
			r.byName[fold(names.Name(region))] = code
			r.byCode[code] = code
			r.byCode[region.ISO3()] = code
		}
	}
	for name, code := range otherNames {
		r.byName[name] = code
	}
	return r
})

// otherNames are names that statistical offices use and CLDR does not.
var otherNames = map[string]string{
	"korea, rep.": "KR", "korea": "KR", "south korea": "KR", "iran, islamic rep.": "IR", "islamic republic of iran": "IR",
	"egypt, arab rep.": "EG", "venezuela, rb": "VE", "yemen, rep.": "YE", "russian federation": "RU", "slovak republic": "SK",
	"kyrgyz republic": "KG", "lao pdr": "LA", "lao p.d.r.": "LA", "macedonia, fyr": "MK", "north macedonia": "MK", "czech republic": "CZ",
	"gambia, the": "GM", "the gambia": "GM", "bahamas, the": "BS", "the bahamas": "BS", "cote d'ivoire": "CI", "côte d'ivoire": "CI", "ivory coast": "CI",
	"hong kong sar, china": "HK", "hong kong sar": "HK", "hong kong": "HK", "macao sar": "MO", "macao sar, china": "MO", "macau": "MO",
	"congo, dem. rep.": "CD", "democratic republic of the congo": "CD", "congo, rep.": "CG", "republic of congo": "CG", "republic of the congo": "CG",
	"brunei darussalam": "BN", "cabo verde": "CV", "cape verde": "CV", "eswatini": "SZ", "swaziland": "SZ", "turkey": "TR", "türkiye": "TR", "türkiye, republic of": "TR", "turkiye": "TR",
	"united states of america": "US", "usa": "US", "the united states": "US", "u.s.": "US", "uk": "GB", "great britain": "GB", "burma": "MM", "myanmar": "MM", "micronesia": "FM",
	"taiwan province of china": "TW", "taiwan": "TW", "syria": "SY", "syrian arab republic": "SY", "viet nam": "VN", "st. lucia": "LC", "st. kitts and nevis": "KN",
	"west bank and gaza": "PS", "palestine": "PS", "timor-leste": "TL", "east timor": "TL", "são tomé and príncipe": "ST", "sao tome and principe": "ST", "moldova": "MD",
	"people's republic of china": "CN", "mainland china": "CN", "bosnia and herzegovina": "BA", "trinidad and tobago": "TT", "antigua and barbuda": "AG",
}

// countryOf returns the ISO 3166 alpha-2 code of an indicator's country, from
// its own field or from an id such as "WEO:KEN:…", or "".
func countryOf(ind *classify.Indicator) string {
	if c := strings.TrimSpace(ind.Country); c != "" {
		if code, ok := regions().byCode[strings.ToUpper(c)]; ok {
			return code
		}
		if code, ok := regions().byName[fold(c)]; ok {
			return code
		}
		return ""
	}
	// An id is read only in the form SOURCE:XXX:…, where the middle part can be
	// nothing but a country.
	_, rest, ok := strings.Cut(ind.ID, ":")
	if !ok {
		return ""
	}
	code, _, ok := strings.Cut(rest, ":")
	if !ok || len(code) != 3 {
		return ""
	}
	return regions().byCode[code]
}

// withoutCountry takes a country out of a name: "Bulgaria - Unemployment
// rate", "Population, total (Bangladesh)", "Unemployment rate in Kenya".
func withoutCountry(name string) string {
	name = strings.TrimSpace(name)
	if country, rest, ok := strings.Cut(name, " - "); ok {
		if _, is := regions().byName[fold(country)]; is {
			return strings.TrimSpace(rest)
		}
	}
	for _, open := range []string{" (", " in ", " for ", ", "} {
		i := strings.LastIndex(name, open)
		if i <= 0 {
			continue
		}
		tail := strings.TrimSuffix(fold(name[i+len(open):]), ")")
		if _, is := regions().byName[strings.TrimPrefix(tail, "the ")]; is {
			return name[:i]
		}
	}
	return name
}

// sharedSymbol reports whether the country decides what a unit phrase means.
func sharedSymbol(phrase string) bool {
	p := strings.ToLower(phrase)
	for _, s := range [...]string{"$", "¥", "kr", "rs", "national currency", "local currency", "domestic currency", "lcu", "dollar", "peso", "rupee", "franc", "pound", "dinar", "krone", "rial", "shilling", "£"} {
		if strings.Contains(p, s) {
			return true
		}
	}
	return false
}

// providerScope returns the country whose national scope settles a shared
// symbol, or "".
func providerScope(ind *classify.Indicator) string {
	prefix, _, _ := strings.Cut(ind.ID, ":")
	for _, text := range [...]string{prefix, ind.SourceName} {
		if c, ok := nationalProviders[fold(text)]; ok {
			return c
		}
	}
	return ""
}

var nationalProviders = map[string]string{
	"fred": "US", "bls": "US", "bea": "US", "census": "US", "eia": "US", "alfred": "US",
	"federal reserve economic data": "US", "bureau of labor statistics": "US", "us census bureau": "US", "u.s. census bureau": "US",
	"bureau of economic analysis": "US", "u.s. bureau of economic analysis": "US", "u.s. bureau of labor statistics": "US",
	"federal reserve": "US", "board of governors of the federal reserve system (us)": "US", "energy information administration": "US",
	"ons": "GB", "office for national statistics": "GB", "statistics canada": "CA", "statcan": "CA", "abs": "AU", "australian bureau of statistics": "AU",
	"statistics bureau of japan": "JP", "rba": "AU", "bank of canada": "CA", "bank of england": "GB",
}
