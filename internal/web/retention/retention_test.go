package retention_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/retention"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

var (
	newID  = webtest.NewID
	hidden = webtest.Hidden
	has    = webtest.Has
	hasNot = webtest.HasNot
)

// A house is a practice in Germany: Otto manages, Miriam treats Nora, Sven is a colleague.
type house struct {
	site    *webtest.Site
	w       *waytest.World
	endings *retention.Endings

	otto, miriam, sven, nora access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "DE", TimeZone: "Europe/Berlin"})
		h := &house{site: s, w: w, endings: retention.New(w.Door, s.People)}
		h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.sven = s.Join(t, s.Operator(), "Sven Holm", "sven@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		s.Serve(web.Options{}, (&pages.Pages{Endings: h.endings, People: s.People}).Routes())
		f(t, h)
	})
}

func (h *house) browser(t *testing.T, who access.Actor) *webtest.Browser {
	return h.site.Browser(t, who)
}

func TestARuleProposesTheLawAndSaysWhereItComesFrom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		page := b.Open("/records/rule")
		has(t, page, "No time was set yet", "ten years after the treatment ended", "§ 630f (3) BGB", "Ask your own counsel")
		if got := page.Body; !strings.Contains(got, `value="10"`) {
			t.Error("ten years are not proposed")
		}
		wrong := b.Post("/records/rule", http.StatusUnprocessableEntity, "revision", "0", "years", "7", "until", "25", "why", "")
		has(t, wrong, "That is shorter than the law")
		b.Post("/records/rule", http.StatusUnprocessableEntity, "revision", "0", "years", "ten")
		if to := b.Post("/records/rule", http.StatusSeeOther, "revision", "0", "years", "10", "until", "25").To; to != "/records?done=set" {
			t.Errorf("sent to %q", to)
		}
		b.Post("/records/rule", http.StatusConflict, "revision", "0", "years", "30")
		has(t, b.Open("/records"), "Records are kept for ten years", "until they are 25", "One record is kept here")
		h.w.Clock.Pass(6 * time.Minute)
		if to := b.Send(http.MethodGet, "/records/rule", nil).To; to != "/step-up?to=%2Frecords%2Frule" {
			t.Errorf("with an old sign-in: sent to %q", to)
		}
	})
}

func TestAClientAsksAndIsAnsweredAndNothingIsErasedWhileItIsHeld(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		nora := h.browser(t, h.nora)
		page := nora.Open("/my/record/end")
		has(t, page, "has not set here for how long", "need not say why", "Take it along first")
		nora.Post("/my/record/end", http.StatusSeeOther, "id", hidden(t, page, "id"), "words", "I would like <b>all</b> of it gone.")
		asked := nora.Open("/my/record/end")
		has(t, asked, "You asked on 19 November 2026", "I would like <b>all</b> of it gone.", "Take it back")

		otto := h.browser(t, h.otto)
		has(t, otto.Open("/records"), "Who asked to be erased", "Nora Whitfield", "Asked on 19 November 2026")
		standing := otto.Open("/records/" + h.nora.ID)
		has(t, standing, "I would like <b>all</b> of it gone.", "Why it stays")
		otto.Post("/records/"+h.nora.ID+"/answer", http.StatusUnprocessableEntity, "wish", hidden(t, standing, "wish"), "answer", "")
		otto.Post("/records/"+h.nora.ID+"/answer", http.StatusSeeOther, "wish", hidden(t, standing, "wish"), "answer", "We must keep it until 2036.")
		has(t, nora.Open("/my/record/end"), "The practice answered on 19 November 2026", "We must keep it until 2036.", "Ask for it")

		miriam := h.browser(t, h.miriam)
		end := "/clients/" + h.nora.ID + "/end"
		miriam.Post(end+"/hold", http.StatusUnprocessableEntity, "id", newID(t), "reason", " ")
		miriam.Post(end+"/hold", http.StatusSeeOther, "id", newID(t), "reason", "A complaint is being looked into.")
		has(t, miriam.Open(end), "A complaint is being looked into.", "Since 19 November 2026, by Miriam Adler")
		has(t, otto.Open("/records"), "What is held", "Nora Whitfield")
		has(t, nora.Open("/my/record/end"), "has a reason to keep yours for now")
		hasNot(t, nora.Open("/my/record/end"), "complaint")
		path := "/people/" + h.nora.ID + "/erase"
		has(t, otto.Open(path), "Something holds this record")
		has(t, otto.Post(path, http.StatusConflict, "id", newID(t), "name", "Nora Whitfield", "reason", "wish", "words", "x"), "Nothing has been erased")
		var hold string
		h.w.Do(t, func(ctx context.Context) error {
			s, _, err := h.endings.Standing(ctx, h.otto, h.nora.ID)
			if err == nil {
				hold = s.Holds[0].ID
			}
			return err
		})
		otto.Post("/records/"+h.nora.ID+"/hold/"+hold+"/release", http.StatusSeeOther)
		hasNot(t, otto.Open("/records"), "What is held")
	})
}

func TestTheSecondLookNamesWhatIsPlannedAndAsksWhatBecomesOfIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sessions := session.New(h.w.Door)
		for n := range 7 {
			h.w.Do(t, func(ctx context.Context) error {
				_, err := sessions.Plan(ctx, h.miriam, access.ClientRecord(h.nora.ID), session.Form{ID: newID(t), Start: h.w.Clock.Now().Add(time.Duration(n+1) * 24 * time.Hour), Length: 50 * time.Minute})
				return err
			})
		}
		b := h.browser(t, h.otto)
		path := "/people/" + h.nora.ID + "/erase"
		page := b.Open(path)
		first := h.w.Clock.Now().Add(24 * time.Hour).In(must(time.LoadLocation("Europe/Berlin")))
		has(t, page, "Sessions with them are planned.", first.Format("Monday 2 January, 15:04"), "With Miriam Adler", "And two further", "Cancel these sessions with it")
		id := hidden(t, page, "id")
		asked := b.Post(path, http.StatusUnprocessableEntity, "id", id, "name", "Nora Whitfield", "reason", "other", "words", "Asked by letter")
		has(t, asked, "A session is planned still.", "Nothing has been erased.", "Asked by letter")
		wrong := b.Post(path, http.StatusUnprocessableEntity, "id", id, "name", "Nora", "reason", "other", "words", "x", "sessions", "yes")
		if !regexp.MustCompile(`name="sessions" value="yes"[^>]* checked`).MatchString(wrong.Body) {
			t.Error("what was ticked is lost")
		}
		b.Post(path, http.StatusSeeOther, "id", id, "name", "Nora Whitfield", "reason", "other", "words", "Asked by letter", "sessions", "yes")
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestAClientIsErasedOnlyWithTheNameTypedAndGetsACertificate(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		path := "/people/" + h.nora.ID + "/erase"
		form := b.Open(path)
		has(t, form, "What goes", "What stays", "Type the name", "Another reason")
		hasNot(t, form, "The time of keeping is over")
		id := hidden(t, form, "id")
		has(t, b.Post(path, http.StatusUnprocessableEntity, "id", id, "name", "Nora", "reason", "other", "words", "Asked by letter"), "Nothing has been erased.", "Asked by letter")
		has(t, b.Post(path, http.StatusUnprocessableEntity, "id", id, "name", "Nora Whitfield", "reason", "other", "words", ""), "Write down why it may end now")
		h.w.Clock.Pass(6 * time.Minute)
		if got := b.Send(http.MethodPost, path, map[string][]string{"id": {id}, "name": {"Nora Whitfield"}, "reason": {"other"}, "words": {"x"}}).Status; got != http.StatusForbidden {
			t.Errorf("with an old sign-in: got %d, want 403", got)
		}
		b = h.browser(t, h.otto)
		for range 2 { // twice is once
			if to := b.Post(path, http.StatusSeeOther, "id", id, "name", "Nora Whitfield", "reason", "other", "words", "Asked by letter").To; to != "/certificates/"+id+"?done=erased" {
				t.Errorf("sent to %q", to)
			}
		}
		page := b.Open("/certificates/" + id)
		has(t, page, "Linden House", "Otto Keller", "Asked by letter", "Waymark erasure certificate", "Another reason, which the practice wrote down", "waymark audit verify --certificate FILE")
		hasNot(t, page, "Nora")
		file := b.Send(http.MethodGet, "/certificates/"+id+"/certificate.txt", nil)
		if c, err := retention.ReadCertificate(file.Body); err != nil || c.Client != h.nora.ID || len(c.Records) != 3 {
			t.Errorf("the file: %v, %+v", err, c)
		}
		has(t, b.Open("/certificates"), "Another reason")
		for _, at := range []string{"/records/" + h.nora.ID, path} {
			if got := b.Send(http.MethodGet, at, nil).Status; got != http.StatusNotFound {
				t.Errorf("%s afterwards: got %d, want 404", at, got)
			}
		}
		for _, at := range []string{"/people/" + h.miriam.ID + "/erase", "/records/" + h.miriam.ID} {
			if got := b.Send(http.MethodGet, at, nil).Status; got != http.StatusNotFound {
				t.Errorf("a colleague at %s: got %d, want 404", at, got)
			}
		}
		if got := b.Send(http.MethodPost, "/people/"+h.miriam.ID+"/erase", map[string][]string{"id": {newID(t)}, "name": {"Miriam Adler"}, "reason": {"other"}, "words": {"x"}}).Status; got != http.StatusNotFound {
			t.Errorf("erasing a colleague: got %d, want 404", got)
		}
	})
}

func TestARecordIsClosedByWhoeverTreatsTheClient(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		miriam := h.browser(t, h.miriam)
		end := "/clients/" + h.nora.ID + "/end"
		form := miriam.Open(end)
		has(t, form, "Closing the record", "Nora can still sign in", "No time of keeping was set")
		miriam.Post(end, http.StatusUnprocessableEntity, "id", newID(t), "revision", "0", "do", "close", "born", "never")
		miriam.Post(end, http.StatusSeeOther, "id", newID(t), "revision", "0", "do", "close", "born", "2012-08-09")
		has(t, miriam.Open(end), "It is closed", "Closed on 19 November 2026")
		miriam.Post(end, http.StatusSeeOther, "id", newID(t), "revision", "1", "do", "open")
		has(t, miriam.Open(end), "Closing the record", "Close the record")
		sven := h.browser(t, h.sven)
		if got := sven.Send(http.MethodGet, end, nil).Status; got != http.StatusNotFound {
			t.Errorf("a colleague: got %d, want 404", got)
		}
		for _, at := range []string{"/records", "/records/rule", "/certificates", "/records/" + h.nora.ID} {
			if got := h.site.Nobody(t).Send(http.MethodGet, at, nil); got.Status == http.StatusOK {
				t.Errorf("unsigned at %s: %d", at, got.Status)
			}
			if got := sven.Send(http.MethodGet, at, nil).Status; got == http.StatusOK {
				t.Errorf("a clinician at %s: %d", at, got)
			}
		}
	})
}
