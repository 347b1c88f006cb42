package main

import (
	"os"
	"strings"
)

// commandLine is the command that was given, quoted so that a shell takes it
// again.
func commandLine() string {
	words := []string{"classify"}
	for _, arg := range os.Args[1:] {
		words = append(words, quoted(arg))
	}
	return strings.Join(words, " ")
}

const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+.,/:@%"

func quoted(arg string) string {
	if arg != "" && strings.Trim(arg, plain) == "" {
		return arg
	}
	return "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
}
