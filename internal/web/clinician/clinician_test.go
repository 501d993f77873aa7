package clinician_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web/asking"
	"github.com/waymark-care/waymark/internal/web/clinician"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestTodaySaysWhoComesWhatArrivedAndWhoNeedsALook(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		has(t, b.Open("/today"), "No session is planned in the next days", "Nothing asks for a closer look", "Nothing has arrived")

		phq, gad := h.ask(t, h.nora, "phq-9"), h.ask(t, h.tomas, "gad-7")
		h.give(t, h.nora, phq, 0, 18, false, true)
		h.give(t, h.tomas, gad, 0, 6, false, true)
		h.w.Clock.Pass(7 * 24 * time.Hour)
		h.give(t, h.nora, phq, 1, 10, true, true)
		h.give(t, h.tomas, gad, 1, 19, false, true)
		h.plan(t, h.nora, 25*time.Minute, "Room 2")
		h.plan(t, h.tomas, 4*time.Hour, "Video")
		h.plan(t, h.nora, 26*time.Hour, "Room 2")

		b = h.browser(t, h.miriam)
		page := b.Open("/today")
		has(t, page, "Thursday 26 November", "Two sessions, the last ends at 14:20.",
			"Next, in 25 minutes 09:55 to 10:45, Nora Whitfield Session 1 Room 2",
			"PHQ-9 11 today, was 18. Began at 18: better by more than its wobble.",
			"The safety flag of 26 November", "PHQ-9 of 26 November",
			"13:30 Tomas Blau Video", "Nora Whitfield answered PHQ-9", "since yesterday")
		first, second := strings.Index(page.Text(), "Safety flag"), strings.Index(page.Text(), "Worse than at the start")
		if first < 0 || second < first {
			t.Errorf("an open flag stands at %d and a signal at %d: the flag comes first", first, second)
		}
		hasNot(t, page, "Lea Grün")
		if !strings.Contains(page.Body, "/clients/"+h.tomas.ID+"/course?of=gad-7") {
			t.Error("the signal does not lead to the course that it is about")
		}
		if n := strings.Count(page.Body, "btn-main"); n != 1 {
			t.Errorf("got %d filled buttons, want 1", n)
		}
		h.w.Clock.Pass(5 * time.Hour)
		has(t, h.browser(t, h.miriam).Open("/today"), "Two sessions, the last ended at 14:20.")
	})
}

func TestTheNextHourSaysOnlyWhatCameSinceTheLastOne(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 18, false, true)
		h.plan(t, h.nora, 24*time.Hour, "")
		h.w.Clock.Pass(7 * 24 * time.Hour)
		h.plan(t, h.nora, time.Hour, "")
		page := h.browser(t, h.miriam).Open("/today")
		has(t, page, "Since Friday 20 November Nothing has come since then.", "PHQ-9 of 19 November")
		h.give(t, h.nora, h.ask(t, h.nora, "gad-7"), 0, 6, false, true)
		page = h.browser(t, h.miriam).Open("/today")
		has(t, page, "Since Friday 20 November GAD-7 6 today.")
		hasNot(t, page, "Nothing has come since then.")
	})
}

func (h *house) plan(t *testing.T, who access.Actor, in time.Duration, place string) (a session.Appointment) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) (err error) {
		a, err = h.sessions.Plan(ctx, h.miriam, access.ClientRecord(who.ID), session.Form{
			ID: newID(t), Start: h.w.Clock.Now().Add(in).Truncate(5 * time.Minute), Length: 50 * time.Minute, Place: place,
		})
		return err
	})
	return a
}

func TestClientsAreListedByNameAndNotRanked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.tomas, h.ask(t, h.tomas, "gad-7"), 0, 12, false, true)
		h.plan(t, h.tomas, 26*time.Hour, "")
		page := h.browser(t, h.miriam).Open("/clients")
		has(t, page, "Two clients.", "Nora Whitfield Nothing yet None planned", "Tomas Blau GAD-7 12, today Tomorrow at 11:30")
		hasNot(t, page, "Lea Grün")
	})
}

func TestAnInvitationShowsItsLinkOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		b := h.browser(t, h.miriam)
		form := b.Open("/clients/new")
		id := hidden(t, form, "id")
		bad := b.Post("/clients/new", http.StatusUnprocessableEntity, "id", id, "name", "Ruth <b>", "email", "ruth at home")
		has(t, bad, "Write the e-mail address like name@example.org.")
		for _, kept := range []string{`value="Ruth &lt;b&gt;"`, `value="ruth at home"`, `value="` + id + `"`} {
			if !strings.Contains(bad.Body, kept) {
				t.Errorf("the form came back without %s", kept)
			}
		}
		made := b.Post("/clients/new", http.StatusOK, "id", id, "name", "Ruth", "email", "ruth@example.org")
		if !strings.Contains(made.Body, origin+"/join/"+h.practice+".") {
			t.Errorf("the page does not show the link:\n%s", made.Text())
		}
		again := b.Post("/clients/new", http.StatusOK, "id", id, "name", "Ruth", "email", "ruth@example.org")
		if strings.Contains(again.Body, "/join/") {
			t.Error("the link was shown a second time")
		}
		list := b.Open("/clients")
		has(t, list, "Three clients, one invited and not yet here.")
		if n := strings.Count(list.Text(), "Ruth"); n != 1 {
			t.Errorf("Ruth is listed %d times, want once", n)
		}

		ruth := h.clientCalled(t, "Ruth")
		one := b.Open("/clients/" + ruth)
		has(t, one, "Ruth was invited today and has not come in yet.", "Address: ruth@example.org", "Correct the address, or withdraw the invitation")
		fresh := b.Post("/clients/"+ruth+"/invite-again", http.StatusOK, "id", hidden(t, one, "id"))
		if !strings.Contains(fresh.Body, "/join/") {
			t.Errorf("the fresh link is not shown:\n%s", fresh.Text())
		}
	})
}

func (h *house) clientCalled(t *testing.T, name string) (id string) {
	t.Helper()
	h.w.Do(t, func(ctx context.Context) error {
		all, err := h.people.Clients(ctx, h.miriam)
		for _, p := range all {
			if p.Name == name {
				id = p.ID
			}
		}
		return err
	})
	return id
}

func TestAClientsPageShowsTheCourseInNineOpenings(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		phq := h.ask(t, h.nora, "phq-9")
		a := h.give(t, h.nora, phq, 0, 18, false, true)
		h.w.Clock.Pass(7 * 24 * time.Hour)
		h.give(t, h.nora, phq, 1, 10, false, false)
		b := h.browser(t, h.miriam)
		before := h.w.Count(t, `SELECT count(*) FROM audit`)
		page := b.Open("/clients/" + h.nora.ID)
		if n := h.w.Count(t, `SELECT count(*) FROM audit`) - before; n != 9 {
			t.Errorf("the page opened %d doors, want 9", n)
		}
		has(t, page, "Nora is at 10 and began at 18. A fall of 8 is more than the test’s own wobble (6 or more counts).",
			"Lower is better. Twice since 19 November.", "13 to 23: too close to 18 to tell apart", "8 in 10",
			"seen by Nora, not yet talked about", "not yet seen by Nora", "PHQ-9, every week since 19 November", "To see how the weeks go")
		if strings.Contains(page.Body, "style=") || strings.Contains(page.Body, "onclick") {
			t.Error("the page has an inline style or script")
		}

		one := b.Open("/clients/" + h.nora.ID + "/answers/" + a.ID)
		in, _ := instrument.Lookup("phq-9", "")
		for _, it := range in.Items {
			has(t, one, it.Text)
		}
		has(t, one, "PHQ-9: 18 of 27, moderately severe.", "The tram was hard", "Nearly every day", "Not yet talked about.")
		if to := b.Post("/clients/"+h.nora.ID+"/answers/"+a.ID+"/talked", http.StatusSeeOther).To; to != "/clients/"+h.nora.ID+"?done=talked" {
			t.Errorf("sent on to %q", to)
		}
		has(t, b.Open("/clients/"+h.nora.ID+"?done=talked"), "Noted: you talked about it.", "talked about")
		has(t, b.Open("/clients/"+h.nora.ID+"/answers/"+a.ID), "Talked about, noted by you today")
	})
}

func TestWhoTreatsAClientFindsHowToReachThemAndSupervisionDoesNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 10, true, true)
		desk := h.browser(t, h.miriam)
		has(t, desk.Open("/clients/"+h.nora.ID), "How to reach Nora", "nora@example.org", "Nora has given no telephone.")
		h.w.Do(t, func(ctx context.Context) error {
			me, err := h.people.Person(ctx, h.nora, h.nora.ID)
			if err != nil {
				return err
			}
			me.Phone = "0117 496 0123"
			return h.people.Rename(ctx, h.nora, me)
		})
		var flags []safety.Flag
		h.w.Do(t, func(ctx context.Context) (err error) {
			flags, err = h.flags.Open(ctx, h.miriam)
			return err
		})
		reach := []string{"How to reach Nora", "0117 496 0123", "nora@example.org", "or it came with them from another product"}
		for _, path := range []string{"/clients/" + h.nora.ID, "/clients/" + h.nora.ID + "/flags/" + flags[0].ID} {
			page := desk.Open(path)
			has(t, page, reach...)
			for _, link := range []string{`href="tel:01174960123"`, `href="mailto:nora@example.org"`} {
				if !strings.Contains(page.Body, link) {
					t.Errorf("%s: no %s", path, link)
				}
			}
			if head, _, _ := strings.Cut(page.Body, "</head>"); strings.Contains(head, "nora@") || strings.Contains(head, "0123") {
				t.Errorf("%s: the contact is in its head", path)
			}
		}
		if r := h.browser(t, h.mallory).Send(http.MethodGet, "/clients/"+h.nora.ID, nil); r.Status != http.StatusNotFound || strings.Contains(r.Body, "0123") {
			t.Errorf("somebody who does not treat her: %d", r.Status)
		}
		desk.Post("/clients/"+h.nora.ID+"/share", http.StatusSeeOther, "supervisor", h.sven.ID, "do", "show")
		hasNot(t, h.browser(t, h.sven).Open("/supervision/"+h.nora.ID), "0117 496 0123", "nora@example.org", "How to reach")

		h.w.Grant(t, h.mallory, access.ClientRecord(h.nora.ID), access.Emergency)
		h.w.Grant(t, h.mallory, access.PersonRecord(h.nora.ID), access.Glimpses)
		has(t, h.browser(t, h.mallory).Open("/emergency/"+h.nora.ID), reach...)
	})
}

func TestAFlagIsSeenAndClosedWithANoteAndAConflictShowsBoth(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 10, true, true)
		h.w.Do(t, func(ctx context.Context) error {
			return h.people.BeginCare(ctx, h.miriam, h.nora.ID, h.sven.ID)
		})
		b := h.browser(t, h.miriam)
		var flags []safety.Flag
		h.w.Do(t, func(ctx context.Context) (err error) {
			flags, err = h.flags.Open(ctx, h.miriam)
			return err
		})
		if len(flags) != 1 {
			t.Fatalf("got %d flags, want 1", len(flags))
		}
		page := b.Open("/clients/" + h.nora.ID)
		has(t, page, "Question 9 was answered “Several days”", "nobody has said that they saw it")
		at, chart := strings.Index(page.Body, "Question 9 was answered"), strings.Index(page.Body, "chart-box")
		if chart >= 0 && at > chart {
			t.Error("the flag stands below the chart")
		}
		flag := "/clients/" + h.nora.ID + "/flags/" + flags[0].ID
		if h.w.Count(t, `SELECT count(*) FROM flag_notice WHERE kind = 'seen'`) != 0 {
			t.Error("opening a page changed something")
		}
		b.Post(flag+"/seen", http.StatusSeeOther)
		form := b.Open(flag)
		has(t, form, "Seen by you Today at 09:30", "Nora was shown whom to reach Today at 09:30", "All the answers")

		has(t, b.Post(flag+"/close", http.StatusUnprocessableEntity, "revision", "1", "note", " "), "A flag is closed with a note only.")
		sven := h.browser(t, h.sven)
		sven.Post(flag+"/close", http.StatusSeeOther, "revision", "1", "note", "I rang her at ten.")
		clash := b.Post(flag+"/close", http.StatusConflict, "revision", hidden(t, form, "revision"), "note", "We meet at noon.")
		has(t, clash, "I rang her at ten.", "We meet at noon.", "Sven Holm", "Somebody closed this while you were writing")
		b.Post(flag+"/close", http.StatusSeeOther, "revision", hidden(t, clash, "revision"), "note", "We meet at noon.")
		has(t, b.Open(flag), "I rang her at ten.", "We meet at noon.")
		hasNot(t, b.Open("/clients/"+h.nora.ID), "A safety flag is open")
	})
}

func TestASupervisorSeesTheCourseWithoutANameAndOnlyWhileItIsShown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 18, false, true)
		miriam, sven := h.browser(t, h.miriam), h.browser(t, h.sven)
		has(t, sven.Open("/supervision"), "Nothing is shown to you at the moment.")
		path := "/supervision/" + h.nora.ID
		if got := sven.Send(http.MethodGet, path, nil).Status; got != http.StatusNotFound {
			t.Errorf("before it is shown: got %d, want 404", got)
		}
		has(t, miriam.Open("/clients/"+h.nora.ID+"/team"), "Sven Holm Not shown", "You")
		miriam.Post("/clients/"+h.nora.ID+"/share", http.StatusSeeOther, "supervisor", h.sven.ID, "do", "show")
		has(t, sven.Open("/supervision"), "A client of Miriam’s", "Shown since 19 November")
		page := sven.Open(path)
		has(t, page, "A client of Miriam’s", "The client began at 18.")
		hasNot(t, page, "Nora", "Whitfield", "The tram was hard", "Question 9", "Not at all", "/answers/", "/clients/"+h.nora.ID)
		if got := sven.Send(http.MethodGet, "/clients/"+h.nora.ID, nil).Status; got != http.StatusNotFound {
			t.Errorf("the client's page: got %d, want 404", got)
		}
		if got := miriam.Send(http.MethodGet, path, nil).Status; got != http.StatusNotFound {
			t.Errorf("her own client under supervision: got %d, want 404", got)
		}
		bad := miriam.Post("/clients/"+h.nora.ID+"/share", http.StatusUnprocessableEntity, "supervisor", h.mallory.ID, "do", "show")
		has(t, bad, "Choose one of your supervisors.")
		miriam.Post("/clients/"+h.nora.ID+"/share", http.StatusSeeOther, "supervisor", h.sven.ID, "do", "hide")
		if got := sven.Send(http.MethodGet, path, nil).Status; got != http.StatusNotFound {
			t.Errorf("after it was taken back: got %d, want 404", got)
		}
	})
}

func TestWorkThatARestoreEndedIsNotSaidToBeEndedByTheClient(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.w.Clock.Pass(time.Minute)
		h.w.Do(t, func(ctx context.Context) error { return h.people.BeginCare(ctx, h.miriam, h.nora.ID, h.sven.ID) })
		h.w.Clock.Pass(time.Minute)
		h.w.Do(t, func(ctx context.Context) error {
			_, err := h.people.EndAgain(ctx, h.site.Operator(), []person.Ending{
				{ActorID: h.sven.ID, Compartment: access.ClientRecord(h.nora.ID), Kind: string(access.Treats), At: h.w.Clock.Now()},
			})
			return err
		})
		ended := h.browser(t, h.sven).Open("/today")
		has(t, ended, "Work of yours that ended", "Ended, ")
		hasNot(t, ended, "Ended by")
	})
}

func TestAColleagueIsBroughtInAndTheWorkCanBeEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		miriam, sven := h.browser(t, h.miriam), h.browser(t, h.sven)
		team := "/clients/" + h.nora.ID + "/team"
		offered := miriam.Open(team)
		has(t, offered, "Sven Holm", "Mallory Quick")
		hasNot(t, offered, "Otto Keller") // who only manages treats nobody
		miriam.Post(team, http.StatusSeeOther, "do", "begin", "clinician", h.sven.ID)
		sven.Open("/clients/" + h.nora.ID)
		hasNot(t, miriam.Open(team), "end="+h.sven.ID) // each ends their own work
		has(t, miriam.Post(team, http.StatusUnprocessableEntity, "do", "end", "clinician", h.sven.ID), "Each ends their own work")
		has(t, sven.Open(team+"?end="+h.sven.ID), "End your work with Nora?", "Leave it as it is")
		sven.Open("/clients/" + h.nora.ID) // asking has ended nothing
		hasNot(t, sven.Open("/today"), "Work of yours that ended")
		h.w.Do(t, func(ctx context.Context) error { return h.people.EndCare(ctx, h.nora, h.nora.ID, h.sven.ID) })
		ended := sven.Open("/today")
		has(t, ended, "Work of yours that ended", "Ended by the client")
		hasNot(t, ended, "Nora")
		if got := sven.Send(http.MethodGet, "/clients/"+h.nora.ID, nil).Status; got != http.StatusNotFound {
			t.Errorf("after the end: got %d, want 404", got)
		}
		has(t, miriam.Open(team+"?end="+h.miriam.ID), "Nobody else works with Nora")
		if to := miriam.Post(team, http.StatusSeeOther, "do", "end", "clinician", h.miriam.ID).To; to != "/clients?done=left" {
			t.Errorf("sent on to %q", to)
		}
	})
}

func TestTheGlassIsBrokenWithAFreshSignInAndAReason(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 10, true, true)
		b := h.browser(t, h.mallory)
		h.w.Clock.Pass(6 * time.Minute)
		if r := b.Send(http.MethodGet, "/emergency", nil); r.To != "/step-up?to=%2Femergency" {
			t.Errorf("with an old sign-in: got %d to %q", r.Status, r.To)
		}
		b = h.browser(t, h.mallory)
		form := b.Open("/emergency")
		has(t, form, "four hours", "are told at once", "A client who has no account yet is told when they come in", "also if its client has no account yet", "ask who works with them")
		hasNot(t, form, "cannot be found yet")
		id := hidden(t, form, "id")
		no := b.Post("/emergency", http.StatusUnprocessableEntity, "id", id, "email", "nobody@example.org", "reason", "She rang and sounded far away")
		has(t, no, "No record is found by this.", "She rang and sounded far away")
		b.Post("/emergency", http.StatusUnprocessableEntity, "id", id, "email", "nora@example.org", "reason", "")
		to := b.Post("/emergency", http.StatusSeeOther, "id", id, "email", "nora@example.org", "reason", "She rang and sounded far away").To
		if to != "/emergency/"+h.nora.ID+"?kept=emergency" {
			t.Fatalf("sent on to %q", to)
		}
		used := b.Post("/emergency", http.StatusConflict, "id", id, "email", "nora@example.org", "reason", "She rang again")
		has(t, used, "This form was used already", "nothing was opened by it now", "She rang again")
		b.Post("/emergency", http.StatusSeeOther, "id", hidden(t, used, "id"), "email", "nora@example.org", "reason", "She rang again")
		page := b.Open("/emergency/" + h.nora.ID)
		has(t, page, "You opened this record in an emergency", "Question 9 was answered", "Nora Whitfield")
		hasNot(t, page, "method=\"post\" action=\"/clients/", "/clients/"+h.nora.ID, "Close with", "End this")
		_, rest, _ := strings.Cut(page.Body, `href="/emergency/`+h.nora.ID+`/answers/`)
		answer, _, _ := strings.Cut(rest, `"`)
		one := b.Open("/emergency/" + h.nora.ID + "/answers/" + answer)
		has(t, one, "The tram was hard")
		hasNot(t, one, "We talked about it")
		has(t, h.browser(t, h.miriam).Open("/clients/"+h.nora.ID+"/team"), "Mallory Quick", "She rang and sounded far away")
		h.w.Clock.Pass(4*time.Hour + time.Minute)
		if got := h.browser(t, h.mallory).Send(http.MethodGet, "/emergency/"+h.nora.ID, nil).Status; got != http.StatusNotFound {
			t.Errorf("after four hours: got %d, want 404", got)
		}
	})
}

func TestInAnEmergencyWhoeverHasNoAccountIsFoundAndNobodyIsListed(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		miriam := h.browser(t, h.miriam)
		invite := func(name, email string) string {
			miriam.Post("/clients/new", http.StatusOK, "id", hidden(t, miriam.Open("/clients/new"), "id"), "name", name, "email", email)
			return h.clientCalled(t, name)
		}
		ruth, sam := invite("Ruth Amis", "home@example.org"), invite("Sam Amis", "home@example.org")
		b := h.browser(t, h.mallory)
		tries := func(status int, email, name string) webtest.Reply {
			return b.Post("/emergency", status, "id", newID(t), "email", email, "name", name, "reason", "A neighbour rang")
		}
		unknown := tries(http.StatusUnprocessableEntity, "nobody@example.org", "").Text()
		for _, name := range []string{"", "Amis", "Rut"} {
			no := tries(http.StatusUnprocessableEntity, "home@example.org", name)
			if no.Text() != unknown {
				t.Errorf("%q: whoever shares an address is told from nobody:\n%s\n%s", name, no.Text(), unknown)
			}
			hasNot(t, no, "Ruth", "Sam")
		}
		if to := tries(http.StatusSeeOther, "HOME@example.org", "sam").To; to != "/emergency/"+sam+"?kept=emergency" {
			t.Errorf("sent on to %q", to)
		}
		page := b.Open("/emergency/" + sam)
		has(t, page, "Sam Amis", "Sam was invited today", "everyone concerned in the practice has been told. Sam has no account yet")
		hasNot(t, page, "Make a fresh link", "everyone concerned has been told")
		if got := b.Send(http.MethodGet, "/emergency/"+ruth, nil).Status; got != http.StatusNotFound {
			t.Errorf("the other of the family: got %d, want 404", got)
		}
		has(t, miriam.Open("/clients/"+sam+"/team"), "Mallory Quick", "A neighbour rang")

		// Clients from before there were marks are made up for; until then it is said.
		h.w.Exec(t, `DELETE FROM client_mark`)
		has(t, b.Open("/emergency"), "Some clients without an account cannot be found yet")
		tries(http.StatusUnprocessableEntity, "home@example.org", "Ruth")
		tries(http.StatusSeeOther, "nora@example.org", "")
	})
}

// TestWhatIsForOthersLooksLikeNothing tries every address as everybody whom it is
// not for: another clinician, the manager, the client, and nobody at all. What
// they get is byte for byte what they get for a client who does not exist.
func TestWhatIsForOthersLooksLikeNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		a := h.give(t, h.nora, h.ask(t, h.nora, "phq-9"), 0, 10, true, true)
		asked := h.ask(t, h.nora, "gad-7")
		hour := h.plan(t, h.nora, 26*time.Hour, "Room 2")
		var flags []safety.Flag
		h.w.Do(t, func(ctx context.Context) (err error) {
			flags, err = h.flags.Open(ctx, h.miriam)
			return err
		})
		fill := strings.NewReplacer("{answer}", a.ID, "{ask}", asked.ID, "{session}", hour.ID, "{flag}", flags[0].ID)
		body := map[string][]string{
			"note": {"x y"}, "revision": {"1"}, "reason": {"x y"}, "rhythm": {"once"}, "instrument": {"phq-9"},
			"id-phq-9": {newID(t)}, "id": {newID(t)}, "do": {"end"}, "clinician": {h.miriam.ID}, "supervisor": {h.sven.ID},
			"day": {"2026-12-01"}, "clock": {"10:00"}, "minutes": {"50"},
		}
		nowhere := newID(t)
		changes := func() int {
			n := 0
			for _, table := range []string{"ask", "occasion", "appointment", "flag", "flag_notice", "life_event", "detour", "talk", "shared", "care", "invite"} {
				n += h.w.Count(t, `SELECT count(*) FROM `+table)
			}
			return n + h.w.Count(t, `SELECT count(*) FROM care WHERE until > 0`)
		}
		before, tried := changes(), 0
		for who, b := range map[string]*browser{
			"another clinician": h.browser(t, h.mallory), "the manager": h.browser(t, h.otto),
			"the client": h.browser(t, h.nora), "nobody": h.nobody(t),
		} {
			for _, route := range slices.Concat((&clinician.Pages{}).Routes(), (&asking.Pages{}).Routes()) {
				if !strings.Contains(route.Pattern, "{client}") {
					continue
				}
				path := fill.Replace(route.Pattern)
				got := b.Send(route.Method, strings.Replace(path, "{client}", h.nora.ID, 1), body)
				none := b.Send(route.Method, strings.Replace(path, "{client}", nowhere, 1), body)
				want := http.StatusNotFound
				if who == "nobody" && route.Method == http.MethodGet {
					want = http.StatusSeeOther
				} else if who == "nobody" {
					want = http.StatusUnauthorized
				}
				same := strings.ReplaceAll(none.Body+none.To, nowhere, h.nora.ID) == got.Body+got.To
				if got.Status != want || none.Status != want || !same {
					t.Errorf("%s %s by %s: got %d (same bytes: %t), want %d", route.Method, route.Pattern, who, got.Status, same, want)
				}
				tried++
			}
		}
		if after := changes(); after != before {
			t.Errorf("somebody changed something: %d rows before, %d after", before, after)
		}
		if tried < 60 {
			t.Errorf("only %d addresses were tried", tried)
		}
	})
}
