package main

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/keys"
)

// The story is told on a Friday, a Saturday and a Sunday: on these days what is planned
// for the days around would lie on a weekend.
func TestTheSamplePracticeTellsOfAFlagAtOnceAndWorksOnWorkingDays(t *testing.T) {
	for _, now := range []time.Time{
		time.Date(2026, time.November, 20, 15, 24, 0, 0, time.UTC),
		time.Date(2026, time.November, 21, 15, 24, 0, 0, time.UTC),
		time.Date(2026, time.November, 22, 15, 24, 0, 0, time.UTC),
	} {
		t.Run(now.Weekday().String(), func(t *testing.T) {
			t.Parallel()
			c := config{Data: shortDir(t) + "/data", Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
			if err := makeFolder(c); err != nil {
				t.Fatal(err)
			}
			cast, err := demoCmd{Fixture: "story"}.fillUntil(t.Context(), c, now)
			if err != nil {
				t.Fatal(err)
			}
			s := toldIn(t, c, now)
			at := slices.IndexFunc(cast, func(p demo.Player) bool { return p.Name == "Miriam Adler" })
			miriam := demo.Who(cast[at].Practice, cast[at].ID)
			err = s.Visit(t.Context(), func(ctx context.Context) error {
				flags, err := s.Flags.Open(ctx, miriam)
				if err != nil {
					return err
				}
				if len(flags) == 0 {
					t.Error("no flag is open")
				}
				for _, f := range flags {
					if len(f.Told) == 0 || f.Told[0].At.Sub(f.RaisedAt) > time.Minute {
						t.Errorf("raised %s, and told %v", f.RaisedAt, f.Told)
					}
				}
				sessions, err := s.Sessions.Day(ctx, miriam, now.AddDate(0, -11, 0), now.AddDate(0, 3, 0))
				for _, a := range sessions {
					day := a.Start.In(s.Zone)
					if off := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; off && day.YearDay() != now.YearDay() {
						t.Errorf("a session on %s", day.Format("Monday 2 January 15:04"))
					}
				}
				if len(sessions) < 100 {
					t.Errorf("%d sessions", len(sessions))
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// toldIn is the story that lies in the folder of c, at now.
func toldIn(t *testing.T, c config, now time.Time) *demo.Story {
	t.Helper()
	safe, err := keys.Open(c.keysDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.UnlockEvaluation(c.Data)
	if err != nil {
		t.Fatal(err)
	}
	g, err := stand(t.Context(), c, safe, root)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.close() })
	all, err := domains.New(g.door, c.Origin)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	s := &demo.Story{All: all, Door: g.door, Now: now, At: now, Zone: zone}
	g.records.Now, g.apart.Now = s.Clock, s.Clock
	return s
}
