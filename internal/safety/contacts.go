// Package safety is what is there when a life may be in danger: whom to reach,
// which answers are looked at, and who was told. It is no emergency service, and
// nobody watches in real time.
package safety

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"
)

// A Country is whom somebody in danger can reach there: the emergency number,
// always, and the crisis lines that are known. Callers share it and do not write to it.
type Country struct {
	Code      string    `json:"code"` // ISO 3166-1 alpha-2, "GB"
	Name      string    `json:"name"`
	Emergency Emergency `json:"emergency"`
	Lines     []Line    `json:"lines"`
}

// Emergency is the number for danger to life. It is always shown.
type Emergency struct {
	Number string `json:"number"`
	Tel    string `json:"tel"`            // "tel:999"
	Also   string `json:"also,omitempty"` // what else works, in words
}

// A Line is a crisis line. It has a Number to call, a Text to send, or both.
type Line struct {
	// For is what whoever calls the number finds, in the same few words for all lines
	// (Purposes), and no more than the line's name or its Source says of it; "" where
	// there is no number.
	For       string `json:"for,omitempty"`
	Name      string `json:"name"`
	Number    string `json:"number,omitempty"` // as people write it
	Tel       string `json:"tel,omitempty"`    // "tel:116123"
	Text      string `json:"text,omitempty"`   // "Text HELLO to 50808"
	SMS       string `json:"sms,omitempty"`    // "sms:50808"
	Hours     string `json:"hours,omitempty"`  // "" if not known
	Languages string `json:"languages,omitempty"`
	Note      string `json:"note,omitempty"` // "Choose option 2"; "Free" only where Source says so
	// Checked is the day ("2006-01-02") on which the line was last compared with
	// what Source publishes; "" if it never was, and then it is not shown. For the
	// numbers that ship, the copy compared with may itself be older than that day,
	// and nobody has called them: a practice calls its own and sets its own date.
	Checked string `json:"checked"`
	Source  string `json:"source"`
}

// CheckedOn is the day of the check; ok is false if there was none.
func (l Line) CheckedOn() (day time.Time, ok bool) {
	day, err := time.Parse(time.DateOnly, l.Checked)
	return day, err == nil
}

// Shown are the lines that may be shown: those that were checked.
func (c Country) Shown() []Line {
	var out []Line
	for _, l := range c.Lines {
		if _, ok := l.CheckedOn(); ok {
			out = append(out, l)
		}
	}
	return out
}

//go:embed contacts.json
var contactsJSON []byte

var contacts = sync.OnceValue(func() []Country {
	var all []Country
	if err := json.Unmarshal(contactsJSON, &all); err != nil {
		panic("safety: contacts.json: " + err.Error()) // compiled in, and tested
	}
	return all
})

// Contacts is whom to reach in the country with the given two-letter code, in
// small or capital letters. For a country that is not known, ok is false and the
// answer names 112, which most mobile networks pass on to the local emergency
// service, and says to use the local number.
func Contacts(code string) (c Country, ok bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	for _, c := range contacts() {
		if c.Code == code {
			return c, true
		}
	}
	return Country{Emergency: Emergency{Number: "112", Tel: "tel:112", Also: "or the emergency number where you are"}}, false
}

// Countries are all that are known, by name, for a practice to choose from. Those
// with an emergency number only have no Lines.
func Countries() []Country {
	all := slices.Clone(contacts())
	slices.SortFunc(all, func(a, b Country) int { return strings.Compare(a.Name, b.Name) })
	return all
}
