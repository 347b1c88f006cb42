package catalogue_test

import (
	"strings"
	"testing"

	"classify"
	"classify/catalogue"
)

// hostile would set the title of a terminal, turn the writing direction and
// hide a character.
const hostile = "\x1b]0;x\x07\u202e\u200b"

func checkPrintable(t *testing.T, what, message string) {
	t.Helper()
	if strings.ContainsAny(message, "\x1b\x07\u202e\u200b") {
		t.Errorf("%s: the message %q acts on a terminal", what, message)
	}
}

func TestNoTextOfAFileActsOnTheTerminalThroughAMessage(t *testing.T) {
	t.Parallel()
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\x07", `\u0007`).Replace(hostile)
	for name, text := range map[string]string{
		"column of a CSV heading":  "id,nam" + hostile + "\nA,b\n",
		"key of a JSON object":     `[{"nam` + quoted + `":"A"}]`,
		"JSON that is none":        hostile + `{]`,
		"two arrays in one object": `{"a` + quoted + `":[{"name":1}],"b` + quoted + `":[{"name":2}]}`,
	} {
		r, err := catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader(text), catalogue.Options{})
		if err == nil {
			_, _, err = readAll(t, r)
		}
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		checkPrintable(t, name, err.Error()+classify.Hint(err))
	}
	_, err := catalogue.Open(t.Context(), []string{"no" + hostile}, nil, catalogue.Options{})
	checkPrintable(t, "path", err.Error()+classify.Hint(err))
	_, err = catalogue.Open(t.Context(), []string{catalogue.Stdin}, strings.NewReader("id,name\na,A\n"),
		catalogue.Options{Map: map[string][]string{"units": {hostile}}})
	checkPrintable(t, "mapped column", err.Error()+classify.Hint(err))
}

func TestNoTextOfAFileActsOnTheTerminalThroughANoteOrAReason(t *testing.T) {
	t.Parallel()
	text := "Indicator Code" + ",Country Code,name,2020,x" + hostile + ",x" + hostile + ",1Q24" + hostile + "\n" +
		"a,DE,A,1,,,\nb,DE,B,1," + strings.Repeat("y", 3000) + ",,\n"
	path := write(t, "a"+hostile+".csv", text)
	r, err := catalogue.Open(t.Context(), []string{path}, nil, catalogue.Options{MaxCell: 1000})
	if err != nil {
		t.Fatal(err)
	}
	_, rejects, err := readAll(t, r)
	if err != nil || len(rejects) != 1 {
		t.Fatalf("rejects %v, error %v", rejects, err)
	}
	checkPrintable(t, "reject", rejects[0].Error())
	checkPrintable(t, "notes", strings.Join(r.Notes(), ""))
	_, bad, err := readValues(t, "id,date,value\na,"+hostile+",1\na,2020,"+hostile+"\n", catalogue.Options{})
	if err != nil || len(bad) != 2 {
		t.Fatalf("rejects %v, error %v", bad, err)
	}
	checkPrintable(t, "values", bad[0].Reason+bad[1].Reason)
}
