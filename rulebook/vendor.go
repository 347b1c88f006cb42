package rulebook

import "strings"

// vendorScales are the ends by which vendors write a scale behind a quantity:
// "BBL/D/1K", "BBL/1Million".
var vendorScales = []struct{ end, scale string }{
	{"/1K", "Thousand"}, {"/1Thousand", "Thousand"}, {"/1M", "Million"}, {"/1Million", "Million"}, {"/1Billion", "Billion"},
}

// plainScale writes a vendor's scale in front of its quantity, as everyone
// else does.
func plainScale(phrase string) string {
	for _, v := range vendorScales {
		if len(phrase) > len(v.end) && strings.EqualFold(phrase[len(phrase)-len(v.end):], v.end) {
			return v.scale + " " + phrase[:len(phrase)-len(v.end)]
		}
	}
	return phrase
}
