// Package tree reads JSON that somebody else wrote: strictly, under limits, and so
// that whoever wrote it is told where in it something is wrong.
//
//	item[3].answerOption[1]: no ordinalValue, so it cannot be scored
package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of what is read. Whatever is larger is refused before it is understood.
type Limits struct {
	Bytes  int // of the whole
	Text   int // characters of one text
	List   int // members of one list
	Depth  int // objects and lists inside one another
	Values int // of any kind, all together: each takes memory
}

const maxPlace = 500 // bytes that name a place, which every value there carries

// A Node is one value of a JSON file, with the place where it stands.
type Node struct {
	At     string
	Kind   byte // '{', '[', '"', '0', 't' (true or false), 'n' (null)
	Text   string
	Truth  bool
	List   []Node
	Keys   []string
	Fields map[string]Node
}

// A Flaw says what is wrong, and where.
type Flaw struct{ At, Why string }

func (e *Flaw) Error() string {
	if e.At == "" {
		return e.Why
	}
	return e.At + ": " + e.Why
}

// Wrong returns a *Flaw.
func Wrong(at, why string) error { return &Flaw{at, why} }

// Read reads data as one JSON value, with every limit kept on the way.
func Read(data []byte, most Limits) (Node, error) {
	if len(data) > most.Bytes {
		return Node{}, Wrong("", fmt.Sprintf("larger than %d bytes", most.Bytes))
	}
	if !utf8.Valid(data) {
		return Node{}, Wrong("", "is no UTF-8 text")
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	dec.UseNumber()
	n, err := (&planter{Decoder: dec, most: most}).grow("", 0)
	if err != nil {
		return Node{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Node{}, Wrong("", "something follows the end")
	}
	return n, nil
}

// A planter reads values and counts them.
type planter struct {
	*json.Decoder
	most   Limits
	values int
}

func (dec *planter) grow(at string, depth int) (Node, error) {
	if dec.values++; dec.values > dec.most.Values {
		return Node{}, Wrong("", fmt.Sprintf("more than %d values", dec.most.Values))
	}
	if len(at) > maxPlace {
		return Node{}, Wrong("", "the names of what lies inside one another are too long")
	}
	tok, err := dec.Token()
	if err != nil {
		return Node{}, Wrong(at, "not valid JSON: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	n := Node{At: at}
	if _, opens := tok.(json.Delim); opens && depth == dec.most.Depth {
		return Node{}, Wrong(at, fmt.Sprintf("more than %d levels deep", dec.most.Depth))
	}
	switch v := tok.(type) {
	case json.Delim:
		n.Kind = byte(v)
		if v == '{' {
			return n, n.object(dec, depth)
		}
		return n, n.members(dec, depth)
	case string:
		n.Kind, n.Text = '"', v
		return n, dec.readable(at, v)
	case json.Number:
		n.Kind, n.Text = '0', v.String()
	case bool:
		n.Kind, n.Truth = 't', v
	default:
		n.Kind = 'n'
	}
	return n, nil
}

func (n *Node) object(dec *planter, depth int) error {
	n.Fields = make(map[string]Node)
	for dec.More() {
		tok, err := dec.Token()
		key, ok := tok.(string)
		if err != nil || !ok {
			return Wrong(n.At, "not valid JSON")
		}
		if len(key) > 100 {
			return Wrong(n.At, "a name in it is longer than 100")
		}
		here := strings.TrimPrefix(n.At+"."+key, ".")
		if _, twice := n.Fields[key]; twice {
			return Wrong(here, "given twice")
		}
		member, err := dec.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.Keys = append(n.Keys, key)
		n.Fields[key] = member
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return Wrong(n.At, "not closed")
	}
	return nil
}

func (n *Node) members(dec *planter, depth int) error {
	for i := 0; dec.More(); i++ {
		here := n.At + "[" + strconv.Itoa(i) + "]"
		if i == dec.most.List {
			return Wrong(here, fmt.Sprintf("more than %d", dec.most.List))
		}
		member, err := dec.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.List = append(n.List, member)
	}
	if _, err := dec.Token(); err != nil { // the closing bracket
		return Wrong(n.At, "not closed")
	}
	return nil
}

// readable refuses what no page could show.
func (dec *planter) readable(at, text string) error {
	if utf8.RuneCountInString(text) > dec.most.Text {
		return Wrong(at, fmt.Sprintf("longer than %d", dec.most.Text))
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return Wrong(at, "has a character that cannot be shown")
	}
	return nil
}

// Known refuses every member of n that is in neither list: the first are those
// that are read, the second those that may be there and say nothing to us.
// What could change the meaning of what is read is never ignored.
func (n Node) Known(read, ignored string) error {
	if n.Kind != '{' {
		return Wrong(n.At, "must be an object")
	}
	for _, key := range n.Keys {
		name := strings.TrimPrefix(key, "_") // FHIR: what is said about a member with a simple value
		switch {
		case name == "modifierExtension":
			return Wrong(n.Fields[key].At, "changes the meaning in a way that is not known here")
		case has(read, key), has(ignored, name), key != name && has(read, name), name == "id", name == "resourceType":
		default:
			return Wrong(n.Fields[key].At, "not known here")
		}
	}
	return nil
}

func has(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}

// Words is the text of the member called key; missing is an error unless it may be.
func (n Node) Words(key string, optional bool) (string, error) {
	m, there := n.Fields[key]
	here := strings.TrimPrefix(n.At+"."+key, ".")
	if !there {
		if optional {
			return "", nil
		}
		return "", Wrong(here, "missing")
	}
	if m.Kind != '"' {
		return "", Wrong(here, "must be text")
	}
	text := Tidy(m.Text)
	if text == "" {
		return "", Wrong(here, "must not be empty")
	}
	return text, nil
}

// Tidy is text without space around it and with one kind of line ending.
func Tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// All is the list called key; empty if it is not there.
func (n Node) All(key string) ([]Node, error) {
	m, there := n.Fields[key]
	if !there {
		return nil, nil
	}
	if m.Kind != '[' {
		return nil, Wrong(m.At, "must be a list")
	}
	return m.List, nil
}

// Whole is n as a whole number from -1000000 to 1000000.
func (n Node) Whole() (int, error) {
	x, err := n.Number()
	if err != nil || x != math.Trunc(x) || math.Abs(x) > 1e6 {
		return 0, Wrong(n.At, "must be a whole number")
	}
	return int(x), nil
}

func (n Node) Number() (float64, error) {
	x, err := strconv.ParseFloat(n.Text, 64)
	if n.Kind != '0' || err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, Wrong(n.At, "must be a number")
	}
	return x, nil
}
