package public_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web/public"
)

func TestTheFirstPageIsThePracticeOrAListOrHome(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		got := s.browser().Get("/").Body.String()
		for _, want := range []string{"Linden House", "Four people in Bristol.", "We work at the pace you can walk.", `href="tel:01174960142"`, `href="mailto:hello@linden.example"`, `href="tel:999"`, "<title>Waymark</title>"} {
			if !strings.Contains(got, want) {
				t.Errorf("the page does not have %q", want)
			}
		}
		other := linden
		other.Slug, other.Name = "ash", "Ash Court"
		s.Found(t, person.NewPracticeID(), other)
		if got := s.browser().Get("/").Body.String(); !strings.Contains(got, `href="/p/ash"`) || !strings.Contains(got, `href="/p/linden"`) {
			t.Errorf("no list of both practices:\n%s", got)
		}
		if got := s.browser().Get("/p/birch"); got.Code != http.StatusNotFound {
			t.Errorf("no practice: got %d", got.Code)
		}
		s.tomas()
		b := s.browser()
		b.signIn()
		if got := b.Get("/"); got.Header().Get("Location") != "/my/week" {
			t.Errorf("signed in: got %d %q", got.Code, got.Header().Get("Location"))
		}
		if got := s.browser().Get("/sign-in?p=ash").Body.String(); !strings.Contains(got, "selected>Ash Court") {
			t.Errorf("the practice that somebody came from is not chosen:\n%s", got)
		}
	})
}

func TestWhatAPracticeWritesIsText(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		other := linden
		other.Slug, other.Name, other.About, other.Phone = "odd", "<script>1</script>", "<img src=x>", "javascript:1"
		s.Found(t, person.NewPracticeID(), other)
		got := s.browser().Get("/p/odd").Body.String()
		for _, bad := range []string{"<script>1", "<img", `href="javascript`, " style="} {
			if strings.Contains(got, bad) {
				t.Errorf("the page has %q", bad)
			}
		}
	})
}

func TestHelpSaysWhomToCallWhereSomebodyIs(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for path, want := range map[string][]string{
			"/help":            {`href="tel:999"`, "Someone who listens: Samaritans", "Free. Day and night", "You would rather write: Shout", "Out of hours our doorbell is not answered.", "Nobody has called them for this page."},
			"/help?country=at": {`href="tel:112"`, "Telefonseelsorge", "Out of hours"},
			"/help?country=BE": {`href="tel:112"`, "No crisis line in Belgium"},
			"/help?country=XX": {`href="tel:112"`, "or the emergency number where you are", "Say where you are"},
		} {
			got := s.browser().Get(path)
			body := strings.ToLower(got.Body.String())
			for _, text := range append(want, "Nobody at the practice is watching this page.") {
				if got.Code != http.StatusOK || !strings.Contains(body, strings.ToLower(text)) {
					t.Errorf("%s: got %d without %q", path, got.Code, text)
				}
			}
			if n := strings.Count(body, "call-now"); n != 1 {
				t.Errorf("%s: %d red rows, want 1", path, n)
			}
		}
	})
}

func TestHelpOpensWithoutADatabaseAndForThoseWhoAreSignedIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		b.signIn()
		if got := b.Get("/help").Body.String(); !strings.Contains(got, "Back to This week") {
			t.Error("no way back to This week")
		}
		s.DB.Close()
		for _, path := range []string{"/help", "/p/linden"} {
			if got := b.Get(path); got.Code != http.StatusOK {
				t.Errorf("%s without a database: got %d", path, got.Code)
			}
		}
	})
}

func TestWhileSealedOnlyWhatIsPublicOpens(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		sealed := public.Sealed(s.Facts, true)
		for path, want := range map[string]int{
			"/": 200, "/p/linden": 200, "/help": 200, "/help?country=AT": 200,
			"/p/birch": 503, "/sign-in": 503, "/my/week": 503, "/account": 503, "/join/x": 503,
		} {
			w := httptest.NewRecorder()
			sealed.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != want || w.Header().Get("Content-Security-Policy") == "" {
				t.Errorf("%s: got %d, want %d", path, w.Code, want)
			}
			if strings.Contains(w.Body.String(), "/sign-in") {
				t.Errorf("%s leads to signing in", path)
			}
			if want == 503 && (!strings.Contains(w.Body.String(), "Not open yet") || !strings.Contains(w.Body.String(), `href="/help"`)) {
				t.Errorf("%s: not the calm page:\n%s", path, w.Body)
			}
		}
	})
}

func TestHelpWritesNothingDown(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		b.signIn()
		s.Clock.Pass(2 * time.Minute) // a page would note that Tomas is there
		leaves := s.Count(t, `SELECT count(*) FROM audit`)
		b.Get("/help")
		if n := s.Count(t, `SELECT count(*) FROM audit`) - leaves; n != 0 {
			t.Errorf("%d acts were noted: on a full disk the page would not open", n)
		}
		b.Get("/account")
		if n := s.Count(t, `SELECT count(*) FROM audit`) - leaves; n == 0 {
			t.Error("the account notes nothing either")
		}
	})
}
