package enquiry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
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

// end ends, in tx, an enquiry for good: every row of it is deleted but for what its
// link says, and the keys are destroyed by a job that is queued here. With that what
// lies in backups is noise as well, and a restore deletes its rows again (EraseAgain).
func end(ctx context.Context, tx *access.Tx, id string, state State, by string) error {
	done, err := tx.Exec(ctx, `
		INSERT INTO enquiry_end (practice, id, token, state, by_id, at, until, keyless)
		SELECT practice, id, token, $3, $4, CAST($5 AS BIGINT), CAST($6 AS BIGINT), FALSE
		FROM enquiry WHERE practice = $1 AND compartment = $2
		ON CONFLICT DO NOTHING`,
		tx.Practice, string(access.EnquiryRecord(id)), string(state), by, tx.Now.UnixMicro(), tx.Now.Add(Keeps).UnixMicro())
	if err != nil {
		return fmt.Errorf("end enquiry: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fault.Absent())
	}
	if err := erase(ctx, tx, id); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, job.Job{Name: ForgetJob, Key: "now"})
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

	rows, err := tx.Query(ctx, `SELECT id FROM enquiry_end WHERE practice = $1 AND NOT keyless ORDER BY id LIMIT $2`, practice, atOnce)
	if err != nil {
		return nil, fmt.Errorf("read what is over: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read what is over: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

func (es *Enquiries) keyless(ctx context.Context, actor access.Actor, ids []string) error {
	tx, err := es.door.Begin(ctx, actor, access.ForgetEnquiries, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, id := range ids {
		if _, err := tx.Exec(ctx, `UPDATE enquiry_end SET keyless = TRUE WHERE practice = $1 AND id = $2`, tx.Practice, id); err != nil {
			return fmt.Errorf("note that keys are gone: %w", err)
		}
	}
	return tx.Commit()
}

// Tidy is the worker for TidyJob: it ends what was declined once Keeps has passed.
func (es *Enquiries) Tidy(ctx context.Context, run *job.Run) error {
	return es.tidy(ctx, access.System(run.Practice, program))
}

func (es *Enquiries) tidy(ctx context.Context, actor access.Actor) error {
	tx, err := es.door.Begin(ctx, actor, access.ForgetEnquiries, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `SELECT id, state, by_id FROM enquiry WHERE practice = $1 AND forget_at > 0 AND forget_at <= $2 ORDER BY id LIMIT $3`,
		tx.Practice, tx.Now.UnixMicro(), atOnce)
	if err != nil {
		return fmt.Errorf("read what is to be forgotten: %w", err)
	}
	var due []row
	for rows.Next() {
		var e row
		if err := rows.Scan(&e.id, &e.state, &e.byID); err != nil {
			rows.Close()
			return fmt.Errorf("read what is to be forgotten: %w", err)
		}
		due = append(due, e)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return fmt.Errorf("read what is to be forgotten: %w", err)
	}
	for _, e := range due {
		if err := end(ctx, tx, e.id, e.state, e.byID); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(ctx, `DELETE FROM enquiry_end WHERE practice = $1 AND keyless AND until <= $2`, tx.Practice, tx.Now.UnixMicro()); err != nil {
		return fmt.Errorf("forget what is long over: %w", err)
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
