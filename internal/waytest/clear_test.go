package waytest

import (
	"slices"
	"testing"
)

func TestWhatStandsInAColumnIsFound(t *testing.T) {
	EachDB(t, func(t *testing.T, w *World) {
		const text = "canary-in-a-column"
		if at := w.InTheClear(t, text); len(at) != 0 {
			t.Fatalf("in an empty practice: %v", at)
		}
		w.Exec(t, `CREATE TABLE in_clear (id TEXT PRIMARY KEY, words TEXT, sealed BYTEA, many BIGINT)`)
		w.Exec(t, `INSERT INTO in_clear (id, words, sealed, many) VALUES ($1, $2, $3, 1)`, "1", "before "+text+" after", []byte("nothing"))
		w.Exec(t, `INSERT INTO in_clear (id, words, sealed, many) VALUES ($1, $2, $3, 1)`, "2", "nothing", []byte("before "+text))
		at := w.InTheClear(t, text)
		if !slices.Contains(at, "in_clear.words") || !slices.Contains(at, "in_clear.sealed") || slices.Contains(at, "in_clear.id") {
			t.Errorf("found in %v, want in_clear.words and in_clear.sealed", at)
		}
	})
}
