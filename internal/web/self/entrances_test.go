package self_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const tomasWord = "seven grey herons"

// letters are what was sent.
type letters []post.Letter

func (l *letters) Carry(_ context.Context, _ string, _ time.Time, one post.Letter) error {
	*l = append(*l, one)
	return nil
}

// mail is a letterbox for everybody.
func (s *site) mail() func() letters {
	box, queue := &letters{}, job.New(s.Door)
	queue.Handle(post.Send, post.New(s.Door, box, person.AddressIn).Work)
	queue.Handle(account.MailLink, s.Accounts.MailLink)
	return func() letters {
		s.t.Helper()
		*box = nil
		if _, err := queue.Drain(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		return *box
	}
}

// tomas is a client, signed in, and who he is.
func (s *site) tomas() (*browser, access.Actor) {
	s.t.Helper()
	by, _ := s.inesSetUp()
	ines, err := s.Accounts.Who(s.t.Context(), by.Cookies[s.Cookie()])
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.join(ines.Self(), "Tomas", person.Client, tomasWord)
	who, err := s.Accounts.Who(s.t.Context(), b.Cookies[s.Cookie()])
	if err != nil {
		s.t.Fatal(err)
	}
	return b, who.Self()
}

// An intruder has found the account of a client open, and lets in what they can.
type intruder struct{ token, feed string }

func (s *site) intrudes(who access.Actor) (in intruder) {
	s.t.Helper()
	who.Fresh = true
	s.Do(s.t, func(ctx context.Context) (err error) {
		in.token, err = s.all.Tokens.Make(ctx, who, token.Form{ID: webtest.NewID(s.t), Label: "thief", Scopes: []string{"patient/Observation.rs"}, Lasts: 365 * 24 * time.Hour})
		return err
	})
	s.Do(s.t, func(ctx context.Context) (err error) {
		in.feed, err = s.all.Feeds.MakeAddress(ctx, who, feed.Form{ID: webtest.NewID(s.t), Label: "theirs"})
		return err
	})
	s.Do(s.t, func(ctx context.Context) error {
		_, err := s.all.Devices.Use(ctx, who, webtest.NewID(s.t), "Firefox on Android")
		return err
	})
	return in
}

// reaches says what of what the intruder let in still comes in.
func (in intruder) reaches(s *site, who access.Actor) (all []string) {
	s.t.Helper()
	s.Do(s.t, func(ctx context.Context) error {
		if _, err := s.all.Tokens.Enter(ctx, in.token); !fault.Is(err, fault.NotFound) {
			all = append(all, "token")
		}
		if _, err := s.all.Feeds.Fetch(ctx, in.feed[strings.LastIndex(in.feed, "/")+1:]); !fault.Is(err, fault.NotFound) {
			all = append(all, "feed")
		}
		on, err := s.all.Devices.Own(ctx, who)
		if len(on) > 0 {
			all = append(all, "phone")
		}
		return err
	})
	return all
}

func TestWhoeverComesInAgainByALinkSeesWhatElseComesInAndEndsItAtOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, tomas := s.tomas()
		mail := s.mail()
		mail()
		in := s.intrudes(tomas)
		told := mail()
		if len(told) != 3 {
			t.Errorf("%d letters told of what was let in, want 3", len(told))
		}
		for _, l := range told {
			if l.To != "tomas@example.org" || l.Subject != "Something new can come in with your account" {
				t.Errorf("a letter: %+v", l)
			}
			for _, word := range []string{"therap", "practice", "clinic", "tomas", "client", "session", "thief"} {
				if strings.Contains(strings.ToLower(l.Text), word) {
					t.Errorf("a letter says %q", word)
				}
			}
		}
		back := s.browser()
		back.Want(http.StatusOK, back.Submit("/recover", "practice", s.practice, "email", "tomas@example.org"))
		link := ""
		for _, l := range mail() {
			if _, rest, ok := strings.Cut(l.Text, account.RecoverPath); ok {
				link = account.RecoverPath + strings.Fields(rest)[0]
			}
		}
		back.WantTo("/account/entrances?then=go", back.Submit(link, "password", "eleven brown owls"))
		b.Want(http.StatusSeeOther, b.Get("/account")) // the sign-in from before has ended
		back.Want(http.StatusOK, back.Get("/account/entrances?then=go"))
		back.Has("signed out everywhere else", "A program with a token: thief", "A calendar that reads your appointments: theirs", "A phone that keeps pages", "Firefox on Android", "Made today at", "End all of it")
		if got := in.reaches(s, tomas); len(got) != 3 {
			t.Fatalf("before it is ended %v come in", got)
		}
		back.WantTo("/account/entrances", back.Submit("/account/entrances/end"))
		if got := in.reaches(s, tomas); len(got) != 0 {
			t.Errorf("%v still come in", got)
		}
		back.Want(http.StatusOK, back.Get("/account/entrances"))
		back.Has("Nothing else can come in")
		if strings.Contains(back.Body, "signed out everywhere else") {
			t.Error("what was said at the link is said again")
		}
		back.WantTo("/", back.Get("/account/entrances?then=go"))
	})
}

func TestEndingAllElseNeedsAFreshSignIn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, tomas := s.tomas()
		in := s.intrudes(tomas)
		s.stale()
		b.Want(http.StatusForbidden, b.Submit("/account/entrances/end"))
		b.Has("Nothing was ended yet", "Say who you are, in a new window", "If you did not choose the present password", `href="/account/password"`)
		if got := in.reaches(s, tomas); len(got) != 3 {
			t.Errorf("it was ended all the same: %v are left", got)
		}
		b.WantTo("/account/entrances", b.Submit("/step-up", "to", "/account/entrances", "password", tomasWord))
		b.WantTo("/account/entrances", b.Submit("/account/entrances/end"))
	})
}

func TestANewPasswordSaysThatItSignsOutEverywhereElse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.tomas()
		there := s.browser()
		there.Want(http.StatusSeeOther, there.Submit("/sign-in", "practice", s.practice, "email", "tomas@example.org", "password", tomasWord))
		there.Want(http.StatusOK, there.Get("/account"))
		b.Want(http.StatusOK, b.Get("/account/password"))
		b.Has("signs you out everywhere but here", `href="/account/entrances"`)
		b.WantTo("/account#ways", b.Submit("/account/password", "password", "eleven brown owls"))
		b.Want(http.StatusOK, b.Get("/account"))
		there.Want(http.StatusSeeOther, there.Get("/account"))
	})
}

func TestWhoeverEndsAllElseSeesSinceWhenThereIsASecondStepAndWhatCanBeUndone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.tomas()
		b.Want(http.StatusOK, b.Get("/account/entrances"))
		if strings.Contains(b.Body, "What stays") {
			t.Error("something is said to stay, and there is nothing")
		}
		b.Get("/account/second-step")
		address, ceremony := b.Hidden("url"), b.Hidden("ceremony")
		secret := regexp.MustCompile(`secret=([A-Z2-7]+)`).FindStringSubmatch(address)[1]
		b.Want(http.StatusOK, b.Submit("/account/second-step", "url", address, "ceremony", ceremony, "code", s.code(secret)))
		b.Want(http.StatusOK, b.Get("/account/entrances"))
		b.Has("What stays", "Set up today at", `href="/account/second-step"`, "Your password from before today at", "it undoes, with a link in a letter to you, what was changed since", `href="/recover"`)
		b.WantTo("/account/entrances", b.Submit("/account/entrances/end"))
		b.Want(http.StatusOK, b.Get("/account/entrances"))
		b.Has("Nothing else can come in", "Set up today at", "Your password from before")
	})
}

func TestWhoWasLetInAnewSeesAndEndsWhatComesInBeforeTheSecondStepIsThere(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, _ := s.inesSetUp()
		who, err := s.Accounts.Who(t.Context(), b.Cookies[s.Cookie()])
		if err != nil {
			t.Fatal(err)
		}
		made := ""
		s.Do(t, func(ctx context.Context) (err error) {
			made, err = s.all.Tokens.Make(ctx, who.Self(), token.Form{ID: webtest.NewID(t), Label: "thief", Scopes: []string{"user/Appointment.rs"}, Lasts: 24 * time.Hour})
			return err
		})
		link := ""
		s.Do(t, func(ctx context.Context) (err error) {
			link, err = s.Accounts.Reinstate(ctx, access.System(s.practice, "operator"), inesMail)
			return err
		})
		_, path, _ := strings.Cut(link, "//")
		_, path, _ = strings.Cut(path, "/")
		back := s.browser()
		back.WantTo("/account/entrances?then=go", back.Submit("/"+path, "password", "a lamp in the cellar"))
		back.Want(http.StatusOK, back.Get("/account/entrances?then=go"))
		back.Has("A program with a token: thief", `href="/account/setup"`)
		back.WantTo("/account/entrances", back.Submit("/account/entrances/end"))
		s.Do(t, func(ctx context.Context) error {
			if _, err := s.all.Tokens.Enter(ctx, made); !fault.Is(err, fault.NotFound) {
				t.Errorf("the token comes in: %v", err)
			}
			return nil
		})
	})
}
