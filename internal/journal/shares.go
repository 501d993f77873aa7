package journal

import (
	"bytes"
	"context"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
)

// Shares are the copies that clients share, behind one door.
type Shares struct{ door *access.Door }

// New returns the shares behind door.
func New(door *access.Door) *Shares { return &Shares{door: door} }

// List is what a client shares now, newest first, without words. The client also sees
// copies that did not arrive whole yet, and who opened which.
func (ss *Shares) List(ctx context.Context, actor access.Actor, client string) ([]Share, error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadShares, access.ClientRecord(client))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if actor.ID != client {
		return SharedIn(ctx, tx)
	}
	all, err := sharesOf(ctx, tx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	opened, err := openedOf(ctx, tx, all)
	for i := range all {
		all[i].Opened = opened[all[i].ID]
	}
	return all, err
}

// Own is what the actor shares now, as far as it is whole, newest first: for their archive,
// which does not say who opened it.
func (ss *Shares) Own(ctx context.Context, actor access.Actor) ([]Share, error) {
	tx, err := ss.door.Begin(ctx, actor, access.ReadShares, access.ClientRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return SharedIn(ctx, tx)
}

// One is a copy with its words, for those who treat the client; it fails with
// fault.NotFound. That it was opened is noted, and its client sees it.
func (ss *Shares) One(ctx context.Context, actor access.Actor, client, id string) (Share, error) {
	tx, err := ss.door.Begin(ctx, actor, access.OpenShare, access.ClientRecord(client))
	if err != nil {
		return Share{}, err
	}
	defer tx.Rollback()

	s, err := readable(ctx, tx, id)
	if err != nil {
		return Share{}, err
	}
	tx.Names(names(id))
	s.Words, err = wordsOf(ctx, tx, id)
	return s, err
}

// readable is the copy, if it is whole and shared still.
func readable(ctx context.Context, tx *access.Tx, id string) (Share, error) {
	s, there, err := shareOf(ctx, tx, id)
	if err == nil && (!there || !s.Whole || !tx.Now.Before(s.Until)) {
		err = fault.Absent()
	}
	return s, err
}

// names is how the log names a copy.
func names(id string) string { return "share " + id }

// Part is so many bytes of a piece at most, from the given one on, for those who treat
// the client; it fails with fault.NotFound. At its end it is empty.
func (ss *Shares) Part(ctx context.Context, actor access.Actor, client, id, piece string, from int64, most int) ([]byte, Piece, error) {
	tx, err := ss.door.Begin(ctx, actor, access.OpenShare, access.ClientRecord(client))
	if err != nil {
		return nil, Piece{}, err
	}
	defer tx.Rollback()

	return part(ctx, tx, id, piece, from, most)
}

// OwnPart is Part for the client whose copy it is, who said anew who they are: for their
// archive.
func (ss *Shares) OwnPart(ctx context.Context, actor access.Actor, id, piece string, from int64, most int) ([]byte, Piece, error) {
	tx, err := ss.door.Begin(ctx, actor, access.TakeOut, access.ClientRecord(actor.ID))
	if err != nil {
		return nil, Piece{}, err
	}
	defer tx.Rollback()

	return part(ctx, tx, id, piece, from, most)
}

func part(ctx context.Context, tx *access.Tx, id, piece string, from int64, most int) ([]byte, Piece, error) {
	s, err := readable(ctx, tx, id)
	if err != nil {
		return nil, Piece{}, err
	}
	p, there := s.piece(piece)
	if !there || from < 0 {
		return nil, Piece{}, fault.Absent()
	}
	tx.Names(names(id))
	end := min(p.Size, from+int64(most))
	var part []byte
	for from < end {
		n := int(from / ChunkSize)
		chunk, there, err := chunkOf(ctx, tx, id, piece, n)
		if err == nil && (!there || int64(len(chunk)) != p.length(n)) {
			err = fault.Absent()
		}
		if err != nil {
			return nil, Piece{}, err
		}
		begin := int64(n) * ChunkSize
		some := chunk[from-begin : min(int64(len(chunk)), end-begin)]
		part, from = append(part, some...), from+int64(len(some))
	}
	return part, p, nil
}

// Make shares a copy with those who treat the actor, once all of its pieces are there;
// one without any is whole at once. now is by the clocks of the practice. The same form
// again is no error; something else under its id is fault.Conflict, and so is what was
// taken back.
func (ss *Shares) Make(ctx context.Context, actor access.Actor, f ShareForm, now time.Time) (whole bool, err error) {
	tx, err := ss.door.Begin(ctx, actor, access.MakeShare, access.ClientRecord(actor.ID))
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	f, until, err := f.check(now)
	if err != nil {
		return false, err
	}
	s, there, err := shareOf(ctx, tx, f.ID)
	if err != nil {
		return false, err
	}
	if there {
		if s.Words, err = wordsOf(ctx, tx, f.ID); err == nil && !s.is(f) {
			err = fault.UsedTwice()
		}
		return s.Whole, err
	}
	if err := takenBack(ctx, tx, f.ID); err != nil {
		return false, err
	}
	n, size, err := sizeIn(ctx, tx)
	if err != nil {
		return false, err
	}
	if n >= MaxShares || size+f.size() > MaxAll {
		return false, fault.New(fault.TooLarge, "", "You share as much as can be shared at the same time. Take something back first.")
	}
	whole = len(f.Pieces) == 0
	if err := insertShare(ctx, tx, f, until, whole); err != nil {
		return false, err
	}
	tx.Names(names(f.ID))
	return whole, tx.Commit()
}

// A PartForm is a chunk of a piece, as it is.
type PartForm struct {
	Share, Piece string
	N            int // from 0
	Bytes        []byte
}

// KeepPart keeps a chunk of a piece of a copy that the actor shares. Chunks come in any
// order; the first one is looked at. The same again is no error, other bytes in its
// place are fault.Conflict.
func (ss *Shares) KeepPart(ctx context.Context, actor access.Actor, f PartForm) error {
	tx, err := ss.door.Begin(ctx, actor, access.MakeShare, access.ClientRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	s, there, err := shareOf(ctx, tx, f.Share)
	if err == nil && (!there || !tx.Now.Before(s.Until)) {
		err = fault.Absent()
	}
	if err != nil {
		return err
	}
	p, there := s.piece(f.Piece)
	if !there || f.N < 0 || f.N >= p.chunks() {
		return fault.Absent()
	}
	if int64(len(f.Bytes)) != p.length(f.N) {
		return fault.New(fault.Invalid, "size", "This did not arrive whole. Please try again.")
	}
	if f.N == 0 {
		if err := CheckBeginning(p.Type, f.Bytes); err != nil {
			return err
		}
	}
	kept, there, err := chunkOf(ctx, tx, f.Share, f.Piece, f.N)
	switch {
	case err != nil:
		return err
	case there && bytes.Equal(kept, f.Bytes):
		return nil
	case there:
		return fault.UsedTwice()
	}
	if err := insertChunk(ctx, tx, f); err != nil {
		return err
	}
	tx.Names(names(f.Share))
	return tx.Commit()
}

// Finish shares a copy whose pieces were sent, if all of them are there; otherwise the
// answer is fault.Invalid. The same again is no error.
func (ss *Shares) Finish(ctx context.Context, actor access.Actor, id string) error {
	tx, err := ss.door.Begin(ctx, actor, access.MakeShare, access.ClientRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	s, there, err := shareOf(ctx, tx, id)
	if err == nil && (!there || !tx.Now.Before(s.Until)) {
		err = fault.Absent()
	}
	if err != nil || s.Whole {
		return err
	}
	have, err := chunksIn(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, p := range s.Pieces {
		if have[p.ID] != p.chunks() {
			return fault.New(fault.Invalid, "pieces", "A part of this has not arrived yet. It is sent again; nobody sees it before it is whole.")
		}
	}
	if err := finish(ctx, tx, id); err != nil {
		return err
	}
	tx.Names(names(id))
	return tx.Commit()
}

// endedShare begins the kind under which it is noted beside the records that something
// was taken back: "share" and its id.
const endedShare = "share "

// TakeBack deletes a copy that the actor shares, at once and for good, and says who had
// opened it: that is not undone. The same again is no error; what never was there is
// fault.NotFound.
func (ss *Shares) TakeBack(ctx context.Context, actor access.Actor, id string) ([]Opening, error) {
	tx, err := ss.door.Begin(ctx, actor, access.EndShare, access.ClientRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	made, there, err := madeOf(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	if !there {
		gone, err := endedIn(ctx, tx, endedShare+id)
		if err == nil && !gone {
			err = fault.Absent()
		}
		return nil, err
	}
	opened, err := openedOf(ctx, tx, []Share{{ID: id, Made: made}})
	if err != nil {
		return nil, err
	}
	if err := drop(ctx, tx, tx.Compartment, id); err != nil {
		return nil, err
	}
	if err := access.Ended(ctx, tx, actor.ID, tx.Compartment, endedShare+id); err != nil {
		return nil, err
	}
	tx.Names(names(id))
	return opened[id], tx.Commit()
}

// takenBack fails with fault.Conflict if the copy was taken back already: what a device
// sends that was away must not share it again.
func takenBack(ctx context.Context, tx *access.Tx, id string) error {
	gone, err := endedIn(ctx, tx, endedShare+id)
	if err == nil && gone {
		err = fault.New(fault.Conflict, "", "You took this back meanwhile. It is not shared; you can share it anew.")
	}
	return err
}

// openedOf is, by copy, who opened it and when first, oldest first.
func openedOf(ctx context.Context, tx *access.Tx, all []Share) (map[string][]Opening, error) {
	since := tx.Now
	for _, s := range all {
		if s.Made.Before(since) {
			since = s.Made
		}
	}
	found, err := tx.SharesOpened(ctx, since)
	if err != nil {
		return nil, err
	}
	first := map[string]map[string]time.Time{} // by copy, by actor
	for _, o := range found {                  // newest first
		id, _ := strings.CutPrefix(o.Rows, names(""))
		if first[id] == nil {
			first[id] = map[string]time.Time{}
		}
		first[id][o.ActorID] = o.At
	}
	by := map[string][]Opening{}
	for i := len(found) - 1; i >= 0; i-- {
		id, _ := strings.CutPrefix(found[i].Rows, names(""))
		if at, ok := first[id][found[i].ActorID]; ok && at.Equal(found[i].At) {
			by[id] = append(by[id], Opening{found[i].ActorID, at})
			delete(first[id], found[i].ActorID)
		}
	}
	return by, nil
}

// EndAgain is for after a restore: what was taken back after the backup was made is so
// again. actor is the operator, who learns nothing by it. Doing it twice does no harm.
func (ss *Shares) EndAgain(ctx context.Context, actor access.Actor, all []access.Ending) error {
	tx, err := ss.door.Begin(ctx, actor, access.EndAgain, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, e := range all {
		id, ok := strings.CutPrefix(e.Kind, endedShare)
		if !ok || e.Compartment.Kind() != access.KindClient {
			continue
		}
		if err := drop(ctx, tx, e.Compartment, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// TidyJob is the name of the recurring job whose worker is Tidy.
const (
	TidyJob   = "journal.tidy"
	TidyEvery = time.Hour
)

// Tidy is the worker for TidyJob: it deletes copies whose date has passed, and those
// that never arrived whole. That nobody reads them from then on does not wait for it.
func (ss *Shares) Tidy(ctx context.Context, run *job.Run) error {
	for {
		n, err := ss.tidy(ctx, access.System(run.Practice, "journal"))
		if err != nil || n == 0 {
			return err
		}
	}
}

func (ss *Shares) tidy(ctx context.Context, actor access.Actor) (n int, err error) {
	tx, err := ss.door.Begin(ctx, actor, access.TidyShares, access.Operations)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	over, err := overIn(ctx, tx)
	if err != nil || len(over) == 0 {
		return 0, err
	}
	for _, o := range over {
		if err := drop(ctx, tx, o.compartment, o.id); err != nil {
			return 0, err
		}
	}
	return len(over), tx.Commit()
}
