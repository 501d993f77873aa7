package enquiry

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/profile"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A onePage is one enquiry, whole.
type onePage struct {
	Frame  ui.FrameProps
	Q      enquiry.Enquiry
	Path   string
	Facts  [][2]string // what they chose, in words
	Lines  []lineView  // what was said since, in order
	Same   []sameView
	Now    string // how it stands
	FormID string
	Moves  []move
	People []ui.Option // colleagues
	Flaw   *web.Flaw
}

type lineView struct {
	Who, On, Text string
	Kind          enquiry.Kind
}

type sameView struct {
	ID, Text, Href string
	OfThem         bool
}

// A move is one form on the page of an enquiry.
type move struct {
	enquiry.Move
	Title   string
	Do      string
	Told    string // what the person is told, to be edited
	Among   string
	To      string
	Open    bool
	NoTold  bool // they are told nothing
	Propose bool
}

// Words in which things are said of an enquiry.
var (
	stateWords = map[enquiry.State]string{
		enquiry.Asked: "not answered yet", enquiry.Proposed: "proposed to a colleague", enquiry.Waiting: "on the waiting list",
		enquiry.Offered: "a place was offered", enquiry.Declined: "declined",
	}
	wayWords    = map[string]string{"skills": "Learn and practise skills", "exploring": "Explore and understand", "both": "Some of both", "unsure": "Does not know yet"}
	formatWords = map[string]string{"alone": "On their own", "close": "With somebody close", "group": "In a group", "unsure": "Does not know yet"}
	placeWords  = map[string]string{"room": "At the practice", "remote": "By video or phone", "both": "At the practice or remotely", "unsure": "Does not know yet"}
)

func stateOf(s enquiry.State) string { return stateWords[s] }

func reachOf(c enquiry.Caller) string {
	var all []string
	for _, part := range []string{c.Email, c.Phone} {
		if part != "" {
			all = append(all, part)
		}
	}
	text := strings.Join(all, ", ")
	if c.Reach == enquiry.Careful {
		text += ". Leave no message: only to themselves"
	}
	if c.Best != "" {
		text += ". " + c.Best
	}
	return text
}

func wishesOf(c enquiry.Caller) string {
	var all []string
	for _, part := range []string{formatWords[c.Format], placeWords[c.Place], c.Language, c.Times} {
		if part != "" && part != placeWords["unsure"] {
			all = append(all, part)
		}
	}
	return strings.Join(all, ". ")
}

// pageOf is the page of one enquiry.
func (p *Pages) pageOf(r *http.Request, q enquiry.Enquiry) (page onePage, err error) {
	names, staff, err := p.names(r)
	if err != nil {
		return page, err
	}
	same, err := p.Enquiries.Same(r.Context(), web.ActorOf(r), q.ID)
	if err != nil {
		return page, err
	}
	now := web.NowOf(r)
	day := func(t time.Time) string { return ui.Date(t.In(now.Location()), now) }
	page = onePage{Frame: web.FrameSaying(r, q.Name, said), Q: q, Path: "/enquiries/" + q.ID}
	page.Frame.Kicker = "Asked on " + day(q.AskedAt)
	page.Now = stateOf(q.State)
	if q.By != "" {
		page.Now += ", by " + or(names[q.By], "a colleague")
	}
	if !q.ForgetAt.IsZero() {
		page.Now += ". It is forgotten on " + day(q.ForgetAt)
	}
	for _, f := range [][2]string{
		{"Reach them", reachOf(q.Caller)},
		{"Asks for", names[q.For]},
		{"Would like to", wayWords[q.Way]},
		{"With whom", formatWords[q.Format]},
		{"Where", placeWords[q.Place]},
		{"Language", q.Language},
		{"Times", q.Times},
		{"First consultation", firstOf(q.Caller, now)},
	} {
		if f[1] != "" {
			page.Facts = append(page.Facts, f)
		}
	}
	for _, l := range q.Lines {
		v := lineView{Who: or(names[l.By], "A colleague"), On: day(l.At), Text: l.Text, Kind: l.Kind}
		if l.Kind == enquiry.Added {
			v.Who = q.Name
		}
		page.Lines = append(page.Lines, v)
	}
	for _, s := range same {
		text := "In the very same words, from another address, on " + day(s.AskedAt)
		if s.OfThem() {
			text = "The same person asked on " + day(s.AskedAt)
		}
		page.Same = append(page.Same, sameView{s.ID, text, "/enquiries/" + s.ID, s.OfThem()})
	}
	page.People = []ui.Option{{Text: "Choose"}}
	for _, s := range staff {
		if s.Clinician && s.ID != web.ActorOf(r).ID {
			page.People = append(page.People, ui.Option{Value: s.ID, Text: s.Name})
		}
	}
	page.Moves = p.moves(r, q)
	page.FormID, err = web.NewID()
	return page, err
}

func firstOf(c enquiry.Caller, now time.Time) string {
	if c.First.IsZero() {
		return ""
	}
	at := c.First.In(now.Location())
	return ui.Date(at, now) + " at " + at.Format("15:04") + " (a wish, not held)"
}

// moves are what can be decided now, with words that can be edited.
func (p *Pages) moves(r *http.Request, q enquiry.Enquiry) []move {
	propose := move{
		Move: enquiry.Propose, Title: "Propose a colleague", Do: "Propose", Propose: true,
		Told: "Thank you for writing to us. I have asked a colleague who may suit you well. You will hear from us here.",
	}
	wait := move{
		Move: enquiry.Wait, Title: "Waiting list", Do: "Put on the list",
		Told: "Thank you for writing to us. There is no free place at the moment. You are on our waiting list now, in the order in which people asked, and we will tell you here when a place is free. You can take this back at any time.",
	}
	offer := move{
		Move: enquiry.Offer, Title: "Offer a place", Do: "Offer it",
		Told: "A place is free now. Would you still like to come? Please tell us here within two weeks; after that we ask the next person.",
	}
	tell := move{Move: enquiry.Tell, Title: "Tell them something", Do: "Tell them"}
	decline := move{Move: enquiry.Decline, Title: "Decline kindly", Do: "Decline", Told: p.regret(r)}
	note := move{Move: enquiry.Note, Title: "Note for colleagues", Do: "Keep the note", NoTold: true}
	back := move{Move: enquiry.Reopen, Title: "Back into the inbox", Do: "Bring it back", NoTold: true}
	switch {
	case q.Junk:
		return []move{back, decline}
	case q.State == enquiry.Waiting || q.State == enquiry.Offered:
		return []move{offer, tell, propose, back, decline, note}
	case q.State == enquiry.Declined:
		return []move{back, note}
	}
	return []move{propose, wait, decline, note}
}

// regret is how a practice declines, with who else may help.
func (p *Pages) regret(r *http.Request) string {
	one := web.PracticeOf(r)
	text := "Thank you for writing to us. We are sorry that we cannot take you on. That is about our places, and says nothing about whether you should have help."
	if said := p.Facts.Profile(one.ID).Practice; said != nil && said.Elsewhere != "" {
		text += "\n\nWho else may help:\n" + said.Elsewhere
	}
	country, _ := safety.Contacts(one.Country)
	return text + "\n\nIf you are ever in danger, call " + country.Emergency.Number + "."
}

func (p *Pages) one(w http.ResponseWriter, r *http.Request) error {
	q, err := p.Enquiries.One(r.Context(), web.ActorOf(r), r.PathValue("enquiry"))
	if err != nil {
		return gone(w, r, err)
	}
	page, err := p.pageOf(r, q)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, oneView(page))
}

// decide keeps what a clinician decided. What was typed comes back if something is
// to be corrected, or if a colleague was quicker.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	v := r.PostForm.Get
	d := enquiry.Decision{
		ID: v("id"), Revision: revision(v("revision")), Move: enquiry.Move(v("move")), To: v("to"), Told: v("told"), Among: v("among"),
	}
	q, err := p.Enquiries.Decide(r.Context(), web.ActorOf(r), r.PathValue("enquiry"), d)
	if err == nil {
		for _, other := range r.PostForm["also"] {
			if err := p.also(r.Context(), web.ActorOf(r), other, d); err != nil {
				return err
			}
		}
		return web.Kept(w, r, "/enquiries/"+r.PathValue("enquiry")+"?done="+string(d.Move), keepOf(r.PathValue("enquiry"), d.Move))
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return gone(w, r, err)
	}
	page, err := p.pageOf(r, q)
	if err != nil {
		return err
	}
	page.Flaw = flaw
	known := false
	for i := range page.Moves {
		m := &page.Moves[i]
		if m.Move == d.Move {
			m.Open, m.Told, m.Among, m.To, known = true, d.Told, d.Among, d.To, true
		}
	}
	if !known { // it is not possible any more: the words are still shown
		page.Moves = append(page.Moves, move{Move: enquiry.Note, Title: "What you wrote", Do: "Keep it as a note", NoTold: true, Open: true, Among: strings.TrimSpace(d.Told + "\n\n" + d.Among)})
	}
	return web.Show(w, r, flaw.Status(), oneView(page))
}

// also ends another enquiry of the same person, whose first one was dealt with.
func (p *Pages) also(ctx context.Context, actor access.Actor, id string, d enquiry.Decision) error {
	if d.Move != enquiry.Decline && d.Move != enquiry.Wait {
		return nil
	}
	err := p.Enquiries.Double(ctx, actor, id)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func revision(text string) (n int64) {
	for _, c := range text {
		if c < '0' || c > '9' || n > 1<<40 {
			return 0
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

func keepOf(id string, m enquiry.Move) string { return "enquiry-" + id + "-" + string(m) }

// An acceptPage is where a clinician takes somebody on.
type acceptPage struct {
	Frame     ui.FrameProps
	Q         enquiry.Enquiry
	Path      string
	InviteID  string
	SessionID string
	Name      string
	Email     string
	Time      *profile.Time // the time they wished for, if it is free and the actor's
	When      string
	TimeGone  bool // they wished for one that cannot be theirs any more
	Same      []sameView
	Flaw      *web.Flaw
}

func (p *Pages) acceptPage(r *http.Request, q enquiry.Enquiry) (page acceptPage, err error) {
	one, err := p.pageOf(r, q)
	if err != nil {
		return page, err
	}
	page = acceptPage{Frame: web.Frame(r), Q: q, Path: "/enquiries/" + q.ID, Name: q.Name, Email: q.Email}
	page.Frame.Heading = "Take " + q.Name + " on"
	for _, s := range one.Same {
		if s.OfThem {
			page.Same = append(page.Same, s)
		}
	}
	if q.FirstID != "" {
		page.TimeGone = true
		mine, _ := p.Facts.Profile(web.ActorOf(r).Practice).Of(web.ActorOf(r).ID)
		for _, t := range mine.Free {
			if t.ID == q.FirstID {
				page.Time, page.TimeGone = &t, false
				at := t.Start.In(web.LocationOf(r))
				page.When = ui.Date(at, web.NowOf(r)) + " at " + at.Format("15:04")
			}
		}
	}
	if page.InviteID, err = web.NewID(); err != nil {
		return page, err
	}
	page.SessionID, err = web.NewID()
	return page, err
}

func (p *Pages) accept(w http.ResponseWriter, r *http.Request) error {
	q, err := p.Enquiries.One(r.Context(), web.ActorOf(r), r.PathValue("enquiry"))
	if err != nil {
		return gone(w, r, err)
	}
	if !q.State.Open() {
		return web.SeeOther(w, r, "/enquiries/"+q.ID)
	}
	page, err := p.acceptPage(r, q)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, acceptView(page))
}

// acceptNow takes them on, and plans the first consultation if its time was free.
func (p *Pages) acceptNow(w http.ResponseWriter, r *http.Request) error {
	v, actor, id := r.PostForm.Get, web.ActorOf(r), r.PathValue("enquiry")
	f := enquiry.AcceptForm{ID: v("id"), Revision: revision(v("revision")), Name: v("name"), Email: v("email"), Time: v("time"), Doubles: r.PostForm["double"]}
	made, q, err := p.Enquiries.Accept(r.Context(), actor, id, f)
	if err != nil {
		flaw, ok := web.FlawIn(err)
		if !ok || q.ID == "" && flaw.Field == "id" {
			return gone(w, r, err)
		}
		if q.ID == "" {
			if q, err = p.Enquiries.One(r.Context(), actor, id); err != nil {
				return gone(w, r, err)
			}
		}
		if flaw.Clash() { // a colleague was quicker: what stands now is on its page
			page, err := p.pageOf(r, q)
			if err != nil {
				return err
			}
			page.Flaw = flaw
			return web.Show(w, r, flaw.Status(), oneView(page))
		}
		page, err := p.acceptPage(r, q)
		if err != nil {
			return err
		}
		page.Flaw, page.Name, page.Email, page.InviteID, page.SessionID = flaw, f.Name, f.Email, or(f.ID, page.InviteID), or(v("session"), page.SessionID)
		return web.Show(w, r, flaw.Status(), acceptView(page))
	}
	done := "taken-on"
	if made.Time != nil {
		done = "taken-on-time"
		_, err := p.Sessions.Plan(r.Context(), actor, access.ClientRecord(made.ClientID), session.Form{
			ID: v("session"), Start: made.Time.Start, Length: made.Time.Length, Place: placeOf(*made.Time), Over: profile.HeldFor(made.Time.ID),
		})
		switch {
		case fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid):
			done = "taken-on-no-time"
		case err != nil:
			return err
		}
	} else if f.Time != "" {
		done = "taken-on-no-time"
	}
	return web.Kept(w, r, "/clients/"+made.ClientID+"?done="+done, keepOf(id, "accept"))
}

// placeOf is where a first consultation is, as an appointment says it.
func placeOf(t profile.Time) string {
	if len(t.Ways) == 1 && t.Ways[0] != profile.InPerson {
		return t.Ways[0].Words()
	}
	return ""
}
