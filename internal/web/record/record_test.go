package record_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/record"
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
		has(t, page, "You, by the program “Mood watch”, looked at what you are working towards.",
			"Miriam Adler, by a program, looked at what you are working towards.", "A program of yours asked for something that was not shown to it.")
		hasNot(t, page, "own words")
	})
}

func TestTheClientEndsTheWorkAfterOneQuestion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.tomas)
		ask := b.Open("/my/team/" + h.miriam.ID + "/end")
		has(t, ask, "End the work with Miriam Adler?", "Keep it as it is", "What has been read has been read.", "Nobody else works with you here.")
		said := b.PostForm("/my/team/"+h.miriam.ID+"/end", nil, http.StatusSeeOther)
		record := b.Open(said.To)
		has(t, record, "That work has ended", "Nobody of the practice works with you here at the moment")
		h.w.Refused(t, h.miriam, access.ReadMeasures, func(ctx context.Context) error {
			_, err := h.measures.Newest(ctx, h.miriam, access.ClientRecord(h.tomas.ID), 1)
			return err
		})
		record = b.Open("/my/record")
		has(t, record, "Somebody without access tried. Nothing was shown to them.")
		hasNot(t, record, "Miriam Adler tried")
	})
}

func TestAnEmergencyStandsAboveEverythingWithItsReason(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.people.BreakGlass(ctx, h.mallory, person.GlassForm{ID: newID(t), Email: "tomas@example.org", Reason: "Did not come, and does not answer the phone"})
			return err
		})
		record := h.browser(t, h.tomas).Open("/my/record")
		at := 0
		for _, text := range []string{
			"Mallory Quick opened your record in an emergency today at 10:30. It stays open to them until 14:30.",
			"Did not come, and does not answer the phone", "Who works with you", "Mallory Quick opened your record in an emergency",
		} {
			i := strings.Index(record.Text()[at:], text)
			if i < 0 {
				t.Fatalf("%q does not stand where it should", text)
			}
			at += i
		}
	})
}

func TestTimesOfADayAreShort(t *testing.T) {
	day := func(minutes ...int) (all []time.Time) {
		for _, m := range minutes {
			all = append(all, time.Date(2026, 11, 19, 9, m, 0, 0, time.UTC))
		}
		slices.Reverse(all)
		return all
	}
	for _, c := range []struct {
		at   []time.Time
		want string
	}{
		{day(5), "09:05"},
		{day(5, 5, 5), "09:05"},
		{day(5, 7, 30), "09:05, 09:07 and 09:30"},
		{day(5, 7, 30, 40, 41), "Five times between 09:05 and 09:41"},
	} {
		if got := record.TimesOf(c.at); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// TestWhateverPeopleDoInARecordHasWords reads the policy: every action that it
// permits a person in a client's record must be said in plain words.
func TestWhateverPeopleDoInARecordHasWords(t *testing.T) {
	text, err := os.ReadFile("../../access/policy.cedar")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`Action::"([^"]+)"`)
	seen := 0
	for permit := range strings.SplitSeq(string(text), "permit (") {
		if !strings.Contains(permit, `Actor::"person"`) || !strings.Contains(permit, `Record::"client"`) {
			continue
		}
		for _, m := range name.FindAllStringSubmatch(permit, -1) {
			seen++
			if record.Did(access.Action(m[1])) == "" {
				t.Errorf("%s has no words on the page Who opened my record", m[1])
			}
		}
	}
	if seen < 20 {
		t.Errorf("found only %d actions in the policy", seen)
	}
	for _, a := range record.AllDid() {
		if !slices.Contains(access.Actions(), a) {
			t.Errorf("%s has words and does not exist", a)
		}
	}
}

func TestWhoOpenedTheRecordShowsTheNewestDaysAndFoldsTheMonthsBefore(t *testing.T) {
	now := time.Date(2026, time.November, 21, 9, 0, 0, 0, time.UTC)
	var all []access.Opening
	for day := range 60 { // to 23 September
		all = append(all, access.Opening{ActorID: "another", Action: access.ReadMeasures, Allowed: true, At: now.AddDate(0, 0, -day)})
	}
	newest, months := record.Shown(all, now)
	if newest != 3 || !slices.Equal(months, []string{"November 2026", "October 2026", "September 2026"}) {
		t.Errorf("%d days in sight, folded: %v", newest, months)
	}
	if newest, months = record.Shown(all[:2], now); newest != 2 || months != nil {
		t.Errorf("of two days %d are in sight, folded: %v", newest, months)
	}
}

func TestEveryRouteIsForClientsAndNamesItsAction(t *testing.T) {
	for _, route := range (&record.Pages{}).Routes() {
		if route.Audience != web.Client || route.Polls || !slices.Contains(access.Actions(), route.Action) || !strings.HasPrefix(route.Pattern, "/my/") {
			t.Errorf("%+v", route)
		}
	}
}
