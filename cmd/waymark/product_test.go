package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/measure"
	notes "github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/store"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
)

// A product is everything that is served, in this process, with the two
// practices of the matrix in it, and somebody more: Otis left after he had
// signed in, Zara was erased, and Carl opened Bela's record in an emergency.
type product struct {
	*demo.Story
	ground   *ground
	conf     config
	site     *site
	routes   []web.Route
	passed   atomic.Int64 // how far the clock of the records was moved on
	near     atomic.Int64 // how many requests were sent on this machine itself
	all      []*someone
	letters  string     // folder
	fresh    time.Time  // when everybody was signed in
	reads    sync.Mutex // guards the next two
	readings map[string]reading
	names    []string      // of everybody, and their addresses
	tables   []store.Table // of the records
}

// Someone asks for pages, with a cookie or without.
type someone struct {
	demo.Player
	cookie string
	in     bool // they can sign in
	// What is theirs or near them, by what it is: "answer", "ask", "flag",
	// "session"; for a client.
	has map[string][]string
	// words of a client that only they and who treats them read.
	words string
}

func (p *someone) String() string { return strings.TrimSpace(p.Role + " " + p.Name) }

// eachStore runs f with the settings of a product on SQLite, and on PostgreSQL if there
// is one, at the same time: each by itself keeps one processor waiting.
func eachStore(t *testing.T, f func(t *testing.T, c config)) {
	t.Helper()
	conf := func(t *testing.T) config {
		c := config{
			Data: filepath.Join(shortDir(t), "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0",
			MailFrom: "post@example.org",
		}
		c.Mail = "dir:" + c.in("mail")
		return c
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, conf(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		c := conf(t)
		c.Database, c.KeysDatabase = waytest.Tables(t)
		f(t, c)
	})
}

// newProduct makes the sample data of the matrix and opens it for requests.
func newProduct(t *testing.T, c config) *product {
	t.Helper()
	return newTold(t, c, "matrix")
}

// newTold makes the sample data with the given name and opens it for requests.
func newTold(t *testing.T, c config, fixture string) *product {
	t.Helper()
	if err := makeFolder(c); err != nil {
		t.Fatal(err)
	}
	cast, err := demoCmd{Fixture: fixture}.fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	c.stage = newStage(c.Origin, cast)
	p := &product{conf: c, Story: new(demo.Story), letters: c.in("mail")}
	p.Cast = c.stage.cast
	p.opens(t)
	p.Now = time.Now().UTC()
	p.At = p.Now
	p.Zone = person.Practice{TimeZone: "Europe/London"}.Location()
	p.ground.records.Now = func() time.Time { return time.Now().Add(time.Duration(p.passed.Load())) }
	return p
}

// opens builds the site on what lies in the folder.
func (p *product) opens(t *testing.T) {
	t.Helper()
	safe, err := keys.Open(p.conf.keysDir())
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.UnlockEvaluation(p.conf.Data)
	if err != nil {
		t.Fatal(err)
	}
	if p.ground, err = stand(t.Context(), p.conf, safe, root); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.ground.close() })
	if p.site, err = build(t.Context(), p.ground, p.conf); err != nil {
		t.Fatal(err)
	}
	if p.All, err = domains.New(p.ground.door, p.conf.Origin); err != nil {
		t.Fatal(err)
	}
	p.Door, p.routes = p.ground.door, nil
	for _, some := range routes(nil, p.All, new(web.Facts), p.conf) {
		p.routes = append(p.routes, some...)
	}
}

// does acts as a domain would.
func (p *product) does(t *testing.T, do func(ctx context.Context) error) {
	t.Helper()
	p.At = time.Now().UTC()
	if err := p.Visit(t.Context(), do); err != nil {
		t.Fatal(err)
	}
}

// signsIn gives somebody a sign-in as a link of the sample practice would.
func (p *product) signsIn(t *testing.T, practice, id string) (cookie string) {
	t.Helper()
	p.does(t, func(ctx context.Context) error {
		token, err := p.Accounts.Enter(ctx, access.System(practice, "demo"), id, "Mozilla/5.0 Firefox/150.0")
		cookie = token.Cookie
		return err
	})
	return cookie
}

// peopled adds those whom the fixture lacks, words to every record, and signs
// everybody in.
func (p *product) peopled(t *testing.T) {
	t.Helper()
	practice, mona, cleo, carl := p.named("Mona").Practice, p.actor("Mona"), p.actor("Cleo"), p.actor("Carl")
	add := func(by access.Actor, role, name string, roles ...person.Role) *someone {
		email := strings.ToLower(name) + "@linden-house.example"
		id, err := p.Join(t.Context(), by, name, email, roles...)
		if err != nil {
			t.Fatal(err)
		}
		one := demo.Player{Practice: practice, ID: id, Role: role, Name: name, Email: email}
		p.Cast = append(p.Cast, one)
		return &someone{Player: one}
	}
	otis := add(mona, "left since", "Otis", person.Clinician)
	add(demo.Who(practice, otis.ID), "client", "Olga", person.Client)
	zara := add(cleo, "erased", "Zara", person.Client)
	otis.cookie, zara.cookie = p.signsIn(t, practice, otis.ID), p.signsIn(t, practice, zara.ID)

	for _, one := range p.Cast {
		s := &someone{Player: one, has: make(map[string][]string)}
		switch one.Role {
		case "client", "erased":
			p.fillRecord(t, s)
		case "leaver", "invited", "left since":
			p.all = append(p.all, s)
			continue
		}
		s.in = one.Role != "erased"
		p.all = append(p.all, s)
	}
	p.find("Otis").cookie, p.find("Zara").cookie = otis.cookie, zara.cookie
	p.does(t, func(ctx context.Context) error { return p.People.Leave(ctx, mona, otis.ID) })
	p.does(t, func(ctx context.Context) error { return p.People.Erase(ctx, mona, zara.ID) })
	p.does(t, func(ctx context.Context) error {
		_, err := p.People.BreakGlass(ctx, carl, person.GlassForm{ID: newID(t), Email: p.named("Bela").Email, Reason: "Her sister rang and was afraid for her."})
		return err
	})
	if _, err := p.site.queue.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.all = append(p.all,
		&someone{Player: demo.Player{Role: "nobody"}},
		&someone{Player: demo.Player{Role: "garbage"}, cookie: "abcdefghij.!%00" + strings.Repeat("A", 40)},
		&someone{Player: demo.Player{Role: "forger"}, cookie: practice + "." + strings.Repeat("A", 43)},
	)
	p.refresh(t)
}

// refresh signs everybody in who can be, if that was some time ago: what asks for a
// fresh sign-in would be refused else for being slow.
func (p *product) refresh(t *testing.T) {
	t.Helper()
	if time.Since(p.fresh) < time.Minute {
		return
	}
	for _, s := range p.all {
		if s.in {
			s.cookie = p.signsIn(t, s.Practice, s.ID)
		}
	}
	p.fresh = time.Now()
}

// fillRecord writes words into a client's record that nobody else may read.
func (p *product) fillRecord(t *testing.T, s *someone) {
	t.Helper()
	by, record := p.treats(s.ID), access.ClientRecord(s.ID)
	s.words = "Wq" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if by == nil || by.Role == "leaver" {
		by = &someone{Player: *p.named(map[string]string{"Fay": "Lev", "Fionn": "Liam", "Olga": "Otis", "Zara": "Cleo"}[s.Name])}
	}
	actor, self := demo.Who(by.Practice, by.ID), demo.Who(s.Practice, s.ID)
	if len(s.has["answer"]) == 0 && (s.Name == "Olga" || s.Name == "Zara") {
		p.does(t, func(ctx context.Context) error {
			_, err := p.Measures.Ask(ctx, actor, record, measure.AskForm{ID: newID(t), Instrument: "phq-9", Rhythm: measure.Weekly}, p.Zone)
			return err
		})
		if err := p.FirstAnswer(t.Context(), self, record, 1); err != nil {
			t.Fatal(err)
		}
	}
	if by.Role != "leaver" {
		p.does(t, func(ctx context.Context) error {
			a, err := p.Measures.Ask(ctx, actor, record, measure.AskForm{ID: newID(t), Instrument: "gad-7", Rhythm: measure.Once, Reason: s.words}, p.Zone)
			s.has["ask"] = append(s.has["ask"], a.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			a, err := p.Sessions.Plan(ctx, actor, record, session.Form{
				ID: newID(t), Start: time.Now().Add(48*time.Hour + time.Duration(len(p.all))*time.Hour).Truncate(time.Minute), Length: 50 * time.Minute, Place: s.words,
			})
			s.has["session"] = append(s.has["session"], a.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			i, err := p.Hours.Bring(ctx, actor, record, hour.ItemForm{ID: newID(t), Text: s.words})
			s.has["thing"] = append(s.has["thing"], i.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			e, err := p.Plans.NoteEvent(ctx, actor, record, plan.LifeEvent{ID: newID(t), Day: "2026-02-03", Words: s.words}, p.Zone)
			s.has["beside"] = append(s.has["beside"], e.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			d, err := p.Plans.OpenDetour(ctx, actor, record, plan.Detour{ID: newID(t), Name: s.words, From: "2026-02-03", Reason: s.words}, p.Zone)
			s.has["detour"] = append(s.has["detour"], d.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			f := notes.Form{ID: newID(t), Session: s.has["session"][0], Page: newID(t), Shape: notes.Free, Words: notes.Words{"text": s.words}}
			_, _, err := p.Notes.Sign(ctx, actor, record, f)
			s.has["note"] = append(s.has["note"], f.ID)
			return err
		})
		p.does(t, func(ctx context.Context) error {
			all, err := p.Flags.Of(ctx, actor, record)
			for _, f := range all {
				s.has["flag"] = append(s.has["flag"], f.ID)
			}
			return err
		})
	}
	p.does(t, func(ctx context.Context) error {
		i, err := p.Hours.Bring(ctx, self, record, hour.ItemForm{ID: newID(t), Text: s.words, Hard: true, May: true})
		s.has["item"] = append(s.has["item"], i.ID)
		return err
	})
	p.does(t, func(ctx context.Context) error {
		e, err := p.Plans.NoteEvent(ctx, self, record, plan.LifeEvent{ID: newID(t), Day: "2026-02-03", Words: s.words}, p.Zone)
		s.has["event"] = append(s.has["event"], e.ID)
		return err
	})
	p.does(t, func(ctx context.Context) error {
		g, err := p.Goals.Propose(ctx, self, record, goal.Form{ID: newID(t), Worded: goal.Worded{Words: s.words, Know: s.words}})
		s.has["goal"] = append(s.has["goal"], g.ID)
		return err
	})
	p.fillForm(t, s, self, record)
	p.fillShares(t, s, self)
	p.fillCare(t, s, self)
	p.fillPractice(t, s, self)
	p.does(t, func(ctx context.Context) error {
		all, err := p.Measures.Asks(ctx, self, record)
		for _, a := range all {
			if !slices.Contains(s.has["ask"], a.ID) {
				s.has["ask"] = append(s.has["ask"], a.ID)
			}
		}
		return err
	})
	p.does(t, func(ctx context.Context) error {
		all, err := p.Measures.Newest(ctx, self, record, 5)
		for _, a := range all {
			s.has["answer"] = append(s.has["answer"], a.ID)
		}
		return err
	})
	if by.Role != "leaver" && len(s.has["answer"]) > 0 {
		p.does(t, func(ctx context.Context) error {
			e, err := p.Outcomes.Finish(ctx, actor, record, outcome.FinishForm{ID: newID(t), Ending: outcome.Early}, p.Zone)
			s.has["episode"] = append(s.has["episode"], e.ID)
			return err
		})
	}
	p.does(t, func(ctx context.Context) error {
		c, err := p.Alliances.Of(ctx, self, record)
		for _, step := range c.Steps {
			s.has["checkin"] = append(s.has["checkin"], step.ID)
		}
		return err
	})
	p.does(t, func(ctx context.Context) error {
		all, err := p.Alliances.Markers(ctx, self, record)
		for _, m := range all {
			kind := map[alliance.Side]string{alliance.ByClient: "marker", alliance.ByClinician: "noticed"}[m.Side]
			s.has[kind] = append(s.has[kind], m.ID)
		}
		return err
	})
	p.does(t, func(ctx context.Context) error {
		all, err := p.Sessions.Of(ctx, self, record)
		for _, a := range all {
			if a.End().Before(time.Now()) && a.State == session.Planned {
				s.has["held"] = append(s.has["held"], a.ID)
			}
		}
		return err
	})
}

// fillForm has somebody close to a client fill in a form, with words of theirs.
func (p *product) fillForm(t *testing.T, s *someone, self access.Actor, record access.Compartment) {
	t.Helper()
	var link string
	p.does(t, func(ctx context.Context) error {
		f, to, err := p.Informants.Ask(ctx, self, record, informant.AskForm{ID: newID(t), Instrument: "outside-view", Who: "a friend"})
		s.has["other"], link = append(s.has["other"], f.ID), to
		return err
	})
	p.does(t, func(ctx context.Context) error {
		_, link, _ = strings.Cut(link, "/form/")
		keeps, err := p.Informants.Open(ctx, link)
		if err != nil {
			return err
		}
		n := 1
		_, err = p.Informants.Give(ctx, keeps, instrument.Answers{"q1": &n}, s.words)
		return err
	})
}

func newID(t *testing.T) string {
	t.Helper()
	return uuid.Must(uuid.NewV7()).String()
}

// named is the player with the name.
func (p *product) named(name string) *demo.Player {
	for i := range p.Cast {
		if p.Cast[i].Name == name {
			return &p.Cast[i]
		}
	}
	panic("there is no " + name)
}

func (p *product) find(name string) *someone {
	for _, s := range p.all {
		if s.Name == name || s.Name == "" && s.Role == name {
			return s
		}
	}
	panic("there is no " + name)
}

func (p *product) actor(name string) access.Actor {
	one := p.named(name)
	return demo.Who(one.Practice, one.ID)
}

// treats is who treats the client, by the fixture.
func (p *product) treats(client string) *someone {
	for _, one := range p.Cast {
		if slices.Contains(one.Clients, client) {
			return &someone{Player: one}
		}
	}
	return nil
}

// An answered request.
type answered struct {
	status int
	header http.Header
	body   string
}

// A request of somebody, as a browser sends it.
type sending struct {
	method, path string
	form         url.Values
	kind         string // of the body; empty: a form
	raw          string // the body, if it is no form
	near         bool   // sent on this machine itself
	header       map[string]string
}

// asks sends a request as somebody.
func (p *product) asks(s *someone, a sending) answered {
	body := a.raw
	if a.form != nil {
		body = a.form.Encode()
	}
	r := httptest.NewRequest(a.method, "http://localhost:8420/", strings.NewReader(body))
	u, err := url.ParseRequestURI(a.path)
	if err != nil {
		panic(fmt.Sprintf("%q: %v", a.path, err))
	}
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery, r.RequestURI = u.Path, u.RawPath, u.RawQuery, a.path
	if a.method == http.MethodPost || body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if a.kind != "" {
			r.Header.Set("Content-Type", a.kind)
		}
	}
	if a.near {
		n := p.near.Add(1) / 100 // and not always from one network: nobody is to be told to wait
		r.RemoteAddr = fmt.Sprintf("127.%d.%d.1:4321", n/256%256, n%256)
	}
	if s != nil && s.cookie != "" {
		r.Header.Set("Cookie", "waymark="+s.cookie)
		r.Header.Set("Waymark-Page", p.page(s))
	}
	for name, value := range a.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	p.site.handler.ServeHTTP(w, r)
	return answered{w.Code, w.Result().Header, w.Body.String()}
}

// page is the mark that says of a page that it is of s.
func (p *product) page(s *someone) string {
	return hex.EncodeToString(p.ground.door.Lookup(s.Practice, "page of "+s.ID))
}

func (p *product) gets(s *someone, path string) answered {
	return p.asks(s, sending{method: http.MethodGet, path: path})
}

func (p *product) posts(s *someone, path string, form url.Values) answered {
	return p.asks(s, sending{method: http.MethodPost, path: path, form: form})
}

// kept is everything that is kept, table by table, a line to a row, but what is noted
// of every request.
func (p *product) kept(t *testing.T) map[string]string {
	t.Helper()
	lines := make(map[string][]byte)
	p.tables = rowsIn(t, p.ground.records, p.tables, func(table store.Table) bool {
		return strings.HasPrefix(table.Name, "audit") || table.Name == "sign_in" || table.Name == "throttle"
	}, func(table store.Table, row []any) {
		line := lines[table.Name]
		for _, v := range row {
			switch v := v.(type) {
			case []byte:
				line = hex.AppendEncode(line, v)
			case string:
				line = append(line, v...)
			case int64:
				line = strconv.AppendInt(line, v, 10)
			default:
				line = fmt.Append(line, v)
			}
			line = append(line, '|')
		}
		lines[table.Name] = append(line, '\n')
	})
	all := make(map[string]string, len(lines))
	for table, l := range lines {
		all[table] = string(l)
	}
	return all
}

// eachRow calls f with every row of every table.
func eachRow(t *testing.T, db *store.DB, f func(store.Table, []any)) {
	t.Helper()
	rowsIn(t, db, nil, func(store.Table) bool { return false }, f)
}

// rowsIn calls f with every row of the tables but those that are spared, and returns
// which tables there are; it asks for them if none are given.
func rowsIn(t *testing.T, db *store.DB, tables []store.Table, spared func(store.Table) bool, f func(store.Table, []any)) []store.Table {
	t.Helper()
	tx, err := db.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	if tables == nil {
		if tables, err = tx.Tables(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range tables {
		if spared(table) {
			continue
		}
		if err := rowsOf(t.Context(), tx, table, f); err != nil {
			t.Fatal(err)
		}
	}
	return tables
}

func rowsOf(ctx context.Context, tx *store.Tx, table store.Table, f func(store.Table, []any)) error {
	var columns, key []string
	for _, c := range table.Columns {
		columns = append(columns, c.Name)
		if c.Key > 0 {
			key = append(key, c.Name)
		}
	}
	rows, err := tx.Query(ctx, "SELECT "+strings.Join(columns, ", ")+" FROM "+table.Name+" ORDER BY "+strings.Join(key, ", "))
	if err != nil {
		return err
	}
	for rows.Next() {
		row, to := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return errors.Join(err, rows.Close())
		}
		f(table, row)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// changed names the tables that differ.
func changed(before, after map[string]string) (all []string) {
	for table := range after {
		if before[table] != after[table] {
			all = append(all, table)
		}
	}
	for table := range before {
		if _, there := after[table]; !there {
			all = append(all, table)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
