package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/hour"
)

// A meeting is one session as it was held, or, in the last week, what waits for it.
type meeting struct {
	week    int
	client  []hour.ItemForm // what the client brought the evening before
	ours    []string        // what the clinician brought that morning
	quiet   bool            // the client said that there is nothing yet
	leaves  int             // how many of all things waited for the next session after all
	opened  bool            // the client opened what was kept for the session
	kept    hour.KeptForm
	call    hour.Call
	intent  string
	tools   []hour.Tool
	instead string
}

// meetings are by the client's name. Sessions that are not here were held without a
// word about them, as many are.
func meetings() map[string][]meeting {
	thing := func(text string) hour.ItemForm { return hour.ItemForm{Text: text} }
	return map[string][]meeting{
		"Nora Whitfield": {
			{
				week: 9, client: []hour.ItemForm{thing("The tram on Wednesday")}, ours: []string{"How the nights are"},
				kept: hour.KeptForm{
					Decisions: "It stays at three stops for two weeks", ForClient: "Write down what was to be seen from the window",
					ForClinician: "Look up the sleep sheet", Open: "Whether Lea could come along once", Calm: "The bend before the river, with the sun in it",
				},
				call: hour.CallTool, intent: "The next step, if she wants one", tools: []hour.Tool{{Technique: "situational-exposure", Use: hour.Used}},
			},
			{
				week: 14, quiet: true, kept: hour.KeptForm{ForBoth: "Nothing but to come", Calm: "Dad’s hand"},
				call: hour.CallPresence, tools: []hour.Tool{{Technique: "situational-exposure", Use: hour.LetGo}},
				instead: "The plan stayed where it was. She talked about Dad, and I stayed.",
			},
			{
				week: 33, client: []hour.ItemForm{thing("The market on Saturday")}, ours: []string{"Which of both goals is still one"},
				kept: hour.KeptForm{
					Decisions: "Nothing is added", ForClient: "The market again, only if it pulls", Open: "The train to Lea’s", Calm: "The man who sold the plums",
				},
				call: hour.CallPresence, intent: "To hear it through to its end", tools: []hour.Tool{{Technique: "breathing", Use: hour.LetGo}},
			},
			{
				week: 36, leaves: 1, opened: true,
				client: []hour.ItemForm{thing("The train to Lea’s"), {Text: "I was at Mum’s grave, for the first time", Hard: true}},
				ours:   []string{"The review in two weeks"},
				kept: hour.KeptForm{
					Decisions: "The train waits until she says when", ForClient: "Write to Lea that there is a train", ForClinician: "Bring the first page that we wrote",
					Open: "What happened at the hospital with Mum", Calm: "The bench under the two birches",
				},
				call: hour.CallTool, intent: "A step towards the train", tools: []hour.Tool{{Technique: "exposure-hierarchy", Use: hour.LetGo}},
				instead: "She opened what she had kept for the hour. We stayed there.",
			},
			{
				week: 37, client: []hour.ItemForm{thing("I looked up the train"), {Text: "Something about the hospital", Hard: true}},
				ours: []string{"What we wrote on the first page"},
			},
		},
		"Tom Osei": {
			{
				week: 23, client: []hour.ItemForm{thing("Less often?")}, ours: []string{"How he would notice that it comes back"},
				kept: hour.KeptForm{
					Decisions: "Every other week from December", ForClient: "Two lines on a Sunday about the week", ForBoth: "Look at it in January", Calm: "The allotment in the frost",
				},
				call: hour.CallTool, tools: []hour.Tool{{Technique: "activity-scheduling", Use: hour.Used}},
			},
			{week: 24, quiet: true, ours: []string{"The plan for hard days, in his own words"}},
		},
		"Sofia Lind": {
			{
				week: 12, ours: []string{"The list of situations"},
				kept: hour.KeptForm{ForClient: "The lift, once a day", Calm: "The blue door"},
				call: hour.CallTool, intent: "The first step of the list",
				tools: []hour.Tool{{Technique: "exposure-hierarchy", Use: hour.Used}, {Technique: "breathing", Use: hour.Used}, {Technique: "thought-record", Use: hour.Intended}},
			},
			{
				week: 13, ours: []string{"How the lift was"}, leaves: 1,
				kept: hour.KeptForm{ForClinician: "Ask whether the list is hers or mine", Open: "Why she nods"},
				call: hour.CallTool, tools: []hour.Tool{{Technique: "exposure-hierarchy", Use: hour.Intended}, {Technique: "mindfulness-practice", Use: hour.Intended}},
				instead: "She said that it is all fine. I had three sheets in my hand and did not ask.",
			},
			{week: 14, client: []hour.ItemForm{{Text: "I do not know whether this is for me", Hard: true, May: true}}},
		},
		"Daniel Okafor": {
			{
				week: 8, client: []hour.ItemForm{thing("Nights")}, kept: hour.KeptForm{
					Decisions: "The phone stays in the kitchen", ForClient: "Ring Kemi on Thursday", ForClinician: "Ask about the doctor’s letter", Calm: "Kemi’s laugh",
				},
				call: hour.CallPresence,
			},
			{week: 9, client: []hour.ItemForm{{Text: "What I ticked on Monday", Hard: true}}, ours: []string{"The nights, and who is there then"}},
		},
		"Vera Haller": {
			{
				week: 30, quiet: true, kept: hour.KeptForm{ForBoth: "Go on as it is", Open: "What the summer was for", Calm: "Swimming before breakfast"},
				call: hour.CallPresence,
			},
		},
		"Elias Novak": {
			{
				week: 3, client: []hour.ItemForm{thing("Sunday evenings")}, ours: []string{"A time for worries"},
				kept: hour.KeptForm{Decisions: "A quarter of an hour at six, and then the dog", ForClient: "The worries at six", Calm: "The dog at the door"},
				call: hour.CallTool, tools: []hour.Tool{{Technique: "worry-time", Use: hour.Used}},
			},
			{
				week: 4, client: []hour.ItemForm{thing("It worked on two days")},
				kept: hour.KeptForm{Decisions: "It stays at six", ForClient: "Note what is left of a worry the day after", ForClinician: "A sheet with less on it"},
				call: hour.CallTool, tools: []hour.Tool{{Technique: "worry-time", Use: hour.Used}, {Name: "The drawing of the two chairs", Use: hour.LetGo}},
			},
			{week: 5, client: []hour.ItemForm{thing("My brother comes for the weekend")}, ours: []string{"What is left of the worries"}},
		},
		"Ana de Wit": {
			{
				week: 17, client: []hour.ItemForm{thing("The talk at work"), thing("Sleep")}, leaves: 1,
				kept: hour.KeptForm{ForClient: "Ask for the Friday", Calm: "The sea at Scheveningen"}, call: hour.CallTool,
				tools: []hour.Tool{{Technique: "values-clarification", Use: hour.Used}},
			},
		},
	}
}

// holds notes what both sides brought to sessions, and what came of them.
func (s *Story) holds(clinician, client access.Actor, t tale, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for _, m := range meetings()[t.name] {
		start := slot(m.week)
		evening, morning := start.Add(-14*time.Hour), start.Add(-90*time.Minute)
		if m.week == t.weeks { // what waits today is there whatever the time
			evening, morning = s.Now.Add(-3*time.Hour), s.Now.Add(-2*time.Hour)
		}
		s.then(evening, func(ctx context.Context) error {
			if m.quiet {
				return s.Hours.Nothing(ctx, client, record)
			}
			for _, f := range m.client {
				f.ID = s.NewID()
				if _, err := s.Hours.Bring(ctx, client, record, f); err != nil {
					return err
				}
			}
			return nil
		})
		s.then(morning, func(ctx context.Context) error {
			for _, text := range m.ours {
				if _, err := s.Hours.Bring(ctx, clinician, record, hour.ItemForm{ID: s.NewID(), Text: text}); err != nil {
					return err
				}
			}
			return nil
		})
		if m.week < t.weeks {
			s.held(clinician, client, m, start)
		}
	}
}

// held notes how a session was held.
func (s *Story) held(clinician, client access.Actor, m meeting, start time.Time) {
	record, id := access.ClientRecord(client.ID), ""
	s.then(start.Add(time.Minute), func(ctx context.Context) error {
		next, _, err := s.Sessions.Next(ctx, clinician, record)
		if err != nil {
			return err
		}
		id = next.ID
		if m.call != hour.CallNone || len(m.tools) > 0 {
			f := hour.WorkForm{Call: m.call, Intent: m.intent}
			for _, tool := range m.tools {
				tool.Use = hour.Intended
				f.Tools = append(f.Tools, tool)
			}
			if _, err := s.Hours.Mean(ctx, clinician, record, id, f); err != nil {
				return err
			}
		}
		_, err = s.Hours.Begin(ctx, clinician, record, id, 0)
		return err
	})
	s.then(start.Add(30*time.Minute), func(ctx context.Context) error {
		sight, err := s.Hours.Open(ctx, clinician, record, id)
		if err != nil {
			return err
		}
		all := sight.Hour.Agenda
		for i, item := range all {
			if item.Hard && m.opened {
				if _, err := s.Hours.OpenItem(ctx, client, record, item.ID, id); err != nil {
					return err
				}
			}
			if i < len(all)-m.leaves {
				if _, err := s.Hours.Talk(ctx, clinician, record, item.ID, id, true); err != nil {
					return err
				}
			}
		}
		return nil
	})
	s.then(start.Add(49*time.Minute), func(ctx context.Context) error {
		if _, err := s.Hours.Keep(ctx, clinician, record, id, m.kept); err != nil {
			return err
		}
		if _, err := s.Hours.End(ctx, clinician, record, id); err != nil {
			return err
		}
		if m.call == hour.CallNone && len(m.tools) == 0 && m.instead == "" {
			return nil
		}
		f := hour.WorkForm{Call: m.call, Intent: m.intent, Tools: m.tools, Instead: m.instead}
		if m.call != hour.CallNone || len(m.tools) > 0 {
			f.Revision = 1
		}
		_, err := s.Hours.Mean(ctx, clinician, record, id, f)
		return err
	})
}
