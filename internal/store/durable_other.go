//go:build !linux

package store

import "os"

// durable makes durable what was written to f.
func durable(f *os.File) error { return f.Sync() }
