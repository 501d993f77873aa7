package hour

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// Everything is what there is of one client's sessions, as far as whoever asks may read
// it: the client gets no Work.
type Everything struct {
	Hours []Hour // in order of time, without their agendas
	Items []Item // of the agenda, in the order in which they were brought, but what was taken back
}

// EverythingIn is that, in tx, for the client's own archive. The action of tx must open.
func EverythingIn(ctx context.Context, tx *access.Tx) (e Everything, err error) {
	rows, err := tx.Query(ctx, `
		SELECT `+itemColumns+` FROM agenda_item i
		WHERE i.practice = $1 AND i.compartment = $2 AND i.state <> 'dropped'
		ORDER BY i.at, i.id`, tx.Practice, string(tx.Compartment))
	if e.Items, err = items(ctx, tx, rows, err); err != nil {
		return e, err
	}
	if e.Hours, err = framesIn(ctx, tx); err != nil {
		return e, err
	}
	for i, h := range e.Hours {
		if e.Hours[i].Kept, err = keptOf(ctx, tx, h.SessionID); err != nil {
			return e, err
		}
	}
	return e, nil
}
