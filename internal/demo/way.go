package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
)

// A turn is a detour of a client of the sample practice, in weeks since the first
// session.
type turn struct {
	from, until    int // the session in which it was opened, and the one in which the work was back
	name, why      string
	stays, changed string
	notes          map[int]string // week: what the client wrote on it
}

// turns are the detours, by name of the client.
func turns() map[string][]turn {
	return map[string][]turn{
		"Nora Whitfield": {
			{
				from: 14, until: 18, name: "Dad in hospital", why: "Dad is very ill. The hours are for that, and not for the plan.",
				stays: "Both goals, as they are.", changed: "Dad is at home again, and the work goes on where it was.",
				notes: map[int]string{15: "I called Lea from the car park instead of waiting it out alone."},
			},
			{
				from: 29, until: 33, name: "The old worry", why: "It came back. We went back to breathing and to small steps.",
				stays: "Going out stays the next thing.",
			},
		},
	}
}

// asides notes the detours of a client.
func (s *Story) asides(clinician, client access.Actor, name string, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for _, t := range turns()[name] {
		s.then(slot(t.from).Add(40*time.Minute), func(ctx context.Context) error {
			d, err := s.Plans.OpenDetour(ctx, clinician, record, plan.Detour{ID: s.NewID(), Name: t.name, From: s.today(), Reason: t.why}, s.Zone)
			if err != nil {
				return err
			}
			for week, words := range t.notes {
				s.then(slot(week).Add(9*time.Hour), func(ctx context.Context) error {
					_, err := s.Plans.FollowDetour(ctx, client, record, d.ID, plan.DetourNote{ID: s.NewID(), Day: s.today(), Words: words}, s.Zone)
					return err
				})
			}
			s.then(slot(t.until).Add(40*time.Minute), func(ctx context.Context) error {
				_, err := s.Plans.CloseDetour(ctx, clinician, record, d.ID, plan.WayBack{Until: s.today(), Stays: t.stays, Changed: t.changed}, s.Zone)
				return err
			})
			return nil
		})
	}
}

func (s *Story) today() measure.Day { return measure.DayOf(s.At, s.Zone) }

// A walker is one client of the practice that Ways makes.
type walker struct {
	name     string
	sessions int
	detours  map[int]int // session in which one opens: in which it is over
	pauses   map[int]int // after which session: how many weeks
}

// Ways makes a practice of one clinician and three clients, with a way of three,
// of thirty and of three hundred sessions.
func (s *Story) Ways(ctx context.Context) error {
	p := person.Practice{Slug: Slug, Name: "Linden House", Country: "GB", TimeZone: "Europe/London", Leave: "about:blank"}
	s.Zone = p.Location()
	s.At = s.Now.AddDate(-8, 0, 0)
	id, err := s.Found(ctx, p)
	if err != nil {
		return err
	}
	miriam, err := s.Join(ctx, access.System(id, "operator"), "Miriam Adler", "miriam@lindenhouse.example", person.Clinician)
	if err != nil {
		return err
	}
	s.Cast = append(s.Cast, Player{Practice: id, ID: miriam, Role: "clinician", Name: "Miriam Adler", Email: "miriam@lindenhouse.example"})
	for i, w := range []walker{
		{name: "Ines Vogt", sessions: 3},
		{name: "Mara Lind", sessions: 30, detours: map[int]int{10: 14, 22: 25}, pauses: map[int]int{19: 5}},
		{name: "Viktor Lange", sessions: 300, detours: map[int]int{31: 38, 90: 93, 151: 160, 240: 244, 271: 275, 288: 290}, pauses: map[int]int{40: 5, 85: 6, 130: 5, 175: 9, 220: 5, 265: 5, 280: 4}},
	} {
		if err := s.walks(ctx, Who(id, miriam), w, i); err != nil {
			return err
		}
	}
	s.events = nil
	s.At = s.Now
	return s.letters(ctx)
}

// starts are when the sessions of a way begin, the last yesterday at the latest.
func (s *Story) starts(w walker, nth int) []time.Time {
	weeks := w.sessions
	for _, more := range w.pauses {
		weeks += more - 1
	}
	day := s.Now.In(s.Zone).AddDate(0, 0, -1-nth-7*(weeks-1))
	var all []time.Time
	for n := 1; n <= w.sessions; n++ {
		all = append(all, time.Date(day.Year(), day.Month(), day.Day(), 9+2*nth, 0, 0, 0, s.Zone))
		day = day.AddDate(0, 0, 7*max(1, w.pauses[n]))
	}
	return all
}

// What they notice and reach, in turns.
var (
	wayLights = []alliance.MarkerForm{
		{Word: "Safety", Line: "I took my coat off"},
		{Word: "Trust", Line: "I said it aloud for the first time"},
		{Word: "Lightness", Line: "We laughed about it"},
		{Word: "Continuity"},
		{Word: "Being seen", Line: "She remembered what I had said about the garden in spring, without looking it up"},
	}
	wayMilestones = []string{"Three stops by tram", "Slept through three nights in a row", "The Saturday market", "Asked my sister for help", "A whole evening without checking the door"}
	wayTurns      = []string{"A move", "Dad in hospital", "The old worry"}
)

// walks has one client walk their way.
func (s *Story) walks(ctx context.Context, clinician access.Actor, w walker, nth int) error {
	starts := s.starts(w, nth)
	s.At = starts[0].AddDate(0, 0, -3)
	var client access.Actor
	err := s.Visit(ctx, func(ctx context.Context) error {
		id, link, err := s.inviteIn(ctx, clinician, w.name, "walker"+string(rune('a'+nth))+"@example.org")
		client = Who(clinician.Practice, id)
		s.Cast = append(s.Cast, Player{Practice: clinician.Practice, ID: id, Role: "client", Name: w.name, Email: "walker" + string(rune('a'+nth)) + "@example.org"})
		if err != nil {
			return err
		}
		_, err = s.People.Accept(ctx, link, account.Hashed{}, "")
		return err
	})
	if err != nil {
		return err
	}
	walk := walking{Story: s, clinician: clinician, client: client, record: access.ClientRecord(client.ID)}
	for i, start := range starts {
		if err := s.Visit(ctx, func(ctx context.Context) error { return walk.session(ctx, start) }); err != nil {
			return err
		}
		if err := s.Visit(ctx, func(ctx context.Context) error { return walk.after(ctx, w, i+1) }); err != nil {
			return err
		}
	}
	s.At = s.Now
	return s.Visit(ctx, func(ctx context.Context) error {
		next := starts[len(starts)-1].AddDate(0, 0, 14)
		_, err := s.Sessions.Plan(ctx, clinician, walk.record, session.Form{ID: s.NewID(), Start: next, Length: 50 * time.Minute})
		return err
	})
}

// A walking is one client on their way.
type walking struct {
	*Story
	clinician, client access.Actor
	record            access.Compartment
	goal              string
	detour            string
}

// session plans one session, and lets it be held.
func (w *walking) session(ctx context.Context, start time.Time) error {
	w.At = start.Add(-time.Hour)
	_, err := w.Sessions.Plan(ctx, w.clinician, w.record, session.Form{ID: w.NewID(), Start: start, Length: 50 * time.Minute})
	w.At = start.Add(time.Hour)
	return err
}

// after is what happens after session n.
func (w *walking) after(ctx context.Context, of walker, n int) error {
	switch {
	case n == 2:
		for _, words := range []string{"Go out without planning the way back", "Sleep through most nights"} {
			g, err := w.Goals.Propose(ctx, w.client, w.record, goal.Form{ID: w.NewID(), Worded: goal.Worded{Words: words, Know: "I notice it in an ordinary week"}})
			if err != nil {
				return err
			}
			if _, err := w.Goals.Agree(ctx, w.clinician, w.record, g.ID, g.Now().Revision); err != nil {
				return err
			}
			w.goal = g.ID
		}
	case of.detours[n] > 0:
		name := wayTurns[n%len(wayTurns)]
		d, err := w.Plans.OpenDetour(ctx, w.clinician, w.record, plan.Detour{ID: w.NewID(), Name: name, From: w.today(), Reason: "It needs the hours for a while."}, w.Zone)
		w.detour = d.ID
		return err
	case w.detour != "" && w.isOver(of, n):
		_, err := w.Plans.CloseDetour(ctx, w.clinician, w.record, w.detour, plan.WayBack{Until: w.today(), Stays: "Both goals, as they are."}, w.Zone)
		w.detour = ""
		return err
	case n%9 == 7 && w.detour == "":
		m, step := w.NewID(), w.NewID()
		if _, err := w.Goals.SetMilestone(ctx, w.client, w.record, goal.MilestoneForm{ID: m, GoalID: w.goal, Words: wayMilestones[n/9%len(wayMilestones)]}); err != nil {
			return err
		}
		_, err := w.Goals.Reach(ctx, w.client, w.record, goal.ReachForm{ID: step, GoalID: w.goal, MilestoneID: m, Day: w.today()}, w.Zone)
		return err
	}
	if n%6 != 3 {
		return nil
	}
	f := wayLights[n/6%len(wayLights)]
	f.ID = w.NewID()
	by := w.client
	if n%4 == 1 {
		by = w.clinician
	}
	_, err := w.Alliances.Notice(ctx, by, w.record, f)
	return err
}

func (w *walking) isOver(of walker, n int) bool {
	for _, until := range of.detours {
		if until == n {
			return true
		}
	}
	return false
}
