package path

import (
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/clocks"
)

// fold tells the newest part whole and folds what is earlier, by year.
func (s *Story) fold(all []Station) {
	cut := 0 // how many stations are folded
	if n := len(s.Held); n > MostSessions+aLittle {
		since := clocks.DayOf(s.Held[n-MostSessions])
		cut = slices.IndexFunc(all, func(st Station) bool { return !st.At.Before(since) || st.Kind == Here })
		s.Since = since
	}
	if len(all)-cut > MostStations+aLittle {
		cut = len(all) - MostStations
		s.Since = later(s.Since, clocks.DayOf(all[cut].At))
	}
	if s.Since.IsZero() {
		s.Stations = all
		return
	}
	// What goes on at the fold is told whole, if it began shortly before.
	for i := range all[:cut] {
		st := &all[i]
		if goesOn := (st.Kind == Turned || st.Kind == Rest) && (st.Open() || st.Until.After(s.Since)); goesOn && cut-i <= aLittle && s.sessionsBetween(st.At, s.Since) <= aLittle {
			cut, s.Since = i, clocks.DayOf(st.At)
			break
		}
	}
	f := Facts{Held: s.Held}
	s.Before = f.before(s.Since)
	var kept []Station
	for i, st := range all[:cut] {
		if (st.Kind == Turned || st.Kind == Rest) && (st.Open() || st.Until.After(s.Since)) {
			kept = append(kept, st) // it began long before, and still goes on there
			continue
		}
		s.season(st.At.Year()).Stations = append(s.season(st.At.Year()).Stations, all[i])
	}
	s.Stations = append(kept, all[cut:]...)
	for i, at := range s.Held[:s.Before] {
		c := s.season(at.Year())
		if c.First > c.Last {
			c.First, c.Last = i+1, i+1
			continue
		}
		c.Last = i + 1
	}
	slices.SortFunc(s.Earlier, func(a, b Season) int { return a.Year - b.Year })
}

// season is that of a year.
func (s *Story) season(year int) *Season {
	for i := range s.Earlier {
		if s.Earlier[i].Year == year {
			return &s.Earlier[i]
		}
	}
	s.Earlier = append(s.Earlier, Season{Year: year, First: 1})
	return &s.Earlier[len(s.Earlier)-1]
}

func (s *Story) sessionsBetween(from, until time.Time) int {
	f := Facts{Held: s.Held}
	return f.before(until) - f.before(from)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// A Stretch is a piece of the way between two turns, with what stands beside it.
type Stretch struct {
	Kind  StretchKind
	Steps int      // sessions in it
	Of    *Station // the detour or the pause
	Also  []Spot   // in order
	Open  bool     // it is a detour or a pause that goes on

	begins time.Time
	before int // sessions before it
}

// StretchKind is how a stretch goes.
type StretchKind int

const (
	Onward StretchKind = iota
	Aside              // a detour
	Glade              // a pause
)

// A Spot is a station beside a stretch.
type Spot struct {
	Station
	After int // so many sessions of the stretch
}

// Stretches are the story from the fold to now as a way: what lies one after the
// other, and beside each what happened there. Detours that overlap are walked as
// one, under the name of the first.
func (s Story) Stretches() []Stretch {
	f := Facts{Held: s.Held}
	var all []Stretch
	at, since := s.Before, s.Since
	onward := func(to int, begins time.Time) {
		all = append(all, Stretch{Kind: Onward, Steps: max(0, to-at), begins: begins, before: at})
		at = max(at, to)
	}
	var beside []Station
	for i := range s.Stations {
		st := &s.Stations[i]
		switch st.Kind {
		case Turned, Rest:
			from, to := max(s.Before, f.before(st.At)), f.heldIn(st.Until)
			if st.Kind == Rest {
				to = from
			}
			if n := len(all); n > 0 && all[n-1].Kind == Aside && st.Kind == Turned && (all[n-1].Open || st.At.Before(all[n-1].Of.Until)) {
				if to > at {
					all[n-1].Steps += to - at
					at = to
				}
				if !all[n-1].Open {
					all[n-1].Open = st.Open()
				}
				beside = append(beside, *st)
				since = later(since, st.Until)
				continue
			}
			if from > at || len(all) == 0 && s.Before == 0 {
				onward(from, since)
			}
			kind := Aside
			if st.Kind == Rest {
				kind = Glade
			}
			all = append(all, Stretch{Kind: kind, Steps: max(0, to-at), Of: st, Open: st.Open(), begins: st.At, before: at})
			at, since = max(at, to), later(since, st.Until)
		default:
			beside = append(beside, *st)
		}
	}
	if n := len(all); n == 0 || at < len(s.Held) || !all[n-1].Open {
		onward(len(s.Held), since)
	}
	for _, st := range beside {
		i := 0
		for j := range all {
			if !all[j].begins.After(st.At) || all[j].begins.IsZero() {
				i = j
			}
		}
		if all[i].Kind == Glade { // beside the way, before the pause or after it
			if i > 0 && (i+1 == len(all) || st.At.Sub(all[i].begins) < all[i+1].begins.Sub(st.At)) || i+1 == len(all) && i > 0 {
				i--
			} else if i+1 < len(all) {
				i++
			}
		}
		if st.Kind == Here {
			continue
		}
		after := min(max(f.upTo(st.At)-all[i].before, 0), all[i].Steps)
		if st.Kind == Came {
			after = 0 // it is where the way begins
		}
		all[i].Also = append(all[i].Also, Spot{st, after})
	}
	return all
}
