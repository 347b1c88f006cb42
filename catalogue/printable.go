package catalogue

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"unicode/utf8"
)

// plainOrQuoted returns a text of a file as a message may have it: as it stands,
// or quoted where it has anything that a terminal would act on or not show,
// such as escapes, line ends and controls of the writing direction.
func plainOrQuoted(s string) string {
	if !utf8.ValidString(s) {
		return strconv.Quote(s)
	}
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return strconv.Quote(s)
		}
	}
	return s
}

// quoted returns at most n bytes of a text in quotes, escaped.
func quoted(s string, n int) string { return strconv.Quote(clip(s, n)) }

// QuotedList names at most most texts of a file, in quotes and escaped, so that
// none acts on the terminal.
func QuotedList(texts []string, most int) string {
	var b strings.Builder
	for i, t := range texts {
		if i == most {
			return b.String() + " and " + strconv.Itoa(len(texts)-most) + " more"
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(quoted(t, 80))
	}
	return b.String()
}

// WithoutPath takes the path out of an error of the file system, which writes
// it raw; the message that wraps it names the file in quotes. Other errors come
// back as they are.
func WithoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
