package keys_test

import (
	"errors"
	"testing"

	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/waytest"
)

func TestAKeyIsKnownAgainByItsFingerprintUntilItIsDestroyed(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := ring(t, w)
		mark, err := r.Fingerprint(t.Context(), tomas)
		if err != nil || len(mark) != 32 {
			t.Fatalf("%q, %v", mark, err)
		}
		for _, n := range []keys.Name{uma, other} {
			if its, err := r.Fingerprint(t.Context(), n); err != nil || its == mark {
				t.Errorf("%v has the same fingerprint: %v", n, err)
			}
		}
		again, err := keys.NewRing(t.Context(), w.Keys, w.Root)
		if err != nil {
			t.Fatal(err)
		}
		if its, err := again.Fingerprint(t.Context(), tomas); err != nil || its != mark {
			t.Errorf("opened again it is %q: %v", its, err)
		}
		if at, gone, err := r.DestroyedAt(t.Context(), tomas); err != nil || gone || at.Unix() != 0 {
			t.Errorf("destroyed before it was: %v, %t, %v", at, gone, err)
		}
		if err := r.Destroy(t.Context(), tomas); err != nil {
			t.Fatal(err)
		}
		if at, gone, err := r.DestroyedAt(t.Context(), tomas); err != nil || !gone || !at.Equal(w.Clock.Now()) {
			t.Errorf("destroyed: %v, %t, %v", at, gone, err)
		}
		if _, err := r.Fingerprint(t.Context(), tomas); !errors.Is(err, keys.ErrDestroyed) {
			t.Errorf("a destroyed key has a fingerprint: %v", err)
		}
	})
}
