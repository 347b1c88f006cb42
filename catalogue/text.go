package catalogue

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"classify"
)

var (
	bomUTF8    = []byte{0xEF, 0xBB, 0xBF}
	bomUTF16LE = []byte{0xFF, 0xFE}
	bomUTF16BE = []byte{0xFE, 0xFF}
)

// utf16Of returns the encoding of text that is UTF-16: by its byte-order mark,
// or by the zero in every second byte of the Latin letters, separators and line
// ends that a heading has. It is nil for any other text.
func utf16Of(head []byte) encoding.Encoding {
	if bytes.HasPrefix(head, bomUTF16LE) || bytes.HasPrefix(head, bomUTF16BE) {
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	}
	const looked = 512
	var zeros [2]int // at even and at odd places
	head = head[:min(len(head), looked)&^1]
	for i, c := range head {
		if c == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 4:
	case zeros[0] == 0 && zeros[1] > pairs/2:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[1] == 0 && zeros[0] > pairs/2:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

// legible is the beginning of what stands in a stream, whatever its encoding.
func legible(head []byte) []byte {
	wide := utf16Of(head)
	if wide == nil {
		return head
	}
	text, err := wide.NewDecoder().Bytes(head[:min(len(head), 512)&^1])
	if err != nil {
		return head
	}
	return text
}

// decodeText takes the byte-order mark away and turns UTF-16 (as spreadsheets
// write "Unicode text") and the line ends of old Macs into what the parsers
// read. head is what the stream begins with. Latin-1 is left to latin1, cell by
// cell, because catalogues that were glued together mix encodings.
func decodeText(r io.Reader, head []byte) (io.Reader, error) {
	if wide := utf16Of(head); wide != nil {
		return wide.NewDecoder().Reader(r), nil
	}
	if bytes.HasPrefix(head, bomUTF8) {
		if _, err := io.CopyN(io.Discard, r, 3); err != nil {
			return nil, err
		}
	}
	if err := refuseBinary(head); err != nil {
		return nil, err
	}
	if bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0 {
		r = &carriageReturns{r}
	}
	return r, nil
}

// refuseBinary names what people most often take for a catalogue. A few NUL
// bytes after the heading cost their rows and not the file.
func refuseBinary(head []byte) error {
	kinds := []struct{ magic, what, remedy string }{
		{"PK\x03\x04", "a zip archive or an Excel workbook", "save the sheet as CSV, or unpack the archive, and read that file"},
		{"\xD0\xCF\x11\xE0", "an old Excel or Word file", "save the sheet as CSV and read that file"},
		{"%PDF", "a PDF document", "give the table as CSV, JSON or Parquet"},
		{"SQLite format 3", "a SQLite database", "export the table as CSV and read that file"},
		{"<!DOCTYPE", "a web page", "look whether the download wants a login or another address"},
		{"<html", "a web page", "look whether the download wants a login or another address"},
		{"<?xml", "an XML document", "give the catalogue as CSV, JSON or Parquet"},
	}
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return classify.WithHint(errors.New("this is "+k.what+", not a catalogue"), "%s", k.remedy)
		}
	}
	line, _, _ := bytes.Cut(head, []byte{'\n'})
	if nuls := bytes.Count(head, []byte{0}); bytes.IndexByte(line, 0) >= 0 || nuls > 8 && nuls > len(head)/100 {
		return classify.WithHint(errors.New("this is a binary file: it has NUL bytes"),
			"a catalogue is CSV, JSON, JSONL or Parquet, also packed as .gz or .zst")
	}
	return nil
}

// latin1 reads bytes that are no UTF-8 as Windows-1252, of which Latin-1's
// printable characters are a part.
func latin1(s string) string {
	decoded, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return string(bytes.ToValidUTF8([]byte(s), []byte("\uFFFD")))
	}
	return decoded
}

func validText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return latin1(s)
}

// carriageReturns turns lone carriage returns into line feeds.
type carriageReturns struct{ r io.Reader }

func (c *carriageReturns) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
