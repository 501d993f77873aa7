// Package retention has the pages on how records end: for whoever manages the practice,
// for how long records are kept, whose time is over, what holds one, and erasing it with
// its certificate; for whoever treats a client, closing the record; and for the client,
// until when their record is kept and how to ask that it be erased.
package retention

import (
	"context"
	"net/http"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/retention"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages on how records end.
type Pages struct {
	Endings *retention.Endings
	People  *person.People
}

const (
	toRecords      = "/records"
	toRule         = "/records/rule"
	toCertificates = "/certificates"
	toOwn          = "/my/record/end"
	small          = 32 << 10
)

// Routes are their addresses.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		get(toRecords, access.ListEndings, p.records),
		get(toRule, access.ReadErasures, p.rule),
		post(toRule, access.SetRetention, p.setRule),
		get(toRecords+"/{person}", access.ReadEnding, p.standing),
		post(toRecords+"/{person}/hold", access.HoldRecord, p.hold),
		post(toRecords+"/{person}/hold/{hold}/release", access.HoldRecord, p.release),
		post(toRecords+"/{person}/answer", access.AnswerWish, p.answer),
		get("/people/{person}/erase", access.ReadEnding, p.erase),
		post("/people/{person}/erase", access.EraseClient, p.eraseNow),
		get(toCertificates, access.ReadErasures, p.certificates),
		get(toCertificates+"/{certificate}", access.ReadErasures, p.certificate),
		get(toCertificates+"/{certificate}/certificate.txt", access.ReadErasures, p.certificateText),

		desk.Get("/clients/{client}/end", access.ReadCare, p.ending),
		desk.Post("/clients/{client}/end", access.CloseRecord, p.close),
		desk.Post("/clients/{client}/end/hold", access.HoldRecord, p.holdHere),
		desk.Post("/clients/{client}/end/hold/{hold}/release", access.HoldRecord, p.releaseHere),

		{Method: http.MethodGet, Pattern: toOwn, Audience: web.Client, Action: access.ReadEnding, Page: p.own},
		{Method: http.MethodPost, Pattern: toOwn, Audience: web.Client, Action: access.WishErasure, Page: p.wish, Most: small},
		{Method: http.MethodPost, Pattern: toOwn + "/{wish}/withdraw", Audience: web.Client, Action: access.WishErasure, Page: p.withdraw, Most: small},
	}
}

func get(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodGet, Pattern: pattern, Audience: web.Manager, Action: action, Page: page}
}

func post(pattern string, action access.Action, page web.Page) web.Route {
	return web.Route{Method: http.MethodPost, Pattern: pattern, Audience: web.Manager, Action: action, Page: page, Most: small}
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"set":       "Set. Nothing is erased by it alone.",
	"held":      "Held. It is not erased until somebody releases it.",
	"released":  "Released.",
	"answered":  "Answered. They read it on their page.",
	"closed":    "Closed. Nothing is lost, and it can be opened again.",
	"opened":    "Opened again.",
	"asked":     "The practice has your wish. You can take it back until it is answered.",
	"withdrawn": "Taken back. Your record stays as it is.",
	"erased":    "Erased for good. This is its certificate.",
}

func frame(r *http.Request, heading string) ui.FrameProps { return web.FrameSaying(r, heading, done) }

// freshFor sends somebody to say once more who they are, before they type anything.
func freshFor(w http.ResponseWriter, r *http.Request) (sent bool, err error) {
	if web.ActorOf(r).Fresh {
		return false, nil
	}
	return true, web.SeeOther(w, r, "/step-up?to="+escaped(r.URL.Path))
}

// day is a day that may be many years off: "19 November 2036".
func day(t, now time.Time) string { return t.In(now.Location()).Format("2 January 2006") }

// A line is one thing about a record, and a note under it.
type line struct{ text, note string }

// stands says how it stands with the end of a record.
func stands(s retention.Standing, r retention.Rule, now time.Time) []line {
	all := []line{{"Last contact: " + day(s.Last, now), "The last that was noted by the client or by whoever treats them: a session, an answer, a day of the log, a note, a goal; or when work with somebody began or ended."}}
	switch {
	case !r.Set():
		all = append(all, line{"No time of keeping was set", "Whoever manages the practice decides for how long records are kept."})
	case now.Before(s.Until(r, now.Location())):
		all = append(all, line{"Kept until " + day(s.Until(r, now.Location()), now), ruleWords(r)})
	default:
		all = append(all, line{"Its time is over since " + day(s.Until(r, now.Location()), now), ruleWords(r)})
	}
	if s.Treated && !s.Closing.Closed {
		all = append(all, line{"Somebody treats them", "The work goes on, and the record is kept: until whoever treats them closes it, or the work with them is ended."})
	}
	if s.Ahead {
		all = append(all, line{"A session is planned", "The work goes on."})
	}
	if c := s.Closing; c.Closed {
		all = append(all, line{"Closed on " + day(c.At, now), "By whoever treated them. It can be opened again."})
	}
	return all
}

// ruleWords are the rule in one sentence.
func ruleWords(r retention.Rule) string {
	text := "Records are kept for " + desk.Count(r.Years, "year", "years") + " after the last contact"
	if r.Until > 0 {
		text += ", and those of somebody who was under age at least until they are " + desk.Number(r.Until)
	}
	return text + "."
}

// names are those who work here, by id, as far as the visitor knows them.
func (p *Pages) names(ctx context.Context, actor access.Actor) (map[string]string, error) {
	staff, err := p.People.Staff(ctx, actor)
	if err != nil {
		return nil, err
	}
	known := make(map[string]string, len(staff))
	for _, s := range staff {
		known[s.ID] = s.Name
	}
	return known, nil
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
