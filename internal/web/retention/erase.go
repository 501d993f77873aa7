package retention

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// erasePage is the second look before a record is erased.
type erasePage struct {
	frame        ui.FrameProps
	id           string // of the client
	form         string // of the erasure
	name         string
	lines        []line
	held         bool
	due          bool
	goes         []string
	planned      []line // sessions, the first of them
	further      string // how many more, in words
	cancel       []ui.Option
	reasons      []ui.Option
	words, typed string
	flaw         *web.Flaw
}

func (p *Pages) eraseForm(r *http.Request) (erasePage, error) {
	actor, now, id := web.ActorOf(r), web.NowOf(r), r.PathValue("person")
	s, rule, err := p.Endings.Standing(r.Context(), actor, id)
	if err != nil {
		return erasePage{}, err
	}
	look, err := p.Endings.Look(r.Context(), actor, id)
	if err != nil {
		return erasePage{}, err
	}
	page := erasePage{
		frame: frame(r, "Erase this record"), id: id, name: nameOf(s.Person), lines: stands(s, rule, now),
		held: len(s.Holds) > 0, due: s.Due(rule, now, now.Location()),
		goes: []string{
			desk.Upper(desk.Count(int(look.Record), "entry", "entries")) + " of the record: what was answered, written, planned and agreed on",
			desk.Upper(desk.Count(int(look.Contact), "entry", "entries")) + " of name and contact, and every way to sign in",
			"What they keep in a journal of their own, and what anybody keeps about them for themself",
		},
		words: r.PostFormValue("words"), typed: r.PostFormValue("name"),
	}
	page.frame.Kicker = nameOf(s.Person)
	if err := p.plannedFor(r, look, &page); err != nil {
		return page, err
	}
	chosen := r.PostFormValue("reason")
	add := func(reason retention.Reason, text string) {
		page.reasons = append(page.reasons, ui.Option{Value: string(reason), Text: text, Chosen: chosen == string(reason)})
	}
	if page.due {
		add(retention.ByRule, "The time of keeping is over")
	}
	if s.Wish != nil && s.Wish.State != retention.Withdrawn {
		add(retention.ByWish, "They asked for it")
	}
	add(retention.Other, "Another reason")
	if len(page.reasons) == 1 {
		page.reasons[0].Chosen = true // there is nothing to choose
	}
	if page.form, err = web.NewID(); err != nil {
		return page, err
	}
	return page, nil
}

// mostPlanned are so many sessions as are named on the page.
const mostPlanned = 5

// plannedFor names the sessions that would go.
func (p *Pages) plannedFor(r *http.Request, look retention.Look, page *erasePage) error {
	n := len(look.Planned)
	if n == 0 {
		return nil
	}
	known, err := p.names(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	now := web.NowOf(r)
	for _, s := range look.Planned[:min(n, mostPlanned)] {
		start := s.Start.In(now.Location())
		page.planned = append(page.planned, line{ui.Date(start, now) + ", " + start.Format("15:04"), "With " + orElse(known[s.ClinicianID], "somebody who worked here")})
	}
	if n > mostPlanned {
		page.further = "And " + desk.Number(n-mostPlanned) + " further"
	}
	text := "Cancel this session with it"
	if n > 1 {
		text = "Cancel these sessions with it"
	}
	page.cancel = []ui.Option{{Value: "yes", Text: text, Chosen: r.PostFormValue("sessions") == "yes"}}
	return nil
}

// erase says what would go, and asks whether it should.
func (p *Pages) erase(w http.ResponseWriter, r *http.Request) error {
	if sent, err := freshFor(w, r); sent {
		return err
	}
	page, err := p.eraseForm(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, eraseView(page))
}

// eraseNow erases once the name was typed as it is written.
func (p *Pages) eraseNow(w http.ResponseWriter, r *http.Request) error {
	actor, form := web.ActorOf(r), r.PostFormValue("id")
	again := func(flaw *web.Flaw) error {
		page, err := p.eraseForm(r)
		if err != nil {
			return err
		}
		page.flaw = flaw
		if form != "" {
			page.form = form
		}
		return web.Show(w, r, flaw.Status(), eraseView(page))
	}
	s, _, err := p.Endings.Standing(r.Context(), actor, r.PathValue("person"))
	if fault.Is(err, fault.NotFound) { // perhaps it was sent twice
		if c, found := p.Endings.Certificate(r.Context(), actor, form); found == nil && c.Client == r.PathValue("person") {
			return web.SeeOther(w, r, toCertificates+"/"+form+"?done=erased")
		}
	}
	if err != nil {
		return err
	}
	if strings.TrimSpace(r.PostFormValue("name")) != strings.TrimSpace(nameOf(s.Person)) {
		return again(&web.Flaw{Kind: fault.Invalid, Field: "name", Text: "Type the name exactly as it is written above. Nothing has been erased."})
	}
	failed := p.Endings.Erase(r.Context(), actor, retention.EraseForm{
		ID: form, Client: s.Person.ID, Reason: retention.Reason(r.PostFormValue("reason")), Words: r.PostFormValue("words"),
		Sessions: r.PostFormValue("sessions") == "yes",
	}, web.LocationOf(r))
	if failed == nil {
		return web.SeeOther(w, r, toCertificates+"/"+form+"?done=erased")
	}
	flaw, ok := web.FlawIn(failed)
	if !ok {
		return failed
	}
	return again(flaw)
}

// certificatesPage lists what was erased.
type certificatesPage struct {
	frame ui.FrameProps
	all   []certificateLine
}

type certificateLine struct{ id, text, note string }

func lineOf(c retention.Certificate, now time.Time) certificateLine {
	l := certificateLine{c.ID, day(c.At, now), desk.Upper(c.Reason.InWords())}
	if c.Statement == "" {
		l.note = "The keys are being destroyed"
	}
	return l
}

func (p *Pages) certificates(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Endings.Certificates(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	page := certificatesPage{frame: frame(r, "Certificates")}
	page.frame.Lead = "What was erased, without names: those are gone too."
	for _, c := range all {
		page.all = append(page.all, lineOf(c, web.NowOf(r)))
	}
	return web.Show(w, r, http.StatusOK, certificatesView(page))
}

// certificatePage is one certificate, to be read, printed or kept.
type certificatePage struct {
	frame ui.FrameProps
	c     retention.Certificate
	lines []line
}

func (p *Pages) certificateIn(r *http.Request) (retention.Certificate, error) {
	return p.Endings.Certificate(r.Context(), web.ActorOf(r), r.PathValue("certificate"))
}

func (p *Pages) certificate(w http.ResponseWriter, r *http.Request) error {
	actor, now := web.ActorOf(r), web.NowOf(r)
	c, err := p.certificateIn(r)
	if err != nil {
		return err
	}
	known, err := p.names(r.Context(), actor)
	if err != nil {
		return err
	}
	page := certificatePage{frame: frame(r, "Certificate of erasure"), c: c}
	page.frame.Kicker = web.PracticeOf(r).Name
	by := orElse(known[c.By], "Somebody who worked here")
	if !(access.Actor{ID: c.By}).IsPerson() {
		by = "Whoever runs the machine"
	}
	page.lines = []line{
		{day(c.At, now) + ", " + c.At.In(now.Location()).Format("15:04"), "Erased"},
		{by, "By"},
		{desk.Upper(c.Reason.InWords()), "Why"},
		{desk.Upper(desk.Count(int(c.Rows), "row", "rows")) + " in " + desk.Count(c.Records, "record", "records") + " with a key each", "What was deleted, and the keys destroyed"},
	}
	if c.Words != "" {
		page.lines = append(page.lines, line{"“" + c.Words + "”", "What was written down. It stands on this page only, and not in the certificate."})
	}
	return web.Show(w, r, http.StatusOK, certificateView(page))
}

// certificateText is the certificate as a file: what it says, its proof and the signed head.
func (p *Pages) certificateText(w http.ResponseWriter, r *http.Request) error {
	c, err := p.certificateIn(r)
	if err != nil {
		return err
	}
	if c.Text == "" {
		return web.Absent()
	}
	access.Rest(r.Context())
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="certificate-`+c.ID+`.txt"`)
	_, err = io.WriteString(w, c.Text)
	return err
}
