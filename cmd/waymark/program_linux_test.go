package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"
)

// ofFiles is how many kB of files are mapped and at hand in this process.
func ofFiles(t *testing.T) (kB int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := bytes.Cut(text, []byte("\nRssFile:"))
	if _, err := fmt.Sscan(string(rest), &kB); !ok || err != nil {
		t.Skipf("the system does not say how much of files is mapped: %v", err)
	}
	return kB
}

func TestAProgramThatLetsGoOfItsFileHoldsLessOfItAndGoesOn(t *testing.T) {
	sum := sha256.Sum256([]byte("before"))
	before := ofFiles(t)
	after := before
	for range 5 { // tests beside this one touch pages meanwhile
		if err := letGoOfProgram(); err != nil {
			t.Fatal(err)
		}
		after = min(after, ofFiles(t))
	}
	t.Logf("%d kB before, %d kB after", before, after)
	if after > before*3/4 {
		t.Errorf("%d kB of files at hand, %d before", after, before)
	}
	if sha256.Sum256([]byte("before")) != sum {
		t.Error("the program does not do what it did")
	}
}
