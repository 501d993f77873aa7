package hour_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/web/webtest"
)

func TestSomethingFromElsewhereIsBroughtAsAPointer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.planned(t, 20*time.Minute)
		phone, desk := h.browser(t, h.nora), h.browser(t, h.miriam)
		page := phone.Open("/my/bring?kind=log&of=2026-11-24")
		webtest.Has(t, page, "Your log of Tuesday 24 November", "it opens nothing for anybody", "Keep it only for me", "Only in the session: only I open it")
		if !strings.Contains(page.Body, `href="/my/log?day=2026-11-24"`) {
			t.Error("the way back to the log is not there")
		}
		item := webtest.NewID(t)
		form := []string{"id", item, "revision", "0", "kind", "log", "of", "2026-11-24", "text", "", "how", "now"}
		to := phone.Post("/my/bring", http.StatusSeeOther, form...).To
		webtest.Has(t, phone.Open(to), "It waits for the session.", "A day of my log", "Your log of Tuesday 24 November")
		phone.Post("/my/bring", http.StatusSeeOther, form...) // it came twice
		page = desk.Open(h.desk + "/sessions/" + id)
		webtest.Has(t, page, "A day of my log", "The log, as far as it is shared")
		if !strings.Contains(page.Body, `href="`+h.desk+`/log"`) {
			t.Error("the agenda does not lead to the log")
		}

		// Other words from a page that was opened before: both are shown, and nothing is lost.
		other := []string{"id", webtest.NewID(t), "revision", "0", "kind", "log", "of", "2026-11-24", "text", "The evening", "how", "me"}
		clash := phone.Post("/my/bring", http.StatusConflict, other...)
		webtest.Has(t, clash, "As it stands now", "A day of my log", "The evening")
		if !strings.Contains(clash.Body, `value="`+item+`"`) || !strings.Contains(clash.Body, `name="revision" value="1"`) {
			t.Error("sent again it would clash again")
		}
		phone.Post("/my/bring", http.StatusSeeOther, "id", item, "revision", "1", "kind", "log", "of", "2026-11-24", "text", "The evening", "how", "me")
		page = desk.Open(h.desk + "/sessions/" + id)
		webtest.Has(t, page, "Something for the session only.")
		webtest.HasNot(t, page, "The evening", "The log, as far as it is shared")

		webtest.Has(t, phone.Open("/my/bring?kind=log&of=2026-11-24"), "It waits for the session already.", "Take it back, only for me", "The evening")
		phone.Post("/my/agenda/"+item+"/take-back", http.StatusSeeOther, "at", "", "revision", "2")
		webtest.HasNot(t, phone.Open("/my/bring?kind=log&of=2026-11-24"), "The evening")

		for _, bad := range [][]string{{"kind", "vault", "of", "x"}, {"kind", "", "of", ""}} {
			phone.Post("/my/bring", http.StatusNotFound, append([]string{"id", webtest.NewID(t), "revision", "0", "text", "x"}, bad...)...)
		}
		phone.Post("/my/bring", http.StatusUnprocessableEntity, "id", webtest.NewID(t), "revision", "0", "kind", "log", "of", "<b>", "text", "x")
	})
}
