package main

import "testing"

func TestDoctorCountsWorkInWords(t *testing.T) {
	for n, want := range map[int64]string{
		0: "No work waits for its time.", 1: "1 piece of work waits for its time.", 12: "12 pieces of work wait for their time.",
	} {
		if got := work(n, "waits for its time", "wait for their time"); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
