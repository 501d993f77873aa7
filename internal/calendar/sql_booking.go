package calendar

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// policyWords is what is sealed of a policy.
type policyWords struct {
	Late    string `json:"late"`
	Contact string `json:"contact"`
}

func policyPlace(revision int64) string { return fmt.Sprintf("booking_policy.sealed %d", revision) }

func number(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func minutes(d time.Duration) int64 { return int64(d / time.Minute) }

// rules are, in tx, what holds now, with the revision; it opens nothing.
func rules(ctx context.Context, tx *access.Tx) (r Rules, revision int64, err error) {
	r, revision, _, err = policyRow(ctx, tx)
	return r, revision, err
}

func policyRow(ctx context.Context, tx *access.Tx) (r Rules, revision int64, body []byte, err error) {
	var books, moves, notice, lead, ahead, length, every int64
	err = tx.QueryRow(ctx, `
		SELECT revision, books, moves, notice, lead, ahead, length, every, most, sealed FROM booking_policy
		WHERE practice = $1 ORDER BY revision DESC LIMIT 1`, tx.Practice).
		Scan(&revision, &books, &moves, &notice, &lead, &ahead, &length, &every, &r.Most, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return FirstPolicy().Rules, 0, nil, nil
	}
	if err != nil {
		return r, 0, nil, fmt.Errorf("read policy of booking: %w", err)
	}
	r.Books, r.Moves = books == 1, moves == 1
	for d, n := range map[*time.Duration]int64{&r.Notice: notice, &r.Lead: lead, &r.Ahead: ahead, &r.Length: length, &r.Every: every} {
		*d = time.Duration(n) * time.Minute
	}
	return r, revision, body, nil
}

// newestPolicy is, in tx, the policy that holds, with its words.
func newestPolicy(ctx context.Context, tx *access.Tx) (Policy, error) {
	r, revision, body, err := policyRow(ctx, tx)
	if err != nil {
		return Policy{}, err
	}
	if revision == 0 {
		return FirstPolicy(), nil
	}
	var w policyWords
	plain, err := tx.OpenShared(ctx, policyPlace(revision), body)
	if err == nil {
		err = json.Unmarshal(plain, &w)
	}
	if err != nil {
		return Policy{}, fmt.Errorf("open policy of booking: %w", err)
	}
	return Policy{Rules: r, Late: w.Late, Contact: w.Contact, Revision: revision}, nil
}

func insertPolicy(ctx context.Context, tx *access.Tx, p Policy) error {
	body, err := tx.SealJSON(ctx, policyPlace(p.Revision), policyWords{p.Late, p.Contact})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO booking_policy (practice, revision, books, moves, notice, lead, ahead, length, every, most, made_at, by_id, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tx.Practice, p.Revision, number(p.Books), number(p.Moves), minutes(p.Notice), minutes(p.Lead), minutes(p.Ahead),
		minutes(p.Length), minutes(p.Every), p.Most, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("keep policy of booking: %w", err)
	}
	return nil
}

func zonePlace(c access.Compartment) string { return "own_zone.sealed " + string(c) }

func zoneOf(ctx context.Context, tx *access.Tx) (name string, err error) {
	var body []byte
	err = tx.QueryRow(ctx, `SELECT sealed FROM own_zone WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(tx.Compartment)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read time zone: %w", err)
	}
	err = tx.OpenJSON(ctx, zonePlace(tx.Compartment), body, &name)
	return name, err
}

func keepZone(ctx context.Context, tx *access.Tx, name string) error {
	body, err := tx.SealJSON(ctx, zonePlace(tx.Compartment), name)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO own_zone (practice, compartment, made_at, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice, compartment) DO UPDATE SET made_at = excluded.made_at, sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep time zone: %w", err)
	}
	return nil
}
