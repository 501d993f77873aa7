package takeout

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
)

// sums is the last file of an archive: the SHA-256 of every other, as "sha256sum -c"
// reads it. What has it, and whose sums are right, is whole.
const sums = "SHA256SUMS.txt"

// A parcel is an archive that is sent while it is made: one ZIP, file after file. What is
// written before it is let go is held back, compressed, so that the words are whole before
// their first byte leaves; from then on it holds no more than what is being written.
type parcel struct {
	zip  *zip.Writer
	out  held
	made time.Time
	sums strings.Builder
}

// newParcel returns an empty one, to be sent by w.
func newParcel(w io.Writer, made time.Time) *parcel {
	p := &parcel{out: held{w: w}, made: made}
	p.zip = zip.NewWriter(&p.out)
	return p
}

// held writes to w once it is let go.
type held struct {
	w    io.Writer
	buf  bytes.Buffer
	free bool
}

func (h *held) Write(b []byte) (int, error) {
	if !h.free {
		return h.buf.Write(b)
	}
	return h.w.Write(b)
}

// send lets go of what was held back.
func (p *parcel) send() error {
	if p.out.free {
		return nil
	}
	if err := p.zip.Flush(); err != nil {
		return err
	}
	p.out.free = true
	_, err := p.out.buf.WriteTo(p.out.w)
	p.out.buf = bytes.Buffer{}
	return err
}

// add adds a file that write writes. What is small already is left as it is.
func (p *parcel) add(name string, small bool, write func(io.Writer) error) error {
	head := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: p.made}
	if small {
		head.Method = zip.Store
	}
	head.SetMode(0o600)
	file, err := p.zip.CreateHeader(head)
	if err != nil {
		return fmt.Errorf("begin a file of an archive: %w", err)
	}
	sum := summed{file, sha256.New()}
	if err := write(sum); err != nil {
		return err
	}
	fmt.Fprintf(&p.sums, "%s  %s\n", hex.EncodeToString(sum.hash.Sum(nil)), name)
	return nil
}

// summed sums up what passes.
type summed struct {
	w    io.Writer
	hash hash.Hash
}

func (s summed) Write(b []byte) (int, error) {
	s.hash.Write(b)
	return s.w.Write(b)
}

// end writes the sums and the end of the archive, and sends what is left. Without it no
// program takes it for a ZIP.
func (p *parcel) end() error {
	file, err := p.zip.CreateHeader(&zip.FileHeader{Name: sums, Method: zip.Deflate, Modified: p.made})
	if err != nil {
		return fmt.Errorf("begin the sums of an archive: %w", err)
	}
	if _, err := io.WriteString(file, p.sums.String()); err != nil {
		return err
	}
	if err := p.send(); err != nil {
		return err
	}
	return p.zip.Close()
}
