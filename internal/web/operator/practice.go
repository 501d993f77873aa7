package operator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

func escaped(path string) string { return url.QueryEscape(path) }

type practicePage struct {
	frame     ui.FrameProps
	p         person.Practice // as typed
	now       person.Practice // as kept; what somebody else wrote, after a conflict
	revision  string
	countries []ui.Option
	contacts  safety.Country
	lines     []string // in words, with the day of their check
	unshown   int      // lines that nobody has checked
	checked   string   // words on the practice's own check
	differs   []difference
	flaw      *web.Flaw
	worries   []string // of the server
}

// A difference is one field that somebody else changed meanwhile.
type difference struct{ name, theirs, yours string }

func (p *Pages) practice(w http.ResponseWriter, r *http.Request) error {
	now, err := p.People.Practice(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := practiceForm(r, now, now)
	page.worries = p.Facts.Here.WorriesOf(r)
	return web.Show(w, r, http.StatusOK, practiceView(page))
}

// practiceForm is the form with typed in it, where kept is what holds now.
func practiceForm(r *http.Request, typed, kept person.Practice) practicePage {
	page := practicePage{
		frame: frame(r, "Practice"), p: typed, now: kept, revision: strconv.FormatInt(kept.Revision, 10),
	}
	page.frame.Kicker = kept.Name
	known := false
	for _, c := range safety.Countries() {
		page.countries = append(page.countries, ui.Option{Value: c.Code, Text: c.Name, Chosen: c.Code == typed.Country})
		known = known || c.Code == typed.Country
	}
	if !known {
		page.countries = append([]ui.Option{{Value: typed.Country, Text: "Another country", Chosen: true}}, page.countries...)
	}
	page.contacts, _ = safety.Contacts(typed.Country)
	shown := page.contacts.Shown()
	for _, l := range shown {
		page.lines = append(page.lines, lineInWords(l))
	}
	page.unshown = len(page.contacts.Lines) - len(shown)
	page.checked = "Nobody of the practice has checked these numbers yet; Help now says so."
	if !kept.ContactsChecked.IsZero() && kept.Country == typed.Country {
		page.checked = "Checked by the practice on " + ui.Date(kept.ContactsChecked.In(web.LocationOf(r)), web.NowOf(r)) + "."
	}
	return page
}

func lineInWords(l safety.Line) string {
	name := l.Name
	if l.For != "" {
		name = l.For + ": " + l.Name
	}
	parts := []string{name}
	for _, s := range []string{l.Number, l.Text, l.Hours} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if day, ok := l.CheckedOn(); ok {
		parts = append(parts, "compared with its source on "+day.Format("2 January 2006"))
	}
	return strings.Join(parts, ", ")
}

// typedPractice is what came with the form.
func typedPractice(r *http.Request) person.Practice {
	revision, _ := strconv.ParseInt(r.PostFormValue("revision"), 10, 64) // 0 is nobody's revision: a conflict
	value := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(name), "\r\n", "\n"))
	}
	return person.Practice{
		Revision: revision, Name: value("name"), About: value("about"), Address: value("address"), Phone: value("phone"),
		Email: value("email"), Country: value("country"), TimeZone: value("time_zone"), Crisis: value("crisis"), Leave: value("leave"),
	}
}

// revise keeps how the practice is set up. After a conflict both are shown, and
// what was typed can be sent again from the newer revision.
func (p *Pages) revise(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	was, err := p.People.Practice(r.Context(), actor)
	if err != nil {
		return err
	}
	typed := typedPractice(r)
	if typed.Country == was.Country {
		typed.ContactsChecked = was.ContactsChecked
	}
	if r.PostFormValue("checked") == "yes" {
		typed.ContactsChecked = web.NowOf(r).UTC().Truncate(time.Second)
	}
	_, failed := p.People.RevisePractice(r.Context(), actor, typed)
	if failed == nil {
		if err := p.Facts.Refresh(r.Context(), p.Door, p.People); err != nil {
			return fmt.Errorf("renew what is public: %w", err)
		}
		return web.Kept(w, r, "/practice?done=kept", "practice")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page := practiceForm(r, typed, was)
	page.flaw = flaw
	if flaw.Clash() {
		page.differs = differences(was, typed)
	} else {
		page.revision = strconv.FormatInt(typed.Revision, 10)
	}
	return web.Show(w, r, flaw.Status(), practiceView(page))
}

func differences(theirs, yours person.Practice) []difference {
	var all []difference
	for _, f := range []struct{ name, theirs, yours string }{
		{"Name", theirs.Name, yours.Name},
		{"About", theirs.About, yours.About},
		{"Address", theirs.Address, yours.Address},
		{"Phone", theirs.Phone, yours.Phone},
		{"E-mail", theirs.Email, yours.Email},
		{"Country", theirs.Country, yours.Country},
		{"Time zone", theirs.TimeZone, yours.TimeZone},
		{"Words in a crisis", theirs.Crisis, yours.Crisis},
		{"Where Leave leads", theirs.Leave, yours.Leave},
	} {
		if f.theirs != f.yours {
			all = append(all, difference(f))
		}
	}
	return all
}
