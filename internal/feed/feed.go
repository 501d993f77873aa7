// Package feed is where the calendar here meets calendars elsewhere.
//
// Out: somebody's own appointments at a secret address, without names (address.go,
// publish.go). In: from and to of a clinician's calendar elsewhere (source.go,
// busy.go). Both ways: a clinician's own calendar in their calendar program, which
// reads appointments and writes busy blocks (own.go, block.go).
//
// Nothing that leaves the house here names anybody, and what is read from
// elsewhere is taken apart under limits before any of it is kept (parse.go).
package feed

import "github.com/waymark-care/waymark/internal/access"

// Feeds keeps what connects calendars.
type Feeds struct {
	door   *access.Door
	origin string
}
