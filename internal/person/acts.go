package person

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
)

// An Act is what whoever manages the practice sees of what somebody did (access.Sight).
type Act struct {
	At          time.Time          // if Action is empty, noon of that day
	ActorID     string             // or access.Anyone's, or the operator's
	Action      access.Action      // empty: that they read or worked there, once or often, on that day
	Compartment access.Compartment // where; empty: in several
	Allowed     bool
}

// Which says which acts are asked for.
type Which struct {
	Person string         // by whom, or in whose record; empty: of everybody
	Day    time.Time      // the newest day; zero: today
	From   int            // how many acts of that day are left out
	Most   int            // how many come at most
	Days   *time.Location // by which clocks a day begins
}

// Acts are who did what in the practice, newest first, without content, and where the
// next begin; nil: these are all. Days are counted whole, so that the end of a page does
// not tell at which time of a day somebody was in a record.
func (ps *People) Acts(ctx context.Context, actor access.Actor, w Which) (all []Act, next *Which, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadAuditOfAll, access.Operations)
	if err != nil {
		return nil, nil, err
	}
	defer tx.Rollback()

	staff, err := staffIn(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	works := make(map[string]bool, len(staff))
	for _, id := range staff {
		works[id] = true
	}
	p := actPage{Which: w, works: func(id string) bool { return works[id] }}
	var before time.Time
	if !w.Day.IsZero() {
		w.Day = clocks.DayOf(w.Day.In(w.Days))
		before = clocks.NextDay(w.Day)
	}
	p.Day = w.Day
	if err = tx.Back(ctx, before, w.Person, p.add); err == nil {
		p.take()
	}
	return p.all, p.next, err
}

// An actPage is filled with whole days, newest first, as far as there is room.
type actPage struct {
	Which
	works func(string) bool

	begins time.Time        // the day that is gathered
	day    []access.Opening // what is seen of it
	all    []Act
	next   *Which
}

// add gathers o, and says whether there is room for more.
func (p *actPage) add(o access.Opening) (more bool) {
	if o.Seen(p.works) == access.Unseen {
		return true
	}
	if o.At.Before(p.begins) {
		p.take()
	}
	if p.next != nil {
		return false
	}
	if len(p.day) == 0 {
		p.begins = clocks.DayOf(o.At.In(p.Days))
	}
	p.day = append(p.day, o)
	return true
}

// take puts the day that was gathered on the page, or the part of it that there is room
// for.
func (p *actPage) take() {
	if len(p.day) == 0 || p.next != nil {
		return
	}
	acts, from := actsOf(p.day, p.works, p.Days), 0
	if p.begins.Equal(p.Day) {
		from = min(p.From, len(acts))
	}
	acts = acts[from:]
	if room := p.Most - len(p.all); len(acts) > room {
		p.next = &Which{Person: p.Person, Day: p.begins, From: from + room, Most: p.Most, Days: p.Days}
		acts = acts[:room]
	}
	p.all, p.day = append(p.all, acts...), nil
}

// actsOf is what is seen of what was found. What somebody read or worked in one place on
// one day is one act of that day, wherever in the day it was and however often.
func actsOf(found []access.Opening, works func(string) bool, loc *time.Location) (all []Act) {
	days := make(map[Act]bool)
	for _, o := range found {
		a := Act{At: o.At, ActorID: o.ActorID, Action: o.Action, Compartment: o.Compartment, Allowed: o.Allowed}
		switch o.Seen(works) {
		case access.Unseen:
			continue
		case access.Day:
			day := o.At.In(loc)
			a.At, a.Action = time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, loc), ""
			if whose := o.Whose(); whose != "" {
				a.Compartment = access.PersonRecord(whose) // whichever of theirs it was
			}
			if days[a] {
				continue
			}
			days[a] = true
		}
		all = append(all, a)
	}
	on := func(a Act) string { return a.At.In(loc).Format(time.DateOnly) }
	slices.SortStableFunc(all, func(a, b Act) int { // those of the whole day after the others, in no telling order
		if by := cmp.Compare(on(b), on(a)); by != 0 {
			return by
		}
		switch {
		case a.Action == "" && b.Action == "":
			return cmp.Or(cmp.Compare(a.ActorID, b.ActorID), cmp.Compare(a.Compartment, b.Compartment), cmp.Compare(yes(a.Allowed), yes(b.Allowed)))
		case a.Action == "":
			return 1
		case b.Action == "":
			return -1
		}
		return b.At.Compare(a.At)
	})
	return all
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}
