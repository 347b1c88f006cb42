package simulator

import (
	"bytes"
	"hash/maphash"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"classify"
	"classify/llm/prompt"
)

const (
	endpointChat     = "chat"
	endpointMessages = "messages"
	endpointBatch    = "batch"
)

// form is how an answer is asked for.
type form int

const (
	formText   form = iota // nothing said: JSON within prose
	formObject             // any JSON object
	formSchema             // JSON after a schema
	formTool               // the arguments of a tool
)

// ask is a request for an answer in neither provider's words.
type ask struct {
	model     string
	form      form
	tool      string // name, for formTool
	maxOutput int    // 0: no bound

	// What does not change from call to call.
	schemaName string
	schema     string   // raw JSON; "" if there is none
	system     []string // raw JSON: a string, a text block or a message
	cacheable  bool     // Anthropic: a cache breakpoint was set

	users []string // the texts of the user messages, in order
	chars int      // of the messages that are not the system's

	// What was made of it.
	static *static
	stage  classify.Stage
	texts  []string     // canonical questions; none where nothing was recognised
	ids    []questionID // of texts
}

// static is what was found out about the part of a request that does not
// change, so that it is found out once.
type static struct {
	key    uint64
	stage  classify.Stage // "" if it is no prompt of this program
	tokens int
	schema string // to answer by where the stage is not known
}

// statics keeps what was found out by the hash of the static part.
type statics struct {
	mu sync.RWMutex
	of map[uint64]*static
}

// maxStatics bounds what is remembered; a run has one static part per prompt.
const maxStatics = 4096

var hashSeed = maphash.MakeSeed()

func (s *statics) find(a *ask) *static {
	var h maphash.Hash
	h.SetSeed(hashSeed)
	for _, part := range a.system {
		h.WriteString(part)
		h.WriteByte(0)
	}
	h.WriteString(a.schemaName)
	h.WriteByte(0)
	h.WriteString(a.schema)
	key := h.Sum64()
	s.mu.RLock()
	known, ok := s.of[key]
	s.mu.RUnlock()
	if ok {
		return known
	}
	found := recognise(a)
	found.key = key
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil || len(s.of) >= maxStatics {
		s.of = map[uint64]*static{}
	}
	s.of[key] = found
	return found
}

// recognise finds the stage by the schema's or the tool's name, and where that
// is not sent by the prompt's text.
func recognise(a *ask) *static {
	found := &static{schema: strings.Clone(a.schema)}
	chars := utf8.RuneCountInString(a.schema)
	var system strings.Builder
	for _, part := range a.system {
		text := systemText(gjson.Parse(part))
		chars += utf8.RuneCountInString(text)
		system.WriteString(text)
	}
	found.tokens = tokensOf(chars)
	if stage, _, ok := prompt.StageOf(a.schemaName); ok {
		found.stage = stage
		return found
	}
	for _, stage := range classify.StageNames {
		if strings.Contains(system.String(), prompt.Of(stage).System) {
			found.stage = stage
		}
	}
	return found
}

// tokensOf estimates the tokens of a text by its characters.
func tokensOf(chars int) int { return (chars + 3) / 4 }

// maxPack bounds the questions of one request, whose answers are longer than
// they are.
const maxPack = 1000

// understand finds the stage and the canonical questions of a request: those
// of the last user message that has any, since a repair comes after it.
func (s *Server) understand(a *ask) {
	a.static = s.statics.find(a)
	a.stage = a.static.stage
	if a.stage == "" {
		return
	}
	for i := len(a.users) - 1; i >= 0; i-- {
		if texts, ok := questions(a.users[i]); ok && len(texts) <= maxPack {
			a.texts = texts
			a.ids = make([]questionID, len(texts))
			for i, t := range texts {
				a.ids[i] = idOf(a.stage, t)
			}
			return
		}
	}
}

// questions returns the canonical texts of a user message, also where something
// stands before or after what the prompt wrote: what is wrong with an earlier
// answer, or the prompt itself where a model takes no system message.
func questions(user string) ([]string, bool) {
	if texts, ok := prompt.Texts(user); ok {
		return texts, true
	}
	const opening, closing = "<data>\n", "\n</data>"
	from := strings.LastIndex(user, opening)
	if from < 0 {
		return nil, false
	}
	to := strings.Index(user[from:], closing)
	if to < 0 {
		return nil, false
	}
	user = user[:from+to+len(closing)]
	if strings.HasPrefix(user[from+len(opening):], "{") {
		return prompt.Texts(user[from:])
	}
	if from == 0 {
		return nil, false
	}
	return prompt.Texts(user[strings.LastIndexByte(user[:from-1], '\n')+1:]) // the line before says how many they are
}

// systemText is the text of a part of the system's: it is read once per static
// part, since taking the escapes out of it costs more than all else.
func systemText(part gjson.Result) string {
	if !part.IsObject() {
		return part.String()
	}
	return part.Get("text").String() + contentText(part.Get("content"))
}

// contentText is the text of a message's content: a string, or the text blocks
// of a list.
func contentText(content gjson.Result) string {
	if !content.IsArray() {
		return content.String()
	}
	var b strings.Builder
	content.ForEach(func(_, block gjson.Result) bool {
		if block.Get("type").Str == "tool_result" {
			b.WriteString(contentText(block.Get("content")))
		} else {
			b.WriteString(block.Get("text").String())
		}
		return true
	})
	return b.String()
}

// maxDepth bounds how deeply a request's JSON may be nested.
const maxDepth = 200

// readable reports whether a body is a JSON object that can be walked safely.
func readable(body []byte) bool {
	if bytes.Count(body, []byte("["))+bytes.Count(body, []byte("{")) > maxDepth && depth(body) > maxDepth {
		return false
	}
	first := bytes.TrimLeft(body, " \t\r\n")
	return len(first) > 0 && first[0] == '{' && gjson.ValidBytes(body)
}

// depth is how deeply brackets outside strings are nested.
func depth(body []byte) int {
	deepest, now, quoted := 0, 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			now++
			deepest = max(deepest, now)
		case c == ']' || c == '}':
			now--
		}
	}
	return deepest
}

func clipped(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

func (a *ask) user(text string) {
	a.users = append(a.users, text)
	a.chars += utf8.RuneCountInString(text)
}
