package units

import "strings"

// Split takes the unit phrase out of a name: "Tax revenue (%)" becomes
// "Tax revenue" and "%". phrase is "" if there is none.
func Split(name string) (rest, phrase string) {
	open, end := strings.LastIndexByte(name, '('), strings.LastIndexByte(name, ')')
	if open < 0 || end < open || !Parse(name[open+1:end], Hints{}).Known {
		return name, ""
	}
	return strings.TrimSpace(name[:open] + name[end+1:]), name[open+1 : end]
}
