package away_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/device"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/away"
	"github.com/waymark-care/waymark/internal/web/ui"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// A house is one practice with these pages: Miriam treats Nora and Elias. Beside them
// stand routes that answer a form in every way there is.
type house struct {
	miriam, nora, elias access.Actor
	browser             func(*testing.T, access.Actor) *webtest.Browser
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		s := webtest.New(t, w, "http://localhost", person.Practice{Slug: "linden-house", Name: "Linden House", Country: "GB", TimeZone: "Europe/London"})
		h := &house{browser: s.Browser}
		h.miriam = s.Join(t, s.Operator(), "Miriam Adler", "miriam@linden.example", person.Clinician)
		h.nora = s.Join(t, h.miriam, "Nora Whitfield", "nora@example.org", person.Client)
		h.elias = s.Join(t, h.miriam, "Elias Brandt", "elias@example.org", person.Client)
		s.Serve(web.Options{}, (&away.Pages{Devices: device.New(w.Door, "http://localhost")}).Routes(), answers())
		f(t, h)
	})
}

// answers are forms that are answered as their address says.
func answers() (all []web.Route) {
	for name, err := range map[string]error{
		"kept": nil, "refused": fault.New(fault.Invalid, "words", "Too long."), "conflict": fault.New(fault.Conflict, "", "Changed."),
		"gone": fault.Absent(), "later": fault.New(fault.NotSaved, "", "Full."),
	} {
		all = append(all, web.Route{Method: "POST", Pattern: "/my/" + name, Audience: web.Client, Away: true, Page: func(w http.ResponseWriter, r *http.Request) error {
			if err != nil {
				return err
			}
			return web.Kept(w, r, "/my/phone?said=it", "form")
		}})
	}
	return append(all, web.Route{Method: "POST", Pattern: "/my/again", Audience: web.Client, Away: true, Page: func(w http.ResponseWriter, r *http.Request) error {
		return web.Show(w, r, http.StatusUnprocessableEntity, ui.FormError(ui.FormErrorProps{Text: "Write less & send it again."}))
	}}, web.Route{Method: "GET", Pattern: "/my/one/{one}", Audience: web.Client, Away: true})
}

func told[T any](t *testing.T, r webtest.Reply) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Body), &v); err != nil {
		t.Fatalf("%d %s: %v", r.Status, r.Body, err)
	}
	return v
}

func TestWhatWaitedOnAPhoneIsAnsweredBriefly(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		for name, want := range map[string]struct {
			status int
			web.Sent
		}{
			"kept":     {200, web.Sent{State: web.SentKept, Go: "/my/phone?said=it&kept=form"}},
			"refused":  {422, web.Sent{State: web.SentRefused, Field: "words", Text: "Too long."}},
			"conflict": {409, web.Sent{State: web.SentConflict, Text: "Changed."}},
			"gone":     {404, web.Sent{State: web.SentGone, Text: "There is nothing here."}},
			"nowhere":  {404, web.Sent{State: web.SentGone, Text: "There is nothing here."}}, // an address of an earlier version
			"later":    {503, web.Sent{State: web.SentLater, Text: "Full."}},
			"again":    {422, web.Sent{State: web.SentRefused, Text: "Not saved yet. Write less & send it again."}},
		} {
			got := phone.PostForm("/my/"+name, url.Values{"words": {"so be it"}}, want.status, "Waymark-Outbox", "1", "Waymark-Whose", h.nora.ID)
			if said := told[web.Sent](t, got); said != want.Sent || got.Header.Get("Waymark-Outbox") != "1" {
				t.Errorf("%s: got %+v, want %+v", name, said, want.Sent)
			}
			if plain := phone.Send(http.MethodPost, "/my/"+name, url.Values{"words": {"so be it"}}); strings.HasPrefix(plain.Body, "{") {
				t.Errorf("%s: a page was answered as a phone is", name)
			}
		}
	})
}

func TestNothingThatWaitsIsSentAsSomebodyElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, b := range map[string]*webtest.Browser{"somebody else": h.browser(t, h.elias), "a clinician": h.browser(t, h.miriam)} {
			for _, whose := range []string{h.nora.ID, ""} {
				got := b.PostForm("/my/kept", nil, http.StatusUnauthorized, "Waymark-Outbox", "1", "Waymark-Whose", whose)
				if said := told[web.Sent](t, got); said.State != web.SentSignIn {
					t.Errorf("%s for %q: %+v", name, whose, said)
				}
			}
		}
		out := h.browser(t, h.nora)
		clear(out.Cookies)
		got := out.PostForm("/my/kept", nil, http.StatusUnauthorized, "Waymark-Outbox", "1", "Waymark-Whose", h.nora.ID)
		if said := told[web.Sent](t, got); said.State != web.SentSignIn {
			t.Errorf("signed out: %+v", said)
		}
	})
}

func TestAPhoneIsChosenKnownAndTakenOff(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		page := phone.Open("/my/phone")
		if strings.Contains(page.Body, "away.js") || strings.Contains(page.Body, "manifest") || page.Header.Get("Content-Security-Policy") == phone.Open("/my/outbox").Header.Get("Content-Security-Policy") {
			t.Errorf("before it was chosen: %s", page.Header.Get("Content-Security-Policy"))
		}
		id := webtest.Hidden(t, page, "id")
		type secret struct{ Secret, Person string }
		first := told[secret](t, phone.Post("/my/phone", http.StatusOK, "id", id))
		if first.Person != h.nora.ID || len(first.Secret) != 43 || phone.Cookies["waymark-phone"] == "" {
			t.Errorf("%+v, %v", first, phone.Cookies)
		}
		page = phone.Open("/my/phone")
		if !strings.Contains(page.Body, "away") || !strings.Contains(page.Body, "/manifest.webmanifest") || !strings.Contains(page.Body, `data-device="`+id+`"`) {
			t.Errorf("after it was chosen: %s", page.Text())
		}
		if got := told[secret](t, phone.Open("/my/phone/"+id+"/secret")); got.Secret != first.Secret {
			t.Errorf("another secret: %+v", got)
		}
		other := h.browser(t, h.elias)
		for _, to := range []string{"/secret"} {
			if got := other.Send(http.MethodGet, "/my/phone/"+id+to, nil); got.Status != http.StatusNotFound {
				t.Errorf("somebody else: %d %s", got.Status, got.Body)
			}
		}
		other.Post("/my/phone/"+id+"/off", http.StatusNotFound)
		other.Post("/my/phone/"+id+"/empty", http.StatusNotFound, "secret", first.Secret)

		elsewhere := h.browser(t, h.nora)
		elsewhere.Post("/my/phone/"+id+"/off", http.StatusSeeOther)
		if got := told[struct{ Off bool }](t, phone.Open("/my/phone/"+id+"/secret")); !got.Off {
			t.Error("the phone is not told that it is off")
		}
		phone.Post("/my/phone/"+id+"/empty", http.StatusOK, "secret", first.Secret)
		if phone.Cookies["waymark-phone"] != "" {
			t.Error("the browser is still known as a phone")
		}
	})
}

func TestAPhoneIsToldWhatItMayKeep(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		got := told[struct {
			Person, Help string
			Pages, Forms []string
		}](t, h.browser(t, h.nora).Open("/my/away"))
		if got.Person != h.nora.ID || got.Help != "/help?p=linden-house" || !slices.Contains(got.Pages, "/my/one/{one}") || !slices.Contains(got.Forms, "/my/kept") || slices.Contains(got.Forms, "/my/phone") {
			t.Errorf("%+v", got)
		}
	})
}

func TestWhatLiesOnThePhoneInTheClearIsNobodys(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phone := h.browser(t, h.nora)
		clear(phone.Cookies)
		for _, path := range []string{"/phone", "/phone/away", "/manifest.webmanifest"} {
			if got := phone.Open(path); strings.Contains(got.Body, "Linden") || strings.Contains(got.Body, "herap") {
				t.Errorf("%s says: %s", path, got.Text())
			}
		}
	})
}
