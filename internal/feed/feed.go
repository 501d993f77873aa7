// Package feed is where the calendar here meets calendars elsewhere.
//
// Out: somebody's own appointments at a secret address, without names (address.go,
// publish.go). In: from and to of a clinician's calendars elsewhere (source.go,
// fetch.go). Both ways: a clinician's own calendar in their calendar program, which
// reads appointments and writes busy blocks (program.go, block.go).
//
// Nothing that leaves the house here names anybody, and what is read from
// elsewhere is taken apart under limits before any of it is kept (parse.go).
package feed

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/outward"
)

// How many of each somebody may have, and how long what they call it may be, in characters.
const (
	MaxAddresses = 5
	MaxPrograms  = 8
	MaxSources   = 5
	MaxBlocks    = 1000
	MaxLabel     = 80
)

// Behind is how long appointments that are over stay in a calendar elsewhere.
const Behind = 8 * 7 * 24 * time.Hour

// Feeds keeps what connects calendars.
type Feeds struct {
	door   *access.Door
	origin string
	out    *outward.Client
}

// New returns the feeds behind door, at addresses under origin; out asks for
// calendars elsewhere.
func New(door *access.Door, origin string, out *outward.Client) *Feeds {
	return &Feeds{door: door, origin: origin, out: out}
}

// A Connection is one thing that connects a calendar: an address of ours, a program
// that may come in, or a calendar elsewhere.
type Connection struct {
	ID     string
	Label  string // in the words of whoever made it; may be empty
	MadeAt time.Time
	UsedAt time.Time // of a program, to the hour; zero: never yet
}

// A Form is what is filled in to make one.
type Form struct {
	ID    string // UUIDv7 of what is to be made
	Label string
}

func (f Form) check() (Form, error) {
	if err := fault.FormID(f.ID); err != nil {
		return f, err
	}
	var err error
	f.Label, err = fault.Line("label", f.Label, MaxLabel)
	return f, err
}

// All is everything that connects somebody's calendar.
type All struct {
	Addresses []Connection
	Programs  []Connection
	Sources   []Source
}

// All returns what connects actor's own calendar.
func (fs *Feeds) All(ctx context.Context, actor access.Actor) (all All, err error) {
	tx, err := fs.door.Begin(ctx, actor, access.ReadFeeds, access.PersonRecord(actor.ID))
	if err != nil {
		return all, err
	}
	defer tx.Rollback()

	if all.Addresses, err = connections(ctx, tx, addresses); err != nil {
		return all, err
	}
	if all.Programs, err = connections(ctx, tx, programs); err != nil {
		return all, err
	}
	all.Sources, err = sourcesIn(ctx, tx)
	return all, err
}

// secret is 160 random bits, in letters that are easily told apart.
func secret() string {
	b := make([]byte, 20)
	rand.Read(b)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// secretLength is how many letters a secret has.
const secretLength = 32

// mark is the keyed mark of what: with the database alone nobody finds out of what.
func (fs *Feeds) mark(practice, kind, what string) []byte {
	return fs.door.Lookup(practice, kind+" "+what)
}

// unknown are the marks of things that are not kept: by them a calendar tells events
// apart, and nobody learns an id of ours.
func (fs *Feeds) unknown(tx *access.Tx, kind, what string) string {
	return hex.EncodeToString(fs.mark(tx.Practice, kind, string(tx.Compartment)+" "+what))
}

func tooMany(most int, what string) error {
	return fault.New(fault.Invalid, "", fmt.Sprintf("There are %d %s already. End one that you do not use any more.", most, what))
}

// shownOnce is said when a form comes again whose secret was shown.
func shownOnce() error {
	return fault.New(fault.Conflict, "", "This was made already, and it is shown only once. If you did not keep it, end it below and make a new one.")
}
