// Package outcome keeps pieces of work from their beginning to their end, what
// clients said about the use of finished work, what the practice learned from it,
// and its anonymous report.
//
// Finishing a piece of work puts its dates and scores together in the client's
// own record. That is all that the nightly work ever reads: no answer, no word,
// no name. What leaves the record are numbers about ten or more (learned.go) and
// counts of five or more (table.go). There is nothing here about one clinician.
package outcome

import (
	"sync"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

// Outcomes keeps finished work and what follows from it.
type Outcomes struct {
	door     *access.Door
	measures *measure.Measures

	mu    sync.RWMutex
	shelf map[string]Version // the newest of each practice, as far as this node has noticed
}

// New returns the outcomes behind door, of the scores that measures keeps.
func New(door *access.Door, measures *measure.Measures) *Outcomes {
	return &Outcomes{door: door, measures: measures, shelf: make(map[string]Version)}
}
