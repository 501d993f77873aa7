package launch

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// What becomes of a launch.
const (
	stateAsked = "asked" // it has a code
	stateOpen  = "open"
	stateEnded = "ended"
)

type sealedApp struct {
	Name      string   `json:"name"`
	Redirects []string `json:"redirects"`
	Clients   bool     `json:"clients"`
	Staff     bool     `json:"staff"`
	May       []string `json:"may"`
}

type sealedLaunch struct {
	Name      string `json:"name"`
	Redirect  string `json:"redirect"`
	Challenge string `json:"challenge"`
}

func appPlace(id string) string { return "app.sealed " + id }

func launchPlace(id string) string { return "launch.sealed " + id }

// apps are those of the practice, oldest first.
func apps(ctx context.Context, tx *access.Tx) ([]App, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, ended_at, sealed FROM app WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`,
		tx.Practice, string(access.Operations))
	if err != nil {
		return nil, fmt.Errorf("read apps: %w", err)
	}
	defer rows.Close()

	var all []App
	for rows.Next() {
		var a App
		var made, ended int64
		var body []byte
		if err := rows.Scan(&a.ID, &made, &ended, &body); err != nil {
			return nil, fmt.Errorf("read app: %w", err)
		}
		var s sealedApp
		if err := tx.OpenJSON(ctx, appPlace(a.ID), body, &s); err != nil {
			return nil, err
		}
		a.Name, a.Redirects, a.Clients, a.Staff, a.May = s.Name, s.Redirects, s.Clients, s.Staff, s.May
		a.MadeAt, a.EndedAt = access.Moment(made), access.Moment(ended)
		all = append(all, a)
	}
	return all, rows.Err()
}

func insertApp(ctx context.Context, tx *access.Tx, a App) error {
	body, err := tx.SealJSON(ctx, appPlace(a.ID), sealedApp{a.Name, a.Redirects, a.Clients, a.Staff, a.May})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO app (practice, compartment, id, made_at, ended_at, sealed) VALUES ($1, $2, $3, $4, 0, $5)`,
		tx.Practice, string(tx.Compartment), a.ID, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep app: %w", err)
	}
	return nil
}

// endApp withdraws an app that was made before then, and says whether it was there.
func endApp(ctx context.Context, tx *access.Tx, id string, before time.Time) (bool, error) {
	done, err := tx.Exec(ctx, `
		UPDATE app SET ended_at = $4 WHERE practice = $1 AND compartment = $2 AND id = $3 AND ended_at = 0 AND made_at <= $5`,
		tx.Practice, string(access.Operations), id, tx.Now.UnixMicro(), before.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("withdraw app: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// known says whether the app is there, and was not withdrawn.
func known(ctx context.Context, tx *access.Tx, app string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM app WHERE practice = $1 AND compartment = $2 AND id = $3 AND ended_at = 0`,
		tx.Practice, string(access.Operations), app).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for app: %w", err)
	}
	return n > 0, nil
}

// A whose is of whom a launch is, and which.
type whose struct {
	person access.Compartment
	id     string
}

// launchesOf are all that people let in of an app and that are not over.
func launchesOf(ctx context.Context, tx *access.Tx, app string) ([]whose, error) {
	rows, err := tx.Query(ctx, `
		SELECT compartment, id FROM launch WHERE practice = $1 AND app = $2 AND state <> $3 ORDER BY compartment, id`,
		tx.Practice, app, stateEnded)
	if err != nil {
		return nil, fmt.Errorf("read launches of an app: %w", err)
	}
	defer rows.Close()

	var all []whose
	for rows.Next() {
		var w whose
		if err := rows.Scan(&w.person, &w.id); err != nil {
			return nil, fmt.Errorf("read launch of an app: %w", err)
		}
		all = append(all, w)
	}
	return all, rows.Err()
}

// byCode and byFamily glance at whose launch has the mark.
func (ls *Launches) byCode(ctx context.Context, practice string, mark []byte) (whose, error) {
	return ls.by(ctx, `SELECT compartment, id FROM launch WHERE practice = $1 AND code = $2`, practice, mark)
}

func (ls *Launches) byFamily(ctx context.Context, practice string, mark []byte) (whose, error) {
	return ls.by(ctx, `SELECT compartment, id FROM launch WHERE practice = $1 AND family = $2`, practice, mark)
}

func (ls *Launches) by(ctx context.Context, text, practice string, mark []byte) (w whose, err error) {
	tx, err := ls.door.Glance(ctx)
	if err != nil {
		return w, err
	}
	defer tx.Rollback()

	err = tx.QueryRow(ctx, text, practice, mark).Scan(&w.person, &w.id)
	if errors.Is(err, sql.ErrNoRows) {
		return w, fault.Absent()
	}
	if err != nil {
		return w, fmt.Errorf("look up launch: %w", err)
	}
	return w, nil
}

// letGo deletes launches whose code was never turned in, and the one that the same form made.
func letGo(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM launch WHERE practice = $1 AND compartment = $2 AND state = $3 AND (id = $4 OR code_until < $5)`,
		tx.Practice, string(tx.Compartment), stateAsked, id, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("let go of launches: %w", err)
	}
	return nil
}

// room refuses one more than there may be, and one that was made before.
func room(ctx context.Context, tx *access.Tx, id string) error {
	var before, there int
	err := tx.QueryRow(ctx, `
		SELECT count(*), coalesce(sum(CASE WHEN id = $3 THEN 1 ELSE 0 END), 0) FROM launch
		WHERE practice = $1 AND compartment = $2 AND (until > $4 AND state <> $5 OR id = $3)`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro(), stateEnded).Scan(&before, &there)
	switch {
	case err != nil:
		return fmt.Errorf("count launches: %w", err)
	case there > 0:
		return fault.New(fault.Conflict, "", "This was answered already. Please begin once more in the app.")
	case before >= MaxLaunches:
		return fault.New(fault.Invalid, "", fmt.Sprintf("There are %d apps let in already. End one that you do not use any more.", MaxLaunches))
	}
	return nil
}

// unfindable is a mark that nothing has.
func unfindable() []byte {
	b := make([]byte, 32) // longer than any mark
	rand.Read(b)
	return b
}

func insertLaunch(ctx context.Context, tx *access.Tx, c Consent, asked Asked, scopes []string, of string, code []byte) error {
	body, err := tx.SealJSON(ctx, launchPlace(c.ID), sealedLaunch{asked.App.Name, c.Request.Redirect, c.Request.Challenge})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO launch (practice, compartment, id, app, state, scopes, of_person, code, code_until, family, newest, former, turned_at, made_at, until, used_at, sealed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, 0, $12, $13, 0, $14)`,
		tx.Practice, string(tx.Compartment), c.ID, asked.App.ID, stateAsked, strings.Join(scopes, " "), of,
		code, tx.Now.Add(CodeLasts).UnixMicro(), unfindable(), unfindable(), tx.Now.UnixMicro(), tx.Now.Add(c.Lasts).UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep launch: %w", err)
	}
	return nil
}

// A row is a launch as it lies there.
type row struct {
	Launch

	state          string
	of             string
	codeUntil      time.Time
	newest, former []byte
	turnedAt       time.Time
	redirect       string
	challenge      string
}

const launchColumns = `id, app, state, scopes, of_person, code_until, newest, former, turned_at, made_at, until, used_at, sealed`

func scanLaunch(ctx context.Context, tx *access.Tx, scan func(...any) error) (row, error) {
	var r row
	var scopes string
	var codeUntil, turned, made, until, used int64
	var body []byte
	err := scan(&r.ID, &r.App, &r.state, &scopes, &r.of, &codeUntil, &r.newest, &r.former, &turned, &made, &until, &used, &body)
	if err != nil {
		return r, err
	}
	var s sealedLaunch
	if err := tx.OpenJSON(ctx, launchPlace(r.ID), body, &s); err != nil {
		return r, err
	}
	r.Name, r.redirect, r.challenge = s.Name, s.Redirect, s.Challenge
	r.Scopes, r.Again = strings.Fields(scopes), asks(scopes, scopeOffline)
	r.codeUntil, r.turnedAt = access.Moment(codeUntil), access.Moment(turned)
	r.MadeAt, r.Until, r.UsedAt = access.Moment(made), access.Moment(until), access.Moment(used)
	return r, nil
}

// launchIn reads one launch of the person in whose record tx is.
func launchIn(ctx context.Context, tx *access.Tx, id string) (row, error) {
	r, err := scanLaunch(ctx, tx, tx.QueryRow(ctx, `SELECT `+launchColumns+` FROM launch WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.Absent()
	}
	if err != nil {
		return r, fmt.Errorf("read launch: %w", err)
	}
	return r, nil
}

// launches are all that the person in whose record tx is has ever let in, oldest first.
func launches(ctx context.Context, tx *access.Tx) ([]row, error) {
	rows, err := tx.Query(ctx, `SELECT `+launchColumns+` FROM launch WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`,
		tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read launches: %w", err)
	}
	defer rows.Close()

	var all []row
	for rows.Next() {
		r, err := scanLaunch(ctx, tx, rows.Scan)
		if err != nil {
			return nil, fmt.Errorf("read launch: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// turn notes that tokens were given: family and newest are the marks of what the app may
// come again with.
func turn(ctx context.Context, tx *access.Tx, id string, family, newest, former []byte) error {
	_, err := tx.Exec(ctx, `
		UPDATE launch SET state = $4, family = $5, newest = $6, former = $7, turned_at = $8, used_at = $8
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id, stateOpen, family, newest, former, tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that tokens were given: %w", err)
	}
	return nil
}

func endLaunch(ctx context.Context, tx *access.Tx, w whose) error {
	_, err := tx.Exec(ctx, `UPDATE launch SET state = $4 WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(w.person), w.id, stateEnded)
	if err != nil {
		return fmt.Errorf("end launch: %w", err)
	}
	return nil
}

func endEverybodys(ctx context.Context, tx *access.Tx) error {
	_, err := tx.Exec(ctx, `UPDATE launch SET state = $2 WHERE practice = $1`, tx.Practice, stateEnded)
	if err != nil {
		return fmt.Errorf("end launches: %w", err)
	}
	return nil
}

func removeAll(ctx context.Context, tx *access.Tx, c access.Compartment) error {
	_, err := tx.Exec(ctx, `DELETE FROM launch WHERE practice = $1 AND compartment = $2`, tx.Practice, string(c))
	if err != nil {
		return fmt.Errorf("remove launches: %w", err)
	}
	return nil
}
