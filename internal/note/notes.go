package note

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
)

// A Page is a note with all that belongs on its page.
type Page struct {
	Note
	Known   bool                // it is kept; otherwise it is about to be begun
	Meeting session.Appointment // what it is about; zero: something else
	Hour    hour.Hour           // what is known of the session, and what the client may read of it
	Texts   []Text              // signed, newest first
	Draft   Draft               // of whoever asks; Rev 0: there is none
	Start   Content             // what a form begins with where there is no draft
	Left    []Draft             // of whoever left the practice; what it says only OpenLeft tells
	Begun   []Draft             // what colleagues have begun, without what it says
	Goals   []goal.Goal         // to choose from: those that are worked towards, and those that it is about
	Write   bool                // whether whoever asks may write
}

// Open is one note, whole, for whoever treats the client.
func (ns *Notes) Open(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Page, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadNotes, client)
	if err != nil {
		return Page{}, err
	}
	defer tx.Rollback()

	return openIn(ctx, tx, id, false)
}

// OpenLeft is Open with what somebody who left the practice had not signed, for whoever
// treats the client. It is an act of its own, which the client sees.
func (ns *Notes) OpenLeft(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Page, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadLeft, client)
	if err != nil {
		return Page{}, err
	}
	defer tx.Rollback()

	p, err := openIn(ctx, tx, id, true)
	if err == nil && len(p.Left) > 0 {
		return p, nil
	}
	tx.Refuse()
	return Page{}, cmp.Or(err, fault.Absent())
}

func openIn(ctx context.Context, tx *access.Tx, id string, left bool) (Page, error) {
	tx.Names(id)
	n, ok, err := noteOf(ctx, tx, id)
	if err != nil {
		return Page{}, err
	}
	if !ok {
		return Page{}, fault.Absent()
	}
	return pageOf(ctx, tx, Page{Note: n, Known: true}, left)
}

// Begin is the page on which a note about a session begins, or goes on if actor has
// begun one. fresh is the id of the note if there is none yet.
func (ns *Notes) Begin(ctx context.Context, actor access.Actor, client access.Compartment, sessionID, fresh string) (Page, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadNotes, client)
	if err != nil {
		return Page{}, err
	}
	defer tx.Rollback()

	tx.Names(sessionID)
	n, ok, err := ownOf(ctx, tx, sessionID, actor.ID)
	if err != nil {
		return Page{}, err
	}
	if !ok {
		if n, err = begun(ctx, tx, Form{ID: fresh, Session: sessionID}); err != nil {
			return Page{}, err
		}
	}
	return pageOf(ctx, tx, Page{Note: n, Known: ok}, false)
}

// pageOf fills in what belongs to the note of p; what somebody left unsigned is opened if
// left is true.
func pageOf(ctx context.Context, tx *access.Tx, p Page, left bool) (Page, error) {
	now, err := staying(ctx, tx)
	if err != nil {
		return p, err
	}
	me := tx.Actor.ID
	own := p.Author == me || p.Revision > 0 || !now[p.Author]
	p.Write = own
	if p.Session != "" {
		if p.Meeting, _, err = session.OneIn(ctx, tx, p.Session); err != nil {
			return p, err
		}
		if p.Hour, err = hour.OfIn(ctx, tx, p.Session); err != nil {
			return p, err
		}
	}
	if p.Revision > 0 {
		if p.Texts, err = textsOf(ctx, tx, p.ID); err != nil {
			return p, err
		}
	}
	if p.Known {
		all, err := drafts(ctx, tx, func(d Draft) bool { return d.By == me || left && !now[d.By] }, `note_id = $3`, p.ID)
		if err != nil {
			return p, err
		}
		for _, d := range all {
			switch {
			case d.By == me:
				p.Draft = d
			case now[d.By]:
				p.Begun = append(p.Begun, d)
			default:
				p.Left = append(p.Left, d)
			}
		}
	}
	set, err := goal.WordedIn(ctx, tx)
	if err != nil {
		return p, err
	}
	shape, err := shapeOf(ctx, tx, me)
	if err != nil {
		return p, err
	}
	p.start(shape)
	for _, g := range set.All {
		about := func(o Goal) bool { return o.ID == g.ID }
		if g.Current() || slices.ContainsFunc(p.Draft.Goals, about) || slices.ContainsFunc(p.Start.Goals, about) {
			p.Goals = append(p.Goals, g)
		}
	}
	return p, nil
}

// start is what a form begins with: the draft, what is signed, or what was left. Where
// there is none of them Prefill says with what, in the shape that whoever asks has
// signed last.
func (p *Page) start(shape Shape) {
	switch {
	case p.Draft.Rev > 0:
		p.Start = p.Draft.Content
	case len(p.Texts) > 0:
		p.Start = p.Texts[0].Content
	case len(p.Left) > 0 && p.Left[0].Shape != "":
		p.Start = p.Left[0].Content
	default:
		p.Start = Content{Shape: shape}
	}
}

// State is how it stands with the note about a session.
type State string

const (
	None   State = ""       // nothing is written
	Begun  State = "begun"  // a draft of whoever asks
	Theirs State = "theirs" // a draft of a colleague's
	Left   State = "left"   // a draft of somebody who works in the practice no more
	Signed State = "signed"
)

// A Line is one note in the list, or a session about which there is none.
type Line struct {
	Note
	Meeting session.Appointment // zero: it is about something else
	State   State
	By      string    // person id of whoever signed it last, or has begun it
	When    time.Time // of that
	Going   bool      // signed, and whoever asks has begun an amendment
	Reason  string    // of the last amendment
	First   string    // how it begins
	Goals   []Goal
}

// glimpse is about how many letters of a note stand in a list.
const glimpse = 160

// List are the notes of a record, and the sessions that have begun, newest first:
// also those without a note. For whoever treats the client.
func (ns *Notes) List(ctx context.Context, actor access.Actor, client access.Compartment) ([]Line, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadNotes, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	notes, err := notesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	signed, err := everyText(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	now, err := staying(ctx, tx)
	if err != nil {
		return nil, err
	}
	some, err := drafts(ctx, tx, func(d Draft) bool { return d.By == actor.ID }, `base >= $3`, 0)
	if err != nil {
		return nil, err
	}
	meetings, err := session.AllIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	return lines(notes, signed, some, now, meetings, actor.ID, tx.Now), nil
}

// lines puts the list together.
func lines(notes []Note, signed map[string][]Text, some []Draft, here map[string]bool, meetings []session.Appointment, me string, now time.Time) (all []Line) {
	about := make(map[string]session.Appointment, len(meetings))
	for _, m := range meetings {
		about[m.ID] = m
	}
	has := make(map[string]bool)
	for _, n := range notes {
		l := Line{Note: n, Meeting: about[n.Session]}
		if texts := signed[n.ID]; len(texts) > 0 {
			t := texts[0]
			l.State, l.By, l.When, l.Reason, l.First, l.Goals = Signed, t.By, t.At, t.Reason, firstOf(t.Content), t.Goals
		}
		for _, d := range some {
			switch {
			case d.Note != n.ID:
			case l.State == Signed:
				l.Going = l.Going || d.By == me
			case d.By == me:
				l.State, l.By, l.When, l.First, l.Goals = Begun, d.By, d.At, firstOf(d.Content), d.Goals
			case l.State == None && here[d.By]:
				l.State, l.By, l.When = Theirs, d.By, d.At
			case l.State == None:
				l.State, l.By, l.When = Left, d.By, d.At
			}
		}
		if l.State == None {
			continue // somebody threw theirs away in another's note
		}
		has[n.Session] = true
		all = append(all, l)
	}
	for _, m := range meetings {
		if !has[m.ID] && m.State == session.Planned && !m.Start.After(now) {
			all = append(all, Line{Meeting: m, Note: Note{Session: m.ID, About: m.Start}})
		}
	}
	slices.SortStableFunc(all, func(a, b Line) int { return b.About.Compare(a.About) })
	return all
}

// firstOf is how a note begins, in one line.
func firstOf(c Content) string {
	for _, f := range c.Shape.Fields() {
		if text := strings.Join(strings.Fields(c.Words[f.Name]), " "); text != "" {
			return cut(text, glimpse)
		}
	}
	return ""
}

// cut is text, or its first letters up to a word's end.
func cut(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	short := string([]rune(text)[:most])
	if at := strings.LastIndexByte(short, ' '); at > most/2 {
		short = short[:at]
	}
	return short + "…"
}
