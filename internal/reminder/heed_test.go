package reminder_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
)

// In London the clocks are those of UTC in winter, and hide what goes by the wrong ones.
func TestQuietIsWhatThePracticesClocksShowWhereverItIs(t *testing.T) {
	for _, name := range []string{"Pacific/Auckland", "America/New_York", "Europe/London"} {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				quiet := reminder.Quiet{From: 10 * 60, To: 17 * 60, Days: []time.Weekday{time.Friday, time.Saturday}}
				h.w.Do(t, func(ctx context.Context) error {
					_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: true, Quiet: quiet})
					return err
				})
				h.w.Do(t, func(ctx context.Context) error { // on a Thursday everywhere
					_, err := h.ms.Ask(ctx, h.w.Clinician, h.w.Client, measure.AskForm{ID: newID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, loc)
					return err
				})
				for range 5 * 24 {
					h.w.Clock.Pass(time.Hour)
					h.w.Do(t, func(ctx context.Context) error { return h.reminders().Round(ctx, h.w.Practice, loc) })
					h.drain(t)
					if h.mail.letters() > 0 {
						break
					}
				}
				if at := h.w.Clock.Now().In(loc); h.mail.letters() != 1 || at.Weekday() != time.Sunday || at.Hour() != 0 {
					t.Fatalf("%d sent on %s", h.mail.letters(), at)
				}
				for _, w := range h.mail.got[0].Within {
					if quiet.Holds(w.From.In(loc)) || quiet.Holds(w.To.In(loc).Add(-time.Minute)) {
						t.Errorf("it may go from %s to %s", w.From.In(loc), w.To.In(loc))
					}
				}
			})
		})
	}
}

// ofEach has Tomas reminded by mail of one thing, some hours after the world begins.
var ofEach = map[string]struct {
	hours   int
	prepare func(*testing.T, *house)
	changes func(*testing.T, *house) // how he wants it, while a letter waits
}{
	"what waits": {26, func(t *testing.T, h *house) { h.ask(t, "phq-9", measure.Once) }, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: true, Quiet: reminder.Quiet{From: 1, To: 2}})
			return err
		})
	}},
	"an appointment": {4, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.meets(t, 6*time.Hour)
	}, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.OneHour})
	}},
	"practice": {8, func(t *testing.T, h *house) { h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive}) }, func(t *testing.T, h *house) {
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive + 30})
	}},
}

func TestNobodyIsWrittenToWithWhomNobodyWorksAnyMore(t *testing.T) {
	for name, one := range ofEach {
		t.Run(name, func(t *testing.T) {
			for _, ended := range []bool{false, true} {
				each(t, func(t *testing.T, h *house) {
					one.prepare(t, h)
					if ended {
						h.w.Exec(t, `DELETE FROM grants WHERE kind = 'treats'`)
					}
					for range one.hours {
						h.w.Clock.Pass(time.Hour)
						h.round(t)
					}
					want := 1
					if ended {
						want = 0
					}
					if n := h.w.Count(t, `SELECT count(*) FROM letter`); n != want {
						t.Errorf("nobody works with them %t: %d letters are written", ended, n)
					}
				})
			}
		})
	}
}

func TestALetterThatWaitsGoesOnlyAsItIsStillWanted(t *testing.T) {
	for name, one := range ofEach {
		for how, change := range map[string]func(*testing.T, *house){
			"as it was":              func(*testing.T, *house) {},
			"otherwise":              one.changes,
			"nobody works with them": func(t *testing.T, h *house) { h.w.Exec(t, `DELETE FROM grants WHERE kind = 'treats'`) },
		} {
			t.Run(name+", "+how, func(t *testing.T) {
				each(t, func(t *testing.T, h *house) {
					one.prepare(t, h)
					for range one.hours {
						h.w.Clock.Pass(time.Hour)
						h.round(t)
					}
					change(t, h)
					h.drain(t)
					want := 0
					if how == "as it was" {
						want = 1
					}
					h.wants(t, want, how)
				})
			})
		}
	}
}

// What was due at an hour that became quiet meanwhile goes when that is over; what is
// queued already is not sent into it.
func TestNothingIsPushedIntoQuietHoursThatWereChosenMeanwhile(t *testing.T) {
	for name, prepare := range map[string]func(*testing.T, *house){
		"an appointment": func(t *testing.T, h *house) {
			h.wishes(t, reminder.Ahead{How: reminder.ByPush, Lead: reminder.TwoHours})
			h.meets(t, 10*time.Hour) // at half past seven
		},
		"practice": func(t *testing.T, h *house) { h.practises(t, reminder.Practice{How: reminder.ByPush, At: 17*60 + 30}) },
	} {
		for _, queued := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				each(t, func(t *testing.T, h *house) {
					prepare(t, h)
					var wanted []string
					ps := push.New(h.w.Door, outward.New(), origin, func(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (time.Time, bool, error) {
						until, ok, err := reminder.StillPushed(ctx, tx, about, loc)
						if ok {
							wanted = append(wanted, tx.Now.In(loc).Format("15:04"))
						}
						return until, false, err // nobody is outside
					})
					h.w.Do(t, func(ctx context.Context) error {
						_, err := ps.Allow(ctx, h.w.Tomas, push.Subscription{Endpoint: "https://push.example/1", P256dh: point, Auth: strings.Repeat("A", 22)})
						return err
					})
					q := h.queue()
					q.Handle(push.Send, func(ctx context.Context, run *job.Run) error { return ps.Work(ctx, run, zone) })
					h.round(t) // it is decided when
					h.w.Clock.Pass(8 * time.Hour)
					if queued {
						h.round(t)
					}
					h.w.Do(t, func(ctx context.Context) error {
						_, err := h.reminders().Keep(ctx, h.w.Tomas, reminder.Wish{On: true, Quiet: reminder.Quiet{From: 17 * 60, To: 18*60 + 30}})
						return err
					})
					for range 6 {
						h.round(t)
						if _, err := q.Drain(t.Context()); err != nil {
							t.Fatal(err)
						}
						h.w.Clock.Pass(15 * time.Minute)
					}
					switch got := strings.Join(wanted, " "); {
					case queued && got != "":
						t.Errorf("pushed at %s", got)
					case !queued && got != "18:30":
						t.Errorf("pushed at %q", got)
					}
				})
			})
		}
	}
}

func TestWhoeverCannotBeLookedAtKeepsNobodyElseWaiting(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		anna, hers := access.Actor{Practice: h.w.Practice, ID: "anna", Fresh: true}, access.ClientRecord("anna")
		h.w.Make(t, hers, access.PersonRecord("anna"))
		h.w.Grant(t, anna, access.Operations, access.Client)
		h.w.Grant(t, anna, hers, access.Self)
		h.w.Grant(t, h.w.Clinician, hers, access.Treats)
		for _, c := range []access.Compartment{h.w.Client, hers} {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.ms.Ask(ctx, h.w.Clinician, c, measure.AskForm{ID: newID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, zone)
				return err
			})
		}
		h.w.Clock.Pass(26 * time.Hour)
		for _, torn := range []access.Compartment{h.w.Client, hers} {
			h.w.Exec(t, `DELETE FROM reminded`)
			h.w.Exec(t, `DELETE FROM letter`)
			h.w.Exec(t, `DELETE FROM reminded_day`)
			h.w.Exec(t, `UPDATE asking SET look_at = 0, sent_at = 0`)
			broken := reminder.New(h.w.Door, origin, func(ctx context.Context, tx *access.Tx, c access.Compartment, loc *time.Location) ([]reminder.Thing, time.Time, error) {
				if c == torn {
					return nil, time.Time{}, errors.New("it cannot be opened")
				}
				return h.ms.Waiting(ctx, tx, c, loc)
			})
			h.w.Do(t, func(ctx context.Context) error { return broken.Round(ctx, h.w.Practice, zone) })
			if n := h.w.Count(t, `SELECT count(*) FROM letter WHERE compartment <> $1`, string(access.PersonRecord(torn.Of()))); n != 1 {
				t.Errorf("with %s torn: %d letters", torn, n)
			}
		}
	})
}
