package device

import (
	"context"
	"fmt"

	"github.com/waymark-care/waymark/internal/access"
)

// A device is a phone with its secret.
type device struct {
	Device
	secret []byte
}

type sealedDevice struct {
	Name   string `json:"name,omitempty"`
	Secret []byte `json:"secret"`
}

func place(id string) string { return "device.sealed " + id }

// devicesIn are all phones of the person in whose compartment tx is, the oldest first.
func devicesIn(ctx context.Context, tx *access.Tx) ([]device, error) {
	rows, err := tx.Query(ctx, `
		SELECT id, made_at, off_at, sealed FROM device
		WHERE practice = $1 AND compartment = $2
		ORDER BY made_at, id`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read devices: %w", err)
	}
	defer rows.Close()

	var all []device
	for rows.Next() {
		var d device
		var made, off int64
		var body []byte
		if err := rows.Scan(&d.ID, &made, &off, &body); err != nil {
			return nil, fmt.Errorf("read device: %w", err)
		}
		var s sealedDevice
		if err := tx.OpenJSON(ctx, place(d.ID), body, &s); err != nil {
			return nil, err
		}
		d.Name, d.secret, d.Made, d.Off = s.Name, s.Secret, access.Moment(made), access.Moment(off)
		all = append(all, d)
	}
	return all, rows.Err()
}

func insert(ctx context.Context, tx *access.Tx, d device) error {
	body, err := tx.SealJSON(ctx, place(d.ID), sealedDevice{Name: d.Name, Secret: d.secret})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO device (practice, compartment, id, made_at, off_at, sealed)
		VALUES ($1, $2, $3, $4, 0, $5)`, tx.Practice, string(tx.Compartment), d.ID, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("keep device: %w", err)
	}
	return nil
}

// end notes that a phone was taken off; found says whether there is one.
func end(ctx context.Context, tx *access.Tx, id string) (found bool, err error) {
	done, err := tx.Exec(ctx, `
		UPDATE device SET off_at = CASE WHEN off_at = 0 THEN $4 ELSE off_at END
		WHERE practice = $1 AND compartment = $2 AND id = $3`,
		tx.Practice, string(tx.Compartment), id, tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("take device off: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

func endAll(ctx context.Context, tx *access.Tx, c access.Compartment) error {
	_, err := tx.Exec(ctx, `
		UPDATE device SET off_at = $3
		WHERE practice = $1 AND compartment = $2 AND off_at = 0`, tx.Practice, string(c), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("take devices off: %w", err)
	}
	return nil
}

func drop(ctx context.Context, tx *access.Tx, id string) error {
	_, err := tx.Exec(ctx, `
		DELETE FROM device
		WHERE practice = $1 AND compartment = $2 AND id = $3`, tx.Practice, string(tx.Compartment), id)
	if err != nil {
		return fmt.Errorf("forget device: %w", err)
	}
	return nil
}
