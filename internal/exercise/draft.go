package exercise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
)

// A Draft is an exercise that one clinician writes and has not kept yet. Nobody else
// reads it.
type Draft struct {
	Form
	Revision  int
	ChangedAt time.Time
}

// Of is the id of the exercise that it would be, or become a version of.
func (d Draft) Of() string { return d.names() }

const (
	maxDrafts = 50      // of one person
	maxDraft  = 2 << 20 // bytes of one: more than all its fields hold
)

// fits says whether a form can be a draft: it may lack anything, and hold what Try
// will refuse, but not without measure.
func (f Form) fits() error {
	if err := fault.FormID(f.ID); err != nil {
		return err
	}
	kept, err := json.Marshal(f)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	if len(kept) > maxDraft || len(f.Asks) > MaxAsks {
		return fault.New(fault.TooLarge, "", "This is more than one exercise can hold. Please make two of it.")
	}
	return nil
}

// sameAs says whether the draft holds what f says.
func (d Draft) sameAs(f Form) bool {
	a, b := d.Form, f
	a.Draft, b.Draft = 0, 0
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}
