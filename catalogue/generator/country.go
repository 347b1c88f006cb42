package generator

// A country is one row of the table that items are drawn from. The economic
// figures are orders of magnitude, which is all that a plausible series needs.
type country struct {
	code, alpha2, name string
	currency           string  // ISO 4217
	money              string  // the currency in words, plural
	symbol             string  // as written before an amount; "" where only the code is usual
	shared             bool    // other currencies use the symbol too
	gdp                float64 // USD billions
	people             float64 // millions
	perUSD             float64 // units of the currency for one US dollar
	fiscal             int     // first month of the fiscal year, 1 to 12
}

// countries are sorted by code, so that ids ascend.
var countries = []country{
	{"AGO", "AO", "Angola", "AOA", "Angolan kwanzas", "", false, 85, 36, 830, 1},
	{"ARE", "AE", "United Arab Emirates", "AED", "UAE dirhams", "", false, 504, 9.5, 3.67, 1},
	{"ARG", "AR", "Argentina", "ARS", "Argentine pesos", "$", true, 640, 46, 350, 1},
	{"AUS", "AU", "Australia", "AUD", "Australian dollars", "A$", false, 1720, 26.6, 1.52, 7},
	{"AUT", "AT", "Austria", "EUR", "euros", "€", false, 516, 9.1, 0.92, 1},
	{"BEL", "BE", "Belgium", "EUR", "euros", "€", false, 632, 11.8, 0.92, 1},
	{"BGD", "BD", "Bangladesh", "BDT", "Bangladeshi taka", "", false, 437, 173, 110, 7},
	{"BOL", "BO", "Bolivia", "BOB", "Bolivian bolivianos", "", false, 46, 12.4, 6.91, 1},
	{"BRA", "BR", "Brazil", "BRL", "Brazilian reais", "R$", false, 2170, 216, 5, 1},
	{"BWA", "BW", "Botswana", "BWP", "Botswana pula", "", false, 20, 2.7, 13.5, 4},
	{"CAN", "CA", "Canada", "CAD", "Canadian dollars", "C$", false, 2140, 40, 1.35, 4},
	{"CHE", "CH", "Switzerland", "CHF", "Swiss francs", "", false, 885, 8.8, 0.9, 1},
	{"CHL", "CL", "Chile", "CLP", "Chilean pesos", "$", true, 335, 19.6, 840, 1},
	{"CHN", "CN", "China", "CNY", "Chinese yuan", "¥", true, 17800, 1411, 7.1, 1},
	{"CMR", "CM", "Cameroon", "XAF", "Central African CFA francs", "", false, 48, 28.6, 606, 1},
	{"COL", "CO", "Colombia", "COP", "Colombian pesos", "$", true, 364, 52, 4300, 1},
	{"CRI", "CR", "Costa Rica", "CRC", "Costa Rican colones", "₡", false, 86, 5.2, 530, 1},
	{"CZE", "CZ", "Czechia", "CZK", "Czech korunas", "Kč", false, 343, 10.9, 22.2, 1},
	{"DEU", "DE", "Germany", "EUR", "euros", "€", false, 4530, 84, 0.92, 1},
	{"DNK", "DK", "Denmark", "DKK", "Danish kroner", "kr", true, 407, 5.9, 6.9, 1},
	{"DOM", "DO", "Dominican Republic", "DOP", "Dominican pesos", "RD$", false, 121, 11.3, 56, 1},
	{"DZA", "DZ", "Algeria", "DZD", "Algerian dinars", "", false, 247, 45.6, 135, 1},
	{"EGY", "EG", "Egypt", "EGP", "Egyptian pounds", "", false, 396, 113, 31, 7},
	{"ESP", "ES", "Spain", "EUR", "euros", "€", false, 1620, 48, 0.92, 1},
	{"ETH", "ET", "Ethiopia", "ETB", "Ethiopian birr", "", false, 164, 126, 55, 7},
	{"FIN", "FI", "Finland", "EUR", "euros", "€", false, 296, 5.6, 0.92, 1},
	{"FRA", "FR", "France", "EUR", "euros", "€", false, 3050, 68, 0.92, 1},
	{"GBR", "GB", "United Kingdom", "GBP", "pounds sterling", "£", true, 3380, 68, 0.8, 4},
	{"GEO", "GE", "Georgia", "GEL", "Georgian lari", "₾", false, 31, 3.7, 2.65, 1},
	{"GHA", "GH", "Ghana", "GHS", "Ghanaian cedis", "GH₵", false, 76, 34, 11.5, 1},
	{"GTM", "GT", "Guatemala", "GTQ", "Guatemalan quetzales", "", false, 104, 17.6, 7.8, 1},
	{"HUN", "HU", "Hungary", "HUF", "Hungarian forints", "", false, 212, 9.6, 353, 1},
	{"IDN", "ID", "Indonesia", "IDR", "Indonesian rupiah", "Rp", false, 1371, 277, 15200, 1},
	{"IND", "IN", "India", "INR", "Indian rupees", "₹", false, 3570, 1428, 82.6, 4},
	{"ISL", "IS", "Iceland", "ISK", "Icelandic kronur", "kr", true, 31, 0.39, 138, 1},
	{"ISR", "IL", "Israel", "ILS", "Israeli new shekels", "₪", false, 514, 9.8, 3.7, 1},
	{"ITA", "IT", "Italy", "EUR", "euros", "€", false, 2300, 59, 0.92, 1},
	{"JAM", "JM", "Jamaica", "JMD", "Jamaican dollars", "J$", false, 19, 2.8, 154, 4},
	{"JOR", "JO", "Jordan", "JOD", "Jordanian dinars", "", false, 51, 11.3, 0.71, 1},
	{"JPN", "JP", "Japan", "JPY", "Japanese yen", "¥", true, 4213, 124, 140, 4},
	{"KAZ", "KZ", "Kazakhstan", "KZT", "Kazakhstani tenge", "₸", false, 262, 20, 456, 1},
	{"KEN", "KE", "Kenya", "KES", "Kenyan shillings", "KSh", false, 108, 55, 140, 7},
	{"KHM", "KH", "Cambodia", "KHR", "Cambodian riels", "", false, 42, 17, 4110, 1},
	{"KOR", "KR", "South Korea", "KRW", "South Korean won", "₩", false, 1840, 52, 1306, 1},
	{"KWT", "KW", "Kuwait", "KWD", "Kuwaiti dinars", "", false, 164, 4.3, 0.31, 4},
	{"LKA", "LK", "Sri Lanka", "LKR", "Sri Lankan rupees", "Rs", true, 84, 22, 327, 1},
	{"MAR", "MA", "Morocco", "MAD", "Moroccan dirhams", "", false, 144, 38, 10.1, 1},
	{"MEX", "MX", "Mexico", "MXN", "Mexican pesos", "$", true, 1790, 129, 17.8, 1},
	{"MNG", "MN", "Mongolia", "MNT", "Mongolian tugriks", "₮", false, 20, 3.4, 3460, 1},
	{"MOZ", "MZ", "Mozambique", "MZN", "Mozambican meticais", "", false, 21, 34, 63.9, 1},
	{"MYS", "MY", "Malaysia", "MYR", "Malaysian ringgit", "RM", false, 400, 34, 4.56, 1},
	{"NAM", "NA", "Namibia", "NAD", "Namibian dollars", "N$", false, 12.4, 2.6, 18.5, 4},
	{"NGA", "NG", "Nigeria", "NGN", "Nigerian naira", "₦", false, 363, 224, 645, 1},
	{"NLD", "NL", "Netherlands", "EUR", "euros", "€", false, 1120, 17.9, 0.92, 1},
	{"NOR", "NO", "Norway", "NOK", "Norwegian kroner", "kr", true, 485, 5.5, 10.6, 1},
	{"NPL", "NP", "Nepal", "NPR", "Nepalese rupees", "Rs", true, 41, 31, 132, 8},
	{"NZL", "NZ", "New Zealand", "NZD", "New Zealand dollars", "NZ$", false, 253, 5.2, 1.63, 7},
	{"PAK", "PK", "Pakistan", "PKR", "Pakistani rupees", "Rs", true, 338, 240, 280, 7},
	{"PER", "PE", "Peru", "PEN", "Peruvian soles", "", false, 268, 34, 3.74, 1},
	{"PHL", "PH", "Philippines", "PHP", "Philippine pesos", "₱", false, 437, 117, 55.6, 1},
	{"POL", "PL", "Poland", "PLN", "Polish zlotys", "zł", false, 811, 37, 4.2, 1},
	{"PRY", "PY", "Paraguay", "PYG", "Paraguayan guaranies", "₲", false, 43, 6.9, 7290, 1},
	{"ROU", "RO", "Romania", "RON", "Romanian lei", "", false, 351, 19, 4.57, 1},
	{"SAU", "SA", "Saudi Arabia", "SAR", "Saudi riyals", "", false, 1068, 37, 3.75, 1},
	{"SEN", "SN", "Senegal", "XOF", "West African CFA francs", "", false, 31, 17.8, 606, 1},
	{"SGP", "SG", "Singapore", "SGD", "Singapore dollars", "S$", false, 501, 5.9, 1.34, 4},
	{"SRB", "RS", "Serbia", "RSD", "Serbian dinars", "", false, 75, 6.6, 108, 1},
	{"SWE", "SE", "Sweden", "SEK", "Swedish kronor", "kr", true, 593, 10.5, 10.6, 1},
	{"THA", "TH", "Thailand", "THB", "Thai baht", "฿", false, 515, 72, 34.8, 10},
	{"TUN", "TN", "Tunisia", "TND", "Tunisian dinars", "", false, 49, 12.5, 3.1, 1},
	{"TUR", "TR", "Türkiye", "TRY", "Turkish lira", "₺", false, 1118, 85, 23.7, 1},
	{"TZA", "TZ", "Tanzania", "TZS", "Tanzanian shillings", "TSh", false, 79, 67, 2400, 7},
	{"UGA", "UG", "Uganda", "UGX", "Ugandan shillings", "USh", false, 49, 48.6, 3720, 7},
	{"UKR", "UA", "Ukraine", "UAH", "Ukrainian hryvnias", "₴", false, 179, 37, 36.6, 1},
	{"URY", "UY", "Uruguay", "UYU", "Uruguayan pesos", "$U", false, 77, 3.4, 38.8, 1},
	{"USA", "US", "United States", "USD", "US dollars", "US$", false, 27700, 335, 1, 10},
	{"VNM", "VN", "Viet Nam", "VND", "Vietnamese dong", "₫", false, 430, 99, 23800, 1},
	{"ZAF", "ZA", "South Africa", "ZAR", "South African rand", "", false, 381, 60, 18.5, 4},
	{"ZMB", "ZM", "Zambia", "ZMW", "Zambian kwacha", "", false, 28, 20.6, 20.2, 1},
}

var usa = func() *country {
	for i := range countries {
		if countries[i].code == "USA" {
			return &countries[i]
		}
	}
	return nil
}()
