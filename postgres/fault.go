package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"classify"
)

// SQLSTATE codes that decide what to do. Source: PostgreSQL, Appendix A.
const (
	protocolViolation = "08P01"
	badPassword       = "28P01"
	badAuthorization  = "28000"
	noDatabase        = "3D000"
	noRight           = "42501"
	readOnlyServer    = "25006"
	diskFull          = "53100"
	outOfMemory       = "53200"
	tooManyClients    = "53300"
	queryCanceled     = "57014"
	adminShutdown     = "57P01"
	crashShutdown     = "57P02"
	cannotConnectNow  = "57P03"
	idleTimeout       = "57P05"
	serialization     = "40001"
	deadlock          = "40P01"
	lockNotAvailable  = "55P03"
	uniqueViolation   = "23505"
	noSchema          = "3F000"
	noSetting         = "42704"
	noTable           = "42P01"
	noColumn          = "42703"
	transactionAged   = "25P04"
	idleInTransaction = "25P03"
)

// codeOf is the SQLSTATE of an error, or "".
func codeOf(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Code
	}
	return ""
}

// passing reports whether the same transaction may succeed when it is repeated.
func passing(err error) bool {
	switch code := codeOf(err); {
	case code == adminShutdown, code == crashShutdown, code == cannotConnectNow, code == idleTimeout, code == idleInTransaction,
		code == serialization, code == deadlock, code == tooManyClients, code == lockNotAvailable, code == outOfMemory,
		strings.HasPrefix(code, "08"):
		return true
	case code != "":
		return false
	}
	var network net.Error
	var connecting *pgconn.ConnectError
	return errors.Is(err, errRace) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &network) ||
		errors.As(err, &connecting) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
}

// fault says what was attempted on which store, sorts an error by what to do
// about it, and adds the remedy. Errors that the domain has typed already pass
// as they are.
func (s *Store) fault(doing string, err error) error {
	if err == nil || typed(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && codeOf(err) == "" && !passing(err) {
		return err
	}
	wrapped := fmt.Errorf("%s %s: %w", doing, s.place, err)
	terminal := func(hint string, args ...any) error {
		return &classify.TerminalError{Err: classify.WithHint(wrapped, hint, args...)}
	}
	switch codeOf(err) {
	case diskFull:
		return terminal("the disk of the database is full: make space, then give the command again; everything committed so far is kept")
	case noRight:
		return terminal("%s", rightsHelp)
	case readOnlyServer:
		return terminal("this server is a replica that only reads, or default_transaction_read_only is set: name the primary in --store")
	case queryCanceled:
		return terminal("the server ended a statement: set a longer statement_timeout for this role: ALTER ROLE … SET statement_timeout = '5min'")
	case noSchema:
		return terminal("the schema that search_path names is not there: CREATE SCHEMA …, or mend the address")
	case noTable, noColumn:
		return terminal("the tables are not those of this program: classify store migrate, then classify store check")
	}
	if passing(err) {
		return &classify.RetryableError{Err: classify.WithHint(wrapped,
			"the server did not answer for %s: look whether it runs, then give the command again; everything committed so far is kept", s.options.Patience)}
	}
	// Resources, the system below, the server itself. Source: as above.
	if code := codeOf(err); len(code) == 5 && slices.Contains([]string{"53", "58", "F0", "XX"}, code[:2]) {
		return terminal("the server has a fault of its own, which its log tells more about: mend it, then give the command again; everything committed so far is kept")
	}
	return wrapped
}

const rightsHelp = "the role needs rights on the tables: GRANT CREATE, USAGE ON SCHEMA public TO ROLE; or let their owner run classify store migrate"

// connectFault is an error of the first connection, with what mends it.
func connectFault(place string, c *pgx.ConnConfig, err error) error {
	reason := connectReason(err)
	wrap := func(hint string, args ...any) error {
		return &classify.TerminalError{Err: classify.WithHint(fmt.Errorf("connect to the PostgreSQL store %s as %q: %s", place, c.User, reason), hint, args...)}
	}
	var lookup *net.DNSError
	var unknown x509.UnknownAuthorityError
	var hostname x509.HostnameError
	switch code := connectCode(err, reason); {
	case code == badPassword:
		return wrap("the password is wrong or missing: set PGPASSWORD, or write it into ~/.pgpass as %s:%d:%s:%s:PASSWORD", c.Host, c.Port, c.Database, c.User)
	case code == badAuthorization:
		return wrap("the server does not let this role in that way: look at the user name, at sslmode, and at the server's pg_hba.conf")
	case code == noDatabase:
		return wrap("there is no such database: createdb -h %s -p %d -U %s %s; or mend the name in --store", c.Host, c.Port, c.User, c.Database)
	case code == tooManyClients:
		return wrap("the server admits no further connection: end some, raise max_connections, or put a pooler before it")
	case code == cannotConnectNow:
		return wrap("the server is starting or stopping: try again in a moment")
	case errors.As(err, &lookup):
		return wrap("the host name %q is not known: mend it in --store", c.Host)
	case errors.As(err, &unknown), errors.As(err, &hostname):
		return wrap("the server's certificate is not trusted for this name: sslrootcert=FILE in the address names the authority; sslmode=require does without the check")
	case code == noSetting:
		return wrap("the address has a word behind its ? that is no setting of the server: mend it in --store")
	case strings.Contains(reason, "refused TLS"): // by default plain text is tried after that
		return wrap("the server has no TLS: write sslmode=disable into the address, if the way to it is safe")
	case strings.Contains(reason, "invalid body length"), strings.Contains(reason, "unknown message type"):
		return wrap("what answers at %s:%d is no PostgreSQL: look at the port", c.Host, c.Port)
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return wrap("nothing listens at %s:%d: look whether the server runs, and at the port", c.Host, c.Port)
	case errors.Is(err, context.DeadlineExceeded):
		return wrap("the server did not answer within %s: look at host, port and firewall", connectTime)
	}
	return wrap("look at host, port, user and sslmode in --store")
}

// connectCode is the SQLSTATE of a failed connection. PgBouncer has one for
// everything, and words.
func connectCode(err error, reason string) string {
	code := codeOf(err)
	if code != protocolViolation {
		return code
	}
	switch {
	case strings.Contains(reason, "authentication failed"), strings.Contains(reason, "no such user"):
		return badPassword
	case strings.Contains(reason, "database") && strings.Contains(reason, "does not exist"), strings.Contains(reason, "no such database"):
		return noDatabase
	case strings.Contains(reason, "no more connections allowed"):
		return tooManyClients
	}
	return code
}

// connectReason is the innermost cause of a failed connection: the attempts
// before it repeat the address.
func connectReason(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return server.Message
	}
	text := err.Error()
	if i := strings.LastIndex(text, "): "); i >= 0 {
		text = text[i+3:]
	}
	return strings.TrimSpace(text)
}

// typed reports whether an error says by its type what to do.
func typed(err error) bool {
	var (
		invalid   *classify.InvalidInputError
		retryable *classify.RetryableError
		terminal  *classify.TerminalError
		hint      *classify.HintError
		locked    *classify.LockedError
	)
	return errors.Is(err, classify.ErrNotFound) || errors.Is(err, ErrClosed) ||
		errors.As(err, &invalid) || errors.As(err, &retryable) || errors.As(err, &terminal) ||
		errors.As(err, &hint) || errors.As(err, &locked)
}

// ownFault reports whether an error may be of a single entry, rather than of the
// database: its run does not run, or its content is not what a row can hold.
func ownFault(err error) bool {
	code := codeOf(err)
	return err != nil && (typed(err) || strings.HasPrefix(code, "22") || strings.HasPrefix(code, "23") || strings.HasPrefix(code, "54"))
}
