package plan

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func (p *Pages) goalRoutes() []web.Route {
	var all []web.Route
	for _, s := range sides {
		all = append(all,
			s.get("/goals", access.ReadGoals, p.goals),
			s.get("/goals/vision", access.ReadGoals, p.vision),
			s.post("/goals/vision", access.ReviseGoals, p.writeVision),
			s.get("/goals/new", access.ReadGoals, p.newGoal),
			s.post("/goals", access.ReviseGoals, p.propose),
			s.get("/goals/{goal}", access.ReadGoals, p.goal),
			s.get("/goals/{goal}/change", access.ReadGoals, p.change),
			s.post("/goals/{goal}/change", access.ReviseGoals, p.reword),
			s.post("/goals/{goal}/agree", access.SignGoal, p.agree),
			s.post("/goals/{goal}/rate", access.RateGoal, p.rate),
			s.post("/goals/{goal}/milestones", access.ReviseGoals, p.setMilestone),
			s.post("/goals/{goal}/milestones/{milestone}", access.ReviseGoals, p.onMilestone),
			s.post("/goals/{goal}/retire", access.ReviseGoals, p.retire),
			s.post("/goals/{goal}/reopen", access.ReviseGoals, p.reopen),
		)
	}
	return all
}

// goalsPage is what somebody is working towards.
type goalsPage struct {
	*seat
	Vision  []string // the life the client wants, by paragraph
	Written string   // who wrote that, and when
	Cards   []goalCard
	Past    []pastLine
	Full    bool
	Agreed  bool // both agreed to a goal at some time
	Waits   bool // a goal waits for whoever is looking
}

// A goalCard is one goal as it stands.
type goalCard struct {
	ID       string
	Href     string
	Words    string // agreed, or, before that, proposed
	Know     string
	Ends     string // what 0 and 10 mean
	Low      string
	High     string
	Chip     ui.ChipProps
	State    string
	Newer    *wordingView // proposed in the place of what was agreed
	Instead  string       // the words of the goal in whose place it is proposed
	Number   string       // in words, what the client said last
	Reached  []milestoneView
	Ahead    []milestoneView
	Waits    bool // for whoever is looking
	Revision string
	Signs    string
	Over     string // how it ended; empty while it is current
	Reason   string // why
}

// A wordingView is one wording of a goal.
type wordingView struct {
	Heading string
	Words   string
	Know    string
	Ends    string
	State   string
	Why     string
}

type milestoneView struct {
	ID    string
	Words string
	When  string // on which day it was reached
	Note  string
	Form  string // id of what the form about it makes
	Href  string
	Typed string // of the note, as it was sent
	Day   string
	Wrong *web.Flaw
}

type pastLine struct{ Words, Href, Note string }

func (p *Pages) goals(w http.ResponseWriter, r *http.Request) error {
	s, gs, err := p.allGoals(r, "", "/goals")
	if err != nil {
		return err
	}
	s.Frame.Heading = "What you are working towards"
	if !s.Mine {
		s.Frame.Heading = "What " + s.Name + " is working towards"
	}
	page := goalsPage{seat: s, Full: gs.Full(), Agreed: gs.AnyAgreed()}
	if v := gs.Vision(); v.Words != "" {
		page.Vision = paragraphs(v.Words)
		page.Written = "Written by " + s.Who(v.By) + " " + s.on(v.At) + "."
	}
	for _, g := range gs.Current() {
		c := s.card(g, gs)
		page.Waits = page.Waits || c.Waits
		page.Cards = append(page.Cards, c)
	}
	for _, g := range slices.Backward(gs.Past()) {
		c := s.card(g, gs)
		page.Past = append(page.Past, pastLine{c.Words, c.Href, c.Over})
	}
	return web.Show(w, r, http.StatusOK, goalsView(page))
}

// allGoals reads everything about goals, and how those are called who wrote it.
func (p *Pages) allGoals(r *http.Request, heading, at string) (*seat, goal.Set, error) {
	s, err := p.seatOf(r, heading, at)
	if err != nil {
		return nil, goal.Set{}, err
	}
	gs, err := p.Goals.All(r.Context(), s.Actor, s.Record)
	if err != nil {
		return nil, gs, err
	}
	return s, gs, s.Meet(r.Context(), p.People, authors(gs)...)
}

// authors are those who did something with the goals.
func authors(gs goal.Set) []string {
	ids := []string{gs.Vision().By}
	for _, g := range gs.All {
		for _, w := range g.Wordings {
			ids = append(ids, w.By)
			if s, ok := w.Signed(goal.ByClinician); ok {
				ids = append(ids, s.By)
			}
		}
		for _, t := range g.Turns {
			ids = append(ids, t.By)
		}
	}
	return ids
}

// mySide is the side of whoever is looking.
func (s *seat) mySide() goal.Side {
	if s.Mine {
		return goal.ByClient
	}
	return goal.ByClinician
}

func (s *seat) card(g goal.Goal, gs goal.Set) goalCard {
	standing, now := g.Standing(), g.Now()
	c := goalCard{
		ID: g.ID, Href: s.Base + "/goals/" + g.ID, Words: standing.Words, Know: standing.Know,
		Ends: ends(standing.Worded), Low: standing.Low, High: standing.High,
		Revision: strconv.FormatInt(now.Revision, 10), Signs: strconv.Itoa(now.Signs()), Waits: g.WaitsFor(s.mySide()),
	}
	at, agreed := standing.Agreed()
	switch {
	case agreed:
		c.Chip = ui.ChipProps{Text: "Agreed by both", Tone: ui.Water}
		c.State = "Agreed by both " + s.on(at) + "."
	case c.Waits:
		c.Chip = ui.ChipProps{Text: "Waits for your word", Tone: ui.Clay}
	default:
		c.Chip = ui.ChipProps{Text: "Waits for " + s.otherSide(), Tone: ui.Draft}
	}
	if !agreed {
		c.State = "Proposed by " + s.Who(now.By) + " " + s.on(now.At) + "."
		if old, ok := gs.One(g.Replaces); ok {
			c.Instead = old.Standing().Words
		}
	}
	if agreed && g.Pending() {
		v := s.wording(now)
		v.Heading = "New words are proposed"
		c.Newer = &v
		c.Chip = ui.ChipProps{Text: "New words wait", Tone: ui.Clay}
	}
	c.Number = s.number(g)
	for _, m := range g.Milestones {
		v := milestoneView{ID: m.ID, Words: m.Words, Note: m.Note, Href: c.Href + "/milestones/" + m.ID, Day: s.Now.Format(time.DateOnly)}
		if m.Reached() {
			v.When = dayWords(m.Day, s.Now)
			c.Reached = append(c.Reached, v)
		} else {
			c.Ahead = append(c.Ahead, v)
		}
	}
	slices.SortStableFunc(c.Reached, func(a, b milestoneView) int {
		x, _ := milestoneDay(g, a.ID)
		y, _ := milestoneDay(g, b.ID)
		return x.Compare(y)
	})
	if t, over := g.Over(); over {
		c.Over, c.Reason = s.turnWords(t, gs), t.Reason
	}
	return c
}

func milestoneDay(g goal.Goal, id string) (time.Time, bool) {
	for _, m := range g.Milestones {
		if m.ID == id {
			t, err := time.Parse(time.DateOnly, string(m.Day))
			return t, err == nil
		}
	}
	return time.Time{}, false
}

// otherSide is the other of the two, for a chip.
func (s *seat) otherSide() string {
	if s.Mine {
		return "the other yes"
	}
	return s.Name
}

// number is what the client said last, in words.
func (s *seat) number(g goal.Goal) string {
	n := len(g.Ratings)
	if n == 0 {
		return ""
	}
	last := g.Ratings[n-1]
	words := fmt.Sprintf("%d of 10", last.Value)
	who := "You said"
	if !s.Mine {
		who = s.Name + " said"
	}
	if last.Voice == goal.VoiceBoth {
		who = "Together you found"
	}
	return who + " " + words + ", " + dayWords(last.Day, s.Now) + "."
}

// wording is one wording of a goal in words.
func (s *seat) wording(w goal.Wording) wordingView {
	v := wordingView{Words: w.Words, Know: w.Know, Ends: ends(w.Worded), Why: w.Why}
	v.State = "Written by " + s.Who(w.By) + " " + s.on(w.At) + "."
	if at, ok := w.Agreed(); ok {
		v.State += " Agreed by both " + s.on(at) + "."
	}
	return v
}

// turnWords is how a goal was retired, or taken up again.
func (s *seat) turnWords(t goal.Turn, gs goal.Set) string {
	switch {
	case t.Kind == goal.Reopened:
		return "Taken up again by " + s.Who(t.By) + " " + s.on(t.At) + "."
	case t.Kind == goal.Replaced:
		if g, ok := gs.One(t.GoalID); ok {
			return "Replaced " + s.on(t.At) + " by “" + g.Standing().Words + "”."
		}
		return "Replaced " + s.on(t.At) + "."
	case t.As == goal.Arrived:
		return "Reached. Retired by " + s.Who(t.By) + " " + s.on(t.At) + "."
	}
	return "Let go. Retired by " + s.Who(t.By) + " " + s.on(t.At) + "."
}

// ends says what both ends of a scale mean.
func ends(w goal.Worded) string {
	switch {
	case w.Low != "" && w.High != "":
		return "0 is “" + w.Low + "”, 10 is “" + w.High + "”."
	case w.Low != "":
		return "0 is “" + w.Low + "”."
	case w.High != "":
		return "10 is “" + w.High + "”."
	}
	return ""
}

// dayWords is a day in a list: "2 November", with the year if it is another one.
func dayWords(d measure.Day, now time.Time) string {
	t, err := d.Begins(now.Location())
	switch {
	case err != nil:
		return string(d)
	case t.Year() == now.Year():
		return t.Format("2 January")
	}
	return t.Format("2 January 2006")
}
