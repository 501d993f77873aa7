package instrument

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// sealedOwn and sealedPack are what the database holds under the practice's key.
type sealedOwn struct {
	File []byte `json:"file"`
	By   string `json:"by"`
}

type sealedPack struct {
	ID string `json:"id"`
	On bool   `json:"on"`
	By string `json:"by"`
}

func ownPlace(mark []byte) string { return "practice_instrument.sealed " + hex.EncodeToString(mark) }

func packPlace(mark []byte, changed int64) string {
	return fmt.Sprintf("practice_pack.sealed %s %d", hex.EncodeToString(mark), changed)
}

type ownRow struct {
	mark          []byte
	made, retired int64
}

func ownRows(ctx context.Context, tx *access.Tx) ([]ownRow, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, made_at, retired_at FROM practice_instrument
		WHERE practice = $1 ORDER BY made_at, mark`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read the practice's questionnaires: %w", err)
	}
	defer rows.Close()

	var all []ownRow
	for rows.Next() {
		var r ownRow
		if err := rows.Scan(&r.mark, &r.made, &r.retired); err != nil {
			return nil, fmt.Errorf("read questionnaire: %w", err)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

func (r ownRow) open(ctx context.Context, tx *access.Tx) (Own, error) {
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT sealed FROM practice_instrument WHERE practice = $1 AND mark = $2`, tx.Practice, r.mark).Scan(&body)
	if err != nil {
		return Own{}, fmt.Errorf("read questionnaire: %w", err)
	}
	plain, err := tx.OpenShared(ctx, ownPlace(r.mark), body)
	if err != nil {
		return Own{}, fmt.Errorf("open questionnaire: %w", err)
	}
	var s sealedOwn
	if err := json.Unmarshal(plain, &s); err != nil {
		return Own{}, fmt.Errorf("decode questionnaire: %w", err)
	}
	in, err := parse(s.File)
	if err != nil {
		return Own{}, fmt.Errorf("read a questionnaire again that was read once: %w", err)
	}
	return Own{Instrument: in, File: s.File, By: s.By, MadeAt: access.Moment(r.made), RetiredAt: access.Moment(r.retired)}, nil
}

// same says whether both ask the same and score it the same.
func (o Own) same(in *Instrument) bool { return reflect.DeepEqual(o.Instrument, in) }

// insertOwn says whether the definition is new.
func insertOwn(ctx context.Context, tx *access.Tx, mark []byte, o Own) (bool, error) {
	body, err := tx.SealJSON(ctx, ownPlace(mark), sealedOwn{File: o.File, By: o.By})
	if err != nil {
		return false, err
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO practice_instrument (practice, mark, made_at, changed_at, retired_at, sealed)
		VALUES ($1, $2, $3, $3, 0, $4)
		ON CONFLICT DO NOTHING`, tx.Practice, mark, tx.Now.UnixMicro(), body)
	if err != nil {
		return false, fmt.Errorf("insert questionnaire: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

// retire keeps since when a definition is retired; 0 is not at all.
func retire(ctx context.Context, tx *access.Tx, mark []byte, at int64) error {
	done, err := tx.Exec(ctx, `
		UPDATE practice_instrument
		SET changed_at = $3,
		    retired_at = CASE WHEN CAST($4 AS BIGINT) > 0 AND retired_at > 0 THEN retired_at ELSE CAST($4 AS BIGINT) END
		WHERE practice = $1 AND mark = $2`, tx.Practice, mark, tx.Now.UnixMicro(), at)
	if err != nil {
		return fmt.Errorf("retire questionnaire: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n == 0 {
		return fault.Absent()
	}
	return nil
}

func putPack(ctx context.Context, tx *access.Tx, mark []byte, s sealedPack) error {
	at := tx.Now.UnixMicro()
	body, err := tx.SealJSON(ctx, packPlace(mark, at), s)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_pack (practice, mark, changed_at, sealed) VALUES ($1, $2, $3, $4)
		ON CONFLICT (practice, mark) DO UPDATE SET changed_at = excluded.changed_at, sealed = excluded.sealed`,
		tx.Practice, mark, at, body)
	if err != nil {
		return fmt.Errorf("keep pack: %w", err)
	}
	return nil
}

// packsOn are the ids of what is switched on.
func packsOn(ctx context.Context, tx *access.Tx) (map[string]bool, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, changed_at, sealed FROM practice_pack WHERE practice = $1`, tx.Practice)
	if err != nil {
		return nil, fmt.Errorf("read packs: %w", err)
	}
	defer rows.Close()

	on := make(map[string]bool)
	for rows.Next() {
		var mark, body []byte
		var at int64
		if err := rows.Scan(&mark, &at, &body); err != nil {
			return nil, fmt.Errorf("read pack: %w", err)
		}
		plain, err := tx.OpenShared(ctx, packPlace(mark, at), body)
		if err != nil {
			return nil, fmt.Errorf("open pack: %w", err)
		}
		var s sealedPack
		if err := json.Unmarshal(plain, &s); err != nil {
			return nil, fmt.Errorf("decode pack: %w", err)
		}
		on[s.ID] = s.On
	}
	return on, rows.Err()
}
