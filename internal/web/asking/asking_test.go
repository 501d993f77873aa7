package asking_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestAskingSaysWhatWillHappen(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7")
		h.give(t, a)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.measures.EndAsk(ctx, h.miriam, access.ClientRecord(h.nora.ID), a.ID)
			return err
		})
		b := h.browser(t, h.miriam)
		to := "/clients/" + h.nora.ID + "/ask"
		page := b.Open(to)
		webtest.Has(t, page, "With each session", "Every two weeks", "Every month", "From which day", "How much that is", "Nothing at the moment.",
			"Answered today. It looks back two weeks, so it is asked from 3 December unless you choose otherwise below.")
		form := webtest.Carried(page)
		form["instrument"] = []string{"gad-7"}
		form.Set("rhythm", "once")
		form.Set("from", "2026-11-01")
		form.Set("recall", "wait")
		webtest.Has(t, b.PostForm(to, form, http.StatusUnprocessableEntity), "today or a day within the next year")
		form.Set("from", "")
		b.PostForm(to, form, http.StatusSeeOther)
		webtest.Has(t, b.Open(to), "GAD-7, once, from 19 November. Not before 3 December: it looks back two weeks and was answered today", "Seven questions once, beside.")
		form = webtest.Carried(b.Open(to))
		form["instrument"] = []string{"pcl-5", "phq-15"}
		form.Set("rhythm", "weekly")
		form.Set("recall", "sooner")
		b.PostForm(to, form, http.StatusSeeOther)
		webtest.Has(t, b.Open(to), "About 35 questions in a usual week", "That is a lot for one week.")
		webtest.Has(t, b.Open("/clients/"+h.nora.ID), "About 35 questions in a usual week")
	})
}

func TestAskingKeepsWhatWasTypedAndAsksOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		ask := "/clients/" + h.nora.ID + "/ask"
		form := b.Open(ask)
		webtest.Has(t, form, "Why you ask", "So that we both see how the weeks go")
		phq, gad := webtest.Hidden(t, form, "id-phq-9"), webtest.Hidden(t, form, "id-gad-7")

		none := b.Post(ask, http.StatusUnprocessableEntity, "id-phq-9", phq, "id-gad-7", gad, "rhythm", "weekly", "reason", "Because we said so")
		webtest.Has(t, none, "Choose at least one questionnaire.", "Because we said so")
		odd := b.Post(ask, http.StatusUnprocessableEntity, "id-phq-9", phq, "id-gad-7", gad, "instrument", "gad-7", "reason", "Because we said so")
		webtest.Has(t, odd, "Please choose how often.", "Because we said so")
		if webtest.Hidden(t, odd, "id-gad-7") != gad {
			t.Error("the form came back with another id: sent again it could ask twice")
		}
		for range 2 {
			to := b.Post(ask, http.StatusSeeOther, "id-phq-9", phq, "id-gad-7", gad, "instrument", "phq-9", "instrument", "gad-7",
				"rhythm", "weekly", "reason", "Because we said so").To
			if want := "/clients/" + h.nora.ID + "?done=asked&kept=ask-" + h.nora.ID; to != want {
				t.Errorf("sent on to %q, want %q", to, want)
			}
		}
		page := b.Open("/clients/" + h.nora.ID)
		if n := strings.Count(page.Text(), "“Because we said so”"); n != 2 {
			t.Errorf("got %d asks, want 2:\n%s", n, page.Text())
		}
		b.Post("/clients/"+h.nora.ID+"/asks/"+gad+"/end", http.StatusSeeOther)
		webtest.Has(t, b.Open(ask), "Asked before GAD-7, every week")
	})
}

func TestWhatIsNearStandsBeforeWhatIsFoldedAway(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		to := "/clients/" + h.nora.ID + "/ask"
		split := func(page webtest.Reply) (near, folded string) {
			near, folded, ok := strings.Cut(page.Body, `<details class="answers-more"`)
			if !ok {
				t.Errorf("nothing is folded away:\n%s", page.Text())
			}
			return near, folded
		}
		stands := func(part, id string, want bool) {
			t.Helper()
			if got := strings.Contains(part, `name="instrument" value="`+id+`"`); got != want {
				t.Errorf("%s: %t, want %t", id, got, want)
			}
		}
		near, folded := split(h.browser(t, h.miriam).Open(to))
		for _, id := range []string{"gad-7", "phq-9"} {
			stands(near, id, true)
			stands(folded, id, false)
		}
		stands(near, "pcl-5", false)
		stands(folded, "pcl-5", true)
		if strings.HasPrefix(folded, " open") {
			t.Error("it stands open, and nothing in it is chosen")
		}
		h.ask(t, "pcl-5")
		b := h.browser(t, h.miriam)
		page := b.Open(to)
		near, folded = split(page)
		stands(near, "pcl-5", true)
		stands(folded, "pcl-5", false)
		if strings.Index(near, `value="pcl-5"`) > strings.Index(near, `value="phq-9"`) {
			t.Error("what is asked already does not come first")
		}
		form := webtest.Carried(page)
		form["instrument"] = []string{"phq-15"}
		if _, folded = split(b.PostForm(to, form, http.StatusUnprocessableEntity)); !strings.HasPrefix(folded, " open") {
			t.Error("what was chosen is folded away")
		}
	})
}

func TestARefusalIsToldInPlainWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9")
		h.w.Do(t, func(ctx context.Context) error {
			return h.measures.Refuse(ctx, h.nora, access.ClientRecord(h.nora.ID), a.ID)
		})
		webtest.Has(t, h.browser(t, h.miriam).Open("/clients/"+h.nora.ID+"/ask"), "Nora asked today not to be asked this any more: talk about it first.")
	})
}

func TestPaperIsEnteredAndADangerousAnswerSaysWhatToDo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		base := "/clients/" + h.nora.ID
		webtest.Has(t, b.Open(base+"/paper"), "PHQ-9", "Low mood")
		form := webtest.Carried(b.Open(base + "/paper?instrument=phq-9"))
		for i := range 9 {
			form.Set("q"+string(rune('1'+i)), "1")
		}
		form.Set("mode", "paper")
		form.Set("note", "A margin note")
		for on, says := range map[string]string{"2026-11-20": "yet to come", "soon": "Please give the day"} {
			form.Set("on", on)
			back := b.PostForm(base+"/paper", form, http.StatusUnprocessableEntity)
			if webtest.Has(t, back, says); !strings.Contains(back.Body, "A margin note") {
				t.Error("what was typed is gone")
			}
		}
		form.Set("on", "2026-11-17")
		wrong := url.Values{}
		for k, v := range form {
			wrong[k] = v
		}
		wrong["q3"] = []string{"1", "2"}
		webtest.Has(t, b.PostForm(base+"/paper", wrong, http.StatusUnprocessableEntity), "Two answers came to this question")
		sent := b.PostForm(base+"/paper", form, http.StatusSeeOther)
		webtest.Has(t, b.Open(sent.To), "Answered on paper on Tuesday 17 November, entered by you today", "Question 9 was answered", "no screen has shown Nora whom to reach", "A margin note")
		webtest.Has(t, b.Open(base), "answered on paper", "Look at it and close it")
		if got := h.browser(t, h.mallory).Send(http.MethodPost, base+"/paper", form); got.Status != http.StatusNotFound {
			t.Errorf("by a colleague: %d", got.Status)
		}
	})
}

func TestWordsAboveAGroupStandOnPaperAndBesideTheAnswers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		base := "/clients/" + h.nora.ID
		page := b.Open(base + "/paper?instrument=pc-ptsd-5")
		webtest.Has(t, page, "Sometimes things happen to people", "In the past month, have you:", "After “No” nothing more is asked. Leave the questions below out.")
		if n := strings.Count(page.Body, "In the past month, have you:"); n != 1 || strings.Count(page.Body, `data-ends="0"`) != 1 || !strings.Contains(page.Body, "gate-") {
			t.Errorf("the words above stand %d times, or no gate", n)
		}
		form := webtest.Carried(page)
		form.Set("mode", "paper")
		form.Set("on", "2026-11-17")
		form.Set("q1", "0")
		form.Set("q3", "1")
		webtest.Has(t, b.PostForm(base+"/paper", form, http.StatusUnprocessableEntity), "question 3 says something else. If the “No” is right, leave it out")
		form.Del("q3")
		sent := b.PostForm(base+"/paper", form, http.StatusSeeOther)
		webtest.Has(t, b.Open(sent.To), "Sometimes things happen to people", "In the past month, have you:", "Not asked")

		for id, above := range map[string]string{"core-10": "Over the last week...", "k10-au": "how often"} {
			webtest.Has(t, b.Open(base+"/paper?instrument="+id), above)
		}
		form = webtest.Carried(b.Open(base + "/paper?instrument=pcl-5"))
		form.Set("mode", "paper")
		form.Set("on", "2026-11-17")
		for i := range 20 {
			form.Set("q"+strconv.Itoa(i+1), "2")
		}
		sent = b.PostForm(base+"/paper", form, http.StatusSeeOther)
		webtest.Has(t, b.Open(sent.To), "A total alone is no diagnosis.")
	})
}

func TestSomebodyCloseIsAskedOnlyWithAgreementAndReadApart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		base := "/clients/" + h.nora.ID
		form := webtest.Carried(b.Open(base + "/others"))
		form.Set("instrument", "outside-view")
		form.Set("who", "her partner")
		webtest.Has(t, b.PostForm(base+"/others", form, http.StatusUnprocessableEntity), "Nobody else is asked without the client’s agreement")
		form.Set("agreed", "She asked for it on Monday.")
		made := b.PostForm(base+"/others", form, http.StatusOK)
		_, link, _ := strings.Cut(made.Body, "/form/")
		link, _, _ = strings.Cut(link, `"`)
		is := informant.New(h.w.Door, instrument.NewShelf(h.w.Door), "")
		h.w.Do(t, func(ctx context.Context) error {
			keeps, err := is.Open(ctx, link)
			if err != nil {
				return err
			}
			n := 2
			_, err = is.Give(ctx, keeps, instrument.Answers{"q6": &n}, "")
			return err
		})
		h.w.Clock.Pass(time.Minute)
		id := form.Get("id")
		webtest.Has(t, b.Open(base+"/others"), "Her partner: A view from close by", "Answered today")
		webtest.Has(t, b.Open(base+"/others/"+id), "Question 6 was answered", "Nobody has checked who held it", "not part of Nora’s own course")
		if got := b.Send(http.MethodGet, base+"/answers/"+id, nil); got.Status != http.StatusSeeOther || got.To != base+"/others/"+id {
			t.Errorf("from the flag: %d %s", got.Status, got.To)
		}
		webtest.Has(t, b.Open(base), "Look at it and close it")
	})
}
