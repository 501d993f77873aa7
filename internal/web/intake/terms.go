package intake

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// termsPage is the working agreement, as either side reads and signs it.
type termsPage struct {
	frame     ui.FrameProps
	desk      bool
	name      string
	tabs      []ui.Tab
	base      string // where it is signed and changed
	back      string
	state     string
	isNewest  bool
	version   string
	course    string
	id        string
	lines     []told // the newest text
	made      string
	signs     []string // who signed the newest version, or took that back
	canSign   bool
	signed    bool // by whoever looks
	both      bool
	take      string // version that whoever looks may take their signing back from; empty: none
	earlier   []versionCard
	flaw      *web.Flaw
	old       []told // what was read, where it was changed meanwhile
	oldMade   string
	follows   string // what taking back means
	withdrawn string // id of taking back
	keep      string
	words     string
}

// A versionCard is an earlier version of the text.
type versionCard struct {
	Made  string
	Signs []string
	Lines []told
}

// termsWords say how a working agreement stands.
func termsWords(t intake.Terms, who people) string {
	s := t.State()
	them := desk.Upper(who.other())
	switch {
	case s.Newest == 0:
		return "Nothing is written yet."
	case s.Holds && s.Agreed == s.Newest:
		return "Signed by both. It has held since " + ui.Date(s.Since.In(who.now.Location()), who.now) + "."
	case s.Withdrawn != "" && s.Agreed == s.Newest:
		return desk.Upper(who.sideName(s.Withdrawn)) + " took the signature back " + desk.On(s.Since, who.now) + ". There is no agreement at the moment, and the work goes on as you both say."
	}
	text := "Neither of you has signed the newest version."
	switch {
	case who.signed(s):
		text = "You have signed the newest version. " + them + " has not yet."
	case s.ByClient || s.ByClinician:
		text = them + " has signed the newest version. You have not yet."
	}
	if s.Holds {
		text += " The one that you both signed before goes on to hold."
	}
	return text
}

// other is whoever the other side is.
func (w people) other() string {
	if w.desk {
		return w.first()
	}
	return "your therapist"
}

// sideName is a side, as the one who looks would say.
func (w people) sideName(s intake.Side) string {
	if (s == intake.ByClinician) == w.desk {
		return "you"
	}
	return w.other()
}

// signed says whether the side of whoever looks has signed the newest version.
func (w people) signed(s intake.TermsState) bool {
	if w.desk {
		return s.ByClinician
	}
	return s.ByClient
}

func (w people) mySide() intake.Side {
	if w.desk {
		return intake.ByClinician
	}
	return intake.ByClient
}

// textIn is what a version says, section by section.
func textIn(t intake.Text) (all []told) {
	for _, s := range intake.Sections() {
		if t[s.Name] != "" {
			all = append(all, told{Label: s.Label, Text: t[s.Name], Words: true})
		}
	}
	return all
}

func (w people) signsOf(t intake.Terms, version int64) (all []string) {
	for _, s := range t.Signs {
		if s.Version != version {
			continue
		}
		text := desk.Upper(w.by(s.By)) + " signed it " + desk.At(s.At, w.now) + "."
		if s.Withdrawn {
			text = desk.Upper(w.by(s.By)) + " took the signature back " + desk.At(s.At, w.now) + "."
			if s.Words != "" {
				text += " “" + s.Words + "”"
			}
		}
		all = append(all, text)
	}
	return all
}

func (p *Pages) termsPage(r *http.Request) (termsPage, intake.Terms, people, error) {
	s := sideOf(r)
	t, err := p.Intakes.Terms(r.Context(), s.actor, s.record, 0)
	if err != nil {
		return termsPage{}, t, people{}, err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return termsPage{}, t, who, err
	}
	page := termsPage{
		frame: who.frame(r, "Our working agreement"), desk: s.desk, name: who.first(), tabs: who.tabs(), base: s.terms, back: s.base,
		state: termsWords(t, who), isNewest: t.IsNewest, course: digits(t.Course), keep: s.keepTerms() + "-back",
	}
	if !s.desk {
		page.frame.Kicker, page.frame.Back = "What each of us takes on", &ui.Link{Text: "Back", Href: toBeginning}
	}
	state := t.State()
	page.both = state.Holds && state.Agreed == state.Newest
	for i, v := range t.Versions {
		if i == 0 {
			page.version, page.lines, page.made = digits(v.Number), textIn(v.Text), versionMade(v, who)
			page.signs = who.signsOf(t, v.Number)
			continue
		}
		page.earlier = append(page.earlier, versionCard{versionMade(v, who), who.signsOf(t, v.Number), textIn(v.Text)})
	}
	page.signed = who.signed(state)
	page.canSign = state.Newest > 0 && !page.signed
	for _, v := range []int64{state.Newest, state.Agreed} {
		if last, ok := t.Of(v, who.mySide()); ok && !last.Withdrawn {
			page.take = digits(v)
			break
		}
	}
	page.follows = "Nothing else changes by it: hours stay planned, the record stays as open or closed as it is, and nobody asks for a reason. " + desk.Upper(who.other()) + " sees that you took it back, and you talk about it when you like."
	if page.id, err = web.NewID(); err != nil {
		return page, t, who, err
	}
	page.withdrawn, err = web.NewID()
	return page, t, who, err
}

func versionMade(v intake.Version, who people) string {
	text := "Version " + digits(v.Number) + ", written by " + who.by(v.By) + " " + desk.At(v.At, who.now)
	if v.Again {
		text = "Version " + digits(v.Number) + ", the same text, put forward anew by " + who.by(v.By) + " " + desk.At(v.At, who.now)
	}
	return text + "."
}

// terms shows the working agreement.
func (p *Pages) terms(w http.ResponseWriter, r *http.Request) error {
	page, _, _, err := p.termsPage(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, termsView(page))
}

func signIn(r *http.Request) intake.SignForm {
	return intake.SignForm{ID: r.PostFormValue("id"), Course: number(r, "course"), Version: number(r, "version"), Words: r.PostFormValue("words")}
}

// signTerms signs the version that was read. Where it was changed meanwhile both
// are shown, and nothing is signed.
func (p *Pages) signTerms(w http.ResponseWriter, r *http.Request) error {
	s, f := sideOf(r), signIn(r)
	_, err := p.Intakes.SignTerms(r.Context(), s.actor, s.record, f)
	if err == nil {
		return web.SeeOther(w, r, s.terms+"?done=signed")
	}
	return p.termsAgain(w, r, f, err)
}

// withdrawTerms takes a signature back.
func (p *Pages) withdrawTerms(w http.ResponseWriter, r *http.Request) error {
	s, f := sideOf(r), signIn(r)
	err := p.Intakes.WithdrawTerms(r.Context(), s.actor, s.record, f)
	if err == nil {
		return web.Kept(w, r, s.terms+"?done=withdrawn", s.keepTerms()+"-back")
	}
	return p.termsAgain(w, r, f, err)
}

func (p *Pages) termsAgain(w http.ResponseWriter, r *http.Request, f intake.SignForm, wrong error) error {
	flaw, ok := web.FlawIn(wrong)
	if !ok {
		return wrong
	}
	page, t, who, err := p.termsPage(r)
	if err != nil {
		return err
	}
	page.flaw, page.words = flaw, f.Words
	if read, ok := t.Version(f.Version); ok && flaw.Clash() && digits(f.Version) != page.version {
		page.old, page.oldMade = textIn(read.Text), versionMade(read, who)
	}
	return web.Show(w, r, flaw.Status(), termsView(page))
}

// A textPage is the text of the working agreement, to be changed.
type textPage struct {
	frame   ui.FrameProps
	desk    bool
	name    string
	tabs    []ui.Tab
	action  string
	back    string
	keep    string
	course  string
	version string
	begins  bool // with the words that the product offers
	fields  []ui.FieldProps
	names   []string
	flaw    *web.Flaw
	other   []told
	made    string
	again   bool // it may be put forward anew as it is
	main    string
}

func (s side) keepTerms() string {
	if s.desk {
		return "terms-" + s.record.Of()
	}
	return "my-terms-" + s.record.Of()
}

func (p *Pages) textPage(r *http.Request, text intake.Text, flaw *web.Flaw) (textPage, error) {
	s := sideOf(r)
	t, err := p.Intakes.Terms(r.Context(), s.actor, s.record, 0)
	if err != nil {
		return textPage{}, err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return textPage{}, err
	}
	page := textPage{
		frame: who.frame(r, "The text of our agreement"), desk: s.desk, name: who.first(), tabs: who.tabs(), action: s.terms + "/text", back: s.terms,
		keep: s.keepTerms(), course: digits(t.Course), flaw: flaw, main: "Keep it as a new version",
	}
	if !s.desk {
		page.frame.Back = &ui.Link{Text: "Back", Href: s.terms}
	}
	now, there := t.Newest()
	page.version, page.begins = digits(now.Number), !there
	page.again = there
	shown := now.Text
	if !there {
		shown = intake.StartText()
	}
	if text != nil {
		shown, page.again = text, false
	}
	for _, sec := range intake.Sections() {
		f := ui.FieldProps{Name: sec.Name, Label: sec.Label, Hint: sec.Hint, Value: shown[sec.Name], Error: flaw.At(sec.Name), Rows: 5, Max: intake.MaxSection}
		if sec.Short {
			f.Rows, f.Max = 0, intake.MaxLine
		}
		page.fields, page.names = append(page.fields, f), append(page.names, sec.Name)
	}
	if flaw.Clash() {
		page.other, page.made, page.main = textIn(now.Text), versionMade(now, who), "Keep mine as the next version"
	}
	return page, nil
}

// termsText shows the text, to be changed.
func (p *Pages) termsText(w http.ResponseWriter, r *http.Request) error {
	page, err := p.textPage(r, nil, nil)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, textView(page))
}

// reviseTerms makes a new version.
func (p *Pages) reviseTerms(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	f := intake.TermsForm{Course: number(r, "course"), Version: number(r, "version"), Text: intake.Text{}, Again: r.PostFormValue("do") == "again"}
	for _, sec := range intake.Sections() {
		if text := r.PostFormValue(sec.Name); text != "" {
			f.Text[sec.Name] = text
		}
	}
	_, err := p.Intakes.ReviseTerms(r.Context(), s.actor, s.record, f)
	if err == nil {
		return web.Kept(w, r, s.terms+"?done=text", s.keepTerms())
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.textPage(r, f.Text, flaw)
	if err != nil {
		return err
	}
	if !flaw.Clash() {
		page.version = digits(f.Version)
	}
	return web.Show(w, r, flaw.Status(), textView(page))
}
