package release_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
)

const words = "Kanari that was let out"

type world struct {
	*waytest.World
	rs *release.Releases
	vs *vault.Vaults
}

func of(w *waytest.World) world { return world{w, release.New(w.Door), vault.New(w.Door)} }

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// sealed is something as a browser seals it, as far as the server can see.
func sealed(fill byte) []byte {
	all := make([]byte, 1+12+1<<10+16)
	for i := range all {
		all[i] = fill
	}
	all[0] = vault.Version
	return all
}

// write keeps a note of the clinician's about the client in their vault.
func (w world) write(t *testing.T, entry string, revision int64) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error { return w.vs.Begin(ctx, w.Clinician, w.Tomas.ID) })
	w.Do(t, func(ctx context.Context) error {
		return w.vs.Keep(ctx, w.Clinician, w.Tomas.ID, vault.EntryForm{ID: entry, Revision: revision, Sealed: sealed(byte(revision))})
	})
}

func (w world) form(entry string) release.Form {
	return release.Form{ID: newID(), Entry: entry, Revision: 1, Words: words, Last: release.FirstDay(w.Clock.Now())}
}

func (w world) make(t *testing.T, f release.Form) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error { return w.rs.Make(ctx, w.Clinician, w.Tomas.ID, f, w.Clock.Now()) })
}

// in are the words that go into archives now.
func (w world) in(t *testing.T) (all []string) {
	t.Helper()
	w.Do(t, func(ctx context.Context) error {
		tx, err := w.Door.Begin(ctx, w.Clinician, access.ArchiveClient, w.Client)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		some, err := release.In(ctx, tx)
		for _, r := range some {
			all = append(all, r.Words)
		}
		return err
	})
	return all
}

func (w world) own(t *testing.T) (all []release.Release) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		all, err = w.rs.Own(ctx, w.Clinician, w.Tomas.ID)
		return err
	})
	return all
}

func TestANoteIsReleasedUntilADateOrUntilItsAuthorTakesItBack(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		entry := newID()
		w.write(t, entry, 1)
		f := w.form(entry)
		w.make(t, f)
		w.make(t, f) // the answer was lost
		if got := w.in(t); len(got) != 1 || got[0] != words {
			t.Errorf("released: %q", got)
		}
		own := w.own(t)
		if len(own) != 1 || own[0].Words != "" || own[0].Entry != entry || own[0].Revision != 1 {
			t.Errorf("own: %+v", own)
		}

		other := f
		other.Words = "Something else"
		w.refuses(t, fault.Conflict, other)

		w.Clock.Pass(24 * time.Hour)
		if got := w.in(t); len(got) != 0 {
			t.Errorf("after its last day: %q", got)
		}

		w.write(t, entry, 2)
		late := w.form(entry)
		w.refuses(t, fault.Conflict, late) // of what stood there before
		late.Revision = 2
		w.make(t, late)
		again := w.form(entry)
		again.Revision, again.Words = 2, words+" once more"
		w.make(t, again)
		if got := w.in(t); len(got) != 1 || got[0] != again.Words {
			t.Errorf("one note is released once: %q", got)
		}
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.rs.TakeBack(ctx, w.Clinician, w.Tomas.ID, again.ID) })
		}
		if got := w.in(t); len(got) != 0 {
			t.Errorf("taken back: %q", got)
		}
		w.refuses(t, fault.Conflict, again) // a form that comes late
		w.NotOnDisk(t, "Kanari")
		w.AuditHolds(t)
	})
}

func (w world) refuses(t *testing.T, kind fault.Kind, f release.Form) {
	t.Helper()
	ctx, settle := w.Visit(t)
	defer settle()
	if err := w.rs.Make(ctx, w.Clinician, w.Tomas.ID, f, w.Clock.Now()); !fault.Is(err, kind) {
		t.Errorf("%+v: %v", f, err)
	}
}

func TestWhatIsNoNoteOfTheirsIsNotReleased(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		entry := newID()
		w.write(t, entry, 1)
		for kind, f := range map[fault.Kind]func(*release.Form){
			fault.NotFound: func(f *release.Form) { f.Entry = newID() },
		} {
			bad := w.form(entry)
			f(&bad)
			w.refuses(t, kind, bad)
		}
		for _, wrong := range []func(*release.Form){
			func(f *release.Form) { f.ID = "x" },
			func(f *release.Form) { f.Entry = "" },
			func(f *release.Form) { f.Words = " \n" },
			func(f *release.Form) { f.Words = strings.Repeat("a", release.MaxWords+1) },
			func(f *release.Form) { f.Words = "bell \a" },
			func(f *release.Form) { f.Last = "2020-01-01" },
			func(f *release.Form) { f.Last = "tomorrow" },
			func(f *release.Form) { f.Last = w.Clock.Now().AddDate(2, 0, 0).Format(time.DateOnly) },
			func(f *release.Form) { f.Revision = 0 },
		} {
			bad := w.form(entry)
			wrong(&bad)
			w.refuses(t, fault.Invalid, bad)
		}
		if got := w.in(t); len(got) != 0 {
			t.Errorf("released: %q", got)
		}
	})
}

func TestNobodyElseReleasesOrTakesBack(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		entry := newID()
		w.write(t, entry, 1)
		f := w.form(entry)
		w.make(t, f)
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor, access.Anyone(w.Practice), access.System(w.Practice, "journal")} {
			w.Refused(t, actor, access.MakeRelease, func(ctx context.Context) error {
				return w.rs.Make(ctx, actor, w.Tomas.ID, w.form(entry), w.Clock.Now())
			})
			w.Refused(t, actor, access.EndRelease, func(ctx context.Context) error { return w.rs.TakeBack(ctx, actor, w.Tomas.ID, f.ID) })
		}
		if got := w.in(t); len(got) != 1 {
			t.Errorf("released: %q", got)
		}
	})
}

func TestColleaguesWhoTreatTheSameClientHaveReleasesOfTheirOwn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w, colleague := of(db), of(db)
		w.Grant(t, w.Stranger, w.Client, access.Treats)
		hers := *db
		hers.Clinician = w.Stranger
		colleague.World = &hers
		f := make(map[string]release.Form)
		for name, who := range map[string]world{"Ines": w, "Mallory": colleague} {
			entry := newID()
			who.write(t, entry, 1)
			f[name] = who.form(entry)
			who.make(t, f[name])
		}
		if own := w.own(t); len(own) != 1 || own[0].ID != f["Ines"].ID {
			t.Errorf("one's own: %+v", own)
		}
		if own := colleague.own(t); len(own) != 1 || own[0].ID != f["Mallory"].ID {
			t.Errorf("the colleague's: %+v", own)
		}
		ctx, settle := w.Visit(t)
		err := w.rs.TakeBack(ctx, w.Stranger, w.Tomas.ID, f["Ines"].ID)
		settle()
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague's is taken back: %v", err)
		}
		if got := w.in(t); len(got) != 2 {
			t.Errorf("released: %q", got)
		}
	})
}

func TestAnAuthorWhoseWorkHasEndedMayStillTakeBackAndReleasesNothingMore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		entry := newID()
		w.write(t, entry, 1)
		f := w.form(entry)
		w.make(t, f)
		w.Ungrant(t, w.Clinician, w.Client)
		w.Refused(t, w.Clinician, access.MakeRelease, func(ctx context.Context) error {
			return w.rs.Make(ctx, w.Clinician, w.Tomas.ID, w.form(entry), w.Clock.Now())
		})
		if own := w.own(t); len(own) != 1 {
			t.Errorf("own: %+v", own)
		}
		w.Do(t, func(ctx context.Context) error { return w.rs.TakeBack(ctx, w.Clinician, w.Tomas.ID, f.ID) })
		if own := w.own(t); len(own) != 0 {
			t.Errorf("own: %+v", own)
		}
	})
}

func TestWhatWasTakenBackStaysSoAfterARestoreAndWhatIsOverGoes(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		entry, other := newID(), newID()
		w.write(t, entry, 1)
		w.write(t, other, 1)
		f, long := w.form(entry), w.form(other)
		long.Last = release.LastDay(w.Clock.Now())
		w.make(t, f)
		w.make(t, long)
		operator := access.System(w.Practice, "operator")
		ended := []access.Ending{{Compartment: w.Client, ActorID: w.Clinician.ID, Kind: "release " + f.ID}, {Compartment: w.Client, ActorID: w.Clinician.ID, Kind: "share " + long.ID}}
		for range 2 {
			w.Do(t, func(ctx context.Context) error { return w.rs.EndAgain(ctx, operator, ended) })
		}
		if own := w.own(t); len(own) != 1 || own[0].ID != long.ID {
			t.Errorf("own: %+v", own)
		}
		w.Clock.Pass(400 * 24 * time.Hour)
		w.Do(t, func(ctx context.Context) error {
			return release.TidyAs(w.rs, ctx, access.System(w.Practice, "release"))
		})
		if n := w.Count(t, `SELECT count(*) FROM release`); n != 0 {
			t.Errorf("%d rows are left", n)
		}
		for _, actor := range []access.Actor{w.Manager, w.Clinician, access.System(w.Practice, "journal")} {
			w.Refused(t, actor, access.TidyReleases, func(ctx context.Context) error { return release.TidyAs(w.rs, ctx, actor) })
		}
	})
}
