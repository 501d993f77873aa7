package arrival

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

// Arrivals bring in what other products kept.
type Arrivals struct {
	door     *access.Door
	people   *person.People
	measures *measure.Measures
}

// New returns the arrivals behind door.
func New(door *access.Door, people *person.People, measures *measure.Measures) *Arrivals {
	return &Arrivals{door: door, people: people, measures: measures}
}

// A Verdict is what becomes of an item.
type Verdict string

// The verdicts.
const (
	Fresh   Verdict = "new"     // it is brought
	Same    Verdict = "same"    // it is here already
	Changed Verdict = "changed" // it is here already, and says something else: nothing is overwritten
	Wrong   Verdict = "wrong"   // it cannot be brought as it is
)

// A Line says what becomes of one item, and why.
type Line struct {
	Where   string
	Kind    Kind
	Verdict Verdict
	Who     string // whom it is about, as far as whoever asks may know
	Flaws   []Flaw // of what is wrong
	Note    string // of what is here already
}

// A Report says what a file would bring, or, once Brought, what it brought.
type Report struct {
	Lines   []Line
	Left    []string // what is in the file and cannot be brought, in words
	Brought bool
}

// Count is how many of the lines have the verdict.
func (r Report) Count(v Verdict) (n int) {
	for _, l := range r.Lines {
		if l.Verdict == v {
			n++
		}
	}
	return n
}

func faultIn(err error) *fault.Error {
	var fe *fault.Error
	if errors.As(err, &fe) {
		return fe
	}
	return nil
}

// Look says what bringing f would do, and keeps nothing. For clinicians, who bring
// clients whom they then treat, and appointments and scores of those whom they treat;
// for whoever manages the practice, who brings clients; and for the operator. Who is
// here already is looked for among those whom actor knows by name: of anybody else
// nothing is learnt.
func (as *Arrivals) Look(ctx context.Context, actor access.Actor, f File, loc *time.Location) (Report, error) {
	p, err := as.plan(ctx, actor, f, loc)
	return p.report, err
}

// Bring does what Look says, and returns what became of each item. Doing it again
// brings nothing twice. A hundred clients at a time are one change, and so are the
// appointments of one client, and the scores: what was brought before something failed
// stays, and is found again.
func (as *Arrivals) Bring(ctx context.Context, actor access.Actor, f File, loc *time.Location) (Report, error) {
	p, err := as.plan(ctx, actor, f, loc)
	if err != nil {
		return p.report, err
	}
	p.report.Brought = true
	var clients []int
	into := make(map[string][]int) // by client
	var order []string
	for i, l := range p.report.Lines {
		switch {
		case l.Kind == Clients && (l.Verdict == Fresh || p.recognised[i]):
			clients = append(clients, i)
		case l.Kind != Clients && l.Verdict == Fresh:
			of := p.about[i]
			if into[of] == nil {
				order = append(order, of)
			}
			into[of] = append(into[of], i)
		}
	}
	for part := range slices.Chunk(clients, atOnce) {
		if err := as.bringClients(ctx, actor, p, part); err != nil {
			return p.report, err
		}
	}
	for _, of := range order {
		for _, kind := range []Kind{Appointments, Scores} {
			if err := as.bringInto(ctx, actor, p, of, kind, into[of], loc); err != nil {
				return p.report, err
			}
		}
	}
	return p.report, nil
}

// atOnce is how many clients one change makes.
const atOnce = 100

// A plan is a report, with what is needed to do what it says.
type plan struct {
	file       File
	report     Report
	about      []string     // ids of the clients whom the items are about
	recognised map[int]bool // clients who are here, and carry no mark of this file yet
	marks      []string     // of the items
	content    []string
}

// sum is a keyed mark of text, which tells nobody what it says.
func (as *Arrivals) sum(practice string, parts ...string) string {
	return hex.EncodeToString(as.door.Lookup(practice, "arrival\x00"+strings.Join(parts, "\x00")))
}

// idFor is the id of what the mark makes for scope: always the same one, so that two
// who bring the same at the same moment make one. It begins with a moment before any
// real one, so that it is never mistaken for when something was made.
func (as *Arrivals) idFor(practice, scope, mark string) string {
	h := sha256.Sum256([]byte(as.sum(practice, "id", scope, mark)))
	id := uuid.UUID(h[:16])
	copy(id[:6], []byte{0x01, 0x6f, 0x5e, 0x66, 0xe8, 0x00}) // 2020-01-01
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

func (as *Arrivals) bringClients(ctx context.Context, actor access.Actor, p *plan, part []int) error {
	var ids []string
	for _, i := range part {
		ids = append(ids, p.about[i])
	}
	if err := as.people.ReadyArrivals(ctx, actor.Practice, ids...); err != nil {
		return err
	}
	return as.keepClients(ctx, actor, p, part)
}

func (as *Arrivals) keepClients(ctx context.Context, actor access.Actor, p *plan, part []int) error {
	tx, err := as.door.Begin(ctx, actor, access.BringClients, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, i := range part {
		c, l := p.file.Items[i].Client, &p.report.Lines[i]
		if l.Verdict == Fresh {
			made, err := as.people.ArriveIn(ctx, tx, person.Arrival{ID: p.about[i], Name: c.Name, Email: c.Email, Phone: c.Phone, ClinicianID: c.Clinician})
			if fe := faultIn(err); fe != nil && fe.Kind == fault.Invalid {
				l.Verdict, l.Flaws = Wrong, []Flaw{{Why: fe.Text}}
				return err
			}
			if err != nil {
				return err
			}
			if !made {
				l.Verdict, l.Note = Same, "is here already"
			}
		}
		for n, mark := range as.namesOf(tx.Practice, p.file.Source, p.file.Items[i]) {
			content := ""
			if n == 0 {
				content = p.content[i]
			}
			if _, err := insertMark(ctx, tx, markRow{mark, access.PersonRecord(p.about[i]), Clients, p.about[i], content}); err != nil {
				return err
			}
		}
	}
	tx.Names("clients " + p.about[part[0]] + " to " + p.about[part[len(part)-1]])
	return tx.Commit()
}

func (as *Arrivals) bringInto(ctx context.Context, actor access.Actor, p *plan, of string, kind Kind, items []int, loc *time.Location) error {
	items = slices.DeleteFunc(slices.Clone(items), func(i int) bool { return p.report.Lines[i].Kind != kind })
	if len(items) == 0 {
		return nil
	}
	var err error
	if kind == Scores {
		err = as.bringScores(ctx, actor, p, of, items, loc)
	} else {
		err = as.bringSessions(ctx, actor, p, of, items)
	}
	if !fault.Is(err, fault.NotFound) {
		return err
	}
	for _, i := range items { // whoever brings them treats them no more
		p.report.Lines[i].Verdict, p.report.Lines[i].Flaws = Wrong, []Flaw{{Why: nobody}}
	}
	return nil
}

func (as *Arrivals) bringSessions(ctx context.Context, actor access.Actor, p *plan, of string, items []int) error {
	tx, err := as.door.Begin(ctx, actor, access.BringSessions, access.ClientRecord(of))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, i := range items {
		a := p.file.Items[i].Appointment
		made, err := session.ArriveIn(ctx, tx, session.Arrival{
			Form:        session.Form{ID: p.file.Items[i].id, Start: a.Start, Length: a.Length, Place: a.Place},
			ClinicianID: p.file.Clinician, Attendance: a.Attendance,
		})
		if err := as.became(ctx, tx, p, i, made, err); err != nil {
			return err
		}
	}
	tx.Names(p.file.Items[items[0]].id + " to " + p.file.Items[items[len(items)-1]].id)
	return tx.Commit()
}

func (as *Arrivals) bringScores(ctx context.Context, actor access.Actor, p *plan, of string, items []int, loc *time.Location) error {
	tx, err := as.door.Begin(ctx, actor, access.BringScores, access.ClientRecord(of))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	for _, i := range items {
		a := p.file.Items[i].Score.arrival()
		a.ID, a.Source = p.file.Items[i].id, p.file.Source
		made, err := as.measures.ArriveIn(ctx, tx, a, loc)
		if err := as.became(ctx, tx, p, i, made, err); err != nil {
			return err
		}
	}
	tx.Names(p.file.Items[items[0]].id + " to " + p.file.Items[items[len(items)-1]].id)
	return tx.Commit()
}

// became notes what became of an item of the record of tx.
func (as *Arrivals) became(ctx context.Context, tx *access.Tx, p *plan, i int, made bool, err error) error {
	l := &p.report.Lines[i]
	if fe := faultIn(err); fe != nil && (fe.Kind == fault.Invalid || fe.Kind == fault.Conflict) {
		l.Verdict, l.Flaws = Wrong, []Flaw{{Why: fe.Text}}
		return nil
	}
	if err != nil {
		return err
	}
	if !made {
		l.Verdict, l.Note = Same, "is here already"
	}
	_, err = insertMark(ctx, tx, markRow{p.marks[i], access.PersonRecord(p.about[i]), l.Kind, p.file.Items[i].id, p.content[i]})
	return err
}
