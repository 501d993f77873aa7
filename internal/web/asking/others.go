package asking

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// othersPage is what somebody close to the client was asked, and what they said.
type othersPage struct {
	frame  ui.FrameProps
	base   string
	name   string
	tabs   []ui.Tab
	keep   string
	lines  []otherLine
	what   []ui.Option
	id     string
	who    string
	agreed string
	link   string // to hand on, just made
	flaw   *web.Flaw
}

// An otherLine is one form for somebody else.
type otherLine struct {
	what, state string
	href        string // to what they said
	end         string // to take it back
}

func (p *Pages) othersForm(r *http.Request) (othersPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	all, err := p.Informants.Of(r.Context(), actor, record)
	if err != nil {
		return othersPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return othersPage{}, err
	}
	page := othersPage{
		frame: desk.Frame(r, "Somebody close"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/ask"), keep: "others-" + id,
	}
	page.frame.Kicker = desk.NameOf(who)
	for _, f := range all {
		line := otherLine{what: desk.Upper(f.Who)}
		if in, ok := p.Informants.Questionnaire(actor.Practice, f.Instrument, f.Version); ok {
			line.what += ": " + in.Name
		}
		href := page.base + "/others/" + f.ID
		switch {
		case f.State == informant.Given:
			line.state, line.href = "Answered "+desk.At(f.GivenAt, now), href
		case f.State == informant.Ended:
			line.state = "Taken back"
		case f.Over(now):
			line.state = "Not answered in time"
		case f.State == informant.Opened:
			line.state, line.end = "Opened, not sent yet. Until "+desk.Short(f.ExpiresAt, now), href+"/end"
		default:
			line.state, line.end = "Link made "+desk.On(f.MadeAt, now)+", not opened yet. Until "+desk.Short(f.ExpiresAt, now), href+"/end"
		}
		page.lines = append(page.lines, line)
	}
	for _, in := range p.Informants.Instruments(actor.Practice) {
		page.what = append(page.what, ui.Option{Value: in.ID, Text: in.Name, Hint: desk.Upper(desk.Number(len(in.Items))) + " questions about " + in.Recall + ", for " + in.Informant + "."})
	}
	if len(page.what) == 1 {
		page.what[0].Chosen = true
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) others(w http.ResponseWriter, r *http.Request) error {
	page, err := p.othersForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, othersView(page))
}

// askOther makes a link and shows it: it is handed on by whoever asked.
func (p *Pages) askOther(w http.ResponseWriter, r *http.Request) error {
	record, _ := desk.RecordOf(r)
	f := informant.AskForm{
		ID: r.PostFormValue("id"), Instrument: r.PostFormValue("instrument"), Who: r.PostFormValue("who"), Agreed: r.PostFormValue("agreed"),
	}
	_, link, failed := p.Informants.Ask(r.Context(), web.ActorOf(r), record, f)
	flaw, ok := web.FlawIn(failed)
	if failed != nil && !ok {
		return failed
	}
	page, err := p.othersForm(r)
	if err != nil {
		return err
	}
	if failed != nil {
		page.flaw, page.id, page.who, page.agreed = flaw, f.ID, f.Who, f.Agreed
		choose(page.what, []string{f.Instrument})
		return web.Show(w, r, flaw.Status(), othersView(page))
	}
	page.link, page.frame.Kept = link, page.keep
	return web.Show(w, r, http.StatusOK, othersView(page))
}

func (p *Pages) endOther(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	if err := p.Informants.End(r.Context(), web.ActorOf(r), record, r.PathValue("other")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"/others?done=form-ended")
}
