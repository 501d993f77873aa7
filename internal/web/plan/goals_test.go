package plan_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

// proposed has Nora propose a goal, and returns its id.
func (h *house) proposed(t *testing.T, b *webtest.Browser, base, words string) string {
	t.Helper()
	form := b.Open(base + "/goals/new")
	id := webtest.Hidden(t, form, "id")
	b.Post(base+"/goals", http.StatusSeeOther, "id", id, "words", words, "know", "It happens on a Tuesday", "low", "not at all", "high", "as if it were nothing")
	return id
}

var links = regexp.MustCompile(`href="([^"]*)"`)

func TestAGoalIsProposedOnOnePageAndAgreedOnTheOther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		page := phone.Open("/my/goals")
		webtest.Has(t, page, "What you are working towards", "The life you want", "One goal is enough to begin with")
		id := h.proposed(t, phone, "/my", "Go out without planning the way back")
		page = phone.Open("/my/goals?done=proposed")
		webtest.Has(t, page, "Go out without planning the way back", "Proposed by you today.", "How you will both know: It happens on a Tuesday")
		webtest.HasNot(t, page, "I agree to these words")

		page = desk.Open(h.at("/goals"))
		webtest.Has(t, page, "Waits for your word", "Proposed by Nora today.", "I agree to these words")
		reply := desk.Post(h.at("/goals/"+id+"/agree"), http.StatusSeeOther, "revision", "1")
		webtest.Has(t, desk.Open(reply.To), "Agreed by both today.", "You both stand for these words now")
		webtest.Has(t, phone.Open("/my/goals"), "Agreed by both today.")
		webtest.Has(t, phone.Open("/my/goals/"+id), "0 is “not at all”, 10 is “as if it were nothing”.", "Change the words")
		desk.Post(h.at("/goals/"+id+"/agree"), http.StatusSeeOther, "revision", "1") // twice
	})
}

func TestASignatureThatCrossesAnEditShowsBothWordings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		id := h.proposed(t, phone, "/my", "Sleep")
		edit := phone.Open("/my/goals/" + id + "/change")

		// Miriam agrees to what Nora words anew.
		phone.Post("/my/goals/"+id+"/change", http.StatusSeeOther, "revision", webtest.Hidden(t, edit, "revision"), "signs", webtest.Hidden(t, edit, "signs"),
			"words", "Sleep through most nights", "know", "Five nights of seven")
		page := desk.Post(h.at("/goals/"+id+"/agree"), http.StatusConflict, "revision", "1")
		webtest.Has(t, page, "Both wordings", "Sleep through most nights", "As it is now", "What you were looking at", "I agree to these words", "Propose the earlier words again")
		if !strings.Contains(page.Body, ">\nSleep</textarea>") {
			t.Error("what was looked at is not in the form")
		}
		if got := webtest.Hidden(t, page, "revision"); got != "2" {
			t.Errorf("the yes is to revision %s", got)
		}
		desk.Post(h.at("/goals/"+id+"/agree"), http.StatusSeeOther, "revision", "2")

		// Nora words anew what Miriam agrees to.
		phone.Post("/my/goals/"+id+"/change", http.StatusSeeOther, "revision", "2", "signs", "2", "words", "Sleep well", "know", "I wake rested")
		late := url.Values{"revision": {"3"}, "signs": {"1"}, "words": {"Sleep like Lea"}, "know": {"Lea says so"}}
		desk.Post(h.at("/goals/"+id+"/agree"), http.StatusSeeOther, "revision", "3")
		page = phone.PostForm("/my/goals/"+id+"/change", late, http.StatusConflict)
		webtest.Has(t, page, "The wording from before was agreed to while you were writing", "As it is now", "Sleep well", "What you wrote", "Sleep like Lea", "Lea says so", "Propose mine all the same")
		again := webtest.Carried(page)
		again.Set("words", "Sleep like Lea")
		again.Set("know", "Lea says so")
		phone.PostForm("/my/goals/"+id+"/change", again, http.StatusSeeOther)
		page = phone.Open("/my/goals/" + id)
		webtest.Has(t, page, "Sleep well", "New words are proposed", "Sleep like Lea", "Earlier words", "Sleep through most nights")
	})
}

func TestAFourthGoalIsRefusedWithWhatToDo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		form := phone.Open("/my/goals/new") // before there are three
		var one string
		for _, words := range []string{"One", "Two", "Three"} {
			one = h.proposed(t, phone, "/my", words)
		}
		page := phone.Post("/my/goals", http.StatusConflict, "id", webtest.Hidden(t, form, "id"), "words", "Four", "know", "Somehow")
		webtest.Has(t, page, "There are three goals at the moment", "Four", "Somehow")
		page = phone.Open("/my/goals")
		webtest.Has(t, page, "Three goals are as many as go well together")
		webtest.HasNot(t, page, "Write another goal")

		form = phone.Open("/my/goals/new?replaces=" + one)
		webtest.Has(t, form, "It will stand in the place of “Three”")
		send := webtest.Carried(form)
		send.Set("words", "Four")
		send.Set("know", "Somehow")
		webtest.Has(t, phone.PostForm("/my/goals", send, http.StatusUnprocessableEntity), "Please say why another goal")
		send.Set("why", "Three was my mother’s")
		phone.PostForm("/my/goals", send, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/my/goals"), "In the place of “Three”")
	})
}

func TestANumberIsGivenByTheClientOrInTheSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		id := h.proposed(t, phone, "/my", "Go out")
		page := phone.Open("/my/goals/" + id)
		send := url.Values{"id": {webtest.NewID(t)}, "day": {h.w.Clock.Now().Format(time.DateOnly)}}
		back := phone.PostForm("/my/goals/"+id+"/rate", send, http.StatusUnprocessableEntity)
		webtest.Has(t, back, "Please choose a number from 0 to 10, or leave it for another day.")
		webtest.Has(t, page, "not at all", "as if it were nothing")
		send.Set("value", "4")
		phone.PostForm("/my/goals/"+id+"/rate", send, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/my/goals"), "You said 4 of 10, 19 November.")

		page = desk.Open(h.at("/goals/" + id))
		webtest.Has(t, page, "Nora said 4 of 10", "Who said it", "You found it together")
		in := url.Values{"id": {webtest.NewID(t)}, "day": send["day"], "value": {"6"}}
		webtest.Has(t, desk.PostForm(h.at("/goals/"+id+"/rate"), in, http.StatusUnprocessableEntity), "Please say whose number it is.")
		in.Set("voice", "both")
		desk.PostForm(h.at("/goals/"+id+"/rate"), in, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/my/goals/"+id), "Together you found 6 of 10", "6, said in the session by both, before that 4")
	})
}

func TestMilestonesAndTheWholeGoalAreKeptWithDaysAndReasons(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		id := h.proposed(t, phone, "/my", "Go out")
		phone.Post("/my/goals/"+id+"/milestones", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "words", " ")
		stone := webtest.NewID(t)
		phone.Post("/my/goals/"+id+"/milestones", http.StatusSeeOther, "id", stone, "words", "Three stops by tram")
		page := desk.Post(h.at("/goals/"+id+"/milestones/"+stone), http.StatusUnprocessableEntity, "id", webtest.NewID(t), "day", "2030-01-01", "note", "And back again")
		if !strings.Contains(page.Body, `value="And back again"`) {
			t.Error("what was typed is gone")
		}
		desk.Post(h.at("/goals/"+id+"/milestones/"+stone), http.StatusSeeOther, "id", webtest.NewID(t), "day", "2026-11-18", "note", "And back again")
		webtest.Has(t, phone.Open("/my/goals"), "Last milestone: Three stops by tram, 18 November")
		phone.Post("/my/goals/"+id+"/milestones/"+stone, http.StatusSeeOther, "id", webtest.NewID(t), "do", "unreach")
		phone.Post("/my/goals/"+id+"/milestones/"+stone, http.StatusSeeOther, "id", webtest.NewID(t), "do", "drop")
		webtest.HasNot(t, phone.Open("/my/goals/"+id), "Three stops")

		page = phone.Post("/my/goals/"+id+"/retire", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "as", "arrived")
		webtest.Has(t, page, "Please say why, in a line.")
		phone.Post("/my/goals/"+id+"/retire", http.StatusSeeOther, "id", webtest.NewID(t), "as", "arrived", "reason", "I just go now")
		page = desk.Open(h.at("/goals"))
		webtest.Has(t, page, "Goals from before", "Reached. Retired by Nora today.")
		webtest.Has(t, desk.Open(h.at("/goals/"+id)), "I just go now", "Take it up again")
		desk.Post(h.at("/goals/"+id+"/reopen"), http.StatusSeeOther, "id", webtest.NewID(t), "reason", "Winter")
		webtest.Has(t, phone.Open("/my/goals/"+id), "Taken up again by Miriam today.", "Winter", "Retire this goal")
	})
}

func TestTheLifeTheClientWantsIsShownAboveAndNothingOfItIsLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		phone.Post("/my/goals/vision", http.StatusSeeOther, "revision", "0", "vision", "A kitchen full of people.\n\n<b>And a garden.</b>")
		page := desk.Open(h.at("/goals"))
		webtest.Has(t, page, "The life Nora wants", "A kitchen full of people.", "<b>And a garden.</b>", "Written by Nora today.")
		clash := desk.Post(h.at("/goals/vision"), http.StatusConflict, "revision", "0", "vision", "A quiet house")
		webtest.Has(t, clash, "As it is kept now", "A kitchen full of people.", "A quiet house", "Put this in its place")
		desk.Post(h.at("/goals/vision"), http.StatusSeeOther, "revision", webtest.Hidden(t, clash, "revision"), "vision", "A quiet house")
		webtest.Has(t, phone.Open("/my/goals/vision"), "A quiet house", "As it was worded before", "A kitchen full of people.")
		phone.Post("/my/goals/vision", http.StatusUnprocessableEntity, "revision", "2", "vision", strings.Repeat("a", 5000))
	})
}

func TestOthersFindNothingAboutGoals(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, other := h.browser(t, h.nora), h.browser(t, h.mallory)
		id := h.proposed(t, phone, "/my", "Go out")
		for _, path := range []string{"/goals", "/goals/vision", "/goals/new", "/goals/" + id, "/goals/" + id + "/change"} {
			if r := other.Send(http.MethodGet, h.at(path), nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: got %d", path, r.Status)
			}
			if r := other.Send(http.MethodGet, "/my"+path, nil); r.Status == http.StatusOK {
				t.Errorf("/my%s for a clinician: got %d", path, r.Status)
			}
			if r := phone.Send(http.MethodGet, h.at(path), nil); r.Status == http.StatusOK {
				t.Errorf("%s for the client: got %d", path, r.Status)
			}
		}
		for _, path := range []string{"/agree", "/change", "/rate", "/milestones", "/milestones/" + id, "/retire", "/reopen"} {
			form := url.Values{"id": {webtest.NewID(t)}, "revision": {"1"}, "signs": {"1"}, "words": {"Mine"}, "know": {"Mine"}, "as": {"let-go"}, "reason": {"No"}, "value": {"1"}, "voice": {"both"}, "day": {"2026-11-19"}}
			if r := other.Send(http.MethodPost, h.at("/goals/"+id+path), form); r.Status != http.StatusNotFound {
				t.Errorf("%s: got %d", path, r.Status)
			}
		}
		if n := h.w.Count(t, `SELECT count(*) FROM goal`); n != 1 {
			t.Errorf("goals: got %d", n)
		}
	})
}

func TestEveryLinkOnTheGoalsPagesLeadsSomewhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		id := h.proposed(t, phone, "/my", "Go out")
		for _, from := range []string{"/my/goals", "/my/goals/" + id} {
			for _, m := range links.FindAllStringSubmatch(phone.Open(from).Body, -1) {
				if to, _, _ := strings.Cut(m[1], "#"); strings.HasPrefix(to, "/my/goals") {
					phone.Open(to)
				}
			}
		}
	})
}
