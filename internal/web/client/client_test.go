package client_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/client"
)

func TestFromTheWeekToAHardAnswerTheContactsComeFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.sessions.Plan(ctx, h.miriam, access.ClientRecord(h.tomas.ID), session.Form{
				ID: newID(t), Start: h.w.Clock.Now().Add(120*time.Hour - 30*time.Minute), Length: 50 * time.Minute, Place: "Linden House",
			})
			return err
		})
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)

		week := b.Open("/my/week")
		has(t, week, "Thursday 19 November", "Before you begin", "Nobody watches this in real time", "under My record", "can be skipped",
			"10:00 with Miriam Adler", "Linden House, 50 minutes",
			"For this week, if it suits you", "Nine short questions, about three minutes", "Miriam: “"+reason+"”", "Answer", "Not this time", "Help now", "Leave")
		if !strings.Contains(week.Body, `href="https://example.org/weather"`) {
			t.Error("Leave does not lead to the practice's neutral page")
		}

		page := b.Open(pathOf(a, 0))
		has(t, page, "Question 1 of 9", "Question 9 of 9", "Stop here, keep my answers", "Save what I have so far", "Nearly every day", "Help now", "Leave")
		sent := b.PostForm(pathOf(a, 0), fill(page, 1, 2, 1, 1, 0, 1, 1, 0, 1), http.StatusSeeOther)
		if !regexp.MustCompile(`^/my/answers/[0-9a-f-]{36}\?kept=[0-9a-f-]{36}$`).MatchString(sent.To) {
			t.Fatalf("sent on to %q", sent.To)
		}

		end := b.Open(sent.To)
		inOrder(t, end.Body, "<h1", `href="tel:999"`, "From Linden House", crisisWords, `href="tel:116123"`, "Someone who listens: Samaritans", "You would rather write: Shout",
			"Nobody watches this in real time", "some very hard thoughts", "please call one of these people now", "Who answers in another country")
		has(t, end, "Marked for those who work with you today at 10:30")
		hasNot(t, end, "has been told", "8 of 27", "mild", "moderate", "More people you can reach")
		all := h.answers(t)
		if len(all) != 1 || *all[0].Result.Total != 8 || all[0].SeenAt.IsZero() {
			t.Fatalf("kept: got %+v", all)
		}

		h.w.Clock.Pass(5 * time.Minute)
		h.w.Do(t, func(ctx context.Context) error {
			record := access.ClientRecord(h.tomas.ID)
			flags, err := h.flags.Of(ctx, h.miriam, record)
			if err != nil {
				return err
			}
			if len(flags) != 1 || flags[0].ShownAt.IsZero() {
				t.Fatalf("flags: got %+v", flags)
			}
			if err := h.flags.Told(ctx, access.System(h.practice, "tell"), record, flags[0].ID, h.miriam.ID); err != nil {
				return err
			}
			return h.flags.Seen(ctx, h.miriam, record, flags[0].ID)
		})
		end = b.Open(sent.To)
		has(t, end, "Somebody who works with you has been told that something needs a look: today at 10:35.", "Miriam Adler looked at it today at 10:35.")

		has(t, b.Open("/my/week"), "Nothing is asked of you at the moment, and that is all right.", "Good to know")
		has(t, b.Open("/my/course"), "Nine short questions", "Your line begins here.", "Your answers as a table")
		record := b.Open("/my/record")
		has(t, record, "Miriam Adler", "End the work with Miriam", "Miriam Adler looked at your answers", "Thursday 19 November",
			"Miriam Adler saw that one of your answers needs a look", "What you opened yourself", "You sent answers", "a change to what was written would show")
		h.w.AuditHolds(t)
	})
}

func TestAfterAHardAnswerThePageOffersWhatThereIs(t *testing.T) {
	eachIn(t, "PL", func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		to := b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0)), 1, 1, 1, 1, 1, 1, 1, 1, 1), http.StatusSeeOther).To
		end := b.Open(to)
		inOrder(t, end.Body, `href="tel:112"`, crisisWords, "No crisis line in Poland has been checked for this page yet", "please call 112 now", "Begin a safety plan", `href="/help#where"`)
		hasNot(t, end, "these people", "people named here", "More people")

		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.safety.Write(ctx, h.tomas, access.ClientRecord(h.tomas.ID), safetyplan.Form{ID: newID(t), Content: safetyplan.Content{Text: map[safetyplan.Part]string{safetyplan.Signs: "The nights"}}})
			return err
		})
		end = b.Open(to)
		inOrder(t, end.Body, `href="tel:112"`, "Your safety plan", "The nights", "Open your safety plan")
		hasNot(t, end, "Begin a safety plan")
	})
}

func TestLeavingEverythingOutIsAllRight(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Once)
		b := h.browser(t, h.tomas)
		sent := b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0))), http.StatusSeeOther)
		end := b.Open(sent.To)
		has(t, end, "Your answers are kept", "You left some questions out, and that is all right", "Help now is on every page", "Back to your week")
		has(t, b.Open("/my/course"), "Nothing here yet", "Once you left too many questions open for a dot.")
	})
}

func TestNotThisTimeIsOneTapAndCanBeTakenBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7", measure.Weekly)
		b := h.browser(t, h.tomas)
		for range 2 { // the second time it came twice
			said := b.PostForm("/my/asks/"+a.ID+"/decline", url.Values{"occasion": {"0"}}, http.StatusSeeOther)
			week := b.Open(said.To)
			has(t, week, "Not this time, then. That is all right.", "Answer after all", "Nothing is asked of you at the moment")
			if !strings.Contains(week.Body, `href="`+pathOf(a, 0)+`"`) {
				t.Error("the way back is missing")
			}
		}
		page := b.Open(pathOf(a, 0))
		b.PostForm(pathOf(a, 0), fill(page, 1, 1, 1, 1, 1, 1, 1), http.StatusSeeOther)
		if all := h.answers(t); len(all) != 1 {
			t.Errorf("kept %d answers", len(all))
		}
		said := b.PostForm("/my/asks/"+a.ID+"/decline", url.Values{"occasion": {"0"}}, http.StatusSeeOther)
		if said.To != pathOf(a, 0) {
			t.Errorf("after an answer, sent on to %q", said.To)
		}
		if r := b.Send(http.MethodGet, said.To, nil); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.To, "/my/answers/") {
			t.Errorf("an answered questionnaire: got %d to %q", r.Status, r.To)
		}
	})
}

func TestWhatWasBegunOnOneDeviceGoesOnOnAnother(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		phone, laptop := h.browser(t, h.tomas), h.browser(t, h.tomas)
		stale := phone.Open(pathOf(a, 0))
		phone.PostForm(pathOf(a, 0)+"/draft", fill(stale, 3), http.StatusNoContent, script...)
		h.w.Clock.Pass(time.Second)
		phone.PostForm(pathOf(a, 0)+"/draft", fill(stale, 3, 2), http.StatusNoContent, script...)

		has(t, laptop.Open("/my/week"), "You have begun.", "Go on")
		page := laptop.Open(pathOf(a, 0))
		inOrder(t, page.Body, `name="q1" value="3" type="radio" checked`, `name="q2" value="2" type="radio" checked`)
		if n := strings.Count(page.Body, "checked"); n != 2 {
			t.Errorf("%d answers are chosen, want 2", n)
		}
		said := laptop.PostForm(pathOf(a, 0)+"/draft", fill(page, 3, 2, 1), http.StatusSeeOther)
		has(t, laptop.Open(said.To), "What you have so far is kept.")

		both := phone.PostForm(pathOf(a, 0)+"/draft", fill(stale, 3, 2, 0), http.StatusConflict)
		has(t, both, "You went on with this in another window or on another device", "Meanwhile, from another window or device: Several days.")
		phone.PostForm(pathOf(a, 0)+"/draft", fill(both, 3, 2, 0), http.StatusSeeOther)

		laptop.PostForm(pathOf(a, 0), fill(page, 3, 2, 1, 0, 0, 0, 0, 0, 0), http.StatusSeeOther)
		phone.PostForm(pathOf(a, 0)+"/draft", fill(stale, 0), http.StatusNoContent, script...)
		if r := phone.PostForm(pathOf(a, 0)+"/draft", fill(stale, 0), http.StatusSeeOther); r.To != pathOf(a, 0) {
			t.Errorf("a late draft by hand is sent on to %q", r.To)
		}
		if all := h.answers(t); len(all) != 1 || *all[0].Result.Total != 6 {
			t.Errorf("kept: got %+v", all)
		}
	})
}

func TestSentTwiceIsOneAndSentDifferentlyShowsBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "gad-7", measure.Weekly)
		phone, laptop := h.browser(t, h.tomas), h.browser(t, h.tomas)
		page := phone.Open(pathOf(a, 0))
		one := phone.PostForm(pathOf(a, 0), fill(page, 1, 1, 1, 1, 1, 1, 1), http.StatusSeeOther)
		two := laptop.PostForm(pathOf(a, 0), fill(page, 1, 1, 1, 1, 1, 1, 1), http.StatusNoContent, script...)
		if one.To != two.To {
			t.Errorf("the same twice: %q and %q", one.To, two.To)
		}
		both := laptop.PostForm(pathOf(a, 0), fill(page, 3, 1, 1, 1, 1, 1, -1), http.StatusConflict)
		has(t, both, "This was answered already", "today at 10:30", "Those are kept", "Several days Nearly every day", "Several days left out")
		if all := h.answers(t); len(all) != 1 || *all[0].Result.Total != 7 {
			t.Errorf("kept: got %+v", all)
		}
	})
}

func TestAnAnswerThatIsNotOfferedComesBackWithTheOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		for _, wrong := range []string{"7", "-1", "often", "99999999999999999999", "1.5"} {
			form := fill(page, 1, 2, 3, 0, 1)
			form.Set("q6", wrong)
			back := b.PostForm(pathOf(a, 0), form, http.StatusUnprocessableEntity)
			has(t, back, "Question 6: choose one of the answers to this question.")
			inOrder(t, back.Body, `role="alert"`, `href="#f-q6"`, `name="q1" value="1" type="radio" checked`, `name="q5" value="1" type="radio" checked`, `id="f-q6-error"`)
			if n := strings.Count(back.Body, " checked"); n != 5 {
				t.Errorf("%s: %d answers are chosen, want 5", wrong, n)
			}
		}
		if all := h.answers(t); len(all) != 0 {
			t.Errorf("kept: got %+v", all)
		}
	})
}

func TestWhenTheSignInEndsInTheMiddleEverythingComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		page := b.Open(pathOf(a, 0))
		for range 3 { // typing keeps somebody signed in
			h.w.Clock.Pass(20 * time.Minute)
			b.PostForm(pathOf(a, 0)+"/draft", fill(page, 1, 1), http.StatusNoContent, script...)
		}
		h.w.Clock.Pass(31 * time.Minute)
		form := fill(page, 1, 1, 2, 0, 0, 0, 0, 0, 2)
		back := b.PostForm(pathOf(a, 0), form, http.StatusUnauthorized)
		has(t, back, "Send it again")
		again := fill(back)
		for name := range form {
			if again.Get(name) != form.Get(name) {
				t.Errorf("%s: got %q back, want %q", name, again.Get(name), form.Get(name))
			}
		}
		h.browser(t, h.tomas).PostForm(pathOf(a, 0), again, http.StatusSeeOther)
		if all := h.answers(t); len(all) != 1 || *all[0].Result.Total != 6 {
			t.Errorf("kept: got %+v", all)
		}
	})
}

func TestOthersFindNothingAndForeignIDsAreLikeNone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		mine, foreign := h.ask(t, "phq-9", measure.Weekly), h.askOf(t, h.mallory, h.lea, "phq-9", measure.Weekly)
		lea := h.browser(t, h.lea)
		sent := lea.PostForm(pathOf(foreign, 0), fill(lea.Open(pathOf(foreign, 0)), 1, 1, 1, 1, 1, 1, 1, 1, 1), http.StatusSeeOther)
		answer, _, _ := strings.Cut(strings.TrimPrefix(sent.To, "/my/answers/"), "?")

		tomas := h.browser(t, h.tomas)
		form := fill(tomas.Open(pathOf(mine, 0)), 1, 1, 1, 1, 1, 1, 1, 1, 1)
		form.Set("occasion", "0")
		fill := func(pattern, ask, answer, clinician string) string {
			return strings.NewReplacer("{ask}", ask, "{occasion}", "0", "{answer}", answer, "{clinician}", clinician).Replace(pattern)
		}
		for _, route := range (&client.Pages{}).Routes() {
			name := route.Method + " " + route.Pattern
			form.Set("occasion", "0")
			path := fill(route.Pattern, mine.ID, answer, h.miriam.ID)
			for who, b := range map[string]*browser{
				"a clinician": h.browser(t, h.miriam), "another clinician": h.browser(t, h.mallory), "a manager": h.browser(t, h.otto),
			} {
				got := b.Send(route.Method, path, form)
				none := b.Send(route.Method, "/my/nothing", form)
				if got.Status != http.StatusNotFound || got.Body != none.Body {
					t.Errorf("%s: %s got %d", name, who, got.Status)
				}
			}
			if got := h.nobody(t).Send(route.Method, path, form); got.Status != http.StatusSeeOther && got.Status != http.StatusUnauthorized {
				t.Errorf("%s: nobody got %d", name, got.Status)
			}
			if !strings.Contains(route.Pattern, "{") || route.Action == access.EndCare {
				continue
			}
			got := tomas.Send(route.Method, fill(route.Pattern, foreign.ID, answer, h.mallory.ID), form)
			none := tomas.Send(route.Method, fill(route.Pattern, newID(t), newID(t), newID(t)), form)
			if got.Status != http.StatusNotFound || got.Body != none.Body {
				t.Errorf("%s: another client's got %d, one that is not there %d", name, got.Status, none.Status)
			}
		}
		if all := h.answers(t); len(all) != 0 {
			t.Errorf("kept: got %+v", all)
		}
		for _, odd := range []string{"/my/asks/x/0", "/my/asks/" + mine.ID + "/-1", "/my/asks/" + mine.ID + "/00", "/my/asks/" + mine.ID + "/one", "/my/answers/x"} {
			if r := tomas.Send(http.MethodGet, odd, nil); r.Status != http.StatusNotFound {
				t.Errorf("%s: got %d", odd, r.Status)
			}
		}
		has(t, tomas.Open(pathOf(mine, 5)), "This is not asked any more", "nothing is expected of you")
	})
}

func TestComingBackIsGreetedWithoutGuilt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0)), 1, 1, 1, 1, 1, 1, 1, 1, 0), http.StatusSeeOther)
		h.w.Clock.Pass(14 * 24 * time.Hour)
		hasNot(t, h.browser(t, h.tomas).Open("/my/week"), "You are back")
		h.w.Clock.Pass(22 * 24 * time.Hour)
		b = h.browser(t, h.tomas)
		week := b.Open("/my/week")
		has(t, week, "You are back after five weeks. There is nothing to catch up on.")
		hasNot(t, week, "Before you begin", "missed", "overdue")

		b.PostForm(pathOf(a, 5), fill(b.Open(pathOf(a, 5)), 2, 2, 2, 2, 2, 2, 2, 2, 0), http.StatusSeeOther)
		course := b.Open("/my/course")
		has(t, course, "by more than the usual wobble", "The shaded band is the usual wobble", "November to December", "a pause")
		hasNot(t, course, "8 in 10", "percentile", "expected", "no score")
	})
}

func TestWhereNobodyWorksWithTheClientThePageSaysThatNobodyIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.ask(t, "phq-9", measure.Weekly)
		b := h.browser(t, h.tomas)
		b.PostForm("/my/team/"+h.miriam.ID+"/end", nil, http.StatusSeeOther)
		sent := b.PostForm(pathOf(a, 0), fill(b.Open(pathOf(a, 0)), 0, 0, 0, 0, 0, 0, 0, 0, 2), http.StatusSeeOther)
		end := b.Open(sent.To)
		inOrder(t, end.Body, `href="tel:999"`, "nobody is told of this")
		hasNot(t, end, "Marked for those who work with you", "has been told")
	})
}

func TestEveryPageSpeaksCalmly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		pages := map[string]reply{"an empty week": b.Open("/my/week"), "an empty course": b.Open("/my/course")}
		a, g := h.ask(t, "phq-9", measure.Weekly), h.ask(t, "gad-7", measure.Weekly)
		pages["a week"] = b.Open("/my/week")
		page := b.Open(pathOf(a, 0))
		pages["a questionnaire"] = page
		pages["all on one page"] = b.Open(pathOf(a, 0) + "?all=1")
		pages["to correct"] = b.PostForm(pathOf(a, 0), fill(page, 9), http.StatusUnprocessableEntity)
		pages["a hard answer"] = b.Open(b.PostForm(pathOf(a, 0), fill(page, 3, 3, 3, 3, 3, 3, 3, 3, 3), http.StatusSeeOther).To)
		pages["twice"] = b.PostForm(pathOf(a, 0), fill(page, 0), http.StatusConflict)
		pages["an easy answer"] = b.Open(b.PostForm(pathOf(g, 0), fill(b.Open(pathOf(g, 0)), 0, 0, 0, 0, 0, 0, 0), http.StatusSeeOther).To)
		pages["a course"], pages["a record"] = b.Open("/my/course"), b.Open("/my/record")
		pages["an end"] = b.Open("/my/team/" + h.miriam.ID + "/end")

		shaming := regexp.MustCompile(`(?i)!|\bscores?\b|percent|overdue|missed|streak|failed|well done|great job|\bpatients?\b|\busers?\b|severe|completed?\b|submit|please note|alert`)
		for name, r := range pages {
			text := r.Text()
			if name == "a questionnaire" || name == "all on one page" || name == "to correct" || name == "twice" {
				text = strings.ReplaceAll(text, "that you are a failure", "")
			}
			if found := shaming.FindAllString(text, -1); found != nil {
				t.Errorf("%s says %q:\n%s", name, found, text)
			}
			if !strings.Contains(r.Body, "<title>Waymark</title>") || !strings.Contains(r.Body, "data-leave") || !strings.Contains(r.Body, `class="help"`) {
				t.Errorf("%s: the title, Leave or Help now is not as everywhere", name)
			}
			if n := strings.Count(r.Body, "btn btn-main"); n > 1 && !strings.Contains(r.Body, "data-ask") {
				t.Errorf("%s has %d filled buttons", name, n)
			}
			if n := strings.Count(r.Body, "<h1"); n != 1 {
				t.Errorf("%s has %d headings", name, n)
			}
		}
	})
}

func TestAnAnswerHasOneIDForEachOccasion(t *testing.T) {
	ask := newID(t)
	seen := map[string]bool{}
	for n := range int64(300) {
		text := client.AnswerID(ask, n)
		id, err := uuid.Parse(text)
		if err != nil || id.Version() != 7 || id.Variant() != uuid.RFC4122 || id.String() != text || seen[text] {
			t.Fatalf("occasion %d: %q", n, text)
		}
		seen[text] = true
		if text != client.AnswerID(ask, n) {
			t.Fatal("not the same twice")
		}
	}
}

func TestEveryRouteIsForClientsAndNamesItsAction(t *testing.T) {
	for _, route := range (&client.Pages{}).Routes() {
		if route.Audience != web.Client || route.Polls || !slices.Contains(access.Actions(), route.Action) || !strings.HasPrefix(route.Pattern, "/my/") {
			t.Errorf("%+v", route)
		}
	}
}
