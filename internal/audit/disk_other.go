//go:build !linux

package audit

import "os"

// A syncer makes durable what was written to a file.
type syncer struct{ file *os.File }

func newSyncer(f *os.File) *syncer { return &syncer{f} }

func (s *syncer) sync(bool) error { return s.file.Sync() }

func (s *syncer) close() {}
