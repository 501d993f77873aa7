package alliance

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Notice keeps a marker that the client or somebody who treats them noticed.
// Only a client can keep one for themself alone. Sending the same form twice is
// success, and shows no more of it than either said; the same id with other
// content is fault.Conflict.
func (as *Alliances) Notice(ctx context.Context, actor access.Actor, client access.Compartment, f MarkerForm) (Marker, error) {
	tx, err := as.door.Begin(ctx, actor, access.NoticeMarker, client)
	if err != nil {
		return Marker{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if f, err = f.check(); err != nil {
		return Marker{}, err
	}
	m := Marker{ID: f.ID, Word: f.Word, Line: f.Line, At: tx.Now, By: actor.ID, Side: ByClinician, Client: client}
	if actor.ID == client.Of() {
		m.Side, m.Just = ByClient, f.Just
	}
	kept, err := insertMarker(ctx, tx, m)
	if err != nil {
		return Marker{}, err
	}
	if kept {
		return m, tx.Commit()
	}
	was, there, err := oneMarker(ctx, tx, m.ID)
	switch {
	case err != nil:
		return Marker{}, err
	case there && was.Word == m.Word && was.Line == m.Line && was.By == m.By:
		if was.Just || !m.Just {
			return was, nil // it came twice
		}
		if _, err := keepMarker(ctx, tx, m.ID, true); err != nil {
			return Marker{}, err
		}
		return m, tx.Commit()
	}
	return Marker{}, fault.New(fault.Conflict, "", "This form was used for something else already. Please open the page again; what you wrote is still here.")
}

// Markers returns the markers of the record, oldest first, as actor may see them:
// what the client keeps for themself is for the client. For those who treat the
// client, and for the client.
func (as *Alliances) Markers(ctx context.Context, actor access.Actor, client access.Compartment) ([]Marker, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadMarkers, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := markers(ctx, tx)
	if n := len(all); n > 0 {
		tx.Names(all[0].ID + " to " + all[n-1].ID)
	}
	return all, err
}

// Keep says whether a marker is for the client alone from now on; actor is the
// client, whose marker it is. What has been read has been read.
func (as *Alliances) Keep(ctx context.Context, actor access.Actor, client access.Compartment, id string, just bool) error {
	tx, err := as.door.Begin(ctx, actor, access.NoticeMarker, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if actor.ID != client.Of() {
		return fault.Absent()
	}
	there, err := keepMarker(ctx, tx, id, just)
	if err != nil || !there {
		return orAbsent(err)
	}
	return tx.Commit()
}

// TakeBack takes back a marker of actor's own: nobody is shown it any more.
// Taking it back twice is success.
func (as *Alliances) TakeBack(ctx context.Context, actor access.Actor, client access.Compartment, id string) error {
	tx, err := as.door.Begin(ctx, actor, access.NoticeMarker, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	there, err := takeBack(ctx, tx, id)
	if err != nil || !there {
		return orAbsent(err)
	}
	return tx.Commit()
}

// Words returns the practice's words for markers: for its clinicians and clients.
func (as *Alliances) Words(ctx context.Context, actor access.Actor) (Words, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReadWords, access.Operations)
	if err != nil {
		return Words{}, err
	}
	defer tx.Rollback()

	return newestWords(ctx, tx)
}

// ReviseWords sets the practice's own words, one to a line; actor is one of its
// clinicians. revision is the one they were looking at: if it has changed since,
// the answer is fault.Conflict together with the words as they are now. The same
// twice is success. Markers keep the word that they were noticed with.
func (as *Alliances) ReviseWords(ctx context.Context, actor access.Actor, revision int64, text string) (Words, error) {
	tx, err := as.door.Begin(ctx, actor, access.ReviseWords, access.Operations)
	if err != nil {
		return Words{}, err
	}
	defer tx.Rollback()

	own, err := ownWords(text)
	if err != nil {
		return Words{}, err
	}
	now, err := newestWords(ctx, tx)
	if err != nil {
		return Words{}, err
	}
	if slices.Equal(now.Own, own) {
		return now, nil // it came twice, or nothing changed
	}
	next := Words{Own: own, Revision: revision + 1}
	kept := false
	if now.Revision == revision {
		if kept, err = insertWords(ctx, tx, next); err != nil {
			return Words{}, err
		}
	}
	if !kept {
		return now, fault.New(fault.Conflict, "words", "A colleague changed the words while you were writing. Both are here for you to look at.")
	}
	return next, tx.Commit()
}

// MarkersIn is Markers in the transaction of another domain, which names what it
// read itself.
func MarkersIn(ctx context.Context, tx *access.Tx) ([]Marker, error) { return markers(ctx, tx) }
