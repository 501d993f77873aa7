package push

import (
	"context"
	"crypto/ecdh"
	"database/sql"
	"errors"
	"fmt"

	"github.com/SherClockHolmes/webpush-go"

	"github.com/waymark-care/waymark/internal/access"
)

// A keyPair is by which a browser's maker knows that a message is the practice's
// own; in base64url.
type keyPair struct{ public, private string }

// A device is a browser, with where and how it is woken.
type device struct {
	Device
	Subscription
}

type sealedKey struct {
	Private string `json:"private"`
}

type sealedDevice struct {
	Endpoint string `json:"endpoint"`
	P256dh   string `json:"p256dh"`
	Auth     string `json:"auth"`
	Name     string `json:"name,omitempty"`
}

const keyPlace = "push_key.sealed"

func devicePlace(id string) string { return "push_device.sealed " + id }

// onCurve says whether key is a point on P-256, uncompressed.
func onCurve(key []byte) bool {
	_, err := ecdh.P256().NewPublicKey(key)
	return err == nil
}

// pairIn is the practice's pair of keys; made says that there was none.
func pairIn(ctx context.Context, tx *access.Tx) (pair keyPair, made bool, err error) {
	if pair, err = readPair(ctx, tx); !errors.Is(err, sql.ErrNoRows) {
		return pair, false, err
	}
	if pair.private, pair.public, err = webpush.GenerateVAPIDKeys(); err != nil {
		return pair, false, fmt.Errorf("make keys for messages: %w", err)
	}
	body, err := tx.SealJSON(ctx, keyPlace, sealedKey{pair.private})
	if err != nil {
		return pair, false, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO push_key (practice, public, made_at, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT DO NOTHING`, tx.Practice, pair.public, tx.Now.UnixMicro(), body)
	if err != nil {
		return pair, false, fmt.Errorf("keep keys for messages: %w", err)
	}
	pair, err = readPair(ctx, tx) // somebody may have been quicker
	return pair, true, err
}

func readPair(ctx context.Context, tx *access.Tx) (pair keyPair, err error) {
	var body []byte
	err = tx.QueryRow(ctx, `SELECT public, sealed FROM push_key WHERE practice = $1`, tx.Practice).Scan(&pair.public, &body)
	if err != nil {
		return pair, fmt.Errorf("read keys for messages: %w", err)
	}
	var s sealedKey
	err = tx.OpenJSON(ctx, keyPlace, body, &s)
	pair.private = s.Private
	return pair, err
}

// there glances at whether the practice has a pair of keys.
func (ps *Pushes) there(ctx context.Context, practice string) (bool, error) {
	tx, err := ps.door.Glance(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM push_key WHERE practice = $1`, practice).Scan(&n); err != nil {
		return false, fmt.Errorf("look for keys for messages: %w", err)
	}
	return n > 0, nil
}

// publicKey is the half that everybody may know; empty: there is none yet.
func publicKey(ctx context.Context, tx *access.Tx) (key string, err error) {
	err = tx.QueryRow(ctx, `SELECT public FROM push_key WHERE practice = $1`, tx.Practice).Scan(&key)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read keys for messages: %w", err)
	}
	return key, nil
}

func keep(ctx context.Context, tx *access.Tx, d device) error {
	body, err := tx.SealJSON(ctx, devicePlace(d.ID), sealedDevice(d.Subscription))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO push_device (practice, compartment, id, made_at, sealed) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (practice, compartment, id) DO UPDATE SET sealed = excluded.sealed`,
		tx.Practice, string(tx.Compartment), d.ID, d.At.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep device: %w", err)
	}
	return nil
}

func drop(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM push_device WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return fmt.Errorf("forget device: %w", err)
	}
	return nil
}

// dropAll forgets every browser of a person.
func dropAll(ctx context.Context, tx *access.Tx, person access.Compartment) error {
	_, err := tx.Exec(ctx, `DELETE FROM push_device WHERE practice = $1 AND compartment = $2`, tx.Practice, string(person))
	if err != nil {
		return fmt.Errorf("forget devices: %w", err)
	}
	return nil
}

// devices are those of the person in whose compartment tx is, the oldest first.
func devices(ctx context.Context, tx *access.Tx) ([]device, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, sealed FROM push_device
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	defer rows.Close()

	var all []device
	for rows.Next() {
		var d device
		var at int64
		var body []byte
		if err := rows.Scan(&d.ID, &at, &body); err != nil {
			return nil, fmt.Errorf("read device: %w", err)
		}
		var s sealedDevice
		if err := tx.OpenJSON(ctx, devicePlace(d.ID), body, &s); err != nil {
			return nil, err
		}
		d.Subscription = Subscription(s)
		d.Device.Name, d.At = s.Name, access.Moment(at)
		all = append(all, d)
	}
	return all, rows.Err()
}

// names are the ids of the devices; nothing is opened for them.
func names(ctx context.Context, tx *access.Tx) ([]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT id FROM push_device
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read device: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}
