// Package mood is the daily log that a client keeps: mood, sleep, energy, what
// one did, what set something off, a line of text, and scales of one's own. It
// says what patterns a log shows, and, for somebody who wants that, asks one
// question when the last days differ from their usual (watch.go).
//
// A log is the client's own. Nobody else reads it until the client shares it,
// and from the moment they stop sharing nobody else reads it any more.
//
// It looks for no words of danger and sends no alarm to anybody: it is no
// emergency service, and a page of this kind must not pretend to be one.
package mood

import (
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Day is a day of the calendar, as it is where the practice is: the number of
// days since 1 January 1970.
type Day int64

const dayLength = 24 * time.Hour

// DayOf is the day on which t falls in its own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / int64(dayLength/time.Second))
}

// ParseDay reads "2026-11-24".
func ParseDay(text string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, text)
	return DayOf(t), err == nil
}

// String is "2026-11-24".
func (d Day) String() string { return d.In(time.UTC).Format(time.DateOnly) }

// In is noon of d in a zone, which every day has once.
func (d Day) In(zone *time.Location) time.Time {
	t := time.Unix(int64(d)*int64(dayLength/time.Second), 0).UTC()
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, zone)
}

// Week is the Monday of d's week.
func (d Day) Week() Day { return d - Day((int64(d)+3)%7) } // 1 January 1970 was a Thursday

// Back is how many days back a day can still be filled in.
const Back = 7

// What an entry and a scale may hold.
const (
	MaxLine   = 1000 // characters of the line of text
	MaxName   = 60   // characters of the name of an own scale, activity or trigger
	MaxEnd    = 40   // characters of the words at the end of a scale
	MaxItems  = 40   // own items of one client, put away or not
	MaxOffers = 40   // scales of one practice
	MaxBring  = 2000 // characters of what somebody wants to bring
)

// The scales that everybody has. Their values run from 0 to Top, but for the
// hours of sleep.
const (
	Mood   = "mood"
	Sleep  = "sleep" // how well
	Hours  = "hours" // of sleep: FewestHours or less, up to MostHours or more
	Energy = "energy"
	Top    = 10

	FewestHours = 3
	MostHours   = 12
)

// Kind says what an item of a log is.
type Kind string

// The kinds of items.
const (
	Scale    Kind = "scale"
	Activity Kind = "activity"
	Trigger  Kind = "trigger"
)

// Better says in which direction a scale is easier to live with.
type Better string

// The directions.
const (
	Higher  Better = "higher"
	Lower   Better = "lower"
	Neither Better = "neither" // neither end is the better one: no early warning
)

// An Item is something that an entry can hold: a scale, or something that was
// there on a day or not.
type Item struct {
	ID     string // UUIDv7 of an own one; a word for those that everybody has
	Kind   Kind
	Name   string
	Low    string // Scale: what 0 means
	High   string // Scale: what Top means
	Better Better // Scale
	From   string // id of the practice's scale that it was taken from
	Away   bool   // put away: no longer in the form; what was noted stays

	Revision int64 // from 1; 0 for those that everybody has and nobody put away
}

// Own says whether somebody added it themselves.
func (i Item) Own() bool { return isID(i.ID) }

// Everybody are the items that each log has, in the order of the form.
func Everybody() []Item {
	tag := func(kind Kind, id, name string) Item { return Item{ID: id, Kind: kind, Name: name} }
	return []Item{
		{ID: Mood, Kind: Scale, Name: "Mood", Low: "very low", High: "very good", Better: Higher},
		{ID: Sleep, Kind: Scale, Name: "How well you slept", Low: "not at all well", High: "very well", Better: Higher},
		{ID: Hours, Kind: Scale, Name: "Hours of sleep", Better: Neither},
		{ID: Energy, Kind: Scale, Name: "Energy", Low: "none", High: "plenty", Better: Higher},
		tag(Activity, "outside", "Outside"), tag(Activity, "moved", "Moved about"), tag(Activity, "people", "With people"),
		tag(Activity, "work", "Work or study"), tag(Activity, "home", "Things at home"), tag(Activity, "made", "Made or played something"),
		tag(Activity, "rest", "Rested"), tag(Activity, "practice", "Something from therapy"),
		tag(Trigger, "argument", "An argument"), tag(Trigger, "much", "Too much at once"), tag(Trigger, "alone", "Being alone"),
		tag(Trigger, "news", "Bad news"), tag(Trigger, "body", "Pain or illness"), tag(Trigger, "memory", "A memory"),
		tag(Trigger, "waiting", "Waiting for something"), tag(Trigger, "money", "Money"),
	}
}

// An Entry is what somebody noted of one day. Everything in it is optional.
type Entry struct {
	Day      Day
	Revision int64          // from 1
	Values   map[string]int // by scale
	There    []string       // activities and triggers, in order of id
	Line     string
	KeptAt   time.Time
}

// Empty says whether nothing is noted.
func (e Entry) Empty() bool { return len(e.Values) == 0 && len(e.There) == 0 && e.Line == "" }

// Value is what was noted on a scale, if anything.
func (e Entry) Value(scale string) (int, bool) {
	v, ok := e.Values[scale]
	return v, ok
}

// A Log is what was kept, as far as whoever asked may read it.
type Log struct {
	Items     []Item // those that everybody has, then own ones, put away or not
	Settings  Settings
	Entries   []Entry // in order of day; days without any are not among them
	Questions []Question
	Last      Day // the newest day with an entry; 0: there is none
	First     Day // the first one
}

// Item is what an entry calls by this id.
func (l Log) Item(id string) (Item, bool) { return find(l.Items, id) }

// On is what was noted of a day; the zero Entry with the day if nothing was.
func (l Log) On(day Day) Entry {
	for _, e := range l.Entries {
		if e.Day == day {
			return e
		}
	}
	return Entry{Day: day}
}

// Values are what was noted on a scale from a day on, in order.
func (l Log) Values(scale string, from Day) []Value { return valuesOf(l.Entries, scale, from) }

func valuesOf(entries []Entry, scale string, from Day) (all []Value) {
	for _, e := range entries {
		if v, ok := e.Values[scale]; ok && e.Day >= from {
			all = append(all, Value{e.Day, float64(v)})
		}
	}
	return all
}

// Waiting are the questions that the client has not answered yet.
func (l Log) Waiting() (all []Question) {
	for _, q := range l.Questions {
		if q.Open() {
			all = append(all, q)
		}
	}
	return all
}

func incomplete() error {
	return fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again.")
}
