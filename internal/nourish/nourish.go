// Package nourish is what nourishes a client and what wears on them: remembered,
// planned for a day, and noted without numbers. Nothing here is counted, scored or
// compared.
//
// It is the client's own, as a log is: nobody else reads it until the client shows it,
// and from the moment they stop nobody else reads it any more.
package nourish

import (
	"fmt"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
)

// What may be written, in characters, and how much there may be.
const (
	MaxWords  = 200 // of a thing
	MaxLine   = 500 // beside a day
	MaxThings = 120
	MaxOfDay  = 24 // moments of one day
)

// How far from today a moment may lie, in days.
const (
	Ahead = 366
	Back  = 31
)

// A Kind is in which way something nourishes.
type Kind string

// The kinds.
const (
	Joy     Kind = "joy"
	Meaning Kind = "meaning"
	Energy  Kind = "energy"
	Play    Kind = "play"
	People  Kind = "people"
	Places  Kind = "places"
)

// Kinds are all of them, in the order in which they are offered.
func Kinds() []Kind { return []Kind{Joy, Meaning, Energy, Play, People, Places} }

// Words is the kind as it is said.
func (k Kind) Words() string {
	switch k {
	case Joy:
		return "Joy"
	case Meaning:
		return "Meaning"
	case Energy:
		return "Energy"
	case Play:
		return "Play"
	case People:
		return "People"
	case Places:
		return "Places"
	}
	return ""
}

// A Thing is something that nourishes somebody, or wears on them, as they remember it.
type Thing struct {
	ID       string
	Revision int64 // from 1
	Words    string
	Kinds    []Kind // in the order of Kinds; may be none
	Drains   bool   // it wears on them
	Item     string // the activity or trigger of the log that it is as well; empty: none
	Away     bool   // put away: no longer offered; days that were noted stay
	At       time.Time
}

// A State is how it stands with a moment.
type State string

// The states. Each is as good as the others.
const (
	Planned State = "planned"
	There   State = "there" // it was there
	LetGo   State = "let go"
)

// A Clock is from and to on a day, in minutes after midnight. The zero Clock is none.
type Clock struct {
	From int `json:"from,omitempty"`
	To   int `json:"to,omitempty"`
}

// None says whether no time is said.
func (c Clock) None() bool { return c == Clock{} }

// Words is "10:00 to 11:30".
func (c Clock) Words() string {
	if c.None() {
		return ""
	}
	return hands(c.From) + " to " + hands(c.To)
}

// Hands are from and to as a form has them: "10:00". Empty: none.
func (c Clock) Hands() (from, to string) {
	if c.None() {
		return "", ""
	}
	return hands(c.From), hands(c.To)
}

func hands(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// ParseClock reads what a form says of from and to: both, or neither.
func ParseClock(from, to string) (Clock, error) {
	if from == "" && to == "" {
		return Clock{}, nil
	}
	c := Clock{}
	for _, hand := range []struct {
		field, text string
		into        *int
	}{{"from", from, &c.From}, {"to", to, &c.To}} {
		t, err := time.Parse("15:04", hand.text)
		if err != nil {
			return Clock{}, fault.New(fault.Invalid, hand.field, "Please give both times, such as 10:00, or neither.")
		}
		*hand.into = t.Hour()*60 + t.Minute()
	}
	if c.To <= c.From {
		return Clock{}, fault.New(fault.Invalid, "to", "The end is before the beginning. What goes past midnight can be two days.")
	}
	return c, nil
}

// A Moment is a day on which a thing was there, or is planned.
type Moment struct {
	ID       string
	Revision int64 // from 1
	Thing    string
	Day      mood.Day
	State    State
	Clock    Clock
	Kept     bool // its time is kept free in the client's own calendar elsewhere
	Line     string
	At       time.Time
}

// Sharing is who reads this besides the client.
type Sharing struct {
	Revision int64 // 0: nothing was decided yet
	Shown    bool  // to those who treat the client
}

// A Book is what somebody keeps of this, as far as whoever asked may read it.
type Book struct {
	Things  []Thing  // in the order in which they were remembered
	Moments []Moment // of the days that were asked for, in order of day
	Sharing Sharing

	// Of the client's own log, for the client alone: what it has, and on which days.
	Items []mood.Item
	Log   map[mood.Day][]string
}

// Thing is the one with an id.
func (b Book) Thing(id string) (Thing, bool) {
	i := slices.IndexFunc(b.Things, func(t Thing) bool { return t.ID == id })
	if i < 0 {
		return Thing{}, false
	}
	return b.Things[i], true
}

// Moment is the one with an id.
func (b Book) Moment(id string) (Moment, bool) {
	i := slices.IndexFunc(b.Moments, func(m Moment) bool { return m.ID == id })
	if i < 0 {
		return Moment{}, false
	}
	return b.Moments[i], true
}

// A Seen is that a thing was there on a day.
type Seen struct {
	Thing  Thing
	Line   string
	Moment string // its id; empty: the log says so
}

// A Day is what was there on one day, side by side.
type Day struct {
	Day       mood.Day
	Nourishes []Seen
	Drains    []Seen
}

// Days are those from one day to another, both included, with what was there, in
// order. A thing stands once on a day, however often it was noted.
func (b Book) Days(from, to mood.Day) []Day {
	var all []Day
	for d := from; d <= to; d++ {
		one := Day{Day: d}
		known := map[string]bool{}
		add := func(s Seen) {
			if known[s.Thing.ID] {
				return
			}
			known[s.Thing.ID] = true
			if s.Thing.Drains {
				one.Drains = append(one.Drains, s)
			} else {
				one.Nourishes = append(one.Nourishes, s)
			}
		}
		for _, m := range b.Moments {
			if t, ok := b.Thing(m.Thing); ok && m.Day == d && m.State == There {
				add(Seen{t, m.Line, m.ID})
			}
		}
		for _, t := range b.Things {
			if t.Item != "" && slices.Contains(b.Log[d], t.Item) {
				add(Seen{Thing: t})
			}
		}
		all = append(all, one)
	}
	return all
}

// Waiting are the moments that are planned, from a day on, in order; those before it
// are not waited for any more, and nothing is said about them.
func (b Book) Waiting(today mood.Day) (all []Moment) {
	for _, m := range b.Moments {
		if m.State == Planned && m.Day >= today {
			all = append(all, m)
		}
	}
	return all
}

// A ThingForm is something that is remembered, or changed.
type ThingForm struct {
	ID       string // UUIDv7, made by the form
	Revision int64  // that it began from; 0: it is new
	Words    string
	Kinds    []Kind
	Drains   bool
	Item     string
	Away     bool
}

func (f ThingForm) check(items []mood.Item) (ThingForm, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	if f.Words, err = fault.Line("words", f.Words, MaxWords); err != nil {
		return f, err
	}
	if f.Words == "" {
		return f, fault.New(fault.Invalid, "words", "A word is enough: what is it?")
	}
	var kinds []Kind
	for _, k := range Kinds() {
		if slices.Contains(f.Kinds, k) && !f.Drains {
			kinds = append(kinds, k)
		}
	}
	f.Kinds = kinds
	if f.Item != "" && !slices.ContainsFunc(items, func(i mood.Item) bool { return i.ID == f.Item }) {
		return f, fault.New(fault.Invalid, "item", "Your log does not have that. Please choose once more.")
	}
	return f, nil
}

func (t Thing) says(f ThingForm) bool {
	return t.Words == f.Words && slices.Equal(t.Kinds, f.Kinds) && t.Drains == f.Drains && t.Item == f.Item && t.Away == f.Away
}

// A MomentForm is a day for a thing, or how it went.
type MomentForm struct {
	ID       string // UUIDv7, made by the form
	Revision int64  // that it began from; 0: it is new
	Thing    string
	Day      mood.Day
	State    State
	Clock    Clock
	Kept     bool
	Line     string
}

func (f MomentForm) check(today mood.Day) (MomentForm, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	if f.Line, err = fault.Text("line", f.Line, MaxLine); err != nil {
		return f, err
	}
	switch {
	case !slices.Contains([]State{Planned, There, LetGo}, f.State):
		return f, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again.")
	case f.Revision == 0 && f.State == LetGo:
		return f, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again.")
	case f.Day > today+Ahead:
		return f, fault.New(fault.Invalid, "day", "That is more than a year away. A nearer day holds better.")
	case f.Day < today-Back && f.Revision == 0:
		return f, fault.New(fault.Invalid, "day", "That is longer than a month ago. It can stand among what you remember.")
	case f.Day > today && f.State == There:
		f.Day = today // a phone whose clock goes ahead
	case f.Day < today && f.State == Planned && f.Revision == 0:
		return f, fault.New(fault.Invalid, "day", "That day is over. Choose one that comes, or note that it was there.")
	}
	if f.State != Planned {
		f.Kept = f.Kept && f.State == There
	}
	if f.Kept && f.Clock.None() {
		return f, fault.New(fault.Invalid, "from", "To keep time free, your calendar has to know from when to when.")
	}
	return f, nil
}

func (m Moment) says(f MomentForm) bool {
	return m.Thing == f.Thing && m.Day == f.Day && m.State == f.State && m.Clock == f.Clock && m.Kept == f.Kept && m.Line == f.Line
}
