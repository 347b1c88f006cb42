package tables

import (
	"fmt"
	"slices"
	"strings"

	"classify"
)

// A Soundness is a query that finds nothing in a sound store; its only column
// names what it finds. It is one that every store understands.
type Soundness struct {
	Name   string
	Query  string
	What   string // it finds, in the plural
	Remedy string // a %s is what was found first
}

// Finding tells of n rows, of which example is the first.
func (s *Soundness) Finding(n int64, example string) classify.Finding {
	remedy := s.Remedy
	if strings.Contains(remedy, "%s") {
		remedy = fmt.Sprintf(remedy, shellWord(example))
	}
	return classify.Finding{Check: s.Name, Detail: fmt.Sprintf("%d %s, such as %q", n, s.What, example), Remedy: remedy}
}

// shellWord is a text as one word of a command line, whatever is in it.
func shellWord(text string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_./:@%+=-", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !plain(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

const (
	againRemedy   = "do the indicator again: classify run --force --only %s"
	restoreRemedy = "restore the store from a backup"
)

// Soundnesses are those of the tables that all stores have in common.
var Soundnesses = []Soundness{
	{"answers without a stage", answersWithoutStage(), "answers without the row of a stage that they reached", againRemedy},
	{"stages without an answer", stagesWithoutAnswer(), "rows of stages whose indicator has no answer", againRemedy},
	{"answers without history", `SELECT indicator_id FROM classifications c WHERE NOT EXISTS (
		SELECT 1 FROM classification_history h WHERE h.indicator_id = c.indicator_id AND h.run_id = c.run_id)`,
		"answers that the history of their run does not have", againRemedy},
	{"answers without a run", "SELECT indicator_id FROM classification_history h WHERE NOT EXISTS (SELECT 1 FROM runs r WHERE r.run_id = h.run_id)",
		"answers in the history of a run that is not stored", restoreRemedy},
	{"items without a batch", "SELECT answer_key FROM model_batch_items i WHERE NOT EXISTS (SELECT 1 FROM model_batches b WHERE b.batch_no = i.batch_no)",
		"questions of batches that are not stored", restoreRemedy},
}

// answersWithoutStage finds the answers that lack the row of a stage that comes
// before the one where they failed.
func answersWithoutStage() string {
	var parts []string
	for i := range Answers[1:] {
		t := &Answers[i+1]
		needs := "c.review_status IN ('" + string(classify.ReviewCorrected) + "', '" + string(classify.ReviewEscalated) + "')"
		if t.Stage != classify.StageFinalReview {
			var later []string // where an answer fails that has reached the stage
			for _, name := range classify.StageNames[slices.Index(classify.StageNames, t.Stage)+1:] {
				later = append(later, "'"+string(name)+"'")
			}
			needs = "(c.failure_stage IS NULL OR c.failure_stage IN (" + strings.Join(later, ", ") + "))"
		}
		parts = append(parts, "SELECT indicator_id FROM classifications c WHERE "+needs+
			" AND NOT EXISTS (SELECT 1 FROM "+t.Name+" t WHERE t.indicator_id = c.indicator_id)")
	}
	return strings.Join(parts, " UNION ALL ")
}

func stagesWithoutAnswer() string {
	var parts []string
	for i := range Answers[1:] {
		parts = append(parts, "SELECT indicator_id FROM "+Answers[i+1].Name+
			" t WHERE NOT EXISTS (SELECT 1 FROM classifications c WHERE c.indicator_id = t.indicator_id)")
	}
	return strings.Join(parts, " UNION ALL ")
}
