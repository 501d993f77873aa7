package calendar

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// policyPage is where those who manage a practice decide how sessions are booked.
type policyPage struct {
	frame ui.FrameProps
	typed policyTyped
	now   *policyTyped // what stands, where somebody else changed it meanwhile
	flaw  *web.Flaw
}

// policyTyped is a policy as a form has it.
type policyTyped struct {
	books, moves                             bool
	notice, lead, ahead, length, every, most string
	late, contact, revision                  string
}

func policyTypedOf(p calendar.Policy) policyTyped {
	number := func(d, unit time.Duration) string { return strconv.Itoa(int(d / unit)) }
	return policyTyped{
		books: p.Books, moves: p.Moves, notice: number(p.Notice, time.Hour), lead: number(p.Lead, time.Hour), ahead: number(p.Ahead, 7*24*time.Hour),
		length: number(p.Length, time.Minute), every: number(p.Every, time.Minute), most: strconv.Itoa(p.Most),
		late: p.Late, contact: p.Contact, revision: strconv.FormatInt(p.Revision, 10),
	}
}

// read makes a policy of what was typed.
func (t policyTyped) read() (p calendar.Policy, err error) {
	number := func(field, text string, unit time.Duration) time.Duration {
		n, convErr := strconv.Atoi(strings.TrimSpace(text))
		if (convErr != nil || n < 0 || n > 10_000) && err == nil {
			err = fault.New(fault.Invalid, field, "Write a whole number.")
		}
		return time.Duration(n) * unit
	}
	p.Books, p.Moves, p.Late, p.Contact = t.books, t.moves, t.late, t.contact
	p.Notice, p.Lead = number("notice", t.notice, time.Hour), number("lead", t.lead, time.Hour)
	p.Ahead = number("ahead", t.ahead, 7*24*time.Hour)
	p.Length, p.Every = number("length", t.length, time.Minute), number("every", t.every, time.Minute)
	p.Most = int(number("most", t.most, 1))
	p.Revision, _ = strconv.ParseInt(t.revision, 10, 64) // 0 is that of a policy nobody has written: a conflict if there is one
	return p, err
}

func (p *Pages) policy(w http.ResponseWriter, r *http.Request) error {
	now, err := p.Calendars.Policy(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	return showPolicy(w, r, policyPage{typed: policyTypedOf(now)})
}

func showPolicy(w http.ResponseWriter, r *http.Request, page policyPage) error {
	page.frame = web.FrameSaying(r, "Booking and cancelling", bookingDone)
	return web.Show(w, r, page.flaw.Status(), policyView(page))
}

// keepPolicyForm is under which name the device keeps what is typed.
const keepPolicyForm = "booking-policy"

func (p *Pages) keepPolicy(w http.ResponseWriter, r *http.Request) error {
	typed := policyTyped{
		books: r.PostFormValue("books") == "yes", moves: r.PostFormValue("moves") == "yes",
		notice: r.PostFormValue("notice"), lead: r.PostFormValue("lead"), ahead: r.PostFormValue("ahead"),
		length: r.PostFormValue("length"), every: r.PostFormValue("every"), most: r.PostFormValue("most"),
		late: r.PostFormValue("late"), contact: r.PostFormValue("contact"), revision: r.PostFormValue("revision"),
	}
	policy, err := typed.read()
	page := policyPage{typed: typed}
	if err == nil {
		var now calendar.Policy
		if now, err = p.Calendars.RevisePolicy(r.Context(), web.ActorOf(r), policy); err == nil {
			return web.SeeOther(w, r, toPolicy+"?done=kept&kept="+keepPolicyForm)
		}
		if fault.Is(err, fault.Conflict) {
			stands := policyTypedOf(now)
			page.now, page.typed.revision = &stands, stands.revision
		}
	}
	flaw, ok := web.FlawIn(err)
	if !ok {
		return err
	}
	page.flaw = flaw
	return showPolicy(w, r, page)
}

// differs are the fields in which what stands is not what was typed.
func (p policyPage) differs() ui.TableProps {
	t := ui.TableProps{
		Caption: "What was changed while you were writing", Shown: true, RowHeads: true,
		Columns: []ui.Column{{Name: "Field"}, {Name: "As it is now"}, {Name: "As you wrote it"}},
	}
	yes := map[bool]string{true: "yes", false: "no"}
	for _, f := range [][3]string{
		{"Clients book open times", yes[p.now.books], yes[p.typed.books]},
		{"Clients move sessions", yes[p.now.moves], yes[p.typed.moves]},
		{"Hours of notice", p.now.notice, p.typed.notice},
		{"Hours before a time", p.now.lead, p.typed.lead},
		{"Weeks ahead", p.now.ahead, p.typed.ahead},
		{"Minutes of a session", p.now.length, p.typed.length},
		{"Minutes from one to the next", p.now.every, p.typed.every},
		{"Sessions ahead", p.now.most, p.typed.most},
		{"What follows from cancelling late", p.now.late, p.typed.late},
		{"What a few words are for", p.now.contact, p.typed.contact},
	} {
		if f[1] != f[2] {
			t.Rows = append(t.Rows, []ui.Cell{{Text: f[0]}, {Text: f[1]}, {Text: f[2]}})
		}
	}
	return t
}

// policyWords are a policy in sentences, for whoever works there.
type policyWords []string

func wordsOf(p calendar.Policy) policyWords {
	var all policyWords
	if p.Books {
		all = append(all, "Clients book open times themselves: from "+hoursText(p.Lead)+" before up to "+desk.Count(int(p.Ahead/(7*24*time.Hour)), "week", "weeks")+" ahead, "+
			desk.Count(p.Most, "session", "sessions")+" at a time.")
	} else {
		all = append(all, "Clients do not book open times themselves.")
	}
	if p.Moves {
		all = append(all, "Clients move a session themselves up to "+hoursText(p.Notice)+" before it.")
	} else {
		all = append(all, "Clients do not move sessions themselves.")
	}
	all = append(all, "Cancelling is always possible, and late from "+hoursText(p.Notice)+" before.")
	if p.Late != "" {
		all = append(all, "What follows then: "+p.Late)
	}
	return all
}

// hoursText is a number of hours in words: "24 hours", "two days".
func hoursText(d time.Duration) string {
	hours := int(d / time.Hour)
	if hours >= 48 && hours%24 == 0 {
		return desk.Count(hours/24, "day", "days")
	}
	return desk.Count(hours, "hour", "hours")
}
