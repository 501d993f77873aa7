package public_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/person"
)

func TestAKnownAndAnUnknownAddressAreAnsweredAlike(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		for _, c := range []struct {
			path   string
			fields []string
			status int
		}{
			{"/sign-in", []string{"practice", s.practice, "password", "not the word"}, http.StatusUnprocessableEntity},
			{"/recover", []string{"practice", s.practice}, http.StatusOK},
		} {
			known := s.browser().Submit(c.path, append(c.fields, "email", tomasMail)...)
			unknown := s.browser().Submit(c.path, append(c.fields, "email", "thora@example.org")...)
			if known.Code != c.status || unknown.Code != c.status {
				t.Errorf("%s: got %d and %d, want %d", c.path, known.Code, unknown.Code, c.status)
			}
			same := strings.ReplaceAll(unknown.Body.String(), "thora@", "tomas@")
			if known.Body.String() != same {
				t.Errorf("%s: the pages differ:\n%s\n%s", c.path, known.Body, same)
			}
			if k, u := known.Header(), unknown.Header(); len(k) != len(u) || k.Get("Set-Cookie") != u.Get("Set-Cookie") {
				t.Errorf("%s: the headers differ:\n%v\n%v", c.path, k, u)
			}
		}
	})
}

func TestSigningInLeadsOnOnlyToPagesOfOurs(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		for to, want := range map[string]string{
			"/account":                  "/account",
			"/my/week?on=2026-11-24":    "/my/week?on=2026-11-24",
			"https://evil.example":      "/",
			"//evil.example":            "/",
			"/\\evil.example":           "/",
			"///evil.example":           "/",
			"/\t/evil.example":          "/",
			"javascript:alert(1)":       "/",
			"https:evil.example":        "/",
			"evil.example":              "/",
			"/..//evil.example":         "/evil.example",
			"/ok\r\nSet-Cookie: evil=1": "/",
			"":                          "/",
		} {
			got := s.browser().signIn("to", to)
			if got.Code != http.StatusSeeOther || got.Header().Get("Location") != want {
				t.Errorf("to %q: got %d %q, want 303 %q", to, got.Code, got.Header().Get("Location"), want)
			}
			shown := s.browser().Get("/sign-in?to=" + strings.NewReplacer("\r", "%0D", "\n", "%0A", "\t", "%09", " ", "%20", "\\", "%5C").Replace(to))
			if strings.Contains(shown.Body.String(), "evil") && want == "/" {
				t.Errorf("to %q stands in the form", to)
			}
		}
	})
}

func TestASignInHasACookieOfItsOwnAndEndsTheOneBefore(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		b.Cookies["__Host-waymark"] = s.practice + "." + strings.Repeat("a", 43) // planted by somebody else
		planted := b.Cookies["__Host-waymark"]
		answer := b.signIn()
		first := b.Cookies["__Host-waymark"]
		if first == planted || first == "" {
			t.Fatalf("got cookie %q after signing in with %q", first, planted)
		}
		for _, c := range answer.Result().Cookies() {
			if !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("cookie %s is not as safe as can be: %s", c.Name, c.Raw)
			}
		}
		if got := answer.Result().Header.Get("Strict-Transport-Security"); !strings.HasPrefix(got, "max-age=31536000") {
			t.Errorf("the browser may come back without TLS: %q", got)
		}
		b.signIn()
		second := b.Cookies["__Host-waymark"]
		if second == first {
			t.Error("the second sign-in has the cookie of the first")
		}
		old := s.browser()
		old.Cookies["__Host-waymark"] = first
		if got := old.Get("/account"); got.Code != http.StatusSeeOther || !strings.HasPrefix(got.Header().Get("Location"), "/sign-in") {
			t.Errorf("the sign-in before still works: got %d", got.Code)
		}
		if b.Cookies["__Host-waymark-device"] == "" {
			t.Error("the browser would not be known again")
		}
	})
}

func TestSigningOutEndsItOnTheServer(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		b.signIn()
		thief := s.browser()
		thief.Cookies["__Host-waymark"] = b.Cookies["__Host-waymark"]
		if got := thief.Get("/account"); got.Code != http.StatusOK {
			t.Fatalf("signed in: got %d", got.Code)
		}
		got := b.Submit("/sign-out")
		if got.Code != http.StatusSeeOther || b.Cookies["__Host-waymark"] != "" || got.Header().Get("Clear-Site-Data") == "" {
			t.Errorf("sign out: got %d, cookie %q, %q", got.Code, b.Cookies["__Host-waymark"], got.Header().Get("Clear-Site-Data"))
		}
		if got := thief.Get("/account"); got.Code != http.StatusSeeOther {
			t.Errorf("the cookie still opens the account: got %d", got.Code)
		}
		if got := b.Submit("/sign-out"); got.Code != http.StatusSeeOther {
			t.Errorf("signing out twice: got %d", got.Code)
		}
	})
}

func TestTooManyTriesSayWhenToTryAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		var got *httptest.ResponseRecorder
		for range 8 {
			got = s.browser().signIn("password", "not the word")
		}
		if got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" {
			t.Errorf("got %d, Retry-After %q", got.Code, got.Header().Get("Retry-After"))
		}
		if !strings.Contains(got.Body.String(), "in a minute") || !strings.Contains(got.Body.String(), tomasMail) {
			t.Errorf("the page does not say when, or forgot the address:\n%s", got.Body)
		}
		s.Clock.Pass(time.Hour)
		if got := s.browser().signIn(); got.Code != http.StatusSeeOther {
			t.Errorf("after an hour: got %d", got.Code)
		}
	})
}

func TestAFormFromElsewhereIsRefused(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		r := httptest.NewRequest(http.MethodPost, "/sign-out", nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if got := s.browser().Do(r); got.Code != http.StatusForbidden {
			t.Errorf("got %d, want 403", got.Code)
		}
	})
}

func TestAWindowThatWasOpenedToSignInSaysItCanBeClosed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		b := s.browser()
		if got := b.Get("/sign-in/done"); got.Code != http.StatusSeeOther || got.Header().Get("Location") != "/sign-in?to=%2Fsign-in%2Fdone" {
			t.Errorf("signed out: got %d %q", got.Code, got.Header().Get("Location"))
		}
		b.signIn("to", "/sign-in/done")
		if got := b.Get("/sign-in/done"); !strings.Contains(got.Body.String(), "You can close this window and send your form again.") {
			t.Errorf("signed in:\n%s", got.Body)
		}
	})
}

func TestPasskeysAreAskedForInJSON(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ask := func(path, body string) *httptest.ResponseRecorder {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Accept", "application/json")
			return s.browser().Do(r)
		}
		got := ask("/sign-in/passkey/begin", `{"practice":"`+s.practice+`"}`)
		if got.Code != http.StatusOK || !strings.Contains(got.Body.String(), `"challenge"`) || !strings.Contains(got.Body.String(), `"ceremony"`) {
			t.Errorf("begin: got %d %s", got.Code, got.Body)
		}
		for _, body := range []string{`{`, `{}`, `{"ceremony":"x","response":{}}`} {
			got = ask("/sign-in/passkey/finish", body)
			if got.Code != http.StatusUnprocessableEntity || !strings.Contains(got.Body.String(), `"text":"`) || got.Header().Get("Set-Cookie") != "" {
				t.Errorf("finish with %s: got %d %s", body, got.Code, got.Body)
			}
		}
		if got := ask("/account/passkeys/begin", `{}`); got.Code != http.StatusUnauthorized || !strings.Contains(got.Body.String(), `"kind":"sign in"`) {
			t.Errorf("to add one without sign-in: got %d %s", got.Code, got.Body)
		}
	})
}

func TestWhereThereAreSeveralPracticesOneIsChosen(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.tomas()
		other := linden
		other.Slug, other.Name = "ash", "Ash Court"
		id := person.NewPracticeID()
		s.Found(t, id, other)
		for practice, want := range map[string]int{
			"": http.StatusUnprocessableEntity, "nosuchplace": http.StatusUnprocessableEntity,
			id: http.StatusUnprocessableEntity, s.practice: http.StatusSeeOther,
		} {
			got := s.browser().Submit("/sign-in", "practice", practice, "email", tomasMail, "password", tomasWord)
			if got.Code != want {
				t.Errorf("practice %q: got %d, want %d", practice, got.Code, want)
			}
			if want != http.StatusSeeOther && !strings.Contains(got.Body.String(), tomasMail) {
				t.Errorf("practice %q: the address is gone", practice)
			}
		}
	})
}

// slowly is the body of a form that does not arrive.
type slowly struct{ until <-chan struct{} }

func (s slowly) Read([]byte) (int, error) { <-s.until; return 0, io.ErrUnexpectedEOF }

func TestFormsThatDoNotArriveKeepNobodyWaiting(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		over := make(chan struct{})
		var all sync.WaitGroup
		for n := range 40 {
			all.Go(func() {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/sign-in", slowly{over})
				r.Header.Set("Content-Type", []string{"multipart/form-data; boundary=b", "application/json", "application/x-www-form-urlencoded"}[n%3])
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				r.AddCookie(&http.Cookie{Name: s.Cookie(), Value: s.practice + "." + strings.Repeat("n", 43)})
				if n%3 == 1 {
					r.URL.Path = "/sign-in/passkey/finish"
				}
				s.Handler.ServeHTTP(httptest.NewRecorder(), r)
			})
		}
		time.Sleep(100 * time.Millisecond)
		answered := make(chan int, 1)
		go func() {
			answered <- s.browser().Send(http.MethodGet, "/sign-in", nil, "Cookie", s.Cookie()+"="+s.practice+"."+strings.Repeat("o", 43)).Status
		}()
		select {
		case got := <-answered:
			if got != http.StatusOK {
				t.Errorf("got %d", got)
			}
		case <-time.After(5 * time.Second):
			t.Error("whoever sends nothing keeps everybody waiting")
		}
		close(over)
		all.Wait()
	})
}

func TestAFormInPartsIsReadWithinTheSameLimits(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		part := func(name, value string) string {
			return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n"
		}
		for what, c := range map[string]struct {
			body string
			want int
		}{
			"a zero":     {part("practice", s.practice) + part("email", "a\x00b@example.org"), http.StatusUnprocessableEntity},
			"no text":    {part("practice", s.practice) + part("email", "a\xffb@example.org"), http.StatusUnprocessableEntity},
			"no end":     {"--b\r\nContent-Disp", http.StatusUnprocessableEntity},
			"many parts": {many(part), http.StatusRequestEntityTooLarge},
			"much":       {part("email", strings.Repeat("x", 2<<20)), http.StatusRequestEntityTooLarge},
		} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/recover", strings.NewReader(c.body+"--b--\r\n"))
			if what == "no end" {
				r.Body = io.NopCloser(strings.NewReader(c.body))
			}
			r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			if got := s.browser().Do(r); got.Code != c.want {
				t.Errorf("%s: got %d, want %d: %s", what, got.Code, c.want, got.Body)
			}
		}
	})
}

func many(part func(name, value string) string) (all string) {
	for n := range 500 {
		all += part("f"+strconv.Itoa(n), "x")
	}
	return all
}
