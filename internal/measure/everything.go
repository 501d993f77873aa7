package measure

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
)

// AnswersIn are, in tx, all answers of the record, oldest first, for the client's own
// archive. The action of tx must open, and be one that nobody but the client may do.
func (ms *Measures) AnswersIn(ctx context.Context, tx *access.Tx) ([]Answer, error) {
	if err := ms.door.shelf.Ready(ctx, tx); err != nil {
		return nil, err
	}
	return ms.allAnswers(ctx, tx)
}
