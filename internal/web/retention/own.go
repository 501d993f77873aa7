package retention

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// keptWish is under which the device keeps what is typed into a wish, until it was sent.
const keptWish = "erasure-wish"

// ownPage is until when a client's record is kept, and their wish that it end.
type ownPage struct {
	frame  ui.FrameProps
	kept   []string
	wish   *retention.Wish
	asked  string
	answer string
	id     string
	typed  string
	flaw   *web.Flaw
}

func (p *Pages) ownForm(r *http.Request) (ownPage, error) {
	actor, now := web.ActorOf(r), web.NowOf(r)
	s, rule, err := p.Endings.Standing(r.Context(), actor, actor.ID)
	if err != nil {
		return ownPage{}, err
	}
	page := ownPage{frame: frame(r, "How long this is kept"), wish: s.Wish}
	page.frame.Back = &ui.Link{Text: "My record", Href: "/my/record"}
	switch {
	case !rule.Set():
		page.kept = append(page.kept, "The practice has not set here for how long it keeps records. Ask them, and they will tell you.")
	case now.Before(s.Until(rule, now.Location())):
		page.kept = append(page.kept, ruleWords(rule), "As it stands today, yours is kept until "+day(s.Until(rule, now.Location()), now)+". With each contact that day moves on.")
	case s.GoesOn():
		page.kept = append(page.kept, ruleWords(rule), "Somebody works with you, so yours is kept.")
	default:
		page.kept = append(page.kept, ruleWords(rule), "For yours that time is over. Nothing is erased by itself: somebody of the practice decides.")
	}
	if len(s.Holds) > 0 {
		page.kept = append(page.kept, "The practice has a reason to keep yours for now. Ask them if you would like to know which.")
	}
	if s.Wish != nil {
		page.asked = "You asked on " + day(s.Wish.At, now) + "."
		if s.Wish.State == retention.Answered {
			page.answer = "The practice answered on " + day(s.Wish.Ended, now) + ":"
		}
	}
	page.id, err = web.NewID()
	return page, err
}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	page, err := p.ownForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

// wish is that a client asks for their record to be erased.
func (p *Pages) wish(w http.ResponseWriter, r *http.Request) error {
	failed := p.Endings.Ask(r.Context(), web.ActorOf(r), r.PostFormValue("id"), r.PostFormValue("words"))
	if failed == nil {
		return web.Kept(w, r, toOwn+"?done=asked", keptWish)
	}
	return p.ownAgain(w, r, failed)
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	failed := p.Endings.Withdraw(r.Context(), web.ActorOf(r), r.PathValue("wish"))
	if failed == nil {
		return web.SeeOther(w, r, toOwn+"?done=withdrawn")
	}
	return p.ownAgain(w, r, failed)
}

func (p *Pages) ownAgain(w http.ResponseWriter, r *http.Request, failed error) error {
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	page, err := p.ownForm(r)
	if err != nil {
		return err
	}
	page.flaw, page.typed = flaw, r.PostFormValue("words")
	return web.Show(w, r, flaw.Status(), ownView(page))
}
