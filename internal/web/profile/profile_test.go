package profile_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	operator "github.com/waymark-care/waymark/internal/web/operator"
	pages "github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A site has Ines, who is a clinician, and Otto, who manages the practice.
type site struct {
	*waytest.World
	*webtest.Site
	ines, otto access.Actor
}

func eachSite(t *testing.T, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &site{World: w, Site: webtest.New(t, w, "https://way.example", person.Practice{
			Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London", About: "Four people in Bristol.", Email: "hello@linden.example",
		})}
		profiles := profile.New(w.Door)
		s.Serve(web.Options{Secure: true},
			(&public.Pages{Facts: s.Facts, People: s.People, Accounts: s.Accounts}).Routes(),
			(&operator.Pages{People: s.People, Facts: s.Facts, Door: w.Door}).Routes(),
			(&pages.Pages{Profiles: profiles, People: s.People, Facts: s.Facts, Door: w.Door}).Routes())
		s.ines = s.Join(t, s.Operator(), "Ines", "ines@example.org", person.Clinician)
		s.otto = s.Join(t, s.Operator(), "Otto", "otto@example.org", person.Manager)
		f(t, s)
	})
}

// browser is one in which who has two ways to sign in.
func (s *site) browser(t *testing.T, who access.Actor) *webtest.Browser {
	t.Helper()
	s.Exec(t, `UPDATE account SET ways = 'passkey' WHERE person_id = $1`, who.ID)
	return s.Browser(t, who)
}

// write fills in the form at path and sends it.
func write(t *testing.T, b *webtest.Browser, path string, want int, fields ...string) webtest.Reply {
	t.Helper()
	form := url.Values{"revision": {webtest.Hidden(t, b.Open(path), "revision")}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.PostForm(path, form, want)
}

var ownWords = []string{
	"name", "Ines Moreau", "address", "ines-moreau", "title", "Counselling psychologist", "lead", "Grief and family.", "about", "First.\r\n\r\nSecond\r\nline.",
	"approaches", "Meaning-centred work\r\nEMDR", "formats", "individual", "formats", "couple", "ways", "person", "ways", "video",
	"languages", "English, French", "room", "open", "room_words", "Two free hours on Thursdays.", "link", "https://moreau.example/",
}

var practiceWords = []string{
	"headline", "Therapy at the pace you can walk", "lead", "Four people in Bristol.", "approach", "You say what should be different.", "room", "open",
	"room_words", "We answer within two working days.", "currency", "GBP", "fee-what-0", "First consultation", "fee-minutes-0", "50", "fee-price-0", "60", "fee-low-0", "20",
	"fee-what-1", "Individual", "fee-minutes-1", "50", "fee-price-1", "85.50", "fee-low-1", "45", "fee-high-1", "70", "fee-words-1", "In person or by video",
	"sliding", "You choose the reduced fee yourself.", "cancelling", "Free until 48 hours before.", "contact", "Letters are read on weekdays.", "where", "Two steps.",
	"elsewhere", "Your GP.", "ways", "person", "languages", "English",
}

func TestAClinicianWritesAPageAndPublishesIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b, anybody := s.browser(t, s.ines), s.Nobody(t)
		if got := write(t, b, "/profile", http.StatusSeeOther, ownWords...); !strings.HasPrefix(got.To, "/profile/preview") {
			t.Errorf("it leads to %s", got.To)
		}
		preview := b.Open("/profile/preview")
		webtest.Has(t, preview, "Your draft, as visitors will see it", "Ines Moreau", "Counselling psychologist", "Second line.", "EMDR", "in English and French", "Publish this")
		if got := anybody.Get("/p/linden/ines-moreau"); got.Code != http.StatusNotFound {
			t.Errorf("the draft is at its address: %d", got.Code)
		}
		if got := anybody.Open("/p/linden"); strings.Contains(got.Body, "Moreau") {
			t.Error("the draft is on the page of the practice")
		}
		b.Post("/profile/publish", http.StatusSeeOther, "revision", webtest.Hidden(t, preview, "revision"))
		page := anybody.Open("/p/linden/ines-moreau")
		webtest.Has(t, page, "Ines Moreau", "Grief and family.", "Meaning-centred work", "With individuals and couples, in person or by video, in English and French.", "moreau.example")
		webtest.HasNot(t, page, "Your draft")
		if !strings.Contains(page.Body, "<title>Waymark</title>") || !strings.Contains(page.Body, `href="https://moreau.example/" rel="noreferrer"`) {
			t.Error("the title, or the link, is not as it should be")
		}
		webtest.HasNot(t, page, "for a first consultation") // the practice has published nothing: nobody can begin
		webtest.Has(t, anybody.Open("/p/linden"), "Ines Moreau", "Counselling psychologist. Grief and family. English and French.")

		write(t, b, "/profile", http.StatusSeeOther, "name", "Ines Moreau", "address", "ines", "lead", "Not for you yet.")
		webtest.HasNot(t, anybody.Open("/p/linden/ines-moreau"), "Not for you yet")
		b.Post("/profile/publish", http.StatusSeeOther, "revision", webtest.Hidden(t, b.Open("/profile/preview"), "revision"))
		if got := anybody.Get("/p/linden/ines-moreau"); got.Header().Get("Location") != "/p/linden/ines" {
			t.Errorf("the former address leads to %d %s", got.Code, got.Header().Get("Location"))
		}
		b.Post("/profile/take-off", http.StatusSeeOther)
		for _, path := range []string{"/p/linden/ines", "/p/linden/ines-moreau", "/p/linden/nobody", "/p/nowhere/ines"} {
			if got := anybody.Get(path); got.Code != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Code)
			}
		}
	})
}

func TestAManagerWritesThePracticesPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		otto, ines, anybody := s.browser(t, s.otto), s.browser(t, s.ines), s.Nobody(t)
		webtest.Has(t, anybody.Open("/"), "Four people in Bristol.", "Write to us")
		write(t, otto, "/practice/page", http.StatusSeeOther, practiceWords...)
		otto.Post("/practice/page/publish", http.StatusSeeOther, "revision", webtest.Hidden(t, otto.Open("/practice/page/preview"), "revision"))
		page := anybody.Open("/p/linden")
		webtest.Has(t, page, "Therapy at the pace you can walk", "First consultation 50 min £60 £20", "Individual In person or by video 50 min £85.50 £45 to £70",
			"You choose the reduced fee yourself.", "Cancelling Free until 48 hours before.", "Between sessions Letters are read on weekdays.", "Where we are Two steps.",
			"Ask for a first consultation", "None is free at the moment. You can ask all the same")
		webtest.HasNot(t, page, "Your GP.")
		if !strings.Contains(page.Body, `href="/p/linden/begin"`) {
			t.Error("the button does not lead to the form")
		}
		if got := anybody.Get("/p/linden").Header().Get("X-Robots-Tag"); got != "noindex" {
			t.Errorf("before anybody agreed, search engines may list it: %q", got)
		}

		// A clinician's page leads to the form with them, and shows the practice's fees.
		write(t, ines, "/profile", http.StatusSeeOther, ownWords...)
		ines.Post("/profile/publish", http.StatusSeeOther, "revision", "1")
		own := anybody.Open("/p/linden/ines-moreau")
		webtest.Has(t, own, "Ask Ines for a first consultation", "£85.50", "Free until 48 hours before.")
		if !strings.Contains(own.Body, `href="/p/linden/begin?with=ines-moreau"`) {
			t.Error("the button does not lead to the form with her")
		}

		// No room: no form, and who else may help. Search engines may list it.
		closed := append(append([]string{}, practiceWords...), "listed", "yes")
		for i, word := range closed {
			if word == "room" {
				closed[i+1] = "closed"
			}
		}
		write(t, otto, "/practice/page", http.StatusSeeOther, closed...)
		otto.Post("/practice/page/publish", http.StatusSeeOther, "revision", "2")
		for _, path := range []string{"/p/linden", "/p/linden/ines-moreau"} {
			page := anybody.Open(path)
			webtest.Has(t, page, "Your GP.")
			webtest.HasNot(t, page, "/begin")
			if got, there := anybody.Get(path).Header()["X-Robots-Tag"]; there {
				t.Errorf("%s may not be listed: %q", path, got)
			}
		}
		if got := otto.Get("/practice/page/preview").Header().Get("X-Robots-Tag"); got != "noindex" {
			t.Errorf("the preview may be listed: %q", got)
		}

		// The manager takes a page off, and whoever leaves is gone at once.
		otto.Post("/practice/page/"+s.ines.ID+"/take-off", http.StatusSeeOther)
		if got := anybody.Get("/p/linden/ines-moreau"); got.Code != http.StatusNotFound {
			t.Errorf("taken off, and there: %d", got.Code)
		}
		ines.Post("/profile/publish", http.StatusSeeOther, "revision", "1")
		anybody.Open("/p/linden/ines-moreau")
		otto.Post("/people/"+s.ines.ID+"/leave", http.StatusSeeOther)
		if got := anybody.Get("/p/linden/ines-moreau"); got.Code != http.StatusNotFound {
			t.Errorf("left, and there: %d", got.Code)
		}
		webtest.HasNot(t, anybody.Open("/p/linden"), "Moreau")
		otto.Post("/practice/page/take-off", http.StatusSeeOther)
		webtest.Has(t, anybody.Open("/p/linden"), "Write to us")
	})
}

func TestWhatIsWrongComesBackWithEverythingTyped(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.browser(t, s.otto)
		got := write(t, b, "/practice/page", http.StatusUnprocessableEntity,
			"lead", "Kept words.", "room", "open", "currency", "GBP", "fee-what-3", "A fee", "fee-price-3", "a lot", "fee-low-3", "20", "languages", "English")
		webtest.Has(t, got, "Kept words.", "Write the amount in figures")
		for _, want := range []string{`value="a lot"`, `value="A fee"`, `id="f-fee-price-0-error"`, `href="#f-fee-price-0"`} {
			if !strings.Contains(got.Body, want) {
				t.Errorf("the page does not have %s", want)
			}
		}
		got = write(t, b, "/practice/page", http.StatusUnprocessableEntity, "lead", "Kept words.", "languages", "Klingon")
		webtest.Has(t, got, "Kept words.", "not in the list")
		ines := s.browser(t, s.ines)
		got = write(t, ines, "/profile", http.StatusUnprocessableEntity, "address", "Not an address", "about", "Kept words.")
		webtest.Has(t, got, "Kept words.", "single dashes between")
		write(t, ines, "/profile", http.StatusSeeOther, "name", "Ines")
		webtest.Has(t, ines.Open("/profile/preview"), "Before it can be published: Choose the address of your page.")
		ines.Post("/profile/publish", http.StatusUnprocessableEntity, "revision", "1")
	})
}

func TestAConflictShowsBoth(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		b := s.browser(t, s.otto)
		old := webtest.Hidden(t, b.Open("/practice/page"), "revision")
		write(t, b, "/practice/page", http.StatusSeeOther, "lead", "Theirs.", "room", "open")
		got := b.Post("/practice/page", http.StatusConflict, "revision", old, "lead", "Mine.", "room", "open")
		webtest.Has(t, got, "Beginning Theirs. Mine.", "Nothing of either is lost.")
		b.PostForm("/practice/page", url.Values{"revision": {webtest.Hidden(t, got, "revision")}, "lead": {"Mine."}, "room": {"open"}}, http.StatusSeeOther)
		webtest.Has(t, b.Open("/practice/page/preview"), "Mine.")
		b.Post("/practice/page/publish", http.StatusConflict, "revision", "1") // not what was looked at
	})
}

func TestFirstConsultationsAreOfferedShownAndWithdrawn(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		otto, b, anybody := s.browser(t, s.otto), s.browser(t, s.ines), s.Nobody(t)
		write(t, otto, "/practice/page", http.StatusSeeOther, practiceWords...)
		otto.Post("/practice/page/publish", http.StatusSeeOther, "revision", "1")
		write(t, b, "/profile", http.StatusSeeOther, ownWords...)
		b.Post("/profile/publish", http.StatusSeeOther, "revision", "1")

		id := webtest.Hidden(t, b.Open("/profile/times"), "id")
		send := func(want int, fields ...string) webtest.Reply {
			return b.Post("/profile/times", want, append(fields, "id", id)...)
		}
		got := send(http.StatusUnprocessableEntity, "day", "2026-11-24", "clock", "10:00", "length", "50", "weeks", "2")
		webtest.Has(t, got, "Choose how you can meet then.")
		for range 2 { // it comes twice
			send(http.StatusSeeOther, "day", "2027-03-24", "clock", "10:00", "length", "50", "weeks", "2", "time_ways", "person", "time_ways", "video")
		}
		// On Sunday 28 March 2027 the clocks go forward in London; ten o'clock stays ten o'clock.
		const first, then = "Wednesday 24 March 2027 at 10:00", "Wednesday 31 March 2027 at 10:00"
		webtest.Has(t, b.Open("/profile/times"), first, then, "50 minutes, in person or by video")
		for _, path := range []string{"/p/linden", "/p/linden/ines-moreau"} {
			webtest.Has(t, anybody.Open(path), first, then, "Times are by the clocks in London.")
		}
		webtest.Has(t, anybody.Open("/"), "The next free one is on "+first+". We answer within two working days.", "With Ines Moreau , 50 minutes")

		form := strings.Split(b.Open("/profile/times").Body, `/withdraw"`)[0]
		b.Post(form[strings.LastIndex(form, `"`)+1:]+"/withdraw", http.StatusSeeOther)
		page := anybody.Open("/p/linden")
		webtest.Has(t, page, then)
		webtest.HasNot(t, page, first)
		if got := b.Send(http.MethodPost, "/profile/times/"+webtest.NewID(t)+"/withdraw", nil); got.Status != http.StatusNotFound {
			t.Errorf("a time that is none: %d", got.Status)
		}
		s.Clock.Pass(365 * 24 * time.Hour) // nobody asks the database, and what has begun is not shown
		webtest.HasNot(t, anybody.Open("/p/linden"), then)
	})
}

func TestNobodyElseFindsThePagesOnWhichTheyAreWritten(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ines, otto := s.browser(t, s.ines), s.browser(t, s.otto)
		for _, r := range (&pages.Pages{}).Routes() {
			b := ines
			if r.Audience == web.Clinician {
				b = otto
			}
			path := strings.NewReplacer("{time}", webtest.NewID(t), "{person}", s.ines.ID).Replace(r.Pattern)
			if got := b.Send(r.Method, path, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s %s: %d for the wrong one", r.Method, path, got.Status)
			}
			if got := s.Nobody(t).Send(r.Method, path, nil); got.Status != http.StatusUnauthorized && !strings.HasPrefix(got.To, "/sign-in") {
				t.Errorf("%s %s: %d for nobody", r.Method, path, got.Status)
			}
		}
	})
}

func TestWhatIsWrittenIsText(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		otto, b, anybody := s.browser(t, s.otto), s.browser(t, s.ines), s.Nobody(t)
		const bad = `<script>alert(1)</script> [a](javascript:alert(1)) <img src=x onerror=alert(1)> " onclick="`
		write(t, otto, "/practice/page", http.StatusSeeOther, "headline", bad, "lead", bad, "approach", bad, "room", "closed", "room_words", bad, "currency", "GBP",
			"fee-what-0", bad, "fee-price-0", "1", "fee-words-0", bad, "sliding", bad, "cancelling", bad, "contact", bad, "where", bad, "elsewhere", bad)
		otto.Post("/practice/page/publish", http.StatusSeeOther, "revision", "1")
		write(t, b, "/profile", http.StatusSeeOther, "name", bad, "address", "ines", "title", bad, "registered", bad, "lead", bad, "about", bad, "approaches", bad, "room_words", bad)
		b.Post("/profile/publish", http.StatusSeeOther, "revision", "1")
		for _, got := range []webtest.Reply{anybody.Open("/p/linden"), anybody.Open("/p/linden/ines"), otto.Open("/practice/page"), b.Open("/profile"), b.Open("/profile/preview")} {
			if !strings.Contains(got.Body, "&lt;script&gt;alert(1)") {
				t.Error("the words are not there as text")
			}
			for _, ran := range []string{"<script>alert", "<img", `" onclick=`, `href="javascript`, " style="} {
				if strings.Contains(got.Body, ran) {
					t.Errorf("the page has %q", ran)
				}
			}
		}
		for _, odd := range []string{"a\ab", "a\x1b[2Jb", "a\xffb"} { // a bell, an escape, what is no text
			write(t, b, "/profile", http.StatusUnprocessableEntity, "about", odd)
			webtest.HasNot(t, b.Open("/profile"), odd)
		}
		b.Post("/profile", http.StatusRequestEntityTooLarge, "revision", "1", "about", strings.Repeat("x", 5<<20))
	})
}

func TestPublicPagesOpenWhileTheServerIsSealedOrTheDatabaseIsDown(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		otto, b := s.browser(t, s.otto), s.browser(t, s.ines)
		write(t, otto, "/practice/page", http.StatusSeeOther, practiceWords...)
		otto.Post("/practice/page/publish", http.StatusSeeOther, "revision", "1")
		write(t, b, "/profile", http.StatusSeeOther, ownWords...)
		b.Post("/profile/publish", http.StatusSeeOther, "revision", "1")
		leaves := s.Count(t, `SELECT count(*) FROM audit`)
		s.Nobody(t).Open("/p/linden/ines-moreau")
		if n := s.Count(t, `SELECT count(*) FROM audit`) - leaves; n != 0 {
			t.Errorf("a visitor's look wrote %d leaves", n)
		}
		s.DB.Close()
		webtest.Has(t, s.Nobody(t).Open("/p/linden/ines-moreau"), "Ines Moreau")
		sealed := public.Sealed(s.Facts, true)
		for path, want := range map[string]int{"/p/linden/ines-moreau": 200, "/p/linden": 200, "/p/linden/nobody": 503} {
			w := httptest.NewRecorder()
			sealed.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != want || strings.Contains(w.Body.String(), "/begin") || strings.Contains(w.Body.String(), "/sign-in") {
				t.Errorf("%s: got %d, want %d, and no way to begin", path, w.Code, want)
			}
		}
	})
}

// TestWhatAnotherServerPublishedIsNoticed lets two servers stand on one database.
func TestWhatAnotherServerPublishedIsNoticed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		other, err := web.ReadFacts("")
		if err != nil {
			t.Fatal(err)
		}
		other.Now = s.Clock.Now
		notice := func() int {
			t.Helper()
			before := s.Count(t, `SELECT count(*) FROM audit`)
			if err := other.Notice(t.Context(), s.Door, s.People); err != nil {
				t.Fatal(err)
			}
			return s.Count(t, `SELECT count(*) FROM audit`) - before
		}
		notice()
		if n := notice(); n != 0 {
			t.Errorf("nothing changed, and %d leaves were written", n)
		}
		profiles := profile.New(s.Door)
		s.Do(t, func(ctx context.Context) error {
			if _, _, err := profiles.Keep(ctx, s.ines, 0, profile.Clinician{Name: "Ines", Address: "ines", Lead: "Grief."}); err != nil {
				return err
			}
			_, err := profiles.Publish(ctx, s.ines, 1)
			return err
		})
		notice()
		if _, _, ok := other.Profile(s.Site.Practice).At("ines"); !ok {
			t.Error("the other server does not know it")
		}
		s.Do(t, func(ctx context.Context) error { return s.People.Leave(ctx, s.otto, s.ines.ID) })
		notice()
		if _, _, ok := other.Profile(s.Site.Practice).At("ines"); ok {
			t.Error("the other server still shows somebody who left")
		}
	})
}
