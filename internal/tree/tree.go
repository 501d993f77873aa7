// Package tree reads JSON that somebody else wrote: strictly, under limits, and so
// that whoever wrote it is told where in it something is wrong.
//
//	item[3].answerOption[1]: no ordinalValue, so it cannot be scored
package tree

import (
	"encoding/json"
	"fmt"
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
	p := &planter{text: strings.TrimPrefix(string(data), "\ufeff"), most: most}
	n, err := p.grow("", 0)
	if err != nil {
		return Node{}, err
	}
	if p.space(); p.at < len(p.text) {
		return Node{}, Wrong("", "something follows the end")
	}
	return n, nil
}

// A planter reads values and counts them. It takes what encoding/json would, by which it
// is tested, and makes no copy of texts.
type planter struct {
	text   string
	at     int // how far it has come
	most   Limits
	values int
}

func (p *planter) grow(at string, depth int) (Node, error) {
	if p.values++; p.values > p.most.Values {
		return Node{}, Wrong("", fmt.Sprintf("more than %d values", p.most.Values))
	}
	if len(at) > maxPlace {
		return Node{}, Wrong("", "the names of what lies inside one another are too long")
	}
	n := Node{At: at}
	switch c := p.next(); {
	case c == '{' || c == '[':
		if depth == p.most.Depth {
			return Node{}, Wrong(at, fmt.Sprintf("more than %d levels deep", p.most.Depth))
		}
		n.Kind = c
		p.at++
		if c == '{' {
			return n, n.object(p, depth)
		}
		return n, n.members(p, depth)
	case c == '"':
		n.Kind = '"'
		text, ok := p.quoted()
		if !ok {
			return Node{}, p.flaw(at)
		}
		n.Text = text
		return n, p.readable(at, text)
	case c == '-' || c >= '0' && c <= '9':
		n.Kind = '0'
		from := p.at
		if !p.number() {
			return Node{}, p.flaw(at)
		}
		n.Text = p.text[from:p.at]
	case p.word("true"):
		n.Kind, n.Truth = 't', true
	case p.word("false"):
		n.Kind = 't'
	case p.word("null"):
		n.Kind = 'n'
	default:
		return Node{}, p.flaw(at)
	}
	return n, nil
}

// flaw says that no value can go on as it does.
func (p *planter) flaw(at string) error {
	if p.at >= len(p.text) {
		return Wrong(at, "not valid JSON: EOF")
	}
	c, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return Wrong(at, fmt.Sprintf("not valid JSON: %q is not understood here", c))
}

// space goes past space.
func (p *planter) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\n', '\t', '\r':
			p.at++
		default:
			return
		}
	}
}

// next is what comes after space; 0 at the end.
func (p *planter) next() byte {
	p.space()
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// takes goes past c, if c comes next.
func (p *planter) takes(c byte) bool {
	if p.next() != c {
		return false
	}
	p.at++
	return true
}

// word goes past a word, if it stands here.
func (p *planter) word(word string) bool {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return false
	}
	p.at += len(word)
	return true
}

// quoted goes past a text and returns it.
func (p *planter) quoted() (text string, ok bool) {
	from := p.at
	for p.at++; p.at < len(p.text); p.at++ {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[from+1 : p.at-1], true
		case c < ' ':
			return "", false
		case c == '\\':
			return p.escaped(from)
		}
	}
	return "", false
}

// escaped is the text that begins at from, and has escapes in it.
func (p *planter) escaped(from int) (text string, ok bool) {
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '"':
			p.at++
			ok = json.Unmarshal([]byte(p.text[from:p.at]), &text) == nil
			return text, ok
		case '\\':
			p.at++
		}
	}
	return "", false
}

// number goes past a number.
func (p *planter) number() bool {
	if p.here('-') {
		p.at++
	}
	if p.here('0') {
		p.at++
	} else if !p.digits() {
		return false
	}
	if p.here('.') {
		if p.at++; !p.digits() {
			return false
		}
	}
	if p.here('e') || p.here('E') {
		if p.at++; p.here('+') || p.here('-') {
			p.at++
		}
		return p.digits()
	}
	return true
}

// here says whether c stands here.
func (p *planter) here(c byte) bool { return p.at < len(p.text) && p.text[p.at] == c }

// digits goes past digits, and says whether there are any.
func (p *planter) digits() bool {
	from := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at > from
}

func (n *Node) object(p *planter, depth int) error {
	n.Fields = make(map[string]Node)
	if p.takes('}') {
		return nil
	}
	for {
		if p.next() == 0 && p.at == len(p.text) {
			return Wrong(n.At, "not closed")
		}
		if !p.here('"') {
			return Wrong(n.At, "not valid JSON")
		}
		key, ok := p.quoted()
		if !ok || !p.takes(':') {
			return Wrong(n.At, "not valid JSON")
		}
		if len(key) > 100 {
			return Wrong(n.At, "a name in it is longer than 100")
		}
		here := strings.TrimPrefix(n.At+"."+key, ".")
		if _, twice := n.Fields[key]; twice {
			return Wrong(here, "given twice")
		}
		member, err := p.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.Keys = append(n.Keys, key)
		n.Fields[key] = member
		if p.takes(',') {
			continue
		}
		return p.closed(n.At, '}')
	}
}

func (n *Node) members(p *planter, depth int) error {
	if p.takes(']') {
		return nil
	}
	for i := 0; ; i++ {
		here := n.At + "[" + strconv.Itoa(i) + "]"
		if i == p.most.List {
			return Wrong(here, fmt.Sprintf("more than %d", p.most.List))
		}
		member, err := p.grow(here, depth+1)
		if err != nil {
			return err
		}
		n.List = append(n.List, member)
		if p.takes(',') {
			continue
		}
		return p.closed(n.At, ']')
	}
}

// closed goes past the end of what stands at the place.
func (p *planter) closed(at string, end byte) error {
	switch {
	case p.takes(end):
		return nil
	case p.at == len(p.text):
		return Wrong(at, "not closed")
	}
	return Wrong(at, "not valid JSON")
}

// readable refuses what no page could show.
func (p *planter) readable(at, text string) error {
	if len(text) <= p.most.Text && shows(text) {
		return nil
	}
	if utf8.RuneCountInString(text) > p.most.Text {
		return Wrong(at, fmt.Sprintf("longer than %d", p.most.Text))
	}
	if strings.ContainsFunc(text, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r'
	}) {
		return Wrong(at, "has a character that cannot be shown")
	}
	return nil
}

// shows says whether text is of the plainest letters alone, as most are.
func shows(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
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
