package store

import (
	"crypto/sha256"
	"errors"
	"hash/maphash"
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
)

// mostBlocks is how many decrypted blocks are kept: 4 MB. Lists of a clinician with
// 60 clients read some 600 in a large practice; with half as many kept, each list
// decrypts most of them again.
const mostBlocks = 1024

// opened is above the cipher what whole is below it: it keeps blocks that were
// decrypted lately, for all connections of the process. SQLite empties a
// connection's own cache whenever another has committed, which here is thousands
// of times a second, because nothing is read without a leaf; and decrypting the
// same pages again was an eighth of what reading cost.
//
// It never answers from memory alone. Each block is read from the file, as it
// lies there, and only if it is the very ciphertext that was decrypted before,
// by the same key at the same place, is it not decrypted again. So another process
// may write to the file, and a restored or damaged file is seen as it is.
type opened struct {
	vfs.VFS
	seed   maphash.Seed
	shards [8]shard
}

func newOpened(below vfs.VFS) *opened {
	v := &opened{VFS: below, seed: maphash.MakeSeed()}
	for i := range v.shards {
		v.shards[i].at = make(map[place]*block)
	}
	return v
}

// A place is one block of one file. Where the file lies is not needed: what does
// not have the same ciphertext is not taken.
type place struct {
	file [sha256.Size]byte // of the key, and which kind of file
	off  int64
}

type block struct {
	place place
	sum   uint64 // of the ciphertext
	used  bool
	plain [cipherBlock]byte
}

// A shard keeps its part of the blocks, and drops those that were not used since
// it last came by.
type shard struct {
	mu   sync.Mutex
	at   map[place]*block
	ring []*block
	hand int
}

func (v *opened) shard(p place) *shard {
	return &v.shards[uint64(p.off/cipherBlock)%uint64(len(v.shards))]
}

// get copies to dst what the block holds from from on, if it is known and still
// the same, and returns how much.
func (v *opened) get(p place, sum uint64, dst []byte, from int) (int, bool) {
	s := v.shard(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at[p]
	if b == nil || b.sum != sum {
		return 0, false
	}
	b.used = true
	return copy(dst, b.plain[from:]), true
}

func (v *opened) put(p place, sum uint64, plain *[cipherBlock]byte) {
	s := v.shard(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.at[p]
	switch {
	case b != nil:
	case len(s.ring) < mostBlocks/len(v.shards):
		b = &block{}
		s.ring = append(s.ring, b)
	default:
		for s.ring[s.hand].used {
			s.ring[s.hand].used = false
			s.hand = (s.hand + 1) % len(s.ring)
		}
		b = s.ring[s.hand]
		s.hand = (s.hand + 1) % len(s.ring)
		delete(s.at, b.place)
	}
	b.place, b.sum, b.plain = p, sum, *plain
	s.at[p] = b
}

// Open is never called: OpenFilename is.
func (v *opened) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, sqlite3.CANTOPEN
}

// OpenFilename opens a file of any kind.
func (v *opened) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil || flags&(vfs.OPEN_MAIN_DB|vfs.OPEN_WAL) == 0 {
		return f, flags, err
	}
	below, ok := vfsutil.UnwrapFile[*lyingFile](f)
	if !ok {
		return f, flags, nil
	}
	o := &openedFile{passing: passing{f}, below: below, kept: v}
	if flags&vfs.OPEN_WAL != 0 {
		o.log = true
		if db, ok := vfsutil.UnwrapFile[*openedFile](name.DatabaseFile()); ok && db.keyed {
			o.of, o.keyed, o.id = db, true, sha256.Sum256(append(db.id[:], "wal"...))
		}
	}
	return o, flags, nil
}

// openedFile is a database or its write-ahead log, of one connection.
type openedFile struct {
	passing
	below *lyingFile
	kept  *opened
	keyed bool // id is known: until then nothing is kept
	id    [sha256.Size]byte
	raw   [cipherBlock]byte
	plain [cipherBlock]byte

	moving bool               // of a database: pages of its log are being moved into it
	moved  map[int64]struct{} // of a database: where pages were moved to, if somebody wants to know

	log       bool
	of        *openedFile // whose log it is; known if keyed
	waiting   []byte      // what is to be written to the log from waitingAt on
	waitingAt int64
}

// ReadAt reads as the file below does, and decrypts only what is new.
func (f *openedFile) ReadAt(p []byte, off int64) (n int, err error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	if !f.keyed {
		return f.File.ReadAt(p, off)
	}
	if f.log && f.of.moving { // nobody will ask for it again
		f.below.stage(off, len(p))
		defer f.below.unstage()
		return f.File.ReadAt(p, off)
	}
	for n < len(p) {
		from := int((off + int64(n)) % cipherBlock)
		at := place{f.id, off + int64(n) - int64(from)}
		if m, err := f.below.ReadAt(f.raw[:], at.off); m != cipherBlock || err != nil {
			more, err := f.File.ReadAt(p[n:], off+int64(n)) // the end, or an error: as if we were not here
			return n + more, err
		}
		sum := maphash.Bytes(f.kept.seed, f.raw[:])
		if m, ok := f.kept.get(at, sum, p[n:], from); ok {
			n += m
			continue
		}
		f.below.staged, f.below.stagedAt = f.raw[:], at.off // so that it decrypts what was summed
		m, err := f.File.ReadAt(f.plain[:], at.off)
		f.below.unstage()
		if m != cipherBlock || err != nil {
			return n, err
		}
		f.kept.put(at, sum, &f.plain)
		n += copy(p[n:], f.plain[from:])
	}
	return n, nil
}

// CheckpointStart is told to a database before pages of its log are moved into it.
// What is read of the log for that is dead after it: to keep it would cost more
// than it spares, and drive out what others read.
func (f *openedFile) CheckpointStart() {
	f.moving = true
	f.passing.CheckpointStart()
}

// CheckpointDone is told to it after they were moved, or could not be.
func (f *openedFile) CheckpointDone() {
	f.moving = false
	f.passing.CheckpointDone()
}

// mostWaiting is how much of the log waits to be written at once, in bytes.
const mostWaiting = 256 << 10

// WriteAt writes to a database at once. To the log SQLite writes piece by piece, a
// frame's head and then its page, none of them where a block of the cipher begins:
// each piece had one to three blocks read, decrypted, encrypted and written again.
// So pieces that follow each other wait until the log is made durable (SQLite tells
// nobody of a frame before that), or is asked for; then they are written as one.
func (f *openedFile) WriteAt(p []byte, off int64) (int, error) {
	if !f.log {
		if f.moving && f.moved != nil {
			f.moved[off] = struct{}{}
		}
		return f.File.WriteAt(p, off)
	}
	if off != f.waitingAt+int64(len(f.waiting)) || len(f.waiting)+len(p) > mostWaiting {
		if err := f.flush(); err != nil {
			return 0, err
		}
	}
	if len(f.waiting) == 0 {
		if !beginsFrame(off) {
			return f.File.WriteAt(p, off)
		}
		f.waitingAt = off
	}
	f.waiting = append(f.waiting, p...)
	return len(p), nil
}

// beginsFrame says whether the log, or a frame of it, begins at off (SQLite's file
// format, 4.1 and 4.2). What is written elsewhere is the end of a frame whose
// beginning had to be durable first: SQLite counts on it being there, and does not
// ask again.
func beginsFrame(off int64) bool {
	const head, frame = 32, 24 + 4096
	return off == 0 || off >= head && (off-head)%frame == 0
}

// flush writes what waits. If that fails whoever asked is told, and SQLite takes
// the transaction back.
func (f *openedFile) flush() error {
	if len(f.waiting) == 0 {
		return nil
	}
	f.below.gathers = true
	_, err := f.File.WriteAt(f.waiting, f.waitingAt)
	err = errors.Join(err, f.below.scatter())
	f.waiting = f.waiting[:0]
	return err
}

// Sync makes durable what was written.
func (f *openedFile) Sync(flags vfs.SyncFlag) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Sync(flags)
}

// Size is that of all that was written.
func (f *openedFile) Size() (int64, error) {
	if err := f.flush(); err != nil {
		return 0, err
	}
	return f.File.Size()
}

// Truncate cuts the file.
func (f *openedFile) Truncate(size int64) error {
	if err := f.flush(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

// Close writes what waits and closes the file.
func (f *openedFile) Close() error { return errors.Join(f.flush(), f.File.Close()) }

// Pragma learns by which key the file is read.
func (f *openedFile) Pragma(name, value string) (string, error) {
	said, err := vfsutil.WrapPragma(f.File, name, value)
	if err == nil && name == "hexkey" {
		f.keyed, f.id = true, sha256.Sum256([]byte(value))
	}
	return said, err
}

// lying is below the cipher: files as they lie there.
type lying struct{ vfs.VFS }

// Open is never called: OpenFilename is.
func (v lying) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, sqlite3.CANTOPEN
}

// OpenFilename opens a file of any kind.
func (v lying) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil || flags&(vfs.OPEN_MAIN_DB|vfs.OPEN_WAL) == 0 {
		return f, flags, err
	}
	return &lyingFile{passing: passing{f}}, flags, nil
}

// lyingFile is a database or its write-ahead log, encrypted.
type lyingFile struct {
	passing
	staged   []byte // blocks that were just read at stagedAt, for whoever decrypts them
	stagedAt int64
	pages    *[2 * cipherBlock]byte // what stage reads

	gathers    bool   // blocks that follow each other are to be written as one
	gathered   []byte // what is to be written from gatheredAt on
	gatheredAt int64
}

// WriteAt writes a block: the cipher hands them down one by one.
func (f *lyingFile) WriteAt(p []byte, off int64) (int, error) {
	if !f.gathers {
		return f.File.WriteAt(p, off)
	}
	if off != f.gatheredAt+int64(len(f.gathered)) {
		if err := f.written(); err != nil {
			return 0, err
		}
		f.gatheredAt = off
	}
	f.gathered = append(f.gathered, p...)
	return len(p), nil
}

// scatter writes what was gathered, and gathers no more.
func (f *lyingFile) scatter() error {
	f.gathers = false
	return f.written()
}

func (f *lyingFile) written() error {
	if len(f.gathered) == 0 {
		return nil
	}
	_, err := f.File.WriteAt(f.gathered, f.gatheredAt)
	f.gathered = f.gathered[:0]
	return err
}

// stage reads at once the blocks in which the size bytes from off on lie: a page in the log
// lies across two.
func (f *lyingFile) stage(off int64, size int) {
	from := off % cipherBlock
	all := (from + int64(size) + cipherBlock - 1) / cipherBlock * cipherBlock
	if f.pages == nil {
		f.pages = new([2 * cipherBlock]byte)
	}
	n, _ := f.File.ReadAt(f.pages[:min(all, int64(len(f.pages)))], off-from) // an error comes again
	f.staged, f.stagedAt = f.pages[:n/cipherBlock*cipherBlock], off-from
}

// unstage forgets what was staged, because the file may change.
func (f *lyingFile) unstage() { f.staged = nil }

// ReadAt reads what is staged, or the file.
func (f *lyingFile) ReadAt(p []byte, off int64) (int, error) {
	if from := off - f.stagedAt; from >= 0 && from+int64(len(p)) <= int64(len(f.staged)) {
		return copy(p, f.staged[from:]), nil
	}
	return f.File.ReadAt(p, off)
}

// passing hands on what SQLite asks of a file beyond reading and writing.
type passing struct{ vfs.File }

func (f passing) Unwrap() vfs.File                { return f.File }
func (f passing) SharedMemory() vfs.SharedMemory  { return vfsutil.WrapSharedMemory(f.File) }
func (f passing) LockState() vfs.LockLevel        { return vfsutil.WrapLockState(f.File) }
func (f passing) PersistWAL() bool                { return vfsutil.WrapPersistWAL(f.File) }
func (f passing) SetPersistWAL(keep bool)         { vfsutil.WrapSetPersistWAL(f.File, keep) }
func (f passing) HasMoved() (bool, error)         { return vfsutil.WrapHasMoved(f.File) }
func (f passing) Overwrite() error                { return vfsutil.WrapOverwrite(f.File) }
func (f passing) SizeHint(size int64) error       { return vfsutil.WrapSizeHint(f.File, size) }
func (f passing) ChunkSize(size int)              { vfsutil.WrapChunkSize(f.File, size) }
func (f passing) SyncSuper(super string) error    { return vfsutil.WrapSyncSuper(f.File, super) }
func (f passing) CommitPhaseTwo() error           { return vfsutil.WrapCommitPhaseTwo(f.File) }
func (f passing) CheckpointStart()                { vfsutil.WrapCheckpointStart(f.File) }
func (f passing) CheckpointDone()                 { vfsutil.WrapCheckpointDone(f.File) }
func (f passing) BusyHandler(handler func() bool) { vfsutil.WrapBusyHandler(f.File, handler) }
