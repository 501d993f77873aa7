package reminder_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const origin = "https://practice.example"

var zone = func() *time.Location {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return loc
}()

// A house is a world in which Tomas is asked things, with a mail server that keeps
// what it is given.
type house struct {
	w    *waytest.World
	ms   *measure.Measures
	mail *carrier

	agreed bool // Tomas agreed to practise something
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		f(t, &house{w: w, ms: measure.New(w.Door, instrument.NewShelf(w.Door)), mail: new(carrier)})
	})
}

// A carrier keeps letters, or fails as it is told.
type carrier struct {
	mu   sync.Mutex
	got  []post.Letter
	fail error                      // said after the letter was kept
	hold error                      // said instead of keeping it
	kill func(context.Context) bool // the server dies after the letter went
}

func (c *carrier) Carry(ctx context.Context, _ string, _ time.Time, l post.Letter) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.hold != nil {
		return c.hold
	}
	c.got = append(c.got, l)
	if c.kill != nil && c.kill(ctx) {
		return ctx.Err()
	}
	return c.fail
}

func (c *carrier) letters() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.got)
}

func (h *house) reminders() *reminder.Reminders {
	return reminder.New(h.w.Door, origin, h.ms.Waiting).Practising(func(context.Context, *access.Tx, access.Compartment) (bool, error) { return h.agreed, nil })
}

// queue is that of one node.
func (h *house) queue() *job.Queue {
	q := job.New(h.w.Door)
	office := post.New(h.w.Door, h.mail, func(context.Context, *access.Tx) (string, error) { return "tomas@example.org", nil })
	q.Handle(post.Send, office.Heed(reminder.Still).Work)
	return q
}

func (h *house) round(t *testing.T) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error { return h.reminders().Round(ctx, h.w.Practice, zone) })
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if _, err := h.queue().Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// hours passes hour by hour, with a round and the post in each.
func (h *house) hours(t *testing.T, n int) {
	t.Helper()
	for range n {
		h.w.Clock.Pass(time.Hour)
		h.round(t)
		h.drain(t)
	}
}

func (h *house) ask(t *testing.T, what string, r measure.Rhythm) (a measure.Ask) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.ms.Ask(ctx, h.w.Clinician, h.w.Client, measure.AskForm{ID: newID(t), Instrument: what, Rhythm: r, Sooner: true}, zone)
		return err
	})
	return a
}

func (h *house) wants(t *testing.T, n int, why string) {
	t.Helper()
	if got := h.mail.letters(); got != n {
		t.Errorf("%s: %d letters, want %d", why, got, n)
	}
}

func newID(t *testing.T) string {
	t.Helper()
	return uuid.Must(uuid.NewV7()).String()
}

// A round that comes between the refusal and taking it back finds nothing to remind of.
func TestWhatAClientTakesBackNotToBeAskedIsRemindedOfAsBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		h.w.Do(t, func(ctx context.Context) error { return h.ms.Refuse(ctx, h.w.Tomas, h.w.Client, a.ID) })
		h.hours(t, 20) // the next look is a day after the last
		h.w.Do(t, func(ctx context.Context) error { return h.ms.AskAgain(ctx, h.w.Tomas, h.w.Client, a.ID) })
		h.hours(t, 3)
		h.wants(t, 0, "nobody is reminded of what they took back just now")
		h.hours(t, 2)
		h.wants(t, 1, "asked as before")
	})
}

func TestOneReminderForEachOccasionAndNoMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		h.hours(t, 20)
		h.wants(t, 0, "what was asked just now waits a day")
		h.hours(t, 24)
		h.wants(t, 1, "then there is one")
		h.hours(t, 4*24)
		h.wants(t, 1, "and no second in the same week")
		h.hours(t, 4*24)
		h.wants(t, 2, "the next week has its own")
		l := h.mail.got[0]
		if l.To != "tomas@example.org" || !strings.Contains(l.Text, origin+"/no-reminders/") || l.Off == "" || !l.Once {
			t.Errorf("letter: %+v", l)
		}
		for _, word := range []string{"PHQ", "phq", "question", "mood", "therap", "Tomas", "Ines", "Linden"} {
			if strings.Contains(l.Subject+l.Text+l.Off, word) {
				t.Errorf("the letter says %q", word)
			}
		}
	})
}

func TestWhatIsAnsweredOrDeclinedIsNotRemindedOf(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7", measure.Once)
		h.hours(t, 10)
		h.w.Do(t, func(ctx context.Context) error { return h.ms.Decline(ctx, h.w.Tomas, h.w.Client, a.ID, 0) })
		h.hours(t, 60)
		h.wants(t, 0, "declined")
		b := h.ask(t, "phq-9", measure.Weekly)
		h.w.Do(t, func(ctx context.Context) error { return h.ms.Refuse(ctx, h.w.Tomas, h.w.Client, b.ID) })
		h.hours(t, 60)
		h.wants(t, 0, "refused")
	})
}

func TestSeveralThingsAreOneReminder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "gad-7", measure.Weekly)
		h.ask(t, "phq-9", measure.Weekly)
		h.ask(t, "phq-9", measure.Once)
		h.hours(t, 6*24)
		h.wants(t, 1, "all of one week")
	})
}

func TestASessionIsRemindedOfBeforeItAndNotDuringIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.EachSession)
		ss := session.New(h.w.Door)
		start := h.w.Clock.Now().Add(50 * time.Hour).Truncate(time.Hour)
		var planned session.Appointment
		plan := func(start time.Time) {
			h.w.Do(t, func(ctx context.Context) (err error) {
				planned, err = ss.Plan(ctx, h.w.Clinician, h.w.Client, session.Form{ID: newID(t), Start: start, Length: 50 * time.Minute})
				return err
			})
		}
		plan(start)
		h.hours(t, 24)
		h.wants(t, 0, "two days before")
		h.hours(t, 24)
		h.wants(t, 1, "on the day before")
		h.hours(t, 48)
		h.wants(t, 1, "after it")
		plan(h.w.Clock.Now().Add(48 * time.Hour).Truncate(time.Hour))
		h.w.Do(t, func(ctx context.Context) error {
			_, err := ss.Cancel(ctx, h.w.Clinician, h.w.Client, planned.ID, planned.Revision)
			return err
		})
		h.hours(t, 60)
		h.wants(t, 1, "one that was cancelled")
	})
}

func TestNothingIsSentInQuietHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: true, Quiet: reminder.Quiet{From: 10 * 60, To: 17 * 60, Days: []time.Weekday{time.Friday, time.Saturday}}})
			return err
		})
		h.ask(t, "phq-9", measure.Weekly) // on Thursday at half past nine
		for range 5 * 24 {
			h.hours(t, 1)
			if h.mail.letters() > 0 {
				break
			}
		}
		at := h.w.Clock.Now().In(zone)
		if at.Weekday() != time.Sunday || at.Hour() != 0 {
			t.Errorf("sent on %s", at)
		}
	})
}

func TestALetterThatWaitsForTheMailServerHeedsTheQuietHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Once)
		h.mail.hold = errors.Join(post.ErrNotTaken, errors.New("no route to the server"))
		h.hours(t, 30) // to Friday, half past three: tried, and not taken
		for h.w.Clock.Now().In(zone).Hour() != 21 {
			h.hours(t, 1)
		}
		h.mail.hold = nil
		for h.w.Clock.Now().In(zone).Hour() != 7 {
			h.hours(t, 1)
			h.wants(t, 0, "in the night, "+h.w.Clock.Now().In(zone).Format("15:04"))
		}
		h.hours(t, 3)
		h.wants(t, 1, "in the morning")
		h.hours(t, 48)
		h.wants(t, 1, "and not again")
	})
}

func TestALetterThatWaitsForTheMailServerIsDroppedOnceItIsNotWanted(t *testing.T) {
	for what, change := range map[string]func(*testing.T, *house){
		"no reminders any more": func(t *testing.T, h *house) {
			h.w.Exec(t, `UPDATE asking SET state = 'off'`) // as the link does
		},
		"other quiet hours": func(t *testing.T, h *house) {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: true, Quiet: reminder.Quiet{From: 0, To: 23 * 60}})
				return err
			})
		},
		"nobody works with them": func(t *testing.T, h *house) { h.w.Exec(t, `DELETE FROM grants WHERE kind = 'treats'`) },
		"":                       func(*testing.T, *house) {},
	} {
		each(t, func(t *testing.T, h *house) {
			h.ask(t, "phq-9", measure.Once)
			h.mail.hold = errors.Join(post.ErrNotTaken, errors.New("no connection"))
			h.hours(t, 26)
			if n := h.w.Count(t, `SELECT count(*) FROM letter`); n != 1 {
				t.Fatalf("%d letters wait", n)
			}
			change(t, h)
			h.mail.hold = nil
			h.hours(t, 3)
			want := 0
			if what == "" {
				want = 1
			}
			h.wants(t, want, what)
			if n := h.w.Count(t, `SELECT count(*) FROM letter`); n != 0 {
				t.Errorf("%s: %d letters wait still", what, n)
			}
		})
	}
}

func TestTwoNodesRemindOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		h.w.Clock.Pass(26 * time.Hour)
		var all sync.WaitGroup
		for range 2 {
			all.Go(func() {
				for range 3 {
					ctx, v := h.w.Door.Visit(t.Context())
					if err := h.reminders().Round(ctx, h.w.Practice, zone); err != nil {
						t.Error(err)
					}
					if err := v.Settle(); err != nil {
						t.Error(err)
					}
					if _, err := h.queue().Drain(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		h.drain(t)
		h.wants(t, 1, "two nodes")
	})
}

// TestWhoeverIsKilledRemindsNobodyTwice ends the server after the letter has left
// the house and before anything more can be written; and then again where it is
// not known whether the mail server has it.
func TestWhoeverIsKilledRemindsNobodyTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		h.w.Clock.Pass(26 * time.Hour)
		h.round(t)
		ctx, cancel := context.WithCancel(t.Context())
		h.mail.kill = func(context.Context) bool { cancel(); return true }
		h.queue().Drain(ctx) // and its end is never heard of
		h.wants(t, 1, "before the end")
		h.mail.kill = nil
		h.hours(t, 24) // leases run out, others take up what was left
		h.wants(t, 1, "after it")

		h.w.Clock.Pass(5 * 24 * time.Hour)
		h.mail.fail = errors.New("the connection was lost after the last word")
		h.hours(t, 26)
		h.wants(t, 2, "not known whether it was taken")
		h.mail.fail = nil
		h.hours(t, 3*24)
		h.wants(t, 2, "and it does not go again")
	})
}

// TestWhatWasDecidedAndWhatIsSentAreOne stops a round between looking and sending:
// nothing is kept of it, and the next does all of it once.
func TestARoundThatIsStoppedLeavesEverythingToTheNext(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		h.w.Clock.Pass(26 * time.Hour)
		broken := reminder.New(h.w.Door, origin, func(ctx context.Context, tx *access.Tx, c access.Compartment, loc *time.Location) ([]reminder.Thing, time.Time, error) {
			if _, _, err := h.ms.Waiting(ctx, tx, c, loc); err != nil {
				return nil, time.Time{}, err
			}
			return nil, time.Time{}, errors.New("the disk is full")
		})
		h.w.Do(t, func(ctx context.Context) error { return broken.Round(ctx, h.w.Practice, zone) })
		h.drain(t)
		h.wants(t, 0, "a round that failed")
		h.round(t)
		h.drain(t)
		h.wants(t, 1, "the next")
	})
}

func TestOffWithOneTap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly)
		h.hours(t, 26)
		h.wants(t, 1, "the first")
		link := strings.TrimPrefix(h.mail.got[0].Off, origin+"/no-reminders/")
		stop := func(link string) {
			t.Helper()
			h.w.Do(t, func(ctx context.Context) error { return h.reminders().Stop(ctx, link) })
		}
		stop("x")
		stop(h.w.Practice + ".00")
		stop("elsewhere." + strings.SplitN(link, ".", 2)[1])
		h.w.Do(t, func(ctx context.Context) error {
			w, err := h.reminders().Wish(ctx, h.w.Tomas)
			if !w.On {
				t.Error("a link of nobody's turned them off")
			}
			return err
		})
		stop(link)
		stop(link)
		h.hours(t, 8*24)
		h.wants(t, 1, "turned off")
		var w reminder.Wish
		h.w.Do(t, func(ctx context.Context) (err error) {
			w, err = h.reminders().Wish(ctx, h.w.Tomas)
			return err
		})
		if w.On {
			t.Error("they are on")
		}
		w.On = true
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.reminders().Keep(ctx, h.w.Tomas, w)
			return err
		})
		h.hours(t, 30)
		h.wants(t, 2, "on again, for the week that runs")
	})
}

func TestWhoeverTurnedRemindersOffAfterABackupGetsNoneAfterItsRestore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		on := func(on bool, rev int64) {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: on, Quiet: reminder.UsualQuiet(), Rev: rev})
				return err
			})
		}
		noted := func() int { return h.w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'reminders'`) }
		h.ask(t, "phq-9", measure.Once)
		on(false, 0)
		if noted() != 1 {
			t.Error("it is not noted where a restore finds it")
		}
		h.w.Exec(t, `UPDATE asking SET state = 'on', look_at = 0`) // as the backup has it
		ended := []access.Ending{{Compartment: access.PersonRecord(h.w.Tomas.ID), ActorID: h.w.Tomas.ID, Kind: "reminders", At: h.w.Clock.Now()}}
		h.w.Do(t, func(ctx context.Context) error {
			return h.reminders().EndAgain(ctx, access.System(h.w.Practice, "operator"), ended)
		})
		h.hours(t, 48)
		h.wants(t, 0, "they had turned reminders off")
		on(true, 1)
		if noted() != 0 {
			t.Error("it is noted still, after they are on again")
		}
		h.w.Refused(t, h.w.Tomas, access.EndAgain, func(ctx context.Context) error { return h.reminders().EndAgain(ctx, h.w.Tomas, ended) })
	})
}

func TestQuietHoursAreTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rs := h.reminders()
		for _, actor := range []access.Actor{h.w.Clinician, h.w.Stranger, h.w.Manager} {
			h.w.Do(t, func(ctx context.Context) error { // everybody has their own, and reaches no other
				w, err := rs.Wish(ctx, actor)
				if w.Rev != 0 {
					t.Errorf("%s reads somebody's", actor.ID)
				}
				return err
			})
		}
		h.w.Refused(t, access.Actor{Practice: h.w.Practice, ID: "nobody"}, access.ReadReminders, func(ctx context.Context) error {
			_, err := rs.Wish(ctx, access.Actor{Practice: h.w.Practice, ID: "nobody"})
			return err
		})
		keep := func(w reminder.Wish) (out reminder.Wish, err error) {
			ctx, settle := h.w.Visit(t)
			defer settle()
			return rs.Keep(ctx, h.w.Tomas, w)
		}
		if _, err := keep(reminder.Wish{Quiet: reminder.Quiet{From: -1}}); !fault.Is(err, fault.Invalid) {
			t.Errorf("no time: %v", err)
		}
		first := reminder.Wish{On: true, Quiet: reminder.Quiet{From: 20 * 60, To: 9 * 60}}
		kept, err := keep(first)
		if err != nil || kept.Rev != 1 {
			t.Fatalf("%+v %v", kept, err)
		}
		if again, err := keep(first); err != nil || again.Rev != 1 {
			t.Errorf("twice: %+v %v", again, err)
		}
		if other, err := keep(reminder.Wish{On: true, Quiet: reminder.Quiet{From: 1, To: 2}}); !fault.Is(err, fault.Conflict) || other.Quiet.From != 20*60 {
			t.Errorf("from an older form: %+v %v", other, err)
		}
	})
}

func TestQuietIsByTheClock(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	night := reminder.UsualQuiet()
	for _, tt := range []struct {
		name string
		q    reminder.Quiet
		at   string
		want string // when it is over
	}{
		{"by day", night, "2026-11-19 12:00", "2026-11-19 12:00"},
		{"late", night, "2026-11-19 21:00", "2026-11-20 08:00"},
		{"early", night, "2026-11-19 07:59", "2026-11-19 08:00"},
		{"the clocks go back", night, "2026-10-24 23:00", "2026-10-25 08:00"},
		{"the clocks go forward", night, "2026-03-28 23:00", "2026-03-29 08:00"},
		{"no hours", reminder.Quiet{}, "2026-11-19 03:00", "2026-11-19 03:00"},
		{"by day", reminder.Quiet{From: 9 * 60, To: 17 * 60}, "2026-11-19 09:00", "2026-11-19 17:00"},
		{"a weekend", reminder.Quiet{From: 21 * 60, To: 8 * 60, Days: []time.Weekday{time.Saturday, time.Sunday}}, "2026-11-20 22:00", "2026-11-23 08:00"},
	} {
		over, ok := tt.q.Over(at(tt.at))
		if !ok || !over.Equal(at(tt.want)) {
			t.Errorf("%s: over %s %t, want %s", tt.name, over, ok, tt.want)
		}
	}
	if _, ok := (reminder.Quiet{Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}).Over(at("2026-11-19 12:00")); ok {
		t.Error("a week without any day has an end")
	}
}
