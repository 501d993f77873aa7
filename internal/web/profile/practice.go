package profile

import (
	"net/http"
	"strconv"

	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A formPage is the form in which those who manage the practice write about it.
type formPage struct {
	frame      ui.FrameProps
	p          profile.Practice // as typed, but for parts
	parts      parts
	revision   string
	state      profile.State
	standing   string
	live       string // where the published page is
	clinicians []profile.Shown
	differs    []difference
	flaw       *web.Flaw
}

var practiceFields = []string{"headline", "lead", "approach", "sliding", "cancelling", "contact", "where", "elsewhere"}

func (p *Pages) practice(w http.ResponseWriter, r *http.Request) error {
	now, s, err := p.Profiles.Practice(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, formView(p.practiceForm(r, now, keptPractice(now), s)))
}

func keptPractice(p profile.Practice) parts {
	return keptParts(p.Languages, p.Formats, p.Ways, p.Room, p.RoomWords, p.Currency, p.Fees, p.Link)
}

func (p *Pages) practiceForm(r *http.Request, typed profile.Practice, as parts, s profile.State) formPage {
	page := formPage{
		frame: frame(r, "The public page"), p: typed, parts: as, revision: strconv.FormatInt(s.Revision, 10), state: s, standing: standing(r, s),
		live: "/p/" + web.PracticeOf(r).Slug, clinicians: p.Facts.Profile(web.PracticeOf(r).ID).Clinicians,
	}
	page.frame.Kicker = web.PracticeOf(r).Name
	return page
}

// typedPractice is what came with the form.
func typedPractice(r *http.Request) (profile.Practice, parts, error) {
	form := r.PostForm
	p := profile.Practice{
		Headline: value(form, "headline"), Lead: value(form, "lead"), Approach: value(form, "approach"), Sliding: value(form, "sliding"),
		Cancelling: value(form, "cancelling"), Contact: value(form, "contact"), Where: value(form, "where"), Elsewhere: value(form, "elsewhere"),
		Listed: form.Get("listed") == "yes",
	}
	typed := typedParts(form)
	p.Room, p.RoomWords, p.Currency, p.Link = profile.Room(typed.room), typed.roomWords, profile.Currency(typed.currency), typed.link
	var err error
	p.Languages, p.Formats, p.Ways, p.Fees, err = typed.read()
	return p, typed, err
}

// keepPractice keeps a draft, and shows it as visitors would see it.
func (p *Pages) keepPractice(w http.ResponseWriter, r *http.Request) error {
	said, typed, err := typedPractice(r)
	now, s := profile.Practice{}, profile.State{}
	if err == nil {
		now, s, err = p.Profiles.KeepPractice(r.Context(), web.ActorOf(r), revisionIn(r), said)
	}
	if err == nil {
		return web.Kept(w, r, toPractice+"/preview", "practice-page")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	if !flaw.Clash() {
		if _, s, err = p.Profiles.Practice(r.Context(), web.ActorOf(r)); err != nil {
			return err
		}
	}
	page := p.practiceForm(r, said, typed, s)
	if page.flaw = flaw; flaw.Clash() {
		page.differs = differing(textsOfPractice(now, keptPractice(now)), textsOfPractice(said, typed))
	} else {
		page.revision = strconv.FormatInt(revisionIn(r), 10)
	}
	return web.Show(w, r, flaw.Status(), formView(page))
}

func textsOfPractice(p profile.Practice, as parts) [][2]string {
	listed := "no"
	if p.Listed {
		listed = "yes"
	}
	return append([][2]string{
		{"Headline", p.Headline},
		{"Beginning", p.Lead},
		{"How we work", p.Approach},
		{"Reduced fees", p.Sliding},
		{"Cancelling", p.Cancelling},
		{"Between sessions", p.Contact},
		{"Where we are", p.Where},
		{"Who else may help", p.Elsewhere},
		{"Search engines", listed},
	}, as.texts()...)
}

func (p *Pages) previewPractice(w http.ResponseWriter, r *http.Request) error {
	said, s, err := p.Profiles.Practice(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if s.Revision == 0 {
		return web.SeeOther(w, r, toPractice)
	}
	stand := p.draftStand(r, previewOf(s, said.Lacks(), toPractice))
	stand.Said.Practice = &said
	return Show(w, r, stand)
}

func (p *Pages) publishPractice(w http.ResponseWriter, r *http.Request) error {
	if _, err := p.Profiles.PublishPractice(r.Context(), web.ActorOf(r), revisionIn(r)); err != nil {
		return err
	}
	return p.renewed(w, r, toPractice+"?done=published")
}

func (p *Pages) takeOffPractice(w http.ResponseWriter, r *http.Request) error {
	if err := p.Profiles.TakeOffPractice(r.Context(), web.ActorOf(r)); err != nil {
		return err
	}
	return p.renewed(w, r, toPractice+"?done=off")
}

// takeOff takes the page of a clinician off.
func (p *Pages) takeOff(w http.ResponseWriter, r *http.Request) error {
	if err := p.Profiles.TakeOff(r.Context(), web.ActorOf(r), r.PathValue("person")); err != nil {
		return err
	}
	return p.renewed(w, r, toPractice+"?done=off")
}
