package main

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/web"
)

// A cell is what the matrix has to know of a route. A route without one fails
// the test: whoever adds a route says here who reaches what by it.
type cell struct {
	// owner is the variable in the address that says whose it is, and reach who
	// may reach it there. Without, it is for everybody of the audience.
	owner string
	reach func(p *product, s *someone, id string) bool
	// of says of what the second variable is the id, within the owner's record.
	of string
	// form is a plausible one; client is whose record it is about.
	form func(p *product, client string) url.Values
	// own forms are not sent, because they would end what others need, or need
	// more than a form: those are walked elsewhere.
	spared bool
	// idle says that what ends something does so also where nothing is to be
	// ended: the answer is that it has ended, the same for all.
	idle bool
	// gone says that it has words of its own for what is not there any more, the
	// same for every id.
	gone bool
	// notes says that to open it is noted, for the client to read.
	notes bool
}

// Who reaches what.
var (
	// works: whoever treats the client, and nobody else.
	works = func(p *product, s *someone, id string) bool {
		return slices.Contains(s.Clients, id) && s.Role != "leaver" || p.took(s, id)
	}
	// reads: also whoever opened the record in an emergency.
	reads = func(p *product, s *someone, id string) bool { return works(p, s, id) || p.glass(s, id) }
	// glimpses: only whoever did that, or treats the client anyway.
	glimpses = reads
	// shown: a supervisor to whom the course was shown.
	shown = func(p *product, s *someone, id string) bool {
		return s.Name == "Suna" && id == p.named("Ada").ID || s.Name == "Sorcha" && id == p.named("Aoife").ID
	}
	// of the practice: a manager, everybody who belongs to it and was not erased.
	belongs = func(p *product, s *someone, id string) bool {
		return slices.ContainsFunc(p.Cast, func(q demo.Player) bool { return q.ID == id && q.Practice == s.Practice && q.Role != "erased" })
	}
	staffOf = func(p *product, s *someone, id string) bool {
		return belongs(p, s, id) && slices.ContainsFunc(p.Cast, func(q demo.Player) bool {
			return q.ID == id && q.Role != "client" && q.Role != "invited"
		})
	}
	clientOf = func(p *product, s *someone, id string) bool { return belongs(p, s, id) && !staffOf(p, s, id) }
	// knows: by name, who is here, and is told that nobody who has come in needs a link.
	knows = func(p *product, s *someone, id string) bool {
		return works(p, s, id) || slices.ContainsFunc(p.Cast, func(q demo.Player) bool {
			return q.ID == id && q.Practice == s.Practice && q.Role != "client" && q.Role != "invited" && q.Role != "erased" && id != s.ID
		})
	}
	// theirs: what stands in the client's own record.
	theirs = func(what string) func(*product, *someone, string) bool {
		return func(_ *product, s *someone, id string) bool { return slices.Contains(s.has[what], id) }
	}
	// their own clinician.
	treatsMe = func(p *product, s *someone, id string) bool {
		by := p.treats(s.ID)
		return by != nil && by.ID == id && by.Role != "leaver"
	}
	nobodys = func(*product, *someone, string) bool { return false }
)

// took says whether s took the client on after the fixture was made.
func (p *product) took(s *someone, id string) bool {
	return s.Name == "Cleo" && id == p.named("Gus").ID || s.Name == "Ciara" && id == p.named("Grania").ID
}

// glass says whether s opened the client's record in an emergency.
func (p *product) glass(s *someone, id string) bool {
	return s.Name == "Carl" && id == p.named("Bela").ID
}

func values(pairs ...string) func(*product, string) url.Values {
	v := make(url.Values)
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return func(*product, string) url.Values { return maps.Clone(v) }
}

const (
	noSuch = "01890000-0000-7000-8000-000000000000" // nobody's id
	newOne = "01990000-0000-7000-8000-00000000000"  // of what a form makes; one digit more
)

// answersForm answers every question of a questionnaire.
func answersForm(instrument string) func(*product, string) url.Values {
	return func(*product, string) url.Values {
		v := url.Values{"instrument": {instrument}, "rev": {"0"}}
		for i := range 7 { // one that it does not have would be refused for that alone
			v.Set("q"+string(rune('1'+i)), "1")
		}
		return v
	}
}

// cells are every route and who reaches what by it.
func cells() map[string]cell {
	own := cell{}
	form := func(pairs ...string) cell { return cell{form: values(pairs...)} }
	spared := func(pairs ...string) cell { return cell{form: values(pairs...), spared: true} }
	to := func(owner string, reach func(*product, *someone, string) bool, of string, pairs ...string) cell {
		return cell{owner: owner, reach: reach, of: of, form: values(pairs...)}
	}
	all := map[string]cell{
		"GET /{$}": own, "GET /help": own, "GET /sign-in": own, "GET /sign-in/done": own, "GET /recover": own, "GET /ui": own,
		"GET /p/{slug}":                {owner: "slug", reach: nobodys},
		"POST /sign-in":                spared("email", "nobody@example.org", "password", "not the one at all"),
		"POST /sign-in/passkey/begin":  spared(),
		"POST /sign-in/passkey/finish": spared(),
		"POST /sign-out":               spared(),
		"GET /join/{link}":             {owner: "link", reach: nobodys},
		"POST /join/{link}":            {owner: "link", reach: nobodys, form: values("password", "eleven green bottles")},
		"POST /recover":                spared("email", "nobody@example.org"),
		"GET /recover/{link}":          {owner: "link", reach: nobodys},
		"POST /recover/{link}":         {owner: "link", reach: nobodys, form: values("password", "eleven green bottles")},
		"GET /no-reminders/{link}":     {owner: "link", reach: nobodys},
		"POST /no-reminders/{link}":    {owner: "link", reach: nobodys, form: values("List-Unsubscribe", "One-Click")},
		"GET /form/{link}":             {owner: "link", reach: nobodys},
		"POST /form/{link}":            {owner: "link", reach: nobodys, form: values()},
		"GET /form":                    own,
		"POST /form":                   spared("q1", "1"),
		"GET /demo/{token}":            {owner: "token", reach: nobodys},

		"GET /account": own, "GET /account/welcome": own, "GET /account/setup": own, "GET /account/name": own,
		"POST /account/name":   form("name", "", "revision", "1"),
		"GET /account/address": own, "POST /account/address": form("email", "nowhere"), "POST /account/address/take-back": form(),
		"GET /account/address/{link}":  {owner: "link", reach: nobodys, gone: true},
		"POST /account/address/{link}": {owner: "link", reach: nobodys, gone: true, form: values()},
		"GET /address/{link}":          {owner: "link", reach: nobodys},
		"POST /address/{link}":         {owner: "link", reach: nobodys, form: values("former", "eleven green bottles")},
		// Ending a sign-in that is not there, or not theirs, is neither an error nor an answer.
		"POST /account/sign-ins/{signin}/end":     spared(),
		"POST /account/sign-ins/end-others":       spared(),
		"GET /account/entrances":                  own,
		"POST /account/entrances/end":             spared(),
		"GET /account/password":                   own,
		"POST /account/password":                  form("password", "short"),
		"GET /account/second-step":                own,
		"POST /account/second-step":               form("ceremony", "none", "code", "123456", "url", "otpauth://totp/x?secret=JBSWY3DP"),
		"GET /account/second-step/remove":         own,
		"POST /account/second-step/remove":        spared(),
		"GET /account/codes":                      own,
		"POST /account/codes":                     spared(),
		"GET /account/passkeys":                   own,
		"POST /account/passkeys/begin":            spared(),
		"POST /account/passkeys/finish":           spared(),
		"GET /account/passkeys/{passkey}/remove":  {owner: "passkey", reach: nobodys},
		"POST /account/passkeys/{passkey}/remove": {owner: "passkey", reach: nobodys, form: values(), idle: true},
		"GET /step-up":                            own,
		"POST /step-up":                           form("password", "not the one at all"),
		"POST /step-up/passkey/begin":             spared(),
		"POST /step-up/passkey/finish":            spared(),

		"GET /my/week":                         own,
		"GET /my/asks/{ask}/{occasion}":        to("ask", theirs("ask"), ""),
		"POST /my/asks/{ask}/{occasion}":       {owner: "ask", reach: theirs("ask"), form: answersForm("gad-7")},
		"POST /my/asks/{ask}/{occasion}/draft": {owner: "ask", reach: theirs("ask"), form: answersForm("gad-7")},
		"POST /my/asks/{ask}/decline":          to("ask", theirs("ask"), "", "occasion", "0"),
		"POST /my/asks/{ask}/refuse":           to("ask", theirs("ask"), ""),
		"POST /my/asks/{ask}/again":            to("ask", theirs("ask"), ""),
		"GET /my/forms":                        own,
		"POST /my/forms":                       form("id", newOne+"b", "instrument", "outside-view", "who", "a friend"),
		"GET /my/forms/{other}":                to("other", theirs("other"), ""),
		"POST /my/forms/{other}/end":           to("other", theirs("other"), ""),
		"GET /my/answers/{answer}":             {owner: "answer", reach: theirs("answer"), notes: true},
		"GET /my/course":                       own,
		"GET /my/course/others":                own,
		"POST /my/events":                      form("id", newOne+"b", "day", "2026-03-04", "words", "A move"),
		"POST /my/events/{event}/drop":         to("event", theirs("event"), ""),
		"GET /my/together":                     own,
		"GET /my/way":                          own,
		"GET /my/way/then":                     own,
		"GET /my/sessions/{held}/check-in":     to("held", theirs("held"), ""),
		"POST /my/sessions/{held}/check-in":    to("held", theirs("held"), "", "id", newOne+"8", "heard", "7", "landed", "That we went slowly"),
		"POST /my/sessions/{held}/skip":        to("held", theirs("held"), ""),
		"GET /my/check-in":                     own,
		"POST /my/check-in":                    form("id", newOne+"9", "heard", "7"),
		"GET /my/check-ins/{checkin}":          to("checkin", theirs("checkin"), ""),
		"POST /my/check-ins/{checkin}":         to("checkin", theirs("checkin"), "", "revision", "1", "heard", "6"),
		"GET /my/markers/new":                  own,
		"POST /my/markers":                     form("id", newOne+"a", "word", "Trust"),
		"POST /my/markers/{marker}":            to("marker", theirs("marker"), "", "do", "keep"),
		"GET /my/record":                       own,
		"GET /my/record/use":                   own,
		"POST /my/record/use":                  form("id", newOne+"8", "about", "learning", "yes", "yes", "words", outcome.Explained.Version, "revision", "0"),
		"GET /my/team/{clinician}/end":         to("clinician", treatsMe, ""),
		"POST /my/team/{clinician}/end":        {owner: "clinician", reach: treatsMe, spared: true, idle: true},
		"GET /my/log":                          own, "GET /my/log/patterns": own, "GET /my/log/items": own, "GET /my/log/settings": own,
		"POST /my/log": {form: func(p *product, _ string) url.Values {
			return url.Values{"id": {newOne + "a"}, "day": {time.Now().Format(time.DateOnly)}, "revision": {"0"}, "v-mood": {"5"}}
		}},
		"POST /my/log/items":                                form("id", newOne+"b", "kind", "activity", "name", "Singing"),
		"POST /my/log/items/away":                           form("item", "rest", "do", "away"),
		"POST /my/log/settings/sharing":                     form("sharing", "whole", "revision", "0"),
		"POST /my/log/settings/warning":                     form("do", "off"),
		"POST /my/log/questions/{question}":                 {owner: "question", reach: nobodys, form: values("revision", "1", "answer", "bring")}, // nobody was asked anything
		"GET /clients/{client}/log":                         to("client", works, ""),
		"POST /clients/{client}/log/{question}/talked":      {owner: "client", reach: nobodys, form: values()},
		"GET /log-scales":                                   own,
		"POST /log-scales":                                  form("id", newOne+"c", "name", "Ease", "low", "none", "high", "much", "better", "higher"),
		"POST /log-scales/{scale}":                          {owner: "scale", reach: nobodys, form: values("do", "withdraw")},
		"GET /today":                                        own,
		"GET /clients":                                      own,
		"GET /clients/new":                                  own,
		"POST /clients/new":                                 form("id", newOne+"1", "name", "Hanno", "email", "nowhere"),
		"POST /clients/{client}/invite-again":               to("client", knows, "", "id", newOne+"2"),
		"GET /clients/{client}":                             to("client", reads, ""),
		"GET /clients/{client}/answers/{answer}":            to("client", reads, "answer"),
		"POST /clients/{client}/answers/{answer}/talked":    to("client", works, "answer"),
		"GET /clients/{client}/course":                      to("client", works, ""),
		"GET /clients/{client}/course/aid":                  to("client", works, ""),
		"POST /clients/{client}/course/aid":                 to("client", works, "", "id", newOne+"c", "of", "gad-7", "answer", noSuch, "day", ""),
		"POST /clients/{client}/events":                     to("client", works, "", "id", newOne+"d", "day", "2026-03-04", "words", "A move"),
		"POST /clients/{client}/events/{event}/drop":        to("client", works, "beside"),
		"GET /clients/{client}/ask":                         to("client", reads, ""),
		"POST /clients/{client}/ask":                        to("client", works, "", "instrument", "phq-9", "rhythm", "once", "id-phq-9", newOne+"3", "reason", "To see"),
		"POST /clients/{client}/asks/{ask}/end":             to("client", works, "ask"),
		"GET /clients/{client}/paper":                       to("client", reads, ""),
		"POST /clients/{client}/paper":                      to("client", works, "", "id", newOne+"a", "instrument", "gad-7", "version", "1", "mode", "paper", "on", "2026-02-03", "q1", "1"),
		"GET /clients/{client}/others":                      to("client", reads, ""),
		"POST /clients/{client}/others":                     to("client", works, "", "id", newOne+"c", "instrument", "outside-view", "who", "a teacher", "agreed", "In the session."),
		"GET /clients/{client}/others/{other}":              to("client", reads, "other"),
		"POST /clients/{client}/others/{other}/end":         to("client", works, "other"),
		"GET /clients/{client}/flags/{flag}":                to("client", reads, "flag"),
		"POST /clients/{client}/flags/{flag}/seen":          to("client", works, "flag"),
		"POST /clients/{client}/flags/{flag}/close":         to("client", works, "flag", "revision", "1", "note", "We talked."),
		"GET /clients/{client}/team":                        to("client", works, ""),
		"POST /clients/{client}/team":                       to("client", works, "", "clinician", noSuch),
		"POST /clients/{client}/share":                      to("client", works, "", "supervisor", noSuch, "do", "show"),
		"GET /clients/look":                                 own,
		"GET /clients/{client}/work":                        to("client", reads, ""),
		"POST /clients/{client}/work":                       to("client", works, "", "id", newOne+"9", "ending", "early", "ended", "1999-01-01", "revision", "0"),
		"POST /clients/{client}/work/{episode}/reopen":      {owner: "client", reach: works, of: "episode", form: values("revision", "1")},
		"GET /outcomes":                                     own,
		"GET /outcomes/table.csv":                           own,
		"GET /clients/{client}/way":                         to("client", works, ""),
		"GET /clients/{client}/together":                    to("client", works, ""),
		"POST /clients/{client}/check-ins/{checkin}/talked": to("client", works, "checkin", "revision", "1"),
		"POST /clients/{client}/markers":                    to("client", works, "", "id", newOne+"b", "word", "Trust"),
		"POST /clients/{client}/markers/{marker}/take-back": to("client", works, "noticed"),
		"GET /markers/words":                                own,
		"POST /markers/words":                               form("revision", "0", "words", "Lightness"),
		"GET /supervision":                                  own,
		"GET /supervision/{client}":                         to("client", shown, ""),
		"GET /emergency":                                    own,
		"POST /emergency":                                   form("id", newOne+"5", "email", "nobody@example.org", "reason", "To see"),
		"GET /emergency/{client}":                           to("client", glimpses, ""),
		"GET /emergency/{client}/answers/{answer}":          to("client", glimpses, "answer"),

		"GET /report": own, "GET /report/table.csv": own,
		"GET /practice": own, "POST /practice": form("revision", "0", "name", ""),
		"GET /practice/instruments": own, "POST /practice/instruments": form("definition", "{}"),
		"GET /instruments": own, "GET /instruments/{instrument}": {owner: "instrument", reach: nobodys},
		"POST /practice/instruments/preview":             form("definition", "{}"),
		"GET /practice/instruments/{instrument}":         {owner: "instrument", reach: nobodys},
		"POST /practice/instruments/{instrument}/retire": {owner: "instrument", reach: nobodys, form: values("version", "1", "retired", "yes")},
		"POST /practice/instruments/{instrument}/switch": {owner: "instrument", reach: nobodys, form: values("on", "yes")},

		"GET /people": own, "GET /people/new": own,
		"POST /people/new":                     form("id", newOne+"6", "name", "Ida", "email", "nowhere", "roles", "manager"),
		"GET /people/{person}":                 to("person", belongs, ""),
		"POST /people/{person}":                to("person", staffOf, "", "do", "set", "supervisor", noSuch),
		"POST /people/{person}/take-over":      to("person", clientOf, "", "clinician", noSuch),
		"POST /people/{person}/relieve":        to("person", clientOf, "", "clinician", noSuch),
		"POST /people/{person}/invite-again":   to("person", belongs, "", "id", newOne+"7"),
		"POST /people/{person}/invite-address": to("person", staffOf, "", "id", newOne+"7", "email", "nowhere"),
		"GET /people/{person}/leave":           to("person", staffOf, ""),
		"POST /people/{person}/leave":          {owner: "person", reach: staffOf, spared: true},
		"GET /acts":                            own, "GET /acts/glasses": own,
	}
	maps.Copy(all, reminderCells())
	maps.Copy(all, letInCells())
	maps.Copy(all, goalCells())
	maps.Copy(all, planCells())
	maps.Copy(all, publicCells())
	maps.Copy(all, intakeCells())
	maps.Copy(all, noteCells())
	maps.Copy(all, hourCells())
	maps.Copy(all, reflectCells())
	maps.Copy(all, bookingCells())
	maps.Copy(all, timesCells())
	maps.Copy(all, methodCells())
	maps.Copy(all, exerciseCells())
	maps.Copy(all, doingCells())
	maps.Copy(all, assignmentCells())
	maps.Copy(all, enquiryCells())
	maps.Copy(all, vaultCells())
	maps.Copy(all, journalCells())
	maps.Copy(all, awayCells())
	maps.Copy(all, careCells())
	maps.Copy(all, takeoutCells())
	maps.Copy(all, arrivalCells())
	maps.Copy(all, feedCells())
	maps.Copy(all, fhirCells())
	maps.Copy(all, retentionCells())
	return all
}

// is says whether s is of the audience, by the fixture.
func (s *someone) is(a web.Audience) bool {
	in := slices.Contains([]string{"client", "clinician", "supervisor", "manager"}, s.Role)
	switch a {
	case web.Anyone:
		return true
	case web.SignedIn:
		return in
	case web.Clinician:
		return s.Role == "clinician" || s.Role == "supervisor"
	case web.Token, web.AppPassword: // matrix_program_test.go comes with them; here everybody has a cookie
		return false
	}
	return s.Role == string(a)
}

// A target is one address of a route, and whether s may reach it.
type target struct {
	path    string
	client  string
	reached bool
	plain   bool // its ids are ids: a refusal is the same to the byte
}

// odd is what is no id.
var odd = []string{
	"..%2f..%2fpeople", "%2e%2e", "%00", "%0a", "%ff%fe", "*", "'%20OR%20'1'='1", "%25s", "-1", "0", "null",
	"%F0%9F%98%80", "{client}", noSuch + "%20", strings.ToUpper("0199abcd-0000-7000-8000-000000000000"),
	"system:operator", "client%2f" + noSuch, strings.Repeat("a", 3000),
}

// targets are addresses of a route for s: everybody's, nobody's and what is no id.
func (p *product) targets(r web.Route, c cell, s *someone) []target {
	if c.owner == "" {
		return []target{{path: fill(r.Pattern, noSuch, noSuch), reached: true, plain: true}}
	}
	var all []target
	add := func(owner, second string, plain bool) {
		ok := plain && c.reach(p, s, owner)
		if c.of != "" {
			ok = ok && slices.Contains(p.has(owner, c.of), second)
		}
		all = append(all, target{fill(r.Pattern, owner, second), owner, ok, plain})
	}
	for _, owner := range p.ids(c.owner) {
		if c.of == "" {
			add(owner, noSuch, true)
			continue
		}
		for _, id := range append(slices.Clone(p.has(owner, c.of)), noSuch) {
			add(owner, id, true)
		}
		if !c.reach(p, s, owner) || !s.is(r.Audience) {
			continue
		}
		for _, other := range p.all { // what is in the records of others, as if it were in this one
			for _, id := range p.has(other.ID, c.of) {
				add(owner, id, true)
			}
		}
		if owner == p.named("Bela").ID {
			for _, no := range odd {
				add(owner, no, false)
			}
		}
	}
	if !s.is(r.Audience) && s.Role != "nobody" {
		return all // they do not come so far
	}
	for _, no := range append([]string{p.Cast[0].Practice}, odd...) {
		add(no, noSuch, false)
	}
	return all
}

// fill puts ids into a pattern.
func fill(pattern, first, second string) string {
	parts := strings.Split(strings.TrimSuffix(pattern, "{$}"), "/")
	n := 0
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		switch n++; {
		case part == "{occasion}":
			parts[i] = "0"
		case part == "{part}" && parts[1] == "beginning":
			parts[i] = "1" // what a client's address says of it
		case part == "{part}":
			parts[i] = "brings"
		case n == 1:
			parts[i] = first
		default:
			parts[i] = second
		}
	}
	return strings.Join(parts, "/")
}

// has are the ids of one kind in somebody's record.
func (p *product) has(owner, kind string) []string {
	for _, s := range p.all {
		if s.ID == owner && owner != "" {
			return s.has[kind]
		}
	}
	return nil
}

// ids are one of nobody, those of everybody, those of what is asked for in all
// records, and one each of other things.
func (p *product) ids(asked string) []string {
	all := []string{noSuch}
	for _, s := range p.all {
		if s.ID != "" {
			all = append(all, s.ID)
		}
		for _, kind := range []string{"answer", "ask", "flag", "session", "held", "checkin", "marker", "noticed", "event", "beside", "detour", "goal", "other", "note", "share"} {
			if kind == asked {
				all = append(all, s.has[kind]...)
			} else if s.Name == "Bela" {
				all = append(all, s.has[kind][0])
			}
		}
	}
	return all
}

func TestNobodyReachesWhatIsNotTheirsByAnyRoute(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		table := cells()
		seen := make(map[string]bool)
		kept := p.kept(t)
		for _, r := range p.routes {
			name := r.Method + " " + r.Pattern
			seen[name] = true
			c, there := table[name]
			if !there {
				t.Errorf("%s: nobody has said in the matrix who reaches what by it", name)
				continue
			}
			p.refresh(t)
			kept = p.refusals(t, r, c, kept)
		}
		for name := range table {
			if !seen[name] {
				t.Errorf("%s is in the matrix and is no route", name)
			}
		}
		for _, r := range p.routes { // last, because it changes what is there
			if c := table[r.Method+" "+r.Pattern]; r.Method == http.MethodPost && !c.spared {
				p.refresh(t)
				p.ownForms(t, r, c)
			}
		}
	})
}

// refusals sends r as everybody to every address: what is not theirs is refused
// as if it were not there, and nothing is changed by it. before is what was kept
// before, and what it returns what is kept now.
func (p *product) refusals(t *testing.T, r web.Route, c cell, before map[string]string) map[string]string {
	t.Helper()
	var all sync.WaitGroup
	waiting := make(chan *someone)
	for range 4 { // each of them waits for the database most of the time
		all.Go(func() {
			for s := range waiting {
				p.refused(t, r, c, s)
			}
		})
	}
	for _, s := range p.all {
		waiting <- s
	}
	close(waiting)
	all.Wait()
	after := p.kept(t)
	if wrong := changed(before, after); len(wrong) > 0 && r.Audience != web.Anyone {
		t.Errorf("%s %s: requests that were refused, or only read, changed %v", r.Method, r.Pattern, wrong)
	}
	return after
}

// refused sends r as s to every address.
func (p *product) refused(t *testing.T, r web.Route, c cell, s *someone) {
	t.Helper()
	var none answered
	if c.owner != "" {
		none = p.sends(s, r, c, target{path: fill(r.Pattern, noSuch, noSuch)})
	}
	nothing := make(map[string]answered) // what there is where nothing is, by the form it was asked with
	nowhere := func(client string) answered {
		form := ""
		if r.Method == http.MethodPost && c.form != nil {
			form = c.form(p, client).Encode()
		}
		if _, asked := nothing[form]; !asked {
			nothing[form] = p.sends(s, r, c, target{path: "/nothing-here", client: client})
		}
		return nothing[form]
	}
	for _, to := range p.targets(r, c, s) {
		if to.reached && s.is(r.Audience) && (r.Method == http.MethodPost || c.notes) {
			continue // later
		}
		got := p.sends(s, r, c, to)
		p.wholesome(t, s, r, to.path, got)
		switch {
		case got.status >= 500:
			t.Errorf("%s: %s %s: status %d", s, r.Method, to.path, got.status)
		case r.Audience == web.Anyone:
			// It depends on nobody's role; what may be said is checked above.
		case byProgram(r):
			p.unopened(t, s, r, to, got, none)
		case !s.is(web.SignedIn):
			p.turnedAway(t, s, r, to, got)
		case !s.is(r.Audience):
			p.absent(t, s, r, to, got, nowhere(to.client))
		case !to.reached && c.idle && got.status == http.StatusSeeOther:
			if to.plain && !same(got, none) {
				t.Errorf("%s: %s %s: it has ended, but not as if nothing were there", s, r.Method, to.path)
			}
		case !to.reached && c.idle && !to.plain:
			p.absent(t, s, r, to, got, nowhere(to.client))
		case !to.reached && c.gone && same(got, nowhere(to.client)):
			// What is no id leads nowhere; what is one gets the words for what is gone.
		case !to.reached:
			p.absent(t, s, r, to, got, none)
		case got.status != http.StatusOK && got.status != http.StatusSeeOther:
			t.Errorf("%s: %s %s: status %d, and it is theirs", s, r.Method, to.path, got.status)
		}
	}
}

func (p *product) sends(s *someone, r web.Route, c cell, to target) answered {
	a := sending{method: r.Method, path: to.path, near: byProgram(r)}
	if r.Method == http.MethodPost {
		a.form = url.Values{}
		if c.form != nil {
			a.form = c.form(p, to.client)
		}
	}
	return p.asks(s, a)
}

// turnedAway checks that somebody who is not signed in is asked to, whatever is
// at the address.
func (p *product) turnedAway(t *testing.T, s *someone, r web.Route, to target, got answered) {
	t.Helper()
	if r.Method == http.MethodGet {
		where := got.header.Get("Location")
		if moved(got) {
			return // to the same address, spelt plainly
		}
		if got.status != http.StatusSeeOther || !strings.HasPrefix(where, "/sign-in?to=") {
			t.Errorf("%s: GET %s: %d %s, want to be sent to sign in", s, to.path, got.status, where)
		}
		return
	}
	if got.status != http.StatusUnauthorized && !moved(got) {
		t.Errorf("%s: POST %s: %d, want 401", s, to.path, got.status)
	}
}

// moved says that an address was only spelt oddly.
func moved(a answered) bool {
	return a.status == http.StatusMovedPermanently || a.status == http.StatusTemporaryRedirect
}

// absent checks that got is what there is where nothing is.
func (p *product) absent(t *testing.T, s *someone, r web.Route, to target, got, none answered) {
	t.Helper()
	if got.status != http.StatusNotFound {
		if moved(got) && !to.plain {
			return
		}
		t.Errorf("%s: %s %s: status %d, want 404", s, r.Method, to.path, got.status)
		return
	}
	if !same(got, none) {
		t.Errorf("%s: %s %s: refused, but not as if nothing were there:\n%v\n%v\n%s\n%s", s, r.Method, to.path, got.header, none.header, got.body, none.body)
	}
}

// same compares all of two answers but the date.
func same(a, b answered) bool {
	a.header, b.header = a.header.Clone(), b.header.Clone()
	a.header.Del("Date")
	b.header.Del("Date")
	return a.status == b.status && a.body == b.body && maps.EqualFunc(a.header, b.header, slices.Equal)
}

// ownForms sends everybody's own forms, so that a refusal of all would be noticed.
func (p *product) ownForms(t *testing.T, r web.Route, c cell) {
	t.Helper()
	if c.owner != "" && c.reach(p, p.find("nobody"), noSuch) {
		t.Errorf("%s: nobody reaches it", r.Pattern)
	}
	sent := 0
	for _, s := range p.all {
		if !s.is(r.Audience) || r.Audience == web.Anyone {
			continue
		}
		for _, to := range p.targets(r, c, s) {
			if !to.reached {
				continue
			}
			got := p.sends(s, r, c, to)
			p.wholesome(t, s, r, to.path, got)
			if got.status >= 500 || got.status == http.StatusNotFound && !p.vain(r, s, to) || got.status == http.StatusUnauthorized {
				t.Errorf("%s: POST %s: status %d, and it is theirs\n%s", s, to.path, got.status, got.body)
			}
			sent++
		}
	}
	if sent == 0 && r.Audience != web.Anyone && !byProgram(r) && !sameFunc(c.reach) {
		t.Errorf("POST %s: nobody could send it", r.Pattern)
	}
}

// sameFunc says that a cell reaches nobody on purpose.
func sameFunc(reach func(*product, *someone, string) bool) bool {
	return reach != nil && !reach(nil, &someone{}, "")
}

// vain says that a form about what is theirs has nothing to do there: a fresh
// link for somebody who has come in.
func (p *product) vain(r web.Route, s *someone, to target) bool {
	return strings.HasSuffix(r.Pattern, "/invite-again") && to.client != p.named("Gus").ID && to.client != p.named("Grania").ID ||
		strings.HasSuffix(r.Pattern, "/team") || strings.HasSuffix(r.Pattern, "/share") ||
		strings.HasPrefix(r.Pattern, "/my/asks/")
}
