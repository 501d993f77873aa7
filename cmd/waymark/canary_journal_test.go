package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"
)

// sendsRaw sends bytes as they are, as a script does.
func (v *visitor) sendsRaw(path string, b []byte) answered {
	v.t.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://"+v.p.addr+path, bytes.NewReader(b))
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/octet-stream")
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	if cookie := v.cookies["waymark"]; cookie != "" && r.Method == http.MethodPost {
		r.Header.Set("Waymark-Page", v.p.pageOf("waymark="+cookie))
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	return answered{status: res.StatusCode, header: res.Header}
}

// inTheJournal makes a client's journal, as a browser would, shares words and a film,
// and sends words where only sealed bytes belong: they are refused, and leave no trace.
func inTheJournal(t *testing.T, ines, tomas *visitor, record string) {
	t.Helper()
	cells := journalCells()
	for _, path := range []string{"/my/vault", "/my/journal/entries"} {
		if got := tomas.sends(path, cells["POST "+path].form(nil, "")); got.status >= 400 {
			t.Fatalf("%s: %d\n%s", path, got.status, got.body)
		}
	}
	share, piece := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String()
	film := append([]byte("OggS\x00"), []byte(canary+" was recorded, and said more than once: "+canary)...)
	form := url.Values{
		"id": {share}, "entry": {piece}, "kind": {"voice"}, "text": {canary + " was shared."}, "until": {time.Now().AddDate(0, 0, 7).Format(time.DateOnly)},
		"pieces": {fmt.Sprintf(`[{"id":%q,"type":"audio/ogg","size":%d}]`, piece, len(film))},
	}
	if got := tomas.sends("/my/journal/shares", form); got.status >= 400 {
		t.Fatalf("share: %d\n%s", got.status, got.body)
	}
	if got := tomas.sendsRaw("/my/journal/shares/"+share+"/media/"+piece+"/0", film); got.status >= 400 {
		t.Fatalf("share of sound: %d", got.status)
	}
	if got := tomas.sends("/my/journal/shares/"+share+"/end", url.Values{}); got.status >= 400 {
		t.Fatalf("end of share: %d\n%s", got.status, got.body)
	}
	at := record + "/shared/" + share
	if got := ines.goes(at); !regexp.MustCompile(canary + " was shared").MatchString(got.body) {
		t.Errorf("what is shared is not read: %d", got.status)
	}
	ines.goes(at + "/" + piece)
	ines.goes(record + "/shared")
	for _, path := range []string{"/my/journal", "/my/vault", "/my/vault/keys", "/my/journal/entries", "/my/journal/media", "/my/journal/shares"} {
		tomas.goes(path)
	}

	odd := url.Values{
		"id": {canary}, "salt": {canary}, "wrap": {canary}, "vault": {canary}, "revision": {canary}, "entry": {canary}, "chunks": {canary}, "size": {canary},
		"sealed": {canary + " was sent as it is"}, "text": {canary}, "kind": {canary}, "until": {canary}, "pieces": {canary},
	}
	media := "/my/journal/media/" + piece
	for _, path := range []string{
		"/my/vault", "/my/vault/code", "/my/vault/discard", "/my/vault/passkeys/" + canary, "/my/journal/entries", media + "/0", media + "/end",
		"/my/journal/shares", "/my/journal/shares/" + canary + "/take-back", "/my/journal/entries/" + canary + "/delete",
	} {
		if got := tomas.sends(path, odd); got.status < 400 {
			t.Errorf("%s takes words: %d", path, got.status)
		}
	}
	if got := tomas.sendsRaw(media+"/0", []byte(canary+" was sent as it is, and not sealed by any browser")); got.status < 400 {
		t.Errorf("words are taken as a chunk: %d", got.status)
	}
	tomas.sends("/my/journal/entries?after="+canary, nil)
	ines.sends(record+"/shared/"+canary, nil)
	if got := tomas.sends("/my/journal/shares/"+share+"/take-back", url.Values{}); got.status >= 400 {
		t.Errorf("take back: %d", got.status)
	}
	form.Set("id", uuid.Must(uuid.NewV7()).String()) // words that stay shared, and lie there sealed
	form.Del("pieces")
	if got := tomas.sends("/my/journal/shares", form); got.status >= 400 {
		t.Errorf("share again: %d", got.status)
	}
}
