package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
)

func rendered(t *testing.T, c templ.Component) string {
	t.Helper()
	var page bytes.Buffer
	if err := c.Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

func TestNothingAsksForAStyleOrAScriptInThePage(t *testing.T) {
	page := rendered(t, Specimen(SpecimenProps{}))
	for what, bad := range map[string]string{
		"a style attribute":  `\sstyle=`,
		"a style element":    `<style`,
		"a script in place":  `<script(?: type="module")?>`,
		"an event attribute": `<[^>]*\son[a-z]+=`,
		"another host":       `(?:src|href)="(?:https?:)?//`,
	} {
		if found := regexp.MustCompile(bad).FindString(page); found != "" {
			t.Errorf("the specimen has %s: %q", what, found)
		}
	}
}

func TestEveryIDIsUniqueAndEveryReferenceIsMet(t *testing.T) {
	page := rendered(t, Specimen(SpecimenProps{}))
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(`\sid="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("id %q stands twice", m[1])
		}
		ids[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`\s(?:for|aria-labelledby|aria-describedby|data-dialog)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !ids[id] {
				t.Errorf("nothing has the id %q", id)
			}
		}
	}
}

func TestThePageIsAlwaysCalledWaymark(t *testing.T) {
	for _, a := range []Audience{Plain, Client, Desk, Public} {
		page := rendered(t, Frame(FrameProps{Audience: a, Heading: "Nora Whitfield", Kicker: "PHQ-9", Brand: "Linden House"}))
		for _, want := range []string{"<title>Waymark</title>", `lang="en-GB"`, `content="light dark"`, `content="no-referrer"`, `href="about:blank" rel="noreferrer" data-leave`} {
			if !strings.Contains(page, want) {
				t.Errorf("audience %d: no %s", a, want)
			}
		}
		if n := strings.Count(page, "<h1"); n != 1 {
			t.Errorf("audience %d: %d headings of the first order", a, n)
		}
	}
}

func TestAnAddressThatRunsOrLeadsAwayUnseenLeadsNowhere(t *testing.T) {
	for href, want := range map[string]templ.SafeURL{
		"/my/week":                 "/my/week",
		"?n=1:2":                   "?n=1:2",
		"#f-email":                 "#f-email",
		"/a:b":                     "/a:b",
		"https://example.org":      "https://example.org",
		"tel:116123":               "tel:116123",
		"sms:85258":                "sms:85258",
		"javascript:alert(1)":      "about:invalid",
		"JAVASCRIPT:alert(1)":      "about:invalid",
		" javascript:alert(1)":     "about:invalid",
		"java\nscript:alert(1)":    "about:invalid",
		"data:text/html,<p>":       "about:invalid",
		"vbscript:x":               "about:invalid",
		"blob:https://example.org": "about:invalid",
	} {
		if got := to(href); got != want {
			t.Errorf("to(%q) = %q, want %q", href, got, want)
		}
	}
	if got := away("javascript:alert(1)"); got != "about:invalid" {
		t.Errorf("quick exit leads to %q", got)
	}
}

func TestAFieldIsTiedToItsHintAndItsError(t *testing.T) {
	page := rendered(t, Field(FieldProps{Name: "email", Label: "Your e-mail", Hint: "Only for invites.", Error: "Unfinished.", Value: `"><script>`}))
	for _, want := range []string{
		`<label for="f-email">Your e-mail</label>`, `id="f-email"`, `aria-describedby="f-email-hint f-email-error"`, `aria-invalid="true"`,
		`id="f-email-hint"`, `id="f-email-error"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in %s", want, page)
		}
	}
	if strings.Contains(page, "<script>") {
		t.Error("a value breaks out of its field")
	}
}

func TestWhatIsTypedIntoAPasswordFieldCanBeShownByScriptAlone(t *testing.T) {
	seen := rendered(t, Field(FieldProps{Name: "password", Label: "Password", Type: "password", Secret: true}))
	for _, want := range []string{`type="password"`, `data-show="f-password" hidden`, `type="button"`, `role="status"`} {
		if !strings.Contains(seen, want) {
			t.Errorf("without %s: %s", want, seen)
		}
	}
	if other := rendered(t, Field(FieldProps{Name: "email", Label: "E-mail", Type: "email"})); strings.Contains(other, "data-show") {
		t.Errorf("what is no password can be shown: %s", other)
	}
}

func TestWordsKeepTheirFirstEmptyLine(t *testing.T) {
	page := rendered(t, TextArea(FieldProps{Name: "n", Label: "Note", Value: "\nsecond line"}))
	if !strings.Contains(page, ">\n\nsecond line</textarea>") {
		t.Errorf("a browser drops the first line break after the tag: %s", page)
	}
}

func TestTypedWordsSurviveAProblem(t *testing.T) {
	page := rendered(t, Problem(ProblemProps{Title: "Not saved: the disk is full", Kept: []KeptText{{"Your note", "What I wanted to say"}}}))
	if !strings.Contains(page, "What I wanted to say</textarea>") {
		t.Error("the words are gone")
	}
}

func TestNoAnswerIsChosenBeforehand(t *testing.T) {
	page := rendered(t, Ask(AskProps{Title: "Questions", Questions: specimenQuestions()}))
	if strings.Contains(page, "checked") {
		t.Error("an answer is chosen that nobody gave")
	}
	if !strings.Contains(page, "data-ask-send") || strings.Contains(page, `data-ask-send hidden`) {
		t.Error("without script there is no way to send")
	}
}

func TestEveryQuestionCanBeLeftOutAlsoAfterItWasAnswered(t *testing.T) {
	questions := specimenQuestions()
	page := rendered(t, Ask(AskProps{Title: "Questions", Questions: questions}))
	for _, q := range questions {
		if !q.Free && !strings.Contains(page, `<input type="radio" name="`+q.Name+`" value=""`) {
			t.Errorf("without script %s cannot be left out again", q.Name)
		}
	}
	if !strings.Contains(page, "data-ask-skip") || strings.Contains(page, "data-ask-reach") {
		t.Error("no button leaves a question out, or what asks about no danger has a place for whom to reach")
	}
	if page = rendered(t, Ask(AskProps{Title: "Questions", Questions: questions, Danger: true})); !strings.Contains(page, `data-ask-reach></div>`) {
		t.Error("what asks about danger has no place for whom to reach")
	}
}

func TestEveryIconThatIsAskedForIsDrawn(t *testing.T) {
	asked := []string{"back", "leave", "help", "warn", "note", "way", "lock", "call", "text", "week", "write", "letters"}
	for _, name := range asked {
		if drawings[name] == "" {
			t.Errorf("no drawing for %q", name)
		}
	}
	if got := rendered(t, Icon("nothing like this")); got != "" {
		t.Errorf("an unknown icon drew %q", got)
	}
}

func TestADayIsWrittenTheBritishWay(t *testing.T) {
	now := time.Date(2026, 11, 19, 0, 0, 0, 0, time.UTC)
	for want, d := range map[string]time.Time{
		"Tuesday 24 November":      time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC),
		"Wednesday 6 January 2027": time.Date(2027, 1, 6, 9, 0, 0, 0, time.UTC),
	} {
		if got := Date(d, now); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhatStandsStillIsRenderedOnceAndIsTheSameEverAfter(t *testing.T) {
	times := 0
	part := Still(templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		times++
		_, err := fmt.Fprintf(w, "<p>%d &amp; the same</p>", times)
		return err
	}))
	for range 3 {
		if got := rendered(t, part); got != "<p>1 &amp; the same</p>" {
			t.Errorf("it says %q", got)
		}
	}
	if times != 1 {
		t.Errorf("it was rendered %d times", times)
	}
	broken := errors.New("broken")
	if err := Still(templ.ComponentFunc(func(context.Context, io.Writer) error { return broken })).Render(t.Context(), io.Discard); !errors.Is(err, broken) {
		t.Errorf("what cannot be rendered is shown: %v", err)
	}
}

func TestOfALongWordInACrisisTheFirstParagraphIsInSight(t *testing.T) {
	call := []CallRow{{Who: "Danger", Number: "112", Href: "tel:112", Now: true}, {Who: "Someone to talk to: Line", Number: "143", Href: "tel:143"}}
	short := rendered(t, Reach(ReachProps{Calls: call, From: "Linden House", Words: []string{"Ring us.", "Or come."}}))
	if strings.Contains(short, "<details") || strings.Index(short, "Or come.") > strings.Index(short, "tel:143") {
		t.Errorf("a few words do not stand between the numbers: %s", short)
	}
	long := rendered(t, Reach(ReachProps{Calls: call, From: "Linden House", Words: []string{"Ring us.", strings.Repeat("a ", 200)}}))
	if at := strings.Index(long, "<details"); at < strings.Index(long, "Ring us.") || at > strings.Index(long, "tel:143") {
		t.Errorf("many words push the numbers away: %s", long)
	}
	if got := (ReachProps{Calls: call[:1]}).Call(); got != "call 112" {
		t.Errorf("with one number: %q", got)
	}
}
