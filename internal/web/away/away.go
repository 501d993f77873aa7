// Package away is the pages of a client who uses Waymark on a phone without a network,
// too: choosing it, the phones on which it is so, what waits on this one, and what the
// phone asks for on its own. What is kept there, and how, is decided by the scripts
// (assets/ts/away*.ts, outbox.ts) and by web.Route.Away.
package away

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/assets"
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/device"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages about phones.
type Pages struct {
	Devices *device.Devices
}

const (
	toPhone  = "/my/phone"
	toOutbox = "/my/outbox"
	toWeek   = "/my/week"
	toHelp   = "/help"
	most     = 8 << 10 // bytes of each form
)

// Routes are all addresses about phones.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: toPhone, Audience: web.Client, Action: access.ReadDevices, Page: p.phone, Wakes: true},
		{Method: "POST", Pattern: toPhone, Audience: web.Client, Action: access.UseDevice, Page: p.use, Most: most},
		{Method: "GET", Pattern: "/my/phone/{device}/secret", Audience: web.Client, Action: access.ReadDevices, Page: p.secret, Polls: true},
		{Method: "POST", Pattern: "/my/phone/{device}/off", Audience: web.Client, Action: access.DropDevice, Page: p.off, Most: most},
		{Method: "POST", Pattern: "/my/phone/{device}/empty", Audience: web.Client, Action: access.ForgetDevice, Page: p.empty, Most: most, Polls: true},
		{Method: "GET", Pattern: "/my/away", Audience: web.Client, Page: lists, Polls: true},
		{Method: "GET", Pattern: toOutbox, Audience: web.Client, Page: outbox, Away: true},

		// They are nobody's, and lie on the phone in the clear.
		{Method: "GET", Pattern: "/phone", Audience: web.Anyone, Page: locked},
		{Method: "GET", Pattern: "/phone/away", Audience: web.Anyone, Page: missing},
		{Method: "GET", Pattern: "/worker.js", Audience: web.Anyone, Page: worker},
		{Method: "GET", Pattern: "/manifest.webmanifest", Audience: web.Anyone, Page: manifest},
	}
}

// A phonePage is where somebody chooses a phone, and sees those that they use.
type phonePage struct {
	Frame   ui.FrameProps
	ID      string // of the form
	Fresh   bool
	Devices []deviceLine
}

type deviceLine struct {
	ui.LineProps
	ID string
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"used":  "This week and what belongs to it are on this phone from now on.",
	"off":   "Taken off. Nothing is kept on this phone any more.",
	"other": "Taken off. That phone keeps no page once it is next used; what was written there and not sent can still be sent by you.",
}

func (p *Pages) phone(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Devices.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	now := web.NowOf(r)
	page := phonePage{
		Frame: web.FrameSaying(r, "This phone without a network", done),
		ID:    uuid.Must(uuid.NewV7()).String(), Fresh: web.VisitorOf(r).Self().Fresh,
	}
	page.Frame.Back = &ui.Link{Text: "Back to your week", Href: toWeek}
	page.Frame.Scripts = []string{"away-phone.js"}
	for _, d := range all {
		made := d.Made.In(now.Location())
		page.Devices = append(page.Devices, deviceLine{ui.LineProps{Icon: "key", Text: d.Name, Note: "Since " + ui.Date(made, now)}, d.ID})
	}
	return web.Show(w, r, http.StatusOK, phoneView(page))
}

// use is asked by the script, which makes the phone's key.
func (p *Pages) use(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	secret, err := p.Devices.Use(r.Context(), actor, r.PostFormValue("id"), account.Describe(r.UserAgent()))
	if err != nil {
		return err
	}
	web.KeepPhone(w, r, true)
	return web.Tell(w, map[string]string{"secret": text(secret), "person": actor.ID})
}

// secret opens what is kept on a phone, for whoever is signed in as its owner.
func (p *Pages) secret(w http.ResponseWriter, r *http.Request) error {
	d, secret, err := p.Devices.Secret(r.Context(), web.ActorOf(r), r.PathValue("device"))
	if err != nil {
		return err
	}
	return web.Tell(w, struct {
		Secret string `json:"secret"`
		Off    bool   `json:"off"`
	}{text(secret), !d.Off.IsZero()})
}

// off takes a phone off: a form that works without script, from elsewhere, too.
func (p *Pages) off(w http.ResponseWriter, r *http.Request) error {
	if err := p.Devices.TakeOff(r.Context(), web.ActorOf(r), r.PathValue("device")); err != nil {
		return err
	}
	if r.Header.Get("Accept") == "application/json" {
		return web.Tell(w, struct{}{})
	}
	return web.SeeOther(w, r, toPhone+"?done=other")
}

// empty is said by the phone itself: nothing of its owner's is on it any more.
func (p *Pages) empty(w http.ResponseWriter, r *http.Request) error {
	secret, err := base64.RawURLEncoding.DecodeString(r.PostFormValue("secret"))
	if err != nil {
		return fault.New(fault.Invalid, "secret", "This did not arrive whole. Please try again.")
	}
	if err := p.Devices.Empty(r.Context(), web.ActorOf(r), r.PathValue("device"), secret); err != nil {
		return err
	}
	if r.PostFormValue("others") == "" {
		web.KeepPhone(w, r, false)
	}
	return web.Tell(w, struct{}{})
}

// lists says to a phone what it may keep, and whose it is.
func lists(w http.ResponseWriter, r *http.Request) error {
	pages, forms := web.Away(r)
	help := toHelp
	if slug := web.PracticeOf(r).Slug; slug != "" {
		help += "?p=" + url.QueryEscape(slug)
	}
	return web.Tell(w, struct {
		Person string   `json:"person"`
		Pages  []string `json:"pages"`
		Forms  []string `json:"forms"`
		Help   string   `json:"help"`
	}{web.ActorOf(r).ID, pages, forms, help})
}

// An outboxPage is what waits on the phone that shows it: the server knows nothing of it.
type outboxPage struct {
	Frame ui.FrameProps
	Calls []ui.CallRow // the first alone: danger to life
}

func outbox(w http.ResponseWriter, r *http.Request) error {
	page := outboxPage{Frame: web.Frame(r)}
	page.Frame.Heading = "What waits on this phone"
	page.Frame.Back = &ui.Link{Text: "Back to your week", Href: toWeek}
	page.Frame.Scripts = []string{"outbox.js"}
	country, _ := safety.Contacts(web.PracticeOf(r).Country)
	if calls := web.Calls(country); len(calls) > 0 && calls[0].Number != "" {
		page.Calls = calls[:1]
	}
	return web.Show(w, r, http.StatusOK, outboxView(page))
}

// locked is shown in the place of a page while the phone is locked.
func locked(w http.ResponseWriter, r *http.Request) error {
	frame := web.Frame(r)
	frame.Heading = "Locked on this phone"
	frame.Scripts = []string{"away-open.js"}
	return web.Show(w, r, http.StatusOK, lockedView(frame))
}

// missing is shown in the place of a page that is not on the phone, and of a form that
// needs the network.
func missing(w http.ResponseWriter, r *http.Request) error {
	frame := web.Frame(r)
	frame.Heading = "This needs a network"
	return web.Show(w, r, http.StatusOK, missingView(frame))
}

// worker is the script that stands between a phone and the network. Its address stays
// the same, so that the browser renews it with the program.
func worker(w http.ResponseWriter, _ *http.Request) error {
	body, err := assets.Read("away-worker.js")
	if err != nil {
		return err
	}
	return send(w, "text/javascript; charset=utf-8", body)
}

// manifest is by what a phone puts Waymark on its home screen: a name that says nothing.
func manifest(w http.ResponseWriter, _ *http.Request) error {
	return send(w, "application/manifest+json", []byte(`{"name":"Waymark","short_name":"Waymark","id":"/my/week","start_url":"/my/week","scope":"/","display":"standalone",`+
		`"background_color":"#f6f4f0","theme_color":"#f6f4f0","icons":[{"src":"`+assets.Path("mark.svg")+`","sizes":"any","type":"image/svg+xml","purpose":"any"}]}`))
}

func send(w http.ResponseWriter, kind string, body []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(body)
	return err
}

func text(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }
