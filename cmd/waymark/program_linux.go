package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// letGoOfProgram has the system forget where the pages of the program's file are
// mapped (MADV_DONTNEED, madvise(2)); whichever is touched next is mapped again, from
// the system's cache of files or from the file. Only those are let go which cannot
// be written to and of which nothing is the process's own: no page that was relocated
// at the start, or in which a debugger left something.
func letGoOfProgram() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer f.Close()
	type span struct{ from, to uintptr }
	var all []span
	var at span
	var ours bool // at
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		var s span
		var may string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &s.from, &s.to, &may); n == 3 {
			at, ours = s, may[1] == '-' && strings.HasSuffix(line, " "+program)
		} else if own, ok := strings.CutPrefix(line, "Anonymous:"); ok && ours && strings.TrimSpace(own) == "0 kB" {
			all = append(all, at)
		}
	}
	errs := []error{lines.Err()}
	for _, s := range all {
		if _, _, errno := syscall.Syscall(syscall.SYS_MADVISE, s.from, s.to-s.from, syscall.MADV_DONTNEED); errno != 0 {
			errs = append(errs, fmt.Errorf("madvise: %w", errno))
		}
	}
	return errors.Join(errs...)
}
