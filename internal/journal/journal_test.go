package journal_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/waytest"
)

// canary stands in what is shared: nobody may find it on the disk.
const canary = "Kanari, which I have told nobody else"

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// A room is a world in which Tomas may share and Ines may read.
type room struct {
	*waytest.World
	shares *journal.Shares
}

func rooms(t *testing.T, f func(*testing.T, *room)) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, &room{w, journal.New(w.Door)}) })
}

func (r *room) last(days int) string { return r.Clock.Now().AddDate(0, 0, days).Format(time.DateOnly) }

func (r *room) form() journal.ShareForm {
	return journal.ShareForm{ID: newID(), EntryID: newID(), Kind: journal.Words, Words: canary, Last: r.last(3)}
}

func (r *room) make(ctx context.Context, actor access.Actor, f journal.ShareForm) error {
	_, err := r.shares.Make(ctx, actor, f, r.Clock.Now())
	return err
}

func (r *room) makes(t *testing.T, f journal.ShareForm) {
	t.Helper()
	r.Do(t, func(ctx context.Context) error { return r.make(ctx, r.Tomas, f) })
}

func (r *room) fails(t *testing.T, kind fault.Kind, do func(context.Context) error) {
	t.Helper()
	ctx, settle := r.Visit(t)
	if err := do(ctx); !fault.Is(err, kind) {
		t.Errorf("got %v, want %s", err, kind)
	}
	settle()
}

func (r *room) list(t *testing.T, actor access.Actor) (all []journal.Share) {
	t.Helper()
	r.Do(t, func(ctx context.Context) (err error) { all, err = r.shares.List(ctx, actor, "tomas"); return err })
	return all
}

func (r *room) part(ctx context.Context, share, piece string, from int64, most int) ([]byte, error) {
	b, _, err := r.shares.Part(ctx, r.Clinician, "tomas", share, piece, from, most)
	return b, err
}

// sends sends a chunk of a piece.
func (r *room) sends(ctx context.Context, share, piece string, n int, b []byte) error {
	return r.shares.KeepPart(ctx, r.Tomas, journal.PartForm{Share: share, Piece: piece, N: n, Bytes: b})
}

func TestACopyIsReadByThoseWhoTreatTheClientUntilItsDate(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		f := r.form()
		r.makes(t, f)
		r.makes(t, f) // the answer was lost
		other := f
		other.Words = "something else"
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.make(ctx, r.Tomas, other) })

		if all := r.list(t, r.Clinician); len(all) != 1 || all[0].ID != f.ID || all[0].Words != "" || len(all[0].Opened) != 0 {
			t.Errorf("got %+v", all)
		}
		if all := r.list(t, r.Tomas); len(all) != 1 || all[0].EntryID != f.EntryID || len(all[0].Opened) != 0 {
			t.Errorf("got %+v", all)
		}
		read := r.Clock.Now()
		for range 2 {
			r.Do(t, func(ctx context.Context) error {
				s, err := r.shares.One(ctx, r.Clinician, "tomas", f.ID)
				if s.Words != canary || s.Last != f.Last {
					t.Errorf("got %+v", s)
				}
				return err
			})
			r.Clock.Pass(time.Hour)
		}
		if o := r.list(t, r.Tomas)[0].Opened; len(o) != 1 || o[0].ActorID != "ines" || !o[0].At.Equal(read) {
			t.Errorf("who opened it: %+v", o)
		}

		r.Clock.Pass(3 * 24 * time.Hour)
		r.Clock.Pass(24 * time.Hour)
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.shares.One(ctx, r.Clinician, "tomas", f.ID); return err })
		if len(r.list(t, r.Clinician))+len(r.list(t, r.Tomas)) != 0 {
			t.Error("it is shared after its date")
		}
		r.fails(t, fault.Invalid, func(ctx context.Context) error { return r.make(ctx, r.Tomas, f) })
		r.Do(t, func(ctx context.Context) error { return r.shares.Tidy(ctx, &job.Run{Practice: r.Practice}) })
		if n := r.Count(t, `SELECT count(*) FROM journal_share`); n != 0 {
			t.Errorf("%d lie there after their date", n)
		}
		r.NotOnDisk(t, canary)
		r.AuditHolds(t)
	})
}

func TestWhatIsTakenBackIsGoneAtOnceAndStaysSo(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		f, kept := r.form(), r.form()
		r.makes(t, f)
		r.makes(t, kept)
		r.Do(t, func(ctx context.Context) error { _, err := r.shares.One(ctx, r.Clinician, "tomas", f.ID); return err })
		back := func() (opened []journal.Opening) {
			r.Do(t, func(ctx context.Context) (err error) { opened, err = r.shares.TakeBack(ctx, r.Tomas, f.ID); return err })
			return opened
		}
		if o := back(); len(o) != 1 || o[0].ActorID != "ines" {
			t.Errorf("who had opened it: %+v", o)
		}
		if o := back(); len(o) != 0 {
			t.Errorf("the second time: %+v", o)
		}
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.shares.TakeBack(ctx, r.Tomas, newID()); return err })
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.shares.One(ctx, r.Clinician, "tomas", f.ID); return err })
		r.fails(t, fault.Conflict, func(ctx context.Context) error { return r.make(ctx, r.Tomas, f) }) // from a device that was away

		// A restore of records from before does not share it again.
		r.Exec(t, `INSERT INTO journal_share (practice, compartment, id, made_at, until, whole_at, size, sealed, sealed_words)
			SELECT practice, compartment, $1, made_at, until, whole_at, size, sealed, sealed_words FROM journal_share`, f.ID)
		ended := []access.Ending{{Compartment: r.Client, ActorID: "tomas", Kind: "share " + f.ID}}
		for range 2 {
			r.Do(t, func(ctx context.Context) error {
				return r.shares.EndAgain(ctx, access.System(r.Practice, "operator"), ended)
			})
		}
		if r.Count(t, `SELECT count(*) FROM journal_share WHERE id = $1`, f.ID) != 0 || r.Count(t, `SELECT count(*) FROM journal_share`) != 1 {
			t.Error("what was taken back is there again, or something else went with it")
		}
		if r.Count(t, `SELECT count(*) FROM ended WHERE kind = $1`, "share "+f.ID) != 1 {
			t.Error("that it was taken back is not noted for a restore")
		}
		r.Refused(t, r.Clinician, access.EndAgain, func(ctx context.Context) error { return r.shares.EndAgain(ctx, r.Clinician, ended) })
		r.AuditHolds(t)
	})
}

func TestPiecesComeInAnyOrderAndNobodyReadsAHalf(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		film := append([]byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), bytes.Repeat([]byte(canary), 3*journal.ChunkSize/len(canary))...)
		film = film[:2*journal.ChunkSize+777]
		chunk := func(n int) []byte {
			return film[n*journal.ChunkSize : min(len(film), (n+1)*journal.ChunkSize)]
		}
		f := r.form()
		f.Kind, f.Words = journal.Film, ""
		f.Pieces = []journal.Piece{{ID: newID(), Type: "video/mp4", Size: int64(len(film))}}
		id, piece := f.ID, f.Pieces[0].ID
		r.makes(t, f)
		send := func(n int, b []byte) {
			t.Helper()
			r.Do(t, func(ctx context.Context) error { return r.sends(ctx, id, piece, n, b) })
		}
		refuses := func(kind fault.Kind, n int, b []byte) {
			t.Helper()
			r.fails(t, kind, func(ctx context.Context) error { return r.sends(ctx, id, piece, n, b) })
		}
		send(2, chunk(2))
		send(1, chunk(1))
		send(1, chunk(1))
		refuses(fault.Conflict, 1, bytes.Repeat([]byte{1}, journal.ChunkSize))
		refuses(fault.Invalid, 2, chunk(1))
		refuses(fault.NotFound, 3, chunk(2))
		refuses(fault.NotFound, -1, chunk(2))
		refuses(fault.Invalid, 0, bytes.Repeat([]byte("<svg onload=alert(1)>"), journal.ChunkSize)[:journal.ChunkSize])
		r.fails(t, fault.Invalid, func(ctx context.Context) error { return r.shares.Finish(ctx, r.Tomas, id) })
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.part(ctx, id, piece, 0, 10); return err })
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.shares.One(ctx, r.Clinician, "tomas", id); return err })
		if len(r.list(t, r.Clinician)) != 0 || len(r.list(t, r.Tomas)) != 1 {
			t.Error("a half is shown, or hidden from its client")
		}
		send(0, chunk(0))
		for range 2 {
			r.Do(t, func(ctx context.Context) error { return r.shares.Finish(ctx, r.Tomas, id) })
		}
		for _, at := range [][2]int{{0, 10}, {journal.ChunkSize - 5, 10}, {100, 2 * journal.ChunkSize}, {len(film) - 3, 99}, {len(film), 10}, {len(film) + 10, 10}} {
			r.Do(t, func(ctx context.Context) error {
				got, err := r.part(ctx, id, piece, int64(at[0]), at[1])
				want := film[min(at[0], len(film)):min(len(film), at[0]+at[1])]
				if !bytes.Equal(got, want) {
					t.Errorf("from %d: %d bytes, want %d", at[0], len(got), len(want))
				}
				return err
			})
		}
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.part(ctx, id, newID(), 0, 10); return err })
		r.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := r.part(ctx, id, piece, -1, 10); return err })
		if o := r.list(t, r.Tomas)[0].Opened; len(o) != 1 {
			t.Errorf("who opened it: %+v", o)
		}

		half := r.form()
		half.Pieces = []journal.Piece{{ID: newID(), Type: "audio/ogg", Size: 4}}
		r.makes(t, half)
		r.Clock.Pass(journal.KeptUnfinished + time.Hour)
		r.Do(t, func(ctx context.Context) error { return r.shares.Tidy(ctx, &job.Run{Practice: r.Practice}) })
		if r.Count(t, `SELECT count(*) FROM journal_share`) != 1 || r.Count(t, `SELECT count(*) FROM journal_share_chunk`) != 3 {
			t.Error("a half is there still, or a whole one went with it")
		}
		r.Do(t, func(ctx context.Context) error { _, err := r.shares.TakeBack(ctx, r.Tomas, id); return err })
		if n := r.Count(t, `SELECT count(*) FROM journal_share_chunk`); n != 0 {
			t.Errorf("%d chunks are left", n)
		}
		r.fails(t, fault.NotFound, func(ctx context.Context) error { return r.sends(ctx, id, piece, 0, chunk(0)) })
		r.NotOnDisk(t, canary)
		r.AuditHolds(t)
	})
}

func TestWhatCannotBeSharedIsRefused(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		piece := func(kind string, size int64) []journal.Piece {
			return []journal.Piece{{ID: newID(), Type: kind, Size: size}}
		}
		same := piece("image/png", 10)[0]
		for name, bad := range map[string]struct {
			kind   fault.Kind
			change func(*journal.ShareForm)
		}{
			"no id":           {fault.Invalid, func(f *journal.ShareForm) { f.ID = "1" }},
			"no entry":        {fault.Invalid, func(f *journal.ShareForm) { f.EntryID = "" }},
			"no kind":         {fault.Invalid, func(f *journal.ShareForm) { f.Kind = "svg" }},
			"nothing":         {fault.Invalid, func(f *journal.ShareForm) { f.Words = " \n" }},
			"too long":        {fault.Invalid, func(f *journal.ShareForm) { f.Words = strings.Repeat("a", journal.MaxWords+1) }},
			"a control":       {fault.Invalid, func(f *journal.ShareForm) { f.Words = "a\x07" }},
			"yesterday":       {fault.Invalid, func(f *journal.ShareForm) { f.Last = r.last(-1) }},
			"a year":          {fault.Invalid, func(f *journal.ShareForm) { f.Last = r.last(366) }},
			"no day":          {fault.Invalid, func(f *journal.ShareForm) { f.Last = "2026-11-31" }},
			"svg":             {fault.Invalid, func(f *journal.ShareForm) { f.Pieces = piece("image/svg+xml", 10) }},
			"html":            {fault.Invalid, func(f *journal.ShareForm) { f.Pieces = piece("text/html", 10) }},
			"empty":           {fault.Invalid, func(f *journal.ShareForm) { f.Pieces = piece("image/png", 0) }},
			"less than empty": {fault.Invalid, func(f *journal.ShareForm) { f.Pieces = piece("image/png", -1<<62) }},
			"two gigabytes":   {fault.TooLarge, func(f *journal.ShareForm) { f.Pieces = piece("video/mp4", 2<<30) }},
			"a large picture": {fault.TooLarge, func(f *journal.ShareForm) { f.Pieces = piece("image/png", 20<<20) }},
			"together": {fault.TooLarge, func(f *journal.ShareForm) {
				f.Pieces = slices.Concat(piece("video/mp4", 40<<20), piece("video/mp4", 40<<20))
			}},
			"beyond counting":  {fault.TooLarge, func(f *journal.ShareForm) { f.Pieces = piece("video/mp4", 1<<62) }},
			"thirteen":         {fault.TooLarge, func(f *journal.ShareForm) { f.Pieces = make([]journal.Piece, 13) }},
			"one piece, twice": {fault.Invalid, func(f *journal.ShareForm) { f.Pieces = []journal.Piece{same, same} }},
		} {
			f := r.form()
			bad.change(&f)
			t.Run(name, func(t *testing.T) {
				r.fails(t, bad.kind, func(ctx context.Context) error { return r.make(ctx, r.Tomas, f) })
			})
		}
		today := r.form()
		today.Last = r.last(0)
		r.makes(t, today)
		r.Exec(t, `UPDATE journal_share SET size = $1`, journal.MaxAll)
		r.fails(t, fault.TooLarge, func(ctx context.Context) error { return r.make(ctx, r.Tomas, r.form()) })
	})
}

func TestNobodyElseReadsWhatIsShared(t *testing.T) {
	rooms(t, func(t *testing.T, r *room) {
		f := r.form()
		f.Pieces = []journal.Piece{{ID: newID(), Type: "audio/ogg", Size: 5}}
		r.makes(t, f)
		r.Do(t, func(ctx context.Context) error { return r.sends(ctx, f.ID, f.Pieces[0].ID, 0, []byte("OggS\x00")) })
		r.Do(t, func(ctx context.Context) error { return r.shares.Finish(ctx, r.Tomas, f.ID) })
		r.Grant(t, r.Supervisor, r.Client, access.Supervises)
		r.Grant(t, r.Stranger, r.Client, access.Emergency)
		for _, who := range []access.Actor{r.Stranger, r.Supervisor, r.Manager} {
			r.Refused(t, who, access.ReadShares, func(ctx context.Context) error { _, err := r.shares.List(ctx, who, "tomas"); return err })
			r.Refused(t, who, access.OpenShare, func(ctx context.Context) error { _, err := r.shares.One(ctx, who, "tomas", f.ID); return err })
			r.Refused(t, who, access.OpenShare, func(ctx context.Context) error {
				_, _, err := r.shares.Part(ctx, who, "tomas", f.ID, f.Pieces[0].ID, 0, 9)
				return err
			})
		}
		for _, who := range []access.Actor{r.Clinician, r.Stranger, r.Supervisor, r.Manager} { // each in a record of their own that is none
			r.Refused(t, who, access.TakeOut, func(ctx context.Context) error {
				_, _, err := r.shares.OwnPart(ctx, who, f.ID, f.Pieces[0].ID, 0, 9)
				return err
			})
			r.Refused(t, who, access.MakeShare, func(ctx context.Context) error { return r.make(ctx, who, r.form()) })
			r.Refused(t, who, access.MakeShare, func(ctx context.Context) error { return r.shares.Finish(ctx, who, f.ID) })
			r.Refused(t, who, access.MakeShare, func(ctx context.Context) error {
				return r.shares.KeepPart(ctx, who, journal.PartForm{Share: f.ID, Piece: f.Pieces[0].ID, Bytes: []byte("OggS\x00")})
			})
			r.Refused(t, who, access.EndShare, func(ctx context.Context) error { _, err := r.shares.TakeBack(ctx, who, f.ID); return err })
		}
		r.Ungrant(t, r.Clinician, r.Client) // the work ended
		r.Refused(t, r.Clinician, access.OpenShare, func(ctx context.Context) error { _, err := r.shares.One(ctx, r.Clinician, "tomas", f.ID); return err })
		if o := r.list(t, r.Tomas)[0].Opened; len(o) != 0 {
			t.Errorf("who was refused has opened it: %+v", o)
		}
		r.AuditHolds(t)
	})
}

// drawn is a picture of that size as Go draws it, and with what a camera adds.
func drawnPNG(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func drawnJPEG(t *testing.T, app1 string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2)), nil); err != nil {
		t.Fatal(err)
	}
	if app1 == "" {
		return b.Bytes()
	}
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(app1)+2))
	return slices.Concat(b.Bytes()[:2], segment, []byte(app1), b.Bytes()[2:])
}

// wider is a PNG that says another width of itself.
func wider(b []byte, side uint32) []byte {
	b = bytes.Clone(b)
	binary.BigEndian.PutUint32(b[16:], side)
	binary.BigEndian.PutUint32(b[20:], side)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

// exif is an Exif segment with one directory of the given tags.
func exif(tags ...uint16) string {
	b := binary.BigEndian.AppendUint32([]byte("Exif\x00\x00MM\x00\x2a"), 8)
	b = binary.BigEndian.AppendUint16(b, uint16(len(tags)))
	for _, tag := range tags {
		b = append(binary.BigEndian.AppendUint16(b, tag), 0, 3, 0, 0, 0, 1, 0, 1, 0, 0)
	}
	return string(append(b, 0, 0, 0, 0))
}

func TestOnlyWhatCanDoNothingIsShown(t *testing.T) {
	plain := drawnPNG(t, 3, 2)
	webp := func(kind, body string) []byte {
		return []byte("RIFF\x40\x00\x00\x00WEBP" + kind + "\x10\x00\x00\x00" + body + strings.Repeat("\x00", 20))
	}
	mp4 := func(brand string) []byte { return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00") }
	for name, c := range map[string]struct {
		kind  string
		bytes []byte
		ok    bool
	}{
		"a PNG":                        {"image/png", plain, true},
		"a PNG called JPEG":            {"image/jpeg", plain, false},
		"a PNG of 8,192 points":        {"image/png", wider(plain, 8192), true},
		"a PNG of 30,000 points":       {"image/png", wider(plain, 30000), false},
		"a PNG of no points":           {"image/png", wider(plain, 0), false},
		"a PNG of most points":         {"image/png", wider(plain, 0xFFFFFFFF), false},
		"a PNG with words":             {"image/png", slices.Concat(plain[:33], []byte("\x00\x00\x00\x04tEXtabcd\x00\x00\x00\x00"), plain[33:]), false},
		"a PNG with Exif":              {"image/png", slices.Concat(plain[:33], []byte("\x00\x00\x00\x04eXIfMM\x00\x2a\x00\x00\x00\x00"), plain[33:]), false},
		"a PNG that ends":              {"image/png", plain[:12], false},
		"a JPEG":                       {"image/jpeg", drawnJPEG(t, ""), true},
		"a JPEG as Safari draws it":    {"image/jpeg", drawnJPEG(t, exif(0x0112, 0x011A, 0x011B, 0x0128, 0x8769)), true},
		"a JPEG that says where":       {"image/jpeg", drawnJPEG(t, exif(0x0112, 0x8825)), false},
		"a JPEG that says with what":   {"image/jpeg", drawnJPEG(t, exif(0x010F)), false},
		"a JPEG with a wrong Exif":     {"image/jpeg", drawnJPEG(t, "Exif\x00\x00MM\x00\x2a\xff\xff\xff\xff"), false},
		"a JPEG with XMP":              {"image/jpeg", drawnJPEG(t, "http://ns.adobe.com/xap/1.0/\x00<x/>"), false},
		"a JPEG that hides its size":   {"image/jpeg", hidingJPEG(t), false},
		"a JPEG that ends":             {"image/jpeg", drawnJPEG(t, "")[:20], false},
		"a WebP":                       {"image/webp", webp("VP8 ", "\x00\x00\x00\x9d\x01\x2a\x03\x00\x02\x00"), true},
		"a WebP without loss":          {"image/webp", webp("VP8L", "\x2f\x02\x40\x00\x00"), true},
		"a WebP with more":             {"image/webp", webp("VP8X", "\x00\x00\x00\x00\x02\x00\x00\x01\x00\x00"), true},
		"a WebP with Exif":             {"image/webp", webp("VP8X", "\x08\x00\x00\x00\x02\x00\x00\x01\x00\x00"), false},
		"a WebP of 16,000,000 points":  {"image/webp", webp("VP8X", "\x00\x00\x00\x00\xff\xff\xff\xff\xff\xff"), false},
		"a WebP that ends":             {"image/webp", []byte("RIFF\x40\x00\x00\x00WEBPVP8 "), false},
		"Ogg":                          {"audio/ogg", []byte("OggS\x00"), true},
		"WebM with sound":              {"audio/webm", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), true},
		"WebM with film":               {"video/webm", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"), true},
		"Matroska called WebM":         {"video/webm", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x88matroska"), false},
		"MP4":                          {"video/mp4", mp4("isom"), true},
		"MP4 with sound":               {"audio/mp4", mp4("M4A "), true},
		"a HEIC called MP4":            {"video/mp4", mp4("heic"), false},
		"MP4 called PNG":               {"image/png", mp4("isom"), false},
		"SVG called PNG":               {"image/png", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), false},
		"SVG":                          {"image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), false},
		"HTML called JPEG":             {"image/jpeg", []byte("<!doctype html><script>alert(1)</script>"), false},
		"HTML":                         {"text/html", []byte("<!doctype html><script>alert(1)</script>"), false},
		"a GIF":                        {"image/gif", []byte("GIF89a\x01\x00\x01\x00"), false},
		"a PDF":                        {"application/pdf", []byte("%PDF-1.7"), false},
		"nothing":                      {"image/png", nil, false},
		"nothing, called by no name":   {"", nil, false},
		"HTML after the sign of a PNG": {"image/png", []byte("\x89PNG\r\n\x1a\n<script>alert(1)</script>"), false},
	} {
		t.Run(name, func(t *testing.T) {
			err := journal.CheckBeginning(c.kind, c.bytes)
			if c.ok != (err == nil) || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// hidingJPEG is of 65,535 points for whoever knows that the marker TEM has no length
// (ITU-T T.81, B.1.1.3), and small for whoever takes what follows for one.
func hidingJPEG(t *testing.T) []byte {
	t.Helper()
	small := []byte(drawnJPEG(t, ""))
	at := bytes.Index(small, []byte("\xff\xc0"))
	if at < 0 {
		at = bytes.Index(small, []byte("\xff\xc2"))
	}
	frame := small[at : at+2+int(small[at+2])<<8+int(small[at+3])]
	wide := slices.Clone(frame)
	copy(wide[5:9], "\xff\xff\xff\xff")
	hidden := slices.Concat(small[2:at], wide)
	return slices.Concat(small[:2], []byte{0xFF, 0x01, byte((len(hidden) + 2) >> 8), byte(len(hidden) + 2)}, hidden, small[2:])
}

func FuzzNothingUnknownIsShown(f *testing.F) {
	f.Add("image/png", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01"))
	f.Add("image/jpeg", []byte("\xff\xd8\xff\xe1\x00\x20Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x01\x00\x25\x88"))
	f.Add("image/webp", []byte("RIFF\x40\x00\x00\x00WEBPVP8X\x10\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x01\x00\x00"))
	f.Add("audio/webm", []byte("\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm"))
	f.Add("video/mp4", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, kind string, b []byte) {
		err := journal.CheckBeginning(kind, b)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Error(err)
			}
			return
		}
		if !slices.Contains(journal.Types(), kind) || len(b) > 0 && (b[0] == '<' || b[0] == '%') {
			t.Errorf("%q is shown as %s", b[:min(len(b), 16)], kind)
		}
	})
}
