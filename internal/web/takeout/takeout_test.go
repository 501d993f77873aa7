package takeout_test

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/takeout"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A room is a practice in which Ines treats Tomas.
type room struct {
	*webtest.Site
	w           *waytest.World
	ines, tomas access.Actor
	as          *alliance.Alliances
	shares      *journal.Shares
}

func newRoom(t *testing.T, w *waytest.World) *room {
	t.Helper()
	s := webtest.New(t, w, "http://127.0.0.1:8420", person.Practice{Name: "Lindenhaus", Slug: "lindenhaus", Country: "GB", TimeZone: "Europe/London"})
	r := &room{Site: s, w: w, as: alliance.New(w.Door), shares: journal.New(w.Door)}
	r.ines = s.Join(t, s.Operator(), "Ines Brandt", "ines@example.org", person.Clinician)
	r.tomas = s.Join(t, r.ines, "Tomas Reed", "tomas@example.org", person.Client)
	shelf := instrument.NewShelf(w.Door)
	ms := measure.New(w.Door, shelf)
	s.Serve(web.Options{}, (&pages.Pages{
		Takeouts: takeout.New(w.Door, ms, informant.New(w.Door, shelf, "http://127.0.0.1:8420"), method.NewShelf(w.Door)), People: s.People, Vaults: vault.New(w.Door),
		Shares: r.shares, FHIR: collected,
	}).Routes())
	return r
}

// collected stands in for what programs read.
func collected(_ context.Context, _ access.Actor, client string, _ time.Time, w io.Writer) error {
	_, err := io.WriteString(w, `{"resourceType":"Bundle","of":"`+client+`"}`)
	return err
}

func TestARecordIsAPageThatWorksAloneAndTheSameAsData(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := newRoom(t, w)
		w.Do(t, func(ctx context.Context) error {
			_, err := r.as.Notice(ctx, r.tomas, access.ClientRecord(r.tomas.ID), alliance.MarkerForm{ID: webtest.NewID(t), Word: "Trust", Line: `<script>alert("x")</script> & "so on"`})
			return err
		})
		b := r.Browser(t, r.tomas)
		b.Want(http.StatusOK, b.Get("/my/archive"))
		b.Has("Your own archive", "record.html", "record.json")

		got := b.Open("/my/archive/record.html")
		if got.Header.Get("Content-Disposition") != `attachment; filename="record.html"` || got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers: %v", got.Header)
		}
		webtest.Has(t, got, "Tomas Reed", "tomas@example.org", "notes of sessions", "You noticed something")
		if !strings.Contains(got.Body, "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#34;so on&#34;") {
			t.Error("words are not words")
		}
		for _, not := range []string{"<script", "<link", "src=", "url(", "@import", "<img"} {
			if strings.Contains(got.Body, not) {
				t.Errorf("it has %q", not)
			}
		}
		for _, href := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(got.Body, -1) {
			if !strings.HasPrefix(href[1], "#") {
				t.Errorf("it leads to %s", href[1])
			}
		}

		var record takeout.Record
		if err := json.Unmarshal([]byte(b.Open("/my/archive/record.json").Body), &record); err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(record.Sections, func(s takeout.Section) bool { return s.ID == "noticed" })
		if i < 0 || len(record.Sections[i].Entries) != 1 || record.Sections[i].Entries[0].Lines[0].Text != `<script>alert("x")</script> & "so on"` {
			t.Errorf("got %+v", record.Sections)
		}
		for _, s := range record.Sections {
			if !strings.Contains(got.Body, `<h2>`+html.EscapeString(s.Title)+`</h2>`) {
				t.Errorf("the page has no %q", s.ID)
			}
		}

		ines := r.Browser(t, r.ines)
		for _, path := range []string{"/my/archive", "/my/archive/record.html", "/my/archive/record.json", "/my/archive/bundle.json", "/my/archive/shared.json", "/my/archive/archive.zip"} {
			ines.Want(http.StatusNotFound, ines.Get(path))
		}
	})
}

// TestEveryFileOfARecordIsWrittenDownAsTakenOut checks that the log says it once for each,
// in whatever form it leaves.
func TestEveryFileOfARecordIsWrittenDownAsTakenOut(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		r := newRoom(t, w)
		b := r.Browser(t, r.tomas)
		for n, path := range []string{"/my/archive/record.html", "/my/archive/record.json", "/my/archive/bundle.json", "/my/archive/archive.zip"} {
			b.Want(http.StatusOK, b.Get(path))
			r.w.Do(t, func(ctx context.Context) error {
				all, err := r.People.Openings(ctx, r.tomas, r.tomas.ID, 100)
				all = slices.DeleteFunc(all, func(o access.Opening) bool {
					return o.Action != access.TakeOut || o.ActorID != r.tomas.ID || !o.Allowed
				})
				if len(all) != n+1 {
					t.Errorf("after %s the log names %d", path, len(all))
				}
				return err
			})
			if got := w.Count(t, `SELECT count(*) FROM audit WHERE action = $1 AND detail = 'all'`, string(access.TakeOut)); got != n+1 {
				t.Errorf("after %s the log names everything %d times", path, got)
			}
		}
	})
}

func TestARecordNeedsAFreshSignIn(t *testing.T) {
	r := newRoom(t, waytest.In(t, t.TempDir()))
	b := r.Browser(t, r.tomas)
	b.Want(http.StatusOK, b.Get("/my/archive"))
	r.w.Clock.Pass(6 * time.Minute)
	for _, path := range []string{"/my/archive/record.html", "/my/archive/record.json", "/my/archive/bundle.json", "/my/archive/archive.zip"} {
		got := b.Send(http.MethodGet, path, nil)
		if got.Status == http.StatusOK || strings.Contains(got.Body, "tomas@example.org") {
			t.Errorf("%s: %d\n%s", path, got.Status, got.Body)
		}
	}
	b.Want(http.StatusOK, b.Get("/my/archive"))
	b.Has("/step-up?to=%2Fmy%2Farchive")
	if strings.Contains(b.Body, "record.html") {
		t.Error("it offers what it would refuse")
	}
}
