package account

import (
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/tries"
)

// A gate limits, in memory, how often one network may try, for each purpose apart:
// whoever tries passwords from a waiting room takes no link from anybody in it. What
// already proves something (a browser that is known, a link that leads somewhere, a
// passkey that is kept) is not counted for its network but for itself. What is counted for
// the network is counted before the database is asked, but for links and passkeys: whether
// they lead anywhere must be known first, or a network that is out of tries would keep good
// ones out.
type gate struct {
	passwords tries.Sources // of browsers that are not known
	letters   tries.Sources // that are asked for by such browsers
	links     tries.Sources // that lead nowhere
	passkeys  tries.Sources // that are not kept here
	proven    tries.Sources // one for each thing that proves something
}

func newGate() gate {
	return gate{tries.NewSources(), tries.NewSources(), tries.NewSources(), tries.NewSources(), tries.NewSources()}
}

// Knock lets somebody look where a secret of another kind leads, such as the link to
// a form: look says fault.NotFound if nowhere. What leads nowhere is counted for the
// network it comes from, and after many it is fault.TooSoon instead. What leads
// somewhere is counted for itself alone, so that nobody can take it from whoever
// comes in from the same network.
func (a *Accounts) Knock(source, secret string, look func() error) error {
	if secret != "" { // who brings none is not one with all others who do
		if err := a.gate.proven.AllowFor(string(hashOf(secret)), a.door.Clock()); err != nil {
			return err
		}
	}
	err := look()
	if many := a.missed(source, err); many != nil {
		return many
	}
	return err
}

// missed counts a link that leads nowhere, if err says so.
func (a *Accounts) missed(source string, err error) error {
	if !fault.Is(err, fault.NotFound) && !isGone(err) {
		return nil
	}
	return a.gate.links.Allow(source, a.door.Clock())
}

// allowPassword takes one try at a password: of the network, unless the browser is known.
func (a *Accounts) allowPassword(practice string, lookup []byte, device, source string, now time.Time) error {
	if a.isDevice(practice, lookup, device) {
		return nil // its own tries are counted
	}
	return a.gate.passwords.Allow(source, now)
}

// allowLetter takes one letter that is asked for: of the network, unless the browser
// is known.
func (a *Accounts) allowLetter(practice string, lookup []byte, device, source string, now time.Time) error {
	if a.isDevice(practice, lookup, device) {
		return a.gate.proven.AllowFor(device, now)
	}
	return a.gate.letters.Allow(source, now)
}
