package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

// beside is another practice on the same server.
const beside = "rowanhouse"

// other puts the practice beside into h, with one client and some leaves, between
// which stand some of also.
func (h *home) other(t *testing.T, also string) {
	t.Helper()
	h.exec(t, h.Records, `INSERT INTO practice (practice, slug, made_at) VALUES ($1, $1, 1)`, beside)
	n := keys.Name{Practice: beside, Compartment: "client/r1"}
	if err := h.Ring.Make(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	h.exec(t, h.Records, `INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, 7)`, beside, n.Compartment)
	for i := range 700 {
		err := h.Log.Record([]audit.Leaf{
			{At: int64(i), Practice: beside, Actor: "rita", Action: "read", Compartment: n.Compartment, Allowed: true},
			{At: int64(i), Practice: also, Actor: "ines", Action: "read", Compartment: client(i % 3), Allowed: true},
		}[:1+i%2])
		if err != nil {
			t.Fatal(err)
		}
	}
}

// founded gives the practice the key of its operations, which a founded one has.
func (h *home) founded(t *testing.T) *home {
	t.Helper()
	n := keys.Name{Practice: practice, Compartment: "operations"}
	if err := h.Ring.Make(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	h.exec(t, h.Records, `INSERT INTO compartment (practice, compartment, made_at) VALUES ($1, $2, 7)`, practice, n.Compartment)
	return h
}

// away takes the practice out of h, for to.
func (h *home) away(t *testing.T, to *home) (string, Left) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "linden.age")
	r, err := age.ParseX25519Recipient(to.Safe.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	left, err := h.PracticeOut(t.Context(), Leaving{Practice: practice, To: file, For: []age.Recipient{r}, Lookup: []byte("marks of the practice")})
	if err != nil {
		t.Fatal(err)
	}
	return file, left
}

func (h *home) come(t *testing.T, file, from string) (Arrived, error) {
	t.Helper()
	return h.PracticeIn(t.Context(), Arriving{File: file, Kits: []string{h.kit}, From: from, Data: h.dir})
}

// rowsOf is everything of a practice but its moves and where its leaves stand.
func (h *home) rowsOf(t *testing.T, of string) string {
	t.Helper()
	if err := h.Log.Gather(); err != nil {
		t.Fatal(err)
	}
	tx, err := h.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	tables, err := tx.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range tables {
		if !ofPractice(table) || table.Name == movedTable || table.Name == othersTable || table.Name == auditTable {
			continue
		}
		err := eachRow(t.Context(), tx, table, of, func(r *row) error {
			body, err := r.json()
			fmt.Fprintf(&all, "%s %s\n", table.Name, body)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err = audit.LeavesOf(t.Context(), tx, of, 0, func(_ int64, l audit.Leaf) error {
		if l.Action != takenOut && l.Action != broughtIn {
			fmt.Fprintf(&all, "leaf %+v\n", l)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// otherHome is a server on which only the practice beside is.
func otherHome(t *testing.T, records, apart string) *home {
	t.Helper()
	h := newGround(t, records, apart)
	h.other(t, beside)
	return h
}

func TestOnePracticeMovesToAServerOfOthersAndBack(t *testing.T) {
	for _, to := range []string{"sqlite", "postgres"} {
		t.Run(to, func(t *testing.T) {
			first := newHome(t, "", "").founded(t)
			first.other(t, practice)
			first.add(t, 7)
			if err := first.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(7)}); err != nil {
				t.Fatal(err)
			}
			var records, apart string
			if to == "postgres" {
				records, apart = waytest.Schema(t), waytest.Schema(t)
			}
			second := otherHome(t, records, apart)
			others := second.rowsOf(t, beside)
			file, left := first.away(t, second)
			before := first.rowsOf(t, practice)

			got, err := second.come(t, file, left.From)
			if err != nil {
				t.Fatal(err)
			}
			if got.Practice != practice || got.Opened < 3 || got.Leaves < 1200 || got.Leaves != left.Leaves || got.Rows != left.Rows {
				t.Errorf("arrived: %+v of %+v", got, left)
			}
			if len(got.Erased) != 1 || got.Erased[0].Compartment != client(7) {
				t.Errorf("erased: %v", got.Erased)
			}
			if after := second.rowsOf(t, practice); after != before {
				t.Errorf("what came is not what went: %d and %d bytes", len(after), len(before))
			}
			if second.rowsOf(t, beside) != others {
				t.Error("what was there before is another")
			}
			second.sound(t)
			marks, err := second.LookupKeys(t.Context())
			if err != nil || string(marks[practice]) != "marks of the practice" || len(marks) != 1 {
				t.Errorf("keys of marks: %d, %v", len(marks), err)
			}
			if _, err := os.Stat(arriving(second.dir)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder of the arrival is left: %v", err)
			}
			if _, err := second.come(t, file, left.From); !errors.Is(err, ErrHere) {
				t.Errorf("brought in twice: %v", err)
			}
			second.sound(t)

			// And back, to where it was taken away from.
			if _, err := first.PracticeAway(t.Context(), practice, false); err != nil {
				t.Fatal(err)
			}
			if gone := first.rowsOf(t, practice); strings.Contains(gone, "letter ") || !strings.Contains(gone, "leaf ") {
				t.Errorf("left behind: %.200s", gone)
			}
			first.sound(t)
			file, left = second.away(t, first)
			if got, err = first.come(t, file, left.From); err != nil {
				t.Fatal(err)
			}
			if !strings.HasPrefix(first.rowsOf(t, practice), before[:strings.Index(before, "leaf ")]) {
				t.Error("what came back is not what went")
			}
			first.sound(t)
			if n, err := first.provedMoves(t); err != nil || n < 2*1200 {
				t.Errorf("leaves proved: %d, %v", n, err)
			}
			first.exec(t, first.Records, `UPDATE audit SET actor_id = 'nobody' WHERE practice = $1 AND at = 3`, practice)
			if _, err := first.provedMoves(t); err == nil {
				t.Error("an altered leaf was not noticed")
			}
		})
	}
}

func (h *home) provedMoves(t *testing.T) (int64, error) {
	t.Helper()
	tx, err := h.Records.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	return VerifyMoved(t.Context(), tx)
}

func TestAPracticeThatIsNotWholeOrOfAnotherServerIsRefusedAndNothingChanges(t *testing.T) {
	first, second := newHome(t, "", "").founded(t), otherHome(t, "", "")
	file, left := first.away(t, second)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := second.Signer.Key()
	if err != nil {
		t.Fatal(err)
	}
	before, keysBefore := second.contents(t), second.keysThere(t)
	spoilt := bytes.Clone(whole)
	spoilt[len(spoilt)/2] ^= 1
	for name, c := range map[string]struct {
		file []byte
		from string
		kits []string
		data string
		want error
	}{
		"torn":             {whole[:len(whole)-100], left.From, nil, "", ErrTorn},
		"spoilt":           {spoilt, left.From, nil, "", ErrAltered},
		"of another":       {whole, stranger, nil, "", ErrForeign},
		"no archive":       {[]byte("hello"), left.From, nil, "", ErrForeign},
		"for another":      {whole, left.From, []string{first.kit}, "", ErrWrongKit},
		"stopped by hand":  {whole, left.From, nil, "", context.Canceled},
		"disk is not ours": {whole, left.From, nil, filepath.Join(file, "no folder"), errAny},
	} {
		t.Run(name, func(t *testing.T) {
			other := filepath.Join(t.TempDir(), "x.age")
			if err := os.WriteFile(other, c.file, 0o600); err != nil {
				t.Fatal(err)
			}
			a := Arriving{File: other, Kits: []string{second.kit}, From: c.from, Data: second.dir, Ready: func(Arrived) error {
				if name == "stopped by hand" {
					return context.Canceled
				}
				return nil
			}}
			if c.kits != nil {
				a.Kits = c.kits
			}
			if c.data != "" {
				a.Data = c.data
			}
			_, err := second.PracticeIn(t.Context(), a)
			if err == nil || c.want != errAny && !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if second.contents(t) != before || second.keysThere(t) != keysBefore {
				t.Error("something changed")
			}
		})
	}
	// Its address is taken: nothing changes, and another address helps.
	second.exec(t, second.Records, `UPDATE practice SET slug = 'linden' WHERE practice = $1`, beside)
	if _, err := second.come(t, file, left.From); !errors.Is(err, ErrAddress) {
		t.Errorf("address taken: %v", err)
	}
	if second.keysThere(t) != keysBefore {
		t.Error("keys were left")
	}
	_, err = second.PracticeIn(t.Context(), Arriving{File: file, Kits: []string{second.kit}, From: left.From, Data: second.dir, Slug: "linden-two"})
	if err != nil {
		t.Error(err)
	}
}

var errAny = errors.New("any")

func (h *home) keysThere(t *testing.T) string {
	t.Helper()
	tx, err := h.Keys.Glance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	all, err := texts(t.Context(), tx, `SELECT practice || ' ' || compartment FROM compartment_key ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func TestAPracticeIsTakenAwayOnlyWhenNothingWouldBeLost(t *testing.T) {
	first, second := newHome(t, "", "").founded(t), otherHome(t, "", "")
	if _, err := first.PracticeAway(t.Context(), practice, false); err == nil {
		t.Error("a practice was taken away that is nowhere else")
	}
	first.away(t, second)
	if err := first.Log.Record([]audit.Leaf{{At: 1, Practice: practice, Actor: "ines", Action: "note.save", Compartment: client(1), Allowed: true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := first.PracticeAway(t.Context(), practice, false); err == nil {
		t.Error("what was written since would have been lost")
	}
	first.away(t, second)
	if err := first.Log.Record([]audit.Leaf{{At: 1, Practice: practice, Actor: whoOperates, Action: "client.erase", Compartment: client(1), Allowed: true}}); err != nil {
		t.Fatal(err)
	}
	if _, err := first.PracticeAway(t.Context(), practice, false); err == nil {
		t.Error("that somebody was erased at the machine would have been lost, and they be there where it went")
	}
	first.away(t, second)
	if err := first.Log.Record([]audit.Leaf{{At: 1, Practice: practice, Actor: whoOperates, Action: "practice.read", Compartment: "operations", Allowed: true}}); err != nil {
		t.Fatal(err)
	}
	r, err := first.PracticeAway(t.Context(), practice, false)
	if err != nil || r.Keys != 4 || r.Rows < 7 {
		t.Errorf("%+v, %v", r, err)
	}
}

// tombs are what was destroyed of the practice, and when.
func (h *home) tombs(t *testing.T) string {
	t.Helper()
	tx, err := h.Keys.Glance(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	all, err := texts(t.Context(), tx, `SELECT compartment || ' ' || at FROM tombstone WHERE practice = '`+practice+`' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, "\n")
}

func TestWhoWasErasedBeforeAPracticeWentDoesNotComeBackWithIt(t *testing.T) {
	h := newHome(t, "", "").founded(t)
	h.other(t, practice)
	older, left := h.away(t, h) // before somebody is erased
	if err := h.Ring.Destroy(t.Context(), keys.Name{Practice: practice, Compartment: client(1)}); err != nil {
		t.Fatal(err)
	}
	newer, _ := h.away(t, h)
	if _, err := h.PracticeAway(t.Context(), practice, true); err != nil {
		t.Fatal(err)
	}
	destroyed := h.tombs(t)
	if _, err := h.come(t, older, left.From); err == nil {
		t.Error("an older file brings back whoever was erased since")
	}
	if h.tombs(t) != destroyed {
		t.Errorf("that they were erased is forgotten:\n%s\nwas\n%s", h.tombs(t), destroyed)
	}

	// Nor does a try that fails let it be forgotten.
	h.exec(t, h.Records, `CREATE TRIGGER full BEFORE INSERT ON compartment BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`)
	if _, err := h.come(t, newer, left.From); err == nil {
		t.Fatal("it came although nothing could be written")
	}
	if h.tombs(t) != destroyed || strings.Contains(h.keysThere(t), practice) {
		t.Errorf("after a try that failed:\n%s\n%s\nwas\n%s", h.tombs(t), h.keysThere(t), destroyed)
	}
	h.exec(t, h.Records, `DROP TRIGGER full`)
	if _, err := h.come(t, older, left.From); err == nil {
		t.Error("after it, an older file brings back whoever was erased")
	}
	if _, err := h.come(t, newer, left.From); err != nil {
		t.Error(err)
	}
	h.sound(t)
}

func TestWhatMovesAPracticeLiesNowhereInClear(t *testing.T) {
	first, second := newHome(t, "", "").founded(t), otherHome(t, "", "")
	file, left := first.away(t, second)
	id, err := age.ParseX25519Identity(second.kit)
	if err != nil {
		t.Fatal(err)
	}
	plain := decrypt(t, file, id)
	if strings.Contains(plain, canary) {
		t.Error("what a client wrote is in the archive, not sealed")
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(whole), practice) || strings.Contains(string(whole), "letter") {
		t.Error("the file shows what it is of")
	}
	_, err = second.PracticeIn(t.Context(), Arriving{File: file, Kits: []string{second.kit}, From: left.From, Data: second.dir, Ready: func(Arrived) error {
		return filepath.WalkDir(arriving(second.dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := os.ReadFile(path)
			for _, words := range []string{canary, practice, "compartment"} {
				if bytes.Contains(body, []byte(words)) {
					t.Errorf("%s shows %q", filepath.Base(path), words)
				}
			}
			return err
		})
	}})
	if err != nil {
		t.Error(err)
	}
}
