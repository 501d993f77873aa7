package reflect_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/brief"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/reflect"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/reflect"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const hostile = `<script>alert(1)</script> & "so"`

// A house is one practice with these pages: Miriam treats Nora, Mallory does not.
type house struct {
	w       *waytest.World
	ss      *session.Sessions
	hs      *hour.Hours
	ms      *measure.Measures
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
		h := &house{w: w, ss: session.New(w.Door), hs: hour.New(w.Door), browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.record, h.desk = access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		h.ms = measure.New(w.Door, instrument.NewShelf(w.Door))
		s.Serve(web.Options{}, (&pages.Pages{
			People: s.People, Briefs: brief.New(w.Door, h.ms), Reflections: reflect.New(w.Door), Measures: h.ms, Alliances: alliance.New(w.Door),
		}).Routes())
		f(t, h)
	})
}

// held holds a session of which something is kept, and returns its id.
func (h *house) held(t *testing.T, kept hour.KeptForm, work hour.WorkForm) string {
	t.Helper()
	id := webtest.NewID(t)
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.ss.Plan(ctx, h.miriam, h.record, session.Form{ID: id, Start: h.w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
		return err
	})
	h.w.Clock.Pass(2 * time.Minute)
	for _, do := range []func(ctx context.Context) error{
		func(ctx context.Context) error {
			_, err := h.hs.Begin(ctx, h.miriam, h.record, id, 50*time.Minute)
			return err
		},
		func(ctx context.Context) error {
			_, err := h.hs.Keep(ctx, h.miriam, h.record, id, kept)
			return err
		},
		func(ctx context.Context) error {
			_, err := h.hs.Mean(ctx, h.miriam, h.record, id, work)
			return err
		},
		func(ctx context.Context) error { _, err := h.hs.End(ctx, h.miriam, h.record, id); return err },
	} {
		h.w.Do(t, do)
	}
	h.w.Clock.Pass(time.Hour)
	return id
}

func TestTheBriefSaysWhatIsNewAndWhatWasLeft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		webtest.Has(t, desk.Open(h.desk+"/brief"), "Nothing has come since then.", "Nothing is waiting. Leave room.")
		h.held(t, hour.KeptForm{Open: hostile, ForClient: "Walk once", ForClinician: "Send it", Calm: "The river"}, hour.WorkForm{Instead: "We laughed"})
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.hs.Bring(ctx, h.nora, h.record, hour.ItemForm{ID: webtest.NewID(t), Text: "The stairs", Hard: true})
			return err
		})
		desk = h.browser(t, h.miriam) // an hour has passed
		page := desk.Open(h.desk + "/brief")
		webtest.Has(t, page, "Before the session", "Something for the session only.", "Walk once", "A next step of Nora’s", "A next step of yours", "Was left open",
			"Nora left with this", "Happened instead of what was planned", `<script>alert(1)</script> & "so"`)
		if strings.Contains(page.Body, "<script>alert") {
			t.Error("what was typed runs")
		}
		webtest.HasNot(t, page, "The stairs")
		for _, at := range []string{"/brief", "/balance"} {
			if got := h.browser(t, h.mallory).Send(http.MethodGet, h.desk+at, nil); got.Status != http.StatusNotFound {
				t.Errorf("somebody else opens %s: %d", at, got.Status)
			}
		}
	})
}

func TestTheBriefSaysFirstThatTheQuestionAboutDangerWasSkipped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phq, _ := instrument.Lookup("phq-9", "")
		for range 2 { // the second is half empty as well
			chosen := instrument.Answers{}
			for _, it := range phq.Items[:4] {
				chosen[it.ID] = &it.Answers[1].Value
			}
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.ms.Give(ctx, h.nora, h.record, measure.Answer{ID: webtest.NewID(t), Instrument: phq.ID, Version: phq.Version, Items: chosen})
				return err
			})
			webtest.Has(t, h.browser(t, h.miriam).Open(h.desk+"/brief"), "Worth asking about", "The question about danger was skipped today, so it is unknown. Answered today, too few answers for a score.")
			h.w.Clock.Pass(24 * time.Hour)
		}
	})
}

func TestTheBriefSaysWhatBecameHarderSinceLastTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phq, _ := instrument.Lookup("phq-9", "")
		for _, each := range []int{2, 0, 1} { // 16, 0 and 8 of 27: better than at first
			chosen := instrument.Answers{}
			for i, it := range phq.Items {
				chosen[it.ID] = &it.Answers[min(each, 8-i)].Value
			}
			h.w.Do(t, func(ctx context.Context) error {
				_, err := h.ms.Give(ctx, h.nora, h.record, measure.Answer{ID: webtest.NewID(t), Instrument: phq.ID, Version: phq.Version, Items: chosen})
				return err
			})
			h.w.Clock.Pass(7 * 24 * time.Hour)
		}
		webtest.Has(t, h.browser(t, h.miriam).Open(h.desk+"/brief"), "PHQ-9 Worth asking about", "8, was 0: worse than last time by more than its wobble.")
	})
}

func TestAMinuteIsKeptChangedAndLetGoOf(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		at := h.desk + "/sessions/" + h.held(t, hour.KeptForm{}, hour.WorkForm{}) + "/minute"
		desk := h.browser(t, h.miriam)
		page := desk.Open(at)
		webtest.Has(t, page, "Only you read this", "After the session with Nora", "Not this time", "Lighter than before")
		prompt := webtest.Hidden(t, page, "prompt")
		if other := webtest.Hidden(t, desk.Open(at+"?other=1"), "prompt"); other == prompt {
			t.Error("another question is the same")
		}
		id := webtest.NewID(t)
		webtest.Has(t, desk.Post(at, http.StatusUnprocessableEntity, "id", id, "prompt", prompt, "text", " ", "do", "keep"), "A word is enough")
		long := strings.Repeat("x", reflect.MaxText+1)
		webtest.Has(t, desk.Post(at, http.StatusUnprocessableEntity, "id", id, "prompt", prompt, "text", long, "do", "keep"), long)
		for range 2 {
			to := desk.Post(at, http.StatusSeeOther, "id", id, "prompt", prompt, "text", hostile, "leaving", "heavier", "do", "keep").To
			webtest.Has(t, desk.Open(to), "Kept, for you alone.", "Written after this session", "Heavier than before.")
		}
		own := desk.Open("/reflections")
		webtest.Has(t, own, "To sit with this week", hostile, "after a session with Nora")
		if n := strings.Count(own.Body, "Change this or let go of it"); n != 1 {
			t.Errorf("it is there %d times", n)
		}
		one := "/reflections/" + strings.SplitN(strings.SplitN(own.Body, `href="/reflections/`, 2)[1], `"`, 2)[0]
		full := strings.Repeat("\u5fc3", reflect.MaxText) // what a browser lets somebody type is kept, in any script
		desk.Post(one, http.StatusSeeOther, "revision", "1", "text", full)
		webtest.Has(t, desk.Open(one), full)
		webtest.Has(t, desk.Post(one, http.StatusUnprocessableEntity, "revision", "2", "text", full+"\u5fc3"), "at most 4000 characters")
		desk.Post(one, http.StatusSeeOther, "revision", "2", "text", "Lighter now")
		webtest.Has(t, desk.Post(one, http.StatusConflict, "revision", "2", "text", "From another device"), "As it is kept now", "Lighter now", "From another device")
		for _, path := range []string{one, at} {
			if got := h.browser(t, h.mallory).Send(http.MethodGet, path, nil); got.Status != http.StatusNotFound {
				t.Errorf("somebody else opens %s: %d", path, got.Status)
			}
		}
		desk.Post(one+"/drop", http.StatusSeeOther)
		webtest.Has(t, desk.Open("/reflections?done=dropped"), "Let go.", "Nothing yet. After a session")
		week := desk.Open("/reflections")
		desk.Post("/reflections", http.StatusSeeOther, "id", webtest.Hidden(t, week, "id"), "prompt", webtest.Hidden(t, week, "prompt"), "text", "Wednesdays")
		webtest.Has(t, desk.Open("/reflections"), "Wednesdays")
	})
}

func TestWhoseWorkItHasBeenIsSaidCalmlyAndPutAside(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		webtest.Has(t, desk.Open(h.desk+"/balance"), "Nothing was brought or taken on", "No tool was brought in.")
		for i := range 3 {
			h.held(t, hour.KeptForm{ForClinician: "One thing\nAnother\nA third"}, hour.WorkForm{Tools: []hour.Tool{{Name: fmt.Sprintf("A list, %d", i), Use: hour.Used}, {Name: "Letter", Use: hour.LetGo}}})
		}
		desk = h.browser(t, h.miriam)
		page := desk.Open(h.desk + "/balance")
		webtest.Has(t, page, "Lately most of what was brought and taken on came from you", "Next steps taken on", "nine", "none", "Six tools were brought in: three used, three let go.",
			"Let go three times.", brief.TheQuestion, "Put this aside for four weeks")
		webtest.Has(t, desk.Open("/balance"), "Nora Whitfield", "Mostly from you")
		webtest.Has(t, desk.Open(h.desk+"/brief"), "To wonder about")
		desk.Post(h.desk+"/balance/aside", http.StatusSeeOther)
		webtest.Has(t, desk.Open(h.desk+"/balance"), "You have put this aside until")
		webtest.HasNot(t, desk.Open("/balance"), "Mostly from you")
		desk.Post(h.desk+"/balance/aside", http.StatusSeeOther, "do", "again")
		webtest.Has(t, desk.Open("/balance"), "Mostly from you")
	})
}
