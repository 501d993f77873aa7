package public

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An answerPage is what whoever asked for a consultation sees by their link: how far
// it is, and what they were told. What they wrote is not shown.
type answerPage struct {
	Frame     ui.FrameProps
	Practice  person.Practice
	Path      string
	Answer    enquiry.Answer
	Told      []toldLine // newest first
	LineID    string
	Line      string
	Flaw      *fault.Error
	Emergency safety.Emergency
	Calls     []ui.CallRow // whom to reach, where what was typed sounds like danger
	Ask       bool         // whether to take it back is being asked
}

type toldLine struct {
	On   string
	Text string
}

// States in words, and what they mean for whoever asked.
var stateWords = map[enquiry.State][2]string{
	enquiry.Asked:     {"It has arrived", "Nobody has answered yet. It can take some days."},
	enquiry.Proposed:  {"A colleague is being asked", "Somebody has read it, and has asked a colleague who may suit you better."},
	enquiry.Waiting:   {"You are on the waiting list", "You will be asked when a place is free. There is nothing you need to do."},
	enquiry.Offered:   {"A place is free", "Would you still like to come?"},
	enquiry.Declined:  {"The practice cannot take you on", "Please read what they wrote below. It says nothing about whether you should have help."},
	enquiry.Accepted:  {"You can come", "Somebody will work with you. Your invitation goes to the e-mail address that you gave, or agreed on; what you wrote is in your own record now, and not here any more."},
	enquiry.Withdrawn: {"You took it back", "Everything that you wrote was deleted for good."},
	enquiry.Dropped:   {"This was taken for advertising", "It was deleted. If that was a mistake, we are sorry: please call the practice."},
	enquiry.Doubled:   {"This was put together with another one", "You asked more than once, and it goes on there. If you need that answer, please call the practice."},
}

// knock looks where the link of r leads, if that was not tried too often.
func (p *Pages) knock(r *http.Request, look func() error) error {
	return p.Accounts.Knock(web.VisitorOf(r).Source, r.PathValue("link"), look)
}

func (p *Pages) answerPage(r *http.Request) (page answerPage, err error) {
	var a enquiry.Answer
	err = p.knock(r, func() (err error) {
		a, err = p.Enquiries.Answer(r.Context(), r.PathValue("link"))
		return err
	})
	if err != nil {
		return page, err
	}
	page = answerPage{Frame: plain(r, p.Facts), Path: enquiry.AnswerPath + r.PathValue("link"), Answer: a}
	page.Practice, _ = p.Facts.Of(a.Practice)
	country, _ := safety.Contacts(page.Practice.Country)
	page.Emergency = country.Emergency
	zone := page.Practice.Location()
	now := p.Facts.Now().In(zone)
	for i := len(a.Told) - 1; i >= 0; i-- {
		page.Told = append(page.Told, toldLine{ui.Date(a.Told[i].At.In(zone), now), a.Told[i].Text})
	}
	f := &page.Frame
	f.Kicker, f.Heading, f.Lead = page.Practice.Name, stateWords[a.State][0], stateWords[a.State][1]
	f.Leave, f.Help = page.Practice.Leave, "/help?p="+page.Practice.Slug
	if page.LineID, err = web.NewID(); err != nil {
		return page, err
	}
	return page, nil
}

// asked is when it was asked, in words.
func (p answerPage) asked() string {
	zone := p.Practice.Location()
	return p.Answer.AskedAt.In(zone).Format("Monday 2 January 2006")
}

func (p answerPage) days() int { return int(enquiry.Keeps / (24 * time.Hour)) }

func (p answerPage) tel() string { return profile.Tel(p.Practice.Phone) }

// answer shows it. Mail scanners open links too: it uses nothing up.
func (p *Pages) answer(w http.ResponseWriter, r *http.Request) error {
	page, err := p.answerPage(r)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "added":
		page.Frame.Toast = &ui.ToastProps{Text: "It was added. Those who read your enquiry see it."}
	case "yes":
		page.Frame.Toast = &ui.ToastProps{Text: "Your yes has arrived. Somebody will be in touch."}
	}
	return web.Show(w, r, http.StatusOK, answerView(page))
}

// add adds a line, or the yes to a place.
func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	link, id, line, done := r.PathValue("link"), r.PostForm.Get("id"), r.PostForm.Get("line"), "added"
	if r.PostForm.Get("yes") != "" {
		line, done = enquiry.Wants, "yes"
	}
	if done == "added" && r.PostForm.Get("anyway") != "yes" && safety.Alarming(line) {
		return p.whomToCall(w, r, id, line)
	}
	err := p.knock(r, func() error { return p.Enquiries.Add(r.Context(), link, id, line) })
	if err == nil {
		return web.Kept(w, r, enquiry.AnswerPath+link+"?done="+done, keepOfAnswer(link))
	}
	flaw, ok := web.AsFault(err)
	if !ok || flaw.Kind != fault.Invalid && flaw.Kind != fault.Conflict {
		return err
	}
	page, err := p.answerPage(r)
	if err != nil {
		return err
	}
	page.Flaw, page.Line = flaw, line
	return web.Show(w, r, (&web.Flaw{Kind: flaw.Kind}).Status(), answerView(page))
}

// whomToCall shows whom to call before words of danger are added: nothing is kept
// or written down then, and they can be added as they are.
func (p *Pages) whomToCall(w http.ResponseWriter, r *http.Request, id, line string) error {
	page, err := p.answerPage(r)
	if err != nil {
		return err
	}
	country, _ := safety.Contacts(page.Practice.Country)
	page.Calls, page.LineID, page.Line = web.Calls(country), id, line
	page.Frame.Heading, page.Frame.Lead = "Before this is added", ""
	return web.Show(w, r, http.StatusUnprocessableEntity, answerView(page))
}

// keepOfAnswer names what the device keeps of a line that is being added. It does
// not tell the link.
func keepOfAnswer(link string) string {
	sum := sha256.Sum256([]byte("line " + link))
	return "answer-" + hex.EncodeToString(sum[:8])
}

func (p answerPage) keep() string {
	return keepOfAnswer(strings.TrimPrefix(p.Path, enquiry.AnswerPath))
}

// askWithdraw asks before it is taken back.
func (p *Pages) askWithdraw(w http.ResponseWriter, r *http.Request) error {
	page, err := p.answerPage(r)
	if err != nil {
		return err
	}
	page.Ask = !page.Answer.AskedAt.IsZero()
	return web.Show(w, r, http.StatusOK, answerView(page))
}

// withdraw takes it back.
func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := p.knock(r, func() error { return p.Enquiries.Withdraw(r.Context(), r.PathValue("link")) })
	if err != nil {
		return err
	}
	return web.SeeOther(w, r, enquiry.AnswerPath+r.PathValue("link"))
}
