package journal_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/journal"
	vaults "github.com/waymark-care/waymark/internal/web/vault"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

const canary = "Kanari, which I have told nobody else"

// A room is a practice in which Ines treats Tomas, Bert treats nobody, and Mona manages.
type room struct {
	*webtest.Site
	ines, bert, mona, tomas access.Actor
}

func newRoom(t *testing.T) *room {
	t.Helper()
	w := waytest.In(t, t.TempDir())
	s := webtest.New(t, w, "http://127.0.0.1:8420", person.Practice{Name: "Lindenhaus", Slug: "lindenhaus", Country: "GB", TimeZone: "Europe/London"})
	r := &room{Site: s}
	r.mona = s.Join(t, s.Operator(), "Mona", "mona@example.org", person.Manager)
	r.ines = s.Join(t, r.mona, "Ines Brandt", "ines@example.org", person.Clinician)
	r.bert = s.Join(t, r.mona, "Bert", "bert@example.org", person.Clinician)
	r.tomas = s.Join(t, r.ines, "Tomas Reed", "tomas@example.org", person.Client)
	v := vault.New(w.Door)
	s.Serve(web.Options{},
		(&vaults.Pages{Vaults: v, Accounts: s.Accounts, People: s.People}).Routes(),
		(&pages.Pages{Vaults: v, Shares: journal.New(w.Door), Accounts: s.Accounts, People: s.People}).Routes())
	return r
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func sealed(size int) []byte {
	return append([]byte{vault.Version}, bytes.Repeat([]byte{9}, 12+size+16)...)
}

// makes gives Tomas a vault.
func (r *room) makes(t *testing.T, b *webtest.Browser) (id string) {
	t.Helper()
	id = webtest.NewID(t)
	wrap := append([]byte{vault.Version}, make([]byte, vault.WrapSize-1)...)
	b.Want(http.StatusOK, b.Submit("/my/vault", "id", id, "salt", b64(make([]byte, vault.SaltSize)), "wrap", b64(wrap)))
	if b.Body != `{"go":"/my/journal?done=made"}` {
		t.Errorf("got %s", b.Body)
	}
	return id
}

// asked is what a script is told at an address.
func asked[T any](t *testing.T, b *webtest.Browser, path string) (told T) {
	t.Helper()
	b.Want(http.StatusOK, b.Get(path))
	if err := json.Unmarshal([]byte(b.Body), &told); err != nil {
		t.Fatalf("%s: %v\n%s", path, err, b.Body)
	}
	return told
}

// sends sends bytes as they are, as a script does.
func sends(b *webtest.Browser, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	q := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8420"+path, body)
	q.Header.Set("Content-Type", kind)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	q.Header.Set("Accept", "application/json")
	return b.Do(q)
}

const octets = "application/octet-stream"

func TestAJournalIsKeptAndGivenBackSealed(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	if k := asked[struct {
		ID   string
		Room bool
	}](t, b, "/my/vault/keys"); k.ID != "" || k.Room {
		t.Errorf("before there is one: %+v", k)
	}
	b.Want(http.StatusNotFound, b.Submit("/my/journal/entries", "id", webtest.NewID(t), "revision", "1", "sealed", b64(sealed(1024))))
	made := r.makes(t, b)
	if k := asked[struct {
		ID, Owner string
		Room      bool
	}](t, b, "/my/vault/keys"); k.ID != made || k.Owner != r.tomas.ID || !k.Room {
		t.Errorf("got %+v", k)
	}
	b.Want(http.StatusOK, b.Submit("/my/vault/room"))

	entry := webtest.NewID(t)
	b.Want(http.StatusOK, b.Submit("/my/journal/entries", "id", entry, "revision", "1", "sealed", b64(sealed(1024))))
	b.Has("Thursday 19 November, ")
	b.Want(http.StatusConflict, b.Submit("/my/journal/entries", "id", entry, "revision", "1", "sealed", b64(sealed(2048))))
	b.Want(http.StatusUnprocessableEntity, b.Submit("/my/journal/entries", "id", entry, "revision", "2", "sealed", canary))
	b.Want(http.StatusUnprocessableEntity, b.Submit("/my/journal/entries", "id", entry, "revision", "two", "sealed", b64(sealed(1024))))
	b.Want(http.StatusUnprocessableEntity, b.Submit("/my/journal/entries", "id", entry, "revision", "2", "sealed", b64([]byte(canary))))
	b.Want(http.StatusRequestEntityTooLarge, b.Submit("/my/journal/entries", "id", entry, "revision", "2", "sealed", strings.Repeat("A", 1<<20)))
	type list struct {
		Entries []struct{ ID, About, Begun, At, Day, Sealed string }
		Next    string
	}
	all := asked[list](t, b, "/my/journal/entries")
	if len(all.Entries) != 1 || all.Next != "" || all.Entries[0].Sealed != b64(sealed(1024)) || all.Entries[0].About != r.tomas.ID || all.Entries[0].Day != "2026-11-19" {
		t.Errorf("got %+v", all)
	}
	b.Want(http.StatusUnprocessableEntity, b.Get("/my/journal/entries?after=yesterday"))

	media := webtest.NewID(t)
	at := "/my/journal/media/" + media
	b.Want(http.StatusOK, sends(b, at+"/1", octets, bytes.NewReader(sealed(100))))
	b.Want(http.StatusUnprocessableEntity, b.Submit(at+"/end", "entry", entry, "chunks", "2", "size", "1000"))
	b.Want(http.StatusOK, sends(b, at+"/0", octets, bytes.NewReader(sealed(vault.ChunkSize))))
	b.Want(http.StatusOK, sends(b, at+"/0", octets, bytes.NewReader(sealed(vault.ChunkSize))))
	b.Want(http.StatusConflict, sends(b, at+"/0", octets, bytes.NewReader(sealed(99))))
	type piece struct {
		Entry  string
		Chunks int
		Size   int64
		Ended  bool
		There  []int
	}
	if m := asked[piece](t, b, at); m.Chunks != 2 || fmt.Sprint(m.There) != "[0 1]" || m.Ended {
		t.Errorf("got %+v", m)
	}
	b.Want(http.StatusOK, b.Submit(at+"/end", "entry", entry, "chunks", "2", "size", fmt.Sprint(len(sealed(vault.ChunkSize))+len(sealed(100)))))
	if m := asked[piece](t, b, at); m.Entry != entry || !m.Ended {
		t.Errorf("got %+v", m)
	}
	got := b.Get(at + "/1")
	if b.Want(http.StatusOK, got); b.Body != string(sealed(100)) || got.Header().Get("Content-Type") != octets || got.Header().Get("Content-Disposition") != "attachment" {
		t.Errorf("%d bytes, %v", len(b.Body), got.Header())
	}
	if s := asked[struct{ Used, Most, Piece, Chunk int64 }](t, b, "/my/journal/space"); s.Used != int64(len(sealed(vault.ChunkSize))+len(sealed(100))) || s.Most != 1<<30 || s.Piece != 64<<20 || s.Chunk != 256<<10 {
		t.Errorf("got %+v", s)
	}
	b.Want(http.StatusOK, b.Submit("/my/journal/entries/"+entry+"/delete"))
	if m := asked[struct{ Media []piece }](t, b, "/my/journal/media"); len(m.Media) != 0 {
		t.Errorf("got %+v", m)
	}
	b.Want(http.StatusOK, b.Get("/my/vault/discard"))
	b.Has("Discard your journal, with everything in it?")
	b.WantTo("/my/journal?done=discarded", b.Submit("/my/vault/discard", "vault", made))
}

// endless is a body that goes on, and counts what was read of it.
type endless struct{ left, read int64 }

func (e *endless) Read(p []byte) (int, error) {
	n := min(int64(len(p)), e.left)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range p[:n] {
		p[i] = vault.Version
	}
	e.left, e.read = e.left-n, e.read+n
	return int(n), nil
}

func TestAFilmOfTwoGigabytesIsRefusedAndFillsNoMemory(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	r.makes(t, b)
	for _, path := range []string{"/my/journal/media/" + webtest.NewID(t) + "/0", "/my/journal/shares/" + webtest.NewID(t) + "/media/" + webtest.NewID(t) + "/0"} {
		var before, after runtime.MemStats
		film := &endless{left: 2 << 30}
		runtime.ReadMemStats(&before)
		b.Want(http.StatusRequestEntityTooLarge, sends(b, path, octets, film))
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; film.read > 1<<20 || used > 8<<20 {
			t.Errorf("%s: %d bytes were read, and %d allocated", path, film.read, used)
		}
	}
	for _, kind := range []string{"", "text/html", "image/svg+xml", "application/json", "multipart/form-data; boundary=x"} {
		if got := sends(b, "/my/journal/media/"+webtest.NewID(t)+"/0", kind, bytes.NewReader(sealed(100))); got.Code != http.StatusUnprocessableEntity {
			t.Errorf("as %q: %d", kind, got.Code)
		}
	}
	at := "/my/journal/media/" + webtest.NewID(t)
	for path, want := range map[string]int{
		at + "/256": http.StatusRequestEntityTooLarge, at + "/-1": http.StatusNotFound, at + "/01": http.StatusNotFound,
		at + "/one": http.StatusNotFound, "/my/journal/media/film/0": http.StatusNotFound, at + "/99999999999999999999": http.StatusNotFound,
	} {
		if got := sends(b, path, octets, bytes.NewReader(sealed(100))); got.Code != want {
			t.Errorf("%s: %d, want %d", path, got.Code, want)
		}
	}
	if n := r.World.Count(t, `SELECT count(*) FROM vault_media_chunk`); n != 0 {
		t.Errorf("%d chunks were kept", n)
	}
}

// shares has Tomas share words and a film of so many bytes.
func (r *room) shares(t *testing.T, b *webtest.Browser, size int) (share, piece string, film []byte) {
	t.Helper()
	share, piece = webtest.NewID(t), webtest.NewID(t)
	film = append([]byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), make([]byte, size)...)[:size]
	for i := 16; i < size; i++ {
		film[i] = byte(i * 7 / 3)
	}
	sent := fmt.Sprintf(`[{"id":%q,"type":"video/webm;codecs=vp9","size":%d}]`, piece, size)
	b.Want(http.StatusOK, b.Submit("/my/journal/shares", "id", share, "entry", webtest.NewID(t), "kind", "film", "text", canary, "until", "2026-11-24", "pieces", sent))
	if b.Body != `{"whole":false}` {
		t.Errorf("got %s", b.Body)
	}
	for n := 0; n*journal.ChunkSize < size; n++ {
		chunk := film[n*journal.ChunkSize : min(size, (n+1)*journal.ChunkSize)]
		b.Want(http.StatusOK, sends(b, fmt.Sprintf("/my/journal/shares/%s/media/%s/%d", share, piece, n), octets, bytes.NewReader(chunk)))
	}
	b.Want(http.StatusOK, b.Submit("/my/journal/shares/"+share+"/end"))
	return share, piece, film
}

func TestAnEntryIsSharedReadAndTakenBack(t *testing.T) {
	r := newRoom(t)
	tomas, ines := r.Browser(t, r.tomas), r.Browser(t, r.ines)
	base := "/clients/" + r.tomas.ID + "/shared"
	ines.Want(http.StatusOK, ines.Get(base))
	ines.Has("Nothing is shared at the moment")
	share, piece, film := r.shares(t, tomas, 3*journal.ChunkSize+5)

	ines.Want(http.StatusOK, ines.Get(base))
	ines.Has("A short film", "until the end of Tuesday 24 November", base+"/"+share)
	if strings.Contains(ines.Body, canary) {
		t.Error("the list shows the words")
	}
	type told struct {
		Shares []struct {
			ID, Kind, Until, Day string
			Whole                bool
			Opened               []struct{ Who, At string }
		}
		With        []string
		First, Last string
	}
	if s := asked[told](t, tomas, "/my/journal/shares"); len(s.Shares) != 1 || s.Shares[0].Day != "2026-11-24" || !s.Shares[0].Whole || len(s.Shares[0].Opened) != 0 || fmt.Sprint(s.With) != "[Ines Brandt]" || s.First != "2026-11-19" {
		t.Errorf("got %+v", s)
	}
	page := ines.Get(base + "/" + share)
	ines.Want(http.StatusOK, page)
	ines.Has(canary, "<video", base+"/"+share+"/"+piece)
	if policy := page.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "media-src 'self';") || strings.Contains(policy, "blob:") {
		t.Errorf("policy %s", policy)
	}
	if s := asked[told](t, tomas, "/my/journal/shares"); len(s.Shares[0].Opened) != 1 || s.Shares[0].Opened[0].Who != "Ines Brandt" {
		t.Errorf("got %+v", s)
	}

	at := base + "/" + share + "/" + piece
	got := ines.Get(at)
	ines.Want(http.StatusOK, got)
	if !bytes.Equal(got.Body.Bytes(), film) {
		t.Errorf("%d bytes of %d", got.Body.Len(), len(film))
	}
	for name, want := range map[string]string{
		"Content-Type": "video/webm", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Content-Disposition": "inline", "Cache-Control": "no-store", "Content-Length": fmt.Sprint(len(film)), "Accept-Ranges": "bytes",
	} {
		if got.Header().Get(name) != want {
			t.Errorf("%s is %q", name, got.Header().Get(name))
		}
	}
	for asked, want := range map[string][]byte{
		"bytes=0-": film, "bytes=10-19": film[10:20], "bytes=-7": film[len(film)-7:], "bytes=262140-262150": film[262140:262151],
		"bytes=786430-99999999": film[786430:], "bytes=-99999999": film,
	} {
		got := ines.Send(http.MethodGet, at, nil, "Range", asked)
		if got.Status != http.StatusPartialContent || got.Body != string(want) {
			t.Errorf("%s: %d, %d bytes, %s", asked, got.Status, len(got.Body), got.Header.Get("Content-Range"))
		}
	}
	if got := ines.Send(http.MethodGet, at, nil, "Range", "bytes=99999999-"); got.Status != http.StatusOK && got.Status != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("beyond its end: %d", got.Status)
	}
	if got := ines.Send(http.MethodGet, at, nil, "Range", "bytes=786437-"); got.Status != http.StatusRequestedRangeNotSatisfiable || got.Header.Get("Content-Range") != "bytes */786437" {
		t.Errorf("at its end: %d %s", got.Status, got.Header.Get("Content-Range"))
	}
	for _, b := range []*webtest.Browser{r.Browser(t, r.bert), r.Browser(t, r.mona), tomas} {
		for _, path := range []string{base, base + "/" + share, at} {
			b.Want(http.StatusNotFound, b.Get(path))
		}
	}

	tomas.Want(http.StatusOK, tomas.Submit("/my/journal/shares/"+share+"/take-back"))
	tomas.Has("Ines Brandt")
	for _, path := range []string{base + "/" + share, at} {
		ines.Want(http.StatusNotFound, ines.Get(path))
	}
	tomas.Want(http.StatusConflict, tomas.Submit("/my/journal/shares", "id", share, "entry", webtest.NewID(t), "kind", "film", "text", canary, "until", "2026-11-24"))
	r.World.NotOnDisk(t, canary)
}

// A meter lets go of what it is given, and measures what is held meanwhile.
type meter struct {
	header http.Header
	bytes  int64
	most   uint64
}

func (m *meter) Header() http.Header { return m.header }
func (m *meter) WriteHeader(int)     {}
func (m *meter) Write(p []byte) (int, error) {
	m.bytes += int64(len(p))
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	m.most = max(m.most, now.HeapAlloc)
	return len(p), nil
}

func TestAFilmIsPlayedWithoutHoldingTheWholeOfIt(t *testing.T) {
	r := newRoom(t)
	size := 48 * journal.ChunkSize
	share, piece, _ := r.shares(t, r.Browser(t, r.tomas), size)
	b := r.Browser(t, r.ines)
	q := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8420/clients/"+r.tomas.ID+"/shared/"+share+"/"+piece, nil)
	for name, value := range b.Cookies {
		q.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	m := &meter{header: http.Header{}}
	r.Handler.ServeHTTP(m, q)
	if held := int64(m.most) - int64(before.HeapAlloc); m.bytes != int64(size) || held > 6<<20 {
		t.Errorf("%d of %d bytes came, and %d were held", m.bytes, size, held)
	}
}

func TestWhatCannotBeSharedIsRefusedWithAWord(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	form := func(change ...string) []string {
		return append([]string{"id", webtest.NewID(t), "entry", webtest.NewID(t), "kind", "text", "text", "words", "until", "2026-11-24"}, change...)
	}
	b.Want(http.StatusOK, b.Submit("/my/journal/shares", form()...))
	for _, pieces := range []string{
		"no list", "{}", "[1]", `[{"id":"1","type":"image/png","size":1}]`, `[{"id":"` + webtest.NewID(t) + `","type":"image/svg+xml","size":100}]`,
		`[{"id":"` + webtest.NewID(t) + `","type":"text/html","size":100}]`, `[{"id":"` + webtest.NewID(t) + `","type":"image/png","size":1e99}]`, "[" + strings.Repeat(" ", 9<<10) + "]",
	} {
		b.Want(http.StatusUnprocessableEntity, b.Submit("/my/journal/shares", form("pieces", pieces)...))
	}
	b.Want(http.StatusRequestEntityTooLarge, b.Submit("/my/journal/shares", form("pieces", `[{"id":"`+webtest.NewID(t)+`","type":"video/mp4","size":2147483648}]`)...))

	for body, kind := range map[string]string{`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`: "image/png", "<!doctype html><script>alert(1)</script>": "image/jpeg"} {
		share, piece := webtest.NewID(t), webtest.NewID(t)
		b.Want(http.StatusOK, b.Submit("/my/journal/shares", "id", share, "entry", webtest.NewID(t), "kind", "photo", "until", "2026-11-24",
			"pieces", fmt.Sprintf(`[{"id":%q,"type":%q,"size":%d}]`, piece, kind, len(body))))
		b.Want(http.StatusUnprocessableEntity, sends(b, "/my/journal/shares/"+share+"/media/"+piece+"/0", octets, strings.NewReader(body)))
		b.Has(`"field":"pieces"`)
		b.Want(http.StatusUnprocessableEntity, b.Submit("/my/journal/shares/"+share+"/end"))
	}
}

func TestAJournalAndWhatIsSharedEndWithTheirClient(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	r.makes(t, b)
	entry, media := webtest.NewID(t), webtest.NewID(t)
	b.Want(http.StatusOK, b.Submit("/my/journal/entries", "id", entry, "revision", "1", "sealed", b64(sealed(1024))))
	b.Want(http.StatusOK, sends(b, "/my/journal/media/"+media+"/0", octets, bytes.NewReader(sealed(100))))
	r.shares(t, b, journal.ChunkSize+1)
	tables := []string{"vault", "vault_way", "vault_entry", "vault_media", "vault_media_chunk", "journal_share", "journal_share_chunk"}
	for _, table := range tables {
		if r.World.Count(t, `SELECT count(*) FROM `+table) == 0 {
			t.Errorf("nothing in %s to be erased", table)
		}
	}
	r.World.Do(t, func(ctx context.Context) error { return r.People.Erase(ctx, r.mona, r.tomas.ID) })
	for _, table := range tables {
		if n := r.World.Count(t, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("%d are left in %s", n, table)
		}
	}
}
