package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
)

// A bond is how the work with one client of the sample practice is felt.
type bond struct {
	felt    int            // what the four questions are answered with, more or less
	dips    map[int]int    // week: answered with so much instead
	worry   map[int]string // week: what weighed
	talked  map[int]bool   // week: it was talked about in the next session
	waits   bool           // the last session is yet to be said something about
	quiet   map[int]bool   // week: "not this time"
	notices []notice
}

// A notice is a quieter marker: by the client, or else by the clinician.
type notice struct {
	week       int
	byClient   bool
	word, line string
}

// bonds are how it is with the clients, by name. Who is not here says a little
// after each session, and nothing is ever amiss.
func bonds() map[string]bond {
	return map[string]bond{
		"Nora Whitfield": {
			felt: 9, waits: true, quiet: map[int]bool{12: true, 25: true},
			notices: []notice{
				{6, true, "Safety", "I took my coat off"},
				{15, false, "Continuity", "She came, the week after the hospital"},
				{27, true, "Continuity", "It was easy to begin again"},
				{31, true, "Trust", "I said the thing about Dad"},
				{35, true, "Lightness", "We laughed about the tram"},
				{36, false, "Trust", "She disagreed with me, and stayed"},
			},
		},
		"Tom Osei": {
			felt: 9, dips: map[int]int{20: 5, 21: 7},
			worry: map[int]string{}, talked: map[int]bool{20: true},
			notices: []notice{{22, true, "Being seen", "That the dip was allowed"}, {22, false, "Trust", "He said that it had felt like school"}},
		},
		"Elias Novak":   {felt: 8, dips: map[int]int{4: 5}, worry: map[int]string{4: "I did not know how to say that the forms are too much at the moment."}},
		"Daniel Okafor": {felt: 8, waits: true},
		"Vera Haller":   {felt: 9, notices: []notice{{21, false, "Continuity", "Back after the summer"}, {22, true, "Continuity", ""}}},
	}
}

// What landed and what did not, in turns.
var (
	landings = []string{"That we went slowly", "The drawing of the week", "Saying it aloud once", "That there was room for silence", ""}
	misses   = []string{"", "The long form", "", "It ended too soon", ""}
)

// words sets the practice's own words for quieter markers.
func (s *Story) markerWords(ctx context.Context, by access.Actor) error {
	return s.Visit(ctx, func(ctx context.Context) error {
		_, err := s.Alliances.ReviseWords(ctx, by, 0, "Lightness\nBeing seen")
		return err
	})
}

// together notes what a client says after each session, what the clinician does
// with it, and what either notices.
func (s *Story) together(clinician, client access.Actor, t tale, slot func(int) time.Time, seed uint64) {
	b, ok := bonds()[t.name]
	if !ok {
		b = bond{felt: 8}
	}
	dice := rand.New(rand.NewPCG(seed, 11))
	record := access.ClientRecord(client.ID)
	last := t.weeks
	for last >= 0 && slot(last).Add(time.Hour).After(s.Now) {
		last--
	}
	for week := 0; week <= last; week++ {
		jitter := [4]int{dice.IntN(3) - 1, dice.IntN(3) - 1, dice.IntN(3) - 1, dice.IntN(3) - 1}
		if week >= t.pause[0] && week < t.pause[1] || b.waits && week == last {
			continue
		}
		s.then(slot(week).Add(3*time.Hour), func(ctx context.Context) error {
			return s.checkIn(ctx, client, record, b, week, jitter)
		})
		s.then(slot(week+1).Add(-30*time.Minute), func(ctx context.Context) error {
			return s.readCheckIns(ctx, clinician, record, b.talked[week])
		})
	}
	for _, n := range b.notices {
		at, by := slot(n.week).Add(2*time.Hour), clinician
		if n.byClient {
			at, by = at.Add(5*time.Hour), client
		}
		s.then(at, func(ctx context.Context) error {
			_, err := s.Alliances.Notice(ctx, by, record, alliance.MarkerForm{ID: s.NewID(), Word: n.word, Line: n.line})
			return err
		})
	}
}

// checkIn says how the session of one week was.
func (s *Story) checkIn(ctx context.Context, client access.Actor, record access.Compartment, b bond, week int, jitter [4]int) error {
	o, ok, err := s.Alliances.Offer(ctx, client, record)
	if err != nil || !ok {
		return err
	}
	if b.quiet[week] {
		return s.Alliances.Skip(ctx, client, record, o.SessionID)
	}
	said := alliance.Said{Landed: landings[week%len(landings)], Missed: misses[week%len(misses)], Worry: b.worry[week]}
	for i := range said.Answers {
		v := min(b.felt+jitter[i], alliance.Highest)
		if dip, is := b.dips[week]; is {
			v, said.Landed = dip+i%2, ""
		}
		said.Answers[i] = &v
	}
	_, err = s.Alliances.Give(ctx, client, record, alliance.Form{ID: s.NewID(), SessionID: o.SessionID, Said: said})
	return err
}

// readCheckIns has the clinician read what came, before the next session, and
// talk about what was worth asking about.
func (s *Story) readCheckIns(ctx context.Context, clinician access.Actor, record access.Compartment, talk bool) error {
	c, err := s.Alliances.Of(ctx, clinician, record)
	if err != nil {
		return err
	}
	newest, ok := c.Newest()
	if !ok || !newest.Unread {
		return nil
	}
	if err := s.Alliances.Seen(ctx, clinician, record, newest.CheckIn); err != nil || !talk {
		return err
	}
	return s.Alliances.Talked(ctx, clinician, record, newest.ID, newest.Revision, time.Time{})
}
