package prompt_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"classify"
	"classify/llm"
	"classify/llm/prompt"
)

var update = flag.Bool("update", false, "accept the prompts as those of their versions")

var model = llm.ID{Provider: "openai", Model: "gpt-5-mini"}

// TestPromptsChangeOnlyWithTheirVersion holds what was rendered against what was
// accepted: answers are cached under the version, and --stale finds older ones
// by it.
func TestPromptsChangeOnlyWithTheirVersion(t *testing.T) {
	t.Parallel()
	const accepted = "testdata/versions.txt"
	before := map[string]string{} // readable version → hash
	if b, err := os.ReadFile(accepted); err == nil {
		for line := range strings.Lines(string(b)) {
			version, hash, _ := strings.Cut(strings.TrimSpace(line), "+")
			before[version] = hash
		}
	} else if !*update {
		t.Fatal(err)
	}
	var now strings.Builder
	for _, stage := range classify.StageNames {
		v := prompt.Of(stage).Version
		fmt.Fprintln(&now, v)
		version, hash, _ := strings.Cut(v, "+")
		if old, ok := before[version]; ok && old != hash && !*update {
			t.Errorf("the prompt of %s is not that of version %s any more: raise its number in render.go, then go test ./llm/prompt -run Version -update", stage, version)
		} else if !ok && !*update {
			t.Errorf("version %s is new: go test ./llm/prompt -run Version -update", version)
		}
	}
	if *update {
		if err := os.WriteFile(accepted, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEveryStageHasALeanPrompt(t *testing.T) {
	t.Parallel()
	bounds := map[classify.Stage]int{classify.StageNormalize: 900, classify.StageTime: 500, classify.StageFamily: 1600, classify.StageType: 1900, classify.StageBooleanReview: 1900, classify.StageFinalReview: 1900}
	for _, stage := range classify.StageNames {
		p := prompt.Of(stage)
		tokens := len(p.System) / 4
		t.Logf("%-20s %4d tokens, schema %d, pack %d: %s", stage, tokens, len(p.Schema.JSON)/4, len(p.Pack.JSON)/4, p.Version)
		if tokens > bounds[stage] {
			t.Errorf("%s: about %d tokens, at most %d", stage, tokens, bounds[stage])
		}
		if !regexp.MustCompile(`^` + string(stage) + `-\d+\.\d+\.\d+\+[0-9a-f]{6}$`).MatchString(p.Version) {
			t.Errorf("version %q", p.Version)
		}
		if strings.Contains(p.System, "<no value>") || strings.Contains(p.System, "{{") {
			t.Errorf("%s is not rendered:\n%s", stage, p.System)
		}
	}
}

func TestEveryPairOfTheTaxonomyStandsInThePromptOfTheTypes(t *testing.T) {
	t.Parallel()
	for _, stage := range []classify.Stage{classify.StageFamily, classify.StageType, classify.StageBooleanReview, classify.StageFinalReview} {
		for _, row := range classify.Types {
			line := regexp.MustCompile(`(?m)^- ` + string(row.Family) + `: .*\b` + string(row.Type) + ` \(` + regexp.QuoteMeta(row.Meaning))
			if !line.MatchString(prompt.Of(stage).System) {
				t.Errorf("%s: no %s/%s", stage, row.Family, row.Type)
			}
		}
	}
}

// TestSchemasAreStrict holds the schemas against what all providers ask of a
// strict one.
func TestSchemasAreStrict(t *testing.T) {
	t.Parallel()
	for _, stage := range classify.StageNames {
		p := prompt.Of(stage)
		for _, s := range []llm.Schema{p.Schema, p.Pack} {
			if !regexp.MustCompile(`^[A-Za-z0-9_]{1,64}$`).MatchString(s.Name) {
				t.Errorf("name %q", s.Name)
			}
			var root map[string]any
			if err := json.Unmarshal(s.JSON, &root); err != nil {
				t.Fatalf("%s: %v", s.Name, err)
			}
			strict(t, s.Name, root)
			if got, pack, ok := prompt.StageOf(s.Name); !ok || got != stage || pack != (s.Name == p.Pack.Name) {
				t.Errorf("%s belongs to %s, pack %v, %v", s.Name, got, pack, ok)
			}
		}
	}
}

func strict(t *testing.T, at string, s map[string]any) {
	t.Helper()
	for key := range s {
		switch key {
		case "type", "properties", "required", "additionalProperties", "items", "enum":
		default:
			t.Errorf("%s: keyword %s is not one of those that every provider has", at, key)
		}
	}
	switch s["type"] {
	case "object":
		properties := s["properties"].(map[string]any)
		required := s["required"].([]any)
		if s["additionalProperties"] != false || len(required) != len(properties) {
			t.Errorf("%s: an object that is not closed, or whose properties are not all required", at)
		}
		for name, p := range properties {
			strict(t, at+"."+name, p.(map[string]any))
		}
	case "array":
		strict(t, at+"[]", s["items"].(map[string]any))
	}
}

func TestAQuestionIsTheLastPartOfARequestAndTheStaticPartIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	p := prompt.Of(classify.StageFamily)
	one := p.Request([]string{prompt.Family(exports).Text}, nil)
	if one.System != p.System || one.Prompt != p.Version || string(one.Schema.JSON) != string(p.Schema.JSON) || one.MaxOutput != p.MaxOutput {
		t.Errorf("request %+v", one)
	}
	if !strings.HasSuffix(one.User, prompt.Family(exports).Text+"\n</data>") {
		t.Errorf("user message %q", one.User)
	}
	repair := &llm.Repair{Answer: "{}", Reason: "no"}
	pack := p.Request([]string{`{"concept":"a"}`, `{"concept":"b"}`}, repair)
	if pack.System != one.System || pack.Repair != repair || pack.Schema.Name != p.Pack.Name || pack.MaxOutput != 2*p.MaxOutput {
		t.Errorf("pack %+v", pack)
	}
	for _, r := range []*llm.Request{one, pack} {
		texts, ok := prompt.Texts(r.User)
		if !ok || r == pack && (len(texts) != 2 || texts[1] != `{"concept":"b"}`) || r == one && len(texts) != 1 {
			t.Errorf("texts of %q: %q, %v", r.User, texts, ok)
		}
	}
	if _, ok := prompt.Texts("hello"); ok {
		t.Error("hello is no request")
	}
}

func TestTheKeyOfAnAnswerTellsQuestionsModelsAndProvidersApart(t *testing.T) {
	t.Parallel()
	q := prompt.Family(exports)
	keys := map[string]bool{}
	for _, key := range []string{
		q.Key(model), q.Key(llm.ID{Provider: "openai", Model: "gpt-5"}), q.Key(llm.ID{Provider: "vllm", Model: "gpt-5-mini"}),
		prompt.Type(classify.TypeQuestion{FamilyQuestion: exports, Family: classify.PhysicalFundamental}).Key(model),
	} {
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(key) {
			t.Errorf("key %q", key)
		}
		keys[key] = true
	}
	if len(keys) != 4 {
		t.Errorf("%d different keys", len(keys))
	}
	for provider, other := range map[string]bool{"openai": true, "anthropic": true, "lmstudio": false} {
		here, there := llm.ID{Provider: provider, Model: "m"}, llm.ID{Provider: provider, Model: "m", BaseURL: "http://127.0.0.1:1"}
		if different := q.Key(here) != q.Key(there); different != other {
			t.Errorf("%s at another address has another key: %v", provider, different)
		}
	}
}

func TestAPackIsTakenApartByItsNumbers(t *testing.T) {
	t.Parallel()
	p := prompt.Of(classify.StageFamily)
	item := func(n int, family string) string {
		return fmt.Sprintf(`{"n":%d,"reason":"r","family":%q,"confidence":0.5}`, n, family)
	}
	for name, x := range map[string]struct {
		answer string
		n      int
		want   []string // part of each answer; "" is nil
	}{
		"one answer is itself":              {`{"family":"other"}`, 1, []string{"other"}},
		"in order":                          {`{"answers":[` + item(1, "a") + `,` + item(2, "b") + `]}`, 2, []string{`"a"`, `"b"`}},
		"in no order":                       {`{"answers":[` + item(2, "b") + `,` + item(1, "a") + `]}`, 2, []string{`"a"`, `"b"`}},
		"one missing":                       {`{"answers":[` + item(2, "b") + `]}`, 2, []string{"", `"b"`}},
		"one doubled":                       {`{"answers":[` + item(1, "a") + `,` + item(1, "c") + `,` + item(2, "b") + `]}`, 2, []string{"", `"b"`}},
		"one tripled":                       {`{"answers":[` + item(1, "a") + `,` + item(1, "c") + `,` + item(1, "a") + `]}`, 2, []string{"", ""}},
		"numbers out of range":              {`{"answers":[` + item(0, "a") + `,` + item(3, "c") + `,` + item(2, "b") + `]}`, 2, []string{"", `"b"`}},
		"items that are no objects":         {`{"answers":[1,null,"x",` + item(2, "b") + `]}`, 2, []string{"", `"b"`}},
		"an object without answers":         {`{}`, 2, []string{"", ""}},
		"a number that is no whole number":  {`{"answers":[{"n":1.5,"family":"a"}]}`, 2, []string{"", ""}},
		"a number that is written as text":  {`{"answers":[{"n":"1","family":"a"}]}`, 2, []string{"", ""}},
		"a number that is none of this one": {`{"answers":[{"n":99999999999999999999,"family":"a"}]}`, 2, []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parts, err := p.Split(x.answer, x.n)
			if err != nil || len(parts) != x.n {
				t.Fatalf("%q, %v", parts, err)
			}
			for i, want := range x.want {
				if want == "" && parts[i] != nil || want != "" && !bytes.Contains(parts[i], []byte(want)) {
					t.Errorf("answer %d is %s, want %q", i+1, parts[i], want)
				}
				if x.n > 1 && bytes.Contains(parts[i], []byte(`"n"`)) {
					t.Errorf("answer %d still has its number: %s", i+1, parts[i])
				}
			}
		})
	}
	for _, bad := range []string{"", "[]", "null and more", `{"answers":5}`} {
		if _, err := p.Split(bad, 2); err == nil {
			t.Errorf("%q is no pack", bad)
		}
	}
}
