package launch

import (
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/fault"
)

const base = "https://way.example/fhir/R4"

func TestAnAppCannotWidenWhatItMayAskFor(t *testing.T) {
	app := App{May: []string{"Goal.rs", "Observation.rs", "QuestionnaireResponse.c", "QuestionnaireResponse.rs"}}
	for asked, want := range map[string]string{
		"patient/*.rs":                         "patient/Goal.rs patient/Observation.rs patient/QuestionnaireResponse.rs",
		"patient/*.cruds":                      "patient/Goal.rs patient/Observation.rs patient/QuestionnaireResponse.c patient/QuestionnaireResponse.rs",
		"patient/Observation.r":                "patient/Observation.r",
		"patient/Observation.r patient/*.s":    "patient/Goal.s patient/Observation.rs patient/QuestionnaireResponse.s",
		"patient/Observation.d":                "",
		"patient/AuditEvent.rs":                "",
		"user/*.rs system/*.rs":                "",
		"patient/Observation.rs?category=x":    "",
		"openid fhirUser profile":              "",
		"patient/*.sr":                         "",
		"patient/*.read":                       "",
		"patient/Observation.rs\x00":           "",
		"launch/patient offline_access launch": "",
	} {
		if got := strings.Join(within(asked, app, true), " "); got != want {
			t.Errorf("%q: %q, want %q", asked, got, want)
		}
	}
	if got := within("patient/*.rs user/Goal.rs", app, false); !slices.Equal(got, []string{"user/Goal.rs"}) {
		t.Errorf("of somebody who is no client: %v", got)
	}
}

func TestPeopleAreSentOnOnlyToWhereAnAppIsKnownToBe(t *testing.T) {
	app := App{Redirects: []string{"https://app.example/back", "http://127.0.0.1/back"}}
	for _, good := range []string{"https://app.example/back", "http://127.0.0.1/back", "http://127.0.0.1:41234/back"} {
		if !app.sendsTo(good) {
			t.Errorf("%s is refused", good)
		}
	}
	for _, bad := range []string{
		"", "https://app.example", "https://app.example/back/", "https://app.example/back?x=1", "https://app.example/back#x", "https://app.example/Back",
		"https://app.example:443/back", "https://app.example.evil.example/back", "https://app.example@evil.example/back", "https://evil.example/back",
		"http://app.example/back", "HTTPS://app.example/back", "https://APP.example/back", "//app.example/back", "/back", "https:app.example/back",
		"https://app.example/back/../x", "https://app.example/back\r\nSet-Cookie: a=b", "https://app.example\\@evil.example/back", "javascript:alert(1)",
		"http://localhost/back", "http://127.0.0.1.evil.example/back", "http://127.0.0.1:41234/other", "http://127.0.0.1:x/back", "http://127.0.0.2/back",
		"http://[::1]/back", "http://127.0.0.1@evil.example/back", "http://evil.example:127/back", "https://127.0.0.1/back",
	} {
		if app.sendsTo(bad) {
			t.Errorf("%q is sent on to", bad)
		}
	}
}

func TestAnAddressIsOnePlaceAndReadTheSameByAll(t *testing.T) {
	for _, bad := range []string{
		"app.example/back", "ftp://app.example/", "http://app.example/", "https://", "https://user@app.example/", "https://app.example/#a", "https://app.example/#",
		"https://app.example/a b", "https://app.example/;script-src", "https://app.example/,", "https://*.example/", "https://exämple.org/", "https://app.example/*",
		"https://app.example/" + strings.Repeat("a", MaxRedirect), "com.example.app:/back", "https://-app.example/", "https://app.example:999999/",
	} {
		if err := checkRedirect(bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestWhatIsWrongWithARequestIsToldToNobodyUnlessTheAppIsKnown(t *testing.T) {
	app := App{ID: "a", Redirects: []string{"https://app.example/back"}}
	good := Request{Type: "code", Redirect: "https://app.example/back", State: "s", Audience: base, Challenge: strings.Repeat("A", 43), Method: "S256"}
	if err := good.check(app, base); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*Request)
		code   string
		back   bool
	}{
		"another address":       {func(r *Request) { r.Redirect = "https://evil.example/" }, "invalid_request", false},
		"another, and no state": {func(r *Request) { r.Redirect, r.State = "https://evil.example/", "" }, "invalid_request", false},
		"no state":              {func(r *Request) { r.State = "" }, "invalid_request", true},
		"a long state":          {func(r *Request) { r.State = strings.Repeat("a", maxState+1) }, "invalid_request", true},
		"a token at once":       {func(r *Request) { r.Type = "token" }, "unsupported_response_type", true},
		"no proof":              {func(r *Request) { r.Challenge, r.Method = "", "" }, "invalid_request", true},
		"a proof in clear":      {func(r *Request) { r.Method = "plain" }, "invalid_request", true},
		"a proof of no method":  {func(r *Request) { r.Method = "" }, "invalid_request", true},
		"a short proof":         {func(r *Request) { r.Challenge = "abc" }, "invalid_request", true},
		"another server":        {func(r *Request) { r.Audience = "https://other.example/fhir" }, "invalid_request", true},
		"no server":             {func(r *Request) { r.Audience = "" }, "invalid_request", true},
		"very many scopes":      {func(r *Request) { r.Scope = strings.Repeat("a ", maxScope) }, "invalid_scope", true},
	} {
		r := good
		c.change(&r)
		w, ok := r.check(app, base).(*Wrong)
		if !ok || w.Code != c.code || w.Back != c.back {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

func TestAVerifierProvesOnlyItsOwnChallenge(t *testing.T) {
	// RFC 7636, appendix B.
	const v, c = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	if !proves(v, c) {
		t.Error("the example of RFC 7636 does not hold")
	}
	for _, other := range []string{"", c, v + "a", v[:42], strings.Repeat("a", 129)} {
		if proves(other, c) {
			t.Errorf("%q proves it", other)
		}
	}
}

func FuzzWhatAnAppBringsIsNoneOfOurs(f *testing.F) {
	f.Add("wr1.abcdefghij." + strings.Repeat("a", 32) + "." + strings.Repeat("b", 32))
	f.Add("wc1..")
	f.Fuzz(func(t *testing.T, text string) {
		for n := 1; n <= 2; n++ {
			practice, secrets, ok := parts(refreshVersion, text, n)
			if ok && refreshVersion+"."+practice+"."+strings.Join(secrets, ".") != text {
				t.Errorf("%q was read as %q and %q", text, practice, secrets)
			}
		}
	})
}

func FuzzAnAddressThatIsTakenCanStandInAPolicy(f *testing.F) {
	f.Add("https://app.example/back")
	f.Add("http://127.0.0.1:80/;")
	f.Fuzz(func(t *testing.T, text string) {
		if checkRedirect(text) != nil {
			return
		}
		if origin, _ := OriginOf(text); strings.ContainsAny(origin, " ;,'\"*@\\\r\n") || !strings.HasPrefix(text, origin) {
			t.Errorf("%q is of %q", text, origin)
		}
	})
}
