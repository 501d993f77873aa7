package launch_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/launch"
	settings "github.com/waymark-care/waymark/internal/web/token"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const (
	origin   = "https://way.example"
	redirect = "https://app.example/back?from=us"
	proof    = "a-proof-that-only-the-app-itself-can-know-0123456789"
	path     = "/launch/authorize"
)

// A site is a practice that knows one app, and in which Ines works with Tomas and Priya.
type site struct {
	*waytest.World
	*webtest.Site
	t                        *testing.T
	tokens                   *token.Tokens
	launches                 *launch.Launches
	app                      launch.App
	ruth, ines, tomas, priya access.Actor
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		of := webtest.New(t, w, origin, person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		s := &site{World: w, Site: of, t: t, tokens: token.New(w.Door, "http://localhost")}
		s.launches = launch.New(w.Door, s.tokens, origin+"/fhir/R4")
		s.Serve(web.Options{Secure: true, Source: func(r *http.Request) string { return r.RemoteAddr }},
			(&pages.Pages{Launches: s.launches, Origin: origin, Offers: []string{"Goal.rs", "Observation.rs", "QuestionnaireResponse.c", "QuestionnaireResponse.rs", "Patient.rs", "AuditEvent.rs"}, Gate: pages.NewGate()}).Routes(),
			(&settings.Pages{Tokens: s.tokens, Launches: s.launches, People: of.People}).Routes())
		s.ruth = of.Join(t, of.Operator(), "Ruth Keller", "ruth@example.org", person.Manager)
		s.ines = of.Join(t, of.Operator(), "Ines Moreau", "ines@example.org", person.Clinician)
		s.tomas = of.Join(t, s.ines, "Tomas Brandt", "tomas@example.org", person.Client)
		s.priya = of.Join(t, s.ines, "Priya Shah", "priya@example.org", person.Client)
		s.Do(t, func(ctx context.Context) (err error) {
			s.app, err = s.launches.KeepApp(ctx, s.ruth, launch.AppForm{
				ID: webtest.NewID(t), Name: "Mood watch", Redirects: redirect, Clients: true, May: []string{"Goal.rs", "Observation.rs"},
			})
			return err
		})
		f(t, s)
	})
}

// request is what the app sends people with.
func (s *site) request(change ...string) url.Values {
	sum := sha256.Sum256([]byte(proof))
	v := url.Values{
		"response_type": {"code"}, "client_id": {s.app.ID}, "redirect_uri": {redirect}, "scope": {"launch/patient offline_access patient/*.rs"},
		"state": {"st&te=1"}, "aud": {origin + "/fhir/R4"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

// asked opens the page on which b's person is asked, and returns its form with a yes.
func (s *site) asked(b *webtest.Browser) url.Values {
	s.t.Helper()
	form := webtest.Carried(b.Open(path + "?" + s.request().Encode()))
	form.Set("answer", "yes")
	form.Set("days", "30")
	form["scopes"] = []string{"patient/Goal.rs", "patient/Observation.rs"}
	return form
}

// told is what the app is told by where b is sent on to.
func (s *site) told(r webtest.Reply) url.Values {
	s.t.Helper()
	u, err := url.Parse(r.To)
	if err != nil || r.Status != http.StatusSeeOther || !strings.HasPrefix(r.To, redirect+"&") {
		s.t.Fatalf("got %d %q, want to go on to the app\n%s", r.Status, r.To, r.Text())
	}
	if r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Referrer-Policy") != "no-referrer" {
		s.t.Errorf("an answer may be kept, or told to others: %v", r.Header)
	}
	return u.Query()
}

// calls sends a form as an app does: without a browser.
func (s *site) calls(path string, form url.Values, header ...string) (*http.Response, map[string]any) {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), "POST", origin+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.Handler.ServeHTTP(w, r)
	var got map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		s.t.Fatalf("POST %s: %d %s", path, w.Code, w.Body)
	}
	return w.Result(), got
}

func (s *site) turnsIn(code string, change ...string) url.Values {
	v := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {redirect}, "client_id": {s.app.ID}, "code_verifier": {proof}}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func (s *site) enters(secret string) (in token.In, err error) {
	ctx, settle := s.Visit(s.t)
	defer settle()
	return s.tokens.Enter(ctx, secret)
}

func TestAnAppIsLetInAndComesAgainUntilItIsEnded(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		page := b.Open(path + "?" + s.request().Encode())
		webtest.Has(t, page, "Let “Mood watch” in?", "app.example", "Read what you are working towards", "Read your scores", "A month", "No")
		webtest.HasNot(t, page, "Send in answers", "<script>")
		told := s.told(b.PostForm(path, s.asked(b), http.StatusSeeOther))
		if told.Get("state") != "st&te=1" || told.Get("iss") != origin || told.Get("from") != "us" {
			t.Errorf("the app is told %v", told)
		}
		res, got := s.calls("/launch/token", s.turnsIn(told.Get("code")))
		if res.StatusCode != http.StatusOK || got["token_type"] != "Bearer" || got["patient"] != s.tomas.ID || got["expires_in"].(float64) > 3600 ||
			got["scope"] != "patient/Goal.rs patient/Observation.rs launch/patient offline_access" {
			t.Fatalf("got %d %v", res.StatusCode, got)
		}
		if res.Header.Get("Cache-Control") != "no-store" || len(res.Cookies()) > 0 {
			t.Errorf("tokens may be kept: %v", res.Header)
		}
		in, err := s.enters(got["access_token"].(string))
		if err != nil || in.Actor.ID != s.tomas.ID || in.Of != s.tomas.ID {
			t.Fatalf("got %+v, %v", in, err)
		}
		s.Clock.Pass(2 * time.Hour)
		res, got = s.calls("/launch/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {got["refresh_token"].(string)}, "client_id": {s.app.ID}})
		if res.StatusCode != http.StatusOK {
			t.Fatalf("coming again: %d %v", res.StatusCode, got)
		}
		b = s.Browser(t, s.tomas)
		list := b.Open("/account/programs")
		webtest.Has(t, list, "Mood watch", "Read what you are working towards")
		_, end, _ := strings.Cut(list.Body, `action="/account/programs/apps/`)
		end, _, _ = strings.Cut(end, `"`)
		b.Post("/account/programs/apps/"+end, http.StatusSeeOther)
		if _, err := s.enters(got["access_token"].(string)); !fault.Is(err, fault.NotFound) {
			t.Errorf("after it was ended: %v", err)
		}
		webtest.HasNot(t, b.Open("/account/programs"), "Mood watch")
	})
}

func TestNobodyIsSentOnToWhereNoAppIsKnown(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		for name, v := range map[string]url.Values{
			"another address":      s.request("redirect_uri", "https://evil.example/"),
			"no address":           s.request("redirect_uri", ""),
			"a part of it":         s.request("redirect_uri", "https://app.example/back"),
			"a host in front":      s.request("redirect_uri", "https://app.example@evil.example/back?from=us"),
			"a script":             s.request("redirect_uri", "javascript:alert(1)"),
			"an app nobody knows":  s.request("client_id", webtest.NewID(t)),
			"no app":               s.request("client_id", ""),
			"an app's name":        s.request("client_id", "Mood watch"),
			"both, and no":         s.request("client_id", webtest.NewID(t), "redirect_uri", "https://evil.example/", "answer", "no"),
			"an answer otherwise":  s.request("response_mode", "form_post"),
			"a request elsewhere":  s.request("request_uri", "https://evil.example/request"),
			"an address given two": func() url.Values { v := s.request(); v.Add("redirect_uri", "https://evil.example/"); return v }(),
			"two apps":             func() url.Values { v := s.request(); v.Add("client_id", webtest.NewID(t)); return v }(),
		} {
			for _, r := range []webtest.Reply{b.Send("GET", path+"?"+v.Encode(), nil), b.Send("POST", path, v)} {
				if r.Status != http.StatusBadRequest || r.To != "" || strings.Contains(r.Body, "evil.example") {
					t.Errorf("%s: %d %q\n%s", name, r.Status, r.To, r.Text())
				}
			}
		}
	})
}

func TestWhatIsWrongIsToldToTheAppAndNothingIsAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		for name, c := range map[string]struct {
			v    url.Values
			code string
		}{
			"a token at once":         {s.request("response_type", "token"), "unsupported_response_type"},
			"no proof":                {s.request("code_challenge", "", "code_challenge_method", ""), "invalid_request"},
			"a proof in clear":        {s.request("code_challenge_method", "plain"), "invalid_request"},
			"a proof of no method":    {s.request("code_challenge_method", ""), "invalid_request"},
			"no state":                {s.request("state", ""), "invalid_request"},
			"another server":          {s.request("aud", "https://evil.example/fhir"), "invalid_request"},
			"nothing that it may":     {s.request("scope", "patient/QuestionnaireResponse.c openid"), "invalid_scope"},
			"what is for others":      {s.request("scope", "user/*.rs system/*.rs"), "invalid_scope"},
			"a line end in the state": {s.request("response_type", "x", "state", "a\r\nSet-Cookie: b=c"), "unsupported_response_type"},
		} {
			r := b.Send("GET", path+"?"+c.v.Encode(), nil)
			told := s.told(r)
			if told.Get("error") != c.code || told.Get("code") != "" || told.Get("state") != c.v.Get("state") || len(r.Header.Values("Set-Cookie")) > 0 {
				t.Errorf("%s: the app is told %v", name, told)
			}
		}
		if told := s.told(s.Browser(t, s.ines).Send("GET", path+"?"+s.request().Encode(), nil)); told.Get("error") != "unauthorized_client" {
			t.Errorf("somebody for whom the app is not: %v", told)
		}
	})
}

func TestThePageIsShownByNobodyElseAndItsFormLeadsOnlyToTheApp(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		h := b.Open(path + "?" + s.request().Encode()).Header
		policy := h.Get("Content-Security-Policy")
		if h.Get("X-Frame-Options") != "DENY" || !strings.Contains(policy, "frame-ancestors 'none'") || h.Get("Cache-Control") != "no-store" {
			t.Errorf("it may be framed, or kept: %v", h)
		}
		if !strings.Contains(policy, "form-action 'self' https://app.example;") || strings.Count(policy, "app.example") != 1 {
			t.Errorf("its form leads on by %s", policy)
		}
		form := s.asked(b)
		for _, from := range []string{"cross-site", "same-site"} {
			if r := b.Send("POST", path, form, "Sec-Fetch-Site", from); r.Status != http.StatusForbidden || r.To != "" {
				t.Errorf("another site said yes: %d %q", r.Status, r.To)
			}
		}
		if n := s.Count(t, `SELECT count(*) FROM launch`); n != 0 {
			t.Errorf("%d were let in", n)
		}
	})
}

func TestSomebodyWhoIsNotThereOrDidNotJustSaySoIsAskedToAndComesBack(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		address := path + "?" + s.request().Encode()
		r := s.Nobody(t).Send("GET", address, nil)
		if want := "/sign-in?to=" + url.QueryEscape(address); r.To != want {
			t.Errorf("sent to %q, want %q", r.To, want)
		}
		if r := s.Nobody(t).Send("POST", path, s.request("answer", "yes")); r.Status != http.StatusUnauthorized {
			t.Errorf("nobody said yes: %d", r.Status)
		}
		b := s.Browser(t, s.tomas)
		form := s.asked(b)
		s.Clock.Pass(6 * time.Minute)
		to, err := url.Parse(b.Send("GET", address, nil).To)
		if err != nil || to.Path != "/step-up" || web.Local(to.Query().Get("to")) != to.Query().Get("to") {
			t.Fatalf("sent to %v, %v", to, err)
		}
		back, _ := url.Parse(to.Query().Get("to"))
		if back.Path != path || back.Query().Encode() != s.request().Encode() {
			t.Errorf("comes back with %v", back.Query())
		}
		form["scopes"], form["days"] = []string{"patient/Observation.rs"}, []string{"365"}
		late := b.PostForm(path, form, http.StatusForbidden)
		webtest.Has(t, late, "Nothing was let in yet", "Say who you are, in a new window")
		if got := ticked(late); !slices.Equal(got, []string{"patient/Observation.rs", "365"}) || webtest.Hidden(t, late, "id") != form.Get("id") {
			t.Errorf("what was chosen before is now %v", got)
		}
		form.Set("answer", "no") // a no needs nothing
		if told := s.told(b.Send("POST", path, form)); told.Get("error") != "access_denied" || told.Get("code") != "" {
			t.Errorf("the app is told %v", told)
		}
		if n := s.Count(t, `SELECT count(*) FROM launch`); n != 0 {
			t.Errorf("%d were let in", n)
		}
	})
}

// ticked are the values of what a page shows as chosen.
func ticked(r webtest.Reply) (all []string) {
	for _, m := range regexp.MustCompile(`value="([^"]*)"[^>]* checked`).FindAllStringSubmatch(r.Body, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestNothingIsTickedBeforehandAndOneThingAloneNeedsNoTick(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		page := b.Open(path + "?" + s.request("scopes", "patient/Goal.rs", "days", "365").Encode()) // as the app would like it
		webtest.Has(t, page, "It asks for two things")
		if got := ticked(page); !slices.Equal(got, []string{"30"}) {
			t.Errorf("ticked beforehand: %v", got)
		}
		one := b.Open(path + "?" + s.request("scope", "patient/Goal.rs").Encode())
		webtest.Has(t, one, "It asks for one thing: Read what you are working towards")
		webtest.HasNot(t, one, `type="checkbox"`)
		form := webtest.Carried(one)
		form.Set("answer", "yes")
		_, got := s.calls("/launch/token", s.turnsIn(s.told(b.PostForm(path, form, http.StatusSeeOther)).Get("code")))
		if got["scope"] != "patient/Goal.rs" {
			t.Errorf("it was let in for %v", got["scope"])
		}
	})
}

func TestAFormThatWasShownToSomebodyElseLetsNothingIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		form := s.asked(s.Browser(t, s.priya))
		b := s.Browser(t, s.tomas)
		r := b.PostForm(path, form, http.StatusConflict)
		webtest.Has(t, r, "Somebody else has signed in here")
		if got := ticked(r); !slices.Equal(got, []string{"30"}) {
			t.Errorf("what somebody else ticked is ticked: %v", got)
		}
		form = webtest.Carried(r)
		if form.Get("whose") != s.tomas.ID || form.Get("id") == "" || s.Count(t, `SELECT count(*) FROM launch`) != 0 {
			t.Errorf("it is now %v", form)
		}
	})
}

func TestNobodyLetsInMoreThanWasAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		for _, more := range []string{"patient/*.crs", "patient/QuestionnaireResponse.c", "user/Goal.rs", "patient/Goal.crs", "launch/patient", "system/*.rs"} {
			form := s.asked(b)
			form.Add("scopes", more)
			webtest.Has(t, b.PostForm(path, form, http.StatusUnprocessableEntity), "did not ask for")
		}
		form := s.asked(b)
		form["scopes"] = nil
		webtest.Has(t, b.PostForm(path, form, http.StatusUnprocessableEntity), "Please tick what it may do")
		form = s.asked(b)
		form.Set("days", "36500")
		webtest.Has(t, b.PostForm(path, form, http.StatusUnprocessableEntity), "Please say for how long")
		form = s.asked(b)
		form["scopes"] = []string{"patient/Goal.rs"} // fewer is fine
		_, got := s.calls("/launch/token", s.turnsIn(s.told(b.PostForm(path, form, http.StatusSeeOther)).Get("code")))
		if got["scope"] != "patient/Goal.rs launch/patient offline_access" {
			t.Errorf("got %v", got)
		}
	})
}

func TestAnAppThatIsNotTheOneGetsNoTokens(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		code := func() string {
			return s.told(b.PostForm(path, s.asked(b), http.StatusSeeOther)).Get("code")
		}
		for name, c := range map[string]struct {
			form   url.Values
			error  string
			status int
			header []string
		}{
			"another proof":       {s.turnsIn(code(), "code_verifier", strings.Repeat("b", 43)), "invalid_grant", 400, nil},
			"no proof":            {s.turnsIn(code(), "code_verifier", ""), "invalid_grant", 400, nil},
			"another app":         {s.turnsIn(code(), "client_id", webtest.NewID(t)), "invalid_grant", 400, nil},
			"another address":     {s.turnsIn(code(), "redirect_uri", "https://evil.example/"), "invalid_grant", 400, nil},
			"a code that is none": {s.turnsIn("wc1." + s.Site.Practice + "." + strings.Repeat("a", 32)), "invalid_grant", 400, nil},
			"no code":             {s.turnsIn(""), "invalid_grant", 400, nil},
			"no app":              {s.turnsIn(code(), "client_id", ""), "invalid_request", 400, nil},
			"a password":          {url.Values{"grant_type": {"password"}, "username": {"tomas@example.org"}, "client_id": {s.app.ID}}, "unsupported_grant_type", 400, nil},
			"a system of its own": {url.Values{"grant_type": {"client_credentials"}, "client_id": {s.app.ID}}, "unsupported_grant_type", 400, nil},
			"no way":              {url.Values{"client_id": {s.app.ID}}, "invalid_request", 400, nil},
			"a secret":            {s.turnsIn(code()), "invalid_client", 401, []string{"Authorization", "Basic YTpi"}},
			"two codes":           {func() url.Values { v := s.turnsIn(code()); v.Add("code", "b"); return v }(), "invalid_request", 400, nil},
		} {
			res, got := s.calls("/launch/token", c.form, c.header...)
			if res.StatusCode != c.status || got["error"] != c.error || got["access_token"] != nil || res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %v", name, res.StatusCode, got)
			}
		}
		good := s.turnsIn(code())
		if res, got := s.calls("/launch/token?"+good.Encode(), good); res.StatusCode != 400 || got["error"] != "invalid_request" {
			t.Errorf("in the address: %d %v", res.StatusCode, got)
		}
		if n := s.Count(t, `SELECT count(*) FROM token`); n != 0 {
			t.Errorf("%d tokens were made", n)
		}
	})
}

func TestWhoeverLeavesTakesAlongWhatTheyLetIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.Accounts.OnRemoved(func(ctx context.Context, tx *access.Tx, of, passkey string) error {
			return errors.Join(token.RemovedIn(ctx, tx, of, passkey), launch.RemovedIn(ctx, tx, of, passkey))
		})
		s.Do(t, func(ctx context.Context) (err error) {
			s.app, err = s.launches.KeepApp(ctx, s.ruth, launch.AppForm{ID: webtest.NewID(t), Name: "Desk app", Redirects: redirect, Staff: true, May: []string{"Goal.rs"}})
			return err
		})
		b := s.Browser(t, s.ines)
		form := webtest.Carried(b.Open(path + "?" + s.request("scope", "offline_access user/*.rs").Encode()))
		form.Set("answer", "yes")
		form.Set("days", "365")
		form.Set("scopes", "user/Goal.rs")
		_, given := s.calls("/launch/token", s.turnsIn(s.told(b.PostForm(path, form, http.StatusSeeOther)).Get("code")))
		if in, err := s.enters(given["access_token"].(string)); err != nil || in.Of != "" || given["patient"] != nil {
			t.Fatalf("got %+v, %v, %v", in, err, given)
		}
		s.Do(t, func(ctx context.Context) error { return s.People.Leave(ctx, s.ruth, s.ines.ID) })
		if _, err := s.enters(given["access_token"].(string)); !fault.Is(err, fault.NotFound) {
			t.Errorf("the app comes in: %v", err)
		}
		if res, _ := s.calls("/launch/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {given["refresh_token"].(string)}, "client_id": {s.app.ID}}); res.StatusCode != 400 {
			t.Errorf("the app comes again: %d", res.StatusCode)
		}
		if n := s.Count(t, `SELECT (SELECT count(*) FROM token) + (SELECT count(*) FROM launch)`); n != 0 {
			t.Errorf("%d rows of theirs are left", n)
		}
	})
}

func TestRevokingSaysTheSameWhateverItWas(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		_, given := s.calls("/launch/token", s.turnsIn(s.told(b.PostForm(path, s.asked(b), http.StatusSeeOther)).Get("code")))
		for _, other := range []string{"", "nonsense", "wr1.a.b.c", given["refresh_token"].(string)[:20]} {
			if res, got := s.calls("/launch/revoke", url.Values{"token": {other}, "client_id": {s.app.ID}}); res.StatusCode != 200 || len(got) > 0 {
				t.Errorf("%q: %d %v", other, res.StatusCode, got)
			}
		}
		if _, err := s.enters(given["access_token"].(string)); err != nil {
			t.Fatal(err)
		}
		s.calls("/launch/revoke", url.Values{"token": {given["refresh_token"].(string)}, "client_id": {s.app.ID}})
		if _, err := s.enters(given["access_token"].(string)); !fault.Is(err, fault.NotFound) {
			t.Errorf("after it was revoked: %v", err)
		}
	})
}

func TestAnAppFindsItsWay(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, at := range []string{"/fhir/R4/.well-known/smart-configuration", "/.well-known/oauth-authorization-server"} {
			r := s.Nobody(t).Open(at)
			var c map[string]any
			if err := json.Unmarshal([]byte(r.Body), &c); err != nil || r.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%s: %v %s", at, err, r.Body)
			}
			for name, want := range map[string]string{
				"authorization_endpoint": origin + path, "token_endpoint": origin + "/launch/token", "revocation_endpoint": origin + "/launch/revoke",
			} {
				if c[name] != want {
					t.Errorf("%s: %s is %v", at, name, c[name])
				}
			}
			methods, _ := c["code_challenge_methods_supported"].([]any)
			if len(methods) != 1 || methods[0] != "S256" || strings.Contains(r.Body, "openid") {
				t.Errorf("%s: says %s", at, r.Body)
			}
		}
	})
}

func TestThoseWhoManageSayWhichAppsThereAre(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.Browser(t, s.ruth)
		page := b.Open("/practice/programs/new")
		under := map[string]string{}
		for _, set := range strings.Split(page.Body, `<fieldset class="answers-under">`)[1:] {
			heading, boxes, _ := strings.Cut(strings.TrimPrefix(set, "<legend>"), "</legend>")
			for _, m := range regexp.MustCompile(`value="([^"]+)"`).FindAllStringSubmatch(boxes[:strings.Index(boxes, "</fieldset>")], -1) {
				under[m[1]] = heading
			}
		}
		for may, want := range map[string]string{
			"QuestionnaireResponse.rs": "Answers and scores", "QuestionnaireResponse.c": "Send something in", "Observation.rs": "Answers and scores",
			"Goal.rs": "The work together", "Patient.rs": "People, and what was agreed", "AuditEvent.rs": "Who did what",
		} {
			if under[may] != want {
				t.Errorf("%s stands under %q, want %q", may, under[may], want)
			}
		}
		form := webtest.Carried(page)
		form.Set("name", "Sleep <b>well</b>")
		form.Set("redirects", "http://sleep.example/back")
		form["for"], form["may"] = []string{"clients", "staff"}, []string{"Observation.rs", "Everything.rs"}
		webtest.Has(t, b.PostForm("/practice/programs", form, http.StatusUnprocessableEntity), "has to begin with https://")
		form.Set("redirects", "https://sleep.example/back\r\nhttp://127.0.0.1/back")
		for range 2 {
			b.PostForm("/practice/programs", form, http.StatusSeeOther)
		}
		list := b.Open("/practice/programs?done=known")
		webtest.Has(t, list, "Made known.", "Sleep <b>well</b>", "client_id): "+form.Get("id"), "For clients, and for those who work here", "https://sleep.example/back")
		webtest.HasNot(t, list, "Everything")
		var all []launch.App
		s.Do(t, func(ctx context.Context) (err error) { all, err = s.launches.Apps(ctx, s.ruth); return err })
		if len(all) != 2 || !slices.Equal(all[1].May, []string{"Observation.rs"}) {
			t.Errorf("got %+v", all)
		}
		b.Post("/practice/programs/"+form.Get("id")+"/withdraw", http.StatusSeeOther)
		webtest.HasNot(t, b.Open("/practice/programs"), "Sleep")
		for _, who := range []access.Actor{s.ines, s.tomas} {
			if r := s.Browser(t, who).Send("GET", "/practice/programs", nil); r.Status != http.StatusNotFound {
				t.Errorf("somebody who does not manage: %d", r.Status)
			}
		}
	})
}
