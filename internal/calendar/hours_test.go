package calendar_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

func (w *rota) hours(t *testing.T, weekday, from, to int) calendar.Hours {
	t.Helper()
	h := calendar.Hours{ID: newID(t), Weekday: weekday, From: from, To: to, First: w.day(t, "2026-11-19"), Place: canary}
	w.Do(t, func(ctx context.Context) error { return w.AddHours(ctx, w.Clinician, h) })
	return h
}

func (w *rota) setup(t *testing.T) (s calendar.Setup) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		s, err = w.Setup(ctx, w.Clinician, w.zone)
		return err
	})
	return s
}

// plan plans fifty minutes at a time of the practice's clocks.
func (w *rota) plan(t *testing.T, day string, minute int, anyway bool) error {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	f := session.Form{ID: newID(t), Start: w.day(t, day).At(minute, w.zone), Length: 50 * time.Minute}
	return w.Plan(ctx, w.Clinician, []access.Compartment{w.Client}, calendar.Single{Form: f, Anyway: anyway}, w.zone)
}

func fieldOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return f.Field
	}
	return ""
}

func TestWhatAClinicianDecidesAboutTheirTimeIsKeptAndTakenOut(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		h := w.hours(t, 1, 540, 780)
		w.Do(t, func(ctx context.Context) error { return w.AddHours(ctx, w.Clinician, h) }) // it came twice
		p := calendar.Protected{ID: newID(t), Weekly: true, Weekday: 2, From: 720, To: 840, First: h.First, For: canary}
		for range 2 {
			w.Do(t, func(ctx context.Context) error { _, err := w.Protect(ctx, w.Clinician, p, w.zone); return err })
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error {
				l, err := w.Limit(ctx, w.Clinician, calendar.Limits{PerDay: 6, PerWeek: 25})
				if l.Revision != 1 {
					t.Errorf("limits: %+v", l)
				}
				return err
			})
		}
		if s := w.setup(t); len(s.Hours) != 1 || s.Hours[0] != h || len(s.Protected) != 1 || s.Protected[0] != p || s.Limits.PerDay != 6 {
			t.Errorf("got %+v", s)
		}
		ctx, settle := w.Visit(t)
		other := h
		other.To = 800
		if err := w.AddHours(ctx, w.Clinician, other); !fault.Is(err, fault.Conflict) {
			t.Errorf("one form, two hours: %v", err)
		}
		if _, err := w.Limit(ctx, w.Clinician, calendar.Limits{PerDay: 2}); !fault.Is(err, fault.Conflict) {
			t.Errorf("limits from a page that is older: %v", err)
		}
		settle()
		w.NotOnDisk(t, canary)
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.EndHours(ctx, w.Clinician, h.ID) })
			w.Do(t, func(ctx context.Context) error { return w.Unprotect(ctx, w.Clinician, p.ID) })
		}
		if s := w.setup(t); len(s.Hours) != 0 || len(s.Protected) != 0 {
			t.Errorf("after taking out: %+v", s)
		}
		for _, actor := range []access.Actor{w.Tomas, w.Manager} {
			w.Refused(t, actor, access.ReadAvailability, func(ctx context.Context) error { _, err := w.Setup(ctx, actor, w.zone); return err })
			for _, do := range []func(context.Context) error{
				func(ctx context.Context) error { return w.AddHours(ctx, actor, h) },
				func(ctx context.Context) error { return w.EndHours(ctx, actor, h.ID) },
				func(ctx context.Context) error { _, err := w.Protect(ctx, actor, p, w.zone); return err },
				func(ctx context.Context) error { return w.Unprotect(ctx, actor, p.ID) },
				func(ctx context.Context) error { _, err := w.Limit(ctx, actor, calendar.Limits{}); return err },
			} {
				w.Refused(t, actor, access.SetAvailability, do)
			}
		}
		for _, actor := range []access.Actor{w.Tomas} {
			w.Refused(t, actor, access.ReadHolidays, func(ctx context.Context) error { _, err := w.Holidays(ctx, actor, w.zone); return err })
		}
		for _, actor := range []access.Actor{w.Tomas, w.Supervisor, w.Clinician} {
			w.Refused(t, actor, access.SetHolidays, func(ctx context.Context) error { return w.Close(ctx, actor, calendar.Holiday{}, w.zone) })
			w.Refused(t, actor, access.SetHolidays, func(ctx context.Context) error { return w.Open(ctx, actor, "x") })
			w.Refused(t, actor, access.WatchCalendar, func(ctx context.Context) error {
				_, _, err := w.Calendars.Practice(ctx, actor, h.First, w.zone)
				return err
			})
		}
	})
}

func TestWhatCannotBeDecidedIsSaidFieldByField(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		ctx, settle := w.Visit(t)
		defer settle()
		today := w.day(t, "2026-11-19")
		good := calendar.Hours{ID: newID(t), Weekday: 1, From: 540, To: 600, First: today}
		for field, turn := range map[string]func(*calendar.Hours){
			"id":      func(h *calendar.Hours) { h.ID = "1" },
			"weekday": func(h *calendar.Hours) { h.Weekday = 7 },
			"to":      func(h *calendar.Hours) { h.To = 540 },
			"last":    func(h *calendar.Hours) { h.Last = today - 1 },
			"place":   func(h *calendar.Hours) { h.Place = strings.Repeat("a", 1<<20) },
		} {
			h := good
			turn(&h)
			if err := w.AddHours(ctx, w.Clinician, h); fieldOf(err) != field {
				t.Errorf("hours, %s: %v", field, err)
			}
		}
		kept := calendar.Protected{ID: newID(t), From: 540, To: 600, First: today}
		for field, turn := range map[string]func(*calendar.Protected){
			"weekday": func(p *calendar.Protected) { p.Weekly, p.Weekday = true, -1 },
			"to":      func(p *calendar.Protected) { p.To = 500 },
			"last":    func(p *calendar.Protected) { p.Last = today + 401 },
			"for":     func(p *calendar.Protected) { p.For = "a\x00b" },
		} {
			p := kept
			turn(&p)
			if _, err := w.Protect(ctx, w.Clinician, p, w.zone); fieldOf(err) != field {
				t.Errorf("protected, %s: %v", field, err)
			}
		}
		for field, l := range map[string]calendar.Limits{"day": {PerDay: 25}, "week": {PerWeek: -1}} {
			if _, err := w.Limit(ctx, w.Clinician, l); fieldOf(err) != field {
				t.Errorf("limits, %s: %v", field, err)
			}
		}
		closed := calendar.Holiday{ID: newID(t), First: today, Last: today}
		for field, turn := range map[string]func(*calendar.Holiday){
			"id":    func(h *calendar.Holiday) { h.ID = "" },
			"first": func(h *calendar.Holiday) { h.First, h.Last = today-2, today-1 },
			"last":  func(h *calendar.Holiday) { h.Last = today + 100 },
			"name":  func(h *calendar.Holiday) { h.Name = strings.Repeat("a", 201) },
		} {
			h := closed
			turn(&h)
			if err := w.Close(ctx, w.Manager, h, w.zone); fieldOf(err) != field {
				t.Errorf("holiday, %s: %v", field, err)
			}
		}
		for field, turn := range map[string]func(*calendar.Pattern){
			"day":     func(p *calendar.Pattern) { p.First = today - 1 },
			"last":    func(p *calendar.Pattern) { p.Last = p.First - 1 },
			"clock":   func(p *calendar.Pattern) { p.Minute = 1440 },
			"minutes": func(p *calendar.Pattern) { p.Length = 0 },
			"every":   func(p *calendar.Pattern) { p.Every = 5 },
			"format":  func(p *calendar.Pattern) { p.Format = "crowd" },
			"place":   func(p *calendar.Pattern) { p.Place = "a\x07b\x00" },
		} {
			p := w.tuesdays(t)
			turn(&p)
			if _, err := w.Begin(ctx, w.Clinician, []access.Compartment{w.Client}, newID(t), p, w.zone); fieldOf(err) != field {
				t.Errorf("series, %s: %v", field, err)
			}
		}
	})
}

func TestAClinicianIsAskedBeforePlanningAgainstWhatTheyDecided(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		w.Do(t, func(ctx context.Context) error {
			n, err := w.Protect(ctx, w.Clinician, calendar.Protected{ID: newID(t), Weekly: true, Weekday: 1, From: 720, To: 840, First: w.day(t, "2026-11-19")}, w.zone)
			if n != 0 {
				t.Errorf("%d are planned then", n)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			return w.Close(ctx, w.Manager, calendar.Holiday{ID: newID(t), First: w.day(t, "2026-11-26"), Last: w.day(t, "2026-11-26")}, w.zone)
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := w.Limit(ctx, w.Clinician, calendar.Limits{PerDay: 2, PerWeek: 3})
			return err
		})
		for _, at := range []struct {
			day    string
			minute int
			asked  bool
		}{
			{"2026-11-24", 830, true},  // into the protected time
			{"2026-11-24", 840, false}, // right after it
			{"2026-11-26", 600, true},  // a holiday
			{"2026-11-24", 540, false},
			{"2026-11-24", 600, true}, // a third on one day
			{"2026-11-25", 600, false},
			{"2026-11-27", 600, true}, // a fourth in one week
			{"2026-11-30", 600, false},
		} {
			if err := w.plan(t, at.day, at.minute, false); (fieldOf(err) == "anyway") != at.asked || err != nil && !at.asked {
				t.Errorf("%s %s: %v", at.day, calendar.Clock(at.minute), err)
			}
		}
		if err := w.plan(t, "2026-11-24", 720, true); err != nil {
			t.Errorf("over protected time, and a third, anyway: %v", err)
		}
		if err := w.plan(t, "2026-11-24", 860, true); !fault.Is(err, fault.Conflict) {
			t.Errorf("anyway, over another session: %v", err)
		}
		all := w.of(t, w.Client)
		last := all[len(all)-1] // Monday 30 November, moved within its day: it counts once
		w.Do(t, func(ctx context.Context) error {
			_, err := w.Limit(ctx, w.Clinician, calendar.Limits{PerDay: 1, PerWeek: 1, Revision: 1})
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			return w.Shift(ctx, w.Clinician, []calendar.Ref{{Client: w.Client, ID: last.ID, Revision: 1}},
				calendar.Elsewhere{Move: session.Move{Start: last.Start.Add(time.Hour), Length: last.Length}}, w.zone)
		})
	})
}

func TestTheWeekOfOneAndTheWeekOfAll(t *testing.T) {
	rotas(t, func(t *testing.T, w *rota) {
		anna := w.anna(t)
		w.hours(t, 1, 540, 780)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.Protect(ctx, w.Clinician, calendar.Protected{ID: newID(t), Weekly: true, Weekday: 2, From: 720, To: 840, First: w.day(t, "2026-11-19"), For: canary}, w.zone)
			return err
		})
		p := w.tuesdays(t)
		p.Format = session.Couple
		if _, err := w.begin(t, w.Clinician, newID(t), p, w.Client, anna); err != nil {
			t.Fatal(err)
		}
		if err := w.plan(t, "2026-11-25", 600, false); fieldOf(err) != "anyway" {
			t.Errorf("on a day without hours: %v", err)
		}
		if err := w.plan(t, "2026-11-25", 600, true); err != nil {
			t.Fatal(err)
		}
		gone := w.of(t, w.Client)[1]
		w.Do(t, func(ctx context.Context) error {
			return w.CallOff(ctx, w.Clinician, []calendar.Ref{{Client: w.Client, ID: gone.ID, Revision: 1}}, calendar.Off{By: session.TheClient})
		})
		monday := w.day(t, "2026-11-23")
		w.Do(t, func(ctx context.Context) error {
			week, err := w.Week(ctx, w.Clinician, monday, w.zone)
			if len(week.Sessions) != 3 || len(week.Hours) != 1 || len(week.Protected) != 1 || week.Sessions[0].Meeting != week.Sessions[1].Meeting {
				t.Errorf("week: %+v", week)
			}
			if a := week.Sessions[2]; a.State != session.Cancelled || a.By != session.TheClient {
				t.Errorf("cancelled as they asked: %+v", a)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			week, err := w.Week(ctx, w.Stranger, monday, w.zone)
			if len(week.Sessions)+len(week.Hours)+len(week.Protected) > 0 {
				t.Errorf("a colleague reads %+v", week)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			all, _, err := w.Calendars.Practice(ctx, w.Manager, monday, w.zone)
			for _, d := range all {
				if d.ClinicianID != "ines" {
					continue
				}
				if len(d.Busy) != 1 || len(d.Hours) != 1 || len(d.Away) != 1 {
					t.Errorf("desk: %+v, want one session of two, one stretch of hours, and one away", d)
				}
				return err
			}
			t.Errorf("nobody works here: %+v", all)
			return err
		})
	})
}
