package clinician_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

var askingThem = regexp.MustCompile(`/clients/([0-9a-f-]{36})/ask`)

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestWhoeverInvitesIsShownTheSameWhetherOrNotTheAddressIsKnown: with the link they
// would open it themself, and be let in at the one and refused at the other.
func TestWhoeverInvitesIsShownTheSameWhetherOrNotTheAddressIsKnown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pages.Mail = true
		b := h.browser(t, h.mallory)
		shown := func(email string) (all []string) {
			t.Helper()
			plain := func(status int, body string) {
				if strings.Contains(body, "/join/") {
					t.Errorf("%s: the link is shown", email)
				}
				body = strings.ReplaceAll(body, email, "ADDRESS")
				all = append(all, http.StatusText(status)+"\n"+anID.ReplaceAllString(body, "ID"))
			}
			id := hidden(t, b.Open("/clients/new"), "id")
			before := h.w.Count(t, `SELECT count(*) FROM letter`)
			var who string
			send := func() {
				made := b.Post("/clients/new", http.StatusOK, "id", id, "name", "Somebody", "email", email)
				has(t, made, "A letter for Somebody", "is on its way to "+email)
				plain(made.Status, made.Body)
				who = askingThem.FindStringSubmatch(made.Body)[1]
			}
			send()
			send() // the same form once more
			if n := h.w.Count(t, `SELECT count(*) FROM letter`) - before; n != 1 {
				t.Errorf("%s: %d letters, want 1", email, n)
			}
			page := b.Open("/clients/" + who)
			plain(page.Status, page.Body)
			fresh := b.Post("/clients/"+who+"/invite-again", http.StatusOK, "id", hidden(t, page, "id"))
			plain(fresh.Status, fresh.Body)
			return all
		}
		known, unknown := shown("nora@example.org"), shown("nobody@elsewhere.example")
		for i := range known {
			if known[i] != unknown[i] {
				t.Errorf("page %d differs:\n%s\n---\n%s", i+1, known[i], unknown[i])
			}
		}
	})
}

func TestAnInvitationToAnAddressWithoutADotIsAskedAboutOnceAndThoseCalledAlikeAreToldApart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		id := hidden(t, b.Open("/clients/new"), "id")
		asked := b.Post("/clients/new", http.StatusUnprocessableEntity, "id", id, "name", "Lea", "email", "lea@example")
		has(t, asked, "There is no dot after the @")
		b.Post("/clients/new", http.StatusOK, "id", id, "name", "Lea", "email", "lea@example", "sure", hidden(t, asked, "sure"))
		b.Post("/clients/new", http.StatusOK, "id", hidden(t, b.Open("/clients/new"), "id"), "name", "Lea", "email", "lea@example.org")
		list := b.Open("/clients")
		has(t, list, "Lea, lea@example", "Lea, lea@example.org")
		hasNot(t, list, "nora@example.org")
	})
}

// TestAnAddressPutRightInAFormThatWasSentIsNotTakenForSent: going back in the browser
// shows the form with the id that was used.
func TestAnAddressPutRightInAFormThatWasSentIsNotTakenForSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.pages.Mail = true
		b := h.browser(t, h.mallory)
		id := hidden(t, b.Open("/clients/new"), "id")
		send := func(status int, id, email string) webtest.Reply {
			t.Helper()
			return b.Post("/clients/new", status, "id", id, "name", "Robin", "email", email)
		}
		send(http.StatusOK, id, "robin@exmaple.org")
		back := send(http.StatusConflict, id, "robin@example.org")
		has(t, back, "nobody was invited now")
		hasNot(t, back, "is on its way")
		for _, typed := range []string{`value="Robin"`, `value="robin@example.org"`} {
			if !strings.Contains(back.Body, typed) {
				t.Errorf("%s has gone", typed)
			}
		}
		fresh := hidden(t, back, "id")
		if fresh == id {
			t.Fatal("the form comes back with the id that was used")
		}
		before := h.w.Count(t, `SELECT count(*) FROM letter`)
		has(t, send(http.StatusOK, fresh, "robin@example.org"), "is on its way to robin@example.org")
		if n := h.w.Count(t, `SELECT count(*) FROM letter`) - before; n != 1 {
			t.Errorf("%d letters, want 1", n)
		}
	})
}
