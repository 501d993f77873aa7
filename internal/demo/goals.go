package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
)

// An aim is a goal of a client of the sample practice.
type aim struct {
	week       int // in which it was proposed; by the client on the day after, or by the clinician in the session
	byClient   bool
	worded     goal.Worded
	agreed     int          // week in which the other agreed; 0: it waits
	anew       string       // words that the clinician proposed later, to which the client agreed a week after
	anewIn     int          // week
	milestones []stone      // in order
	ratings    map[int]int  // week: where the client was on its scale
	together   map[int]bool // weeks in which the number was found in the session
	over       int          // week in which it was retired; 0: it is not
	as         goal.As
	reason     string
}

// A stone is a milestone and the week in which it was reached; 0: it lies ahead.
type stone struct {
	words, note string
	week        int
}

// A wish is what one client works towards.
type wish struct {
	life string // the life that they want
	in   int    // week in which that was written
	aims []aim
}

// wishes are by the client's name. Who is not here has none yet.
func wishes() map[string]wish {
	return map[string]wish{
		"Nora Whitfield": {
			life: "To walk into a room without looking for the door first. Sunday lunch with Dad and Lea, and nobody asks whether I slept.",
			aims: []aim{
				{
					week: 0, byClient: true, agreed: 1,
					worded: goal.Worded{
						Words: "Go out without planning the way back", Know: "I get on the tram on a Saturday and have not looked up the last one home.",
						Low: "I stay in", High: "I just go",
					},
					milestones: []stone{{"Three stops by tram", "Alone, and back on foot.", 9}, {"The Saturday market", "An hour, and no way out prepared.", 33}, {"To Lea’s, by train", "", 0}},
					ratings:    map[int]int{1: 2, 4: 3, 9: 5, 13: 4, 15: 2, 23: 4, 26: 5, 30: 6, 33: 7, 35: 6, 36: 7},
					together:   map[int]bool{1: true, 23: true, 33: true},
				},
				{
					week: 1, agreed: 1,
					worded: goal.Worded{
						Words: "Sleep through most nights", Know: "Five nights of seven without lying awake after three.",
						Low: "awake every night", High: "I do not think of it",
					},
					milestones: []stone{{"Slept through three nights in a row", "", 19}},
					ratings:    map[int]int{1: 3, 6: 4, 10: 5, 14: 2, 19: 4, 24: 6, 28: 6, 32: 5, 35: 7},
					together:   map[int]bool{1: true, 24: true},
				},
			},
		},
		"Tom Osei": {
			life: "To be in the band again, also when I am not at my best.", in: 1,
			aims: []aim{
				{
					week: 1, byClient: true, agreed: 2, over: 20, as: goal.Arrived, reason: "Six weeks of getting up when the alarm goes. It does not need to be a goal any more.",
					worded:     goal.Worded{Words: "Get up before nine", Know: "Four mornings of seven, without Ana ringing."},
					milestones: []stone{{"A week before nine", "", 12}},
					ratings:    map[int]int{2: 3, 6: 5, 12: 7, 18: 9},
				},
				{
					week: 2, agreed: 3, anew: "Play with the others again, also when it goes badly", anewIn: 14,
					worded:     goal.Worded{Words: "Play with the others again", Know: "I go to rehearsal twice a month.", Low: "the bass stays in its case", High: "every rehearsal"},
					milestones: []stone{{"Rang Mike", "He was glad.", 8}, {"One rehearsal", "", 17}},
					ratings:    map[int]int{3: 1, 9: 3, 14: 3, 17: 6, 22: 7},
					together:   map[int]bool{3: true},
				},
			},
		},
		"Sofia Lind": {
			aims: []aim{{
				week: 1, agreed: 2, worded: goal.Worded{Words: "Drive to work by myself", Know: "Twice in one week, without my sister on the phone."},
				ratings: map[int]int{2: 3, 6: 3, 11: 2, 13: 2}, together: map[int]bool{2: true, 11: true},
			}},
		},
		"Daniel Okafor": {
			aims: []aim{{
				week: 1, byClient: true, agreed: 2, worded: goal.Worded{Words: "See somebody once a week", Know: "One evening that is not work or the sofa."},
				ratings: map[int]int{2: 2, 5: 4, 8: 3},
			}},
		},
		"Vera Haller": {
			aims: []aim{{
				week: 1, agreed: 2, worded: goal.Worded{Words: "Talk about Hanna without leaving the room", Know: "At a meal, with the children there."},
				milestones: []stone{{"Her name, at breakfast", "", 24}}, ratings: map[int]int{2: 1, 8: 4, 22: 4, 28: 6},
			}},
		},
		"Elias Novak": { // proposed, and yet to be looked at
			aims: []aim{{
				week: 4, byClient: true, worded: goal.Worded{Words: "Say no at work once a week", Know: "I go home at six and nothing falls apart."},
			}},
		},
		"Ana de Wit": {
			aims: []aim{{
				week: 0, byClient: true, agreed: 1, worded: goal.Worded{Words: "Be late now and then", Know: "I arrive five minutes late somewhere and stay."},
				ratings: map[int]int{1: 0, 5: 3, 12: 6, 16: 7},
			}},
		},
	}
}

// towards tells what one client works towards: proposed, agreed, reached, rated.
func (s *Story) towards(clinician, client access.Actor, t tale, slot func(int) time.Time) {
	w, record := wishes()[t.name], access.ClientRecord(client.ID)
	if w.life != "" {
		s.then(slot(w.in).Add(26*time.Hour), func(ctx context.Context) error {
			_, err := s.Goals.WriteVision(ctx, client, record, 0, w.life)
			return err
		})
	}
	for _, a := range w.aims {
		by, other, at := clinician, client, slot(a.week).Add(30*time.Minute)
		if a.byClient {
			by, other, at = client, clinician, slot(a.week).Add(27*time.Hour)
		}
		s.then(at, func(ctx context.Context) error {
			g, err := s.Goals.Propose(ctx, by, record, goal.Form{ID: s.NewID(), Worded: a.worded})
			if err != nil || a.agreed == 0 {
				return err
			}
			s.then(slot(a.agreed).Add(40*time.Minute), func(ctx context.Context) error {
				_, err := s.Goals.Agree(ctx, other, record, g.ID, 1)
				return err
			})
			s.onTheWay(clinician, client, g.ID, a, slot)
			return nil
		})
	}
}

// onTheWay tells what becomes of one goal.
func (s *Story) onTheWay(clinician, client access.Actor, aimed string, a aim, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for week, value := range a.ratings {
		by, at := client, slot(week).Add(20*time.Hour)
		if a.together[week] {
			by, at = clinician, slot(week).Add(45*time.Minute)
		}
		s.then(at, func(ctx context.Context) error {
			_, err := s.Goals.Rate(ctx, by, record, goal.RatingForm{
				ID: s.NewID(), GoalID: aimed, Day: measure.DayOf(s.At, s.Zone), Value: value, Voice: goal.VoiceBoth,
			}, s.Zone)
			return err
		})
	}
	for _, m := range a.milestones {
		s.then(slot(a.agreed).Add(48*time.Minute), func(ctx context.Context) error {
			id := s.NewID()
			_, err := s.Goals.SetMilestone(ctx, clinician, record, goal.MilestoneForm{ID: id, GoalID: aimed, Words: m.words})
			if err == nil && m.week > 0 {
				s.then(slot(m.week).Add(-16*time.Hour), func(ctx context.Context) error {
					_, err := s.Goals.Reach(ctx, client, record, goal.ReachForm{
						ID: s.NewID(), GoalID: aimed, MilestoneID: id, Day: measure.DayOf(s.At, s.Zone), Note: m.note,
					}, s.Zone)
					return err
				})
			}
			return err
		})
	}
	if a.anew != "" {
		s.then(slot(a.anewIn).Add(35*time.Minute), func(ctx context.Context) error {
			worded := a.worded
			worded.Words = a.anew
			_, err := s.Goals.Reword(ctx, clinician, record, aimed, goal.Seen{Revision: 1, Signs: 2}, worded, "Badly is how it begins")
			return err
		})
		s.then(slot(a.anewIn+1).Add(25*time.Minute), func(ctx context.Context) error {
			_, err := s.Goals.Agree(ctx, client, record, aimed, 2)
			return err
		})
	}
	if a.over > 0 {
		s.then(slot(a.over).Add(30*time.Minute), func(ctx context.Context) error {
			_, err := s.Goals.Retire(ctx, client, record, goal.TurnForm{ID: s.NewID(), GoalID: aimed, As: a.as, Reason: a.reason})
			return err
		})
	}
}
