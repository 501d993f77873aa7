package person_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// told is how many letters wait for somebody.
func (p *practice) told(t *testing.T, who string) int {
	t.Helper()
	return p.Count(t, `SELECT count(*) FROM letter WHERE compartment = $1`, string(access.PersonRecord(who)))
}

// tells says who is sent a letter while something is done, and how many.
func (p *practice) tells(t *testing.T, do func(context.Context) error, among ...access.Actor) []int {
	t.Helper()
	all := make([]int, len(among))
	for i, who := range among {
		all[i] = -p.told(t, who.ID)
	}
	p.Do(t, do)
	for i, who := range among {
		all[i] += p.told(t, who.ID)
	}
	return all
}

func TestWhoeverComesIntoCareOrIsPutOutOfItIsToldAndSoIsTheClient(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		for _, tt := range []struct {
			name string
			do   func(context.Context) error
			want []int // Ines, Carl, Tomas
		}{
			{"Ines brings Carl in", func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) }, []int{0, 1, 1}},
			{"once more", func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) }, []int{0, 0, 0}},
			{"Carl ends his own work", func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.carl.ID) }, []int{0, 0, 1}},
			{"he is brought in again", func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) }, []int{0, 1, 1}},
			{"the client ends it", func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) }, []int{0, 1, 0}},
			{"once more", func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) }, []int{0, 0, 0}},
			{"and again", func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) }, []int{0, 1, 1}},
			{"the manager ends it", func(ctx context.Context) error { return p.Relieve(ctx, p.manager, p.tomas.ID, p.carl.ID) }, []int{0, 1, 1}},
			{"Ines leaves the practice", func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.ines.ID) }, []int{0, 0, 1}},
		} {
			p.Clock.Pass(time.Minute)
			if got := p.tells(t, tt.do, p.ines, p.carl, p.tomas); !slices.Equal(got, tt.want) {
				t.Errorf("%s: letters %v, want %v", tt.name, got, tt.want)
			}
		}
	})
}

func TestACodeToComeInByEndsWithTheWorkOfWhoGaveIt(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Exec(t, `UPDATE account SET ways = 'password totp' WHERE person_id = $1`, p.tomas.ID)
		stands := func() (yes bool) {
			t.Helper()
			p.Do(t, func(ctx context.Context) error {
				l, err := p.accounts.LettingIn(ctx, p.tomas)
				yes = l != nil
				return err
			})
			return yes
		}
		for _, tt := range []struct {
			name  string
			giver access.Actor
			end   func(context.Context) error
			want  bool
		}{
			{"Carl, who gave none, ends his work", p.ines, func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.carl.ID) }, true},
			{"Carl ends his work", p.carl, func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.carl.ID) }, false},
			{"the client ends it", p.carl, func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) }, false},
			{"the manager ends it", p.carl, func(ctx context.Context) error { return p.Relieve(ctx, p.manager, p.tomas.ID, p.carl.ID) }, false},
			{"Carl, but the manager gave it", p.manager, func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.carl.ID) }, true},
			{"Carl leaves the practice", p.carl, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.carl.ID) }, false},
		} {
			p.Clock.Pass(25 * time.Hour)
			p.Do(t, func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) })
			p.Do(t, func(ctx context.Context) error {
				_, err := p.accounts.LetIn(ctx, tt.giver, p.tomas.ID, newID(), true)
				return err
			})
			p.Do(t, tt.end)
			if got := stands(); got != tt.want {
				t.Errorf("%s: the code stands: %t, want %t", tt.name, got, tt.want)
			}
		}
		if n := p.Count(t, `SELECT count(*) FROM account WHERE ways LIKE '%letin%'`); n != 0 {
			t.Error("it is still said that a code was given")
		}
	})
}

func TestAColleagueEndsNobodysWorkButTheirOwn(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		p.Clock.Pass(time.Minute)
		p.Do(t, func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) })
		p.fails(t, fault.Invalid, func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.ines.ID) })
		if n := p.Count(t, `SELECT count(*) FROM audit WHERE action = 'care.end' AND actor_id = $1 AND allowed`, p.carl.ID); n != 0 {
			t.Error("that he was refused is written down as if he had done it")
		}
		if !p.opens(t, p.ines, access.ReadMeasures, p.record) {
			t.Error("Carl has put Ines out of her work")
		}
		for _, who := range []access.Actor{p.ines, p.carl, p.sven, p.tomas} {
			p.Refused(t, who, access.ReadTeam, func(ctx context.Context) error { _, err := p.Team(ctx, who, p.tomas.ID); return err })
			p.Refused(t, who, access.RelieveCare, func(ctx context.Context) error { return p.Relieve(ctx, who, p.tomas.ID, p.carl.ID) })
		}
		p.Do(t, func(ctx context.Context) error {
			team, err := p.Team(ctx, p.manager, p.tomas.ID)
			if !slices.Equal(team, []string{p.ines.ID, p.carl.ID}) {
				t.Errorf("the manager sees %v", team)
			}
			return err
		})
		stale := p.manager
		stale.Fresh = false
		p.fails(t, fault.StepUp, func(ctx context.Context) error { return p.Relieve(ctx, stale, p.tomas.ID, p.carl.ID) })
		p.Do(t, func(ctx context.Context) error { return p.Relieve(ctx, p.manager, p.tomas.ID, p.carl.ID) })
		if p.opens(t, p.carl, access.ReadMeasures, p.record) || !p.opens(t, p.ines, access.ReadMeasures, p.record) {
			t.Error("the manager ended something else than Carl's work")
		}
	})
}

func TestWhoeverIsPutOutOfTheirWorkSeesThatAndNotWithWhom(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		finishes := func(who access.Actor) (all []person.Finish) {
			p.Do(t, func(ctx context.Context) (err error) { all, err = p.Finishes(ctx, who); return err })
			return all
		}
		begin := func() {
			p.Clock.Pass(time.Minute)
			p.Do(t, func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) })
			p.Clock.Pass(time.Minute)
		}
		begin()
		p.Do(t, func(ctx context.Context) error { return p.EndCare(ctx, p.carl, p.tomas.ID, p.carl.ID) })
		if all := finishes(p.carl); len(all) != 0 {
			t.Errorf("of what he ended himself he is told %+v", all)
		}
		begin()
		p.Do(t, func(ctx context.Context) error { return p.Relieve(ctx, p.manager, p.tomas.ID, p.carl.ID) })
		if all := finishes(p.carl); len(all) != 1 || all[0] != (person.Finish{ByID: p.manager.ID, At: p.Clock.Now()}) {
			t.Errorf("he sees %+v", all)
		}
		done := func() int {
			return p.Count(t, `SELECT count(*) FROM audit WHERE action = 'care.relieve' AND actor_id = $1 AND allowed`, p.manager.ID)
		}
		before := done()
		p.Do(t, func(ctx context.Context) error { return p.Relieve(ctx, p.manager, p.tomas.ID, p.carl.ID) })
		if n := done(); n != before {
			t.Error("work that had ended is written down as ended once more")
		}
		if all := append(finishes(p.ines), finishes(p.sven)...); len(all) != 0 {
			t.Errorf("others see %+v", all)
		}
		begin()
		if all := finishes(p.carl); len(all) != 0 {
			t.Errorf("when he works with them again he sees %+v", all)
		}
		p.Do(t, func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, p.carl.ID) })
		if all := finishes(p.carl); len(all) != 2 || all[0].ByID != p.tomas.ID || !all[0].ByClient || all[1].ByClient {
			t.Errorf("he sees %+v", all)
		}
		p.Clock.Pass(29 * 24 * time.Hour)
		if all := finishes(p.carl); len(all) != 0 {
			t.Errorf("after four weeks he sees %+v", all)
		}
	})
}

func TestWhoeverLeavesTakesTheirInvitationsAlong(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		second := p.join(t, p.manager, "Olga", person.Manager)
		_, self := p.invite(t, second, "Olga2", person.Manager, person.Clinician)
		_, staff := p.invite(t, p.manager, "Petra", person.Clinician)
		both, shared := p.invite(t, p.carl, "Nora", person.Client)
		p.Do(t, func(ctx context.Context) error { return p.BeginCare(ctx, p.carl, both, p.ines.ID) })
		alone, lost := p.invite(t, p.carl, "Vera", person.Client)
		_, other := p.invite(t, p.sven, "Willa", person.Client)

		p.Do(t, func(ctx context.Context) error { return p.Leave(ctx, p.manager, second.ID) })
		p.Clock.Pass(time.Minute)
		p.lettersGo(t)
		nora, vera := p.told(t, both), p.told(t, alone)
		p.Do(t, func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.carl.ID) })
		accept := func(link string) func(context.Context) error {
			return func(ctx context.Context) error {
				_, err := p.Accept(ctx, link, account.Hashed{}, "")
				return err
			}
		}
		for name, link := range map[string]string{"a second self": self, "a client of two": shared, "a client of theirs": lost} {
			if _, err := p.OpenInvite(p.visit(t), link); !fault.Is(err, fault.NotFound) {
				t.Errorf("the link to %s is good: %v", name, err)
			}
			p.fails(t, fault.NotFound, accept(link))
		}
		p.Do(t, accept(staff))
		p.Do(t, accept(other))

		// Nora, with whom Ines works, has a fresh link at once; Vera when somebody is found.
		if n := p.told(t, both) - nora; n != 1 {
			t.Errorf("Nora was sent %d letters, want a fresh link", n)
		}
		if n := p.told(t, alone) - vera; n != 0 {
			t.Errorf("Vera, whom nobody expects, was sent %d letters", n)
		}
		p.Clock.Pass(time.Minute)
		p.Do(t, func(ctx context.Context) error { return p.TakeOver(ctx, p.manager, alone, p.sven.ID) })
		if n := p.told(t, alone) - vera; n != 1 {
			t.Errorf("Vera was sent %d letters, want a fresh link", n)
		}
		for _, id := range []string{both, alone} {
			p.Do(t, func(ctx context.Context) error {
				all, err := p.Invites(ctx, p.manager, id)
				if err == nil && (len(all) != 2 || !all[0].Open(p.Clock.Now()) || all[1].Open(p.Clock.Now()) || all[0].Roles != "client") {
					t.Errorf("invitations: %+v", all)
				}
				return err
			})
		}
	})
}

func TestManagersHearOfWhoeverComesToWorkHere(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		second := p.join(t, p.manager, "Olga", person.Manager)
		var link string
		got := p.tells(t, func(ctx context.Context) (err error) {
			_, link, err = p.Invite(ctx, second, person.InviteForm{ID: newID(), Name: "Petra", Email: "petra@example.org", Roles: []person.Role{person.Manager}})
			return err
		}, p.manager, second, p.ines)
		if !slices.Equal(got, []int{1, 0, 0}) {
			t.Errorf("of the invitation: letters %v, want one to the other manager", got)
		}
		_, link, _ = strings.Cut(link, "/join/")
		got = p.tells(t, func(ctx context.Context) error {
			_, err := p.Accept(ctx, link, account.Hashed{}, "")
			return err
		}, p.manager, second, p.ines)
		if !slices.Equal(got, []int{1, 1, 0}) {
			t.Errorf("of the coming: letters %v, want one to each manager", got)
		}
		got = p.tells(t, func(ctx context.Context) error {
			_, _, err := p.Invite(ctx, p.ines, person.InviteForm{ID: newID(), Name: "Nora", Email: "nora@example.org", Roles: []person.Role{person.Client}})
			return err
		}, p.manager, second)
		if !slices.Equal(got, []int{0, 0}) {
			t.Errorf("of a client: letters %v", got)
		}
	})
}
