package feed_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/outward"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/feed"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A site is a practice with calendars, in which Ines meets Tomas tomorrow at ten.
type site struct {
	*waytest.World
	*webtest.Site
	t           *testing.T
	feeds       *feed.Feeds
	ines, tomas access.Actor
}

func eachSite(t *testing.T, origin string, f func(*testing.T, *site)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		of := webtest.New(t, w, origin, person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		s := &site{World: w, Site: of, t: t, feeds: feed.New(w.Door, origin, outward.New())}
		s.Serve(web.Options{Secure: strings.HasPrefix(origin, "https://"), Source: func(r *http.Request) string { return r.RemoteAddr }},
			(&pages.Pages{Feeds: s.feeds, Facts: of.Facts, Origin: origin, Gate: pages.NewGate()}).Routes())
		w.Do(t, func(ctx context.Context) error { return of.Facts.Refresh(ctx, w.Door, of.People) })
		s.ines = of.Join(t, of.Operator(), "Ines", "ines@example.org", person.Clinician)
		s.tomas = of.Join(t, s.ines, "Tomas", "tomas@example.org", person.Client)
		w.Do(t, func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, s.ines, access.ClientRecord(s.tomas.ID), session.Form{
				ID: webtest.NewID(t), Start: time.Date(2026, time.November, 20, 10, 0, 0, 0, time.UTC), Length: 50 * time.Minute, Place: "Room Kanari",
			})
			return err
		})
		f(t, s)
	})
}

const origin = "https://way.example"

// A program is what asks, with an app password.
type program struct {
	s   *site
	key feed.Key
	at  string // where it asks from
}

func (s *site) program() *program {
	s.t.Helper()
	p := &program{s: s, at: "192.0.2.7:4000"}
	s.Do(s.t, func(ctx context.Context) (err error) {
		who := s.ines
		who.Fresh = true
		p.key, err = s.feeds.AllowProgram(ctx, who, feed.Form{ID: webtest.NewID(s.t), Label: "Thunderbird"})
		return err
	})
	return p
}

func (p *program) asks(method, path, body string, header ...string) *http.Response {
	p.s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = p.at
	if p.key.Password != "" {
		r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(p.key.User+":"+p.key.Password)))
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.s.Handler.ServeHTTP(w, r)
	return w.Result()
}

func (p *program) wants(status int, method, path, body string, header ...string) string {
	p.s.t.Helper()
	got := p.asks(method, path, body, header...)
	text := new(strings.Builder)
	fmt.Fprint(text, readAll(got))
	if got.StatusCode != status {
		p.s.t.Errorf("%s %s: %d, want %d\n%s", method, path, got.StatusCode, status, text)
	}
	return text.String()
}

func readAll(r *http.Response) string {
	b := new(strings.Builder)
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Body.Read(buf)
		b.Write(buf[:n])
		if err != nil {
			return b.String()
		}
	}
}

func block(uid string, lines ...string) string {
	return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//a\r\nBEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261101T000000Z\r\n" +
		strings.Join(lines, "\r\n") + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
}

const own = "/dav/me/calendars/own/"

func TestACalendarProgramFindsItsWayFromTheHost(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		p := s.program()
		for _, method := range []string{"GET", "PROPFIND"} {
			if got := p.asks(method, "/.well-known/caldav", ""); got.StatusCode != http.StatusPermanentRedirect || got.Header.Get("Location") != "/dav/" {
				t.Errorf("%s: %d to %s", method, got.StatusCode, got.Header.Get("Location"))
			}
		}
		ask := func(path, prop string) string {
			return p.wants(http.StatusMultiStatus, "PROPFIND", path, `<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>`+prop+`</d:prop></d:propfind>`, "Depth", "0", "Content-Type", "application/xml")
		}
		if got := ask("/dav/", "<d:current-user-principal/>"); !strings.Contains(got, "<d:href>/dav/me/</d:href>") {
			t.Error(got)
		}
		if got := ask("/dav/me/", "<c:calendar-home-set/>"); !strings.Contains(got, "<c:calendar-home-set><d:href>/dav/me/calendars/</d:href>") {
			t.Error(got)
		}
		if got := p.wants(http.StatusMultiStatus, "PROPFIND", "/dav/me/calendars/", "", "Depth", "1"); !strings.Contains(got, own) || !strings.Contains(got, "<c:calendar/>") {
			t.Error(got)
		}
		if got := p.asks("OPTIONS", own, ""); !strings.Contains(got.Header.Get("DAV"), "calendar-access") {
			t.Errorf("%v", got.Header)
		}
		if got := p.wants(http.StatusForbidden, "PROPFIND", own, "", "Depth", "infinity"); !strings.Contains(got, "propfind-finite-depth") {
			t.Error(got)
		}
		if got := p.wants(http.StatusForbidden, "REPORT", own, `<sync-collection xmlns="DAV:"/>`, "Content-Type", "text/xml"); !strings.Contains(got, "supported-report") {
			t.Error(got)
		}
	})
}

var tags = regexp.MustCompile(`<s:getctag>(\w+)</s:getctag>`)

func (p *program) tag() string {
	p.s.t.Helper()
	m := tags.FindStringSubmatch(p.wants(http.StatusMultiStatus, "PROPFIND", own, "", "Depth", "0"))
	if m == nil {
		p.s.t.Fatal("the calendar has no tag")
	}
	return m[1]
}

func TestABlockIsWrittenReadFoundAndDeleted(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		p := s.program()
		before := p.tag()
		if before != p.tag() {
			t.Error("the tag changes by itself")
		}
		text := block("a", "DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", "SUMMARY:Dentist")
		made := p.asks("PUT", own+"a%20b.ics", text, "Content-Type", "text/calendar; charset=utf-8", "If-None-Match", "*")
		tag := made.Header.Get("ETag")
		if made.StatusCode != http.StatusCreated || tag == "" || p.tag() == before {
			t.Fatalf("%d %s", made.StatusCode, tag)
		}
		got := p.asks("GET", own+"a%20b.ics", "")
		if readAll(got) != text || got.Header.Get("ETag") != tag {
			t.Error("it is not what was written")
		}
		p.wants(http.StatusNotModified, "GET", own+"a%20b.ics", "", "If-None-Match", tag)
		p.wants(http.StatusPreconditionFailed, "PUT", own+"a%20b.ics", text, "Content-Type", "text/calendar", "If-None-Match", "*")
		p.wants(http.StatusPreconditionFailed, "PUT", own+"new.ics", block("new", "DTSTART:20261201T090000Z"), "Content-Type", "text/calendar", "If-Match", `"x"`)
		p.wants(http.StatusPreconditionFailed, "DELETE", own+"a%20b.ics", "", "If-Match", `"x"`)

		query := func(from, to string) string {
			return p.wants(http.StatusMultiStatus, "REPORT", own, `<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>`+
				`<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT"><c:time-range start="`+from+`" end="`+to+`"/></c:comp-filter></c:comp-filter></c:filter></c:calendar-query>`, "Content-Type", "application/xml", "Depth", "1")
		}
		if got := query("20261201T000000Z", "20261202T000000Z"); !strings.Contains(got, "a%20b.ics") || !strings.Contains(got, "Dentist") || strings.Contains(got, "Appointment") {
			t.Error(got)
		}
		if got := query("20261120T000000Z", "20261121T000000Z"); strings.Contains(got, "Dentist") || !strings.Contains(got, "SUMMARY:Appointment") {
			t.Error(got)
		}
		multi := p.wants(http.StatusMultiStatus, "REPORT", own, `<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><d:getetag/><c:calendar-data/></d:prop>`+
			`<d:href>`+own+`a%20b.ics</d:href><d:href>`+own+`none.ics</d:href><d:href>/dav/somebody/calendars/own/a.ics</d:href></c:calendar-multiget>`, "Content-Type", "application/xml")
		if strings.Count(multi, "HTTP/1.1 404") != 2 || !strings.Contains(multi, "Dentist") {
			t.Error(multi)
		}
		p.wants(http.StatusNoContent, "DELETE", own+"a%20b.ics", "", "If-Match", tag)
		p.wants(http.StatusNotFound, "GET", own+"a%20b.ics", "")
		p.wants(http.StatusNotFound, "DELETE", own+"a%20b.ics", "")
		if p.tag() != before {
			t.Error("after it was deleted the calendar has another tag than before")
		}
	})
}

var names = regexp.MustCompile(own + `(\w+\.ics)`)

func TestAnAppointmentIsReadOnlyAndSaysSo(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		p := s.program()
		all := p.wants(http.StatusMultiStatus, "PROPFIND", own, "", "Depth", "1")
		m := names.FindStringSubmatch(all)
		if m == nil {
			t.Fatal(all)
		}
		got := p.wants(http.StatusOK, "GET", own+m[1], "")
		for _, no := range []string{"Tomas", "Kanari", "Ines", s.tomas.ID, s.Site.Practice} {
			if strings.Contains(got+all, no) {
				t.Errorf("it holds %q", no)
			}
		}
		for _, said := range []string{
			p.wants(http.StatusForbidden, "PUT", own+m[1], block("z", "DTSTART:20261201T090000Z"), "Content-Type", "text/calendar"),
			p.wants(http.StatusForbidden, "DELETE", own+m[1], ""),
		} {
			if strings.TrimSpace(said) != feed.ReadOnly {
				t.Errorf("it says %q", said)
			}
		}
	})
}

func TestWithoutAnAppPasswordNothingOpens(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		good := s.program()
		for i, key := range []feed.Key{
			{},
			{User: s.Site.Practice, Password: "wrong"},
			{User: "ines@example.org", Password: "a lantern in the attic"},
			{User: s.Site.Practice, Password: strings.Repeat("a", 32)},
			{User: "\xff\x00", Password: good.key.Password},
			{User: "elsewhere", Password: good.key.Password},
		} {
			p := &program{s: s, key: key, at: fmt.Sprintf("192.0.2.%d:4000", 20+i)}
			for _, ask := range [][2]string{{"PROPFIND", "/dav/"}, {"PROPFIND", own}, {"REPORT", own}, {"GET", own + "a.ics"}, {"PUT", own + "a.ics"}, {"DELETE", own + "a.ics"}, {"OPTIONS", own}} {
				got := p.asks(ask[0], ask[1], "")
				if got.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(got.Header.Get("WWW-Authenticate"), "Basic ") {
					t.Errorf("%+v %v: %d", key, ask, got.StatusCode)
				}
			}
		}
		// And with one, no page and nobody else's calendar.
		for _, path := range []string{"/account/calendar", "/dav/" + s.tomas.ID + "/", "/dav/me/calendars/other/", "/dav/you/calendars/own/", own + "a/b.ics"} {
			if got := good.asks("GET", path, ""); got.StatusCode == http.StatusOK || got.StatusCode == http.StatusMultiStatus {
				t.Errorf("%s: %d", path, got.StatusCode)
			}
		}
	})
}

func TestAnAppPasswordIsTakenOnlyOverTLSOrOnThisMachine(t *testing.T) {
	eachSite(t, "http://way.example", func(t *testing.T, s *site) {
		p := s.program()
		p.wants(http.StatusForbidden, "PROPFIND", "/dav/", "")
		p.at = "127.0.0.1:4000"
		p.wants(http.StatusMultiStatus, "PROPFIND", "/dav/", "")
		p.wants(http.StatusForbidden, "PROPFIND", "/dav/", "", "X-Forwarded-For", "203.0.113.9")
	})
}

func TestWhoGuessesIsSlowedDown(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		good := s.program()
		guess := &program{s: s, key: feed.Key{User: s.Site.Practice, Password: strings.Repeat("b", 32)}, at: "192.0.2.99:4000"}
		last := 0
		for range 40 {
			last = guess.asks("PROPFIND", "/dav/", "").StatusCode
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("the fortieth guess: %d", last)
		}
		if got := guess.asks("GET", "/feed/"+s.Site.Practice+"."+strings.Repeat("a", 32)+".ics", ""); got.StatusCode != http.StatusTooManyRequests {
			t.Errorf("at the feeds: %d", got.StatusCode)
		}
		good.wants(http.StatusMultiStatus, "PROPFIND", "/dav/", "")
	})
}

func TestWhoGuessesShutsNobodyOutOfTheirOwnNetwork(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		good := s.program()
		where := s.address(s.tomas)
		guess := &program{s: s, key: feed.Key{User: s.Site.Practice, Password: strings.Repeat("b", 32)}, at: good.at}
		for range 40 {
			guess.asks("PROPFIND", "/dav/", "")
		}
		guess.wants(http.StatusTooManyRequests, "PROPFIND", "/dav/", "")
		good.wants(http.StatusMultiStatus, "PROPFIND", "/dav/", "")
		(&program{s: s, at: good.at}).wants(http.StatusOK, "GET", where, "")
	})
}

// address is a secret address of who, as a calendar asks for it.
func (s *site) address(who access.Actor) (where string) {
	s.t.Helper()
	s.Do(s.t, func(ctx context.Context) (err error) {
		who.Fresh = true
		where, err = s.feeds.MakeAddress(ctx, who, feed.Form{ID: webtest.NewID(s.t), Label: "Phone"})
		return err
	})
	return strings.TrimPrefix(where, origin)
}

func TestWhatIsNoRequestIsRefused(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		p := s.program()
		deep := strings.Repeat("<a>", 20_000) + strings.Repeat("</a>", 20_000)
		props := `<propfind xmlns="DAV:"><prop>` + strings.Repeat("<a/>", 200) + `</prop></propfind>`
		for _, body := range []string{"hello", "<a", "<a></b>", deep, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, "<propfind xmlns='DAV:'/>", props, "<other/>", "\x00\xff"} {
			for _, method := range []string{"PROPFIND", "REPORT"} {
				if got := p.asks(method, own, body, "Content-Type", "application/xml", "Depth", "1"); got.StatusCode != http.StatusBadRequest && got.StatusCode != http.StatusForbidden {
					t.Errorf("%s %.40q: %d", method, body, got.StatusCode)
				}
			}
		}
		p.wants(http.StatusBadRequest, "PROPFIND", own, "", "Depth", "7")
		p.wants(http.StatusRequestEntityTooLarge, "REPORT", own, strings.Repeat(" ", 600<<10))
		text := block("a", "DTSTART:20261201T090000Z")
		for body, want := range map[string]int{
			"": http.StatusUnsupportedMediaType, "hello": http.StatusUnsupportedMediaType, strings.Repeat("a", 40<<10): http.StatusRequestEntityTooLarge,
			block("a", "DTSTART;TZID="): http.StatusUnsupportedMediaType, block("a", "DTSTART:20261201T090000Z", "X-A;B="): http.StatusUnsupportedMediaType,
			block("a", "DTSTART:20261201T090000Z", "RRULE:FREQ=SECONDLY", "DURATION:PT1S"): http.StatusUnsupportedMediaType,
		} {
			p.wants(want, "PUT", own+"a.ics", body, "Content-Type", "text/calendar")
		}
		p.wants(http.StatusUnsupportedMediaType, "PUT", own+"a.ics", text, "Content-Type", "text/html")
		p.wants(http.StatusUnsupportedMediaType, "PUT", own+"a.ics", text)
		if all := p.wants(http.StatusMultiStatus, "PROPFIND", own, "", "Depth", "1"); strings.Contains(all, "a.ics") && names.FindAllString(all, -1) == nil {
			t.Error("something was kept")
		}
	})
}

// Whoever holds an app password holds no lever: what is asked for stands in the answer
// once for every event.
func TestAShortQuestionHasNoEndlessAnswer(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		p := s.program()
		for i := range 20 {
			name := "b" + strconv.Itoa(i)
			p.wants(http.StatusCreated, "PUT", own+name+".ics", block(name, "DTSTART:20261201T090000Z", "SUMMARY:"+strings.Repeat("a", 20<<10)), "Content-Type", "text/calendar")
		}
		prop := func(root, props, after string) string {
			return `<c:` + root + ` xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>` + props + `</d:prop>` + after + `</c:` + root + `>`
		}
		all := `<c:filter><c:comp-filter name="VCALENDAR"/></c:filter>`
		for name, body := range map[string]string{
			"long namespaces":   prop("calendar-query", `<x:a xmlns:x="`+strings.Repeat("x", 10<<10)+`"/>`, all),
			"long names":        prop("calendar-query", `<`+strings.Repeat("x", 10<<10)+`/>`, all),
			"many names":        prop("calendar-query", manyNames(300), all),
			"the same again":    prop("calendar-query", strings.Repeat("<c:calendar-data/>", 100), all),
			"filters by themes": prop("calendar-query", "", `<c:filter><c:comp-filter name="VCALENDAR">`+strings.Repeat(`<c:prop-filter name="VERSION"/>`, 300)+`</c:comp-filter></c:filter>`),
		} {
			if got := p.asks("REPORT", own, body, "Content-Type", "application/xml", "Depth", "1"); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d, %d bytes", name, got.StatusCode, len(readAll(got)))
			}
		}
		long := `<d:propfind xmlns:d="DAV:" xmlns:x="` + strings.Repeat("x", 100<<10) + `"><d:prop><x:a/><x:b/><x:c/></d:prop></d:propfind>`
		p.wants(http.StatusBadRequest, "PROPFIND", own, long, "Depth", "1")
		again := prop("calendar-multiget", "<c:calendar-data/>", strings.Repeat("<d:href>"+own+"b1.ics</d:href>", 1000))
		if got := p.wants(http.StatusMultiStatus, "REPORT", own, again, "Content-Type", "application/xml"); strings.Count(got, "SUMMARY:") != 1 {
			t.Errorf("the same event stands there %d times", strings.Count(got, "SUMMARY:"))
		}
	})
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<d:a%d/>", i)
	}
	return b.String()
}

func TestAnAddressIsShownOnThePageThatMadeItAndNoOther(t *testing.T) {
	eachSite(t, origin, func(t *testing.T, s *site) {
		b := s.Browser(t, s.tomas)
		b.Want(http.StatusOK, b.Get("/account/calendar"))
		if strings.Contains(b.Body, "CalDAV") {
			t.Error("a client is offered a calendar of their own")
		}
		id := b.Hidden("id")
		b.Want(http.StatusOK, b.Submit("/account/calendar/addresses", "id", id, "label", "My <b>phone</b>"))
		where := regexp.MustCompile(`https://way\.example/feed/[a-z0-9.-]+\.ics`).FindString(b.Body)
		if where == "" || strings.Contains(b.Body, "<b>phone") {
			t.Fatalf("no address\n%s", b.Body)
		}
		nobody := &program{s: s, at: "192.0.2.50:4000"}
		got := nobody.asks("GET", strings.TrimPrefix(where, origin), "")
		if text := readAll(got); got.StatusCode != http.StatusOK || !strings.Contains(text, "DTSTART:20261120T100000Z") || got.Header.Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%d %s", got.StatusCode, text)
		}
		nobody.wants(http.StatusNotModified, "GET", strings.TrimPrefix(where, origin), "", "If-None-Match", got.Header.Get("ETag"))
		b.Want(http.StatusConflict, b.Submit("/account/calendar/addresses", "id", id, "label", "My phone"))
		if strings.Contains(b.Body, where) {
			t.Error("it is shown again")
		}
		b.Want(http.StatusOK, b.Get("/account/calendar"))
		if strings.Contains(b.Body, where) {
			t.Error("it is shown again")
		}
		b.Want(http.StatusUnprocessableEntity, b.Submit("/account/calendar/addresses", "id", webtest.NewID(t), "label", strings.Repeat("a", 200)))
		s.Clock.Pass(6 * time.Minute)
		b.Want(http.StatusOK, b.Get("/account/calendar"))
		b.Has(`href="/step-up?to=%2Faccount%2Fcalendar"`)
		b.Want(http.StatusForbidden, b.Submit("/account/calendar/addresses", "id", webtest.NewID(t), "label", "Kitchen tablet"))
		b.Has("Say who you are, in a new window", `value="Kitchen tablet"`)
		b.WantTo("/account/calendar#addresses", b.Submit("/account/calendar/addresses/"+id+"/end"))
		never := nobody.wants(http.StatusNotFound, "GET", "/feed/"+s.Site.Practice+"."+strings.Repeat("a", 32)+".ics", "")
		if gone := nobody.wants(http.StatusNotFound, "GET", strings.TrimPrefix(where, origin), ""); gone != never {
			t.Error("an address that was ended can be told from one that never was")
		}
		b.Want(http.StatusNotFound, b.Get("/account/calendar/programs"))
	})
}
