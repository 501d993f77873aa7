package client_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

func TestWhatNoFormOfOursSendsIsRefusedWithTheItem(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		for name, tt := range map[string]struct {
			change func(url.Values)
			says   string
		}{
			"out of range":  {func(f url.Values) { f.Set("q2", "7") }, "Question 2"},
			"twice":         {func(f url.Values) { f.Add("q3", "1") }, "Question 3: two answers came to this question"},
			"contradictory": {func(f url.Values) { f["q4"] = []string{"0", "3"} }, "Question 4: two answers came to this question"},
			"no number":     {func(f url.Values) { f.Set("q5", "often") }, "Question 5"},
			"unknown":       {func(f url.Values) { f.Set("q10", "1") }, "a question that is not asked here"},
			"two notes":     {func(f url.Values) { f["note"] = []string{"a", "b"} }, "Two answers came"},
		} {
			form := fill(page, 1, 1, 1, 1, 1, 1, 1, 1, 0)
			tt.change(form)
			for _, to := range []string{pathOf(a, 0), pathOf(a, 0) + "/draft"} {
				got := b.Send(http.MethodPost, to, form)
				if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Text(), tt.says) {
					t.Errorf("%s: %d, and not %q\n%s", name, got.Status, tt.says, got.Text())
				}
			}
		}
		if all := h.answers(t); len(all) != 0 {
			t.Errorf("kept: %+v", all)
		}
	})
}

func TestBehindANoNothingIsAskedAndOnlyWhatContradictsComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "pc-ptsd-5", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		has(t, page, "If you answered “No”, you are done here. Leave the questions below out.")
		if n := strings.Count(page.Body, `data-ends="0"`); n != 1 {
			t.Errorf("%d questions end it", n)
		}
		for _, to := range []string{pathOf(a, 0), pathOf(a, 0) + "/draft"} {
			back := b.PostForm(to, fill(page, 0, 0, 1, -1, 1), http.StatusUnprocessableEntity)
			has(t, back, "Question 3: after “No” to question 1 nothing more is asked, and questions 3 and 5 say something else.",
				"If the “No” is right, leave them out or change them to “No”. If not, change question 1.")
			inOrder(t, back.Body, `href="#f-q3"`, `name="q1" value="0" type="radio" checked`, `name="q3" value="1" type="radio" checked`, `id="f-q3-error"`)
		}
		if all := h.answers(t); len(all) != 0 {
			t.Fatalf("kept: %+v", all)
		}
		b.PostForm(pathOf(a, 0), fill(page, 0, 0, 0, -1, 0), http.StatusSeeOther)
		if all := h.answers(t); len(all) != 1 || all[0].Result.Total == nil || *all[0].Result.Total != 0 {
			t.Errorf("an honest no: %+v", all)
		}
	})
}

func TestALineInTheirOwnWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		has(t, page, "Question 7 of 7", "Anything to add", "in your own words")
		form := fill(page, 1, 1, 1)
		form.Set("note", "The tram was hard.")
		b.PostForm(pathOf(a, 0)+"/draft", form, http.StatusSeeOther)
		again := b.Open(pathOf(a, 0))
		if !strings.Contains(again.Body, "The tram was hard.") {
			t.Error("the draft lost the line")
		}
		form = fill(again, 1, 1, 1, 1, 1, 1, 1)
		form.Set("note", strings.Repeat("a", measure.MaxNote+1))
		has(t, b.PostForm(pathOf(a, 0), form, http.StatusUnprocessableEntity), "longer than fits here")
		form.Set("note", "The tram was hard.")
		b.PostForm(pathOf(a, 0), form, http.StatusSeeOther)
		if all := h.answers(t); len(all) != 1 || all[0].Note != "The tram was hard." {
			t.Errorf("kept: %+v", all)
		}
	})
}

func TestPleaseDoNotAskMeThisAgainIsOneTap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		has(t, b.Open("/my/week"), "Please do not ask me this again")
		said := b.PostForm("/my/asks/"+a.ID+"/refuse", url.Values{}, http.StatusSeeOther)
		has(t, b.Open(said.To), "You will not be asked this any more", "no reason is needed", "Nothing is asked of you at the moment")
	})
}

func TestARefusalByMistakeIsTakenBackFromTheNextPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		week := b.Open(b.PostForm("/my/asks/"+a.ID+"/refuse", url.Values{}, http.StatusSeeOther).To)
		again := "/my/asks/" + a.ID + "/again"
		inOrder(t, week.Body, "You will not be asked this any more", `action="`+again+`"`, "Undo")
		for range 2 { // the second time it came twice
			has(t, b.Open(b.PostForm(again, url.Values{}, http.StatusSeeOther).To), "Taken back. You are asked as before.", "Nine short questions")
		}
		has(t, b.Open("/my/record"), "You asked not to be asked something any more, or took that back")

		b.PostForm("/my/asks/"+a.ID+"/refuse", url.Values{}, http.StatusSeeOther)
		h.w.Clock.Pass(time.Minute)
		h.ask(t, "phq-9", measure.Weekly)
		b.PostForm(again, url.Values{}, http.StatusNotFound)
		h.browser(t, h.lea).PostForm(again, url.Values{}, http.StatusNotFound)
	})
}

func TestAWordToAddIsFoldedUntilThereIsOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		inOrder(t, page.Body, `<details class="ask-item ask-extra"`, "Anything to add, in your own words?", "<textarea")
		if strings.Contains(page.Body, "data-ask-extra open") {
			t.Error("an empty line stands open")
		}
		form := fill(page, 1, 1)
		form.Set("note", "The tram was hard.")
		b.PostForm(pathOf(a, 0)+"/draft", form, http.StatusSeeOther)
		if again := b.Open(pathOf(a, 0)); !strings.Contains(again.Body, "data-ask-extra open") {
			t.Error("what was written is folded away")
		}
		form.Set("note", "") // from a page that was opened before
		if both := b.PostForm(pathOf(a, 0)+"/draft", form, http.StatusConflict); !strings.Contains(both.Body, "data-ask-extra open") {
			t.Error("what another device wrote is folded away")
		}
	})
}

func TestAnAnswerThatCannotBeKeptShowsWhomToReach(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		h.w.Exec(t, `ALTER TABLE occasion RENAME TO nowhere`)
		got := b.Send(http.MethodPost, pathOf(a, 0), fill(page, 0, 0, 0, 0, 0, 0, 0, 0, 1))
		if got.Status < 500 {
			t.Errorf("status %d", got.Status)
		}
		inOrder(t, got.Body, `href="tel:999"`, `href="tel:116123"`, "Send it again")
		got = b.Send(http.MethodPost, pathOf(a, 0), fill(page, 1, 1, 1, 1, 1, 1, 1, 1, 0))
		if got.Status < 500 || strings.Contains(got.Body, "tel:116123") {
			t.Errorf("without danger: status %d\n%s", got.Status, got.Text())
		}
	})
}

func TestQuietHoursAreSetAndRemindersTurnedOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		page := b.Open("/my/reminders")
		has(t, page, "Remind me once", "Quiet from", "Days without any", "Turn reminders off")
		if !strings.Contains(page.Body, `value="21:00"`) || !strings.Contains(page.Body, `value="08:00"`) {
			t.Error("the usual hours are not there")
		}
		form := url.Values{"rev": {"0"}, "on": {"yes"}, "from": {"late"}, "to": {"09:00"}}
		has(t, b.PostForm("/my/reminders", form, http.StatusUnprocessableEntity), "Please give a time of day")
		form.Set("from", "20:30")
		form["days"] = []string{"0"}
		said := b.PostForm("/my/reminders", form, http.StatusSeeOther)
		page = b.Open(said.To)
		if has(t, page, "That is how you are reminded from now on."); !strings.Contains(page.Body, `value="20:30"`) {
			t.Error("the hours were not kept")
		}
		said = b.PostForm("/my/reminders/off", url.Values{}, http.StatusSeeOther)
		page = b.Open(said.To)
		hasNot(t, page, "Turn reminders off")
		if !strings.Contains(page.Body, `value="20:30"`) {
			t.Error("the hours went with the reminders")
		}
	})
}

func TestAClientAsksSomebodyCloseAndTakesItBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		page := b.Open("/my/forms")
		has(t, page, "You decide who", "Six short questions")
		form := url.Values{"id": {newID(t)}, "instrument": {"outside-view"}}
		has(t, b.PostForm("/my/forms", form, http.StatusUnprocessableEntity), "Please say who is asked")
		form.Set("who", "my mother")
		made := b.PostForm("/my/forms", form, http.StatusOK)
		has(t, made, "The link is made", "My mother", "Not opened yet", "Take it back")
		if !strings.Contains(made.Body, "http://localhost/form/"+h.practice+".") {
			t.Errorf("no link: %s", made.Text())
		}
		said := b.PostForm("/my/forms/"+form.Get("id")+"/end", url.Values{}, http.StatusSeeOther)
		has(t, b.Open(said.To), "Taken back")

		is := informant.New(h.w.Door, instrument.NewShelf(h.w.Door), "")
		var f informant.Form
		var link string
		h.w.Do(t, func(ctx context.Context) (err error) {
			f, link, err = is.Ask(ctx, h.miriam, access.ClientRecord(h.tomas.ID), informant.AskForm{ID: newID(t), Instrument: "outside-view", Who: "a teacher", Agreed: "On Thursday."})
			return err
		})
		h.w.Do(t, func(ctx context.Context) error {
			keeps, err := is.Open(ctx, strings.TrimPrefix(link, "/form/"))
			if err != nil {
				return err
			}
			n := 2
			_, err = is.Give(ctx, keeps, instrument.Answers{"q1": &n}, "He laughs again.")
			return err
		})
		has(t, b.Open("/my/forms"), "A teacher", "because you agreed: “On Thursday.”")
		has(t, b.Open("/my/forms/"+f.ID), "Quite a lot", "left out", "He laughs again.", "not a verdict on you")
	})
}
