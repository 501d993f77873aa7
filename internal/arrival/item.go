package arrival

import (
	"fmt"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/session"
)

// A Flaw says what of an item is wrong, and in which column.
type Flaw struct {
	Column string // as the file calls it; empty: the whole of it
	Why    string // goes on after the column: "is not a day …"
}

// An Item is one client, appointment or score that a file brings. Of the three that
// come after Flaws the one that Kind names is filled in.
type Item struct {
	Where string // in the file, in words: "line 3"
	Kind  Kind
	Key   string // what names it where it comes from; empty: nothing does
	Flaws []Flaw

	Client      ClientItem
	Appointment AppointmentItem
	Score       ScoreItem

	id      string            // of what it becomes
	columns map[string]string // of the file, by field
}

// A ClientItem is a client.
type ClientItem struct {
	Name, Email, Phone string
	Clinician          string // who treats them: an id, an address or a name; empty: as the file says
}

// An AppointmentItem is an appointment.
type AppointmentItem struct {
	Client     string // a number there, an address, a name, or an id here
	Start      time.Time
	Length     time.Duration
	Place      string
	Attendance session.Attendance
}

// A ScoreItem is the total of a questionnaire.
type ScoreItem struct {
	Client     string
	Instrument string // a name, an id here or a LOINC code
	On         measure.Day
	Total      float64 // if there are no Answers

	Version string            // of the questionnaire; empty: the newest
	At      time.Time         // the moment, if it is known
	Answers map[string]Answer // by the link ids of the definition
	Note    string            // in the client's own words

	items instrument.Answers
}

// An Answer is what was answered to one question: a code, a number or words.
type Answer struct {
	Code, Text string
	Number     *int
}

// Check says what of a client cannot be kept, and tidies the rest.
func (it *Item) Check() []Flaw {
	c := &it.Client
	checked, err := person.Arrival{ID: madeUp, Name: c.Name, Email: c.Email, Phone: c.Phone}.Check()
	if fe := faultIn(err); fe != nil {
		return []Flaw{{Column: fe.Field, Why: fe.Text}}
	}
	c.Name, c.Email, c.Phone = checked.Name, checked.Email, checked.Phone
	return nil
}

// A File is everything that one file brings, in order.
type File struct {
	Source    string // what the other product is called; may be empty
	Clinician string // id of whoever treats the clients, and whose appointments they are; may be empty for clients
	Items     []Item
	Left      []string // what is in the file and cannot be brought, in words
}

// Options say how a table is read.
type Options struct {
	Kind      Kind
	Map       Mapping
	Order     Order
	Minutes   int    // length of an appointment that says none; 0: it is wrong then
	Source    string // as in File
	Clinician string
	Location  *time.Location
}

// Read turns the rows of t into items. What is missing of the mapping is fault.Invalid
// at the field's name; days that need an order are fault.Invalid at "dates".
func Read(t *Table, o Options) (File, error) {
	f := File{Source: o.Source, Clinician: o.Clinician}
	var err error
	if f.Source, err = fault.Line("source", o.Source, measure.MaxSource); err != nil {
		return f, err
	}
	for _, field := range FieldsOf(o.Kind) {
		at, there := o.Map[field.Name]
		if there && (at < 0 || at >= len(t.Names)) {
			return f, fault.New(fault.Invalid, field.Name, "There is no such column in this file.")
		}
		if field.Needed && !there {
			return f, fault.New(fault.Invalid, field.Name, "Please say which column this is in.")
		}
	}
	if len(FieldsOf(o.Kind)) == 0 {
		return f, fault.New(fault.Invalid, "kind", "Please say what the file holds.")
	}
	_, name := o.Map["name"]
	_, first := o.Map["first"]
	_, last := o.Map["last"]
	if o.Kind == Clients && !name && !first && !last {
		return f, fault.New(fault.Invalid, "name", "Please say which column has the name.")
	}
	for _, left := range o.Map.Left(t.Names) {
		f.Left = append(f.Left, "the column “"+left+"”")
	}
	r := reader{t: t, o: o, columns: make(map[string]string)}
	for field, at := range o.Map {
		r.columns[field] = t.Names[at]
	}
	for _, row := range t.Rows {
		f.Items = append(f.Items, r.item(row))
	}
	if r.unordered {
		return f, fault.New(fault.Invalid, "dates", "Days in this file are written in figures, such as "+r.example+". Please say whether the day or the month comes first.")
	}
	return f, nil
}

type reader struct {
	t         *Table
	o         Options
	unordered bool
	example   string
	columns   map[string]string
}

// A line is one row that is being read.
type line struct {
	*reader
	row  Row
	item Item
}

func (l *line) has(field string) bool { return l.cell(field) != "" }

func (l *line) cell(field string) string {
	if at, there := l.o.Map[field]; there {
		return l.row.Cells[at]
	}
	return ""
}

// wrong notes what is wrong with the cell of a field.
func (l *line) wrong(field string, err error) {
	if err == nil {
		return
	}
	column := field
	if at, there := l.o.Map[field]; there {
		column = l.t.Names[at]
	}
	why := err.Error()
	if fe := faultIn(err); fe != nil {
		why = fe.Text
	}
	if err == errOrder { //nolint:errorlint // made here
		l.unordered = true
		l.example = l.cell(field)
	}
	l.item.Flaws = append(l.item.Flaws, Flaw{Column: column, Why: why})
}

func (r *reader) item(row Row) Item {
	l := line{reader: r, row: row, item: Item{Where: fmt.Sprintf("line %d", row.Line), Kind: r.o.Kind, columns: r.columns}}
	if row.Wrong != "" {
		l.item.Flaws = []Flaw{{Why: row.Wrong}}
		return l.item
	}
	key, err := fault.Line("id", l.cell("id"), 200)
	l.wrong("id", err)
	l.item.Key = key
	switch r.o.Kind {
	case Clients:
		l.client()
	case Appointments:
		l.appointment()
	case Scores:
		l.score()
	}
	return l.item
}

func (l *line) client() {
	c := &l.item.Client
	c.Name = l.cell("name")
	if first := strings.TrimSpace(l.cell("first") + " " + l.cell("last")); first != "" {
		c.Name = first
	}
	c.Email, c.Phone, c.Clinician = l.cell("email"), l.cell("phone"), l.cell("clinician")
	for _, f := range l.item.Check() {
		if _, there := l.o.Map["name"]; f.Column == "name" && !there {
			f.Column = "last"
		}
		l.wrong(f.Column, fault.New(fault.Invalid, f.Column, f.Why))
	}
}

// madeUp stands for an id that is known later.
const madeUp = "01890a5d-ac96-774b-bcce-b302099a8057"

func (l *line) appointment() {
	a := &l.item.Appointment
	a.Client = l.cell("client")
	if a.Client == "" {
		l.wrong("client", fault.New(fault.Invalid, "client", "is empty"))
	}
	var err error
	if !l.has("start") {
		l.wrong("start", fault.New(fault.Invalid, "start", "is empty"))
	} else if a.Start, err = moment(l.cell("start"), l.cell("time"), l.o.Order, l.o.Location); err != nil {
		l.wrong("start", err)
	}
	l.lasts(a)
	a.Place = l.cell("place")
	a.Attendance, err = attendance(l.cell("status"))
	l.wrong("status", err)
}

// lasts reads how long a lasts.
func (l *line) lasts(a *AppointmentItem) {
	var err error
	switch {
	case l.has("length"):
		a.Length, err = minutes(l.cell("length"))
		l.wrong("length", err)
	case l.has("end") && !a.Start.IsZero():
		var end time.Time
		local := a.Start.In(l.o.Location)
		if h, m, bad := timeOf(l.cell("end")); bad == nil {
			end = time.Date(local.Year(), local.Month(), local.Day(), h, m, 0, 0, l.o.Location)
		} else if end, err = moment(l.cell("end"), "", l.o.Order, l.o.Location); err != nil {
			l.wrong("end", err)
			return
		}
		if a.Length = end.Sub(a.Start); a.Length <= 0 {
			l.wrong("end", fault.New(fault.Invalid, "end", "is not after the beginning"))
		}
	case l.o.Minutes > 0:
		a.Length = time.Duration(l.o.Minutes) * time.Minute
	case !a.Start.IsZero():
		l.wrong("length", fault.New(fault.Invalid, "length", "is not there, and no usual length was given"))
	}
}

// attendance reads what became of an appointment. One that was called off without a word
// on when was so in good time.
func attendance(cell string) (session.Attendance, error) {
	switch plain(cell) {
	case "", "planned", "scheduled", "booked", "confirmed", "pending", "open", "active", "geplant", "bestatigt", "bestätigt":
		return session.Unsaid, nil
	case "held", "came", "attended", "arrived", "completed", "complete", "done", "fulfilled", "finished", "show", "present", "wahrgenommen", "erledigt", "gehalten":
		return session.Came, nil
	case "missed", "noshow", "dna", "didnotattend", "absent", "nichterschienen", "versaumt", "versäumt":
		return session.Away, nil
	case "late", "latecancel", "latecancelled", "latecanceled", "cancelledlate", "canceledlate", "latecancellation":
		return session.Late, nil
	case "cancelled", "canceled", "cancel", "cancellation", "abgesagt", "storniert", "annule", "cancelado":
		return session.Early, nil
	}
	return "", fault.New(fault.Invalid, "status", "is not one of held, cancelled, late, missed or planned")
}

func (l *line) score() {
	s := &l.item.Score
	s.Client, s.Instrument = l.cell("client"), l.cell("instrument")
	for _, field := range []string{"client", "instrument", "date", "score"} {
		if !l.has(field) {
			l.wrong(field, fault.New(fault.Invalid, field, "is empty"))
		}
	}
	if l.has("date") {
		cell := l.cell("date")
		if at, _, timed := strings.Cut(strings.Replace(cell, "T", " ", 1), " "); timed && strings.Contains(cell, ":") {
			cell = at // the time of day is not kept
		}
		y, m, d, err := day(cell, l.o.Order)
		l.wrong("date", err)
		if err == nil {
			s.On = measure.DayOf(time.Date(y, m, d, 12, 0, 0, 0, l.o.Location), l.o.Location)
		}
	}
	if l.has("score") {
		var err error
		s.Total, err = number(l.cell("score"))
		l.wrong("score", err)
	}
}
