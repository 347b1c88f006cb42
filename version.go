package classify

import "strings"

// Version is the version of the program and of this module.
const Version = "0.1.0"

// LogicVersion names everything that an answer depends on besides its input:
// the taxonomy, then what the caller adds (the rulebook, the policy, models,
// prompts). Two runs with equal logic versions answer alike.
func LogicVersion(parts ...string) string {
	return strings.Join(append([]string{"taxonomy-" + TaxonomyVersion}, parts...), " ")
}
