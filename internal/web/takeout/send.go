package takeout

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/web"
)

// another is how long the next part of an archive may take to be sent.
const another = time.Minute

// partSize is how much of a piece is in memory at a time, in bytes.
const partSize = 8 * journal.ChunkSize

// A part is so many bytes of a piece at most, from the given one on; empty at its end.
type part func(ctx context.Context, share, piece string, from int64, most int) ([]byte, journal.Piece, error)

// archive sends a whole archive: the words first, which are put together before their
// first byte leaves, then the files, part by part. If it cannot be ended it is broken off,
// and has no end that a program would take for one.
func (p *Pages) archive(w http.ResponseWriter, r *http.Request, client string, record takeout.Record, shares []journal.Share, read part) error {
	ctx, now := r.Context(), web.NowOf(r)
	made := newParcel(w, now)
	files := filesOf(shares)
	err := made.add("index.html", false, func(w io.Writer) error { return indexView(record, len(files)).Render(ctx, w) })
	if err == nil {
		err = made.add("record.html", false, func(w io.Writer) error { return recordView(record).Render(ctx, w) })
	}
	if err == nil {
		err = made.add("record.json", false, func(w io.Writer) error { return writeData(w, record) })
	}
	if err == nil {
		err = made.add("bundle.json", false, func(w io.Writer) error { return p.FHIR(ctx, web.ActorOf(r), client, now, w) })
	}
	if err != nil {
		return err // nothing has left yet
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="archive-`+now.Format(time.DateOnly)+`.zip"`)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	web.Patient(w, another)
	err = made.send()
	for _, f := range files {
		if err != nil {
			break
		}
		err = made.add(f.name, true, func(out io.Writer) error { return f.send(ctx, w, out, read) })
	}
	if err == nil {
		err = made.end()
	}
	if err != nil {
		web.Torn(ctx, err)
	}
	return nil
}

// A file is a piece of something shared, as it is called in an archive.
type file struct {
	name  string
	share string
	piece journal.Piece
}

// ends are how files of the types that can be shared end.
var ends = map[string]string{
	"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a", "video/webm": "webm", "video/mp4": "mp4",
}

func filesOf(shares []journal.Share) (all []file) {
	for _, s := range shares {
		for _, piece := range s.Pieces {
			kind, _, _ := strings.Cut(piece.Type, "/")
			end := ends[piece.Type]
			if end == "" {
				end = "bin"
			}
			all = append(all, file{fmt.Sprintf("shared/%s-%d-%s.%s", s.Made.UTC().Format(time.DateOnly), len(all)+1, kind, end), s.ID, piece})
		}
	}
	return all
}

// send writes the piece, part by part. Nothing that is read leaves before it is noted.
func (f file) send(ctx context.Context, w http.ResponseWriter, out io.Writer, read part) error {
	for from := int64(0); from < f.piece.Size; {
		some, _, err := read(ctx, f.share, f.piece.ID, from, partSize)
		if err == nil && len(some) == 0 {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = access.Settle(ctx)
		}
		if err != nil {
			return err
		}
		web.Patient(w, another)
		if _, err := out.Write(some); err != nil {
			return err
		}
		from += int64(len(some))
	}
	return nil
}

func writeData(w io.Writer, record takeout.Record) error {
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(record)
}
