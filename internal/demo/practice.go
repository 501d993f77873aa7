package demo

import (
	"cmp"
	"context"
	"net/url"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/measure"
)

// A trial is one thing that a client of the sample practice practises, or was offered.
type trial struct {
	week     int    // after whose session it was suggested
	exercise string // empty: something of their own
	own      bool   // the client began it
	assignment.Wording
	aimed   bool   // for the first goal that there is
	smaller string // how the client made it smaller when they took it up; empty: they did not
	turn    assignment.Turn
	days    int // after how many days they answered; -1: not yet
	dropped int // after how many days they let it go; 0: not
	went    []went
}

// A went is one time.
type went struct {
	after       int // days
	how         assignment.How
	fine        assignment.Fine
	before, end string
	met         assignment.Met
	fields      map[string]string
	note        string
	mine        bool
	line        string // of the clinician, two days later
}

// trials are by the client's name.
func trials() map[string][]trial {
	did, tried, part, not, changed := assignment.Did, assignment.Tried, assignment.Part, assignment.NotNow, assignment.Changed
	tram := func(expect, happened string) map[string]string {
		return map[string]string{"step": "Two stops on the tram, sitting down", "expect": expect, "happened": happened}
	}
	return map[string][]trial{
		"Nora Whitfield": {
			{
				week: 2, exercise: "breathing", Wording: assignment.Wording{Often: "Once a day, if it suits", When: "in the evening, in bed", Why: "For the nights in which the pictures come."}, turn: assignment.Agree, days: 1,
				went: []went{
					{after: 2, how: did, before: "8", end: "5"},
					{after: 4, how: tried, before: "7", end: "7", note: "The counting made me count everything else"},
					{after: 8, how: did, before: "7", end: "4", line: "The longer breath out seems to be the part that does it."},
					{after: 13, how: part, before: "6", end: "4"},
					{after: 41, how: did, before: "7", end: "4", note: "I had forgotten it, and then it was there"},
					{after: 60, how: did, fine: assignment.ByWeek, before: "6", end: "3"},
					{after: 120, how: changed, fine: assignment.ByWeek, note: "On the bench, with my eyes open"},
					{after: 236, how: did, before: "5", end: "3"},
				},
			},
			{week: 5, exercise: "thought-record", Wording: assignment.Wording{Why: "To look at the sentence that comes on the stairs."}, turn: assignment.Decline, days: 3},
			{
				week: 20, own: true, Wording: assignment.Wording{Title: "Ten minutes at the piano", Words: "With the lid half closed, so that nobody has to hear it.", Days: []time.Weekday{time.Sunday}}, dropped: 44,
				went: []went{{after: 4, how: did}, {after: 11, how: did, note: "Eleven"}, {after: 25, how: not}},
			},
			{
				week: 33, exercise: "one-step", aimed: true, turn: assignment.Smaller, days: 1, smaller: "Two stops on the tram, sitting down. Lea knows which ones.",
				Wording: assignment.Wording{Title: "Two stops on the tram", Words: "As far as the market, at a quiet hour.", Often: "Once until we meet", Small: "Stand at the stop until a tram has come and gone.", Why: "You said you would like to know whether it is still true."},
				went: []went{
					{after: 4, how: tried, fields: tram("I get out after one stop", "I got out after one stop, and was less ashamed than I thought"), before: "80", end: "70", met: assignment.PartlyMet, line: "Getting out was part of it. You were on."},
					{after: 9, how: did, fields: tram("Everybody will look", "A boy looked, and then at his phone"), before: "80", end: "50", met: assignment.NotMet},
					{after: 15, how: not},
					{after: 18, how: did, fields: tram("I will have to hold on to the pole", "I sat. I did not hold on"), before: "70", end: "30", met: assignment.NotMet, note: "Even the inspector was nice", line: "I look forward to hearing about the inspector."},
				},
			},
			{week: 35, exercise: "kind-minute", days: -1, Wording: assignment.Wording{Why: "Because you were so strict with yourself about the Friday."}},
		},
		"Elias Novak": {
			{
				week: 2, exercise: "worry-time", Wording: assignment.Wording{Often: "On weekdays", When: "at half past five, at the kitchen table", Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}}, turn: assignment.Adapt, days: 1,
				went: []went{
					{after: 2, how: did, before: "8", end: "5"},
					{after: 3, how: part, before: "7", end: "6"},
					{after: 9, how: not},
					{after: 16, how: did, before: "7", end: "4", mine: true, note: "Mostly about the money"},
				},
			},
			{week: 4, exercise: "muscle-relaxation", days: -1, Wording: assignment.Wording{Why: "For the shoulders, before the day begins."}},
		},
		"Ana de Wit": {
			{
				week: 6, exercise: "saying-no", Wording: assignment.Wording{Title: "One small no", Often: "When it comes up"}, turn: assignment.Agree, days: 2, dropped: 60,
				went: []went{
					{after: 6, how: tried, fine: assignment.AnyTime},
					{after: 12, how: did, fine: assignment.AnyTime, note: "To the extra shift"},
					{after: 20, how: not, fine: assignment.AnyTime},
					{after: 27, how: not, fine: assignment.AnyTime},
					{after: 34, how: not, fine: assignment.AnyTime},
				},
			},
		},
	}
}

// practises has one client agree to what was suggested, or not, and say how it went.
func (s *Story) practises(clinician, client access.Actor, name string, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for _, one := range trials()[name] {
		by := clinician
		if one.own {
			by = client
		}
		at := slot(one.week).Add(70 * time.Minute)
		id := ""
		s.then(at, func(ctx context.Context) error {
			id = s.NewID()
			f := assignment.Form{ID: id, Exercise: one.exercise, Wording: one.Wording, Call: assignment.Tool}
			if one.aimed {
				gs, err := s.Goals.Worded(ctx, client, record)
				if err != nil {
					return err
				}
				if all := gs.Current(); len(all) > 0 {
					f.Goal = all[0].ID
				}
			}
			_, err := s.Assignments.Suggest(ctx, by, record, f)
			return err
		})
		if one.own {
			one.days = 0
		} else if one.days > 0 {
			s.then(at.AddDate(0, 0, one.days), func(ctx context.Context) error {
				c := assignment.Choice{Revision: 1, Turn: one.turn, Wording: one.Wording, Call: assignment.Tool}
				c.Words = cmp.Or(one.smaller, c.Words)
				_, err := s.Assignments.Choose(ctx, client, record, id, c, s.Zone)
				return err
			})
		}
		s.logs(clinician, client, one, at, &id)
		if one.dropped > 0 {
			s.then(at.AddDate(0, 0, one.dropped), func(ctx context.Context) error {
				_, err := s.Assignments.Choose(ctx, client, record, id, assignment.Choice{Turn: assignment.Drop}, s.Zone)
				return err
			})
		}
	}
}

// logs has a client say how one thing went, and the clinician answer some of it.
func (s *Story) logs(clinician, client access.Actor, one trial, at time.Time, id *string) {
	record := access.ClientRecord(client.ID)
	for _, w := range one.went {
		when := at.AddDate(0, 0, w.after).Add(3 * time.Hour)
		if when.After(s.Now) {
			continue
		}
		var n int64
		s.then(when, func(ctx context.Context) error {
			fields := url.Values{}
			for name, text := range w.fields {
				fields.Set("x-"+name, text)
			}
			l, err := s.Assignments.Log(ctx, client, record, assignment.LogForm{
				ID: s.NewID(), Assignment: *id, How: w.how, Fine: cmp.Or(w.fine, assignment.ByDay), Day: measure.DayOf(s.At, s.Zone),
				Before: w.before, After: w.end, Met: w.met, Fields: fields, Note: w.note, Mine: w.mine,
			}, s.Zone)
			n = l.N
			return err
		})
		if w.line == "" || when.AddDate(0, 0, 2).After(s.Now) {
			continue
		}
		s.then(when.AddDate(0, 0, 2), func(ctx context.Context) error {
			_, err := s.Assignments.Answer(ctx, clinician, record, assignment.AnswerForm{N: n, Line: w.line})
			return err
		})
	}
}
