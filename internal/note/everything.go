package note

import (
	"context"
	"slices"

	"github.com/waymark-care/waymark/internal/access"
)

// A Whole is a note with everything that was ever signed of it.
type Whole struct {
	Note
	Texts []Text // the first signed first
}

// SignedIn are, in tx, the notes of the record that somebody signed, in order of what they
// are about: for archives of those who treat the client. Drafts are not among them. The
// action of tx must open.
func SignedIn(ctx context.Context, tx *access.Tx) ([]Whole, error) {
	notes, err := notesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	signed, err := everyText(ctx, tx, true)
	if err != nil {
		return nil, err
	}
	var all []Whole
	for _, n := range slices.Backward(notes) {
		if texts := signed[n.ID]; len(texts) > 0 {
			slices.Reverse(texts)
			all = append(all, Whole{n, texts})
		}
	}
	return all, nil
}
