package enquiry

import (
	"fmt"
	"net/netip"
	"time"

	"golang.org/x/time/rate"

	"github.com/waymark-care/waymark/internal/fault"
)

// How many enquiries are taken from one network, and in one practice, at once, and
// how soon there is room for the next. A household or a clinic sits behind one
// address; nobody asks for a consultation more often than that.
const (
	networkBurst  = 4
	networkEvery  = 10 * time.Minute
	practiceBurst = 40
	practiceEvery = time.Minute
	networksKept  = 10_000
)

// Quotas of a practice. An enquiry that fills every field takes about 6 kB.
const (
	MostOpen  = 300     // that nobody has dealt with yet
	MostJunk  = 100     // that look like advertising
	MostBytes = 8 << 20 // of all together, in whatever state
)

// A gate counts what was let in lately. Its owner holds a lock.
type gate struct {
	networks  map[string]*place
	practices map[string]*rate.Limiter
}

type place struct {
	limit *rate.Limiter
	last  time.Time
}

func newGate() gate {
	return gate{networks: make(map[string]*place), practices: make(map[string]*rate.Limiter)}
}

// allow lets one enquiry in, or says when to try again.
func (g *gate) allow(practice, source string, now time.Time) error {
	name := network(source)
	one := g.networks[name]
	if one == nil {
		g.makeRoom(now)
		one = &place{limit: rate.NewLimiter(rate.Every(networkEvery), networkBurst)}
		g.networks[name] = one
	}
	all := g.practices[practice]
	if all == nil {
		all = rate.NewLimiter(rate.Every(practiceEvery), practiceBurst)
		g.practices[practice] = all
	}
	one.last = now
	if one.limit.TokensAt(now) < 1 {
		return wait("There were several enquiries from your network just now.", one.limit, now)
	}
	if !all.AllowN(now, 1) {
		return wait("There are very many enquiries at the moment.", all, now)
	}
	one.limit.AllowN(now, 1)
	return nil
}

func wait(why string, l *rate.Limiter, now time.Time) error {
	lack := time.Duration((1 - l.TokensAt(now)) / float64(l.Limit()) * float64(time.Second))
	minutes := int((lack + time.Minute - 1) / time.Minute)
	when := fmt.Sprintf("in %d minutes", minutes)
	if minutes <= 1 {
		when = "in a minute"
	}
	return fault.New(fault.TooSoon, "", why+" Please send it again "+when+". What you wrote is still here, and nothing of it was sent.")
}

// network is the part of an address that one household has: all of IPv4, and half
// of IPv6.
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
// allowance back, and if nearly all are busy, some of those too.
func (g *gate) makeRoom(now time.Time) {
	if len(g.networks) < networksKept {
		return
	}
	for name, one := range g.networks {
		if now.Sub(one.last) > networkBurst*networkEvery {
			delete(g.networks, name)
		}
	}
	for name := range g.networks {
		if len(g.networks) <= networksKept*3/4 {
			return
		}
		delete(g.networks, name)
	}
}

// Full is what is said when a practice takes no more enquiries by the form.
const Full = "The practice cannot take more enquiries by this form at the moment."

func full() error { return fault.New(fault.TooSoon, "room", Full) }
