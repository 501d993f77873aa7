package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // makes schemas

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/schema"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/store"
)

// A size is how large a practice is made.
type size struct {
	clinicians int // who share the clients; their colleagues have none
	clients    int
	answers    int  // of each client: half PHQ-9, half GAD-7, weekly
	load       int  // the clients of one clinician more, each with a year of both
	savers     int  // of the clients: how many answer while it is measured
	programs   bool // only what other programs do is measured
}

func (s size) total() int { return s.clients*s.answers + s.load*weeksOfYear*2 }

const (
	weeksOfYear = 52
	week        = 7 * 24 * time.Hour
	// oldest is how long ago the practice began: the weeks since then are
	// occasions that nobody has answered, to be answered while it is measured.
	oldest = 2080 * week
	atOnce = 16 // who answers at the same time while the practice is made
)

// A practice is one that was made: a data folder, and who is in it.
type practice struct {
	size    size
	records string // address; empty for SQLite in the data folder
	keys    string
	dir     string
	made    time.Duration

	id      string
	leading string   // the id of the clinician with a year of measures
	manager member   // whoever manages the practice
	savers  []member // some of the clients
	yearly  []member // the clients of leading
	desks   []member // of one clinician each, whose weeks are full
	full    string   // the Monday of that week, and of nobody else's sessions
	walker  walker   // a client with a long way behind them

	programs map[string]string // tokens, by the id of the clinician in whose name they act
}

// A member is a client with what the measuring needs to know.
type member struct {
	id, clinician string
	asks          [2]string // PHQ-9 and GAD-7, answered every week
	open          string    // PHQ-9, asked every week since the beginning and never answered
	first         int64     // how many weeks ago the first of them was answered
	newest        string    // id of an answer
	cookie        string
	mark          string // of whose page something comes from
}

// A maker makes a practice by the domains' own methods, under a clock of its own.
type maker struct {
	*practice
	now      atomic.Int64 // microseconds
	ids      atomic.Int64 // made so far
	db       *store.DB
	apart    *store.DB
	root     *keys.Root
	door     *access.Door
	log      *audit.Log
	accounts *account.Accounts
	people   *person.People
	measures *measure.Measures
	sessions *session.Sessions
}

func (m *maker) clock() time.Time { return time.UnixMicro(m.now.Load()) }

func (m *maker) stand(ctx context.Context, root *keys.Root) (err error) {
	m.root = root
	if m.db, err = store.Open(ctx, m.recordsURL(), root.Derive(keys.UseRecords), schema.Records()); err != nil {
		return err
	}
	if m.apart, err = store.Open(ctx, m.keysURL(), root.Derive(keys.UseKeys), schema.Keys()); err != nil {
		return err
	}
	m.db.Now, m.apart.Now = m.clock, m.clock
	ring, err := keys.NewRing(ctx, m.apart, root)
	if err != nil {
		return err
	}
	signer, err := audit.NewSigner(root.Derive(keys.UseAuditSignature), root.Derive(keys.UseAuditMAC))
	if err != nil {
		return err
	}
	if m.log, err = audit.Open(ctx, m.db, signer); err != nil {
		return err
	}
	if m.door, err = access.NewDoor(m.db, m.log, ring, root.Derive(keys.UseLookup)); err != nil {
		return err
	}
	if m.accounts, err = account.New(m.door, account.Site{Origin: "http://localhost", Name: "Waymark"}); err != nil {
		return err
	}
	m.people = person.New(m.door, m.accounts, "http://localhost")
	m.measures = measure.New(m.door, instrument.NewShelf(m.door))
	m.sessions = session.New(m.door)
	return nil
}

func (m *maker) close() {
	m.apart.Close()
	m.log.Close()
	m.db.Close()
	m.root.Forget()
}

func (p *practice) recordsURL() string {
	if p.records != "" {
		return p.records
	}
	return "sqlite:" + filepath.Join(p.dir, "waymark.db")
}

func (p *practice) keysURL() string {
	if p.keys != "" {
		return p.keys
	}
	return "sqlite:" + filepath.Join(p.dir, "keys", "keys.db")
}

func (p *practice) database() string {
	if p.records != "" {
		return "PostgreSQL"
	}
	return "SQLite"
}

// makePractice makes a practice in dir, on the PostgreSQL server at postgres or,
// if that is empty, on SQLite.
func makePractice(ctx context.Context, s size, dir, postgres string) (*practice, error) {
	began := time.Now()
	p := &practice{size: s, dir: dir}
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return nil, err
	}
	if postgres != "" {
		var err error
		if p.records, err = newSchema(ctx, postgres); err != nil {
			return nil, err
		}
		if p.keys, err = newSchema(ctx, postgres); err != nil {
			return nil, err
		}
	}
	m := &maker{practice: p}
	root, _, err := keys.Create(filepath.Join(dir, "keys"), keys.LockEvaluation(dir))
	if err != nil {
		return nil, err
	}
	if err := m.stand(ctx, root); err != nil {
		return nil, err
	}
	defer m.close()
	if err := m.tell(ctx, time.Now()); err != nil {
		return nil, fmt.Errorf("make a practice: %w", err)
	}
	p.made = time.Since(began)
	return p, m.db.Count(ctx) // or the first minute after so much was written would be measured
}

// newSchema makes a schema of its own, so that no two practices meet.
func newSchema(ctx context.Context, server string) (string, error) {
	name := "bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	db, err := sql.Open("pgx", server)
	if err != nil {
		return "", err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE SCHEMA "+name); err != nil {
		return "", fmt.Errorf("make a schema: %w", err)
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set("search_path", name)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// dropSchema removes what newSchema has made.
func dropSchema(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	db, err := sql.Open("pgx", address)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, "DROP SCHEMA "+u.Query().Get("search_path")+" CASCADE")
	return err
}

// visit does something as one visit.
func (m *maker) visit(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, v := m.door.Visit(ctx)
	if err := do(ctx); err != nil {
		return err
	}
	return v.Settle()
}

// each does something for n at once, as several people would.
func each(n int, do func(i int) error) error {
	var next atomic.Int64
	var once sync.Once
	var failed error
	var all sync.WaitGroup
	for range min(n, atOnce) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if err := do(i); err != nil {
					once.Do(func() { failed = err })
					next.Store(int64(n))
				}
			}
		})
	}
	all.Wait()
	return failed
}

// newID is the id of a form that a browser was given at the time of the clock. The
// clock stands still while much happens, so ids are counted: what came later is
// later.
func (m *maker) newID() string {
	id := uuid.Must(uuid.NewV7())
	ms, n := m.now.Load()/1000, m.ids.Add(1)
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	id[6], id[7] = 0x70|byte(n>>32&0xf), byte(n>>24) // the version stays
	id[9], id[10], id[11] = byte(n>>16), byte(n>>8), byte(n)
	id[8] = 0x80 // and so does the variant
	return id.String()
}

func (m *maker) who(id string) access.Actor {
	return access.Actor{Practice: m.id, ID: id, Fresh: true}
}

// tell lets everything happen that the practice will have seen by end.
func (m *maker) tell(ctx context.Context, end time.Time) error {
	m.id = person.NewPracticeID()
	set := func(at time.Time) { m.now.Store(at.UnixMicro()) }
	set(end.Add(-oldest))
	operator := access.System(m.id, "operator")
	err := m.visit(ctx, func(ctx context.Context) error {
		_, err := m.people.Found(ctx, operator, person.Practice{Slug: "bench", Name: "Bench", Country: "GB", TimeZone: "Europe/London"})
		return err
	})
	if err != nil {
		return err
	}
	clinicians := make([]string, m.size.clinicians+1)
	for i := range clinicians {
		if clinicians[i], err = m.join(ctx, operator, "staff", i, person.Clinician); err != nil {
			return err
		}
	}
	m.leading = clinicians[m.size.clinicians]
	if m.manager.id, err = m.join(ctx, operator, "manager", 0, person.Manager); err != nil {
		return err
	}
	clients := make([]member, m.size.clients)
	m.yearly = make([]member, m.size.load)
	err = each(len(clients), func(i int) error {
		clients[i].clinician = clinicians[i%m.size.clinicians]
		return m.begin(ctx, &clients[i], "client", i, i < m.size.savers)
	})
	if err != nil {
		return err
	}
	err = each(len(m.yearly), func(i int) error {
		m.yearly[i].clinician = m.leading
		return m.begin(ctx, &m.yearly[i], "yearly", i, false)
	})
	if err != nil {
		return err
	}
	if err := m.furnish(ctx, operator); err != nil {
		return err
	}
	m.walker.clinician = clinicians[0]
	if err := m.begin(ctx, &m.walker.member, "walker", 0, false); err != nil {
		return err
	}
	if err := m.letters(ctx); err != nil {
		return err
	}
	first := max(m.size.answers/2, weeksOfYear, longWay)
	for w := first; w > 0; w-- { // interleaved, as they were lived
		if w == 1 {
			set(end.Add(-week - 24*time.Hour))
			if err := m.lastTime(ctx, m.clock()); err != nil {
				return fmt.Errorf("last time: %w", err)
			}
		}
		set(end.Add(-time.Duration(w) * week))
		var now []*member
		if w <= m.size.answers/2 {
			now = append(now, pointers(clients)...)
		}
		if w <= weeksOfYear {
			now = append(now, pointers(m.yearly)...)
		}
		if err := each(len(now), func(i int) error { return m.week(ctx, now[i], int64(w)) }); err != nil {
			return err
		}
		if w <= longWay {
			if err := m.walk(ctx, w); err != nil {
				return fmt.Errorf("walk, %d weeks before the end: %w", w, err)
			}
		}
	}
	if err := m.rooms(ctx, end); err != nil {
		return fmt.Errorf("rooms: %w", err)
	}
	set(end)
	m.savers = clients[:m.size.savers]
	if err := m.planned(ctx); err != nil {
		return err
	}
	if err := m.plan(ctx, end); err != nil {
		return err
	}
	_, err = m.log.Checkpoint(ctx)
	return err
}

func pointers(all []member) []*member {
	out := make([]*member, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}

// join invites somebody and has them accept at once. It returns their id.
func (m *maker) join(ctx context.Context, by access.Actor, kind string, i int, role person.Role) (id string, err error) {
	var link string
	err = m.visit(ctx, func(ctx context.Context) error {
		id, link, err = m.people.Invite(ctx, by, person.InviteForm{
			ID: m.newID(), Name: fmt.Sprintf("%s %d", kind, i), Email: fmt.Sprintf("%s-%d@example.org", kind, i), Roles: []person.Role{role},
		})
		return err
	})
	if err != nil {
		return "", err
	}
	_, link, _ = strings.Cut(link, "/join/")
	return id, m.visit(ctx, func(ctx context.Context) error {
		_, err := m.people.Accept(ctx, link, account.Hashed{}, "")
		return err
	})
}

// begin brings in a client. A saver is asked, every week from then on, what
// nobody answers before the measuring.
func (m *maker) begin(ctx context.Context, c *member, kind string, i int, saver bool) (err error) {
	if c.id, err = m.join(ctx, m.who(c.clinician), kind, i, person.Client); err != nil || !saver {
		return err
	}
	c.open, err = m.ask(ctx, c, "phq-9")
	return err
}

func (m *maker) ask(ctx context.Context, c *member, what string) (string, error) {
	id := m.newID()
	return id, m.visit(ctx, func(ctx context.Context) error {
		_, err := m.measures.Ask(ctx, m.who(c.clinician), access.ClientRecord(c.id), measure.AskForm{
			ID: id, Instrument: what, Rhythm: measure.Weekly, Sooner: true, Reason: "So that you and I can see whether the plan still helps.",
		}, time.UTC)
		return err
	})
}

// week is one week of a client: both questionnaires, of which the first is
// asked for when there was none before. left counts the weeks until now.
func (m *maker) week(ctx context.Context, c *member, left int64) (err error) {
	for i, id := range []string{"phq-9", "gad-7"} {
		if c.asks[i] == "" {
			if c.asks[i], err = m.ask(ctx, c, id); err != nil {
				return err
			}
			c.first = left
		}
		in, ok := instrument.Shipped().Lookup(id, "")
		if !ok {
			return fmt.Errorf("there is no %s", id)
		}
		answer := m.newID()
		err := m.visit(ctx, func(ctx context.Context) error {
			_, err := m.measures.Give(ctx, m.who(c.id), access.ClientRecord(c.id), measure.Answer{
				ID: answer, AskID: c.asks[i], Occasion: c.first - left, Instrument: in.ID, Version: in.Version,
				Items: chosen(in, left), Note: note,
			})
			return err
		})
		if err != nil {
			return err
		}
		c.newest = answer
	}
	return nil
}

// note is what clients write: 200 characters.
const note = "It was a long week. I went out twice, once with a friend, and slept better after that. The mornings are " +
	"still hard, and I put things off that matter to me. I would like to talk about the visit at home."

// chosen are answers that differ from week to week. What cannot wait is never among them.
func chosen(in *instrument.Instrument, left int64) instrument.Answers {
	all := make(instrument.Answers, len(in.Items))
	for i, it := range in.Items {
		v := int(left+int64(i)) % 4
		if i == 8 {
			v = 0
		}
		all[it.ID] = &v
	}
	return all
}

// plan plans the next session of everybody whose page is opened.
func (m *maker) plan(ctx context.Context, now time.Time) error {
	all := append(pointers(m.savers), pointers(m.yearly)...)
	at := now.Truncate(time.Hour).Add(24 * time.Hour)
	next := make(map[string]int, len(all)) // sessions of a clinician, one after the other
	for _, c := range all {
		next[c.clinician]++
		start := at.Add(time.Duration(next[c.clinician]) * time.Hour)
		err := m.visit(ctx, func(ctx context.Context) error {
			_, err := m.sessions.Plan(ctx, m.who(c.clinician), access.ClientRecord(c.id), session.Form{
				ID: m.newID(), Start: start, Length: 50 * time.Minute, Place: "Room 2",
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// letters has every invitation sent, to nowhere: nothing waits in the queue when
// the server starts.
func (m *maker) letters(ctx context.Context) error {
	return each(atOnce, func(int) error {
		q := job.New(m.door)
		q.Handle(post.Send, post.New(m.door, nowhere{}, person.AddressIn).Work)
		_, err := q.Drain(ctx)
		return err
	})
}

// nowhere carries letters nowhere.
type nowhere struct{}

func (nowhere) Carry(context.Context, string, time.Time, post.Letter) error { return nil }

// signIn signs in everybody whose pages are opened, and returns the cookie of
// the leading clinician.
func (p *practice) signIn(ctx context.Context) (leading string, err error) {
	safe, err := keys.Open(filepath.Join(p.dir, "keys"))
	if err != nil {
		return "", err
	}
	root, err := safe.UnlockEvaluation(p.dir)
	if err != nil {
		return "", err
	}
	m := &maker{practice: p}
	m.now.Store(time.Now().UnixMicro())
	if err := m.stand(ctx, root); err != nil {
		return "", err
	}
	defer m.close()
	enter := func(id string) (cookie string, err error) {
		err = m.visit(ctx, func(ctx context.Context) error {
			token, err := m.accounts.Enter(ctx, access.System(p.id, "demo"), id, "")
			cookie = token.Cookie
			return err
		})
		return cookie, err
	}
	all := append(append(pointers(p.savers), pointers(p.yearly)...), &p.manager, &p.walker.member)
	err = each(len(all), func(i int) (err error) {
		all[i].cookie, err = enter(all[i].id)
		all[i].mark = hex.EncodeToString(m.door.Lookup(p.id, "page of "+all[i].id))
		return err
	})
	if err != nil {
		return "", err
	}
	if err := m.letIn(ctx); err != nil {
		return "", err
	}
	return enter(p.leading)
}
