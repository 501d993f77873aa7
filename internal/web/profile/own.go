package profile

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An ownPage is the form in which a clinician writes about themselves.
type ownPage struct {
	frame      ui.FrameProps
	c          profile.Clinician // as typed, but for parts and approaches
	parts      parts
	approaches string // one to a line
	revision   string
	state      profile.State
	standing   string
	base       string // what the address of the page begins with
	live       string // where the published page is; empty if there is none
	differs    []difference
	flaw       *web.Flaw
}

var ownFields = []string{"name", "address", "title", "registered", "lead", "about", "approaches"}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	c, s, err := p.Profiles.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(p.ownForm(r, c, keptOwn(c), strings.Join(c.Approaches, "\n"), s)))
}

func keptOwn(c profile.Clinician) parts {
	return keptParts(c.Languages, c.Formats, c.Ways, c.Room, c.RoomWords, c.Currency, c.Fees, c.Link)
}

func (p *Pages) ownForm(r *http.Request, c profile.Clinician, typed parts, approaches string, s profile.State) ownPage {
	page := ownPage{
		frame: frame(r, "Your public page"), c: c, parts: typed, approaches: approaches,
		revision: strconv.FormatInt(s.Revision, 10), state: s, standing: standing(r, s), base: "/p/" + web.PracticeOf(r).Slug + "/",
	}
	if shown, ok := p.Facts.Profile(web.PracticeOf(r).ID).Of(web.ActorOf(r).ID); ok {
		page.live = page.base + shown.Address
	}
	return page
}

// typedOwn is what came with the form.
func typedOwn(r *http.Request) (profile.Clinician, parts, string, error) {
	form := r.PostForm
	c := profile.Clinician{
		Address: value(form, "address"), Name: value(form, "name"), Title: value(form, "title"), Registered: value(form, "registered"),
		Lead: value(form, "lead"), About: value(form, "about"),
	}
	typed, approaches := typedParts(form), value(form, "approaches")
	c.Room, c.RoomWords, c.Currency, c.Link = profile.Room(typed.room), typed.roomWords, profile.Currency(typed.currency), typed.link
	if approaches != "" {
		c.Approaches = strings.Split(approaches, "\n")
	}
	var err error
	c.Languages, c.Formats, c.Ways, c.Fees, err = typed.read()
	return c, typed, approaches, err
}

// keepOwn keeps a draft, and shows it as visitors would see it.
func (p *Pages) keepOwn(w http.ResponseWriter, r *http.Request) error {
	c, typed, approaches, err := typedOwn(r)
	now, s := profile.Clinician{}, profile.State{Revision: revisionIn(r)}
	if err == nil {
		now, s, err = p.Profiles.Keep(r.Context(), web.ActorOf(r), revisionIn(r), c)
	}
	if err == nil {
		return web.Kept(w, r, toOwn+"/preview", "profile")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	if !flaw.Clash() {
		if _, s, err = p.Profiles.Own(r.Context(), web.ActorOf(r)); err != nil {
			return err
		}
	}
	page := p.ownForm(r, c, typed, approaches, s)
	if page.flaw = flaw; flaw.Clash() {
		page.differs = differing(textsOfOwn(now, keptOwn(now), strings.Join(now.Approaches, "\n")), textsOfOwn(c, typed, approaches))
	} else {
		page.revision = strconv.FormatInt(revisionIn(r), 10)
	}
	return web.Show(w, r, flaw.Status(), ownView(page))
}

func textsOfOwn(c profile.Clinician, p parts, approaches string) [][2]string {
	return append([][2]string{
		{"Name", c.Name},
		{"Address", c.Address},
		{"Title", c.Title},
		{"Registered", c.Registered},
		{"Beside your name", c.Lead},
		{"How you work", c.About},
		{"Approaches", approaches},
	}, p.texts()...)
}

// A preview is a draft shown by the view of the published page, with what can be
// done with it.
type preview struct {
	revision string
	lacks    string // what is missing before it can be published
	live     bool   // it is what anybody reads already
	publish  string // where
	write    string // where one goes on writing
}

func previewOf(s profile.State, lacks error, to string) *preview {
	p := &preview{revision: strconv.FormatInt(s.Revision, 10), live: s.Published == s.Revision, publish: to + "/publish", write: to}
	if f, ok := web.AsFault(lacks); ok {
		p.lacks = f.Text
	}
	return p
}

func (p *Pages) previewOwn(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	c, s, err := p.Profiles.Own(r.Context(), actor)
	if err != nil {
		return err
	}
	if s.Revision == 0 {
		return web.SeeOther(w, r, toOwn)
	}
	stand := p.draftStand(r, previewOf(s, c.Lacks(), toOwn))
	shown := profile.Shown{ID: actor.ID, Clinician: c}
	at := slices.IndexFunc(stand.Said.Clinicians, func(o profile.Shown) bool { return o.ID == actor.ID })
	if at >= 0 {
		shown.Free = stand.Said.Clinicians[at].Free
	}
	return ShowClinician(w, r, stand, shown)
}

// draftStand is where a draft is shown from.
func (p *Pages) draftStand(r *http.Request, d *preview) Stand {
	s := StandFor(r, p.Facts, web.PracticeOf(r), true)
	s.Draft = d
	return s
}

func (p *Pages) publishOwn(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Profiles.Publish(r.Context(), web.ActorOf(r), revisionIn(r)); err != nil {
		if flaw, ok := web.FlawIn(err); ok && flaw.Field != "" {
			c, s, failed := p.Profiles.Own(r.Context(), web.ActorOf(r))
			if failed != nil {
				return failed
			}
			page := p.ownForm(r, c, keptOwn(c), strings.Join(c.Approaches, "\n"), s)
			page.flaw = flaw
			return web.Show(w, r, flaw.Status(), ownView(page))
		}
		return err
	}
	return p.renewed(w, r, toOwn+"?done=published")
}

func (p *Pages) takeOffOwn(w http.ResponseWriter, r *http.Request) error {
	actor := web.ActorOf(r)
	if err := p.Profiles.TakeOff(r.Context(), actor, actor.ID); err != nil {
		return err
	}
	return p.renewed(w, r, toOwn+"?done=off")
}
