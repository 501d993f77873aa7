package journal

import (
	"encoding/base64"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
)

// toldEntry is an entry, still sealed.
type toldEntry struct {
	ID       string `json:"id"`
	About    string `json:"about"`
	Revision int64  `json:"revision"`
	Begun    string `json:"begun"` // in words
	At       string `json:"at"`
	Day      string `json:"day"` // on which it was begun
	Sealed   string `json:"sealed"`
}

// entries tells the browser a part of what lies sealed in the journal.
func (p *Pages) entries(w http.ResponseWriter, r *http.Request) error {
	all, next, err := p.Vaults.Journal(r.Context(), web.ActorOf(r), r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	now := web.NowOf(r)
	out := struct {
		Entries []toldEntry `json:"entries"`
		Next    string      `json:"next"`
	}{make([]toldEntry, len(all)), next}
	for i, e := range all {
		out.Entries[i] = toldEntry{
			ID: e.ID, About: e.About, Revision: e.Revision, Begun: day(e.Begun, now), At: moment(e.At, now),
			Day: e.Begun.In(now.Location()).Format(time.DateOnly), Sealed: text(e.Sealed),
		}
	}
	return web.Tell(w, out)
}

// keepEntry keeps what the browser sealed.
func (p *Pages) keepEntry(w http.ResponseWriter, r *http.Request) error {
	sealed, err := base64.RawURLEncoding.DecodeString(r.PostFormValue("sealed"))
	if err != nil {
		return notWhole("sealed")
	}
	revision, err := number(r.PostFormValue("revision"), "revision")
	if err != nil {
		return err
	}
	actor := web.ActorOf(r)
	err = p.Vaults.Keep(r.Context(), actor, actor.ID, vault.EntryForm{ID: r.PostFormValue("id"), Revision: revision, Sealed: sealed})
	if err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"at": moment(web.NowOf(r), web.NowOf(r))})
}

// nothing is told where there is nothing to say.
type nothing struct{}

// dropEntry deletes an entry with its media.
func (p *Pages) dropEntry(w http.ResponseWriter, r *http.Request) error {
	if err := p.Vaults.Drop(r.Context(), web.ActorOf(r), r.PathValue("entry")); err != nil {
		return err
	}
	return web.Tell(w, nothing{})
}

// space tells how much room there is for sound, pictures and film.
func (p *Pages) space(w http.ResponseWriter, r *http.Request) error {
	used, err := p.Vaults.Space(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return web.Tell(w, map[string]int64{"used": used, "most": vault.MaxKept, "piece": vault.MaxPiece, "chunk": vault.ChunkSize})
}

// toldMedia is a piece, still sealed.
type toldMedia struct {
	ID     string `json:"id"`
	Entry  string `json:"entry"`
	Chunks int    `json:"chunks"`
	Size   int64  `json:"size"`
	Ended  bool   `json:"ended"`
	There  []int  `json:"there,omitempty"`
}

func mediaTold(m vault.Media) toldMedia {
	return toldMedia{m.ID, m.EntryID, m.Chunks, m.Size, m.Whole, m.There}
}

// allMedia tells which pieces there are.
func (p *Pages) allMedia(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Vaults.AllMedia(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	out := make([]toldMedia, len(all))
	for i, m := range all {
		out[i] = mediaTold(m)
	}
	return web.Tell(w, map[string][]toldMedia{"media": out})
}

// oneMedia tells which chunks of a piece are there.
func (p *Pages) oneMedia(w http.ResponseWriter, r *http.Request) error {
	m, err := p.Vaults.OneMedia(r.Context(), web.ActorOf(r), r.PathValue("media"))
	if err != nil {
		return err
	}
	return web.Tell(w, mediaTold(m))
}

// chunk gives a chunk back as the browser sealed it.
func (p *Pages) chunk(w http.ResponseWriter, r *http.Request) error {
	n, err := nth(r)
	if err != nil {
		return err
	}
	sealed, err := p.Vaults.Chunk(r.Context(), web.ActorOf(r), r.PathValue("media"), n)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", "attachment")
	h.Set("Cache-Control", "no-store")
	w.Write(sealed) // a browser that left is nobody's fault
	return nil
}

// raw is what was sent as it is: at most what the route allows, and nothing that a form
// or a page could send.
func raw(r *http.Request) ([]byte, error) {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	if strings.TrimSpace(kind) != "application/octet-stream" {
		return nil, notWhole("")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, notWhole("")
	}
	return body, nil
}

// keepChunk keeps a chunk that the browser sealed.
func (p *Pages) keepChunk(w http.ResponseWriter, r *http.Request) error {
	n, err := nth(r)
	if err != nil {
		return err
	}
	sealed, err := raw(r)
	if err != nil {
		return err
	}
	used, err := p.Vaults.KeepChunk(r.Context(), web.ActorOf(r), vault.ChunkForm{Media: r.PathValue("media"), N: n, Sealed: sealed})
	if err != nil {
		return err
	}
	return web.Tell(w, map[string]int64{"used": used})
}

// endMedia notes that a piece is whole.
func (p *Pages) endMedia(w http.ResponseWriter, r *http.Request) error {
	chunks, err := number(r.PostFormValue("chunks"), "chunks")
	if err != nil {
		return err
	}
	size, err := number(r.PostFormValue("size"), "size")
	if err != nil {
		return err
	}
	f := vault.EndForm{Media: r.PathValue("media"), Entry: r.PostFormValue("entry"), Chunks: int(chunks), Size: size}
	if err := p.Vaults.End(r.Context(), web.ActorOf(r), f); err != nil {
		return err
	}
	return web.Tell(w, nothing{})
}

// dropMedia deletes a piece.
func (p *Pages) dropMedia(w http.ResponseWriter, r *http.Request) error {
	if err := p.Vaults.DropMedia(r.Context(), web.ActorOf(r), r.PathValue("media")); err != nil {
		return err
	}
	return web.Tell(w, nothing{})
}
