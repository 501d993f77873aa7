package account

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/passwords"
)

// A body is what account.sealed holds.
type body struct {
	Email    string
	Password *passwords.Hash `json:",omitempty"`
	TOTP     string          `json:",omitempty"` // secret of the second step, once it was confirmed
	Step     int64           `json:",omitempty"` // of the last code that was used
	TOTPAt   int64           `json:",omitempty"` // when the second step was set up
	Codes    [][]byte        `json:",omitempty"` // hashes of the recovery codes that are left
	Former   *former         `json:",omitempty"` // what there was before the last changes
}

func accountPlace(personID string) string { return "account.sealed " + personID }

func (b body) seal(ctx context.Context, tx *access.Tx, personID string) ([]byte, error) {
	return sealIn(ctx, tx, personID, accountPlace(personID), b)
}

// ways lists how one can sign in, given the number of passkeys.
func (b body) ways(passkeys int) string {
	var all []string
	if b.Password != nil {
		all = append(all, wayPassword)
	}
	if b.TOTP != "" {
		all = append(all, wayTOTP)
	}
	if passkeys > 0 {
		all = append(all, wayPasskey)
	}
	return strings.Join(all, " ")
}

func sealIn(ctx context.Context, tx *access.Tx, personID, place string, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	sealed, err := tx.SealIn(ctx, access.AccountRecord(personID), place, plain)
	if err != nil {
		return nil, fmt.Errorf("seal account: %w", err)
	}
	return sealed, nil
}

func open(ctx context.Context, tx *access.Tx, place string, sealed []byte, v any) error {
	plain, err := tx.Open(ctx, place, sealed)
	if err != nil {
		return fmt.Errorf("open account: %w", err)
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return errors.New("decode account: not what was written") // the cause would quote it
	}
	return nil
}

// A row is an account without what is sealed.
type row struct {
	practice, personID string
	lookup             []byte
	roles, ways        string
	sealed             []byte
}

// known reads the row of an account; it fails with fault.NotFound.
func known(ctx context.Context, tx *access.Tx, personID string) (row, error) {
	r := row{practice: tx.Practice, personID: personID}
	err := tx.QueryRow(ctx, `
		SELECT lookup, roles, ways, sealed FROM account
		WHERE practice = $1 AND person_id = $2`,
		tx.Practice, personID).Scan(&r.lookup, &r.roles, &r.ways, &r.sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.Absent()
	}
	if err != nil {
		return r, fmt.Errorf("read account: %w", err)
	}
	return r, nil
}

// read reads an account whole.
func read(ctx context.Context, tx *access.Tx, personID string) (r row, b body, err error) {
	if r, err = known(ctx, tx, personID); err != nil {
		return r, b, err
	}
	return r, b, open(ctx, tx, accountPlace(personID), r.sealed, &b)
}

// write keeps b, and notes by which ways one can now sign in.
func write(ctx context.Context, tx *access.Tx, personID string, b body) error {
	if !b.Former.lasts(tx.Now) {
		b.Former = nil
	}
	sealed, err := b.seal(ctx, tx, personID)
	if err != nil {
		return err
	}
	var roles, before string
	var passkeys int
	err = tx.QueryRow(ctx, `
		SELECT roles, ways, (SELECT count(*) FROM passkey WHERE practice = $1 AND person_id = $2)
		FROM account WHERE practice = $1 AND person_id = $2`, tx.Practice, personID).Scan(&roles, &before, &passkeys)
	if err != nil {
		return fmt.Errorf("count passkeys: %w", err)
	}
	ways := b.ways(passkeys)
	if has(before, waySettled) || isStaff(roles) && (enough(roles, before) || enough(roles, ways)) {
		ways = strings.TrimSpace(ways + " " + waySettled)
	}
	if has(before, wayLetIn) {
		ways += " " + wayLetIn
	}
	_, err = tx.Exec(ctx, `
		UPDATE account SET ways = $3, sealed = $4
		WHERE practice = $1 AND person_id = $2`, tx.Practice, personID, ways, sealed)
	if err != nil {
		return fmt.Errorf("write account: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE sign_in SET ways = $3 WHERE practice = $1 AND person_id = $2`, tx.Practice, personID, ways)
	if err != nil {
		return fmt.Errorf("write account: %w", err)
	}
	return nil
}

// A kept is what passkey.sealed holds.
type kept struct {
	Label      string
	Credential webauthn.Credential
}

type passkey struct {
	id             []byte
	madeAt, usedAt int64
	kept
}

func passkeyPlace(id []byte) string { return "passkey.sealed " + hex.EncodeToString(id) }

// passkeys reads those of one person, oldest first.
func passkeys(ctx context.Context, tx *access.Tx, personID string) ([]passkey, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, used_at, sealed FROM passkey
		WHERE practice = $1 AND person_id = $2
		ORDER BY made_at, id`, tx.Practice, personID)
	if err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	defer rows.Close()

	var all []passkey
	for rows.Next() {
		var p passkey
		var sealed []byte
		if err := rows.Scan(&p.id, &p.madeAt, &p.usedAt, &sealed); err != nil {
			return nil, fmt.Errorf("read passkey: %w", err)
		}
		if err := open(ctx, tx, passkeyPlace(p.id), sealed, &p.kept); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, rows.Err()
}

func keepPasskey(ctx context.Context, tx *access.Tx, personID string, p passkey) error {
	sealed, err := sealIn(ctx, tx, personID, passkeyPlace(p.id), p.kept)
	if err != nil {
		return err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO passkey (practice, person_id, id, made_at, used_at, sealed) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (practice, person_id, id) DO UPDATE SET used_at = excluded.used_at, sealed = excluded.sealed`,
		tx.Practice, personID, p.id, p.madeAt, p.usedAt, sealed)
	if err != nil {
		return fmt.Errorf("keep passkey: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return errors.Join(errors.New("keep passkey: not kept"), err)
	}
	return nil
}
