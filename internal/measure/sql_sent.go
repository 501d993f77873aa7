package measure

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxSent is how many bytes the name may have under which a program sent an answer.
const MaxSent = 500

func (ms *Measures) sentMark(c access.Compartment, practice, name string) []byte {
	return ms.door.door.Lookup(practice, "answer sent\x00"+string(c)+"\x00"+name)
}

// sent returns the answer that came under this name, if one did.
func (ms *Measures) sent(ctx context.Context, tx *access.Tx, name string) (Answer, bool, error) {
	var id string
	err := tx.QueryRow(ctx, `SELECT id FROM answer_sent WHERE practice = $1 AND compartment = $2 AND mark = $3`,
		tx.Practice, string(tx.Compartment), ms.sentMark(tx.Compartment, tx.Practice, name)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return Answer{}, false, nil
	}
	if err != nil {
		return Answer{}, false, fmt.Errorf("look up what was sent: %w", err)
	}
	a, err := ms.answer(ctx, tx, id)
	return a, err == nil, err
}

// twice returns what came under the name of a before: it is a again, or fault.Conflict
// with it.
func (ms *Measures) twice(ctx context.Context, tx *access.Tx, a Answer) (was Answer, there bool, err error) {
	if a.Sent == "" {
		return Answer{}, false, nil
	}
	if len(a.Sent) > MaxSent {
		return Answer{}, false, fault.New(fault.Invalid, "sent", fmt.Sprintf("What it is called by has at most %d characters.", MaxSent))
	}
	was, there, err = ms.sent(ctx, tx, a.Sent)
	if there && !was.same(a) {
		err = fault.New(fault.Conflict, "", "Something else was sent under this name before. What was sent first is kept.")
	}
	return was, there, err
}

// keepSent notes the name of a, which was just kept. If another came under it at the
// same moment, this one is not kept: sent again, it finds the first.
func (ms *Measures) keepSent(ctx context.Context, tx *access.Tx, a Answer) error {
	if a.Sent == "" {
		return nil
	}
	done, err := tx.Exec(ctx, `INSERT INTO answer_sent (practice, compartment, mark, id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
		tx.Practice, string(tx.Compartment), ms.sentMark(tx.Compartment, tx.Practice, a.Sent), a.ID)
	if err != nil {
		return fmt.Errorf("keep what it was sent as: %w", err)
	}
	if kept, err := changed(done); err != nil || kept {
		return err
	}
	return fault.New(fault.Conflict, "", "This came twice at the same moment. Please send it once more.")
}

// SentAs returns the answer of client's that a program sent under the name: for those
// who treat the client, and for the client.
func (ms *Measures) SentAs(ctx context.Context, actor access.Actor, client access.Compartment, name string) (a Answer, there bool, err error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Answer{}, false, err
	}
	defer tx.Rollback()

	if a, there, err = ms.sent(ctx, tx, name); there {
		tx.Names(a.ID)
	}
	return a, there, err
}

func changed(done sql.Result) (bool, error) {
	n, err := done.RowsAffected()
	return n > 0, err
}
