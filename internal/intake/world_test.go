package intake_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The stairs at night, and nobody awake"

type world struct {
	*waytest.World
	is *intake.Intakes
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, intake.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// keep keeps a part as actor writes it.
func (w world) keep(t *testing.T, actor access.Actor, f intake.Form) (r intake.Revision, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	if f.Course == 0 {
		f.Course = 1
	}
	if f.Part == intake.Summary {
		return w.is.Summarise(ctx, actor, w.Client, f)
	}
	return w.is.Keep(ctx, actor, w.Client, f)
}

func (w world) mustKeep(t *testing.T, actor access.Actor, f intake.Form) intake.Revision {
	t.Helper()
	r, err := w.keep(t, actor, f)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w world) draft(t *testing.T, actor access.Actor, f intake.Form) (d intake.Draft, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	if f.Course == 0 {
		f.Course = 1
	}
	return w.is.KeepDraft(ctx, actor, w.Client, f)
}

func (w world) open(t *testing.T, actor access.Actor) (in intake.Intake) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		in, err = w.is.Open(ctx, actor, w.Client, 0)
		return err
	})
	return in
}

func (w world) page(t *testing.T, actor access.Actor, p intake.Part) (page intake.Page) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		page, err = w.is.One(ctx, actor, w.Client, p, 0)
		return err
	})
	return page
}

func (w world) seen(t *testing.T, read ...intake.Revision) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error { return w.is.Seen(ctx, w.Clinician, w.Client, read...) })
}

func (w world) waits(t *testing.T) (all intake.Waiting) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.is.Waits(ctx, w.Tomas, w.Client)
		return err
	})
	return all
}

func (w world) invite(t *testing.T, parts ...intake.Part) intake.InviteForm {
	t.Helper()
	f := intake.InviteForm{ID: newID(), Course: 1, Parts: parts, Note: "Only if it suits you"}
	w.Do(t, func(ctx context.Context) error { return w.is.Invite(ctx, w.Clinician, w.Client, f) })
	return f
}

func (w world) terms(t *testing.T, actor access.Actor) (got intake.Terms) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		got, err = w.is.Terms(ctx, actor, w.Client, 0)
		return err
	})
	return got
}

func (w world) revise(t *testing.T, actor access.Actor, f intake.TermsForm) (v intake.Version, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	f.Course = 1
	return w.is.ReviseTerms(ctx, actor, w.Client, f)
}

func (w world) sign(t *testing.T, actor access.Actor, version int64) (v intake.Version, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.is.SignTerms(ctx, actor, w.Client, intake.SignForm{ID: newID(), Course: 1, Version: version})
}

func (w world) withdraw(t *testing.T, actor access.Actor, version int64) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.is.WithdrawTerms(ctx, actor, w.Client, intake.SignForm{ID: newID(), Course: 1, Version: version, Words: "Not for now"})
}

func fieldOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return f.Field
	}
	return "no fault: " + errText(err)
}

func errText(err error) string {
	if err == nil {
		return "nil"
	}
	return err.Error()
}
