package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"

	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/llm"
	"classify/llm/prompt"
)

func newCacheImport() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE…",
		Short: "Add the answers of an export to the store",
		Long: `Add the answers of an export to the store; one whose key is stored already is
left as it is. Every line is checked: the key has to be that of its stage,
question, provider and model, and the answer has to pass the same check as one
that a model just gave. A line that does not pass is rejected with file and
line, and the others are taken. Answers to prompts of another version are left
out: they would never be used, and their keys cannot be checked.

What is imported is trusted from then on like an answer that was paid for: the
check tells whether an answer is possible, not whether a model gave it. Import
only what comes from somebody whose answers you would believe.`,
		Example: `  classify cache import answers.jsonl
  zcat answers.jsonl.gz | classify cache import -`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, path := range args {
				if err := checkReadable(path); err != nil {
					return err // before a store is made
				}
			}
			return withStore(cmd, false, func(ctx context.Context, s classify.Store) error {
				in := &answerImport{store: s, complaints: cmd.ErrOrStderr()}
				err := in.files(ctx, args, cmd.InOrStdin())
				in.print(cmd.OutOrStdout())
				if err == nil && in.rejected > 0 {
					err = errSomeFailed
				}
				return err
			})
		},
	}
}

func checkReadable(path string) error {
	if path == catalogue.Stdin {
		return nil
	}
	f, err := openAnswers(path)
	if err != nil {
		return err
	}
	return f.Close()
}

func openAnswers(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err == nil {
		var info os.FileInfo
		if info, err = f.Stat(); err == nil && info.IsDir() {
			err = errors.New("this is a folder")
		}
		if err == nil {
			return f, nil
		}
		_ = f.Close() // the first error is the one to tell
	}
	return nil, classify.WithHint(fmt.Errorf("read %q: %w", path, cause(err)), "name a file that classify cache export wrote")
}

const (
	// maxAnswerLine bounds a line of an import, in bytes; a question and its
	// answer are a few thousand.
	maxAnswerLine = 1 << 20
	// One transaction stores so many answers, or so many bytes of them.
	importAnswers = 500
	importBytes   = 4 << 20
	// namedRejects is how many rejected lines are named.
	namedRejects = 20
)

// answerImport reads exported answers into the cache of a store.
type answerImport struct {
	store      classify.ModelStore
	complaints io.Writer

	lines, added, outdated, rejected int
	waiting                          []classify.CachedAnswer
	waitingBytes                     int
}

func (in *answerImport) print(w io.Writer) {
	fmt.Fprintf(w, "%s imported, %d stored already, %d of other prompt versions left out, %s rejected\n", counted(in.added, "answer"),
		in.lines-in.added-in.outdated-in.rejected-len(in.waiting), in.outdated, counted(in.rejected, "line"))
}

func (in *answerImport) files(ctx context.Context, paths []string, stdin io.Reader) error {
	for _, path := range paths {
		r := stdin
		if path != catalogue.Stdin {
			f, err := openAnswers(path)
			if err != nil {
				return err
			}
			defer f.Close() // it was only read
			r = f
		}
		if err := in.file(ctx, path, bufio.NewReaderSize(r, 1<<16)); err != nil {
			return err
		}
	}
	return nil
}

// file imports the lines of a file; a line that is rejected is no error.
func (in *answerImport) file(ctx context.Context, name string, r *bufio.Reader) error {
	for n := 1; ; n++ {
		line, err := boundedLine(r, maxAnswerLine)
		ended := err == io.EOF
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, errLongLine):
			in.reject(name, n, err)
		case err != nil && !ended:
			return errors.Join(fmt.Errorf("read %q line %d: %w", name, n, catalogue.WithoutPath(err)), in.flush(ctx))
		case len(line) > 0:
			in.line(name, n, line)
		}
		if ended || len(in.waiting) >= importAnswers || in.waitingBytes >= importBytes {
			if err := in.flush(ctx); err != nil {
				return err
			}
		}
		if ended {
			return nil
		}
	}
}

func (in *answerImport) line(name string, n int, line []byte) {
	a, err := decodeAnswer(line)
	switch {
	case errors.Is(err, errOtherPrompt):
		in.lines++
		in.outdated++
	case err != nil:
		in.reject(name, n, err)
	default:
		in.lines++
		in.waiting, in.waitingBytes = append(in.waiting, a), in.waitingBytes+len(line)
	}
}

func (in *answerImport) reject(name string, n int, reason error) {
	in.lines++
	in.rejected++
	switch {
	case in.rejected <= namedRejects:
		fmt.Fprintf(in.complaints, "%s line %d: %s\n", printable(name), n, printable(shortened(reason.Error(), 300)))
	case in.rejected == namedRejects+1:
		fmt.Fprintln(in.complaints, "… further rejected lines are only counted")
	}
}

func (in *answerImport) flush(ctx context.Context) error {
	if len(in.waiting) == 0 {
		return nil
	}
	added, err := in.store.ImportAnswers(ctx, in.waiting)
	if err != nil {
		return err
	}
	in.added += added
	in.waiting, in.waitingBytes = in.waiting[:0], 0
	return nil
}

var (
	errLongLine    = fmt.Errorf("the line is longer than %d bytes", maxAnswerLine)
	errOtherPrompt = errors.New("it answers a prompt of another version")
)

// boundedLine reads a line without its end. One that is longer than most is
// read over, and an errLongLine. At the end of the file it returns io.EOF with
// what stands there.
func boundedLine(r *bufio.Reader, most int) (line []byte, err error) {
	long := false
	for {
		part, err := r.ReadSlice('\n')
		if !long {
			line = append(line, part...)
		}
		if len(line) > most {
			line, long = nil, true
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if long && (err == nil || err == io.EOF) {
			return nil, errLongLine // after one without an end, the next call is io.EOF
		}
		return bytes.TrimSpace(line), err
	}
}

// answerKey is the form of a key: 64 hexadecimal digits.
var answerKey = regexp.MustCompile(`^[0-9a-f]{64}$`)

// decodeAnswer reads a line of an export and checks that the answer is a
// possible one to its question, and that it stands under that question's key.
func decodeAnswer(line []byte) (a classify.CachedAnswer, err error) {
	if err := json.Unmarshal(line, &a); err != nil {
		return a, fmt.Errorf("this is no stored answer: %w", plainJSON(err))
	}
	p := prompt.Of(a.Stage)
	switch {
	case !answerKey.MatchString(a.Key):
		return a, fmt.Errorf("key %q is not 64 hexadecimal digits", a.Key)
	case p == nil:
		return a, fmt.Errorf("there is no stage %q", a.Stage)
	case a.Provider == "" || a.Model == "":
		return a, errors.New("it does not say the provider and the model")
	case len(a.Question) == 0 || len(a.Answer) == 0:
		return a, errors.New("the question or the answer is missing")
	case a.At.IsZero():
		return a, errors.New("it does not say when it was answered")
	case a.Prompt != p.Version:
		return a, errOtherPrompt
	}
	q := prompt.Question{Stage: a.Stage, Text: string(a.Question)}
	id := llm.ID{Provider: a.Provider, Model: a.Model, BaseURL: a.Server}
	if key := map[string]string{"": q.Key(id), prompt.PackedParams: q.PackedKey(id)}[a.Params]; key != a.Key {
		return a, errors.New("the key is not that of its question, provider, model and parameters")
	}
	if err := q.Check(a.Answer); err != nil {
		return a, fmt.Errorf("the answer does not pass the check: %w", err)
	}
	return a, nil
}

// plainJSON says what a JSON value is, rather than which Go type it is not.
func plainJSON(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
		return err
	case wrong.Field == "":
		return fmt.Errorf("a JSON %s instead of an object", wrong.Value)
	}
	return fmt.Errorf("%s is a JSON %s", wrong.Field, wrong.Value)
}
