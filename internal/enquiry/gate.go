package enquiry

import (
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/throttle"
)

// How many enquiries are taken from one network, and in one practice, at once, and
// how soon there is room for the next. A household or a clinic sits behind one
// address; nobody asks for a consultation more often than that.
const (
	networkBurst  = 4
	networkEvery  = 10 * time.Minute
	practiceBurst = 40
	practiceEvery = time.Minute
)

// Quotas of a practice. An enquiry that fills every field takes about 6 kB.
const (
	MostOpen  = 300     // that nobody has dealt with yet
	MostJunk  = 100     // that look like advertising
	MostBytes = 8 << 20 // of all together, in whatever state
)

// A gate counts what was let in lately. Its owner holds a lock.
type gate struct {
	networks  *throttle.Networks
	practices map[string]*rate.Limiter
}

func newGate() gate {
	return gate{networks: throttle.New(networkBurst, networkEvery), practices: make(map[string]*rate.Limiter)}
}

// allow lets one enquiry in, or says when to try again.
func (g *gate) allow(practice, source string, now time.Time) error {
	one := g.networks.Of(source, now)
	all := g.practices[practice]
	if all == nil {
		all = rate.NewLimiter(rate.Every(practiceEvery), practiceBurst)
		g.practices[practice] = all
	}
	if one.TokensAt(now) < 1 {
		return wait("There were several enquiries from your network just now.", one, now)
	}
	if !all.AllowN(now, 1) {
		return wait("There are very many enquiries at the moment.", all, now)
	}
	one.AllowN(now, 1)
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

// Full is what is said when a practice takes no more enquiries by the form.
const Full = "The practice cannot take more enquiries by this form at the moment."

func full() error { return fault.New(fault.TooSoon, "room", Full) }
