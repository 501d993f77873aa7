// Package post sends letters out: by SMTP, or into a folder for those who set
// up a server without mail. What it sends says nothing private: no names, no
// content, no word of therapy; only that something waits behind a sign-in.
//
// A letter is sealed until it goes out. It is queued in the transaction that
// makes it necessary, and goes out at least once: its Message-ID is always the
// same, so that a mail server which sees it twice can drop the second.
package post

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/job"
)

// Send is the name of the job that sends one letter.
const Send = "post.send"

// A Letter is a message to one address.
type Letter struct {
	To      string // e-mail address; empty: that of the person in whose compartment it is sealed
	Subject string // neutral
	Text    string // plain, neutral
}

// A Carrier takes letters out of the house. id is the same however often the
// same letter is carried.
type Carrier interface {
	Carry(ctx context.Context, id string, at time.Time, l Letter) error
}

// An Addresser finds the e-mail address of the person whose compartment tx is in.
type Addresser func(ctx context.Context, tx *access.Tx) (string, error)

// Office keeps letters until they are carried.
type Office struct {
	door    *access.Door
	carrier Carrier
	address Addresser
}

// New returns an office behind door whose letters are carried by carrier to
// where address says.
func New(door *access.Door, carrier Carrier, address Addresser) *Office {
	return &Office{door: door, carrier: carrier, address: address}
}

// Post queues l in tx, sealed under the key of compartment c: the person it is
// for, so that erasing the person erases the letter.
func Post(ctx context.Context, tx *access.Tx, c access.Compartment, l Letter) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("make id: %w", err)
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encode letter: %w", err)
	}
	body, err := tx.SealIn(ctx, c, place(id.String()), plain)
	if err != nil {
		return fmt.Errorf("seal letter: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO letter (practice, id, compartment, made_at, sent_at, sealed)
		VALUES ($1, $2, $3, $4, 0, $5)`, tx.Practice, id.String(), string(c), tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep letter: %w", err)
	}
	return job.Enqueue(ctx, tx, job.Job{
		Name: Send, Key: id.String(),
		Args: map[string]string{"letter": id.String(), "compartment": string(c)},
	})
}

func place(id string) string { return "letter.sealed " + id }

// Work is the worker for Send: it carries the letter and notes that it went.
func (o *Office) Work(ctx context.Context, run *job.Run) error {
	actor := access.System(run.Practice, "post")
	id, c := run.Args["letter"], access.Compartment(run.Args["compartment"])
	l, at, err := o.letter(ctx, actor, c, id)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it went, or whoever it was for was erased
	}
	if err != nil {
		return err
	}
	// A letter leaves the house, so it is written down before that it was opened.
	if err := access.Settle(ctx); err != nil {
		return fmt.Errorf("note that the letter was opened: %w", err)
	}
	if err := o.carrier.Carry(ctx, id, at, l); err != nil {
		return fmt.Errorf("carry letter: %w", err)
	}
	return o.sent(ctx, actor, c, id, run)
}

func (o *Office) letter(ctx context.Context, actor access.Actor, c access.Compartment, id string) (l Letter, at time.Time, err error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadLetter, c)
	if err != nil {
		return l, at, err
	}
	defer tx.Rollback()

	tx.Names(id)
	var made int64
	var body []byte
	err = tx.QueryRow(ctx, `
		SELECT made_at, sealed FROM letter
		WHERE practice = $1 AND id = $2 AND compartment = $3 AND sent_at = 0`,
		tx.Practice, id, string(c)).Scan(&made, &body)
	if err != nil {
		return l, at, err
	}
	plain, err := tx.Open(ctx, place(id), body)
	if err != nil {
		return l, at, fmt.Errorf("open letter: %w", err)
	}
	if err := json.Unmarshal(plain, &l); err != nil {
		return l, at, fmt.Errorf("decode letter: %w", err)
	}
	if l.To == "" {
		if l.To, err = o.address(ctx, tx); err != nil {
			return l, at, fmt.Errorf("find address: %w", err)
		}
	}
	return l, time.UnixMicro(made).UTC(), nil
}

// sent drops the letter's text: that one went is in the audit log.
func (o *Office) sent(ctx context.Context, actor access.Actor, c access.Compartment, id string, run *job.Run) error {
	tx, err := o.door.Begin(ctx, actor, access.SendLetter, c)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if _, err := tx.Exec(ctx, `DELETE FROM letter WHERE practice = $1 AND id = $2`, tx.Practice, id); err != nil {
		return fmt.Errorf("drop letter: %w", err)
	}
	if err := run.Done(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
