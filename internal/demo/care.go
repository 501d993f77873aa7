package demo

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/safetyplan"
)

// A haven is the safety plan of one client of the sample practice: how it was first
// written, and how it was changed.
type haven struct {
	week    int                  // after whose session it was written
	content safetyplan.Content   // by the clinician, with the client beside
	later   []safetyplan.Content // how the client changed it, a fortnight each
	open    bool                 // the last of these is not agreed to yet
}

// havens are by the client's name.
func havens() map[string]haven {
	type people = map[safetyplan.Part][]safetyplan.Person
	nora := safetyplan.Content{
		Text: map[safetyplan.Part]string{
			safetyplan.Signs:        "I stop answering Lea\nThe pictures from the hospital come in the day, too\nI drive past our turning",
			safetyplan.Alone:        "Cold water on the wrists\nOut to the bench by the canal, without the phone in my hand\nNot deciding anything tonight",
			safetyplan.Places:       "The swimming pool, evenings\nThe reading room of the library: nobody asks",
			safetyplan.Surroundings: "The tablets are with Lea, and I get them for a week\nThe car key hangs at Lea’s on bad days",
			safetyplan.Reasons:      "Lea\nTo see who moves into the blue house",
		},
		People: people{
			safetyplan.Ask: {
				{Name: "Lea", Phone: "0117 496 0118", Words: "My sister. “Just say: can you come.”"},
				{Name: "Joanna from the choir", Phone: "0117 496 0164", Words: "Until ten in the evening"},
			},
			safetyplan.Professionals: {
				{Name: "Dr Imani Cole", Phone: "0117 496 0120", Words: "Surgery, mornings"},
				{Name: "Linden House", Phone: "0117 496 0100", Words: "Weekdays until five. Nobody listens to it at night."},
			},
		},
	}
	again := nora
	again.Text = map[safetyplan.Part]string{}
	for part, text := range nora.Text {
		again.Text[part] = text
	}
	again.Text[safetyplan.Alone] += "\nThe third drawer: the letter that I wrote to myself in June"
	daniel := safetyplan.Content{
		Text: map[safetyplan.Part]string{
			safetyplan.Signs:   "The nights get long, and I count hours\nI stop eating with the others",
			safetyplan.Alone:   "The lamp on, and the radio, quietly\nOut and around the block",
			safetyplan.Reasons: "Kemi’s laugh",
		},
		People: people{
			safetyplan.Ask:           {{Name: "Kemi", Phone: "0117 496 0142", Words: "Awake until late. “It is one of those nights.”"}},
			safetyplan.Professionals: {{Name: "Dr Priya Nair", Phone: "0117 496 0121", Words: "Surgery, weekdays"}},
		},
	}
	return map[string]haven{
		"Nora Whitfield": {week: 4, content: nora, later: []safetyplan.Content{again}},
		"Daniel Okafor":  {week: 5, content: daniel},
		"Sofia Lind": {week: 13, open: true, content: safetyplan.Content{
			Text: map[safetyplan.Part]string{safetyplan.Signs: "I nod, and hear nothing any more", safetyplan.Alone: "The stairs down to the river"},
		}},
	}
}

// keepSafe writes the safety plan of one client.
func (s *Story) keepSafe(clinician, client access.Actor, name string, slot func(int) time.Time) {
	h, ok := havens()[name]
	if !ok {
		return
	}
	record := access.ClientRecord(client.ID)
	at := slot(h.week).Add(40 * time.Minute)
	write := func(by access.Actor, from int64, c safetyplan.Content) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.SafetyPlans.Write(ctx, by, record, safetyplan.Form{ID: s.NewID(), From: from, Content: c, Agree: true})
			return err
		}
	}
	agree := func(by access.Actor, version int64) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := s.SafetyPlans.Agree(ctx, by, record, version)
			return err
		}
	}
	s.then(at, write(clinician, 0, h.content))
	if len(h.later) > 0 || !h.open {
		s.then(at.Add(5*time.Minute), agree(client, 1))
	}
	for i, c := range h.later {
		version := int64(i + 2)
		next := at.AddDate(0, 0, 14*(i+1))
		s.then(next, write(client, version-1, c))
		if i < len(h.later)-1 || !h.open {
			s.then(next.Add(20*time.Hour), agree(clinician, version))
		}
	}
}

// A table is what nourishes one client of the sample practice, and what wears on them.
type table struct {
	days   int // since when they remember it here
	shown  bool
	things []laid
}

// A laid is one thing, and on which days it was there.
type laid struct {
	words  string
	kinds  []nourish.Kind
	drains bool
	item   string         // what of the log it is as well
	there  map[int]string // days ago: a line, which may be empty
	ahead  int            // days ahead: planned; 0: not
	clock  nourish.Clock
	kept   bool
}

// tables are by the client's name.
func tables() map[string]table {
	return map[string]table{
		"Nora Whitfield": {days: 70, shown: true, things: []laid{
			{words: "The market on Saturday, with Lea", kinds: []nourish.Kind{nourish.Joy, nourish.People, nourish.Places}, there: map[int]string{2: "The man with the plums knew us", 9: ""}, ahead: 4, clock: nourish.Clock{From: 600, To: 690}, kept: true},
			{words: "Singing in the car", kinds: []nourish.Kind{nourish.Play, nourish.Energy}, there: map[int]string{1: "", 5: "All of side two", 11: ""}},
			{words: "The bench under the two birches", kinds: []nourish.Kind{nourish.Places, nourish.Meaning}, there: map[int]string{3: "", 6: ""}},
			{words: "Outside, whatever the weather", kinds: []nourish.Kind{nourish.Energy}, item: "outside"},
			{words: "Letters to Mum, which stay here", kinds: []nourish.Kind{nourish.Meaning}, there: map[int]string{4: ""}},
			{words: "Visits at the hospital in the evening", drains: true, there: map[int]string{1: "Two hours, and the corridor", 3: "", 4: ""}},
			{words: "Too much at once", drains: true, item: "much"},
		}},
		"Daniel Okafor": {days: 12, things: []laid{
			{words: "The swim before work", kinds: []nourish.Kind{nourish.Energy}, there: map[int]string{3: "", 1: ""}, ahead: 2},
			{words: "Kemi’s kitchen", kinds: []nourish.Kind{nourish.People, nourish.Joy}},
			{words: "The group chat after midnight", drains: true, there: map[int]string{2: ""}},
		}},
	}
}

// laysTable remembers what nourishes one client.
func (s *Story) laysTable(client access.Actor, name string) {
	t, ok := tables()[name]
	if !ok {
		return
	}
	record := access.ClientRecord(client.ID)
	day := func(ago, hour int) time.Time {
		d := s.Now.In(s.Zone).AddDate(0, 0, -ago)
		return time.Date(d.Year(), d.Month(), d.Day(), hour, 10, 0, 0, s.Zone)
	}
	if t.shown {
		s.then(day(t.days, 18), func(ctx context.Context) error {
			_, err := s.Nourishing.Show(ctx, client, record, true, 0)
			return err
		})
	}
	for _, l := range t.things {
		id := ""
		s.then(day(t.days, 19), func(ctx context.Context) error {
			id = s.NewID()
			_, err := s.Nourishing.KeepThing(ctx, client, record, nourish.ThingForm{ID: id, Words: l.words, Kinds: l.kinds, Drains: l.drains, Item: l.item})
			return err
		})
		keep := func(f nourish.MomentForm) func(context.Context) error {
			return func(ctx context.Context) error {
				f.ID, f.Thing = s.NewID(), id
				_, err := s.Nourishing.KeepMoment(ctx, client, record, f, s.Zone)
				return err
			}
		}
		for ago, line := range l.there {
			s.then(day(ago, 20), keep(nourish.MomentForm{Day: mood.DayOf(day(ago, 20)), State: nourish.There, Line: line}))
		}
		if l.ahead > 0 {
			s.then(day(1, 21), keep(nourish.MomentForm{Day: mood.DayOf(day(-l.ahead, 12)), State: nourish.Planned, Clock: l.clock, Kept: l.kept}))
		}
	}
}
