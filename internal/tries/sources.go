package tries

import (
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/throttle"
)

// A whole practice may sit behind one address.
const (
	sourceBurst = 60
	sourceEvery = time.Second
)

// Sources limits, in memory, how often something is tried from one network, or of one thing.
type Sources struct{ *throttle.Networks }

// NewSources returns Sources that have seen nobody.
func NewSources() Sources { return Sources{throttle.New(sourceBurst, sourceEvery)} }

// Allow takes one try of the given source at the time now.
func (s Sources) Allow(source string, now time.Time) error {
	if s.Of(source, now).AllowN(now, 1) {
		return nil
	}
	return &fault.Error{
		Kind: fault.TooSoon, Err: Wait{now.Add(sourceEvery)},
		Text: "There were many tries from your network just now. Please try again in a minute.",
	}
}

// Many says of a thing that it was tried too often by now.
func Many(now time.Time) error {
	return &fault.Error{
		Kind: fault.TooSoon, Err: Wait{now.Add(sourceEvery)},
		Text: "There were many tries just now. Please try again in a minute.",
	}
}

// AllowFor takes one try of a thing, wherever it is tried from.
func (s Sources) AllowFor(thing string, now time.Time) error {
	if s.At(thing, "", now).AllowN(now, 1) {
		return nil
	}
	return Many(now)
}
