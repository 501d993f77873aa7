//go:build unix

package main

import "syscall"

// keepPrivate has every file that this program makes be for its own user alone,
// whatever the system's habit is: the databases are made by libraries.
func keepPrivate() { syscall.Umask(0o077) }
