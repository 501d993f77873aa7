package audit

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// queued is a syncer with a queue, of a file of its own.
func queued(t *testing.T) *syncer {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "leaves"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	s := newSyncer(f)
	t.Cleanup(s.close)
	if s.done == nil {
		t.Skip("this kernel has no such queue")
	}
	return s
}

// TestWhatIsSyncedSaysWhenItFails checks that whoever waits for the disk is told what it
// said, with the kernel's queue and without.
func TestWhatIsSyncedSaysWhenItFails(t *testing.T) {
	for name, queue := range map[string]bool{"queue": true, "fdatasync": false} {
		t.Run(name, func(t *testing.T) {
			s := queued(t)
			f := s.file
			if !queue {
				s.close()
			}
			for range 3 {
				if _, err := f.WriteString("one leaf"); err != nil {
					t.Fatal(err)
				}
				if err := s.sync(false); err != nil {
					t.Fatalf("sync: %v", err)
				}
			}
			// A socket can be written to, and nothing of it be made durable.
			pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
			if err != nil {
				t.Fatal(err)
			}
			near, far := os.NewFile(uintptr(pair[0]), "near"), os.NewFile(uintptr(pair[1]), "far")
			defer near.Close()
			defer far.Close()
			s.file = near
			if err := s.sync(false); err == nil {
				t.Error("nothing was made durable, and nobody said so")
			}
			s.file = f
			if err := s.sync(false); err != nil {
				t.Errorf("after one that failed: %v", err)
			}
		})
	}
}

// TestWhoeverWaitsForTheDiskWaitsAsForTheNetwork checks that the queue is used where there
// is one, and not only what stands in for it.
func TestWhoeverWaitsForTheDiskWaitsAsForTheNetwork(t *testing.T) {
	s := queued(t)
	if err := s.sync(false); err != nil {
		t.Fatal(err)
	}
	if s.asked.opcode != opDataSync {
		t.Error("the queue was not asked")
	}
	flags, _, e := syscall.Syscall(syscall.SYS_FCNTL, s.done.Fd(), syscall.F_GETFL, 0)
	if e != 0 || flags&syscall.O_NONBLOCK == 0 {
		t.Errorf("whoever reads when it is done holds a processor: flags %#x, %v", flags, e)
	}
}
