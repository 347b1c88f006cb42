package prompt

import (
	"fmt"

	"classify"
)

// Check reports whether an answer can be used: the schema, the taxonomy, and
// what the rulebook's check refutes from the question alone. The error's text is
// what the model is told.
func (q Question) Check(answer []byte) error {
	var err error
	switch q.Stage {
	case classify.StageNormalize:
		_, err = decode[unitAnswer](answer)
	case classify.StageTime:
		_, err = decode[timeAnswer](answer)
	case classify.StageFamily:
		_, err = decode[familyAnswer](answer)
	case classify.StageType:
		_, err = decode[typeAnswer](answer)
	case classify.StageBooleanReview:
		_, err = decode[verdictAnswer](answer)
	case classify.StageFinalReview:
		_, err = decode[finalAnswer](answer)
	default:
		err = fmt.Errorf("%q is no stage", q.Stage)
	}
	return err
}
