// Package safetyplan is the safety plan of a client: what somebody does, and whom they
// reach, when it gets dangerous, written down together while it is not. Its parts
// follow the Safety Planning Intervention (B. Stanley and G. K. Brown, Cognitive and
// Behavioral Practice 19, 2012, 256–264), in words of our own, with what is worth living
// for as a part of its own.
//
// Either side writes a draft, and a version is the plan once both have agreed to it;
// every version stays. It calls nobody and tells nobody: whom to reach at any hour is
// package safety.
package safetyplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What may be written, in characters, and how many people there may be in a part.
const (
	MaxText   = 1500 // of a part
	MaxName   = 100
	MaxPhone  = 40
	MaxWords  = 300 // beside a person
	MaxPeople = 6
)

// A Side is who wrote or agreed.
type Side string

// The sides.
const (
	ByClient    Side = "client"
	ByClinician Side = "clinician"
)

// SideOf is on which side of client's record actor stands.
func SideOf(actor access.Actor, client access.Compartment) Side {
	if actor.ID == client.Of() {
		return ByClient
	}
	return ByClinician
}

// A Part is one part of the plan.
type Part string

// The parts, in the order in which they help: the nearest first.
const (
	Signs         Part = "signs"
	Alone         Part = "alone"
	Places        Part = "places"
	Ask           Part = "ask"
	Professionals Part = "professionals"
	Surroundings  Part = "surroundings"
	Reasons       Part = "reasons"
)

// A Section is how a part is written and read, in the client's own voice.
type Section struct {
	Part   Part
	Label  string
	Hint   string
	People bool // it names people, with how they are reached
}

// Sections are all parts, in order.
func Sections() []Section {
	return []Section{
		{Signs, "How I notice that it is getting harder", "Thoughts, pictures, moods, something in the body, something I stop doing. A line each.", false},
		{Alone, "What helps me on my own", "Things that got me through an hour before, without needing anybody. A line each.", false},
		{Places, "Places and people that take my mind elsewhere", "Where there are others, and it need not be spoken about. A line each.", false},
		{Ask, "Whom I can ask for help", "People who may know how it is. What I could say is often half of it.", true},
		{Professionals, "Professionals whom I can reach", "By name and number, with the hours at which they answer. Whom to call at any hour always stands above.", true},
		{Surroundings, "How my surroundings become safer", "What is put away, given to somebody or locked, and who helps with that. A line each.", false},
		{Reasons, "What is worth living for", "People, animals, something to come, something to see through. A word is enough.", false},
	}
}

// A Person is somebody to reach.
type Person struct {
	Name  string `json:"name"`
	Phone string `json:"phone,omitempty"`
	Words string `json:"words,omitempty"` // who they are, when they answer, what could be said
}

// Tel is the address that calls p, "tel:+441174960118", or empty if there is no number
// to call in what was written.
func (p Person) Tel() string {
	phone := p.Phone
	if strings.HasPrefix(phone, "+") {
		phone = strings.Replace(phone, "(0)", "", 1) // as many write it, and nobody dials it
	}
	var b strings.Builder
	for i, r := range phone {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0:
			b.WriteRune(r)
		case strings.ContainsRune(" -/.()\u00a0\u2011\u2013", r):
		default:
			return "" // an extension, or words: it is read and not called
		}
	}
	if number := b.String(); len(strings.TrimPrefix(number, "+")) >= 3 {
		return "tel:" + number
	}
	return ""
}

// Content is what a plan says.
type Content struct {
	Text   map[Part]string   `json:"text,omitempty"`
	People map[Part][]Person `json:"people,omitempty"`
}

// Empty says whether it says nothing.
func (c Content) Empty() bool { return len(c.Text) == 0 && len(c.People) == 0 }

// Lines are the lines of a part that is text.
func (c Content) Lines(p Part) (all []string) {
	for line := range strings.SplitSeq(c.Text[p], "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Same says whether both say the same.
func (c Content) Same(d Content) bool {
	for _, s := range Sections() {
		if c.Text[s.Part] != d.Text[s.Part] || !slices.Equal(c.People[s.Part], d.People[s.Part]) {
			return false
		}
	}
	return true
}

// check returns c as it is kept, or what to correct. The fields of a part that is text
// are called as the part; those of the nth person, from 0, "name-ask-0" and so on.
func (c Content) check() (Content, error) {
	kept := Content{Text: map[Part]string{}, People: map[Part][]Person{}}
	for _, s := range Sections() {
		if !s.People {
			text, err := fault.Text(string(s.Part), c.Text[s.Part], MaxText)
			if err != nil {
				return c, err
			}
			if text != "" {
				kept.Text[s.Part] = text
			}
			continue
		}
		people, err := peopleOf(s.Part, c.People[s.Part])
		if err != nil {
			return c, err
		}
		if len(people) > 0 {
			kept.People[s.Part] = people
		}
	}
	if kept.Empty() {
		return c, fault.New(fault.Invalid, string(Signs), "One line in one of the parts is enough to begin with.")
	}
	return kept, nil
}

func peopleOf(part Part, all []Person) (kept []Person, err error) {
	for i, p := range all {
		at := func(field string) string { return fmt.Sprintf("%s-%s-%d", field, part, i) }
		if p.Name, err = fault.Line(at("name"), p.Name, MaxName); err != nil {
			return nil, err
		}
		if p.Phone, err = fault.Line(at("phone"), p.Phone, MaxPhone); err != nil {
			return nil, err
		}
		if p.Words, err = fault.Text(at("words"), p.Words, MaxWords); err != nil {
			return nil, err
		}
		switch {
		case p == Person{}:
			continue
		case p.Name == "":
			return nil, fault.New(fault.Invalid, at("name"), "Please say who this is. A first name is enough.")
		}
		kept = append(kept, p)
	}
	if len(kept) > MaxPeople {
		return nil, fault.New(fault.Invalid, fmt.Sprintf("name-%s-%d", part, MaxPeople), fmt.Sprintf("At most %d people in one part. In a bad hour, fewer are easier to choose from.", MaxPeople))
	}
	return kept, nil
}

// A Yes is that one side agreed to a version.
type Yes struct {
	Side Side
	By   string // person id
	At   time.Time
}

// A Version is the plan as somebody wrote it.
type Version struct {
	Content
	Number int64 // from 1; 0: there is none
	ID     string
	At     time.Time
	By     string // person id
	Side   Side
	Yes    []Yes // at most one of each side
}

// Of is that a side agreed to v, if it did.
func (v Version) Of(side Side) (Yes, bool) {
	i := slices.IndexFunc(v.Yes, func(y Yes) bool { return y.Side == side })
	if i < 0 {
		return Yes{}, false
	}
	return v.Yes[i], true
}

// Agreed says whether both sides agreed to v.
func (v Version) Agreed() bool {
	_, client := v.Of(ByClient)
	_, clinician := v.Of(ByClinician)
	return client && clinician
}

// Since is when v was agreed by both; zero if it is not.
func (v Version) Since() (at time.Time) {
	if !v.Agreed() {
		return at
	}
	for _, y := range v.Yes {
		if y.At.After(at) {
			at = y.At
		}
	}
	return at
}

// A Plan is how the safety plan of a client stands.
type Plan struct {
	Agreed Version // the newest that both agreed to; Number 0: none yet
	Newest Version // the same, or a draft; Number 0: nothing was written yet
}

// Held is the version that is shown when it is needed: what both agreed to, and as long
// as there is nothing like that the newest draft, because something helps more than
// nothing. ok is false if there is none.
func (p Plan) Held() (v Version, ok bool) {
	if p.Agreed.Number > 0 {
		return p.Agreed, true
	}
	return p.Newest, p.Newest.Number > 0
}

// Draft is the newest version if it is not agreed by both yet.
func (p Plan) Draft() (v Version, ok bool) {
	return p.Newest, p.Newest.Number > p.Agreed.Number
}

// WaitsFor says whether a draft of the other side waits for the yes of side.
func (p Plan) WaitsFor(side Side) bool {
	v, ok := p.Draft()
	if !ok {
		return false
	}
	_, said := v.Of(side)
	return !said
}

// A Form is a plan as somebody writes it.
type Form struct {
	ID   string // UUIDv7, made by the form
	From int64  // the version that it began from; 0: there was none
	Content
	Agree bool // whoever writes it agrees to it as it stands
}
