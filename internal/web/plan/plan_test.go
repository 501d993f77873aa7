package plan_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// filled is the plan's form with the words of one problem.
func filled(t *testing.T, form webtest.Reply, words string) url.Values {
	t.Helper()
	f := webtest.Carried(form)
	f.Set("words-0", words)
	f.Set("own-0", "Small walks, and talking")
	f.Set("because-0", "It is what Nora would like to try")
	f.Set("hypothesis-0-0", "Staying in keeps it alive")
	f.Set("against-0-0", "It was no better on the days outside")
	f.Set("steps-0", "To the corner\r\nTo the shop")
	f.Set("format", "individual")
	f.Set("where", "mixed")
	f.Set("rhythm", "Every Tuesday")
	f.Set("review", "2027-01-19")
	f.Set("do", "keep")
	return f
}

func TestAPlanIsWrittenRevisedWithAReasonAndReadInPlainWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		webtest.Has(t, phone.Open("/my/plan"), "Nothing is written yet, and that is all right")
		webtest.Has(t, desk.Open(h.at("/plan")), "No session needs one", "Write the plan")

		form := desk.Open(h.at("/plan/revise"))
		send := filled(t, form, "Going out has become hard")
		send.Set("against-0-0", "")
		wrong := desk.PostForm(h.at("/plan"), send, http.StatusUnprocessableEntity)
		webtest.Has(t, wrong, "Please say what would speak against it, so that it stays a guess.", "Going out has become hard", "To the shop")
		send = filled(t, form, "Going out has become hard")
		to := desk.PostForm(h.at("/plan"), send, http.StatusSeeOther).To
		desk.PostForm(h.at("/plan"), send, http.StatusSeeOther) // it came twice
		webtest.Has(t, desk.Open(to), "Kept, with its reason.", "Going out has become hard", "Small walks, and talking", "Nora has not signed it.")

		page := phone.Open("/my/plan")
		webtest.Has(t, page, "Going out has become hard", "How you work on it: Small walks, and talking", "Why this way: It is what Nora would like to try",
			"A guess, not a finding", "What would speak against it: It was no better on the days outside", "To the corner", "One to one, sometimes in a room, sometimes by video. Every Tuesday.",
			"Tuesday 19 January 2027", "You have not signed it. There is no hurry, and you need not.", "I sign this plan", "Something does not fit", "A no is enough")
		webtest.HasNot(t, page, "Revise the plan")

		phone.Post("/my/plan/unfit", http.StatusSeeOther, "id", webtest.Hidden(t, page, "id"), "number", "1", "unfit", "")
		phone.Post("/my/plan/sign", http.StatusSeeOther, "number", "1")
		webtest.Has(t, phone.Open("/my/plan?done=signed"), "You signed it today.", "You said today that something does not fit.")
		webtest.Has(t, desk.Open(h.at("/plan")), "Nora signed it today.", "Nora said today that something does not fit.")

		// Twice more, each with a reason.
		for n, why := range []string{"The old worry is back", "She chose the tram herself"} {
			form := desk.Open(h.at("/plan/revise"))
			send := webtest.Carried(form)
			send.Set("words-0", "Going out has become hard")
			send.Set("own-0", []string{"Breathing first", "Small steps by tram"}[n])
			send.Set("because-0", "It is what Nora would like to try")
			send.Set("steps-0", "To the corner")
			send.Set("do", "keep")
			for _, name := range []string{"rhythm", "review", "format", "where"} {
				send.Set(name, filled(t, form, "")[name][0])
			}
			webtest.Has(t, desk.PostForm(h.at("/plan"), send, http.StatusUnprocessableEntity), "Please say why it is revised.")
			send.Set("why", why)
			desk.PostForm(h.at("/plan"), send, http.StatusSeeOther)
		}
		history := phone.Open("/my/plan/history")
		webtest.Has(t, history, "Revision 3", "She chose the tram herself", "Revision 2", "The old worry is back", "The first plan.", "Signed by you today.", "Breathing first")
		compared := phone.Open("/my/plan/history?from=1&to=3")
		webtest.Has(t, compared, "Revision 1 beside revision 3", "Small walks, and talking Small steps by tram", "To the corner; To the shop To the corner")
		webtest.Has(t, phone.Open("/my/plan/history?from=99&to=x"), "Revision 1 beside revision 3")
	})
}

func TestAPlanThatMovesWhileSomebodySignsOrWritesShowsBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		desk.PostForm(h.at("/plan"), filled(t, desk.Open(h.at("/plan/revise")), "Going out"), http.StatusSeeOther)
		late := desk.Open(h.at("/plan/revise")) // a second window
		send := filled(t, desk.Open(h.at("/plan/revise")), "Going out, and sleep")
		send.Set("why", "Sleep came up")
		desk.PostForm(h.at("/plan"), send, http.StatusSeeOther)

		page := phone.Post("/my/plan/sign", http.StatusConflict, "number", "1")
		webtest.Has(t, page, "The plan was revised while you were reading it", "Going out, and sleep", "Sleep came up", "I sign this plan")
		if got := webtest.Hidden(t, page, "number"); got != "2" {
			t.Errorf("the yes is to revision %s", got)
		}

		send = filled(t, late, "Going out with Lea")
		send.Set("why", "From the other window")
		page = desk.PostForm(h.at("/plan"), send, http.StatusConflict)
		webtest.Has(t, page, "Both are here, and nothing is lost", "As it is now", "Going out, and sleep", "What you wrote", "Put mine in its place", "From the other window")
		if !strings.Contains(page.Body, ">\nGoing out with Lea</textarea>") {
			t.Error("what was typed is gone")
		}
		again := filled(t, page, "Going out with Lea")
		again.Set("why", "From the other window")
		desk.PostForm(h.at("/plan"), again, http.StatusSeeOther)
		webtest.Has(t, phone.Open("/my/plan"), "Going out with Lea")
	})
}

func TestTheFormOfAPlanGrowsAndShowsWaysOfWorkingWithoutKeepingAnything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		form := desk.Open(h.at("/plan/revise"))
		send := filled(t, form, "Low for months")
		concern := ""
		for _, part := range strings.Split(form.Body, `<option value="`) {
			if ref, rest, ok := strings.Cut(part, `"`); ok && strings.HasPrefix(ref, "depression@") && strings.Contains(rest, "</option>") {
				concern = ref
			}
		}
		if concern == "" {
			t.Fatal("depression is not among the concerns")
		}
		send.Set("concern-0", concern)
		send.Set("do", "look-0")
		page := desk.PostForm(h.at("/plan"), send, http.StatusOK)
		webtest.Has(t, page, "Low for months", "An approach for:", "More about", "Why this way")
		if !strings.Contains(page.Body, `value="none@1"`) {
			t.Error("none for now is no choice")
		}
		send.Set("do", "more")
		page = desk.PostForm(h.at("/plan"), send, http.StatusOK)
		if !strings.Contains(page.Body, `name="words-1"`) || webtest.Hidden(t, page, "problems") != "2" {
			t.Error("there is no second problem")
		}
		two := webtest.Carried(page)
		for name, v := range send {
			if !two.Has(name) {
				two[name] = v
			}
		}
		two.Set("do", "off-0")
		two.Set("words-1", "The second")
		page = desk.PostForm(h.at("/plan"), two, http.StatusOK)
		if webtest.Hidden(t, page, "problems") != "1" || !strings.Contains(page.Body, ">\nThe second</textarea>") {
			t.Error("the first was not taken off")
		}
		if n := h.w.Count(t, `SELECT count(*) FROM plan`); n != 0 {
			t.Errorf("%d plans were kept", n)
		}

		// What is chosen is kept by its name in the catalogue.
		approach := ""
		for _, o := range strings.Split(desk.PostForm(h.at("/plan"), send, http.StatusOK).Body, `name="approach-0" value="`)[1:] {
			approach, _, _ = strings.Cut(o, `"`)
			break
		}
		send.Set("approach-0", approach)
		send.Set("do", "keep")
		desk.PostForm(h.at("/plan"), send, http.StatusSeeOther)
		a, _ := plan.New(h.w.Door).Library(h.w.Practice).Approach(approach)
		webtest.Has(t, desk.Open(h.at("/plan")), "How you work on it: "+a.Name)
		webtest.Has(t, h.browser(t, h.nora).Open("/my/plan"), "How you work on it: "+a.Plain)
	})
}

func TestStepsAreWalkedFromEitherPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		desk.PostForm(h.at("/plan"), filled(t, desk.Open(h.at("/plan/revise")), "Going out"), http.StatusSeeOther)
		form := phone.Open("/my/plan")
		problem := webtest.Hidden(t, form, "problem")
		phone.Post("/my/plan/steps", http.StatusSeeOther, "id", webtest.NewID(t), "problem", problem, "step", "To the shop", "pace", "I went alone")
		webtest.Has(t, desk.Open(h.at("/plan")), "To the corner walked", "To the shop you are here")
		page := phone.Post("/my/plan/steps", http.StatusConflict, "id", webtest.NewID(t), "problem", problem, "step", "To the moon", "pace", "By rocket")
		webtest.Has(t, page, "not in the plan any more")
		if !strings.Contains(page.Body, `value="By rocket"`) {
			t.Error("what was typed is gone")
		}
	})
}

func TestADetourIsProposedOpenedFollowedAndLedBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		webtest.Has(t, phone.Open("/my/detours"), "Something else is in the way", "part of the way")
		id := webtest.NewID(t)
		wrong := phone.Post("/my/detours", http.StatusUnprocessableEntity, "id", id, "name", "Dad <in> hospital", "reason", "", "from", "2026-11-18")
		webtest.Has(t, wrong, "Please say why the work takes another way.")
		if !strings.Contains(wrong.Body, "Dad &lt;in&gt; hospital") {
			t.Error("what was typed is gone")
		}
		for range 2 {
			phone.Post("/my/detours", http.StatusSeeOther, "id", id, "name", "Dad in hospital", "reason", "I cannot think of trams", "from", "2026-11-18")
		}
		webtest.Has(t, phone.Open("/my/detours?done=inway"), "Something is in the way", "I cannot think of trams", "You decide together")
		webtest.Has(t, desk.Open(h.at("/detours")), "Dad in hospital", "Named by Nora.", "Open it as a detour")

		desk.Post(h.at("/detours"), http.StatusSeeOther, "id", id, "name", "Dad in hospital", "reason", "The hours are for Dad", "from", "2026-11-18")
		webtest.Has(t, phone.Open("/my/detours"), "A detour is open", "The goals stayed here", "The hours are for Dad")
		webtest.Has(t, phone.Open("/my/plan"), "A detour is open: Dad in hospital. The goals stay where they are, and nothing here presses.")
		wrong = phone.Post("/my/detours/"+id+"/notes", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "day", "2026-10-01", "words", "He could speak")
		webtest.Has(t, wrong, "That lies before the detour began.", "He could speak")
		phone.Post("/my/detours/"+id+"/notes", http.StatusSeeOther, "id", webtest.NewID(t), "day", "2026-11-19", "words", "He could speak")
		webtest.Has(t, desk.Open(h.at("/detours")), "He could speak Nora")

		close := h.at("/detours/" + id + "/close")
		wrong = desk.Post(close, http.StatusUnprocessableEntity, "until", "2026-11-19", "stays", "", "changed", "")
		webtest.Has(t, wrong, "Please say in a few words how you go on")
		desk.Post(close, http.StatusSeeOther, "until", "2026-11-19", "stays", "Both goals", "changed", "Slower for a while")
		webtest.Has(t, desk.Post(close, http.StatusConflict, "until", "2026-11-19", "stays", "Another way", "changed", ""), "closed already", "Another way", "Both goals")
		page := phone.Open("/my/detours")
		webtest.Has(t, page, "Walked before", "18 November to 19 November", "What stays: Both goals", "What is different: Slower for a while")
		webtest.HasNot(t, page, "A detour is open")
		webtest.HasNot(t, phone.Open("/my/plan"), "A detour is open")

		other := webtest.NewID(t)
		phone.Post("/my/detours", http.StatusSeeOther, "id", other, "name", "The move", "reason", "Boxes", "from", "2026-11-18")
		desk.Post(h.at("/detours/"+other+"/aside"), http.StatusSeeOther, "why", "It fits in beside the goals")
		webtest.Has(t, phone.Open("/my/detours"), "Set aside", "It fits in beside the goals")
	})
}

func TestBothLookBackAndTheReviewStaysAsItWas(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		desk.PostForm(h.at("/plan"), filled(t, desk.Open(h.at("/plan/revise")), "Going out"), http.StatusSeeOther)
		goal := h.proposed(t, phone, "/my", "Take the tram")
		phone.Post("/my/goals/"+goal+"/rate", http.StatusSeeOther, "id", webtest.NewID(t), "day", "2026-11-19", "value", "3")
		page := phone.Open("/my/review")
		webtest.Has(t, page, "You look back together on Tuesday 19 January 2027. Nothing has to be ready for it.", "Nothing to add", "You said 3.")
		webtest.HasNot(t, page, "Whose work it is", "Keep the review")
		phone.Post("/my/review/words", http.StatusSeeOther, "nth", "1", "revision", "0", "helps", "The small steps", "do", "keep")
		clash := phone.Post("/my/review/words", http.StatusConflict, "nth", "1", "revision", "0", "helps", "From the laptop", "do", "keep")
		webtest.Has(t, clash, "Both are here", "The small steps", "From the laptop")

		page = desk.Open(h.at("/review"))
		webtest.Has(t, page, "What Nora says", "The small steps", "Nora said 3.", "Whose work it is", "Both of you began things.", "A goal proposed, 19 November", "The plan written, 19 November", "What you both found")
		desk.Post(h.at("/review/words"), http.StatusSeeOther, "nth", "1", "revision", "0", "helps", "x", "do", "nothing")
		wrong := desk.Post(h.at("/review"), http.StatusUnprocessableEntity, "nth", "1", "outcome", "go-on", "words", "It carries", "day", "2026-11-19", "next", "")
		webtest.Has(t, wrong, "Please choose a day.", "It carries")
		to := desk.Post(h.at("/review"), http.StatusSeeOther, "nth", "1", "outcome", "revise", "words", "It carries", "day", "2026-11-19", "next", "2027-01-28").To
		webtest.Has(t, desk.Open(to), "The plan is to be revised.", "It carries", "You look again on Thursday 28 January 2027.", "What Nora had said", "Revise the plan")
		clash = desk.Post(h.at("/review"), http.StatusConflict, "nth", "1", "outcome", "go-on", "words", "Another", "day", "2026-11-19", "next", "2027-01-28")
		webtest.Has(t, clash, "This review was kept already", "As it was kept", "It carries", "Another")

		h.w.Clock.Pass(24 * time.Hour)
		phone = h.browser(t, h.nora)
		phone.Post("/my/goals/"+goal+"/rate", http.StatusSeeOther, "id", webtest.NewID(t), "day", "2026-11-20", "value", "8")
		page = phone.Open("/my/review/1")
		webtest.Has(t, page, "You said 3.", "What you had said", "The small steps")
		webtest.HasNot(t, page, "said 8")
		webtest.Has(t, phone.Open("/my/review"), "You said 3 at the last review, and 8 last.", "Reviews before")
		if got := phone.Send(http.MethodGet, "/my/review/2", nil); got.Status != http.StatusNotFound {
			t.Errorf("a review that was not held: %d", got.Status)
		}
	})
}

func TestNobodyElseReachesThePlan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		desk.PostForm(h.at("/plan"), filled(t, desk.Open(h.at("/plan/revise")), "Going out"), http.StatusSeeOther)
		d := plan.Detour{ID: webtest.NewID(t), Name: "The move", From: "2026-11-18", Reason: "Boxes"}
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.plans.OpenDetour(ctx, h.miriam, access.ClientRecord(h.nora.ID), d, time.UTC)
			return err
		})
		other := h.browser(t, h.mallory)
		for _, path := range []string{"/plan", "/plan/history", "/plan/revise", "/detours", "/review", "/review/1"} {
			if got := other.Send(http.MethodGet, h.at(path), nil); got.Status != http.StatusNotFound || strings.Contains(got.Body, "Nora") {
				t.Errorf("GET %s: %d", path, got.Status)
			}
		}
		for path, form := range map[string]url.Values{
			"/plan": filled(t, webtest.Reply{}, "Mine"), "/plan/sign": {"number": {"1"}}, "/plan/unfit": {"number": {"1"}, "id": {webtest.NewID(t)}},
			"/detours": {"id": {webtest.NewID(t)}, "name": {"x"}, "reason": {"x"}, "from": {"2026-11-18"}}, "/detours/" + d.ID + "/close": {"until": {"2026-11-18"}, "stays": {"x"}},
			"/detours/" + d.ID + "/notes": {"id": {webtest.NewID(t)}, "day": {"2026-11-18"}, "words": {"x"}}, "/review/words": {"nth": {"1"}}, "/review": {"nth": {"1"}, "outcome": {"ending"}, "day": {"2026-11-18"}},
		} {
			if got := other.Send(http.MethodPost, h.at(path), form); got.Status != http.StatusNotFound {
				t.Errorf("POST %s: %d", path, got.Status)
			}
		}
	})
}
