package enquiry

import (
	"context"
	"errors"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
)

// ForgetJob is the name of the job whose worker is Forget, and TidyJob that of the
// recurring one whose worker is Tidy.
const (
	ForgetJob = "enquiry.forget"
	TidyJob   = "enquiry.tidy"
	TidyEvery = time.Hour
)

const program = "enquiry"

// KeysOfAccepted is how long the keys of an enquiry are kept once somebody was
// accepted: should the records have to be restored as they were before, the client is
// gone with them, and what they wrote can be read, and accepted, once more. A backup
// that is older than that is no longer restored for yesterday's sake.
const KeysOfAccepted = 14 * 24 * time.Hour

// end ends, in tx, an enquiry for good: every row of it is deleted but for what its
// link says, and the keys are destroyed by a job that is queued here. With that what
// lies in backups is noise as well, and a restore deletes its rows again (EraseAgain).
func end(ctx context.Context, tx *access.Tx, id string, state State, by string) error {
	if err := insertEnd(ctx, tx, id, state, by, "", tx.Now); err != nil {
		return err
	}
	if err := erase(ctx, tx, id); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.Job{Name: ForgetJob, Key: "now"})
}

// carriedOn ends, in tx, an enquiry whose words went on into the record of a client:
// as end does, but the keys are kept for KeysOfAccepted, or until the client is erased
// (Tidy).
func carriedOn(ctx context.Context, tx *access.Tx, id string, state State, by, clientID string) error {
	if err := insertEnd(ctx, tx, id, state, by, clientID, tx.Now.Add(KeysOfAccepted)); err != nil {
		return err
	}
	return erase(ctx, tx, id)
}

func erase(ctx context.Context, tx *access.Tx, id string) error {
	return errors.Join(access.EraseRows(ctx, tx, access.EnquiryRecord(id)), access.EraseRows(ctx, tx, access.CallerRecord(id)))
}

// Forget is the worker for ForgetJob: it destroys the keys of what is over.
// Destroying a key twice does no harm.
func (es *Enquiries) Forget(ctx context.Context, run *job.Run) error {
	for {
		ids, err := es.keyed(ctx, run.Practice)
		if err != nil || len(ids) == 0 {
			return err
		}
		var all []access.Compartment
		for _, id := range ids {
			all = append(all, access.EnquiryRecord(id), access.CallerRecord(id))
		}
		if err := es.door.Forget(ctx, run.Practice, all...); err != nil {
			return err
		}
		if err := es.keyless(ctx, access.System(run.Practice, program), ids); err != nil {
			return err
		}
	}
}

// atOnce is how many keys are destroyed together.
const atOnce = 100

// keyed are some whose keys are not destroyed yet.
func (es *Enquiries) keyed(ctx context.Context, practice string) ([]string, error) {
	tx, err := es.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return withKeys(tx.Query(ctx, selectWithKeys, practice, atOnce, tx.Now.UnixMicro()))
}

func (es *Enquiries) keyless(ctx context.Context, actor access.Actor, ids []string) error {
	tx, err := es.door.Begin(ctx, actor, access.ForgetEnquiries, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, id := range ids {
		if err := noteKeyless(ctx, tx, id); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Tidy is the worker for TidyJob: it ends what was declined once Keeps has passed, and
// has the keys destroyed of whom was accepted and has been erased since, or was
// accepted long enough ago.
func (es *Enquiries) Tidy(ctx context.Context, run *job.Run) error {
	return es.tidy(ctx, access.System(run.Practice, program))
}

func (es *Enquiries) tidy(ctx context.Context, actor access.Actor) error {
	tx, err := es.door.Begin(ctx, actor, access.ForgetEnquiries, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	due, err := dueToEnd(ctx, tx)
	if err != nil {
		return err
	}
	for _, e := range due {
		if err := end(ctx, tx, e.id, e.state, e.byID); err != nil {
			return err
		}
	}
	became, err := accepted(ctx, tx)
	if err != nil {
		return err
	}
	for clientID, ids := range became {
		gone, err := es.people.ErasedIn(ctx, tx, clientID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if !gone {
				break
			}
			if err := needKeysNoMore(ctx, tx, id); err != nil {
				return err
			}
		}
	}
	if err := dropEnds(ctx, tx); err != nil {
		return err
	}
	if err := job.Enqueue(ctx, tx, job.Job{Name: ForgetJob, Key: "now"}); err != nil {
		return err
	}
	return tx.Commit()
}

// EraseAgain is for after a restore: it deletes the rows of the enquiry, whose keys
// had been destroyed after the backup was made. actor is the operator. Doing it
// twice does no harm.
func (es *Enquiries) EraseAgain(ctx context.Context, actor access.Actor, id string) error {
	tx, err := es.door.Begin(ctx, actor, access.ForgetEnquiries, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if err := erase(ctx, tx, id); err != nil {
		return err
	}
	return tx.Commit()
}
