package enquiry_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	domain "github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/enquiry"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const script = `Nights. <script>alert(1)</script> [x](javascript:alert(1))`

// house is a practice with two clinicians, of whom Ines offers a time, and a manager.
type house struct {
	w               *waytest.World
	s               *webtest.Site
	es              *domain.Enquiries
	sessions        *session.Sessions
	ines, max, otto access.Actor
	time            profile.Time
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		h := &house{w: w, s: s, sessions: session.New(w.Door)}
		h.es = domain.New(w.Door, s.People, "http://localhost", func(context.Context, *access.Tx, access.Compartment, domain.Said) error { return nil })
		h.ines = s.Join(t, s.Operator(), "Ines Albrecht", "ines@linden.example", person.Clinician)
		h.max = s.Join(t, s.Operator(), "Max Brandt", "max@linden.example", person.Clinician)
		h.otto = s.Join(t, s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			if _, _, err := ps.KeepPractice(ctx, h.otto, 0, profile.Practice{Lead: "Four people.", Room: profile.Open, Elsewhere: "The walk-in centre in King Street."}); err != nil {
				return err
			}
			_, err := ps.PublishPractice(ctx, h.otto, 1)
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			if _, _, err := ps.Keep(ctx, h.ines, 0, profile.Clinician{Address: "ines", Name: "Ines Albrecht", Lead: "I listen.", Room: profile.Open}); err != nil {
				return err
			}
			_, err := ps.Publish(ctx, h.ines, 1)
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			made, _, err := ps.Offer(ctx, h.ines, profile.Offer{
				ID: webtest.NewID(t), Day: w.Clock.Now().AddDate(0, 0, 5).Format(time.DateOnly), Clock: "10:00", Length: 50 * time.Minute, Ways: []profile.Way{profile.Video}, Weeks: 1,
			}, time.UTC)
			if err == nil {
				h.time = made[0]
			}
			return err
		})
		if err := s.Facts.Refresh(t.Context(), w.Door, s.People); err != nil {
			t.Fatal(err)
		}
		s.Serve(web.Options{}, (&pages.Pages{Facts: s.Facts, People: s.People, Enquiries: h.es, Sessions: h.sessions}).Routes())
		f(t, h)
	})
}

// asks sends an enquiry and returns its id and the link.
func (h *house) asks(t *testing.T, change func(*domain.Form)) (id, link string) {
	t.Helper()
	f := domain.Form{Agree: true}
	var err error
	if f.ID, f.Stamp, err = h.es.Blank(h.s.Practice, h.w.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.w.Clock.Pass(time.Minute)
	f.Name, f.Email, f.Reach, f.Brings, f.Place = "Kim", "kim@example.org", domain.Message, script, "remote"
	if change != nil {
		change(&f)
	}
	h.w.Do(t, func(ctx context.Context) (err error) {
		link, err = h.es.Ask(ctx, h.s.Practice, f.ID, f)
		return err
	})
	_, link, _ = strings.Cut(link, domain.AnswerPath)
	return f.ID, link
}

// moved is the form of a page that decides.
func moved(page webtest.Reply, m domain.Move, pairs ...string) url.Values {
	form := url.Values{"id": {webtest.Carried(page)["id"][0]}, "revision": {webtest.Carried(page)["revision"][0]}, "move": {string(m)}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestAClinicianReadsProposesAndAColleagueTakesThemOn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, link := h.asks(t, func(f *domain.Form) { f.With, f.FirstID, f.First = h.ines.ID, h.time.ID, h.time.Start })
		max, ines := h.s.Browser(t, h.max), h.s.Browser(t, h.ines)
		list := max.Open("/enquiries")
		webtest.Has(t, list, "Inbox (1)", "Kim", "By video or phone", "for Ines Albrecht", "Asked on Thursday 19 November, today")
		page := max.Open("/enquiries/" + id)
		webtest.Has(t, page, "Nights. <script>alert(1)</script> [x](javascript:alert(1))", "kim@example.org", "Take this person on", "a wish, not held", "The walk-in centre in King Street.")
		if strings.Contains(page.Body, "<script>alert") || strings.Contains(page.Body, `href="javascript`) {
			t.Error("a script runs")
		}
		back := max.PostForm("/enquiries/"+id, moved(page, domain.Propose, "told", "I asked a colleague, kindly."), http.StatusUnprocessableEntity)
		webtest.Has(t, back, "Please choose a colleague.", "I asked a colleague, kindly.")
		done := max.PostForm("/enquiries/"+id, moved(page, domain.Propose, "to", h.ines.ID, "told", "I asked a colleague.", "among", "You know nights."), http.StatusSeeOther)
		webtest.Has(t, max.Open(done.To), "Proposed. They see it marked for them.")
		webtest.Has(t, ines.Open("/enquiries"), "Of these, one in the inbox is for you.", "for you")
		webtest.Has(t, ines.Open("/enquiries/"+id), "Max Brandt to Kim", "I asked a colleague.", "You know nights.")

		accept := ines.Open("/enquiries/" + id + "/accept")
		webtest.Has(t, accept, "Take Kim on", "Plan the first consultation on Tuesday 24 November at 10:00", "says nothing of why")
		form := webtest.Carried(accept)
		form.Set("name", "Kim Lee")
		form.Set("email", "kim")
		form.Set("time", h.time.ID)
		webtest.Has(t, ines.PostForm("/enquiries/"+id+"/accept", form, http.StatusUnprocessableEntity), "name@example.org")
		form.Set("email", "kim@example.org")
		to := ines.PostForm("/enquiries/"+id+"/accept", form, http.StatusSeeOther).To
		if again := ines.PostForm("/enquiries/"+id+"/accept", form, http.StatusSeeOther).To; again != to || !strings.Contains(to, "?done=taken-on-time&kept=") {
			t.Errorf("taken on: %s, and again: %s", to, again)
		}
		client, _, _ := strings.Cut(strings.TrimPrefix(to, "/clients/"), "?")
		h.w.Do(t, func(ctx context.Context) error {
			all, err := h.sessions.Of(ctx, h.ines, access.ClientRecord(client))
			if len(all) != 1 || !all[0].Start.Equal(h.time.Start) || all[0].Place != "by video" {
				t.Errorf("planned: %+v", all)
			}
			return err
		})
		if got := max.Send(http.MethodGet, "/enquiries/"+id, nil); got.Status != http.StatusNotFound {
			t.Errorf("it is still there: %d", got.Status)
		}
		h.w.Do(t, func(ctx context.Context) error {
			a, err := h.es.Answer(ctx, link)
			if a.State != domain.Accepted {
				t.Errorf("%+v", a)
			}
			return err
		})
	})
}

func TestWhoWasSlowerSeesWhatStandsAndTheirOwnWords(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asks(t, nil)
		max, ines := h.s.Browser(t, h.max), h.s.Browser(t, h.ines)
		first, second, accept := max.Open("/enquiries/"+id), ines.Open("/enquiries/"+id), ines.Open("/enquiries/"+id+"/accept")
		max.PostForm("/enquiries/"+id, moved(first, domain.Decline, "told", "We are full."), http.StatusSeeOther)
		webtest.Has(t, ines.PostForm("/enquiries/"+id, moved(second, domain.Wait, "told", "You are on my list now."), http.StatusConflict),
			"Somebody was quicker", "declined, by Max Brandt", "We are full.", "You are on my list now.")
		form := webtest.Carried(accept)
		form.Set("name", "Kim")
		form.Set("email", "kim@example.org")
		webtest.Has(t, ines.PostForm("/enquiries/"+id+"/accept", form, http.StatusConflict), "Somebody was quicker", "declined, by Max Brandt")
		ines.PostForm("/enquiries/"+id, moved(ines.Open("/enquiries/"+id), domain.Reopen), http.StatusSeeOther)
		webtest.Has(t, ines.Open("/enquiries"), "Inbox (1)")
	})
}

func TestWhoIsSlowerThanAColleagueWhoTookThemOnIsToldSo(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asks(t, nil)
		max, ines := h.s.Browser(t, h.max), h.s.Browser(t, h.ines)
		page, accept, late := ines.Open("/enquiries/"+id), max.Open("/enquiries/"+id+"/accept"), ines.Open("/enquiries/"+id+"/accept")
		form := webtest.Carried(accept)
		form.Set("name", "Kim")
		form.Set("email", "kim@example.org")
		max.PostForm("/enquiries/"+id+"/accept", form, http.StatusSeeOther)

		said := "A colleague has taken this person on, or they have taken it back."
		other := webtest.Carried(late)
		other.Set("name", "Kim")
		other.Set("email", "kim@example.org")
		webtest.Has(t, ines.PostForm("/enquiries/"+id+"/accept", other, http.StatusNotFound), said, "nothing of yours was sent")
		webtest.Has(t, ines.PostForm("/enquiries/"+id, moved(page, domain.Wait, "told", "You are on my list.", "among", "Mondays?"), http.StatusNotFound),
			said, "You are on my list.", "Mondays?")
		for _, path := range []string{"/enquiries/" + id, "/enquiries/" + id + "/accept", "/enquiries/" + webtest.NewID(t)} {
			got := ines.Send(http.MethodGet, path, nil)
			if got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
			webtest.Has(t, got, said)
			webtest.HasNot(t, got, "Kim")
		}
	})
}

func TestThePilesAreTurnedPageByPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for i := range domain.PerPage + 3 {
			h.asks(t, func(f *domain.Form) {
				f.Name, f.Email, f.Brings = "Person "+string(rune('A'+i)), string(rune('a'+i))+"@example.org", ""
			})
		}
		first, _ := h.asks(t, func(f *domain.Form) {
			f.Name, f.Email, f.Brings = "Robot", "r@x.example", "https://a.example https://b.example"
		})
		b := h.s.Browser(t, h.max)
		page := b.Open("/enquiries")
		webtest.Has(t, page, "Inbox (23)", "Probably advertising (1)", "1 to 20 of 23", "Person A", "Next")
		webtest.HasNot(t, page, "Person W", "Robot")
		webtest.Has(t, b.Open("/enquiries?page=1&pile=inbox"), "21 to 23 of 23", "Person W", "Before")
		webtest.Has(t, b.Open("/enquiries?page=-1&pile=nonsense"), "Everybody who asked has been answered.")
		webtest.Has(t, b.Open("/enquiries?pile=junk"), "Robot")
		b.PostForm("/enquiries/junk", url.Values{"id": {first}}, http.StatusSeeOther)
		webtest.Has(t, b.Open("/enquiries?pile=junk&done=dropped"), "Deleted for good.", "Nothing here looks like advertising.")
	})
}

func TestAManagerSeesWhoAskedAndNotWhatFor(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, _ := h.asks(t, func(f *domain.Form) {
			f.With, f.Way, f.Reach, f.Phone = h.ines.ID, "exploring", domain.Careful, "0131 496 0000"
		})
		otto := h.s.Browser(t, h.otto)
		page := otto.Open("/callers")
		webtest.Has(t, page, "Kim", "kim@example.org, 0131 496 0000. Leave no message", "Ines Albrecht", "By video or phone", "not answered yet")
		webtest.HasNot(t, page, "Nights", "Explore", id)
		for _, path := range []string{"/enquiries", "/enquiries/" + id, "/enquiries/" + id + "/accept"} {
			if got := otto.Send(http.MethodGet, path, nil); got.Status != http.StatusNotFound {
				t.Errorf("%s: %d", path, got.Status)
			}
		}
		if got := h.s.Browser(t, h.max).Send(http.MethodGet, "/callers", nil); got.Status != http.StatusNotFound {
			t.Errorf("a clinician at the manager's page: %d", got.Status)
		}
	})
}

func TestDecliningAlsoEndsTheirOtherOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, _ := h.asks(t, func(f *domain.Form) { f.Brings = "Once." })
		again, _ := h.asks(t, func(f *domain.Form) { f.Brings = "Twice." })
		b := h.s.Browser(t, h.ines)
		webtest.Has(t, b.Open("/enquiries"), "Inbox (1)", "asked twice")
		page := b.Open("/enquiries/" + again)
		webtest.Has(t, page, "The same person asked on Thursday 19 November")
		form := moved(page, domain.Decline, "told", "We are sorry.")
		form.Add("also", first)
		b.PostForm("/enquiries/"+again, form, http.StatusSeeOther)
		webtest.Has(t, b.Open("/enquiries?pile=answers"), "Declined (1)", "Forgotten on")
		if got := b.Send(http.MethodGet, "/enquiries/"+first, nil); got.Status != http.StatusNotFound {
			t.Errorf("the other one: %d", got.Status)
		}
	})
}
