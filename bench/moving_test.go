package main

import (
	"strings"
	"testing"
)

func TestAPracticeOfYearsIsMadeAndMovedAndStaysTheSame(t *testing.T) {
	t.Setenv("WAYMARK_TEST_POSTGRES", "")
	var out strings.Builder
	if err := moving(t.Context(), &out, years{clients: 2, weeks: 8}); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if said := out.String(); !strings.Contains(said, "brought in on SQLite") || !strings.Contains(said, "the same afterwards") {
		t.Error(said)
	}
}
