package vault

import (
	"bytes"
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
)

// Limits of what somebody keeps as sound, pictures and film. A piece comes in chunks
// that were sealed one by one, so that neither a browser nor this house ever holds the
// whole of one.
const (
	ChunkSize   = 256 << 10 // bytes of a chunk before it is sealed
	MaxChunk    = 1 + nonceSize + ChunkSize + tagSize
	MaxChunks   = 256
	MaxPiece    = ChunkSize * MaxChunks // bytes of a piece before it is sealed
	MaxKept     = 1 << 30               // bytes of all that one person keeps, as sealed in the browser
	maxMedia    = 4000
	smallestOne = 1 + nonceSize + 1 + tagSize

	// KeptUnfinished is how long a piece is kept that was never finished.
	KeptUnfinished = 7 * 24 * time.Hour
)

// TidyJob is the name of the recurring job whose worker is Tidy.
const (
	TidyJob   = "vault.tidy"
	TidyEvery = 6 * time.Hour
)

// A Media is a piece of sound, a picture or a film, sealed in a browser.
type Media struct {
	ID      string
	EntryID string // empty until it is whole
	Chunks  int    // how many are there
	Size    int64  // bytes of them, as the browser sealed them
	Whole   bool
	There   []int // which chunks; nil in a list
}

// Space is how much room somebody's media take, in bytes, as sealed in the browser.
func (vs *Vaults) Space(ctx context.Context, actor access.Actor) (used int64, err error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadMedia, access.KindEntries)
	if err != nil {
		return 0, err
	}
	defer l.Rollback()

	if !l.May(journalOf(actor)) {
		return 0, nil
	}
	used, _, err = usedIn(ctx, l.Tx, journalOf(actor))
	return used, err
}

// AllMedia are all pieces in the actor's journal, oldest first.
func (vs *Vaults) AllMedia(ctx context.Context, actor access.Actor) ([]Media, error) {
	l, err := vs.door.BeginList(ctx, actor, access.ReadMedia, access.KindEntries)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	if !l.May(journalOf(actor)) {
		return nil, nil
	}
	return allMedia(ctx, l.Tx, journalOf(actor))
}

// OneMedia is a piece in the actor's journal, with which of its chunks are there; it
// fails with fault.NotFound.
func (vs *Vaults) OneMedia(ctx context.Context, actor access.Actor, id string) (Media, error) {
	tx, err := vs.door.Begin(ctx, actor, access.ReadMedia, journalOf(actor))
	if err != nil {
		return Media{}, err
	}
	defer tx.Rollback()

	m, there, err := mediaIn(ctx, tx, id)
	if err == nil && !there {
		err = fault.Absent()
	}
	if err != nil {
		return Media{}, err
	}
	m.There, err = chunksOf(ctx, tx, id)
	return m, err
}

// Chunk is one chunk as the browser sealed it; it fails with fault.NotFound.
func (vs *Vaults) Chunk(ctx context.Context, actor access.Actor, media string, n int) ([]byte, error) {
	tx, err := vs.door.Begin(ctx, actor, access.ReadMedia, journalOf(actor))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	chunk, there, err := chunkIn(ctx, tx, media, n)
	if err == nil && !there {
		err = fault.Absent()
	}
	return chunk, err
}

// A ChunkForm is a chunk as a browser sealed it.
type ChunkForm struct {
	Media  string // UUIDv7
	N      int    // from 0
	Sealed []byte
}

func (f ChunkForm) check() error {
	if err := fault.FormID(f.Media); err != nil {
		return err
	}
	if f.N < 0 || f.N >= MaxChunks {
		return fault.New(fault.TooLarge, "n", "This is larger than fits into one entry: at most 64 MB. A shorter one fits.")
	}
	if len(f.Sealed) > MaxChunk {
		return fault.New(fault.TooLarge, "sealed", "This did not arrive in parts that are small enough, and was not kept. Please try again.")
	}
	if len(f.Sealed) < smallestOne || f.Sealed[0] != Version {
		return notWhole("sealed")
	}
	return nil
}

// KeepChunk keeps a chunk of a piece in the actor's journal, and returns how much room
// all pieces take now. Chunks come in any order. The same again is no error; other
// bytes in the place of one that is there, or a chunk of a piece that is whole, are
// fault.Conflict; what is more than fits is fault.TooLarge.
func (vs *Vaults) KeepChunk(ctx context.Context, actor access.Actor, f ChunkForm) (used int64, err error) {
	tx, err := vs.door.Begin(ctx, actor, access.KeepMedia, journalOf(actor))
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	if err := f.check(); err != nil {
		return 0, err
	}
	m, known, err := mediaIn(ctx, tx, f.Media)
	if err != nil {
		return 0, err
	}
	used, pieces, err := usedIn(ctx, tx, tx.Compartment)
	if err != nil {
		return 0, err
	}
	kept, there, err := chunkIn(ctx, tx, f.Media, f.N)
	switch {
	case err != nil:
		return 0, err
	case there && bytes.Equal(kept, f.Sealed):
		return used, nil
	case there || m.Whole:
		return 0, fault.New(fault.Conflict, "", "Something else is kept in this place already, perhaps from another window or device. Nothing was overwritten.")
	}
	if !known {
		if err := dropped(ctx, tx, endedMedia+f.Media, "This was deleted meanwhile, perhaps in another window or on another device."); err != nil {
			return 0, err
		}
	}
	if used += int64(len(f.Sealed)); used > MaxKept || !known && pieces >= maxMedia {
		return 0, fault.New(fault.TooLarge, "", "Your journal holds as much sound, pictures and film as it can: 1 GB. Nothing was lost: delete something there first, or keep this on your device.")
	}
	if err := insertChunk(ctx, tx, f); err != nil {
		return 0, err
	}
	tx.Names("media " + f.Media)
	return used, tx.Commit()
}

// An EndForm says that all of a piece was sent.
type EndForm struct {
	Media  string
	Entry  string // UUIDv7 of the entry that it belongs to
	Chunks int
	Size   int64 // bytes of all chunks, as they were sealed
}

// End notes that a piece is whole, if it is: otherwise the answer is fault.Invalid, and
// what is there stays. The same again is no error.
func (vs *Vaults) End(ctx context.Context, actor access.Actor, f EndForm) error {
	tx, err := vs.door.Begin(ctx, actor, access.KeepMedia, journalOf(actor))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := fault.FormID(f.Entry); err != nil {
		return err
	}
	m, there, err := mediaIn(ctx, tx, f.Media)
	if err == nil && !there {
		err = fault.Absent()
	}
	if err != nil {
		return err
	}
	same := m.Chunks == f.Chunks && m.Size == f.Size
	switch {
	case m.Whole && same && m.EntryID == f.Entry:
		return nil
	case m.Whole:
		return fault.New(fault.Conflict, "", "This is kept already, as part of something else. Nothing was overwritten.")
	}
	all, err := chunksOf(ctx, tx, f.Media)
	if err != nil {
		return err
	}
	if !same || len(all) != m.Chunks || all[len(all)-1] != m.Chunks-1 {
		return fault.New(fault.Invalid, "chunks", "A part of this has not arrived yet. It is sent again; nothing is lost.")
	}
	if err := dropped(ctx, tx, endedEntry+f.Entry, "The entry that this belongs to was deleted meanwhile, perhaps in another window or on another device."); err != nil {
		return err
	}
	if err := endMedia(ctx, tx, f); err != nil {
		return err
	}
	tx.Names("media " + f.Media)
	return tx.Commit()
}

// DropMedia deletes a piece for good. One that is gone is no error.
func (vs *Vaults) DropMedia(ctx context.Context, actor access.Actor, id string) error {
	tx, err := vs.door.Begin(ctx, actor, access.DropMedia, journalOf(actor))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	gone, err := dropMedia(ctx, tx, tx.Compartment, id)
	if err != nil || !gone {
		return err
	}
	if err := access.Ended(ctx, tx, actor.ID, tx.Compartment, endedMedia+id); err != nil {
		return err
	}
	tx.Names("media " + id)
	return tx.Commit()
}

// dropped fails with fault.Conflict if it is noted that something was deleted: what a
// device sends that was away must not bring it back.
func dropped(ctx context.Context, tx *access.Tx, kind, text string) error {
	gone, err := endedIn(ctx, tx, kind)
	if err == nil && gone {
		err = fault.New(fault.Conflict, "", text)
	}
	return err
}

// program is under which name the program deletes what was never finished.
const program = "journal"

// Tidy is the worker for TidyJob: it deletes what nobody finished for KeptUnfinished.
func (vs *Vaults) Tidy(ctx context.Context, run *job.Run) error {
	for {
		n, err := vs.tidy(ctx, access.System(run.Practice, program))
		if err != nil || n == 0 {
			return err
		}
	}
}

func (vs *Vaults) tidy(ctx context.Context, actor access.Actor) (n int, err error) {
	tx, err := vs.door.Begin(ctx, actor, access.TidyMedia, access.Operations)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()

	old, err := unfinished(ctx, tx, tx.Now.Add(-KeptUnfinished))
	if err != nil || len(old) == 0 {
		return 0, err
	}
	for _, m := range old {
		if _, err := dropMedia(ctx, tx, m.compartment, m.id); err != nil {
			return 0, err
		}
	}
	return len(old), tx.Commit()
}
