package assignment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/exercise"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// What may be written when something is logged, in characters, and how far back.
const (
	MaxNote   = 4000
	MaxExpect = 1000 // of what is expected, and of what happened
	MaxLine   = 300  // of what a clinician answers
	daysBack  = 400
)

// A How is how it went. All of them count the same.
type How string

// The ways.
const (
	Planned How = "planned" // so far only what is expected is written down
	Did     How = "did"
	Tried   How = "tried"
	Part    How = "part"
	NotNow  How = "not"     // not this week
	Changed How = "changed" // did it another way
)

// Hows are the ways in which something can have gone, in the order in which they are offered.
func Hows() []How { return []How{Did, Tried, Part, Changed, NotNow} }

// Words say it, as the client would.
func (h How) Words() string {
	switch h {
	case Planned:
		return "Planned"
	case Did:
		return "Did it"
	case Tried:
		return "Tried"
	case Part:
		return "Part of it"
	case NotNow:
		return "Not this week"
	case Changed:
		return "Changed it"
	}
	return ""
}

// Practised says whether there is something of it to look at.
func (h How) Practised() bool { return h == Did || h == Tried || h == Part || h == Changed }

// A Fine says how exactly it is kept when something was done.
type Fine string

// How exactly.
const (
	ByDay   Fine = "day"
	ByWeek  Fine = "week" // the Monday that it began with
	AnyTime Fine = "none" // nothing is kept
)

// Fines are all of them, in the order in which they are offered.
func Fines() []Fine { return []Fine{ByDay, ByWeek, AnyTime} }

// A Met is whether something came as it was expected.
type Met string

// Whether it did.
const (
	Unsaid    Met = ""
	AsFeared  Met = "as"     // as expected
	PartlyMet Met = "partly" // partly as expected
	NotMet    Met = "not"    // otherwise
)

// Mets are those that can be chosen.
func Mets() []Met { return []Met{AsFeared, PartlyMet, NotMet} }

// Words say it.
func (m Met) Words() string {
	switch m {
	case AsFeared:
		return "As I expected"
	case PartlyMet:
		return "Partly"
	case NotMet:
		return "Otherwise than I expected"
	case Unsaid:
	}
	return ""
}

// A Mark is how well, or how much, in five steps from 1; 0 is not said.
type Mark int

// MostMark is the last step.
const MostMark Mark = 5

// Quality and Amount say a mark in words.
func (m Mark) Quality() string {
	return markWords(m, "it hardly fitted", "it fitted a little", "it fitted in part", "it fitted well", "it fitted just as we meant it")
}

// Amount says how much it was.
func (m Mark) Amount() string {
	return markWords(m, "hardly any", "a little", "some", "most of it", "all of it, or more")
}

func markWords(m Mark, words ...string) string {
	if m < 1 || int(m) > len(words) {
		return ""
	}
	return words[m-1]
}

// A Said is what somebody writes down with it. Nothing of it has to be.
type Said struct {
	Expect   string          `json:"expect,omitempty"`   // beforehand
	Happened string          `json:"happened,omitempty"` // against that
	Met      Met             `json:"met,omitempty"`
	Before   *int            `json:"before,omitempty"` // on the exercise's rating
	After    *int            `json:"after,omitempty"`
	Filled   exercise.Filled `json:"filled,omitempty"`
	Note     string          `json:"note,omitempty"`
	Quality  Mark            `json:"quality,omitempty"` // where both want to look at that
	Amount   Mark            `json:"amount,omitempty"`
}

// A Log is one time that the client practised, or did not.
type Log struct {
	ID         string // UUIDv7, made by the form: it says when that was, and is shown to nobody but the client
	N          int64  // counts the logs of the record from 1, in the order in which they arrived
	Assignment string
	Revision   int64
	How        How
	Fine       Fine
	Day        measure.Day // of ByWeek the Monday; empty: AnyTime
	Mine       bool        // what is written is the client's alone
	Hidden     bool        // it is, and somebody else is looking
	Gone       bool        // it was taken back
	Since      time.Time   // when the last session before it began; zero: there was none
	Said
	Answer Answer // of those who treat the client
	sent   []string
}

// An Answer is one line from those who treat the client, and how well and how much
// it was as they see it, where both want to look at that.
type Answer struct {
	Revision int64 // 0: there is none
	By       string
	At       time.Time
	Line     string `json:"line,omitempty"`
	Quality  Mark   `json:"quality,omitempty"`
	Amount   Mark   `json:"amount,omitempty"`
}

// Is says whether anything stands in it.
func (a Answer) Is() bool { return a.Line != "" || a.Quality > 0 || a.Amount > 0 }

// A LogForm is what the client fills in. Fields are the controls of the form, of which
// those of the exercise are read (exercise.Read).
type LogForm struct {
	ID         string // UUIDv7 of the log
	Assignment string
	Revision   int64 // of the log that it changes; 0: it makes one
	How        How
	Fine       Fine
	Day        measure.Day // as it was typed, or as the device says
	Mine       bool
	Expect     string
	Happened   string
	Met        Met
	Before     string
	After      string
	Note       string
	Quality    Mark
	Amount     Mark
	Fields     url.Values
}

// mark stands for everything that the form says, so that the same one is known when it
// comes again, be it days later.
func (f LogForm) mark() (string, error) {
	whole, err := json.Marshal(f)
	sum := sha256.Sum256(whole)
	return hex.EncodeToString(sum[:16]), err
}

// mostSent is how many forms a log remembers.
const mostSent = 12

// remember notes that a form was taken.
func (l *Log) remember(mark string) {
	if l.sent = append(l.sent, mark); len(l.sent) > mostSent {
		l.sent = l.sent[len(l.sent)-mostSent:]
	}
}

// came says whether a form was taken already.
func (l Log) came(mark string) bool { return slices.Contains(l.sent, mark) }

// read is what f says of e, which may be none; rated says that both look at how well and how
// much. today is the day on which it arrives.
func (f LogForm) read(e exercise.Exercise, rated bool, today measure.Day) (Log, error) {
	l := Log{ID: f.ID, Assignment: f.Assignment, How: f.How, Fine: f.Fine, Mine: f.Mine}
	if err := fault.FormID(f.ID); err != nil {
		return l, err
	}
	if f.How != Planned && !slices.Contains(Hows(), f.How) {
		return l, fault.New(fault.Invalid, "how", "How did it go? Each of these counts the same.")
	}
	var err error
	if l.Day, err = f.day(today); err != nil {
		return l, err
	}
	if !slices.Contains(Fines(), f.Fine) {
		l.Fine = ByDay
	}
	if l.Expect, err = fault.Text("expect", f.Expect, MaxExpect); err != nil {
		return l, err
	}
	if l.Happened, err = fault.Text("happened", f.Happened, MaxExpect); err != nil {
		return l, err
	}
	if f.Met != Unsaid && !slices.Contains(Mets(), f.Met) {
		return l, fault.New(fault.Invalid, "met", "Please choose one of these, or none.")
	}
	l.Met = f.Met
	if e.Rating.Is() {
		if l.Before, err = e.Rating.Read("before", f.Before); err != nil {
			return l, err
		}
		if l.After, err = e.Rating.Read("after", f.After); err != nil {
			return l, err
		}
	}
	if l.Note, err = fault.Text("note", f.Note, MaxNote); err != nil {
		return l, err
	}
	if rated {
		if l.Quality, l.Amount, err = marks(f.Quality, f.Amount); err != nil {
			return l, err
		}
	}
	l.Filled, err = exercise.Read(e, f.Fields)
	return l, err
}

func marks(quality, amount Mark) (Mark, Mark, error) {
	if quality < 0 || quality > MostMark {
		return 0, 0, fault.New(fault.Invalid, "quality", "Please choose one of these, or none.")
	}
	if amount < 0 || amount > MostMark {
		return 0, 0, fault.New(fault.Invalid, "amount", "Please choose one of these, or none.")
	}
	return quality, amount, nil
}

// day is what is kept of when it was. A day to come is what a device says whose clock
// is wrong: it becomes today, since nothing that is logged lies ahead.
func (f LogForm) day(today measure.Day) (measure.Day, error) {
	if f.Fine == AnyTime {
		return "", nil
	}
	day := f.Day
	if day == "" {
		day = today
	}
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return "", fault.New(fault.Invalid, "day", "Please choose a day, or leave it out.")
	}
	if day > today {
		day = today
		if t, err = time.Parse(time.DateOnly, string(day)); err != nil {
			return "", err
		}
	}
	if today.DaysAfter(day) > daysBack {
		return "", fault.New(fault.Invalid, "day", "That day is more than a year ago. Please look at the year, or leave it out.")
	}
	if f.Fine == ByWeek {
		t = t.AddDate(0, 0, -int((t.Weekday()+6)%7))
		day = measure.Day(t.Format(time.DateOnly))
	}
	return day, nil
}

// shownTo is l as somebody on a side may see it.
func (l Log) shownTo(side goal.Side) Log {
	if side == goal.ByClient {
		return l
	}
	l.ID = ""
	if l.Mine {
		l.Said, l.Hidden = Said{}, true
	}
	return l
}

func logChanged() error {
	return fault.New(fault.Conflict, "", "You changed this somewhere else meanwhile. Both are here, and nothing is lost.")
}
