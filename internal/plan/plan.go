// Package plan is how a client and whoever treats them work towards the goals that
// package goal holds: the plan that leads there, with its detours and its reviews.
//
// Nothing here is a verdict, and nothing is overwritten: every wording stays as a
// revision, with who wrote it and when.
package plan

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
)

// Plans keeps plans, detours and reviews.
type Plans struct {
	door     *access.Door
	measures *measure.Measures // what reviews look at; nil: nothing was measured
	methods  *method.Shelf     // what a plan chooses from; nil: what comes with the product
}

// New returns the plans of clients, behind door.
func New(door *access.Door) *Plans { return &Plans{door: door} }

// With lets plans choose from the methods on shelf, and reviews look at what was
// measured.
func (ps *Plans) With(ms *measure.Measures, shelf *method.Shelf) *Plans {
	ps.measures, ps.methods = ms, shelf
	return ps
}

// Library is what the practice has to choose from, as it was last looked through:
// Plan and Revise do that.
func (ps *Plans) Library(practice string) *method.Library {
	if ps.methods == nil {
		return method.Shipped()
	}
	return ps.methods.In(practice)
}

// ready has the practice's own methods looked through.
func (ps *Plans) ready(ctx context.Context, tx *access.Tx) error {
	if ps.methods == nil {
		return nil
	}
	return ps.methods.Ready(ctx, tx)
}
