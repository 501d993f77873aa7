// Package release is what clinicians let out of their vault: copies of process notes,
// which go into the archives of the client whom they are about (package takeout), until a
// date or until their author takes them back. A process note is readable by nobody but
// its author; a released copy of it lies under the key of the client's record, and the
// note itself stays where it is. Nothing here can open a vault: the author's browser
// sends the words, after it has said what that means.
//
//	release.sealed  {words, when the note was begun}
package release

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/fault"
)

// Limits of what is released.
const (
	MaxWords = 48 << 10 // characters: an entry of the vault has at most as many bytes of them
	MaxAll   = 400      // about one client at the same time

	// Longest is for how many days something is released at most.
	Longest = 366
)

const isoDay = time.DateOnly

// A Release is a copy of a process note.
type Release struct {
	ID       string
	By       string // person id of its author
	Entry    string // of their vault
	Revision int64  // of the entry
	Begun    time.Time
	Made     time.Time
	Until    time.Time // from then on it is released no more
	Words    string    // empty in a list
}

// A Form is a copy as its author's browser sends it.
type Form struct {
	ID       string // UUIDv7
	Entry    string // UUIDv7
	Revision int64
	Words    string
	Last     string // the last day on which it is released, 2026-11-24
}

// FirstDay and LastDay are the last days that may be chosen, at now, by the clocks that
// now goes by.
func FirstDay(now time.Time) string { return now.Format(isoDay) }

// LastDay is Longest days from now.
func LastDay(now time.Time) string { return now.AddDate(0, 0, Longest).Format(isoDay) }

// check refuses what cannot be released, and returns what is kept and until when. now is
// by the clocks of the practice.
func (f Form) check(now time.Time) (Form, time.Time, error) {
	none := time.Time{}
	for _, id := range []string{f.ID, f.Entry} {
		if err := fault.FormID(id); err != nil {
			return f, none, err
		}
	}
	var err error
	if f.Words, err = fault.Text("words", f.Words, MaxWords); err != nil {
		return f, none, err
	}
	if f.Words == "" || f.Revision < 1 {
		return f, none, fault.New(fault.Invalid, "words", "There is nothing in this note to release yet. Save it first.")
	}
	last, err := clocks.Day(f.Last, now.Location())
	if err != nil || last.Format(isoDay) != f.Last || f.Last < FirstDay(now) || f.Last > LastDay(now) {
		return f, none, fault.New(fault.Invalid, "last", "Choose a last day between today and a year from now.")
	}
	return f, clocks.NextDay(last), nil
}

// is says whether r is what f makes.
func (r Release) is(f Form, by string, until time.Time) bool {
	return r.By == by && r.Entry == f.Entry && r.Revision == f.Revision && r.Words == f.Words && r.Until.Equal(until)
}

// Releases are the copies, behind one door.
type Releases struct{ door *access.Door }

// New returns the releases behind door.
func New(door *access.Door) *Releases { return &Releases{door: door} }
