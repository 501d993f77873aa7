package note_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/note"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about notes: Miriam treats Nora, Mallory
// does not.
type house struct {
	w       *waytest.World
	browser func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora access.Actor
	record                access.Compartment
	desk                  string // of Nora's pages
	meeting               string // id of a session that was held
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
		s := webtest.New(t, w, "http://localhost", p)
		h := &house{w: w, browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.record, h.desk = access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		s.Serve(web.Options{}, (&pages.Pages{Notes: note.New(w.Door), People: s.People}).Routes())
		h.meeting = webtest.NewID(t)
		w.Do(t, func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, h.miriam, h.record, session.Form{ID: h.meeting, Start: w.Clock.Now().Truncate(time.Minute).Add(time.Hour), Length: 50 * time.Minute})
			return err
		})
		w.Clock.Pass(70 * time.Minute)
		hours := hour.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, err := hours.Begin(ctx, h.miriam, h.record, h.meeting, 50*time.Minute)
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := hours.Keep(ctx, h.miriam, h.record, h.meeting, hour.KeptForm{Decisions: "The lift on Friday", ForClient: "Ring Paul"})
			return err
		})
		w.Clock.Pass(time.Hour)
		f(t, h)
	})
}

func (h *house) note() string { return h.desk + "/sessions/" + h.meeting + "/note" }

// carried is what the form of a note carries, with words in it; only its own fields.
func carried(r webtest.Reply, pairs ...string) url.Values {
	form := webtest.Carried(r)
	for name, values := range form {
		form[name] = values[:1]
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

var script = []string{"Accept", "application/json"}

func TestANoteBeginsWithWhatIsKnownAndIsSignedAndAmended(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		webtest.Has(t, b.Open(h.desk+"/notes"), "Session on Thursday 19 November", "No note.")
		page := b.Open(h.note())
		if !strings.Contains(page.Body, fmt.Sprintf(`maxlength="%d"`, note.MaxText)) {
			t.Error("more than a note holds can be typed in vain")
		}
		webtest.Has(t, page, "This is what is known of the session", "Decided: - The lift on Friday", "Ring Paul (the client)", "Neither Nora nor a manager")
		if n := h.w.Count(t, `SELECT count(*) FROM note`); n != 0 {
			t.Errorf("opening the form kept %d notes", n)
		}

		form := carried(page, "text", "Decided:\n- The lift on Friday\n\n<b>Calm.</b>", "to", "soap", "do", "shape")
		to := b.PostForm(h.desk+"/notes/draft", form, http.StatusSeeOther).To
		if !strings.Contains(to, "done=shape&kept=note-"+h.nora.ID+"-"+h.meeting) {
			t.Errorf("sent on to %s", to)
		}
		soap := b.Open(to)
		webtest.Has(t, soap, "No word was left out", "Subjective", "Decided:", "<b>Calm.</b>", "Draft kept today at")
		if strings.Contains(soap.Body, "<b>Calm") {
			t.Error("what was typed is markup")
		}
		webtest.Has(t, b.Open(h.desk+"/notes"), "You have begun it, today at", "Draft")

		form = carried(b.Open(h.note()), "subjective", "She took the lift.", "plan", "Again on Friday")
		to = b.PostForm(h.desk+"/notes/sign", form, http.StatusSeeOther).To
		b.PostForm(h.desk+"/notes/sign", form, http.StatusSeeOther) // twice
		signed := b.Open(to)
		webtest.Has(t, signed, "Signed. It can be amended", "Signed by Miriam Adler, Thursday 19 November 2026, 11:", "Subjective She took the lift.", "Print", "For Nora to read")
		if to := b.Send(http.MethodGet, h.note(), nil); to.Status != http.StatusSeeOther {
			t.Errorf("a signed note of a session: %d", to.Status)
		}

		path := h.desk + "/notes/" + form.Get("id")
		if !strings.Contains(b.Open(path+"/amend").Body, fmt.Sprintf(`maxlength="%d"`, note.MaxReason)) {
			t.Error("a longer reason than is kept can be typed in vain")
		}
		form = carried(b.Open(path+"/amend"), "subjective", "She took the lift, twice.", "plan", "Again on Friday")
		back := b.PostForm(h.desk+"/notes/sign", form, http.StatusUnprocessableEntity)
		webtest.Has(t, back, "Say in a few words why it is amended", "She took the lift, twice.")
		form.Set("reason", "I forgot the way down")
		b.PostForm(h.desk+"/notes/sign", form, http.StatusSeeOther)
		webtest.Has(t, b.Open(path), "Amended by Miriam Adler", "Why: I forgot the way down", "She took the lift, twice.", "Earlier versions", "She took the lift. Plan")
		webtest.Has(t, b.Open(h.desk+"/notes"), "Amended by you, today at", "I forgot the way down")
	})
}

func TestTheScriptOfTheFormIsAnsweredWithANumberOrWithWhatIsWrong(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := carried(b.Open(h.note()), "text", "One", "nth", "1")
		got := b.PostForm(h.desk+"/notes/draft", form, http.StatusOK, script...)
		if !strings.Contains(got.Body, `"rev":`) || !strings.Contains(got.Body, "Draft kept at 11:") {
			t.Errorf("answered: %s", got.Body)
		}
		form.Set("nth", "2")
		form.Set("text", "One two")
		b.PostForm(h.desk+"/notes/draft", form, http.StatusOK, script...)

		other := carried(b.Open(h.note()), "text", "One three", "nth", "1")
		form.Set("nth", "3")
		form.Set("text", "One two four")
		b.PostForm(h.desk+"/notes/draft", form, http.StatusOK, script...)
		if got = b.PostForm(h.desk+"/notes/draft", other, http.StatusConflict, script...); !strings.Contains(got.Body, "another device") {
			t.Errorf("answered: %s", got.Body)
		}
		both := b.PostForm(h.desk+"/notes/draft", other, http.StatusConflict)
		webtest.Has(t, both, "Somebody was quicker", "As it stands", "You, in another window or on another device, today at", "One two four", "What you wrote here", "One three", "Keep both", "Keep mine in its place", "Leave mine")
		to := b.PostForm(h.desk+"/notes/draft", carried(both, "text", "One three", "do", "both"), http.StatusSeeOther).To
		webtest.Has(t, b.Open(to), "Both texts are in the draft", "One two four", "One three")

		big := carried(b.Open(h.note()), "text", strings.Repeat("word ", 200_000), "nth", "1")
		if got = b.PostForm(h.desk+"/notes/draft", big, http.StatusUnprocessableEntity, script...); !strings.Contains(got.Body, "longer than fits") {
			t.Errorf("answered: %.200s", got.Body)
		}
		if back := b.PostForm(h.desk+"/notes/sign", big, http.StatusUnprocessableEntity); !strings.Contains(back.Body, strings.Repeat("word ", 199_999)) {
			t.Error("a text that is too long does not come back whole")
		}
	})
}

func TestMineIsKeptInItsPlaceOrLeft(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		first := carried(b.Open(h.note()), "text", "From the desk")
		second := carried(b.Open(h.note()), "text", "From the phone") // another id: it was begun twice
		b.PostForm(h.desk+"/notes/draft", first, http.StatusSeeOther)
		both := b.PostForm(h.desk+"/notes/draft", second, http.StatusConflict)
		webtest.Has(t, both, "From the desk", "From the phone")
		if id := webtest.Hidden(t, both, "id"); id != first.Get("id") {
			t.Errorf("the form goes on with %s", id)
		}
		left := b.PostForm(h.desk+"/notes/draft", carried(both, "text", "From the phone", "do", "theirs"), http.StatusSeeOther).To
		webtest.Has(t, b.Open(left), "From the desk")
		b.PostForm(h.desk+"/notes/draft", carried(both, "text", "From the phone", "do", "keep"), http.StatusSeeOther)
		page := b.Open(left)
		webtest.HasNot(t, page, "From the desk")

		// Signed meanwhile: what was written becomes an amendment.
		late := carried(page, "text", "From the phone, and more")
		b.PostForm(h.desk+"/notes/sign", carried(page, "text", "From the phone"), http.StatusSeeOther)
		both = b.PostForm(h.desk+"/notes/sign", late, http.StatusConflict)
		webtest.Has(t, both, "This note was signed meanwhile", "Why it is amended", "From the phone, and more")
		to := b.PostForm(h.desk+"/notes/draft", carried(both, "text", "From the phone, and more", "do", "keep"), http.StatusSeeOther).To
		if !strings.Contains(to, "/amend?done=draft") {
			t.Errorf("sent on to %s", to)
		}
		webtest.Has(t, b.Open(to), "From the phone, and more", "As it is signed")
		webtest.Has(t, b.Open(h.desk+"/notes"), "Amendment begun")
	})
}

func TestADraftIsThrownAwayInTwoSteps(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := carried(b.Open(h.note()), "text", "A sentence")
		b.PostForm(h.desk+"/notes/draft", form, http.StatusSeeOther)
		page := b.Open(h.note())
		webtest.Has(t, page, "Throw this draft away", "gone for good then")
		throw := h.desk + "/notes/" + form.Get("id") + "/throw"
		stale := b.Post(throw, http.StatusConflict, "rev", "1")
		webtest.Has(t, stale, "so nothing was thrown away", "A sentence")
		to := b.PostForm(throw, carried(page), http.StatusSeeOther).To
		webtest.Has(t, b.Open(to), "The draft was thrown away.", "No note.")
		back := b.PostForm(h.desk+"/notes/draft", carried(page, "text", "A sentence, and more"), http.StatusConflict)
		webtest.Has(t, back, "Nothing is kept of this note now.", "A sentence, and more", "Keep mine as a draft")
		b.PostForm(h.desk+"/notes/draft", carried(back, "text", "A sentence, and more", "do", "keep"), http.StatusSeeOther)
		webtest.Has(t, b.Open(h.note()), "A sentence, and more")
	})
}

func TestNotesAreSearchedWithoutWordsInAnAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		b.PostForm(h.desk+"/notes/sign", carried(b.Open(h.note()), "text", "The lift stood still"), http.StatusSeeOther)
		to := b.Post(h.desk+"/notes", http.StatusSeeOther, "id", webtest.NewID(t)).To
		form := carried(b.Open(to), "text", "A call about the stairs")
		b.PostForm(h.desk+"/notes/sign", form, http.StatusSeeOther)
		found := b.Post(h.desk+"/notes/search", http.StatusOK, "words", "LIFT")
		webtest.Has(t, found, "Found", "The lift stood still")
		if strings.Count(found.Body, "A call about") != 1 {
			t.Errorf("the other one stands in the list alone:\n%s", found.Text())
		}
		webtest.Has(t, b.Post(h.desk+"/notes/search", http.StatusOK, "words", "train"), "Nothing with these words.")
		webtest.Has(t, b.Post(h.desk+"/notes/search", http.StatusUnprocessableEntity, "words", strings.Repeat("x", 200)), "longer than fits")
		webtest.Has(t, b.Open(h.desk+"/notes"), "Note of Thursday 19 November", "Session on Thursday 19 November")
	})
}

func TestASummaryIsSharedAndTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := carried(b.Open(h.note()), "text", "The lift stood still")
		b.PostForm(h.desk+"/notes/sign", form, http.StatusSeeOther)
		path := h.desk + "/notes/" + form.Get("id")
		webtest.Has(t, b.Open(path), "Write a summary", "Nothing of the note is shown with it.")
		to := b.Post(path+"/share", http.StatusSeeOther, "revision", "0", "summary", "You took the lift.").To
		webtest.Has(t, b.Open(to), "Shared. It stands among their sessions", "Shared by you, today at", "You took the lift.", "Take it back", "What was read was read.")
		both := b.Post(path+"/share", http.StatusConflict, "revision", "0", "summary", "Something else")
		webtest.Has(t, both, "As it is now", "You took the lift.", "Something else")
		to = b.Post(path+"/share", http.StatusSeeOther, "revision", "1", "do", "back").To
		webtest.Has(t, b.Open(to), "Taken back. What was read was read.", "Write a summary")
	})
}

func TestAColleagueFindsNoNotes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		miriam, b := h.browser(t, h.miriam), h.browser(t, h.mallory)
		form := carried(miriam.Open(h.note()), "text", "The lift")
		miriam.PostForm(h.desk+"/notes/draft", form, http.StatusSeeOther)
		h.w.Grant(t, h.mallory, h.record, access.Emergency)
		for _, path := range []string{"/notes", "/notes/" + form.Get("id"), "/notes/" + form.Get("id") + "/amend", "/sessions/" + h.meeting + "/note"} {
			if got := b.Send(http.MethodGet, h.desk+path, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
		for _, path := range []string{"/notes", "/notes/search", "/notes/draft", "/notes/sign", "/notes/" + form.Get("id") + "/throw", "/notes/" + form.Get("id") + "/share"} {
			b.PostForm(h.desk+path, form, http.StatusNotFound)
		}
		phone := h.browser(t, h.nora)
		if got := phone.Send(http.MethodGet, h.desk+"/notes", nil); got.Status != http.StatusNotFound {
			t.Errorf("the client: %d", got.Status)
		}
	})
}
