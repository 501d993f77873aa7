package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
)

// What may be written in a plan, in characters.
const (
	MaxProblem    = 300
	MaxHypothesis = 500  // and of what would speak against it
	MaxApproach   = 160  // in words of their own
	MaxBecause    = 1000 // why this way
	MaxStep       = 200  // of each
	MaxRhythm     = 160
	MaxUnfit      = 1000 // of what does not fit
	MaxPace       = 300  // beside a step
	MaxReason     = 500  // why it is revised
)

// How many of each there may be.
const (
	MostProblems   = 5
	MostHypotheses = 3 // of a problem
	MostSteps      = 12
)

// A Format is who is in the room.
type Format string

// Where is whether they meet in a room.
type Where string

// The formats, and where.
const (
	Individual Format = "individual"
	Couple     Format = "couple"
	Family     Format = "family"
	Group      Format = "group"

	InPerson Where = "in-person"
	Remote   Where = "remote"
	Mixed    Where = "mixed"
)

// Formats are all of them, in the order in which they are offered.
func Formats() []Format { return []Format{Individual, Couple, Family, Group} }

// Wheres are all of them, in the order in which they are offered.
func Wheres() []Where { return []Where{InPerson, Remote, Mixed} }

// Words is the format as it is said.
func (f Format) Words() string {
	switch f {
	case Couple:
		return "with a partner"
	case Family:
		return "with the family"
	case Group:
		return "in a group"
	}
	return "one to one"
}

// Words is it as it is said.
func (w Where) Words() string {
	switch w {
	case Remote:
		return "by video or telephone"
	case Mixed:
		return "sometimes in a room, sometimes by video"
	}
	return "in a room together"
}

// None is the approach that is none for now: a choice like any other.
const None = method.None

// A Hypothesis is how a problem may be understood, and what would speak against
// it. It stays a guess for as long as it stands.
type Hypothesis struct {
	Words   string `json:"words"`
	Against string `json:"against"`
}

// A Problem is something that the work is about, and the way in which both work
// on it. Refs name an entry of the catalogue of methods in one version, "cbt@1".
type Problem struct {
	ID         string       `json:"id"` // UUIDv7, made by the form; stays through all revisions
	Words      string       `json:"words"`
	Goal       string       `json:"goal,omitempty"`       // id of the goal it serves; empty: none
	Concern    string       `json:"concern,omitempty"`    // ref; empty: none of the catalogue
	Hypotheses []Hypothesis `json:"hypotheses,omitempty"` // how it may be understood
	Approach   string       `json:"approach,omitempty"`   // ref; empty: in words of their own
	Own        string       `json:"own,omitempty"`        // those words
	Because    string       `json:"because"`              // why this way
	Steps      []string     `json:"steps,omitempty"`      // from simple to demanding, chosen for this client
}

// NoneNow says whether "none for now" was chosen.
func (p Problem) NoneNow() bool {
	id, _, err := method.ParseRef(p.Approach)
	return err == nil && id == None
}

// Content is what a plan says.
type Content struct {
	Problems []Problem   `json:"problems"`
	Format   Format      `json:"format"`
	Where    Where       `json:"where"`
	Rhythm   string      `json:"rhythm,omitempty"`
	Review   measure.Day `json:"review"` // when both look again
}

// same says whether both say the same.
func (c Content) same(d Content) bool {
	return c.Format == d.Format && c.Where == d.Where && c.Rhythm == d.Rhythm && c.Review == d.Review &&
		slices.EqualFunc(c.Problems, d.Problems, Problem.Same)
}

// Same says whether both say the same.
func (p Problem) Same(q Problem) bool {
	return p.ID == q.ID && p.Words == q.Words && p.Goal == q.Goal && p.Concern == q.Concern && p.Approach == q.Approach &&
		p.Own == q.Own && p.Because == q.Because && slices.Equal(p.Hypotheses, q.Hypotheses) && slices.Equal(p.Steps, q.Steps)
}

// A Revision is the plan as somebody wrote it. Whoever writes it stands for it;
// the client's word is what is still missing.
type Revision struct {
	Content
	Number int64 // from 1; 0: there is no plan yet
	Why    string
	By     string // person id, of somebody who treats the client
	At     time.Time

	signs map[goal.Side]goal.Sign
	Unfit []Unfit // what was said not to fit, oldest first
}

// Signed is the signature of one side, if it was given.
func (r Revision) Signed(by goal.Side) (goal.Sign, bool) {
	if by == goal.ByClinician && r.Number > 0 {
		return goal.Sign{By: r.By, At: r.At}, true
	}
	s, ok := r.signs[by]
	return s, ok
}

// An Unfit is what somebody says does not fit in a plan. Words may be empty: a no
// is enough.
type Unfit struct {
	Words string
	By    string
	Side  goal.Side
	At    time.Time
}

// A Pace is that both went on to a step, or back to an easier one.
type Pace struct {
	ID      string // UUIDv7, made by the form
	Problem string // its id
	Step    string // in its words; empty: before the first
	Words   string // what showed that it was time; may be empty
	By      string
	Side    goal.Side
	At      time.Time
}

// A Plan is the plan of one client as it is now.
type Plan struct {
	Revision
	Paces  []Pace      // in order of time
	Review measure.Day // when both look again: as the plan says, or the last review
	Open   []Detour    // those that are open: while there are any, nothing presses
}

// StepNow says on which of the steps of a problem they are, from 0; -1: before the first.
func (p Plan) StepNow(problem Problem) int {
	for _, pace := range slices.Backward(p.Paces) {
		if pace.Problem != problem.ID {
			continue
		}
		if pace.Step == "" {
			return -1
		}
		if i := slices.Index(problem.Steps, pace.Step); i >= 0 {
			return i
		}
	}
	return -1
}

// Waits says whether the client has neither signed the newest revision nor said
// that something does not fit. It is no duty of theirs.
func (p Plan) Waits() bool {
	if _, ok := p.Signed(goal.ByClient); ok || p.Number == 0 {
		return false
	}
	return !slices.ContainsFunc(p.Unfit, func(u Unfit) bool { return u.Side == goal.ByClient })
}

// A Form is what a clinician fills in to write the plan, or to revise it.
type Form struct {
	From int64 // the revision they were looking at; 0: there was none
	Content
	Why string // why it is revised; needed from the second on
}

// reviewAhead is how many days ahead the next review may be.
const reviewAhead = 366

// check returns f as it can be kept, or what to correct. Fields of the nth problem
// are named "words-n", "because-n" and so on, from 0.
func (f Form) check(today measure.Day) (Form, error) {
	var err error
	switch {
	case len(f.Problems) == 0:
		return f, fault.New(fault.Invalid, "words-0", "Please say what the work is about. One thing is enough.")
	case len(f.Problems) > MostProblems:
		return f, fault.New(fault.Invalid, "", fmt.Sprintf("A plan has at most %d problems. Fewer go better together.", MostProblems))
	}
	f.Problems = slices.Clone(f.Problems)
	seen := map[string]bool{}
	for i := range f.Problems {
		if f.Problems[i], err = f.Problems[i].check(i); err != nil {
			return f, err
		}
		if seen[f.Problems[i].ID] {
			return f, fault.New(fault.Invalid, "id", "This form is not whole. Please open the page again; what you wrote is still here.")
		}
		seen[f.Problems[i].ID] = true
	}
	if !slices.Contains(Formats(), f.Format) {
		return f, fault.New(fault.Invalid, "format", "Please choose who is there.")
	}
	if !slices.Contains(Wheres(), f.Where) {
		return f, fault.New(fault.Invalid, "where", "Please choose where you meet.")
	}
	if f.Rhythm, err = fault.Line("rhythm", f.Rhythm, MaxRhythm); err != nil {
		return f, err
	}
	if err := f.Review.Within("review", today, 0, reviewAhead); err != nil {
		return f, err
	}
	f.Why, err = fault.Text("why", f.Why, MaxReason)
	return f, err
}

// check returns p, the nth, as it can be kept.
func (p Problem) check(n int) (Problem, error) {
	at := func(field string) string { return fmt.Sprintf("%s-%d", field, n) }
	err := fault.FormID(p.ID)
	if err != nil {
		return p, err
	}
	if p.Words, err = fault.Words(at("words"), p.Words, MaxProblem, "Please say what it is about, or take it off."); err != nil {
		return p, err
	}
	for _, ref := range []struct{ field, ref string }{{"concern", p.Concern}, {"approach", p.Approach}} {
		if ref.ref != "" && !isRef(ref.ref) {
			return p, fault.New(fault.Invalid, at(ref.field), "That is not in the catalogue. Please choose once more.")
		}
	}
	if p.Own, err = fault.Line(at("own"), p.Own, MaxApproach); err != nil {
		return p, err
	}
	switch {
	case p.Approach == "" && p.Own == "":
		return p, fault.New(fault.Invalid, at("approach"), "Please choose a way of working, or “none for now”.")
	case p.Approach != "":
		p.Own = ""
	}
	if p.Because, err = fault.Words(at("because"), p.Because, MaxBecause, "Please say why this way: a sentence is enough."); err != nil {
		return p, err
	}
	var kept []Hypothesis
	for i, h := range p.Hypotheses {
		if h.Words, err = fault.Text(fmt.Sprintf("hypothesis-%d-%d", n, i), h.Words, MaxHypothesis); err != nil {
			return p, err
		}
		if h.Against, err = fault.Text(fmt.Sprintf("against-%d-%d", n, i), h.Against, MaxHypothesis); err != nil {
			return p, err
		}
		switch {
		case h.Words == "" && h.Against == "":
		case h.Words == "":
			return p, fault.New(fault.Invalid, fmt.Sprintf("hypothesis-%d-%d", n, i), "Please say what is guessed, or clear what would speak against it.")
		case h.Against == "":
			return p, fault.New(fault.Invalid, fmt.Sprintf("against-%d-%d", n, i), "Please say what would speak against it, so that it stays a guess.")
		default:
			kept = append(kept, h)
		}
	}
	if p.Hypotheses = kept; len(kept) > MostHypotheses {
		return p, fault.New(fault.Invalid, at("hypothesis"), fmt.Sprintf("At most %d guesses for one problem.", MostHypotheses))
	}
	p.Steps, err = stepsOf(at("steps"), p.Steps)
	return p, err
}

// stepsOf are steps as they can be kept: each in one line, none twice.
func stepsOf(field string, steps []string) ([]string, error) {
	var kept []string
	for _, s := range steps {
		s, err := fault.Line(field, s, MaxStep)
		if err != nil {
			return nil, err
		}
		if s == "" || slices.ContainsFunc(kept, func(k string) bool { return strings.EqualFold(k, s) }) {
			continue
		}
		kept = append(kept, s)
	}
	if len(kept) > MostSteps {
		return nil, fault.New(fault.Invalid, field, fmt.Sprintf("At most %d steps. The next ones can come with the next revision.", MostSteps))
	}
	return kept, nil
}

// isRef says whether text names an entry of the catalogue in a version.
func isRef(text string) bool {
	_, version, err := method.ParseRef(text)
	return err == nil && version > 0 && len(text) < 100
}

func planChanged() error {
	return fault.New(fault.Conflict, "", "The plan was revised while you were writing. Both are here, and nothing is lost.")
}

// planRevised is said to whoever signs what is not the newest.
func planRevised() error {
	return fault.New(fault.Conflict, "", "The plan was revised while you were reading it. It is here as it is now, so that you can see what you sign.")
}
