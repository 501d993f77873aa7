package note

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// A Final is a note that was signed, as it says now.
type Final struct {
	Note
	Text Text
}

// Signed are the signed notes of a record, newest session first, each as it was amended
// last: for whoever treats the client. Nothing of a draft is among them.
func (ns *Notes) Signed(ctx context.Context, actor access.Actor, client access.Compartment) ([]Final, error) {
	tx, err := ns.door.Begin(ctx, actor, access.ReadNotes, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	notes, err := notesOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	signed, err := everyText(ctx, tx, false)
	if err != nil {
		return nil, err
	}
	var all []Final
	for _, n := range notes {
		if texts := signed[n.ID]; len(texts) > 0 {
			all = append(all, Final{n, texts[0]})
		}
	}
	return all, nil
}
