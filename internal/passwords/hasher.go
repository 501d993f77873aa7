package passwords

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

const (
	hashAtOnce  = 2   // so at most 38 MiB
	hashWaiting = 256 // of one kind; whoever comes then is asked to come back
	hashTurn    = 4   // one turn in so many is for whoever has waited longest, of any kind
)

// A Rank is the order in which those who wait have their turn.
type Rank int

// Whose password is looked at. What is chosen comes last.
const (
	Known    Rank = iota // a browser that is known, or signed in, says whose it is
	Stranger             // a browser that is not
	choice               // a password is chosen
	ranks
)

// A Hasher runs argon2id for few at a time, so that a flood of sign-ins cannot
// take all memory, and has those wait apart who come for different things: a
// flood of one kind fills its own queue.
type Hasher struct {
	decoy *Hash        // for those who have no password
	runs  atomic.Int64 // how often it was run

	mu      sync.Mutex
	running int
	turns   int
	waiting [ranks][]*waiter // of each rank, the longest first
	came    int
	making  map[string]bool // for whom a password is being hashed that they chose
}

type waiter struct {
	came int
	turn chan struct{}
}

// New returns a Hasher for which nobody waits yet.
func New() *Hasher {
	decoy := &Hash{Version: hashVersion, Salt: make([]byte, hashSalt), Sum: make([]byte, hashSum)}
	rand.Read(decoy.Salt)
	rand.Read(decoy.Sum)
	return &Hasher{decoy: decoy, making: make(map[string]bool)}
}

// Runs is how often a password was hashed or checked.
func (h *Hasher) Runs() int64 { return h.runs.Load() }

func (h *Hasher) run(ctx context.Context, as Rank, password string, salt []byte) ([]byte, error) {
	access.Rest(ctx)
	if err := h.wait(ctx, as); err != nil {
		return nil, err
	}
	defer h.next()
	h.runs.Add(1)
	return argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashSum), nil
}

// wait returns when it is one's turn, which next ends.
func (h *Hasher) wait(ctx context.Context, as Rank) error {
	h.mu.Lock()
	if h.running < hashAtOnce {
		h.running++
		h.mu.Unlock()
		return nil
	}
	if len(h.waiting[as]) >= hashWaiting {
		h.mu.Unlock()
		return fault.New(fault.TooSoon, "", "Many people are signing in just now. Please try again in a minute.")
	}
	h.came++
	w := &waiter{came: h.came, turn: make(chan struct{})}
	h.waiting[as] = append(h.waiting[as], w)
	h.mu.Unlock()
	select {
	case <-w.turn:
		return nil
	case <-ctx.Done():
	}
	h.mu.Lock()
	left := slices.Index(h.waiting[as], w)
	if left >= 0 {
		h.waiting[as] = slices.Delete(h.waiting[as], left, left+1)
	}
	h.mu.Unlock()
	if left < 0 { // it was given the turn while it left
		h.next()
	}
	return ctx.Err()
}

// next gives the turn that is over to another one, if any waits.
func (h *Hasher) next() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.turns++
	chosen := -1
	for as := range h.waiting {
		if len(h.waiting[as]) == 0 {
			continue
		}
		if chosen < 0 || h.turns%hashTurn == 0 && h.waiting[as][0].came < h.waiting[chosen][0].came {
			chosen = as
		}
	}
	if chosen < 0 {
		h.running--
		return
	}
	close(h.waiting[chosen][0].turn)
	h.waiting[chosen] = slices.Delete(h.waiting[chosen], 0, 1)
}

// Make hashes a password that who has chosen: one at a time.
func (h *Hasher) Make(ctx context.Context, who, password string) (*Hash, error) {
	h.mu.Lock()
	busy := h.making[who]
	h.making[who] = true
	h.mu.Unlock()
	if busy {
		return nil, fault.New(fault.TooSoon, "", "A password that you chose is being kept just now. Please wait a moment before you choose another.")
	}
	defer func() {
		h.mu.Lock()
		delete(h.making, who)
		h.mu.Unlock()
	}()
	salt := make([]byte, hashSalt)
	rand.Read(salt)
	sum, err := h.run(ctx, choice, password, salt)
	if err != nil {
		return nil, err
	}
	return &Hash{Version: hashVersion, Salt: salt, Sum: sum}, nil
}

// Matches says whether password is the one that kept was made of. If kept is
// nil the work is done all the same and the answer is no.
func (h *Hasher) Matches(ctx context.Context, as Rank, password string, kept *Hash) (bool, error) {
	against := kept
	if against == nil {
		against = h.decoy
	}
	if against.Version != hashVersion {
		return false, errors.New("the password was hashed in a way that this version does not know")
	}
	if len(password) > Max {
		password, kept = "", nil // it cannot be right, and is no reason to be slow
	}
	sum, err := h.run(ctx, as, password, against.Salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, against.Sum) == 1 && kept != nil, nil
}
