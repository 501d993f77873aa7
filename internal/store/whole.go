package store

import (
	"sync"

	"github.com/ncruces/go-sqlite3"
	"github.com/ncruces/go-sqlite3/util/vfsutil"
	"github.com/ncruces/go-sqlite3/vfs"
	"github.com/ncruces/go-sqlite3/vfs/adiantum"
)

// wholeVFS is by what name SQLite's files are opened: encrypted by adiantum,
// below what remembers blocks that it decrypted, on top of files whose blocks are
// read whole.
const wholeVFS = "waymark"

// registerWhole makes it known to SQLite, once.
var registerWhole = sync.OnceFunc(func() {
	vfs.Register(wholeVFS, newOpened(adiantum.Wrap(lying{&whole{VFS: vfs.Find("")}}, nil)))
})

// whole keeps a block of the write-ahead log from being read while it is being
// written. SQLite itself needs no such care: frames are appended, and nobody reads
// one that is not yet committed. But frames do not begin where blocks of the
// cipher do, so that the block in which one frame ends and the next begins is
// written again with the next; and of a block that is half old and half new
// nothing can be decrypted, not even the frame that had long been committed.
// Readers would be told that the database is malformed.
//
// A loss of power is another matter: SQLite fills up the block in which a commit
// ends with its last frame once more, because the cipher does not promise that
// what stands before a write survives it (POWERSAFE_OVERWRITE), so that the next
// commit never writes over an acknowledged one. The test of torn blocks keeps that.
//
// It holds within this process. Another one that reads at the same time may still
// meet such a block: cmd/waymark sees to it that there is none.
type whole struct {
	vfs.VFS
	mu sync.RWMutex // held for as long as blocks are read or written
}

// Open is never called: OpenFilename is.
func (v *whole) Open(string, vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	return nil, 0, sqlite3.CANTOPEN
}

// OpenFilename opens a file of any kind.
func (v *whole) OpenFilename(name *vfs.Filename, flags vfs.OpenFlag) (vfs.File, vfs.OpenFlag, error) {
	f, flags, err := vfsutil.WrapOpenFilename(v.VFS, name, flags)
	if err != nil || flags&vfs.OPEN_WAL == 0 {
		return f, flags, err
	}
	return &wholeFile{File: f, mu: &v.mu}, flags, nil
}

// wholeFile is a write-ahead log.
type wholeFile struct {
	vfs.File
	mu *sync.RWMutex
}

// Unwrap is for what SQLite asks of the file below.
func (f *wholeFile) Unwrap() vfs.File { return f.File }

// cipherBlock is how much adiantum encrypts at once.
const cipherBlock = 4096

// Size is that of the blocks that are there whole. When the power goes or the
// disk is full part of one may stay at the end of the log; nothing that was
// acknowledged is in it, and reading it would be an I/O error for good.
func (f *wholeFile) Size() (int64, error) {
	size, err := f.File.Size()
	return size - size%cipherBlock, err
}

// ReadAt reads a block.
func (f *wholeFile) ReadAt(p []byte, off int64) (int, error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.File.ReadAt(p, off)
}

// WriteAt writes blocks.
func (f *wholeFile) WriteAt(p []byte, off int64) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.File.WriteAt(p, off)
}
