package public_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// An office is a practice that takes enquiries, and one clinician with a free time.
type office struct {
	w    *waytest.World
	s    *webtest.Site
	es   *enquiry.Enquiries
	ines access.Actor
	dir  string
}

func eachOffice(t *testing.T, f func(*testing.T, *office)) {
	t.Helper()
	dir := ""
	t.Run("sqlite", func(t *testing.T) {
		dir = t.TempDir()
		f(t, newOffice(t, waytest.In(t, dir), dir))
	})
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		if !strings.HasSuffix(t.Name(), "postgres") {
			t.SkipNow()
		}
		f(t, newOffice(t, w, ""))
	})
}

func newOffice(t *testing.T, w *waytest.World, dir string) *office {
	t.Helper()
	s := webtest.New(t, w, origin, linden)
	o := &office{w: w, s: s, dir: dir}
	o.es = enquiry.New(w.Door, s.People, origin, func(context.Context, *access.Tx, access.Compartment, enquiry.Said) error { return nil })
	o.ines = s.Join(t, s.Operator(), "Ines Albrecht", "ines@linden.example", person.Clinician, person.Manager)
	ps := profile.New(w.Door)
	w.Do(t, func(ctx context.Context) error {
		_, _, err := ps.KeepPractice(ctx, o.ines, 0, profile.Practice{Lead: "Four people.", Room: profile.Open, Elsewhere: "The walk-in centre."})
		if err == nil {
			_, err = ps.PublishPractice(ctx, o.ines, 1)
		}
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, _, err := ps.Keep(ctx, o.ines, 0, profile.Clinician{Address: "ines", Name: "Ines Albrecht", Lead: "I listen.", Room: profile.Open})
		if err == nil {
			_, err = ps.Publish(ctx, o.ines, 1)
		}
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, _, err := ps.Offer(ctx, o.ines, profile.Offer{
			ID: webtest.NewID(t), Day: w.Clock.Now().AddDate(0, 0, 5).Format(time.DateOnly), Clock: "10:00", Length: 50 * time.Minute, Ways: []profile.Way{profile.InPerson}, Weeks: 1,
		}, linden.Location())
		return err
	})
	if err := s.Facts.Refresh(t.Context(), w.Door, s.People); err != nil {
		t.Fatal(err)
	}
	source := func(r *http.Request) string { return r.Header.Get("X-Test-Network") }
	s.Serve(web.Options{Secure: true, Source: source},
		(&public.Pages{Facts: s.Facts, People: s.People, Accounts: s.Accounts, Enquiries: o.es}).Routes())
	return o
}

// filled is the form of the page, filled in, a minute later.
func (o *office) filled(t *testing.T, b *webtest.Browser, more ...string) url.Values {
	t.Helper()
	form := webtest.Carried(b.Open("/p/linden/begin"))
	o.w.Clock.Pass(time.Minute)
	for i, pairs := 0, append([]string{"name", "Kim", "email", "kim@example.org", "reach", "message", "brings", "I cannot sleep.", "agree", "yes"}, more...); i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func (o *office) enquiries(t *testing.T) int {
	t.Helper()
	return o.w.Count(t, `SELECT count(*) FROM enquiry`)
}

func TestAVisitorAsksAndReadsTheAnswerByTheLink(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		b := o.s.Nobody(t)
		page := b.Open("/p/linden/begin?with=ines")
		webtest.Has(t, page, "Who reads this", "All clinicians of Linden House can read", "Not what brings you", "no emergency service, and nobody watches it",
			"90 days", "Tuesday 24 November at 10:00", "Nothing is held for you")
		first := option(t, page.Body, "first")
		form := o.filled(t, b, "first", first)
		sent := b.PostForm("/p/linden/begin", form, http.StatusOK)
		webtest.Has(t, sent, "It has arrived", "shown this once")
		again := b.PostForm("/p/linden/begin", form, http.StatusOK)
		path := linkIn(t, sent)
		if linkIn(t, again) != path {
			t.Error("sent twice it has another link")
		}
		if n := o.enquiries(t); n != 1 {
			t.Fatalf("%d enquiries", n)
		}
		webtest.HasNot(t, sent, "I cannot sleep", "kim@example.org")
		webtest.Has(t, b.Open(path), "It has arrived", "Nobody has answered yet", "If it becomes urgent meanwhile: call 999")
		var q enquiry.Enquiry
		o.w.Do(t, func(ctx context.Context) error {
			l, err := o.es.List(ctx, o.ines, enquiry.Inbox, 0)
			if err == nil {
				q, err = o.es.One(ctx, o.ines, l.Items[0].ID)
			}
			return err
		})
		if q.FirstID != first || q.With != o.ines.ID || q.First.IsZero() {
			t.Errorf("wished for: %+v", q.Caller)
		}
		o.w.Do(t, func(ctx context.Context) error {
			_, err := o.es.Decide(ctx, o.ines, q.ID, enquiry.Decision{ID: webtest.NewID(t), Revision: 1, Move: enquiry.Wait, Told: "<b>In spring</b>, most likely."})
			return err
		})
		o.w.Do(t, func(ctx context.Context) error {
			_, err := o.es.Decide(ctx, o.ines, q.ID, enquiry.Decision{ID: webtest.NewID(t), Revision: 2, Move: enquiry.Offer, Told: "On Tuesdays."})
			return err
		})
		answer := b.Open(path)
		webtest.Has(t, answer, "A place is free", "<b>In spring</b>, most likely.", "On Tuesdays.", "What you wrote is sealed")
		webtest.HasNot(t, answer, "I cannot sleep")
		if strings.Contains(answer.Body, "<b>In") {
			t.Error("what was answered is not shown as text")
		}
		carried := webtest.Carried(answer)
		b.PostForm(path, url.Values{"id": {carried["id"][0]}, "yes": {"yes"}}, http.StatusSeeOther)
		if got := b.PostForm(path, url.Values{"id": {webtest.NewID(t)}, "line": {strings.Repeat("a", enquiry.MaxLine+1)}}, http.StatusUnprocessableEntity); !strings.Contains(got.Body, strings.Repeat("a", enquiry.MaxLine+1)) {
			t.Error("what was too long is lost")
		}
		webtest.Has(t, b.Open(path+"/withdraw"), "Take everything back?")
		b.PostForm(path+"/withdraw", nil, http.StatusSeeOther)
		webtest.Has(t, b.Open(path), "You took it back", "deleted for good")
		if o.enquiries(t) != 0 {
			t.Error("it is still there")
		}
	})
}

func TestALineThatSoundsLikeDangerIsAnsweredBeforeItIsAdded(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		b := o.s.Nobody(t)
		path := linkIn(t, b.PostForm("/p/linden/begin", o.filled(t, b), http.StatusOK))
		form := webtest.Carried(b.Open(path))
		form.Set("line", "It is worse now. I want to die.")
		lines := o.w.Count(t, `SELECT count(*) FROM enquiry_line`)
		page := b.PostForm(path, form, http.StatusUnprocessableEntity)
		webtest.Has(t, page, "Some of your words sound as if somebody may be in danger", "nothing has been added yet", "116 123", "999",
			"It is worse now. I want to die.", "Add it as it is")
		if n := o.w.Count(t, `SELECT count(*) FROM enquiry_line`); n != lines {
			t.Error("something was added")
		}
		form = webtest.Carried(page)
		form.Set("line", "It is worse now. I want to die.")
		form.Set("anyway", "yes")
		to := b.PostForm(path, form, http.StatusSeeOther).To
		name := keepIn.FindStringSubmatch(page.Body)
		if name == nil || !strings.HasSuffix(to, "kept="+name[1]) {
			t.Errorf("what is kept as %q is not forgotten by %s", name, to)
		}
		if again := keepIn.FindStringSubmatch(b.Open(path).Body); again == nil || again[1] != name[1] || strings.Contains(path, again[1]) {
			t.Errorf("what was typed would be looked for as %q, and was kept as %q", again, name)
		}
	})
}

var keepIn = regexp.MustCompile(`data-keep="([^"]*)"`)

func option(t *testing.T, body, name string) string {
	t.Helper()
	for _, part := range strings.Split(body, "<input")[1:] {
		if _, value, ok := strings.Cut(part, `name="`+name+`" value="`); ok && !strings.HasPrefix(value, `"`) {
			value, _, _ = strings.Cut(value, `"`)
			return value
		}
	}
	t.Fatalf("there is no %s to choose", name)
	return ""
}

func linkIn(t *testing.T, r webtest.Reply) string {
	t.Helper()
	_, rest, ok := strings.Cut(r.Body, origin+enquiry.AnswerPath)
	if !ok {
		t.Fatalf("there is no link:\n%s", r.Text())
	}
	token, _, _ := strings.Cut(rest, `"`)
	return enquiry.AnswerPath + token
}

func TestWordsOfDangerAreAnsweredBeforeAnythingIsSentOrWrittenDown(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		b := o.s.Nobody(t)
		form := o.filled(t, b, "brings", "The nights are long, and I want to die.\nSometimes.", "times", "Mondays")
		leaves := o.w.Count(t, `SELECT count(*) FROM audit`)
		page := b.PostForm("/p/linden/begin", form, http.StatusUnprocessableEntity)
		webtest.Has(t, page, "Some of your words sound as if somebody may be in danger", "nothing has been sent yet", "116 123", "999",
			"I want to die. Sometimes.", "Mondays", "Send it as it is")
		if !strings.Contains(page.Body, `href="tel:999"`) || !strings.Contains(page.Body, `value="kim@example.org"`) {
			t.Error("whom to call, or what was typed, is missing")
		}
		if o.enquiries(t) != 0 || o.w.Count(t, `SELECT count(*) FROM audit`) != leaves {
			t.Error("something was kept or written down")
		}
		form.Set("anyway", "yes")
		webtest.Has(t, b.PostForm("/p/linden/begin", form, http.StatusOK), "It has arrived")
		if o.enquiries(t) != 1 || o.w.Count(t, `SELECT count(*) FROM enquiry WHERE junk`) != 0 {
			t.Error("it was not sent as it was")
		}
	})
}

func TestWhatIsNotYetRightComesBackWhole(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		b := o.s.Nobody(t)
		script := `"><script>alert(1)</script> [x](javascript:alert(1)) ` + "\u202eflipped"
		for field, form := range map[string]url.Values{
			"agree":  o.filled(t, b, "agree", "", "brings", script),
			"email":  o.filled(t, b, "email", "kim", "brings", script),
			"first":  o.filled(t, b, "first", webtest.NewID(t), "brings", script),
			"brings": o.filled(t, b, "brings", script+strings.Repeat("a", enquiry.MaxBrings)),
		} {
			page := b.PostForm("/p/linden/begin", form, http.StatusUnprocessableEntity)
			if !strings.Contains(page.Body, `href="#f-`+field) || strings.Contains(page.Body, "<script>alert") {
				t.Errorf("%s: the summary leads nowhere, or a script stands in the page", field)
			}
			webtest.Has(t, page, "[x](javascript:alert(1))")
		}
		for _, form := range map[string]url.Values{
			"a program": o.filled(t, b, "homepage", "https://x.example"),
			"a forgery": o.filled(t, b, "stamp", "1.0123456789abcdef"),
			"no id":     o.filled(t, b, "id", ""),
		} {
			page := b.PostForm("/p/linden/begin", form, http.StatusUnprocessableEntity)
			webtest.Has(t, page, "Please send it once more", "I cannot sleep.")
			if strings.Contains(page.Body, "x.example") {
				t.Error("the field that must stay empty is not")
			}
			next := form
			for name, value := range webtest.Carried(page) {
				next[name] = value
			}
			next.Del("homepage")
			o.w.Clock.Pass(20 * time.Minute)
			b.PostForm("/p/linden/begin", next, http.StatusOK)
		}
		if n := o.enquiries(t); n != 3 {
			t.Errorf("%d enquiries, want 3", n)
		}
	})
}

func TestAPracticeThatTakesNobodySaysHowElse(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		b := o.s.Nobody(t)
		form := o.filled(t, b)
		ps := profile.New(o.w.Door)
		o.w.Do(t, func(ctx context.Context) error {
			_, _, err := ps.KeepPractice(ctx, o.ines, 1, profile.Practice{Lead: "Four people.", Room: profile.Closed, Elsewhere: "The walk-in centre."})
			if err == nil {
				_, err = ps.PublishPractice(ctx, o.ines, 2)
			}
			return err
		})
		if err := o.s.Facts.Refresh(t.Context(), o.w.Door, o.s.People); err != nil {
			t.Fatal(err)
		}
		webtest.Has(t, b.Open("/p/linden/begin"), "takes no new enquiries", "0117 496 0142", "The walk-in centre.")
		webtest.Has(t, b.PostForm("/p/linden/begin", form, http.StatusTooManyRequests), "takes no new enquiries", "I cannot sleep.", "0117 496 0142")
		if o.enquiries(t) != 0 {
			t.Error("it was taken")
		}
	})
}

// TestAFloodLeavesTheInboxUsable sends ten thousand enquiries from as many networks.
func TestAFloodLeavesTheInboxUsable(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		many := 2_000
		if o.dir == "" || testing.Short() {
			many = 300 // what PostgreSQL adds to each is the same
		}
		forms := make([]url.Values, many)
		for i := range forms {
			id, stamp, err := o.es.Blank(o.s.Practice, o.w.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			forms[i] = url.Values{
				"id": {id}, "stamp": {stamp}, "name": {fmt.Sprint("Name ", i)}, "email": {fmt.Sprintf("a%d@example.org", i)}, "reach": {"message"}, "agree": {"yes"},
				"brings": {fmt.Sprint(i, strings.Repeat(" words", 30))},
			}
			if i < 100 || i%50 == 49 { // as large as can be: all that are taken, and some that are refused
				forms[i].Set("brings", fmt.Sprint(i, strings.Repeat(" words", enquiry.MaxBrings/7)))
			}
		}
		o.w.Clock.Pass(time.Minute)
		b := o.s.Nobody(t)
		before, begun := o.onDisk(t), time.Now()
		var taken int
		for i, form := range forms {
			got := b.Send(http.MethodPost, "/p/linden/begin", form, "X-Test-Network", fmt.Sprintf("198.%d.%d.7", i/250, i%250))
			switch got.Status {
			case http.StatusOK:
				taken++
			case http.StatusTooManyRequests:
			default:
				t.Fatalf("%d: %s", got.Status, got.Text())
			}
			if i == many-1 {
				webtest.Has(t, got, "There are very many enquiries at the moment", "words words", "What you wrote is still here")
			}
		}
		took := time.Since(begun)
		t.Logf("%d posts in %s, %d taken, %d bytes more on disk", many, took.Round(time.Millisecond), taken, o.onDisk(t)-before)
		if taken != o.enquiries(t) || taken == 0 || taken > 60 {
			t.Errorf("%d were taken, and %d are there", taken, o.enquiries(t))
		}
		if took > 4*time.Minute {
			t.Errorf("it took %s", took)
		}
		if grew := o.onDisk(t) - before; grew > 5<<19 { // what was taken, and less than 400 bytes for each that was not
			t.Errorf("the disk has %d bytes more", grew)
		}
		begun = time.Now()
		o.w.Do(t, func(ctx context.Context) error {
			l, err := o.es.List(ctx, o.ines, enquiry.Inbox, 0)
			if len(l.Items) != enquiry.PerPage || l.Total != taken {
				t.Errorf("the inbox shows %d of %d", len(l.Items), l.Total)
			}
			return err
		})
		if took := time.Since(begun); took > time.Second {
			t.Errorf("the inbox took %s", took)
		}
		// Somebody who is there a while later is heard.
		o.w.Clock.Pass(10 * time.Minute)
		webtest.Has(t, b.PostForm("/p/linden/begin", o.filled(t, b), http.StatusOK), "It has arrived")
	})
}

func (o *office) onDisk(t *testing.T) (n int64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(o.dir, "way.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		n += info.Size()
	}
	return n
}

// endless is a body that never ends, and counts what was read of it.
type endless struct{ read int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'a'
	}
	e.read += int64(len(p))
	if e.read > 1<<30 {
		return 0, errors.New("a gigabyte was read")
	}
	return len(p), nil
}

func TestAGigabyteIsRefusedBeforeItIsRead(t *testing.T) {
	eachOffice(t, func(t *testing.T, o *office) {
		for _, kind := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x"} {
			body := &endless{}
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, origin+"/p/linden/begin", io.MultiReader(bytes.NewReader([]byte("brings=")), body))
			r.ContentLength = -1
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			w := httptest.NewRecorder()
			o.s.Handler.ServeHTTP(w, r)
			if w.Code != http.StatusRequestEntityTooLarge || body.read > 256<<10 {
				t.Errorf("%s: %d after %d bytes", kind, w.Code, body.read)
			}
		}
		b := o.s.Nobody(t)
		b.PostForm("/p/linden/begin", o.filled(t, b, "brings", strings.Repeat("a", 1<<20)), http.StatusRequestEntityTooLarge)
		if o.enquiries(t) != 0 {
			t.Error("something was half stored")
		}
	})
}
