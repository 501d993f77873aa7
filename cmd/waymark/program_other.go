//go:build !linux

package main

// letGoOfProgram leaves it to the system, which was not measured here.
func letGoOfProgram() error { return nil }
