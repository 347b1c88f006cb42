package units

// retiredCurrencies are alphabetic codes that ISO 4217 has withdrawn and that
// series still carry, with the names of the best known. A code that the
// currency library lists as current is not retired, whatever stands here.
// Codes that economic texts use as words are left out (BOP, balance of payments).
var retiredCurrencies = []currencyName{
	{"DEM", "german,deutsche,germany", "mark,marks", "deutsche mark,deutsche marks,deutschmark,deutschmarks,deutschemark,dm"},
	{"FRF", "french,france", "franc,francs", ""},
	{"ITL", "italian,italy", "lira,lire,liras", "lire"},
	{"ESP", "spanish,spain", "peseta,pesetas", ""},
	{"PTE", "portuguese,portugal", "escudo,escudos", ""},
	{"NLG", "dutch,netherlands,netherlands s", "guilder,guilders,florin,gulden", ""},
	{"BEF", "belgian,belgium", "franc,francs", ""},
	{"LUF", "luxembourg,luxembourgish,luxembourgian", "franc,francs", ""},
	{"ATS", "austrian,austria", "schilling,schillings,shilling,shillings", ""},
	{"FIM", "finnish,finland", "markka,markkas,markkaa", ""},
	{"IEP", "irish,ireland", "pound,pounds,punt", ""},
	{"GRD", "greek,greece", "drachma,drachmas,drachmae", ""},
	{"SIT", "slovenian,slovene,slovenia", "tolar,tolars", ""},
	{"SKK", "slovak,slovakian,slovakia", "koruna,korunas,koruny,crown,crowns", ""},
	{"MTL", "maltese,malta", "lira,liri,liras", ""},
	{"CYP", "cypriot,cyprus", "pound,pounds", ""},
	{"EEK", "estonian,estonia", "kroon,kroons,krooni", ""},
	{"LVL", "latvian,latvia", "lats,lati", ""},
	{"LTL", "lithuanian,lithuania", "litas,lita,litai", ""},
	{"HRK", "croatian,croatia", "kuna,kunas,kune", ""},
	{"BGN", "bulgarian,bulgaria", "lev,leva,levs,new lev", ""},
	{"XEU", "", "", "ecu,ecus,european currency unit,european currency units"},
	{"ANG", "netherlands antillean,netherlands antilles,antillean", "guilder,guilders", ""},
	{"ZWL", "zimbabwe,zimbabwean", "dollar,dollars", "rtgs,rtgs dollar,rtgs dollars"},
	{"VEF", "", "", "bolivar fuerte,bolivares fuertes,venezuelan bolivar fuerte"},
	{"SLL", "old sierra leonean", "leone,leones", ""},
	{"MRO", "old mauritanian", "ouguiya,ouguiyas", ""},
	{"BYR", "old belarusian", "ruble,rubles", ""},
	{"ZMK", "old zambian", "kwacha", ""}, {"GHC", "old ghanaian", "cedi,cedis", ""}, {"ROL", "old romanian", "leu,lei", ""},
	{"TRL", "old turkish", "lira,liras", ""}, {"MXP", "old mexican", "peso,pesos", ""}, {"RUR", "old russian", "ruble,rubles", ""},
	{"PLZ", "old polish", "zloty", ""}, {"MZM", "old mozambican", "metical", ""}, {"STD", "old sao tome", "dobra", ""},
	{"YUM", "yugoslav,yugoslavian", "dinar,dinars", ""}, {"CSK", "czechoslovak", "koruna,korunas", ""},
	{"CUC", "cuban convertible", "peso,pesos", ""}, {"VEB", "old venezuelan", "bolivar", ""}, {"CSD", "old serbian", "dinar", ""},
	{"ZWD", "old zimbabwe", "dollar", ""}, {"MGF", "", "", "malagasy franc,malagasy francs"}, {"AZM", "old azerbaijani", "manat", ""},
	{"TMM", "old turkmen", "manat", ""}, {"SDD", "sudanese", "dinar,dinars", ""}, {"SRG", "surinamese,suriname", "guilder,guilders", ""},
	{"ECS", "ecuadorian,ecuador", "sucre,sucres", ""}, {"AFA", "old afghan", "afghani", ""}, {"BGL", "old bulgarian", "lev", ""},
	{code: "ZWN"}, {code: "ZWR"}, {code: "ADP"}, {code: "AOK"}, {code: "AON"}, {code: "AOR"}, {code: "ARA"}, {code: "ARP"},
	{code: "AYM"}, {code: "BAD"}, {code: "BEC"}, {code: "BEL"}, {code: "BRB"}, {code: "BRC"}, {code: "BRE"}, {code: "BRN"},
	{code: "BRR"}, {code: "BUK"}, {code: "BYB"}, {code: "DDM"}, {code: "GEK"}, {code: "GWP"}, {code: "HRD"}, {code: "ILP"},
	{code: "LTT"}, {code: "LVR"}, {code: "MLF"}, {code: "RHD"}, {code: "SDP"}, {code: "SUR"}, {code: "TJR"}, {code: "TPE"},
	{code: "UAK"}, {code: "UGS"}, {code: "UYP"}, {code: "YDD"}, {code: "YUD"}, {code: "YUN"}, {code: "ZAL"}, {code: "ZRN"}, {code: "ZRZ"},
}

// supranational are codes of ISO 4217 that are no country's money.
var supranational = []string{"XDR", "XAU", "XAG", "XPT", "XPD", "XUA"}

// wordCodes are codes that are words too. They are read as codes only in
// capitals, and only where every other word of the phrase is one of a unit:
// "ALL Million", but not "ALL ITEMS".
var wordCodes = map[string]bool{
	"ALL": true, "TOP": true, "TRY": true, "CUP": true, "MAD": true, "COP": true, "BAM": true, "GEL": true, "PEN": true,
	"MOP": true, "SOS": true, "BOB": true, "RON": true, "AMD": true, "DOP": true, "NAD": true, "GIP": true, "STD": true,
	"ANG": true, "SIT": true, "LAK": true, "PAB": true, "SAR": true, "BAD": true, "BEL": true, "SUR": true, "CHE": true,
	"CHW": true, "COU": true, "BOV": true, "USN": true, "DEM": true, "ERN": true, "MUR": true,
}

// notCodes are current codes that unit phrases use for something else.
var notCodes = map[string]bool{"XAD": true}
