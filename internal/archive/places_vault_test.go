package archive

import (
	"bytes"
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A check opens what the server sealed around it; what the browser sealed stays so.
func TestWhatLiesInAVaultIsFoundWhole(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		vaults := vault.New(w.Door)
		id := func() string { return uuid.Must(uuid.NewV7()).String() }
		wrap := append([]byte{vault.Version}, make([]byte, vault.WrapSize-1)...)
		sealed := append([]byte{vault.Version}, make([]byte, 12+1024+16)...)
		form := vault.MakeForm{ID: id(), Salt: make([]byte, vault.SaltSize), Wrap: wrap}
		w.Do(t, func(ctx context.Context) error { return vaults.Make(ctx, w.Clinician, form) })
		w.Do(t, func(ctx context.Context) error { return vaults.Begin(ctx, w.Clinician, "tomas") })
		entry := vault.EntryForm{ID: id(), Revision: 1, Sealed: sealed}
		w.Do(t, func(ctx context.Context) error { return vaults.Keep(ctx, w.Clinician, "tomas", entry) })
		entry.Revision, entry.Sealed = 2, bytes.Clone(sealed)
		w.Do(t, func(ctx context.Context) error { return vaults.Keep(ctx, w.Clinician, "tomas", entry) })

		tx, err := w.DB.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		tables, err := tx.Tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var here known
		if here.keys, err = names(t.Context(), tx, `SELECT practice, compartment FROM compartment`); err != nil {
			t.Fatal(err)
		}
		var c Checked
		for _, table := range tables {
			switch table.Name {
			case "vault", "vault_way", "vault_entry":
				if err := c.column(t.Context(), tx, w.Ring, here, table, "sealed", All); err != nil {
					t.Fatal(err)
				}
			}
		}
		if c.Opened != 4 || len(c.Wrong) > 0 {
			t.Errorf("opened %d; wrong: %q", c.Opened, c.Wrong)
		}
	})
}
