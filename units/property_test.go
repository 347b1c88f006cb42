package units

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"classify"
	"pgregory.net/rapid"
)

// phraseOf draws a phrase of words that units are made of and of rubbish.
func phraseOf(words []string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom(words), 1, 8).Draw(t, "words")
		return strings.Join(parts, rapid.SampledFrom([]string{" ", ", ", "/", "-", " (", "  "}).Draw(t, "between"))
	})
}

func wordsOfCases(tb testing.TB) []string {
	var words []string
	for _, c := range readCases(tb) {
		words = append(words, strings.Fields(c.phrase)...)
	}
	return words
}

func TestParsingTwiceGivesTheSame(t *testing.T) {
	t.Parallel()
	words := wordsOfCases(t)
	rapid.Check(t, func(t *rapid.T) {
		phrase := phraseOf(words).Draw(t, "phrase")
		h := Hints{rapid.SampledFrom([]string{"", "USD", "NGN"}).Draw(t, "currency"), rapid.SampledFrom([]string{"", "US", "SE"}).Draw(t, "country")}
		one, two := Parse(phrase, h), Parse(phrase, h)
		if one.UnitLabels != two.UnitLabels || further(one) != further(two) {
			t.Fatalf("Parse(%q): %+v, then %+v", phrase, one, two)
		}
		if one.Known && one.UnitType == "" {
			t.Fatalf("Parse(%q) is known and has no unit type", phrase)
		}
	})
}

func TestWhiteSpaceAroundAPhraseSaysNothing(t *testing.T) {
	t.Parallel()
	for _, c := range readCases(t) {
		bare, spaced := Parse(c.phrase, c.hints), Parse("\t "+strings.ReplaceAll(c.phrase, " ", "  ")+"\u00a0\n", c.hints)
		// Two blanks between groups of digits do not separate thousands.
		if bare.UnitLabels != spaced.UnitLabels && !strings.Contains(c.phrase, " 000") {
			t.Errorf("%q: %+v, with more white space %+v", c.phrase, bare.UnitLabels, spaced.UnitLabels)
		}
	}
}

// A phrase in small letters or in capitals keeps its unit type, save for the
// forms that differ by case alone: codes that are words, M and m, Mt and mt,
// USd and USD, months M2.
func TestCaseDoesNotChangeTheUnitType(t *testing.T) {
	t.Parallel()
	wordy := func(s string) bool {
		for _, w := range strings.FieldsFunc(s, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			if len(w) <= 2 || wordCodes[strings.ToUpper(w)] || strings.HasSuffix(w, "EUR") || strings.HasSuffix(w, "m") && len(w) == 4 || w == "USDJPY" {
				return false
			}
			if _, ok := compiled().codes[strings.ToUpper(w)]; ok && w != strings.ToUpper(w) {
				return false
			}
		}
		return true
	}
	checked := 0
	for _, c := range readCases(t) {
		if !wordy(c.phrase) {
			continue
		}
		checked++
		want := Parse(c.phrase, c.hints)
		for _, other := range []string{strings.ToLower(c.phrase), strings.ToUpper(c.phrase)} {
			if got := Parse(other, c.hints); got.UnitType != want.UnitType || got.ScalePow10 != want.ScalePow10 {
				t.Errorf("%q is %s 10^%d, %q is %s 10^%d", c.phrase, want.UnitType, want.ScalePow10, other, got.UnitType, got.ScalePow10)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d phrases were checked", checked)
	}
}

// A number word before a currency shifts the scale and nothing else.
func TestANumberWordShiftsTheScaleOnly(t *testing.T) {
	t.Parallel()
	for word, pow := range map[string]int{"thousand": 3, "lakh": 5, "million": 6, "crore": 7, "hundred million": 8, "billion": 9, "bn": 9, "tn": 12, "Th.": 3} {
		for _, unit := range []string{"USD", "euro", "constant 2015 US$", "Norwegian kroner", "tonnes", "kWh", "persons", "hours", "ALL"} {
			plain, scaled := Parse(unit, Hints{}), Parse(word+" "+unit, Hints{})
			if scaled.ScalePow10 != pow {
				t.Errorf("%q has scale 10^%d, want 10^%d", word+" "+unit, scaled.ScalePow10, pow)
			}
			scaled.Scale, scaled.ScalePow10 = plain.Scale, plain.ScalePow10
			if plain.UnitLabels != scaled.UnitLabels {
				t.Errorf("%q differs from %q in more than the scale: %+v, %+v", word+" "+unit, unit, scaled.UnitLabels, plain.UnitLabels)
			}
		}
	}
}

func TestWordsAreReadNeverSubstrings(t *testing.T) {
	t.Parallel()
	for _, phrase := range []string{
		"commodity", "All items", "ALL ITEMS", "corporate", "Top income", "TRY AGAIN", "mad cow", "COP conference", "operations research",
		"pension", "sergeant", "Euromoney", "dollarization", "percentile", "indexation", "meters of interest", "kgb", "pointless",
	} {
		p := Parse(phrase, Hints{})
		if p.Currency != "" || p.UnitType == classify.UnitPercentage || p.UnitType == classify.UnitIndex || p.UnitType == classify.UnitCurrency {
			t.Errorf("Parse(%q) = %s in %q", phrase, p.UnitType, p.Currency)
		}
	}
}

func TestEveryCurrencyIsReadByItsCode(t *testing.T) {
	t.Parallel()
	x := compiled()
	if len(x.currencies) < 200 {
		t.Fatalf("only %d currencies", len(x.currencies))
	}
	for _, c := range x.currencies {
		if notCodes[c.code] {
			continue
		}
		for _, phrase := range []string{c.code, c.code + " Million", "Million " + c.code, c.code + "/tonne"} {
			if p := Parse(phrase, Hints{}); p.Currency != c.code || p.CurrencyRetired != c.retired {
				t.Errorf("Parse(%q) has currency %q, retired %v", phrase, p.Currency, p.CurrencyRetired)
			}
		}
	}
}

func TestEveryNameOfACurrencyIsReadAsIt(t *testing.T) {
	t.Parallel()
	for _, m := range append(append([]currencyName{}, currencyNames...), retiredCurrencies...) {
		for _, adjective := range strings.Split(m.adjectives, ",") {
			for _, noun := range strings.Split(m.nouns, ",") {
				if adjective == "" || noun == "" {
					continue
				}
				if p := Parse("Millions of "+adjective+" "+noun, Hints{}); p.Currency != m.code {
					t.Errorf("Parse(%q) has currency %q, want %s", "Millions of "+adjective+" "+noun, p.Currency, m.code)
				}
			}
		}
	}
}

func TestEveryUnitOfTheTablesIsACodeAndIsRead(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range Codes {
		if seen[c.Code] || c.Meaning == "" {
			t.Errorf("code %q stands twice or has no meaning", c.Code)
		}
		seen[c.Code] = true
	}
	for _, table := range [][]quantity{physicalUnits, durationUnits, countUnits} {
		for _, q := range table {
			for _, form := range strings.Split(q.forms, ",") {
				form, _, _ := strings.Cut(form, "*")
				p := Parse("billion "+form, Hints{})
				if base, _, _ := strings.Cut(p.Unit, "/"); p.Unit != q.code && base != q.code {
					t.Errorf("Parse(%q) has unit %q, want %q", "billion "+form, p.Unit, q.code)
				}
			}
		}
	}
}

func TestASharedSymbolIsSettledByHintsAndOtherwiseNoted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, phrase    string
		hints           Hints
		currency, notes string
	}{
		{"nothing settles it", "$", Hints{}, "", "shared"},
		{"the declared currency settles it", "$", Hints{Currency: "AUD"}, "AUD", ""},
		{"the country settles it", "$", Hints{Country: "NZ"}, "NZD", ""},
		{"the declared currency goes before the country", "$", Hints{"USD", "NZ"}, "USD", ""},
		{"a country without a dollar means the US dollar", "$", Hints{Country: "DE"}, "USD", "read as USD"},
		{"a peso is a dollar sign too", "$", Hints{Country: "MX"}, "MXN", ""},
		{"yuan or yen", "¥", Hints{Country: "CN"}, "CNY", ""},
		{"kronor", "kr", Hints{Country: "SE"}, "SEK", ""},
		{"rupees", "Rs", Hints{Country: "LK"}, "LKR", ""},
		{"the unit string wins over the declared currency", "EUR million", Hints{Currency: "USD"}, "EUR", "contradicts"},
		{"a declared divisor is no contradiction", "LCU per US$", Hints{"USD", "KE"}, "KES", ""},
		{"national currency by country", "LCU", Hints{Country: "BEN"}, "XOF", ""},
		{"national currency as declared", "LCU", Hints{Currency: "EUR"}, "EUR", ""},
		{"national currency and another declared", "LCU", Hints{"USD", "KE"}, "KES", "contradicts"},
		{"a hint that is no code", "LCU", Hints{Currency: "money"}, "", ""},
		{"pounds of the United Kingdom", "Million pounds", Hints{Country: "GB"}, "GBP", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := Parse(c.phrase, c.hints)
			notes := strings.Join(p.Notes, "; ")
			if p.Currency != c.currency || !strings.Contains(notes, c.notes) || c.notes == "" && notes != "" {
				t.Errorf("Parse(%q, %+v): currency %q, notes %q; want %q, %q", c.phrase, c.hints, p.Currency, notes, c.currency, c.notes)
			}
		})
	}
}

func TestLongPhrasesAreReadWithinBounds(t *testing.T) {
	t.Parallel()
	for _, repeated := range []string{"EURm ", "USDJPY ", "%", "a ", "10^", "per ", "(", "m²", "1,000 ", "per 1000 people ", "d'", "U.S. ", "\xff", "É"} {
		phrase := strings.Repeat(repeated, 200_000)
		checkLabels(t, Parse(phrase, Hints{}))
		if rest, unit := Split(phrase); unit != "" || rest != phrase {
			t.Errorf("Split of a name of %d bytes took out %q", len(phrase), unit)
		}
	}
}

// FuzzParse: no input makes Parse panic, loop or contradict itself.
func FuzzParse(f *testing.F) {
	for _, c := range readCases(f) {
		f.Add(c.phrase, c.hints.Currency, c.hints.Country)
	}
	f.Add(strings.Repeat("million ", 200), "", "")
	f.Add(strings.Repeat("%", 700), "", "")
	f.Add(strings.Repeat("EURm ", 90), "", "")
	f.Add(strings.Repeat("USDJPY ", 60), "", "")
	f.Add("10^^^^6 \xff\xfe '", "\xff", "\x00")
	f.Fuzz(func(t *testing.T, phrase, currency, country string) {
		p := Parse(phrase, Hints{currency, country})
		checkLabels(t, p)
		if len(p.Per) > 160 || len(p.BasePeriod) > 16 || p.ScalePow10 < 0 || p.ScalePow10 > 12 {
			t.Errorf("Parse(%q): per %q, base %q, 10^%d", phrase, p.Per, p.BasePeriod, p.ScalePow10)
		}
		if again := Parse(phrase, Hints{currency, country}); again.UnitLabels != p.UnitLabels {
			t.Errorf("Parse(%q) is not deterministic", phrase)
		}
	})
}

// FuzzSplit: what is taken out stood in the name, and nothing is made up.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"GDP (current US$)", "a) (b (%", "Exports, USD million", "(((((((%)))))))", "x [y] (z)", "Share (% of total) (modeled ILO estimate)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		rest, phrase := Split(name)
		if !strings.Contains(name, phrase) || len(rest) > len(name) {
			t.Errorf("Split(%q) = %q, %q", name, rest, phrase)
		}
		if phrase == "" && rest != name {
			t.Errorf("Split(%q) changed the name to %q without a unit", name, rest)
		}
		if phrase != "" && !Parse(phrase, Hints{}).Known {
			t.Errorf("Split(%q) took %q, which says nothing", name, phrase)
		}
		if utf8.ValidString(name) && !utf8.ValidString(rest) {
			t.Errorf("Split(%q) cut a character: %q", name, rest)
		}
	})
}
