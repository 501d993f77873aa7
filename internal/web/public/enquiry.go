package public

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	said "github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// mostEnquiry is how many bytes a form may have by which somebody asks: every field
// full, and encoded as browsers do at worst: nine bytes for a character.
const mostEnquiry = 64 << 10

// An enquiryPage is the form by which somebody asks for a consultation, and what
// stands in its place where none can be sent.
type enquiryPage struct {
	Frame     ui.FrameProps
	Practice  person.Practice
	Emergency safety.Emergency
	Help      string
	Form      enquiry.Form
	Keep      string
	With      []ui.Option
	First     []ui.Option
	Flaw      *fault.Error
	More      bool // the part that is folded away is open
	Calls     []ui.CallRow
	Closed    string   // why no form is shown
	Elsewhere []string // who else may help

	Link string // of the answer, once it was sent
}

// Days is for how many days an enquiry that was declined is kept.
func (p enquiryPage) Days() int { return int(enquiry.Keeps / (24 * time.Hour)) }

func (p enquiryPage) wrong(field string) string { return web.WrongIn(p.Flaw, field) }

func (p enquiryPage) options(chosen string, pairs ...string) (all []ui.Option) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, ui.Option{Value: pairs[i], Text: pairs[i+1], Chosen: pairs[i] == chosen})
	}
	return all
}

// enquiryFields are those that an error above the form may lead to.
var enquiryFields = []string{"name", "email", "phone", "reach", "best", "brings", "way", "format", "place", "language", "times", "with", "first", "agree"}

// moreFields are those that are folded away.
var moreFields = []string{"way", "format", "place", "language", "times", "with", "first"}

// enquiryPage is the page for r, of the practice that the address names, and what it
// has published.
func (p *Pages) enquiryPage(r *http.Request) (page enquiryPage, public said.Public, err error) {
	one, ok := p.Facts.At(r.PathValue("slug"))
	if !ok {
		return page, public, web.Absent()
	}
	stand := profile.StandFor(r, p.Facts, one, true)
	page = enquiryPage{Frame: stand.Frame, Practice: one, Help: "/help?p=" + one.Slug, Keep: "begin-" + one.ID}
	page.Frame.Audience, page.Frame.Brand, page.Frame.Help = ui.Plain, "", page.Help
	page.Frame.Heading = "Ask for a first consultation"
	page.Frame.Kicker = one.Name
	country, _ := safety.Contacts(one.Country)
	page.Emergency = country.Emergency
	if stand.Said.Practice != nil {
		page.Elsewhere = profile.Paragraphs(stand.Said.Practice.Elsewhere)
	}
	return page, stand.Said, nil
}

// begin shows the form, if the practice takes enquiries by it.
func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	page, public, err := p.enquiryPage(r)
	if err != nil {
		return err
	}
	if page.Closed, err = p.closed(r, page, public); err != nil {
		return err
	}
	if page.Closed != "" {
		page.Frame.Heading = "Not by this form at the moment"
		return web.Show(w, r, http.StatusOK, enquiryView(page))
	}
	if c, _, ok := public.At(r.URL.Query().Get("with")); ok && public.RoomWith(c).Begins() {
		page.Form.With = c.ID
	}
	if t, ok := timeIn(public, r.URL.Query().Get("first")); ok {
		page.Form.With, page.Form.FirstID = t.ClinicianID, t.ID
	}
	page.More = page.Form.With != ""
	if page.Form.ID, page.Form.Stamp, err = p.Enquiries.Blank(page.Practice.ID, p.Facts.Now()); err != nil {
		return err
	}
	page.choices(public, p.Facts.Now())
	return web.Show(w, r, http.StatusOK, enquiryView(page))
}

// closed says why the practice takes no enquiry by the form; empty if it does.
func (p *Pages) closed(r *http.Request, page enquiryPage, public said.Public) (string, error) {
	if !public.Room().Begins() {
		return "The practice takes no new enquiries at the moment.", nil
	}
	room, err := p.Enquiries.Room(r.Context(), page.Practice.ID)
	if err != nil || room {
		return "", err
	}
	return enquiry.Full, nil
}

// timeIn is the free first consultation with the given id.
func timeIn(public said.Public, id string) (said.Time, bool) {
	for _, c := range public.Clinicians {
		for _, t := range c.Free {
			if t.ID == id && public.RoomWith(c) == said.Open {
				return t, true
			}
		}
	}
	return said.Time{}, false
}

// mostTimes is how many times the form offers.
const mostTimes = 10

// choices fills in whom and what one may wish for.
func (page *enquiryPage) choices(public said.Public, now time.Time) {
	zone := page.Practice.Location()
	page.With = []ui.Option{{Text: "Nobody in particular", Chosen: page.Form.With == ""}}
	var times []said.Time
	names := make(map[string]string)
	for _, c := range public.Clinicians {
		if !public.RoomWith(c).Begins() {
			continue
		}
		names[c.ID] = c.Name
		page.With = append(page.With, ui.Option{Value: c.ID, Text: c.Name, Chosen: c.ID == page.Form.With})
		if public.RoomWith(c) == said.Open && (page.Form.With == "" || page.Form.With == c.ID) {
			times = append(times, c.Free...)
		}
	}
	slices.SortFunc(times, func(a, b said.Time) int { return a.Start.Compare(b.Start) })
	for _, t := range times[:min(len(times), mostTimes)] {
		at := t.Start.In(zone)
		page.First = append(page.First, ui.Option{
			Value: t.ID, Text: ui.Date(at, now.In(zone)) + " at " + at.Format("15:04"), Hint: "with " + names[t.ClinicianID], Chosen: t.ID == page.Form.FirstID,
		})
	}
	if len(page.First) > 0 {
		page.First = append([]ui.Option{{Text: "No particular time", Chosen: page.Form.FirstID == ""}}, page.First...)
	}
}

// enquiryOf is what was filled in.
func enquiryOf(r *http.Request) enquiry.Form {
	v := r.PostForm.Get
	f := enquiry.Form{ID: v("id"), Stamp: v("stamp"), Trap: v("homepage"), Agree: v("agree") == "yes"}
	f.Name, f.Email, f.Phone, f.Reach, f.Best = v("name"), strings.TrimSpace(v("email")), v("phone"), enquiry.Reach(v("reach")), v("best")
	f.Brings, f.Way, f.Format, f.Place = v("brings"), v("way"), v("format"), v("place")
	f.Language, f.Times, f.With, f.FirstID = v("language"), v("times"), v("with"), v("first")
	return f
}

// ask takes an enquiry. Whoever writes words of danger is shown whom to call first:
// nothing is sent then, counted or written down, and it can be sent as it is.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request) error {
	page, public, err := p.enquiryPage(r)
	if err != nil {
		return err
	}
	page.Form = enquiryOf(r)
	f := page.Form
	alarming := safety.Alarming(f.Name, f.Brings, f.Times, f.Best, f.Language)
	if alarming && r.PostForm.Get("anyway") != "yes" {
		country, _ := safety.Contacts(page.Practice.Country)
		page.Calls = web.Calls(country)
		page.Frame.Heading = "Before this is sent"
		return p.askAgain(w, r, page, public, http.StatusUnprocessableEntity)
	}
	link, err := p.sent(r, page, public)
	if flaw, ok := web.AsFault(err); ok {
		status := http.StatusUnprocessableEntity
		switch flaw.Kind {
		case fault.Invalid:
		case fault.Conflict:
			status = http.StatusConflict
		case fault.TooSoon:
			status = http.StatusTooManyRequests
		default:
			return err
		}
		page.Flaw = flaw
		return p.askAgain(w, r, page, public, status)
	}
	if err != nil {
		return err
	}
	page.Link, page.Form = link, enquiry.Form{}
	page.Frame.Heading, page.Frame.Kept = "It has arrived", page.Keep
	return web.Show(w, r, http.StatusOK, sentView(page))
}

// sent sends it on, if what was wished for can be.
func (p *Pages) sent(r *http.Request, page enquiryPage, public said.Public) (link string, err error) {
	f := page.Form
	if !public.Room().Begins() {
		return "", fault.New(fault.TooSoon, "room", "The practice takes no new enquiries at the moment.")
	}
	if f.FirstID != "" {
		t, ok := timeIn(public, f.FirstID)
		if !ok || f.With != "" && f.With != t.ClinicianID {
			return "", fault.New(fault.Invalid, "first", "This time is not free any more, or not with whom you chose. Please choose another, or none.")
		}
		f.First, f.With = t.Start, t.ClinicianID
	}
	if c, ok := public.Of(f.With); f.With != "" && (!ok || !public.RoomWith(c).Begins()) {
		return "", fault.New(fault.Invalid, "with", "Nobody new can come to them at the moment. Please choose somebody else, or nobody in particular.")
	}
	return p.Enquiries.Ask(r.Context(), page.Practice.ID, web.VisitorOf(r).Source, f)
}

// askAgain shows the form with everything that was typed, and with the id and the
// stamp of a new page if it needs them.
func (p *Pages) askAgain(w http.ResponseWriter, r *http.Request, page enquiryPage, public said.Public, status int) error {
	now, f := p.Facts.Now(), &page.Form
	f.Trap = ""
	page.More = f.Way+f.Format+f.Place+f.Language+f.Times+f.With+f.FirstID != ""
	if page.Flaw != nil && slices.Contains(moreFields, page.Flaw.Field) {
		page.More = true
	}
	if p.Enquiries.Renew(page.Practice.ID, *f, now) {
		var err error
		if f.ID, f.Stamp, err = p.Enquiries.Blank(page.Practice.ID, now); err != nil {
			return err
		}
	}
	page.choices(public, now)
	return web.Show(w, r, status, enquiryView(page))
}

// summary stands above a form that came back.
func (p enquiryPage) summary() ui.FormErrorProps {
	if p.Flaw.Field == enquiry.StampField {
		return web.Summary(p.Flaw, "Please send it once more")
	}
	return web.Summary(p.Flaw, "Nothing was sent yet", enquiryFields...)
}

// full says whether calling is quicker, or the only way.
func (p enquiryPage) full() bool { return p.Flaw != nil && p.Flaw.Kind == fault.TooSoon }

// whoAnswers says who is named below: people, or nobody but the emergency service.
func whoAnswers(calls []ui.CallRow) string {
	if len(calls) == 1 {
		return "The emergency service answers now."
	}
	return "These people can answer now."
}
