package note_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/note"
)

func TestSignedNotesAreReadAsTheyWereAmendedLastAndWithoutDrafts(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		first, second := newID(), newID()
		w.mustSign(t, free(first, w.meets(t), "As it was"))
		f := free(first, "", canary)
		f.Base, f.Reason = 1, "A word was wrong"
		w.mustSign(t, f)
		f.Base, f.Words = 2, note.Words{"text": "Not signed"}
		w.mustDraft(t, f)
		w.mustDraft(t, free(second, w.meets(t), "Not signed either"))

		signed := func(actor access.Actor) (all []note.Final, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.notes.Signed(ctx, actor, w.Client)
		}
		all, err := signed(w.Clinician)
		if err != nil || len(all) != 1 || all[0].ID != first || all[0].Text.Revision != 2 || all[0].Text.Words["text"] != canary || all[0].Text.Reason != "A word was wrong" {
			t.Errorf("%v: %+v", err, all)
		}
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadNotes, func(ctx context.Context) error {
				_, err := w.notes.Signed(ctx, actor, w.Client)
				return err
			})
		}
	})
}
