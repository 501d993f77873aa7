package asking

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// paperPage is where what was answered on paper, or aloud, is entered.
type paperPage struct {
	frame     ui.FrameProps
	base      string
	name      string
	tabs      []ui.Tab
	which     []paperLine // questionnaires to choose from, before one is chosen
	form      ui.FormProps
	id        string
	in        *instrument.Instrument
	mode      []ui.Option
	on        string
	questions []paperQuestion
	note      string
	flaw      *web.Flaw
}

// A paperLine is one questionnaire to choose.
type paperLine struct{ name, about, href string }

// A paperQuestion is one question, and the words above it where they are not
// those above the one before.
type paperQuestion struct {
	above  string
	choice ui.ChoiceProps
}

// paperFields are what the form has besides its questions.
var paperFields = []string{"id", "instrument", "version", "mode", "on", "note"}

func (p *Pages) paperForm(r *http.Request, in *instrument.Instrument) (paperPage, error) {
	record, id := desk.RecordOf(r)
	asked, err := p.Measures.Asks(r.Context(), web.ActorOf(r), record)
	if err != nil {
		return paperPage{}, err
	}
	who, err := p.People.Person(r.Context(), web.ActorOf(r), id)
	if err != nil {
		return paperPage{}, err
	}
	page := paperPage{
		frame: desk.Frame(r, "Answered on paper or aloud"), base: "/clients/" + id, name: desk.First(desk.NameOf(who)), tabs: desk.Tabs(id, "/ask"),
		on: string(measure.DayOf(web.NowOf(r), web.LocationOf(r))), in: in,
		mode: []ui.Option{
			{Value: measure.ModePaper, Text: "On paper, by " + desk.First(desk.NameOf(who)), Chosen: true},
			{Value: measure.ModeInterview, Text: "Aloud, read out by you"},
		},
	}
	page.frame.Kicker = desk.NameOf(who)
	if in == nil {
		all := p.Measures.Offered(web.ActorOf(r).Practice)
		slices.SortStableFunc(all, func(a, b *instrument.Instrument) int { // what is asked comes first
			return cmp.Compare(openAsks(asked, b.ID), openAsks(asked, a.ID))
		})
		for _, one := range all {
			page.which = append(page.which, paperLine{one.Name, one.Subject, page.base + "/paper?instrument=" + one.ID})
		}
		return page, nil
	}
	page.frame.Heading = in.Name + ", on paper or aloud"
	page.form = ui.FormProps{Action: page.base + "/paper", Keep: "paper-" + id + "-" + in.ID, Label: in.Name}
	page.id, err = web.NewID()
	return page, err
}

// ask shows the questions, with what was chosen.
func (page *paperPage) ask(chosen map[string]string) {
	above := ""
	for i, it := range page.in.Items {
		q := ui.ChoiceProps{Name: it.ID, Label: strconv.Itoa(i+1) + ". " + it.Text, Error: page.flaw.At(it.ID)}
		if q.Ends = web.Ends(page.in, it); len(q.Ends) > 0 {
			page.frame.Scripts = []string{"gate.js"}
			q.Hint = "After " + lastWords(page.in, it) + " nothing more is asked. Leave the questions below out."
		}
		for _, c := range it.Answers {
			v := strconv.Itoa(c.Value)
			q.Options = append(q.Options, ui.Option{Value: v, Text: c.Text, Chosen: chosen[it.ID] == v})
		}
		asked := paperQuestion{choice: q}
		if words := page.in.Above(it); words != above {
			asked.above, above = words, words
		}
		page.questions = append(page.questions, asked)
	}
}

// lastWords are the answers to it after which nothing more is asked: “No”.
func lastWords(in *instrument.Instrument, it instrument.Item) string {
	var words []string
	for _, c := range in.Ends(it) {
		words = append(words, "“"+c.Text+"”")
	}
	return strings.Join(words, " or ")
}

func (page *paperPage) fields() []string {
	all := []string{"mode", "on", "note"}
	for _, it := range page.in.Items {
		all = append(all, it.ID)
	}
	return all
}

// paper shows the questionnaires to choose from, or the form of one.
func (p *Pages) paper(w http.ResponseWriter, r *http.Request) error {
	in, err := p.questionnaire(r, r.URL.Query().Get("instrument"), "")
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if in != nil && in.Informant != "self" {
		in = nil
	}
	page, err := p.paperForm(r, in)
	if err != nil {
		return err
	}
	if in != nil {
		page.ask(nil)
	}
	return web.Show(w, r, http.StatusOK, paperView(page))
}

// questionnaire is the one with the id; version "" is the newest.
func (p *Pages) questionnaire(r *http.Request, id, version string) (*instrument.Instrument, error) {
	actor := web.ActorOf(r)
	if in, ok := p.Measures.Library(actor.Practice).Lookup(id, version); ok {
		return in, nil
	}
	if id == "" {
		return nil, web.Absent()
	}
	record, _ := desk.RecordOf(r)
	return p.Measures.Questionnaire(r.Context(), actor, record, id, version)
}

// enter keeps what was entered, and leads to what it says.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request) error {
	record, id := desk.RecordOf(r)
	in, err := p.questionnaire(r, r.PostFormValue("instrument"), r.PostFormValue("version"))
	if err != nil {
		return err
	}
	if in.Informant != "self" {
		return web.Absent()
	}
	items, failed := web.Items(r, in, paperFields...)
	if failed == nil {
		var a measure.Answer
		a, failed = p.Measures.Enter(r.Context(), web.ActorOf(r), record, measure.Entered{
			ID: r.PostFormValue("id"), Instrument: in.ID, Version: in.Version, Mode: r.PostFormValue("mode"),
			On: measure.Day(r.PostFormValue("on")), Items: items, Note: r.PostFormValue("note"),
		}, web.LocationOf(r))
		if failed == nil {
			return web.Kept(w, r, "/clients/"+id+"/answers/"+a.ID+"?done=entered", "paper-"+id+"-"+in.ID)
		}
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.paperForm(r, in)
	if err != nil {
		return err
	}
	page.flaw, page.id, page.on, page.note = flaw, r.PostFormValue("id"), r.PostFormValue("on"), r.PostFormValue("note")
	page.mode[0].Chosen = false
	choose(page.mode, r.PostForm["mode"])
	page.ask(web.Chosen(r, in))
	return web.Show(w, r, flaw.Status(), paperView(page))
}

// openAsks is how many of asks ask for a questionnaire now.
func openAsks(asks []measure.Ask, id string) (n int) {
	for _, a := range asks {
		if a.Instrument == id && a.State == measure.AskOpen {
			n++
		}
	}
	return n
}
