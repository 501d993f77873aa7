package informant_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	domain "github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/informant"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

type house struct {
	w     *waytest.World
	s     *webtest.Site
	is    *domain.Informants
	tomas access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		h := &house{w: w, s: s, is: domain.New(w.Door, instrument.NewShelf(w.Door), "http://localhost")}
		miriam := s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.tomas = s.Join(t, miriam, "Tomas Blau", "tomas@example.org", person.Client)
		s.Serve(web.Options{}, (&informant.Pages{Facts: s.Facts, Accounts: s.Accounts, Informants: h.is}).Routes())
		f(t, h)
	})
}

// gated asks somebody else, and has a gate.
const gated = `{"resourceType":"Questionnaire","id":"from-near","url":"urn:x:from-near","version":"1","language":"en","title":"From near","description":"Two questions.","copyright":"Ours.",
"extension":[{"url":"urn:waymark:fhir:scoring","extension":[
{"url":"clientTitle","valueString":"From near"},{"url":"subject","valueString":"worry"},{"url":"source","valueString":"Linden House"},{"url":"recall","valueString":"the last week"},
{"url":"intervalDays","valueInteger":7},{"url":"minutes","valueInteger":1},{"url":"informant","valueCode":"parent"},{"url":"direction","valueCode":"lower is better"},
{"url":"rule","valueCode":"from-near.1"},{"url":"maxMissing","valueInteger":0},{"url":"gate","extension":[{"url":"item","valueString":"a"},{"url":"from","valueInteger":1}]}]}],
"item":[{"linkId":"a","text":"Did you see them this week?","type":"choice","answerOption":[
{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}],"valueCoding":{"display":"No"}},
{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1}],"valueCoding":{"display":"Yes"}}]},
{"linkId":"g","text":"When you saw them:","type":"group","item":[
{"linkId":"b","text":"Did they seem worried?","type":"choice","answerOption":[
{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}],"valueCoding":{"display":"No"}},
{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":1}],"valueCoding":{"display":"Yes"}}]}]}]}`

func TestAPracticesOwnFormForOthersIsFoundAtEveryNodeAndItsGateIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		otto := h.s.Join(t, h.s.Operator(), "Otto Keller", "otto@linden.example", person.Manager)
		h.w.Do(t, func(ctx context.Context) error { // at another node
			_, err := instrument.NewShelf(h.w.Door).Import(ctx, otto, []byte(gated))
			return err
		})
		record := access.ClientRecord(h.tomas.ID)
		var link string
		id := webtest.NewID(t)
		h.w.Do(t, func(ctx context.Context) (err error) {
			_, link, err = h.is.Ask(ctx, h.tomas, record, domain.AskForm{ID: id, Instrument: "from-near", Who: "his father"})
			return err
		})
		link = strings.TrimPrefix(link, "http://localhost")
		b := h.s.Nobody(t)
		b.PostForm(link, url.Values{}, http.StatusSeeOther)
		page := b.Open("/form")
		webtest.Has(t, page, "When you saw them:", "If you answered “No”, you are done here.")
		form := webtest.Carried(page)
		form.Set("q1", "0")
		form.Set("q2", "1")
		webtest.Has(t, b.PostForm("/form", form, http.StatusUnprocessableEntity), "Question 2: after “No” to question 1 nothing more is asked, and question 2 says something else.")
		form.Del("q2")
		b.PostForm("/form", form, http.StatusOK)
		h.w.Do(t, func(ctx context.Context) error {
			fresh := domain.New(h.w.Door, instrument.NewShelf(h.w.Door), "")
			f, err := fresh.One(ctx, h.tomas, record, id)
			if in, ok := fresh.Questionnaire(h.s.Practice, f.Instrument, f.Version); err == nil && (!ok || in.Name != "From near" || f.Result.Total == nil || *f.Result.Total != 0) {
				t.Errorf("read: %v %+v", ok, f)
			}
			return err
		})
	})
}

// asks returns a form and the address that its link leads to.
func (h *house) asks(t *testing.T) (f domain.Form, to string) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		f, to, err = h.is.Ask(ctx, h.tomas, access.ClientRecord(h.tomas.ID), domain.AskForm{ID: webtest.NewID(t), Instrument: "outside-view", Who: "his sister Undine"})
		return err
	})
	return f, strings.TrimPrefix(to, "http://localhost")
}

func TestTheFormOpensInOneBrowserAndNamesNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, link := h.asks(t)
		b, other := h.s.Nobody(t), h.s.Nobody(t)
		door := b.Open(link)
		webtest.Has(t, door, "will read what you answer", "The link works once, in this browser", "Help now", "nothing happens")
		b.PostForm(link, url.Values{}, http.StatusSeeOther)
		form := b.Open("/form")
		webtest.Has(t, form, "Question 1 of 6", "Any of them can be left out", "who work with them, will read what you answer")
		for _, page := range []webtest.Reply{door, form} {
			for _, name := range []string{"Tomas", "Undine", "Miriam", "Linden", h.tomas.ID} {
				if strings.Contains(page.Body, name) {
					t.Errorf("the page names %s", name)
				}
			}
		}
		if got := b.Send(http.MethodGet, link, nil); got.Status != http.StatusSeeOther || got.To != "/form" {
			t.Errorf("its own link again: %d %s", got.Status, got.To)
		}
		nothing := other.Send(http.MethodGet, "/form/"+h.s.Practice+".0123456789abcdef", nil)
		for _, path := range []string{link, "/form/x", "/form"} {
			if got := other.Send(http.MethodGet, path, nil); got.Status != http.StatusNotFound || got.Body != nothing.Body {
				t.Errorf("%s in another browser: %d", path, got.Status)
			}
			if got := other.Send(http.MethodPost, path, url.Values{"q1": {"1"}}); got.Status != http.StatusNotFound {
				t.Errorf("POST %s in another browser: %d", path, got.Status)
			}
		}
		wrong := webtest.Carried(form)
		wrong.Set("q1", "2")
		wrong["q2"] = []string{"0", "3"}
		wrong.Set("note", "She tries hard.")
		back := b.PostForm("/form", wrong, http.StatusUnprocessableEntity)
		webtest.Has(t, back, "Question 2: two answers came to this question", "She tries hard.")
		wrong["q2"] = []string{"1"}
		webtest.Has(t, b.PostForm("/form", wrong, http.StatusOK), "Thank you, your answers are kept", "You can close this page")
		webtest.Has(t, b.Open("/form"), "Thank you, your answers are kept")
	})
}

func TestTwoFormsInOneBrowserKeepApart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, link := h.asks(t)
		b := h.s.Nobody(t)
		b.PostForm(link, url.Values{}, http.StatusSeeOther)
		about := webtest.Carried(b.Open("/form"))
		about.Set("note", "Of the first, and of nobody else.")

		second, link := h.asks(t)
		b.PostForm(link, url.Values{}, http.StatusSeeOther)
		if got := webtest.Carried(b.Open("/form")).Get("form"); got != second.ID {
			t.Errorf("the form that was opened last is not shown: %s", got)
		}
		webtest.Has(t, b.PostForm("/form", about, http.StatusOK), "Thank you, your answers are kept")
		state := func(id string) (f domain.Form) {
			h.w.Do(t, func(ctx context.Context) (err error) {
				f, err = h.is.One(ctx, h.tomas, access.ClientRecord(h.tomas.ID), id)
				return err
			})
			return f
		}
		if f := state(first.ID); f.State != domain.Given || f.Note != "Of the first, and of nobody else." {
			t.Errorf("the first: %s, %q", f.State, f.Note)
		}
		if f := state(second.ID); f.State != domain.Opened || f.Note != "" {
			t.Errorf("the second: %s, %q", f.State, f.Note)
		}
		if got := webtest.Carried(b.Open("/form")).Get("form"); got != second.ID {
			t.Errorf("the other one is lost: %s", got)
		}
		b.PostForm("/form", url.Values{"note": {"of nobody knows whom"}}, http.StatusNotFound)
		b.PostForm("/form", url.Values{"form": {webtest.NewID(t)}, "note": {"of nobody knows whom"}}, http.StatusNotFound)
	})
}

func TestAfterADangerousAnswerWhomToReachComesFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f, link := h.asks(t)
		b := h.s.Nobody(t)
		b.PostForm(link, url.Values{}, http.StatusSeeOther)
		form := webtest.Carried(b.Open("/form"))
		form.Set("q6", "3")
		done := b.PostForm("/form", form, http.StatusOK)
		webtest.Has(t, done, "If somebody may be in danger", "You can call on somebody else’s behalf", "Nobody watches this in real time")
		if !strings.Contains(done.Body, `href="tel:999"`) || !strings.Contains(done.Body, `data-kept="`+f.ID) {
			t.Error("whom to call, or that the device may forget, is missing")
		}
	})
}

func TestWhoeverTriesManyLinksHasToWait(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.s.Nobody(t)
		for range 200 {
			if got := b.Send(http.MethodGet, "/form/"+h.s.Practice+".0123456789abcdef", nil); got.Status == http.StatusTooManyRequests {
				return
			}
		}
		t.Error("200 tries, and no wait")
	})
}
