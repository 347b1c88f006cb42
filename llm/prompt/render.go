package prompt

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"text/template"

	"classify"
)

//go:embed text/*.md
var files embed.FS

// versions are the readable versions of the prompts. A test holds each against
// the hash of what was rendered.
var versions = map[classify.Stage]string{
	classify.StageNormalize:     "1.0.0",
	classify.StageTime:          "1.0.0",
	classify.StageFamily:        "1.0.0",
	classify.StageType:          "1.0.0",
	classify.StageBooleanReview: "1.0.0",
	classify.StageFinalReview:   "1.0.0",
}

// outputs are the tokens that an answer of a stage may take.
var outputs = map[classify.Stage]int{
	classify.StageNormalize: 260, classify.StageTime: 140, classify.StageFamily: 120, classify.StageType: 180, classify.StageBooleanReview: 220, classify.StageFinalReview: 500,
}

// prompts are rendered once; the files and the taxonomy are part of the
// program.
var prompts = sync.OnceValue(func() map[classify.Stage]*Prompt {
	all := map[classify.Stage]*Prompt{}
	texts := template.Must(template.New("").Funcs(functions).ParseFS(files, "text/*.md"))
	for _, stage := range classify.StageNames {
		var b strings.Builder
		if err := texts.ExecuteTemplate(&b, string(stage)+".md", nil); err != nil {
			panic(fmt.Sprintf("prompt of %s: %v", stage, err))
		}
		schema := answerSchema(stage)
		p := &Prompt{Stage: stage, answer: schema, System: blank.ReplaceAllString(strings.TrimSpace(b.String()), "\n\n"), Schema: named(stage, "", schema), Pack: named(stage, "_pack", packSchema(schema)), MaxOutput: outputs[stage]}
		sum := sha256.Sum256([]byte(p.System + "\x00" + string(p.Schema.JSON) + "\x00" + string(p.Pack.JSON)))
		p.Version = string(stage) + "-" + versions[stage] + "+" + hex.EncodeToString(sum[:3])
		all[stage] = p
	}
	return all
})

// blank are the lines that definitions and loops of the templates leave.
var blank = regexp.MustCompile(`\n{3,}`)

// functions are what the text files call: the tables of the taxonomy.
var functions = template.FuncMap{"families": families, "terms": classify.TermsOf}

// familyTypes is a family with its rows of the table of types.
type familyTypes struct {
	Value classify.Family
	Types []classify.TypeTerm
}

func families() (all []familyTypes) {
	for _, t := range classify.Types {
		if len(all) == 0 || all[len(all)-1].Value != t.Family {
			all = append(all, familyTypes{Value: t.Family})
		}
		last := &all[len(all)-1]
		last.Types = append(last.Types, t)
	}
	return all
}
