package telemetry_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/trace"
	"pgregory.net/rapid"

	"classify"
	"classify/telemetry"
)

// broken cannot say what it is.
type broken struct{ inner *classify.StageError }

func (b broken) Error() string { return b.inner.Error() }

func TestALineStaysALineWhateverItsAttributesHold(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", 100_000)
	for _, c := range []struct {
		name string
		attr slog.Attr
		want string // part of the line
	}{
		{"an ordinary id", slog.String(telemetry.AttrIndicator, "CPI-1"), "CPI-1"},
		{"a number", slog.Int64(telemetry.AttrRun, 7), "7"},
		{"line breaks", slog.String(telemetry.AttrIndicator, "a\nlevel=ERROR\rb"), `a\`},
		{"terminal codes", slog.String(telemetry.AttrIndicator, "\x1b[2J"), "x1b[2J"},
		{"text that runs backwards", slog.String(telemetry.AttrNode, "a\u202eb"), `u202eb`},
		{"bytes that are no UTF-8", slog.String(telemetry.AttrModel, "\xff\xfe"), `xff`},
		{"an endless name", slog.String(telemetry.AttrModel, long), "é…"},
		{"an endless error", slog.Any("error", errors.New(long)), "é…"},
		{"an error that fails", slog.Any("error", broken{}), "PANIC"},
		{"a value of its own kind", slog.Any("task", struct{ ID string }{long}), "é…"},
		{"a name in a group", slog.Group("node", slog.String("name", "\n"+long)), "é…"},
		{"an endless key", slog.String(long, "x"), "é…"},
	} {
		for _, format := range []string{"text", "json"} {
			t.Run(c.name+" as "+format, func(t *testing.T) {
				t.Parallel()
				var b bytes.Buffer
				log, err := telemetry.Logger(&b, format, slog.LevelInfo)
				if err != nil {
					t.Fatal(err)
				}
				log.Info("not classified", c.attr)
				log.With(c.attr).Info("not classified")
				log.Debug("nobody asked for this")
				line := b.String()
				if n := strings.Count(line, "\n"); n != 2 || !strings.HasSuffix(line, "\n") {
					t.Errorf("two records are %d lines: %.300q", n, line)
				}
				if strings.Count(line, c.want) < 2 || len(line) > 5000 {
					t.Errorf("%d bytes, without %q: %.300q", len(line), c.want, line)
				}
				if i := strings.IndexFunc(strings.ReplaceAll(line, "\n", ""), func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }); i >= 0 {
					t.Errorf("what does not print is in it: %.300q", line)
				}
				for l := range strings.Lines(line) {
					if format == "json" && !json.Valid([]byte(l)) {
						t.Errorf("no JSON: %.300q", l)
					}
				}
			})
		}
	}
}

func TestARecordNamesTheSpanOfItsContext(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	log, err := telemetry.Logger(&b, "json", slog.LevelInfo)
	if err != nil {
		t.Fatal(err)
	}
	ctx := telemetry.Extract(t.Context(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	if !trace.SpanContextFromContext(ctx).IsValid() {
		t.Fatal("no span to begin with")
	}
	log.With(slog.Int64(telemetry.AttrRun, 7)).InfoContext(ctx, "saved", slog.String(telemetry.AttrIndicator, "CPI-1"))
	var line struct {
		Run       int64  `json:"run"`
		Indicator string `json:"indicator"`
		Trace     string `json:"trace_id"`
		Span      string `json:"span_id"`
		Level     string `json:"level"`
	}
	if err := json.Unmarshal(b.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(line), "{7 CPI-1 0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 INFO}"; got != want {
		t.Errorf("the line is %s, want %s", got, want)
	}
}

func TestAnUnknownFormatIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := telemetry.Logger(&bytes.Buffer{}, "xml\n", slog.LevelInfo); err == nil || classify.Hint(err) == "" || strings.Contains(err.Error(), "\n") {
		t.Errorf("the error is %v (%s)", err, classify.Hint(err))
	}
}

func TestAClippedTextFitsPrintsAndKeepsWhatItCan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(t, "bytes")
		text := rapid.OneOf(rapid.String(), rapid.Just(string(raw))).Draw(t, "text")
		n := rapid.IntRange(4, 80).Draw(t, "n")
		got := telemetry.Clip(text, n)
		if len(got) > n {
			t.Fatalf("%q has %d bytes, %d are allowed", got, len(got), n)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) || r == utf8.RuneError && !strings.ContainsRune(text, utf8.RuneError) {
				t.Fatalf("%q holds %U", got, r)
			}
		}
		printable := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 && utf8.ValidString(text)
		if printable && len(text) <= n && got != text {
			t.Fatalf("%q became %q", text, got)
		}
		if kept, cut := strings.CutSuffix(got, "…"); printable && cut && len(text) > n && !strings.HasPrefix(text, kept) {
			t.Fatalf("%q became %q", text, got)
		}
	})
}
