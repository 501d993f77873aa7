package profile

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// MostShown is how many free times of one clinician are known in public.
const MostShown = 6

// Public is everything that one practice has published.
type Public struct {
	Practice   *Practice `json:"practice,omitempty"` // nil: nothing yet
	Clinicians []Shown   `json:"clinicians,omitempty"`
}

// Shown is what anybody reads about one clinician.
type Shown struct {
	ID string `json:"id"`
	Clinician
	Former []string `json:"former,omitempty"` // addresses that the page once had
	Free   []Time   `json:"free,omitempty"`   // the next first consultations that could be taken when this was read
}

// At is the clinician whose page has, or once had, the address; former says which.
func (p Public) At(address string) (c Shown, former, ok bool) {
	for _, c := range p.Clinicians {
		if c.Address == address {
			return c, false, true
		}
	}
	for _, c := range p.Clinicians {
		if slices.Contains(c.Former, address) {
			return c, true, true
		}
	}
	return c, false, false
}

// Of is the clinician with the given id.
func (p Public) Of(personID string) (Shown, bool) {
	for _, c := range p.Clinicians {
		if c.ID == personID {
			return c, true
		}
	}
	return Shown{}, false
}

// After is p without the times that have begun by now.
func (p Public) After(now time.Time) Public {
	begun := func(t Time) bool { return !t.Start.After(now) }
	p.Clinicians = slices.Clone(p.Clinicians)
	for i := range p.Clinicians {
		c := &p.Clinicians[i]
		c.Free = slices.DeleteFunc(slices.Clone(c.Free), begun)
	}
	return p
}

// Room says whether somebody new can come to the practice. Where it has published
// nothing, nobody can begin.
func (p Public) Room() Room {
	if p.Practice == nil {
		return Closed
	}
	return p.Practice.Room
}

// RoomWith says whether somebody new can come to c: what the practice does not
// offer, nobody there does.
func (p Public) RoomWith(c Shown) Room {
	switch {
	case p.Room() == Closed || c.Room == Closed:
		return Closed
	case p.Room() == Waiting || c.Room == Waiting:
		return Waiting
	}
	return Open
}

// Public is what actor's practice has published, of those who work there: for
// anybody. Drafts are not read.
func (ps *Profiles) Public(ctx context.Context, actor access.Actor) (Public, error) {
	tx, err := ps.door.Begin(ctx, actor, access.ReadPublic, access.Operations)
	if err != nil {
		return Public{}, err
	}
	defer tx.Rollback()

	rows, err := published(ctx, tx)
	if err != nil || len(rows) == 0 {
		return Public{}, err
	}
	had, err := addresses(ctx, tx)
	if err != nil {
		return Public{}, err
	}
	var all Public
	for _, r := range rows {
		if r.personID == "" {
			all.Practice = new(Practice)
			if err := r.open(ctx, tx, all.Practice); err != nil {
				return Public{}, err
			}
			continue
		}
		c := Shown{ID: r.personID}
		if err := r.open(ctx, tx, &c.Clinician); err != nil {
			return Public{}, err
		}
		c.Former = slices.DeleteFunc(had[c.ID], func(a string) bool { return a == c.Address })
		slices.Sort(c.Former)
		if c.Free, err = Free(ctx, tx, c.ID, MostShown); err != nil {
			return Public{}, err
		}
		all.Clinicians = append(all.Clinicians, c)
	}
	slices.SortFunc(all.Clinicians, func(a, b Shown) int {
		if by := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); by != 0 {
			return by
		}
		return strings.Compare(a.ID, b.ID)
	})
	return all, nil
}

// A Mark changes when something public may have: what was published or offered, who
// works there, how the practice is set up.
type Mark struct{ Public, Staff, Setting int64 }

// Marks are those of every practice on this server. It is one statement, opens
// nothing, and can be asked every other second.
func (ps *Profiles) Marks(ctx context.Context) (map[string]Mark, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return marks(tx.Query(ctx, selectMarks))
}
