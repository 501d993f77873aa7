package calendar_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/calendar"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A bookSite has Ines, who works with Tom and Nora and sees people on weekdays from
// nine to one, Mallory, who works with nobody, and Otto, who manages the practice.
type bookSite struct {
	*webtest.Site
	w                              *waytest.World
	calendars                      *calendar.Calendars
	lines                          *waiting.Lines
	ines, mallory, otto, tom, nora access.Actor
}

func eachBookSite(t *testing.T, f func(*testing.T, *bookSite)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := &bookSite{w: w, calendars: calendar.New(w.Door, "https://way.example"), lines: waiting.New(w.Door, "https://way.example", calendar.FreeIn), Site: webtest.New(t, w, "https://way.example", person.Practice{
			Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London", Phone: "0117 496 0123", Crisis: "Call 999 if your life is in danger.",
		})}
		s.Serve(web.Options{Secure: true}, (&pages.Pages{Calendars: s.calendars, Lines: s.lines, Sessions: session.New(w.Door), People: s.People}).Routes())
		s.ines = s.Join(t, s.Operator(), "Ines Moreau", "ines@example.org", person.Clinician)
		s.mallory = s.Join(t, s.Operator(), "Mallory", "mallory@example.org", person.Clinician)
		s.otto = s.Join(t, s.Operator(), "Otto", "otto@example.org", person.Manager)
		s.tom = s.Join(t, s.ines, "Tom Baker", "tom@example.org", person.Client)
		s.nora = s.Join(t, s.ines, "Nora Whitfield", "nora@example.org", person.Client)
		w.Exec(t, `UPDATE account SET ways = 'passkey'`)
		for weekday := range 5 {
			h := calendar.Hours{ID: webtest.NewID(t), Weekday: weekday, From: 9 * 60, To: 13 * 60, First: calendar.DayOf(w.Clock.Now(), time.UTC), Place: "Room 2"}
			w.Do(t, func(ctx context.Context) error { return s.calendars.AddHours(ctx, s.ines, h) })
		}
		f(t, s)
	})
}

// decide has the manager switch booking on.
func (s *bookSite) decide(t *testing.T, fields ...string) {
	t.Helper()
	b := s.Browser(t, s.otto)
	form := url.Values{
		"revision": {webtest.Hidden(t, b.Open("/practice/booking"), "revision")}, "books": {"yes"}, "moves": {"yes"}, "notice": {"24"}, "lead": {"12"}, "ahead": {"6"},
		"length": {"50"}, "every": {"60"}, "most": {"2"}, "late": {"We ask for half the fee then, unless you are ill."}, "contact": {"A few words are read before the session."},
	}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	b.PostForm("/practice/booking", form, 303)
}

// slot is the value of the open time whose words begin so, on the page.
func slot(t *testing.T, r webtest.Reply, text string) string {
	t.Helper()
	for part := range strings.SplitSeq(r.Body, `name="time" value="`) {
		value, rest, ok := strings.Cut(part, `"`)
		label, _, _ := strings.Cut(rest, "</label>")
		if ok && strings.Contains(webtest.Reply{Body: "<input " + label}.Text(), text) {
			return value
		}
	}
	t.Fatalf("no time %q in\n%s", text, r.Text())
	return ""
}

func (s *bookSite) book(t *testing.T, b *webtest.Browser, text string) {
	t.Helper()
	page := b.Open("/my/times")
	b.Post("/my/times", 303, "id", webtest.Hidden(t, page, "id"), "time", slot(t, page, text), "words", "")
}

func (s *bookSite) work(t *testing.T) {
	t.Helper()
	q := job.New(s.w.Door)
	q.Handle(post.Send, func(context.Context, *job.Run) error { return nil })
	q.Handle(waiting.OfferJob, func(ctx context.Context, run *job.Run) error { return s.lines.Offer(ctx, run, time.UTC) })
	if _, err := q.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What a clinician began to write about one client never stands in the form of another.
func TestTheDeviceKeepsWhatIsTypedOfEachClientApart(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		s.decide(t)
		b, seen := s.Browser(t, s.ines), map[string]bool{}
		for _, client := range []access.Actor{s.tom, s.nora} {
			_, rest, ok := strings.Cut(b.Open("/clients/"+client.ID+"/times").Body, `data-keep="`)
			name, _, _ := strings.Cut(rest, `"`)
			if !ok || seen[name] {
				t.Errorf("the device keeps what is typed of %s as %q", client.ID, name)
			}
			seen[name] = true
		}
	})
}

func TestAClientBooksMovesAndCancelsUnderThePolicy(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b := s.Browser(t, s.tom)
		webtest.Has(t, b.Open("/my/times"), "Times are agreed in the session")
		s.decide(t)
		page := b.Open("/my/times")
		webtest.Has(t, page, "Week of Monday 16 November", "Friday 20 November, 09:00", "With Ines, Room 2", "A few words are read before the session.",
			"Call 999 if your life is in danger.", "You can move or cancel it freely up to 24 hours before.")
		id := webtest.Hidden(t, page, "id")
		taken := slot(t, page, "20 November, 10:00")
		for range 2 {
			b.Post("/my/times", 303, "id", id, "time", taken, "words", "I come by <b>lift</b>")
		}
		page = b.Open("/my/times?done=booked")
		webtest.Has(t, page, "Booked.", "Friday 20 November, 10:00", "50 minutes, with Ines, Room 2", "I come by <b>lift</b>", "Book another time")

		// Somebody else is a little late, and keeps what they wrote.
		n := s.Browser(t, s.nora)
		n.Open("/my/times")
		late := n.Post("/my/times", 409, "id", webtest.NewID(t), "time", taken, "words", "By video, if that is possible")
		webtest.Has(t, late, "somebody was a little quicker", "The nearest that are free", "Friday 20 November, 09:00", "Friday 20 November, 11:00")
		if !strings.Contains(late.Body, "By video, if that is possible") || strings.Contains(late.Body, `value="`+taken+`"`) {
			t.Errorf("the words are gone, or the time is offered again:\n%s", late.Body)
		}
		n.Post("/my/times", 422, "id", webtest.NewID(t), "time", "", "words", "")
		free := slot(t, n.Open("/my/times"), "20 November, 11:00")
		long := n.Post("/my/times", 422, "id", webtest.NewID(t), "time", free, "words", strings.Repeat("a long word ", 100))
		if !strings.Contains(long.Body, `value="`+free+`" checked`) {
			t.Errorf("what was chosen is not chosen any more:\n%s", long.Body)
		}
		n.Post("/my/times", 422, "id", webtest.NewID(t), "time", taken+"x", "words", "")

		_, at, _ := strings.Cut(page.Body, `href="/my/times/`)
		sid, _, _ := strings.Cut(at, "/")
		move := b.Open("/my/times/" + sid + "/move?week=2026-11-23")
		webtest.Has(t, move, "You can move it yourself until Thursday 19 November, 10:00.")
		b.Post("/my/times/"+sid+"/move", 303, "id", webtest.Hidden(t, move, "id"), "revision", webtest.Hidden(t, move, "revision"),
			"time", slot(t, move, "24 November, 11:00"), "words", "")
		webtest.Has(t, b.Open("/my/times?done=moved"), "Moved.", "Tuesday 24 November, 11:00")
		b.Post("/my/times/"+sid+"/move", 409, "id", webtest.NewID(t), "revision", "1", "time", slot(t, move, "24 November, 12:00"), "words", "Kept words")

		webtest.Has(t, b.Open("/my/times/"+sid+"/cancel"), "It is early enough until Monday 23 November, 11:00: nothing follows from cancelling now.")
		s.w.Clock.Pass(4*24*time.Hour + 2*time.Hour) // Monday at 11:30
		b = s.Browser(t, s.tom)
		webtest.Has(t, b.Open("/my/times/"+sid+"/move"), "Now it is close", "0117 496 0123")
		cancel := b.Open("/my/times/" + sid + "/cancel")
		webtest.Has(t, cancel, "which counts as late", "We ask for half the fee then, unless you are ill.")
		webtest.HasNot(t, cancel, "Move it instead", "missed", "penalty")
		form := []string{"id", webtest.Hidden(t, cancel, "id"), "revision", webtest.Hidden(t, cancel, "revision"), "words", "I have a fever"}
		for range 2 {
			b.Post("/my/times/"+sid+"/cancel", 303, form...)
		}
		webtest.Has(t, b.Open("/my/times?done=cancelled"), "Another time can be found below")
		if got := b.Send("GET", "/my/times/"+sid+"/cancel", nil); got.Status != 404 {
			t.Errorf("what is cancelled already: %d", got.Status)
		}

		i := s.Browser(t, s.ines)
		webtest.Has(t, i.Open("/waiting"), "Tom cancelled Tuesday 24 November, 11:00, later than the policy asks for", "I have a fever", "Tom moved Friday 20 November, 10:00 to Tuesday 24 November, 11:00",
			"Clients book open times themselves: from twelve hours before up to six weeks ahead, two sessions at a time.")
		webtest.Has(t, i.Open("/clients/"+s.tom.ID+"/times"), "Tom Baker", "I come by <b>lift</b>")
	})
}

func TestWhoWaitsIsOfferedAFreedTime(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		s.decide(t)
		n, b := s.Browser(t, s.nora), s.Browser(t, s.tom)
		s.book(t, n, "20 November, 12:00")
		wish := []string{"with", s.ines.ID, "when", "any", "days", "0", "days", "4", "parts", "1", "parts", "2"}
		webtest.Has(t, b.Post("/my/times/waiting", 422, "id", webtest.NewID(t), "with", s.ines.ID, "when", "any"), "Please choose at least one day.")
		b.Post("/my/times/waiting", 303, append(wish, "id", webtest.NewID(t))...)
		page := b.Open("/my/times?done=waiting")
		webtest.Has(t, page, "You are in the line.", "Any time with Ines, on Monday, Friday, in the morning or in the afternoon. In the line since today.")

		_, at, _ := strings.Cut(n.Open("/my/times").Body, `href="/my/times/`)
		sid, _, _ := strings.Cut(at, "/")
		cancel := n.Open("/my/times/" + sid + "/cancel")
		n.Post("/my/times/"+sid+"/cancel", 303, "id", webtest.Hidden(t, cancel, "id"), "revision", "1", "words", "")
		s.work(t)
		page = b.Open("/my/times")
		webtest.Has(t, page, "A time became free", "Friday 20 November, 12:00, with Ines", "It is your turn until today at", "as long as nobody books it first")
		webtest.Has(t, s.Browser(t, s.ines).Open("/waiting"), "Tom Baker", "Tomorrow at 12:00 is offered to them")
		_, at, _ = strings.Cut(page.Body, `action="/my/times/offers/`)
		offer, _, _ := strings.Cut(at, "/")
		b.Post("/my/times/offers/"+offer+"/take", 303)
		webtest.Has(t, b.Open("/my/times"), "Friday 20 November, 12:00", "Book another time")
		n.Post("/my/times/offers/"+offer+"/take", 404)

		if count := s.w.Count(t, `SELECT count(*) FROM letter WHERE compartment = $1`, string(access.PersonRecord(s.tom.ID))); count == 0 {
			t.Error("nobody wrote to them")
		}
	})
}

func TestTimesAreShownByTheClientsOwnClocks(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		s.decide(t, "ahead", "26")
		b := s.Browser(t, s.tom)
		b.Post("/my/times/zone", 422, "zone", "Mars/Olympus")
		b.Post("/my/times/zone", 303, "zone", "America/New_York")
		webtest.Has(t, b.Open("/my/times"), "By the clocks of New York (America).", "Friday 20 November, 04:00 09:00 at the practice")
		// In 2027 summer time begins on 14 March there and on 28 March here.
		s.w.Clock.Pass(90 * 24 * time.Hour)
		b = s.Browser(t, s.tom)
		webtest.Has(t, b.Open("/my/times?week=2027-03-08"), "Friday 12 March, 04:00 09:00 at the practice")
		webtest.Has(t, b.Open("/my/times?week=2027-03-15"), "Monday 15 March, 05:00 09:00 at the practice")
		webtest.Has(t, b.Open("/my/times?week=2027-03-29"), "Monday 29 March, 04:00 09:00 at the practice")
		webtest.Has(t, s.Browser(t, s.ines).Open("/clients/"+s.tom.ID+"/times?week=2027-03-29"), "Monday 29 March, 09:00", "Tom sees times by the clocks of New York (America).")
	})
}

func TestThePolicyIsDecidedByThoseWhoManage(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		b := s.Browser(t, s.otto)
		r := b.Post("/practice/booking", 422, "revision", "0", "notice", "soon", "lead", "12", "ahead", "6", "length", "50", "every", "60", "most", "2", "late", "Words that stay", "contact", "")
		webtest.Has(t, r, "Write a whole number.", "Words that stay")
		s.decide(t)
		r = b.Post("/practice/booking", 409, "revision", "0", "notice", "48", "lead", "12", "ahead", "6", "length", "50", "every", "60", "most", "2", "late", "Mine", "contact", "Mine too")
		webtest.Has(t, r, "What was changed while you were writing", "We ask for half the fee then", "Mine too")
		for _, who := range []access.Actor{s.ines, s.tom} {
			if got := s.Browser(t, who).Send("GET", "/practice/booking", nil); got.Status != 404 {
				t.Errorf("%s: %d", who.ID, got.Status)
			}
		}
	})
}

func TestBookingPagesAreClosedToOthers(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		s.decide(t)
		s.book(t, s.Browser(t, s.tom), "20 November, 12:00")
		base := "/clients/" + s.tom.ID + "/times"
		for name, who := range map[string]access.Actor{"mallory": s.mallory, "otto": s.otto, "nora": s.nora} {
			if got := s.Browser(t, who).Send("GET", base, nil); got.Status != 404 {
				t.Errorf("%s: %d", name, got.Status)
			}
			for _, at := range []string{"", "/waiting", "/offers/" + webtest.NewID(t) + "/take", "/offers/" + webtest.NewID(t) + "/decline"} {
				form := url.Values{"id": {webtest.NewID(t)}, "time": {fmt.Sprintf("%s.%d", s.ines.ID, waytest.Start.AddDate(0, 0, 4).Unix())}, "with": {s.ines.ID}, "days": {"0"}, "parts": {"1"}}
				if got := s.Browser(t, who).Send("POST", base+at, form); got.Status != 404 {
					t.Errorf("%s at %s: %d", name, at, got.Status)
				}
			}
		}
		if got := s.Nobody(t).Send("GET", "/my/times", nil); got.Status == 200 {
			t.Errorf("nobody: %d", got.Status)
		}
		webtest.HasNot(t, s.Browser(t, s.mallory).Open("/waiting"), "Tom")
	})
}

func TestWhoeverBooksWithoutEndReadsThatTheyMayCall(t *testing.T) {
	eachBookSite(t, func(t *testing.T, s *bookSite) {
		s.decide(t)
		b, record := s.Browser(t, s.tom), access.ClientRecord(s.tom.ID)
		s.book(t, b, "Friday 20 November, 09:00")
		for range 7 {
			s.w.Do(t, func(ctx context.Context) error {
				times, err := s.calendars.Times(ctx, s.tom, record, time.UTC)
				if err != nil {
					return err
				}
				last := times.Open[len(times.Open)-1]
				a, err := s.calendars.Book(ctx, s.tom, record, calendar.Choice{ID: webtest.NewID(t), ClinicianID: last.ClinicianID, Start: last.Start}, time.UTC)
				if err == nil {
					_, err = s.calendars.Cancel(ctx, s.tom, record, calendar.Leave{ID: webtest.NewID(t), SessionID: a.ID, Revision: a.Revision})
				}
				return err
			})
		}
		page := b.Open("/my/times")
		webtest.Has(t, page, "Please call the practice for the next one", "0117 496 0123", "Friday 20 November, 09:00", "Cancel")
		webtest.HasNot(t, page, "Book it")
		move := regexp.MustCompile(`/my/times/[^"]+/cancel`).FindString(page.Body)
		move = strings.TrimSuffix(move, "cancel") + "move"
		webtest.Has(t, b.Open(move), "Please call the practice for the next one", "0117 496 0123", "Cancel it")
		webtest.Has(t, s.Browser(t, s.ines).Open("/clients/"+s.tom.ID+"/times"), "Book it")
	})
}
