package archive

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/waymark-care/waymark/internal/store"
)

// magic begins every archive, so that a file of another kind is known at once.
const magic = "waymark archive\n"

// Format is the newest format that this program writes and reads.
const Format = 1

// The kinds of archive.
const (
	KindRecords  = "records"
	KindKeys     = "keys"
	KindPractice = "practice" // one of several, with its keys, on its way to another server
)

// A Manifest is the first record: what the archive holds, without content.
type Manifest struct {
	Format   int           `json:"format"`
	Kind     string        `json:"kind"`
	Product  string        `json:"product"`  // version of the program that wrote it
	Schema   int64         `json:"schema"`   // newest change to the schema that was applied
	Database string        `json:"database"` // sqlite or postgres
	MadeAt   time.Time     `json:"made_at"`
	Tables   []store.Table `json:"tables"`
	Files    []string      `json:"files,omitempty"`    // of keys: the safe, and what was ended; of a practice: its keys, and the seal
	Practice string        `json:"practice,omitempty"` // which, if it is of one alone
}

// What can be wrong with an archive. Each is told apart, because what the
// operator can do differs.
var (
	ErrForeign   = errors.New("this is not an archive of this practice")
	ErrNewer     = errors.New("the archive was made by a newer Waymark: use that version or a later one")
	ErrTorn      = errors.New("the archive is torn: its end is missing or spoilt, as after a full disk or a copy that was cut short; use another one")
	ErrAltered   = errors.New("the archive is damaged: what is in it is not what was written; use another one")
	ErrReordered = errors.New("the archive is damaged: its parts are not in the order in which they were written; use another one")
)

// The marks of records. A record is drawn so:
//
//	length of the body (uvarint) | number of the record (uvarint, from 0) | mark (1 byte) | body (JSON, or a file as it is)
//
// and an archive so: magic, the manifest, for each table its rows as arrays in
// the order of the manifest's columns and then the number of them, files, the
// end, and after it
//
//	SHA-256 of everything before (32 bytes) | HMAC-SHA-256 of that under the practice's key for backups (32 bytes)
const (
	markManifest = 'M'
	markRow      = 'R'
	markCount    = 'C'
	markFile     = 'F'
	markEnd      = 'E'
)

// maxBody is far above any row, so that a damaged length does not ask for all memory.
const maxBody = 64 << 20

// count ends a table.
type count struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// A writer writes records and hashes them.
type writer struct {
	out  *bufio.Writer
	sum  hash.Hash
	mac  []byte
	next uint64
}

func newWriter(out io.Writer, mac []byte) (*writer, error) {
	w := &writer{out: bufio.NewWriterSize(out, 64<<10), sum: sha256.New(), mac: mac}
	return w, w.write([]byte(magic))
}

func (w *writer) write(b []byte) error {
	w.sum.Write(b)
	_, err := w.out.Write(b)
	return err
}

func (w *writer) record(mark byte, body []byte) error {
	head := binary.AppendUvarint(nil, uint64(len(body)))
	head = append(binary.AppendUvarint(head, w.next), mark)
	w.next++
	if err := w.write(head); err != nil {
		return err
	}
	return w.write(body)
}

func (w *writer) json(mark byte, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.record(mark, body)
}

// end writes the last record and what proves the whole.
func (w *writer) end() error {
	if err := w.record(markEnd, nil); err != nil {
		return err
	}
	sum := w.sum.Sum(nil)
	if _, err := w.out.Write(append(sum, tag(w.mac, sum)...)); err != nil {
		return err
	}
	return w.out.Flush()
}

func tag(mac, sum []byte) []byte {
	m := hmac.New(sha256.New, mac)
	m.Write(sum)
	return m.Sum(nil)
}

// A reader reads what a writer wrote, and says what is wrong with anything else.
type reader struct {
	in   *bufio.Reader
	sum  hash.Hash
	next uint64

	before []byte // the sum of everything before the last file
}

func newReader(in io.Reader) (*reader, error) {
	r := &reader{in: bufio.NewReaderSize(in, 64<<10), sum: sha256.New()}
	head := make([]byte, len(magic))
	_, err := io.ReadFull(r.in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	r.sum.Write(head)
	if string(head) != magic {
		return nil, fmt.Errorf("it does not begin like an archive: %w", ErrForeign)
	}
	return r, nil
}

func (r *reader) read(b []byte) error {
	_, err := io.ReadFull(r.in, b)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTorn
	}
	r.sum.Write(b)
	return err
}

// ReadByte reads one byte of a number.
func (r *reader) ReadByte() (byte, error) {
	var b [1]byte
	err := r.read(b[:])
	return b[0], err
}

func (r *reader) number() (uint64, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil && !errors.Is(err, ErrTorn) && err.Error() == "binary: varint overflows a 64-bit integer" {
		return 0, ErrAltered
	}
	return n, err
}

func (r *reader) record() (mark byte, body []byte, err error) {
	size, err := r.number()
	if err != nil {
		return 0, nil, err
	}
	if size > maxBody {
		return 0, nil, ErrAltered
	}
	n, err := r.number()
	if err != nil {
		return 0, nil, err
	}
	if mark, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	body = make([]byte, size)
	if err := r.read(body); err != nil {
		return 0, nil, err
	}
	if n != r.next {
		return 0, nil, fmt.Errorf("record %d stands where %d should: %w", n, r.next, ErrReordered)
	}
	r.next++
	return mark, body, nil
}

// manifest reads the first record and refuses what this program cannot read.
func (r *reader) manifest(kind string, known int64) (Manifest, error) {
	var m Manifest
	mark, body, err := r.record()
	if err != nil {
		return m, err
	}
	if mark != markManifest {
		return m, fmt.Errorf("it does not begin with a manifest: %w", ErrForeign)
	}
	var head struct{ Format int }
	if err := json.Unmarshal(body, &head); err != nil {
		return m, fmt.Errorf("manifest: %w", ErrAltered)
	}
	if head.Format > Format {
		return m, fmt.Errorf("format %d: %w", head.Format, ErrNewer)
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, fmt.Errorf("manifest: %w", ErrAltered)
	}
	if m.Kind != kind {
		return m, fmt.Errorf("it is an archive of %s where one of %s is needed: %w", m.Kind, kind, ErrForeign)
	}
	if m.Schema > known {
		return m, fmt.Errorf("its schema is at %d, this program knows %d: %w", m.Schema, known, ErrNewer)
	}
	return m, nil
}

// finish checks the sum after the last record, and with mac that this practice
// wrote it; mac is asked for only now, because for an archive of keys it is
// known only once the safe inside has been opened.
func (r *reader) finish(mac func() ([]byte, error)) error {
	sum := r.sum.Sum(nil)
	var wrote [2 * sha256.Size]byte
	if err := r.read(wrote[:]); err != nil {
		return err
	}
	if !hmac.Equal(wrote[:sha256.Size], sum) {
		return ErrAltered
	}
	key, err := mac()
	if err != nil {
		return err
	}
	defer clear(key)
	if !hmac.Equal(wrote[sha256.Size:], tag(key, sum)) {
		return fmt.Errorf("it was written by somebody else: %w", ErrForeign)
	}
	if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something follows its end: %w", ErrAltered)
	}
	return nil
}
