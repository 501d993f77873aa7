package operator_test

import (
	"context"
	"html"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	pages "github.com/waymark-care/waymark/internal/web/operator"
)

// setting are the fields of how a practice is set up, with what is changed.
func setting(revision string, changed ...string) []string {
	fields := map[string]string{
		"revision": revision, "name": "Linden House", "about": "Four people in Bristol.", "address": "14 Chapel Row",
		"phone": "0117 496 0142", "email": "hello@linden.example", "country": "GB", "time_zone": "Europe/London",
		"crisis": "Our doorbell is answered on weekdays.", "leave": "https://example.org/weather",
	}
	for i := 0; i+1 < len(changed); i += 2 {
		fields[changed[i]] = changed[i+1]
	}
	var all []string
	for name, value := range fields {
		all = append(all, name, value)
	}
	return all
}

func TestThePracticeIsSetUpAndWhatIsPublicChangesWithIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		form := b.Open("/practice")
		has(t, form, "Nobody of the practice has checked these numbers yet", "116 123", "999")
		one := hidden(t, form, "revision")

		bad := b.Post("/practice", http.StatusUnprocessableEntity, setting(one, "time_zone", "Bristol", "crisis", "A canary in words")...)
		has(t, bad, "Choose the time zone the practice is in.", "A canary in words")
		if hidden(t, bad, "revision") != one {
			t.Error("a form that came back pretends to have seen something newer")
		}
		if to := b.Post("/practice", http.StatusSeeOther, setting(one, "checked", "yes")...).To; to != "/practice?done=kept&kept=practice" {
			t.Errorf("sent on to %q", to)
		}
		public, _ := h.facts.Of(h.practice)
		if public.Address != "14 Chapel Row" || public.Leave != "https://example.org/weather" {
			t.Errorf("what is public did not change: %+v", public)
		}
		has(t, b.Open("/practice"), "Checked by the practice on Thursday 19 November.", "Our doorbell is answered on weekdays.")

		clash := b.Post("/practice", http.StatusConflict, setting(one, "about", "Five people in Bristol.", "phone", "0117 000 0000")...)
		has(t, clash, "Both are shown", "As it is now", "As you wrote it", "Five people in Bristol.", "Four people in Bristol.", "0117 496 0142")
		b.Post("/practice", http.StatusSeeOther, setting(hidden(t, clash, "revision"), "about", "Five people in Bristol.")...)
		has(t, b.Open("/practice"), "Five people in Bristol.", "Checked by the practice on Thursday 19 November.")
	})
}

func TestAnotherCountryIsNotYetChecked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		b.Post("/practice", http.StatusSeeOther, setting("1", "checked", "yes")...)
		b.Post("/practice", http.StatusSeeOther, setting("2", "country", "DE")...)
		page := b.Open("/practice")
		has(t, page, "Nobody of the practice has checked these numbers yet", "112")
	})
}

func TestPeopleAreListedInPagesWithoutAnythingClinical(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for n := range 55 {
			h.w.Do(t, func(ctx context.Context) error {
				_, _, err := h.people.Invite(ctx, h.miriam, person.InviteForm{ID: newID(t), Name: "Somebody", Email: "somebody" + strconv.Itoa(n) + "@example.org", Roles: []person.Role{person.Client}})
				return err
			})
		}
		b := h.browser(t, h.otto)
		first := b.Open("/people")
		has(t, first, "Miriam Adler Works here Here", "Nora Whitfield Client Here")
		hasNot(t, first, "Olga Sand")
		rest := b.Open(nextOf(t, first))
		if got := strings.Count(first.Body, "<tr>") - 1; got != 50 {
			t.Errorf("the first page lists %d, want 50", got)
		}
		if got := strings.Count(rest.Body, "<tr>") - 1; got != 9 {
			t.Errorf("the second page lists %d, want 9", got)
		}
		hasNot(t, rest, "The next fifty")
		one := b.Open("/people/" + h.nora.ID)
		has(t, one, "Nora Whitfield", "nora@example.org", "How long it is kept")
		for _, clinical := range []string{"PHQ", "GAD", "session", "answer"} {
			hasNot(t, one, clinical)
		}
	})
}

func nextOf(t *testing.T, r reply) string {
	t.Helper()
	_, rest, ok := strings.Cut(r.Body, `href="/people?after=`)
	after, _, _ := strings.Cut(rest, `"`)
	if !ok {
		t.Fatal("there is no next page")
	}
	return "/people?after=" + html.UnescapeString(after)
}

func TestStaffAreInvitedWithTheirRolesAndAFreshSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		h.w.Clock.Pass(6 * time.Minute)
		if to := b.Send(http.MethodGet, "/people/new", nil).To; to != "/step-up?to=%2Fpeople%2Fnew" {
			t.Errorf("with an old sign-in: sent to %q", to)
		}
		b = h.browser(t, h.otto)
		id := hidden(t, b.Open("/people/new"), "id")
		bad := b.Post("/people/new", http.StatusUnprocessableEntity, "id", id, "name", "Ines Roth", "email", "ines@linden.example")
		has(t, bad, "Choose what the person is in the practice.")
		if !strings.Contains(bad.Body, `value="Ines Roth"`) {
			t.Error("the name that was typed has gone")
		}
		// Somebody who manages does not take on clients, whatever a form says.
		b.Post("/people/new", http.StatusUnprocessableEntity, "id", id, "name", "Ines Roth", "email", "ines@linden.example", "roles", "client")
		made := b.Post("/people/new", http.StatusOK, "id", id, "name", "Ines Roth", "email", "ines@linden.example", "roles", "clinician", "roles", "manager")
		if !strings.Contains(made.Body, origin+"/join/"+h.practice+".") {
			t.Errorf("the page does not show the link:\n%s", made.Text())
		}
		used := b.Post("/people/new", http.StatusConflict, "id", id, "name", "Ines Roth", "email", "roth@linden.example", "roles", "clinician", "roles", "manager")
		has(t, used, "nobody was invited now")
		if hidden(t, used, "id") == id || !strings.Contains(used.Body, `value="roth@linden.example"`) {
			t.Error("the form comes back with the id that was used, or without the address that was typed")
		}
		list := b.Open("/people").Body
		ines := list[strings.LastIndex(list[:strings.Index(list, ">Ines Roth<")], "/people/")+len("/people/"):]
		ines, _, _ = strings.Cut(ines, `"`)
		page := b.Open("/people/" + ines)
		has(t, page, "Clinician and Manager", "The link runs until Thursday 3 December.")
		fresh := b.Post("/people/"+ines+"/invite-again", http.StatusOK, "id", hidden(t, page, "id"))
		if !strings.Contains(fresh.Body, "/join/") {
			t.Error("the fresh link is not shown")
		}
		has(t, page, "ines@linden.example", "Withdraw the invitation")
		has(t, b.Post("/people/"+ines+"/invite-address", http.StatusUnprocessableEntity, "id", hidden(t, page, "id"), "email", "ines@roth"), "There is no dot after the @")
		right := b.Post("/people/"+ines+"/invite-address", http.StatusOK, "id", hidden(t, b.Open("/people/"+ines), "id"), "email", "ines@roth.example")
		if !strings.Contains(right.Body, "/join/") {
			t.Error("the link to the right address is not shown")
		}
		has(t, b.Open("/people/"+ines), "ines@roth.example")
		has(t, b.Open("/people/"+ines+"/leave"), "Withdraw the invitation of Ines Roth?", "nobody comes in by it")
	})
}

func TestSupervisionIsSetAndEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		miriam := "/people/" + h.miriam.ID
		has(t, b.Open(miriam), "Nobody supervises them.", "Sven Holm")
		b.Post(miriam, http.StatusSeeOther, "do", "set", "supervisor", h.sven.ID)
		has(t, b.Open(miriam), "Supervised by Sven Holm")
		has(t, b.Open("/people/"+h.sven.ID), "Supervises Miriam Adler.")
		has(t, b.Post(miriam, http.StatusUnprocessableEntity, "do", "set", "supervisor", h.miriam.ID), "Somebody cannot supervise themselves.")
		has(t, b.Post(miriam, http.StatusUnprocessableEntity, "do", "set", "supervisor", h.nora.ID), "Choose somebody who works here.")
		b.Post("/people/"+h.nora.ID, http.StatusNotFound, "do", "set", "supervisor", h.sven.ID)
		b.Post(miriam, http.StatusSeeOther, "do", "end", "supervisor", h.sven.ID)
		has(t, b.Open(miriam), "Nobody supervises them.")
	})
}

func TestLeavingEndsEverythingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b, gone := h.browser(t, h.otto), h.browser(t, h.miriam)
		has(t, b.Open("/people/"+h.miriam.ID+"/leave"), "End the work of Miriam Adler here?", "they are signed out")
		own := b.Post("/people/"+h.otto.ID+"/leave", http.StatusUnprocessableEntity)
		has(t, own, "You cannot end your own work here")
		b.Post("/people/"+h.miriam.ID+"/leave", http.StatusSeeOther)
		has(t, b.Open("/people/"+h.miriam.ID), "Left")
		if r := gone.Send(http.MethodGet, "/practice", nil); r.Status != http.StatusSeeOther || !strings.HasPrefix(r.To, "/sign-in") {
			t.Errorf("the one who left: got %d to %q, want to sign in", r.Status, r.To)
		}
		if got := b.Send(http.MethodGet, "/people/"+h.nora.ID+"/leave", nil).Status; got != http.StatusNotFound {
			t.Errorf("a client cannot leave as staff: got %d, want 404", got)
		}
	})
}

func TestWhoDidWhatNamesActsAndNoContent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.people.BreakGlass(ctx, h.sven, person.GlassForm{ID: newID(t), Email: "nora@example.org", Reason: "A canary in the reason"})
			return err
		})
		b := h.browser(t, h.otto)
		acts := b.Open("/acts")
		has(t, acts, "Sven Holm Opened a record in an emergency A client", "Invited a client")
		glasses := b.Open("/acts/glasses")
		has(t, glasses, "19 November 09:30 Sven Holm A client 19 November 13:30")
		for _, page := range []reply{acts, glasses} {
			hasNot(t, page, "canary", "Nora", "Flag", "flag", "Answered", "PHQ")
		}
		h.w.Clock.Pass(6 * time.Minute)
		if to := b.Send(http.MethodGet, "/acts", nil).To; to != "/step-up?to=%2Facts" {
			t.Errorf("with an old sign-in: sent to %q", to)
		}
	})
}

// TestWhatIsForTheManagerLooksLikeNothingToOthers tries every address as a
// clinician, a client, whoever manages another practice, and nobody.
func TestWhatIsForTheManagerLooksLikeNothingToOthers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		nowhere := newID(t)
		body := map[string][]string{"do": {"set"}, "supervisor": {h.sven.ID}, "name": {"Nora Whitfield"}, "id": {newID(t)}, "email": {"a@example.org"}, "roles": {"manager"}, "revision": {"1"}}
		for who, b := range map[string]*browser{
			"a clinician": h.browser(t, h.miriam), "a client": h.browser(t, h.nora),
			"another practice's manager": h.browser(t, h.olga), "nobody": h.nobody(t),
		} {
			for _, route := range (&pages.Pages{}).Routes() {
				named := strings.Contains(route.Pattern, "{person}")
				if who == "another practice's manager" && !named {
					continue // those are her own practice's
				}
				if route.Audience == web.Clinician && who == "a clinician" {
					continue // the report, which is theirs as well
				}
				got := b.Send(route.Method, strings.Replace(route.Pattern, "{person}", h.nora.ID, 1), body)
				want := http.StatusNotFound
				if who == "nobody" && route.Method == http.MethodGet {
					want = http.StatusSeeOther
				} else if who == "nobody" {
					want = http.StatusUnauthorized
				}
				if got.Status != want {
					t.Errorf("%s %s by %s: got %d, want %d\n%s", route.Method, route.Pattern, who, got.Status, want, got.Text())
				}
				if !named {
					continue
				}
				none := b.Send(route.Method, strings.Replace(route.Pattern, "{person}", nowhere, 1), body)
				if none.Status != got.Status || strings.ReplaceAll(none.Body+none.To, nowhere, h.nora.ID) != got.Body+got.To {
					t.Errorf("%s %s by %s: somebody real looks different from nobody", route.Method, route.Pattern, who)
				}
			}
		}
		if n := h.w.Count(t, `SELECT count(*) FROM person WHERE state IN ('erased', 'left')`); n != 0 {
			t.Errorf("%d people have left or were erased", n)
		}
	})
}

func TestTheReportIsReadByManagersAndCliniciansAndSaysWhatItCannotSay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for base, b := range map[string]*browser{"/report": h.browser(t, h.otto), "/outcomes": h.browser(t, h.miriam)} {
			page := b.Open(base)
			has(t, page, "Nothing to show yet", "It compares nobody", "Small numbers wobble")
			hasNot(t, page, "Miriam", "Nora")
			has(t, b.Open(base+"?by=year"), "No whole year yet")
			if got := b.Send(http.MethodGet, base+"/table.csv", nil); got.Status != http.StatusOK || got.Body != "from,to,what,count,of,share,low,high,state\n" {
				t.Errorf("%s as a file: %d %q", base, got.Status, got.Body)
			}
		}
	})
}

func TestAClientWithNobodyIsFoundAClinicianAndNothingElseIsLearnt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.otto)
		nora := "/people/" + h.nora.ID
		has(t, b.Open(nora), "Miriam Adler", "End their work with Nora Whitfield")
		has(t, b.Open(nora+"?end="+h.miriam.ID), "End the work of Miriam Adler with Nora Whitfield?", "flags would then reach nobody")
		hasNot(t, b.Open(nora), "take-over", "Nobody works with")
		taken := b.Post(nora+"/take-over", http.StatusConflict, "clinician", h.sven.ID)
		has(t, taken, "Somebody works with this client already", "Nothing has been changed.")
		leave := b.Open("/people/" + h.miriam.ID + "/leave")
		has(t, leave, "The clients named below would have nobody.", "Nora Whitfield", "find somebody for each of them")
		hasNot(t, b.Open("/people/"+h.sven.ID+"/leave"), "Nora", "would have nobody")
		b.Post("/people/"+h.miriam.ID+"/leave", http.StatusSeeOther)

		alone := b.Open(nora)
		has(t, alone, "Nobody works with Nora Whitfield at the moment", "Sven Holm")
		hasNot(t, alone, "Miriam Adler", ">Otto Keller</option>")
		for _, who := range []string{h.otto.ID, h.miriam.ID, h.nora.ID, ""} {
			has(t, b.Post(nora+"/take-over", http.StatusUnprocessableEntity, "clinician", who), "Choose a clinician of the practice.")
		}
		h.w.Clock.Pass(6 * time.Minute)
		if got := b.Send(http.MethodPost, nora+"/take-over", map[string][]string{"clinician": {h.sven.ID}}).Status; got != http.StatusForbidden {
			t.Errorf("with an old sign-in: got %d, want 403", got)
		}
		b = h.browser(t, h.otto)
		b.Post(nora+"/take-over", http.StatusSeeOther, "clinician", h.sven.ID)
		after := b.Open(nora + "?done=taken")
		has(t, after, "is told that something is waiting", "Sven Holm")
		hasNot(t, after, "take-over")
		if to := b.Post(nora+"/relieve", http.StatusSeeOther, "clinician", h.sven.ID).To; to != nora+"?done=relieved" {
			t.Errorf("sent on to %q", to)
		}
		has(t, b.Open(nora+"?done=relieved"), "Ended. Both are told", "Nobody works with Nora Whitfield at the moment")
		b.Post("/people/"+h.sven.ID+"/take-over", http.StatusNotFound, "clinician", h.sven.ID)
	})
}
