package hour

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// AgendaIn is, in tx, what waits for the next session of the record, as far as
// whoever asks may read it. The action of tx must open.
func AgendaIn(ctx context.Context, tx *access.Tx) (Agenda, error) {
	items, err := waitingOf(ctx, tx)
	if err != nil {
		return Agenda{}, err
	}
	nothing, err := quietOf(ctx, tx)
	return Agenda{Items: items, Nothing: nothing}, err
}

// OfIn is, in tx, everything about the session with the given id; what nobody has
// begun or kept anything of is empty but for its id. The action of tx must open.
func OfIn(ctx context.Context, tx *access.Tx, sessionID string) (h Hour, err error) {
	if h, _, err = frameIn(ctx, tx, sessionID); err != nil {
		return h, err
	}
	return full(ctx, tx, h)
}

// LastIn is, in tx, the last session of the record that is over and was begun, or of
// which something was kept; ok is false if there is none. The action of tx must open.
func LastIn(ctx context.Context, tx *access.Tx) (h Hour, ok bool, err error) {
	all, err := framesIn(ctx, tx)
	if err != nil {
		return h, false, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Over(tx.Now) {
			h, err = full(ctx, tx, all[i])
			return h, err == nil, err
		}
	}
	return h, false, nil
}

// LastBeforeIn is LastIn for the session that was the last one before the given one
// began.
func LastBeforeIn(ctx context.Context, tx *access.Tx, start time.Time) (h Hour, ok bool, err error) {
	all, err := framesIn(ctx, tx)
	if err != nil {
		return h, false, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Start.Before(start) {
			h, err = full(ctx, tx, all[i])
			return h, err == nil, err
		}
	}
	return h, false, nil
}

// A ToolUse is a tool of one session.
type ToolUse struct {
	SessionID string
	At        time.Time // when the session began; before that, when it was written down
	Tool
}

// ToolsSinceIn are, in tx, the tools of the record's sessions since then, in order of
// time, let go ones too: for those who treat the client. The action of tx must open.
func ToolsSinceIn(ctx context.Context, tx *access.Tx, since time.Time) ([]ToolUse, error) {
	if SideOf(tx.Actor, tx.Compartment) == ByClient {
		return nil, nil
	}
	return toolsOf(ctx, tx, since)
}

// A Share is a summary as it is shared.
type Share struct {
	SessionID string
	Revision  int64  // of the summary that it began from; 0: none was shared
	Text      string // empty: it is taken back
}

// ShareIn shares, in tx, a summary of a session with the client, or takes it back;
// what was shared before is kept. If it was changed since the form began, the answer
// is fault.Conflict together with the summary as it is now. The same twice is success.
// A domain calls it whose actor treats the client; the action of tx must change and open.
func ShareIn(ctx context.Context, tx *access.Tx, s Share) (Summary, error) {
	if SideOf(tx.Actor, tx.Compartment) == ByClient {
		return Summary{}, fault.Absent()
	}
	var err error
	if s.Text, err = fault.Text("summary", s.Text, MaxSummary); err != nil {
		return Summary{}, err
	}
	all, err := summariesOf(ctx, tx)
	if err != nil {
		return Summary{}, err
	}
	now := all[s.SessionID]
	switch {
	case now.Text == s.Text:
		return now, nil
	case now.Revision != s.Revision:
		return now, fault.New(fault.Conflict, "summary", "This summary was changed while you were writing. Both are here.")
	}
	next := Summary{SessionID: s.SessionID, Revision: now.Revision + 1, At: tx.Now, By: tx.Actor.ID, Text: s.Text}
	kept, err := insertSummary(ctx, tx, next)
	if err == nil && !kept {
		return now, fault.New(fault.Conflict, "summary", "This summary was changed while you were writing. Both are here.")
	}
	if err == nil {
		err = sharing(ctx, tx, next)
	}
	return next, err
}

// SummariesIn are, in tx, the summaries that the client may read, by session. The
// action of tx must open.
func SummariesIn(ctx context.Context, tx *access.Tx) (map[string]Summary, error) {
	all, err := summariesOf(ctx, tx)
	for id, s := range all {
		if s.Text == "" {
			delete(all, id)
		}
	}
	return all, err
}

// full adds to a frame all that belongs to it.
func full(ctx context.Context, tx *access.Tx, h Hour) (_ Hour, err error) {
	if h.Agenda, err = agendaOf(ctx, tx, h.SessionID); err != nil {
		return h, err
	}
	if h.Kept, err = keptOf(ctx, tx, h.SessionID); err != nil {
		return h, err
	}
	if SideOf(tx.Actor, tx.Compartment) != ByClient {
		if h.Work, err = workOf(ctx, tx, h.SessionID); err != nil {
			return h, err
		}
	}
	h.Summary, err = summaryOf(ctx, tx, h.SessionID)
	return h, err
}
