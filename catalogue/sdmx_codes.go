package catalogue

// sdmxCode is a code of an SDMX cross-domain code list.
type sdmxCode struct{ id, name string }

// sdmxLists are the cross-domain code lists that the export uses, with the
// codes that it can give and no others.
var sdmxLists = map[string][]sdmxCode{
	"CL_FREQ": {
		{"A", "Annual"}, {"A2", "Biennial"}, {"A3", "Triennial"}, {"A5", "Quinquennial"}, {"A10", "Decennial"},
		{"S", "Half-yearly, semester"}, {"Q", "Quarterly"}, {"M", "Monthly"}, {"W", "Weekly"}, {"W2", "Biweekly"},
		{"D", "Daily"}, {"H", "Hourly"}, {"I", "Irregular"}, {"_O", "Other"}, {"_U", "Unspecified"},
	},
	"CL_UNIT_MULT": {
		{"0", "Units"}, {"1", "Tens"}, {"2", "Hundreds"}, {"3", "Thousands"}, {"4", "Tens of thousands"},
		{"5", "Hundreds of thousands"}, {"6", "Millions"}, {"7", "Tens of millions"}, {"8", "Hundreds of millions"},
		{"9", "Billions"}, {"10", "Tens of billions"}, {"11", "Hundreds of billions"}, {"12", "Trillions"},
		{"13", "Tens of trillions"}, {"14", "Hundreds of trillions"}, {"15", "Quadrillions"},
		{"-1", "Tenths"}, {"-2", "Hundredths"}, {"-3", "Thousandths"}, {"-4", "Ten-thousandths"},
		{"-5", "Hundred-thousandths"}, {"-6", "Millionths"}, {"-7", "Ten-millionths"}, {"-8", "Hundred-millionths"},
		{"-9", "Billionths"}, {"-10", "Ten-billionths"}, {"-11", "Hundred-billionths"}, {"-12", "Trillionths"},
		{"-13", "Ten-trillionths"}, {"-14", "Hundred-trillionths"}, {"-15", "Quadrillionths"},
	},
	"CL_TIME_PER_COLLECT": {
		{"A", "Average of period"}, {"B", "Beginning of period"}, {"E", "End of period"},
		{"S", "Summed through period"}, {"Y", "Annualised summed"},
	},
	"CL_SEASONAL_ADJUST": {
		{"N", "Neither seasonally adjusted nor calendar adjusted data"},
		{"S", "Seasonally adjusted data, not calendar adjusted"},
	},
	"CL_TIMETRANS": {
		{"N", "Non transformed data"}, {"G2", "Growth rate, over two periods"}, {"G1Y", "Growth rate, over 1 year"},
		{"GO1Y", "Contribution to growth rate, over 1 year"}, {"LA", "Annualised levels"},
	},
	"CL_TIMETRANS_TYPE": {
		{"N", "Non transformed"}, {"G", "Growth rate"}, {"GC", "Contribution to growth"},
		{"LA", "Annualised levels"}, {"C", "Cumulated sum"},
	},
}

func inList(list, code string) bool {
	for _, c := range sdmxLists[list] {
		if c.id == code {
			return true
		}
	}
	return false
}
