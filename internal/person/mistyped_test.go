package person_test

import (
	"context"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// lea is a client whom Ines invited at an address that was mistyped, and the link that
// went there.
func (p *practice) lea(t *testing.T) (id, link string) {
	t.Helper()
	p.Do(t, func(ctx context.Context) (err error) {
		id, link, err = p.Invite(ctx, p.ines, person.InviteForm{ID: newID(), Name: "Lea", Email: "lea@example", Roles: []person.Role{person.Client}})
		return err
	})
	_, link, _ = strings.Cut(link, "/join/")
	return id, link
}

func (p *practice) accepts(link string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := p.Accept(ctx, link, account.Hashed{}, "Firefox")
		return err
	}
}

func TestAMistypedAddressIsPutRightAndItsLinkEndsAtOnce(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		lea, wrong := p.lea(t)
		form, right := newID(), ""
		correct := func(ctx context.Context) (err error) {
			link, err := p.CorrectInvite(ctx, p.ines, form, lea, "lea@example.org")
			if link != "" {
				_, right, _ = strings.Cut(link, "/join/")
			}
			return err
		}
		p.Do(t, correct)
		first := right
		p.Do(t, correct) // the same form again
		if first == "" || right != first {
			t.Errorf("the links are %q and %q, want one", first, right)
		}
		p.fails(t, fault.NotFound, p.accepts(wrong))
		p.Do(t, func(ctx context.Context) error {
			o, err := p.OpenInvite(ctx, right)
			if o.Email != "lea@example.org" {
				t.Errorf("it is for %q", o.Email)
			}
			return err
		})
		p.Do(t, p.accepts(right))
		p.Do(t, func(ctx context.Context) error {
			id, err := p.accounts.Find(ctx, p.id, "lea@example.org")
			if id != lea {
				t.Error("she does not sign in with the address that was put right")
			}
			return err
		})
		p.fails(t, fault.Conflict, func(ctx context.Context) error {
			_, err := p.CorrectInvite(ctx, p.ines, newID(), lea, "ines@example.org")
			return err
		})
	})
}

func TestAnInvitationIsWithdrawnAndNobodyComesInByIt(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		lea, link := p.lea(t)
		withdraw := func(ctx context.Context) error { return p.WithdrawInvite(ctx, p.ines, lea) }
		p.Do(t, withdraw)
		p.Do(t, withdraw)
		p.fails(t, fault.NotFound, p.accepts(link))
		p.fails(t, fault.Conflict, func(ctx context.Context) error { _, err := p.InviteAgain(ctx, p.ines, newID(), lea); return err })
		p.Do(t, func(ctx context.Context) error {
			who, err := p.Person(ctx, p.ines, lea)
			if who.State != person.Arrived || who.Email != "lea@example" {
				t.Errorf("she is %s, reached at %q", who.State, who.Email)
			}
			return err
		})
		var again string
		p.Do(t, func(ctx context.Context) (err error) {
			again, err = p.InviteArrived(ctx, p.ines, newID(), lea, "lea@example.org")
			return err
		})
		_, again, _ = strings.Cut(again, "/join/")
		p.Do(t, p.accepts(again))
		p.fails(t, fault.Conflict, withdraw)
	})
}

// At an address of their own anybody could come in as the client.
func TestOnlyWhoeverTreatsAClientPutsTheirInvitationRight(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		lea, link := p.lea(t)
		for _, who := range []access.Actor{p.manager, p.carl, p.tomas} {
			p.fails(t, fault.NotFound, func(ctx context.Context) error {
				_, err := p.CorrectInvite(ctx, who, newID(), lea, "mine@example.org")
				return err
			})
			p.fails(t, fault.NotFound, func(ctx context.Context) error { return p.WithdrawInvite(ctx, who, lea) })
		}
		p.Do(t, func(ctx context.Context) error { _, err := p.OpenInvite(ctx, link); return err })

		p.Do(t, func(ctx context.Context) error { return p.WithdrawInvite(ctx, p.ines, lea) })
		p.fails(t, fault.NotFound, func(ctx context.Context) error {
			_, err := p.InviteArrived(ctx, p.manager, newID(), lea, "mine@example.org")
			return err
		})

		if n := p.Count(t, `SELECT count(*) FROM audit WHERE action IN ('invite.correct', 'invite.withdraw', 'invite.again') AND actor_id IN ($1, $2, $3) AND allowed`, p.manager.ID, p.carl.ID, p.tomas.ID); n != 0 {
			t.Errorf("%d of what was refused stand in the log as done", n)
		}

		nils, _ := p.invite(t, p.manager, "Nils", person.Clinician)
		p.fails(t, fault.NotFound, func(ctx context.Context) error {
			_, err := p.CorrectInvite(ctx, p.ines, newID(), nils, "ines@example.org")
			return err
		})
		p.Do(t, func(ctx context.Context) error {
			_, err := p.CorrectInvite(ctx, p.manager, newID(), nils, "nils@linden.example")
			return err
		})
	})
}

func TestAnAddressWithoutADotIsAskedAboutAndNotRefused(t *testing.T) {
	for email, doubted := range map[string]bool{
		"lea@example": true, " lea@localhost ": true, "lea@example.org": false, "lea@[192.0.2.1]": false, "lea@[IPv6:2001:db8::1]": false, "nobody": false, "": false,
	} {
		if got := person.Doubt(email) != ""; got != doubted {
			t.Errorf("%q: asked back %t, want %t", email, got, doubted)
		}
	}
}
