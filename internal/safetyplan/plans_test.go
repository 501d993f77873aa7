package safetyplan_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The bridge on the way home"

type world struct {
	*waytest.World
	ps *safetyplan.Plans
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, safetyplan.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func says(text string) safetyplan.Content {
	return safetyplan.Content{
		Text:   map[safetyplan.Part]string{safetyplan.Signs: text},
		People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: {{Name: "Lea", Phone: "+44 1174 960118", Words: "Just say: can you come."}}},
	}
}

func (w world) write(t *testing.T, actor access.Actor, f safetyplan.Form) (p safetyplan.Plan, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.ps.Write(ctx, actor, w.Client, f)
}

func (w world) wrote(t *testing.T, actor access.Actor, f safetyplan.Form) safetyplan.Plan {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	w.Clock.Pass(time.Minute)
	p, err := w.write(t, actor, f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w world) agree(t *testing.T, actor access.Actor, version int64) (p safetyplan.Plan, err error) {
	t.Helper()
	w.Clock.Pass(time.Minute)
	ctx, settle := w.Visit(t)
	defer settle()
	return w.ps.Agree(ctx, actor, w.Client, version)
}

func (w world) plan(t *testing.T, actor access.Actor) (p safetyplan.Plan) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		p, err = w.ps.Plan(ctx, actor, w.Client)
		return err
	})
	return p
}

func TestAVersionIsThePlanOnceBothAgreed(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, ok := w.plan(t, w.Tomas).Held(); ok {
			t.Error("there is a plan before anybody wrote one")
		}
		w.wrote(t, w.Clinician, safetyplan.Form{Content: says("I stop answering"), Agree: true})
		p := w.plan(t, w.Tomas)
		if held, ok := p.Held(); !ok || held.Number != 1 || held.Agreed() || !p.WaitsFor(safetyplan.ByClient) || p.WaitsFor(safetyplan.ByClinician) {
			t.Errorf("a draft that waits for the client: %+v", p)
		}
		if _, err := w.agree(t, w.Tomas, 1); err != nil {
			t.Fatal(err)
		}
		if p, err := w.agree(t, w.Tomas, 1); err != nil || p.Agreed.Number != 1 || p.Agreed.Since().IsZero() {
			t.Errorf("agreed twice: %+v, %v", p, err)
		}

		// A draft changes nothing of what both agreed to.
		w.wrote(t, w.Tomas, safetyplan.Form{From: 1, Content: says(canary)})
		w.wrote(t, w.Tomas, safetyplan.Form{From: 2, Content: says(canary + ", and the nights"), Agree: true})
		p = w.plan(t, w.Clinician)
		held, _ := p.Held()
		if held.Number != 1 || held.Text[safetyplan.Signs] != "I stop answering" || p.Newest.Number != 3 || !p.WaitsFor(safetyplan.ByClinician) {
			t.Errorf("while a draft waits: %+v", p)
		}
		if now, err := w.agree(t, w.Clinician, 2); !fault.Is(err, fault.Conflict) || now.Newest.Number != 3 {
			t.Errorf("agreeing to what is not the newest: %+v, %v", now, err)
		}
		if p, err := w.agree(t, w.Clinician, 3); err != nil || p.Agreed.Number != 3 {
			t.Errorf("%+v, %v", p, err)
		}
		w.Do(t, func(ctx context.Context) error {
			all, err := w.ps.Versions(ctx, w.Tomas, w.Client)
			if len(all) != 3 || all[0].Number != 3 || !all[2].Agreed() || all[1].Agreed() || all[2].Text[safetyplan.Signs] != "I stop answering" {
				t.Errorf("the versions are %+v", all)
			}
			return err
		})
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, "960118")
		w.AuditHolds(t)
	})
}

func TestWhatIsSentTwiceIsKeptOnceAndWhoWasQuickerIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := safetyplan.Form{ID: newID(), Content: says("First")}
		for range 2 {
			if p, err := w.write(t, w.Tomas, f); err != nil || p.Newest.Number != 1 {
				t.Fatalf("%+v, %v", p, err)
			}
		}
		other := f
		other.Content = says("Second")
		if _, err := w.write(t, w.Tomas, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same id with other words: %v", err)
		}
		if now, err := w.write(t, w.Clinician, safetyplan.Form{ID: newID(), Content: says("Mine")}); !fault.Is(err, fault.Conflict) || now.Newest.Text[safetyplan.Signs] != "First" {
			t.Errorf("written from none while there was one: %+v, %v", now, err)
		}
		// Nothing changed, and it is agreed to: no further version.
		if p, err := w.write(t, w.Tomas, safetyplan.Form{ID: newID(), From: 1, Content: says("First"), Agree: true}); err != nil || p.Newest.Number != 1 || len(p.Newest.Yes) != 1 {
			t.Errorf("%+v, %v", p, err)
		}

		// Two devices at once: one is kept, the other is told.
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			ctx, settle := w.Visit(t)
			wg.Go(func() {
				defer settle()
				_, errs[i] = w.ps.Write(ctx, w.Tomas, w.Client, safetyplan.Form{ID: newID(), From: 1, Content: says("At once " + strings.Repeat("x", i+1))})
			})
		}
		wg.Wait()
		kept := 0
		for _, err := range errs {
			switch {
			case err == nil:
				kept++
			case !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.NotSaved):
				t.Error(err)
			}
		}
		if p := w.plan(t, w.Tomas); kept != 1 || p.Newest.Number != 2 {
			t.Errorf("%d were kept, and version %d is there", kept, p.Newest.Number)
		}
	})
}

func TestWhatCannotBeKeptIsSaidBesideItsField(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		ask := func(people ...safetyplan.Person) safetyplan.Content {
			return safetyplan.Content{People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: people}}
		}
		many := make([]safetyplan.Person, safetyplan.MaxPeople+1)
		for i := range many {
			many[i].Name = "Lea"
		}
		for field, c := range map[string]safetyplan.Content{
			"signs":      {},
			"alone":      {Text: map[safetyplan.Part]string{safetyplan.Alone: strings.Repeat("a", safetyplan.MaxText+1)}},
			"reasons":    {Text: map[safetyplan.Part]string{safetyplan.Reasons: "a\x00b"}},
			"name-ask-0": ask(safetyplan.Person{Phone: "0117"}),
			"name-ask-6": ask(many...),
		} {
			_, err := w.write(t, w.Tomas, safetyplan.Form{ID: newID(), Content: c})
			f, _ := err.(*fault.Error)
			if f == nil || f.Kind != fault.Invalid || f.Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
		if _, err := w.write(t, w.Tomas, safetyplan.Form{ID: "x", Content: says("a")}); !fault.Is(err, fault.Invalid) {
			t.Error(err)
		}
		if _, err := w.agree(t, w.Tomas, 1); !fault.Is(err, fault.Invalid) {
			t.Errorf("agreed to what is not there: %v", err)
		}
		p := w.wrote(t, w.Tomas, safetyplan.Form{Content: ask(safetyplan.Person{}, safetyplan.Person{Name: " Lea\u202e "}, safetyplan.Person{})})
		if got := p.Newest.People[safetyplan.Ask]; len(got) != 1 || got[0].Name != "Lea" {
			t.Errorf("kept %+v", got)
		}
	})
}

func TestNobodyElseReachesASafetyPlan(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.wrote(t, w.Clinician, safetyplan.Form{Content: says(canary)})
		c := w.Client
		reads := map[string]func(context.Context, access.Actor) error{
			"reads":    func(ctx context.Context, a access.Actor) error { _, err := w.ps.Plan(ctx, a, c); return err },
			"versions": func(ctx context.Context, a access.Actor) error { _, err := w.ps.Versions(ctx, a, c); return err },
		}
		write := func(ctx context.Context, a access.Actor) error {
			_, err := w.ps.Write(ctx, a, c, safetyplan.Form{ID: newID(), From: 1, Content: says("x")})
			return err
		}
		agree := func(ctx context.Context, a access.Actor) error { _, err := w.ps.Agree(ctx, a, c, 1); return err }
		for _, a := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			for name, do := range reads {
				t.Run(name, func(t *testing.T) {
					w.Refused(t, a, access.ReadSafetyPlan, func(ctx context.Context) error { return do(ctx, a) })
				})
			}
			w.Refused(t, a, access.WriteSafetyPlan, func(ctx context.Context) error { return write(ctx, a) })
			w.Refused(t, a, access.AgreeSafetyPlan, func(ctx context.Context) error { return agree(ctx, a) })
		}
		// In an emergency it is read, and nothing more.
		w.Grant(t, w.Stranger, c, access.Emergency)
		if held, ok := w.plan(t, w.Stranger).Held(); !ok || held.Text[safetyplan.Signs] != canary {
			t.Errorf("in an emergency: %+v", held)
		}
		w.Refused(t, w.Stranger, access.WriteSafetyPlan, func(ctx context.Context) error { return write(ctx, w.Stranger) })
		w.Refused(t, w.Stranger, access.AgreeSafetyPlan, func(ctx context.Context) error { return agree(ctx, w.Stranger) })
	})
}

func TestANumberIsCalledAsItIsWritten(t *testing.T) {
	for phone, want := range map[string]string{
		"+44 (0)117 496-0118": "tel:+441174960118", "(0117) 496 0118": "tel:01174960118", "999": "tel:999",
		"": "", "12": "", "ask Lea": "", "0117 496 ext 4": "", "javascript:alert(1)": "", "1+2+3+4": "",
	} {
		if got := (safetyplan.Person{Phone: phone}).Tel(); got != want {
			t.Errorf("%q: %q, want %q", phone, got, want)
		}
	}
}
