package record

import (
	"net/http"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// usePage is what a client's finished work may be used for.
type usePage struct {
	Frame ui.FrameProps
	Work  []string // the pieces of work, in words
	Uses  []useForm
	Past  []string // every decision, newest first
	Flaw  *web.Flaw
	Words string
}

// A useForm is one question, how it stands, and the one button that changes it.
type useForm struct {
	ID       string
	About    outcome.About
	Heading  string
	Text     []string
	Stands   string
	Revision string
	Do       string // words on the button
	Yes      string // what the button says
}

// use is what the client's finished work may be used for. The clinician does not
// see what was decided here.
func (p *Pages) use(w http.ResponseWriter, r *http.Request) error {
	page, err := p.useForms(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, useView(page))
}

func (p *Pages) useForms(r *http.Request) (usePage, error) {
	actor, record := own(r)
	chosen, err := p.Outcomes.Choices(r.Context(), actor, record)
	if err != nil {
		return usePage{}, err
	}
	work, err := p.Outcomes.Work(r.Context(), actor, record, web.LocationOf(r))
	if err != nil {
		return usePage{}, err
	}
	now := web.NowOf(r)
	page := usePage{Frame: web.FrameSaying(r, "What my work is used for", done), Words: outcome.Explained.Version, Work: workInWords(work, now)}
	page.Frame.Back = &ui.Link{Text: "Back to My record", Href: toRecord}
	learning := useForm{
		About: outcome.AboutLearning, Heading: "Learning from finished work", Text: outcome.Explained.Learning,
		Stands: "As it is: no. Nothing is learned from your work.", Do: "Yes, it may be learned from", Yes: "yes",
		Revision: strconv.FormatInt(chosen.Learning.Revision, 10),
	}
	if chosen.Learning.Yes {
		learning.Stands, learning.Do, learning.Yes = "As it is: yes, since "+day(chosen.Learning.At, now)+".", "No, not any more", "no"
	}
	report := useForm{
		About: outcome.AboutReport, Heading: "Being counted in the practice’s report", Text: outcome.Explained.Report,
		Stands: "As it is: your finished work is counted.", Do: "No, do not count me", Yes: "no",
		Revision: strconv.FormatInt(chosen.Report.Revision, 10),
	}
	if !chosen.Report.Yes {
		report.Stands, report.Do, report.Yes = "As it is: you are not counted, since "+day(chosen.Report.At, now)+".", "Count me again", "yes"
	}
	for _, f := range []useForm{learning, report} {
		if f.ID, err = web.NewID(); err != nil {
			return page, err
		}
		page.Uses = append(page.Uses, f)
	}
	for _, c := range chosen.Past {
		page.Past = append(page.Past, choiceInWords(c, now))
	}
	return page, nil
}

// choose keeps what the client decided.
func (p *Pages) choose(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	_, err := p.Outcomes.Choose(r.Context(), actor, record, outcome.ChoiceForm{
		ID: r.PostFormValue("id"), About: outcome.About(r.PostFormValue("about")), Yes: r.PostFormValue("yes") == "yes",
		Words: r.PostFormValue("words"), Revision: revision,
	})
	if flaw, ok := web.FlawIn(err); ok {
		page, err := p.useForms(r)
		if err != nil {
			return err
		}
		page.Flaw = flaw
		return web.Show(w, r, flaw.Status(), useView(page))
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, toUse+"?done=chosen")
}

// day is a day in a sentence.
func day(t, now time.Time) string { return ui.Date(t.In(now.Location()), now) }

func choiceInWords(c outcome.Choice, now time.Time) string {
	words := map[outcome.About]map[bool]string{
		outcome.AboutLearning: {true: "you said yes to learning from it", false: "you said no to learning from it"},
		outcome.AboutReport:   {true: "you said that it may be counted", false: "you said that it is not to be counted"},
	}[c.About][c.Yes]
	return desk.Upper(desk.At(c.At, now)) + ", " + words + " (explanation of " + c.Words + ")."
}

// workInWords are the pieces of work, the one that goes on first.
func workInWords(w outcome.Work, now time.Time) []string {
	days := func(d string) string {
		t, err := time.Parse(time.DateOnly, d)
		if err != nil {
			return d
		}
		return ui.Date(t, now)
	}
	var all []string
	if w.Now != nil {
		all = append(all, "Your work here goes on, since "+days(string(w.Now.Began))+".")
	}
	for _, e := range w.Done {
		all = append(all, "From "+days(string(e.Began))+" to "+days(string(e.Ended))+": "+endedInWords[e.Ending]+".")
	}
	return all
}

var endedInWords = map[outcome.Ending]string{
	outcome.AsPlanned: "finished, as planned", outcome.Early: "ended early", outcome.Elsewhere: "goes on elsewhere",
}
