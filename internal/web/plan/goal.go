package plan

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// goalPage is one goal with everything that can be done about it.
type goalPage struct {
	*seat
	goalCard
	Turns   []turnView
	Earlier []wordingView
	Ratings []ratingView
	Course  string // address of the line; empty: nothing to draw yet

	RateID, Day, Value, Voice   string
	MilestoneID, MilestoneTyped string
	TurnID, TurnAs, TurnReason  string
	Flaw                        *web.Flaw
	FlawAt                      string // the form that it is in: rate, milestone, turn, or the id of a milestone
	Full                        bool
}

type turnView struct{ Words, Reason string }

type ratingView struct{ When, Words string }

func (p *Pages) goal(w http.ResponseWriter, r *http.Request) error {
	page, err := p.oneGoal(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, goalView(page))
}

// oneGoal is the page of the goal that the address names.
func (p *Pages) oneGoal(r *http.Request) (goalPage, error) {
	s, gs, err := p.allGoals(r, "One goal", "/goals")
	if err != nil {
		return goalPage{}, err
	}
	g, ok := gs.One(r.PathValue("goal"))
	if !ok {
		return goalPage{}, web.Absent()
	}
	page := goalPage{seat: s, goalCard: s.card(g, gs), Full: gs.Full(), Day: s.Now.Format(time.DateOnly), Voice: string(goal.VoiceClient)}
	s.Frame.Heading = page.Words
	if s.Mine {
		s.Frame.Kicker = "One of your goals"
	}
	for _, t := range slices.Backward(g.Turns) {
		page.Turns = append(page.Turns, turnView{s.turnWords(t, gs), t.Reason})
	}
	for _, w := range slices.Backward(g.Wordings) {
		if w.Revision != g.Now().Revision && w.Revision != g.Standing().Revision {
			page.Earlier = append(page.Earlier, s.wording(w))
		}
	}
	for _, one := range slices.Backward(g.Ratings) {
		v := ratingView{When: dayWords(one.Day, s.Now), Words: strconv.Itoa(one.Value)}
		if one.Side == goal.ByClinician {
			v.Words += ", said in the session"
			if one.Voice == goal.VoiceBoth {
				v.Words += " by both"
			}
		}
		if n := len(one.Former); n > 0 {
			v.Words += ", before that " + strconv.Itoa(one.Former[n-1].Value)
		}
		page.Ratings = append(page.Ratings, v)
	}
	if len(g.Ratings) > 1 {
		page.Course = s.Base + "/course?of=goal-" + g.ID
		if s.Mine {
			page.Course = "/my/course"
		}
	}
	for _, id := range []*string{&page.RateID, &page.MilestoneID, &page.TurnID} {
		if *id, err = web.NewID(); err != nil {
			return page, err
		}
	}
	for i := range page.Reached {
		if page.Reached[i].Form, err = web.NewID(); err != nil {
			return page, err
		}
	}
	for i := range page.Ahead {
		if page.Ahead[i].Form, err = web.NewID(); err != nil {
			return page, err
		}
	}
	return page, nil
}

// Scale is where the client is on the goal's scale.
func (page goalPage) Scale() ui.ChoiceProps {
	label := "How far is it?"
	c := ui.ChoiceProps{
		Name: "value", Label: label, Options: ui.Scale0To10(-1), Error: page.at("rate", "value"),
		Low: cmp.Or(page.Low, "not yet"), High: cmp.Or(page.High, "as you want it"),
	}
	if !page.Mine {
		c.High = cmp.Or(page.High, "as "+page.Name+" wants it")
	}
	for i := range c.Options {
		c.Options[i].Chosen = c.Options[i].Value == page.Value
	}
	return c
}

// Voices are whose word a number is, as it is entered at a desk.
func (page goalPage) Voices() ui.ChoiceProps {
	return ui.ChoiceProps{
		Name: "voice", Label: "Who said it", Error: page.at("rate", "voice"),
		Options: []ui.Option{
			{Value: string(goal.VoiceClient), Text: page.Name + " said it", Chosen: page.Voice == string(goal.VoiceClient)},
			{Value: string(goal.VoiceBoth), Text: "You found it together", Chosen: page.Voice == string(goal.VoiceBoth)},
		},
	}
}

// Ways are how a goal is retired.
func (page goalPage) Ways() ui.ChoiceProps {
	return ui.ChoiceProps{
		Name: "as", Label: "What became of it", Error: page.at("turn", "as"),
		Options: []ui.Option{
			{Value: string(goal.Arrived), Text: "It is reached", Hint: "Or near enough.", Chosen: page.TurnAs == string(goal.Arrived)},
			{Value: string(goal.LetGo), Text: "Let go of it", Hint: "For now, or for good. That can be as right.", Chosen: page.TurnAs == string(goal.LetGo)},
		},
	}
}

// at is what to correct in one field of one form.
func (page goalPage) at(form, field string) string {
	if page.FlawAt != form {
		return ""
	}
	return page.Flaw.At(field)
}

// goalAgain shows the page with what was typed into one of its forms.
func (p *Pages) goalAgain(w http.ResponseWriter, r *http.Request, failed error, at string, typed func(*goalPage)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.oneGoal(r)
	if err != nil {
		return err
	}
	page.Flaw, page.FlawAt = flaw, at
	typed(&page)
	return web.Show(w, r, flaw.Status(), goalView(page))
}

// goalPath is the address of the goal that r is about.
func goalPath(s *seat, r *http.Request) string { return s.Base + "/goals/" + r.PathValue("goal") }

// bare is the seat without names, for a form that leads on when it was kept.
func bare(r *http.Request) *seat { return &seat{Seat: desk.SeatOf(r)} }

func (p *Pages) rate(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	f := goal.RatingForm{
		ID: r.PostFormValue("id"), GoalID: r.PathValue("goal"), Day: measure.Day(r.PostFormValue("day")),
		Value: -1, Voice: goal.Voice(r.PostFormValue("voice")),
	}
	if v, err := strconv.Atoi(r.PostFormValue("value")); err == nil {
		f.Value = v
	}
	if _, err := p.Goals.Rate(r.Context(), s.Actor, s.Record, f, web.LocationOf(r)); err != nil {
		return p.goalAgain(w, r, err, "rate", func(page *goalPage) {
			page.RateID, page.Day, page.Value, page.Voice = cmp.Or(f.ID, page.RateID), string(f.Day), r.PostFormValue("value"), string(f.Voice)
		})
	}
	return web.Kept(w, r, goalPath(s, r)+"?done=rated", s.Keep("rate", f.GoalID))
}

func (p *Pages) setMilestone(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	f := goal.MilestoneForm{ID: r.PostFormValue("id"), GoalID: r.PathValue("goal"), Words: r.PostFormValue("words")}
	if _, err := p.Goals.SetMilestone(r.Context(), s.Actor, s.Record, f); err != nil {
		return p.goalAgain(w, r, err, "milestone", func(page *goalPage) {
			page.MilestoneID, page.MilestoneTyped = cmp.Or(f.ID, page.MilestoneID), f.Words
		})
	}
	return web.Kept(w, r, goalPath(s, r)+"?done=milestone", s.Keep("milestone", f.GoalID))
}

// onMilestone notes that a milestone was reached, takes that back, or takes the
// milestone off.
func (p *Pages) onMilestone(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	aim, milestone, form := r.PathValue("goal"), r.PathValue("milestone"), r.PostFormValue("id")
	var err error
	said := "reached"
	switch r.PostFormValue("do") {
	case "unreach":
		said = "unreached"
		_, err = p.Goals.Unreach(r.Context(), s.Actor, s.Record, aim, milestone, form)
	case "drop":
		said = "dropped"
		_, err = p.Goals.DropMilestone(r.Context(), s.Actor, s.Record, aim, milestone, form)
	default:
		f := goal.ReachForm{
			ID: form, GoalID: aim, MilestoneID: milestone,
			Day: measure.Day(r.PostFormValue("day")), Note: r.PostFormValue("note"),
		}
		_, err = p.Goals.Reach(r.Context(), s.Actor, s.Record, f, web.LocationOf(r))
	}
	if err != nil {
		return p.goalAgain(w, r, err, milestone, func(page *goalPage) {
			for i := range page.Ahead {
				if m := &page.Ahead[i]; m.ID == milestone {
					m.Form, m.Typed, m.Day, m.Wrong = cmp.Or(form, m.Form), r.PostFormValue("note"), r.PostFormValue("day"), page.Flaw
				}
			}
		})
	}
	return web.Kept(w, r, goalPath(s, r)+"?done="+said, s.Keep("reach", milestone))
}

func (p *Pages) retire(w http.ResponseWriter, r *http.Request) error {
	s, f := bare(r), turnForm(r)
	if _, err := p.Goals.Retire(r.Context(), s.Actor, s.Record, f); err != nil {
		return p.turnAgain(w, r, err, f)
	}
	return web.Kept(w, r, s.Base+"/goals?done=retired", s.Keep("turn", f.GoalID))
}

func (p *Pages) reopen(w http.ResponseWriter, r *http.Request) error {
	s, f := bare(r), turnForm(r)
	if _, err := p.Goals.Reopen(r.Context(), s.Actor, s.Record, f); err != nil {
		return p.turnAgain(w, r, err, f)
	}
	return web.Kept(w, r, goalPath(s, r)+"?done=reopened", s.Keep("turn", f.GoalID))
}

func turnForm(r *http.Request) goal.TurnForm {
	return goal.TurnForm{ID: r.PostFormValue("id"), GoalID: r.PathValue("goal"), As: goal.As(r.PostFormValue("as")), Reason: r.PostFormValue("reason")}
}

func (p *Pages) turnAgain(w http.ResponseWriter, r *http.Request, failed error, f goal.TurnForm) error {
	return p.goalAgain(w, r, failed, "turn", func(page *goalPage) {
		page.TurnID, page.TurnAs, page.TurnReason = cmp.Or(f.ID, page.TurnID), string(f.As), f.Reason
	})
}
