package hour_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/hour"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with the pages about sessions: Miriam treats Nora and Tomas,
// Mallory treats neither.
type house struct {
	w       *waytest.World
	ss      *session.Sessions
	hs      *hour.Hours
	cs      *calendar.Calendars
	browser func(*testing.T, access.Actor) *webtest.Browser

	miriam, mallory, nora, tomas access.Actor
	record                       access.Compartment
	desk                         string // of Nora's pages
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		p := person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"}
		s := webtest.New(t, w, "http://localhost", p)
		h := &house{w: w, ss: session.New(w.Door), hs: hour.New(w.Door), cs: calendar.New(w.Door, "http://localhost"), browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.mallory = s.Join(t, s.Operator(), "Mallory Quick", "mallory@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.tomas = s.Join(t, h.miriam, "Tomas Grau", "tomas@example.org", person.Client)
		h.record, h.desk = access.ClientRecord(h.nora.ID), "/clients/"+h.nora.ID
		s.Serve(web.Options{}, (&pages.Pages{Calendars: h.cs, People: s.People, Sessions: h.ss, Hours: h.hs}).Routes())
		f(t, h)
	})
}

// planned plans a session of Miriam with Nora in so much time, and returns its id.
func (h *house) planned(t *testing.T, in time.Duration) string {
	t.Helper()
	id := webtest.NewID(t)
	h.w.Do(t, func(ctx context.Context) error {
		_, err := h.ss.Plan(ctx, h.miriam, h.record, session.Form{ID: id, Start: h.w.Clock.Now().Add(in).Truncate(time.Minute), Length: 50 * time.Minute, Place: "Room 2"})
		return err
	})
	return id
}

func TestASessionGoesFromItsAgendaToWhatIsKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, 20*time.Minute)
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		at := h.desk + "/sessions/" + id

		webtest.Has(t, phone.Open("/my/session"), "Your next session", "with Miriam", "Room 2", "Nothing stands on it yet, and that is fine.", "Nothing yet")
		webtest.Has(t, phone.Open(phone.Post("/my/agenda/nothing", http.StatusSeeOther, "at", id).To), "You have nothing yet, and that is fine.")
		webtest.Has(t, desk.Open(at), "Nora has nothing yet.", "Begin the session")
		hard, open := webtest.NewID(t), webtest.NewID(t)
		to := phone.Post("/my/agenda", http.StatusSeeOther, "id", hard, "revision", "0", "at", id, "text", "The stairs at night", "how", "me").To
		webtest.Has(t, phone.Open(to), "It waits for the session.", "The stairs at night", "Opened in the session only, by you.")
		phone.Post("/my/agenda", http.StatusSeeOther, "id", open, "revision", "0", "at", id, "text", "Work", "how", "now")
		theirs := webtest.NewID(t)
		to = desk.Post(h.desk+"/agenda", http.StatusSeeOther, "id", theirs, "revision", "0", "at", id, "text", "The trip").To
		if to != at+"?done=brought&kept=desk-agenda-"+h.nora.ID {
			t.Errorf("sent on to %s", to)
		}
		page := desk.Open(at)
		webtest.Has(t, page, "Work", "The trip", "Something for the session only. Nora opens it, or says it, or leaves it.")
		webtest.HasNot(t, page, "The stairs at night", "has nothing yet", "Open it together")
		webtest.Has(t, phone.Open("/my/session"), "The trip", "Miriam")

		if got := desk.Post(at+"/begin", http.StatusSeeOther).To; got != at {
			t.Errorf("begun, and sent on to %s", got)
		}
		page = desk.Open(at)
		webtest.Has(t, page, "Until ", "minutes are left", "What both of you take along", "We talked about it")
		webtest.HasNot(t, page, "The stairs at night", "danger", `href="`+h.desk+`/course"`)
		webtest.Has(t, phone.Open("/my/session"), "Your session, now", "Open it now", "Until ")
		phone.Post("/my/agenda/"+hard+"/open", http.StatusSeeOther, "at", id)
		webtest.Has(t, desk.Open(at), "The stairs at night", "by Nora.")
		webtest.Has(t, desk.Open(desk.Post(h.desk+"/agenda/"+hard+"/talked", http.StatusSeeOther, "at", id).To), "Talked about", "It waits after all")

		kept := []string{"decisions", "We walk the stairs together\nOn Thursday", "for-client", "One flight", "for-clinician", "Find the sheet", "open", "The letter", "calm", "The lake in the morning"}
		form := append([]string{"revision", "0", "do", "end"}, kept...)
		webtest.Has(t, desk.Open(desk.Post(at+"/kept", http.StatusSeeOther, form...).To), "Ended.", "We walk the stairs together", "One flight Nora", "Find the sheet You", "The letter", "The lake in the morning")
		desk.Post(at+"/kept", http.StatusSeeOther, form...) // it came twice
		page = phone.Open("/my/sessions/" + id)
		webtest.Has(t, page, "What you take along", "One flight You", "Find the sheet Miriam", "The lake in the morning", "Work", "The stairs at night")

		// Another device had the form open: both are shown, and nothing is lost.
		clash := desk.Post(at+"/kept", http.StatusConflict, "revision", "0", "decisions", "Something else", "calm", "the sea")
		webtest.Has(t, clash, "As it is kept now", "We walk the stairs together", "Something else")
		if !strings.Contains(clash.Body, `value="the sea"`) || !strings.Contains(clash.Body, `name="revision" value="1"`) {
			t.Error("what was typed has gone, or the form would clash again")
		}

		desk.Post(at+"/meant", http.StatusSeeOther, "revision", "0", "call", "presence", "intent", "To stay", "technique-1", "", "name-1", "two chairs", "use-1", "let go", "instead", "We laughed a lot")
		webtest.Has(t, desk.Open(at), "Presence: To stay. two chairs (let go)", "We laughed a lot")
		webtest.HasNot(t, phone.Open("/my/sessions/"+id), "We laughed a lot", "two chairs", "To stay")
		other := desk.Post(at+"/meant", http.StatusConflict, "revision", "0", "call", "tool", "intent", "To try", "name-1", "the map", "use-1", "used", "instead", "")
		webtest.Has(t, other, "As it stands now", "To stay", "two chairs (let go)", "the map")
		if !strings.Contains(other.Body, `value="To try"`) {
			t.Error("the intention that was typed has gone")
		}

		// As much as can be kept, in the script that takes the most bytes, and one line too much.
		full := []string{"revision", "1", "calm", ""}
		for _, kind := range []string{"decisions", "for-client", "for-clinician", "for-both", "open"} {
			full = append(full, kind, strings.TrimSuffix(strings.Repeat(strings.Repeat("\u5fc3", hour.MaxLine)+"\n", hour.MaxLines), "\n"))
		}
		if n := strings.Count(desk.Open(at).Body, fmt.Sprintf(`maxlength="%d"`, hour.MaxText)); n != 5 {
			t.Errorf("%d of 5 kinds say how much they take", n)
		}
		long := slices.Clone(full)
		long[len(long)-1] += "\nEND"
		if got := desk.Post(at+"/kept", http.StatusUnprocessableEntity, long...); !strings.Contains(got.Body, "\u5fc3\nEND") {
			t.Error("what was typed has gone")
		}

		// What was not talked about waits, with what was left open.
		h.planned(t, 7*24*time.Hour)
		webtest.Has(t, phone.Open("/my/session"), "Your next session", "Work", "The trip", "From last time", "One flight You", "The letter", "The lake in the morning")
		webtest.Has(t, desk.Open(h.desk+"/sessions"), "One session since", "For the next session", "Work", "The trip")
	})
}

func TestWhatIsTypedOnTheAgendaIsNeverLost(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, time.Hour)
		phone := h.browser(t, h.nora)
		long := strings.Repeat("a", hour.MaxWords+1)
		item := webtest.NewID(t)
		got := phone.Post("/my/agenda", http.StatusUnprocessableEntity, "id", item, "revision", "0", "at", id, "text", long, "how", "me")
		webtest.Has(t, got, "That is longer than fits here")
		if !strings.Contains(got.Body, long) || !strings.Contains(got.Body, `value="me" type="radio" checked`) {
			t.Error("what was typed or chosen has gone")
		}
		phone.Post("/my/agenda", http.StatusSeeOther, "id", item, "revision", "0", "at", id, "text", "Sleep <script>alert(1)</script>", "how", "now")
		if strings.Contains(phone.Open("/my/session").Body, "<script>alert") {
			t.Error("what somebody wrote became a part of the page")
		}
		phone.Post("/my/agenda", http.StatusSeeOther, "id", item, "revision", "1", "at", id, "text", "Sleep, and work", "how", "now")
		clash := phone.Post("/my/agenda", http.StatusConflict, "id", item, "revision", "1", "at", id, "text", "Sleep, and my brother", "how", "now")
		webtest.Has(t, clash, "As it stands now", "Sleep, and work", "Sleep, and my brother")
		phone.Post("/my/agenda/"+item+"/take-back", http.StatusConflict, "revision", "1", "at", id)
		phone.Post("/my/agenda/"+item+"/take-back", http.StatusSeeOther, "revision", "2", "at", id)
		webtest.HasNot(t, phone.Open("/my/session"), "my brother", "and work")

		// Without a session it waits too.
		webtest.Has(t, h.browser(t, h.tomas).Open("/my/session"), "No session is planned. What you write here waits for the next one.")
	})
}

func TestASessionIsPlannedCancelledAndNeverDoubled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		path := h.desk + "/sessions"
		id := webtest.NewID(t)
		webtest.Has(t, b.Post(path, http.StatusUnprocessableEntity, "id", id, "day", "2026-11-26", "clock", "ten", "minutes", "50", "place", "Room 9"),
			"Write the time with hours and minutes")
		gap := b.Post(path, http.StatusUnprocessableEntity, "id", id, "day", "2027-03-28", "clock", "01:30", "minutes", "50", "place", "Room 9")
		webtest.Has(t, gap, "There is no such time on that day")
		if !strings.Contains(gap.Body, `value="Room 9"`) || !strings.Contains(gap.Body, `value="2027-03-28"`) {
			t.Error("what was typed has gone")
		}
		for range 2 {
			b.Post(path, http.StatusSeeOther, "id", id, "day", "2026-11-26", "clock", "10:00", "minutes", "50", "place", "Room 2")
		}
		webtest.Has(t, b.Open(path), "26 November at 10:00 Session 1 Until 10:50, Room 2")
		other := "/clients/" + h.tomas.ID + "/sessions"
		b.Post(other, http.StatusConflict, "id", webtest.NewID(t), "day", "2026-11-26", "clock", "10:30", "minutes", "50", "place", "")
		if !strings.Contains(b.Open(path).Body, `href="`+h.desk+"/times/"+id+`/cancel"`) {
			t.Error("cancelling is not asked where the time can be offered to who waits")
		}
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.cs.Cancel(ctx, h.nora, h.record, calendar.Leave{ID: webtest.NewID(t), SessionID: id, Revision: 1})
			return err
		})
		webtest.Has(t, b.Open(path), "No session is planned.", "Cancelled")
	})
}

func TestASessionBeginsWithoutAnAppointmentAndSaysWhetherPeopleMet(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		desk := h.browser(t, h.miriam)
		id := webtest.NewID(t)
		for range 2 {
			desk.Post(h.desk+"/begin", http.StatusSeeOther, "id", id, "minutes", "50")
		}
		clash := desk.Post("/clients/"+h.tomas.ID+"/begin", http.StatusConflict, "id", webtest.NewID(t), "minutes", "50")
		webtest.Has(t, clash, "You have another appointment now.")
		at := h.desk + "/sessions/" + id
		webtest.Has(t, desk.Open(h.desk+"/sessions"), "Now")
		desk.Post(at+"/end", http.StatusSeeOther)
		page := desk.Open(at)
		webtest.Has(t, page, "Whether you met", "Ended at")
		webtest.Has(t, desk.Post(at+"/attended", http.StatusUnprocessableEntity, "revision", "2"), "Please say whether you met.")
		desk.Post(at+"/attended", http.StatusSeeOther, "revision", "2", "attended", "away")
		webtest.Has(t, desk.Open(at), "Nora was not there.")
		webtest.Has(t, h.browser(t, h.nora).Open("/my/sessions"), "You were not there")
	})
}

func TestARunningPageIsToldInWordsAndNothingIsOpenedForIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, 0)
		at := h.desk + "/sessions/" + id
		h.browser(t, h.miriam).Post(at+"/begin", http.StatusSeeOther)
		type told struct{ Left, Mark string }
		ask := func(b *webtest.Browser, path string) (got told) {
			t.Helper()
			reply := b.Send(http.MethodGet, path, nil, "Accept", "application/json")
			if reply.Status != http.StatusOK || json.Unmarshal([]byte(reply.Body), &got) != nil {
				t.Fatalf("%d %s", reply.Status, reply.Body)
			}
			return got
		}
		h.w.Clock.Pass(19 * time.Minute)
		phone := h.browser(t, h.nora) // signed in anew: nobody stays so for an hour without doing anything
		before := ask(phone, "/my/sessions/"+id+"/now")
		if before.Left != "About thirty minutes are left." && before.Left != "About 30 minutes are left." {
			t.Errorf("left: %q", before.Left)
		}
		if !strings.Contains(phone.Open("/my/session").Body, `data-mark="`+before.Mark+`"`) {
			t.Error("the page has another mark than what it is told")
		}
		h.browser(t, h.miriam).Post(at+"/kept", http.StatusSeeOther, "revision", "0", "calm", "the lake")
		if after := ask(phone, "/my/sessions/"+id+"/now"); after.Mark == before.Mark {
			t.Error("nothing is noticed when something is kept")
		}
		h.w.Clock.Pass(40 * time.Minute)
		if got := ask(h.browser(t, h.miriam), at+"/now").Left; got != "Its time is over. There is no hurry to the last sentence." {
			t.Errorf("over: %q", got)
		}
		if got := h.browser(t, h.mallory).Send(http.MethodGet, at+"/now", nil, "Accept", "application/json"); got.Status != http.StatusNotFound {
			t.Errorf("a stranger is told %d", got.Status)
		}

		alone := h.browser(t, h.miriam) // a screen that only asks locks as any other does
		asked := 0
		for ; asked < 20 && alone.Send(http.MethodGet, at+"/now", nil, "Accept", "application/json").Status == http.StatusOK; asked++ {
			h.w.Clock.Pass(5 * time.Minute)
		}
		if asked < 2 || asked == 20 {
			t.Errorf("after being asked %d times it was locked", asked)
		}
	})
}

func TestAClientSeesSessionsByTheClocksThatTheyChose(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, 20*time.Minute)
		start := h.w.Clock.Now().Add(20 * time.Minute).UTC()
		chose := func(name string) {
			h.w.Do(t, func(ctx context.Context) error { return h.cs.KeepZone(ctx, h.nora, h.record, name) })
		}
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		london := start.Format("15:04")
		webtest.Has(t, phone.Open("/my/session"), london+" to ", "with Miriam")
		for _, path := range []string{"/my/session", "/my/sessions/" + id, "/my/sessions"} {
			webtest.HasNot(t, phone.Open(path), "at the practice", "clocks")
		}

		chose("Asia/Kolkata") // five and a half hours ahead
		theirs := start.Add(5*time.Hour + 30*time.Minute).Format("15:04")
		for _, path := range []string{"/my/session", "/my/sessions/" + id} {
			webtest.Has(t, phone.Open(path), theirs+" to ", "with Miriam ("+london+" at the practice)")
		}
		webtest.Has(t, phone.Open("/my/sessions"), "at "+theirs, "Times are by the clocks that you chose.")
		webtest.Has(t, desk.Open(h.desk+"/sessions/"+id), london+" to ")

		desk.Post(h.desk+"/sessions/"+id+"/begin", http.StatusSeeOther)
		until := start.Add(50*time.Minute + 5*time.Hour + 30*time.Minute).Format("15:04")
		webtest.Has(t, phone.Open("/my/session"), "Your session, now", "Until "+until)

		chose("Pacific/Honolulu") // it is still the day before there
		webtest.Has(t, phone.Open("/my/session"), "(Thursday "+london+" at the practice)")
	})
}
