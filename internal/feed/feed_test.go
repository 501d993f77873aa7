package feed_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-ical"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	origin = "https://practice.example"
	canary = "Kanari at the dentist"
)

type house struct {
	*waytest.World

	feeds    *feed.Feeds
	sessions *session.Sessions
	mu       sync.Mutex
	says     string           // what the calendar elsewhere says
	answer   http.HandlerFunc // instead of that
	asked    int
	there    string // its address
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := &house{World: w, sessions: session.New(w.Door)}
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.asked++
			if h.answer != nil {
				h.answer(w, r)
				return
			}
			w.Header().Set("Content-Type", "text/calendar")
			io.WriteString(w, h.says)
		}))
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.StartTLS()
		t.Cleanup(s.Close)
		roots := x509.NewCertPool()
		roots.AddCert(s.Certificate())
		// Its name is one that Check lets through; only the test's client finds the way.
		h.there = s.URL
		h.feeds = feed.New(w.Door, origin, outward.ForTest(s.Listener.Addr().(*net.TCPAddr).AddrPort(), roots))
		f(t, h)
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (h *house) tries(t *testing.T, do func(context.Context) error) error {
	t.Helper()
	ctx, settle := h.Visit(t)
	defer settle()
	return do(ctx)
}

// plans an appointment of the clinician with the client, in so many days at nine.
func (h *house) plans(t *testing.T, days int) (a session.Appointment) {
	t.Helper()
	start := time.Date(2026, time.November, 19+days, 9, 0, 0, 0, time.UTC)
	h.Do(t, func(ctx context.Context) (err error) {
		a, err = h.sessions.Plan(ctx, h.Clinician, h.Client, session.Form{ID: newID(), Start: start, Length: 50 * time.Minute, Place: canary})
		return err
	})
	return a
}

// makes an address, and returns what comes after /feed/.
func (h *house) makes(t *testing.T, actor access.Actor, id string) (link string) {
	t.Helper()
	h.Do(t, func(ctx context.Context) error {
		where, err := h.feeds.MakeAddress(ctx, actor, feed.Form{ID: id, Label: canary})
		link = strings.TrimPrefix(where, origin+"/feed/")
		return err
	})
	return link
}

func (h *house) fetches(t *testing.T, link string) (text string, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) error {
		body, err := h.feeds.Fetch(ctx, link)
		text = string(body)
		return err
	})
	return text, err
}

func (h *house) all(t *testing.T, actor access.Actor) (all feed.All) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		all, err = h.feeds.All(ctx, actor)
		return err
	})
	return all
}

func (h *house) events(t *testing.T, text string) []ical.Event {
	t.Helper()
	cal, err := ical.NewDecoder(strings.NewReader(text)).Decode()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return cal.Events()
}

func TestAFeedHoldsAppointmentsAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		kept, gone := h.plans(t, 1), h.plans(t, 2)
		links := map[string]string{"client": h.makes(t, h.Tomas, newID()), "clinician": h.makes(t, h.Clinician, newID())}
		before, err := h.fetches(t, links["client"])
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(time.Hour)
		h.Do(t, func(ctx context.Context) error {
			_, err := h.sessions.Cancel(ctx, h.Clinician, h.Client, gone.ID, 1)
			return err
		})
		uids := make(map[string]bool)
		for who, link := range links {
			text, err := h.fetches(t, link)
			if err != nil {
				t.Fatal(err)
			}
			events := h.events(t, text)
			if len(events) != 2 {
				t.Fatalf("%s: %d events", who, len(events))
			}
			for i, e := range events {
				uid, _ := e.Props.Text(ical.PropUID)
				if uids[uid] {
					t.Errorf("%s: a UID that another feed has too", who)
				}
				uids[uid] = true
				start, _ := e.DateTimeStart(time.UTC)
				end, _ := e.DateTimeEnd(time.UTC)
				status, _ := e.Status()
				want, seq, at := ical.EventConfirmed, "0", waytest.Start
				if i == 1 {
					want, seq, at = ical.EventCancelled, "1", h.Clock.Now()
				}
				stamp, _ := e.Props.DateTime(ical.PropDateTimeStamp, time.UTC)
				if !start.Equal(kept.Start.AddDate(0, 0, i)) || end.Sub(start) != 50*time.Minute || status != want ||
					e.Props.Get(ical.PropSequence).Value != seq || !stamp.Equal(at) {
					t.Errorf("%s: %v", who, e.Props)
				}
				if was := h.events(t, before); who == "client" {
					if old, _ := was[i].Props.Text(ical.PropUID); old != uid {
						t.Errorf("the UID changed: %s, %s", old, uid)
					}
				}
			}
			for _, no := range []string{canary, "Kanari", "Tomas", "Ines", kept.ID, gone.ID, h.Tomas.ID, h.Clinician.ID, string(h.Client), h.Practice} {
				if strings.Contains(text, no) {
					t.Errorf("%s: it holds %q\n%s", who, no, text)
				}
			}
			if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
				t.Errorf("%s: lines do not end as they should", who)
			}
			for line := range strings.SplitSeq(text, "\r\n") {
				if len(line) > 75 {
					t.Errorf("%s: a line of %d octets", who, len(line))
				}
			}
		}
	})
}

func TestASecretAddressIsLongShownOnceAndEndsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := newID()
		link := h.makes(t, h.Tomas, id)
		_, s, _ := strings.Cut(strings.TrimSuffix(link, ".ics"), ".")
		if !regexp.MustCompile(`^[a-z2-7]{32}$`).MatchString(s) { // 160 bits
			t.Errorf("secret %q", s)
		}
		err := h.tries(t, func(ctx context.Context) error {
			_, err := h.feeds.MakeAddress(ctx, h.Tomas, feed.Form{ID: id, Label: canary})
			return err
		})
		if !fault.Is(err, fault.Conflict) {
			t.Errorf("the form came twice: %v", err)
		}
		if all := h.all(t, h.Tomas); len(all.Addresses) != 1 || all.Addresses[0].Label != canary {
			t.Errorf("%+v", all)
		}
		if other := h.makes(t, h.Tomas, newID()); other == link {
			t.Error("two addresses are the same")
		}
		for _, wrong := range []string{
			"", ".ics", "..ics", s, s + ".ics", h.Practice + "." + s, link + ".ics", strings.ToUpper(link), "x" + link,
			h.Practice + "." + strings.Repeat("a", 32) + ".ics", "otherplace." + s + ".ics", h.Practice + "\x00." + s + ".ics", "\xff." + s + ".ics",
		} {
			if _, err := h.fetches(t, wrong); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		// The address of one is not the app password of another.
		if _, err := h.feeds.Enter(t.Context(), feed.Key{User: h.Practice, Password: s}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a secret address lets a program in: %v", err)
		}
		// Somebody else cannot end it, and does not learn of it.
		h.Do(t, func(ctx context.Context) error { return h.feeds.EndAddress(ctx, h.Clinician, id) })
		if _, err := h.fetches(t, link); err != nil {
			t.Errorf("somebody else ended it: %v", err)
		}
		for range 2 {
			h.Do(t, func(ctx context.Context) error { return h.feeds.EndAddress(ctx, h.Tomas, id) })
		}
		if _, err := h.fetches(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("after it was ended: %v", err)
		}
		for range feed.MaxAddresses - 1 {
			h.makes(t, h.Tomas, newID())
		}
		err = h.tries(t, func(ctx context.Context) error {
			_, err := h.feeds.MakeAddress(ctx, h.Tomas, feed.Form{ID: newID()})
			return err
		})
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestNothingOfASecretLiesOnTheDisk(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, s, _ := strings.Cut(h.makes(t, h.Clinician, newID()), ".")
		key := h.allows(t, newID())
		h.adds(t, h.there+"/secret-kanari.ics")
		h.puts(t, "a.ics", block("a", "DTSTART:20261120T090000Z", "DTEND:20261120T100000Z"), feed.Condition{})
		for _, text := range []string{strings.TrimSuffix(s, ".ics"), key.Password, strings.ReplaceAll(key.Password, "-", ""), canary, "secret-kanari", "Kanari"} {
			h.NotOnDisk(t, text)
		}
	})
}

func TestWhoeverLeftHasNoFeedAnyMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.plans(t, 1)
		link, key := h.makes(t, h.Clinician, newID()), h.allows(t, newID())
		if err := h.enters(t, key); err != nil {
			t.Fatal(err)
		}
		h.Exec(t, `DELETE FROM grants WHERE practice = $1 AND actor_id = $2`, h.Practice, h.Clinician.ID)
		if _, err := h.fetches(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("the feed: %v", err)
		}
		err := h.tries(t, func(ctx context.Context) error {
			a, err := h.feeds.Enter(ctx, key)
			if err != nil {
				return err
			}
			_, err = h.feeds.Objects(ctx, a)
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("the program: %v", err)
		}
	})
}

func TestAfterARestoreEveryAddressAndAppPasswordHasEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		link, key := h.makes(t, h.Tomas, newID()), h.allows(t, newID())
		h.puts(t, "a.ics", block("a", "DTSTART:20261120T090000Z", "DTEND:20261120T100000Z"), feed.Condition{})
		h.Do(t, func(ctx context.Context) error {
			return h.feeds.EndAgain(ctx, access.System(h.Practice, "operator"))
		})
		if _, err := h.fetches(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("the address: %v", err)
		}
		if err := h.enters(t, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("the app password: %v", err)
		}
		if len(h.busy(t)) != 1 {
			t.Error("a busy block went with them")
		}
	})
}

func TestEverythingIsRefusedToOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		form := feed.Form{ID: newID()}
		nobody := access.Actor{Practice: h.Practice, ID: newID(), Fresh: true}
		for action, do := range map[access.Action]func(context.Context) error{
			access.ReadFeeds: func(ctx context.Context) error { _, err := h.feeds.All(ctx, nobody); return err },
			access.KeepFeeds: func(ctx context.Context) error { _, err := h.feeds.MakeAddress(ctx, nobody, form); return err },
		} {
			h.Refused(t, nobody, action, do)
		}
		h.Refused(t, nobody, access.KeepFeeds, func(ctx context.Context) error { return h.feeds.EndAddress(ctx, nobody, form.ID) })
		h.Refused(t, nobody, access.KeepFeeds, func(ctx context.Context) error { return h.feeds.EndProgram(ctx, nobody, form.ID) })
		for _, actor := range []access.Actor{nobody, h.Tomas, h.Manager} { // only clinicians have a calendar of their own
			h.Refused(t, actor, access.LetProgram, func(ctx context.Context) error { _, err := h.feeds.AllowProgram(ctx, actor, form); return err })
			h.Refused(t, actor, access.KeepSources, func(ctx context.Context) error {
				return h.feeds.AddSource(ctx, actor, feed.SourceForm{Form: form, Address: "https://calendar.example/a.ics"})
			})
			h.Refused(t, actor, access.KeepSources, func(ctx context.Context) error { return h.feeds.EndSource(ctx, actor, form.ID) })
			h.Refused(t, actor, access.KeepSources, func(ctx context.Context) error { return h.feeds.ReadNow(ctx, actor, form.ID) })
			h.Refused(t, actor, access.ReadByDAV, func(ctx context.Context) error { _, err := h.feeds.Objects(ctx, actor); return err })
			h.Refused(t, actor, access.WriteByDAV, func(ctx context.Context) error {
				_, _, err := h.feeds.Put(ctx, actor, "a.ics", block("a", "DTSTART:20261120T090000Z"), feed.Condition{}, time.UTC)
				return err
			})
			h.Refused(t, actor, access.WriteByDAV, func(ctx context.Context) error { return h.feeds.Delete(ctx, actor, "a.ics", feed.Condition{}) })
		}
		h.Refused(t, h.Manager, access.EndAgain, func(ctx context.Context) error { return h.feeds.EndAgain(ctx, h.Manager) })
		stale := h.Clinician
		stale.Fresh = false
		err := h.tries(t, func(ctx context.Context) error { _, err := h.feeds.AllowProgram(ctx, stale, form); return err })
		if !fault.Is(err, fault.StepUp) {
			t.Errorf("an app password without saying who one is: %v", err)
		}
	})
}

// allows makes an app password.
func (h *house) allows(t *testing.T, id string) (k feed.Key) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		fresh := h.Clinician
		fresh.Fresh = true
		k, err = h.feeds.AllowProgram(ctx, fresh, feed.Form{ID: id, Label: canary})
		return err
	})
	return k
}

func (h *house) enters(t *testing.T, k feed.Key) error {
	t.Helper()
	return h.tries(t, func(ctx context.Context) error {
		a, err := h.feeds.Enter(ctx, k)
		if err == nil && (a != access.Actor{Practice: h.Practice, ID: h.Clinician.ID}) {
			t.Errorf("it lets in %+v", a)
		}
		return err
	})
}

func TestAnAppPasswordLetsAProgramInUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := newID()
		k := h.allows(t, id)
		if all := h.all(t, h.Clinician).Programs; len(all) != 1 || !all[0].UsedAt.IsZero() {
			t.Errorf("before: %+v", all)
		}
		for _, ok := range []feed.Key{k, {User: " " + strings.ToUpper(k.User), Password: strings.ToUpper(strings.ReplaceAll(k.Password, "-", "")) + " "}} {
			if err := h.enters(t, ok); err != nil {
				t.Errorf("%+v: %v", ok, err)
			}
		}
		if all := h.all(t, h.Clinician).Programs; len(all) != 1 || !all[0].UsedAt.Equal(h.Clock.Now()) {
			t.Errorf("after: %+v", all)
		}
		for _, wrong := range []feed.Key{
			{},
			{k.User, ""},
			{k.User, k.Password + "a"},
			{"otherplace", k.Password},
			{"\x00", k.Password},
			{"\xff", k.Password},
			{k.User, strings.Repeat("a", 32)},
			{h.Clinician.ID, k.Password},
		} {
			if err := h.tries(t, func(ctx context.Context) error { _, err := h.feeds.Enter(ctx, wrong); return err }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		h.Do(t, func(ctx context.Context) error { return h.feeds.EndProgram(ctx, h.Clinician, id) })
		if err := h.enters(t, k); !fault.Is(err, fault.NotFound) {
			t.Errorf("after it was ended: %v", err)
		}
	})
}

func TestWhoeverIsLetInAgainHasNoAppPasswordAndNoAddressAnyMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		k, link := h.allows(t, newID()), h.makes(t, h.Clinician, newID())
		removed := func(passkey string) {
			h.Do(t, func(ctx context.Context) error {
				tx, err := h.Door.Begin(ctx, h.Clinician, access.KeepFeeds, access.PersonRecord(h.Clinician.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if err := feed.RemovedIn(ctx, tx, h.Clinician.ID, passkey); err != nil {
					return err
				}
				return tx.Commit()
			})
		}
		removed("one of several")
		if err := h.enters(t, k); err != nil {
			t.Errorf("after one passkey was removed: %v", err)
		}
		if _, err := h.fetches(t, link); err != nil {
			t.Errorf("the address after one passkey was removed: %v", err)
		}
		removed("")
		if err := h.enters(t, k); !fault.Is(err, fault.NotFound) {
			t.Errorf("after they were let in again: %v", err)
		}
		if _, err := h.fetches(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("the address after they were let in again: %v", err)
		}
	})
}

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

func (h *house) puts(t *testing.T, name string, text []byte, c feed.Condition) (o feed.Object, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		o, _, err = h.feeds.Put(ctx, h.Clinician, name, text, c, time.UTC)
		return err
	})
	return o, err
}

func (h *house) objects(t *testing.T) (all []feed.Object) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		all, err = h.feeds.Objects(ctx, h.Clinician)
		return err
	})
	return all
}

func (h *house) deletes(t *testing.T, name string, c feed.Condition) error {
	t.Helper()
	return h.tries(t, func(ctx context.Context) error { return h.feeds.Delete(ctx, h.Clinician, name, c) })
}

func TestABusyBlockIsWrittenChangedAndDeleted(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := block("a", "DTSTART:20261120T090000Z", "DTEND:20261120T100000Z")
		o, err := h.puts(t, "a.ics", first, feed.Condition{New: true})
		if err != nil {
			t.Fatal(err)
		}
		all := h.objects(t)
		if len(all) != 1 || !bytes.Equal(all[0].Text, first) || all[0].Tag != o.Tag || len(h.busy(t)) != 1 {
			t.Fatalf("%+v", all)
		}
		if _, err := h.puts(t, "a.ics", first, feed.Condition{New: true}); !errors.Is(err, feed.ErrChanged) {
			t.Errorf("made a second time: %v", err)
		}
		second := block("a", "DTSTART:20261120T120000Z", "DTEND:20261120T150000Z")
		h.Clock.Pass(time.Minute)
		o2, err := h.puts(t, "a.ics", second, feed.Condition{Match: o.Tag})
		if err != nil || o2.Tag == o.Tag {
			t.Fatalf("%v %v", o2.Tag, err)
		}
		if _, err := h.puts(t, "a.ics", first, feed.Condition{Match: o.Tag}); !errors.Is(err, feed.ErrChanged) {
			t.Errorf("from what it was before: %v", err)
		}
		if spans := h.busy(t); len(spans) != 1 || spans[0].Start.Hour() != 12 {
			t.Errorf("busy %v", spans)
		}
		if err := h.deletes(t, "a.ics", feed.Condition{Match: o.Tag}); !errors.Is(err, feed.ErrChanged) {
			t.Errorf("deleted from what it was before: %v", err)
		}
		if _, err := h.puts(t, "b.ics", block("a", "DTSTART:20261120T120000Z"), feed.Condition{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same UID twice: %v", err)
		}
		if err := h.deletes(t, "a.ics", feed.Condition{Match: o2.Tag}); err != nil {
			t.Fatal(err)
		}
		if err := h.deletes(t, "a.ics", feed.Condition{}); !fault.Is(err, fault.NotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		if len(h.busy(t)) != 0 || len(h.objects(t)) != 0 {
			t.Error("something is left")
		}
		h.Clock.Pass(time.Minute)
		if o3, err := h.puts(t, "a.ics", first, feed.Condition{}); err != nil || o3.Tag == o.Tag {
			t.Errorf("made anew it has the tag %s of before, %v", o3.Tag, err)
		}
	})
}

func TestABlockThatComesAgainIsWorkedOutFurtherAheadEachDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if _, err := h.puts(t, "a.ics", block("a", "DTSTART:20261120T120000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"), feed.Condition{}); err != nil {
			t.Fatal(err)
		}
		before := h.Count(t, `SELECT max(ends_at) / 1000000 FROM busy_time`)
		h.Clock.Pass(21 * 24 * time.Hour)
		h.rounds(t)
		if after := h.Count(t, `SELECT max(ends_at) / 1000000 FROM busy_time`); after-before != 21*24*3600 {
			t.Errorf("%d seconds further", after-before)
		}
	})
}

func TestAppointmentsAreReadAndNeverWritten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.plans(t, 1)
		all := h.objects(t)
		if len(all) != 1 || !all[0].Locked || bytes.Contains(all[0].Text, []byte("Kanari")) {
			t.Fatalf("%+v", all)
		}
		for _, c := range []feed.Condition{{}, {Match: all[0].Tag}, {Match: "*"}} {
			if _, err := h.puts(t, all[0].Name, block("z", "DTSTART:20261120T120000Z"), c); !fault.Is(err, fault.Conflict) {
				t.Errorf("written: %v", err)
			}
			if err := h.deletes(t, all[0].Name, c); !fault.Is(err, fault.Conflict) {
				t.Errorf("deleted: %v", err)
			}
		}
		if _, err := h.puts(t, "mine.ics", block(all[0].UID, "DTSTART:20261120T120000Z"), feed.Condition{}); !fault.Is(err, fault.Conflict) {
			t.Errorf("written under another name: %v", err)
		}
		if now := h.objects(t); len(now) != 1 || now[0].Tag != all[0].Tag {
			t.Errorf("it changed: %+v", now)
		}
	})
}

func TestWhatIsNoEventIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, text := range map[string]string{
			"nothing": "", "words": "hello", "no event": elsewhere(), "a task": elsewhere("BEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\n"),
			"a task beside": elsewhere(event("a", "DTSTART:20261120T120000Z"), "BEGIN:VTODO\r\nUID:a\r\nEND:VTODO\r\n"),
			"two events":    elsewhere(event("a", "DTSTART:20261120T120000Z"), event("b", "DTSTART:20261120T120000Z")),
			"no uid":        elsewhere("BEGIN:VEVENT\r\nDTSTART:20261120T120000Z\r\nEND:VEVENT\r\n"), "no start": elsewhere(event("a")),
			"every second": elsewhere(event("a", "DTSTART:20261120T120000Z", "DURATION:PT1S", "RRULE:FREQ=SECONDLY")),
			"large":        elsewhere(event("a", "DTSTART:20261120T120000Z", "DESCRIPTION:"+strings.Repeat("a", feed.MaxBlock))),
			"deep":         strings.Repeat("BEGIN:VCALENDAR\r\n", 1000), "a parameter": elsewhere(event("a", "DTSTART;TZID=")),
			"two calendars": elsewhere(event("a", "DTSTART:20261120T120000Z")) + elsewhere(event("a", "DTSTART:20261120T120000Z")),
		} {
			if _, err := h.puts(t, "a.ics", []byte(text), feed.Condition{}); !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.TooLarge) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, name := range []string{"", "a/b", "a\x00", "a\r\nb", strings.Repeat("a", 300)} {
			if _, err := h.puts(t, name, block("a", "DTSTART:20261120T120000Z"), feed.Condition{}); !fault.Is(err, fault.Invalid) {
				t.Errorf("name %.10q: %v", name, err)
			}
		}
		if len(h.objects(t)) != 0 {
			t.Error("something was kept")
		}
	})
}

func TestAnAddressIsMadeUnderTheHousesOwn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Do(t, func(ctx context.Context) error {
			where, err := h.feeds.MakeAddress(ctx, h.Tomas, feed.Form{ID: newID()})
			if u, perr := url.Parse(where); perr != nil || u.Scheme != "https" || u.Host != "practice.example" {
				t.Errorf("%s %v", where, perr)
			}
			return err
		})
		h.AuditHolds(t)
	})
}
