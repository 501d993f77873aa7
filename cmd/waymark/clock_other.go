//go:build !linux

package main

// adrift cannot be told here.
func adrift() bool { return false }
