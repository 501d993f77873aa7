package person

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// An Act is what whoever manages the practice sees of what somebody did (access.Sight).
type Act struct {
	At          time.Time          // if Action is empty, noon of that day
	ActorID     string             // or access.Anyone's, or the operator's
	Action      access.Action      // empty: that they read or worked there, once or often, on that day
	Compartment access.Compartment // where; empty: in several
	Allowed     bool
}

// Acts are who did what in the practice, newest first, without content: the newest most
// of them, in days of loc. more says that there are others.
func (ps *People) Acts(ctx context.Context, actor access.Actor, most int, loc *time.Location) (all []Act, more bool, err error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadAuditOfAll, access.Operations)
	if err != nil {
		return nil, false, err
	}
	defer tx.Rollback()

	staff, err := staffIn(ctx, tx)
	if err != nil {
		return nil, false, err
	}
	works := make(map[string]bool, len(staff))
	for _, id := range staff {
		works[id] = true
	}
	// Many entries of the log are one act here, or none.
	for n := 4 * most; ; n *= 4 {
		found, err := tx.Recent(ctx, n)
		if err != nil {
			return nil, false, err
		}
		all = actsOf(found, func(id string) bool { return works[id] }, loc)
		if len(all) > most || len(found) < n || n > 50*most {
			return all[:min(most, len(all))], len(all) > most || len(found) == n, nil
		}
	}
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
			return cmp.Or(cmp.Compare(a.ActorID, b.ActorID), cmp.Compare(a.Compartment, b.Compartment))
		case a.Action == "":
			return 1
		case b.Action == "":
			return -1
		}
		return b.At.Compare(a.At)
	})
	return all
}
