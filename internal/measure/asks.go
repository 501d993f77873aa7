package measure

import (
	"context"
	"fmt"
	"github.com/waymark-care/waymark/internal/instrument"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxReason is how many bytes the reason for asking may have.
const MaxReason = 500

// askAhead is how far ahead the first day of an ask may lie.
const askAhead = 366 // days

// Measures keeps what clients are asked, what they answered, and how it goes.
type Measures struct {
	door *access.Door
	lib  *instrument.Library
}

// New returns the measures behind door, with the instruments of lib.
func New(door *access.Door, lib *instrument.Library) *Measures {
	return &Measures{door: door, lib: lib}
}

// AskState says whether something is still asked.
type AskState string

const (
	AskOpen  AskState = "open"
	AskEnded AskState = "ended"
)

// An Ask is a questionnaire that a client is asked to answer.
type Ask struct {
	ID         string // UUIDv7, made by the form
	Instrument string // "phq-9"
	Rhythm     Rhythm
	From       Day
	Reason     string // in the clinician's words, shown to the client; may be empty
	By         string // person id of the clinician
	State      AskState
	MadeAt     time.Time
	EndedAt    time.Time // zero while it is open
}

// An AskForm is what a clinician fills in to ask for a questionnaire.
type AskForm struct {
	ID         string // UUIDv7 of the ask to be made
	Instrument string
	Rhythm     Rhythm
	From       Day // "" is today
	Reason     string
}

// check returns the ask that f makes, and when its first occasion opens.
func (f AskForm) check(lib *instrument.Library, now time.Time, loc *time.Location) (Ask, time.Time, error) {
	a := Ask{ID: f.ID, Instrument: f.Instrument, Rhythm: f.Rhythm, From: f.From, State: AskOpen, MadeAt: now}
	if _, err := formID(f.ID); err != nil {
		return a, now, err
	}
	if _, ok := lib.Lookup(f.Instrument, ""); !ok {
		return a, now, fault.New(fault.Invalid, "instrument", "Please choose one of the questionnaires.")
	}
	if f.Rhythm != Once && f.Rhythm != Weekly {
		return a, now, fault.New(fault.Invalid, "rhythm", "Please choose once or weekly.")
	}
	today := DayOf(now, loc)
	if a.From == "" {
		a.From = today
	}
	from, err := a.From.Begins(loc)
	if err != nil {
		return a, now, err
	}
	if a.From.number() < today.number() || a.From.number() > today.number()+askAhead {
		return a, now, fault.New(fault.Invalid, "from", "Please choose today or a day within the next year.")
	}
	a.Reason, err = fault.Text("reason", f.Reason, MaxReason)
	return a, from, err
}

// formID is the id that a form brings for what it will make.
func formID(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil || id.Version() != 7 || id.String() != text {
		return id, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
	}
	return id, nil
}

// Ask asks client for a questionnaire; actor treats the client. Days are those of
// loc, the practice's time zone. Sending the same form twice is success; the same
// id with other content is fault.Conflict.
func (ms *Measures) Ask(ctx context.Context, actor access.Actor, client access.Compartment, f AskForm, loc *time.Location) (Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.Ask, client)
	if err != nil {
		return Ask{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	a, from, err := f.check(ms.lib, tx.Now, loc)
	if err != nil {
		return Ask{}, err
	}
	a.By = actor.ID
	made, err := insertAsk(ctx, tx, ms.series(tx, a.Instrument), a, from)
	if err != nil {
		return Ask{}, err
	}
	if !made {
		was, err := ask(ctx, tx, a.ID)
		if err != nil {
			return Ask{}, err
		}
		same := was.Instrument == a.Instrument && was.Rhythm == a.Rhythm && was.Reason == a.Reason && was.By == a.By &&
			(f.From == "" || was.From == a.From)
		if !same {
			return was, fault.New(fault.Conflict, "", "This was asked already, in another way. Please open the page again.")
		}
		return was, nil
	}
	return a, tx.Commit()
}

// EndAsk ends asking; actor treats the client. What was answered stays, and a
// questionnaire that is open on the client's screen can still be sent. Ending
// twice is success.
func (ms *Measures) EndAsk(ctx context.Context, actor access.Actor, client access.Compartment, askID string) (Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.Ask, client)
	if err != nil {
		return Ask{}, err
	}
	defer tx.Rollback()

	tx.Names(askID)
	a, err := ask(ctx, tx, askID)
	if err != nil {
		return Ask{}, err
	}
	if a.State == AskEnded {
		return a, nil
	}
	if err := endAsk(ctx, tx, askID); err != nil {
		return Ask{}, err
	}
	a.State, a.EndedAt = AskEnded, tx.Now
	return a, tx.Commit()
}

// Asks returns everything that was ever asked of client, newest first: for those
// who treat the client, and for the client.
func (ms *Measures) Asks(ctx context.Context, actor access.Actor, client access.Compartment) ([]Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := asks(ctx, tx)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = a.ID
	}
	tx.Names(strings.Join(ids, " "))
	return all, nil
}

// Due returns what is asked of client now, the oldest first; actor is the client.
// Weeks count from the first day of each ask, in loc, the practice's time zone.
func (ms *Measures) Due(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) ([]Due, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadDue, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := pasts(ctx, tx)
	if err != nil {
		return nil, err
	}
	return dueNow(all, ms.interval, tx.Now, loc), nil
}

func (ms *Measures) interval(instrument string) int {
	if in, ok := ms.lib.Lookup(instrument, ""); ok {
		return in.IntervalDays
	}
	return week
}

// Decline says "not this time" to one occasion of an ask, and to what is due with
// it; actor is the client. A draft of it is dropped. Saying so twice is success;
// after an answer it is fault.Conflict.
func (ms *Measures) Decline(ctx context.Context, actor access.Actor, client access.Compartment, askID string, occasion int64) error {
	tx, err := ms.door.Begin(ctx, actor, access.Decline, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(askID)
	if !countable(occasion) {
		return absent()
	}
	came, err := skip(ctx, tx, askID, occasion)
	if err != nil {
		return err
	}
	switch came {
	case stateGiven:
		return fault.New(fault.Conflict, "", "This was answered already. Your answers are kept.")
	case stateSkipped:
		return nil // it came twice
	}
	return tx.Commit()
}

// series is how the database knows the questionnaire of an ask: it tells neither
// which one it is, nor whether two clients are asked the same.
func (ms *Measures) series(tx *access.Tx, instrument string) []byte {
	return ms.door.Lookup(tx.Practice, fmt.Sprintf("series %s %s", tx.Compartment, instrument))
}
