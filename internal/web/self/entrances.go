package self

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// entrances is where somebody sees what else can come in with their account.
const entrances = "/account/entrances"

// An entrance is something that comes in with somebody's account by itself.
type entrance struct {
	What string // in plain words
	Icon string
	Made time.Time
	Then string // until when, or when it was last used; may be empty
	Href string // where it is ended by itself
}

// An entrancesPage is all of them, and one press that ends them.
type entrancesPage struct {
	Frame     ui.FrameProps
	All       []entrance
	Codes     int  // recovery codes
	Passkeys  int  // among them
	Staying   int  // of the passkeys, those that stay
	Password  bool // there is one
	Recovered bool // the visitor came in by a link just now
	Vault     bool
	Others    int       // other sign-ins
	Step      bool      // there is a second step by an app
	StepMade  time.Time // when it was set up, if that is known
	Former    account.Former
	Mute      bool           // no letter leaves here
	LettingIn *account.LetIn // somebody was given a code to let them in
	Next      string
	Now       time.Time
	Wrong     *fault.Error
}

func (p *Pages) entrances(w http.ResponseWriter, r *http.Request) error {
	page, err := p.entrancesPage(r)
	if err != nil {
		return err
	}
	if !page.endable() && r.URL.Query().Get("then") == "go" {
		return web.SeeOther(w, r, page.Next)
	}
	return web.Show(w, r, http.StatusOK, entrancesView(page))
}

// entrancesPage reads also while a second step is missing again, for somebody who was let
// in anew: what others let in meanwhile must be seen and ended first of all. Labels and
// days are all that it shows.
func (p *Pages) entrancesPage(r *http.Request) (entrancesPage, error) {
	v := web.VisitorOf(r)
	page := entrancesPage{Frame: task(r, "What else can come in"), Now: web.NowOf(r), Vault: v.Is(web.Clinician) || v.Is(web.Client), Mute: p.Machine.Mute(), Next: onward(v, "/account")}
	ways, err := p.Accounts.Credentials(r.Context(), v.Self())
	if err != nil {
		return page, err
	}
	stay, err := p.Accounts.Staying(r.Context(), v.Self(), v.SignInID)
	if err != nil {
		return page, err
	}
	if page.LettingIn, err = p.Accounts.LettingIn(r.Context(), v.Self()); err != nil {
		return page, err
	}
	page.Codes, page.Password, page.Passkeys, page.Staying = ways.CodesLeft, ways.Password, len(ways.Passkeys), len(stay)
	page.Step, page.StepMade, page.Former = ways.TOTP, ways.TOTPMade, ways.Former
	for _, key := range ways.Passkeys {
		page.All = append(page.All, entrance{
			What: "A passkey: " + key.Label, Icon: "key", Made: key.Made, Then: used(key.Used, page.Now), Href: "/account/passkeys/" + key.ID + "/remove",
		})
	}
	signIns, err := p.Accounts.SignIns(r.Context(), v.Self())
	if err != nil {
		return page, err
	}
	for _, s := range signIns {
		if s.ID != v.SignInID {
			page.Others++
		} else if s.How == "recovered" {
			page.Recovered = r.URL.Query().Get("then") == "go"
			page.Next = onward(v, "/")
		}
	}
	if err := p.programs(r, &page); err != nil {
		return page, err
	}
	if err := p.calendars(r, &page); err != nil {
		return page, err
	}
	if v.Is(web.Client) {
		err = p.phones(r, &page)
	}
	slices.SortStableFunc(page.All, func(a, b entrance) int { return cmp.Compare(b.Made.UnixMicro(), a.Made.UnixMicro()) })
	return page, err
}

// notMe ends the code that somebody was given to be let in as the visitor.
func (p *Pages) notMe(w http.ResponseWriter, r *http.Request) error {
	if err := p.Accounts.NotMe(r.Context(), web.VisitorOf(r).Self()); err != nil {
		return err
	}
	return web.SeeOther(w, r, entrances)
}

// programs are tokens, and programs of others that were let in.
func (p *Pages) programs(r *http.Request, page *entrancesPage) error {
	who := web.VisitorOf(r).Self()
	tokens, err := p.Tokens.All(r.Context(), who)
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if !t.Over(page.Now) {
			page.All = append(page.All, entrance{
				What: "A program with a token: " + cmp.Or(t.Label, "without a name"), Icon: "person", Made: t.MadeAt, Then: "until " + ui.Date(t.Until, page.Now), Href: "/account/programs",
			})
		}
	}
	apps, err := p.Launches.All(r.Context(), who)
	for _, a := range apps {
		page.All = append(page.All, entrance{
			What: "A program of others: " + a.Name, Icon: "person", Made: a.MadeAt, Then: "until " + ui.Date(a.Until, page.Now), Href: "/account/programs",
		})
	}
	return err
}

// calendars are secret addresses and app passwords.
func (p *Pages) calendars(r *http.Request, page *entrancesPage) error {
	v := web.VisitorOf(r)
	if !v.Is(web.Client) && !v.Is(web.Clinician) {
		return nil
	}
	all, err := p.Feeds.All(r.Context(), v.Self())
	if err != nil {
		return err
	}
	for _, a := range all.Addresses {
		page.All = append(page.All, entrance{
			What: "A calendar that reads your appointments: " + cmp.Or(a.Label, "without a name"), Icon: "week", Made: a.MadeAt, Href: "/account/calendar#addresses",
		})
	}
	for _, a := range all.Programs {
		page.All = append(page.All, entrance{
			What: "A calendar program with an app password: " + cmp.Or(a.Label, "without a name"), Icon: "week", Made: a.MadeAt, Then: used(a.UsedAt, page.Now), Href: "/account/calendar#programs",
		})
	}
	return nil
}

// phones are those on which a client uses Waymark without a network, and browsers that
// show reminders.
func (p *Pages) phones(r *http.Request, page *entrancesPage) error {
	who := web.VisitorOf(r).Self()
	phones, err := p.Devices.Own(r.Context(), who)
	if err != nil {
		return err
	}
	for _, d := range phones {
		page.All = append(page.All, entrance{What: "A phone that keeps pages for when there is no network: " + d.Name, Icon: "person", Made: d.Made, Href: "/my/phone"})
	}
	browsers, _, err := p.Pushes.Devices(r.Context(), who)
	for _, d := range browsers {
		page.All = append(page.All, entrance{What: "A device that shows reminders: " + d.Name, Icon: "person", Made: d.At, Href: "/my/reminders"})
	}
	return err
}

// used is when something was last used.
func used(t, now time.Time) string {
	if t.IsZero() {
		return "not used yet"
	}
	return "last used " + moment(t, now)
}

// note says when e was made, and what follows.
func (e entrance) note(now time.Time) string {
	made := "Made " + moment(e.Made, now)
	if e.Then == "" {
		return made
	}
	return made + ", " + e.Then
}

func (p *Pages) endRest(w http.ResponseWriter, r *http.Request) error {
	v := web.VisitorOf(r)
	err := fresh(r)
	if err == nil {
		err = p.Accounts.EndRest(r.Context(), v.Self(), v.SignInID)
	}
	if err == nil {
		return web.SeeOther(w, r, entrances)
	}
	f, status := correctable(err)
	if f == nil {
		return err
	}
	page, err := p.entrancesPage(r)
	if err != nil {
		return err
	}
	page.Wrong = f
	return web.Show(w, r, status, entrancesView(page))
}
