package journal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestTheJournalsPageMayRecordAndShowWhatItMadeAndNoOtherPageMay(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	b.Want(http.StatusOK, b.Get("/my/journal"))
	b.Has("A place that is yours alone", "If you lose every way to open it, your entries are lost", "Make my journal")
	b.WantTo("/my/journal?make=yes", b.Get("/my/vault"))
	b.Want(http.StatusOK, b.Get("/my/journal?make=yes"))
	if n := strings.Count(b.Body, `data-vault="journal"`); n != 1 {
		t.Errorf("a journal that was just made can be opened in %d places of this page", n)
	}
	b.Has("Make your journal", "If you lose every way to open it, your entries are lost.", "What it protects, and what it cannot")
	r.makes(t, b)
	b.Want(http.StatusOK, b.Get("/my/journal?make=yes"))
	b.Has("What is here is sealed.")
	page := b.Get("/my/journal?done=made")
	b.Want(http.StatusOK, page)
	b.Has("Your journal is made.", "Locked", "That needs script", "Recovery code", "Only you can read this.")
	b.KeepsSecrets(4)
	policy := page.Header().Get("Content-Security-Policy")
	if !strings.Contains(policy, "img-src 'self' data: blob:; media-src blob:;") || !strings.Contains(policy, "script-src 'self';") || !strings.Contains(policy, "trusted-types 'none'") {
		t.Errorf("the policy of the page: %s", policy)
	}
	if may := page.Header().Get("Permissions-Policy"); !strings.Contains(may, "microphone=(self)") || !strings.Contains(may, "camera=(self)") {
		t.Errorf("it may ask the device for %s", may)
	}
	ways := b.Get("/my/vault")
	b.Has("What opens your journal", "Make a new code", "Lost every way to open it?")
	if h := ways.Header(); strings.Contains(h.Get("Content-Security-Policy"), "blob:") || !strings.Contains(h.Get("Permissions-Policy"), "microphone=()") {
		t.Errorf("another page may record: %s; %s", h.Get("Content-Security-Policy"), h.Get("Permissions-Policy"))
	}
}

func TestWhatIsSharedStandsOnTheLockedPageWithoutAWordOfIt(t *testing.T) {
	r := newRoom(t)
	b := r.Browser(t, r.tomas)
	r.makes(t, b)
	b.Want(http.StatusOK, b.Get("/my/journal"))
	if strings.Contains(b.Body, "What you share") {
		t.Error("there is nothing shared, and a heading for it")
	}
	id := webtest.NewID(t)
	b.Want(http.StatusOK, b.Submit("/my/journal/shares", "id", id, "entry", webtest.NewID(t), "kind", "text", "text", canary, "until", "2026-11-24"))
	b.Want(http.StatusOK, b.Get("/my/journal"))
	b.Has("What you share", "Something written", "Shared until Tuesday 24 November. Nobody has opened it yet.", "Take it back")
	if strings.Contains(b.Body, canary) {
		t.Error("the locked page has words of what is shared")
	}
	ines := r.Browser(t, r.ines)
	ines.Want(http.StatusOK, ines.Get("/clients/"+r.tomas.ID+"/shared/"+id))
	b.Want(http.StatusOK, b.Get("/my/journal"))
	b.Has("Opened by Ines Brandt, ")
	b.WantTo("/my/journal?done=back", b.Submit("/my/journal/shares/"+id+"/take-back", "page", "yes"))
	b.Want(http.StatusOK, b.Get("/my/journal?done=back"))
	b.Has("Taken back. What was read was read.")
	if strings.Contains(b.Body, "What you share") {
		t.Error("it is taken back and still there")
	}
}
