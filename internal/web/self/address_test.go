package self_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/post"
)

// pathIn is the address on this site that a letter leads to, after prefix.
func pathIn(all []post.Letter, to, prefix string) string {
	for _, l := range all {
		if _, rest, ok := strings.Cut(l.Text, prefix); ok && l.To == to {
			return prefix + strings.Fields(rest)[0]
		}
	}
	return ""
}

func TestSomebodyChangesTheAddressTheySignInWith(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, tomas := s.tomas()
		mail := s.mail()
		mail()
		b.Want(http.StatusOK, b.Get("/account"))
		b.Has("tomas@example.org", `href="/account/address"`)
		b.Want(http.StatusOK, b.Get("/account/address"))
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/address", "email", "nowhere"))
		b.Has(`value="nowhere"`, "Nothing was sent yet")
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/address", "email", "reed@example"))
		b.Has("There is no dot after the @", `name="sure" value="reed@example"`)
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/address", "email", "tomas@example.org"))
		if n := len(mail()); n != 0 {
			t.Errorf("%d letters", n)
		}

		b.WantTo("/account#name", b.Submit("/account/address", "email", "reed@example.org"))
		b.Want(http.StatusOK, b.Get("/account"))
		b.Has("is on its way to", "reed@example.org", "Take it back")
		b.WantTo("/account#name", b.Submit("/account/address/take-back"))
		first := pathIn(mail(), "reed@example.org", account.ConfirmPath)
		b.Want(http.StatusNotFound, b.Get(first))
		b.Has("This link is no longer good")

		b.WantTo("/account#name", b.Submit("/account/address", "email", "reed@example.org"))
		link := pathIn(mail(), "reed@example.org", account.ConfirmPath)
		nobody := s.browser()
		nobody.WantTo("/sign-in?to="+strings.ReplaceAll(link, "/", "%2F"), nobody.Get(link))
		b.Want(http.StatusOK, b.Get(link))
		b.Has("Sign in with this address?", "reed@example.org", "Use this address")
		b.WantTo("/account#name", b.Submit(link))
		b.Want(http.StatusOK, b.Get("/account"))
		b.Has("reed@example.org")
		told := mail()
		if len(told) != 1 || told[0].To != "tomas@example.org" || strings.Contains(told[0].Text, "reed") {
			t.Fatalf("the former address is told %+v", told)
		}
		for _, word := range []string{"therap", "practice", "clinic", "client"} {
			if strings.Contains(strings.ToLower(told[0].Text), word) {
				t.Errorf("a letter says %q", word)
			}
		}
		if n := s.Count(t, `SELECT count(*) FROM person_name WHERE person_id = $1`, tomas.ID); n != 2 {
			t.Errorf("%d revisions of the name and address, want 2", n)
		}

		if pathIn(told, "tomas@example.org", account.UndoPath) != "" || !strings.Contains(told[0].Text, "speak to those who gave you the account") {
			t.Errorf("whoever reads the former mailbox is told %q", told[0].Text)
		}
		lacks(t, b, "seven days")
	})
}

func TestWhoHasASecondStepPutsTheirAddressBackFromTheLetter(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, secret := s.inesSetUp()
		mail := s.mail()
		mail()
		b.Want(http.StatusOK, b.Get("/account/address"))
		b.Has("For seven days it can be put back from there")
		b.WantTo("/account#name", b.Submit("/account/address", "email", "reed@example.org"))
		link := pathIn(mail(), "reed@example.org", account.ConfirmPath)
		b.Want(http.StatusOK, b.Get(link))
		b.WantTo("/account#name", b.Submit(link))

		undo := pathIn(mail(), inesMail, account.UndoPath)
		other := s.browser()
		other.Want(http.StatusOK, other.Get(undo))
		other.Has("Put your address back", "Password from before")
		other.Want(http.StatusUnprocessableEntity, other.Submit(undo, "former", "a guess"))
		to := other.Submit(undo, "former", inesWord)
		where := to.Header().Get("Location")
		if to.Code != http.StatusSeeOther || !strings.HasPrefix(where, account.RecoverPath) {
			t.Fatalf("%d to %q", to.Code, where)
		}
		other.Want(http.StatusUnprocessableEntity, other.Submit(where, "password", "eleven brown owls"))
		s.Clock.Pass(time.Minute)
		other.Want(http.StatusSeeOther, other.Submit(where, "password", "eleven brown owls", "code", s.code(secret)))
		other.Want(http.StatusOK, other.Get("/account"))
		other.Has(inesMail)
		other.Want(http.StatusNotFound, other.Get(undo))
		other.Has("This link is no longer good")
	})
}

func TestWhereNoLetterLeavesNonePromisesOne(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.tomas()
		s.Facts.Here.NoMail = true
		b.Want(http.StatusOK, b.Get("/account"))
		lacks(t, b, `href="/account/address"`)
		b.Want(http.StatusOK, b.Get("/account/address"))
		b.Has("no letters leave this practice yet")
		lacks(t, b, "Send a link there")
		nobody := s.browser()
		nobody.Want(http.StatusOK, nobody.Get("/recover"))
		nobody.Has("No letters leave the practice", "speak to the practice")
		lacks(t, nobody, "Send me a link")
	})
}

// lacks fails if the page says text.
func lacks(t *testing.T, b *browser, text string) {
	t.Helper()
	if strings.Contains(b.Body, text) {
		t.Errorf("the page says %q", text)
	}
}
