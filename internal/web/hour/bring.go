package hour

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// toBring is where a client brings something that stands elsewhere to the session: with
// ?kind= and ?of= as hour.Source names it. Whatever page has such a thing links there.
const toBring = "/my/bring"

// A bringPage asks how something is brought, or whether at all.
type bringPage struct {
	frame  ui.FrameProps
	source hour.Source
	from   ui.Link // where it stands
	waits  bool    // it was brought already
	form   thingForm
	flaw   *web.Flaw
	hards  ui.ChoiceProps
}

// sourceLink leads whoever looks to what something on the agenda came from, where they
// read as much of it as they may; without words if it came from nowhere.
func (s *seat) sourceLink(from hour.Source) ui.Link {
	day := func() string {
		if at, err := clocks.Day(from.ID, s.Now.Location()); err == nil {
			return ui.Date(at, s.Now)
		}
		return "one day"
	}
	mine := func(text, href string) ui.Link { return ui.Link{Text: text, Href: href} }
	desk := func(text, at string) ui.Link { return ui.Link{Text: text, Href: s.Base + at} }
	switch from.Kind {
	case hour.FromShare:
		if s.Mine {
			return mine("From your journal", "/my/journal")
		}
		return desk("What "+s.Name+" shares", "/shared")
	case hour.FromPractice:
		if s.Mine {
			return mine("What you practise", "/my/practice/"+from.ID)
		}
		return desk("What "+s.Name+" practises", "/practice")
	case hour.FromLog:
		if s.Mine {
			return mine("Your log of "+day(), "/my/log?day="+from.ID)
		}
		return desk("The log, as far as it is shared", "/log")
	case hour.FromCheckIn:
		if s.Mine {
			return mine("Your check-in", "/my/check-ins/"+from.ID)
		}
		return desk("The check-ins", "/together")
	case hour.FromAnswer:
		if s.Mine {
			return mine("What you answered", "/my/answers/"+from.ID)
		}
		return desk("What was answered", "/answers/"+from.ID)
	case hour.FromNourish:
		if s.Mine {
			return mine("What nourishes you", "/my/nourish")
		}
		return desk("What nourishes "+s.Name, "/nourish")
	case hour.FromPlan:
		if s.Mine {
			return mine("Your safety plan", "/my/at-hand")
		}
		return desk("The safety plan", "/safety-plan")
	}
	return ui.Link{}
}

// bringForm shows how something that stands elsewhere can be brought.
func (p *Pages) bringForm(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	if !q.Has("kind") {
		return web.SeeOther(w, r, toNext)
	}
	page, err := p.bringPage(r, hour.Source{Kind: hour.SourceKind(q.Get("kind")), ID: q.Get("of")})
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, bringView(page))
}

func (p *Pages) bringPage(r *http.Request, from hour.Source) (bringPage, error) {
	s := seatIn(r)
	page := bringPage{source: from, from: s.sourceLink(from)}
	if page.from.Text == "" || from.ID == "" {
		return page, web.Absent()
	}
	page.frame = web.FrameSaying(r, "Bring it to the session", done)
	sight, err := p.Hours.Open(r.Context(), s.Actor, s.Record, "")
	if err != nil {
		return page, err
	}
	side := hour.SideOf(s.Actor, s.Record)
	page.form = thingForm{revision: "0", keep: s.Keep("bring", string(from.Kind), from.ID)}
	if i := slices.IndexFunc(sight.Waiting.Items, func(i hour.Item) bool { return i.Side == side && i.Source == from }); i >= 0 {
		at := sight.Waiting.Items[i]
		page.waits = true
		page.form.id, page.form.revision, page.form.text = at.ID, digits(at.Revision), at.Text
		page.form.hard, page.form.may = at.Hard && at.Opened.IsZero(), at.May
	} else if page.form.id, err = web.NewID(); err != nil {
		return page, err
	}
	other, err := p.otherOf(r.Context(), s, sight.Appointment.ClinicianID)
	page.hards = page.form.hards(other)
	return page, err
}

// otherOf is how the clinician with the given id is called to the client who looks.
func (p *Pages) otherOf(ctx context.Context, s *seat, id string) (string, error) {
	if err := s.Meet(ctx, p.People, id); err != nil {
		return "", err
	}
	return s.other(id), nil
}

// bringSource brings something that stands elsewhere.
func (p *Pages) bringSource(w http.ResponseWriter, r *http.Request) error {
	s, typed := seatIn(r), typedIn(r)
	from := hour.Source{Kind: hour.SourceKind(r.PostFormValue("kind")), ID: r.PostFormValue("of")}
	if s.sourceLink(from).Text == "" {
		return web.Absent()
	}
	now, err := p.Hours.Bring(r.Context(), s.Actor, s.Record, hour.ItemForm{
		ID: typed.id, Revision: max(number(r, "revision"), 0), Text: typed.text, Hard: typed.hard, May: typed.may, Source: from,
	})
	if err == nil {
		return web.Kept(w, r, toNext+"?done=brought", s.Keep("bring", string(from.Kind), from.ID))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.bringPage(r, from)
	if err != nil {
		return err
	}
	if flaw.Clash() {
		typed.id, typed.revision, typed.asItIs = cmp.Or(now.ID, typed.id), digits(now.Revision), now.Text
	}
	typed.keep = page.form.keep
	page.form, page.flaw = typed, flaw
	page.hards = hardsAsTyped(page.hards, typed)
	return web.Show(w, r, flaw.Status(), bringView(page))
}

// hardsAsTyped are the choices of a form that came back, as they were chosen there.
func hardsAsTyped(c ui.ChoiceProps, typed thingForm) ui.ChoiceProps {
	c.ID = "how-" + typed.id
	for i := range c.Options {
		o := &c.Options[i]
		o.Chosen = o.Value == "now" && !typed.hard || o.Value == "both" && typed.hard && typed.may || o.Value == "me" && typed.hard && !typed.may
	}
	return c
}
