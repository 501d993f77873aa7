package person_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

func TestNobodyIsSentInvitationsWithoutEnd(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		var id, last string
		p.Do(t, func(ctx context.Context) (err error) {
			id, last, err = p.Invite(ctx, p.ines, person.InviteForm{ID: newID(), Name: "Ruth", Email: "ruth@example.org", Roles: []person.Role{person.Client}})
			return err
		})
		again := func() (err error) {
			ctx, settle := p.Visit(t)
			defer settle()
			link, err := p.InviteAgain(ctx, p.ines, newID(), id)
			if err == nil {
				last = link
			}
			return err
		}
		before := p.Count(t, `SELECT count(*) FROM letter`)
		for range 20 {
			again()
		}
		if err := again(); !fault.Is(err, fault.TooSoon) {
			t.Errorf("one more: %v, want too soon", err)
		}
		if n := p.Count(t, `SELECT count(*) FROM letter`) - before; n != 4 {
			t.Errorf("%d further letters, want 4", n)
		}
		p.Do(t, func(ctx context.Context) error {
			_, err := p.OpenInvite(ctx, last[len("https://way.example/join/"):])
			return err
		})
		p.Clock.Pass(time.Hour)
		if err := again(); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}
