package public

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// noRemindersPage ends reminders for whoever holds one. It is the same for every
// link, also for one that is nobody's, and it needs no sign-in.
type noRemindersPage struct {
	Frame ui.FrameProps
	Link  string
	Done  bool
}

// askNoReminders asks before it does anything: mail scanners open links too.
func (p *Pages) askNoReminders(w http.ResponseWriter, r *http.Request) error {
	page := noRemindersPage{Frame: plain(r, p.Facts), Link: r.PathValue("link")}
	page.Frame.Heading = "No more reminders?"
	return web.Show(w, r, http.StatusOK, noRemindersView(page))
}

// noReminders turns them off: for the button on the page, and for mail programs
// that offer it by themselves (RFC 8058).
func (p *Pages) noReminders(w http.ResponseWriter, r *http.Request) error {
	if err := p.knock(r, func() error { return p.Reminders.Stop(r.Context(), r.PathValue("link")) }); err != nil {
		return err
	}
	page := noRemindersPage{Frame: plain(r, p.Facts), Done: true}
	page.Frame.Heading = "No more reminders"
	return web.Show(w, r, http.StatusOK, noRemindersView(page))
}
