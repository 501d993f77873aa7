package feed_test

import (
	"context"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/feed"
)

// allows makes an app password.
func (h *house) allows(t *testing.T, id string) (k feed.Key) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		fresh := h.Clinician
		fresh.Fresh = true
		k, err = h.feeds.AllowProgram(ctx, fresh, feed.Form{ID: id, Label: canary})
		return err
	})
	return k
}

func (h *house) enters(t *testing.T, k feed.Key) error {
	t.Helper()
	return h.tries(t, func(ctx context.Context) error {
		a, err := h.feeds.Enter(ctx, k)
		if err == nil && (a != access.Actor{Practice: h.Practice, ID: h.Clinician.ID}) {
			t.Errorf("it lets in %+v", a)
		}
		return err
	})
}

func TestAnAppPasswordLetsAProgramInUntilItEnds(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := newID()
		k := h.allows(t, id)
		if all := h.all(t, h.Clinician).Programs; len(all) != 1 || !all[0].UsedAt.IsZero() {
			t.Errorf("before: %+v", all)
		}
		for _, ok := range []feed.Key{k, {User: " " + strings.ToUpper(k.User), Password: strings.ToUpper(strings.ReplaceAll(k.Password, "-", "")) + " "}} {
			if err := h.enters(t, ok); err != nil {
				t.Errorf("%+v: %v", ok, err)
			}
		}
		if all := h.all(t, h.Clinician).Programs; len(all) != 1 || !all[0].UsedAt.Equal(h.Clock.Now()) {
			t.Errorf("after: %+v", all)
		}
		for _, wrong := range []feed.Key{
			{},
			{k.User, ""},
			{k.User, k.Password + "a"},
			{"otherplace", k.Password},
			{"\x00", k.Password},
			{"\xff", k.Password},
			{k.User, strings.Repeat("a", 32)},
			{h.Clinician.ID, k.Password},
		} {
			if err := h.tries(t, func(ctx context.Context) error { _, err := h.feeds.Enter(ctx, wrong); return err }); !fault.Is(err, fault.NotFound) {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		h.Do(t, func(ctx context.Context) error { return h.feeds.EndProgram(ctx, h.Clinician, id) })
		if err := h.enters(t, k); !fault.Is(err, fault.NotFound) {
			t.Errorf("after it was ended: %v", err)
		}
	})
}

func TestWhoeverIsLetInAgainHasNoAppPasswordAndNoAddressAnyMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		k, link := h.allows(t, newID()), h.makes(t, h.Clinician, newID())
		removed := func(passkey string) {
			h.Do(t, func(ctx context.Context) error {
				tx, err := h.Door.Begin(ctx, h.Clinician, access.KeepFeeds, access.PersonRecord(h.Clinician.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if err := feed.RemovedIn(ctx, tx, h.Clinician.ID, passkey); err != nil {
					return err
				}
				return tx.Commit()
			})
		}
		removed("one of several")
		if err := h.enters(t, k); err != nil {
			t.Errorf("after one passkey was removed: %v", err)
		}
		if _, err := h.fetches(t, link); err != nil {
			t.Errorf("the address after one passkey was removed: %v", err)
		}
		removed("")
		if err := h.enters(t, k); !fault.Is(err, fault.NotFound) {
			t.Errorf("after they were let in again: %v", err)
		}
		if _, err := h.fetches(t, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("the address after they were let in again: %v", err)
		}
	})
}
