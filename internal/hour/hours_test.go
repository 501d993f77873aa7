package hour_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The stairs at night, and nobody awake"

type world struct {
	*waytest.World
	hs *hour.Hours
	ss *session.Sessions
}

func each(t *testing.T, f func(*testing.T, world)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, hour.New(w.Door), session.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// planned plans a session in so much time, and returns its id.
func (w world) planned(t *testing.T, in time.Duration) string {
	t.Helper()
	id := newID()
	w.Do(t, func(ctx context.Context) error {
		_, err := w.ss.Plan(ctx, w.Clinician, w.Client, session.Form{ID: id, Start: w.Clock.Now().Add(in).Truncate(time.Minute), Length: 50 * time.Minute, Place: "Room 2"})
		return err
	})
	return id
}

func (w world) begin(t *testing.T, id string) (h hour.Hour, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.hs.Begin(ctx, w.Clinician, w.Client, id, 50*time.Minute)
}

func (w world) end(t *testing.T, id string) (h hour.Hour) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		h, err = w.hs.End(ctx, w.Clinician, w.Client, id)
		return err
	})
	return h
}

func (w world) bring(t *testing.T, actor access.Actor, f hour.ItemForm) (i hour.Item, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.hs.Bring(ctx, actor, w.Client, f)
}

func (w world) brought(t *testing.T, actor access.Actor, f hour.ItemForm) hour.Item {
	t.Helper()
	if f.ID == "" {
		f.ID = newID()
	}
	i, err := w.bring(t, actor, f)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func (w world) open(t *testing.T, actor access.Actor, id string) (s hour.Sight) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		s, err = w.hs.Open(ctx, actor, w.Client, id)
		return err
	})
	return s
}

func (w world) openItem(t *testing.T, actor access.Actor, item, session string) (i hour.Item, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.hs.OpenItem(ctx, actor, w.Client, item, session)
}

func (w world) keep(t *testing.T, id string, f hour.KeptForm) (k hour.Kept, err error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.hs.Keep(ctx, w.Clinician, w.Client, id, f)
}

func TestSomethingHardStaysClosedUntilTheSessionOpensIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 30*time.Minute)
		hard := w.brought(t, w.Tomas, hour.ItemForm{Text: canary, Hard: true})
		may := w.brought(t, w.Tomas, hour.ItemForm{Text: "The letter from my father", Hard: true, May: true})
		w.brought(t, w.Clinician, hour.ItemForm{Text: "How the week at work was"})

		of := func(actor access.Actor, item string) hour.Item {
			t.Helper()
			for _, i := range w.open(t, actor, "").Waiting.Items {
				if i.ID == item {
					return i
				}
			}
			t.Fatalf("%s does not find it", actor.ID)
			return hour.Item{}
		}
		if i := of(w.Clinician, hard.ID); !i.Closed || i.Text != "" || !i.Hard || i.May {
			t.Errorf("the clinician sees %+v", i)
		}
		if i := of(w.Tomas, hard.ID); i.Closed || i.Text != canary {
			t.Errorf("the client sees %+v", i)
		}
		for _, actor := range []access.Actor{w.Clinician, w.Tomas} {
			if _, err := w.openItem(t, actor, may.ID, id); !fault.Is(err, fault.Invalid) {
				t.Errorf("before the session %s could open it: %v", actor.ID, err)
			}
		}
		// Nobody but its side changes it, and what it says is not found out by trying.
		if _, err := w.bring(t, w.Clinician, hour.ItemForm{ID: hard.ID, Revision: 1, Text: canary}); !fault.Is(err, fault.NotFound) {
			t.Errorf("the clinician changes the client's: %v", err)
		}

		w.Clock.Pass(30 * time.Minute)
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		if _, err := w.openItem(t, w.Clinician, hard.ID, id); !fault.Is(err, fault.Invalid) {
			t.Errorf("the clinician opened what only the client opens: %v", err)
		}
		if i, err := w.openItem(t, w.Clinician, may.ID, id); err != nil || i.Text != "The letter from my father" || i.OpenedBy != w.Clinician.ID {
			t.Errorf("the clinician may open it: %+v, %v", i, err)
		}
		// It can be said aloud and stay closed.
		w.Do(t, func(ctx context.Context) error {
			i, err := w.hs.Talk(ctx, w.Clinician, w.Client, hard.ID, id, true)
			if err == nil && (i.Text != "" || !i.Closed) {
				t.Errorf("talking about it opened it: %+v", i)
			}
			return err
		})
		if got := w.open(t, w.Tomas, id).Hour.Agenda; len(got) != 3 || got[0].Text != canary || got[0].State != hour.Talked {
			t.Errorf("its words after it was talked about: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.hs.Talk(ctx, w.Tomas, w.Client, hard.ID, id, false)
			return err
		})
		if i, err := w.openItem(t, w.Tomas, hard.ID, id); err != nil || i.Text != canary {
			t.Errorf("the client opens it: %+v, %v", i, err)
		}
		if i := of(w.Clinician, hard.ID); i.Closed || i.Text != canary {
			t.Errorf("once it is open the clinician reads %+v", i)
		}
		w.NotOnDisk(t, canary)
		w.AuditHolds(t)
	})
}

// What was opened once stays open; what is written in its place does not, where the
// client wants that opened in the session only.
func TestNewWordsInThePlaceOfOpenOnesStayClosed(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 30*time.Minute)
		hard := w.brought(t, w.Tomas, hour.ItemForm{Text: "Something small", Hard: true})
		w.Clock.Pass(30 * time.Minute)
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		open, err := w.openItem(t, w.Tomas, hard.ID, id)
		if err != nil {
			t.Fatal(err)
		}
		now, err := w.bring(t, w.Tomas, hour.ItemForm{ID: hard.ID, Revision: open.Revision, Text: canary, Hard: true})
		if err != nil || !now.Opened.IsZero() {
			t.Fatalf("%+v, %v", now, err)
		}
		for _, i := range append(w.open(t, w.Clinician, "").Waiting.Items, w.open(t, w.Clinician, id).Hour.Agenda...) {
			if i.ID == hard.ID && (i.Text != "" || !i.Closed) {
				t.Errorf("the clinician reads %+v", i)
			}
		}
		if _, err := w.openItem(t, w.Clinician, hard.ID, id); !fault.Is(err, fault.Invalid) {
			t.Errorf("the clinician opened what only the client opens: %v", err)
		}
		w.NotOnDisk(t, canary)
	})
}

func TestWhatWasNotTalkedAboutWaitsForTheNextSession(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		first := w.planned(t, 0)
		talked := w.brought(t, w.Tomas, hour.ItemForm{Text: "Sleep"})
		waits := w.brought(t, w.Clinician, hour.ItemForm{Text: "The trip"})
		if _, err := w.begin(t, first); err != nil {
			t.Fatal(err)
		}
		during := w.brought(t, w.Tomas, hour.ItemForm{Text: "Something new"})
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				_, err := w.hs.Talk(ctx, w.Clinician, w.Client, talked.ID, first, true)
				return err
			})
		}
		w.Clock.Pass(50 * time.Minute)
		h := w.end(t, first)
		if again := w.end(t, first); !again.Ended.Equal(h.Ended) || h.Ended.IsZero() {
			t.Errorf("ended at %v, and again at %v", h.Ended, again.Ended)
		}
		s := w.open(t, w.Tomas, first)
		if len(s.Hour.Agenda) != 3 || s.Appointment.Attendance != session.Came {
			t.Errorf("the session had %d things, and %q", len(s.Hour.Agenda), s.Appointment.Attendance)
		}
		if len(s.Waiting.Items) != 2 || s.Waiting.Items[0].ID != waits.ID || s.Waiting.Items[1].ID != during.ID {
			t.Errorf("what waits: %+v", s.Waiting.Items)
		}
		second := w.planned(t, time.Minute)
		w.Clock.Pass(time.Minute)
		if _, err := w.begin(t, second); err != nil {
			t.Fatal(err)
		}
		if got := w.open(t, w.Tomas, second); len(got.Hour.Agenda) != 2 || !got.Before || got.Last.SessionID != first {
			t.Errorf("the next one has %d things, and before it came %q", len(got.Hour.Agenda), got.Last.SessionID)
		}
	})
}

func TestASessionBeginsWithOrWithoutAnAppointment(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := newID()
		h, err := w.begin(t, id)
		if err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(2 * time.Minute)
		again, err := w.begin(t, id)
		if err != nil || !again.Began.Equal(h.Began) {
			t.Errorf("begun twice: %+v, %v", again, err)
		}
		s := w.open(t, w.Clinician, "")
		if !s.Planned || s.Appointment.ID != id || s.Appointment.Length != 50*time.Minute || s.Hour.Began.IsZero() {
			t.Errorf("an appointment was made: %+v", s.Appointment)
		}
		later := w.planned(t, 3*time.Hour)
		if _, err := w.begin(t, later); !fault.Is(err, fault.Conflict) {
			t.Errorf("two at a time: %v", err)
		}
		w.end(t, id)
		if _, err := w.begin(t, later); !fault.Is(err, fault.Invalid) {
			t.Errorf("three hours early: %v", err)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.ss.Cancel(ctx, w.Clinician, w.Client, later, 1)
			return err
		})
		w.Clock.Pass(3 * time.Hour)
		if _, err := w.begin(t, later); !fault.Is(err, fault.Conflict) {
			t.Errorf("a cancelled one: %v", err)
		}
		if _, err := w.begin(t, "not an id"); !fault.Is(err, fault.Invalid) {
			t.Errorf("no id: %v", err)
		}
		w.Do(t, func(ctx context.Context) error {
			lines, err := w.hs.List(ctx, w.Tomas, w.Client)
			if err != nil || len(lines) != 2 || lines[0].ID != id || lines[0].Attendance != session.Came || lines[1].State != session.Cancelled {
				t.Errorf("the list: %+v", lines)
			}
			return err
		})
	})
}

func TestWhatIsKeptHasRevisionsAndAConflictShowsBoth(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, time.Minute)
		form := hour.KeptForm{Decisions: "We look at the stairs", ForClient: "one flight", ForClinician: "find the sheet", Open: "the letter", Calm: "the lake"}
		if _, err := w.keep(t, id, form); !fault.Is(err, fault.Invalid) {
			t.Errorf("before it begins: %v", err)
		}
		w.Clock.Pass(time.Hour) // nobody said that it began
		k, err := w.keep(t, id, form)
		if err != nil || k.Revision != 1 {
			t.Fatalf("%+v, %v", k, err)
		}
		if again, err := w.keep(t, id, form); err != nil || again.Revision != 1 {
			t.Errorf("twice: %+v, %v", again, err)
		}
		other := form
		other.Calm = "the sea"
		if now, err := w.keep(t, id, other); !fault.Is(err, fault.Conflict) || now.Calm != "the lake" {
			t.Errorf("from another device: %+v, %v", now, err)
		}
		other.Revision = 1
		if k, err = w.keep(t, id, other); err != nil || k.Revision != 2 {
			t.Errorf("brought together: %+v, %v", k, err)
		}
		if got := w.open(t, w.Tomas, id).Hour.Kept; got.Calm != "the sea" || len(got.Steps) != 2 || got.Decisions[0] != "We look at the stairs" {
			t.Errorf("the client reads %+v", got)
		}

		work := hour.WorkForm{Call: hour.CallPresence, Intent: "to stay", Tools: []hour.Tool{{Technique: "worry-time", Use: hour.LetGo}}, Instead: canary}
		mean := func(f hour.WorkForm) (got hour.Work, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.hs.Mean(ctx, w.Clinician, w.Client, id, f)
		}
		for range 2 {
			if got, err := mean(work); err != nil || got.Revision != 1 {
				t.Errorf("%+v, %v", got, err)
			}
		}
		work.Intent = "something else"
		if now, err := mean(work); !fault.Is(err, fault.Conflict) || now.Intent != "to stay" {
			t.Errorf("a second hand: %+v, %v", now, err)
		}
		if got := w.open(t, w.Tomas, id).Hour.Work; got.Revision != 0 || got.Instead != "" {
			t.Errorf("the client reads the clinician's side: %+v", got)
		}
		if got := w.open(t, w.Clinician, id).Hour.Work; got.Instead != canary || len(got.Tools) != 1 {
			t.Errorf("the clinician reads %+v", got)
		}
		w.in(t, w.Clinician, access.ReadHour, func(ctx context.Context, tx *access.Tx) error {
			tools, err := hour.ToolsSinceIn(ctx, tx, tx.Now.Add(-24*time.Hour))
			if err == nil && (len(tools) != 1 || tools[0].Technique != "worry-time" || tools[0].Use != hour.LetGo || tools[0].SessionID != id) {
				t.Errorf("tools: %+v", tools)
			}
			if old, err := hour.ToolsSinceIn(ctx, tx, tx.Now); err != nil || len(old) != 0 {
				t.Errorf("tools of an hour ago: %+v, %v", old, err)
			}
			return err
		})
		w.NotOnDisk(t, canary)
	})
}

// in does something in a transaction of the client's record.
func (w world) in(t *testing.T, actor access.Actor, action access.Action, do func(context.Context, *access.Tx) error) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, actor, action, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := do(ctx, tx); err != nil || !action.Changes() {
			return err
		}
		return tx.Commit()
	})
}

func TestASummaryIsSharedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 0)
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		share := func(actor access.Actor, revision int64, text string) (s hour.Summary, err error) {
			w.in(t, actor, access.WriteAgenda, func(ctx context.Context, tx *access.Tx) error {
				s, err = hour.ShareIn(ctx, tx, hour.Share{SessionID: id, Revision: revision, Text: text})
				return nil
			})
			return s, err
		}
		if _, err := share(w.Tomas, 0, "mine"); !fault.Is(err, fault.NotFound) {
			t.Errorf("the client shares with themself: %v", err)
		}
		for range 2 {
			if s, err := share(w.Clinician, 0, canary); err != nil || s.Revision != 1 {
				t.Errorf("%+v, %v", s, err)
			}
		}
		if s, err := share(w.Clinician, 0, "another"); !fault.Is(err, fault.Conflict) || s.Text != canary {
			t.Errorf("%+v, %v", s, err)
		}
		if got := w.open(t, w.Tomas, id).Hour.Summary; got.Text != canary || got.By != w.Clinician.ID {
			t.Errorf("the client reads %+v", got)
		}
		if _, err := share(w.Clinician, 1, ""); err != nil {
			t.Error(err)
		}
		w.in(t, w.Tomas, access.ReadHour, func(ctx context.Context, tx *access.Tx) error {
			all, err := hour.SummariesIn(ctx, tx)
			if len(all) != 0 {
				t.Errorf("it was taken back, and there is %+v", all)
			}
			return err
		})
		w.NotOnDisk(t, canary)
	})
}

func TestTheAgendaIsOfItsSideAndNothingYetIsFine(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for _, actor := range []access.Actor{w.Tomas, w.Clinician} {
			w.Do(t, func(ctx context.Context) error { return w.hs.Nothing(ctx, actor, w.Client) })
		}
		if got := w.open(t, w.Clinician, "").Waiting.Nothing; len(got) != 2 {
			t.Errorf("who has nothing: %v", got)
		}
		i := w.brought(t, w.Tomas, hour.ItemForm{Text: "Sleep"})
		if got := w.open(t, w.Clinician, "").Waiting.Nothing; len(got) != 1 || got[hour.ByClient] != (time.Time{}) {
			t.Errorf("who has nothing, once there is something: %v", got)
		}
		same := hour.ItemForm{ID: i.ID, Text: "Sleep"}
		if again, err := w.bring(t, w.Tomas, same); err != nil || again.Revision != 1 {
			t.Errorf("twice: %+v, %v", again, err)
		}
		other := hour.ItemForm{ID: i.ID, Text: "Dreams"}
		if now, err := w.bring(t, w.Tomas, other); !fault.Is(err, fault.Conflict) || now.Text != "Sleep" {
			t.Errorf("the same form with other words: %+v, %v", now, err)
		}
		other.Revision = 1
		if now, err := w.bring(t, w.Tomas, other); err != nil || now.Revision != 2 {
			t.Errorf("changed: %+v, %v", now, err)
		}
		take := func(actor access.Actor, revision int64) error {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err := w.hs.TakeBack(ctx, actor, w.Client, i.ID, revision)
			return err
		}
		if err := take(w.Clinician, 2); !fault.Is(err, fault.NotFound) {
			t.Errorf("the clinician takes back the client's: %v", err)
		}
		if err := take(w.Tomas, 1); !fault.Is(err, fault.Conflict) {
			t.Errorf("what was changed: %v", err)
		}
		for range 2 {
			if err := take(w.Tomas, 2); err != nil {
				t.Error(err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM agenda_item WHERE length(sealed_words) > 0`); n != 0 {
			t.Error("words that were taken back are kept")
		}
		// A restore from before brings its words back, and they go again.
		b := w.brought(t, w.Tomas, hour.ItemForm{Text: canary, Hard: true})
		w.Do(t, func(ctx context.Context) error {
			return w.hs.EndAgain(ctx, access.System(w.Practice, "operator"), []access.Ending{{Compartment: w.Client, ActorID: w.Tomas.ID, Kind: "agenda.item " + b.ID}})
		})
		if got := w.open(t, w.Tomas, "").Waiting.Items; len(got) != 0 {
			t.Errorf("after a restore there is %+v", got)
		}
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'agenda.item `+i.ID+`'`); n != 1 {
			t.Errorf("that it was taken back is noted %d times", n)
		}
		for n := range hour.MaxWaiting {
			w.brought(t, w.Tomas, hour.ItemForm{Text: fmt.Sprint("Thing ", n)})
		}
		if _, err := w.bring(t, w.Tomas, hour.ItemForm{ID: newID(), Text: "One more"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("thirteen things: %v", err)
		}
		w.brought(t, w.Clinician, hour.ItemForm{Text: "There is room for the other side"})
	})
}

func TestNobodyElseComesNearASession(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 0)
		i := w.brought(t, w.Tomas, hour.ItemForm{Text: "Sleep", Hard: true, May: true})
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		w.Grant(t, w.Stranger, w.Client, access.Emergency)
		c := w.Client
		held := map[string]func(context.Context, access.Actor) error{
			"begins": func(ctx context.Context, a access.Actor) error {
				_, err := w.hs.Begin(ctx, a, c, id, time.Hour)
				return err
			},
			"ends": func(ctx context.Context, a access.Actor) error { _, err := w.hs.End(ctx, a, c, id); return err },
			"keeps": func(ctx context.Context, a access.Actor) error {
				_, err := w.hs.Keep(ctx, a, c, id, hour.KeptForm{})
				return err
			},
			"means": func(ctx context.Context, a access.Actor) error {
				_, err := w.hs.Mean(ctx, a, c, id, hour.WorkForm{})
				return err
			},
		}
		for name, do := range held {
			for _, a := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
				t.Run(name, func(t *testing.T) {
					w.Refused(t, a, access.HoldHour, func(ctx context.Context) error { return do(ctx, a) })
				})
			}
		}
		shared := map[access.Action][]func(context.Context, access.Actor) error{
			access.ReadHour: {
				func(ctx context.Context, a access.Actor) error { _, err := w.hs.Open(ctx, a, c, id); return err },
				func(ctx context.Context, a access.Actor) error { _, err := w.hs.List(ctx, a, c); return err },
			},
			access.GlanceHour: {func(ctx context.Context, a access.Actor) error { _, err := w.hs.HowFar(ctx, a, c, id); return err }},
			access.WriteAgenda: {
				func(ctx context.Context, a access.Actor) error {
					_, err := w.hs.Bring(ctx, a, c, hour.ItemForm{ID: newID(), Text: "a"})
					return err
				},
				func(ctx context.Context, a access.Actor) error {
					_, err := w.hs.TakeBack(ctx, a, c, i.ID, 1)
					return err
				},
				func(ctx context.Context, a access.Actor) error {
					_, err := w.hs.Talk(ctx, a, c, i.ID, id, true)
					return err
				},
				func(ctx context.Context, a access.Actor) error { return w.hs.Nothing(ctx, a, c) },
			},
			access.OpenAgenda: {func(ctx context.Context, a access.Actor) error {
				_, err := w.hs.OpenItem(ctx, a, c, i.ID, id)
				return err
			}},
		}
		for action, all := range shared {
			for _, do := range all {
				for _, a := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
					w.Refused(t, a, action, func(ctx context.Context) error { return do(ctx, a) })
				}
			}
		}
	})
}

func TestAGlanceOpensNothingAndNoticesEveryChange(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 0)
		last := ""
		changed := func(what string) {
			t.Helper()
			w.Clock.Pass(time.Second)
			w.Do(t, func(ctx context.Context) error {
				g, err := w.hs.HowFar(ctx, w.Tomas, w.Client, id)
				if g.Mark == last {
					t.Errorf("nothing is noticed when %s", what)
				}
				last = g.Mark
				return err
			})
			if s := w.open(t, w.Tomas, id); s.Mark != last {
				t.Errorf("the page is marked %q, a glance %q", s.Mark, last)
			}
		}
		changed("it is planned")
		i := w.brought(t, w.Tomas, hour.ItemForm{Text: "Sleep", Hard: true})
		changed("something is brought")
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		changed("it begins")
		if _, err := w.openItem(t, w.Tomas, i.ID, id); err != nil {
			t.Fatal(err)
		}
		changed("something is opened")
		if _, err := w.keep(t, id, hour.KeptForm{Calm: "the lake"}); err != nil {
			t.Fatal(err)
		}
		changed("something is kept")
		w.end(t, id)
		changed("it ends")
	})
}

func TestASessionThatWasEndedIsOverEverywhere(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		friday := w.planned(t, 24*time.Hour)
		early := newID()
		if _, err := w.begin(t, early); err != nil {
			t.Fatal(err)
		}
		w.Clock.Pass(30 * time.Second)
		w.end(t, early)

		now := w.Clock.Now()
		for _, who := range []access.Actor{w.Tomas, w.Clinician} {
			w.Do(t, func(ctx context.Context) error {
				next, ok, err := w.ss.Next(ctx, who, w.Client)
				if !ok || next.ID != friday {
					t.Errorf("%s sees next %+v", who.ID, next)
				}
				if err != nil {
					return err
				}
				around, err := w.ss.Around(ctx, who, w.Client)
				if around.Next.ID != friday || around.Held != 1 {
					t.Errorf("%s stands between %+v", who.ID, around)
				}
				return err
			})
			if s := w.open(t, who, ""); s.Appointment.ID != friday || s.Last.SessionID != early {
				t.Errorf("%s opens %+v", who.ID, s.Appointment)
			}
		}
		w.Do(t, func(ctx context.Context) error {
			near, err := w.ss.Near(ctx, w.Clinician, now.Add(-time.Hour))
			if n := near[w.Client]; n.Last.IsZero() || n.Next.Before(now) {
				t.Errorf("near: %+v", n)
			}
			if err != nil {
				return err
			}
			day, err := w.ss.Day(ctx, w.Clinician, now.Add(-time.Hour), now.Add(time.Hour))
			if len(day) != 1 || day[0].End().After(now) || day[0].Attendance != session.Came {
				t.Errorf("the day has %+v", day)
			}
			return err
		})
		soon := w.planned(t, 10*time.Minute) // what was left of the time is free
		if s := w.open(t, w.Tomas, ""); s.Appointment.ID != soon {
			t.Errorf("what comes next: %+v", s.Appointment)
		}
	})
}

func TestASessionThatWasMovedAfterSomebodyBeganItIsHeldOnItsDay(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id := w.planned(t, 0)
		if _, err := w.begin(t, id); err != nil {
			t.Fatal(err)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := w.ss.Move(ctx, w.Clinician, w.Client, id, 1, session.Move{Start: w.Clock.Now().Add(24 * time.Hour).Truncate(time.Minute), Length: 50 * time.Minute})
			return err
		})
		w.Clock.Pass(time.Minute)
		w.end(t, id) // begun by mistake
		if s := w.open(t, w.Tomas, ""); s.Appointment.ID != id || s.Appointment.Attendance != session.Unsaid {
			t.Errorf("what comes next: %+v", s.Appointment)
		}
		w.Clock.Pass(24 * time.Hour)
		for range 2 {
			h, err := w.begin(t, id)
			if err != nil || !h.Runs(w.Clock.Now()) || !h.Start.Equal(w.open(t, w.Tomas, id).Appointment.Start) {
				t.Errorf("on its day: %+v, %v", h.Frame, err)
			}
		}
	})
}
