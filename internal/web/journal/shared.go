package journal

import (
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A sharedPage is what a client shares now, or one copy of it.
type sharedPage struct {
	frame ui.FrameProps
	base  string // of the client
	name  string // first name
	all   []sharedLine
	one   sharedLine
	words string
}

// A sharedLine is a copy as whoever treats the client sees it.
type sharedLine struct {
	href, what, made, until string
	pieces                  []sharedPiece
}

type sharedPiece struct {
	src, kind, label string // kind: image, audio or video
}

// shared is the page of what a client shares now.
func (p *Pages) shared(w http.ResponseWriter, r *http.Request) error {
	page, err := p.sharedFrame(r)
	if err != nil {
		return err
	}
	all, err := p.Shares.List(r.Context(), web.ActorOf(r), r.PathValue("client"))
	if err != nil {
		return err
	}
	for _, s := range all {
		page.all = append(page.all, page.line(r, s))
	}
	return web.Show(w, r, http.StatusOK, sharedView(page))
}

// one is the page of one copy.
func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	page, err := p.sharedFrame(r)
	if err != nil {
		return err
	}
	s, err := p.Shares.One(r.Context(), web.ActorOf(r), r.PathValue("client"), r.PathValue("share"))
	if err != nil {
		return err
	}
	page.one, page.words = page.line(r, s), s.Words
	page.frame.Heading = desk.Upper(page.one.what)
	return web.Show(w, r, http.StatusOK, oneSharedView(page))
}

func (p *Pages) sharedFrame(r *http.Request) (sharedPage, error) {
	client := r.PathValue("client")
	who, err := p.People.Person(r.Context(), web.ActorOf(r), client)
	if err != nil {
		return sharedPage{}, err
	}
	page := sharedPage{frame: web.Frame(r), base: "/clients/" + client, name: desk.First(desk.NameOf(who))}
	page.frame.Heading, page.frame.Kicker = "Shared by "+page.name, desk.NameOf(who)
	return page, nil
}

// whatOf says what a copy is.
var whatOf = map[journal.Kind]string{
	journal.Words: "something written", journal.Voice: "something spoken", journal.Drawing: "a drawing",
	journal.Photo: "a photo", journal.Film: "a short film",
}

func (page sharedPage) line(r *http.Request, s journal.Share) sharedLine {
	now := web.NowOf(r)
	l := sharedLine{
		href: page.base + "/shared/" + s.ID, what: whatOf[s.Kind],
		made: "Shared " + desk.On(s.Made, now), until: "until the end of " + lastDay(s, now),
	}
	for i, piece := range s.Pieces {
		kind, _, _ := strings.Cut(piece.Type, "/")
		label := map[string]string{"image": "Picture", "audio": "Recording", "video": "Film"}[kind] + " that " + page.name + " shares"
		if len(s.Pieces) > 1 {
			label += fmt.Sprintf(", %d of %d", i+1, len(s.Pieces))
		}
		l.pieces = append(l.pieces, sharedPiece{src: l.href + "/" + piece.ID, kind: kind, label: label})
	}
	return l
}

// partSize is how much of a piece is in memory at a time, in bytes.
const partSize = 8 * journal.ChunkSize

// piece gives one piece of a copy, or the part of it that was asked for, as what it was
// seen to be when it was shared. Whatever it is, it can do nothing: it is no page.
func (p *Pages) piece(w http.ResponseWriter, r *http.Request) error {
	read := func(from, end int64) ([]byte, journal.Piece, error) {
		return p.Shares.Part(r.Context(), web.ActorOf(r), r.PathValue("client"), r.PathValue("share"), r.PathValue("media"), from, int(min(partSize, end-from)))
	}
	from, end, ranged := rangeOf(r.Header.Get("Range"))
	if !ranged {
		from, end = 0, journal.MaxSize
	}
	part, piece, err := read(max(from, 0), max(from, 0)+partSize)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	h.Set("Accept-Ranges", "bytes")
	if from < 0 { // the last so many bytes
		from, end = max(0, piece.Size+from), piece.Size
		if part, _, err = read(from, end); err != nil {
			return err
		}
	}
	if end = min(end, piece.Size); from >= end {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", piece.Size))
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return nil
	}
	h.Set("Content-Type", typeOf(piece.Type))
	h.Set("Content-Length", strconv.FormatInt(end-from, 10))
	h.Set("Content-Disposition", dispositionOf(piece.Type))
	status := http.StatusOK
	if ranged {
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, end-1, piece.Size))
		status = http.StatusPartialContent
	}
	w.WriteHeader(status)
	for {
		part = part[:min(int64(len(part)), end-from)]
		if _, err := w.Write(part); err != nil {
			return nil // a browser that left is nobody's fault
		}
		if from += int64(len(part)); from >= end || len(part) == 0 {
			return nil
		}
		if part, _, err = read(from, end); err == nil {
			err = access.Settle(r.Context()) // what is read leaves the house only when it is noted
		}
		if err != nil { // the answer is shorter than it said, which the browser sees
			if !fault.Is(err, fault.NotFound) { // that is: it was taken back meanwhile
				slog.ErrorContext(r.Context(), "shared piece ended early", "err", err)
			}
			return nil
		}
	}
}

// typeOf is the type as which a piece is given: one of those that can be shared.
func typeOf(mediaType string) string {
	for _, t := range journal.Types() {
		if t == mediaType {
			return t
		}
	}
	return "application/octet-stream"
}

func dispositionOf(mediaType string) string {
	if typeOf(mediaType) == mediaType {
		return "inline"
	}
	return "attachment"
}

// rangeOf reads which part is asked for: from a byte on and before another, or, if from
// is negative, the last so many. What is no single range asks for all of it (RFC 9110,
// 14.2).
func rangeOf(text string) (from, end int64, ok bool) {
	spec, ok := strings.CutPrefix(text, "bytes=")
	first, last, dash := strings.Cut(spec, "-")
	if !ok || !dash {
		return 0, 0, false
	}
	if first == "" {
		n, err := number(last, "")
		return -n, 0, err == nil && n > 0
	}
	from, err := number(first, "")
	if err != nil || from > journal.MaxSize {
		return 0, 0, false
	}
	if last == "" {
		return from, journal.MaxSize, true
	}
	to, err := number(last, "")
	if err != nil || to < from {
		return 0, 0, false
	}
	return from, min(to, journal.MaxSize-1) + 1, true
}
