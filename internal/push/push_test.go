package push_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/waytest"
)

const origin = "https://practice.example"

// A house is a world in which browsers are woken.
type house struct {
	*waytest.World
	sink  *sink
	ps    *push.Pushes
	queue *job.Queue
	over  bool // what the message was about
}

func each(t *testing.T, f func(*testing.T, *house)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := &house{World: w, sink: newSink(t), queue: job.New(w.Door)}
		h.ps = push.New(w.Door, h.sink.out, origin, func(_ context.Context, tx *access.Tx, about string, _ *time.Location) (time.Time, bool, error) {
			return tx.Now.Add(time.Hour), about == "one" && !h.over, nil
		})
		h.queue.Handle(push.Send, func(ctx context.Context, run *job.Run) error { return h.ps.Work(ctx, run, time.UTC) })
		f(t, h)
	})
}

func (h *house) allow(t *testing.T, b browser) (d push.Device) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		d, err = h.ps.Allow(ctx, h.Tomas, b.Subscription)
		return err
	})
	return d
}

// wake queues a message, and lets the queue run.
func (h *house) wake(t *testing.T, about string) {
	t.Helper()
	h.Do(t, func(ctx context.Context) error {
		tx, err := h.Door.Begin(ctx, access.System(h.Practice, "remind"), access.Push, access.PersonRecord(h.Tomas.ID))
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := push.Queue(ctx, tx, about); err != nil {
			return err
		}
		return tx.Commit()
	})
	h.drain(t)
}

func (h *house) drain(t *testing.T) {
	t.Helper()
	if _, err := h.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (h *house) devices(t *testing.T) (all []push.Device) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		all, _, err = h.ps.Devices(ctx, h.Tomas)
		return err
	})
	return all
}

func TestAMessageSaysNothingAndOnlyTheBrowserCanOpenIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := newBrowser(t, h.sink, "phone"), newBrowser(t, h.sink, "desk")
		for range 2 { // the form came twice
			h.allow(t, phone)
		}
		h.allow(t, desk)
		var public string
		for range 2 {
			h.Do(t, func(ctx context.Context) error { return h.ps.Ready(ctx, h.Practice) })
			h.Do(t, func(ctx context.Context) error {
				_, key, err := h.ps.Devices(ctx, h.Tomas)
				if public != "" && key != public {
					t.Error("there are other keys the second time")
				}
				public = key
				return err
			})
		}
		h.wake(t, "one")
		h.drain(t)

		got := h.sink.messages()
		if len(got) != 2 {
			t.Fatalf("%d messages for two browsers", len(got))
		}
		for i, b := range []browser{phone, desk} {
			m := got[0]
			if m.path != "POST /wake/"+b.Name {
				m = got[1]
			}
			if text, err := b.opens(m.body); err != nil || text != push.Words {
				t.Errorf("%d: %q, %v", i, text, err)
			}
			if strings.Contains(string(m.body), "waits") {
				t.Error("whoever carries it can read it")
			}
			if m.header.Get("Content-Encoding") != "aes128gcm" || m.header.Get("TTL") != "3600" || m.header.Get("Cookie") != "" {
				t.Errorf("header: %v", m.header)
			}
			c := claims(t, m.header.Get("Authorization"), public)
			if c.Aud != h.sink.address() || c.Sub != origin || time.Until(time.Unix(c.Exp, 0)) > 24*time.Hour || time.Until(time.Unix(c.Exp, 0)) < time.Hour {
				t.Errorf("says of itself: %+v", c)
			}
		}
		if _, err := desk.opens(got[0].body); err == nil {
			if _, err := phone.opens(got[0].body); err == nil {
				t.Error("both browsers open the same message")
			}
		}
		h.NotOnDisk(t, h.sink.address())
		h.NotOnDisk(t, phone.P256dh)
		h.NotOnDisk(t, phone.Auth)
		h.AuditHolds(t)
	})
}

func TestABrowserThatTakesNoneAnyMoreIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i, status := range []int{http.StatusNotFound, http.StatusGone} {
			h.allow(t, newBrowser(t, h.sink, "phone"))
			h.sink.says(status)
			h.wake(t, "one")
			if all := h.devices(t); len(all) != 0 {
				t.Errorf("after %d: %+v", status, all)
			}
			h.sink.says(http.StatusCreated)
			h.wake(t, "one")
			if n := len(h.sink.messages()); n != i+1 {
				t.Errorf("%d messages went", n)
			}
		}
	})
}

func TestWhatWasNotTakenIsTriedAgainAndWhatWasTakenIsNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.allow(t, newBrowser(t, h.sink, "phone"))
		h.sink.says(http.StatusServiceUnavailable)
		h.wake(t, "one")
		h.drain(t)
		if n := len(h.sink.messages()); n != 1 {
			t.Fatalf("%d messages at once", n)
		}
		h.sink.says(http.StatusCreated)
		h.Clock.Pass(10 * time.Minute)
		h.drain(t)
		h.Clock.Pass(time.Hour)
		h.drain(t)
		if n := len(h.sink.messages()); n != 2 {
			t.Errorf("%d messages in all", n)
		}
	})
}

func TestNothingGoesThatIsNotWantedStill(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.allow(t, newBrowser(t, h.sink, "phone"))
		h.over = true
		h.wake(t, "one") // what it was about is over
		h.over = false
		h.Do(t, func(ctx context.Context) error { return h.ps.Forget(ctx, h.Tomas, d.ID) })
		h.wake(t, "one")
		if n := len(h.sink.messages()); n != 0 {
			t.Errorf("%d messages went", n)
		}
	})
}

func TestWhatIsNoBrowserIsRefused(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := newBrowser(t, h.sink, "phone").Subscription
		for what, change := range map[string]func(*push.Subscription){
			"inside":    func(s *push.Subscription) { s.Endpoint = "https://10.0.0.7/wake" },
			"no https":  func(s *push.Subscription) { s.Endpoint = "http://push.example/wake" },
			"no key":    func(s *push.Subscription) { s.P256dh = "" },
			"off curve": func(s *push.Subscription) { s.P256dh = b64.EncodeToString(append([]byte{4}, make([]byte, 64)...)) },
			"no secret": func(s *push.Subscription) { s.Auth = b64.EncodeToString(make([]byte, 15)) },
		} {
			s := good
			change(&s)
			ctx, settle := h.Visit(t)
			if _, err := h.ps.Allow(ctx, h.Tomas, s); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
			settle()
		}
		for n := range push.MostDevices {
			h.allow(t, newBrowser(t, h.sink, "n"+string(rune('a'+n))))
		}
		ctx, settle := h.Visit(t)
		defer settle()
		if _, err := h.ps.Allow(ctx, h.Tomas, good); !fault.Is(err, fault.Conflict) {
			t.Errorf("one too many: %v", err)
		}
	})
}

func TestWhoeverIsLetInAgainHasNoDevicesAnyMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.allow(t, newBrowser(t, h.sink, "phone"))
		for _, passkey := range []string{"one of several", ""} {
			h.Do(t, func(ctx context.Context) error {
				tx, err := h.Door.Begin(ctx, h.Tomas, access.ReviseReminders, access.PersonRecord(h.Tomas.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if err := push.RemovedIn(ctx, tx, h.Tomas.ID, passkey); err != nil {
					return err
				}
				return tx.Commit()
			})
			if n := len(h.devices(t)); (n == 0) != (passkey == "") {
				t.Errorf("after %q was removed: %d devices", passkey, n)
			}
		}
	})
}

func TestDevicesAreTheirOwnersAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.allow(t, newBrowser(t, h.sink, "phone"))
		for _, actor := range []access.Actor{access.Anyone(h.Practice), access.System(h.Practice, "post")} {
			h.Refused(t, actor, access.ReadReminders, func(ctx context.Context) error { _, _, err := h.ps.Devices(ctx, actor); return err })
			h.Refused(t, actor, access.ReviseReminders, func(ctx context.Context) error { return h.ps.Forget(ctx, actor, d.ID) })
			h.Refused(t, actor, access.ReviseReminders, func(ctx context.Context) error {
				_, err := h.ps.Allow(ctx, actor, newBrowser(t, h.sink, "other").Subscription)
				return err
			})
		}
		ctx, settle := h.Visit(t)
		if err := h.ps.Forget(ctx, h.Clinician, d.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else’s device: %v", err)
		}
		settle()
		if len(h.devices(t)) != 1 {
			t.Error("somebody else took a device off")
		}
	})
}
