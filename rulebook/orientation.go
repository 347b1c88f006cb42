package rulebook

import "classify"

var orientationRules = []rule[classify.Orientation]{
	{id: "orientation.neutral", reason: "no reading holds over the whole plausible range", is: classify.Neutral, sure: 0.8},
}
