package mood

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/fault"
)

// isID says whether text is an id that a form of ours made.
func isID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.Version() == 7 && id.String() == text
}

// A Form is what a client fills in for one day.
type Form struct {
	ID       string // UUIDv7 of this saving
	Day      Day
	Revision int64 // of the entry it started from; 0: there was none
	Values   map[string]int
	There    []string
	Line     string
}

// entry is f as it can be kept, or what to correct. Items that are put away may
// still be in it: another device may not know yet.
func (f Form) entry(items []Item, now time.Time) (Entry, error) {
	e := Entry{Day: f.Day, Values: map[string]int{}}
	switch today := DayOf(now); {
	case !isID(f.ID) || f.Revision < 0:
		return e, incomplete()
	case f.Day > today:
		return e, fault.New(fault.Invalid, "day", "That day is yet to come. What you typed is still here.")
	case f.Day < today-Back:
		return e, fault.New(fault.Invalid, "day", "That day is more than a week ago: only the last seven days can be filled in. What you typed is still here.")
	}
	for id, v := range f.Values {
		item, ok := find(items, id)
		if !ok || item.Kind != Scale {
			return e, fault.New(fault.Invalid, id, "There is a scale in this form that your log does not have. Please open the page again.")
		}
		if lo, hi := item.Range(); v < lo || v > hi {
			return e, fault.New(fault.Invalid, id, "That is not one of the numbers of this scale. Please choose one of them.")
		}
		e.Values[id] = v
	}
	for _, id := range f.There {
		item, ok := find(items, id)
		if !ok || item.Kind == Scale {
			return e, fault.New(fault.Invalid, "there", "There is something in this form that your log does not have. Please open the page again.")
		}
		if !slices.Contains(e.There, id) {
			e.There = append(e.There, id)
		}
	}
	slices.Sort(e.There)
	var err error
	e.Line, err = fault.Text(LineField, f.Line, MaxLine)
	return e, err
}

// Range is the lowest and the highest value of a scale.
func (i Item) Range() (lo, hi int) {
	if i.ID == Hours {
		return FewestHours, MostHours
	}
	return 0, Top
}

func find(items []Item, id string) (Item, bool) {
	i := slices.IndexFunc(items, func(i Item) bool { return i.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return items[i], true
}

// An ItemForm is what somebody fills in to add a scale, an activity or a trigger.
type ItemForm struct {
	ID     string // UUIDv7 of what is made
	Kind   Kind
	Name   string
	Low    string
	High   string
	Better Better
	From   string // id of the practice's scale it is taken from, or empty
}

// item is f as it can be kept, or what to correct.
func (f ItemForm) item() (i Item, err error) {
	i = Item{ID: f.ID, Kind: f.Kind, From: f.From, Revision: 1}
	if !isID(f.ID) || f.From != "" && !isID(f.From) || !slices.Contains([]Kind{Scale, Activity, Trigger}, f.Kind) {
		return i, incomplete()
	}
	if i.Name, err = word("name", f.Name, MaxName); err != nil {
		return i, err
	}
	if i.Name == "" {
		return i, fault.New(fault.Invalid, "name", "Please give it a name, in your own words.")
	}
	if f.Kind != Scale {
		return i, nil
	}
	if i.Low, err = word("low", f.Low, MaxEnd); err != nil {
		return i, err
	}
	if i.High, err = word("high", f.High, MaxEnd); err != nil {
		return i, err
	}
	if i.Low == "" || i.High == "" {
		field := "low"
		if i.Low != "" {
			field = "high"
		}
		return i, fault.New(fault.Invalid, field, "Please say in a word or two what this end of the scale means.")
	}
	i.Better = f.Better
	if !slices.Contains([]Better{Higher, Lower, Neither}, f.Better) {
		return i, fault.New(fault.Invalid, "better", "Please choose which end is easier to live with, or that neither is.")
	}
	return i, nil
}

// word is text on one line.
func word(field, text string, most int) (string, error) {
	text, err := fault.Text(field, text, most)
	return strings.Join(strings.Fields(text), " "), err
}

// An Answer is what somebody makes of the question of the early warning.
type Answer string

// What may come of a question.
const (
	Asked  Answer = "asked"  // not answered yet
	Bring  Answer = "bring"  // to the next session, with words or without
	NotNow Answer = "not"    // nothing to bring
	Usual  Answer = "usual"  // the change is a new usual: the baseline begins anew
	Gone   Answer = "undone" // the day was corrected since, and differs no more
)

// A Question says that somebody's last days looked different from their usual,
// on one scale.
type Question struct {
	ID       string
	Revision int64 // 1: asked
	At       time.Time
	Scale    string
	Day      Day     // on which the average passed the limit
	Z        float64 // the average on that day
	Mean     float64 // of the usual
	Since    Day     // from which day the usual was made
	Early    bool    // while the usual was provisional
	Answer   Answer
	Words    string // what somebody wants to bring

	TalkedAt time.Time // zero until it was talked about
	TalkedBy string
}

// Open says whether the question waits for an answer.
func (q Question) Open() bool { return q.Answer == Asked }

// An AnswerForm is what somebody answers to a question.
type AnswerForm struct {
	Revision int64 // of the question as they saw it
	Answer   Answer
	Words    string
}

// Sharing says who reads a log besides the client.
type Sharing string

// Who reads a log.
const (
	Mine   Sharing = "mine"   // nobody else: the default
	Whole  Sharing = "whole"  // those who treat the client, all of it
	Onward Sharing = "onward" // those who treat the client, from a day on
)

// Settings are what a client decided of their log.
type Settings struct {
	Revision int64 // 0: nothing was decided yet
	Sharing  Sharing
	From     Day    // Onward
	Watch    string // the scale of the early warning; empty: off
	Since    Day    // from which day on the usual is made
}

// Shows says whether those who treat the client may read what was noted of a day.
func (s Settings) Shows(day Day) bool {
	return s.Sharing == Whole || s.Sharing == Onward && day >= s.From
}

// Watchable says whether the early warning can follow a scale, and on which side.
func (i Item) Watchable() (Side, bool) {
	switch {
	case i.Kind != Scale || i.Away:
		return "", false
	case i.Better == Higher:
		return Beneath, true
	case i.Better == Lower:
		return Upper, true
	}
	return "", false
}
