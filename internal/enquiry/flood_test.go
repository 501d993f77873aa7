package enquiry_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
)

func readAll(t *testing.T, pattern string) (all []string) {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}

func TestEachFieldSaysWhatToCorrect(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, c := range []struct {
			field  string
			change func(*enquiry.Form)
		}{
			{"name", func(f *enquiry.Form) { f.Name = " " }},
			{"name", func(f *enquiry.Form) { f.Name = strings.Repeat("a", 1<<20) }},
			{"email", func(f *enquiry.Form) { f.Email = "" }},
			{"email", func(f *enquiry.Form) { f.Email = "kim@example.org\r\nBcc: a@example.org" }},
			{"email", func(f *enquiry.Form) { f.Email = strings.Repeat("a", 1<<20) + "@example.org" }},
			{"phone", func(f *enquiry.Form) { f.Email, f.Phone = "", "call me" }},
			{"phone", func(f *enquiry.Form) { f.Reach = enquiry.Careful }},
			{"reach", func(f *enquiry.Form) { f.Reach = "" }},
			{"brings", func(f *enquiry.Form) { f.Brings = strings.Repeat("long ", 1<<18) }},
			{"brings", func(f *enquiry.Form) { f.Brings = "a\x1b[2Jb" }},
			{"times", func(f *enquiry.Form) { f.Times = strings.Repeat("a", enquiry.MaxTimes+1) }},
			{"best", func(f *enquiry.Form) { f.Best = strings.Repeat("a", enquiry.MaxBest+1) }},
			{"language", func(f *enquiry.Form) { f.Language = strings.Repeat("a", enquiry.MaxLanguage+1) }},
			{"with", func(f *enquiry.Form) { f.With = "../operations" }},
			{"first", func(f *enquiry.Form) { f.First = h.w.Clock.Now().Add(-time.Hour) }},
			{"way", func(f *enquiry.Form) { f.Way = "fast" }},
			{"format", func(f *enquiry.Form) { f.Format = "x" }},
			{"place", func(f *enquiry.Form) { f.Place = "x" }},
			{"agree", func(f *enquiry.Form) { f.Agree = false }},
			{enquiry.StampField, func(f *enquiry.Form) { f.Trap = "https://example.org" }},
			{enquiry.StampField, func(f *enquiry.Form) { f.Stamp = "1" + f.Stamp }},
			{enquiry.StampField, func(f *enquiry.Form) { f.ID = newID(t) }},
			{enquiry.StampField, func(f *enquiry.Form) { f.ID = "../../etc/passwd" }},
			{enquiry.StampField, func(*enquiry.Form) { h.w.Clock.Pass(enquiry.Longest) }},
		} {
			f := h.form(t)
			c.change(&f)
			_, err := h.sends(t, f)
			var e *fault.Error
			if !errors.As(err, &e) || e.Kind != fault.Invalid || e.Field != c.field || e.Text == "" {
				t.Errorf("%s: %v", c.field, err)
			}
		}
		if h.w.Count(t, `SELECT count(*) FROM enquiry`) != 0 || h.keys(t) != 0 {
			t.Error("something was half stored")
		}
	})
}

func TestAFormSentTooQuicklyIsAskedForOnceMoreAndThenTaken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := h.form(t)
		var err error
		if f.ID, f.Stamp, err = h.es.Blank(h.w.Practice, h.w.Clock.Now()); err != nil {
			t.Fatal(err)
		}
		h.w.Clock.Pass(time.Second)
		var e *fault.Error
		if _, err := h.sends(t, f); !errors.As(err, &e) || e.Field != enquiry.StampField {
			t.Errorf("at once: %v", err)
		}
		if h.es.Renew(h.w.Practice, f, h.w.Clock.Now()) {
			t.Error("the stamp is of no use any more")
		}
		h.w.Clock.Pass(5 * time.Second)
		if _, err := h.sends(t, f); err != nil {
			t.Errorf("once more: %v", err)
		}
	})
}

func TestOneNetworkAndOnePracticeHaveTheirMeasure(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		from := func(source string) error {
			f := h.form(t)
			f.Email = f.ID[24:] + "@example.org"
			f.Brings = ""
			return h.tries(t, func(ctx context.Context) error { _, err := h.es.Ask(ctx, h.w.Practice, source, f); return err })
		}
		begun := h.w.Clock.Now()
		taken := 0
		for i := range 12 { // one address of IPv6 after the other, in one household
			if err := from(fmt.Sprintf("2001:db8:1:2::%x", i+1)); err == nil {
				taken++
			} else if !fault.Is(err, fault.TooSoon) || !strings.Contains(err.Error(), "Nothing") && !strings.Contains(err.Error(), "nothing of it was sent") {
				t.Fatal(err)
			}
		}
		if passed := h.w.Clock.Now().Sub(begun); taken < 4 || taken > 4+int(passed/(10*time.Minute))+1 {
			t.Errorf("%d were taken of one household in %s", taken, passed)
		}
		if err := from("2001:db8:1:3::1"); err != nil {
			t.Errorf("the neighbours: %v", err)
		}
	})
}

func TestAFullHouseSaysSoAndKeepsWhatThereIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t)
		for i := range enquiry.MostOpen { // as no domain could
			h.w.Exec(t, `INSERT INTO enquiry (practice, compartment, id, token, state, junk, revision, made_at, for_id, by_id, told_at, news_at, lines, forget_at, size, contact, words, whole, sealed, sealed_caller)
				SELECT practice, $1, $2, $3, state, junk, revision, made_at, for_id, by_id, told_at, news_at, lines, forget_at, size, $3, words, whole, sealed, sealed_caller
				FROM enquiry WHERE id = $4`, fmt.Sprintf("enquiry/x%d", i), fmt.Sprintf("x%d", i), []byte(fmt.Sprintf("x%d", i)), id)
		}
		before := h.keys(t)
		f := h.form(t)
		_, err := h.sends(t, f)
		var e *fault.Error
		if !errors.As(err, &e) || e.Kind != fault.TooSoon || e.Field != "room" || e.Text != enquiry.Full {
			t.Errorf("in a full house: %v", err)
		}
		if ok, err := h.es.Room(t.Context(), h.w.Practice); ok || err != nil {
			t.Errorf("room: %t, %v", ok, err)
		}
		if h.keys(t) != before {
			t.Error("keys were made for what was refused")
		}
		// Advertising has a measure of its own, and a full inbox keeps nobody from reading.
		f = h.form(t)
		f.Brings = "See https://a.example and https://b.example"
		if _, err := h.sends(t, f); err != nil {
			t.Errorf("what looks like advertising: %v", err)
		}
		if l := h.list(t, h.w.Clinician, enquiry.Junk, 0); l.Total != 1 || l.Piles[enquiry.Inbox] != 1 { // the others have no record
			t.Errorf("%+v", l.Piles)
		}
	})
}

func TestTheInboxFoldsDoublesAndShowsTheLongestWaitingFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, _ := h.asked(t)
		other, _ := h.asked(t, func(f *enquiry.Form) { f.Email, f.Brings = "ada@example.org", "Sleep." })
		again, _ := h.asked(t, func(f *enquiry.Form) { f.Email, f.Brings = "KIM@example.org ", "It is me again." })
		words, _ := h.asked(t, func(f *enquiry.Form) { f.Email, f.Brings = "third@example.org", strings.ToUpper(canary)+"!" })
		l := h.list(t, h.w.Clinician, enquiry.Inbox, 0)
		if l.Total != 2 || len(l.Items) != 2 || l.Items[0].ID != words || len(l.Items[0].Same) != 2 || l.Items[1].ID != other {
			t.Fatalf("%+v", l)
		}
		h.w.Do(t, func(ctx context.Context) error {
			same, err := h.es.Same(ctx, h.w.Clinician, first)
			if len(same) != 2 || same[0].ID != again || !same[0].OfThem() || same[1].ID != words || same[1].OfThem() {
				t.Errorf("%+v", same)
			}
			return err
		})
		// The same words by a third address are probably advertising.
		fourth, _ := h.asked(t, func(f *enquiry.Form) { f.Email = "fourth@example.org" })
		if q := h.one(t, fourth); !q.Junk {
			t.Errorf("%+v", q.Item)
		}
		if err := h.tries(t, func(ctx context.Context) error { return h.es.Drop(ctx, h.w.Clinician, other) }); !fault.Is(err, fault.Conflict) {
			t.Errorf("dropping what is no advertising: %v", err)
		}
		if _, err := h.decides(t, h.w.Clinician, fourth, enquiry.Decision{Revision: 1, Move: enquiry.Reopen}); err != nil {
			t.Fatal(err)
		}
		if q := h.one(t, fourth); q.Junk || q.State != enquiry.Asked {
			t.Errorf("brought back: %+v", q.Item)
		}
	})
}

func TestProposingMarksItForTheColleagueAndDroppingEndsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mallory := newID(t)
		h.w.Grant(t, access.Actor{Practice: h.w.Practice, ID: mallory}, access.Operations, access.Clinician)
		id, link := h.asked(t)
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Propose, To: mallory, Told: "I asked a colleague.", Among: "You know panic."}); err != nil {
			t.Fatal(err)
		}
		if l := h.list(t, access.Actor{Practice: h.w.Practice, ID: mallory, Fresh: true}, enquiry.Inbox, 0); l.Mine != 1 || l.Items[0].For != mallory {
			t.Errorf("%+v", l)
		}
		if a, err := h.answer(t, link); err != nil || a.State != enquiry.Proposed || len(a.Told) != 1 {
			t.Errorf("%+v, %v", a, err)
		}
		junk, gone := h.asked(t, func(f *enquiry.Form) { f.Brings = "<a href=https://x.example>cheap</a>" })
		for range 2 {
			if err := h.tries(t, func(ctx context.Context) error { return h.es.Drop(ctx, h.w.Clinician, junk) }); err != nil {
				t.Fatal(err)
			}
		}
		if a, err := h.answer(t, gone); err != nil || a.State != enquiry.Dropped {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestNoLetterGoesToWhoeverMayNotGetOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asked(t, func(f *enquiry.Form) { f.Reach, f.Phone = enquiry.Careful, "0131 496 0000" })
		if _, err := h.decides(t, h.w.Clinician, id, enquiry.Decision{Revision: 1, Move: enquiry.Decline, Told: "Sorry."}); err != nil {
			t.Fatal(err)
		}
		h.drain(t)
		if all := h.mail(t); len(all) != 0 {
			t.Errorf("letters went: %q", all)
		}
	})
}

func TestNoMoreCanBeAddedThanGoesOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, link := h.asked(t, func(f *enquiry.Form) { f.Brings = strings.Repeat("é ", enquiry.MaxBrings/3) })
		for i := range enquiry.MaxLines + 2 {
			err := h.tries(t, func(ctx context.Context) error {
				return h.es.Add(ctx, link, newID(t), strings.Repeat("a", enquiry.MaxLine))
			})
			if (err == nil) != (i < enquiry.MaxLines) {
				t.Errorf("line %d: %v", i, err)
			}
		}
		var made enquiry.Taken
		h.w.Do(t, func(ctx context.Context) (err error) {
			made, _, err = h.es.Accept(ctx, h.w.Clinician, id, enquiry.AcceptForm{ID: newID(t), Revision: int64(1 + enquiry.MaxLines), Name: "Kim", Email: "kim@example.org"})
			return err
		})
		if said := h.carried[access.ClientRecord(made.ClientID)]; len(said.Brings) > 4000 || strings.Count(said.Brings, strings.Repeat("a", enquiry.MaxLine)) != enquiry.MaxLines {
			t.Errorf("%d bytes went on", len(said.Brings))
		}
	})
}
