package client_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestWhatAProgramDidIsSaidToBeDoneByIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		lets := func(who access.Actor, label string) access.Actor {
			who.Fresh = true
			f := token.Form{ID: newID(t), Label: label, Scopes: []string{"user/*.rs"}}
			h.w.Do(t, func(ctx context.Context) error {
				_, err := token.New(h.w.Door, "http://localhost").Make(ctx, who, f)
				return err
			})
			who.Mandate = &access.Mandate{ID: f.ID}
			who.Mandate.Allow(access.ReadGoals)
			return who
		}
		reads := func(who access.Actor) {
			ctx, settle := h.w.Visit(t)
			defer settle()
			h.goals.All(ctx, who, access.ClientRecord(h.tomas.ID))
		}
		own := lets(h.tomas, "Mood watch")
		reads(own)
		reads(lets(h.miriam, "Miriam’s own words"))
		h.w.Do(t, func(ctx context.Context) error {
			return token.New(h.w.Door, "http://localhost").End(ctx, h.tomas, own.Mandate.ID)
		}) // its name stays
		own.Mandate.Acts = nil
		reads(own)
		page := h.browser(t, h.tomas).Open("/my/record")
		webtest.Has(t, page, "You, by the program “Mood watch”, looked at what you are working towards.",
			"Miriam Adler, by a program, looked at what you are working towards.", "A program of yours asked for something that was not shown to it.")
		webtest.HasNot(t, page, "own words")
	})
}
