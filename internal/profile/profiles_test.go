package profile_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
)

var london = must(time.LoadLocation("Europe/London"))

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func id() string { return must(uuid.NewV7()).String() }

func ines() profile.Clinician {
	return profile.Clinician{
		Address: "ines-moreau", Name: "Ines Moreau", Title: "Counselling psychologist", Lead: "Grief and family.",
		About: "One.\n\nTwo.", Languages: []profile.Language{"en", "fr"}, Formats: []profile.Format{profile.Individual},
		Ways: []profile.Way{profile.InPerson}, Room: profile.Open,
	}
}

func house() profile.Practice {
	return profile.Practice{
		Headline: "At the pace you can walk", Lead: "Four people in Bristol.", Currency: "GBP",
		Fees: []profile.Fee{{What: "First consultation", Minutes: 50, Price: 6000, Slides: true, Low: 2000, High: 2000}}, Room: profile.Open,
	}
}

// public is what anybody reads.
func public(t *testing.T, w *waytest.World, ps *profile.Profiles) (p profile.Public) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		p, err = ps.Public(ctx, access.Anyone(w.Practice))
		return err
	})
	return p
}

func TestADraftIsItsAuthorsUntilItIsPublished(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, s, err := ps.Own(ctx, w.Clinician)
			if s != (profile.State{}) {
				t.Errorf("before the first word: %+v", s)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			_, s, err := ps.Keep(ctx, w.Clinician, 0, ines())
			if s.Revision != 1 || s.Published != 0 {
				t.Errorf("kept as %+v", s)
			}
			return err
		})
		if got := public(t, w, ps); got.Practice != nil || len(got.Clinicians) != 0 {
			t.Errorf("a draft is public: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			_, err := ps.Publish(ctx, w.Clinician, 1)
			return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
		})
		later := ines()
		later.Lead = "A word that is not for the public yet."
		w.Do(t, func(ctx context.Context) error {
			_, s, err := ps.Keep(ctx, w.Clinician, 1, later)
			if s.Revision != 2 || s.Published != 1 {
				t.Errorf("kept as %+v", s)
			}
			return err
		})
		got := public(t, w, ps)
		if len(got.Clinicians) != 1 || got.Clinicians[0].ID != w.Clinician.ID {
			t.Fatalf("published: %+v", got)
		}
		if diff := cmp.Diff(ines(), got.Clinicians[0].Clinician); diff != "" {
			t.Errorf("what is public is not what was published (-want +got):\n%s", diff)
		}
		w.Do(t, func(ctx context.Context) error { return ps.TakeOff(ctx, w.Clinician, w.Clinician.ID) })
		if got := public(t, w, ps); len(got.Clinicians) != 0 {
			t.Errorf("taken off, and still public: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error {
			c, s, err := ps.Own(ctx, w.Clinician)
			if c.Lead != later.Lead || s.Published != 0 || s.Revision != 2 {
				t.Errorf("the draft is %+v %+v", c, s)
			}
			return err
		})
		w.AuditHolds(t)
	})
}

func second[T any](_ T, err error) error { return err }

func TestNobodyElseReachesADraft(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		for _, who := range []access.Actor{w.Tomas, w.Manager, access.Anyone(w.Practice)} {
			for action, do := range map[access.Action]func(context.Context) error{
				access.ReadProfile:    func(ctx context.Context) error { _, _, err := ps.Own(ctx, who); return err },
				access.ReviseProfile:  func(ctx context.Context) error { _, _, err := ps.Keep(ctx, who, 0, ines()); return err },
				access.PublishProfile: func(ctx context.Context) error { return second(ps.Publish(ctx, who, 1)) },
				access.ReadFirst:      func(ctx context.Context) error { return second(ps.Times(ctx, who)) },
				access.OfferFirst: func(ctx context.Context) error {
					_, _, err := ps.Offer(ctx, who, profile.Offer{ID: id()}, london)
					return err
				},
			} {
				w.Refused(t, who, action, do)
			}
			w.Refused(t, who, access.OfferFirst, func(ctx context.Context) error { return ps.Withdraw(ctx, who, id()) })
		}
		for _, who := range []access.Actor{w.Tomas, w.Clinician, w.Stranger, access.Anyone(w.Practice)} {
			for action, do := range map[access.Action]func(context.Context) error{
				access.ReadProfile:     func(ctx context.Context) error { _, _, err := ps.Practice(ctx, who); return err },
				access.ReviseProfile:   func(ctx context.Context) error { _, _, err := ps.KeepPractice(ctx, who, 0, house()); return err },
				access.PublishProfile:  func(ctx context.Context) error { return second(ps.PublishPractice(ctx, who, 1)) },
				access.WithdrawProfile: func(ctx context.Context) error { return ps.TakeOffPractice(ctx, who) },
			} {
				w.Refused(t, who, action, do)
			}
		}
		for _, who := range []access.Actor{w.Tomas, w.Stranger, access.Anyone(w.Practice)} {
			w.Refused(t, who, access.WithdrawProfile, func(ctx context.Context) error { return ps.TakeOff(ctx, who, w.Clinician.ID) })
		}
		w.Refused(t, access.Actor{Practice: "elsewhere", ID: w.Clinician.ID}, access.ReadProfile, func(ctx context.Context) error {
			_, _, err := ps.Own(ctx, access.Actor{Practice: "elsewhere", ID: w.Clinician.ID})
			return err
		})
	})
}

func TestWhoeverManagesThePracticeWritesItsPageAndTakesAnyOff(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.KeepPractice(ctx, w.Manager, 0, house())
			return errors.Join(err, second(ps.PublishPractice(ctx, w.Manager, 1)))
		})
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.Keep(ctx, w.Clinician, 0, ines())
			return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
		})
		got := public(t, w, ps)
		if got.Practice == nil || got.Practice.Headline != house().Headline || got.Room() != profile.Open || len(got.Clinicians) != 1 {
			t.Fatalf("published: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error { return ps.TakeOff(ctx, w.Manager, w.Clinician.ID) })
		w.Do(t, func(ctx context.Context) error { return ps.TakeOffPractice(ctx, w.Manager) })
		if got := public(t, w, ps); got.Practice != nil || len(got.Clinicians) != 0 || got.Room() != profile.Closed {
			t.Errorf("still public: %+v", got)
		}
	})
}

func TestOfTwoWhoWriteAtOnceBothAreShown(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		keep := func(revision int64, lead string) (profile.Practice, error) {
			ctx, settle := w.Visit(t)
			defer settle()
			p := house()
			p.Lead = lead
			kept, _, err := ps.KeepPractice(ctx, w.Manager, revision, p)
			return kept, err
		}
		must(keep(0, "The first."))
		must(keep(1, "The second."))
		must(keep(1, "The second.")) // it came twice
		theirs, err := keep(1, "Mine.")
		if !fault.Is(err, fault.Conflict) || theirs.Lead != "The second." {
			t.Errorf("got %q, %v", theirs.Lead, err)
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := ps.PublishPractice(ctx, w.Manager, 1); !fault.Is(err, fault.Conflict) {
			t.Errorf("an older draft was published: %v", err)
		}
	})
}

func TestADraftThatLacksSomethingIsNotPublished(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		for revision, change := range []func(*profile.Clinician){
			func(c *profile.Clinician) { c.Address = "" }, func(c *profile.Clinician) { c.Name = "" }, func(c *profile.Clinician) { c.Lead = "" },
		} {
			c := ines()
			change(&c)
			w.Do(t, func(ctx context.Context) error {
				_, _, err := ps.Keep(ctx, w.Clinician, int64(revision), c)
				return err
			})
			ctx, settle := w.Visit(t)
			if _, err := ps.Publish(ctx, w.Clinician, int64(revision+1)); !fault.Is(err, fault.Invalid) {
				t.Errorf("draft %d was published: %v", revision+1, err)
			}
			settle()
		}
	})
}

func TestAnAddressStaysItsClinicians(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		publish := func(who access.Actor, revision int64, address string) error {
			ctx, settle := w.Visit(t)
			defer settle()
			c := ines()
			c.Address = address
			if _, _, err := ps.Keep(ctx, who, revision, c); err != nil {
				return err
			}
			return second(ps.Publish(ctx, who, revision+1))
		}
		for revision, address := range []string{"ines", "ines-moreau"} {
			if err := publish(w.Clinician, int64(revision), address); err != nil {
				t.Fatal(err)
			}
		}
		for _, address := range []string{"ines", "ines-moreau"} {
			err := publish(w.Stranger, 0, address)
			if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Field != "address" {
				t.Errorf("%s was given to another: %v", address, err)
			}
		}
		got := public(t, w, ps)
		for address, was := range map[string]bool{"ines": true, "ines-moreau": false} {
			if c, former, ok := got.At(address); !ok || former != was || c.ID != w.Clinician.ID {
				t.Errorf("%s: got %s former=%t", address, c.ID, former)
			}
		}
		if _, _, ok := got.At("mallory"); ok {
			t.Error("there is a page of Mallory's")
		}
		for revision := int64(2); revision < 10; revision++ {
			if err := publish(w.Clinician, revision, fmt.Sprint("ines-", revision)); err != nil {
				t.Fatal(err)
			}
		}
		if err := publish(w.Clinician, 10, "one-too-many"); !fault.Is(err, fault.Invalid) {
			t.Errorf("an eleventh address: %v", err)
		}
		// Two drafts with one address: whoever publishes first has it.
		sven, mallory := ines(), ines()
		sven.Address, mallory.Address = "wanted", "wanted"
		w.Do(t, func(ctx context.Context) error { _, _, err := ps.Keep(ctx, w.Supervisor, 0, sven); return err })
		w.Do(t, func(ctx context.Context) error { _, _, err := ps.Keep(ctx, w.Stranger, 0, mallory); return err })
		w.Do(t, func(ctx context.Context) error { return second(ps.Publish(ctx, w.Supervisor, 1)) })
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := ps.Publish(ctx, w.Stranger, 1); !fault.Is(err, fault.Invalid) {
			t.Errorf("two pages at one address: %v", err)
		}
	})
}

func TestWhoeverLeavesIsPublicNoMoreAtOnce(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.Keep(ctx, w.Clinician, 0, ines())
			return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
		})
		w.Exec(t, `INSERT INTO practice (practice, slug, made_at) VALUES ($1, 'linden', 1)`, w.Practice)
		before := must(ps.Marks(t.Context()))[w.Practice]
		time := offered(t, w, ps, w.Clinician, profile.Offer{})[0]
		if got := public(t, w, ps); len(got.Clinicians) != 1 || len(got.Clinicians[0].Free) != 1 {
			t.Fatalf("published: %+v", got)
		}
		during := must(ps.Marks(t.Context()))[w.Practice]
		w.Ungrant(t, w.Clinician, access.Operations)
		if got := public(t, w, ps); len(got.Clinicians) != 0 {
			t.Errorf("left, and still public: %+v", got)
		}
		after := must(ps.Marks(t.Context()))[w.Practice]
		if before == during || during == after {
			t.Errorf("other servers do not see it: %v %v %v", before, during, after)
		}
		if err := take(t, w, time.ID, "x"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a time of somebody who left was taken: %v", err)
		}
	})
}

// offered offers times, by default one on Tuesday 24 November at 10:00.
func offered(t *testing.T, w *waytest.World, ps *profile.Profiles, who access.Actor, o profile.Offer) (made []profile.Time) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		made, _, err = ps.Offer(ctx, who, filled(o), london)
		return err
	})
	return made
}

func filled(o profile.Offer) profile.Offer {
	if o.ID == "" {
		o.ID = id()
	}
	if o.Day == "" {
		o.Day = "2026-11-24"
	}
	if o.Clock == "" {
		o.Clock = "10:00"
	}
	if o.Weeks == 0 {
		o.Weeks = 1
	}
	o.Length, o.Ways = 50*time.Minute, []profile.Way{profile.InPerson, profile.Video}
	return o
}

// take takes a time in a change of somebody's.
func take(t *testing.T, w *waytest.World, timeID, forID string) error {
	ctx, settle := w.Visit(t)
	defer settle()
	tx, err := w.Door.Begin(ctx, w.Manager, access.RevisePractice, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := profile.Take(ctx, tx, timeID, forID); err != nil {
		return err
	}
	return tx.Commit()
}

func TestTimesAreOfferedOnceOrEveryWeekAndShownWhileTheyAreFree(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.Keep(ctx, w.Clinician, 0, ines())
			return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
		})
		// An appointment on Tuesday 8 December at 10:30 stands in the way of one of them.
		w.Do(t, func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, w.Clinician, w.Client, session.Form{ID: id(), Start: time.Date(2026, 12, 8, 10, 30, 0, 0, time.UTC), Length: time.Hour})
			return err
		})
		form := filled(profile.Offer{Weeks: 4})
		var made []profile.Time
		w.Do(t, func(ctx context.Context) error {
			all, left, err := ps.Offer(ctx, w.Clinician, form, london)
			made = all
			if len(all) != 3 || len(left) != 1 || left[0].Why != profile.Busy || left[0].Start.Day() != 8 {
				t.Errorf("made %v, left %v", all, left)
			}
			return err
		})
		w.Do(t, func(ctx context.Context) error { // it came twice
			again, _, err := ps.Offer(ctx, w.Clinician, form, london)
			if diff := cmp.Diff(made, again); diff != "" {
				t.Errorf("sent twice (-first +second):\n%s", diff)
			}
			return err
		})
		other := form
		other.Clock = "11:00"
		for _, o := range []profile.Offer{other, filled(profile.Offer{Clock: "10:49"}), filled(profile.Offer{Day: "2026-12-08"})} {
			ctx, settle := w.Visit(t)
			if _, _, err := ps.Offer(ctx, w.Clinician, o, london); !fault.Is(err, fault.Conflict) {
				t.Errorf("%s at %s: %v", o.Day, o.Clock, err)
			}
			settle()
		}
		offered(t, w, ps, w.Clinician, profile.Offer{Clock: "10:50"})
		if free := public(t, w, ps).Clinicians[0].Free; len(free) != 4 {
			t.Errorf("free: %v", free)
		}

		// One is taken, one withdrawn, one collides with an appointment that was planned later.
		if err := take(t, w, made[0].ID, "somebody"); err != nil {
			t.Fatal(err)
		}
		over := session.Form{ID: id(), Start: made[0].Start.Add(10 * time.Minute), Length: 20 * time.Minute}
		func() { // what was taken is not planned over, but by whoever it was taken for
			ctx, settle := w.Visit(t)
			defer settle()
			if _, err := session.New(w.Door).Plan(ctx, w.Clinician, w.Client, over); !fault.Is(err, fault.Conflict) {
				t.Errorf("a first consultation that was taken was planned over: %v", err)
			}
		}()
		w.Do(t, func(ctx context.Context) error {
			return errors.Join(ps.Withdraw(ctx, w.Clinician, made[1].ID), ps.Withdraw(ctx, w.Clinician, made[1].ID))
		})
		w.Do(t, func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, w.Clinician, w.Client, session.Form{ID: id(), Start: made[2].Start.Add(-30 * time.Minute), Length: time.Hour})
			return err
		})
		if free := public(t, w, ps).Clinicians[0].Free; len(free) != 1 || free[0].Start.Minute() != 50 {
			t.Errorf("free: %v", free)
		}
		if err := take(t, w, made[2].ID, "somebody else"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a time with an appointment was taken: %v", err)
		}
		if err := take(t, w, made[1].ID, "somebody else"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a time that was withdrawn was taken: %v", err)
		}
		w.Do(t, func(ctx context.Context) error {
			own, err := ps.Times(ctx, w.Clinician)
			if len(own) != 3 || own[0].Why != profile.Taken || own[0].For != "somebody" || own[1].Why != "" || own[2].Why != profile.Busy {
				t.Errorf("Ines sees %+v", own)
			}
			return err
		})
		ctx, settle := w.Visit(t)
		if err := ps.Withdraw(ctx, w.Clinician, made[0].ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("a time that was taken was withdrawn: %v", err)
		}
		if err := ps.Withdraw(ctx, w.Stranger, made[2].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("somebody else's time was withdrawn: %v", err)
		}
		settle()
		w.Clock.Pass(30 * 24 * time.Hour)
		if free := public(t, w, ps).Clinicians[0].Free; len(free) != 0 {
			t.Errorf("free, and past: %v", free)
		}
	})
}

func TestOfManyWhoTakeOneTimeOneWins(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		one := offered(t, w, ps, w.Clinician, profile.Offer{})[0]
		const many = 8
		var wait sync.WaitGroup
		errs := make([]error, many)
		for i := range many {
			wait.Go(func() { errs[i] = take(t, w, one.ID, fmt.Sprint("enquiry ", i)) })
		}
		wait.Wait()
		won := -1
		for i, err := range errs {
			switch {
			case err == nil && won < 0:
				won = i
			case !fault.Is(err, fault.Conflict):
				t.Errorf("enquiry %d: %v", i, err)
			}
		}
		if won < 0 {
			t.Fatal("nobody won")
		}
		if n := w.Count(t, `SELECT count(*) FROM first_taken`); n != 1 {
			t.Errorf("taken %d times", n)
		}
		if err := take(t, w, one.ID, fmt.Sprint("enquiry ", won)); err != nil {
			t.Errorf("taken again by the same: %v", err)
		}
	})
}

// TestTheDatabaseItselfLetsOneWin puts two rows for one time, past every check.
func TestTheDatabaseItselfLetsOneWin(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		for range 2 {
			w.Exec(t, `INSERT INTO first_taken (practice, time_id, for_id, at) VALUES ($1, 'one', 'x', 1) ON CONFLICT DO NOTHING`, w.Practice)
		}
		if n := w.Count(t, `SELECT count(*) FROM first_taken`); n != 1 {
			t.Errorf("one time was taken %d times", n)
		}
	})
}

func TestNoWordOfAProfileLiesInTheClear(t *testing.T) {
	const canary = "kanari-in-the-window"
	w := waytest.In(t, t.TempDir())
	ps := profile.New(w.Door)
	c := ines()
	c.Address, c.Name, c.About = canary, canary, canary
	w.Do(t, func(ctx context.Context) error {
		_, _, err := ps.Keep(ctx, w.Clinician, 0, c)
		return errors.Join(err, second(ps.Publish(ctx, w.Clinician, 1)))
	})
	w.NotOnDisk(t, canary)
}

// TestADraftDoesNotOpenToThePublic tries to read a draft as the public pages read.
func TestADraftDoesNotOpenToThePublic(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error { _, _, err := ps.Keep(ctx, w.Clinician, 0, ines()); return err })
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, access.Anyone(w.Practice), access.ReadPublic, access.Operations)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			var sealed []byte
			if err := tx.QueryRow(ctx, `SELECT sealed FROM profile WHERE practice = $1`, w.Practice).Scan(&sealed); err != nil {
				return err
			}
			if plain, err := tx.Open(ctx, "profile.sealed 1", sealed); err == nil {
				t.Errorf("a draft opened to anybody: %s", plain)
			}
			return nil
		})
	})
}

// TestAPageThatWasTakenOffStaysOffAfterARestore puts the published row back, as a
// backup from before would.
func TestAPageThatWasTakenOffStaysOffAfterARestore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ps := profile.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.Keep(ctx, w.Clinician, 0, ines())
			_, _, other := ps.KeepPractice(ctx, w.Manager, 0, house())
			return errors.Join(err, other, second(ps.Publish(ctx, w.Clinician, 1)), second(ps.PublishPractice(ctx, w.Manager, 1)))
		})
		w.Exec(t, `CREATE TABLE before_it AS SELECT * FROM published`)
		w.Clock.Pass(time.Hour)
		w.Do(t, func(ctx context.Context) error { return ps.TakeOff(ctx, w.Manager, w.Clinician.ID) })
		w.Exec(t, `INSERT INTO published SELECT * FROM before_it WHERE person_id <> ''`)
		ending := access.Ending{Compartment: access.PersonRecord(w.Clinician.ID), ActorID: w.Clinician.ID, Kind: "published", At: w.Clock.Now()}
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE compartment = $1 AND kind = $2`, string(ending.Compartment), ending.Kind); n != 1 {
			t.Errorf("that it was taken off is noted %d times", n)
		}
		operator := access.System(w.Practice, "operator")
		w.Do(t, func(ctx context.Context) error { return ps.EndAgain(ctx, operator, []access.Ending{ending}) })
		if got := public(t, w, ps); len(got.Clinicians) != 0 || got.Practice == nil {
			t.Errorf("after the restore: %+v", got)
		}
		w.Do(t, func(ctx context.Context) error { return second(ps.Publish(ctx, w.Clinician, 1)) })
		if n := w.Count(t, `SELECT count(*) FROM ended WHERE kind = 'published'`); n != 0 {
			t.Errorf("published again, and still noted as off")
		}
		w.Refused(t, w.Manager, access.EndAgain, func(ctx context.Context) error { return ps.EndAgain(ctx, w.Manager, nil) })
		w.Exec(t, `DROP TABLE before_it`)
	})
}
