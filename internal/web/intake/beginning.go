package intake

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// beginningPage is a client's list of parts.
type beginningPage struct {
	frame    ui.FrameProps
	note     string // that came with the newest invitation, and from whom
	invited  []ui.LineProps
	parts    []ui.LineProps
	together []ui.LineProps // the agreement, the summary, and everything on one page
	measures []ui.LineProps
}

// beginning shows a client which parts there are, and how it stands with each.
func (p *Pages) beginning(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	in, err := p.Intakes.Open(r.Context(), s.actor, s.record, 0)
	if err != nil {
		return err
	}
	terms, err := p.Intakes.Terms(r.Context(), s.actor, s.record, 0)
	if err != nil {
		return err
	}
	asking, err := p.Measures.Asking(r.Context(), s.actor, s.record)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return err
	}
	page := beginningPage{frame: who.frame(r, "The beginning")}
	page.frame.Kicker = "As much or as little as you like"
	anything := false
	for _, part := range intake.Parts() {
		st := in.Standing(part)
		anything = anything || st.State == intake.Told
		line := ui.LineProps{Icon: iconOf(st), Text: part.Title(), Href: toBeginning + "/" + who.name(part), Note: standsWords(st, who)}
		if st.Invite.State == intake.Open {
			page.invited = append(page.invited, line)
			continue
		}
		page.parts = append(page.parts, line)
	}
	if waits := in.Waits(); len(waits) > 0 {
		last := waits[0].Invite
		for _, st := range waits {
			if st.Invite.At.After(last.At) {
				last = st.Invite
			}
		}
		page.note = desk.Upper(who.by(last.By)) + " asks for this beforehand, if it suits you. What you leave is talked about, or not."
		if last.Note != "" {
			page.note = desk.Upper(who.by(last.By)) + ": “" + last.Note + "”"
		}
	}
	page.together = []ui.LineProps{{Icon: termsIcon(terms), Text: "Our working agreement", Href: who.terms, Note: termsWords(terms, who)}}
	if st := in.Standing(intake.Summary); st.State == intake.Told {
		page.together = append(page.together, ui.LineProps{Icon: "text", Text: "What was understood so far", Href: toBeginning + "/" + who.name(intake.Summary), Note: "Written by " + who.by(st.By) + ", " + desk.At(st.At, who.now) + "."})
		anything = true
	}
	if anything {
		page.together = append(page.together, ui.LineProps{Icon: "eye", Text: "Read back what is there", Href: toBeginning + "/read", Note: "Everything on one page, with who wrote what."})
	}
	lib := p.Measures.Library(s.actor.Practice)
	for _, a := range asking.Asks {
		if q, ok := lib.Lookup(a.Instrument, ""); ok && (a.State == measure.AskOpen || !asking.Answered[a.Instrument].IsZero()) {
			page.measures = append(page.measures, ui.LineProps{Icon: "measure", Text: q.Title, Note: answeredWords(asking, a, who)})
		}
	}
	page.measures = once(page.measures)
	return web.Show(w, r, http.StatusOK, beginningView(page))
}

// once is lines without those of a name that stood before.
func once(lines []ui.LineProps) (all []ui.LineProps) {
	seen := map[string]bool{}
	for _, l := range lines {
		if !seen[l.Text] {
			all = append(all, l)
		}
		seen[l.Text] = true
	}
	return all
}

func answeredWords(asking measure.Asking, a measure.Ask, who people) string {
	last := asking.Answered[a.Instrument]
	if last.IsZero() {
		return "Not answered yet. It waits under This week, and you can say no there."
	}
	return "Answered, the last time " + desk.On(last, who.now) + "."
}

func iconOf(st intake.Standing) string {
	switch {
	case st.Begun:
		return "write"
	case st.State == intake.Room:
		return "lock"
	case st.State == intake.Told:
		return "done"
	}
	return "leaf"
}

// termsIcon is a tick only where both stand for the newest version.
func termsIcon(t intake.Terms) string {
	if s := t.State(); s.Newest > 0 && s.Holds && s.Agreed == s.Newest {
		return "done"
	}
	return "leaf"
}

// standsWords say how it stands with a part, to the client.
func standsWords(st intake.Standing, who people) string {
	switch {
	case st.Begun:
		return "You have begun. Only you can read that so far."
	case st.State == intake.Room:
		return "For the room only. Nothing is stored."
	case st.State == intake.Told && st.Side == intake.ByEnquiry:
		return "From what you wrote when you asked for a first consultation."
	case st.State == intake.Told && st.By == who.actor.ID:
		return "Written by you " + desk.On(st.At, who.now) + "."
	case st.State == intake.Told:
		return "Written down by " + who.by(st.By) + " " + desk.On(st.At, who.now) + "."
	case st.Invite.State == intake.Later:
		return "You said “not now”. It stays here."
	}
	return "Nothing is written."
}

// readPage is everything that a client told, to be read back.
type readPage struct {
	frame ui.FrameProps
	parts []partCard
}

// A partCard is one part as it is read.
type partCard struct {
	ID, Title, Made string
	Href            string
	New             bool
	Room            bool
	Lines           []told
}

// readBack shows a client everything that is there, on one page.
func (p *Pages) readBack(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	in, err := p.Intakes.Open(r.Context(), s.actor, s.record, 0)
	if err != nil {
		return err
	}
	who, err := p.peopleOf(r, s)
	if err != nil {
		return err
	}
	page := readPage{frame: who.frame(r, "What is there so far"), parts: p.cards(in, who)}
	page.frame.Kicker, page.frame.Back = "The beginning", &ui.Link{Text: "Back", Href: toBeginning}
	return web.Show(w, r, http.StatusOK, readView(page))
}

// cards are the parts in which something is told, or which are for the room.
func (p *Pages) cards(in intake.Intake, who people) (all []partCard) {
	concerns := p.concerns(who.actor.Practice)
	for _, st := range in.Parts {
		if st.State == intake.Empty {
			continue
		}
		all = append(all, partCard{
			ID: "h-" + string(st.Part), Title: st.Part.Title(), Made: who.made(st.Revision), Href: who.base + "/" + who.name(st.Part),
			New: st.Unread, Room: st.State == intake.Room, Lines: toldIn(st.Revision, who.hand, concerns),
		})
	}
	return all
}

// later says "not now" to what waits.
func (p *Pages) later(w http.ResponseWriter, r *http.Request) error {
	s := sideOf(r)
	if err := p.Intakes.Later(r.Context(), s.actor, s.record); err != nil {
		return err
	}
	return web.SeeOther(w, r, toBeginning+"?done=later")
}
