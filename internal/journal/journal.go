// Package journal keeps what clients share of their private journal: copies, which
// those who treat them read until a date. The journal itself lies in the client's vault
// and opens in their browser only (package vault); nothing here knows whether there is
// one. A copy is sent in clear, over TLS, and lies sealed under the key of the client's
// record, its sound, pictures and film in chunks:
//
//	journal_share.sealed        {which entry, its kind, its pieces, the last day}
//	journal_share.sealed_words  its words
//	journal_share_chunk.sealed  256 KiB of a piece
//
// What is shared ends by its date, and at once when the client takes it back. What was
// read by then was read: who opened a copy stands in the audit log, and its client is
// told.
package journal

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
)

// A Kind is how an entry was made.
type Kind string

// The kinds of entry.
const (
	Words   Kind = "text"
	Voice   Kind = "voice"
	Drawing Kind = "drawing"
	Photo   Kind = "photo"
	Film    Kind = "film"
)

var kinds = []Kind{Words, Voice, Drawing, Photo, Film}

// Limits of what is shared.
const (
	MaxWords  = 48 << 10 // characters: an entry has at most as many bytes of them
	MaxPieces = 12
	MaxSize   = 64 << 20  // bytes of the pieces of one copy
	MaxShares = 40        // at the same time
	MaxAll    = 256 << 20 // bytes of all copies of one client
	ChunkSize = 256 << 10 // bytes; the last one of a piece is what is left

	// Longest is for how many days something is shared at most.
	Longest = 184
	// KeptUnfinished is how long a copy is kept whose pieces did not arrive.
	KeptUnfinished = 24 * time.Hour
)

const isoDay = "2006-01-02"

// A Piece is sound, a picture or a film of a copy.
type Piece struct {
	ID   string // UUIDv7
	Type string // one of Types
	Size int64  // bytes
}

// chunks is how many chunks make the piece.
func (p Piece) chunks() int { return int((p.Size + ChunkSize - 1) / ChunkSize) }

// length is how many bytes its chunk n has.
func (p Piece) length(n int) int64 { return min(ChunkSize, p.Size-int64(n)*ChunkSize) }

// Picture says whether it is one.
func (p Piece) Picture() bool { return strings.HasPrefix(p.Type, "image/") }

// A Share is a copy of an entry.
type Share struct {
	ID      string
	EntryID string // which it is a copy of, for its client
	Kind    Kind
	Made    time.Time
	Until   time.Time // from then on it is not shared
	Last    string    // the last day on which it is: 2026-11-24
	Whole   bool      // all of it is there; before, nobody but its client sees it
	Pieces  []Piece
	Words   string    // empty in a list
	Opened  []Opening // oldest first; for its client
}

// piece is the piece with the given id.
func (s Share) piece(id string) (Piece, bool) {
	i := slices.IndexFunc(s.Pieces, func(p Piece) bool { return p.ID == id })
	if i < 0 {
		return Piece{}, false
	}
	return s.Pieces[i], true
}

// An Opening is when somebody first opened a copy.
type Opening struct {
	ActorID string
	At      time.Time
}

// A ShareForm is a copy as its client sends it.
type ShareForm struct {
	ID      string // UUIDv7
	EntryID string // UUIDv7
	Kind    Kind
	Words   string
	Last    string // the last day, 2026-11-24
	Pieces  []Piece
}

// FirstDay and LastDay are the last days that may be chosen, at now, by the clocks that
// now goes by.
func FirstDay(now time.Time) string { return now.Format(isoDay) }

// LastDay is Longest days from now.
func LastDay(now time.Time) string { return now.AddDate(0, 0, Longest).Format(isoDay) }

// check refuses what cannot be shared, and returns what is kept and until when. now is
// by the clocks of the practice.
func (f ShareForm) check(now time.Time) (ShareForm, time.Time, error) {
	none := time.Time{}
	if err := fault.FormID(f.ID); err != nil {
		return f, none, err
	}
	if err := fault.FormID(f.EntryID); err != nil {
		return f, none, err
	}
	if !slices.Contains(kinds, f.Kind) {
		return f, none, fault.New(fault.Invalid, "kind", "This cannot be shared as it is. Open your journal again, and try once more.")
	}
	var err error
	if f.Words, err = fault.Text("text", f.Words, MaxWords); err != nil {
		return f, none, err
	}
	if f.Words == "" && len(f.Pieces) == 0 {
		return f, none, fault.New(fault.Invalid, "text", "There is nothing in this to share yet.")
	}
	last, err := clocks.Day(f.Last, now.Location())
	if err != nil || last.Format(isoDay) != f.Last || f.Last < FirstDay(now) || f.Last > LastDay(now) {
		return f, none, fault.New(fault.Invalid, "until", "Choose a last day between today and six months from now.")
	}
	return f, clocks.NextDay(last), checkPieces(f.Pieces)
}

func checkPieces(all []Piece) error {
	if len(all) > MaxPieces {
		return fault.New(fault.TooLarge, "pieces", "That is more than can be shared at once: at most twelve pieces.")
	}
	var size int64
	seen := map[string]bool{}
	for _, p := range all {
		if fault.FormID(p.ID) != nil || seen[p.ID] || p.Size <= 0 {
			return fault.New(fault.Invalid, "pieces", "This did not arrive whole. Please try again.")
		}
		seen[p.ID] = true
		if !slices.Contains(Types(), p.Type) {
			return notShown()
		}
		if size += p.Size; p.Size > MaxSize || size > MaxSize {
			return fault.New(fault.TooLarge, "pieces", "This is larger than can be shared: at most 64 MB. You can play it in the session instead.")
		}
		if p.Picture() && p.Size > maxPicture {
			return fault.New(fault.TooLarge, "pieces", "This picture is larger than can be shared: at most 16 MB.")
		}
	}
	return nil
}

// size is how many bytes a copy takes.
func (f ShareForm) size() (n int64) {
	n = int64(len(f.Words))
	for _, p := range f.Pieces {
		n += p.Size
	}
	return n
}

// says whether s is what f makes.
func (s Share) is(f ShareForm) bool {
	return s.EntryID == f.EntryID && s.Kind == f.Kind && s.Last == f.Last && s.Words == f.Words && slices.Equal(s.Pieces, f.Pieces)
}

// SharedIn are, in tx, the copies that are shared now, newest first, without their
// words. The action of tx must open.
func SharedIn(ctx context.Context, tx *access.Tx) ([]Share, error) {
	all, err := sharesOf(ctx, tx)
	return slices.DeleteFunc(all, func(s Share) bool { return !s.Whole }), err
}
