package care_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/care"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with these pages: Miriam treats Nora, and Mallory does not.
type house struct {
	w       *waytest.World
	books   *nourish.Books
	browser func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora access.Actor
	desk                  string // of Nora's pages
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
		s := webtest.New(t, w, "http://localhost", p)
		h := &house{w: w, books: nourish.New(w.Door), browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.desk = "/clients/" + h.nora.ID
		s.Serve(web.Options{}, (&care.Pages{People: s.People, Plans: safetyplan.New(w.Door), Books: h.books, Calendars: calendar.New(w.Door, "http://localhost")}).Routes())
		f(t, h)
	})
}

func TestASafetyPlanIsWrittenTogetherAndAgreedByBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		page := phone.Open("/my/at-hand")
		webtest.Has(t, page, "There is no safety plan here yet.", "999", "Begin it", "Nobody is told when you open this page.")
		webtest.Has(t, desk.Open(h.desk+"/safety-plan"), "There is no safety plan yet. It is written together with Nora")

		form := []string{
			"id", webtest.NewID(t), "from", "0", "agree", "yes", "signs", "I stop answering\nThe corridor", "alone", "Cold water",
			"name-ask-0", "Lea", "phone-ask-0", "0117 496 0118", "words-ask-0", "Just say: can you come.",
			"name-professionals-1", "Dr Cole", "phone-professionals-1", "ask at the desk",
		}
		to := desk.Post(h.desk+"/safety-plan/text", http.StatusSeeOther, form...).To
		if to != h.desk+"/safety-plan?done=agreed&kept=desk-safety-plan-"+h.nora.ID {
			t.Errorf("sent on to %s", to)
		}
		desk.Post(h.desk+"/safety-plan/text", http.StatusSeeOther, form...) // it came twice
		page = phone.Open("/my/at-hand")
		webtest.Has(t, page, "whoever works with you agrees to it", "I agree to it", "How I notice that it is getting harder", "The corridor", "Call Lea", "ask at the desk", "On this phone, without signing in")
		webtest.Has(t, page, "0117 496 0118", "Print it") // the number is there to be read, and for paper
		webtest.Has(t, desk.Open(h.desk+"/safety-plan"), "0117 496 0118", "Print it")
		for _, want := range []string{`href="tel:01174960118"`, `data-plan-keep="{`, `data-help="/help?p=linden-house"`, `href="/my/at-hand"`} {
			if !strings.Contains(page.Body, want) {
				t.Errorf("no %s", want)
			}
		}
		if strings.Contains(page.Body, "Miriam") {
			t.Error("what a phone may keep, or the page, names the clinician")
		}
		webtest.Has(t, phone.Open(phone.Post("/my/at-hand/agree", http.StatusSeeOther, "version", "1").To), "Agreed by both. This is the plan from now on.", "Agreed by both today.")

		// The client changes it: until both agree, what was agreed stays the plan.
		phone.Post("/my/at-hand/text", http.StatusSeeOther, "id", webtest.NewID(t), "from", "1", "agree", "no", "signs", "The nights", "alone", "<b>The bench</b>")
		page = desk.Open(h.desk + "/safety-plan")
		webtest.Has(t, page, "Agreed by both today.", "A newer draft", "Version 2, written by Nora today", "The corridor", "The nights")
		if strings.Contains(page.Body, "<b>The bench") {
			t.Error("what was typed is markup")
		}
		clash := desk.Post(h.desk+"/safety-plan/text", http.StatusConflict, "id", webtest.NewID(t), "from", "1", "agree", "no", "signs", "Mine")
		webtest.Has(t, clash, "As it stands now", "The nights", "Mine")
		if !strings.Contains(clash.Body, `name="from" value="2"`) {
			t.Error("sent again it would clash again")
		}
		webtest.Has(t, phone.Post("/my/at-hand/agree", http.StatusConflict, "version", "1"), "The plan was changed while you were reading it.")
		wrong := phone.Post("/my/at-hand/text", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "from", "2", "signs", "Typed", "phone-ask-1", "0117")
		webtest.Has(t, wrong, "Please say who this is.", "Typed")
		if !strings.Contains(wrong.Body, `value="0117"`) {
			t.Error("what was typed has gone")
		}
		webtest.Has(t, phone.Open("/my/at-hand/versions"), "Version 2, written by you", "Nobody has agreed to it.", "Version 1, written by Miriam", "You agreed today")
		webtest.Has(t, desk.Open(h.desk+"/safety-plan/versions"), "Nora agreed today")

		other := h.browser(t, h.mallory)
		for _, path := range []string{"/safety-plan", "/safety-plan/text", "/safety-plan/versions", "/nourish"} {
			other.Want(http.StatusNotFound, other.Get(h.desk+path))
		}
		other.Post(h.desk+"/safety-plan/agree", http.StatusNotFound, "version", "2")

		// Whoever opened the record in an emergency reads it, and is offered nothing more.
		h.w.Grant(t, h.mallory, access.ClientRecord(h.nora.ID), access.Emergency)
		h.w.Grant(t, h.mallory, access.PersonRecord(h.nora.ID), access.Knows)
		page = other.Open("/emergency/" + h.nora.ID + "/safety-plan")
		webtest.Has(t, page, "The corridor", "Read in an emergency: nothing here can be changed.", "A newer draft")
		webtest.HasNot(t, page, "Change it", "I agree to it", "All versions")
		other.Post(h.desk+"/safety-plan/agree", http.StatusNotFound, "version", "2")
	})
}

func TestThatAPlanIsOnAPhoneIsNotedThereAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		for keep, want := range map[string]string{"yes": "=1; Path=/; Max-Age=", "no": "=; Path=/; Max-Age=0"} {
			r := phone.Post("/my/at-hand/here", http.StatusSeeOther, "keep", keep)
			if set := r.Header.Get("Set-Cookie"); !strings.Contains(set, "waymark-plan"+want) || !strings.Contains(set, "HttpOnly") {
				t.Errorf("%s: %q", keep, set)
			}
		}
	})
}

func TestWhatNourishesStandsBesideWhatDrains(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		webtest.Has(t, phone.Open("/my/nourish"), "Nothing is noted of this week, and that is fine.", "Only you.")
		lake, calls := webtest.NewID(t), webtest.NewID(t)
		phone.Post("/my/nourish/things", http.StatusSeeOther, "id", lake, "words", "The lake", "side", "nourishes", "kind", "places", "kind", "joy", "item", "")
		phone.Post("/my/nourish/things", http.StatusSeeOther, "id", calls, "words", "Calls after nine", "side", "drains", "item", "")
		page := phone.Open("/my/nourish")
		webtest.Has(t, page, "Joy", "The lake", "Wears on you", "Calls after nine")
		if strings.Count(page.Body, `name="id" value="`) != 2 {
			t.Error("each thing stands once, with a form of its own")
		}
		webtest.Has(t, page, "also places")
		today := mood.DayOf(h.w.Clock.Now())
		note := func(status int, thing, state string, more ...string) webtest.Reply {
			t.Helper()
			return phone.Post("/my/nourish/moments", status, append([]string{"id", webtest.NewID(t), "thing", thing, "state", state}, more...)...)
		}
		note(http.StatusSeeOther, lake, "there", "day", today.String())
		note(http.StatusSeeOther, calls, "there", "day", (today - 1).String(), "line", "Until eleven")
		note(http.StatusSeeOther, lake, "planned", "day", (today + 3).String(), "from", "10:00", "to", "11:30", "kept", "yes")
		page = phone.Open("/my/nourish")
		webtest.Has(t, page, "Today", "Yesterday", "Until eleven", "Planned", "10:00 to 11:30", "Kept free in your own calendar.", "Let it go")
		moment := regexp.MustCompile(`/my/nourish/moments/([0-9a-f-]{36})`).FindStringSubmatch(page.Body)[1]

		webtest.Has(t, note(http.StatusUnprocessableEntity, lake, "planned", "day", "tomorrow"), "Please choose a day.")
		webtest.Has(t, note(http.StatusUnprocessableEntity, lake, "planned", "day", (today+2).String(), "from", "10:00", "line", "Typed"), "Please give both times", "Typed")
		webtest.Has(t, note(http.StatusUnprocessableEntity, lake, "planned", "day", (today+2).String(), "kept", "yes"), "your calendar has to know")

		webtest.Has(t, desk.Open(h.desk+"/nourish"), "Nora keeps this for themself, or has not begun with it.")
		webtest.HasNot(t, desk.Open(h.desk+"/nourish"), "The lake")
		webtest.Has(t, phone.Open(phone.Post("/my/nourish/show", http.StatusSeeOther, "shown", "yes", "revision", "0").To), "Whoever works with you can read this from now on.")
		page = desk.Open(h.desk + "/nourish")
		webtest.Has(t, page, "The lake", "Calls after nine", "Wears on Nora", "10:00 to 11:30")
		webtest.HasNot(t, page, "Remember something", "Let it go", "Kept free")
		phone.Post("/my/nourish/show", http.StatusSeeOther, "shown", "no", "revision", "1")
		webtest.HasNot(t, desk.Open(h.desk+"/nourish"), "The lake")

		phone.Post("/my/nourish/moments/"+moment, http.StatusSeeOther, "revision", "1", "thing", lake, "day", (today + 3).String(), "from", "10:00", "to", "11:30", "state", "let go")
		webtest.HasNot(t, phone.Open("/my/nourish"), "10:00 to 11:30")

		page = phone.Open("/my/nourish/things/" + lake)
		webtest.Has(t, page, "The lake", "Plan it", "It was there", "Put it away")
		phone.Post("/my/nourish/things/"+lake, http.StatusSeeOther, "revision", "1", "words", "The lake in winter", "side", "nourishes", "kind", "places", "item", "", "do", "away")
		webtest.Has(t, phone.Open("/my/nourish"), "Put away", "The lake in winter")
		clash := phone.Post("/my/nourish/things/"+lake, http.StatusConflict, "revision", "1", "words", "The sea", "side", "nourishes", "item", "")
		webtest.Has(t, clash, "As it stands now", "The lake in winter")
		if !strings.Contains(clash.Body, `value="The sea"`) || !strings.Contains(clash.Body, `name="revision" value="2"`) {
			t.Error("what was typed has gone, or it would clash again")
		}
		webtest.Has(t, phone.Post("/my/nourish/things", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "words", " "), "A word is enough: what is it?")
		phone.Want(http.StatusNotFound, phone.Get("/my/nourish/things/"+webtest.NewID(t)))

		webtest.Has(t, phone.Open("/my/nourish?week="+(today-7).String()), "The week from", "The week after")
		webtest.Has(t, phone.Open("/my/nourish?week=1999-01-01"), "This week")
		h.w.Do(t, func(ctx context.Context) error {
			b, err := h.books.Open(ctx, h.nora, access.ClientRecord(h.nora.ID), today, today)
			if len(b.Things) != 2 {
				t.Errorf("%d things", len(b.Things))
			}
			return err
		})
	})
}
