package main

import (
	"io"
	"strings"

	"charm.land/lipgloss/v2"
	"charm.land/lipgloss/v2/table"
)

// printTable prints rows under a header. Columns whose header starts with ">"
// are numbers and stand to the right.
func printTable(w io.Writer, header []string, rows [][]string) {
	right := map[int]bool{}
	titles := make([]string, len(header))
	for i, h := range header {
		titles[i] = strings.TrimPrefix(h, ">")
		right[i] = titles[i] != h
	}
	t := table.New().Headers(titles...).Rows(rows...).
		Border(lipgloss.NormalBorder()).BorderTop(false).BorderBottom(false).BorderLeft(false).BorderRight(false).
		BorderColumn(false).BorderHeader(true).BorderStyle(lipgloss.NewStyle().Faint(true)).
		StyleFunc(func(row, col int) lipgloss.Style {
			s := lipgloss.NewStyle().PaddingRight(2)
			if right[col] {
				s = s.Align(lipgloss.Right)
			}
			if row == table.HeaderRow {
				s = s.Bold(true)
			}
			return s
		})
	lipgloss.Fprintln(w, clean(t.String())) // without colours where w takes none
}

// clean takes the trailing blanks off every line.
func clean(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
