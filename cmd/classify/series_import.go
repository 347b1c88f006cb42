package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"classify"
	"classify/catalogue"
	"classify/local"
)

// importFlags are the flags of "classify series import".
type importFlags struct {
	format, version, rejects string
	mapping                  []string
	upsert, json, quiet      bool
}

func newSeriesImport() *cobra.Command {
	var f importFlags
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Store the points of series files",
		Long: `Stores the points of CSV, JSON, JSONL or Parquet files, also .gz or .zst; "-" reads the
standard input. A row is a point (indicator_id, date, value, and source_version if
there is one), or an indicator with a column for each date, or a date with a column for
each indicator. A value that is stored already stays unless --upsert replaces it.
Points are stored in portions: what was stored before an interruption stays, and the
same command goes on.

Exit codes: 0 done, 1 failed or interrupted, 2 wrong usage, 3 done, and some points were rejected.`,
		Example: `  classify series import points.csv
  classify series import revised.parquet --upsert --source-version 2024-10`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "", "csv, json, jsonl or parquet (default: by its content)")
	flags.BoolVar(&f.upsert, "upsert", false, "replace values that are stored for the same dates")
	flags.StringVar(&f.version, "source-version", "", "the source's edition, of points whose row names none")
	flags.StringVar(&f.rejects, "rejects", "", "where unusable points go (default: FILE.rejects.csv in this folder)")
	flags.StringArrayVar(&f.mapping, "map", nil, "which column is which: value=my_column")
	flags.BoolVar(&f.json, "json", false, "print the summary as JSON")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "no progress")
	registerMigrateURL(cmd)
	completeFixed(cmd, "format", []string{"csv", "json", "jsonl", "parquet"})
	return cmd
}

// importSummary reconciles an import: Read = Added + Replaced + Unchanged +
// Kept + Empty + Rejected.
type importSummary struct {
	Files []string `json:"files"`
	Read  int      `json:"points_read"`
	classify.SeriesCounts
	Empty       int     `json:"points_empty"`
	Rejected    int     `json:"points_rejected"`
	Seconds     float64 `json:"seconds"`
	Rate        float64 `json:"per_second"`
	Rejects     string  `json:"rejects_file,omitempty"`
	FirstReject string  `json:"first_reject,omitempty"`
}

func (f *importFlags) run(cmd *cobra.Command, files []string) (err error) {
	mapping, err := catalogue.ParseMap(f.mapping)
	if err != nil {
		return &usageError{err}
	}
	if err := f.distinct(cmd, files); err != nil {
		return err
	}
	options := catalogue.Options{Map: mapping, Format: f.format}
	// Every file is looked at before the store is touched.
	for _, path := range files {
		if path == catalogue.Stdin {
			continue
		}
		r, err := catalogue.Points(cmd.Context(), path, nil, "", options)
		if err == nil {
			err = r.Close()
		}
		if err != nil {
			return err
		}
	}
	s := &importSummary{Files: files}
	err = withStore(cmd, false, func(ctx context.Context, store classify.Store) error {
		began := time.Now()
		err := f.importAll(ctx, cmd, store, options, s)
		s.Seconds = time.Since(began).Seconds()
		if s.Seconds > 0 {
			s.Rate = float64(s.Read) / s.Seconds
		}
		return err
	})
	return f.end(cmd, s, err)
}

func (f *importFlags) distinct(cmd *cobra.Command, files []string) error {
	store, err := storePath(cmd)
	if err != nil {
		return err
	}
	inputs := []named{{"--store", store}}
	for _, path := range files {
		inputs = append(inputs, named{"the file", path})
	}
	return distinct([]named{{"--rejects", f.rejects}}, inputs)
}

func (f *importFlags) importAll(ctx context.Context, cmd *cobra.Command, store classify.Store, o catalogue.Options, s *importSummary) (err error) {
	rejects := &firstReject{RejectWriter: catalogue.NewRejectWriter(f.rejectsPath(s.Files[0]))}
	defer func() {
		if closeErr := rejects.Close(); err == nil {
			err = closeErr
		}
		if rejects.Count() > 0 {
			s.Rejects, s.FirstReject = f.rejectsPath(s.Files[0]), rejects.first.Error()
		}
	}()
	for _, path := range s.Files {
		reader, err := catalogue.Points(ctx, path, cmd.InOrStdin(), f.version, o)
		if err != nil {
			return err
		}
		one := &fileImport{reader: reader, rejects: rejects, s: s, progress: importProgress(cmd.ErrOrStderr(), path, f.quiet || f.json, reader)}
		counts, err := store.ImportSeries(ctx, classify.SeriesImport{File: path, Upsert: f.upsert}, one.points(), one.kept)
		s.add(counts)
		if err := errors.Join(err, reader.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (f *importFlags) rejectsPath(file string) string {
	switch {
	case f.rejects != "":
		return f.rejects
	case file == catalogue.Stdin:
		return "stdin.rejects.csv"
	}
	return filepath.Base(file) + ".rejects.csv"
}

func (s *importSummary) add(c classify.SeriesCounts) {
	s.Added += c.Added
	s.Replaced += c.Replaced
	s.Unchanged += c.Unchanged
	s.Kept += c.Kept
	s.Indicators += c.Indicators
	s.Waiting = c.Waiting
}

// fileImport takes one file to the store.
type fileImport struct {
	reader   *catalogue.PointReader
	mu       sync.Mutex // of rejects
	rejects  *firstReject
	s        *importSummary
	progress func(points int)
}

// points are those that can be stored; the others are counted, or rejected.
func (f *fileImport) points() iter.Seq2[classify.SeriesPoint, error] {
	return func(yield func(classify.SeriesPoint, error) bool) {
		for row, err := range f.reader.Rows() {
			if err != nil {
				yield(classify.SeriesPoint{}, err)
				return
			}
			f.s.Read++
			f.progress(f.s.Read)
			switch {
			case row.Reject != nil:
				f.s.Rejected++
				if err := f.reject(*row.Reject); err != nil {
					yield(classify.SeriesPoint{}, err)
					return
				}
			case row.Empty:
				f.s.Empty++
			case !yield(row.SeriesPoint, nil):
				return
			}
		}
	}
}

// kept rejects a point at whose date another value stands.
func (f *fileImport) kept(p classify.SeriesPoint) error {
	return f.reject(f.reader.Rejected(p, "another value is stored for this date: --upsert replaces it"))
}

// importProgress tells how far a file is, where that takes long.
func importProgress(w io.Writer, path string, quiet bool, r *catalogue.PointReader) func(points int) {
	const every, look = 3 * time.Second, 10_000
	last := time.Now()
	return func(points int) {
		if quiet || points%look != 0 || time.Since(last) < every {
			return
		}
		last = time.Now()
		share := ""
		if read, total := r.Progress(); total > 0 {
			share = fmt.Sprintf(", %.0f %% of the file", 100*float64(read)/float64(total))
		}
		fmt.Fprintf(w, "%s: %s points read%s\n", printable(path), humanize.Comma(int64(points)), share)
	}
}

// end prints what was done, also what was done before an error.
func (f *importFlags) end(cmd *cobra.Command, s *importSummary, err error) error {
	if err != nil && s.Added+s.Replaced+s.Unchanged+s.Kept == 0 {
		return err
	}
	if sum := s.Added + s.Replaced + s.Unchanged + s.Kept + s.Empty + s.Rejected; err == nil && sum != s.Read {
		return fmt.Errorf("the import does not reconcile: %d points read, %d accounted for", s.Read, sum)
	}
	if f.json {
		err = errors.Join(err, writeJSON(cmd.OutOrStdout(), s))
	} else {
		s.print(cmd.OutOrStdout(), err == nil, storeFlag(cmd))
	}
	switch {
	case local.Interrupted(err):
		return classify.WithHint(errors.New("interrupted; the points that were stored are kept"), "go on with: %s", commandLine())
	case err != nil:
		return err
	case s.Rejects != "":
		return errSomeFailed
	}
	return nil
}

func (s *importSummary) print(w io.Writer, whole bool, store string) {
	if whole {
		fmt.Fprintf(w, "%s: %s read = %d added + %d replaced + %d unchanged + %d kept out + %d empty + %d rejected, in %s (%s per second)\n",
			printable(strings.Join(s.Files, ", ")), counted(s.Read, "point"), s.Added, s.Replaced, s.Unchanged, s.Kept, s.Empty, s.Rejected,
			seconds(s.Seconds), humanize.Comma(int64(s.Rate)))
	} else {
		fmt.Fprintf(w, "%s: stored before it ended: %d added, %d replaced, %d unchanged\n", printable(strings.Join(s.Files, ", ")), s.Added, s.Replaced, s.Unchanged)
	}
	if s.Rejects != "" {
		fmt.Fprintf(w, "Not stored: %s\nAll of them, with line and reason: %s\n", printable(s.FirstReject), s.Rejects)
	}
	if s.Waiting > 0 {
		fmt.Fprintf(w, "%d series in the store without a catalogue row: they wait for it.\n", s.Waiting)
	}
	if whole && s.Added+s.Replaced > 0 {
		printCommands(w, store, [][2]string{{"series show ID", "the values of an indicator"}, {"run", "classify the indicators whose values changed"}})
	}
}

// reject writes a reject: points are read and stored at the same time.
func (f *fileImport) reject(r catalogue.Reject) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rejects.Write(r)
}
