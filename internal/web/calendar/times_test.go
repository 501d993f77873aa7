package calendar_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// monday is that of the week after next, as a form has it.
func (s *bookSite) monday() calendar.Day {
	return calendar.DayOf(s.w.Clock.Now(), time.UTC).Monday() + 14
}

func TestAClinicianPlansMovesAndCancelsAndSaysWhatBecameOfIt(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b, monday := s.Browser(t, s.ines), s.monday()
		form := url.Values{
			"id": {webtest.NewID(t)}, "day": {monday.String()}, "clock": {"10:00"}, "minutes": {"50"}, "every": {"0"}, "place": {"<script>x</script>"},
		}
		b.PostForm("/calendar/new", form, http.StatusUnprocessableEntity)
		b.Has("Choose who comes.", "&lt;script&gt;")
		form["with"] = []string{s.tom.ID, s.nora.ID}
		b.PostForm("/calendar/new", form, http.StatusUnprocessableEntity)
		b.Has("please choose couple, family or group")
		form.Set("format", "couple")
		for range 2 {
			b.PostForm("/calendar/new", form, http.StatusSeeOther)
		}
		week := "/calendar?week=" + monday.String()
		b.Open(week)
		b.Has("Nora", "Tom", "Couple", "One session", "10:00")

		other := url.Values{"id": {webtest.NewID(t)}, "with": {s.tom.ID}, "day": {monday.String()}, "clock": {"10:49"}, "minutes": {"50"}, "every": {"0"}}
		b.PostForm("/calendar/new", other, http.StatusConflict)
		b.Has("You have something else at that time.")

		one := regexp.MustCompile(`/calendar/sessions/[^"]+`).FindString(b.Get(week).Body.String())
		page := b.Open(one)
		revisions := webtest.Carried(page)
		move := url.Values{"day": {monday.String()}, "clock": {"11:00"}, "minutes": {"50"}}
		for name := range revisions {
			if strings.HasPrefix(name, "revision-") {
				move.Set(name, revisions.Get(name))
			}
		}
		b.PostForm(one+"/move", move, http.StatusSeeOther)
		b.Open(week)
		b.Has("11:00")
		move.Set("clock", "12:00")
		b.PostForm(one+"/move", move, http.StatusConflict) // from what it was before
		b.Has("changed while you were looking at it")

		s.w.Clock.Pass(15 * 24 * time.Hour)
		b = s.Browser(t, s.ines)
		page = b.Open(one)
		b.Has("What became of it")
		said := webtest.Carried(page)
		said.Set("attendance-"+s.tom.ID, "came")
		said.Set("attendance-"+s.nora.ID, "missed")
		b.PostForm(one+"/attend", said, http.StatusSeeOther)
		b.Open(one)
		b.Has("You met.", "Was not there.")

		m := s.Browser(t, s.mallory)
		for _, path := range []string{one, "/calendar/series/" + s.tom.ID + "/" + webtest.NewID(t)} {
			m.Want(http.StatusNotFound, m.Get(path))
		}
		if got := m.Open(week); strings.Contains(got.Text(), "Nora") {
			t.Error("a colleague reads who comes")
		}
		if o := s.Browser(t, s.otto); o.Get("/calendar").Code == http.StatusOK {
			t.Error("a manager reads a clinician's week")
		}
	})
}

func TestWholeDaysAreProtectedWithoutATime(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b, monday := s.Browser(t, s.ines), s.monday()
		b.PostForm("/calendar/hours/protected", url.Values{
			"id": {webtest.NewID(t)}, "weekly": {"once"}, "first": {monday.String()}, "last": {(monday + 3).String()}, "from": {""}, "to": {""}, "for": {"By the sea"},
		}, http.StatusSeeOther)
		b.Open("/calendar/hours")
		b.Has(", whole days")
		got := b.Open("/calendar?week=" + monday.String()).Text()
		if strings.Count(got, "All day") != 4 || strings.Count(got, "Open 09:00") != 1 || strings.Contains(got, "24:00") {
			t.Errorf("four days away, one at work:\n%s", got)
		}
	})
}

func TestWhereOneOfTwoCancelledTheOtherStillComes(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b, monday := s.Browser(t, s.ines), s.monday()
		b.PostForm("/calendar/new", url.Values{
			"id": {webtest.NewID(t)}, "with": {s.tom.ID, s.nora.ID}, "day": {monday.String()}, "clock": {"10:00"}, "minutes": {"50"}, "every": {"0"}, "format": {"couple"},
		}, http.StatusSeeOther)
		s.w.Do(t, func(ctx context.Context) error {
			times, err := s.calendars.Times(ctx, s.tom, access.ClientRecord(s.tom.ID), time.UTC)
			if err == nil {
				_, err = s.calendars.Cancel(ctx, s.tom, access.ClientRecord(s.tom.ID), calendar.Leave{ID: webtest.NewID(t), SessionID: times.Coming[0].ID, Revision: 1})
			}
			return err
		})
		week := "/calendar?week=" + monday.String()
		got := b.Open(week).Text()
		for _, one := range regexp.MustCompile(`/calendar/sessions/[^"]+`).FindAllString(b.Get(week).Body.String(), -1) {
			if strings.Contains(one, s.nora.ID) {
				move := webtest.Carried(b.Open(one))
				move.Set("day", monday.String())
				move.Set("clock", "11:00")
				move.Set("minutes", "50")
				b.PostForm(one+"/move", move, http.StatusSeeOther)
			}
		}
		if !strings.Contains(got, "One session") || strings.Contains(got, "Nora, Tom") || strings.Contains(got, "Tom, Nora") {
			t.Errorf("before it was moved:\n%s", got)
		}
		b.Open(week)
		b.Has("11:00", "Cancelled")
	})
}

func TestWhatComesRoundIsPlannedChangedAndEnded(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b, monday := s.Browser(t, s.ines), s.monday()
		id := webtest.NewID(t)
		form := url.Values{"id": {id}, "with": {s.tom.ID}, "day": {monday.String()}, "clock": {"10:00"}, "minutes": {"50"}, "every": {"1"}, "place": {"Room 2"}}
		b.PostForm("/calendar/new", form, http.StatusSeeOther)
		series := "/calendar/series/" + s.tom.ID + "/" + id
		b.Open(series)
		b.Has("Every week on Monday, 10:00 to 10:50", "Room 2")
		change := webtest.Carried(b.Open(series))
		change.Set("day", (monday + 7).String())
		change.Set("clock", "")
		b.PostForm(series+"/change", change, http.StatusUnprocessableEntity)
		b.Has("Write the time with hours and minutes")
		change.Set("clock", "15:00")
		change.Set("every", "2")
		change.Set("minutes", "50")
		b.PostForm(series+"/change", change, http.StatusSeeOther)
		b.Open(series)
		b.Has("Every other week on Monday, 15:00 to 15:50")
		b.PostForm(series+"/change", change, http.StatusSeeOther) // it came twice
		change.Set("clock", "16:00")
		b.PostForm(series+"/change", change, http.StatusConflict)
		b.Has("changed while you were looking at it")
		stop := url.Values{"revision": {"2"}, "from": {(monday + 14).String()}}
		b.PostForm(series+"/stop", stop, http.StatusSeeOther)
		if got := b.Open("/calendar?week=" + (monday + 35).String()); strings.Contains(got.Text(), "Tom") {
			t.Error("it goes on after its end")
		}
	})
}

func TestHoursAndHolidaysAreKeptAndTheWeekOfAllNamesNoClient(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b, monday := s.Browser(t, s.ines), s.monday()
		protect := url.Values{"id": {webtest.NewID(t)}, "weekly": {"weekly"}, "first": {monday.String()}, "from": {"12:00"}, "to": {"11:00"}, "for": {"The quiet hour"}}
		b.PostForm("/calendar/hours/protected", protect, http.StatusUnprocessableEntity)
		b.Has("later than the beginning", "The quiet hour")
		protect.Set("to", "14:00")
		b.PostForm("/calendar/hours/protected", protect, http.StatusSeeOther)
		b.PostForm("/calendar/hours/limits", url.Values{"revision": {"0"}, "day": {"x"}}, http.StatusUnprocessableEntity)
		b.PostForm("/calendar/hours/limits", url.Values{"revision": {"0"}, "day": {"6"}, "week": {"25"}}, http.StatusSeeOther)
		b.PostForm("/calendar/hours", url.Values{"id": {webtest.NewID(t)}, "weekday": {"5"}, "from": {"09:00"}, "to": {"12:00"}, "first": {monday.String()}}, http.StatusSeeOther)
		b.Open("/calendar/hours")
		b.Has("Every Monday, 12:00 to 14:00", "The quiet hour", "Saturday, 09:00 to 12:00", "Room 2")

		plan := url.Values{"id": {webtest.NewID(t)}, "with": {s.tom.ID}, "day": {monday.String()}, "clock": {"13:00"}, "minutes": {"50"}, "every": {"0"}}
		b.PostForm("/calendar/new", plan, http.StatusUnprocessableEntity)
		b.Has("You protect that time.", "Plan it anyway")
		plan.Set("anyway", "yes")
		b.PostForm("/calendar/new", plan, http.StatusSeeOther)

		plan = url.Values{"id": {webtest.NewID(t)}, "with": {s.tom.ID}, "day": {(monday + 1).String()}, "clock": {"03:00"}, "minutes": {"50"}, "every": {"0"}}
		b.PostForm("/calendar/new", plan, http.StatusUnprocessableEntity)
		b.Has("On that day you see people from 09:00 to 13:00.", "Plan it anyway", `value="03:00"`)

		o := s.Browser(t, s.otto)
		got := o.Open("/practice/week?week=" + monday.String()).Text()
		if !strings.Contains(got, "Ines Moreau") || !strings.Contains(got, "one session, 13:00 to 13:50") || strings.Contains(got, "Tom") || strings.Contains(got, "quiet") {
			t.Errorf("the week of all:\n%s", got)
		}
		tuesday := (monday + 1).String()
		for path, shown := range map[string]string{
			"?week=" + monday.String():                                   monday.String(), // which is not this week
			"?week=" + monday.String() + "&day=" + tuesday:               tuesday,
			"?week=" + monday.String() + "&day=" + (monday + 9).String(): monday.String(), // of another week
			"?week=" + monday.String() + "&day=soon":                     monday.String(),
			"":                                                           calendar.DayOf(s.w.Clock.Now(), time.UTC).String(),
		} {
			page := o.Open("/practice/week" + path).Body
			current := regexp.MustCompile(`&amp;day=([0-9-]+)"\s+aria-current="page"`).FindAllStringSubmatch(page, -1)
			if len(current) != 1 || current[0][1] != shown || strings.Count(page, `<td class="all-shown"`) != strings.Count(page, `<th scope="row"`) {
				t.Errorf("%s shows on a narrow screen %v, want the column of %s alone", path, current, shown)
			}
		}
		o.PostForm("/practice/holidays", url.Values{"id": {webtest.NewID(t)}, "first": {""}}, http.StatusUnprocessableEntity)
		o.PostForm("/practice/holidays", url.Values{"id": {webtest.NewID(t)}, "first": {monday.String()}, "name": {"Moving house"}}, http.StatusSeeOther)
		o.Open("/practice/holidays")
		o.Has("Moving house")
		b.Open("/calendar?week=" + monday.String())
		b.Has("Moving house: closed")
		b.Want(http.StatusNotFound, b.Get("/practice/week"))
	})
}
