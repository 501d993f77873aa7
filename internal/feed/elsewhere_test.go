package feed_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/session"
)

func (h *house) adds(t *testing.T, address string) string {
	t.Helper()
	id := newID()
	h.Do(t, func(ctx context.Context) error {
		return h.feeds.AddSource(ctx, h.Clinician, feed.SourceForm{Form: feed.Form{ID: id, Label: canary}, Address: address})
	})
	return id
}

// busy is when the clinician is, in the next four weeks.
func (h *house) busy(t *testing.T) (all []session.Span) {
	t.Helper()
	h.Do(t, func(ctx context.Context) error {
		tx, err := h.Door.Begin(ctx, h.Clinician, access.ReadByDAV, access.PersonRecord(h.Clinician.ID))
		if err != nil {
			return err
		}
		defer tx.Rollback()
		all, err = feed.BusyIn(ctx, tx, h.Clinician.ID, h.Clock.Now(), h.Clock.Now().AddDate(0, 0, 28))
		return err
	})
	return all
}

// works does what waits in the queue.
func (h *house) works(t *testing.T) {
	t.Helper()
	q := job.New(h.Door)
	q.Handle(feed.FetchJob, func(ctx context.Context, run *job.Run) error { return h.feeds.Read(ctx, run, time.UTC) })
	if _, err := q.Drain(t.Context()); err != nil || q.Failed() > 0 {
		t.Fatalf("%d failed, %v", q.Failed(), err)
	}
}

func elsewhere(parts ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a\r\n" + strings.Join(parts, "") + "END:VCALENDAR\r\n"
}

func event(uid string, lines ...string) string {
	return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261101T000000Z\r\nSUMMARY:" + canary + "\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\n"
}

func block(uid string, lines ...string) []byte { return []byte(elsewhere(event(uid, lines...))) }

func TestACalendarElsewhereKeepsItsClinicianBusy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.says = elsewhere(event("a", "DTSTART:20261120T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3"), event("b", "DTSTART:20261120T093000Z", "DURATION:PT1H"))
		id := h.adds(t, h.there+"/a.ics")
		h.works(t)
		spans := h.busy(t)
		if len(spans) != 3 || spans[0].End.Sub(spans[0].Start) != 90*time.Minute {
			t.Errorf("busy %v", spans)
		}
		h.NotOnDisk2(t)
		s := h.all(t, h.Clinician).Sources
		if len(s) != 1 || s[0].Why() != "" || s[0].Times != 3 || s[0].ReadAt.IsZero() || strings.Contains(s[0].Host, "/") {
			t.Errorf("%+v", s)
		}

		// Something goes wrong: what was known stays, and it is said why.
		h.says = "<html>sign in"
		h.Clock.Pass(2 * time.Hour)
		h.rounds(t)
		if s := h.all(t, h.Clinician).Sources; len(h.busy(t)) != 3 || s[0].Why() == "" || !s[0].ReadAt.Before(s[0].TriedAt) {
			t.Errorf("after it failed: %+v, busy %d", s, len(h.busy(t)))
		}
		asked := h.asked
		h.rounds(t)
		if h.asked != asked {
			t.Error("it is asked again at once")
		}

		// It is well again, and has changed.
		h.says = elsewhere(event("c", "DTSTART:20261121T090000Z", "DURATION:PT1H"))
		h.Clock.Pass(3 * time.Hour)
		h.rounds(t)
		if s := h.all(t, h.Clinician).Sources; len(h.busy(t)) != 1 || s[0].Why() != "" {
			t.Errorf("after it was well again: %+v", s)
		}
		for range 2 {
			h.Do(t, func(ctx context.Context) error { return h.feeds.EndSource(ctx, h.Clinician, id) })
		}
		if len(h.busy(t)) != 0 || len(h.all(t, h.Clinician).Sources) != 0 {
			t.Error("something is left of it")
		}
		h.works(t)
	})
}

// NotOnDisk2 is NotOnDisk without skipping what comes after it.
func (h *house) NotOnDisk2(t *testing.T) {
	t.Helper()
	t.Run("nothing of it lies on the disk", func(t *testing.T) { h.NotOnDisk(t, canary) })
}

// rounds has what is due queued and done.
func (h *house) rounds(t *testing.T) {
	t.Helper()
	h.Do(t, func(ctx context.Context) error { return h.feeds.Round(ctx, h.Practice, time.UTC) })
	h.works(t)
}

func TestWhatCannotBeReadIsSaidInWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		html := func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") }
		for name, c := range map[string]struct {
			answer http.HandlerFunc
			says   string
			want   string
		}{
			"huge": {func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/calendar")
				w.Write(make([]byte, feed.MaxBytes+1))
			}, "", "larger"},
			"inside": {func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "https://169.254.169.254/latest/", http.StatusFound)
			}, "", "inside a network"},
			"a page":    {html, "", "sign in"},
			"malicious": {nil, "BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\n", 50_000), "damaged"},
			"rules":     {nil, elsewhere(event("a", "DTSTART:19700101T000000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")), "every minute"},
		} {
			h.answer, h.says = c.answer, c.says
			id := h.adds(t, h.there+"/a.ics")
			h.works(t)
			s := h.all(t, h.Clinician).Sources
			if len(s) != 1 || !strings.Contains(s[0].Why(), c.want) || s[0].Times != 0 {
				t.Errorf("%s: %+v %s", name, s, s[0].Why())
			}
			h.Do(t, func(ctx context.Context) error { return h.feeds.EndSource(ctx, h.Clinician, id) })
		}
	})
}

func TestAnAddressThatLeadsNowhereOutsideIsRefusedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, address := range []string{
			"", "calendar", "http://calendar.example/a.ics", "https://10.0.0.1/a.ics", "https://user:pass@calendar.example/",
			"file:///etc/passwd", origin + "/feed/a.ics", "https://calendar.example:25/", "https://" + strings.Repeat("a", 5000),
		} {
			err := h.tries(t, func(ctx context.Context) error {
				return h.feeds.AddSource(ctx, h.Clinician, feed.SourceForm{Form: feed.Form{ID: newID()}, Address: address})
			})
			var f *fault.Error
			if !errors.As(err, &f) || f.Kind != fault.Invalid || f.Field != "address" {
				t.Errorf("%.40q: %v", address, err)
			}
		}
		id := newID()
		add := func(address, label string) error {
			return h.tries(t, func(ctx context.Context) error {
				return h.feeds.AddSource(ctx, h.Clinician, feed.SourceForm{Form: feed.Form{ID: id, Label: label}, Address: address})
			})
		}
		if err := errors.Join(add("webcal://calendar.example/a.ics", "a"), add("https://calendar.example/a.ics", "a")); err != nil {
			t.Errorf("the same twice: %v", err)
		}
		if err := add("https://calendar.example/b.ics", "a"); !fault.Is(err, fault.Conflict) {
			t.Errorf("another by the same form: %v", err)
		}
		for range feed.MaxSources - 1 {
			h.adds(t, "https://calendar.example/c.ics")
		}
		id = newID()
		if err := add("https://calendar.example/d.ics", ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("one too many: %v", err)
		}
	})
}
