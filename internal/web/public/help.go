package public

import (
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A helpPage is whom somebody in danger can reach. It needs no sign-in, no
// database and no script.
type helpPage struct {
	Frame     ui.FrameProps
	Slug      string // of the practice, to come back to
	Reach     ui.ReachProps
	Unchecked bool   // nobody of the practice has called these numbers
	Checked   string // when somebody did, or when they were compared with what is published
	Countries []ui.Option
	Plan      string // address of the safety plan of the client who is signed in; empty: nobody is
}

func (p *Pages) help(w http.ResponseWriter, r *http.Request) error {
	return web.Show(w, r, http.StatusOK, helpView(helpFor(r, p.Facts)))
}

// helpFor is the page for the practice that somebody comes to, as far as that is
// clear: by their sign-in, by where they came from, or because there is only
// one. Whoever is elsewhere says where.
func helpFor(r *http.Request, facts *web.Facts) helpPage {
	one, ok := facts.Of(web.VisitorOf(r).Self().Practice)
	if !ok {
		one, ok = facts.At(r.URL.Query().Get("p"))
	}
	if !ok {
		one, _ = facts.Only()
	}
	code := strings.ToUpper(strings.TrimSpace(r.URL.Query().Get("country")))
	if code == "" {
		code = one.Country
	}
	country, known := safety.Contacts(code)
	page := helpPage{Frame: web.Frame(r), Slug: one.Slug, Reach: web.ReachOf(one)}
	f := &page.Frame
	f.Heading, f.Help = "Help now", ""
	f.Scripts = []string{"plan-here.js"}
	if f.Audience == ui.Client {
		page.Plan, f.Plan = f.Plan, ""
		f.Back = &ui.Link{Text: "Back to This week", Href: f.Home}
	}
	if one.Leave != "" {
		f.Leave = one.Leave
	}
	page.Reach.Calls, page.Reach.Country = web.Calls(country), country.Name // of where they are
	if len(country.Shown()) > 0 {
		page.Unchecked = one.ID == "" || one.Country != country.Code || one.ContactsChecked.IsZero()
		page.Checked = checkedOn(country, one, page.Unchecked)
	}
	for _, c := range safety.Countries() {
		page.Countries = append(page.Countries, ui.Option{Value: c.Code, Text: c.Name, Chosen: known && c.Code == country.Code})
	}
	if !known {
		page.Countries = append([]ui.Option{{Text: "Choose", Chosen: true}}, page.Countries...)
	}
	return page
}

// checkedOn is the day of the check that the page may speak of: the practice's
// own, or the oldest on which a line was compared with what is published.
func checkedOn(c safety.Country, one person.Practice, unchecked bool) string {
	day := one.ContactsChecked
	if unchecked {
		day = time.Time{}
		for _, l := range c.Shown() {
			if at, _ := l.CheckedOn(); day.IsZero() || at.Before(day) {
				day = at
			}
		}
	}
	return day.Format("2 January 2006")
}
