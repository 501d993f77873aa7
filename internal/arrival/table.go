package arrival

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/fault"
)

// Limits of one file, so that a wrong one takes no more than a right one.
const (
	MaxBytes   = 5 << 20
	MaxRows    = 20_000
	MaxColumns = 100
	maxCell    = 4_000   // bytes
	maxCells   = 400_000 // all together
)

// A Table is a CSV file as it was read: all that it says is text, formulas too.
type Table struct {
	Names   []string // of the columns, as the first line has them
	Rows    []Row
	Comma   rune   // ',', ';' or tab
	Charset string // in words: "UTF-8", "UTF-16" or "Windows-1252"
}

// A Row is one row of a table. Cells has as many as there are names.
type Row struct {
	Line  int // of the file, from 1, where it begins
	Cells []string
	Wrong string // why the row cannot be read; empty: it can
}

// ReadTable reads a CSV file: with or without a byte order mark, in UTF-8, UTF-16 or
// Windows-1252, its cells parted by commas, semicolons or tabs, whichever the first
// line has most of, its lines ended in any way, with quotes around cells or without.
// Blank rows are passed over. What is wrong with a whole file is fault.Invalid at
// "file"; what is wrong with a row stands with the row.
func ReadTable(data []byte) (*Table, error) {
	if len(data) > MaxBytes {
		return nil, wrongFile(fmt.Sprintf("The file is larger than %d MB. Please bring it in parts.", MaxBytes>>20))
	}
	text, charset, err := decoded(data)
	if err != nil {
		return nil, err
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	t := &Table{Charset: charset}
	skipped := 0
	if first, rest, ok := strings.Cut(text, "\n"); ok && len(first) == 5 && strings.HasPrefix(first, "sep=") {
		text, skipped = rest, 1 // which spreadsheets write for themselves
	}
	t.Comma = separator(text)
	return t, t.read(text, skipped)
}

func wrongFile(text string) error { return fault.New(fault.Invalid, "file", text) }

func (t *Table) read(text string, skipped int) error {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = t.Comma, -1
	cells := 0
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return notTable(err, skipped)
		}
		line, _ := r.FieldPos(0)
		for i, cell := range row {
			row[i] = tidy(cell)
			cells++
		}
		switch {
		case len(row) > MaxColumns:
			return wrongFile(fmt.Sprintf("Line %d has more than %d columns.", line+skipped, MaxColumns))
		case cells > maxCells:
			return wrongFile("There is more in this file than can be brought at once. Please bring it in parts.")
		case blank(row):
		case t.Names == nil:
			t.Names = row
		case len(t.Rows) == MaxRows:
			return wrongFile(fmt.Sprintf("There are more than %d rows in this file. Please bring it in parts.", MaxRows))
		default:
			t.Rows = append(t.Rows, t.row(row, line+skipped))
		}
	}
	switch {
	case t.Names == nil:
		return wrongFile("There is nothing in this file.")
	case len(t.Rows) == 0:
		return wrongFile("There is one line in this file, and nothing below it. The first line names the columns.")
	}
	return nil
}

// row is cells as a row of t.
func (t *Table) row(cells []string, line int) Row {
	r := Row{Line: line, Cells: cells}
	for len(cells) > len(t.Names) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	switch {
	case len(cells) > len(t.Names):
		r.Wrong = fmt.Sprintf("has %d cells, and the first line names %d columns; text with a %s in it needs quotes around the cell", len(cells), len(t.Names), commaWord(t.Comma))
	case len(cells) < len(t.Names):
		r.Wrong = fmt.Sprintf("ends after %d of %d cells", len(cells), len(t.Names))
	}
	for i, cell := range cells {
		if i < len(t.Names) && len(cell) > maxCell {
			r.Wrong = fmt.Sprintf("has a cell longer than %d letters, under “%s”", maxCell, t.Names[i])
		}
	}
	r.Cells = make([]string, len(t.Names))
	copy(r.Cells, cells)
	return r
}

func commaWord(comma rune) string {
	switch comma {
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	}
	return "comma"
}

// notTable says where a file stops being CSV.
func notTable(err error, skipped int) error {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return &fault.Error{Kind: fault.Invalid, Field: "file", Text: "This file could not be read.", Err: err}
	}
	if errors.Is(at.Err, csv.ErrBareQuote) {
		return wrongFile(fmt.Sprintf("Line %d: quotes stand inside a cell that does not begin with them.", at.Line+skipped))
	}
	return wrongFile(fmt.Sprintf("Line %d: the quotes around a cell are not closed, or something stands after them.", at.StartLine+skipped))
}

// tidy is a cell without the space around it that nobody sees, and as a text that can
// be kept; what cannot be is left for whoever reads the cell to refuse.
func tidy(cell string) string {
	return strings.TrimSpace(strings.ReplaceAll(fault.Plain(cell), "\u00a0", " "))
}

func blank(row []string) bool {
	for _, cell := range row {
		if cell != "" {
			return false
		}
	}
	return true
}

// separator is what parts the cells: of comma, semicolon and tab what the first line
// has most of outside of quotes.
func separator(text string) rune {
	var n [128]int
	quoted, seen := false, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n' && seen:
			return most(n)
		case c == ',' || c == ';' || c == '\t':
			n[c]++
			seen = true
		case c != '\n' && c != ' ':
			seen = true
		}
	}
	return most(n)
}

func most(n [128]int) rune {
	best := ','
	for _, c := range []rune{';', '\t'} {
		if n[c] > n[best] {
			best = c
		}
	}
	return best
}

// decoded is data as text, and in words how it was written down.
func decoded(data []byte) (text, charset string, err error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return wide(data)
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) || bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")) {
		return "", "", wrongFile("This is a spreadsheet and not a table in text. Please save it as CSV, and bring that.")
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return "", "", wrongFile("This is no table in text. Please save it as CSV, and bring that.")
	}
	if utf8.Valid(data) {
		return string(data), "UTF-8", nil
	}
	var b strings.Builder
	b.Grow(len(data) + len(data)/8)
	for _, c := range data {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows[c-0x80]
		}
		if r == 0 {
			return "", "", wrongFile("The letters of this file are written in a way that is not known here. Please save it as “CSV UTF-8”.")
		}
		b.WriteRune(r)
	}
	return b.String(), "Windows-1252", nil
}

// wide reads UTF-16, as some spreadsheets save "Unicode text".
func wide(data []byte) (text, charset string, err error) {
	if len(data)%2 != 0 {
		return "", "", wrongFile("This file is not whole. Please save it as “CSV UTF-8”.")
	}
	little := data[0] == 0xff
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i < len(data); i += 2 {
		a, b := uint16(data[i]), uint16(data[i+1])
		if little {
			a, b = b, a
		}
		units = append(units, a<<8|b)
	}
	text = string(utf16.Decode(units))
	if strings.ContainsRune(text, 0) || len(text) > 2*MaxBytes {
		return "", "", wrongFile("This is no table in text. Please save it as “CSV UTF-8”.")
	}
	return text, "UTF-16", nil
}

// windows is what Windows-1252 has from 0x80 to 0x9f; 0 is nothing. The rest is as in
// Unicode. Source: the WHATWG's encoding standard, index windows-1252, without the
// five controls that it fills the gaps with.
var windows = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
