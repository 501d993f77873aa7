package calendar

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const toHours = "/calendar/hours"

// An hoursPage is when a clinician sees people, when nobody, and how many at most.
type hoursPage struct {
	frame     ui.FrameProps
	hours     []keptTime
	protected []keptTime
	limits    calendar.Limits
	perDay    string
	perWeek   string
	stands    string // what is kept now, where it was changed meanwhile
	see       seeTyped
	keep      keepTyped
	flaw      *web.Flaw
	of        string // which form the flaw is of: hours, protected, limits
}

// A keptTime is one of them in a line.
type keptTime struct{ when, note, end string }

type seeTyped struct{ id, weekday, from, to, first, last, place string }

type keepTyped struct{ id, weekly, from, to, first, last, what string }

func weekdayOptions(chosen string) []ui.Option {
	all := make([]ui.Option, len(weekdays))
	for i, name := range weekdays {
		all[i] = ui.Option{Value: strconv.Itoa(i), Text: name, Chosen: chosen == strconv.Itoa(i)}
	}
	return all
}

// weeklyOptions are once, or every week on the day of the week of the first day.
func weeklyOptions(chosen string) []ui.Option {
	return []ui.Option{
		{Value: "once", Text: "Once", Hint: "From the first day to the last.", Chosen: chosen != "weekly"},
		{Value: "weekly", Text: "Every week", Hint: "On the weekday of the first day, until the last or until further notice.", Chosen: chosen == "weekly"},
	}
}

func (p *Pages) hoursPage(r *http.Request) (page hoursPage, err error) {
	now := web.NowOf(r)
	setup, err := p.Calendars.Setup(r.Context(), web.ActorOf(r), now.Location())
	if err != nil {
		return page, err
	}
	day := func(d calendar.Day) string { return desk.Short(d.Begins(now.Location()), now) }
	today := calendar.DayOf(now, now.Location())
	page = hoursPage{frame: frame(r, "Your hours"), limits: setup.Limits}
	for _, h := range setup.Hours {
		if h.Last != 0 && h.Last < today {
			continue
		}
		k := keptTime{when: weekdays[h.Weekday] + ", " + calendar.Clock(h.From) + " to " + calendar.Clock(h.To), note: h.Place, end: toHours + "/" + h.ID + "/end"}
		if h.First > today {
			k.when += ", from " + day(h.First)
		}
		if h.Last != 0 {
			k.when += ", until " + day(h.Last)
		}
		page.hours = append(page.hours, k)
	}
	for _, t := range setup.Protected {
		k := keptTime{note: t.For, end: toHours + "/protected/" + t.ID + "/end"}
		times, whole := calendar.Clock(t.From)+" to "+calendar.Clock(t.To), t.From == 0 && t.To == 24*60
		if whole {
			times = "all day"
		}
		switch {
		case t.Weekly:
			k.when = "Every " + weekdays[t.Weekday] + ", " + times
			if t.Last != 0 {
				k.when += ", until " + day(t.Last)
			}
		case t.First == t.Last:
			k.when = desk.Upper(day(t.First)) + ", " + times
		case whole:
			k.when = desk.Upper(day(t.First)) + " to " + day(t.Last) + ", whole days"
		default:
			k.when = desk.Upper(day(t.First)) + " at " + calendar.Clock(t.From) + " to " + day(t.Last) + " at " + calendar.Clock(t.To)
		}
		page.protected = append(page.protected, k)
	}
	page.perDay, page.perWeek = figure(setup.Limits.PerDay), figure(setup.Limits.PerWeek)
	page.see = seeTyped{from: "09:00", to: "17:00", first: today.String(), weekday: strconv.Itoa(today.Weekday())}
	page.keep = keepTyped{from: "12:00", to: "14:00", first: today.String()}
	if page.see.id, err = web.NewID(); err != nil {
		return page, err
	}
	page.keep.id, err = web.NewID()
	return page, err
}

func figure(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func (p *Pages) hours(w http.ResponseWriter, r *http.Request) error {
	page, err := p.hoursPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, hoursView(page))
}

// hoursAgain shows the page with what is wrong; typed puts what was typed back.
func (p *Pages) hoursAgain(w http.ResponseWriter, r *http.Request, of string, err error, typed func(*hoursPage)) error {
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.hoursPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.of = flaw, of
	typed(&page)
	return web.Show(w, r, flaw.Status(), hoursView(page))
}

func (p *Pages) addHours(w http.ResponseWriter, r *http.Request) error {
	v := r.PostForm.Get
	t := seeTyped{v("id"), v("weekday"), v("from"), v("to"), v("first"), v("last"), v("place")}
	h, err := t.read()
	if err == nil {
		err = p.Calendars.AddHours(r.Context(), web.ActorOf(r), h)
	}
	if err != nil {
		return p.hoursAgain(w, r, "hours", err, func(page *hoursPage) { page.see = t })
	}
	return web.SeeOther(w, r, toHours+"?done=hours")
}

func (t seeTyped) read() (h calendar.Hours, err error) {
	h = calendar.Hours{ID: t.id, Place: t.place}
	if h.Weekday, err = strconv.Atoi(t.weekday); err != nil {
		return h, fault.New(fault.Invalid, "weekday", "Choose a day of the week.")
	}
	if h.From, err = calendar.ReadClock("from", t.from); err != nil {
		return h, err
	}
	if h.To, err = calendar.ReadClock("to", t.to); err != nil {
		return h, err
	}
	h.First, h.Last, err = firstAndLast(t.first, t.last)
	return h, err
}

func firstAndLast(first, last string) (f, l calendar.Day, err error) {
	if f, err = calendar.ReadDay("first", first); err == nil && last != "" {
		l, err = calendar.ReadDay("last", last)
	}
	return f, l, err
}

func (p *Pages) endHours(w http.ResponseWriter, r *http.Request) error {
	if err := p.Calendars.EndHours(r.Context(), web.ActorOf(r), r.PathValue("hours")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toHours+"?done=ended")
}

func (p *Pages) protect(w http.ResponseWriter, r *http.Request) error {
	v := r.PostForm.Get
	t := keepTyped{v("id"), v("weekly"), v("from"), v("to"), v("first"), v("last"), v("for")}
	meets := 0
	kept, err := t.read()
	if err == nil {
		meets, err = p.Calendars.Protect(r.Context(), web.ActorOf(r), kept, web.LocationOf(r))
	}
	switch {
	case err != nil:
		return p.hoursAgain(w, r, "protected", err, func(page *hoursPage) { page.keep = t })
	case meets > 0:
		return web.SeeOther(w, r, toHours+"?done=meets")
	}
	return web.SeeOther(w, r, toHours+"?done=protected")
}

func (t keepTyped) read() (k calendar.Protected, err error) {
	k = calendar.Protected{ID: t.id, Weekly: t.weekly == "weekly", For: t.what}
	if k.From, err = calendar.ReadClock("from", cmp.Or(t.from, "00:00")); err != nil {
		return k, err
	}
	if k.To, err = calendar.ReadClock("to", cmp.Or(t.to, "24:00")); err != nil { // no time: whole days
		return k, err
	}
	k.First, k.Last, err = firstAndLast(t.first, t.last)
	k.Weekday = k.First.Weekday()
	return k, err
}

func (p *Pages) unprotect(w http.ResponseWriter, r *http.Request) error {
	if err := p.Calendars.Unprotect(r.Context(), web.ActorOf(r), r.PathValue("protected")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toHours+"?done=ended")
}

func (p *Pages) limit(w http.ResponseWriter, r *http.Request) error {
	day, week := r.PostForm.Get("day"), r.PostForm.Get("week")
	l := calendar.Limits{Revision: revisionOf(r)}
	var err error
	if l.PerDay, err = most("day", day); err == nil {
		l.PerWeek, err = most("week", week)
	}
	if err == nil {
		_, err = p.Calendars.Limit(r.Context(), web.ActorOf(r), l)
	}
	if err != nil {
		return p.hoursAgain(w, r, "limits", err, func(page *hoursPage) {
			if page.flaw.Clash() {
				page.stands = "Kept at the moment: " + limitText(page.perDay) + " in one day, " + limitText(page.perWeek) + " in one week. The fields hold what you wrote."
			}
			page.perDay, page.perWeek = day, week
		})
	}
	return web.SeeOther(w, r, toHours+"?done=limits")
}

func limitText(figure string) string {
	if figure == "" {
		return "no limit"
	}
	return figure
}

func most(field, text string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fault.New(fault.Invalid, field, "Write a number, or leave it empty for no limit.")
	}
	return n, nil
}

// at is what is wrong with a field of one of the forms.
func (p hoursPage) at(of, field string) string {
	if p.of != of {
		return ""
	}
	return p.flaw.At(field)
}
