package client

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// togetherPage is a client's own list: what they said after sessions, and what
// either side noticed.
type togetherPage struct {
	Frame   ui.FrameProps
	Said    []saidCard
	Noticed []noticedLine
}

type saidCard struct {
	When  string
	Lines []alliance.Line
	State string // who read it, and when
	Href  string
}

type noticedLine struct {
	ID   string
	Word string
	Line string
	Note string // who noticed it, and when
	Mine bool
	Just bool
}

// together shows both lists, newest first.
func (p *Pages) together(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	course, err := p.Alliances.Of(r.Context(), actor, record)
	if err != nil {
		return err
	}
	markers, err := p.Alliances.Markers(r.Context(), actor, record)
	if err != nil {
		return err
	}
	now, known := web.NowOf(r), names{}
	page := togetherPage{Frame: web.Frame(r)}
	page.Frame.Heading, page.Frame.Toast = "The work together", said(r)
	for _, s := range slices.Backward(course.Steps) {
		by, err := p.nameOf(r.Context(), actor, known, s.SeenBy)
		if err != nil {
			return err
		}
		page.Said = append(page.Said, saidCardOf(s.CheckIn, first(by), now))
	}
	for _, m := range slices.Backward(markers) {
		by, err := p.nameOf(r.Context(), actor, known, m.By)
		if err != nil {
			return err
		}
		page.Noticed = append(page.Noticed, noticedOf(m, actor.ID, first(by), now))
	}
	return web.Show(w, r, http.StatusOK, togetherView(page))
}

func saidCardOf(in alliance.CheckIn, readBy string, now time.Time) saidCard {
	at := func(t time.Time) string { return on(t.In(now.Location()), now) }
	c := saidCard{When: capital(at(in.GivenAt)), Lines: in.Lines(), Href: "/my/check-ins/" + in.ID, State: "Not read yet."}
	if in.Empty() {
		c.Lines = []alliance.Line{{Name: "Taken back", Text: "Nothing of it is left but what was read before."}}
	}
	switch {
	case !in.SeenAt.IsZero() && in.Unread:
		c.State = "Changed " + at(in.ChangedAt) + ", and not read since."
	case !in.SeenAt.IsZero():
		c.State = "First read by " + cmp.Or(readBy, "somebody who works with you") + " " + at(in.SeenAt) + "."
	}
	if !in.TalkedAt.IsZero() {
		c.State += " You talked about it on " + ui.Date(in.TalkedAt.In(now.Location()), now) + "."
	}
	return c
}

func noticedOf(m alliance.Marker, me, by string, now time.Time) noticedLine {
	n := noticedLine{ID: m.ID, Word: m.Word, Line: m.Line, Mine: m.By == me, Just: m.Just}
	who := "You"
	if !n.Mine {
		who = cmp.Or(by, "Somebody who works with you")
	}
	n.Note = who + ", " + ui.Date(m.At.In(now.Location()), now)
	return n
}

func (n noticedLine) chip() *ui.ChipProps {
	if n.Just {
		return &ui.ChipProps{Text: "Only you", Icon: "lock"}
	}
	return nil
}

// noticePage is for noticing something in two taps.
type noticePage struct {
	Frame ui.FrameProps
	ID    string
	Words []ui.ButtonProps
	Line  string
	Own   string
	Just  bool
	Flaw  *web.Flaw
}

func (p *Pages) noticeForm(r *http.Request) (page noticePage, err error) {
	actor, record := own(r)
	markers, err := p.Alliances.Markers(r.Context(), actor, record)
	if err != nil {
		return page, err
	}
	words, err := p.Alliances.Words(r.Context(), actor)
	if err != nil {
		return page, err
	}
	var mine []string
	for _, m := range slices.Backward(markers) {
		if m.Side == alliance.ByClient {
			mine = append(mine, m.Word)
		}
	}
	page.Frame = web.Frame(r)
	page.Frame.Kicker, page.Frame.Heading = "Quiet, and worth noticing", "What did you notice?"
	page.Frame.Back = &ui.Link{Text: "Back", Href: toWeek}
	all := words.All(mine...)
	for _, word := range all[:min(len(all), mostWords)] {
		page.Words = append(page.Words, ui.ButtonProps{Text: word, Name: "word", Value: word})
	}
	page.ID, err = web.NewID()
	return page, err
}

// shownWhole is how many check-ins stand open; the others are folded away.
const shownWhole = 4

// mostWords is how many words one can choose from at a glance.
const mostWords = 20

func (p *Pages) notice(w http.ResponseWriter, r *http.Request) error {
	page, err := p.noticeForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, noticeView(page))
}

// noticeNow keeps a marker. A word of one's own stands before a button.
func (p *Pages) noticeNow(w http.ResponseWriter, r *http.Request) error {
	actor, record := own(r)
	f := alliance.MarkerForm{
		ID: r.PostFormValue("id"), Word: cmp.Or(r.PostFormValue("word"), r.PostFormValue("own")),
		Line: r.PostFormValue("line"), Just: r.PostFormValue("just") == "yes",
	}
	_, err := p.Alliances.Notice(r.Context(), actor, record, f)
	if err == nil {
		return web.Kept(w, r, toTogether+"?said=noticed", "notice")
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page, err := p.noticeForm(r)
	if err != nil {
		return err
	}
	if !flaw.Clash() {
		page.ID = cmp.Or(f.ID, page.ID)
	}
	page.Flaw, page.Line, page.Own, page.Just = flaw, f.Line, r.PostFormValue("own"), f.Just
	return web.Show(w, r, flaw.Status(), noticeView(page))
}

// changeMarker shares a marker, keeps it to oneself, or takes it back.
func (p *Pages) changeMarker(w http.ResponseWriter, r *http.Request) (err error) {
	actor, record := own(r)
	id, said := r.PathValue("marker"), ""
	switch r.PostFormValue("do") {
	case "keep":
		err, said = p.Alliances.Keep(r.Context(), actor, record, id, true), "just"
	case "share":
		err, said = p.Alliances.Keep(r.Context(), actor, record, id, false), "shared"
	case "take":
		err, said = p.Alliances.TakeBack(r.Context(), actor, record, id), "taken"
	default:
		return web.Absent()
	}
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, toTogether+"?said="+said)
}
