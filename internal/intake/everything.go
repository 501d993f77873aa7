package intake

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// A Beginning is one course of work's, with all that ever stood in it.
type Beginning struct {
	Course
	Parts  []Revision // of every part, in order, each with its newest words first
	Drafts []Draft    // what the one who asks has begun to write
	Terms  Terms
}

// EverythingIn are, in tx, the beginnings of all courses of work, oldest first, for
// archives of the client and of those who treat them, who get no drafts. The action of tx
// must open.
func EverythingIn(ctx context.Context, tx *access.Tx) (all []Beginning, err error) {
	courses, err := coursesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, c := range courses {
		b := Beginning{Course: c}
		for _, p := range allParts() {
			history, err := historyOf(ctx, tx, c.Number, p)
			if err != nil {
				return nil, err
			}
			b.Parts = append(b.Parts, history...)
			if sideOf(tx.Actor, tx.Compartment) != ByClient {
				continue
			}
			d, begun, err := draftOf(ctx, tx, c.Number, p)
			if err != nil {
				return nil, err
			}
			if begun {
				b.Drafts = append(b.Drafts, d)
			}
		}
		if b.Terms, err = termsOf(ctx, tx, c.Number); err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, nil
}
