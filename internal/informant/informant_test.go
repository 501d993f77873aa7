package informant_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	canary = "Aunt Kanari, at the weekends"
	origin = "https://practice.example"
)

type house struct {
	w  *waytest.World
	is *informant.Informants
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, &house{w, informant.New(w.Door, instrument.NewShelf(w.Door), origin)})
	})
}

func newID(t *testing.T) string {
	t.Helper()
	return uuid.Must(uuid.NewV7()).String()
}

// tries runs do in a visit of its own.
func (h *house) tries(t *testing.T, do func(context.Context) error) error {
	t.Helper()
	ctx, settle := h.w.Visit(t)
	defer settle()
	return do(ctx)
}

// asks makes a form, and returns it with what the link ends with.
func (h *house) asks(t *testing.T) (f informant.Form, link string) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		f, link, err = h.is.Ask(ctx, h.w.Tomas, h.w.Client, informant.AskForm{ID: newID(t), Instrument: "outside-view", Who: canary})
		return err
	})
	return f, strings.TrimPrefix(link, origin+"/form/")
}

func (h *house) opens(t *testing.T, link string) (keeps string, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		keeps, err = h.is.Open(ctx, link)
		return err
	})
	return keeps, err
}

func (h *house) gives(t *testing.T, keeps string, items instrument.Answers) (r instrument.Result, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		r, err = h.is.Give(ctx, keeps, items, canary)
		return err
	})
	return r, err
}

func items(values ...int) instrument.Answers {
	all := make(instrument.Answers)
	for i, v := range values {
		all["q"+string(rune('1'+i))] = &v
	}
	return all
}

func (h *house) one(t *testing.T, by access.Actor, id string) (f informant.Form) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		f, err = h.is.One(ctx, by, h.w.Client, id)
		return err
	})
	return f
}

func TestSomebodyCloseFillsInOneForm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, link := h.asks(t)
		if err := h.tries(t, func(ctx context.Context) error { return h.is.Waits(ctx, link) }); err != nil {
			t.Fatal(err)
		}
		keeps, err := h.opens(t, link)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.opens(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("opened a second time: %v", err)
		}
		if err := h.tries(t, func(ctx context.Context) error { return h.is.Waits(ctx, link) }); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link that was opened waits: %v", err)
		}
		if _, err := h.gives(t, keeps, items(1, 9)); !fault.Is(err, fault.Invalid) {
			t.Errorf("out of range: %v", err)
		}
		if r, err := h.gives(t, keeps, items(1, 1, 0, 2, 1, 0)); err != nil || r.Endorsed() {
			t.Errorf("%+v %v", r, err)
		}
		if _, err := h.gives(t, keeps, items(3, 3, 3, 3, 3, 3)); err != nil {
			t.Errorf("it came twice: %v", err)
		}
		for _, by := range []access.Actor{h.w.Tomas, h.w.Clinician} {
			if got := h.one(t, by, f.ID); got.State != informant.Given || got.Note != canary || got.Result.Total == nil || *got.Result.Total != 5 || got.Who != canary {
				t.Errorf("%s reads %+v", by.ID, got)
			}
		}
		// It is nobody's own course.
		h.w.Do(t, func(ctx context.Context) error {
			w, err := measure.New(h.w.Door, instrument.NewShelf(h.w.Door)).Whole(ctx, h.w.Clinician, h.w.Client)
			if len(w.Courses) != 0 {
				t.Errorf("courses: %+v", w.Courses)
			}
			return err
		})
		h.w.NotOnDisk(t, canary)
	})
}

func TestOneOfManyOpensALink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, link := h.asks(t)
		var opened atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				ctx, v := h.w.Door.Visit(t.Context())
				if _, err := h.is.Open(ctx, link); err == nil {
					opened.Add(1)
				}
				if err := v.Settle(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if opened.Load() != 1 {
			t.Errorf("%d opened it", opened.Load())
		}
	})
}

func TestALinkEndsAtOnceAndInTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, link := h.asks(t)
		keeps, err := h.opens(t, link)
		if err != nil {
			t.Fatal(err)
		}
		h.w.Do(t, func(ctx context.Context) error { return h.is.End(ctx, h.w.Clinician, h.w.Client, f.ID) })
		h.w.Do(t, func(ctx context.Context) error { return h.is.End(ctx, h.w.Tomas, h.w.Client, f.ID) })
		if _, err := h.gives(t, keeps, items(1)); !fault.Is(err, fault.NotFound) {
			t.Errorf("taken back: %v", err)
		}
		_, link = h.asks(t)
		h.w.Clock.Pass(informant.Lasts)
		if _, err := h.opens(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("too late: %v", err)
		}
		for _, link := range []string{"", ".", h.w.Practice, h.w.Practice + ".", h.w.Practice + ".0123456789abcdef", "other." + link} {
			if _, err := h.opens(t, link); !fault.Is(err, fault.NotFound) || err.Error() != "not found: There is nothing here." {
				t.Errorf("%q: %v", link, err)
			}
		}
	})
}

func TestAfterARestoreNoLinkIsOpenButWhatWasGivenStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		given, link := h.asks(t)
		keeps, err := h.opens(t, link)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.gives(t, keeps, items(1, 1)); err != nil {
			t.Fatal(err)
		}
		_, sent := h.asks(t)
		_, link = h.asks(t)
		opened, err := h.opens(t, link)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			h.w.Do(t, func(ctx context.Context) error { return h.is.EndAgain(ctx, access.System(h.w.Practice, "operator")) })
		}
		if _, err := h.opens(t, sent); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link that was sent: %v", err)
		}
		if _, err := h.gives(t, opened, items(1)); !fault.Is(err, fault.NotFound) {
			t.Errorf("a form that was open: %v", err)
		}
		if f := h.one(t, h.w.Clinician, given.ID); f.State != informant.Given || f.Note != canary {
			t.Errorf("what was given: %+v", f)
		}
		h.w.Refused(t, h.w.Clinician, access.EndAgain, func(ctx context.Context) error { return h.is.EndAgain(ctx, h.w.Clinician) })
	})
}

func TestAnAnswerOfAnotherThatSignalsDangerRaisesAFlag(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, link := h.asks(t)
		keeps, err := h.opens(t, link)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := h.gives(t, keeps, items(1, 1, 1, 1, 1, 2)); err != nil || !r.Endorsed() {
			t.Fatalf("%+v %v", r, err)
		}
		h.w.Do(t, func(ctx context.Context) error {
			all, err := safety.New(h.w.Door).Of(ctx, h.w.Clinician, h.w.Client)
			if len(all) != 1 || all[0].AnswerID != f.ID || !all[0].Open() || all[0].Items[0].Item != "q6" {
				t.Errorf("flags: %+v", all)
			}
			return err
		})
		if n := h.w.Count(t, `SELECT count(*) FROM job WHERE name = $1`, safety.Tell); n != 1 {
			t.Errorf("%d jobs to tell", n)
		}
	})
}

func TestWhoAsksSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		form := informant.AskForm{ID: newID(t), Instrument: "outside-view", Who: "a teacher"}
		ask := func(by access.Actor, f informant.AskForm) (informant.Form, string, error) {
			ctx, settle := h.w.Visit(t)
			defer settle()
			return h.is.Ask(ctx, by, h.w.Client, f)
		}
		field := func(err error) string {
			f, _ := err.(*fault.Error)
			if f == nil {
				return ""
			}
			return f.Field
		}
		if _, _, err := ask(h.w.Clinician, form); field(err) != "agreed" {
			t.Errorf("without agreement: %v", err)
		}
		form.Agreed = "He said so in the session of Thursday."
		_, link, err := ask(h.w.Clinician, form)
		if err != nil || link == "" {
			t.Fatal(err)
		}
		if _, again, err := ask(h.w.Clinician, form); err != nil || again != link {
			t.Errorf("twice: %q, %v", again, err)
		}
		other := form
		other.Who = "a friend"
		if _, _, err := ask(h.w.Clinician, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("another with the same id: %v", err)
		}
		for what, f := range map[string]informant.AskForm{
			"instrument": {ID: newID(t), Instrument: "phq-9", Who: "a friend"},
			"who":        {ID: newID(t), Instrument: "outside-view"},
			"id":         {ID: "x", Instrument: "outside-view", Who: "a friend"},
		} {
			if _, _, err := ask(h.w.Tomas, f); field(err) != what {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, by := range []access.Actor{h.w.Stranger, h.w.Manager, h.w.Supervisor, access.Anyone(h.w.Practice)} {
			h.w.Refused(t, by, access.AskOther, func(ctx context.Context) error {
				_, _, err := h.is.Ask(ctx, by, h.w.Client, form)
				return err
			})
			h.w.Refused(t, by, access.AskOther, func(ctx context.Context) error { return h.is.End(ctx, by, h.w.Client, form.ID) })
			h.w.Refused(t, by, access.ReadMeasures, func(ctx context.Context) error {
				_, err := h.is.Of(ctx, by, h.w.Client)
				return err
			})
			h.w.Refused(t, by, access.ReadMeasures, func(ctx context.Context) error {
				_, err := h.is.One(ctx, by, h.w.Client, form.ID)
				return err
			})
		}
	})
}
