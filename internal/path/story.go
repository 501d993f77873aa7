package path

import (
	"cmp"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/outcome"
)

// Facts are what a story is made of. All times are in the practice's time zone;
// what belongs to a day has the time at which the day begins.
type Facts struct {
	Now      time.Time
	Held     []time.Time // when sessions began that are over, in order
	Next     time.Time   // when the next one begins, or the running one began; zero: none is planned
	Goals    []Goal
	Detours  []Detour // that are or were a part of the way, in order of day
	Lights   []Light
	Finished []Finish // in order of day
}

// A Goal is one goal, and what became of it.
type Goal struct {
	ID         string
	Words      string
	Agreed     time.Time // when both first had agreed; zero: not yet, and then it is no part of the story
	Instead    string    // words of the goal in whose place it stands, and why; empty: none
	Why        string
	Turns      []Turn
	Milestones []Milestone // that were reached
}

// A Turn is that a goal was retired or taken up again. That it was replaced is told
// by the one in its place.
type Turn struct {
	Kind    goal.TurnKind
	Arrived bool // of a retired one: they got there
	Reason  string
	At      time.Time
}

// A Milestone is one that was reached.
type Milestone struct {
	Words, Note string
	At          time.Time // the day
	Goal        string    // what it led towards
}

// A Detour is a time in which the work went another way.
type Detour struct {
	Name, Reason   string
	Stays, Changed string
	From           time.Time
	Until          time.Time // the day on which the work was back; zero: it goes on
	Notes          []Note
}

// A Note is what somebody wrote on a detour.
type Note struct {
	Words string
	At    time.Time
	Mine  bool // the client wrote it
}

// A Light is a quieter marker.
type Light struct {
	Word, Line string
	At         time.Time
	By         string // person id
	Mine       bool   // the client noticed it
	Just       bool   // and keeps it for themself
}

// A Finish is that a piece of work was finished.
type Finish struct {
	At     time.Time
	Ending outcome.Ending
}

// Kind is what happened at a station.
type Kind int

const (
	Came     Kind = iota // the first session
	Agreed               // goals that both agreed to
	Ended                // a goal was reached, or let go
	Reopened             // a goal was taken up again
	Reached              // a milestone
	Turned               // a detour began
	Back                 // it was over
	Lit                  // something quiet was noticed
	Rest                 // a pause
	Finished             // a piece of work was finished
	Here                 // now
)

// A Station is one thing in the story. Which fields are set depends on its kind.
type Station struct {
	Kind  Kind
	At    time.Time // the day, or the time
	Until time.Time // of a detour and a pause; zero: it goes on
	// First and Last are the numbers of the sessions in a detour, from 1; First is
	// greater than Last if there was none. Of everything else Last is how many
	// sessions were held up to that day.
	First, Last int

	Goals     []Goal // of Agreed, Ended and Reopened
	Turn      Turn   // of Ended and Reopened
	Milestone Milestone
	Detour    Detour // of Turned and Back
	Lights    []Light
	Finish    Finish
	Gap       time.Duration // of a pause: between the sessions around it, or until now
}

// Open says whether a detour or a pause still goes on.
func (s Station) Open() bool { return s.Until.IsZero() }

// A Season is an earlier part of the story, of one year.
type Season struct {
	Year        int
	First, Last int // numbers of its sessions; First is greater than Last if there was none
	Stations    []Station
}

// A Story is the whole journey, in order.
type Story struct {
	Now      time.Time
	Held     []time.Time
	Next     time.Time
	Detours  int // that were ever walked
	Rests    int
	Earlier  []Season  // what lies before the stations, folded by year
	Before   int       // how many sessions lie before the stations
	Since    time.Time // from when on the stations tell; zero: from the beginning
	Stations []Station // the last is Here
}

// How much of the story is told whole. What is earlier is folded by year: a
// picture of more is none.
const (
	MostSessions = 40
	MostStations = 36
	// aLittle is how many more there may be before anything is folded, so that
	// nobody finds three sessions folded away.
	aLittle = 6
)

// Tell tells the story of what happened. It is pure: the same facts make the same
// story.
func Tell(f Facts) Story {
	s := Story{Now: f.Now, Held: f.Held, Next: f.Next}
	var all []Station
	if len(f.Held) > 0 {
		all = append(all, Station{Kind: Came, At: f.Held[0]})
	}
	all = append(all, f.goals()...)
	for _, d := range f.Detours {
		if d.From.After(f.Now) {
			continue // it was noted for a day to come
		}
		s.Detours++
		all = append(all, Station{Kind: Turned, At: d.From, Until: d.Until, Detour: d, First: f.before(d.From) + 1, Last: f.heldIn(d.Until)})
		if !d.Until.IsZero() {
			all = append(all, Station{Kind: Back, At: d.Until, Detour: d})
		}
	}
	for _, r := range f.rests() {
		s.Rests++
		all = append(all, r)
	}
	for _, e := range f.Finished {
		all = append(all, Station{Kind: Finished, At: e.At, Finish: e})
	}
	all = append(all, f.lights()...)
	for i := range all {
		if all[i].Kind != Turned {
			all[i].Last = f.upTo(all[i].At)
		}
	}
	// On one day: the first hour comes first, a detour before the goals on it, the
	// way back before what came after it.
	slices.SortStableFunc(all, func(a, b Station) int {
		return cmp.Or(dayNumber(a.At)-dayNumber(b.At), cmp.Compare(a.rank(), b.rank()), a.At.Compare(b.At))
	})
	all = append(all, Station{Kind: Here, At: f.Now, Last: len(f.Held)})
	s.fold(all)
	return s
}

// Over says whether the work is finished: it was said to be, and no session was held
// since. What was finished on a day is dated with its beginning, and a session of that day,
// or of the evening before by other clocks, was still a part of it.
func (s Story) Over() bool {
	for i := len(s.Stations) - 1; i >= 0; i-- {
		if st := s.Stations[i]; st.Kind == Finished {
			return len(s.Held) == 0 || !st.At.Before(s.Held[len(s.Held)-1].AddDate(0, 0, -1))
		}
	}
	return false
}

// rank orders what happened on one day.
func (s Station) rank() int {
	return [...]int{Came: 0, Back: 1, Turned: 2, Agreed: 3, Ended: 3, Reopened: 3, Reached: 4, Lit: 5, Rest: 6, Finished: 7, Here: 8}[s.Kind]
}

// goals are the stations of goals and milestones. Goals agreed on one day stand
// together.
func (f Facts) goals() []Station {
	var all []Station
	together := make(map[int]int) // day: which of all
	for _, g := range f.Goals {
		if g.Agreed.IsZero() {
			continue
		}
		day := dayNumber(g.Agreed)
		if i, ok := together[day]; ok {
			all[i].Goals = append(all[i].Goals, g)
			continue
		}
		together[day] = len(all)
		all = append(all, Station{Kind: Agreed, At: g.Agreed, Goals: []Goal{g}})
	}
	for _, g := range f.Goals {
		if g.Agreed.IsZero() {
			continue
		}
		for _, t := range g.Turns {
			if t.Kind == goal.Replaced {
				continue
			}
			kind := Ended
			if t.Kind == goal.Reopened {
				kind = Reopened
			}
			all = append(all, Station{Kind: kind, At: t.At, Goals: []Goal{g}, Turn: t})
		}
		for _, m := range g.Milestones {
			if !m.At.IsZero() {
				all = append(all, Station{Kind: Reached, At: m.At, Milestone: m})
			}
		}
	}
	return all
}

// lights are the stations of markers; those of one day stand together.
func (f Facts) lights() []Station {
	var all []Station
	for _, l := range f.Lights {
		if n := len(all); n > 0 && dayNumber(all[n-1].At) == dayNumber(l.At) {
			all[n-1].Lights = append(all[n-1].Lights, l)
			continue
		}
		all = append(all, Station{Kind: Lit, At: l.At, Lights: []Light{l}})
	}
	return all
}

// A pause is a gap of at least so long, and at least twice as long as usual.
const (
	restLeast   = 21 * 24 * time.Hour
	restTimes   = 2
	usuallyMost = 21 * 24 * time.Hour // is taken for usual where nothing else is known
)

// rests are the pauses: gaps between sessions, and the one that goes on, unless a
// detour explains it or the work was finished.
func (f Facts) rests() []Station {
	var all []Station
	gaps := make([]time.Duration, 0, len(f.Held))
	for i := 1; i < len(f.Held); i++ {
		gaps = append(gaps, f.Held[i].Sub(f.Held[i-1]))
	}
	sorted := slices.Sorted(slices.Values(gaps))
	long := func(gap time.Duration, among bool) bool {
		// Half a day of slack: clocks change, and hours are moved.
		return gap+12*time.Hour >= max(restLeast, restTimes*usual(sorted, gap, among))
	}
	for i, gap := range gaps {
		from, until := f.Held[i], f.Held[i+1]
		if long(gap, true) && !f.explained(from, until) {
			all = append(all, Station{Kind: Rest, At: clocks.NextDay(from), Until: clocks.DayOf(until), Gap: gap})
		}
	}
	if n := len(f.Held); n > 0 {
		last := f.Held[n-1]
		if gap := f.Now.Sub(last); long(gap, false) && !f.explained(last, f.Now) {
			all = append(all, Station{Kind: Rest, At: clocks.NextDay(last), Gap: gap})
		}
	}
	return all
}

// usual is the median of the gaps between sessions, without the one that is looked
// at if it is among them.
func usual(sorted []time.Duration, gap time.Duration, among bool) time.Duration {
	n := len(sorted)
	if among {
		n--
	}
	if n < 1 {
		return usuallyMost
	}
	mid := (n - 1) / 2
	if among && sorted[mid] >= gap { // the one that is left out lies at or before the middle
		mid++
	}
	return sorted[min(mid, len(sorted)-1)]
}

// explained says whether a gap is no pause: a detour fills at least half of it, or
// the work was finished in it.
func (f Facts) explained(from, until time.Time) bool {
	filled := time.Duration(0)
	for _, d := range f.Detours {
		a, b := d.From, d.Until
		if b.IsZero() {
			b = f.Now
		}
		if a.Before(from) {
			a = from
		}
		if b.After(until) {
			b = until
		}
		if b.After(a) {
			filled += b.Sub(a)
		}
	}
	if 2*filled >= until.Sub(from) {
		return true
	}
	return slices.ContainsFunc(f.Finished, func(e Finish) bool {
		return !e.At.Before(clocks.DayOf(from)) && e.At.Before(until)
	})
}

// before is how many sessions were held before the day of t.
func (f Facts) before(t time.Time) int {
	n, _ := slices.BinarySearchFunc(f.Held, clocks.DayOf(t), time.Time.Compare)
	return n
}

// upTo is how many sessions were held up to the end of the day of t.
func (f Facts) upTo(t time.Time) int { return f.before(clocks.NextDay(t)) }

// heldIn is how many sessions were held before a detour was over.
func (f Facts) heldIn(until time.Time) int {
	if until.IsZero() {
		return len(f.Held)
	}
	return f.before(until)
}

// dayNumber counts days, whatever the clocks do.
func dayNumber(t time.Time) int {
	y, m, d := t.Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}
