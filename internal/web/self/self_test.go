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
		b.WantTo("/account", b.Get("/today"))
		b.WantTo("/account/setup", b.Get("/account"))
		b.Want(http.StatusOK, b.Get("/account/setup"))
		b.Has("One more step", `href="/account/second-step"`)

		b.Want(http.StatusOK, b.Get("/account/second-step"))
		address, ceremony := b.Hidden("url"), b.Hidden("ceremony")
		b.Has("<svg", `href="otpauth://`, `data-copy="key"`)
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/second-step", "url", address, "ceremony", ceremony, "code", "000000"))
		if b.Hidden("url") != address || b.Hidden("ceremony") != ceremony {
			t.Error("after a wrong code another picture is shown than the one that was scanned")
		}
		secret := regexp.MustCompile(`secret=([A-Z2-7]+)`).FindStringSubmatch(address)[1]
		b.Want(http.StatusOK, b.Submit("/account/second-step", "url", address, "ceremony", ceremony, "code", s.code(secret)))
		if n := len(recoveryCode.FindAllString(b.Body, -1)); n != 10 {
			t.Errorf("%d recovery codes shown, want 10", n)
		}
		b.Want(http.StatusOK, b.Get("/today"))
		b.WantTo("/today", b.Get("/account/setup"))
	})
}

func TestAClientNeedsNoSecondStep(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines := s.ines()
		who, err := s.Accounts.Who(t.Context(), ines.Cookies[s.Cookie()])
		if err != nil {
			t.Fatal(err)
		}
		b := s.join(who.Self(), "Tomas", person.Client, "seven grey herons")
		b.Want(http.StatusOK, b.Get("/account"))
		b.Has("Tomas", "tomas@example.org", "Add a second step", "This one", "Firefox on Linux", "when you joined")
		b.WantTo("/account/welcome", b.Get("/account/setup"))
	})
}

func TestWhatMattersIsAskedAgainAfterFiveMinutes(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, secret := s.inesSetUp()
		b.Want(http.StatusOK, b.Get("/account/password"))
		s.stale()
		for _, path := range []string{"/account/password", "/account/second-step", "/account/passkeys", "/account/codes", "/account/second-step/remove"} {
			b.WantTo("/step-up?to="+strings.ReplaceAll(path, "/", "%2F"), b.Get(path))
		}
		b.Want(http.StatusForbidden, b.Submit("/account/password", "password", "another lantern here"))
		b.Has("Say who you are, in a new window")
		if strings.Contains(b.Body, "another lantern") {
			t.Error("the password came back")
		}
		b.Want(http.StatusForbidden, b.Submit("/account/codes"))

		b.Want(http.StatusOK, b.Get("/step-up?to=/account/password"))
		b.Want(http.StatusUnprocessableEntity, b.Submit("/step-up", "to", "/account/password", "password", "not the word", "code", s.code(secret)))
		b.Want(http.StatusUnprocessableEntity, b.Submit("/step-up", "to", "/account/password", "password", inesWord))
		b.WantTo("/account/password", b.Submit("/step-up", "to", "/account/password", "password", inesWord, "code", s.code(secret)))
		s.Clock.Pass(time.Minute)
		b.WantTo("/account#ways", b.Submit("/account/password", "password", "another lantern here"))
		b.WantTo("/", b.Submit("/step-up", "to", "//evil.example", "password", "another lantern here", "code", s.code(secret)))
	})
}

func TestAWeakPasswordIsRefusedInItsField(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.Get("/account/password")
		b.Has("At least 12 characters")
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/password", "password", "ines"))
		b.Has(`aria-invalid="true"`, "Nothing was changed yet")
	})
}

func TestRecoveryCodesAreMadeAnewOnlyWhenAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		first := recoveryCode.FindAllString(b.Body, -1)
		b.Want(http.StatusOK, b.Get("/account/codes"))
		if len(recoveryCode.FindAllString(b.Body, -1)) != 0 {
			t.Error("looking at the page made codes")
		}
		b.Want(http.StatusOK, b.Submit("/account/codes"))
		second := recoveryCode.FindAllString(b.Body, -1)
		if len(second) != 10 || second[0] == first[0] {
			t.Errorf("got %d codes, the first of them %s", len(second), second[0])
		}
		b.Get("/account")
		b.Has("You have 10 left.")
	})
}

func TestTheLastSecondStepOfStaffStays(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.Want(http.StatusOK, b.Get("/account/second-step/remove"))
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/second-step/remove"))
		b.Has("Your account needs a second step.")
	})
}

func TestOneSignInIsEndedAndThenAllOthers(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		here, secret := s.inesSetUp()
		enter := func() *browser {
			s.Clock.Pass(time.Minute)
			b := s.browser()
			b.Want(http.StatusOK, b.Submit("/sign-in", "practice", s.practice, "email", inesMail, "password", inesWord))
			b.Want(http.StatusSeeOther, b.Submit("/sign-in", "pending", b.Hidden("pending"), "code", s.code(secret)))
			return b
		}
		other, third := enter(), enter()
		here.Get("/account")
		ends := regexp.MustCompile(`/account/sign-ins/[^/"]+/end"`).FindAllString(here.Body, -1)
		if len(ends) != 2 {
			t.Fatalf("%d other sign-ins, want 2", len(ends))
		}
		here.WantTo("/account#sign-ins", here.Submit(strings.TrimSuffix(ends[0], `"`))) // the newest
		third.Want(http.StatusSeeOther, third.Get("/account"))
		other.Want(http.StatusOK, other.Get("/account"))
		here.WantTo("/account#sign-ins", here.Submit("/account/sign-ins/end-others"))
		other.Want(http.StatusSeeOther, other.Get("/account"))
		here.Want(http.StatusOK, here.Get("/account"))
	})
}

func TestACodeIsAskedForOnlyAfterTheRightPassword(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		_, secret := s.inesSetUp()
		s.Clock.Pass(time.Minute)
		b := s.browser()
		b.Want(http.StatusUnprocessableEntity, b.Submit("/sign-in", "practice", s.practice, "email", inesMail, "password", "not the word"))
		if strings.Contains(b.Body, `name="code"`) {
			t.Error("a wrong password is asked for a code")
		}
		b.Want(http.StatusOK, b.Submit("/sign-in", "practice", s.practice, "email", inesMail, "password", inesWord, "to", "/today"))
		pending := b.Hidden("pending")
		b.Want(http.StatusUnprocessableEntity, b.Submit("/sign-in", "pending", pending, "code", "000000", "to", "/today"))
		b.WantTo("/today", b.Submit("/sign-in", "pending", b.Hidden("pending"), "code", s.code(secret), "to", b.Hidden("to")))
		again := s.browser()
		again.Want(http.StatusUnprocessableEntity, again.Submit("/sign-in", "pending", pending, "code", s.code(secret)))
	})
}

func TestANameIsCorrectedAndAConflictShowsBoth(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		b.Get("/account/name")
		revision := b.Hidden("revision")
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/name", "revision", revision, "name", " ", "phone", "0117 496 0142"))
		b.Has(`value="0117 496 0142"`, `aria-invalid="true"`)
		b.WantTo("/account", b.Submit("/account/name", "revision", revision, "name", "Ines <b>Ruiz", "phone", ""))
		b.Get("/account")
		b.Has("Ines &lt;b&gt;Ruiz")
		b.Want(http.StatusConflict, b.Submit("/account/name", "revision", revision, "name", "Inés", "phone", ""))
		b.Has("As it stands now", "Ines &lt;b&gt;Ruiz", `value="Inés"`)
		b.WantTo("/account", b.Submit("/account/name", "revision", b.Hidden("revision"), "name", "Inés", "phone", ""))
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
				b.Want(http.StatusSeeOther, b.Get(path))
			} else {
				b.Want(http.StatusUnauthorized, b.Submit(path))
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
		who, err := s.Accounts.Who(t.Context(), ines.Cookies[s.Cookie()])
		if err != nil {
			t.Fatal(err)
		}
		carl.Submit("/account/sign-ins/" + who.SignInID + "/end")
		ines.Want(http.StatusOK, ines.Get("/account"))
		ines.Want(http.StatusNotFound, ines.Get("/account/passkeys/00ff/remove"))
	})
}
