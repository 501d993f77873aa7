package assignment

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/exercise"
)

// A Use is what became of one exercise, or of one thing of somebody's own, with all
// clients whom somebody treats.
type Use struct {
	Exercise string // id; empty: something of one's own, of which no words are told
	Title    string // of the exercise
	Clients  int    // with how many it came up
	Open     int    // how many have agreed to it at the moment
	Declined int    // by how many
	LetGo    int
	Times    int // how often it was practised, in any way
	Again    int // by how many of them again and again
}

// A Load is how many clients have how much agreed at the moment.
type Load struct {
	Clients int // whom somebody treats
	None    int // of them, with nothing agreed
	Few     int // with one or two things
	More    int // with more
}

// Used returns what is used again and again, and how much is agreed, over all clients
// whom actor treats. It names nobody. What was logged is counted, and its words are not
// opened.
func (as *Assignments) Used(ctx context.Context, actor access.Actor) ([]Use, Load, error) {
	l, err := as.door.BeginList(ctx, actor, access.ListAssignments, access.KindClient)
	if err != nil {
		return nil, Load{}, err
	}
	defer l.Rollback()

	of, err := assignmentsAmong(ctx, l)
	if err != nil {
		return nil, Load{}, err
	}
	times, err := timesAmong(ctx, l)
	if err != nil {
		return nil, Load{}, err
	}
	lib, err := exercise.AllIn(ctx, l.Tx)
	if err != nil {
		return nil, Load{}, err
	}
	uses, load := map[string]*Use{}, Load{Clients: len(l.Compartments)}
	for _, c := range l.Compartments {
		n := 0
		for id, one := range byExercise(of[c]) {
			u, ok := uses[id]
			if !ok {
				e, _ := lib.One(id, 0)
				u = &Use{Exercise: id, Title: e.Title}
				uses[id] = u
			}
			n += u.add(one, times)
		}
		switch {
		case n == 0:
			load.None++
		case n <= Few:
			load.Few++
		default:
			load.More++
		}
	}
	var all []Use
	for _, u := range uses {
		all = append(all, *u)
	}
	slices.SortFunc(all, func(a, b Use) int {
		return cmp.Or(cmp.Compare(b.Again, a.Again), cmp.Compare(b.Times, a.Times), cmp.Compare(b.Clients, a.Clients), strings.Compare(a.Title, b.Title), strings.Compare(a.Exercise, b.Exercise))
	})
	return all, load, nil
}

func byExercise(all []Assignment) map[string][]Assignment {
	of := make(map[string][]Assignment)
	for _, a := range all {
		if a.State != Withdrawn {
			of[a.Exercise] = append(of[a.Exercise], a)
		}
	}
	return of
}

// add counts what became of one exercise with one client, and returns how many of it
// are agreed.
func (u *Use) add(all []Assignment, times map[string]int) (agreed int) {
	u.Clients++
	n, open, no, dropped := 0, false, false, false
	for _, a := range all {
		n += times[a.ID]
		switch a.State {
		case Agreed:
			agreed++
			open = true
		case Declined:
			no = true
		case LetGo:
			dropped = true
		case Suggested, Postponed, Withdrawn:
		}
	}
	u.Times += n
	for is, count := range map[*int]bool{&u.Open: open, &u.Declined: no && !open, &u.LetGo: dropped && !open, &u.Again: n >= oftenFrom} {
		if count {
			*is++
		}
	}
	return agreed
}
