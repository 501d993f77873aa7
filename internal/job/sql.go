package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// What is read at a glance, across practices.
const (
	selectDue = `
		SELECT practice, id, name, args FROM job
		WHERE run_at <= $1 AND lease_until <= $1
		ORDER BY run_at LIMIT $2`
	selectWaiting = `
		SELECT count(*), coalesce(sum(CASE WHEN run_at >= $1 THEN 1 ELSE 0 END), 0) FROM job`
)

// insert queues j, or has the one with its key, whether it waits, runs or rests,
// do what was asked now. A job has a lease from when somebody took it up until
// they put it away, or somebody else takes it up because they died.
func insert(ctx context.Context, tx *access.Tx, id string, j Job, args string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO job (practice, id, name, key, args, run_at, attempt, lease, lease_until, again_at, again_args)
		VALUES ($1, $2, $3, $4, $5, $6, 0, '', 0, 0, '')
		ON CONFLICT (practice, name, key) DO UPDATE SET
			args = CASE WHEN job.lease = '' THEN excluded.args ELSE job.args END,
			run_at = CASE WHEN job.lease = '' AND excluded.run_at < job.run_at THEN excluded.run_at ELSE job.run_at END,
			attempt = CASE WHEN job.lease = '' AND job.run_at >= $7 THEN 0 ELSE job.attempt END,
			again_args = CASE WHEN job.lease = '' THEN '' ELSE excluded.args END,
			again_at = CASE WHEN job.lease = '' THEN 0
				WHEN job.again_at = 0 OR excluded.run_at < job.again_at THEN excluded.run_at
				ELSE job.again_at END`,
		tx.Practice, id, j.Name, j.Key, args, j.At.UnixMicro(), rest.UnixMicro())
	if err != nil {
		return fmt.Errorf("enqueue %s: %w", j.Name, err)
	}
	return nil
}

// hold leases r, unless somebody was quicker.
func hold(ctx context.Context, tx *access.Tx, r *Run) (bool, error) {
	var args string
	err := tx.QueryRow(ctx, `
		UPDATE job SET lease = $3, lease_until = $4, attempt = attempt + 1
		WHERE practice = $1 AND id = $2 AND lease_until <= $5 AND run_at <= $5
		RETURNING attempt, args`,
		r.Practice, r.ID, r.lease, tx.Now.Add(lease).UnixMicro(), tx.Now.UnixMicro()).Scan(&r.Attempt, &args)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("take job: %w", err)
	}
	r.Args = nil // they may have changed since it was seen to be due
	if err := json.Unmarshal([]byte(args), &r.Args); err != nil {
		return false, errors.New("take job: its args cannot be read")
	}
	return true, nil
}

// end deletes r, or, if it was asked for once more, has it wait for that.
func end(ctx context.Context, tx *access.Tx, r *Run) error {
	for _, text := range []string{`
		DELETE FROM job WHERE practice = $1 AND id = $2 AND lease = $3 AND again_at = 0`, `
		UPDATE job SET run_at = again_at, args = again_args, attempt = 0, lease = '', lease_until = 0, again_at = 0, again_args = ''
		WHERE practice = $1 AND id = $2 AND lease = $3 AND again_at > 0`} {
		done, err := tx.Exec(ctx, text, r.Practice, r.ID, r.lease)
		if err != nil {
			return fmt.Errorf("end job: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
	}
	return errLost
}

// putBack has r, which failed, wait until next. What was asked for meanwhile
// waits behind it.
func putBack(ctx context.Context, tx *access.Tx, r *Run, next time.Time, attempt int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE job SET run_at = $4, attempt = $5, lease = '', lease_until = 0
		WHERE practice = $1 AND id = $2 AND lease = $3`, r.Practice, r.ID, r.lease, next.UnixMicro(), attempt)
	if err != nil {
		return fmt.Errorf("put job back: %w", err)
	}
	return nil
}

// putBackOver has r, which is over for this time or failed for good, wait until
// next, or for what was asked for meanwhile.
func putBackOver(ctx context.Context, tx *access.Tx, r *Run, next time.Time, attempt int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE job SET
			run_at = CASE WHEN again_at > 0 AND again_at < $4 THEN again_at ELSE $4 END,
			attempt = CASE WHEN again_at > 0 THEN 0 ELSE $5 END,
			args = CASE WHEN again_at > 0 THEN again_args ELSE args END,
			lease = '', lease_until = 0, again_at = 0, again_args = ''
		WHERE practice = $1 AND id = $2 AND lease = $3`, r.Practice, r.ID, r.lease, next.UnixMicro(), attempt)
	if err != nil {
		return fmt.Errorf("put job back: %w", err)
	}
	return nil
}

// wake has the practice's resting jobs tried anew.
func wake(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `
		UPDATE job SET run_at = $2, attempt = 0
		WHERE practice = $1 AND run_at >= $3 AND lease_until <= $2`, tx.Practice, tx.Now.UnixMicro(), rest.UnixMicro())
	if err != nil {
		return fmt.Errorf("wake jobs: %w", err)
	}
	return nil
}
