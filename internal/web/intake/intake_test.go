package intake_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/intake"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about the beginning: Miriam treats Nora,
// Mallory does not.
type house struct {
	w       *waytest.World
	is      *intake.Intakes
	browser func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora access.Actor
	record                access.Compartment
	desk                  string // of Nora's pages
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
		s := webtest.New(t, w, "http://localhost", p)
		h := &house{w: w, is: intake.New(w.Door), browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.record, h.desk = access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		s.Serve(web.Options{}, (&pages.Pages{Intakes: h.is, People: s.People, Measures: measure.New(w.Door, instrument.NewShelf(w.Door))}).Routes())
		f(t, h)
	})
}

// write fills in a part as b, and sends it to the address behind the part's own.
func write(t *testing.T, b *webtest.Browser, path, to string, want int, pairs ...string) webtest.Reply {
	t.Helper()
	form := webtest.Carried(b.Open(path))
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return b.PostForm(path+to, form, want)
}

func TestAClientWritesAPartOverTwoSittingsAndTheClinicianReadsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		page := phone.Open("/beginning")
		webtest.Has(t, page, "What brings you", "Health and medicines", "Nothing is written.", "Our working agreement")
		if strings.Contains(page.Body, "M5 12.5l4.5 4.5") {
			t.Error("something has a tick before anything is done")
		}
		webtest.HasNot(t, page, "Beforehand, if it suits you")

		form := webtest.Carried(desk.Open(h.desk + "/intake"))
		form["part"] = []string{"brings", "life"}
		form.Set("note", "Only what comes easily")
		to := desk.PostForm(h.desk+"/intake/invite", form, http.StatusSeeOther).To
		webtest.Has(t, desk.Open(to), "Invited, not written yet", "Invited. It stands on their page")
		webtest.Has(t, phone.Open("/beginning"), "Beforehand, if it suits you", "Miriam: “Only what comes easily”", "Not now")
		webtest.Has(t, phone.Open("/beginning/3"), "Why it is asked", "You can leave it, say it aloud, or take your time.", "Nobody else in the practice, also not in an emergency.")

		to = write(t, phone, "/beginning/1", "/draft", http.StatusSeeOther, "brings", "I lie awake").To
		if to != "/beginning?done=draft&kept=beginning-"+h.nora.ID+"-1" {
			t.Errorf("sent on to %s", to)
		}
		webtest.Has(t, phone.Open(to), "Kept for you alone", "You have begun. Only you can read that so far.")
		webtest.HasNot(t, desk.Open(h.desk+"/intake"), "I lie awake", "New to you")
		h.w.Clock.Pass(12 * time.Minute)
		again := phone.Open("/beginning/1")
		webtest.Has(t, again, "This is what you had begun today", "I lie awake")
		form = webtest.Carried(again)
		form.Set("brings", "I lie awake, and think of <b>Monday</b>")
		form["concern"] = []string{"anxiety"}
		phone.PostForm("/beginning/1", form, http.StatusSeeOther)
		h.w.Clock.Pass(time.Minute)

		seen := desk.Open(h.desk + "/intake")
		webtest.Has(t, seen, "One part is new since you last looked.", "New to you", "I lie awake, and think of <b>Monday</b>", "Worry and fear", "Nora, today at")
		if strings.Contains(seen.Body, "<b>Monday</b>") {
			t.Error("what was typed is markup")
		}
		webtest.HasNot(t, desk.Open(h.desk+"/intake"), "new since you last looked")
		webtest.Has(t, phone.Open("/beginning"), "Written by you today.")

		write(t, phone, "/beginning/3", "/room", http.StatusSeeOther)
		webtest.Has(t, phone.Open("/beginning/3"), "You tell this in the room only. Nothing of it is stored")
		part := desk.Open(h.desk + "/intake/life")
		webtest.Has(t, part, "Nora tells this in the room only")
		webtest.HasNot(t, part, "Keep it")
		webtest.Has(t, phone.Open("/beginning/read"), "For the room only", "Monday", "You, today at")
	})
}

func TestNotNowPutsAsideWhatWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			return h.is.Invite(ctx, h.miriam, h.record, intake.InviteForm{ID: webtest.NewID(t), Course: 1, Parts: []intake.Part{intake.Tried}})
		})
		phone := h.browser(t, h.nora)
		webtest.Has(t, phone.Open("/beginning/5"), "Miriam asked for this beforehand, if it suits you.")
		to := phone.Post("/beginning/later", http.StatusSeeOther).To
		webtest.Has(t, phone.Open(to), "Everything stays here, for whenever you like", "You said “not now”. It stays here.")
		webtest.Has(t, h.browser(t, h.miriam).Open(h.desk+"/intake"), "Not now", "Said today")
	})
}

func TestWhereSomebodyWasQuickerBothTextsAreShown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		write(t, phone, "/beginning/6", "", http.StatusSeeOther, "work", "Nights")
		form := webtest.Carried(phone.Open("/beginning/6"))
		write(t, desk, h.desk+"/intake/context", "", http.StatusSeeOther, "work", "Nights, four a week")
		form.Set("work", "Nights, and I am looking")
		both := phone.PostForm("/beginning/6", form, http.StatusConflict)
		webtest.Has(t, both, "Somebody was quicker", "As it is kept", "Nights, four a week", "Miriam, today at", "over what you had written", "Nights, and I am looking", "Keep mine in its place")
		form = webtest.Carried(both)
		form.Set("work", "Both of it")
		phone.PostForm("/beginning/6", form, http.StatusSeeOther)
		webtest.Has(t, desk.Open(h.desk+"/intake/context"), "Both of it", "Earlier versions", "Nights, four a week", "Nora, 19 November, over what you had written")

		old := webtest.Carried(phone.Open("/beginning/2"))
		write(t, phone, "/beginning/2", "/draft", http.StatusSeeOther, "side", "My sister")
		old.Set("side", "My brother")
		webtest.Has(t, phone.PostForm("/beginning/2/draft", old, http.StatusConflict), "You, in another window or on another device", "My sister", "My brother")
	})
}

func TestAPartComesBackWithWhatWasTyped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		long := strings.Repeat("a", intake.MaxLine+1)
		back := write(t, phone, "/beginning/4", "", http.StatusUnprocessableEntity, "doctor", long, "health", "Asthma")
		webtest.Has(t, back, "longer than fits here", "Asthma", "In an emergency a colleague who opens your record can read this part, and no other")
		if !strings.Contains(back.Body, long) {
			t.Error("what was typed is gone")
		}
		webtest.Has(t, write(t, phone, "/beginning/4", "", http.StatusUnprocessableEntity), "There is nothing in it yet, and that is all right")
		write(t, phone, "/beginning/7", "", http.StatusUnprocessableEntity, "important", "12")
		if got := phone.Send(http.MethodGet, "/beginning/health", nil); got.Status != http.StatusNotFound {
			t.Errorf("a part by its name in a client's address: %d", got.Status)
		}
		if got := phone.Send(http.MethodGet, "/beginning/10", nil); got.Status != http.StatusNotFound {
			t.Errorf("a part that there is not: %d", got.Status)
		}
	})
}

func TestTheAgreementIsWrittenByOneAndSignedByBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		terms := h.desk + "/agreement"
		webtest.Has(t, desk.Open(terms), "Nothing is written yet.", "Write it")
		text := desk.Open(terms + "/text")
		webtest.Has(t, text, "These are words to begin with", "My part, as the client", "We meet once a week for 50 minutes")
		form := webtest.Carried(text)
		for _, s := range intake.Sections() {
			form.Set(s.Name, s.Start)
		}
		desk.PostForm(terms+"/text", form, http.StatusSeeOther)
		sign := func(b *webtest.Browser, path string, want int) webtest.Reply {
			form := webtest.Carried(b.Open(path))
			form["id"], form["version"] = form["id"][:1], form["version"][:1]
			return b.PostForm(path+"/sign", form, want)
		}
		sign(desk, terms, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/beginning/agreement"), "Your therapist has signed the newest version. You have not yet.", "Miriam signed it today", "Take my signature back"[:0])

		reading := webtest.Carried(phone.Open("/beginning/agreement"))
		form = webtest.Carried(desk.Open(terms + "/text"))
		for _, s := range intake.Sections() {
			form.Set(s.Name, s.Start)
		}
		form.Set("rhythm", "Every two weeks")
		desk.PostForm(terms+"/text", form, http.StatusSeeOther)
		both := phone.PostForm("/beginning/agreement/sign", reading, http.StatusConflict)
		webtest.Has(t, both, "nothing was signed", "What you were reading", "We meet once a week", "What it says", "Every two weeks")

		sign(phone, "/beginning/agreement", http.StatusSeeOther)
		sign(desk, terms, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/beginning/agreement"), "Signed by both. It has held since Thursday 19 November.", "Earlier versions", "Take my signature back", "Nothing else changes by it")
		webtest.Has(t, desk.Open(h.desk+"/intake"), "Signed by both.")

		form = webtest.Carried(phone.Open("/beginning/agreement"))
		form.Set("words", "Let us talk first")
		to := phone.PostForm("/beginning/agreement/withdraw", form, http.StatusSeeOther).To
		webtest.Has(t, phone.Open(to), "You took the signature back today.", "Nothing else changes by it.")
		webtest.Has(t, desk.Open(terms), "Nora took the signature back today.", "“Let us talk first”")
	})
}

func TestAColleagueFindsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.mallory)
		for _, path := range []string{"/intake", "/intake/health", "/agreement", "/agreement/text"} {
			if got := b.Send(http.MethodGet, h.desk+path, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.is.Keep(ctx, h.nora, h.record, intake.Form{Part: intake.Health, Course: 1, Said: intake.Said{"medicines": "Sertraline 50 mg"}})
			return err
		})
		h.w.Grant(t, h.mallory, h.record, access.Emergency)
		webtest.Has(t, b.Open(strings.Replace(h.desk, "clients", "emergency", 1)+"/health"), "Sertraline 50 mg", "nobody has checked it")
		if got := b.Send(http.MethodGet, h.desk+"/intake/health", nil); got.Status != http.StatusNotFound {
			t.Errorf("the rest in an emergency: %d", got.Status)
		}
	})
}

func TestANewCourseOfWorkKeepsTheOldOneToRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		write(t, desk, h.desk+"/intake/brings", "", http.StatusSeeOther, "brings", "The first time")
		write(t, desk, h.desk+"/intake/summary", "", http.StatusSeeOther, "understood", "As it seemed then")
		webtest.Has(t, h.browser(t, h.nora).Open("/beginning"), "What was understood so far", "Written by Miriam")
		to := desk.Post(h.desk+"/intake/anew", http.StatusSeeOther, "course", "1").To
		page := desk.Open(to)
		webtest.HasNot(t, page, "The first time")
		webtest.Has(t, page, "The first course of work")
		webtest.Has(t, desk.Open(h.desk+"/intake?course=1"), "The first time", "This is an earlier course of work")
		old := desk.Open(h.desk + "/intake/brings?course=1")
		webtest.Has(t, old, "The first time", "belongs to an earlier course")
		webtest.HasNot(t, old, "Keep it")
	})
}
