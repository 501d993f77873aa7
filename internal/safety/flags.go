package safety

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
)

// Flags keeps which answers are to be looked at, who learned of them, and how
// each was closed.
type Flags struct{ door *access.Door }

// New returns the flags behind door.
func New(door *access.Door) *Flags { return &Flags{door: door} }

// Raise raises a flag in tx, which must be a change in the client's record, and
// queues the job Tell; f needs AnswerID, Instrument, Version and Items. It
// returns the flag as kept.
func Raise(ctx context.Context, tx *access.Tx, f Flag) (Flag, error) {
	return RaiseIn(ctx, tx, tx.Compartment, f)
}

// RaiseIn is Raise for what somebody else said about client, in a transaction
// that cannot open the client's record.
func RaiseIn(ctx context.Context, tx *access.Tx, client access.Compartment, f Flag) (Flag, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return Flag{}, fmt.Errorf("make id: %w", err)
	}
	f.ID, f.Client, f.Revision, f.RaisedAt = id.String(), client, 1, tx.Now
	if err := insertRaised(ctx, tx, f); err != nil {
		return Flag{}, err
	}
	return f, job.Enqueue(ctx, tx, job.Job{
		Name: Tell, Key: f.ID,
		Args: map[string]string{"client": client.Of(), "flag": f.ID},
	})
}

// Shown notes in tx, which must be a change by the client in their own record,
// that the page after the answer reached them. Without a flag for the answer,
// or the second time, nothing is noted.
func Shown(ctx context.Context, tx *access.Tx, answerID string) error {
	return insertShown(ctx, tx, answerID)
}

// Of returns every flag in client's record, newest first: for those who treat
// the client.
func (fs *Flags) Of(ctx context.Context, actor access.Actor, client access.Compartment) ([]Flag, error) {
	tx, err := fs.door.Begin(ctx, actor, access.ReadFlags, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := flagsIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	tx.Names(idsOf(all))
	return all, nil
}

// ForClient returns the state of every flag in client's record, newest first,
// as the client may read it.
func (fs *Flags) ForClient(ctx context.Context, actor access.Actor, client access.Compartment) ([]State, error) {
	tx, err := fs.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := flagsIn(ctx, tx)
	if err != nil {
		return nil, err
	}
	tx.Names(idsOf(all))
	states := make([]State, len(all))
	for i, f := range all {
		states[i] = f.state()
	}
	return states, nil
}

func (f Flag) state() State {
	s := State{FlagID: f.ID, AnswerID: f.AnswerID, RaisedAt: f.RaisedAt}
	if len(f.Told) > 0 {
		s.ToldAt = f.Told[0].At
	}
	if len(f.Seen) > 0 {
		s.SeenAt, s.SeenBy = f.Seen[0].At, f.Seen[0].PersonID
	}
	if len(f.Closed) > 0 {
		s.ClosedAt = f.Closed[0].At
	}
	return s
}

// Open returns the open flags of every client whom actor treats, oldest first,
// for Today.
func (fs *Flags) Open(ctx context.Context, actor access.Actor) ([]Flag, error) {
	l, err := fs.door.BeginList(ctx, actor, access.ListFlags, access.KindClient)
	if err != nil {
		return nil, err
	}
	defer l.Rollback()

	return openFlags(ctx, l)
}

// OpenIn are, in l, the open flags of its records, oldest first. The action of l must
// open, and be of those who treat the clients.
func OpenIn(ctx context.Context, l *access.List) ([]Flag, error) { return openFlags(ctx, l) }

// Seen notes that actor, who treats the client, has seen the flag. The first
// time counts.
func (fs *Flags) Seen(ctx context.Context, actor access.Actor, client access.Compartment, flagID string) error {
	tx, err := fs.door.Begin(ctx, actor, access.SeeFlag, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := notice(ctx, tx, flagID, kindSeen, actor.ID); err != nil {
		return err
	}
	tx.Names(flagID)
	return tx.Commit()
}

// Told notes that a letter about the flag went to the person. Only the job Tell
// calls it, as access.System(practice, "tell"). The first time counts.
func (fs *Flags) Told(ctx context.Context, actor access.Actor, client access.Compartment, flagID, personID string) error {
	tx, err := fs.door.Begin(ctx, actor, access.TellFlag, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := notice(ctx, tx, flagID, kindTold, personID); err != nil {
		return err
	}
	tx.Names(flagID)
	return tx.Commit()
}

// Close closes the flag with a note, which may not be empty and has at most
// MaxNote characters. revision is the one that the author was looking at: if somebody
// closed the flag since, the answer is fault.Conflict together with the flag as
// it is now, and nothing is changed. A closed flag takes a further note in the
// same way. Sending the same twice is success.
func (fs *Flags) Close(ctx context.Context, actor access.Actor, client access.Compartment, flagID string, revision int64, note string) (Flag, error) {
	tx, err := fs.door.Begin(ctx, actor, access.CloseFlag, client)
	if err != nil {
		return Flag{}, err
	}
	defer tx.Rollback()

	tx.Names(flagID)
	note, err = fault.Text("note", note, MaxNote)
	if err != nil {
		return Flag{}, err
	}
	if note == "" {
		return Flag{}, fault.New(fault.Invalid, "note", "Please write what was done or decided. A flag is closed with a note only.")
	}
	f, err := flag(ctx, tx, flagID)
	if err != nil {
		return Flag{}, err
	}
	if f.Revision == revision+1 && len(f.Closed) > 0 {
		if last := f.Closed[len(f.Closed)-1]; last.By == actor.ID && last.Note == note {
			return f, nil // it came twice
		}
	}
	if f.Revision != revision {
		return f, fault.New(fault.Conflict, "note", "Somebody closed this while you were writing. Their note is kept and shown above; yours is still here.")
	}
	c := Closing{Revision: revision + 1, By: actor.ID, At: tx.Now, Note: note}
	if err := insertClosing(ctx, tx, f, c); err != nil {
		return Flag{}, err
	}
	f.Revision, f.Closed = c.Revision, append(f.Closed, c)
	return f, tx.Commit()
}

func idsOf(all []Flag) string {
	ids := make([]string, len(all))
	for i, f := range all {
		ids[i] = f.ID
	}
	return strings.Join(ids, " ")
}
