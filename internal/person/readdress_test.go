package person_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
)

// A box keeps what was sent.
type box []post.Letter

func (b *box) Carry(_ context.Context, _ string, _ time.Time, l post.Letter) error {
	*b = append(*b, l)
	return nil
}

// TestWhereSomebodySignsInTheirLettersGo: the address is with their name as well, and marks
// by which a client is found in an emergency go along.
func TestWhereSomebodySignsInTheirLettersGo(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		sent, queue := &box{}, job.New(p.Door)
		queue.Handle(post.Send, post.New(p.Door, sent, person.AddressIn).Work)
		mail := func() box {
			*sent = nil
			if _, err := queue.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			return *sent
		}
		linkTo := func(to, prefix string) string {
			t.Helper()
			for _, l := range mail() {
				if _, rest, ok := strings.Cut(l.Text, prefix); ok && l.To == to {
					return strings.Fields(rest)[0]
				}
			}
			t.Fatalf("no letter to %s leads to %s", to, prefix)
			return ""
		}
		p.Do(t, func(ctx context.Context) error { return p.accounts.AskAddress(ctx, p.tomas, "reed@example.org") })
		link := linkTo("reed@example.org", account.ConfirmPath)
		p.Do(t, func(ctx context.Context) error { return p.accounts.ConfirmAddress(ctx, p.tomas, "", link) })
		p.Do(t, func(ctx context.Context) error {
			who, err := p.Person(ctx, p.ines, p.tomas.ID)
			if who.Email != "reed@example.org" || who.Name != "Tomas" {
				t.Errorf("he is %q, reached at %q", who.Name, who.Email)
			}
			return err
		})
		if old, now := p.breaks(t, "tomas@example.org", ""), p.breaks(t, "reed@example.org", ""); old != "" || now != p.tomas.ID {
			t.Errorf("in an emergency: by the former address %q, by the newest %q", old, now)
		}
		reached := false
		for _, l := range mail() { // those concerned are told
			reached = reached || l.To == "reed@example.org"
		}
		if !reached {
			t.Error("letters do not go to the address that he signs in with")
		}
		for _, who := range []access.Actor{p.ines, p.manager} {
			p.fails(t, fault.Invalid, func(ctx context.Context) error { return p.accounts.ConfirmAddress(ctx, who, "", link) })
		}
		p.NotOnDisk(t, "reed@example.org")
	})
}
