package demo

import (
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/plan"
)

// A draft is the plan of a client of the sample practice as it was written in one
// session.
type draft struct {
	week     int
	why      string
	problems []plan.Problem // without ids; Concern and Approach without versions; Goal by its first words
	rhythm   string
	review   int    // in how many days from now both look again
	unfit    string // what the client said does not fit, a day later
	signed   bool   // the client signed two days later
}

// A lookBack is a review that was held in the session of a week.
type lookBack struct {
	week   int
	helps  string // what the client said beforehand
	change string
	words  string // what both found
	next   int    // in how many days from now they look again
}

// A going is that both went on to a step of the first problem, in a week.
type going struct {
	week  int
	step  string
	words string
}

// A coursePlan is a plan as it moved: its revisions, where they were on its steps, and its reviews.
type coursePlan struct {
	drafts  []draft
	goings  []going
	reviews []lookBack
	before  string // what the client says beforehand to the one that is near
}

// plans are by the client's name. Who is not here has none, and needs none.
func plans() map[string]coursePlan {
	tram := plan.Problem{
		Words: "Going out has become something to plan for: shops, trams, other people’s rooms.", Goal: "Go out", Concern: "panic", Approach: "cbt",
		Because: "You want something to do and not only to talk, and for fear of this kind it is what most is known about.",
		Hypotheses: []plan.Hypothesis{{
			Words:   "Leaving early, and knowing the way back, keeps the fear from ever being found out.",
			Against: "It would be as strong on the days on which you stay.",
		}},
		Steps: []string{"Sit on the bench at the stop, and let a tram go", "One stop, and back on foot", "Three stops", "The market on a Saturday, for an hour", "To Lea’s, by train"},
	}
	sleep := plan.Problem{
		Words: "Awake from three, and the day is gone before it begins.", Goal: "Sleep", Concern: "sleep", Approach: "cbt-i",
		Because: "You have tried teas and apps. This asks more of you at the beginning, and you wanted to know that beforehand.",
		Steps:   []string{"Write down a week as it is", "Up at the same time, whatever the night was", "Out of bed when it will not come"},
	}
	calm, slower, later := tram, tram, sleep
	calm.Steps = append([]string{"Breathe out slowly, at home"}, tram.Steps...)
	calm.Because = "You said that the tram comes too early. The skills come first, and the tram when you say so."
	slower.Steps, slower.Because = calm.Steps, "The old worry came back and went. You found that you know the way, so it is the same way, only in smaller pieces."
	later.Approach, later.Steps = method.None, nil
	later.Because = "After the weeks with Dad one thing is enough. Sleep is better than it was, and a day to look again stands."
	return map[string]coursePlan{
		"Nora Whitfield": {
			drafts: []draft{
				{week: 2, problems: []plan.Problem{tram, sleep}, rhythm: "Once a week, 50 minutes", review: -70, unfit: "The tram so soon frightens me more than it helps.", signed: false},
				{week: 3, why: "You said that the tram comes too early. Skills first.", problems: []plan.Problem{calm, sleep}, rhythm: "Once a week, 50 minutes", review: -70, signed: true},
				{week: 18, why: "Dad is at home again. The goals stayed; sleep waits a while, so that one thing is enough.", problems: []plan.Problem{calm, later}, rhythm: "Once a week, 50 minutes", review: -70, signed: true},
				{week: 33, why: "The old worry came back for four weeks. The way is right, the pieces were too large.", problems: []plan.Problem{slower, later}, rhythm: "Once a week, 50 minutes", review: 6, signed: true},
			},
			goings: []going{
				{4, "Breathe out slowly, at home", ""},
				{7, "One stop, and back on foot", "A call to Lea from the stop, and then it was not needed."},
				{9, "Three stops", ""},
				{29, "Breathe out slowly, at home", "Back to what carries."},
				{33, "The market on a Saturday, for an hour", "Your own choice."},
			},
			reviews: []lookBack{{
				week: 27, helps: "That you do not hurry me. The small steps.", change: "Fewer questionnaires in the weeks with Dad.",
				words: "The goals are still the right ones. You go further than you think. We ask less when life is full.", next: 6,
			}},
			before: "That we go back to breathing without it being a failure.",
		},
		"Tom Osei": {
			drafts: []draft{
				{week: 3, problems: []plan.Problem{{
					Words: "Nothing seems worth beginning, and so nothing begins.", Goal: "Play", Concern: "depression", Approach: "behavioural-activation",
					Because: "You would rather do than talk, and it can start small.", Steps: []string{"Up at the same time", "Ten minutes of bass, badly", "Ring Mike", "One rehearsal"},
				}}, rhythm: "Every week", review: 30, signed: true},
			},
			goings: []going{{5, "Up at the same time", ""}, {8, "Ring Mike", "He was glad."}, {17, "One rehearsal", ""}},
		},
		"Vera Haller": {
			drafts: []draft{{week: 3, problems: []plan.Problem{{
				Words: "Hanna is gone, and everybody steps around her name.", Goal: "Talk about Hanna", Concern: "grief", Approach: "supportive-grief",
				Because: "Nothing is to be repaired here. You want somebody who stays in the room.",
			}}, rhythm: "Every second week", review: 45, signed: true}},
		},
		"Daniel Okafor": {
			drafts: []draft{{week: 3, problems: []plan.Problem{{
				Words: "Evenings that are work or the sofa, and nobody.", Goal: "See somebody", Concern: "life-stress", Approach: method.None,
				Because: "You have had three plans this year. For now the hours are enough, and a day to look again.",
			}}, rhythm: "Every week", review: 20}},
		},
	}
}

// planned tells how the plan of one client was written and moved.
func (s *Story) planned(clinician, client access.Actor, name string, slot func(int) time.Time) {
	p, record := plans()[name], access.ClientRecord(client.ID)
	ids := map[string]string{} // of a problem, by its first words
	for n, d := range p.drafts {
		s.then(slot(d.week).Add(45*time.Minute), func(ctx context.Context) error {
			f, err := s.written(ctx, clinician, record, d, ids)
			if err != nil {
				return err
			}
			f.From = int64(n)
			_, err = s.Plans.Revise(ctx, clinician, record, f, s.Zone)
			return err
		})
		if d.unfit != "" {
			s.then(slot(d.week).Add(30*time.Hour), func(ctx context.Context) error {
				_, err := s.Plans.SayUnfit(ctx, client, record, s.NewID(), int64(n)+1, d.unfit)
				return err
			})
		}
		if d.signed {
			s.then(slot(d.week).Add(54*time.Hour), func(ctx context.Context) error {
				_, err := s.Plans.Sign(ctx, client, record, int64(n)+1)
				return err
			})
		}
	}
	for _, g := range p.goings {
		s.then(slot(g.week).Add(48*time.Minute), func(ctx context.Context) error {
			_, err := s.Plans.GoTo(ctx, clinician, record, plan.Pace{ID: s.NewID(), Problem: ids[key(p.drafts[0].problems[0])], Step: g.step, Words: g.words})
			return err
		})
	}
	for n, l := range p.reviews {
		s.then(slot(l.week).Add(-20*time.Hour), func(ctx context.Context) error {
			_, err := s.Plans.SayBefore(ctx, client, record, int64(n)+1, 0, plan.Before{Helps: l.helps, Change: l.change})
			return err
		})
		s.then(slot(l.week).Add(44*time.Minute), func(ctx context.Context) error {
			_, err := s.Plans.KeepReview(ctx, clinician, record, plan.ReviewForm{
				Nth: int64(n) + 1, Day: s.today(), Outcome: plan.GoOn, Words: l.words, Next: s.away(l.next),
			}, s.Zone)
			return err
		})
	}
	if p.before != "" {
		s.then(s.Now.Add(-26*time.Hour), func(ctx context.Context) error {
			_, err := s.Plans.SayBefore(ctx, client, record, int64(len(p.reviews))+1, 0, plan.Before{Helps: p.before})
			return err
		})
	}
}

// away is a day so many days from now, and never one that lies behind the story.
func (s *Story) away(days int) measure.Day {
	day, least := measure.DayOf(s.Now.AddDate(0, 0, days), s.Zone), measure.DayOf(s.At.AddDate(0, 0, 1), s.Zone)
	return max(day, least)
}

func key(one plan.Problem) string { return strings.Join(strings.Fields(one.Words)[:2], " ") }

// written is the form of a draft, as the catalogue and the goals are on that day.
func (s *Story) written(ctx context.Context, clinician access.Actor, record access.Compartment, d draft, ids map[string]string) (plan.Form, error) {
	f := plan.Form{Why: d.why, Content: plan.Content{Format: plan.Individual, Where: plan.InPerson, Rhythm: d.rhythm, Review: s.away(d.review)}}
	gs, err := s.Goals.Worded(ctx, clinician, record)
	if err != nil {
		return f, err
	}
	lib := s.Plans.Library(clinician.Practice)
	for _, one := range d.problems {
		if ids[key(one)] == "" {
			ids[key(one)] = s.NewID()
		}
		one.ID = ids[key(one)]
		if a, ok := lib.Approach(one.Approach); ok {
			one.Approach = a.Ref()
		}
		if c, ok := lib.Concern(one.Concern); ok {
			one.Concern = c.Ref()
		}
		begins := one.Goal
		one.Goal = ""
		for _, g := range gs.All {
			if strings.HasPrefix(g.Now().Words, begins) {
				one.Goal = g.ID
			}
		}
		f.Problems = append(f.Problems, one)
	}
	return f, nil
}
