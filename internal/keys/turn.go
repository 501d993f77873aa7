//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package keys

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// takeTurn makes the caller the only one, in any process, that may change the
// safe in dir, until it closes what is returned or its process ends, however it
// ends. It does not wait: it fails with ErrBusy.
func takeTurn(dir string) (io.Closer, error) {
	f, err := os.OpenFile(filepath.Join(dir, "turn"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("take the turn to change the safe: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrBusy
		}
		return nil, fmt.Errorf("take the turn to change the safe: %w", err)
	}
	return f, nil
}
