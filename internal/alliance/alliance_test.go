package alliance_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "The green chair felt too far away"

type world struct {
	*waytest.World
	as       *alliance.Alliances
	sessions *session.Sessions
}

func each(t *testing.T, f func(*testing.T, world)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, world{w, alliance.New(w.Door), session.New(w.Door)}) })
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// planned plans a session that begins so long after now.
func (w world) planned(t *testing.T, after time.Duration) (a session.Appointment) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		a, err = w.sessions.Plan(ctx, w.Clinician, w.Client, session.Form{ID: newID(), Start: w.Clock.Now().Add(after), Length: 50 * time.Minute})
		return err
	})
	return a
}

// held is a session that is over.
func (w world) held(t *testing.T) session.Appointment {
	t.Helper()
	a := w.planned(t, time.Minute)
	w.Clock.Pass(time.Hour)
	return a
}

func said(heard, topics, way, overall int, worry string) alliance.Said {
	s := alliance.Said{Landed: "That we went slowly", Missed: canary, Worry: worry}
	for i, v := range []int{heard, topics, way, overall} {
		if v >= 0 {
			s.Answers[i] = &v
		}
	}
	return s
}

func (w world) give(t *testing.T, f alliance.Form) (alliance.CheckIn, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.as.Give(ctx, w.Tomas, w.Client, f)
}

func (w world) mustGive(t *testing.T, f alliance.Form) alliance.CheckIn {
	t.Helper()
	in, err := w.give(t, f)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func (w world) revise(t *testing.T, id string, revision int64, s alliance.Said) (alliance.CheckIn, error) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	return w.as.Revise(ctx, w.Tomas, w.Client, id, revision, s)
}

func (w world) course(t *testing.T, actor access.Actor) (c alliance.Course) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		c, err = w.as.Of(ctx, actor, w.Client)
		return err
	})
	return c
}

func (w world) offer(t *testing.T) (o alliance.Offer, ok bool) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		o, ok, err = w.as.Offer(ctx, w.Tomas, w.Client)
		return err
	})
	return o, ok
}

func (w world) overview(t *testing.T, actor access.Actor) (all []alliance.Standing) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.as.Overview(ctx, actor, w.Clock.Now().AddDate(0, -2, 0))
		return err
	})
	return all
}

func (w world) seen(t *testing.T, in alliance.CheckIn) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error { return w.as.Seen(ctx, w.Clinician, w.Client, in) })
}

func TestACheckInIsOfferedFromTheEndOfASessionUntilTheNextBegins(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, ok := w.offer(t); ok {
			t.Error("offered without a session")
		}
		a := w.planned(t, time.Minute)
		w.Clock.Pass(50 * time.Minute)
		if _, ok := w.offer(t); ok {
			t.Error("offered before the session is over")
		}
		w.Clock.Pass(time.Minute)
		o, ok := w.offer(t)
		if !ok || o.SessionID != a.ID || o.ClinicianID != w.Clinician.ID || !o.Began.Equal(a.Start) {
			t.Errorf("after the session: got %+v, %t", o, ok)
		}
		w.planned(t, 24*time.Hour)
		w.Clock.Pass(24*time.Hour - time.Second)
		if _, ok := w.offer(t); !ok {
			t.Error("not offered any more before the next one begins")
		}
		w.Clock.Pass(time.Second)
		if o, ok := w.offer(t); ok {
			t.Errorf("offered while the next one goes on: %+v", o)
		}
		w.Clock.Pass(50 * time.Minute)
		if o, ok := w.offer(t); !ok || o.SessionID == a.ID {
			t.Errorf("after the next: got %+v, %t", o, ok)
		}
		w.Clock.Pass(14 * 24 * time.Hour)
		if _, ok := w.offer(t); !ok {
			t.Error("not offered on the fourteenth day")
		}
		w.Clock.Pass(time.Second)
		if _, ok := w.offer(t); ok {
			t.Error("offered for more than two weeks")
		}
	})
}

func TestNoCheckInIsOfferedForASessionThatWasCancelled(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.planned(t, time.Hour)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.sessions.Cancel(ctx, w.Clinician, w.Client, a.ID, 1)
			return err
		})
		w.Clock.Pass(3 * time.Hour)
		if o, ok := w.offer(t); ok {
			t.Errorf("got %+v", o)
		}
		if _, err := w.give(t, alliance.Form{ID: newID(), SessionID: a.ID, Said: said(8, 8, 8, 8, "")}); !fault.Is(err, fault.NotFound) {
			t.Errorf("about a session that was not held: got %v", err)
		}
	})
}

func TestACheckInIsKeptOnceHoweverOftenItIsSent(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.held(t)
		f := alliance.Form{ID: newID(), SessionID: a.ID, Said: said(8, 9, 8, 9, "")}
		var kept atomic.Int32
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if _, err := w.give(t, f); err == nil {
					kept.Add(1)
				} else {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := w.Count(t, `SELECT count(*) FROM check_in`); n != 1 || kept.Load() != 6 {
			t.Errorf("rows %d, successes %d; want 1 and 6", n, kept.Load())
		}
		if _, ok := w.offer(t); ok {
			t.Error("it is still offered")
		}
		c := w.course(t, w.Clinician)
		if len(c.Steps) != 1 || c.Steps[0].Score != 8.5 || c.Steps[0].Missed != canary || !c.Steps[0].Unread {
			t.Errorf("as the clinician reads it: got %+v", c.Steps)
		}
		other := f
		other.Landed = "Something else"
		if was, err := w.give(t, other); !fault.Is(err, fault.Conflict) || was.Landed != f.Landed {
			t.Errorf("the same id with other words: got %+v, %v", was, err)
		}
		w.NotOnDisk(t, canary)
		w.NotOnDisk(t, "went slowly")
	})
}

func TestTwoDevicesMakeOneCheckInAndNeitherIsLostSilently(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.held(t)
		phone := w.mustGive(t, alliance.Form{ID: newID(), SessionID: a.ID, Said: said(8, 9, 8, 9, "")})
		was, err := w.give(t, alliance.Form{ID: newID(), SessionID: a.ID, Said: said(3, 3, 3, 3, "")})
		if !fault.Is(err, fault.Conflict) || was.ID != phone.ID || was.Landed != phone.Landed {
			t.Errorf("the second device: got %+v, %v", was, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM check_in`); n != 1 {
			t.Errorf("rows: %d", n)
		}
		if _, err := w.revise(t, phone.ID, 1, said(7, 9, 8, 9, "")); err != nil {
			t.Fatal(err)
		}
		was, err = w.revise(t, phone.ID, 1, said(6, 9, 8, 9, ""))
		if !fault.Is(err, fault.Conflict) || was.Revision != 2 || *was.Answers[alliance.Heard] != 7 {
			t.Errorf("a change that began before: got %+v, %v", was, err)
		}
		if again, err := w.revise(t, phone.ID, 1, said(7, 9, 8, 9, "")); err != nil || again.Revision != 2 {
			t.Errorf("the same change once more: got %+v, %v", again, err)
		}
	})
}

func TestWhatWasReadIsKeptWhenItIsChangedAndWhatWasNotIsNot(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		in := w.mustGive(t, alliance.Form{ID: newID(), Said: said(8, 9, 8, 9, "one")})
		if _, err := w.revise(t, in.ID, 1, said(8, 9, 8, 9, "two")); err != nil {
			t.Fatal(err)
		}
		step := w.course(t, w.Clinician).Steps[0]
		if step.Worry != "two" || len(step.Earlier) != 0 || !step.Unread {
			t.Errorf("changed before it was read: got %+v", step.CheckIn)
		}
		w.seen(t, alliance.CheckIn{Form: alliance.Form{ID: in.ID}, Revision: 1}) // of what is not there any more
		if !w.course(t, w.Clinician).Steps[0].Unread {
			t.Error("reading the one before counts as reading this one")
		}
		w.seen(t, step.CheckIn)
		if now := w.course(t, w.Tomas).Steps[0]; now.Unread || now.SeenBy != w.Clinician.ID || !now.SeenAt.Equal(w.Clock.Now()) {
			t.Errorf("read: got %+v", now.CheckIn)
		}
		w.Clock.Pass(time.Hour)
		if _, err := w.revise(t, in.ID, 2, said(8, 9, 8, 9, "three")); err != nil {
			t.Fatal(err)
		}
		now := w.course(t, w.Clinician).Steps[0]
		if now.Worry != "three" || len(now.Earlier) != 1 || now.Earlier[0].Worry != "two" || !now.Unread || !now.ChangedAt.Equal(w.Clock.Now()) {
			t.Errorf("changed after it was read: got %+v", now.CheckIn)
		}
		if _, err := w.revise(t, in.ID, 3, alliance.Said{}); err != nil {
			t.Errorf("taking everything back: %v", err)
		}
		w.Do(t, func(ctx context.Context) error {
			one, err := w.as.One(ctx, w.Tomas, w.Client, in.ID)
			if !one.Empty() || len(one.Earlier) != 1 {
				t.Errorf("taken back: got %+v", one)
			}
			return err
		})
	})
}

func TestNotThisTimeHasNoCostAndCanBeTakenBack(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.held(t)
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.as.Skip(ctx, w.Tomas, w.Client, a.ID) })
		}
		if _, ok := w.offer(t); ok {
			t.Error("still offered")
		}
		if c := w.course(t, w.Clinician); len(c.Steps) != 0 {
			t.Errorf("a skipped one is shown: %+v", c)
		}
		w.Do(t, func(ctx context.Context) error {
			o, err := w.as.About(ctx, w.Tomas, w.Client, a.ID)
			if !o.Skipped || o.Given != "" {
				t.Errorf("about it: got %+v", o)
			}
			return err
		})
		in := w.mustGive(t, alliance.Form{ID: newID(), SessionID: a.ID, Said: said(8, 8, 8, 8, "")})
		w.Do(t, func(ctx context.Context) error { return w.as.Skip(ctx, w.Tomas, w.Client, a.ID) })
		if c := w.course(t, w.Clinician); len(c.Steps) != 1 || c.Steps[0].ID != in.ID {
			t.Errorf("after all: got %+v", c)
		}
	})
}

func TestWhatCannotBeKeptIsSaidAndNothingIsStored(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		long := strings.Repeat("a", alliance.MaxWords+1)
		for _, tt := range []struct {
			field string
			turn  func(*alliance.Form)
		}{
			{"id", func(f *alliance.Form) { f.ID = "1" }},
			{"heard", func(f *alliance.Form) { f.Said = said(11, 1, 1, 1, "") }},
			{"overall", func(f *alliance.Form) { n := -1; f.Answers[alliance.Overall] = &n }},
			{"landed", func(f *alliance.Form) { f.Landed = long }},
			{"missed", func(f *alliance.Form) { f.Missed = "\x00" }},
			{"worry", func(f *alliance.Form) { f.Worry = long }},
			{"", func(f *alliance.Form) { f.Said = alliance.Said{Landed: "  \n"} }},
		} {
			f := alliance.Form{ID: newID(), Said: said(8, 8, 8, 8, "")}
			tt.turn(&f)
			_, err := w.give(t, f)
			var fe *fault.Error
			if !errors.As(err, &fe) || fe.Kind != fault.Invalid || fe.Field != tt.field {
				t.Errorf("%s: got %v", tt.field, err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM check_in`); n != 0 {
			t.Errorf("%d were stored", n)
		}
	})
}

// dips has three good check-ins and then one that is worth asking about.
func (w world) dips(t *testing.T) (dip alliance.CheckIn) {
	t.Helper()
	for i, v := range []int{9, 9, 9, 6} {
		if i > 0 {
			w.Clock.Pass(7 * 24 * time.Hour)
		}
		dip = w.mustGive(t, alliance.Form{ID: newID(), Said: said(v, v, v, v, "")})
	}
	return dip
}

func TestADipIsTalkedAboutOnADayWhichClosesIt(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		dip := w.dips(t)
		if all := w.overview(t, w.Clinician); len(all) != 1 || len(all[0].Open) != 1 || all[0].Open[0].ID != dip.ID || !all[0].Unread || all[0].Client != w.Client {
			t.Errorf("in the list: got %+v", all)
		}
		if open := w.course(t, w.Clinician).Open(); len(open) != 1 || !open[0].Signal.Dropped {
			t.Errorf("on the page: got %+v", open)
		}
		talk := func(revision int64, on time.Time) error {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.as.Talked(ctx, w.Clinician, w.Client, dip.ID, revision, on)
		}
		given := w.Clock.Now()
		w.Clock.Pass(3 * 24 * time.Hour)
		for on, kind := range map[time.Time]fault.Kind{
			w.Clock.Now().Add(time.Hour): fault.Invalid,
			given.AddDate(0, 0, -2):      fault.Invalid,
		} {
			if err := talk(1, on); !fault.Is(err, kind) {
				t.Errorf("on %v: got %v", on, err)
			}
		}
		if err := talk(2, time.Time{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("of another revision: got %v", err)
		}
		day := given.Add(24 * time.Hour)
		for range 2 {
			if err := talk(1, day); err != nil {
				t.Fatal(err)
			}
		}
		now, _ := w.course(t, w.Clinician).Newest()
		if now.Open() || !now.TalkedAt.Equal(day) || now.TalkedBy != w.Clinician.ID {
			t.Errorf("talked about: got %+v", now.CheckIn)
		}
		if all := w.overview(t, w.Clinician); len(all[0].Open) != 0 {
			t.Errorf("still in the list: %+v", all)
		}
		if _, err := w.revise(t, dip.ID, 1, said(6, 6, 6, 6, "and it is not over")); err != nil {
			t.Fatal(err)
		}
		if open := w.course(t, w.Clinician).Open(); len(open) != 1 {
			t.Error("a worry that was added afterwards is not worth asking about")
		}
	})
}

func TestTheListAndThePageSayTheSame(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for i, v := range []int{9, 8, 9, 6, 7, 9, 10, 4} {
			if i > 0 {
				w.Clock.Pass(7 * 24 * time.Hour)
			}
			w.mustGive(t, alliance.Form{ID: newID(), Said: said(v, v, v, v, "")})
			page := w.course(t, w.Clinician)
			newest, _ := page.Newest()
			w.Do(t, func(ctx context.Context) error {
				c, ok, err := w.as.Lately(ctx, w.Clinician, w.Client)
				if !ok || len(c.Steps) != len(page.Steps) {
					t.Errorf("lately: %+v, %t", c, ok)
				}
				return err
			})
			all := w.overview(t, w.Clinician)
			if len(all) != 1 || all[0].Newest.Signal.Z != newest.Signal.Z || len(all[0].Open) != len(page.Open()) {
				t.Errorf("after %d: list %+v, page %+v", i+1, all[0].Open, page.Open())
			}
		}
		if _, ok := w.course(t, w.Clinician).News(); !ok {
			t.Error("the dip came back, and that is no news")
		}
	})
}

func TestASupervisorSeesNumbersAndNoWord(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.mustGive(t, alliance.Form{ID: newID(), Said: said(9, 9, 9, 4, canary)})
		line := func(ctx context.Context) error {
			_, err := w.as.Line(ctx, w.Supervisor, w.Client)
			return err
		}
		w.Refused(t, w.Supervisor, access.AllianceLine, line)
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		w.Do(t, func(ctx context.Context) error {
			c, err := w.as.Line(ctx, w.Supervisor, w.Client)
			if len(c.Steps) != 1 || c.Steps[0].Score != 7.75 || c.Steps[0].Landed+c.Steps[0].Missed+c.Steps[0].Worry != "" || c.Steps[0].Signal.Worry {
				t.Errorf("got %+v", c.Steps)
			}
			return err
		})
		w.Refused(t, w.Supervisor, access.ReadAlliance, func(ctx context.Context) error {
			_, err := w.as.Of(ctx, w.Supervisor, w.Client)
			return err
		})
		w.Refused(t, w.Supervisor, access.ReadMarkers, func(ctx context.Context) error {
			_, err := w.as.Markers(ctx, w.Supervisor, w.Client)
			return err
		})
		if all := w.overview(t, w.Supervisor); all != nil {
			t.Errorf("in a list: %+v", all)
		}
	})
}

func TestTheWorkTogetherIsClosedToOthers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		a := w.held(t)
		in := w.mustGive(t, alliance.Form{ID: newID(), Said: said(8, 8, 8, 8, "")})
		var m alliance.Marker
		w.Do(t, func(ctx context.Context) (err error) {
			m, err = w.as.Notice(ctx, w.Tomas, w.Client, alliance.MarkerForm{ID: newID(), Word: "Trust"})
			return err
		})
		w.Grant(t, w.Stranger, w.Client, access.Emergency) // who broke the glass sees no more of it
		f := alliance.Form{ID: newID(), Said: said(1, 1, 1, 1, "")}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor} {
			for action, do := range map[access.Action][]func(context.Context) error{
				access.ReadAlliance: {
					func(ctx context.Context) error { _, _, err := w.as.Offer(ctx, actor, w.Client); return err },
					func(ctx context.Context) error { _, err := w.as.About(ctx, actor, w.Client, a.ID); return err },
					func(ctx context.Context) error { _, err := w.as.One(ctx, actor, w.Client, in.ID); return err },
					func(ctx context.Context) error { _, err := w.as.Of(ctx, actor, w.Client); return err },
				},
				access.AllianceLine: {func(ctx context.Context) error { _, err := w.as.Line(ctx, actor, w.Client); return err }},
				access.ReadMarkers:  {func(ctx context.Context) error { _, err := w.as.Markers(ctx, actor, w.Client); return err }},
				access.SeeCheckIn:   {func(ctx context.Context) error { return w.as.Seen(ctx, actor, w.Client, in) }},
				access.TalkAlliance: {func(ctx context.Context) error { return w.as.Talked(ctx, actor, w.Client, in.ID, 1, time.Time{}) }},
				access.NoticeMarker: {
					func(ctx context.Context) error {
						_, err := w.as.Notice(ctx, actor, w.Client, alliance.MarkerForm{ID: newID(), Word: "Trust"})
						return err
					},
					func(ctx context.Context) error { return w.as.Keep(ctx, actor, w.Client, m.ID, true) },
					func(ctx context.Context) error { return w.as.TakeBack(ctx, actor, w.Client, m.ID) },
				},
			} {
				for _, one := range do {
					w.Refused(t, actor, action, one)
				}
			}
			w.Do(t, func(ctx context.Context) error {
				c, ok, err := w.as.Lately(ctx, actor, w.Client)
				if ok || len(c.Steps) > 0 {
					t.Errorf("lately, to %s: %+v", actor.ID, c)
				}
				return err
			})
			if all := w.overview(t, actor); all != nil {
				t.Errorf("list of %s: %+v", actor.ID, all)
			}
		}
		for _, actor := range []access.Actor{w.Stranger, w.Manager, w.Supervisor, w.Clinician} { // a clinician answers for nobody
			for _, do := range []func(context.Context) error{
				func(ctx context.Context) error { _, err := w.as.Give(ctx, actor, w.Client, f); return err },
				func(ctx context.Context) error {
					_, err := w.as.Revise(ctx, actor, w.Client, in.ID, 1, f.Said)
					return err
				},
				func(ctx context.Context) error { return w.as.Skip(ctx, actor, w.Client, a.ID) },
			} {
				w.Refused(t, actor, access.CheckIn, do)
			}
		}
		w.Refused(t, w.Tomas, access.SeeCheckIn, func(ctx context.Context) error { return w.as.Seen(ctx, w.Tomas, w.Client, in) })
		w.Refused(t, w.Tomas, access.TalkAlliance, func(ctx context.Context) error {
			return w.as.Talked(ctx, w.Tomas, w.Client, in.ID, 1, time.Time{})
		})
		w.Refused(t, w.Manager, access.ReadWords, func(ctx context.Context) error { _, err := w.as.Words(ctx, w.Manager); return err })
		for _, actor := range []access.Actor{w.Manager, w.Tomas} {
			w.Refused(t, actor, access.ReviseWords, func(ctx context.Context) error {
				_, err := w.as.ReviseWords(ctx, actor, 0, "Lightness")
				return err
			})
		}
		w.AuditHolds(t)
	})
}
