package reminder_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/session"
)

// wishes says how Tomas wants to be reminded of his appointments.
func (h *house) wishes(t *testing.T, a reminder.Ahead) (got reminder.Ahead) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error {
		now, err := h.reminders().Ahead(ctx, h.w.Tomas)
		if err != nil {
			return err
		}
		a.Rev = now.Rev
		got, err = h.reminders().KeepAhead(ctx, h.w.Tomas, a)
		return err
	})
	return got
}

// meets plans an appointment so long from now.
func (h *house) meets(t *testing.T, in time.Duration) (a session.Appointment) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = session.New(h.w.Door).Plan(ctx, h.w.Clinician, h.w.Client, session.Form{
			ID: newID(t), Start: h.w.Clock.Now().Add(in).Truncate(time.Minute), Length: 50 * time.Minute,
		})
		return err
	})
	return a
}

// The world begins on Thursday 19 November 2026 at 09:30.
func TestNobodyIsRemindedOfAnAppointmentWhoDidNotAskForIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.meets(t, 30*time.Hour)
		h.hours(t, 31)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestAnAppointmentIsRemindedOfOnceWhenItWasAskedForAndTheLetterSaysNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.EveningBefore})
		h.meets(t, 30*time.Hour) // Friday, 15:30
		h.hours(t, 8)
		if n := h.mail.letters(); n != 0 {
			t.Fatalf("%d letters at 17:30", n)
		}
		h.hours(t, 24)
		if n := h.mail.letters(); n != 1 {
			t.Fatalf("%d letters in all", n)
		}
		l := h.mail.got[0]
		for _, word := range []string{"appointment", "session", "therapy", "15:30", "Friday", "Tomas", "tomorrow"} {
			if strings.Contains(strings.ToLower(l.Subject+l.Text), strings.ToLower(word)) {
				t.Errorf("the letter says %q: %s", word, l.Text)
			}
		}
		h.w.AuditHolds(t)
	})
}

func TestTheLinkInALetterEndsRemindersOfAppointmentsAndNoOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.meets(t, 4*time.Hour)
		h.hours(t, 4)
		if h.mail.letters() != 1 {
			t.Fatal("no letter came")
		}
		_, link, _ := strings.Cut(h.mail.got[0].Off, "/no-reminders/")
		for range 2 {
			h.w.Do(t, func(ctx context.Context) error { return h.reminders().Stop(ctx, link) })
		}
		h.meets(t, 5*time.Hour)
		h.hours(t, 5)
		if n := h.mail.letters(); n != 1 {
			t.Errorf("%d letters after the link was followed", n)
		}
		h.w.Do(t, func(ctx context.Context) error {
			a, err := h.reminders().Ahead(ctx, h.w.Tomas)
			if err == nil && (a.How != reminder.NotAtAll || a.Lead != reminder.TwoHours) {
				t.Errorf("got %+v", a)
			}
			wish, err2 := h.reminders().Wish(ctx, h.w.Tomas)
			if !wish.On {
				t.Error("other reminders ended as well")
			}
			if err == nil {
				err = err2
			}
			return err
		})
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.w.Clock.Pass(16 * time.Hour) // the next morning
		h.meets(t, 5*time.Hour)
		h.hours(t, 4)
		if n := h.mail.letters(); n != 2 {
			t.Errorf("%d letters once they are on again", n)
		}
	})
}

func TestNothingIsSaidOfAnAppointmentThatWasCancelledOrMoved(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ss := session.New(h.w.Door)
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.OneHour})
		gone, moved := h.meets(t, 3*time.Hour), h.meets(t, 5*time.Hour)
		h.round(t) // both are known
		h.w.Do(t, func(ctx context.Context) error {
			_, err := ss.Cancel(ctx, h.w.Clinician, h.w.Client, gone.ID, gone.Revision)
			return err
		})
		to := h.w.Clock.Now().Add(9 * time.Hour).Truncate(time.Minute)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := ss.Move(ctx, h.w.Clinician, h.w.Client, moved.ID, moved.Revision, session.Move{Start: to, Length: moved.Length})
			return err
		})
		h.hours(t, 7)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters before the time that holds", n)
		}
		// The letter waits for a mail server that is away while the appointment goes.
		h.mail.hold = context.DeadlineExceeded
		h.w.Clock.Pass(time.Hour)
		h.round(t)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := ss.Cancel(ctx, h.w.Clinician, h.w.Client, moved.ID, moved.Revision+1)
			return err
		})
		h.mail.hold = nil
		h.drain(t)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters about what was cancelled while the letter waited", n)
		}
	})
}

func TestAReminderComesBeforeTheQuietHoursAndNeverInThem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		start := h.meets(t, 24*time.Hour).Start // 09:30; two hours before is quiet, from 21:00 to 08:00
		h.hours(t, 11)
		if n := h.mail.letters(); n != 0 {
			t.Fatalf("%d letters at 20:30", n)
		}
		h.w.Clock.Pass(15 * time.Minute)
		h.round(t)
		h.drain(t)
		if n := h.mail.letters(); n != 1 {
			t.Fatalf("%d letters at 20:45", n)
		}
		h.hours(t, int(start.Sub(h.w.Clock.Now()).Hours())+1)
		if n := h.mail.letters(); n != 1 {
			t.Errorf("%d letters in all", n)
		}
	})
}

func TestWhatIsPlannedAtShortNoticeIsNotRemindedOf(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.DayBefore})
		h.meets(t, 5*time.Hour)
		h.hours(t, 6)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestWhoeverStoppedComingIsNotRemindedOfAppointments(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.meets(t, 5*time.Hour)
		h.w.Ungrant(t, h.w.Clinician, h.w.Client)
		h.hours(t, 6)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

func TestHowToBeRemindedOfAppointmentsIsKeptWithItsRevision(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rs := h.reminders()
		first := h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.wishes(t, reminder.Ahead{How: reminder.ByPush, Lead: reminder.OneHour})
		keep := func(a reminder.Ahead) (reminder.Ahead, error) {
			ctx, settle := h.w.Visit(t)
			defer settle()
			return rs.KeepAhead(ctx, h.w.Tomas, a)
		}
		if was, err := keep(reminder.Ahead{How: reminder.ByMail, Lead: reminder.DayBefore, Rev: first.Rev}); !fault.Is(err, fault.Conflict) || was.How != reminder.ByPush {
			t.Errorf("from an older form: %+v, %v", was, err)
		}
		if _, err := keep(reminder.Ahead{How: reminder.ByPush, Lead: reminder.OneHour, Rev: first.Rev}); err != nil {
			t.Errorf("the same once more: %v", err)
		}
		for _, wrong := range []reminder.Ahead{{How: "pigeon", Lead: reminder.OneHour}, {How: reminder.ByMail, Lead: "now"}, {}} {
			if _, err := keep(wrong); !fault.Is(err, fault.Invalid) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		h.w.NotOnDisk(t, `"lead"`)
		for _, actor := range []access.Actor{access.Anyone(h.w.Practice), access.System(h.w.Practice, "post")} {
			h.w.Refused(t, actor, access.ReadReminders, func(ctx context.Context) error { _, err := rs.Ahead(ctx, actor); return err })
			h.w.Refused(t, actor, access.ReviseReminders, func(ctx context.Context) error {
				_, err := rs.KeepAhead(ctx, actor, reminder.Ahead{How: reminder.NotAtAll})
				return err
			})
		}
	})
}

func TestAfterARestoreWhoeverTurnedRemindersOfAppointmentsOffGetsNone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByMail, Lead: reminder.TwoHours})
		h.w.Do(t, func(ctx context.Context) error {
			return h.reminders().EndAgain(ctx, access.System(h.w.Practice, "operator"), []access.Ending{
				{ActorID: h.w.Tomas.ID, Compartment: access.PersonRecord(h.w.Tomas.ID), Kind: "reminders.appointments", At: h.w.Clock.Now()},
			})
		})
		h.meets(t, 4*time.Hour)
		h.hours(t, 4)
		if n := h.mail.letters(); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}

// What is pushed is looked at anew just before it goes.
func TestAPushIsWantedWhileTheAppointmentStandsAndItIsNotQuiet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.wishes(t, reminder.Ahead{How: reminder.ByPush, Lead: reminder.TwoHours})
		a := h.meets(t, 4*time.Hour)
		var asked []string
		still := func(ctx context.Context, tx *access.Tx, about string, loc *time.Location) (time.Time, bool, error) {
			until, ok, err := reminder.StillAhead(ctx, tx, about, loc)
			if ok && until.Before(a.Start) {
				asked = append(asked, about)
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
		pass := func(n int) {
			for range n {
				h.w.Clock.Pass(time.Hour)
				h.round(t)
				if _, err := q.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
		}
		pass(4)
		if len(asked) != 1 || h.mail.letters() != 0 {
			t.Errorf("asked about %v, %d letters", asked, h.mail.letters())
		}
		h.w.Clock.Pass(20 * time.Hour) // another day: there is one message in each
		b := h.meets(t, 4*time.Hour)
		h.round(t)
		h.w.Clock.Pass(2 * time.Hour)
		h.round(t) // it is queued
		h.w.Do(t, func(ctx context.Context) error {
			_, err := session.New(h.w.Door).Cancel(ctx, h.w.Clinician, h.w.Client, b.ID, b.Revision)
			return err
		})
		pass(1)
		if len(asked) != 1 {
			t.Errorf("asked about what was cancelled: %v", asked)
		}
	})
}

// point is a point on P-256.
const point = "BACdDLGUbzwo0861bb4GcenXZ0jbY7clSlWbkdg-0rqzPLunr7fSeS1lUuVWq_fFzd8wDGJXMVg1nDTgGdfWahg"

func TestTheLeadsGoByTheClocksOfThePractice(t *testing.T) {
	at := func(text string) time.Time {
		tm, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
		if err != nil {
			t.Fatal(err)
		}
		return tm
	}
	night := reminder.UsualQuiet()
	for _, tt := range []struct {
		start string
		lead  reminder.Lead
		quiet reminder.Quiet
		want  string
	}{
		{"2026-11-24 15:00", reminder.EveningBefore, night, "2026-11-23 18:00"},
		{"2026-11-24 15:00", reminder.DayBefore, night, "2026-11-23 15:00"},
		{"2026-11-24 15:00", reminder.TwoHours, night, "2026-11-24 13:00"},
		{"2026-11-24 15:00", reminder.OneHour, night, "2026-11-24 14:00"},
		{"2026-11-24 08:30", reminder.OneHour, night, "2026-11-23 20:45"},
		{"2026-10-25 19:00", reminder.EveningBefore, night, "2026-10-24 18:00"}, // the clocks go back in between
		{"2026-03-29 10:00", reminder.DayBefore, night, "2026-03-28 09:00"},     // and forward
		{"2026-11-23 15:00", reminder.EveningBefore, reminder.Quiet{From: 21 * 60, To: 8 * 60, Days: []time.Weekday{time.Sunday}}, "2026-11-21 20:45"},
		{"2026-11-24 15:00", reminder.TwoHours, reminder.Quiet{Days: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}, ""},
	} {
		got, ok := reminder.Due(tt.lead, at(tt.start), tt.quiet, zone)
		if ok != (tt.want != "") || ok && !got.Equal(at(tt.want)) {
			t.Errorf("%s, %s: got %s %t, want %q", tt.start, tt.lead, got, ok, tt.want)
		}
	}
	if all := reminder.Leads(); slices.ContainsFunc(all, func(l reminder.Lead) bool { return l.Words() == "" }) {
		t.Error("a lead without words")
	}
}
