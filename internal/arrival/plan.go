package arrival

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

// nobody is said of a client who is not there, and of one who is not theirs to know
// about, in the same words.
const nobody = "is about nobody whom you treat here; please bring the client first"

// A planner finds out what becomes of each item.
type planner struct {
	*plan

	as      *Arrivals
	l       *access.List
	loc     *time.Location
	people  map[string]person.Person // clients whom actor knows, by id
	staff   []person.Person          // who treats clients here
	byName  map[string][]string      // ids of clients, by name in small letters
	byEmail map[string][]string      // and by address
	kept    map[string][]markRow     // what was brought before
	treated map[string]bool          // by whom brings; nil: it does not matter
	inFile  map[string]int           // the item with the mark
	coming  map[string]string        // ids of clients in the file, by what they are called there
	busy    []session.Span           // that the file fills
}

func (as *Arrivals) plan(ctx context.Context, actor access.Actor, f File, loc *time.Location) (*plan, error) {
	p := &planner{
		plan: &plan{
			file: f, about: make([]string, len(f.Items)), marks: make([]string, len(f.Items)), content: make([]string, len(f.Items)),
			recognised: make(map[int]bool), report: Report{Lines: make([]Line, len(f.Items)), Left: f.Left},
		},
		as: as, loc: loc,
		people: make(map[string]person.Person), byName: make(map[string][]string), byEmail: make(map[string][]string),
		inFile: make(map[string]int), coming: make(map[string]string),
	}
	if err := as.ready(ctx, actor); err != nil {
		return p.plan, err
	}
	if actor.IsPerson() {
		if err := as.treatedBy(ctx, actor, p); err != nil {
			return p.plan, err
		}
	}
	return p.plan, as.look(ctx, actor, p)
}

// ready asks whether actor may bring anything in, and has the questionnaires of the
// practice at hand.
func (as *Arrivals) ready(ctx context.Context, actor access.Actor) error {
	tx, err := as.door.Begin(ctx, actor, access.LookArrivals, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	return as.measures.ReadyIn(ctx, tx)
}

// treatedBy notes whose records actor works with.
func (as *Arrivals) treatedBy(ctx context.Context, actor access.Actor, p *planner) error {
	l, err := as.door.BeginList(ctx, actor, access.ListSessions, access.KindClient)
	if err != nil {
		return err
	}
	defer l.Rollback()

	p.treated = make(map[string]bool)
	for _, c := range l.Compartments {
		p.treated[c.Of()] = true
	}
	return nil
}

func (as *Arrivals) look(ctx context.Context, actor access.Actor, p *planner) error {
	l, err := as.door.BeginList(ctx, actor, access.LookArrivals, access.KindPerson)
	if err != nil {
		return err
	}
	defer l.Rollback()

	p.l = l
	all, err := person.ListIn(ctx, l)
	if err != nil {
		return err
	}
	for _, who := range all {
		if who.Staff {
			if who.Clinician {
				p.staff = append(p.staff, who)
			}
			continue
		}
		p.people[who.ID] = who
		p.byName[strings.ToLower(who.Name)] = append(p.byName[strings.ToLower(who.Name)], who.ID)
		if who.Email != "" {
			p.byEmail[strings.ToLower(who.Email)] = append(p.byEmail[strings.ToLower(who.Email)], who.ID)
		}
	}
	return p.all(ctx)
}

// all finds out about each item: clients first, because the others may be about them.
func (p *planner) all(ctx context.Context) error {
	if err := p.remember(ctx); err != nil {
		return err
	}
	for i, it := range p.file.Items {
		if it.Kind == Clients {
			if err := p.one(ctx, i, p.client); err != nil {
				return err
			}
		}
	}
	var marks []string
	for i, it := range p.file.Items {
		if it.Kind != Clients && len(it.Flaws) == 0 {
			p.resolve(i)
			if p.marks[i] != "" {
				marks = append(marks, p.marks[i])
			}
		}
	}
	found, err := marksIn(ctx, p.l, marks)
	if err != nil {
		return err
	}
	for mark, rows := range found {
		p.kept[mark] = rows
	}
	for i, it := range p.file.Items {
		if it.Kind == Clients {
			continue
		}
		if err := p.one(ctx, i, p.within); err != nil {
			return err
		}
	}
	return nil
}

// one fills in the line of an item that has no flaws of its own by find.
func (p *planner) one(ctx context.Context, i int, find func(context.Context, int, *Line) error) error {
	it, l := p.file.Items[i], &p.report.Lines[i]
	l.Where, l.Kind = it.Where, it.Kind
	if it.Kind == Clients {
		l.Who = it.Client.Name
	}
	if l.Flaws = append(l.Flaws, it.Flaws...); len(l.Flaws) > 0 {
		l.Verdict = Wrong
		return nil
	}
	l.Verdict = Fresh
	return find(ctx, i, l)
}

func (l *Line) refuse(column, why string) {
	l.Verdict, l.Flaws = Wrong, append(l.Flaws, Flaw{Column: column, Why: why})
}

// numbered is a number with where it is from: two products may both begin with 1.
func numbered(source, key string) string {
	if key == "" {
		return ""
	}
	return strings.ToLower(source) + "\x00" + key
}

// namesOf are the marks by which a client is found again, the first of which decides.
func (as *Arrivals) namesOf(practice, source string, it Item) []string {
	var all []string
	for _, name := range []struct{ as, text string }{{"id", numbered(source, it.Key)}, {"email", strings.ToLower(it.Client.Email)}, {"name", strings.ToLower(it.Client.Name)}} {
		if name.text != "" {
			all = append(all, as.sum(practice, string(Clients), name.as, name.text))
		}
	}
	return all
}

// numberMark is the mark of a client by their number there.
func (p *planner) numberMark(number string) string {
	return p.as.sum(p.l.Practice, string(Clients), "id", numbered(p.file.Source, number))
}

// remember reads what was brought before of whatever the file names.
func (p *planner) remember(ctx context.Context) error {
	var marks []string
	seen := make(map[string]bool)
	add := func(mark string) {
		if !seen[mark] {
			seen[mark] = true
			marks = append(marks, mark)
		}
	}
	for _, it := range p.file.Items {
		switch it.Kind {
		case Clients:
			if names := p.as.namesOf(p.l.Practice, p.file.Source, it); len(names) > 0 {
				add(names[0])
			}
		case Appointments:
			add(p.numberMark(it.Appointment.Client))
		case Scores:
			add(p.numberMark(it.Score.Client))
		}
	}
	var err error
	p.kept, err = marksIn(ctx, p.l, marks)
	return err
}

func (p *planner) client(ctx context.Context, i int, l *Line) error {
	it := &p.file.Items[i]
	c := &it.Client
	names := p.as.namesOf(p.l.Practice, p.file.Source, *it)
	p.marks[i], p.content[i] = names[0], p.as.sum(p.l.Practice, "client", c.Name, strings.ToLower(c.Email), c.Phone)
	if c.Clinician = p.clinician(c.Clinician, l); l.Verdict == Wrong {
		return nil
	}
	if first, twice := p.inFile[p.marks[i]]; twice {
		p.about[i] = p.about[first]
		if p.content[first] == p.content[i] {
			l.Verdict, l.Note = Same, "stands in the file twice, the first time in "+p.file.Items[first].Where
		} else {
			l.refuse("", "has the same number or address as "+p.file.Items[first].Where+", and says something else")
		}
		return nil
	}
	p.inFile[p.marks[i]] = i
	defer func() {
		for _, name := range []string{it.Key, strings.ToLower(c.Email), strings.ToLower(c.Name)} {
			if _, there := p.coming[name]; name != "" && !there && l.Verdict != Wrong {
				p.coming[name] = p.about[i]
			}
		}
	}()
	if rows := p.kept[p.marks[i]]; len(rows) > 0 {
		p.about[i] = rows[0].rowID
		l.Verdict, l.Note = Same, "is here already"
		if rows[0].content != "" && rows[0].content != p.content[i] {
			p.differs(i, l)
		}
		return nil
	}
	if done := p.here(i, l); done {
		return nil
	}
	p.about[i] = p.as.idFor(p.l.Practice, c.Clinician, p.marks[i])
	gone, err := person.ErasedOf(ctx, p.l.Tx, p.about[i])
	if gone[p.about[i]] {
		l.refuse("", "was erased here for good, and is not brought again")
	}
	return err
}

// differs says how a client who was brought before is written otherwise here.
func (p *planner) differs(i int, l *Line) {
	c, now := p.file.Items[i].Client, p.people[p.about[i]]
	var fields []string
	for _, f := range []struct{ name, here, there string }{
		{"name", strings.ToLower(now.Name), strings.ToLower(c.Name)}, {"e-mail address", strings.ToLower(now.Email), strings.ToLower(c.Email)}, {"phone", now.Phone, c.Phone},
	} {
		if f.there != "" && f.here != f.there {
			fields = append(fields, f.name)
		}
	}
	if len(fields) > 0 {
		l.Verdict, l.Note = Changed, "is here already, with another "+strings.Join(fields, " and another ")
	}
}

// here says whether a client without a mark is somebody whom actor knows already.
func (p *planner) here(i int, l *Line) bool {
	it := p.file.Items[i]
	if email := strings.ToLower(it.Client.Email); email != "" {
		for _, id := range p.byEmail[email] {
			if strings.EqualFold(p.people[id].Name, it.Client.Name) {
				p.about[i], p.recognised[i] = id, true
				l.Verdict, l.Note = Same, "is here already"
				return true
			}
		}
		if len(p.byEmail[email]) > 0 {
			l.refuse("", "has the e-mail address of somebody who is here under another name")
			return true
		}
		return false
	}
	same := p.byName[strings.ToLower(it.Client.Name)]
	switch {
	case len(same) == 0:
		return false
	case it.Key != "":
		l.refuse("", "has the name of a client who is here, and no e-mail address that could tell whether they are the same")
	case len(same) > 1:
		l.refuse("", "has a name that more than one client here has; a number or an e-mail address would tell them apart")
	default:
		p.about[i], p.recognised[i] = same[0], true
		l.Verdict, l.Note = Same, "is here already"
	}
	return true
}

// clinician is the id of whoever text names; empty names whoever the file does.
func (p *planner) clinician(text string, l *Line) string {
	if text == "" {
		return p.file.Clinician
	}
	var found []string
	for _, s := range p.staff {
		if s.ID == text || strings.EqualFold(s.Email, text) || strings.EqualFold(s.Name, text) {
			found = append(found, s.ID)
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case p.file.Clinician != "" && p.file.Clinician == p.l.Actor.ID:
		return p.file.Clinician // they bring their own
	}
	l.refuse("", "is treated by “"+text+"”, who is no clinician of the practice")
	return ""
}

// resolve finds out whom an appointment or a score is about, and its mark.
func (p *planner) resolve(i int) {
	it, l := &p.file.Items[i], &p.report.Lines[i]
	ref := it.Appointment.Client + it.Score.Client // of which one is empty
	of, why := p.who(ref)
	if why == "" && p.treated != nil && !p.treated[of] && !p.willTreat(of) {
		why = nobody
	}
	if why != "" {
		l.Flaws = append(l.Flaws, Flaw{Why: why})
		return
	}
	p.about[i] = of
	var what string
	switch it.Kind {
	case Appointments:
		a := it.Appointment
		at := strconv.FormatInt(a.Start.Unix(), 10)
		what = "at " + of + " " + at
		p.content[i] = p.as.sum(p.l.Practice, "appointment", of, at, a.Length.String(), a.Place, string(a.Attendance))
	case Scores:
		s := &it.Score
		in, ok := p.instrument(s.Instrument)
		if !ok {
			l.Flaws = append(l.Flaws, Flaw{Why: "is of “" + shortened(s.Instrument) + "”, a questionnaire that is not here"})
			return
		}
		s.Instrument = in
		if why := p.answers(s); why != "" {
			l.Flaws = append(l.Flaws, Flaw{Why: why})
			return
		}
		what = "on " + of + " " + string(s.On) + " " + in
		p.content[i] = p.as.sum(p.l.Practice, "score", of, string(s.On), in, strconv.FormatFloat(s.Total, 'f', -1, 64), said(s.items), s.Note)
	case Clients:
	}
	if it.Key != "" {
		what = "id " + numbered(p.file.Source, it.Key)
	}
	p.marks[i] = p.as.sum(p.l.Practice, string(it.Kind), what)
	it.id = p.as.idFor(p.l.Practice, of, p.marks[i])
}

// willTreat says whether the file makes a client whom actor then treats.
func (p *planner) willTreat(of string) bool {
	for i := range p.file.Items { // of which there may be many, and they are large
		it := &p.file.Items[i]
		if it.Kind == Clients && p.about[i] == of && p.report.Lines[i].Verdict == Fresh {
			return it.Client.Clinician == p.l.Actor.ID
		}
	}
	return false
}

// who is the id of the client called ref, or why nobody is.
func (p *planner) who(ref string) (id, why string) {
	small := strings.ToLower(ref)
	if rows := p.kept[p.numberMark(ref)]; len(rows) > 0 {
		return rows[0].rowID, ""
	}
	if _, there := p.people[ref]; there {
		return ref, ""
	}
	for _, name := range []string{ref, small} {
		if id, there := p.coming[name]; there {
			return id, ""
		}
	}
	for _, among := range []map[string][]string{p.byEmail, p.byName} {
		switch found := among[small]; len(found) {
		case 0:
		case 1:
			return found[0], ""
		default:
			return "", "is about “" + shortened(ref) + "”, which more than one client here is called"
		}
	}
	return "", nobody
}

func shortened(text string) string {
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}

// instrument is the id of the questionnaire called name.
func (p *planner) instrument(name string) (string, bool) {
	for _, in := range p.as.measures.Library(p.l.Practice).Newest() {
		for _, called := range []string{in.ID, in.Name, in.TotalLOINC, in.LOINC, in.URL} {
			if called != "" && plain(called) == plain(name) {
				return in.ID, true
			}
		}
	}
	return "", false
}

// within finds out what becomes of an appointment or a score.
func (p *planner) within(ctx context.Context, i int, l *Line) error {
	it := p.file.Items[i]
	l.Who = p.people[p.about[i]].Name
	if l.Who == "" {
		l.Who = it.Appointment.Client + it.Score.Client
	}
	if rows := p.kept[p.marks[i]]; len(rows) > 0 {
		l.Verdict, l.Note = Same, "is here already"
		if rows[0].content != p.content[i] {
			l.Verdict, l.Note = Changed, "was brought before, and said something else then"
		}
		return nil
	}
	if first, twice := p.inFile[p.marks[i]]; twice {
		l.Verdict, l.Note = Same, "stands in the file twice, the first time in "+p.file.Items[first].Where
		if p.content[first] != p.content[i] {
			l.refuse("", "has the same number as "+p.file.Items[first].Where+", and says something else")
		}
		return nil
	}
	p.inFile[p.marks[i]] = i
	if it.Kind == Scores {
		s := it.Score
		r, err := p.as.measures.CheckArrival(p.l.Practice, s.arrival(), p.l.Now, p.loc)
		if err == nil && r.Endorsed() {
			l.Note = "answers a question about danger: please look at it"
		}
		return l.refused(it, err)
	}
	return p.appointment(ctx, i, l)
}

// refused puts what a fault says on the line; every other error is handed on.
func (l *Line) refused(it Item, err error) error {
	fe := faultIn(err)
	if fe == nil || fe.Kind != fault.Invalid && fe.Kind != fault.Conflict {
		return err
	}
	field := fe.Field
	if field == "on" {
		field = "date"
	}
	l.refuse(it.columns[field], fe.Text)
	return nil
}

func (p *planner) appointment(ctx context.Context, i int, l *Line) error {
	a := &p.file.Items[i].Appointment
	if p.file.Clinician == "" {
		l.refuse("", "needs a clinician whose appointment it is")
		return nil
	}
	checked, err := session.CheckArrival(session.Arrival{
		Form:        session.Form{ID: p.file.Items[i].id, Start: a.Start, Length: a.Length, Place: a.Place},
		ClinicianID: p.file.Clinician, Attendance: a.Attendance,
	}, p.l.Now)
	if err != nil {
		return l.refused(p.file.Items[i], err)
	}
	a.Start, a.Place = checked.Start, checked.Place
	ahead := a.Start.Add(a.Length).After(p.l.Now)
	if a.Start.After(p.l.Now) && (a.Attendance == session.Came || a.Attendance == session.Away) {
		l.refuse("", "is yet to come, and cannot have been held or missed")
		return nil
	}
	planned, err := session.PlannedIn(ctx, p.l.Tx, access.ClientRecord(p.about[i]), a.Start, a.Start.Add(time.Minute))
	if err != nil {
		return err
	}
	for _, s := range planned {
		if s.Start.Equal(a.Start) {
			l.Verdict, l.Note = Same, "is planned here already"
			return nil
		}
	}
	if !ahead || a.Attendance != session.Unsaid && a.Attendance != session.Came {
		return nil
	}
	taken, err := session.TakenIn(ctx, p.l.Tx, p.file.Clinician, a.Start, a.Start.Add(a.Length))
	if err != nil {
		return err
	}
	for _, s := range p.busy {
		if s.Start.Before(a.Start.Add(a.Length)) && s.End.After(a.Start) {
			taken = append(taken, s)
		}
	}
	if len(taken) > 0 {
		l.refuse("", fmt.Sprintf("is at a time that is taken already (%s)", taken[0].Start.In(p.loc).Format("2 January 15:04")))
		return nil
	}
	p.busy = append(p.busy, session.Span{Start: a.Start, End: a.Start.Add(a.Length)})
	return nil
}
