package waiting

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// With are, in tx, the ids of the clinicians who work with the client of the record.
func With(ctx context.Context, tx *access.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT g.actor_id FROM grants g
		WHERE g.practice = $1 AND g.compartment = $2 AND g.kind = 'treats' AND g.until > $3
		  AND EXISTS (SELECT 1 FROM grants r
			WHERE r.practice = g.practice AND r.actor_id = g.actor_id
			  AND r.compartment = 'operations' AND r.kind = 'clinician' AND r.until > $3)
		ORDER BY g.since, g.actor_id`, tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	return list(rows, err, "who works with a client", func(id *string) error { return rows.Scan(id) })
}

func (w *Wish) scan(from interface{ Scan(...any) error }, more ...any) error {
	var earlier, days, parts, since int64
	err := from.Scan(append([]any{&w.ID, &w.ClinicianID, &earlier, &days, &parts, &since}, more...)...)
	w.Earlier, w.Days, w.Parts, w.Since = earlier == 1, Days(days), Part(parts), access.Moment(since)
	return err
}

// WishesIn are, in tx, what the client of the record waits for.
func WishesIn(ctx context.Context, tx *access.Tx) ([]Wish, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, clinician_id, earlier, days, parts, since FROM waiting
		WHERE practice = $1 AND compartment = $2 AND ended_at = 0 ORDER BY since, id`, tx.Practice, string(tx.Compartment))
	return list(rows, err, "who waits", func(w *Wish) error { return w.scan(rows) })
}

func insertWish(ctx context.Context, tx *access.Tx, w Wish) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO waiting (practice, compartment, id, clinician_id, earlier, days, parts, since, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)`,
		tx.Practice, string(tx.Compartment), w.ID, w.ClinicianID, number(w.Earlier), int64(w.Days), int64(w.Parts), w.Since.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep who waits: %w", err)
	}
	return nil
}

func updateWish(ctx context.Context, tx *access.Tx, w Wish) error {
	_, err := tx.Exec(ctx, `
		UPDATE waiting SET earlier = $4, days = $5, parts = $6
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), w.ID, number(w.Earlier), int64(w.Days), int64(w.Parts))
	if err != nil {
		return fmt.Errorf("change who waits: %w", err)
	}
	return nil
}

func endWish(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		UPDATE waiting SET ended_at = $4 WHERE practice = $1 AND compartment = $2 AND id = $3 AND ended_at = 0`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("end who waits: %w", err)
	}
	return nil
}

// isWish says whether the form with this id made a wish before.
func isWish(ctx context.Context, tx *access.Tx, id string) (is bool, err error) {
	var n int
	err = tx.QueryRow(ctx, `SELECT count(*) FROM waiting WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look who waits: %w", err)
	}
	return n > 0, nil
}

const offerColumns = `id, waiting_id, clinician_id, starts_at, ends_at, until, state`

func (o *Offer) scan(from interface{ Scan(...any) error }, more ...any) error {
	var starts, ends, until int64
	err := from.Scan(append([]any{&o.ID, &o.WaitingID, &o.ClinicianID, &starts, &ends, &until, &o.State}, more...)...)
	o.Start, o.Length, o.Until = access.Moment(starts), time.Duration(ends-starts)*time.Microsecond, access.Moment(until)
	return err
}

// openOffers are, in tx, those of the record that wait for an answer.
func openOffers(ctx context.Context, tx *access.Tx) ([]Offer, error) {
	rows, err := tx.Query(ctx, `
		SELECT `+offerColumns+` FROM time_offer
		WHERE practice = $1 AND compartment = $2 AND state = 'open' AND until > $3 ORDER BY starts_at, id`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro())
	return list(rows, err, "offers", func(o *Offer) error { return o.scan(rows) })
}

// OfferIn returns, in tx, an offer of the record, whatever became of it.
func OfferIn(ctx context.Context, tx *access.Tx, id string) (o Offer, ok bool, err error) {
	err = o.scan(tx.QueryRow(ctx, `
		SELECT `+offerColumns+` FROM time_offer WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id))
	if errors.Is(err, sql.ErrNoRows) {
		return o, false, nil
	}
	if err != nil {
		return o, false, fmt.Errorf("read offer: %w", err)
	}
	return o, true, nil
}

func insertOffer(ctx context.Context, tx *access.Tx, client string, o Offer) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO time_offer (practice, compartment, id, waiting_id, clinician_id, starts_at, ends_at, made_at, until, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open')`,
		tx.Practice, client, o.ID, o.WaitingID, o.ClinicianID, o.Start.UnixMicro(), o.End().UnixMicro(), tx.Now.UnixMicro(), o.Until.UnixMicro())
	if err != nil {
		return fmt.Errorf("keep offer: %w", err)
	}
	return nil
}

// endOffer ends an offer of the record of tx.
func endOffer(ctx context.Context, tx *access.Tx, id string, state OfferState) error {
	_, err := tx.Exec(ctx, `
		UPDATE time_offer SET state = $4 WHERE practice = $1 AND compartment = $2 AND id = $3 AND state = 'open'`,
		tx.Practice, string(tx.Compartment), id, string(state))
	if err != nil {
		return fmt.Errorf("end offer: %w", err)
	}
	return nil
}

// endOffersAt ends whatever offer is open of a time, to whomever.
func endOffersAt(ctx context.Context, tx *access.Tx, clinicianID string, start time.Time, state OfferState) error {
	_, err := tx.Exec(ctx, `
		UPDATE time_offer SET state = $4
		WHERE practice = $1 AND clinician_id = $2 AND starts_at = $3 AND state = 'open'`,
		tx.Practice, clinicianID, start.UnixMicro(), string(state))
	if err != nil {
		return fmt.Errorf("end offer of a time: %w", err)
	}
	return nil
}

// untilOf is until when the open offer of a time waits for its answer; zero: none is open.
func untilOf(ctx context.Context, tx *access.Tx, clinicianID string, start time.Time) (time.Time, error) {
	var until int64
	err := tx.QueryRow(ctx, `
		SELECT COALESCE(max(until), 0) FROM time_offer
		WHERE practice = $1 AND clinician_id = $2 AND starts_at = $3 AND state = 'open'`,
		tx.Practice, clinicianID, start.UnixMicro()).Scan(&until)
	if err != nil {
		return time.Time{}, fmt.Errorf("read offer of a time: %w", err)
	}
	return access.Moment(until), nil
}

// waitersFor are, in tx, all who wait for a time with a clinician who works with them,
// as far as it is to be known to offer them the time from start to end. It opens nothing.
func waitersFor(ctx context.Context, tx *access.Tx, clinicianID string, start, end time.Time) ([]waiter, error) {
	rows, err := tx.Query(ctx, `
		SELECT w.id, w.clinician_id, w.earlier, w.days, w.parts, w.since, w.compartment,
		       COALESCE((SELECT min(a.starts_at) FROM appointment a
				WHERE a.practice = w.practice AND a.compartment = w.compartment AND a.clinician_id = w.clinician_id
				  AND a.starts_at > CAST($3 AS BIGINT) AND a.state = 'planned'
				  AND NOT EXISTS (SELECT 1 FROM appointment later
					WHERE later.practice = a.practice AND later.compartment = a.compartment
					  AND later.id = a.id AND later.revision > a.revision)), 0),
		       (SELECT count(*) FROM time_offer o
				WHERE o.practice = w.practice AND o.compartment = w.compartment AND o.clinician_id = w.clinician_id AND o.starts_at = $4),
		       (SELECT count(*) FROM time_offer o
				WHERE o.practice = w.practice AND o.compartment = w.compartment AND o.state = 'open' AND o.until > $3)
		     + (SELECT count(*) FROM appointment a
				WHERE a.practice = w.practice AND a.compartment = w.compartment AND a.state = 'planned' AND a.starts_at < $5 AND a.ends_at > $4
				  AND NOT EXISTS (SELECT 1 FROM appointment later
					WHERE later.practice = a.practice AND later.compartment = a.compartment
					  AND later.id = a.id AND later.revision > a.revision))
		FROM waiting w
		WHERE w.practice = $1 AND w.clinician_id = $2 AND w.ended_at = 0
		  AND EXISTS (SELECT 1 FROM grants g
			WHERE g.practice = w.practice AND g.compartment = w.compartment AND g.actor_id = w.clinician_id
			  AND g.kind = 'treats' AND g.until > $3)`,
		tx.Practice, clinicianID, tx.Now.UnixMicro(), start.UnixMicro(), end.UnixMicro())
	return list(rows, err, "who waits", func(w *waiter) error {
		var next, had, busy int64
		err := w.wish.scan(rows, &w.client, &next, &had, &busy)
		w.next, w.had, w.busy = access.Moment(next), had > 0, busy > 0
		return err
	})
}

// LineIn returns who waits for a time with whoever asks, in turn.
func LineIn(ctx context.Context, l *access.List) ([]Waiting, error) {
	rows, err := l.Query(ctx, `
		SELECT w.id, w.clinician_id, w.earlier, w.days, w.parts, w.since, w.compartment, COALESCE((
			SELECT min(o.starts_at) FROM time_offer o
			WHERE o.practice = w.practice AND o.compartment = w.compartment AND o.waiting_id = w.id AND o.state = 'open' AND o.until > $4), 0)
		FROM waiting w
		WHERE w.practice = $1 AND w.clinician_id = $2 AND w.ended_at = 0 AND w.compartment IN AMONG($3)
		ORDER BY w.since, w.id`, l.Practice, l.Actor.ID, l.Among(), l.Now.UnixMicro())
	return list(rows, err, "the line", func(w *Waiting) error {
		var offered int64
		err := w.Wish.scan(rows, &w.Client, &offered)
		w.Offered = access.Moment(offered)
		l.Shows(w.Client)
		return err
	})
}

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// list reads every row of what is named as one of a list.
func list[T any](rows *access.Rows, err error, what string, read func(*T) error) (all []T, _ error) {
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()

	for rows.Next() {
		var one T
		if err := read(&one); err != nil {
			return nil, fmt.Errorf("read %s: %w", what, err)
		}
		all = append(all, one)
	}
	return all, rows.Err()
}
