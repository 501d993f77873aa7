// Package demo makes the sample data: a practice at work, or two small ones with
// everybody in them. All of it is made by the domains' own methods under a clock
// that begins months ago and ends now; none of it by SQL.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/enquiry"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/post"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waiting"
)

// Slug is the public address of the sample practice, and of the first of two.
const Slug = "linden-house"

// A Player is somebody of the sample data.
type Player struct {
	Practice string   `json:"practice"`
	ID       string   `json:"id"`
	Role     string   `json:"role"` // clinician, supervisor, manager, client, leaver, invited
	Name     string   `json:"name"`
	Email    string   `json:"email"`
	Note     string   `json:"note,omitempty"`
	Clients  []string `json:"clients,omitempty"` // ids
	URL      string   `json:"url,omitempty"`     // signs them in
	Invite   string   `json:"invite,omitempty"`  // the link of their invitation, as long as nobody has used it
	Token    string   `json:"token,omitempty"`   // lets a program in, in their name
}

// A Story is told by the domains' own methods, in the order of time. Whoever
// tells it has everything below Clock's time.
type Story struct {
	*domains.All
	Door    *access.Door
	Carrier post.Carrier // takes the letters
	Now     time.Time    // when the story ends: now
	At      time.Time    // where it is
	Zone    *time.Location
	Cast    []Player
	IDs     map[string]string // of clients, by name
	asked   map[string]string // ids of enquiries, by name
	events  []event
}

// An event happens to somebody at some time.
type event struct {
	at time.Time
	do func(ctx context.Context) error
}

// Clock is where the story is: the clock of the databases while it is told.
func (s *Story) Clock() time.Time { return s.At }

// Visit does something as one visit.
func (s *Story) Visit(ctx context.Context, do func(ctx context.Context) error) error {
	ctx, v := s.Door.Visit(ctx)
	if err := do(ctx); err != nil {
		return err
	}
	return v.Settle()
}

// then notes that something will happen.
func (s *Story) then(at time.Time, do func(ctx context.Context) error) {
	s.events = append(s.events, event{at, do})
}

// unfold lets everything happen that was noted, also what is noted meanwhile,
// up to now. What that left in the queue is done in the same minute, as it is where
// the product runs: nobody is told of a safety flag hours after it was raised.
func (s *Story) unfold(ctx context.Context) error {
	for len(s.events) > 0 {
		slices.SortStableFunc(s.events, func(a, b event) int { return a.at.Compare(b.at) })
		e := s.events[0]
		s.events = s.events[1:]
		if e.at.After(s.Now) {
			continue
		}
		s.At = e.at
		if err := s.Visit(ctx, e.do); err != nil {
			return fmt.Errorf("on %s: %w", e.at.Format(time.DateOnly), err)
		}
		if err := s.letters(ctx); err != nil {
			return err
		}
	}
	s.At = s.Now
	return nil
}

// NewID is a form's id as a browser would have got it at the time of the story.
func (s *Story) NewID() string {
	id := uuid.Must(uuid.NewV7())
	ms := s.At.UnixMilli()
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id.String()
}

// Who is the person with the given id, who has just said who they are.
func Who(practice, id string) access.Actor {
	return access.Actor{Practice: practice, ID: id, Fresh: true}
}

// Found founds a practice and returns its id.
func (s *Story) Found(ctx context.Context, p person.Practice) (string, error) {
	id := person.NewPracticeID()
	return id, s.Visit(ctx, func(ctx context.Context) error {
		_, err := s.People.Found(ctx, access.System(id, "operator"), p)
		return err
	})
}

// Join invites somebody and has them accept at once. It returns their id.
func (s *Story) Join(ctx context.Context, by access.Actor, name, email string, roles ...person.Role) (string, error) {
	id, link, err := s.Invite(ctx, by, name, email, roles...)
	if err != nil {
		return "", err
	}
	return id, s.Visit(ctx, func(ctx context.Context) error {
		_, err := s.People.Accept(ctx, link, account.Hashed{}, "")
		return err
	})
}

// Invite invites somebody and returns their id and what their link ends with.
func (s *Story) Invite(ctx context.Context, by access.Actor, name, email string, roles ...person.Role) (id, link string, err error) {
	err = s.Visit(ctx, func(ctx context.Context) error {
		id, link, err = s.People.Invite(ctx, by, person.InviteForm{ID: s.NewID(), Name: name, Email: email, Roles: roles})
		return err
	})
	_, link, _ = strings.Cut(link, "/join/")
	return id, link, err
}

// A tale is one client's course.
type tale struct {
	name, email string
	note        string
	weeks       int               // since the first session
	day         int               // of the weekly session: 0 is today, 1 tomorrow
	slot        time.Duration     // and when, after midnight
	phq, gad    []float64         // total at the first week, later ones, and now: drawn as a line between
	pause       [2]int            // weeks without anything, from and to
	critical    map[int]int       // week: answer to item 9
	skip        map[int]bool      // weeks in which nothing was answered, or "not this time"
	words       map[int]string    // week: what the client wrote
	life        map[int]string    // week: what the client noted as having happened
	aid         map[string]string // what was thought through at the first signal, which was then talked about
	link        bool              // whether a link to sign in is printed
}

// tales are the nine clients of the sample practice.
func tales() []tale {
	return []tale{
		{
			name: "Nora Whitfield", email: "nora@example.org", weeks: 37, slot: 10 * time.Hour, link: true,
			note: "nine months along, with two detours and a rest in the summer",
			phq:  []float64{18, 12, 17, 9, 12, 7}, gad: []float64{14, 11, 13, 8, 7, 6}, skip: map[int]bool{11: true, 20: true},
			words: map[int]string{14: "Dad is in hospital. Everything takes twice as long.", 36: "I laughed about it, with Lea."},
			life:  map[int]string{13: "Dad came to hospital", 30: "A new job, four days a week"},
			pause: [2]int{22, 26},
		},
		{
			name: "Tom Osei", email: "tom@example.org", weeks: 24, slot: 9 * time.Hour,
			phq: []float64{15, 11, 9, 6, 5}, gad: []float64{9, 8, 6, 5, 4},
		},
		{
			name: "Sofia Lind", email: "sofia@example.org", weeks: 14, slot: 11*time.Hour + 15*time.Minute,
			note: "slower than most so far",
			phq:  []float64{13, 14, 17, 21}, gad: []float64{9, 10, 13, 15},
			aid: map[string]string{
				"alliance": "She nods a lot. I have not asked whether the exposure is hers or mine.",
				"support":  "Her sister knows nothing of it. She could imagine telling her.",
			},
		},
		{
			name: "Daniel Okafor", email: "daniel@example.org", weeks: 9, slot: 16 * time.Hour, link: true,
			note: "a few weeks in; an answer this week needs a look",
			phq:  []float64{16, 15, 14, 16}, gad: []float64{12, 11, 12}, critical: map[int]int{9: 1},
			words: map[int]string{9: "The nights are long at the moment."},
		},
		{
			name: "Vera Haller", email: "vera@example.org", weeks: 31, slot: 14 * time.Hour,
			note: "paused in the summer and came back",
			phq:  []float64{17, 12, 10, 9, 8}, gad: []float64{11, 9, 8, 7}, pause: [2]int{12, 21},
		},
		{
			name: "Elias Novak", email: "elias@example.org", weeks: 5, day: 1, slot: 15 * time.Hour,
			phq: []float64{11, 10, 8}, gad: []float64{15, 13, 12},
		},
		{
			name: "Ana de Wit", email: "ana@example.org", weeks: 18, day: 2, slot: 17 * time.Hour,
			phq: []float64{9, 8, 5, 4}, gad: []float64{13, 9, 7, 6}, skip: map[int]bool{3: true, 7: true, 8: true, 13: true},
		},
		{
			name: "Priya Shah", email: "priya@example.org", weeks: 0, day: 1, slot: 12*time.Hour + 15*time.Minute, link: true,
			note: "new: her first questions wait for her",
		},
		{
			name: "Jonas Brandt", email: "jonas@example.org", weeks: 1, day: 2, slot: 10 * time.Hour, link: true,
			note: "one session in, and no goal yet",
			phq:  []float64{12, 11}, gad: []float64{8, 8},
		},
	}
}

// Tell tells the story of the sample practice.
func (s *Story) Tell(ctx context.Context) error {
	practice := person.Practice{
		Slug: Slug, Name: "Linden House", Country: "GB", TimeZone: "Europe/London",
		About:   "A small practice for psychotherapy and counselling. You say what should be different, in your own words. We agree on one to three goals and look together, every few weeks, at whether the work helps.",
		Address: "14 Chapel Row, Bristol", Phone: "0117 496 0142", Email: "hello@lindenhouse.example",
		Crisis: "You can ring the practice on weekdays from 9:00 to 17:00 and say that it cannot wait. At other times, the people named on this page are there.",
		Leave:  "https://www.bbc.co.uk/weather",
	}
	s.Zone = practice.Location()
	s.At = s.Now.AddDate(0, -16, 0)
	id, err := s.Found(ctx, practice)
	if err != nil {
		return err
	}
	operator := access.System(id, "operator")
	staff := make(map[string]access.Actor)
	for _, p := range []struct {
		key, name, email, role, note string
		roles                        []person.Role
	}{
		{"manager", "Ruth Keller", "ruth.keller@lindenhouse.example", "manager", "people, settings, who did what; nothing clinical", []person.Role{person.Manager}},
		{"miriam", "Miriam Adler", "miriam@lindenhouse.example", "clinician", "works with all nine clients", []person.Role{person.Clinician}},
		{"james", "James Obi", "james@lindenhouse.example", "clinician", "supervises Miriam, sees what she shows him, and has a client of his own who answers on paper", []person.Role{person.Clinician}},
	} {
		personID, err := s.Join(ctx, operator, p.name, p.email, p.roles...)
		if err != nil {
			return err
		}
		staff[p.key] = Who(id, personID)
		s.Cast = append(s.Cast, Player{Practice: id, ID: personID, Role: p.role, Name: p.name, Email: p.email, Note: p.note})
	}
	miriam, james := staff["miriam"], staff["james"]
	err = s.Visit(ctx, func(ctx context.Context) error {
		return s.People.SetSupervision(ctx, staff["manager"], james.ID, miriam.ID, true)
	})
	if err != nil {
		return err
	}
	if err := s.offer(ctx, miriam); err != nil {
		return err
	}
	if err := s.markerWords(ctx, miriam); err != nil {
		return err
	}
	if err := s.bringAlong(ctx, staff["manager"]); err != nil {
		return err
	}
	if err := s.ownMethod(ctx, james); err != nil {
		return err
	}
	if err := s.ownExercises(ctx, miriam, james); err != nil {
		return err
	}
	if err := s.publicPages(ctx, staff["manager"], miriam, james); err != nil {
		return err
	}
	helen, err := s.Join(ctx, operator, "Helen Ward", "helen@lindenhouse.example", person.Clinician)
	if err != nil {
		return err
	}
	s.past(Who(id, helen))
	for i, t := range tales() {
		s.begin(miriam, t, uint64(i))
	}
	s.ofCardIndex(staff["manager"], james)
	s.elsewhere(miriam)
	s.asks(miriam, james)
	s.booking(staff["manager"], miriam)
	s.comesRound(staff["manager"], miriam)
	if err := s.unfold(ctx); err != nil {
		return err
	}
	if err := s.night(ctx, id); err != nil {
		return err
	}
	if err := s.share(ctx, miriam, james, "Sofia Lind"); err != nil {
		return err
	}
	if err := s.firstTimes(ctx, miriam, james); err != nil {
		return err
	}
	return s.letters(ctx)
}

// share shows one client's course to a supervisor.
func (s *Story) share(ctx context.Context, by, to access.Actor, name string) error {
	return s.Visit(ctx, func(ctx context.Context) error { return s.People.Share(ctx, by, s.IDs[name], to.ID, true) })
}

// letters does what waits in the queue, so that those concerned were told.
func (s *Story) letters(ctx context.Context) error {
	q := job.New(s.Door)
	q.Handle(post.Send, post.New(s.Door, s.Carrier, person.AddressIn).Heed(reminder.Still).Work)
	q.Handle(safety.Tell, s.All.Tell)
	q.Handle(person.EraseJob, s.Endings.EraseWork)
	q.Handle(enquiry.ForgetJob, s.Enquiries.Forget)
	q.Handle(waiting.OfferJob, s.All.OfferTime)
	q.Handle(calendar.ClosedJob, s.All.RollSeries)
	_, err := q.Drain(ctx)
	return err
}

// begin notes the first events of a client's course; each leads to the next.
func (s *Story) begin(clinician access.Actor, t tale, seed uint64) {
	slot := func(week int) time.Time {
		d := calendar.DayOf(s.Now, s.Zone) + calendar.Day(t.day-7*(t.weeks-week))
		if week != t.weeks || t.day > 0 { // today has its sessions on any day of the week
			d = workday(d, t.day)
		}
		return d.At(int(t.slot/time.Minute), s.Zone)
	}
	first := slot(0)
	came := first.AddDate(0, 0, -4)
	dice := rand.New(rand.NewPCG(seed, 7))
	s.then(came, func(ctx context.Context) error {
		id, link, err := s.invited(ctx, clinician, t)
		if err != nil {
			return err
		}
		_, link, _ = strings.Cut(link, "/join/")
		if t.link {
			s.Cast = append(s.Cast, Player{Practice: clinician.Practice, ID: id, Role: "client", Name: t.name, Email: t.email, Note: t.note})
		}
		s.IDs[t.name] = id
		client := access.ClientRecord(id)
		s.then(came.Add(5*time.Hour), func(ctx context.Context) error {
			_, err := s.People.Accept(ctx, link, account.Hashed{}, "Mozilla/5.0 (Linux; Android 15) Firefox/150.0")
			return err
		})
		for i, instrument := range []string{"phq-9", "gad-7"} {
			s.then(came.Add(time.Duration(i+1)*time.Minute), func(ctx context.Context) error {
				_, err := s.Measures.Ask(ctx, clinician, client, measure.AskForm{
					ID: s.NewID(), Instrument: instrument, Rhythm: measure.Weekly, Sooner: true,
					Reason: "So that you and I can see whether the plan still helps.",
				}, s.Zone)
				return err
			})
		}
		s.plan(clinician, client, t, slot, 0)
		s.beside(clinician, Who(clinician.Practice, id), t, slot)
		s.together(clinician, Who(clinician.Practice, id), t, slot, seed)
		s.asksMore(clinician, Who(clinician.Practice, id), t, slot, seed)
		s.towards(clinician, Who(clinician.Practice, id), t, slot)
		s.planned(clinician, Who(clinician.Practice, id), t.name, slot)
		s.holds(clinician, Who(clinician.Practice, id), t, slot)
		s.keepSafe(clinician, Who(clinician.Practice, id), t.name, slot)
		s.laysTable(Who(clinician.Practice, id), t.name)
		s.shows(clinician, Who(clinician.Practice, id), t.name)
		s.practises(clinician, Who(clinician.Practice, id), t.name, slot)
		s.writes(clinician, Who(clinician.Practice, id), t.name, slot)
		s.minutes(clinician, Who(clinician.Practice, id), t, slot)
		s.beginning(clinician, Who(clinician.Practice, id), t.name, came)
		if t.weeks > 0 {
			s.week(clinician, Who(clinician.Practice, id), t, slot, 0, dice)
		}
		s.keepLog(clinician, Who(clinician.Practice, id), t.name, func(after time.Time) time.Time {
			for week := range t.weeks + 2 {
				if slot(week).After(after) {
					return slot(week)
				}
			}
			return after
		})
		return nil
	})
}

// plan plans the session of one week at the end of the one before, and then the next.
func (s *Story) plan(clinician access.Actor, client access.Compartment, t tale, slot func(int) time.Time, week int) {
	if week > t.weeks+1 {
		return
	}
	if week >= t.pause[0] && week < t.pause[1] {
		s.plan(clinician, client, t, slot, week+1)
		return
	}
	start := slot(week)
	ahead := slot(week - 1).Add(50 * time.Minute)
	if week == 0 {
		ahead = start.AddDate(0, 0, -4).Add(10 * time.Minute)
	}
	s.then(ahead, func(ctx context.Context) error {
		a, err := s.Sessions.Plan(ctx, clinician, client, session.Form{ID: s.NewID(), Start: start, Length: 50 * time.Minute, Place: "Linden House, room 2"})
		if err == nil {
			s.attends(clinician, a, t.name, week)
			s.plan(clinician, client, t, slot, week+1)
		}
		return err
	})
}

// week is one week of a client: the answers, a day or two before the session,
// and talking about them.
func (s *Story) week(clinician, client access.Actor, t tale, slot func(int) time.Time, week int, dice *rand.Rand) {
	if week > t.weeks {
		return
	}
	next := func() { s.week(clinician, client, t, slot, week+1, dice) }
	if week >= t.pause[0] && week < t.pause[1] {
		next()
		return
	}
	record := access.ClientRecord(client.ID)
	day := slot(week).AddDate(0, 0, -1).Add(-t.slot)
	answered := day.Add(8*time.Hour + time.Duration(dice.IntN(13*60))*time.Minute)
	s.then(answered, func(ctx context.Context) error {
		defer next()
		if t.skip[week] {
			return s.notThisTime(ctx, client, record)
		}
		due, err := s.Measures.Due(ctx, client, record, s.Zone)
		if err != nil {
			return err
		}
		for _, d := range due {
			if d.Ask.Instrument == mores()[t.name].instrument {
				continue // answered by itself
			}
			line := t.phq
			if d.Ask.Instrument == "gad-7" {
				line = t.gad
			}
			a, err := s.answer(ctx, client, record, d, line, t, week, dice)
			if err != nil {
				return err
			}
			if err := s.Measures.Seen(ctx, client, record, a.ID); err != nil {
				return err
			}
			s.talk(clinician, client, record, a, t, slot(week))
		}
		return nil
	})
}

func (s *Story) notThisTime(ctx context.Context, client access.Actor, record access.Compartment) error {
	due, err := s.Measures.Due(ctx, client, record, s.Zone)
	if err != nil {
		return err
	}
	for _, d := range due {
		if err := s.Measures.Decline(ctx, client, record, d.Ask.ID, d.Occasion); err != nil {
			return err
		}
	}
	return nil
}

// answer gives answers whose total lies near the line.
func (s *Story) answer(ctx context.Context, client access.Actor, record access.Compartment, d measure.Due, line []float64, t tale, week int, dice *rand.Rand) (measure.Answer, error) {
	in, ok := instrument.Shipped().Lookup(d.Ask.Instrument, "")
	if !ok {
		return measure.Answer{}, fmt.Errorf("there is no %s", d.Ask.Instrument)
	}
	total := int(along(line, week, t.weeks) + dice.NormFloat64()*0.9 + 0.5)
	items := make(instrument.Answers)
	free := len(in.Items)
	if d.Ask.Instrument == "phq-9" {
		free-- // the ninth is answered with care
		n := t.critical[week]
		items[in.Items[8].ID] = &n
	}
	for i := range free {
		n := 0
		items[in.Items[i].ID] = &n
	}
	for left := min(max(total, 0), 3*free); left > 0; {
		if n := items[in.Items[dice.IntN(free)].ID]; *n < 3 {
			*n++
			left--
		}
	}
	note := ""
	if d.Ask.Instrument == "phq-9" {
		note = t.words[week]
	}
	return s.Measures.Give(ctx, client, record, measure.Answer{
		ID: s.NewID(), AskID: d.Ask.ID, Occasion: d.Occasion, Instrument: in.ID, Version: in.Version, Items: items, Note: note,
	})
}

// along is the value of a line drawn through points, at one of weeks.
func along(line []float64, week, weeks int) float64 {
	if weeks == 0 || len(line) == 1 {
		return line[0]
	}
	x := float64(week) / float64(weeks) * float64(len(line)-1)
	i := min(int(x), len(line)-2)
	return line[i] + (line[i+1]-line[i])*(x-float64(i))
}

// talk notes that it was talked about in the session: with the aid if a signal is
// open for the first time.
func (s *Story) talk(clinician, client access.Actor, record access.Compartment, a measure.Answer, t tale, session time.Time) {
	if session.After(s.Now) {
		return
	}
	s.then(session.Add(20*time.Minute), func(ctx context.Context) error {
		if len(t.aid) == 0 || a.Instrument != "phq-9" {
			return s.Measures.Talked(ctx, clinician, record, a.ID)
		}
		course, err := s.Measures.Course(ctx, clinician, record, a.Instrument)
		if err != nil {
			return err
		}
		switch _, open := course.Opened(); {
		case open && len(course.Raised) > 1:
			return nil // the stronger one is still to be talked about
		case !open:
			return s.Measures.Talked(ctx, clinician, record, a.ID)
		}
		_, err = s.Measures.TalkAboutSignal(ctx, clinician, record, measure.Talk{
			ID: s.NewID(), Instrument: a.Instrument, AnswerID: a.ID, Day: measure.DayOf(s.At, s.Zone), Aid: t.aid,
		}, s.Zone)
		return err
	})
}

// beside notes what happened meanwhile, and the detours.
func (s *Story) beside(clinician, client access.Actor, t tale, slot func(int) time.Time) {
	record := access.ClientRecord(client.ID)
	for week, words := range t.life {
		s.then(slot(week).Add(-30*time.Hour), func(ctx context.Context) error {
			_, err := s.Plans.NoteEvent(ctx, client, record, plan.LifeEvent{ID: s.NewID(), Day: measure.DayOf(s.At, s.Zone), Words: words}, s.Zone)
			return err
		})
	}
	s.asides(clinician, client, t.name, slot)
}
