package main

import (
	"os"
	"regexp"
	"strings"
)

// commandLine is the command that was given, quoted so that a shell takes it
// again, without the passwords in it.
func commandLine() string {
	words := []string{"classify"}
	for _, arg := range os.Args[1:] {
		words = append(words, quoted(withoutPassword(arg)))
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

var (
	userPassword  = regexp.MustCompile(`(?i)(\w+://[^/?#:@\s]*):[^/?#\s]*@`)
	queryPassword = regexp.MustCompile(`(?i)([?&\s](?:ssl)?password=)[^&\s]*`)
)

// withoutPassword hides the passwords of the addresses in a text.
func withoutPassword(text string) string {
	text = userPassword.ReplaceAllString(text, "$1:xxxxx@")
	return queryPassword.ReplaceAllString(text, "${1}xxxxx")
}
