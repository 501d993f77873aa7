package feed

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/post"
)

// A Key is what a calendar program comes in with.
type Key struct{ User, Password string }

// AllowProgram makes an app password with which a calendar program reads and writes
// actor's own calendar, and returns it. It is shown this once and kept nowhere. actor
// has just said who they are, and is told by mail. The same form sent again is
// fault.Conflict.
func (fs *Feeds) AllowProgram(ctx context.Context, actor access.Actor, f Form) (Key, error) {
	tx, err := fs.door.Begin(ctx, actor, access.LetProgram, access.PersonRecord(actor.ID))
	if err != nil {
		return Key{}, err
	}
	defer tx.Rollback()

	s := secret()
	if err := insertConnection(ctx, tx, programs, f, MaxPrograms, fs.mark(tx.Practice, "app password", s)); err != nil {
		return Key{}, err
	}
	if err := post.Entrance(ctx, tx, fs.origin); err != nil {
		return Key{}, err
	}
	return Key{tx.Practice, grouped(s)}, tx.Commit()
}

// grouped writes a secret so that it can be typed.
func grouped(s string) string {
	var parts []string
	for ; len(s) > 4; s = s[4:] {
		parts = append(parts, s[:4])
	}
	return strings.Join(append(parts, s), "-")
}

// EndProgram ends an app password, at once. Ending twice is success.
func (fs *Feeds) EndProgram(ctx context.Context, actor access.Actor, id string) error {
	tx, err := fs.door.Begin(ctx, actor, access.KeepFeeds, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(id)
	if err := deleteConnection(ctx, tx, programs, id); err != nil {
		return err
	}
	return tx.Commit()
}

// Enter returns whom a calendar program acts for that brings k. It is for nothing but
// what this package does: the actor has not said who they are. A key of nobody, and
// that of somebody who belongs here no more, is fault.NotFound.
func (fs *Feeds) Enter(ctx context.Context, k Key) (access.Actor, error) {
	s := strings.ToLower(strings.ReplaceAll(strings.TrimSpace(k.Password), "-", ""))
	practice := strings.ToLower(strings.TrimSpace(k.User))
	if len(s) != secretLength || !plain(practice) {
		return access.Actor{}, fault.Absent()
	}
	mark := fs.mark(practice, "app password", s)
	person, stale, err := fs.whose(ctx, practice, programs, mark)
	if err != nil {
		return access.Actor{}, err
	}
	actor := access.Actor{Practice: practice, ID: person.Of()}
	if stale {
		err = fs.entered(ctx, actor, mark)
	}
	return actor, err
}

// lately is how exactly it is kept when an app password was used.
const lately = time.Hour

func (fs *Feeds) entered(ctx context.Context, actor access.Actor, mark []byte) error {
	tx, err := fs.door.Begin(ctx, actor, access.EnterByDAV, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	_, err = tx.Exec(ctx, `UPDATE app_password SET used_at = $4 WHERE practice = $1 AND compartment = $2 AND mark = $3`,
		tx.Practice, string(tx.Compartment), mark, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that an app password was used: %w", err)
	}
	return tx.Commit()
}

// RemovedIn ends, in tx, every app password and every secret address of a person who lost
// all ways to sign in and was let in again: whoever found what they had may have made
// one. It is for account, as OnRemoved; a passkey that is removed by itself ends none.
func RemovedIn(ctx context.Context, tx *access.Tx, person, passkey string) error {
	if passkey != "" {
		return nil
	}
	for _, k := range []kind{programs, addresses} {
		_, err := tx.Exec(ctx, `DELETE FROM `+k.table+` WHERE practice = $1 AND compartment = $2`,
			tx.Practice, string(access.PersonRecord(person)))
		if err != nil {
			return fmt.Errorf("end %s: %w", k.what, err)
		}
	}
	return nil
}
