package archive

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/release"
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

		// A client's journal: a chunk of a piece, and a copy that they share.
		w.Do(t, func(ctx context.Context) error { return vaults.BeginJournal(ctx, w.Tomas) })
		w.Do(t, func(ctx context.Context) error {
			_, err := vaults.KeepChunk(ctx, w.Tomas, vault.ChunkForm{Media: id(), N: 3, Sealed: sealed})
			return err
		})
		shares := journal.New(w.Door)
		f := journal.ShareForm{
			ID: id(), EntryID: id(), Kind: journal.Voice, Words: "words", Last: w.Clock.Now().Format(time.DateOnly),
			Pieces: []journal.Piece{{ID: id(), Type: "audio/ogg", Size: 5}},
		}
		w.Do(t, func(ctx context.Context) error { _, err := shares.Make(ctx, w.Tomas, f, w.Clock.Now()); return err })
		w.Do(t, func(ctx context.Context) error {
			return shares.KeepPart(ctx, w.Tomas, journal.PartForm{Share: f.ID, Piece: f.Pieces[0].ID, Bytes: []byte("OggS\x00")})
		})

		// A process note that its author released.
		w.Do(t, func(ctx context.Context) error {
			return release.New(w.Door).Make(ctx, w.Clinician, "tomas", release.Form{
				ID: id(), Entry: entry.ID, Revision: 2, Words: "words", Last: release.FirstDay(w.Clock.Now()),
			}, w.Clock.Now())
		})

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
			case "vault", "vault_way", "vault_entry", "vault_media_chunk", "journal_share", "journal_share_chunk", "release":
				if err := c.column(t.Context(), tx, w.Ring, here, table, "sealed", All); err != nil {
					t.Fatal(err)
				}
			}
			if table.Name == "journal_share" {
				if err := c.column(t.Context(), tx, w.Ring, here, table, "sealed_words", All); err != nil {
					t.Fatal(err)
				}
			}
		}
		if c.Opened != 9 || len(c.Wrong) > 0 {
			t.Errorf("opened %d; wrong: %q", c.Opened, c.Wrong)
		}
	})
}
