package account_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// A request is let in by what is remembered, and shows what is there when it looks: so
// it is asked then, and not before, what its person holds.
func TestWhatEndedAfterSomebodyCameInIsNotShownToThem(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		if !h.DB.IsSQLite() {
			t.Skip("there each statement of a request sees what is there when it is asked")
		}
		h.openTomas()
		token := h.tomasIn()
		h.who(token) // and it is remembered

		ctx, visit := h.Door.Brief(t.Context())
		defer visit.Settle()
		in, err := h.Who(ctx, token.Cookie)
		if err != nil {
			t.Fatal(err)
		}
		h.Ungrant(t, h.Tomas, h.Client)
		tx, err := h.Door.Begin(ctx, in.Actor, access.ReadMeasures, h.Client)
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("they read what they might read when they came in: %v", err)
		}
		if err == nil {
			tx.Rollback()
		}
	})
}

// What else came with a cookie does not stay in memory with it.
func TestASignInThatIsRememberedKeepsNoRequestInMemory(t *testing.T) {
	eachDB(t, func(t *testing.T, h house) {
		const large = 32 << 20
		h.openTomas()
		token := h.tomasIn()
		h.who(token)
		h.Exec(t, `UPDATE sign_in SET how = how`) // and it is forgotten
		held := func() uint64 {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := held()
		sent := token.Cookie + "; " + strings.Repeat("x", large)
		if _, err := h.Who(t.Context(), sent[:len(token.Cookie)]); err != nil {
			t.Fatal(err)
		}
		if after := held(); after > before+large/2 {
			t.Errorf("one sign-in keeps %d bytes", after-before)
		}
		h.who(token) // until here it was remembered
	})
}

// What another node ended, of which this one was not told yet, changes nothing any more,
// be it the sign-in or what they hold.
func TestWhatEndedOnAnotherNodeChangesNothing(t *testing.T) {
	for _, of := range []struct {
		table string
		want  fault.Kind
	}{{"sign_in", fault.SignIn}, {"grants", fault.NotFound}} {
		t.Run(of.table, func(t *testing.T) {
			eachDB(t, func(t *testing.T, h house) {
				if h.DB.IsSQLite() {
					t.Skip("there is no other node")
				}
				unseen := fmt.Sprintf("DO $$ BEGIN EXECUTE 'DELETE FROM %s' || '%s'; END $$", of.table[:3], of.table[3:])
				h.openTomas()
				for end := time.Now().Add(20 * time.Second); ; { // until it is remembered
					if time.Now().After(end) {
						t.Fatal("nothing is remembered")
					}
					token := h.tomasIn()
					time.Sleep(50 * time.Millisecond) // until it was heard that somebody signed in
					h.who(token)
					h.Exec(t, unseen)
					ctx, visit := h.Door.Brief(t.Context())
					in, err := h.Who(ctx, token.Cookie)
					if err != nil {
						continue
					}
					tx, err := h.Door.Begin(ctx, in.Actor, access.GiveAnswer, h.Client)
					if !fault.Is(err, of.want) {
						t.Errorf("a change: %v", err)
					}
					if err == nil {
						tx.Rollback()
					}
					if err := visit.Settle(); err != nil {
						t.Error(err)
					}
					return
				}
			})
		})
	}
}
