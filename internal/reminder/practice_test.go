package reminder_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
)

// practises says how Tomas wants to be reminded of what he practises.
func (h *house) practises(t *testing.T, p reminder.Practice) (got reminder.Practice) {
	t.Helper()
	h.agreed = true
	h.w.Do(t, func(ctx context.Context) error {
		now, err := h.reminders().Practice(ctx, h.w.Tomas)
		if err != nil {
			return err
		}
		p.Rev = now.Rev
		got, err = h.reminders().KeepPractice(ctx, h.w.Tomas, p, zone)
		return err
	})
	return got
}

const atFive = 17 * 60

func TestNobodyIsRemindedOfPracticeWhoDidNotAskForItOrAgreedToNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.agreed = true
		h.hours(t, 30)
		h.wants(t, 0, "nobody asked")
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive})
		h.agreed = false
		h.hours(t, 30)
		h.wants(t, 0, "nothing is agreed")
	})
}

// The world begins on Thursday 19 November 2026 at 09:30.
func TestPracticeIsRemindedOfOnceADayOnTheDaysThatWereChosenAndTheLetterSaysNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive, Days: []time.Weekday{time.Thursday, time.Saturday}})
		h.hours(t, 7)
		h.wants(t, 0, "at 16:30")
		h.hours(t, 17)
		h.wants(t, 1, "on Thursday")
		h.hours(t, 24)
		h.wants(t, 1, "not on Friday")
		h.hours(t, 24)
		h.wants(t, 2, "on Saturday")
		l := h.mail.got[0]
		for _, word := range []string{"practice", "practise", "exercise", "therapy", "Tomas", "17:00", "remind"} {
			if strings.Contains(strings.ToLower(l.Subject+strings.Split(l.Text, "https")[0]), strings.ToLower(word)) {
				t.Errorf("the letter says %q: %s", word, l.Text)
			}
		}
		_, link, _ := strings.Cut(l.Off, "/no-reminders/")
		h.w.Do(t, func(ctx context.Context) error { return h.reminders().Stop(ctx, link) })
		h.hours(t, 7*24)
		h.wants(t, 2, "after the link was followed")
		h.w.AuditHolds(t)
	})
}

func TestNoReminderOfPracticeFallsIntoQuietHours(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: 7 * 60}) // quiet until 08:00
		h.hours(t, 22)
		h.wants(t, 0, "at 07:30")
		h.hours(t, 1)
		h.wants(t, 1, "when it is not quiet any more")
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: 22 * 60}) // quiet from 21:00
		h.hours(t, 40)
		h.wants(t, 1, "late in the evening")
	})
}

func TestThereIsAtMostOneMessageInADayOfWhateverKindAndAnAppointmentComesFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.ask(t, "phq-9", measure.Weekly) // is ripe a day later
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: 10 * 60})
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.meets(t, 30*time.Hour) // Friday, 15:30
		h.meets(t, 32*time.Hour) // and 17:30
		h.hours(t, 1)
		h.wants(t, 1, "practice on Thursday") // 10:30
		h.hours(t, 13)
		h.wants(t, 1, "and nothing else on that day")
		h.hours(t, 14)
		h.wants(t, 2, "on Friday the first appointment, at 13:30")
		if l := h.mail.got[1]; !strings.HasPrefix(l.About, "appointment ") {
			t.Errorf("on Friday it was about %q", l.About)
		}
		h.hours(t, 10)
		h.wants(t, 2, "and nothing else on that day")
		h.hours(t, 24)
		h.wants(t, 3, "on Saturday one")
	})
}

func TestHowToBeRemindedOfPracticeIsKeptWithItsRevisionAndAfterARestoreStaysOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rs := h.reminders()
		first := h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive})
		h.practises(t, reminder.Practice{How: reminder.ByPush, At: atFive})
		keep := func(p reminder.Practice) (reminder.Practice, error) {
			ctx, settle := h.w.Visit(t)
			defer settle()
			return rs.KeepPractice(ctx, h.w.Tomas, p, zone)
		}
		if was, err := keep(reminder.Practice{How: reminder.ByMail, At: 9 * 60, Rev: first.Rev}); !fault.Is(err, fault.Conflict) || was.How != reminder.ByPush {
			t.Errorf("from an older form: %+v, %v", was, err)
		}
		if _, err := keep(reminder.Practice{How: reminder.ByPush, At: atFive, Rev: first.Rev}); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		for _, wrong := range []reminder.Practice{{How: "pigeon"}, {How: reminder.ByMail, At: -1}, {How: reminder.ByMail, Days: []time.Weekday{9}}} {
			if _, err := keep(wrong); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		h.w.NotOnDisk(t, `"at":1020`)
		for _, actor := range []access.Actor{access.Anyone(h.w.Practice), access.System(h.w.Practice, "post")} {
			h.w.Refused(t, actor, access.ReadReminders, func(ctx context.Context) error { _, err := rs.Practice(ctx, actor); return err })
			h.w.Refused(t, actor, access.ReviseReminders, func(ctx context.Context) error {
				_, err := rs.KeepPractice(ctx, actor, reminder.Practice{How: reminder.NotAtAll}, zone)
				return err
			})
		}
		h.practises(t, reminder.Practice{How: reminder.ByMail, At: atFive})
		h.w.Do(t, func(ctx context.Context) error {
			return rs.EndAgain(ctx, access.System(h.w.Practice, "operator"), []access.Ending{
				{ActorID: h.w.Tomas.ID, Compartment: access.PersonRecord(h.w.Tomas.ID), Kind: "reminders.practice", At: h.w.Clock.Now()},
			})
		})
		h.hours(t, 30)
		h.wants(t, 0, "it was turned off")
	})
}

func TestAPushAboutPracticeGoesOnItsDayAndNotOnceItWasTurnedOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.practises(t, reminder.Practice{How: reminder.ByPush, At: atFive})
		var wanted []string
		still := func(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (time.Time, bool, error) {
			until, ok, err := reminder.StillPushed(ctx, tx, about, loc)
			if ok {
				wanted = append(wanted, about)
			}
			return until, false, err // nobody is outside
		}
		ps := push.New(h.w.Door, outward.New(), origin, still)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := ps.Allow(ctx, h.w.Tomas, push.Subscription{Endpoint: "https://push.example/1", P256dh: point, Auth: strings.Repeat("A", 22)})
			return err
		})
		q := h.queue()
		q.Handle(push.Send, func(ctx context.Context, run *job.Run) error { return ps.Work(ctx, run, zone) })
		drain := func() {
			t.Helper()
			if _, err := q.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		h.w.Clock.Pass(8 * time.Hour) // Thursday, 17:30
		h.round(t)
		drain()
		if len(wanted) != 1 || wanted[0] != "practice 2026-11-19" || h.mail.letters() != 0 {
			t.Fatalf("on Thursday: %v, %d letters", wanted, h.mail.letters())
		}
		h.w.Clock.Pass(24 * time.Hour)
		h.round(t) // Friday's is queued
		h.practises(t, reminder.Practice{How: reminder.NotAtAll, At: atFive})
		drain()
		if len(wanted) != 1 {
			t.Errorf("wanted though it was turned off: %v", wanted)
		}
	})
}
