package vault

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// sealedVault is what vault.sealed holds.
type sealedVault struct{ Salt []byte }

// sealedWay is what vault_way.sealed holds.
type sealedWay struct {
	Wrap       []byte
	Credential []byte `json:",omitempty"`
}

func vaultPlace(id string) string { return "vault.sealed " + id }

func wayPlace(id string) string { return "vault_way.sealed " + id }

func (e Entry) place() string {
	return "vault_entry.sealed " + e.ID + " " + strconv.FormatInt(e.Revision, 10)
}

// opens decrypts what is sealed at a place.
type opens func(place string, sealed []byte) ([]byte, error)

func (o opens) into(place string, sealed []byte, v any) error {
	plain, err := o(place, sealed)
	if err != nil {
		return fmt.Errorf("open vault: %w", err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errors.New("decode vault: not what was written") // the cause would quote it
	}
	return nil
}

// known is the id and revision of the vault in c; it fails with fault.NotFound.
func known(ctx context.Context, tx *access.Tx, c access.Compartment) (id string, revision int64, err error) {
	err = tx.QueryRow(ctx, `
		SELECT id, revision FROM vault
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c)).Scan(&id, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, fault.Absent()
	}
	if err != nil {
		return "", 0, fmt.Errorf("read vault: %w", err)
	}
	return id, revision, nil
}

func vaultIn(ctx context.Context, tx *access.Tx, c access.Compartment, open opens) (Vault, error) {
	v := Vault{Owner: c.Of()}
	var at int64
	var sealed []byte
	err := tx.QueryRow(ctx, `
		SELECT id, made_at, revision, sealed FROM vault
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c)).Scan(&v.ID, &at, &v.Revision, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return Vault{Owner: c.Of()}, nil
	}
	if err != nil {
		return v, fmt.Errorf("read vault: %w", err)
	}
	v.Made = access.Moment(at)
	var body sealedVault
	if err := open.into(vaultPlace(v.ID), sealed, &body); err != nil {
		return v, err
	}
	v.Salt = body.Salt
	v.Ways, err = waysIn(ctx, tx, c, open)
	return v, err
}

func insertVault(ctx context.Context, tx *access.Tx, c access.Compartment, f MakeForm) (made bool, err error) {
	sealed, err := tx.SealJSONIn(ctx, c, vaultPlace(f.ID), sealedVault{Salt: f.Salt})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO vault (practice, compartment, id, made_at, revision, sealed)
		VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT DO NOTHING`,
		tx.Practice, string(c), f.ID, tx.Now.UnixMicro(), sealed)
	if err != nil {
		return false, fmt.Errorf("make vault: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// revised notes that the ways of the vault in c have changed.
func revised(ctx context.Context, tx *access.Tx, c access.Compartment) error {
	_, err := tx.Exec(ctx, `
		UPDATE vault SET revision = revision + 1
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c))
	if err != nil {
		return fmt.Errorf("revise vault: %w", err)
	}
	return nil
}

// waysIn are the ways to open the vault in c, the code first.
func waysIn(ctx context.Context, tx *access.Tx, c access.Compartment, open opens) ([]Way, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, sealed FROM vault_way
		WHERE practice = $1 AND compartment = $2
		ORDER BY CASE WHEN id = 'code' THEN 0 ELSE 1 END, made_at, id`, tx.Practice, string(c))
	if err != nil {
		return nil, fmt.Errorf("read ways: %w", err)
	}
	defer rows.Close()

	var all []Way
	for rows.Next() {
		var w Way
		var at int64
		var sealed []byte
		if err := rows.Scan(&w.ID, &at, &sealed); err != nil {
			return nil, fmt.Errorf("read way: %w", err)
		}
		var body sealedWay
		if err := open.into(wayPlace(w.ID), sealed, &body); err != nil {
			return nil, err
		}
		w.Made, w.Wrap, w.Credential = access.Moment(at), body.Wrap, body.Credential
		all = append(all, w)
	}
	return all, rows.Err()
}

// writeWay keeps w in place of the one with its id.
func writeWay(ctx context.Context, tx *access.Tx, c access.Compartment, w Way) error {
	sealed, err := tx.SealJSONIn(ctx, c, wayPlace(w.ID), sealedWay{Wrap: w.Wrap, Credential: w.Credential})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO vault_way (practice, compartment, id, made_at, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, compartment, id) DO UPDATE SET made_at = excluded.made_at, sealed = excluded.sealed`,
		tx.Practice, string(c), w.ID, tx.Now.UnixMicro(), sealed)
	if err != nil {
		return fmt.Errorf("keep way: %w", err)
	}
	return nil
}

// removeWays removes the way by one passkey, or, where none is named, by all.
func removeWays(ctx context.Context, tx *access.Tx, c access.Compartment, passkey string) (gone bool, err error) {
	done, err := tx.Exec(ctx, `
		DELETE FROM vault_way
		WHERE practice = $1 AND compartment = $2 AND id <> 'code' AND (id = $3 OR $3 = '')`, tx.Practice, string(c), passkey)
	if err != nil {
		return false, fmt.Errorf("remove way: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// among is one compartment as AMONG($n) wants it.
func among(c access.Compartment) string {
	text, _ := json.Marshal([]access.Compartment{c}) // a text: it cannot fail
	return string(text)
}

// A part of a list begins after an entry, and holds so many at most.
type part struct {
	after cursor
	most  int
}

// whole is all of it: nobody writes as many.
func whole() part { return part{cursor{begun: time.UnixMicro(1 << 62)}, math.MaxInt32} }

// newest are the newest revisions of entries in the compartments, newest entry
// first, sealed.
func newest(ctx context.Context, tx *access.Tx, which string, p part) ([]Entry, error) {
	rows, err := tx.Query(ctx, `
		SELECT e.compartment, e.id, e.revision, f.made_at, e.made_at, e.sealed
		FROM vault_entry e
		JOIN vault_entry f ON f.practice = e.practice AND f.compartment = e.compartment AND f.id = e.id AND f.revision = 1
		WHERE e.practice = $1 AND e.compartment IN AMONG($2)
		  AND e.revision = (SELECT max(m.revision) FROM vault_entry m
			WHERE m.practice = e.practice AND m.compartment = e.compartment AND m.id = e.id)
		  AND (f.made_at < $3 OR f.made_at = $3 AND e.id < $4)
		ORDER BY f.made_at DESC, e.id DESC LIMIT $5`, tx.Practice, which, p.after.begun.UnixMicro(), p.after.id, p.most)
	if err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	defer rows.Close()

	var all []Entry
	for rows.Next() {
		var e Entry
		var c access.Compartment
		var begun, at int64
		if err := rows.Scan(&c, &e.ID, &e.Revision, &begun, &at, &e.Sealed); err != nil {
			return nil, fmt.Errorf("read entry: %w", err)
		}
		_, e.About = c.Pair()
		e.Begun, e.At = access.Moment(begun), access.Moment(at)
		all = append(all, e)
	}
	return all, rows.Err()
}

// lastOf is the newest revision of the entry with the given id, sealed.
func lastOf(ctx context.Context, tx *access.Tx, id string) (e Entry, there bool, err error) {
	e.ID = id
	err = tx.QueryRow(ctx, `
		SELECT revision, sealed FROM vault_entry
		WHERE practice = $1 AND compartment = $2 AND id = $3
		ORDER BY revision DESC LIMIT 1`, tx.Practice, string(tx.Compartment), id).Scan(&e.Revision, &e.Sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	if err != nil {
		return e, false, fmt.Errorf("read entry: %w", err)
	}
	return e, true, nil
}

// writtenIn is when the entry of c was begun, and its newest revision.
func writtenIn(ctx context.Context, tx *access.Tx, c access.Compartment, id string) (begun time.Time, newest int64, err error) {
	var at int64
	err = tx.QueryRow(ctx, `
		SELECT CAST(coalesce(min(made_at), 0) AS BIGINT), CAST(coalesce(max(revision), 0) AS BIGINT) FROM vault_entry
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(c), id).Scan(&at, &newest)
	if err != nil {
		return begun, 0, fmt.Errorf("read entry: %w", err)
	}
	if newest == 0 {
		return begun, 0, fault.Absent()
	}
	return access.Moment(at), newest, nil
}

func countIn(ctx context.Context, tx *access.Tx) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM vault_entry
		WHERE practice = $1 AND compartment = $2 AND revision = 1`, tx.Practice, string(tx.Compartment)).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count entries: %w", err)
	}
	return n, nil
}

func insertEntry(ctx context.Context, tx *access.Tx, f EntryForm) error {
	e := Entry{ID: f.ID, Revision: f.Revision}
	sealed, err := tx.Seal(ctx, e.place(), f.Sealed)
	if err != nil {
		return fmt.Errorf("seal entry: %w", err)
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO vault_entry (practice, compartment, id, revision, made_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.Practice, string(tx.Compartment), f.ID, f.Revision, tx.Now.UnixMicro(), sealed)
	if err != nil {
		return fmt.Errorf("keep entry: %w", err)
	}
	return nil
}

// discard deletes the vault in c, and what its owner wrote in it about anybody.
func discard(ctx context.Context, tx *access.Tx, c access.Compartment) error {
	for _, table := range []string{"vault", "vault_way"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c)); err != nil {
			return fmt.Errorf("discard vault: %w", err)
		}
	}
	from := string(access.EntriesRecord(c.Of(), ""))
	for _, table := range []string{"vault_entry", "vault_media", "vault_media_chunk"} {
		_, err := tx.Exec(ctx, `
			DELETE FROM `+table+`
			WHERE practice = $1 AND compartment > $2 AND compartment < $3`, tx.Practice, from, strings.TrimSuffix(from, "/")+"0") // 0 comes after /
		if err != nil {
			return fmt.Errorf("discard entries: %w", err)
		}
	}
	return nil
}
