package clinician

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// other is what somebody close said. It stands for itself, and in no course.
func (p *Pages) other(w http.ResponseWriter, r *http.Request) error {
	page, err := p.otherOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, answerView(page))
}

func (p *Pages) otherOf(r *http.Request) (answerPage, error) {
	record, id := desk.RecordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	f, err := p.Informants.One(r.Context(), actor, record, r.PathValue("other"))
	if err != nil {
		return answerPage{}, err
	}
	in, ok := p.Informants.Questionnaire(actor.Practice, f.Instrument, f.Version)
	if !ok || f.State != informant.Given {
		return answerPage{}, web.Absent()
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return answerPage{}, err
	}
	page := answerPage{
		frame: desk.Frame(r, desk.Upper(f.Who)+", "+ui.Date(f.GivenAt.In(now.Location()), now)), base: "/clients/" + id, id: f.ID,
		name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/ask"), caution: in.Caution, note: f.Note, noteOf: f.Who,
		summary: meaning.Summary(in, f.Result) + ".", critical: meaning.CriticalWords(in, f.Result), talked: true,
	}
	page.frame.Kicker = desk.NameOf(who)
	page.state = "Said by " + f.Who + " " + desk.At(f.GivenAt, now) + ", by a link without an account. Nobody has checked who held it. It is not part of " + page.name + "’s own course."
	page.parts = answerParts(in, f.Items)
	return page, nil
}

// leadToOther leads from where an answer of the client's own would be to what
// somebody else said: a flag does not know the difference.
func (p *Pages) leadToOther(w http.ResponseWriter, r *http.Request, absent error) error {
	record, id := desk.RecordOf(r)
	if !fault.Is(absent, fault.NotFound) {
		return absent
	}
	f, err := p.Informants.One(r.Context(), web.ActorOf(r), record, r.PathValue("answer"))
	if err != nil {
		return absent
	}
	return web.SeeOther(w, r, "/clients/"+id+"/others/"+f.ID)
}
