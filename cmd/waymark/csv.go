package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of what is read from a CSV file, so that a wrong file takes no more
// memory than a right one.
const (
	maxRow     = 1 << 20 // bytes of one row, line breaks in quotes included
	maxColumns = 10_000
	maxShown   = 40 // characters of a wrong cell that an error repeats
)

// A table is a CSV file read row by row, in constant memory. Every error of it
// names the file, and where there is one, the line and the column.
//
//	t, err := openTable(c, path, c.csvFlags)   // reads the first line
//	defer t.close()
//	pre, err := t.column("pre")
//	for t.next() {
//		x, ok, err := t.number(pre)            // ok false: the cell is empty
//	}
//	err = t.err
//
// A byte order mark, CRLF, blank lines and spaces around a cell are taken; the
// separator is the comma, the semicolon or the tab, whichever the first line
// uses. All rows must have as many cells as the first line.
type table struct {
	name    string // of the file, for errors
	names   []string
	first   int      // the line of the names
	line    int      // the first line of row
	row     []string // reused by next
	comma   rune     // the separator
	decimal byte     // '.' or ','
	missing string
	err     error

	reader *csv.Reader
	source *bounded
	file   io.Closer // nil if not ours to close
}

// openTable opens the file at path, or standard input for "-", and reads its
// first line.
func openTable(c *call, path string, flags csvFlags) (*table, error) {
	if path == "-" {
		return readTable(c.in, "standard input", flags)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.IsDir() {
		file.Close()
		return nil, fmt.Errorf("%s is a folder, not a CSV file", path)
	}
	t, err := readTable(file, path, flags)
	if err != nil {
		file.Close()
		return nil, err
	}
	t.file = file
	return t, nil
}

// readTable reads from r, calling it name in errors.
func readTable(r io.Reader, name string, flags csvFlags) (*table, error) {
	t := &table{name: name, decimal: '.', missing: flags.Missing}
	if flags.Decimal == "comma" {
		t.decimal = ','
	}
	t.source = &bounded{r: r}
	start, err := t.source.peekLine()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if t.comma, err = separator(start); err != nil {
		return nil, fmt.Errorf("%s, line 1: %w", name, err)
	}
	t.reader = csv.NewReader(t.source)
	t.reader.Comma = t.comma
	t.reader.ReuseRecord = true
	t.reader.FieldsPerRecord = -1 // counted here, for a better error
	if err := t.readNames(); err != nil {
		return nil, err
	}
	return t, nil
}

func (t *table) close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}

func (t *table) readNames() error {
	names, err := t.reader.Read()
	switch {
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s is empty: the first line must name the columns", t.name)
	case err != nil:
		return t.at(err)
	case len(names) > maxColumns:
		return fmt.Errorf("%s, line 1: more than %d columns", t.name, maxColumns)
	}
	t.names = slices.Clone(names)
	t.first, _ = t.reader.FieldPos(0)
	for i, n := range t.names {
		if !utf8.ValidString(n) {
			return fmt.Errorf("%s, line %d, column %d: not UTF-8; save the file as \"CSV UTF-8\"", t.name, t.first, i+1)
		}
		t.names[i] = strings.TrimSpace(n)
	}
	return nil
}

// A csvFile can be read more than once.
type csvFile struct {
	name  string
	flags csvFlags
	kept  []byte // what came from where it cannot be read again; nil for a file
}

// maxKept is how much of standard input is kept to be read twice, in bytes.
const maxKept = 64 << 20

// rereadable prepares the file at path, or standard input for "-", for being read
// more than once. What is no ordinary file is kept in memory, and refused beyond
// maxKept.
func rereadable(c *call, path string, flags csvFlags) (*csvFile, error) {
	if path != "-" {
		if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() || info.IsDir() {
			return &csvFile{name: path, flags: flags}, err
		}
	}
	from, name := c.in, "standard input"
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		from, name = file, path
	}
	kept, err := io.ReadAll(io.LimitReader(from, maxKept+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	case len(kept) > maxKept:
		return nil, fmt.Errorf("%s holds more than %d MiB, which would all be kept in memory: save it as a file and name that", name, maxKept>>20)
	}
	return &csvFile{name: name, flags: flags, kept: kept[:len(kept):len(kept)]}, nil
}

// open begins to read the file from its start.
func (f *csvFile) open() (*table, error) {
	if f.kept != nil {
		return readTable(bytes.NewReader(f.kept), f.name, f.flags)
	}
	return openTable(nil, f.name, f.flags)
}

// appendRow writes cells as one row, without the line break.
func appendRow(line []byte, cells []string, comma rune) []byte {
	for i, cell := range cells {
		if i > 0 {
			line = append(line, byte(comma))
		}
		line = appendCell(line, cell, comma)
	}
	return line
}

// appendCell writes one cell, with quotes if it needs them.
func appendCell(line []byte, cell string, comma rune) []byte {
	quote := false
	for i := range len(cell) {
		if b := cell[i]; b == byte(comma) || b == '"' || b == '\n' || b == '\r' {
			quote = true
			break
		}
	}
	if !quote && (cell == "" || cell[0] != ' ' && cell[0] != '\t') {
		return append(line, cell...)
	}
	line = append(line, '"')
	for i := range len(cell) {
		if cell[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, cell[i])
	}
	return append(line, '"')
}

// column returns where the column called name is. Upper and lower case differ.
func (t *table) column(name string) (int, error) {
	at := -1
	for i, n := range t.names {
		if n != name {
			continue
		}
		if at >= 0 {
			return 0, fmt.Errorf("%s, line %d: columns %d and %d are both called %q", t.name, t.first, at+1, i+1, name)
		}
		at = i
	}
	if at < 0 {
		return 0, fmt.Errorf("%s, line %d: no column is called %q; there are %s", t.name, t.first, name, shorten(strings.Join(t.names, ", "), 300))
	}
	return at, nil
}

// next reads the next row; false at the end or after an error, which is then in t.err.
func (t *table) next() bool {
	if t.err != nil {
		return false
	}
	t.source.used = 0
	row, err := t.reader.Read()
	if err != nil {
		if !errors.Is(err, io.EOF) {
			t.err = t.at(err)
		}
		return false
	}
	if len(row) != len(t.names) {
		t.err = t.ragged(len(row))
		return false
	}
	t.row = row
	t.line, _ = t.reader.FieldPos(0)
	return true
}

func (t *table) ragged(n int) error {
	line, _ := t.reader.FieldPos(0)
	if n < len(t.names) {
		return fmt.Errorf("%s, line %d, column %q: the row ends after %d of %d cells", t.name, line, t.names[n], n, len(t.names))
	}
	hint := ""
	if t.comma == ',' {
		hint = "; a decimal comma, or text with a comma in it, needs quotes around the cell"
	}
	return fmt.Errorf("%s, line %d, column %d: the row has %d cells, and the first line names %d%s", t.name, line, len(t.names)+1, n, len(t.names), hint)
}

// number reads the cell of this row in column i; ok is false if it is empty or
// the word for a missing value. The number is finite.
func (t *table) number(i int) (x float64, ok bool, err error) {
	cell := t.row[i]
	if n := len(cell); n == 1 && cell[0]-'0' <= 9 {
		return float64(cell[0] - '0'), true, nil
	} else if n == 2 && cell[0]-'0' <= 9 && cell[1]-'0' <= 9 {
		return float64(int(cell[0]-'0')*10 + int(cell[1]-'0')), true, nil
	}
	cell = strings.TrimSpace(cell)
	if cell == "" || t.missing != "" && cell == t.missing {
		return 0, false, nil
	}
	x, err = parseNumber(cell, t.decimal == ',')
	if err != nil {
		return 0, false, t.wrong(i, err)
	}
	return x, true, nil
}

// text is the cell of this row in column i without the spaces around it. It is
// refused if it is not UTF-8.
func (t *table) text(i int) (string, error) {
	cell := strings.TrimSpace(t.row[i])
	if !utf8.ValidString(cell) {
		return "", t.wrong(i, errors.New("is not UTF-8; save the file as \"CSV UTF-8\""))
	}
	return cell, nil
}

// wrong is the error of the cell of this row in column i.
func (t *table) wrong(i int, err error) error {
	line, _ := t.reader.FieldPos(i)
	return fmt.Errorf("%s, line %d, column %q: %q %w", t.name, line, t.names[i], shorten(strings.ToValidUTF8(t.row[i], "\uFFFD"), maxShown), err)
}

// at says where a file stops being CSV.
func (t *table) at(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fmt.Errorf("%s, after line %d: %w", t.name, max(t.first, t.line), err)
	}
	what := parse.Err.Error()
	switch {
	case errors.Is(parse.Err, csv.ErrQuote) && parse.Line > parse.StartLine:
		what = fmt.Sprintf("the quotes of a cell that began in line %d are not closed properly", parse.StartLine)
	case errors.Is(parse.Err, csv.ErrQuote):
		what = "quotes are not closed, or something stands after them"
	case errors.Is(parse.Err, csv.ErrBareQuote):
		what = "quotes stand inside of a cell that does not begin with them"
	}
	return fmt.Errorf("%s, line %d, column %d: %s", t.name, parse.Line, parse.Column, what)
}

// parseNumber reads a decimal number such as 12, -1.5 or 2e-3, in which the
// decimal sign is a comma if comma is true. Words such as "inf", hexadecimal
// figures and signs that part thousands are refused.
func parseNumber(cell string, comma bool) (float64, error) {
	decimal, other := byte('.'), byte(',')
	if comma {
		decimal, other = ',', '.'
	}
	for i := range len(cell) {
		switch b := cell[i]; {
		case b >= '0' && b <= '9', b == '+', b == '-', b == 'e', b == 'E', b == decimal:
		case b == other && strings.Trim(cell, "0123456789+-.,eE") == "" && comma:
			return 0, errors.New("has a decimal point, and --decimal comma was given; write all numbers the same way")
		case b == other && strings.Trim(cell, "0123456789+-.,eE") == "":
			return 0, errors.New("has a comma; write 1.5, or give --decimal comma if the whole file writes 1,5")
		default:
			return 0, errors.New("is not a number; leave the cell empty where there is none, or name the word for it with --missing")
		}
	}
	if comma {
		cell = strings.ReplaceAll(cell, ",", ".")
	}
	x, err := strconv.ParseFloat(cell, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, errors.New("is too large for a number")
	case err != nil:
		return 0, errors.New("is not a number")
	}
	return x, nil
}

// separator finds what parts the cells of the first line: the one of comma,
// semicolon and tab that stands there outside of quotes.
func separator(line []byte) (rune, error) {
	found, quoted := rune(0), false
	for _, b := range line {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == ',' || b == ';' || b == '\t':
			if found != 0 && found != rune(b) {
				return 0, errors.New("more than one of comma, semicolon and tab part the names; put quotes around names that hold one")
			}
			found = rune(b)
		}
	}
	if found == 0 {
		found = ',' // a single column
	}
	return found, nil
}

// bounded hands on what it reads, without a byte order mark, until one row takes
// more than maxRow.
type bounded struct {
	r     io.Reader
	first []byte // read ahead, not yet handed on
	used  int    // bytes handed on since the row began
	ended error
}

// peekLine reads ahead to the end of the first line.
func (b *bounded) peekLine() ([]byte, error) {
	for end := -1; end < 0 && b.ended == nil; end = bytes.IndexByte(b.first, '\n') {
		if len(b.first) > maxRow {
			return nil, fmt.Errorf("the first line is longer than %d bytes: this is no CSV file", maxRow)
		}
		b.first = slices.Grow(b.first, 4096)
		n, err := b.r.Read(b.first[len(b.first):cap(b.first)])
		b.first, b.ended = b.first[:len(b.first)+n], err
	}
	if b.ended != nil && !errors.Is(b.ended, io.EOF) {
		return nil, b.ended
	}
	b.first = bytes.TrimPrefix(b.first, []byte("\xef\xbb\xbf"))
	if bytes.HasPrefix(b.first, []byte("\xff\xfe")) || bytes.HasPrefix(b.first, []byte("\xfe\xff")) {
		return nil, errors.New("the file is UTF-16; save it as \"CSV UTF-8\"")
	}
	line, _, _ := bytes.Cut(b.first, []byte("\n"))
	return line, nil
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.used > maxRow {
		return 0, fmt.Errorf("a row is longer than %d bytes: quotes may not be closed", maxRow)
	}
	if len(b.first) > 0 {
		n := copy(p, b.first)
		b.first = b.first[n:]
		b.used += n
		return n, nil
	}
	if b.ended != nil {
		return 0, b.ended
	}
	n, err := b.r.Read(p)
	b.used += n
	return n, err
}

// shorten cuts text to n characters and three dots.
func shorten(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n]) + "..."
	}
	return text
}
