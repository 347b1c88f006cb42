package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"classify"
)

// configFile sets defaults of flags; it is read from the working folder.
const configFile = "classify.toml"

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "classify",
		Short: "Finds out what the indicators of an economic catalogue are",
		Long: `classify reads a catalogue of economic indicators and finds, for each of them, unit,
scale, currency, frequency, time basis, family, type, roll-up and orientation,
with the evidence. It needs no server: answers are kept in ./classify.db. What the
rules are not sure of a language model can answer (run --provider), within a budget.

  classify run catalogue.csv     classify a catalogue
  classify show ID               see why an indicator got its labels
  classify export -o out.csv     take the labels elsewhere`,
		Version:       classify.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := applyConfig(cmd); err != nil {
				return err
			}
			return applyStore(cmd)
		},
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		text, _, _ := strings.Cut(err.Error(), ": strconv.") // the name of a Go function helps nobody
		return classify.WithHint(usagef("%s", text), "%s --help lists the flags", cmd.CommandPath())
	})
	root.Args = cobra.ArbitraryArgs
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		hint := "classify --help lists the commands"
		if near := root.SuggestionsFor(args[0]); len(near) > 0 {
			hint = "did you mean classify " + strings.Join(near, " or classify ") + "?"
		}
		return classify.WithHint(usagef("there is no command %q", args[0]), "%s", hint)
	}
	root.SuggestionsMinimumDistance = 2
	root.PersistentFlags().String("store", "sqlite:classify.db", "where the answers are kept: sqlite:PATH or postgres://USER@HOST:5432/DATABASE; or $CLASSIFY_STORE")
	root.AddGroup(&cobra.Group{ID: "work", Title: "Classify:"}, &cobra.Group{ID: "look", Title: "Look at answers:"},
		&cobra.Group{ID: "more", Title: "More:"})
	add := func(group string, commands ...*cobra.Command) {
		for _, c := range commands {
			c.GroupID = group
			c.Args = usageArgs(c.Args)
			root.AddCommand(c)
		}
	}
	add("work", newRun(), newAllInOne(), newTry(), newSeries())
	add("look", newShow(), newStatus(), newExport(), newEval(), newDiff(), newCost())
	add("more", newStore(), newCluster(), newDoctor(), newServe(), newModels(), newSimulate(), newCache(), newExplain(), newGenerate(), newVersion())
	root.SetHelpCommandGroupID("more")
	root.SetCompletionCommandGroupID("more")
	return root
}

// family makes a command one that only has commands of its own.
func family(cmd *cobra.Command, members ...*cobra.Command) *cobra.Command {
	var names []string
	for _, c := range members {
		c.Args = usageArgs(c.Args)
		cmd.AddCommand(c)
		names = append(names, c.Name())
	}
	last := len(names) - 1
	list := strings.Join(names[:last], ", ") + " or " + names[last]
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return classify.WithHint(usagef("there is no command %q", cmd.Name()+" "+args[0]), "write classify %s %s", cmd.Name(), list)
	}
	return cmd
}

// usageArgs makes a wrong number of arguments wrong usage.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(cmd, args); err != nil {
			return classify.WithHint(&usageError{err}, "usage: %s", cmd.UseLine())
		}
		return nil
	}
}

// applyStore takes the store from the environment, where the command line does
// not name it.
func applyStore(cmd *cobra.Command) error {
	f := cmd.Flags().Lookup("store")
	if store := os.Getenv("CLASSIFY_STORE"); store != "" && f != nil && !f.Changed {
		return f.Value.Set(store)
	}
	return nil
}

// applyConfig sets the flags that the command line does not from
// classify.toml: top-level keys for every command that has such a flag, and a
// table with a command's name for that command alone.
func applyConfig(cmd *cobra.Command) error {
	var config map[string]any
	if _, err := toml.DecodeFile(configFile, &config); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return classify.WithHint(&usageError{fmt.Errorf("read %s: %w", configFile, err)}, "mend or remove ./%s; a line reads: limit = 10", configFile)
	}
	own, _ := config[cmd.Name()].(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(config)) {
		value := config[key]
		if _, table := value.(map[string]any); table {
			if sub, _, err := cmd.Root().Find([]string{key}); err != nil || sub == cmd.Root() {
				return usagef("%s: there is no command %q", configFile, key)
			}
			continue
		}
		if !knownFlag(cmd.Root(), key) {
			return usagef("%s: no command has a flag --%s", configFile, key)
		}
		if _, override := own[key]; override {
			continue
		}
		if f := cmd.Flags().Lookup(key); f != nil {
			if err := setDefault(f, value); err != nil {
				return err
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(own)) {
		f := cmd.Flags().Lookup(key)
		if f == nil {
			return usagef("%s: classify %s has no flag --%s", configFile, cmd.Name(), key)
		}
		if err := setDefault(f, own[key]); err != nil {
			return err
		}
	}
	return nil
}

func setDefault(f *pflag.Flag, value any) error {
	if f.Changed {
		return nil
	}
	values := []any{value}
	if list, ok := value.([]any); ok {
		values = list
	}
	for _, v := range values {
		if err := f.Value.Set(fmt.Sprint(v)); err != nil {
			return usagef("%s: %s = %v is no value for --%s (%s)", configFile, f.Name, v, f.Name, f.Usage)
		}
	}
	return nil
}

func knownFlag(root *cobra.Command, name string) bool {
	if root.PersistentFlags().Lookup(name) != nil {
		return true
	}
	return slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Flags().Lookup(name) != nil })
}

// conditions parses --where: field=value[,value…], repeated for "and".
func conditions(flags []string) ([]classify.Condition, error) {
	var where []classify.Condition
	for _, f := range flags {
		field, values, ok := strings.Cut(f, "=")
		field = strings.TrimSpace(field)
		if !ok {
			return nil, usagef("--where %q: write field=value", f)
		}
		condition := classify.Condition{Field: field, Values: strings.Split(values, ",")}
		var invalid *classify.InvalidInputError
		if errors.As(condition.Check(), &invalid) {
			return nil, usagef("--where: %w", invalid.Err)
		}
		where = append(where, condition)
	}
	return where, nil
}
