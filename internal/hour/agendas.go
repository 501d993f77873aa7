package hour

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Bring puts something on the agenda, or changes what actor's side brought and nobody
// has talked about yet. f.Revision is the one that the form began from: if it has
// changed since, the answer is fault.Conflict together with the thing as it is now. The
// same twice is success. For those who treat the client, and for the client, who alone
// can say that it is to be opened in the session only.
func (hs *Hours) Bring(ctx context.Context, actor access.Actor, client access.Compartment, f ItemForm) (Item, error) {
	tx, err := hs.door.Begin(ctx, actor, access.WriteAgenda, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	now, changed, err := bring(ctx, tx, f)
	if err != nil || !changed {
		return now, err
	}
	return now, tx.Commit()
}

// room says whether a side can bring something more, beside what waits.
func room(waits []Item, side Side) error {
	if len(Agenda{Items: waits}.Of(side)) >= MaxWaiting {
		return fault.New(fault.Invalid, "text", "Twelve things wait already, and one session holds a few. Change one of them, or take one back.")
	}
	return nil
}

// onRunning puts something on the agenda of the session that is running, if one is.
func onRunning(ctx context.Context, tx *access.Tx, itemID string) error {
	all, err := framesIn(ctx, tx)
	if err != nil {
		return err
	}
	for _, h := range all {
		if h.Runs(tx.Now) {
			return putOneOn(ctx, tx, h.SessionID, itemID)
		}
	}
	return nil
}

func keepNext(ctx context.Context, tx *access.Tx, i Item) error {
	kept, err := keepItem(ctx, tx, i)
	if err == nil && !kept {
		err = meanwhile()
	}
	return err
}

// TakeBack takes back what actor's side brought and nobody has talked about: its words
// are gone. revision is as for Bring. Twice is success.
func (hs *Hours) TakeBack(ctx context.Context, actor access.Actor, client access.Compartment, id string, revision int64) (Item, error) {
	tx, err := hs.door.Begin(ctx, actor, access.WriteAgenda, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	now, there, err := itemOf(ctx, tx, id)
	if err != nil {
		return Item{}, err
	}
	switch {
	case !there || now.Side != SideOf(actor, client):
		return Item{}, fault.Absent()
	case now.State == Dropped:
		return now, nil
	case now.Revision != revision || now.State != Waiting:
		return now, meanwhile()
	}
	now.Revision, now.State, now.Text, now.Hard, now.May = revision+1, Dropped, "", false, false
	now.Source, now.from = Source{}, Source{}
	if err := keepNext(ctx, tx, now); err != nil {
		return now, err
	}
	if err := access.Ended(ctx, tx, now.By, client, endedItem+id); err != nil {
		return Item{}, err
	}
	return now, tx.Commit()
}

// Talk notes that something was talked about in a session that was begun, or, if
// talked is false, that it waits for the next one after all. Words that are closed stay
// so: it may have been said aloud. Twice is success. For both sides.
func (hs *Hours) Talk(ctx context.Context, actor access.Actor, client access.Compartment, id, sessionID string, talked bool) (Item, error) {
	tx, err := hs.door.Begin(ctx, actor, access.WriteAgenda, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	now, there, err := itemOf(ctx, tx, id)
	if err != nil {
		return Item{}, err
	}
	h, _, err := frameIn(ctx, tx, sessionID)
	if err != nil {
		return Item{}, err
	}
	switch {
	case !there || now.State == Dropped:
		return Item{}, fault.Absent()
	case h.Began.IsZero():
		return now, fault.New(fault.Invalid, "", "What was talked about is noted in a session that was begun.")
	case talked == (now.State == Talked):
		return now, nil
	case !talked && now.SessionID != sessionID:
		return now, meanwhile() // another session had it
	}
	now.Revision++
	now.State, now.SessionID = Waiting, ""
	if talked {
		now.State, now.SessionID = Talked, sessionID
	}
	if err := keepNext(ctx, tx, now); err != nil {
		return now, err
	}
	if err := putOneOn(ctx, tx, sessionID, id); err != nil {
		return Item{}, err
	}
	return now, tx.Commit()
}

// OpenItem opens, in a session that is running, what the client wanted to be opened
// there only: by the client, or by whoever treats them if the client allowed it. From
// then on it is read like anything else. Twice is success.
func (hs *Hours) OpenItem(ctx context.Context, actor access.Actor, client access.Compartment, id, sessionID string) (Item, error) {
	tx, err := hs.door.Begin(ctx, actor, access.OpenAgenda, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	now, there, err := itemOf(ctx, tx, id)
	if err != nil {
		return Item{}, err
	}
	if !there || now.State == Dropped || !now.Hard {
		return Item{}, fault.Absent()
	}
	if !now.Opened.IsZero() {
		return now, nil
	}
	h, _, err := frameIn(ctx, tx, sessionID)
	if err != nil {
		return Item{}, err
	}
	switch {
	case !h.Runs(tx.Now):
		return Item{}, fault.New(fault.Invalid, "", "This is opened in the session only, and none is running.")
	case !now.May && SideOf(actor, client) != ByClient:
		return Item{}, fault.New(fault.Invalid, "", "Only your client opens this. It can stay closed.")
	}
	text, err := wordsOf(ctx, tx, id)
	if err != nil {
		return Item{}, err
	}
	now.Revision, now.Opened, now.OpenedBy, now.Text, now.Closed = now.Revision+1, tx.Now, actor.ID, string(text), false
	now.Source = now.from
	if err := keepNext(ctx, tx, now); err != nil {
		return now, err
	}
	if err := putOneOn(ctx, tx, sessionID, id); err != nil {
		return Item{}, err
	}
	return now, tx.Commit()
}

// Nothing notes that actor's side has nothing yet for the next session, which is as
// good as anything. It holds until they bring something, or until the session begins.
func (hs *Hours) Nothing(ctx context.Context, actor access.Actor, client access.Compartment) error {
	tx, err := hs.door.Begin(ctx, actor, access.WriteAgenda, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	all, err := waitingOf(ctx, tx)
	if err != nil {
		return err
	}
	side := SideOf(actor, client)
	if len(Agenda{Items: all}.Of(side)) > 0 {
		return nil // there is something
	}
	if err := setQuiet(ctx, tx, side); err != nil {
		return err
	}
	return tx.Commit()
}
