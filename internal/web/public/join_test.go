package public_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/person"
)

func TestAnInvitationSurvivesBeingLookedAtAndWorksOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		link := s.invite(s.Operator(), "Otto", person.Manager)
		for range 3 { // mail scanners
			got := s.browser().Get(link)
			if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), "Linden House") || !strings.Contains(got.Body.String(), "Hello Otto") {
				t.Fatalf("look: got %d\n%s", got.Code, got.Body)
			}
			if !strings.Contains(got.Body.String(), "At least 12 characters") {
				t.Error("the rule for the password is not said before")
			}
		}
		b := s.browser()
		if got := b.Submit(link, "password", "short"); got.Code != http.StatusUnprocessableEntity || strings.Contains(got.Body.String(), `value="short"`) {
			t.Errorf("a weak password: got %d", got.Code)
		}
		got := b.Submit(link, "password", "a lantern in the attic")
		if got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/account/setup" {
			t.Fatalf("join: got %d %q\n%s", got.Code, got.Header().Get("Location"), got.Body)
		}
		for _, again := range []int{s.browser().Get(link).Code, s.browser().Submit(link, "password", "another lantern here").Code} {
			if again != http.StatusNotFound {
				t.Errorf("the link works again: got %d", again)
			}
		}
	})
}

func TestALinkThatNeverWasLooksLikeOneThatIsOver(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		link := s.invite(s.Operator(), "Otto", person.Manager)
		s.Clock.Pass(person.InviteLasts + time.Minute)
		over, never := s.browser().Get(link), s.browser().Get("/join/"+s.practice+".NOTHINGOFTHEKIND")
		if over.Code != http.StatusNotFound || never.Code != http.StatusNotFound {
			t.Fatalf("got %d and %d", over.Code, never.Code)
		}
		same := strings.ReplaceAll(never.Body.String(), "/join/"+s.practice+".NOTHINGOFTHEKIND", link)
		if over.Body.String() != same {
			t.Errorf("they differ:\n%s\n%s", over.Body, same)
		}
	})
}

func TestAClientWhoJoinsIsToldWhatThisPlaceIs(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		b.signIn()
		got := b.Get("/account/welcome")
		for _, want := range []string{"Nobody watches in real time", "Every question can be skipped", "Who can read what", "Linden House"} {
			if !strings.Contains(got.Body.String(), want) {
				t.Errorf("the page does not say %q", want)
			}
		}
	})
}

var inLetter = regexp.MustCompile(regexp.QuoteMeta(origin) + `(/recover/\S+)`)

func TestALinkByMailLetsSomebodyInAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		elsewhere := s.browser()
		elsewhere.signIn()
		s.browser().Submit("/recover", "practice", s.practice, "email", tomasMail)
		if _, err := s.queue.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var link string
		for _, l := range *s.letters {
			if m := inLetter.FindStringSubmatch(l.Text); m != nil {
				link = m[1]
			}
		}
		if link == "" {
			t.Fatalf("no link among %d letters", len(*s.letters))
		}
		for range 2 {
			if got := s.browser().Get(link); got.Code != http.StatusOK {
				t.Fatalf("look: got %d", got.Code)
			}
		}
		b := s.browser()
		if got := b.Submit(link, "password", "nine white herons"); got.Code != http.StatusSeeOther {
			t.Fatalf("regain: got %d\n%s", got.Code, got.Body)
		}
		if got := b.Get("/account"); got.Code != http.StatusOK {
			t.Errorf("signed in by the link: got %d", got.Code)
		}
		if got := elsewhere.Get("/account"); got.Code != http.StatusSeeOther {
			t.Errorf("signed in elsewhere still: got %d", got.Code)
		}
		if got := s.browser().Get(link); got.Code != http.StatusNotFound || !strings.Contains(got.Body.String(), "Ask for a new link") {
			t.Errorf("the link again: got %d", got.Code)
		}
	})
}
