package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
)

// A Look is what would go if a record were erased now, in numbers: rows of each part,
// whatever they hold.
type Look struct {
	Record  int64     // all that was answered, written, planned and kept about them
	Contact int64     // name, contact, and ways to sign in
	Planned []Planned // sessions that are not over, in order of time
}

// A Planned is a session of theirs that is not over.
type Planned struct {
	Start       time.Time
	ClinicianID string
}

// Look counts, for whoever is about to erase, and says what is planned still. It opens nothing.
func (es *Endings) Look(ctx context.Context, actor access.Actor, client string) (Look, error) {
	tx, err := es.door.Begin(ctx, actor, access.LookErasure, access.ClientRecord(client))
	if err != nil {
		return Look{}, err
	}
	defer tx.Rollback()

	var look Look
	if err := es.isClient(ctx, tx, client); err != nil {
		return look, err
	}
	if look.Record, err = access.CountRows(ctx, tx, access.ClientRecord(client)); err != nil {
		return look, err
	}
	if look.Planned, err = plannedIn(ctx, tx, access.ClientRecord(client)); err != nil {
		return look, err
	}
	for _, c := range []access.Compartment{access.PersonRecord(client), access.AccountRecord(client)} {
		n, err := access.CountRows(ctx, tx, c)
		if err != nil {
			return look, err
		}
		look.Contact += n
	}
	return look, nil
}

// An EraseForm is why a record is erased.
type EraseForm struct {
	ID       string // of the erasure, made with the form
	Client   string
	Reason   Reason
	Words    string // if it is before its time: why, without names, because they stay
	Sessions bool   // what is planned is cancelled with it
}

// Erase ends a record for good and certifies it: rows are deleted, keys destroyed, and
// the audit log says so in an entry that can be proved. A record that is held is not
// erased; one whose time is not over only for a reason in words; one with a session
// planned only if that is to be cancelled with it. Sending the same form twice is success.
func (es *Endings) Erase(ctx context.Context, actor access.Actor, f EraseForm, loc *time.Location) error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	if done, err := es.came(ctx, actor, f); err != nil || done {
		return err
	}
	s, r, err := es.Standing(ctx, actor, f.Client)
	if err != nil {
		return err
	}
	if f.Words, err = fault.Text("words", f.Words, MaxWords); err != nil {
		return err
	}
	if err := f.fits(s, r, loc); err != nil {
		return err
	}
	return es.erase(ctx, actor, f)
}

// came says whether this form has been used already, for the same.
func (es *Endings) came(ctx context.Context, actor access.Actor, f EraseForm) (bool, error) {
	tx, err := es.door.Begin(ctx, actor, access.ReadErasures, access.Operations)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	k, ok, err := erasure(ctx, tx, f.ID)
	if err == nil && ok && k.Client != f.Client {
		err = fault.UsedTwice()
	}
	return ok, err
}

// fits says what to correct before the record can be erased for that reason.
func (f EraseForm) fits(s Standing, r Rule, loc *time.Location) error {
	switch f.Reason {
	case ByRule:
		if !s.Due(r, s.Seen, loc) && len(s.Holds) == 0 {
			return fault.New(fault.Invalid, "reason", "The time for which records are kept is not over for this one. Choose another reason, and write it down. Nothing has been erased.")
		}
	case ByWish:
		if s.Wish == nil || s.Wish.State == Withdrawn {
			return fault.New(fault.Invalid, "reason", "They have not asked for it here. Choose another reason, and write it down. Nothing has been erased.")
		}
	case Other:
	default:
		return fault.New(fault.Invalid, "reason", "Choose why the record is erased.")
	}
	if len(s.Holds) > 0 {
		return held()
	}
	if !s.Due(r, s.Seen, loc) && f.Words == "" {
		return fault.New(fault.Invalid, "words", "This is before its time, or no time was set. Write down why it may end now. Nothing has been erased.")
	}
	return nil
}

func held() error {
	return fault.New(fault.Conflict, "", "Something holds this record: release that first, if it is over. Nothing has been erased.")
}

// EraseAtMachine is Erase for the operator, on request: what holds a record holds it
// here too.
func (es *Endings) EraseAtMachine(ctx context.Context, actor access.Actor, client string) (id string, err error) {
	return es.eraseAs(ctx, actor, client, Operator)
}

// EraseAgain is for after a restore, with the operator as actor: it erases again whoever
// had been erased since the backup.
func (es *Endings) EraseAgain(ctx context.Context, actor access.Actor, client string) error {
	_, err := es.eraseAs(ctx, actor, client, Restored)
	return err
}

func (es *Endings) eraseAs(ctx context.Context, actor access.Actor, client string, why Reason) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	return id.String(), es.erase(ctx, actor, EraseForm{ID: id.String(), Client: client, Reason: why})
}

func (es *Endings) erase(ctx context.Context, actor access.Actor, f EraseForm) error {
	_, err := es.people.EraseNoting(ctx, actor, f.Client, func(ctx context.Context, tx *access.Tx, e person.Erasure) error {
		if e.Again {
			return nil // that was certified then
		}
		tx.Names(f.ID)
		k := kept{ID: f.ID, Client: f.Client, Reason: f.Reason}
		var err error
		if k.Facts.Tables, err = access.RecordTables(ctx, tx); err != nil {
			return err
		}
		for _, r := range e.Records {
			k.Facts.Records = append(k.Facts.Records, factRecord(r))
		}
		return insertErasure(ctx, tx, k, f.Words)
	}, func(ctx context.Context, tx *access.Tx) error { return f.mayIn(ctx, tx) })
	if err != nil {
		return err
	}
	_, err = es.certifyOne(ctx, actor, f.Client)
	if err == nil {
		err = es.door.SignLog(ctx) // so that it can be proved at once
	}
	if err != nil {
		// It is erased. The queue certifies it, and the head is signed within a minute.
		slog.ErrorContext(ctx, "erasure not certified yet", "err", err)
	}
	return nil
}

// mayIn says, in the change that erases, why it may not be now.
func (f EraseForm) mayIn(ctx context.Context, tx *access.Tx) error {
	if f.Reason == Restored { // what held it then was released before it was erased
		return nil
	}
	holds, err := heldIn(ctx, tx, access.PersonRecord(f.Client))
	switch {
	case err != nil:
		return err
	case holds:
		return held()
	case f.Sessions || f.Reason == Operator: // who was asked for it, and sees no calendar
		return nil
	}
	planned, err := plannedIn(ctx, tx, access.ClientRecord(f.Client))
	if err == nil && len(planned) > 0 {
		err = fault.New(fault.Invalid, "sessions", "A session is planned still. Have it cancelled first, or tick that it is cancelled with this. Nothing has been erased.")
	}
	return err
}

// certifyOne writes down, once the keys are destroyed, what the certificate of a client's
// erasure says, and has the log vouch for it; more is false if there was none to certify.
func (es *Endings) certifyOne(ctx context.Context, actor access.Actor, client string) (more bool, err error) {
	tx, err := es.door.Begin(ctx, actor, access.CertifyErasure, access.ClientRecord(client))
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	all, err := uncertified(ctx, tx, client)
	if err != nil || len(all) == 0 {
		return false, err
	}
	k := all[0]
	var destroyed time.Time
	for _, r := range k.Facts.Records {
		at, gone, err := tx.KeyDestroyed(ctx, r.Compartment)
		if err != nil {
			return false, err
		}
		if !gone {
			return false, errors.New("a key of what was erased is still there")
		}
		if at.After(destroyed) {
			destroyed = at
		}
	}
	statement := k.statement(tx.Practice, destroyed)
	if err := setStatement(ctx, tx, k.ID, statement); err != nil {
		return false, err
	}
	tx.Names(k.ID + " " + Sum(statement))
	return true, tx.Commit()
}

// EraseWork is the worker for person.EraseJob: should the machine have stopped in
// between, it destroys the keys and certifies that.
func (es *Endings) EraseWork(ctx context.Context, run *job.Run) error {
	if err := es.people.EraseWork(ctx, run); err != nil {
		return err
	}
	client := run.Args["client"]
	if client == "" {
		return nil // somebody who left
	}
	for {
		more, err := es.certifyOne(ctx, access.System(run.Practice, "ending"), client)
		if err != nil || !more {
			return err
		}
	}
}
