// Package takeout is a client's record in one piece, to keep: readable by itself, without
// this product. It is derived from what other domains hold, in one opening, and stored
// nowhere. There are two of it: what a client may read of their own record, and what
// those who treat them may read of it, in the practice's archive.
//
// It is a tree of words: sections, entries, and lines of a label and a text. A page and
// a file of data are made of the same tree, so that neither says more than the other.
// Into the client's goes nothing that staff write for themselves (notes of sessions, what
// they reflect on, supervision), and into the practice's nothing that the client keeps for
// themself. Process notes are in either once their author released them, and never
// before. What only a browser can open is in neither.
package takeout

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
)

// Version counts the shapes of a record as data. What a reader does not know in one it
// can leave alone.
const Version = 1

// mostOpenings is how many openings of the record it goes back; its section says so.
const mostOpenings = 10_000

// A Line is one thing that is said: what, and the words.
type Line struct {
	Label string `json:"label,omitempty"`
	Text  string `json:"text"`
}

// An Entry is one thing of a section.
type Entry struct {
	Title string    `json:"title"`
	When  string    `json:"when,omitempty"` // in words, by the practice's clocks
	At    time.Time `json:"at,omitzero"`    // for programs; zero where only a day or nothing is kept
	By    string    `json:"by,omitempty"`   // "you", or a name
	Lines []Line    `json:"lines,omitempty"`
}

// A Section is one kind of thing.
type Section struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Note    string  `json:"note,omitempty"` // what has to be known to read it
	Entries []Entry `json:"entries"`
}

// A Record is everything.
type Record struct {
	What     string    `json:"what"` // in words
	Version  int       `json:"version"`
	Made     time.Time `json:"made"`
	MadeOn   string    `json:"made_on"` // in words
	Name     string    `json:"name"`
	Practice string    `json:"practice"`
	Sections []Section `json:"sections"`
	Staff    bool      `json:"for_practice,omitempty"` // as those who treat the client may read it
}

// Who is what a record cannot say of itself: who the client is, how people are called,
// and what an act means in plain words.
type Who struct {
	Practice    string
	Client      person.Person
	Names       map[string]string // of staff, by id
	Emergencies []person.EmergencyNote
	Act         func(access.Opening) string // of the client's own alone
	Shares      []journal.Share             // of the practice's alone: copies that whoever asks has opened
}

// Takeouts puts records together.
type Takeouts struct {
	door       *access.Door
	measures   *measure.Measures
	informants *informant.Informants
	methods    *method.Shelf
}

// New returns what puts records together, behind door.
func New(door *access.Door, measures *measure.Measures, informants *informant.Informants, methods *method.Shelf) *Takeouts {
	return &Takeouts{door: door, measures: measures, informants: informants, methods: methods}
}

// Of returns everything that client, who is the actor and has said anew who they are,
// may read of their own record. loc is the practice's zone.
func (ts *Takeouts) Of(ctx context.Context, actor access.Actor, client access.Compartment, who Who, loc *time.Location) (Record, error) {
	tx, err := ts.door.Begin(ctx, actor, access.TakeOut, client)
	if err != nil {
		return Record{}, err
	}
	defer tx.Rollback()

	w := &writer{tx: tx, loc: loc, who: who, ts: ts, record: Record{
		What:    "Everything that " + who.Client.Name + " may read of their record.",
		Version: Version, Made: tx.Now.UTC(), Name: who.Client.Name, Practice: who.Practice,
	}}
	w.record.MadeOn = w.moment(tx.Now)
	if err := w.all(ctx); err != nil {
		return Record{}, err
	}
	tx.Names("all")
	return w.record, nil
}

// Begin writes down that client, who is the actor and has said anew who they are, takes
// everything along in a form that others give it, and refuses whom Of refuses.
func (ts *Takeouts) Begin(ctx context.Context, actor access.Actor, client access.Compartment) error {
	tx, err := ts.door.Begin(ctx, actor, access.TakeOut, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names("all")
	return nil
}

// ForPractice returns everything that actor, who treats the client and has said anew who
// they are, may read of their record. loc is the practice's zone.
func (ts *Takeouts) ForPractice(ctx context.Context, actor access.Actor, client access.Compartment, who Who, loc *time.Location) (Record, error) {
	tx, err := ts.door.Begin(ctx, actor, access.ArchiveClient, client)
	if err != nil {
		return Record{}, err
	}
	defer tx.Rollback()

	w := &writer{tx: tx, loc: loc, who: who, ts: ts, staff: true, record: Record{
		Staff:   true,
		What:    "Everything that those who work with " + who.Client.Name + " may read of the record.",
		Version: Version, Made: tx.Now.UTC(), Name: who.Client.Name, Practice: who.Practice,
	}}
	w.record.MadeOn = w.moment(tx.Now)
	if err := w.all(ctx); err != nil {
		return Record{}, err
	}
	tx.Names("all")
	return w.record, nil
}

// A writer puts one record together.
type writer struct {
	tx     *access.Tx
	loc    *time.Location
	who    Who
	ts     *Takeouts
	staff  bool // for those who treat the client
	record Record
}

// or is how something is said to the client, or to whoever treats them.
func (w *writer) or(client, staff string) string {
	if w.staff {
		return staff
	}
	return client
}

// all writes every section, one after the other.
func (w *writer) all(ctx context.Context) error {
	w.you()
	for _, section := range []func(context.Context) error{
		w.beginnings, w.goals, w.plan, w.sessions, w.notes, w.released, w.answers, w.flags, w.others,
		w.log, w.checkIns, w.markers, w.practice, w.safetyPlan, w.nourishes, w.shares, w.choices, w.openings,
	} {
		if err := section(ctx); err != nil {
			return err
		}
	}
	return nil
}

// add adds a section, also an empty one: that there is nothing is said too.
func (w *writer) add(id, title, note string, entries []Entry) {
	w.record.Sections = append(w.record.Sections, Section{ID: id, Title: title, Note: note, Entries: append([]Entry{}, entries...)})
}

// by is who did something.
func (w *writer) by(id string) string {
	switch {
	case id == w.tx.Compartment.Of():
		return w.or("you", w.who.Client.Name)
	case id == "" || w.who.Names[id] == "":
		return "somebody of the practice"
	}
	return w.who.Names[id]
}

const (
	longDay    = "Monday 2 January 2006"
	longMoment = longDay + ", 15:04"
)

func (w *writer) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(w.loc).Format(longMoment)
}

// day is a day in words, from "2026-11-24"; what is none stays as it is.
func day[D ~string](d D) string {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return string(d)
	}
	return t.Format(longDay)
}

// lines are those that say something; pairs are labels and texts in turn.
func lines(pairs ...string) (all []Line) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if text := strings.TrimSpace(pairs[i+1]); text != "" {
			all = append(all, Line{pairs[i], text})
		}
	}
	return all
}

// you is who the client is.
func (w *writer) you() {
	c := w.who.Client
	w.add("you", w.or("Your name, and how you are reached", "Who it is, and how they are reached"), "", []Entry{{
		Title: c.Name, Lines: lines("E-mail", c.Email, "Phone", c.Phone, "Practice", w.who.Practice),
	}})
}
