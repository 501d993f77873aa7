package takeout_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// sound is a piece of sound of so many bytes.
func sound(size int) []byte {
	all := make([]byte, size)
	for i := range all {
		all[i] = byte(i * 7 >> 3)
	}
	copy(all, "OggS\x00")
	return all
}

// share shares words with pieces of these sizes.
func (r *room) share(t *testing.T, words string, sizes ...int) journal.ShareForm {
	t.Helper()
	f := journal.ShareForm{ID: webtest.NewID(t), EntryID: webtest.NewID(t), Kind: journal.Voice, Words: words, Last: journal.FirstDay(r.w.Clock.Now())}
	for _, size := range sizes {
		f.Pieces = append(f.Pieces, journal.Piece{ID: webtest.NewID(t), Type: "audio/ogg", Size: int64(size)})
	}
	r.w.Do(t, func(ctx context.Context) error { _, err := r.shares.Make(ctx, r.tomas, f, r.w.Clock.Now()); return err })
	for _, p := range f.Pieces {
		n := 0
		for chunk := range slices.Chunk(sound(int(p.Size)), journal.ChunkSize) {
			r.w.Do(t, func(ctx context.Context) error {
				return r.shares.KeepPart(ctx, r.tomas, journal.PartForm{Share: f.ID, Piece: p.ID, N: n, Bytes: chunk})
			})
			n++
		}
	}
	if len(sizes) > 0 {
		r.w.Do(t, func(ctx context.Context) error { return r.shares.Finish(ctx, r.tomas, f.ID) })
	}
	return f
}

// files are what is in a ZIP, by name, in order.
func files(t *testing.T, whole string) (names []string, all map[string]string) {
	t.Helper()
	z, err := zip.NewReader(strings.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	all = map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		names, all[f.Name] = append(names, f.Name), string(text)
	}
	return names, all
}

func TestAnArchiveIsOneFileWithTheSumsOfAllThatIsInIt(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := newRoom(t, w)
		r.share(t, "Heard by the river", 700_000, 9)
		for who, path := range map[access.Actor]string{r.tomas: "/my/archive/archive.zip", r.ines: "/clients/" + r.tomas.ID + "/archive/archive.zip"} {
			got := r.Browser(t, who).Open(path)
			if got.Header.Get("Content-Type") != "application/zip" || got.Header.Get("Cache-Control") != "no-store" ||
				!strings.HasPrefix(got.Header.Get("Content-Disposition"), `attachment; filename="archive-2026-11-`) {
				t.Errorf("headers: %v", got.Header)
			}
			names, all := files(t, got.Body)
			if len(names) != 7 || names[0] != "index.html" || names[6] != "SHA256SUMS.txt" {
				t.Errorf("files: %q", names)
			}
			var want strings.Builder
			for _, name := range names[:6] {
				sum := sha256.Sum256([]byte(all[name]))
				want.WriteString(hex.EncodeToString(sum[:]) + "  " + name + "\n")
			}
			if all["SHA256SUMS.txt"] != want.String() {
				t.Errorf("sums: %s", all["SHA256SUMS.txt"])
			}
			if all[names[4]] != string(sound(700_000)) || all[names[5]] != string(sound(9)) || !strings.HasPrefix(names[4], "shared/2026-11-") || !strings.HasSuffix(names[4], "-1-audio.ogg") {
				t.Errorf("what is shared: %q", names)
			}
			var bundle struct {
				Of string
			}
			if err := json.Unmarshal([]byte(all["bundle.json"]), &bundle); err != nil || bundle.Of != r.tomas.ID {
				t.Errorf("bundle: %v %+v", err, bundle)
			}
			for _, page := range []string{"index.html", "record.html"} {
				for _, not := range []string{"<script", "<link", "src=", "url(", "@import", "http:", "https:"} {
					if strings.Contains(all[page], not) {
						t.Errorf("%s has %q", page, not)
					}
				}
			}
			if !strings.Contains(all["record.html"], "Heard by the river") || !strings.Contains(all["record.json"], "Heard by the river") {
				t.Error("the words that are shared are not in it")
			}
		}

		// What a browser fetches for the file that it makes.
		b := r.Browser(t, r.tomas)
		var told []struct {
			Name, At string
			Size     int64
		}
		if err := json.Unmarshal([]byte(b.Open("/my/archive/shared.json").Body), &told); err != nil || len(told) != 2 || told[1].Size != 9 {
			t.Fatalf("shared: %v %+v", err, told)
		}
		if got := b.Open(told[0].At); got.Body != string(sound(700_000)) || got.Header.Get("Content-Length") != "700000" {
			t.Errorf("%d bytes of %s", len(got.Body), got.Header.Get("Content-Length"))
		}
		r.w.AuditHolds(t)
	})
}

func TestTheClientSeesThatAnArchiveWasMadeAndNobodyElseMakesOne(t *testing.T) {
	r := newRoom(t, waytest.In(t, t.TempDir()))
	f := r.share(t, "Heard", 9)
	at := "/clients/" + r.tomas.ID + "/archive"
	ines := r.Browser(t, r.ines)
	ines.Want(http.StatusOK, ines.Get(at))
	ines.Has("Make the archive", "sees that you made an archive", "archive.zip")
	ines.Open(at + "/archive.zip")
	var made bool
	r.w.Do(t, func(ctx context.Context) error {
		all, err := r.People.Openings(ctx, r.tomas, r.tomas.ID, 50)
		for _, o := range all {
			made = made || o.Action == access.ArchiveClient && o.ActorID == r.ines.ID && o.Allowed
		}
		return err
	})
	if !made {
		t.Error("who opened the record does not say that an archive was made")
	}
	var opened []journal.Opening
	r.w.Do(t, func(ctx context.Context) error {
		all, err := r.shares.List(ctx, r.tomas, r.tomas.ID)
		opened = all[0].Opened
		return err
	})
	if len(opened) != 1 {
		t.Errorf("who opened %s: %+v", f.ID, opened)
	}

	mona := r.Join(t, r.Operator(), "Mona", "mona@example.org", person.Manager)
	bert := r.Join(t, mona, "Bert", "bert@example.org", person.Clinician)
	for _, who := range []access.Actor{bert, mona, r.tomas} {
		b := r.Browser(t, who)
		for _, path := range []string{at, at + "/archive.zip"} {
			b.Want(http.StatusNotFound, b.Get(path))
		}
	}
	r.w.Clock.Pass(6 * time.Minute)
	ines.Want(http.StatusOK, ines.Get(at))
	ines.Has("Say who you are")
	got := ines.Send(http.MethodGet, at+"/archive.zip", nil)
	if got.Status == http.StatusOK || strings.Contains(got.Body, "Heard") {
		t.Errorf("without a fresh sign-in: %d", got.Status)
	}
}

func TestAnArchiveThatBreaksOffIsNoArchive(t *testing.T) {
	r := newRoom(t, waytest.In(t, t.TempDir()))
	r.share(t, "Heard", 3_000_000)
	r.w.Exec(t, `DELETE FROM journal_share_chunk WHERE n = 9`)
	for who, path := range map[access.Actor]string{r.tomas: "/my/archive/archive.zip", r.ines: "/clients/" + r.tomas.ID + "/archive/archive.zip"} {
		b := r.Browser(t, who)
		w := &kept{header: http.Header{}}
		broke := func() (broke any) {
			defer func() { broke = recover() }()
			r.Handler.ServeHTTP(w, r.request(t, b, path))
			return nil
		}()
		if broke != http.ErrAbortHandler {
			t.Fatalf("it ended with %v", broke)
		}
		if w.status != http.StatusOK || w.Len() < 1_000_000 {
			t.Errorf("%d, %d bytes", w.status, w.Len())
		}
		if _, err := zip.NewReader(bytes.NewReader(w.Bytes()), int64(w.Len())); err == nil {
			t.Error("what broke off is taken for a ZIP")
		}
	}
	// Nothing is held, and whoever comes next is answered.
	r.share(t, "Heard again")
	r.w.AuditHolds(t)
}

// request asks for a page as b would.
func (r *room) request(t *testing.T, b *webtest.Browser, path string) *http.Request {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, r.Origin+path, nil)
	for name, value := range b.Cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return req
}

// kept keeps what is written.
type kept struct {
	bytes.Buffer
	header http.Header
	status int
}

func (k *kept) Header() http.Header  { return k.header }
func (k *kept) WriteHeader(code int) { k.status = code }

// passing lets go of what is written, and notes how much memory is in use.
type passing struct {
	header http.Header
	size   int64
	most   uint64
}

func (p *passing) Header() http.Header { return p.header }
func (p *passing) WriteHeader(int)     {}

func (p *passing) Write(b []byte) (int, error) {
	if p.size>>22 != (p.size+int64(len(b)))>>22 { // each four megabytes
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		p.most = max(p.most, m.HeapAlloc)
	}
	p.size += int64(len(b))
	return len(b), nil
}

// How much is shared in the next test, in megabytes, is for whoever measures:
// WAYMARK_ARCHIVE_MB=200.
func TestALargeArchiveTakesLittleMemory(t *testing.T) {
	size := 24
	if n, err := strconv.Atoi(os.Getenv("WAYMARK_ARCHIVE_MB")); err == nil {
		size = n
	}
	r := newRoom(t, waytest.In(t, t.TempDir()))
	for left := size; left > 0; left -= 50 {
		r.share(t, "Heard", min(left, 50)<<20)
	}
	b := r.Browser(t, r.tomas)
	req := r.request(t, b, "/my/archive/archive.zip")
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	w, begun := &passing{header: http.Header{}}, time.Now()
	r.Handler.ServeHTTP(w, req)
	used := int64(w.most) - int64(before.HeapAlloc)
	t.Logf("%d MB in %s, with %d KiB more in use", w.size>>20, time.Since(begun), used>>10)
	if w.size < int64(size)<<20 || used > 12<<20 {
		t.Errorf("%d bytes, with %d more in use", w.size, used)
	}
}
