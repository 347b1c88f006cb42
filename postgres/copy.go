package postgres

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"

	"github.com/jackc/pgx/v5"

	"classify/series"
)

// pointRows are rows of time_series_data in the binary form of COPY. Source:
// PostgreSQL, COPY, "Binary Format".
type pointRows struct {
	b       []byte
	n       int
	seconds map[string]int64 // begin of a date, since 2000-01-01
}

const (
	copyHeader = "PGCOPY\n\377\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	// epoch is 2000-01-01 UTC in seconds of 1970, where PostgreSQL counts from.
	epoch = 946684800
	// unreadable stands for a date that nobody can read: the year 1.
	unreadable = -62135596800
	// knownDates bounds the dates that are remembered.
	knownDates = 1 << 14
)

const copyPoints = "COPY time_series_data (indicator_id, time, date, occurrence, value, position, source_version) FROM STDIN (FORMAT binary)"

// imported is the position of a point that no catalogue row brought.
const imported = -1

// begin is when a date begins, in seconds since 2000-01-01.
func (p *pointRows) begin(date string) int64 {
	if at, ok := p.seconds[date]; ok {
		return at
	}
	at, ok := series.Start(date)
	if !ok {
		at = unreadable
	}
	if p.seconds == nil || len(p.seconds) >= knownDates {
		p.seconds = map[string]int64{}
	}
	p.seconds[date] = at - epoch
	return at - epoch
}

// add appends a row.
func (p *pointRows) add(id, date string, value float64, occurrence, position int, version string) {
	if p.n == 0 {
		p.b = append(p.b[:0], copyHeader...)
	}
	p.n++
	b := binary.BigEndian.AppendUint16(p.b, 7)
	b = appendField(b, id)
	b = binary.BigEndian.AppendUint32(b, 8)
	b = binary.BigEndian.AppendUint64(b, uint64(p.begin(date)*1e6))
	b = appendField(b, date)
	b = binary.BigEndian.AppendUint32(b, 2)
	b = binary.BigEndian.AppendUint16(b, uint16(occurrence))
	b = binary.BigEndian.AppendUint32(b, 8)
	b = binary.BigEndian.AppendUint64(b, math.Float64bits(value))
	if position == imported {
		b = append(b, 0xff, 0xff, 0xff, 0xff) // NULL
	} else {
		b = binary.BigEndian.AppendUint32(b, 4)
		b = binary.BigEndian.AppendUint32(b, uint32(position))
	}
	if version == "" {
		b = append(b, 0xff, 0xff, 0xff, 0xff)
	} else {
		b = appendField(b, version)
	}
	p.b = b
}

func appendField(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(text)))
	return append(b, text...)
}

// send copies the rows into the table. They stay, for a transaction that is
// repeated.
func (p *pointRows) send(ctx context.Context, tx pgx.Tx) error {
	if p.n == 0 {
		return nil
	}
	_, err := tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(binary.BigEndian.AppendUint16(p.b, 0xffff)), copyPoints)
	return err
}

// reset forgets the rows and keeps their memory.
func (p *pointRows) reset() { p.b, p.n = p.b[:0], 0 }
