package feed_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
)

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

func TestOnesBlocksThatCannotBeReadKeepNoOtherFromBeingWorkedOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		both := []access.Actor{h.Clinician, h.Stranger}
		of := func(a access.Actor) string { return string(access.PersonRecord(a.ID)) }
		for _, torn := range both {
			for _, a := range both {
				if err := h.tries(t, func(ctx context.Context) error {
					_, _, err := h.feeds.Put(ctx, a, "a.ics", block("a", "DTSTART:20261120T120000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY"), feed.Condition{}, time.UTC)
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			h.Exec(t, `UPDATE busy_block SET sealed = $1 WHERE compartment = $2`, []byte("torn"), of(torn))
			for _, a := range both {
				ends := func() int {
					return h.Count(t, `SELECT coalesce(max(b.ends_at), 0) / 1000000 FROM busy_time b WHERE b.compartment = $1`, of(a))
				}
				if a == torn {
					continue
				}
				before := ends()
				h.Clock.Pass(21 * 24 * time.Hour)
				h.rounds(t)
				if after := ends(); after-before != 21*24*3600 {
					t.Errorf("%d seconds further", after-before)
				}
			}
			h.Exec(t, `DELETE FROM busy_block`)
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
