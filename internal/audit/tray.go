package audit

import (
	"bytes"
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

// A tray holds leaves of mere reading that are durable and not yet in the log. With
// SQLite each commit costs a few pages of the database, and makes every connection
// forget what it had read before: too much for one line about one page that somebody
// looked at. So such leaves are first written, sealed, to a file beside the database,
// one after the other, and go into the log together a moment later. Whoever reads
// waits for the file only. What a crash leaves in the file goes into the log when it
// is opened again.
//
// The file has two halves, which take turns: while the leaves of one are going into
// the log, those that come are written to the other. What stands in it is never
// written over before it is durable in the log.
type tray struct {
	file *os.File
	disk *syncer
	mac  []byte // from which the key of each batch grows

	turn   sync.Mutex // whoever holds it may write
	sealer cipher.AEAD
	batch  [batchSize]byte
	half   int64  // which half is written to
	used   int64  // blocks of it
	number uint64 // counts batches
	over   bool   // it takes no more

	full atomic.Bool // three quarters of the half that is written to

	mu      sync.Mutex
	next    *group
	waiting []Leaf // in the half that is written to
	moving  []Leaf // in the other: on their way into the log
}

const (
	trayBlock = 4096 // what a disk may tear is within one; no two writes share any
	halfSize  = 256  // blocks
	batchSize = 16
	sheetHead = batchSize + 4 // batch, length of what is sealed
)

// errTray says that leaves have to go into the log at once.
var errTray = errors.New("the tray takes no more")

// openTray opens the tray in the file at path, and returns what a crash left in it:
// each batch with how long the log was when it began. It returns no tray if somebody
// else has it.
func openTray(path string, mac []byte) (t *tray, left []laid, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open what waits for the log: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil, nil
		}
		return nil, nil, fmt.Errorf("hold what waits for the log: %w", err)
	}
	t = &tray{file: f, disk: newSyncer(f), mac: mac, next: &group{done: make(chan struct{})}}
	err = syncFolder(filepath.Dir(path)) // or the file could be gone with the power
	for half := range int64(2) {
		var some laid
		if err == nil {
			some, err = t.read(half)
		}
		if len(some.leaves) > 0 {
			left = append(left, some)
		}
	}
	if err != nil {
		t.close()
		return nil, nil, err
	}
	slices.SortFunc(left, func(a, b laid) int { return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.number, b.number)) })
	return t, left, nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// laid is a batch as it was found in the file.
type laid struct {
	end    int64 // of the log, when it began
	number uint64
	leaves []Leaf
}

// read returns what stands in one half: sheet by sheet, up to the first that is not
// whole or belongs to an older batch.
func (t *tray) read(half int64) (all laid, err error) {
	text := make([]byte, halfSize*trayBlock)
	n, err := t.file.ReadAt(text, half*halfSize*trayBlock)
	if err != nil && !errors.Is(err, io.EOF) {
		return all, fmt.Errorf("read what waits for the log: %w", err)
	}
	text = text[:n]
	if len(text) < sheetHead {
		return all, nil
	}
	batch := [batchSize]byte(text)
	sealer, err := t.sealerOf(batch)
	if err != nil {
		return all, err
	}
	for at := 0; at+sheetHead <= len(text) && [batchSize]byte(text[at:]) == batch; {
		size := int(binary.BigEndian.Uint32(text[at+batchSize:]))
		if size > len(text)-at-sheetHead {
			return all, nil
		}
		head := text[at : at+sheetHead]
		plain, err := sealer.Open(nil, nonceOf(int64(at/trayBlock)), text[at+sheetHead:at+sheetHead+size], head)
		if err != nil {
			return all, nil // cut off while it was written: nobody was told
		}
		some, err := readSheet(plain)
		if err != nil {
			return all, fmt.Errorf("read what waits for the log: %w", err)
		}
		all = laid{some.end, some.number, append(all.leaves, some.leaves...)}
		at += blocks(sheetHead+size) * trayBlock
	}
	return all, nil
}

func blocks(size int) int { return (size + trayBlock - 1) / trayBlock }

func nonceOf(block int64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), uint64(block))
}

// sealerOf is what seals a batch. Each has a key of its own, so that no nonce, which
// is the place in the batch, comes twice.
func (t *tray) sealerOf(batch [batchSize]byte) (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, t.mac, batch[:], "waymark leaves that wait for the log", 32)
	if err != nil {
		return nil, err
	}
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(c)
}

// put makes leaves durable. end is how long the log is. It fails if they have to go
// into the log at once.
func (t *tray) put(leaves []Leaf, end int64) error {
	t.mu.Lock()
	g := t.next
	for _, l := range leaves {
		g.leaves = append(g.leaves, l.plain())
	}
	g.joined++
	mine := !g.led
	g.led = true
	t.mu.Unlock()
	if mine {
		t.turn.Lock()
		runtime.Gosched() // whoever is about to come comes along: a sheet takes as long for one leaf as for ten
		t.mu.Lock()
		t.next = &group{done: make(chan struct{})}
		t.mu.Unlock()
		g.err = t.write(g.leaves, end, g.joined == 1)
		t.turn.Unlock()
		close(g.done)
	}
	<-g.done
	return g.err
}

// write writes a sheet, on which somebody waits alone or several together. The caller has
// the turn.
func (t *tray) write(leaves []Leaf, end int64, alone bool) error {
	if t.over {
		return errTray
	}
	if t.used == 0 {
		rand.Read(t.batch[:])
		var err error
		if t.sealer, err = t.sealerOf(t.batch); err != nil {
			return err
		}
		t.number++
	}
	sheet := make([]byte, sheetHead, trayBlock)
	copy(sheet, t.batch[:])
	plain := laid{end, t.number, leaves}.sheet()
	size := len(plain) + t.sealer.Overhead()
	many := int64(blocks(sheetHead + size))
	if t.used+many > halfSize {
		return errTray
	}
	binary.BigEndian.PutUint32(sheet[batchSize:], uint32(size))
	sheet = t.sealer.Seal(sheet, nonceOf(t.used), plain, sheet[:sheetHead])
	sheet = append(sheet, make([]byte, many*trayBlock-int64(len(sheet)))...)
	if err := t.keep(sheet, t.used, alone); err != nil {
		t.used = halfSize // what stands there now nobody knows: this half takes no more
		return errTray
	}
	t.used += many
	t.full.Store(t.used > halfSize*3/4)
	t.mu.Lock()
	t.waiting = append(t.waiting, leaves...)
	t.mu.Unlock()
	return nil
}

// keep writes to a block of the half that is written to, and returns when it is durable.
func (t *tray) keep(text []byte, block int64, alone bool) error {
	if _, err := t.file.WriteAt(text, (t.half*halfSize+block)*trayBlock); err != nil {
		return err
	}
	return t.disk.sync(alone)
}

// take returns what is to go into the log now, which left or kept follows; nothing if
// somebody is just writing, unless all is to go.
func (t *tray) take(all bool) []Leaf {
	if t == nil {
		return nil
	}
	if all {
		t.turn.Lock()
	} else if !t.turn.TryLock() {
		return nil
	}
	defer t.turn.Unlock()
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.moving) == 0 && t.used > 0 {
		t.moving, t.waiting = t.waiting, nil
		t.half, t.used = 1-t.half, 0
		t.full.Store(false)
	}
	return t.moving
}

// moved notes that what take returned is in the log.
func (t *tray) moved() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moving = nil
}

// hold has leaves go into the log that were found in the file, before anything is
// written over.
func (t *tray) hold(leaves []Leaf) {
	t.moving, t.used = leaves, halfSize
}

// stop has the file take no more: whoever comes now writes into the log.
func (t *tray) stop() {
	t.turn.Lock()
	defer t.turn.Unlock()
	t.over = true
}

// filling says whether there is so much that it should be moved. While the other half is
// on its way, or could not be moved, it would help nothing.
func (t *tray) filling() bool {
	if !t.full.Load() {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.moving) == 0
}

// empty says whether all is in the log.
func (t *tray) empty() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.moving) == 0 && len(t.waiting) == 0
}

// clear forgets what the file holds, which is in the log.
func (t *tray) clear() error {
	t.turn.Lock()
	defer t.turn.Unlock()
	var all error
	for half := range int64(2) {
		first := make([]byte, trayBlock)
		if n, err := t.file.ReadAt(first, half*halfSize*trayBlock); n < trayBlock || err != nil {
			continue // it was never written to
		}
		clear(first)
		_, err := t.file.WriteAt(first, half*halfSize*trayBlock)
		all = errors.Join(all, err)
	}
	t.used = 0
	return errors.Join(all, t.disk.sync(true))
}

// close gives the file back. What is in it stays.
func (t *tray) close() error {
	t.turn.Lock()
	defer t.turn.Unlock()
	f := t.file
	if t.file = nil; f == nil {
		return fs.ErrClosed
	}
	t.disk.close()
	return f.Close()
}

// sheet is l as it is written.
func (l laid) sheet() []byte {
	b := binary.AppendUvarint(nil, uint64(l.end))
	b = binary.AppendUvarint(b, l.number)
	b = binary.AppendUvarint(b, uint64(len(l.leaves)))
	for _, leaf := range l.leaves {
		b = binary.AppendVarint(b, leaf.At)
		for _, s := range []string{leaf.Practice, leaf.Actor, leaf.Action, leaf.Compartment, leaf.Detail} {
			b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
		}
		allowed := byte(0)
		if leaf.Allowed {
			allowed = 1
		}
		b = append(b, allowed)
	}
	return b
}

func readSheet(text []byte) (l laid, err error) {
	r := bytes.NewReader(text)
	number := func() (n uint64) {
		if err == nil {
			n, err = binary.ReadUvarint(r)
		}
		return n
	}
	words := func() string {
		n := number()
		if n > uint64(r.Len()) {
			err = io.ErrUnexpectedEOF
			return ""
		}
		b := make([]byte, n)
		r.Read(b)
		return string(b)
	}
	l.end, l.number = int64(number()), number()
	for n := number(); n > 0 && err == nil; n-- {
		var leaf Leaf
		leaf.At, err = binary.ReadVarint(r)
		leaf.Practice, leaf.Actor, leaf.Action = words(), words(), words()
		leaf.Compartment, leaf.Detail = words(), words()
		leaf.Allowed = number() == 1
		l.leaves = append(l.leaves, leaf)
	}
	return l, err
}
