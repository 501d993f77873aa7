package main

import "syscall"

// adrift says whether the system knows that nothing keeps its clock right.
func adrift() bool {
	const unsynchronised = 5 // TIME_ERROR, adjtimex(2)
	var state syscall.Timex
	status, err := syscall.Adjtimex(&state)
	return err == nil && status == unsynchronised
}
