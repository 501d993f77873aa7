package passwords

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// queued has somebody wait for their turn, who says who they are when it comes.
func queued(t *testing.T, h *Hasher, as Rank, name string, came chan<- string) {
	t.Helper()
	before := lined(h)
	go func() {
		if h.wait(context.Background(), as) == nil {
			came <- name
		}
	}()
	for lined(h) == before {
		time.Sleep(time.Millisecond)
	}
}

func lined(h *Hasher) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.waiting {
		n += len(w)
	}
	return n
}

func TestWhoeverSignsInHasTheirTurnBeforeWhoeverChoosesAPassword(t *testing.T) {
	h, ctx := New(), context.Background()
	for range hashAtOnce {
		if err := h.wait(ctx, choice); err != nil {
			t.Fatal(err)
		}
	}
	came := make(chan string)
	for _, one := range []struct {
		as   Rank
		name string
	}{
		{choice, "choice 1"},
		{choice, "choice 2"},
		{Stranger, "stranger 1"},
		{Stranger, "stranger 2"},
		{Stranger, "stranger 3"},
		{Known, "known 1"},
	} {
		queued(t, h, one.as, one.name, came)
	}
	var order []string
	for range 6 {
		h.next()
		order = append(order, <-came)
	}
	// Every fourth turn is for whoever has waited longest.
	want := []string{"known 1", "stranger 1", "stranger 2", "choice 1", "stranger 3", "choice 2"}
	if !slices.Equal(order, want) {
		t.Errorf("got %s\nwant %s", strings.Join(order, ", "), strings.Join(want, ", "))
	}
	h.next()
	h.next()
	if h.running != 0 {
		t.Errorf("%d are running still", h.running)
	}
}

func TestWhoeverChoosesPasswordsKeepsNobodyFromSigningIn(t *testing.T) {
	h, ctx := New(), context.Background()
	for range hashAtOnce {
		if err := h.wait(ctx, choice); err != nil {
			t.Fatal(err)
		}
	}
	came := make(chan string, hashWaiting+1)
	for range hashWaiting {
		queued(t, h, choice, "choice", came)
	}
	if err := h.wait(ctx, choice); !fault.Is(err, fault.TooSoon) {
		t.Errorf("one more who chooses: %v", err)
	}
	queued(t, h, Stranger, "somebody who signs in", came)
	h.next()
	if got := <-came; got != "somebody who signs in" {
		t.Errorf("it was the turn of %s", got)
	}
}

func TestWhoeverGivesUpWaitingHoldsUpNobody(t *testing.T) {
	h := New()
	for range hashAtOnce {
		if err := h.wait(context.Background(), Known); err != nil {
			t.Fatal(err)
		}
	}
	ctx, leave := context.WithCancel(context.Background())
	left := make(chan error)
	go func() { left <- h.wait(ctx, Known) }()
	for lined(h) == 0 {
		time.Sleep(time.Millisecond)
	}
	leave()
	if err := <-left; err == nil {
		t.Error("had a turn")
	}
	came := make(chan string, 1)
	queued(t, h, Stranger, "the next", came)
	h.next()
	<-came
}
