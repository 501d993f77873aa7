package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/feed"
	"github.com/waymark-care/waymark/internal/fhir"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/push"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waiting"
	"github.com/waymark-care/waymark/internal/web"
	arrivals "github.com/waymark-care/waymark/internal/web/arrival"
	"github.com/waymark-care/waymark/internal/web/asking"
	practise "github.com/waymark-care/waymark/internal/web/assignment"
	"github.com/waymark-care/waymark/internal/web/away"
	times "github.com/waymark-care/waymark/internal/web/calendar"
	"github.com/waymark-care/waymark/internal/web/care"
	"github.com/waymark-care/waymark/internal/web/client"
	"github.com/waymark-care/waymark/internal/web/clinician"
	"github.com/waymark-care/waymark/internal/web/doing"
	enquiries "github.com/waymark-care/waymark/internal/web/enquiry"
	library "github.com/waymark-care/waymark/internal/web/exercise"
	feeds "github.com/waymark-care/waymark/internal/web/feed"
	"github.com/waymark-care/waymark/internal/web/hour"
	others "github.com/waymark-care/waymark/internal/web/informant"
	"github.com/waymark-care/waymark/internal/web/intake"
	journals "github.com/waymark-care/waymark/internal/web/journal"
	launches "github.com/waymark-care/waymark/internal/web/launch"
	"github.com/waymark-care/waymark/internal/web/method"
	notes "github.com/waymark-care/waymark/internal/web/note"
	desk "github.com/waymark-care/waymark/internal/web/operator"
	"github.com/waymark-care/waymark/internal/web/plan"
	"github.com/waymark-care/waymark/internal/web/profile"
	"github.com/waymark-care/waymark/internal/web/public"
	"github.com/waymark-care/waymark/internal/web/record"
	"github.com/waymark-care/waymark/internal/web/reflect"
	endings "github.com/waymark-care/waymark/internal/web/retention"
	"github.com/waymark-care/waymark/internal/web/self"
	takeouts "github.com/waymark-care/waymark/internal/web/takeout"
	programs "github.com/waymark-care/waymark/internal/web/token"
	vaults "github.com/waymark-care/waymark/internal/web/vault"
	"github.com/waymark-care/waymark/internal/web/way"
)

// A site is what an unlocked server has: the domains, the queue and the pages.
type site struct {
	ground  *ground
	queue   *job.Queue
	office  *post.Office
	handler http.Handler
	// pattern is the route that a request takes, for metrics: never the path,
	// which may hold an id.
	pattern func(*http.Request) string
	notice  func(context.Context) error // notices what was changed of what is public, here or by another node
	refresh func(context.Context) error // notices what was learned

	active  atomic.Int64 // requests being answered
	closing atomic.Bool
}

// nightly is how often it is looked whether a night's work is done. Each is done
// once a night, by whichever node comes first.
const nightly = 3 * time.Hour

// build puts the house together on g: this list is the whole of it.
func build(ctx context.Context, g *ground, c config) (*site, error) {
	s := &site{ground: g, queue: job.New(g.door)}

	// The domains.
	d, err := domains.New(g.door, c.Origin)
	if err != nil {
		return nil, err
	}
	carrier, err := post.NewCarrier(c.Mail, c.MailFrom)
	if err != nil {
		return nil, err
	}
	s.office = post.New(g.door, carrier, person.AddressIn).Heed(reminder.Still)

	// The work for later.
	s.queue.Handle(post.Send, s.office.Work)
	s.queue.Handle(push.Send, d.Wake)
	s.queue.Handle(safety.Tell, d.Tell)
	s.queue.Handle(account.MailLink, d.Accounts.MailLink)
	s.queue.Handle(account.TellLetIn, d.Accounts.TellLetIn)
	s.queue.Handle(person.EraseJob, d.Endings.EraseWork)
	s.queue.Handle(person.MarkJob, d.People.MarkWork)
	s.queue.Handle(enquiry.ForgetJob, d.Enquiries.Forget)
	s.queue.Every(enquiry.TidyJob, enquiry.TidyEvery, d.Enquiries.Tidy)
	s.queue.Every(account.Tidy, time.Hour, d.Accounts.Tidy)
	s.queue.Every(mailHead, mailHeadEvery, heads{g.door, g.log, d.People, c.HeadsTo}.work)
	s.queue.Every(reminder.Job, reminder.Every, d.Remind)
	s.queue.Handle(waiting.OfferJob, d.OfferTime)
	s.queue.Handle(feed.FetchJob, d.ReadBusy)
	s.queue.Every(feed.RoundJob, feed.RoundEvery, d.FeedRound)
	s.queue.Handle(calendar.ClosedJob, d.RollSeries)
	s.queue.Every(calendar.SeriesJob, calendar.SeriesEvery, d.RollSeries)
	s.queue.Every(vault.TidyJob, vault.TidyEvery, d.Vaults.Tidy)
	s.queue.Every(journal.TidyJob, journal.TidyEvery, d.Shares.Tidy)
	s.queue.Every(release.TidyJob, release.TidyEvery, d.Releases.Tidy)
	s.queue.Every(outcome.LearnJob, nightly, d.Outcomes.Learn)
	s.queue.Every(outcome.ReportJob, nightly, d.Outcomes.Count)
	practices, err := d.People.Practices(ctx)
	if err != nil {
		return nil, err
	}
	for id := range practices {
		if err := s.queue.Begin(ctx, id); err != nil {
			return nil, err
		}
		if err := d.Begin(ctx, g.door, id); err != nil {
			return nil, err
		}
	}

	// What is public.
	facts, err := web.ReadFacts(c.publicFile())
	if err != nil {
		return nil, err
	}
	if err := facts.Refresh(ctx, g.door, d.People); err != nil {
		return nil, err
	}
	if err := d.Outcomes.Notice(ctx); err != nil {
		return nil, err
	}
	if c.stage == nil {
		facts.Here = &web.Machine{Stuck: s.stuck, Worries: s.worries, NoMail: c.Mail == ""}
	}
	s.notice = func(ctx context.Context) error { return facts.Notice(ctx, g.door, d.People) }
	s.refresh = d.Outcomes.Notice

	// The pages.
	options := web.Options{
		Secure:     strings.HasPrefix(c.Origin, "https://"),
		Evaluation: g.safe.Evaluation(),
		Source:     c.source(),
		Writable:   g.records.Writable,
	}
	pages := web.NewSite(g.door, d.Accounts, facts, options, routes(g.door, d, facts, c)...)
	s.handler, s.pattern = pages.Handler(), pages.Pattern
	return s, nil
}

// routes are every address, audience by audience.
func routes(door *access.Door, d *domains.All, facts *web.Facts, c config) [][]web.Route {
	api := &fhir.API{Tokens: d.Tokens, People: d.People, Measures: d.Measures, Shelf: d.Shelf, Sessions: d.Sessions, Goals: d.Goals, Facts: facts, Assignments: d.Assignments, Calendars: d.Calendars, Hours: d.Hours, Informants: d.Informants, Intakes: d.Intakes, Logs: d.Logs, Notes: d.Notes, Outcomes: d.Outcomes, Plans: d.Plans, SafetyPlans: d.SafetyPlans, Origin: c.Origin, Version: version, Gate: fhir.NewGate(), Pages: fhir.NewPager(door)}
	all := [][]web.Route{
		(&public.Pages{Facts: facts, People: d.People, Accounts: d.Accounts, Reminders: d.Reminders, Enquiries: d.Enquiries}).Routes(),
		(&others.Pages{Facts: facts, Accounts: d.Accounts, Informants: d.Informants}).Routes(),
		(&self.Pages{People: d.People, Accounts: d.Accounts, Tokens: d.Tokens, Launches: d.Launches, Feeds: d.Feeds, Devices: d.Devices, Pushes: d.Pushes, Machine: facts.Here}).Routes(),
		(&client.Pages{Practice: &practise.Pages{Assignments: d.Assignments, People: d.People, Plans: d.Plans}, SafetyPlans: d.SafetyPlans, Calendars: d.Calendars, Pushes: d.Pushes, Intakes: d.Intakes, Goals: d.Goals, Plans: d.Plans, Reminders: d.Reminders, Informants: d.Informants, Logs: d.Logs, Measures: d.Measures, Flags: d.Flags, Sessions: d.Sessions, People: d.People, Alliances: d.Alliances}).Routes(),
		(&record.Pages{People: d.People, Outcomes: d.Outcomes, Launches: d.Launches}).Routes(),
		(&clinician.Pages{Briefs: d.Briefs, Enquiries: d.Enquiries, Intakes: d.Intakes, Goals: d.Goals, Plans: d.Plans, Informants: d.Informants, Logs: d.Logs, People: d.People, Measures: d.Measures, Flags: d.Flags, Sessions: d.Sessions, Alliances: d.Alliances, Outcomes: d.Outcomes, Mail: c.Mail != "", Machine: facts.Here}).Routes(),
		(&care.Pages{People: d.People, Plans: d.SafetyPlans, Books: d.Nourishing, Calendars: d.Calendars}).Routes(),
		(&hour.Pages{Calendars: d.Calendars, Briefs: d.Briefs, People: d.People, Sessions: d.Sessions, Hours: d.Hours, Methods: d.Methods.In}).Routes(),
		(&reflect.Pages{People: d.People, Briefs: d.Briefs, Reflections: d.Reflections, Measures: d.Measures, Alliances: d.Alliances, Methods: d.Methods.In}).Routes(),
		(&way.Pages{People: d.People, Paths: d.Paths}).Routes(),
		(&intake.Pages{Intakes: d.Intakes, People: d.People, Measures: d.Measures, Methods: d.Methods.In}).Routes(),
		(&notes.Pages{Notes: d.Notes, People: d.People, Methods: d.Methods.In}).Routes(),
		(&enquiries.Pages{Facts: facts, People: d.People, Enquiries: d.Enquiries, Sessions: d.Sessions}).Routes(),
		(&method.Pages{Methods: d.Methods}).Routes(),
		(&library.Pages{Exercises: d.Exercises, Methods: d.Methods.In}).Routes(),
		(&practise.Pages{Assignments: d.Assignments, People: d.People, Plans: d.Plans}).Routes(),
		(&doing.Pages{Exercises: d.Exercises}).Routes(),
		(&asking.Pages{People: d.People, Measures: d.Measures, Informants: d.Informants}).Routes(),
		(&away.Pages{Devices: d.Devices}).Routes(),
		(&vaults.Pages{Vaults: d.Vaults, Releases: d.Releases, Accounts: d.Accounts, People: d.People}).Routes(),
		(&journals.Pages{Vaults: d.Vaults, Shares: d.Shares, Accounts: d.Accounts, People: d.People}).Routes(),
		(&arrivals.Pages{Arrivals: d.Arrivals, People: d.People, Mail: c.Mail != "", Machine: facts.Here}).Routes(),
		(&takeouts.Pages{Takeouts: d.Takeouts, People: d.People, Vaults: d.Vaults, Shares: d.Shares, FHIR: api.Collect}).Routes(),
		(&feeds.Pages{Feeds: d.Feeds, Facts: facts, Origin: c.Origin, Gate: feeds.NewGate()}).Routes(),
		(&programs.Pages{Tokens: d.Tokens, Launches: d.Launches, People: d.People}).Routes(),
		(&launches.Pages{Launches: d.Launches, Origin: c.Origin, Offers: fhir.Offers(), Gate: launches.NewGate()}).Routes(),
		api.Routes(),
		(&endings.Pages{Endings: d.Endings, People: d.People}).Routes(),
		(&times.Pages{Calendars: d.Calendars, Lines: d.Lines, Sessions: d.Sessions, People: d.People}).Routes(),
		(&plan.Pages{Briefs: d.Briefs, People: d.People, Goals: d.Goals, Plans: d.Plans, Intakes: d.Intakes}).Routes(),
		(&profile.Pages{Profiles: d.Profiles, People: d.People, Facts: facts, Door: door}).Routes(),
		(&desk.Pages{People: d.People, Accounts: d.Accounts, Outcomes: d.Outcomes, Shelf: d.Shelf, Facts: facts, Door: door, Mail: c.Mail != ""}).Routes(),
	}
	if c.stage != nil {
		all = append(all, c.stage.routes(d.Accounts))
	}
	return all
}

// source says where a request comes from, for rate limits: the address of the
// connection, or, if that is a proxy that is believed, the last address that it
// names and that is not a proxy itself.
func (c *config) source() func(*http.Request) string {
	proxies, err := c.proxies()
	trusted := func(text string) bool { return err == nil && believed(proxies, text) }
	return func(r *http.Request) string {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		named := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(named) - 1; i >= 0 && trusted(host); i-- {
			if next := strings.TrimSpace(named[i]); next != "" {
				host = next
			}
		}
		return host
	}
}

// sealedPages answers while the server is sealed: what is public, Help now, and
// for everything else that the practice is not open yet. They know only what the
// server itself left in c.publicFile().
func sealedPages(c config) http.Handler {
	facts, err := web.ReadFacts(c.publicFile())
	if err != nil {
		slog.Error("what is public cannot be read", "err", err)
	}
	return public.Sealed(facts, strings.HasPrefix(c.Origin, "https://"))
}

// enter counts a request in, unless the site is closing.
func (s *site) enter() bool {
	s.active.Add(1)
	if s.closing.Load() {
		s.active.Add(-1)
		return false
	}
	return true
}

func (s *site) leave() { s.active.Add(-1) }

// drain lets nobody in any more and waits for those inside.
func (s *site) drain(patience time.Duration) error {
	s.closing.Store(true)
	for until := time.Now().Add(patience); s.active.Load() > 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			return fmt.Errorf("%d requests were still being answered", s.active.Load())
		}
	}
	return nil
}
