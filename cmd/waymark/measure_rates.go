package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/waymark-care/waymark/internal/change"
)

// measureRatesCmd counts what a service achieved.
type measureRatesCmd struct {
	File string `arg:"" help:"CSV file, one row per finished course of work, or - for standard input."`

	PHQPre  string `name:"phq-pre" placeholder:"COL" help:"Column of the first PHQ-9, or of another measure of depression. Default: phq_pre."`
	PHQPost string `name:"phq-post" placeholder:"COL" help:"Column of the last PHQ-9. Default: phq_post."`
	GADPre  string `name:"gad-pre" placeholder:"COL" help:"Column of the first GAD-7, or of the measure of anxiety that fits the problem. Default: gad_pre."`
	GADPost string `name:"gad-post" placeholder:"COL" help:"Column of the last GAD-7. Default: gad_post."`
	Group   string `placeholder:"COL" help:"Column of a group, counted apart. Default: group, if there is one."`

	PHQCut     float64 `name:"phq-cut" default:"9.5" help:"Above it is a case: 9.5 for 10 or more."`
	PHQAtLeast float64 `name:"phq-at-least" default:"6" help:"A difference of so many points or more is reliable."`
	GADCut     float64 `name:"gad-cut" default:"7.5" help:"Above it is a case: 7.5 for 8 or more."`
	GADAtLeast float64 `name:"gad-at-least" default:"4" help:"A difference of so many points or more is reliable."`

	HoldBack int `placeholder:"N" default:"0" help:"Hold back groups of fewer than N courses, such as 5, before passing the figures on."`
	csvFlags
}

// Help explains the rates.
func (*measureRatesCmd) Help() string {
	return "Prints JSON: how many courses of work, and of these the rates as NHS Talking Therapies for anxiety and depression defines them, each as n, of, " +
		"rate, and the 95 % interval of Wilson (low, high) in which the rate of many such courses lies. Lower is better on both measures.\n\n" +
		"caseAtStart: above the cut on either measure at the start; of all classifiable courses.\n\n" +
		"recovery: a case at the start, and below the cut on both at the end; of the cases at the start.\n\n" +
		"reliableImprovement: reliably better on either measure and reliably worse on none; of all classifiable courses.\n\n" +
		"reliableRecovery: recovery and reliable improvement; of the cases at the start.\n\n" +
		"reliableDeterioration: reliably worse on either and reliably better on none; of all classifiable courses. mixed: better on one and worse on " +
		"the other; noReliableChange: neither.\n\n" +
		"A course is classifiable if all four scores are there. The others are told as notClassifiable and stand in no denominator; the national " +
		"figures keep them in, where they can only count as not recovered, so compare with care.\n\n" +
		"The columns are phq_pre, phq_post, gad_pre, gad_post and group, or nearly (phq9_start, GAD-7 post), or as named. Another measure than GAD-7 " +
		"needs its own cut and threshold. By the published ones, a score that PHQ-9 (0 to 27) or GAD-7 (0 to 21) cannot have is refused: 99 is often a code for none.\n\n" +
		"The file is your own, so nothing is held back unless asked: with --hold-back 5 groups of fewer than five courses are named without figures, and if " +
		"that were a single one, the next smallest as well, since it could be reckoned from the whole. Rates compare services with the same kind of " +
		"clients, if at all; they do not rank people.\n\n" +
		"NHS England, NHS Talking Therapies Manual. NHS Digital, A guide to IAPT data and publications. Gyani A, Shafran R, Layard R, Clark DM. Behav Res Ther " +
		"2013;51:597-606. Wilson EB. J Am Stat Assoc 1927;22:209-212.\n\n" + csvHelp
}

func (m *measureRatesCmd) service() change.Service {
	return change.Service{
		Depression: change.Measure{Cut: m.PHQCut, AtLeast: m.PHQAtLeast},
		Anxiety:    change.Measure{Cut: m.GADCut, AtLeast: m.GADAtLeast},
	}
}

// Validate refuses rules by which nothing can be counted.
func (m *measureRatesCmd) Validate() error {
	if m.HoldBack < 0 {
		return errors.New("--hold-back is 0 or more")
	}
	return cmp.Or(m.csvFlags.Validate(), m.service().Check())
}

// Run counts.
func (m *measureRatesCmd) Run(c *call) error {
	t, err := openTable(c, m.File, m.csvFlags)
	if err != nil {
		return err
	}
	defer t.close()
	var at [4]int
	for i, w := range [...]struct{ given, measure, when string }{
		{m.PHQPre, "phq", "pre"}, {m.PHQPost, "phq", "post"}, {m.GADPre, "gad", "pre"}, {m.GADPost, "gad", "post"},
	} {
		if at[i], err = columnOf(t, w.given, w.measure, w.when); err != nil {
			return err
		}
	}
	group := slices.Index(t.names, "group")
	if m.Group != "" {
		if group, err = t.column(m.Group); err != nil {
			return err
		}
	}
	var all change.Tally
	groups := make(map[string]*change.Tally)
	service := m.service()
	for t.next() {
		of := []*change.Tally{&all}
		if group >= 0 {
			name, err := t.text(group)
			if err != nil {
				return err
			}
			g, ok := groups[name]
			if !ok {
				if len(groups) == maxGroups {
					return t.wrong(group, fmt.Errorf("is one group too many after %d: is the column of the group the right one?", maxGroups))
				}
				g = new(change.Tally)
				groups[strings.Clone(name)] = g
			}
			of = append(of, g)
		}
		if err := countCourse(t, at, service, of); err != nil {
			return err
		}
	}
	if t.err != nil {
		return t.err
	}
	return m.print(c, all, group >= 0, groups)
}

// highest is the highest score that the column can hold: of the PHQ-9 and the
// GAD-7, which it is if it is judged by their published figures. What another
// measure can reach is not known here.
func highest(column int, s change.Service) (measure string, most float64) {
	switch usual := change.TalkingTherapies; {
	case column < 2 && s.Depression == usual.Depression:
		return "PHQ-9", 27
	case column >= 2 && s.Anxiety == usual.Anxiety:
		return "GAD-7", 21
	}
	return "", math.Inf(1)
}

// countCourse adds this row to the tallies.
func countCourse(t *table, at [4]int, service change.Service, to []*change.Tally) error {
	var x [4]float64
	known := true
	for i, column := range at {
		v, ok, err := t.number(column)
		if err != nil {
			return err
		}
		if name, most := highest(i, service); ok && name != "" && (v < 0 || v > most) {
			return t.wrong(column, fmt.Errorf("is outside of the %s, which goes from 0 to %v; leave the cell empty where there is none, or give cut and threshold "+
				"if it is another measure", name, most))
		}
		x[i], known = v, known && ok
	}
	if !known {
		for _, g := range to {
			g.Skip()
		}
		return nil
	}
	o, err := service.Outcome(change.Pair{Pre: x[0], Post: x[1]}, change.Pair{Pre: x[2], Post: x[3]})
	if err != nil {
		return t.wrong(at[0], err)
	}
	for _, g := range to {
		g.Add(o)
	}
	return nil
}

// ratesReport is what is printed.
type ratesReport struct {
	Depression judgedBy `json:"depression"`
	Anxiety    judgedBy `json:"anxiety"`
	change.Rates
	Groups   map[string]change.Rates `json:"groups,omitempty"`
	HeldBack []string                `json:"heldBack,omitempty"`
}

type judgedBy struct {
	Cut     float64 `json:"cut"`
	AtLeast float64 `json:"atLeast"`
}

func (m *measureRatesCmd) print(c *call, all change.Tally, grouped bool, groups map[string]*change.Tally) error {
	r := ratesReport{Depression: judgedBy{m.PHQCut, m.PHQAtLeast}, Anxiety: judgedBy{m.GADCut, m.GADAtLeast}, Rates: all.Rates()}
	if grouped {
		r.HeldBack = heldBack(groups, m.HoldBack)
		r.Groups = make(map[string]change.Rates)
		for name, g := range groups {
			if !slices.Contains(r.HeldBack, name) {
				r.Groups[name] = g.Rates()
			}
		}
	}
	return printJSON(c, r)
}

// heldBack names the groups of fewer than least courses, and the next smallest
// too if that is a single one: the whole less the others would tell it.
func heldBack(groups map[string]*change.Tally, least int) []string {
	names := slices.SortedFunc(maps.Keys(groups), func(a, b string) int {
		return cmp.Or(groups[a].Courses-groups[b].Courses, strings.Compare(a, b))
	})
	n := 0
	for n < len(names) && groups[names[n]].Courses < least {
		n++
	}
	if n == 1 && len(names) > 1 {
		n++
	}
	back := names[:n]
	slices.Sort(back)
	return back
}

// columnOf finds the column of a measure at the start (pre) or the end (post): the
// one that was given, or the one that is called so, or nearly so.
func columnOf(t *table, given, measure, when string) (int, error) {
	if given != "" {
		return t.column(given)
	}
	name := measure + "_" + when
	if slices.Contains(t.names, name) {
		return t.column(name)
	}
	at := -1
	for i, n := range t.names {
		if !meant(n, measure, when) {
			continue
		}
		if at >= 0 {
			return 0, fmt.Errorf("%s, line %d: both %q and %q could be %s; say which with --%s-%s", t.name, t.first, t.names[at], n, name, measure, when)
		}
		at = i
	}
	if at < 0 {
		return 0, fmt.Errorf("%s, line %d: no column is called %s; there are %s; say which it is with --%s-%s",
			t.name, t.first, name, shorten(strings.Join(t.names, ", "), 300), measure, when)
	}
	return at, nil
}

// meant says whether a column called n is the measure at that time, in other
// spelling: phq9_start, "PHQ-9 pre", pre_gad.
func meant(n, measure, when string) bool {
	n = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, n)
	words := []string{"pre", "start", "first"}
	if when == "post" {
		words = []string{"post", "end", "last"}
	}
	full := measure + map[string]string{"phq": "9", "gad": "7"}[measure]
	for _, w := range words {
		if n == measure+w || n == full+w || n == w+measure || n == w+full {
			return true
		}
	}
	return false
}
