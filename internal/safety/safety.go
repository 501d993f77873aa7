package safety

import (
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// MaxNote is how many characters the note may have with which a flag is closed.
const MaxNote = 4000

// A Flag says that an answer is to be looked at by whoever treats the client:
// a critical item was endorsed. There is one for each such answer.
type Flag struct {
	ID         string // UUIDv7, made by Raise
	Client     access.Compartment
	Revision   int64 // of the newest entry in its history; 1 when raised
	AnswerID   string
	Instrument string // "phq-9"
	Version    string
	Items      []Endorsed

	RaisedAt time.Time
	// ShownAt is when the client first saw the page after the answer, which
	// begins with whom to reach; zero if that page never reached them.
	ShownAt time.Time
	Told    []Notice // letters to those who treat the client, in order of time
	Seen    []Notice // those who opened it, in order of time
	Closed  []Closing
}

// Endorsed is the raw answer to one critical item.
type Endorsed struct {
	Item   string `json:"item"`
	Answer int    `json:"answer"`
}

// A Notice says who learned of a flag, and when for the first time.
type Notice struct {
	PersonID string
	At       time.Time
}

// A Closing is a note with which a flag was closed. A further one adds to those
// before it and replaces none.
type Closing struct {
	Revision int64
	By       string // person id
	At       time.Time
	Note     string
}

// Open says whether the flag still waits for somebody to close it.
func (f Flag) Open() bool { return len(f.Closed) == 0 }

// A State is what the client is told about a flag of their own: who knows, and
// since when. It holds no note.
type State struct {
	FlagID   string
	AnswerID string
	RaisedAt time.Time
	ToldAt   time.Time // the first letter to somebody who treats them; zero: none yet
	SeenAt   time.Time // first opened by somebody who treats them; zero: not yet
	SeenBy   string    // person id
	ClosedAt time.Time // zero: open
}

// Tell is the name of the job that lets those who treat a client know of a new
// flag, by a neutral letter. Its arguments are "client" (the client's id) and "flag".
// Whoever does it calls Flags.Told for each who was written to.
const Tell = "safety.tell"
