package note_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The lift stopped between the third floor and the fourth"

type world struct {
	*waytest.World
	notes    *note.Notes
	sessions *session.Sessions
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, note.New(w.Door), session.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// meets plans a session and lets it pass.
func (w world) meets(t *testing.T) (id string) {
	t.Helper()
	id = newID()
	w.Do(t, func(ctx context.Context) error {
		start := w.Clock.Now().Truncate(time.Minute).Add(time.Hour)
		_, err := w.sessions.Plan(ctx, w.Clinician, w.Client, session.Form{ID: id, Start: start, Length: 50 * time.Minute})
		return err
	})
	w.Clock.Pass(2 * time.Hour)
	return id
}

// free is a form of free text on a page of its own.
func free(id, sessionID, text string) note.Form {
	return note.Form{ID: id, Session: sessionID, Page: newID(), Shape: note.Free, Words: note.Words{"text": text}}
}

func (w world) draft(t *testing.T, actor access.Actor, f note.Form) (d note.Draft, stands note.Standing, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	w.Clock.Pass(time.Second)
	return w.notes.KeepDraft(ctx, actor, w.Client, f)
}

func (w world) mustDraft(t *testing.T, f note.Form) note.Draft {
	t.Helper()
	d, _, err := w.draft(t, w.Clinician, f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (w world) sign(t *testing.T, actor access.Actor, f note.Form) (text note.Text, stands note.Standing, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	w.Clock.Pass(time.Second)
	return w.notes.Sign(ctx, actor, w.Client, f)
}

func (w world) mustSign(t *testing.T, f note.Form) note.Text {
	t.Helper()
	text, _, err := w.sign(t, w.Clinician, f)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (w world) throw(t *testing.T, id string, rev int64) (stands note.Standing, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.notes.Throw(ctx, w.Clinician, w.Client, id, rev)
}

func (w world) open(t *testing.T, actor access.Actor, id string) (p note.Page) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		p, err = w.notes.Open(ctx, actor, w.Client, id)
		return err
	})
	return p
}

func (w world) list(t *testing.T, actor access.Actor) (all []note.Line) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.notes.List(ctx, actor, w.Client)
		return err
	})
	return all
}

func (w world) find(t *testing.T, actor access.Actor, words string) (all []note.Found) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, _, err = w.notes.Find(ctx, actor, w.Client, words)
		return err
	})
	return all
}

// aims has both agree on a goal.
func (w world) aims(t *testing.T, words string) (id string) {
	t.Helper()
	id = newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := goal.New(w.Door).Propose(ctx, w.Clinician, w.Client, goal.Form{ID: id, Worded: goal.Worded{Words: words, Know: "We see it"}})
		return err
	})
	return id
}
