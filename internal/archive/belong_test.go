package archive

import (
	"errors"
	"testing"

	"github.com/waymark-care/waymark/internal/waytest"
)

// TestDatabasesFromBeforeTheyWereNotedAreKnownByWhatIsInThem is on PostgreSQL, whose
// databases open without a key of the safe.
func TestDatabasesFromBeforeTheyWereNotedAreKnownByWhatIsInThem(t *testing.T) {
	ours, other := newHome(t, waytest.Schema(t), waytest.Schema(t)), newHome(t, "", "")
	if err := RecordsBelong(t.Context(), ours.Records, ours.Root, ours.Signer); !errors.Is(err, ErrNobodys) {
		t.Errorf("records in which nothing was signed: %v", err)
	}
	if _, err := ours.Log.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 { // before it is noted, and after
		if err := errors.Join(RecordsBelong(t.Context(), ours.Records, ours.Root, ours.Signer), KeysBelong(t.Context(), ours.Keys, ours.Root)); err != nil {
			t.Errorf("our own: %v", err)
		}
		if err := RecordsBelong(t.Context(), ours.Records, other.Root, other.Signer); !errors.Is(err, ErrAnothers) {
			t.Errorf("another practice's records: %v", err)
		}
		if err := KeysBelong(t.Context(), ours.Keys, other.Root); !errors.Is(err, ErrAnothers) {
			t.Errorf("another practice's keys: %v", err)
		}
		if err := ours.Claim(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	empty := newGround(t, waytest.Schema(t), waytest.Schema(t))
	if err := KeysBelong(t.Context(), empty.Keys, ours.Root); !errors.Is(err, ErrNobodys) {
		t.Errorf("keys of nobody: %v", err)
	}
	lost := ours.House
	lost.Keys = empty.Keys
	if err := lost.Claim(t.Context()); !errors.Is(err, ErrAnothers) {
		t.Errorf("records beside no keys: %v", err)
	}
}
