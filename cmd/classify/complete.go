package main

import (
	"strings"

	"github.com/spf13/cobra"

	"classify"
)

// completeFixed lets the shell complete a flag from a list.
func completeFixed(cmd *cobra.Command, flag string, values []string) {
	register(cmd, flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// completeWhere lets the shell complete --where: first the column, then its
// values.
func completeWhere(cmd *cobra.Command) {
	register(cmd, "where", func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		field, _, chosen := strings.Cut(typed, "=")
		var found []cobra.Completion
		if chosen {
			for _, t := range classify.TermsOf(field) {
				found = append(found, field+"="+t.Value)
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		}
		for _, name := range classify.ConditionFields() {
			found = append(found, name+"=")
		}
		return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

func register(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err) // the flag does not exist: a mistake in this program
	}
}

// completeTerms completes the words of "explain taxonomy".
func completeTerms(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	switch len(args) {
	case 0:
		return []cobra.Completion{"taxonomy"}, cobra.ShellCompDirectiveNoFileComp
	case 1:
		var found []cobra.Completion
		for _, f := range classify.Terms {
			found = append(found, f.Field)
			for _, t := range f.Terms {
				found = append(found, t.Value)
			}
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}
