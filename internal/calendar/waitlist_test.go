package calendar_test

import (
	"context"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

func (d *diary) await(t *testing.T, actor access.Actor, c access.Compartment, earlier bool) string {
	t.Helper()
	w := waiting.Wish{ID: newID(t), ClinicianID: "ines", Earlier: earlier, Days: waiting.AnyDay, Parts: waiting.AnyPart}
	d.Do(t, func(ctx context.Context) error { return d.Await(ctx, actor, c, w) })
	d.Clock.Pass(time.Minute)
	return w.ID
}

// free has another client book the time and cancel it.
func (d *diary) free(t *testing.T, start time.Time) {
	t.Helper()
	zoe, hers := d.more(t, "zoe"+start.Format("021504"))
	a, err := d.book(t, zoe, hers, start)
	if err != nil {
		t.Fatal(err)
	}
	d.Do(t, func(ctx context.Context) error {
		_, err := d.Cancel(ctx, zoe, hers, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: 1})
		return err
	})
	d.run(t)
}

func (d *diary) offered(t *testing.T, actor access.Actor, c access.Compartment) []waiting.Offer {
	t.Helper()
	return d.times(t, actor, c).Offers
}

func (d *diary) letters(t *testing.T, to string) int {
	return d.Count(t, `SELECT count(*) FROM letter WHERE compartment = $1`, string(access.PersonRecord(to)))
}

func TestAFreedTimeIsOfferedInTurnUntilSomebodyTakesIt(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		anna, hers := d.more(t, "anna")
		d.await(t, d.Tomas, d.Client, false)
		d.await(t, anna, hers, false)
		d.free(t, on(5, 10*time.Hour))

		first := d.offered(t, d.Tomas, d.Client)
		if len(first) != 1 || !first[0].Start.Equal(on(5, 10*time.Hour)) || len(d.offered(t, anna, hers)) != 0 {
			t.Fatalf("who waited longest: got %+v", first)
		}
		if d.letters(t, "tomas") != 1 || d.letters(t, "anna") != 0 {
			t.Errorf("letters: %d and %d", d.letters(t, "tomas"), d.letters(t, "anna"))
		}
		d.Do(t, func(ctx context.Context) error {
			line, _, err := d.Line(ctx, d.Clinician, d.Clock.Now())
			if len(line) != 2 || line[0].Client != d.Client || !line[0].Offered.Equal(first[0].Start) || !line[1].Offered.IsZero() {
				t.Errorf("line: %+v", line)
			}
			return err
		})

		d.Clock.Pass(24 * time.Hour)
		d.run(t) // it lapses, and the next has their turn
		second := d.offered(t, anna, hers)
		if len(second) != 1 || len(d.offered(t, d.Tomas, d.Client)) != 0 || d.letters(t, "anna") != 1 {
			t.Fatalf("the next: got %+v", second)
		}
		accept := func(who access.Actor, c access.Compartment, id string) (a session.Appointment, err error) {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.Accept(ctx, who, c, id, "", 0, time.UTC)
		}
		if _, err := accept(d.Tomas, d.Client, first[0].ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("an offer that lapsed: %v", err)
		}
		for range 2 {
			a, err := accept(anna, hers, second[0].ID)
			if err != nil || !a.Start.Equal(on(5, 10*time.Hour)) || a.Length != 50*time.Minute {
				t.Fatalf("got %+v, %v", a, err)
			}
		}
		d.Clock.Pass(48 * time.Hour)
		d.run(t)
		if got := d.times(t, anna, hers); len(got.Waiting) != 0 || len(got.Coming) != 1 {
			t.Errorf("after it was taken: %+v", got)
		}
		if got := d.times(t, d.Tomas, d.Client); len(got.Waiting) != 1 || len(got.Offers) != 0 {
			t.Errorf("the other keeps their place: %+v", got.Waiting)
		}
	})
}

func TestWhoSaysNoKeepsTheirPlaceAndTheNextIsAsked(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		anna, hers := d.more(t, "anna")
		wish := d.await(t, d.Tomas, d.Client, false)
		d.await(t, anna, hers, false)
		d.free(t, on(5, 10*time.Hour))
		o := d.offered(t, d.Tomas, d.Client)[0]
		for range 2 {
			d.Do(t, func(ctx context.Context) error { return d.Decline(ctx, d.Tomas, d.Client, o.ID) })
		}
		d.run(t)
		if got := d.offered(t, anna, hers); len(got) != 1 {
			t.Fatalf("the next: %+v", got)
		}
		for range 2 {
			d.Do(t, func(ctx context.Context) error { return d.Leave(ctx, d.Tomas, d.Client, wish) })
		}
		if got := d.times(t, d.Tomas, d.Client).Waiting; len(got) != 0 {
			t.Errorf("who left waits: %+v", got)
		}
		// Somebody books it on the page: it stands there as offered no more, and accepting
		// says so kindly.
		zoe, zoes := d.more(t, "zoe")
		mine := d.offered(t, anna, hers)[0]
		if _, err := d.book(t, zoe, zoes, on(5, 10*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if got := d.offered(t, anna, hers); len(got) != 0 {
			t.Errorf("what somebody booked is still offered: %+v", got)
		}
		ctx, settle := d.Visit(t)
		_, err := d.Accept(ctx, anna, hers, mine.ID, "", 0, time.UTC)
		settle()
		if kind, field := faultAt(err); kind != fault.Conflict || field != "offer" {
			t.Errorf("what somebody booked: %v", err)
		}
		if got := d.times(t, anna, hers).Waiting; len(got) != 1 {
			t.Errorf("their place: %+v", got)
		}
	})
}

func TestAnEarlierTimeTakesThePlaceOfTheLaterOne(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		a, err := d.book(t, d.Tomas, d.Client, on(8, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		d.await(t, d.Tomas, d.Client, true)
		d.free(t, on(11, 10*time.Hour))
		if got := d.offered(t, d.Tomas, d.Client); len(got) != 0 {
			t.Fatalf("a later one is offered: %+v", got)
		}
		d.free(t, on(5, 10*time.Hour))
		o := d.offered(t, d.Tomas, d.Client)[0]
		sooner, err := d.book(t, d.Clinician, d.Client, on(4, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		ctx, settle := d.Visit(t)
		if _, err := d.Accept(ctx, d.Tomas, d.Client, o.ID, sooner.ID, 1, time.UTC); !fault.Is(err, fault.Conflict) {
			t.Errorf("instead of one that comes before it: %v", err)
		}
		settle()
		for range 2 {
			d.Do(t, func(ctx context.Context) error {
				b, err := d.Accept(ctx, d.Tomas, d.Client, o.ID, a.ID, 1, time.UTC)
				if b.ID != a.ID || !b.Start.Equal(o.Start) {
					t.Errorf("got %+v", b)
				}
				return err
			})
		}
		if got := d.times(t, d.Tomas, d.Client); len(got.Coming) != 2 {
			t.Errorf("got %+v", got.Coming)
		}
		if n := d.Count(t, `SELECT count(*) FROM job WHERE name = $1`, waiting.OfferJob); n == 0 {
			t.Error("what became free by it is offered to nobody")
		}
	})
}

func TestOneWaitsOncePerClinicianAndMayChangeForWhat(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		id := d.await(t, d.Tomas, d.Client, false)
		before := d.times(t, d.Tomas, d.Client).Waiting[0]
		d.await(t, d.Tomas, d.Client, true)
		all := d.times(t, d.Tomas, d.Client).Waiting
		if len(all) != 1 || all[0].ID != id || !all[0].Earlier || !all[0].Since.Equal(before.Since) {
			t.Errorf("got %+v", all)
		}
		for name, w := range map[string]waiting.Wish{
			"no day": {ID: newID(t), ClinicianID: "ines", Parts: waiting.AnyPart}, "no part": {ID: newID(t), ClinicianID: "ines", Days: waiting.AnyDay},
			"no id": {ClinicianID: "ines", Days: waiting.AnyDay, Parts: waiting.AnyPart},
		} {
			ctx, settle := d.Visit(t)
			if err := d.Await(ctx, d.Tomas, d.Client, w); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
			settle()
		}
	})
}

func TestWhatAClinicianCancelsIsOfferedOnlyIfTheySaySo(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		anna, hers := d.more(t, "anna")
		d.await(t, anna, hers, false)
		for i, offer := range []bool{false, true} {
			a, err := d.book(t, d.Tomas, d.Client, on(5+i, 10*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			d.Do(t, func(ctx context.Context) error {
				_, err := d.Cancel(ctx, d.Clinician, d.Client, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: 1, Offer: offer})
				return err
			})
			d.run(t)
			if got := d.offered(t, anna, hers); (len(got) == 1) != offer {
				t.Errorf("offer %t: %+v", offer, got)
			}
		}
	})
}

func TestWhatAClinicianFreesFromTheirCalendarIsOfferedOnlyIfTheySaySo(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		anna, hers := d.more(t, "anna")
		d.await(t, anna, hers, false)
		day := on(4, 0)
		for name, frees := range map[string]func(context.Context, calendar.Ref, time.Time, bool) error{
			"moved to an open time": func(ctx context.Context, ref calendar.Ref, to time.Time, offer bool) error {
				_, err := d.Move(ctx, d.Clinician, ref.Client, calendar.Shift{ID: newID(t), SessionID: ref.ID, Revision: ref.Revision, Start: to, Offer: offer}, time.UTC)
				return err
			},
			"moved to any time": func(ctx context.Context, ref calendar.Ref, to time.Time, offer bool) error {
				return d.Shift(ctx, d.Clinician, []calendar.Ref{ref}, calendar.Elsewhere{Move: session.Move{Start: to, Length: 50 * time.Minute}, Anyway: true, Offer: offer}, time.UTC)
			},
			"called off": func(ctx context.Context, ref calendar.Ref, _ time.Time, offer bool) error {
				return d.CallOff(ctx, d.Clinician, []calendar.Ref{ref}, calendar.Off{By: session.TheClient, Offer: offer})
			},
		} {
			for _, offer := range []bool{false, true} {
				a, err := d.book(t, d.Clinician, d.Client, day.Add(9*time.Hour))
				if err != nil {
					t.Fatal(err)
				}
				ref, to := calendar.Ref{Client: d.Client, ID: a.ID, Revision: 1}, day.Add(12*time.Hour)
				d.Do(t, func(ctx context.Context) error { return frees(ctx, ref, to, offer) })
				d.run(t)
				got := d.offered(t, anna, hers)
				if (len(got) == 1 && got[0].Start.Equal(day.Add(9*time.Hour))) != offer {
					t.Errorf("%s, offer %t: %+v", name, offer, got)
				}
				for _, o := range got {
					d.Do(t, func(ctx context.Context) error { return d.Decline(ctx, anna, hers, o.ID) })
				}
				if day = day.AddDate(0, 0, 1); day.Weekday() == time.Saturday {
					day = day.AddDate(0, 0, 2)
				}
			}
		}
	})
}

func TestAZoneIsTheClientsOwnChoice(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		for _, name := range []string{"Europe/Madrid", "America/Lima", ""} {
			d.Do(t, func(ctx context.Context) error { return d.KeepZone(ctx, d.Tomas, d.Client, name) })
			d.Do(t, func(ctx context.Context) error {
				got, err := d.OwnZone(ctx, d.Clinician, d.Client)
				if got != name {
					t.Errorf("got %q, want %q", got, name)
				}
				return err
			})
		}
		ctx, settle := d.Visit(t)
		defer settle()
		if err := d.KeepZone(ctx, d.Tomas, d.Client, "Mars/Olympus"); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAPolicyThatTwoChangeShowsBoth(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		revise := func(p calendar.Policy) (got calendar.Policy, err error) {
			ctx, settle := d.Visit(t)
			defer settle()
			return d.RevisePolicy(ctx, d.Manager, p)
		}
		p := calendar.FirstPolicy()
		p.Revision, p.Notice, p.Late = 1, 48*time.Hour, canary
		for range 2 {
			if got, err := revise(p); err != nil || got.Revision != 2 {
				t.Fatalf("got %+v, %v", got, err)
			}
		}
		other := p
		other.Notice = 72 * time.Hour
		if got, err := revise(other); !fault.Is(err, fault.Conflict) || got.Notice != 48*time.Hour || got.Late != canary {
			t.Errorf("got %+v, %v", got, err)
		}
		for _, actor := range []access.Actor{d.Tomas, d.Clinician, d.Manager} {
			d.Do(t, func(ctx context.Context) error {
				got, err := d.Policy(ctx, actor)
				if got.Late != canary {
					t.Errorf("%s: %+v", actor.ID, got)
				}
				return err
			})
		}
		d.NotOnDisk(t, canary)
	})
}

func TestBookingIsClosedToOthers(t *testing.T) {
	booking(t, func(t *testing.T, d *diary) {
		a, err := d.book(t, d.Tomas, d.Client, on(5, 10*time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		anna, _ := d.more(t, "anna")
		for _, who := range []access.Actor{d.Stranger, d.Manager, d.Supervisor, anna} {
			for action, do := range map[access.Action][]func(context.Context) error{
				access.ReadTimes: {
					func(ctx context.Context) error { _, err := d.Times(ctx, who, d.Client, time.UTC); return err },
					func(ctx context.Context) error { _, err := d.OwnZone(ctx, who, d.Client); return err },
					func(ctx context.Context) error { _, err := d.Offered(ctx, who, d.Client); return err },
				},
				access.BookTime: {
					func(ctx context.Context) error {
						_, err := d.Book(ctx, who, d.Client, calendar.Choice{ID: newID(t), ClinicianID: "ines", Start: on(6, 9*time.Hour)}, time.UTC)
						return err
					},
					func(ctx context.Context) error {
						_, err := d.Move(ctx, who, d.Client, calendar.Shift{ID: newID(t), SessionID: a.ID, Revision: 1, Start: on(6, 9*time.Hour)}, time.UTC)
						return err
					},
					func(ctx context.Context) error {
						_, err := d.Accept(ctx, who, d.Client, newID(t), "", 0, time.UTC)
						return err
					},
				},
				access.CancelTime: {func(ctx context.Context) error {
					_, err := d.Cancel(ctx, who, d.Client, calendar.Leave{ID: newID(t), SessionID: a.ID, Revision: 1})
					return err
				}},
				access.AwaitTime: {
					func(ctx context.Context) error {
						return d.Await(ctx, who, d.Client, waiting.Wish{ID: newID(t), ClinicianID: "ines", Days: 1, Parts: 1})
					},
					func(ctx context.Context) error { return d.Decline(ctx, who, d.Client, newID(t)) },
					func(ctx context.Context) error { return d.Leave(ctx, who, d.Client, newID(t)) },
				},
				access.KeepZone: {func(ctx context.Context) error { return d.KeepZone(ctx, who, d.Client, "Europe/Madrid") }},
			} {
				for _, f := range do {
					d.Refused(t, who, action, f)
				}
			}
		}
		d.Refused(t, d.Clinician, access.KeepZone, func(ctx context.Context) error { return d.KeepZone(ctx, d.Clinician, d.Client, "Europe/Madrid") })
		for _, who := range []access.Actor{d.Clinician, d.Tomas} {
			d.Refused(t, who, access.RevisePolicy, func(ctx context.Context) error {
				_, err := d.RevisePolicy(ctx, who, calendar.FirstPolicy())
				return err
			})
		}
		d.Refused(t, access.Anyone(d.World.Practice), access.ReadPolicy, func(ctx context.Context) error {
			_, err := d.Policy(ctx, access.Anyone(d.World.Practice))
			return err
		})
		d.Do(t, func(ctx context.Context) error {
			line, changed, err := d.Line(ctx, d.Stranger, time.Time{})
			if line != nil || changed != nil {
				t.Errorf("a stranger reads %+v and %+v", line, changed)
			}
			return err
		})
		for _, who := range []access.Actor{d.Tomas, d.Manager} {
			d.Refused(t, who, access.ListWaiting, func(ctx context.Context) error {
				_, _, err := d.Line(ctx, who, time.Time{})
				if err == nil {
					return fault.Absent() // a list of nothing is the refusal here
				}
				return err
			})
		}
	})
}
