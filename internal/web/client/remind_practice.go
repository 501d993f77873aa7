package client

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// practisePart is how a client is reminded of what they practise.
type practisePart struct {
	Rev  string
	How  []ui.Option
	At   string
	Days []ui.Option
	Flaw *web.Flaw
}

func (p *Pages) practiseOf(r *http.Request) (practisePart, error) {
	actor, _ := own(r)
	wish, err := p.Reminders.Practice(r.Context(), actor)
	if err != nil {
		return practisePart{}, err
	}
	return practiseOptions(wish), nil
}

// practiseOptions is what can be chosen, with wish chosen.
func practiseOptions(wish reminder.Practice) practisePart {
	part := practisePart{Rev: strconv.FormatInt(wish.Rev, 10), At: minutes(wish.At)}
	for _, o := range []struct {
		how        reminder.How
		text, hint string
	}{
		{reminder.NotAtAll, "Not at all", "What you practise stands under Practice."},
		{reminder.ByMail, "By e-mail", "It says only that something of yours is here."},
		{reminder.ByPush, "On my devices", "A short message on each device named below: “Waymark: Something waits for you.”"},
	} {
		part.How = append(part.How, ui.Option{Value: string(o.how), Text: o.text, Hint: o.hint, Chosen: wish.How == o.how})
	}
	for _, d := range weekdays {
		part.Days = append(part.Days, ui.Option{Value: strconv.Itoa(int(d)), Text: d.String(), Chosen: slices.Contains(wish.Days, d)})
	}
	return part
}

func (p *Pages) keepPractise(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	wish := reminder.Practice{How: reminder.How(r.PostFormValue("how")), At: minuteOf(r.PostFormValue("at"))}
	wish.Rev, _ = strconv.ParseInt(r.PostFormValue("rev"), 10, 64)
	for _, text := range r.PostForm["days"] {
		d, err := strconv.Atoi(text)
		if err != nil {
			d = -1
		}
		wish.Days = append(wish.Days, time.Weekday(d))
	}
	stands, err := p.Reminders.KeepPractice(r.Context(), actor, wish, web.LocationOf(r))
	if err == nil {
		return web.Kept(w, r, toReminders+"?said=practise", "practise")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	was, err := p.Reminders.Wish(r.Context(), actor)
	if err != nil {
		return err
	}
	page, err := p.remindersOf(r, was)
	if err != nil {
		return err
	}
	if flaw.Clash() {
		wish.Rev = stands.Rev
	}
	page.Practise = practiseOptions(wish)
	page.Practise.At, page.Practise.Flaw = r.PostFormValue("at"), flaw
	return web.Show(w, r, flaw.Status(), remindersView(page))
}
