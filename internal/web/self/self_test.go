package self_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web/self"
)

var recoveryCode = regexp.MustCompile(`<li>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</li>`)

func TestStaffAreLedThroughASecondStepBeforeAnythingElseOpens(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.ines()
		b.wantTo("/account", b.get("/today"))
		b.wantTo("/account/setup", b.get("/account"))
		b.want(http.StatusOK, b.get("/account/setup"))
		b.has("One more step", `href="/account/second-step"`)

		b.want(http.StatusOK, b.get("/account/second-step"))
		address, ceremony := b.hidden("url"), b.hidden("ceremony")
		b.has("<svg", "otpauth://")
		b.want(http.StatusUnprocessableEntity, b.post("/account/second-step", "url", address, "ceremony", ceremony, "code", "000000"))
		if b.hidden("url") != address || b.hidden("ceremony") != ceremony {
			t.Error("after a wrong code another picture is shown than the one that was scanned")
		}
		secret := regexp.MustCompile(`secret=([A-Z2-7]+)`).FindStringSubmatch(address)[1]
		b.want(http.StatusOK, b.post("/account/second-step", "url", address, "ceremony", ceremony, "code", s.code(secret)))
		if n := len(recoveryCode.FindAllString(b.body, -1)); n != 10 {
			t.Errorf("%d recovery codes shown, want 10", n)
		}
		b.want(http.StatusOK, b.get("/today"))
		b.wantTo("/today", b.get("/account/setup"))
	})
}

func TestAClientNeedsNoSecondStep(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines := s.ines()
		who, err := s.accounts.Who(t.Context(), ines.cookies["__Host-waymark"])
		if err != nil {
			t.Fatal(err)
		}
		b := s.join(who.Self(), "Tomas", person.Client, "seven grey herons")
		b.want(http.StatusOK, b.get("/account"))
		b.has("Tomas", "tomas@example.org", "Add a second step", "This one", "Firefox on Linux", "when you joined")
		b.wantTo("/account/welcome", b.get("/account/setup"))
	})
}

func TestWhatMattersIsAskedAgainAfterFiveMinutes(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, secret := s.inesSetUp()
		b.want(http.StatusOK, b.get("/account/password"))
		s.stale()
		for _, path := range []string{"/account/password", "/account/second-step", "/account/passkeys", "/account/codes", "/account/second-step/remove"} {
			b.wantTo("/step-up?to="+strings.ReplaceAll(path, "/", "%2F"), b.get(path))
		}
		b.want(http.StatusForbidden, b.post("/account/password", "password", "another lantern here"))
		b.has("Say who you are, in a new window")
		if strings.Contains(b.body, "another lantern") {
			t.Error("the password came back")
		}
		b.want(http.StatusForbidden, b.post("/account/codes"))

		b.want(http.StatusOK, b.get("/step-up?to=/account/password"))
		b.want(http.StatusUnprocessableEntity, b.post("/step-up", "to", "/account/password", "password", "not the word", "code", s.code(secret)))
		b.want(http.StatusUnprocessableEntity, b.post("/step-up", "to", "/account/password", "password", inesWord))
		b.wantTo("/account/password", b.post("/step-up", "to", "/account/password", "password", inesWord, "code", s.code(secret)))
		s.Clock.Pass(time.Minute)
		b.wantTo("/account#ways", b.post("/account/password", "password", "another lantern here"))
		b.wantTo("/", b.post("/step-up", "to", "//evil.example", "password", "another lantern here", "code", s.code(secret)))
	})
}

func TestAWeakPasswordIsRefusedInItsField(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.get("/account/password")
		b.has("At least 12 characters")
		b.want(http.StatusUnprocessableEntity, b.post("/account/password", "password", "ines"))
		b.has(`aria-invalid="true"`, "Nothing was changed yet")
	})
}

func TestRecoveryCodesAreMadeAnewOnlyWhenAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		first := recoveryCode.FindAllString(b.body, -1)
		b.want(http.StatusOK, b.get("/account/codes"))
		if len(recoveryCode.FindAllString(b.body, -1)) != 0 {
			t.Error("looking at the page made codes")
		}
		b.want(http.StatusOK, b.post("/account/codes"))
		second := recoveryCode.FindAllString(b.body, -1)
		if len(second) != 10 || second[0] == first[0] {
			t.Errorf("got %d codes, the first of them %s", len(second), second[0])
		}
		b.get("/account")
		b.has("You have 10 left.")
	})
}

func TestTheLastSecondStepOfStaffStays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.want(http.StatusOK, b.get("/account/second-step/remove"))
		b.want(http.StatusUnprocessableEntity, b.post("/account/second-step/remove"))
		b.has("Your account needs a second step.")
	})
}

func TestOneSignInIsEndedAndThenAllOthers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		here, secret := s.inesSetUp()
		enter := func() *browser {
			s.Clock.Pass(time.Minute)
			b := s.browser()
			b.want(http.StatusOK, b.post("/sign-in", "practice", s.practice, "email", inesMail, "password", inesWord))
			b.want(http.StatusSeeOther, b.post("/sign-in", "pending", b.hidden("pending"), "code", s.code(secret)))
			return b
		}
		other, third := enter(), enter()
		here.get("/account")
		ends := regexp.MustCompile(`/account/sign-ins/[^/"]+/end"`).FindAllString(here.body, -1)
		if len(ends) != 2 {
			t.Fatalf("%d other sign-ins, want 2", len(ends))
		}
		here.wantTo("/account#sign-ins", here.post(strings.TrimSuffix(ends[0], `"`))) // the newest
		third.want(http.StatusSeeOther, third.get("/account"))
		other.want(http.StatusOK, other.get("/account"))
		here.wantTo("/account#sign-ins", here.post("/account/sign-ins/end-others"))
		other.want(http.StatusSeeOther, other.get("/account"))
		here.want(http.StatusOK, here.get("/account"))
	})
}

func TestACodeIsAskedForOnlyAfterTheRightPassword(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, secret := s.inesSetUp()
		s.Clock.Pass(time.Minute)
		b := s.browser()
		b.want(http.StatusUnprocessableEntity, b.post("/sign-in", "practice", s.practice, "email", inesMail, "password", "not the word"))
		if strings.Contains(b.body, `name="code"`) {
			t.Error("a wrong password is asked for a code")
		}
		b.want(http.StatusOK, b.post("/sign-in", "practice", s.practice, "email", inesMail, "password", inesWord, "to", "/today"))
		pending := b.hidden("pending")
		b.want(http.StatusUnprocessableEntity, b.post("/sign-in", "pending", pending, "code", "000000", "to", "/today"))
		b.wantTo("/today", b.post("/sign-in", "pending", b.hidden("pending"), "code", s.code(secret), "to", b.hidden("to")))
		again := s.browser()
		again.want(http.StatusUnprocessableEntity, again.post("/sign-in", "pending", pending, "code", s.code(secret)))
	})
}

func TestANameIsCorrectedAndAConflictShowsBoth(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.get("/account/name")
		revision := b.hidden("revision")
		b.want(http.StatusUnprocessableEntity, b.post("/account/name", "revision", revision, "name", " ", "phone", "0117 496 0142"))
		b.has(`value="0117 496 0142"`, `aria-invalid="true"`)
		b.wantTo("/account", b.post("/account/name", "revision", revision, "name", "Ines <b>Ruiz", "phone", ""))
		b.get("/account")
		b.has("Ines &lt;b&gt;Ruiz")
		b.want(http.StatusConflict, b.post("/account/name", "revision", revision, "name", "Inés", "phone", ""))
		b.has("As it stands now", "Ines &lt;b&gt;Ruiz", `value="Inés"`)
		b.wantTo("/account", b.post("/account/name", "revision", b.hidden("revision"), "name", "Inés", "phone", ""))
	})
}

func TestNothingOfAnAccountOpensWithoutSignIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, _ = s.inesSetUp()
		leaves := s.Count(t, `SELECT count(*) FROM audit`)
		for _, route := range (&self.Pages{}).Routes() {
			path := strings.NewReplacer("{signin}", "x", "{passkey}", "x").Replace(route.Pattern)
			b := s.browser()
			if route.Method == http.MethodGet {
				b.want(http.StatusSeeOther, b.get(path))
			} else {
				b.want(http.StatusUnauthorized, b.post(path))
			}
		}
		if n := s.Count(t, `SELECT count(*) FROM audit`); n != leaves {
			t.Errorf("%d acts were noted for somebody who is not signed in", n-leaves)
		}
	})
}

func TestSomebodyElsesPasskeyAndSignInAreOutOfReach(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines, _ := s.inesSetUp()
		carl := s.join(access.System(s.practice, "operator"), "Carl", person.Clinician, "seven quiet rivers here")
		who, err := s.accounts.Who(t.Context(), ines.cookies["__Host-waymark"])
		if err != nil {
			t.Fatal(err)
		}
		carl.post("/account/sign-ins/" + who.SignInID + "/end")
		ines.want(http.StatusOK, ines.get("/account"))
		ines.want(http.StatusNotFound, ines.get("/account/passkeys/00ff/remove"))
	})
}
