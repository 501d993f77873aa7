package arrival_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/arrival"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is a practice with a clinician, a manager and a client.
type house struct {
	*webtest.Site
	w                 *waytest.World
	ines, otto, tomas access.Actor
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := &house{w: w, Site: webtest.New(t, w, "https://way.example", person.Practice{Slug: "linden", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})}
		h.ines = h.Join(t, h.Operator(), "Ines", "ines@example.org", person.Clinician)
		h.otto = h.Join(t, h.Operator(), "Otto", "otto@example.org", person.Manager)
		h.tomas = h.Join(t, h.ines, "Tomas", "tomas@example.org", person.Client)
		measures := measure.New(w.Door, instrument.NewShelf(w.Door))
		h.Serve(web.Options{}, (&pages.Pages{Arrivals: arrival.New(w.Door, h.People, measures), People: h.People}).Routes())
		f(t, h)
	})
}

// upload sends a file as a browser does.
func upload(t *testing.T, b *webtest.Browser, path, file string, want int, fields ...string) webtest.Reply {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "old.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, file); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(fields); i += 2 {
		if err := form.WriteField(fields[i], fields[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, "https://way.example"+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	got := b.Do(r)
	if got.Code != want {
		t.Fatalf("%s: %d, want %d\n%s", path, got.Code, want, got.Body)
	}
	return webtest.Reply{Status: got.Code, Body: got.Body.String()}
}

const table = "Nr;Wer;E-Mail\n7;Zoë Quill;zoe@example.org\n8;Tomas;tomas@example.org\n9;<b>Bo</b>;bo\n"

func (h *house) clients(t *testing.T, of access.Actor) (n int) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error {
		all, err := h.People.Clients(ctx, of)
		n = len(all)
		return err
	})
	return n
}

func TestAFileIsLookedAtMappedAndBroughtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.Browser(t, h.ines)
		webtest.Has(t, b.Open("/clients/import"), "Bring in from elsewhere", "Nobody is written to", "Scores of questionnaires")
		asked := upload(t, b, "/clients/import/look", table, http.StatusUnprocessableEntity, "kind", "clients", "source", "Old Book")
		webtest.Has(t, asked, "Please say which column has the name.", "Wer (Zoë Quill)", "parted by semicolons")

		form := webtest.Carried(asked)
		form.Set("in-id", "0")
		form.Set("in-name", "1")
		form.Set("in-email", "2")
		look := b.PostForm("/clients/import/look", form, http.StatusOK)
		webtest.Has(t, look, "One is new.", "One is here already.", "One cannot be brought as it is.", "Line 4", "“E-Mail” Write the e-mail address like name@example.org.", "Bring one in", "Nothing has been brought in yet.")
		if strings.Contains(look.Body, "<b>Bo</b>") {
			t.Error("what the file says became a part of the page")
		}
		if n := h.clients(t, h.ines); n != 1 {
			t.Fatalf("looking made %d clients", n-1)
		}
		form.Set("looked", webtest.Hidden(t, look, "looked"))
		changed := webtest.Carried(look)
		for name := range form {
			changed[name] = form[name]
		}
		changed.Set("in-email", "-")
		webtest.Has(t, b.PostForm("/clients/import/bring", changed, http.StatusUnprocessableEntity), "How the file is read was changed.", "Bring")
		for range 2 {
			webtest.Has(t, b.PostForm("/clients/import/bring", form, http.StatusOK), "Brought in", "Nobody was written to.")
			if n := h.clients(t, h.ines); n != 2 {
				t.Fatalf("there are %d clients", n)
			}
		}
	})
}

func TestAManagerBringsClientsAndNothingClinical(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.Browser(t, h.otto)
		webtest.HasNot(t, b.Open("/practice/import"), "Scores of questionnaires")
		for _, file := range []string{"client;instrument;date;score\nTomas;PHQ-9;2020-01-01;3\n", "Client;Date;Start time;Status\n1001;2020-01-01;9:00;held\n"} {
			got := upload(t, b, "/practice/import/look", file, http.StatusUnprocessableEntity, "kind", "scores")
			webtest.Has(t, got, "Whoever treats the clients brings those")
			webtest.HasNot(t, got, "Total score", "is new")
		}
		got := upload(t, b, "/practice/import/look", "client;phone\n1001;030 1\nZoë Quill;030 2\n", http.StatusOK, "kind", "scores")
		webtest.Has(t, got, "Whole name", "One is new.", "There is no letter in it")
		webtest.HasNot(t, got, "Total score")
		for _, who := range []access.Actor{h.otto, h.tomas} {
			if got := h.Browser(t, who).Send(http.MethodGet, "/clients/import", nil); got.Status == http.StatusOK {
				t.Errorf("%s brings in as a clinician does", who.ID)
			}
		}
	})
}

func TestAWrongFileComesBackToItsForm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.Browser(t, h.ines)
		webtest.Has(t, upload(t, b, "/clients/import/look", "", http.StatusUnprocessableEntity, "source", "Old Book"), "Please choose a file.")
		webtest.Has(t, upload(t, b, "/clients/import/look", "PK\x03\x04zip", http.StatusUnprocessableEntity), "This is a spreadsheet")
		webtest.Has(t, upload(t, b, "/clients/import/look", "a;b\n\"x;y\n", http.StatusUnprocessableEntity), "Line 2: the quotes")
		for _, packed := range []string{"", "not base64", "aGVsbG8="} {
			b.Post("/clients/import/bring", http.StatusUnprocessableEntity, "packed", packed)
		}
		webtest.Has(t, upload(t, b, "/clients/import/look", "client;date;time;length\nTomas;03.04.2020;9:00;50\n", http.StatusUnprocessableEntity), "whether the day or the month comes first")
		if got := upload(t, b, "/clients/import/look", "name\n"+strings.Repeat("x", arrival.MaxBytes), http.StatusUnprocessableEntity); !strings.Contains(got.Body, "larger than 5 MB") {
			t.Errorf("a large file: %.300s", got.Body)
		}
	})
}

func TestAClientWhoCameThatWayIsInvitedOnTheirPage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.Browser(t, h.ines)
		look := upload(t, b, "/clients/import/look", "name;phone\nZoë Quill;030\n", http.StatusOK)
		b.PostForm("/clients/import/bring", merged(webtest.Carried(look), "in-name", "0", "in-phone", "1"), http.StatusOK)
		var zoe string
		h.w.Do(t, func(ctx context.Context) error {
			all, err := h.People.Clients(ctx, h.ines)
			for _, c := range all {
				if c.State == person.Arrived {
					zoe = c.ID
				}
			}
			return err
		})
		page := "/clients/" + zoe + "/invite"
		webtest.Has(t, b.Open(page), "Invite Zoë", "Their e-mail")
		webtest.Has(t, b.Post(page, http.StatusUnprocessableEntity, "id", webtest.NewID(t), "email", "nobody"), "like name@example.org")
		webtest.Has(t, b.Post(page, http.StatusOK, "id", webtest.NewID(t), "email", "zoe@example.org"), "shown once")
		if to := b.Post(page, http.StatusSeeOther, "id", webtest.NewID(t), "email", "zoe@example.org").To; to != "/clients/"+zoe {
			t.Errorf("sent on to %q", to)
		}
	})
}

func merged(form map[string][]string, fields ...string) map[string][]string {
	for i := 0; i < len(fields); i += 2 {
		form[fields[i]] = []string{fields[i+1]}
	}
	return form
}

func TestAMistypedInvitationIsAskedAboutPutRightAndWithdrawn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var lea string
		h.w.Do(t, func(ctx context.Context) (err error) {
			lea, _, err = h.People.Invite(ctx, h.ines, person.InviteForm{ID: webtest.NewID(t), Name: "Lea", Email: "lea@example", Roles: []person.Role{person.Client}})
			return err
		})
		b, page := h.Browser(t, h.ines), "/clients/"+lea+"/invite"
		webtest.Has(t, b.Open(page), "The invitation of Lea", "lea@example", "Correct the address", "Withdraw this invitation")

		id := webtest.NewID(t)
		asked := b.Post(page+"/address", http.StatusUnprocessableEntity, "id", id, "email", "lea@elsewhere")
		webtest.Has(t, asked, "There is no dot after the @")
		if sure := webtest.Hidden(t, asked, "sure"); sure != "lea@elsewhere" || !strings.Contains(asked.Body, `value="lea@elsewhere"`) {
			t.Errorf("it asks about %q", sure)
		}
		webtest.Has(t, b.Post(page+"/address", http.StatusUnprocessableEntity, "id", id, "email", "lea@other", "sure", "lea@elsewhere"), "There is no dot after the @")
		webtest.Has(t, b.Post(page+"/address", http.StatusOK, "id", id, "email", "lea@elsewhere", "sure", "lea@elsewhere"), "shown once")
		webtest.Has(t, b.Post(page+"/address", http.StatusOK, "id", webtest.NewID(t), "email", "lea@example.org"), "shown once")
		webtest.Has(t, b.Open(page), "lea@example.org")
		webtest.Has(t, b.Post(page+"/address", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "email", "nobody"), "like name@example.org")

		for range 2 {
			if to := b.Post(page+"/withdraw", http.StatusSeeOther).To; to != "/clients/"+lea+"?done=uninvited" {
				t.Errorf("sent on to %q", to)
			}
		}
		webtest.Has(t, b.Open(page), "Invite Lea", "Their e-mail")
		b.Post("/clients/"+h.tomas.ID+"/invite/withdraw", http.StatusSeeOther)
		h.Browser(t, h.otto).Post(page+"/withdraw", http.StatusNotFound)
	})
}
