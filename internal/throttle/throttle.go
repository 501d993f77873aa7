// Package throttle limits how often one network may try something. It is kept in
// memory: each node counts for itself, and a restart forgets.
package throttle

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// most is how many networks are kept in mind by one Networks.
const most = 10_000

// Networks gives every network the same allowance: some tries at once, and one more
// in every so often. It may be used by many at once.
type Networks struct {
	burst int
	every time.Duration

	mu   sync.Mutex
	seen map[string]*one
}

type one struct {
	limit *rate.Limiter
	last  time.Time
}

// New returns the allowances of networks of which none was seen yet: burst tries at
// once, and one more in every.
func New(burst int, every time.Duration) *Networks {
	return &Networks{burst: burst, every: every, seen: make(map[string]*one)}
}

// Of is the allowance of the network to which the address source belongs, at the
// time now. What is no address counts as a network of its own.
func (ns *Networks) Of(source string, now time.Time) *rate.Limiter {
	return ns.of(network(source), now)
}

// At is the allowance of that network for one thing alone: it is apart from that for
// any other, and from Of. With an empty source it is the thing's own, for whoever comes.
func (ns *Networks) At(thing, source string, now time.Time) *rate.Limiter {
	return ns.of(network(source)+" at "+thing, now)
}

func (ns *Networks) of(name string, now time.Time) *rate.Limiter {
	ns.mu.Lock()
	defer ns.mu.Unlock()
	found := ns.seen[name]
	if found == nil {
		ns.makeRoom(now)
		found = &one{limit: rate.NewLimiter(rate.Every(ns.every), ns.burst)}
		ns.seen[name] = found
	}
	found.last = now
	return found.limit
}

// network is the part of an address that one household has: all of IPv4, and half
// of IPv6, of which a household has as many addresses as it likes.
func network(source string) string {
	a, err := netip.ParseAddr(source)
	if err != nil {
		return source
	}
	if a = a.Unmap().WithZone(""); a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// makeRoom forgets, when there are too many, networks that have their full
// allowance back, and if nearly all are busy, some of those too: a quarter at a
// time, so that it is seldom done. Whoever has no try left is forgotten last, or they
// would have tries again as soon as enough others try.
func (ns *Networks) makeRoom(now time.Time) {
	if len(ns.seen) < most {
		return
	}
	for name, found := range ns.seen {
		if now.Sub(found.last) > time.Duration(ns.burst)*ns.every {
			delete(ns.seen, name)
		}
	}
	for _, all := range []bool{false, true} {
		for name, found := range ns.seen {
			if len(ns.seen) <= most*3/4 {
				return
			}
			if all || found.limit.TokensAt(now) >= 1 {
				delete(ns.seen, name)
			}
		}
	}
}
