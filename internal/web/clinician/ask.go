package clinician

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// suggested is a reason to begin from; the clinician changes it as they like.
const suggested = "So that we both see how the weeks go, and whether what we do helps. It takes a few minutes, and you can always say not this time."

type askPage struct {
	frame  ui.FrameProps
	base   string
	name   string
	keep   string
	tabs   []ui.Tab
	asks   []askLine // what is asked already
	ended  []askLine
	what   []ui.Option
	rhythm []ui.Option
	reason string
	ids    map[string]string // of the asks to be made, by instrument
	flaw   *web.Flaw
}

// askForm is the form with its page around it.
func (p *Pages) askForm(r *http.Request) (askPage, error) {
	record, id := recordOf(r)
	now, actor := web.NowOf(r), web.ActorOf(r)
	asked, err := p.Measures.Asks(r.Context(), actor, record)
	if err != nil {
		return askPage{}, err
	}
	who, err := p.People.Person(r.Context(), actor, id)
	if err != nil {
		return askPage{}, err
	}
	page := askPage{
		frame: frame(r, "What is asked"), base: "/clients/" + id, name: first(nameOf(who)), keep: "ask-" + id,
		tabs: tabs(id, "/ask"), reason: suggested, ids: map[string]string{},
		rhythm: []ui.Option{
			{Value: string(measure.Weekly), Text: "Every week", Hint: "It waits on their page each week, until you end it. A week that goes by is not asked for again."},
			{Value: string(measure.Once), Text: "Once", Hint: "It waits until it is answered, or they say not this time."},
		},
	}
	page.frame.Kicker = nameOf(who)
	open := map[string]bool{}
	for _, a := range asked {
		line := askLine{a.ID, askInWords(a, now), a.Reason}
		if a.State == measure.AskOpen {
			page.asks = append(page.asks, line)
			open[a.Instrument] = true
			continue
		}
		page.ended = append(page.ended, line)
	}
	for _, in := range instrument.Shipped().Newest() {
		o := ui.Option{Value: in.ID, Text: in.Name + ", " + in.Subject, Hint: upper(number(len(in.Items))) + " questions about " + in.Recall + ", about " + count(in.Minutes, "minute", "minutes") + "."}
		if open[in.ID] {
			o.Hint += " It is asked already; one answer then settles both."
		}
		page.what = append(page.what, o)
		if page.ids[in.ID], err = web.NewID(); err != nil {
			return page, err
		}
	}
	return page, nil
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	page, err := p.askForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, askView(page))
}

// askNow asks for each questionnaire that was chosen. Each has an id of its own,
// so that sending the form again asks for none twice.
func (p *Pages) askNow(w http.ResponseWriter, r *http.Request) error {
	record, id := recordOf(r)
	chosen := r.PostForm["instrument"]
	var failed error
	for _, instrument := range chosen {
		_, failed = p.Measures.Ask(r.Context(), web.ActorOf(r), record, measure.AskForm{
			ID: r.PostFormValue("id-" + instrument), Instrument: instrument,
			Rhythm: measure.Rhythm(r.PostFormValue("rhythm")), Reason: r.PostFormValue("reason"),
		}, web.LocationOf(r))
		if failed != nil {
			break
		}
	}
	if failed == nil && len(chosen) > 0 {
		return web.Kept(w, r, "/clients/"+id+"?done=asked", "ask-"+id)
	}
	flaw, ok := web.FlawIn(failed)
	if failed != nil && !ok {
		return failed
	}
	if failed == nil {
		flaw = &web.Flaw{Kind: fault.Invalid, Field: "instrument", Text: "Choose at least one questionnaire."}
	}
	page, err := p.askForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.reason = flaw, r.PostFormValue("reason")
	choose(page.rhythm, r.PostForm["rhythm"])
	choose(page.what, chosen)
	for instrument := range page.ids {
		if was := r.PostFormValue("id-" + instrument); was != "" {
			page.ids[instrument] = was
		}
	}
	return web.Show(w, r, flaw.Status(), askView(page))
}

func choose(options []ui.Option, values []string) {
	for i, o := range options {
		for _, v := range values {
			options[i].Chosen = options[i].Chosen || o.Value == v
		}
	}
}

func (p *Pages) endAsk(w http.ResponseWriter, r *http.Request) error {
	record, id := recordOf(r)
	if _, err := p.Measures.EndAsk(r.Context(), web.ActorOf(r), record, r.PathValue("ask")); err != nil {
		return err
	}
	return web.SeeOther(w, r, "/clients/"+id+"?done=ended")
}
