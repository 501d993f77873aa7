package person_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
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
		before := p.Count(t, `SELECT count(*) FROM invite`)
		for range 20 {
			again()
		}
		if err := again(); !fault.Is(err, fault.TooSoon) {
			t.Errorf("one more: %v, want too soon", err)
		}
		if n := p.Count(t, `SELECT count(*) FROM invite`) - before; n != 4 {
			t.Errorf("%d further links, want 4", n)
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

// TestWhatBecameOfALetterIsSeenAndOneWhoseLinkIsOverIsTakenBack has the mail server away.
func TestWhatBecameOfALetterIsSeenAndOneWhoseLinkIsOverIsTakenBack(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		q := job.New(p.Door)
		q.Handle(post.Send, post.New(p.Door, away{}, person.AddressIn).Work)
		p.lettersGo(t)
		before := p.Count(t, `SELECT count(*) FROM letter`)
		lea, first := p.lea(t)
		fate := func() (f post.Fate) {
			p.Do(t, func(ctx context.Context) error {
				all, err := p.Invites(ctx, p.ines, lea)
				f = all[0].Letter
				return err
			})
			return f
		}
		if got := fate(); got != post.Waits {
			t.Errorf("at first: %q", got)
		}
		if _, err := q.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := fate(); got != post.Fails {
			t.Errorf("tried in vain: %q", got)
		}
		p.Do(t, func(ctx context.Context) error { _, err := p.InviteAgain(ctx, p.ines, newID(), lea); return err })
		if n := p.Count(t, `SELECT count(*) FROM letter`); n != before+1 {
			t.Errorf("%d letters wait, want the one with the newest link", n-before)
		}

		operator := access.System(p.id, "operator")
		var id, link string
		p.Do(t, func(ctx context.Context) (err error) {
			if id, err = p.Awaited(ctx, operator, "LEA@example"); err != nil {
				return err
			}
			link, err = p.InviteByHand(ctx, operator, id)
			return err
		})
		if n := p.Count(t, `SELECT count(*) FROM letter`); id != lea || n != before {
			t.Errorf("%d letters wait of links that are over", n-before)
		}
		_, link, _ = strings.Cut(link, "/join/")
		p.fails(t, fault.NotFound, p.accepts(first))
		p.Do(t, p.accepts(link))
		p.fails(t, fault.Conflict, func(ctx context.Context) error { _, err := p.InviteByHand(ctx, operator, lea); return err })
		p.fails(t, fault.NotFound, func(ctx context.Context) error { _, err := p.InviteByHand(ctx, p.carl, lea); return err })
	})
}

// lettersGo has all letters that wait leave.
func (p *practice) lettersGo(t *testing.T) {
	t.Helper()
	q := job.New(p.Door)
	q.Handle(post.Send, post.New(p.Door, taking{}, person.AddressIn).Work)
	if _, err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// taking is a mail server that takes everything.
type taking struct{}

func (taking) Carry(context.Context, string, time.Time, post.Letter) error { return nil }

// away is a mail server that is not there.
type away struct{}

func (away) Carry(context.Context, string, time.Time, post.Letter) error { return post.ErrNotTaken }
