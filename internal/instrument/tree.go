package instrument

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

// Limits of a definition. Whatever is larger is refused before it is understood.
const (
	MaxFile  = 1 << 20 // bytes
	MaxText  = 10_000  // characters of one text
	MaxItems = 200     // questions, and members of any other list
	MaxDepth = 32      // objects and lists inside one another

	maxValues = 50_000 // of any kind, all together: each takes memory
	maxPlace  = 500    // bytes that name a place, which every value there carries
)

// A node is one value of a JSON file, with the place where it stands.
type node struct {
	at     string
	kind   byte // '{', '[', '"', '0', 't' (true or false), 'n' (null)
	text   string
	truth  bool
	list   []node
	keys   []string
	fields map[string]node
}

// wrongAt says what is wrong, and where.
type wrongAt struct{ at, why string }

func (e *wrongAt) Error() string {
	if e.at == "" {
		return e.why
	}
	return e.at + ": " + e.why
}

func wrong(at, why string) error { return &wrongAt{at, why} }

// plant reads data as one JSON value, with every limit kept on the way.
func plant(data []byte) (node, error) {
	if len(data) > MaxFile {
		return node{}, wrong("", fmt.Sprintf("larger than %d bytes", MaxFile))
	}
	if !utf8.Valid(data) {
		return node{}, wrong("", "is no UTF-8 text")
	}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	dec.UseNumber()
	n, err := (&planter{Decoder: dec}).grow("", 0)
	if err != nil {
		return node{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return node{}, wrong("", "something follows the end")
	}
	return n, nil
}

// A planter reads values and counts them.
type planter struct {
	*json.Decoder
	values int
}

func (dec *planter) grow(at string, depth int) (node, error) {
	if dec.values++; dec.values > maxValues {
		return node{}, wrong("", fmt.Sprintf("more than %d values", maxValues))
	}
	if len(at) > maxPlace {
		return node{}, wrong("", "the names of what lies inside one another are too long")
	}
	tok, err := dec.Token()
	if err != nil {
		return node{}, wrong(at, "not valid JSON: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	n := node{at: at}
	if _, opens := tok.(json.Delim); opens && depth == MaxDepth {
		return node{}, wrong(at, fmt.Sprintf("more than %d levels deep", MaxDepth))
	}
	switch v := tok.(type) {
	case json.Delim:
		n.kind = byte(v)
		if v == '{' {
			return n, n.object(dec, depth)
		}
		return n, n.members(dec, depth)
	case string:
		n.kind, n.text = '"', v
		return n, readable(at, v)
	case json.Number:
		n.kind, n.text = '0', v.String()
	case bool:
		n.kind, n.truth = 't', v
	default:
		n.kind = 'n'
	}
	return n, nil
}

func (n *node) object(dec *planter, depth int) error {
	n.fields = make(map[string]node)
	for dec.More() {
		tok, err := dec.Token()
		key, ok := tok.(string)
		if err != nil || !ok {
			return wrong(n.at, "not valid JSON")
		}
		if len(key) > 100 {
			return wrong(n.at, "a name in it is longer than 100")
		}
		here := strings.TrimPrefix(n.at+"."+key, ".")
		if _, twice := n.fields[key]; twice {
			return wrong(here, "given twice")
		}
		member, err := dec.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.keys = append(n.keys, key)
		n.fields[key] = member
	}
	if _, err := dec.Token(); err != nil { // the closing brace
		return wrong(n.at, "not closed")
	}
	return nil
}

func (n *node) members(dec *planter, depth int) error {
	for i := 0; dec.More(); i++ {
		here := n.at + "[" + strconv.Itoa(i) + "]"
		if i == MaxItems {
			return wrong(here, fmt.Sprintf("more than %d", MaxItems))
		}
		member, err := dec.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.list = append(n.list, member)
	}
	if _, err := dec.Token(); err != nil { // the closing bracket
		return wrong(n.at, "not closed")
	}
	return nil
}

// readable refuses what no page could show.
func readable(at, text string) error {
	if utf8.RuneCountInString(text) > MaxText {
		return wrong(at, fmt.Sprintf("longer than %d", MaxText))
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return wrong(at, "has a character that cannot be shown")
	}
	return nil
}

// known refuses every member of n that is in neither list: the first are those
// that are read, the second those that may be there and say nothing to us.
// What could change the meaning of what is read is never ignored.
func (n node) known(read, ignored string) error {
	if n.kind != '{' {
		return wrong(n.at, "must be an object")
	}
	for _, key := range n.keys {
		name := strings.TrimPrefix(key, "_") // FHIR: what is said about a member with a simple value
		switch {
		case name == "modifierExtension":
			return wrong(n.fields[key].at, "changes the meaning in a way that is not known here")
		case has(read, key), has(ignored, name), key != name && has(read, name), name == "id", name == "resourceType":
		default:
			return wrong(n.fields[key].at, "not known here")
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

// words is the text of the member called key; missing is an error unless it may be.
func (n node) words(key string, optional bool) (string, error) {
	m, there := n.fields[key]
	here := strings.TrimPrefix(n.at+"."+key, ".")
	if !there {
		if optional {
			return "", nil
		}
		return "", wrong(here, "missing")
	}
	if m.kind != '"' {
		return "", wrong(here, "must be text")
	}
	text := tidy(m.text)
	if text == "" {
		return "", wrong(here, "must not be empty")
	}
	return text, nil
}

// tidy is text without space around it and with one kind of line ending.
func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

// all is the list called key; empty if it is not there.
func (n node) all(key string) ([]node, error) {
	m, there := n.fields[key]
	if !there {
		return nil, nil
	}
	if m.kind != '[' {
		return nil, wrong(m.at, "must be a list")
	}
	return m.list, nil
}

// whole is n as a whole number from -1000000 to 1000000.
func (n node) whole() (int, error) {
	x, err := n.number()
	if err != nil || x != math.Trunc(x) || math.Abs(x) > 1e6 {
		return 0, wrong(n.at, "must be a whole number")
	}
	return int(x), nil
}

func (n node) number() (float64, error) {
	x, err := strconv.ParseFloat(n.text, 64)
	if n.kind != '0' || err != nil || math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, wrong(n.at, "must be a number")
	}
	return x, nil
}
