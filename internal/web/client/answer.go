package client

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/meaning"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/care"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// toSafetyPlan is the client's safety plan (package care of the pages).
const toSafetyPlan = "/my/at-hand"

// answerPage is what comes after a questionnaire: what it means, and one next
// thing. If a critical item was endorsed, whom to reach stands before anything else.
type answerPage struct {
	Frame    ui.FrameProps
	Critical bool
	Reach    ui.ReachProps
	Plan     []care.PlanPart // the safety plan, if there is one
	PlanNote string          // that it is a draft, if it is
	NoPlan   bool            // there is none yet, and they can begin one
	Told     []ui.LineProps
	Words    []string
	Next     string           // one next thing that is no page
	Go       []ui.ButtonProps // at most one is filled
	Bring    string           // where it is brought to the session
}

// answer shows what the answers say, and notes that the client has seen it.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("answer")
	if !isID(id) {
		return web.Absent()
	}
	actor, record := own(r)
	given, earlier, err := p.Measures.Compared(r.Context(), actor, record, id)
	if err != nil {
		return err
	}
	in, ok := p.Measures.Library(actor.Practice).Lookup(given.Instrument, "")
	if !ok {
		return web.Absent()
	}
	m := meaning.ForClient(in, given.Result, earlier)
	now := web.NowOf(r)
	page := answerPage{Frame: web.Frame(r), Critical: m.Critical, Words: m.Words, Bring: toBring("answer", id)}
	page.Frame.Heading = m.Title
	page.Frame.Kicker = in.Title + ", " + on(given.GivenAt.In(now.Location()), now)
	switch {
	case given.Mode == measure.ModeElsewhere:
		page.Frame.Kicker += ", brought from elsewhere"
	case given.EnteredBy != "":
		page.Frame.Kicker += ", entered by those who work with you"
	}
	if m.Critical {
		page.Reach = web.ReachOf(web.PracticeOf(r))
		page.Words = append(page.Words, callNow(page.Reach.Call()))
		p.safetyPlan(r, &page)
		page.Told = p.told(r, id, given.GivenAt, now)
	}
	page.next(m.Next)
	if given.SeenAt.IsZero() {
		// The page is shown even where nothing can be kept: somebody may need it.
		if err := p.Measures.Seen(r.Context(), actor, record, id); err != nil && !fault.Is(err, fault.NotSaved) {
			return err
		}
	}
	return web.Show(w, r, http.StatusOK, answerView(page))
}

// safetyPlan puts the client's safety plan onto the page, with a word if it is a draft.
// Were it not to be found, the page would be shown without: whom to reach stands above.
func (p *Pages) safetyPlan(r *http.Request, page *answerPage) {
	if p.SafetyPlans == nil {
		return
	}
	actor, record := own(r)
	plan, err := p.SafetyPlans.Plan(r.Context(), actor, record)
	if err != nil {
		slog.ErrorContext(r.Context(), "safety plan not read", "err", errors.Unwrap(err))
		return
	}
	held, ok := plan.Held()
	if page.NoPlan = !ok; !ok {
		return
	}
	page.Plan = care.PartsOf(held)
	if !held.Agreed() {
		page.PlanNote = "a draft, not agreed by both yet"
	}
}

// toBring is where something is brought to the session (package hour of the pages).
func toBring(kind, of string) string { return "/my/bring?kind=" + kind + "&of=" + of }

// lastOf is the last part of an address.
func lastOf(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

// next is the one next thing. Where it is no page of its own, its words stand
// above the way back to the week.
func (page *answerPage) next(n meaning.Next) {
	week := ui.ButtonProps{Text: "To This week", Href: toWeek}
	course := ui.ButtonProps{Text: "Your own course", Href: toCourse, Kind: ui.Quiet}
	switch n.Step {
	case meaning.StepHelp:
		plan := ui.ButtonProps{Text: "Open your safety plan", Href: toSafetyPlan}
		if page.NoPlan {
			plan.Text = "Begin a safety plan"
			page.Next = "A safety plan is what helps you, and whom you reach, at times like this. You can begin it yourself, with one line, or leave it until you are together."
		}
		week.Kind = ui.Quiet
		page.Go = []ui.ButtonProps{plan, week, course}
		return
	case meaning.StepChart:
		week.Kind, course.Kind, course.Text = ui.Quiet, ui.Main, n.Words
		page.Go = []ui.ButtonProps{course, week}
		return
	case meaning.StepBring:
		page.Next = n.Words + "."
	case meaning.StepWeek:
		week.Text = n.Words
	}
	week.Kind = ui.Main
	page.Go = []ui.ButtonProps{week, course}
}

// callNow is the last of the words after an answer that signals danger. whom is how the
// page names those who can be called from it, within a sentence.
func callNow(whom string) string {
	return "If you might act on these thoughts, or do not feel safe, please " + whom + " now. You do not need to find the right words."
}

// told says who was told that an answer needs a look, and when. Were it not to
// be found out, the page would be shown without.
func (p *Pages) told(r *http.Request, answerID string, given, now time.Time) []ui.LineProps {
	at := func(t time.Time) string { return on(t.In(now.Location()), now) }
	lines := []ui.LineProps{{Icon: "note", Text: "Nobody watches this in real time."}}
	add := func(icon, text string) { lines = append(lines, ui.LineProps{Icon: icon, Text: text}) }

	actor, record := own(r)
	states, err := p.Flags.ForClient(r.Context(), actor, record)
	if err != nil {
		slog.ErrorContext(r.Context(), "state of a flag not read", "err", errors.Unwrap(err))
		return lines
	}
	for _, s := range states {
		if s.AnswerID != answerID {
			continue
		}
		if s.ToldAt.IsZero() && p.alone(r) {
			add("letters", "Nobody of the practice works with you here at the moment, so nobody is told of this.")
		} else if s.ToldAt.IsZero() {
			add("letters", "Marked for those who work with you "+at(s.RaisedAt)+": something needs a look. A message that something is waiting is on its way.")
		} else {
			add("letters", "Somebody who works with you has been told that something needs a look: "+at(s.ToldAt)+". The message said only that something is waiting.")
		}
		if !s.SeenAt.IsZero() {
			by, err := p.nameOf(r.Context(), actor, names{}, s.SeenBy)
			if err != nil || by == "" {
				by = "Somebody of the practice"
			}
			add("eye", by+" looked at it "+at(s.SeenAt)+".")
		}
		if !s.ClosedAt.IsZero() {
			add("done", "It was looked after and closed "+at(s.ClosedAt)+".")
		}
	}
	return lines
}

// alone says whether nobody works with the client, so that nobody is told.
func (p *Pages) alone(r *http.Request) bool {
	actor, _ := own(r)
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	return err == nil && len(team) == 0
}
