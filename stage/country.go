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
	// An id is read only in the form SOURCE:ISO:…, where the middle part can be
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

// countryInName returns the country that a name says, or "".
func countryInName(name string) string {
	lower := strings.ToLower(strings.TrimSpace(name))
	if n := leadingCountry(lower); n > 0 {
		if code, is := regions().byName[strings.TrimRight(lower[:n], " -:,–")]; is {
			return code
		}
	}
	if i, tail := trailingCountry(lower); i > 0 {
		return regions().byName[tail]
	}
	return ""
}

// withoutCountry takes a country out of a name: "Bulgaria - Unemployment
// rate", "Kenya Inflation Rate", "Population, total (Bangladesh)",
// "Unemployment rate in Kenya". A name that is nothing but a country stays.
func withoutCountry(name string) string {
	name = strings.TrimSpace(name)
	lower := strings.ToLower(name)
	if len(lower) != len(name) {
		// A letter whose lower case has another length: positions would not
		// agree, so that the folded name is used for both.
		name = lower
	}
	if n := leadingCountry(lower); n > 0 {
		name, lower = name[n:], lower[n:]
	}
	if i, _ := trailingCountry(lower); i > 0 {
		return strings.TrimSpace(name[:i])
	}
	return name
}

// trailingCountry returns the country at the end of a lower-case name and where
// what joins it begins, or 0.
func trailingCountry(lower string) (at int, country string) {
	for _, open := range [...]string{" (", " in ", " for ", " of ", ", ", " - ", ": "} {
		i := strings.LastIndex(lower, open)
		if i <= 0 {
			continue
		}
		tail := strings.TrimPrefix(strings.TrimSuffix(lower[i+len(open):], ")"), "the ")
		if _, is := regions().byName[tail]; is {
			return i, tail
		}
	}
	return 0, ""
}

// leadingCountry returns the length of a country and what joins it to the
// rest of a lower-case name, or 0. The longest name counts: "guinea-bissau"
// is not "guinea".
func leadingCountry(lower string) int {
	best := 0
	for end, words := 0, 0; words < maxCountryWords && end < len(lower); words++ {
		next := strings.IndexAny(lower[end:], " :,")
		if next < 0 {
			break
		}
		end += next
		if _, is := regions().byName[lower[:end]]; (is || demonyms[lower[:end]]) && !moneyFollows(lower[end:]) {
			best = end
		}
		end++
	}
	if best == 0 {
		return 0
	}
	rest := strings.TrimLeft(lower[best:], " -:,–")
	if rest == "" || strings.HasPrefix(rest, "and ") || strings.HasPrefix(rest, "/") {
		return 0
	}
	return len(lower) - len(rest)
}

// maxCountryWords is the most words that a country's name has.
const maxCountryWords = 7

// moneyFollows reports whether what follows an adjective makes it part of a
// currency's name: "swiss franc", "u.s. dollar".
func moneyFollows(rest string) bool {
	word, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	switch strings.TrimSuffix(word, "s") {
	case "dollar", "franc", "pound", "peso", "rupee", "yen", "yuan", "krone", "krona", "lira", "dinar", "real", "ruble", "rouble", "rand", "won", "baht", "zloty", "forint", "koruna", "shilling", "riyal", "dirham", "rupiah", "ringgit", "sol", "naira", "cedi", "birr", "leu", "lev", "lari", "dram", "kwacha", "taka", "shekel", "hryvnia", "tenge", "dong", "treasury":
		return true
	}
	return false
}

// demonyms are the adjectives that catalogues put before a concept.
var demonyms = map[string]bool{
	"american": true, "us": true, "u.s.": true, "uk": true, "british": true, "german": true, "french": true, "italian": true, "spanish": true, "dutch": true,
	"swiss": true, "austrian": true, "belgian": true, "portuguese": true, "greek": true, "irish": true, "swedish": true, "norwegian": true, "danish": true, "finnish": true,
	"polish": true, "czech": true, "hungarian": true, "romanian": true, "bulgarian": true, "croatian": true, "russian": true, "ukrainian": true, "turkish": true,
	"japanese": true, "chinese": true, "indian": true, "indonesian": true, "korean": true, "thai": true, "malaysian": true, "philippine": true, "vietnamese": true, "pakistani": true,
	"australian": true, "canadian": true, "mexican": true, "brazilian": true, "argentine": true, "chilean": true, "colombian": true, "peruvian": true,
	"south african": true, "nigerian": true, "kenyan": true, "egyptian": true, "moroccan": true, "ghanaian": true, "saudi": true, "israeli": true,
	"euro area": true, "eurozone": true, "european union": true,
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

// nationalCurrency reports a unit that is the currency of whatever country is
// meant.
func nationalCurrency(phrase string) bool {
	p := strings.ToLower(phrase)
	return strings.Contains(p, "national currency") || strings.Contains(p, "local currency") || strings.Contains(p, "domestic currency")
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
