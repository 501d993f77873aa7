package method

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/fault"
)

// Limits of a file. Whatever is larger is refused before it is understood.
const (
	MaxFile  = 1 << 20 // bytes
	MaxText  = 4_000   // characters of one text
	MaxName  = 200     // characters of a name
	MaxList  = 500     // members of one list
	maxDepth = 12      // objects and lists inside one another
	maxWords = 100_000 // values of any kind, all together
)

// A Sheet is what stands in one file, or all of them together.
type Sheet struct {
	Sources    []*Source    `json:"sources,omitempty"`
	Concerns   []*Concern   `json:"concerns,omitempty"`
	Approaches []*Approach  `json:"approaches,omitempty"`
	Techniques []*Technique `json:"techniques,omitempty"`
}

func (s *Sheet) append(more Sheet) {
	s.Sources = append(s.Sources, more.Sources...)
	s.Concerns = append(s.Concerns, more.Concerns...)
	s.Approaches = append(s.Approaches, more.Approaches...)
	s.Techniques = append(s.Techniques, more.Techniques...)
}

// counts are the lengths of the lists.
type counts struct{ sources, concerns, approaches, techniques int }

func (s *Sheet) counts() counts {
	return counts{len(s.Sources), len(s.Concerns), len(s.Approaches), len(s.Techniques)}
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

// Parse reads a file: its form, not yet whether what it names is there. What is
// wrong is named with its place: "approaches[3].links[0].strength: …".
func Parse(data []byte) (Sheet, error) {
	if len(data) > MaxFile {
		return Sheet{}, wrong("", fmt.Sprintf("larger than %d bytes", MaxFile))
	}
	if !utf8.Valid(data) {
		return Sheet{}, wrong("", "is no UTF-8 text")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	walk := json.NewDecoder(bytes.NewReader(data))
	walk.UseNumber()
	w := &walker{Decoder: walk}
	if err := w.value("", 0); err != nil {
		return Sheet{}, err
	}
	if _, err := walk.Token(); !errors.Is(err, io.EOF) {
		return Sheet{}, wrong("", "something follows the end")
	}
	var s Sheet
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return Sheet{}, wrong(placed(err))
	}
	if err := s.whole(); err != nil {
		return Sheet{}, err
	}
	return s, nil
}

// placed is where and what in the words of this package.
func placed(err error) (at, why string) {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return embedded.Replace(kind.Field), "must be " + map[string]string{
			"string": "text", "int": "a whole number", "slice": "a list", "struct": "an object", "ptr": "an object",
		}[kind.Type.Kind().String()]
	}
	return "", strings.TrimPrefix(err.Error(), "json: ")
}

// embedded takes out the names of what stands in the file as if written out.
var embedded = strings.NewReplacer("Entry.", "", "Said.", "")

// whole refuses members of lists that are null, which the decoder lets through.
func (s *Sheet) whole() error {
	for i, one := range s.Sources {
		if one == nil {
			return wrong(fmt.Sprintf("sources[%d]", i), "must be an object")
		}
	}
	for i, one := range s.Concerns {
		if one == nil {
			return wrong(fmt.Sprintf("concerns[%d]", i), "must be an object")
		}
	}
	for i, one := range s.Approaches {
		if one == nil {
			return wrong(fmt.Sprintf("approaches[%d]", i), "must be an object")
		}
	}
	for i, one := range s.Techniques {
		if one == nil {
			return wrong(fmt.Sprintf("techniques[%d]", i), "must be an object")
		}
	}
	return nil
}

// A walker goes through a file before it is understood: its depth and size, names
// given twice (of which the decoder would take the last), and every text.
type walker struct {
	*json.Decoder
	values int
}

func (w *walker) value(at string, depth int) error {
	if w.values++; w.values > maxWords {
		return wrong("", fmt.Sprintf("more than %d values", maxWords))
	}
	tok, err := w.Token()
	if err != nil {
		return wrong(at, "not valid JSON: "+strings.TrimPrefix(err.Error(), "json: "))
	}
	delim, opens := tok.(json.Delim)
	switch {
	case opens && depth == maxDepth:
		return wrong(at, fmt.Sprintf("more than %d levels deep", maxDepth))
	case opens && delim == '{':
		return w.object(at, depth)
	case opens:
		return w.list(at, depth)
	}
	if text, is := tok.(string); is {
		return readable(at, text)
	}
	if tok == nil {
		return wrong(at, "must not be null; leave it out")
	}
	return nil
}

func (w *walker) object(at string, depth int) error {
	seen := make(map[string]bool)
	for w.More() {
		tok, err := w.Token()
		key, is := tok.(string)
		if err != nil || !is {
			return wrong(at, "not valid JSON")
		}
		if len(key) > 40 {
			return wrong(at, "a name in it is longer than 40")
		}
		here := strings.TrimPrefix(at+"."+key, ".")
		if strings.ContainsFunc(key, func(r rune) bool { return r < 'a' || r > 'z' }) {
			return wrong(at, fmt.Sprintf("%q: names are small letters", key)) // the decoder would take "ID" for "id"
		}
		if seen[key] {
			return wrong(here, "given twice")
		}
		seen[key] = true
		if err := w.value(here, depth+1); err != nil {
			return err
		}
	}
	if _, err := w.Token(); err != nil {
		return wrong(at, "not closed")
	}
	return nil
}

func (w *walker) list(at string, depth int) error {
	for i := 0; w.More(); i++ {
		here := at + "[" + strconv.Itoa(i) + "]"
		if i == MaxList {
			return wrong(here, fmt.Sprintf("more than %d", MaxList))
		}
		if err := w.value(here, depth+1); err != nil {
			return err
		}
	}
	if _, err := w.Token(); err != nil {
		return wrong(at, "not closed")
	}
	return nil
}

// readable refuses what no page could show, by the same rule as every form.
func readable(at, text string) error {
	clean, err := fault.Text("file", text, MaxText)
	switch {
	case err != nil && fault.Length(text) > MaxText:
		return wrong(at, fmt.Sprintf("longer than %d", MaxText))
	case err != nil:
		return wrong(at, "has a character that cannot be shown")
	case clean == "":
		return wrong(at, "must not be empty; leave it out")
	case clean != text:
		return wrong(at, "has space around it, or a sign that cannot be seen")
	}
	return nil
}

// sound says whether something can be an id.
func sound(id string) bool {
	if len(id) < 2 || len(id) > 64 || id[0] < 'a' || id[0] > 'z' {
		return false
	}
	return !strings.ContainsFunc(id, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' })
}
