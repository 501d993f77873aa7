package store

import (
	"errors"
	"os"
	"syscall"
)

// durable makes durable what was written to f; when that was is nobody's affair.
func durable(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
