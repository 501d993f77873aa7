package client

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/assets"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// aheadPart is how a client is reminded of appointments, and on which devices.
type aheadPart struct {
	Rev     string
	How     []ui.Option
	Leads   []ui.Option
	Flaw    *web.Flaw
	Key     string // with which a browser says who may wake it; empty: it is being made
	Worker  string // address of the script that is woken
	Devices []deviceLine
	Push    bool // it is chosen
}

type deviceLine struct {
	ui.LineProps
	Off string // address to post to
}

func (p *Pages) aheadOf(r *http.Request) (aheadPart, error) {
	actor, _ := own(r)
	a, err := p.Reminders.Ahead(r.Context(), actor)
	if err != nil {
		return aheadPart{}, err
	}
	devices, key, err := p.Pushes.Devices(r.Context(), actor)
	if err != nil {
		return aheadPart{}, err
	}
	part := aheadOptions(a)
	part.Key, part.Worker = key, assets.Path("sw.js")
	now := web.NowOf(r)
	for _, d := range devices {
		part.Devices = append(part.Devices, deviceLine{
			ui.LineProps{Icon: "key", Text: d.Name, Note: "Since " + on(d.At.In(now.Location()), now)}, toReminders + "/devices/" + d.ID + "/off",
		})
	}
	return part, nil
}

// aheadOptions is what can be chosen, with a chosen.
func aheadOptions(a reminder.Ahead) aheadPart {
	part := aheadPart{Rev: strconv.FormatInt(a.Rev, 10), Push: a.How == reminder.ByPush}
	for _, o := range []struct {
		how        reminder.How
		text, hint string
	}{
		{reminder.NotAtAll, "Not at all", "Your appointments stand under This week."},
		{reminder.ByMail, "By e-mail", "It says only that something you planned is near."},
		{reminder.ByPush, "On my devices", "A short message on each device below: “Waymark: Something waits for you.”"},
	} {
		part.How = append(part.How, ui.Option{Value: string(o.how), Text: o.text, Hint: o.hint, Chosen: a.How == o.how})
	}
	if a.Lead == "" {
		a.Lead = reminder.EveningBefore
	}
	for _, l := range reminder.Leads() {
		part.Leads = append(part.Leads, ui.Option{Value: string(l), Text: l.Words(), Chosen: a.Lead == l})
	}
	return part
}

func (p *Pages) keepAhead(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	a := reminder.Ahead{How: reminder.How(r.PostFormValue("how")), Lead: reminder.Lead(r.PostFormValue("lead"))}
	a.Rev, _ = strconv.ParseInt(r.PostFormValue("rev"), 10, 64)
	stands, err := p.Reminders.KeepAhead(r.Context(), actor, a)
	if err == nil {
		return web.Kept(w, r, toReminders+"?said=ahead", "ahead")
	}
	return p.aheadAgain(w, r, err, func(part *aheadPart) {
		typed := aheadOptions(a)
		part.How, part.Leads = typed.How, typed.Leads
		part.Rev = r.PostFormValue("rev")
		if part.Flaw.Clash() {
			part.Rev = strconv.FormatInt(stands.Rev, 10)
		}
	})
}

// aheadAgain shows the page once more, with what is to be corrected.
func (p *Pages) aheadAgain(w http.ResponseWriter, r *http.Request, failed error, typed func(*aheadPart)) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	actor, _ := own(r)
	wish, err := p.Reminders.Wish(r.Context(), actor)
	if err != nil {
		return err
	}
	page, err := p.remindersOf(r, wish)
	if err != nil {
		return err
	}
	page.Ahead.Flaw = flaw
	typed(&page.Ahead)
	return web.Show(w, r, flaw.Status(), remindersView(page))
}

// allowDevice lets the browser that asks be woken.
func (p *Pages) allowDevice(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	_, err := p.Pushes.Allow(r.Context(), actor, push.Subscription{
		Endpoint: r.PostFormValue("endpoint"), P256dh: r.PostFormValue("p256dh"), Auth: r.PostFormValue("auth"), Name: account.Describe(r.UserAgent()),
	})
	if err != nil {
		return p.aheadAgain(w, r, err, func(*aheadPart) {})
	}
	return web.SeeOther(w, r, toReminders+"?said=device")
}

func (p *Pages) forgetDevice(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	if err := p.Pushes.Forget(r.Context(), actor, r.PathValue("device")); err != nil {
		return err
	}
	return web.SeeOther(w, r, toReminders+"?said=no-device")
}
