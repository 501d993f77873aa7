package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
)

// journals are rooms in which Tomas has a vault, too, and room for his journal.
func journals(t *testing.T, f func(*testing.T, *room)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := &room{World: w, vaults: vault.New(w.Door), form: makeForm()}
		r.Do(t, func(ctx context.Context) error { return r.vaults.Make(ctx, r.Tomas, r.form) })
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.BeginJournal(ctx, r.Tomas) })
		}
		f(t, r)
	})
}

func (r *room) writes(t *testing.T, fill string) (id string) {
	t.Helper()
	id = newID()
	r.Do(t, func(ctx context.Context) error {
		return r.vaults.Keep(ctx, r.Tomas, "tomas", vault.EntryForm{ID: id, Revision: 1, Sealed: sealed(1024, fill)})
	})
	return id
}

func (r *room) journal(t *testing.T, after string) (all []vault.Entry, next string) {
	t.Helper()
	r.Do(t, func(ctx context.Context) (err error) {
		all, next, err = r.vaults.Journal(ctx, r.Tomas, after)
		return err
	})
	return all, next
}

// chunk is one as a browser seals it, as far as the server can tell.
func chunk(size int, fill string) []byte {
	return append([]byte{vault.Version}, bytes.Repeat([]byte(fill), 12+size+16)[:12+size+16]...)
}

func (r *room) sends(t *testing.T, media string, n int, bytes []byte) (used int64) {
	t.Helper()
	r.Do(t, func(ctx context.Context) (err error) {
		used, err = r.vaults.KeepChunk(ctx, r.Tomas, vault.ChunkForm{Media: media, N: n, Sealed: bytes})
		return err
	})
	return used
}

func (r *room) refuses(t *testing.T, kind fault.Kind, media string, n int, bytes []byte) {
	t.Helper()
	r.fails(t, kind, func(ctx context.Context) error {
		_, err := r.vaults.KeepChunk(ctx, r.Tomas, vault.ChunkForm{Media: media, N: n, Sealed: bytes})
		return err
	})
}

// piece sends one of so many chunks for an entry.
func (r *room) piece(t *testing.T, entry string, chunks int, fill string) (id string) {
	t.Helper()
	id = newID()
	one := chunk(2000, fill)
	for n := range chunks {
		r.sends(t, id, n, one)
	}
	r.Do(t, func(ctx context.Context) error {
		return r.vaults.End(ctx, r.Tomas, vault.EndForm{Media: id, Entry: entry, Chunks: chunks, Size: int64(chunks * len(one))})
	})
	return id
}

func TestAJournalIsReadPageByPageAndAnEntryGoesWithItsMedia(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		var ids []string
		for i := range vault.PageSize + 3 {
			ids = append(ids, r.writes(t, fmt.Sprint(canary, i)))
		}
		first, next := r.journal(t, "")
		rest, end := r.journal(t, next)
		var got []string
		for _, e := range append(first, rest...) {
			got = append(got, e.ID)
			if e.About != "tomas" || e.Revision != 1 || !bytes.Contains(e.Sealed, []byte(canary[:6])) {
				t.Fatalf("got %+v", e)
			}
		}
		slices.Reverse(got)
		if len(first) != vault.PageSize || end != "" || !slices.Equal(got, ids) {
			t.Errorf("%d and %d entries, then %q", len(first), len(rest), end)
		}
		for _, wrong := range []string{"x", ".", "1.", "." + ids[0], "-1." + ids[0], "00." + ids[0], "zzzzzzzzzzzzzzzzzzzzz." + ids[0], next + " "} {
			r.fails(t, fault.Invalid, func(ctx context.Context) error { _, _, err := r.vaults.Journal(ctx, r.Tomas, wrong); return err })
		}

		voice, other := r.piece(t, ids[5], 2, "v"), r.piece(t, ids[6], 1, "o")
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.Drop(ctx, r.Tomas, ids[5]) })
		}
		if n := r.Count(t, `SELECT count(*) FROM vault_entry WHERE id = $1`, ids[5]); n != 0 {
			t.Errorf("%d revisions are left", n)
		}
		if n, o := r.Count(t, `SELECT count(*) FROM vault_media_chunk WHERE media_id = $1`, voice), r.Count(t, `SELECT count(*) FROM vault_media_chunk WHERE media_id = $1`, other); n != 0 || o != 1 {
			t.Errorf("%d chunks of it are left, %d of another", n, o)
		}
		again := vault.EntryForm{ID: ids[5], Revision: 1, Sealed: sealed(1024, canary+"5")}
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.vaults.Keep(ctx, r.Tomas, "tomas", again) })

		// A restore of records from before brings neither back.
		r.Exec(t, `INSERT INTO vault_entry (practice, compartment, id, revision, made_at, sealed) SELECT practice, compartment, $1, 1, made_at, sealed FROM vault_entry WHERE id = $2`, ids[5], ids[0])
		ended := []access.Ending{{Compartment: access.EntriesRecord("tomas", "tomas"), ActorID: "tomas", Kind: "entry " + ids[5]}, {Compartment: access.EntriesRecord("tomas", "tomas"), ActorID: "tomas", Kind: "media " + other}}
		for range 2 {
			r.Do(t, func(ctx context.Context) error {
				return r.vaults.EndAgain(ctx, access.System(r.Practice, "operator"), ended)
			})
		}
		if n := r.Count(t, `SELECT count(*) FROM vault_entry WHERE id = $1`, ids[5]) + r.Count(t, `SELECT count(*) FROM vault_media`); n != 0 {
			t.Error("what was deleted is there again")
		}
		r.Refused(t, r.Tomas, access.EndAgain, func(ctx context.Context) error { return r.vaults.EndAgain(ctx, r.Tomas, ended) })
		r.NotOnDisk(t, canary)
		r.AuditHolds(t)
	})
}

func TestMediaComeInAnyOrderOnceAndWhole(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		id, entry := newID(), newID()
		big, last := chunk(vault.ChunkSize, canary), chunk(7, canary)
		if used := r.sends(t, id, 2, last); used != int64(len(last)) {
			t.Errorf("used %d", used)
		}
		r.sends(t, id, 0, big)
		end := vault.EndForm{Media: id, Entry: entry, Chunks: 3, Size: int64(2*len(big) + len(last))}
		missing := func(f vault.EndForm) {
			t.Helper()
			r.fails(t, fault.Invalid, func(ctx context.Context) error { return r.vaults.End(ctx, r.Tomas, f) })
		}
		missing(end)
		missing(vault.EndForm{Media: id, Entry: entry, Chunks: 2, Size: int64(len(big) + len(last))}) // 0 and 2 are no two
		r.sends(t, id, 1, big)
		if used := r.sends(t, id, 1, big); used != end.Size { // it came twice
			t.Errorf("used %d", used)
		}
		r.refuses(t, fault.Conflict, id, 1, last) // from another device
		missing(vault.EndForm{Media: id, Entry: entry, Chunks: 3, Size: end.Size - 1})
		missing(vault.EndForm{Media: id, Entry: "that of mine", Chunks: 3, Size: end.Size})
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.End(ctx, r.Tomas, end) })
		}
		r.fails(t, fault.Conflict, func(ctx context.Context) error {
			f := end
			f.Entry = newID()
			return r.vaults.End(ctx, r.Tomas, f)
		})
		r.refuses(t, fault.Conflict, id, 3, last)
		r.sends(t, id, 2, last)
		r.fails(t, fault.NotFound, func(ctx context.Context) error {
			return r.vaults.End(ctx, r.Tomas, vault.EndForm{Media: newID(), Entry: entry, Chunks: 1, Size: 1})
		})

		r.Do(t, func(ctx context.Context) error {
			m, err := r.vaults.OneMedia(ctx, r.Tomas, id)
			if !m.Whole || m.EntryID != entry || m.Chunks != 3 || m.Size != end.Size || !slices.Equal(m.There, []int{0, 1, 2}) {
				t.Errorf("got %+v", m)
			}
			return err
		})
		r.Do(t, func(ctx context.Context) error {
			all, err := r.vaults.AllMedia(ctx, r.Tomas)
			if len(all) != 1 || all[0].ID != id {
				t.Errorf("got %+v", all)
			}
			return err
		})
		r.Do(t, func(ctx context.Context) error {
			got, err := r.vaults.Chunk(ctx, r.Tomas, id, 0)
			if !bytes.Equal(got, big) {
				t.Error("it came back as something else")
			}
			return err
		})
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.vaults.Chunk(ctx, r.Tomas, id, 3); return err })
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.vaults.OneMedia(ctx, r.Tomas, newID()); return err })

		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.vaults.DropMedia(ctx, r.Tomas, id) })
		}
		r.refuses(t, fault.Conflict, id, 0, big) // a device that was away brings nothing back
		r.NotOnDisk(t, canary)
		r.AuditHolds(t)
	})
}

func TestTwoDevicesAtOnceLeaveOneOfEach(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		id, entry := newID(), newID()
		var all sync.WaitGroup
		for range 3 { // devices
			for n := range 4 {
				all.Go(func() {
					ctx, visit := r.Door.Visit(t.Context())
					_, err := r.vaults.KeepChunk(ctx, r.Tomas, vault.ChunkForm{Media: id, N: n, Sealed: chunk(1000+n, "x")})
					if err := errors.Join(err, visit.Settle()); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		r.Do(t, func(ctx context.Context) error {
			return r.vaults.End(ctx, r.Tomas, vault.EndForm{Media: id, Entry: entry, Chunks: 4, Size: 4*1029 + 6})
		})
	})
}

func TestWhatIsNoSealedChunkIsRefused(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		id := newID()
		r.refuses(t, fault.TooLarge, id, 0, chunk(vault.ChunkSize+1, "x"))
		r.refuses(t, fault.TooLarge, id, vault.MaxChunks, chunk(1, "x"))
		r.refuses(t, fault.TooLarge, id, -1, chunk(1, "x"))
		r.refuses(t, fault.Invalid, id, 0, nil)
		r.refuses(t, fault.Invalid, id, 0, chunk(0, "x"))
		r.refuses(t, fault.Invalid, id, 0, []byte("\x89PNG\r\n\x1a\n and then the picture as it is, not sealed"))
		r.refuses(t, fault.Invalid, "mine", 0, chunk(1, "x"))
		if n := r.Count(t, `SELECT count(*) FROM vault_media`) + r.Count(t, `SELECT count(*) FROM vault_media_chunk`); n != 0 {
			t.Errorf("%d of it were kept", n)
		}
	})
}

func TestNobodyKeepsMoreThanTheirPart(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		id := newID()
		r.sends(t, id, 0, chunk(100, "x"))
		r.Exec(t, `UPDATE vault_media SET size = $1`, vault.MaxKept-200)
		r.sends(t, id, 1, chunk(100, "x"))
		r.refuses(t, fault.TooLarge, id, 2, chunk(100, "x"))
		r.refuses(t, fault.TooLarge, newID(), 0, chunk(100, "x"))
		r.Do(t, func(ctx context.Context) error {
			used, err := r.vaults.Space(ctx, r.Tomas)
			if used != vault.MaxKept-200+129 {
				t.Errorf("used %d", used)
			}
			return err
		})
		r.Do(t, func(ctx context.Context) error { return r.vaults.DropMedia(ctx, r.Tomas, id) })
		r.sends(t, newID(), 0, chunk(100, "x"))
	})
}

func TestWhatNobodyFinishedForAWeekIsRemoved(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		entry := r.writes(t, "x")
		whole, left := r.piece(t, entry, 1, "w"), newID()
		r.sends(t, left, 0, chunk(100, "x"))
		r.Clock.Pass(vault.KeptUnfinished - time.Hour)
		going := newID()
		r.sends(t, going, 0, chunk(100, "x"))
		tidy := func() {
			r.Do(t, func(ctx context.Context) error { return r.vaults.Tidy(ctx, &job.Run{Practice: r.Practice}) })
		}
		tidy()
		if n := r.Count(t, `SELECT count(*) FROM vault_media`); n != 3 {
			t.Errorf("%d are there after six days", n)
		}
		r.Clock.Pass(2 * time.Hour)
		tidy()
		if r.Count(t, `SELECT count(*) FROM vault_media WHERE id IN ($1, $2)`, whole, going) != 2 || r.Count(t, `SELECT count(*) FROM vault_media_chunk`) != 2 {
			t.Error("not only what was left is gone")
		}
		r.AuditHolds(t)
	})
}

func TestNobodyElseReachesAJournal(t *testing.T) {
	journals(t, func(t *testing.T, r *room) {
		entry := r.writes(t, canary)
		media := r.piece(t, entry, 1, canary)
		r.Grant(t, r.Supervisor, r.Client, access.Supervises)
		r.Grant(t, r.Stranger, r.Client, access.Emergency)
		form := vault.ChunkForm{Media: media, N: 1, Sealed: chunk(100, "x")}
		for _, who := range []access.Actor{r.Clinician, r.Stranger, r.Supervisor, r.Manager} {
			for action, do := range map[access.Action]func(context.Context) error{
				access.BeginJournal: func(ctx context.Context) error { return r.vaults.BeginJournal(ctx, who) },
				access.DropEntry:    func(ctx context.Context) error { return r.vaults.Drop(ctx, who, entry) },
				access.DropMedia:    func(ctx context.Context) error { return r.vaults.DropMedia(ctx, who, media) },
				access.KeepMedia:    func(ctx context.Context) error { _, err := r.vaults.KeepChunk(ctx, who, form); return err },
				access.ReadMedia:    func(ctx context.Context) error { _, err := r.vaults.Chunk(ctx, who, media, 0); return err },
				access.KeepEntry: func(ctx context.Context) error {
					return r.vaults.Keep(ctx, who, "tomas", vault.EntryForm{ID: entry, Revision: 2, Sealed: sealed(1024, "x")})
				},
			} {
				r.Refused(t, who, action, do)
			}
			r.Refused(t, who, access.ReadMedia, func(ctx context.Context) error { _, err := r.vaults.OneMedia(ctx, who, media); return err })
			r.Refused(t, who, access.KeepMedia, func(ctx context.Context) error {
				return r.vaults.End(ctx, who, vault.EndForm{Media: media, Entry: entry, Chunks: 1, Size: 1})
			})
		}
		for _, who := range []access.Actor{r.Clinician, r.Stranger, r.Supervisor} {
			r.Do(t, func(ctx context.Context) error {
				all, err := r.vaults.Entries(ctx, who, "tomas")
				own, _, err2 := r.vaults.Journal(ctx, who, "")
				media, err3 := r.vaults.AllMedia(ctx, who)
				used, err4 := r.vaults.Space(ctx, who)
				if len(all)+len(own)+len(media) > 0 || used > 0 {
					t.Errorf("%s reads %d entries, %d pieces", who.ID, len(all)+len(own), len(media))
				}
				return errors.Join(err, err2, err3, err4)
			})
		}
		// What the vault holds ends with it.
		r.Do(t, func(ctx context.Context) error { return r.vaults.Discard(ctx, r.Tomas, r.form.ID) })
		if n := r.Count(t, `SELECT count(*) FROM vault_media`) + r.Count(t, `SELECT count(*) FROM vault_media_chunk`) + r.Count(t, `SELECT count(*) FROM vault_entry`); n != 0 {
			t.Errorf("%d are left of a vault that was discarded", n)
		}
		r.AuditHolds(t)
	})
}

func FuzzACursorIsReadAsItWasWritten(f *testing.F) {
	f.Add("")
	f.Add("1." + newID())
	f.Add("-1.x")
	f.Fuzz(func(t *testing.T, text string) {
		again, err := vault.CursorAgain(text)
		if err == nil && again != text && text != "" {
			t.Errorf("%q was read as %q", text, again)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && text != "" && strings.Contains(err.Error(), text) && len(text) > 3 {
			t.Errorf("%q is quoted", text)
		}
	})
}
