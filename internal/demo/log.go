package demo

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/mood"
)

// A diary is how one client of the sample practice keeps the daily log.
type diary struct {
	days   int     // how far back it goes
	often  float64 // how often a day is noted
	shared mood.Sharing
	watch  int            // how many days ago the early warning was switched on; 0: never
	dip    [2]int         // days ago: from and to, in which mood was low
	own    string         // a scale of one's own
	bring  string         // what is said when asked
	lines  map[int]string // days ago: a line of text
}

// diaries are by the client's name.
func diaries() map[string]diary {
	return map[string]diary{
		"Nora Whitfield": {
			days: 92, often: 0.87, shared: mood.Whole, watch: 58, dip: [2]int{26, 15}, own: "Tightness in the chest",
			bring: "Dad is back in hospital. I go there every evening and stopped everything else.",
			lines: map[int]string{
				84: "First walk along the river since June.", 61: "Sang in the car.", 24: "Hospital again. Slept on the chair.",
				20: "I said no to a second visit and felt terrible, then all right.", 9: "Lea made me laugh.", 2: "Slept through.",
			},
		},
		"Daniel Okafor": {days: 60, often: 0.25, shared: mood.Mine, lines: map[int]string{12: "The nights are long.", 3: "Better after the swim."}},
	}
}

// offer has a clinician offer a scale to all clients of the practice.
func (s *Story) offer(ctx context.Context, by access.Actor) error {
	return s.Visit(ctx, func(ctx context.Context) error {
		_, err := s.Logs.Offer(ctx, by, mood.ItemForm{
			ID: s.NewID(), Kind: mood.Scale, Name: "Worry", Low: "hardly any", High: "all day", Better: mood.Lower,
		})
		return err
	})
}

// keepLog notes the days of one client's log. next is when the session after a time is.
func (s *Story) keepLog(clinician, client access.Actor, name string, next func(time.Time) time.Time) {
	d, ok := diaries()[name]
	if !ok {
		return
	}
	record := access.ClientRecord(client.ID)
	evening := func(ago int) time.Time {
		t := s.Now.In(s.Zone).AddDate(0, 0, -ago)
		return time.Date(t.Year(), t.Month(), t.Day(), 20, 40, 0, 0, s.Zone)
	}
	dice := rand.New(rand.NewPCG(uint64(d.days), 11))
	own := ""
	s.then(evening(d.days).Add(-time.Hour), func(ctx context.Context) error {
		if _, err := s.Logs.Share(ctx, client, record, d.shared, 0, s.Zone); err != nil || d.own == "" {
			return err
		}
		i, err := s.Logs.Add(ctx, client, record, mood.ItemForm{ID: s.NewID(), Kind: mood.Scale, Name: d.own, Low: "none", High: "all day", Better: mood.Lower})
		own = i.ID
		return err
	})
	if d.watch > 0 {
		s.then(evening(d.watch).Add(time.Hour), func(ctx context.Context) error {
			l, err := s.Logs.Open(ctx, client, record, mood.DayOf(s.At.In(s.Zone)))
			if err != nil {
				return err
			}
			_, err = s.Logs.Watch(ctx, client, record, mood.Mood, l.Settings.Revision, s.Zone)
			return err
		})
	}
	state := 0.0
	for ago := d.days; ago > 0; ago-- {
		state = 0.4*state + 0.9*dice.NormFloat64()
		noted, note := dice.Float64() < d.often, d.lines[ago]
		day := s.day(dice, d, ago, state)
		if !noted && note == "" {
			continue
		}
		s.then(evening(ago), func(ctx context.Context) error {
			f := day
			f.ID, f.Day, f.Line = s.NewID(), mood.DayOf(s.At.In(s.Zone)), note
			if own != "" && ago%3 > 0 {
				f.Values[own] = min(max(9-f.Values[mood.Mood], 0), 10)
			}
			k, err := s.Logs.Keep(ctx, client, record, f, s.Zone)
			if err == nil && k.Asked {
				s.bring(clinician, client, record, d.bring, next(s.At))
			}
			return err
		})
	}
}

// day is what is noted of one day: after long nights and outside it is better,
// and after an argument worse.
func (s *Story) day(dice *rand.Rand, d diary, ago int, state float64) mood.Form {
	f := mood.Form{Values: map[string]int{}}
	whole := func(x float64) int { return int(min(max(math.Round(x), 0), 10)) }
	level := 6.2
	if ago <= d.dip[0] && ago >= d.dip[1] {
		level = 3.4
	}
	hours := min(max(whole(6.7+0.4*(level-6)+1.1*dice.NormFloat64()), mood.FewestHours), mood.MostHours)
	level += 0.5 * float64(hours-7)
	for _, one := range []struct {
		id          string
		often, more float64
	}{{"outside", 0.45, 1.1}, {"people", 0.4, 0.3}, {"work", 0.6, 0}, {"rest", 0.3, 0}, {"argument", 0.16, -1.2}, {"much", 0.25, -0.6}} {
		if dice.Float64() < one.often {
			f.There = append(f.There, one.id)
			level += one.more
		}
	}
	slices.Sort(f.There)
	f.Values[mood.Mood], f.Values[mood.Hours] = whole(level+state), hours
	f.Values[mood.Sleep] = whole(float64(hours) - 1 + dice.NormFloat64())
	if ago%2 == 0 {
		f.Values[mood.Energy] = whole(level - 0.5 + dice.NormFloat64())
	}
	return f
}

// bring answers the question of the early warning, and has it talked about in the
// next session.
func (s *Story) bring(clinician, client access.Actor, record access.Compartment, words string, session time.Time) {
	s.then(s.At.Add(3*time.Minute), func(ctx context.Context) error {
		l, err := s.Logs.Open(ctx, client, record, mood.DayOf(s.At.In(s.Zone)))
		if err != nil {
			return err
		}
		for _, q := range l.Waiting() {
			if _, err := s.Logs.Answer(ctx, client, record, q.ID, mood.AnswerForm{Revision: q.Revision, Answer: mood.Bring, Words: words}); err != nil {
				return err
			}
			s.then(session.Add(15*time.Minute), func(ctx context.Context) error { return s.Logs.Talked(ctx, clinician, record, q.ID) })
		}
		return nil
	})
}
