package intake

import (
	"cmp"
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A partPage is one part, to be written or read, by either side.
type partPage struct {
	frame     ui.FrameProps
	desk      bool
	name      string // of the client, at the desk
	tabs      []ui.Tab
	why       string
	sensitive bool
	source    string
	readers   string // who reads it, exactly
	invited   string // who asked for it, and with which line
	isNewest  bool
	room      string // that it is told in the room only; empty if it is not
	write     bool   // whether it can be written now
	action    string
	back      string
	keep      string
	course    string
	revision  string
	rev       string
	sight     []field
	folded    []field
	more      string // what the folded ones are
	open      bool   // the folded ones are shown
	draft     string // that this is one's own unfinished text
	main      string // words of the filled button
	gone      string // what "for the room" does with what is there
	canRoom   bool
	canDrop   bool
	flaw      *web.Flaw
	other     []told // what is kept, where somebody was quicker
	otherBy   string
	told      []told // as it is, where it is only read
	earlier   []former
}

// A former is a part as it was.
type former struct {
	Made  string
	Lines []told
	State string
}

// fieldNames are the fields of a part, for the summary of what to correct.
func (p partPage) fieldNames() (all []string) {
	for _, f := range append(append([]field(nil), p.sight...), p.folded...) {
		all = append(all, cmp.Or(f.text.Name, f.choice.Name))
	}
	return all
}

// partForm is the page of a part as it stands, with said in its form; nil is what
// is kept, or the draft of whoever asks.
func (p *Pages) partForm(r *http.Request, part intake.Part, said intake.Said, flaw *web.Flaw) (partPage, error) {
	s := sideOf(r)
	course := int64(0)
	if q := r.URL.Query().Get("course"); len(q) == 1 && q[0] >= '1' && q[0] <= '9' {
		course = int64(q[0] - '0')
	}
	kept, err := p.Intakes.One(r.Context(), s.actor, s.record, part, course)
	if err != nil {
		return partPage{}, err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return partPage{}, err
	}
	concerns := p.concerns(s.actor.Practice)
	page := partPage{
		frame: who.frame(r, part.Title()), desk: s.desk, name: who.first(), tabs: who.tabs(), why: part.Why(), sensitive: part.Sensitive(), source: part.Source(),
		isNewest: kept.IsNewest, action: s.base + "/" + s.name(part), back: s.base, course: digits(kept.Course), revision: digits(kept.Number), rev: digits(kept.Draft.Rev),
		flaw: flaw, more: moreOf(part), keep: s.keepPart(part),
	}
	if !s.desk {
		page.frame.Kicker, page.frame.Back = "As much or as little as you like", &ui.Link{Text: "Back", Href: toBeginning}
	}
	page.readers = readersOf(part, who)
	if kept.State == intake.Room {
		page.room = roomWords(who)
	}
	page.write = kept.IsNewest && (part != intake.Summary || s.desk) && (kept.State != intake.Room || !s.desk)
	page.canRoom = !s.desk && kept.IsNewest && part != intake.Summary && kept.State != intake.Room
	page.gone = goneWords(kept)
	page.invited = invitedWords(kept.Invite, who)
	shown := kept.Said()
	if kept.Begun {
		shown = kept.Draft.Said
		page.draft, page.canDrop = "This is what you had begun "+desk.At(kept.Draft.At, who.now)+". Nobody else reads it.", true
		page.revision = digits(kept.Draft.Base)
		if kept.Draft.Base != kept.Number {
			page.draft += " The part was changed since: what is kept stands above."
			page.other, page.otherBy = toldIn(kept.Revision, who.hand, concerns), who.made(kept.Revision)
			page.revision = digits(kept.Number)
		}
	}
	if said != nil {
		shown, page.draft = said, ""
	}
	hand := func(name string) string {
		line, ok := kept.Lines[name]
		if !ok || line.Text != shown[name] || line.By == s.actor.ID && line.Before == "" && line.Side != intake.ByEnquiry {
			return ""
		}
		return who.hand(line)
	}
	page.sight, page.folded, page.open = fieldsOf(part, shown, hand, flaw, concerns)
	page.main = "Keep it"
	if !page.write {
		page.told = toldIn(kept.Revision, who.hand, concerns)
	}
	for i, h := range kept.History {
		if i == 0 {
			continue
		}
		f := former{Made: who.made(h), Lines: toldIn(h, who.hand, concerns)}
		switch h.State {
		case intake.Room:
			f.State = "For the room only."
		case intake.Empty:
			f.State = "Taken out."
		case intake.Told:
		}
		page.earlier = append(page.earlier, f)
	}
	return page, nil
}

// moreOf is what the folded questions of a part are.
func moreOf(part intake.Part) string {
	switch part {
	case intake.Brings:
		return "Words to choose from"
	case intake.Tried:
		return "More that was tried"
	}
	return "More about how, if you like"
}

// readersOf says who reads a part, exactly.
func readersOf(part intake.Part, who people) string {
	switch {
	case part == intake.Summary && who.desk:
		return who.first() + " reads this as soon as you keep it. What you only begin is yours alone."
	case part == intake.Summary:
		return "Written by those who work with you, for you to read. If something in it is not right, say so: it can be changed."
	case who.desk && part == intake.Health:
		return "You, " + who.first() + " and whoever else treats them. In an emergency a colleague who opens the record reads this part, and no other."
	case who.desk:
		return "You, " + who.first() + " and whoever else treats them. A supervisor, a manager and a colleague in an emergency do not."
	case part == intake.Health:
		return "You and those who work with you. In an emergency a colleague who opens your record can read this part, and no other; you are told of it."
	}
	return "You and those who work with you. Nobody else in the practice, also not in an emergency."
}

func roomWords(who people) string {
	if who.desk {
		return who.first() + " tells this in the room only, and nothing of it is stored. So nothing can be written down here either."
	}
	return "You tell this in the room only. Nothing of it is stored, and nobody can write it down here. You can still change your mind."
}

// goneWords say what choosing the room does with what is there.
func goneWords(kept intake.Page) string {
	switch {
	case kept.Number == 0 && !kept.Begun:
		return "Nothing is stored then. Those who work with you see only that you would rather say it."
	case kept.Read == 0 && kept.Side != intake.ByEnquiry && kept.Side != intake.ByClinician:
		return "What you wrote here has been read by nobody, and is taken away for good. Those who work with you see only that you would rather say it."
	}
	return "What has been read before stays among the earlier versions; what has not been read is taken away for good."
}

func invitedWords(in intake.Invite, who people) string {
	if in.State != intake.Open {
		return ""
	}
	if who.desk {
		return who.first() + " was invited " + desk.On(in.At, who.now) + " to write this beforehand."
	}
	text := desk.Upper(who.by(in.By)) + " asked for this beforehand, if it suits you."
	if in.Note != "" {
		text = desk.Upper(who.by(in.By)) + ": “" + in.Note + "”"
	}
	return text
}

// part shows one part.
func (p *Pages) part(w http.ResponseWriter, r *http.Request) error {
	part, err := partIn(r)
	if err != nil {
		return err
	}
	page, err := p.partForm(r, part, nil, nil)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, partView(page))
}

// formIn is what came with the form of a part.
func formIn(r *http.Request, part intake.Part) intake.Form {
	return intake.Form{
		Part: part, Course: number(r, "course"), Revision: number(r, "revision"), Rev: max(0, number(r, "rev")), Said: saidIn(r, part),
	}
}

// keep keeps a part. An empty one that was empty before is "not now".
func (p *Pages) keep(w http.ResponseWriter, r *http.Request) error {
	part, err := partIn(r)
	if err != nil {
		return err
	}
	s, f := sideOf(r), formIn(r, part)
	var now intake.Revision
	if part == intake.Summary {
		now, err = p.Intakes.Summarise(r.Context(), s.actor, s.record, f)
	} else {
		now, err = p.Intakes.Keep(r.Context(), s.actor, s.record, f)
	}
	if err == nil {
		said := "sent"
		if s.desk {
			said = "kept"
		}
		return p.leavePart(w, r, part, said)
	}
	return p.partAgain(w, r, part, f, now, err)
}

// leavePart goes on to the list after a part was kept.
func (p *Pages) leavePart(w http.ResponseWriter, r *http.Request, part intake.Part, said string) error {
	s := sideOf(r)
	return web.Kept(w, r, s.base+"?done="+said, s.keepPart(part))
}

// keepPart names what the device keeps of a part: another one for every record, so
// that nobody's words come up in the form of somebody else.
func (s side) keepPart(part intake.Part) string {
	if s.desk {
		return "intake-" + s.record.Of() + "-" + string(part)
	}
	return "beginning-" + s.record.Of() + "-" + s.name(part)
}

// partAgain shows a part with everything that was typed, and what to correct; and
// where somebody was quicker, also what is kept.
func (p *Pages) partAgain(w http.ResponseWriter, r *http.Request, part intake.Part, f intake.Form, now intake.Revision, wrong error) error {
	flaw, ok := web.FlawIn(wrong)
	if !ok {
		return wrong
	}
	page, err := p.partForm(r, part, f.Said, flaw)
	if err != nil {
		return err
	}
	if flaw.Clash() && now.Number > 0 {
		who, err := p.peopleOf(r, sideOf(r))
		if err != nil {
			return err
		}
		page.other, page.otherBy = toldIn(now, who.hand, p.concerns(who.actor.Practice)), who.made(now)
		page.main = "Keep mine in its place"
	} else if !flaw.Clash() {
		page.revision, page.rev = digits(f.Revision), digits(f.Rev)
	}
	return web.Show(w, r, flaw.Status(), partView(page))
}

// draft keeps unfinished words for their writer alone, or takes them away.
func (p *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	part, err := partIn(r)
	if err != nil {
		return err
	}
	s, f := sideOf(r), formIn(r, part)
	if r.PostFormValue("do") == "drop" {
		if err := p.Intakes.DropDraft(r.Context(), s.actor, s.record, part, f.Course, f.Rev); err != nil {
			return err
		}
		return p.leavePart(w, r, part, "back")
	}
	other, err := p.Intakes.KeepDraft(r.Context(), s.actor, s.record, f)
	if err == nil {
		return p.leavePart(w, r, part, "draft")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.partForm(r, part, f.Said, flaw)
	if err != nil {
		return err
	}
	if flaw.Clash() && other.Rev > 0 {
		page.other, page.otherBy = saidLines(part, other.Said, p.concerns(s.actor.Practice)), "You, in another window or on another device"
		page.rev = digits(other.Rev)
	}
	return web.Show(w, r, flaw.Status(), partView(page))
}

// room keeps a part for the room.
func (p *Pages) room(w http.ResponseWriter, r *http.Request) error {
	part, err := partIn(r)
	if err != nil {
		return err
	}
	s := sideOf(r)
	now, err := p.Intakes.Room(r.Context(), s.actor, s.record, part, number(r, "course"), number(r, "revision"))
	if flaw, ok := web.FlawIn(err); ok && flaw.Clash() {
		return p.partAgain(w, r, part, formIn(r, part), now, err)
	}
	if err != nil {
		return err
	}
	return p.leavePart(w, r, part, "room")
}

// takeBack takes an invitation back.
func (p *Pages) takeBack(w http.ResponseWriter, r *http.Request) error {
	part, err := partIn(r)
	if err != nil {
		return err
	}
	s := sideOf(r)
	if err := p.Intakes.TakeBack(r.Context(), s.actor, s.record, part); err != nil {
		return err
	}
	return web.SeeOther(w, r, s.base+"?done=back")
}

// A healthPage is what is known of health and medicines.
type healthPage struct {
	frame ui.FrameProps
	base  string
	made  string
	lines []told
}

// health shows the part about health to whoever opened the record in an emergency:
// it is all that they read of the beginning.
func (p *Pages) health(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	kept, err := p.Intakes.Health(r.Context(), s.actor, s.record)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r, s)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	page := healthPage{frame: who.frame(r, intake.Health.Title()), base: "/emergency/" + s.record.Of(), lines: toldIn(kept, who.hand, p.concerns(s.actor.Practice))}
	if kept.Number > 0 {
		page.made = who.made(kept)
	}
	return web.Show(w, r, http.StatusOK, healthView(page))
}
