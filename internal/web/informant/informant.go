// Package informant is the pages of somebody close to a client who fills in one
// form, by a link and without an account. They show no name, nobody's record and
// no practice; and a link that leads nowhere looks like any other.
package informant

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of a form for somebody close.
type Pages struct {
	Facts      *web.Facts
	Accounts   *account.Accounts // counts tries
	Informants *informant.Informants
}

// most is how many bytes a form may have: with a whole note, in any script.
const most = 64 << 10

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/form/{link}", Audience: web.Anyone, Page: p.door},
		{Method: "POST", Pattern: "/form/{link}", Audience: web.Anyone, Action: access.AnswerForm, Page: p.open, Most: most},
		{Method: "GET", Pattern: "/form", Audience: web.Anyone, Action: access.ReadForm, Page: p.form},
		{Method: "POST", Pattern: "/form", Audience: web.Anyone, Action: access.AnswerForm, Page: p.give, Most: most},
	}
}

// frame stands around these pages: the same for everybody, whoever is signed in
// here at the moment.
func frame(r *http.Request, heading string) ui.FrameProps {
	f := web.Frame(r)
	f.Audience, f.Home, f.Places, f.SignOut = ui.Plain, "", nil, ""
	f.Heading = heading
	return f
}

// doorPage is what a link leads to. To look at it uses nothing up: mail scanners
// open links too.
type doorPage struct {
	Frame ui.FrameProps
	Link  string
}

func (p *Pages) door(w http.ResponseWriter, r *http.Request) error {
	err := p.knock(r, r.PathValue("link"), func() error { return p.Informants.Waits(r.Context(), r.PathValue("link")) })
	if err != nil {
		if _, _, none := p.held(r, anyForm); none == nil {
			return web.SeeOther(w, r, "/form")
		}
		return err
	}
	return web.Show(w, r, http.StatusOK, doorView(doorPage{frame(r, "A few questions about somebody you know"), r.PathValue("link")}))
}

// open gives the form to this browser, and to no other.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	var keeps string
	err := p.knock(r, r.PathValue("link"), func() (err error) {
		keeps, err = p.Informants.Open(r.Context(), r.PathValue("link"))
		return err
	})
	if err != nil {
		return err
	}
	web.KeepForm(w, r, keeps, informant.Lasts)
	return web.SeeOther(w, r, "/form")
}

// formPage is the form, and what comes after it.
type formPage struct {
	Frame ui.FrameProps
	Form  ui.AskProps
	Done  bool
	Reach ui.ReachProps // after an answer that signals danger
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request) error {
	s, _, err := p.sheet(r, anyForm)
	if err != nil {
		return err
	}
	if s.Done {
		return web.Show(w, r, http.StatusOK, formView(p.done(r, s, false)))
	}
	return web.Show(w, r, http.StatusOK, formView(p.formOf(r, s, nil, "", nil)))
}

// anyForm is the id of the form that is shown: the newest that waits, or, if none
// does, the newest.
const anyForm = ""

func (p *Pages) sheet(r *http.Request, id string) (s informant.Sheet, keeps string, err error) {
	err = p.knock(r, strings.Join(web.FormsOf(r), " "), func() (err error) {
		s, keeps, err = p.held(r, id)
		return err
	})
	return s, keeps, err
}

// knock looks where a secret leads, if that was not tried too often.
func (p *Pages) knock(r *http.Request, secret string, look func() error) error {
	return p.Accounts.Knock(web.VisitorOf(r).Source, secret, look)
}

// held is the form of this browser with the given id, and what it keeps of it.
func (p *Pages) held(r *http.Request, id string) (s informant.Sheet, keeps string, err error) {
	for _, k := range web.FormsOf(r) {
		one, err := p.Informants.Sheet(r.Context(), k)
		switch {
		case fault.Is(err, fault.NotFound): // taken back, or too late
		case err != nil:
			return one, k, err
		case one.ID == id, id == anyForm && !one.Done:
			return one, k, nil
		case id == anyForm && keeps == "":
			s, keeps = one, k
		}
	}
	if keeps == "" {
		err = web.Absent()
	}
	return s, keeps, err
}

// formOf is the form with what was chosen in it, right or wrong. The device keeps
// a copy of what is half done.
func (p *Pages) formOf(r *http.Request, s informant.Sheet, chosen map[string]string, note string, flaw *web.Flaw) formPage {
	page := formPage{Frame: frame(r, "")}
	page.Frame.Scripts = []string{"ask.js"}
	practice, _ := p.Facts.Of(s.Practice)
	page.Frame.Reach = web.ReachOf(practice)
	in := s.Instrument
	page.Form = ui.AskProps{
		Title: in.Title, Action: "/form", Keep: s.ID, Send: "Send these answers", Danger: len(in.Scoring.Critical) > 0,
		Hidden: map[string]string{"form": s.ID},
		Intro:  in.About + " Any of them can be left out. The person themself, and those who work with them, will read what you answer.",
	}
	for i, it := range in.Items {
		q := ui.Question{Name: it.ID, Stem: in.Above(it), Text: it.Text, Ends: web.Ends(in, it), Error: flaw.At(it.ID)}
		for _, c := range it.Answers {
			v := strconv.Itoa(c.Value)
			q.Options = append(q.Options, ui.Option{Value: v, Text: c.Text, Chosen: chosen[it.ID] == v})
		}
		if q.Error != "" {
			page.Form.Error = &ui.FormErrorProps{Fields: []ui.FieldError{
				{Name: it.ID, Text: "Question " + strconv.Itoa(i+1) + ": " + strings.ToLower(q.Error[:1]) + q.Error[1:]},
			}}
		}
		page.Form.Questions = append(page.Form.Questions, q)
	}
	page.Form.Questions = append(page.Form.Questions, ui.Question{
		Name: "note", Text: "Anything you would like to add?", Text2: "The person themself, and those who work with them, will read it. You can leave this empty.",
		Free: true, Extra: true, Value: note, Error: flaw.At("note"),
	})
	if flaw != nil && page.Form.Error == nil {
		page.Form.Error = &ui.FormErrorProps{Text: flaw.Text}
	}
	return page
}

// give sends the form that was filled in, whichever this browser opened last, once. The page that follows begins with whom to reach, if
// an answer signals danger.
func (p *Pages) give(w http.ResponseWriter, r *http.Request) error {
	id := r.PostFormValue("form")
	if id == anyForm {
		return web.Absent()
	}
	s, keeps, err := p.sheet(r, id)
	if err != nil {
		return err
	}
	note := r.PostFormValue("note")
	items, failed := web.Items(r, s.Instrument, "form", "note")
	var said instrument.Result
	if failed == nil {
		if said, failed = p.Informants.Give(r.Context(), keeps, items, note); failed == nil {
			return web.Show(w, r, http.StatusOK, formView(p.done(r, s, said.Endorsed())))
		}
		if would, err := instrument.Score(s.Instrument, items); err == nil && would.Endorsed() {
			failed = web.Urgent(failed)
		}
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	return web.Show(w, r, flaw.Status(), formView(p.formOf(r, s, web.Chosen(r, s.Instrument), note, flaw)))
}

// done is the page after the form.
func (p *Pages) done(r *http.Request, s informant.Sheet, danger bool) formPage {
	page := formPage{Frame: frame(r, "Thank you, your answers are kept"), Done: true}
	page.Frame.Kept = s.ID
	if danger {
		practice, _ := p.Facts.Of(s.Practice)
		page.Frame.Heading, page.Reach = "If somebody may be in danger", web.ReachOf(practice)
	}
	return page
}
