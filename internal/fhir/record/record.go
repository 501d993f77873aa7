// Package record says in FHIR's words what lies in one client's record: how each kind of
// resource is made of what the domains hold, and by what it is found. It knows nothing of
// requests: whoever asks, and when, comes with each question, and the domains ask the
// door.
package record

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
)

// Domains are what a record is kept by.
type Domains struct {
	Assignments *assignment.Assignments
	Calendars   *calendar.Calendars
	Goals       *goal.Goals
	Hours       *hour.Hours
	Informants  *informant.Informants
	Intakes     *intake.Intakes
	Logs        *mood.Logs
	Measures    *measure.Measures
	Notes       *note.Notes
	Outcomes    *outcome.Outcomes
	People      *person.People
	Plans       *plan.Plans
	SafetyPlans *safetyplan.Plans
	Sessions    *session.Sessions
}

// An Asker is in whose name it is asked, and when.
type Asker struct {
	*Domains
	Actor access.Actor
	Now   time.Time
	Zone  *time.Location           // of the practice
	Mark  func(text string) []byte // what stands for a text and tells nobody what it is
}

// A Line is one of a few things of a kind in a client's record: what is sent of it,
// and by what it is searched.
type Line struct {
	Resource
	At     time.Time
	Status string
	Codes  map[string][]string // by the name of a further param: "system|code", or what a reference names
}

// A Part is where some of a kind come from.
type Part struct {
	Reads    []access.Action
	Category string                // its code among ours; empty: it has none
	IDs      func(own string) bool // whether it can be of this part, by the second half of its id; nil: it can
	Of       []string              // the kinds that a target may be of, where one is searched for
	Shown    func(c *Asker, client access.Compartment) bool
	All      func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error)
}

// A Param is one by which a kind can be searched, of one of FHIR's types.
type Param struct{ Name, Kind, About string }

// The types of params that there are.
const (
	Token     = "token"
	Date      = "date"
	Referring = "reference"
)

// A Kind is a kind of resource of which a record has so few that they are read
// together. It may come from several places, each of which asks the door by itself:
// whoever may read one of them gets that one.
type Kind struct {
	Name    string
	About   string  // for whoever writes a program
	Params  []Param // by which it is searched
	When    string  // which of them is about Line.At; empty: none
	Parts   []Part
	Undated bool // it is not known when one last changed
	Own     bool // whoever it is about reads it, and nobody else
	Passing bool // it is of this moment, and is not kept
}

// Kinds are all of them, in order of name.
func Kinds() []Kind {
	return []Kind{
		appointments(), auditEvents(), carePlans(), consents(), documentReferences(), encounters(), goals(), provenances(),
		relatedPersons(), schedules(), slots(), tasks(),
	}
}

// single is a kind that comes from one place.
func single(name, about, when, whenAbout string, reads []access.Action, all func(ctx context.Context, c *Asker, client access.Compartment) ([]Line, error)) Kind {
	return several(name, about, when, whenAbout, nil, Part{Reads: reads, All: all})
}

// several is one that comes from several. Everything is found by whose it is, by how it
// stands, by when, and by more.
func several(name, about, when, whenAbout string, more []Param, parts ...Part) Kind {
	k := Kind{Name: name, About: about, When: when, Parts: parts, Params: []Param{
		{"patient", Referring, "whose; a client need not say it"},
		{"status", Token, "how it stands"},
	}}
	if when != "" {
		k.Params = append(k.Params, Param{when, Date, whenAbout})
	}
	k.Params = append(k.Params, more...)
	return k
}

// without is k, which has no such param.
func (k Kind) without(name string) Kind {
	k.Params = slices.DeleteFunc(slices.Clone(k.Params), func(p Param) bool { return p.Name == name })
	return k
}

// passing is k, which is of this moment: nothing of it is kept.
func (k Kind) passing() Kind {
	k.Undated, k.Passing = true, true
	return k
}

// unmarked is k, of which it is not known when one last changed.
func (k Kind) unmarked() Kind {
	k.Undated = true
	return k
}
