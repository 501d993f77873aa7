package feed_test

import (
	"context"
	"crypto/x509"
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
			access.MakeFeed:  func(ctx context.Context) error { _, err := h.feeds.MakeAddress(ctx, nobody, form); return err },
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
