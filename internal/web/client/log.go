package client

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/daily"
	"github.com/waymark-care/waymark/internal/web/ui"
)

const (
	toLog      = "/my/log"
	toPatterns = "/my/log/patterns"
	toItems    = "/my/log/items"
	toSettings = "/my/log/settings"
)

// logRoutes are the addresses of the daily log.
func (p *Pages) logRoutes() []web.Route {
	get := func(pattern string, page web.Page) web.Route {
		return web.Route{Method: "GET", Pattern: pattern, Audience: web.Client, Action: access.ReadLog, Page: page}
	}
	post := func(pattern string, page web.Page) web.Route {
		return web.Route{Method: "POST", Pattern: pattern, Audience: web.Client, Action: access.KeepLog, Page: page}
	}
	away := func(r web.Route) web.Route {
		r.Away = true
		return r
	}
	return []web.Route{
		away(get(toLog, p.log)),
		away(post(toLog, p.keepLog)),
		get(toPatterns, p.patterns),
		get(toItems, p.items),
		post(toItems, p.addItem),
		post(toItems+"/away", p.putAway),
		get(toSettings, p.logSettings),
		post(toSettings+"/sharing", p.shareLog),
		post(toSettings+"/warning", p.warn),
		post("/my/log/questions/{question}", p.answerQuestion),
	}
}

// logPage is the form for one day.
type logPage struct {
	Frame    ui.FrameProps
	Back     string // said to somebody who comes back after a gap
	Who      string // who reads it
	Icon     string
	First    bool // nothing was ever noted
	Question *questionCard
	Noted    bool // this day is noted already: the question comes before the form
	Error    *ui.FormErrorProps
	Theirs   string // what another device put into the line of text
	Hidden   map[string]string
	Keep     string
	Mood     ui.ChoiceProps
	Open     bool // more than the mood was noted, last time or now
	Scales   []ui.ChoiceProps
	Hours    *ui.ChoiceProps
	Did      ui.ChoiceProps
	Set      ui.ChoiceProps
	Line     ui.FieldProps
	Days     []logDay
}

// A logDay is one of the days that can be filled in.
type logDay struct {
	Href    string
	Name    string // for readers
	Weekday string
	Date    string
	Noted   bool
	Current bool
}

// log shows the form for today, or for a day of the last week.
func (p *Pages) log(w http.ResponseWriter, r *http.Request) error {
	today := mood.DayOf(web.NowOf(r))
	day := today
	if text := r.URL.Query().Get("day"); text != "" {
		d, ok := mood.ParseDay(text)
		if !ok || d > today || d < today-mood.Back {
			return web.SeeOther(w, r, toLog)
		}
		day = d
	}
	actor, record := own(r)
	d, err := p.Logs.Draft(r.Context(), actor, record, day, today)
	if err != nil {
		return err
	}
	page, err := p.logPage(r, d, d.Entry)
	if err != nil {
		return err
	}
	page.Hidden["id"] = uuid.Must(uuid.NewV7()).String()
	page.Hidden["revision"] = strconv.FormatInt(d.Entry.Revision, 10)
	return web.Show(w, r, http.StatusOK, logView(page))
}

// logPage is the page for the day of e, filled in as e is.
func (p *Pages) logPage(r *http.Request, d mood.Draft, e mood.Entry) (logPage, error) {
	now := web.NowOf(r)
	today := mood.DayOf(now)
	page := logPage{
		Frame: web.Frame(r), First: d.Last == 0, Keep: "log-" + e.Day.String() + "-" + strconv.FormatInt(d.Entry.Revision, 10),
		Hidden: map[string]string{"day": e.Day.String()},
	}
	page.Frame.Kicker, page.Frame.Heading = ui.Date(e.Day.In(now.Location()), now), "How is today?"
	if e.Day != today {
		page.Frame.Heading = "How was that day?"
	}
	page.Frame.Back = &ui.Link{Text: "Back to your week", Href: toWeek}
	page.Frame.Toast = saidOfLog(r)
	if d.Last > 0 && today-d.Last >= longGap {
		page.Back = "You are back after " + gap(int(today-d.Last)) + ". There is nothing to catch up on."
	}
	with, err := p.with(r)
	if err != nil {
		return page, err
	}
	page.Who, page.Icon = readers(d.Settings, with, now)
	if waiting := d.Waiting(); len(waiting) > 0 {
		card := questionFrom(waiting[len(waiting)-1], d.Log, with, now)
		page.Question = &card
	}
	page.Noted = d.Entry.Revision > 0
	page.fill(d, e)
	for back := mood.Day(mood.Back); back >= 0; back-- {
		day := today - back
		at := day.In(now.Location())
		l := logDay{
			Href: toLog + "?day=" + day.String(), Name: ui.Date(at, now), Weekday: at.Format("Mon"), Date: at.Format("2"),
			Noted: !d.On(day).Empty(), Current: day == e.Day,
		}
		if back == 0 {
			l.Href, l.Name, l.Weekday = toLog, "today", "Today"
		}
		page.Days = append(page.Days, l)
	}
	return page, nil
}

// fill puts what is noted into the fields.
func (page *logPage) fill(d mood.Draft, e mood.Entry) {
	page.Did = ui.ChoiceProps{Name: "there", Label: "What was there", Several: true}
	page.Set = ui.ChoiceProps{Name: "there", Label: "What set something off", Several: true}
	for _, item := range d.Items {
		_, noted := e.Value(item.ID)
		on := slices.Contains(e.There, item.ID)
		if item.Away && !noted && !on {
			continue
		}
		switch item.Kind {
		case mood.Activity, mood.Trigger:
			list := &page.Did
			if item.Kind == mood.Trigger {
				list = &page.Set
			}
			list.Options = append(list.Options, ui.Option{Value: item.ID, Text: item.Name, Chosen: on})
		case mood.Scale:
			choice := scaleOf(item, e)
			switch item.ID {
			case mood.Mood:
				page.Mood = choice
			case mood.Hours:
				page.Hours = &choice
			default:
				page.Scales = append(page.Scales, choice)
			}
		}
	}
	page.Line = ui.FieldProps{Name: mood.LineField, Label: "A line of your own", Value: e.Line, Rows: 3, Max: mood.MaxLine}
	last := d.On(d.Last)
	page.Open = more(e) || more(last)
}

// more says whether an entry holds more than the mood.
func more(e mood.Entry) bool {
	_, noted := e.Value(mood.Mood)
	return len(e.There) > 0 || e.Line != "" || len(e.Values) > 1 || len(e.Values) == 1 && !noted
}

const valuePrefix = "v-"

func scaleOf(item mood.Item, e mood.Entry) ui.ChoiceProps {
	lo, hi := item.Range()
	v, noted := e.Value(item.ID)
	c := ui.ChoiceProps{Name: valuePrefix + item.ID, Label: item.Name, Low: item.Low, High: item.High, Out: "Leave it open"}
	for n := lo; n <= hi; n++ {
		text := strconv.Itoa(n)
		switch {
		case item.ID == mood.Hours && n == lo:
			text = "≤ " + text
		case item.ID == mood.Hours && n == hi:
			text = "≥ " + text
		}
		c.Options = append(c.Options, ui.Option{Value: strconv.Itoa(n), Text: text, Chosen: noted && n == v})
	}
	return c
}

// with is by what name those who work with the client are called together.
func (p *Pages) with(r *http.Request) (string, error) {
	actor, _ := own(r)
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	if err != nil {
		return "", err
	}
	var called []string
	known := names{}
	for _, id := range team {
		name, err := p.nameOf(r.Context(), actor, known, id)
		if err != nil {
			return "", err
		}
		if name != "" {
			called = append(called, first(name))
		}
	}
	if len(called) == 0 {
		return "whoever works with you", nil
	}
	return list(called), nil
}

// readers says who reads a log.
func readers(s mood.Settings, with string, now time.Time) (words, icon string) {
	switch s.Sharing {
	case mood.Whole:
		return capital(with) + " can read this log too, because you share it.", "unlock"
	case mood.Onward:
		return fmt.Sprintf("%s can read what is noted from %s on, because you share it.", capital(with), ui.Date(s.From.In(now.Location()), now)), "unlock"
	}
	return "Only you read this here. " + capital(with) + " cannot, until you share it.", "lock"
}

// keepLog keeps a day.
func (p *Pages) keepLog(w http.ResponseWriter, r *http.Request) error {
	f, err := logForm(r)
	if err != nil {
		return err
	}
	actor, record := own(r)
	now := web.NowOf(r)
	if web.Waited(r) { // the clock of a phone may go ahead
		f.Day = min(f.Day, mood.DayOf(now))
	}
	k, err := p.Logs.Keep(r.Context(), actor, record, f, now.Location())
	if err == nil {
		form := "log-" + f.Day.String() + "-" + strconv.FormatInt(f.Revision, 10)
		to := toWeek + "?said=noted"
		if k.Asked {
			to = toLog + "?said=noted"
		}
		return web.Kept(w, r, to, form)
	}
	var wrong *fault.Error
	clash := len(k.Clashes) > 0
	if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid && !clash || wrong.Field == "id" {
		return err
	}
	d, err := p.Logs.Draft(r.Context(), actor, record, f.Day, mood.DayOf(now))
	if err != nil {
		return err
	}
	e := mood.Entry{Day: f.Day, Values: f.Values, There: f.There, Line: f.Line}
	status, revision := http.StatusUnprocessableEntity, f.Revision
	if clash {
		e, status, revision = k.Entry, http.StatusConflict, k.Entry.Revision
	}
	page, err := p.logPage(r, d, e)
	if err != nil {
		return err
	}
	page.Hidden["id"], page.Hidden["revision"] = f.ID, strconv.FormatInt(revision, 10)
	page.Open = page.Open || clash || wrong.Field != ""
	page.Error = &ui.FormErrorProps{Text: wrong.Text}
	if clash {
		page.clash(k)
	} else {
		page.wrong(wrong)
	}
	return web.Show(w, r, status, logView(page))
}

// wrong puts what is to be corrected beside its field.
func (page *logPage) wrong(err *fault.Error) {
	for _, c := range page.choices() {
		if c.Name == valuePrefix+err.Field {
			c.Error = err.Text
			page.Error.Fields = []ui.FieldError{{Name: c.Name, Text: err.Text}}
			page.Error.Text = ""
		}
	}
	if err.Field == mood.LineField {
		page.Line.Error = err.Text
		page.Error.Fields, page.Error.Text = []ui.FieldError{{Name: mood.LineField, Text: err.Text}}, ""
	}
}

// clash says beside each field what another device noted.
func (page *logPage) clash(k mood.Kept) {
	for _, id := range k.Clashes {
		if id == mood.LineField {
			page.Theirs = k.Theirs.Line
			page.Line.Error = "Another device has another line, which stands below. Keep what is right; both stay in your record."
			if k.Theirs.Line == "" {
				page.Line.Error = "Another device took the line away."
			}
			page.Error.Fields = append(page.Error.Fields, ui.FieldError{Name: mood.LineField, Text: "The line of your own"})
			continue
		}
		for _, c := range page.choices() {
			if c.Name != valuePrefix+id {
				continue
			}
			c.Error = "Another device left it open. Here is what you chose on this one."
			if v, noted := k.Theirs.Value(id); noted {
				c.Error = fmt.Sprintf("Another device has %d. Here is what you chose on this one.", v)
			}
			page.Error.Fields = append(page.Error.Fields, ui.FieldError{Name: c.Name, Text: c.Label})
		}
	}
}

func (page *logPage) choices() []*ui.ChoiceProps {
	all := []*ui.ChoiceProps{&page.Mood}
	if page.Hours != nil {
		all = append(all, page.Hours)
	}
	for i := range page.Scales {
		all = append(all, &page.Scales[i])
	}
	return all
}

// logForm is what was sent. What is no number is told to the person by the domain.
func logForm(r *http.Request) (mood.Form, error) {
	day, ok := mood.ParseDay(r.PostForm.Get("day"))
	revision, err := strconv.ParseInt(r.PostForm.Get("revision"), 10, 64)
	if !ok || err != nil {
		return mood.Form{}, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again.")
	}
	f := mood.Form{
		ID: r.PostForm.Get("id"), Day: day, Revision: revision, Values: map[string]int{},
		There: r.PostForm["there"], Line: r.PostForm.Get(mood.LineField),
	}
	for name, values := range r.PostForm {
		scale, ok := strings.CutPrefix(name, valuePrefix)
		if !ok || len(values) == 0 || values[0] == "" {
			continue
		}
		if f.Values[scale], err = strconv.Atoi(values[0]); err != nil {
			f.Values[scale] = -1
		}
	}
	return f, nil
}

// saidOfLog are the words for what was just done on the pages of the log.
func saidOfLog(r *http.Request) *ui.ToastProps {
	words := map[string]string{
		"noted":    "Noted.",
		"added":    "Added. It stands in the form from now on.",
		"away":     "Put away. What was noted with it stays.",
		"back":     "It is in the form again.",
		"mine":     "From now on only you read it here. What has been read has been read.",
		"shared":   "Shared from now on. You can stop at any time.",
		"watching": "Switched on.",
		"off":      "Switched off. Nothing is followed any more.",
		"bring":    "It waits for your next session. You can take it back until you have talked about it.",
		"not":      "Nothing to bring, then. That is all right.",
		"usual":    "Then that is your usual. A new one is made from the days since.",
	}[r.URL.Query().Get("said")]
	if words == "" {
		return nil
	}
	return &ui.ToastProps{Text: words}
}

// patternsPage is what the log shows.
type patternsPage struct {
	Frame ui.FrameProps
	Daily daily.Props
}

func (p *Pages) patterns(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	now := web.NowOf(r)
	log, err := p.Logs.Open(r.Context(), actor, record, 0)
	if err != nil {
		return err
	}
	page := patternsPage{Frame: web.Frame(r), Daily: daily.From(log, mood.DayOf(now), now.Location())}
	page.Frame.Heading, page.Frame.Wide = "My patterns", true
	page.Frame.Back = &ui.Link{Text: "Back to the log", Href: toLog}
	return web.Show(w, r, http.StatusOK, patternsView(page))
}

// A logLine is what This week says of the log.
type logLine struct{ Text, Note string }

func (p *Pages) logLine(r *http.Request) (l logLine, err error) {
	actor, record := own(r)
	today := mood.DayOf(web.NowOf(r))
	b, err := p.Logs.Brief(r.Context(), actor, record, today)
	switch {
	case err != nil:
		return l, err
	case b.Question.ID != "":
		l.Text, l.Note = "A question waits in your log", "The last days looked different from your usual. It can wait."
	case b.Noted:
		l.Text, l.Note = "Look at today’s note", "Noted today."
	case b.Last == 0:
		l.Text, l.Note = "Note how today is", "A few taps: mood, and sleep or more if you like. Only you read it, until you share it."
	default:
		l.Text, l.Note = "Note how today is", "A few taps, if it suits you."
	}
	return l, nil
}
