package plan

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func (p *Pages) reviewRoutes() []web.Route {
	all := []web.Route{sides[1].post("/review", access.KeepReview, p.keepReview)}
	for _, s := range sides {
		all = append(all,
			s.get("/review", access.ReadReview, p.review),
			s.post("/review/words", access.SayReview, p.sayBefore),
			s.get("/review/{nth}", access.ReadReview, p.held),
		)
	}
	return all
}

// reviewPage is the review that is to come.
type reviewPage struct {
	*seat
	Nth     int64
	When    string
	Picture pictureView
	Own     plan.Before // what this side says
	OwnRev  string
	Kept    *plan.Before // what stands, where somebody of the same side was quicker
	Other   *beforeView  // what the other side says; nil: nothing yet
	Balance *balanceView // for those who treat the client
	Held    []heldLine
	Flaw    *web.Flaw
	FlawAt  string // before, or keep
	Form    plan.ReviewForm
	Were    *heldView // the review as it was kept meanwhile
}

type beforeView struct {
	Heading string
	Note    string
	Lines   []labelled
}

type labelled struct{ Label, Text string }

// balanceView is who began what, in two short lists.
type balanceView struct {
	Words  string
	Theirs []string
	Ours   []string
}

type heldLine struct{ Words, Href, Note string }

// pictureView is what there is to see since the last review, in words.
type pictureView struct {
	Since    string
	Sessions string
	Goals    []goalSeen
	Measures []labelled
	Markers  []labelled
	Detours  []string
	Events   []labelled
	Practice []labelled
}

type goalSeen struct {
	Words      string
	Href       string
	Number     string
	State      string
	Milestones []string
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request) error {
	page, err := p.reviewOf(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, reviewView(page))
}

func (p *Pages) reviewOf(r *http.Request) (reviewPage, error) {
	s, err := p.seatOf(r, "Looking back together", "/plan")
	if err != nil {
		return reviewPage{}, err
	}
	l, held, err := p.Plans.Look(r.Context(), s.Actor, s.Record, web.LocationOf(r))
	if err != nil {
		return reviewPage{}, err
	}
	page := reviewPage{seat: s, Nth: l.Nth, Picture: s.picture(l.Picture)}
	page.When = dayLong(l.Day, s.Now)
	own := l.Said[s.mySide()]
	page.Own, page.OwnRev = own.Before, strconv.FormatInt(own.Revision, 10)
	if other, ok := l.Said[s.theirSide()]; ok {
		if err := s.Meet(r.Context(), p.People, other.By); err != nil {
			return page, err
		}
		page.Other = s.before(other.Before, s.theirSide())
		page.Other.Note = "Written by " + s.Who(other.By) + " " + s.on(other.At) + "."
	}
	for _, one := range held {
		page.Held = append(page.Held, heldLine{one.Outcome.Words(), s.Base + "/review/" + strconv.FormatInt(one.Nth, 10), dayWords(one.Day, s.Now)})
	}
	if s.Mine {
		return page, nil
	}
	b, err := p.Plans.Balance(r.Context(), s.Actor, s.Record, web.LocationOf(r))
	if err != nil {
		return page, err
	}
	page.Balance = &balanceView{Words: b.Words(s.Name), Theirs: s.starts(b.Of(goal.ByClient)), Ours: s.starts(b.Of(goal.ByClinician))}
	page.Form = plan.ReviewForm{
		Nth: l.Nth, Day: measure.DayOf(s.Now, s.Now.Location()),
		Next: measure.DayOf(s.Now.AddDate(0, 0, reviewsIn), s.Now.Location()),
	}
	return page, nil
}

func (s *seat) theirSide() goal.Side {
	if s.Mine {
		return goal.ByClinician
	}
	return goal.ByClient
}

// starts are what somebody began, in words: of each kind, on which days.
func (s *seat) starts(all []plan.Start) []string {
	var kinds []string
	days := map[string][]string{}
	for _, one := range all {
		if days[one.Words] == nil {
			kinds = append(kinds, one.Words)
		}
		if day := dayWords(one.Day, s.Now); !slices.Contains(days[one.Words], day) {
			days[one.Words] = append(days[one.Words], day)
		}
	}
	out := make([]string, len(kinds))
	for i, kind := range kinds {
		of := days[kind]
		out[i] = capital(kind) + ", " + strings.Join(of[:len(of)-1], ", ")
		if len(of) > 1 {
			out[i] += " and "
		}
		out[i] += of[len(of)-1]
	}
	return out
}

// before is what one side said beforehand, to whoever is looking.
func (s *seat) before(b plan.Before, by goal.Side) *beforeView {
	v := &beforeView{Heading: "What the other side says"}
	switch {
	case by == s.mySide():
		v.Heading = "What you said"
	case !s.Mine:
		v.Heading = "What " + s.Name + " says"
	default:
		v.Heading = "What whoever works with you says"
	}
	for _, one := range []labelled{{"What helps", b.Helps}, {"What does not", b.Not}, {"What should change", b.Change}} {
		if one.Text != "" {
			v.Lines = append(v.Lines, one)
		}
	}
	return v
}

// picture is what there is to see, for whoever is looking.
func (s *seat) picture(pic plan.Picture) pictureView {
	v := pictureView{Since: "since the beginning"}
	if pic.Since != "" {
		v.Since = "since " + dayWords(pic.Since, s.Now)
	}
	switch pic.Sessions {
	case 0:
		v.Sessions = "No session in this time."
	default:
		v.Sessions = capital(desk.Count(pic.Sessions, "session", "sessions")) + " in this time."
	}
	for _, g := range pic.Goals {
		v.Goals = append(v.Goals, s.goalSeen(g))
	}
	for _, m := range pic.Measures {
		one := labelled{m.Title, m.Own}
		if !s.Mine {
			one = labelled{m.Name, "From the first to the newest: " + lowered(m.Words)}
			if m.Lately != "" {
				one.Text += " Since the last review: " + lowered(m.Lately)
			}
		}
		v.Measures = append(v.Measures, one)
	}
	for _, m := range pic.Markers {
		who := "noticed by you"
		if (m.Side == goal.ByClient) != s.Mine {
			who = "noticed by " + s.Name
			if s.Mine {
				who = "noticed by whoever works with you"
			}
		}
		one := labelled{m.Word, dayWords(m.Day, s.Now) + ", " + who}
		if m.Line != "" {
			one.Text = m.Line + " (" + one.Text + ")"
		}
		v.Markers = append(v.Markers, one)
	}
	for _, d := range pic.Detours {
		words := d.Name + ", since " + dayWords(d.From, s.Now) + ", still open."
		if d.Until != "" {
			words = d.Name + ", " + dayWords(d.From, s.Now) + " to " + dayWords(d.Until, s.Now) + "."
		}
		if d.Stays != "" {
			words += " What stays: " + d.Stays
		}
		if d.Changed != "" {
			words += " What is different: " + d.Changed
		}
		v.Detours = append(v.Detours, words)
	}
	for _, e := range pic.Events {
		v.Events = append(v.Events, labelled{dayWords(e.Day, s.Now), e.Words})
	}
	for _, p := range pic.Practice {
		one := labelled{p.Title, desk.PractisedInWords(p.Times)}
		if p.Over {
			one.Text += " Let go since."
		}
		v.Practice = append(v.Practice, one)
	}
	return v
}

func (s *seat) goalSeen(g plan.GoalThen) goalSeen {
	v := goalSeen{Words: g.Words, Href: s.Base + "/goals/" + g.ID}
	who := "You"
	if !s.Mine {
		who = s.Name
	}
	value := func(n *int) string { return strconv.Itoa(*n) }
	switch {
	case g.Last == nil:
		v.Number = "No number yet, and none is needed."
	case g.Before != nil:
		v.Number = who + " said " + value(g.Before) + " at the last review, and " + value(g.Last) + " last."
	case *g.First == *g.Last:
		v.Number = who + " said " + value(g.Last) + "."
	default:
		v.Number = who + " began at " + value(g.First) + ", and last said " + value(g.Last) + "."
	}
	if g.Low != "" && g.High != "" && g.Last != nil {
		v.Number += " 0 is “" + g.Low + "”, 10 is “" + g.High + "”."
	}
	switch {
	case g.Over == goal.Replaced:
		v.State = "Another goal stands in its place now."
	case g.Over == goal.Retired:
		v.State = "It was retired in this time."
	case !g.Agreed:
		v.State = "It is proposed, and not agreed by both yet."
	}
	for _, m := range g.Milestones {
		v.Milestones = append(v.Milestones, m.Words+", "+dayWords(m.Day, s.Now))
	}
	return v
}

// lowered begins with a small letter, as inside a sentence.
func lowered(text string) string {
	if len(text) > 1 && text[0] >= 'A' && text[0] <= 'Z' && (text[1] < 'A' || text[1] > 'Z') {
		return string(text[0]+'a'-'A') + text[1:]
	}
	return text
}

func (p *Pages) sayBefore(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	b := plan.Before{Helps: r.PostFormValue("helps"), Not: r.PostFormValue("not"), Change: r.PostFormValue("change")}
	if r.PostFormValue("do") == "nothing" {
		b = plan.Before{}
	}
	nth := number(r, "nth")
	was, failed := p.Plans.SayBefore(r.Context(), s.Actor, s.Record, nth, number(r, "revision"), b)
	if failed == nil {
		return web.Kept(w, r, s.Base+"/review?done=before", s.Keep("before", strconv.FormatInt(nth, 10)))
	}
	return p.reviewAgain(w, r, failed, "before", func(page *reviewPage) {
		page.Own = b
		if page.Flaw.Clash() && was.Revision > 0 {
			page.Kept, page.OwnRev = &was.Before, strconv.FormatInt(was.Revision, 10)
		}
	})
}

func (p *Pages) reviewAgain(w http.ResponseWriter, r *http.Request, failed error, at string, typed func(*reviewPage)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.reviewOf(r)
	if err != nil {
		return err
	}
	page.Flaw, page.FlawAt = flaw, at
	typed(&page)
	return web.Show(w, r, flaw.Status(), reviewView(page))
}

func (p *Pages) keepReview(w http.ResponseWriter, r *http.Request) error {
	s := bare(r)
	f := plan.ReviewForm{
		Nth: number(r, "nth"), Day: measure.Day(r.PostFormValue("day")), Outcome: plan.Outcome(r.PostFormValue("outcome")),
		Words: r.PostFormValue("words"), Next: measure.Day(r.PostFormValue("next")),
	}
	was, failed := p.Plans.KeepReview(r.Context(), s.Actor, s.Record, f, web.LocationOf(r))
	if failed == nil {
		to := s.Base + "/review/" + strconv.FormatInt(f.Nth, 10) + "?done=reviewed"
		return web.Kept(w, r, to, s.Keep("review"))
	}
	return p.reviewAgain(w, r, failed, "keep", func(page *reviewPage) {
		next := page.Nth
		if page.Form = f; page.Flaw.Clash() && was.Nth > 0 {
			v := page.heldView(was)
			page.Were, page.Form.Nth = &v, next
		}
	})
}

// outcomes are the choices of what came of it.
func (p reviewPage) outcomes() ui.ChoiceProps {
	c := ui.ChoiceProps{Name: "outcome", Label: "What came of it", Error: p.wrong("keep", "outcome")}
	for _, o := range plan.Outcomes() {
		c.Options = append(c.Options, ui.Option{Value: string(o), Text: o.Words(), Chosen: o == p.Form.Outcome})
	}
	return c
}

func (p reviewPage) wrong(at, field string) string {
	if p.FlawAt != at {
		return ""
	}
	return p.Flaw.At(field)
}

// heldPage is a review that was held, as it was.
type heldPage struct {
	*seat
	heldView
}

type heldView struct {
	When    string
	Outcome string
	Words   string
	Next    string
	Picture pictureView
	Said    []*beforeView
	By      string
	Revise  string // address, if the plan is to be revised
}

func (s *seat) heldView(one plan.Review) heldView {
	v := heldView{
		When: dayLong(one.Day, s.Now), Outcome: one.Outcome.Words(), Words: one.Words, Next: dayLong(one.Next, s.Now),
		Picture: s.picture(one.Picture), By: "Kept by " + s.Who(one.By) + " " + s.on(one.At) + ".",
	}
	for _, side := range []goal.Side{goal.ByClient, goal.ByClinician} {
		if b, ok := one.Said[side]; ok && !b.Empty() {
			said := s.before(b, side)
			said.Heading = map[bool]string{true: "What you had said", false: "What the other side had said"}[side == s.mySide()]
			if !s.Mine && side == goal.ByClient {
				said.Heading = "What " + s.Name + " had said"
			}
			v.Said = append(v.Said, said)
		}
	}
	return v
}

func (p *Pages) held(w http.ResponseWriter, r *http.Request) error {
	nth, wrong := strconv.ParseInt(r.PathValue("nth"), 10, 64)
	if wrong != nil {
		return web.Absent()
	}
	s, err := p.seatOf(r, "A review", "/plan")
	if err != nil {
		return err
	}
	_, all, err := p.Plans.Look(r.Context(), s.Actor, s.Record, web.LocationOf(r))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(one plan.Review) bool { return one.Nth == nth })
	if i < 0 {
		return web.Absent()
	}
	if err := s.Meet(r.Context(), p.People, all[i].By); err != nil {
		return err
	}
	page := heldPage{seat: s, heldView: s.heldView(all[i])}
	s.Frame.Heading = "Review of " + dayWords(all[i].Day, s.Now)
	if all[i].Outcome == plan.ReviseIt && !s.Mine && i == 0 {
		page.Revise = s.Base + "/plan/revise"
	}
	return web.Show(w, r, http.StatusOK, heldReviewView(page))
}
