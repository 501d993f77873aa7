// Package plan is what a client and whoever treats them work towards, and how:
// the life the client wants, one to three goals that both agreed, and the plan
// that leads there, with its detours and its reviews.
//
// Nothing here is a verdict. A goal is in the client's words, how far it has come
// is for the client to say, and nobody's goals are counted or compared with
// another's. Nothing is overwritten: every wording stays as a revision, with who
// wrote it and when.
package plan

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
)

// Plans keeps what a client works towards, and the plan.
type Plans struct {
	door     *access.Door
	measures *measure.Measures // what reviews look at; nil: nothing was measured
}

// New returns what is kept of goals and plans, behind door.
func New(door *access.Door) *Plans { return &Plans{door: door} }
