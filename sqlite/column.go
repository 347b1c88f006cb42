package sqlite

import (
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"classify/tables"
)

// bindColumn binds a column of an answer; parameters count from 1.
func (w *writer) bindColumn(st *sqlite.Stmt, param int, c *tables.Column, a *tables.Answer) {
	switch c.Kind {
	case tables.Text, tables.JSON:
		bindText(st, param, c.Text(a))
	case tables.Int:
		st.BindInt64(param, c.Int(a))
	case tables.Float:
		st.BindFloat(param, c.Float(a))
	case tables.Bool:
		st.BindBool(param, c.Bool(a))
	case tables.Time:
		st.BindText(param, w.stamp(c.Time(a)))
	}
}

// scanColumn reads a column into an answer; columns count from 0. NULL is the
// zero value.
func scanColumn(st *sqlite.Stmt, col int, c *tables.Column, a *tables.Answer) {
	switch c.Kind {
	case tables.Text, tables.JSON:
		c.SetText(a, st.ColumnText(col))
	case tables.Int:
		c.SetInt(a, st.ColumnInt64(col))
	case tables.Float:
		c.SetFloat(a, st.ColumnFloat(col))
	case tables.Bool:
		c.SetBool(a, st.ColumnInt(col) != 0)
	case tables.Time:
		c.SetTime(a, moment(st.ColumnText(col)))
	}
}

// bindText stores an empty text as NULL, which is what it means.
func bindText(st *sqlite.Stmt, param int, text string) {
	if text == "" {
		st.BindNull(param)
		return
	}
	st.BindText(param, text)
}

// stamp is stamp of the last time that was asked for, or of a new one.
func (w *writer) stamp(t time.Time) string {
	if w.stampText == "" || !t.Equal(w.stamped) {
		w.stamped, w.stampText = t, stamp(t)
	}
	return w.stampText
}

// insertInto is the statement that stores or replaces a row.
func insertInto(t *tables.Table) string {
	return "INSERT OR REPLACE INTO " + t.Name + " (" + tables.Names(t.Columns, "") + ") VALUES (?" +
		strings.Repeat(", ?", len(t.Columns)-1) + ")"
}
