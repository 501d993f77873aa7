package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/change"
)

// measureChangeCmd judges pairs of scores by a method of reliable change.
type measureChangeCmd struct {
	File  string `arg:"" help:"CSV file, one row per person, or - for standard input."`
	Pre   string `required:"" placeholder:"COL" help:"Column of the first score."`
	Post  string `required:"" placeholder:"COL" help:"Column of the last score."`
	Group string `placeholder:"COL" help:"Column of a group, counted apart with --summary."`

	Method          string   `enum:"jt,en,gln,hll,nk" default:"jt" help:"jt, en, gln, hll or nk; see above."`
	SD              *float64 `name:"sd" placeholder:"S" help:"Standard deviation of the scores in the reference sample."`
	Reliability     *float64 `placeholder:"R" help:"Reliability, from 0 to below 1; the test-retest one where there is one."`
	ReliabilityPost *float64 `placeholder:"R2" help:"Reliability of the second measurement, for nk. Default: the first."`
	Mean            *float64 `placeholder:"M" help:"Mean of the reference sample, to which scores regress. All methods but jt need it."`

	Direction  string    `required:"" enum:"lower,higher" placeholder:"lower|higher" help:"Which is better."`
	Cut        *float64  `placeholder:"X" help:"Cut between the clinical and the functional side. A caseness of 10 or more is 9.5."`
	Cutoff     string    `enum:",a,b,c" default:"" help:"Reckon the cut from norms: a, b or c; see above."`
	Clinical   []float64 `placeholder:"M,SD" sep:"," help:"Mean and standard deviation of the clinical population, for a and c."`
	Functional []float64 `placeholder:"M,SD" help:"Mean and standard deviation of the functional population, for b and c."`

	Confidence float64  `default:"0.95" help:"How sure: the index must exceed the quantile of the normal distribution, 1.96 for 0.95."`
	Threshold  *float64 `placeholder:"T" help:"With jt: a difference of more than T points is reliable, in place of the sample's own."`
	AtLeast    *float64 `placeholder:"T" help:"With jt: a difference of T points or more is reliable, as published: 6 for PHQ-9, 4 for GAD-7."`
	Summary    bool     `help:"Print the counts as JSON instead of the rows."`
	csvFlags

	ref  change.Reference
	rule change.Rule
}

// Help explains the methods.
func (*measureChangeCmd) Help() string {
	return "Prints the file again with two columns more: rci, the reliable change index, and category. With x1 and x2 the two scores, s, r and M " +
		"standard deviation, reliability and mean of the reference sample (--sd, --reliability, --mean), r2 the reliability of the second " +
		"measurement (--reliability-post):\n\n" +
		"jt: (x2-x1) / (s sqrt(2) sqrt(1-r)). Jacobson and Truax 1991. The usual one, and the one to take if in doubt: it expects no regression.\n\n" +
		"en: (x2 - (r(x1-M)+M)) / (s sqrt(1-r)). Edwards et al. 1978 after Nunnally; Speer 1992. Holds the last score against the estimated true " +
		"first score. Judges change most freely.\n\n" +
		"gln: ((x2-M) - r(x1-M)) / (s sqrt(1-r^2)). Gulliksen, Lord and Novick; Hsu 1989. Expects extreme scores to move to the mean by themselves.\n\n" +
		"hll: as gln, with the mean of the last scores in the first bracket. Hsu, Linn and Lord; Hsu 1989. Asks who changed otherwise than the whole " +
		"file did: the mean is taken from the rows that have both scores.\n\n" +
		"nk: (x2 - (r(x1-M)+M)) / sqrt(r^2 s^2 (1-r) + s^2 (1-r2)). Nunnally and Kotsch 1983. As gln, with errors of both measurements of their own.\n\n" +
		"A change is reliable if the index exceeds the quantile for --confidence, or, with jt and a threshold, if the difference exceeds --threshold " +
		"or reaches --at-least. The sign of the index says which way. Categories: recovered (reliably better, from the clinical side of the cut to " +
		"the functional), improved (reliably better), unchanged, deteriorated (reliably worse), harmed (reliably worse, from the functional side to the " +
		"clinical). All inequalities are strict: a score on the cut is on neither side. An empty score: an empty rci and \"not classifiable\".\n\n" +
		"The cut (Jacobson and Truax 1991), d = -1 where lower is better and 1 where higher is: a: Mc + d 2 sc. b: Mf - d 2 sf, the functional deviation. " +
		"c: (sc Mf + sf Mc) / (sc+sf).\n\n" +
		"Jacobson NS, Truax P. J Consult Clin Psychol 1991;59:12-19. Speer DC. J Consult Clin Psychol 1992;60:402-408. Hsu LM. Behav Assess " +
		"1989;11:459-467. Nunnally JC, Kotsch WE. Br J Clin Psychol 1983;22:83-93. Compared in Atkins DC et al. J Consult Clin Psychol 2005;73:982-989. " +
		"Edwards DW et al. Eval Q 1978;2:275.\n\n" + csvHelp + " Nothing is printed before the whole file was found to be in order; for that a file is read twice, and standard input is " +
		"kept in memory, up to 64 MiB. The output parts cells and writes decimals as the file does."
}

// Validate refuses what no change can be judged by, before anything is read.
func (m *measureChangeCmd) Validate() error {
	if err := m.csvFlags.Validate(); err != nil {
		return err
	}
	if err := m.setRule(); err != nil {
		return err
	}
	if m.SD == nil && m.Reliability == nil && m.byPoints() {
		return nil // no index, categories alone
	}
	switch {
	case m.SD == nil || m.Reliability == nil:
		return errors.New("--sd and --reliability are needed (with --method jt and --threshold or --at-least both may be left out; rci is then empty)")
	case m.Mean == nil && m.Method != "jt":
		return fmt.Errorf("--method %s needs --mean", m.Method)
	}
	m.ref = change.Reference{SD: *m.SD, Reliability: *m.Reliability, ReliabilityPost: *m.Reliability}
	if m.Mean != nil {
		m.ref.Mean = *m.Mean
	}
	if m.ReliabilityPost != nil {
		m.ref.ReliabilityPost = *m.ReliabilityPost
	}
	_, err := change.NewIndex(change.Method(m.Method), m.ref)
	return err
}

// byPoints says that a threshold in points decides and not the index.
func (m *measureChangeCmd) byPoints() bool { return m.Threshold != nil || m.AtLeast != nil }

func (m *measureChangeCmd) setRule() (err error) {
	m.rule = change.Rule{Better: change.LowerIsBetter}
	if m.Direction == "higher" {
		m.rule.Better = change.HigherIsBetter
	}
	if m.rule.Cut, err = m.cut(); err != nil {
		return err
	}
	if m.rule.Limit, err = change.Z(m.Confidence); err != nil {
		return err
	}
	switch {
	case m.Threshold != nil && m.AtLeast != nil:
		return errors.New("--threshold (more than) and --at-least (so many or more) exclude each other")
	case m.byPoints() && m.Method != "jt":
		return errors.New("a threshold in points goes with --method jt alone")
	case m.Threshold != nil:
		m.rule.Limit = *m.Threshold
	case m.AtLeast != nil:
		m.rule.Limit, m.rule.OrMore = *m.AtLeast, true
	}
	return m.rule.Check()
}

// cut is the one that was given or follows from the norms.
func (m *measureChangeCmd) cut() (float64, error) {
	if (m.Cut == nil) == (m.Cutoff == "") {
		return 0, errors.New("either --cut or --cutoff is needed")
	}
	if m.Cut != nil {
		return *m.Cut, nil
	}
	norm := func(flag string, given []float64) (change.Norm, error) {
		if len(given) != 2 {
			return change.Norm{}, fmt.Errorf("--cutoff %s needs --%s M,SD, a mean and a standard deviation", m.Cutoff, flag)
		}
		return change.Norm{Mean: given[0], SD: given[1]}, nil
	}
	clinical, noClinical := norm("clinical", m.Clinical)
	functional, noFunctional := norm("functional", m.Functional)
	switch m.Cutoff {
	case "a":
		if noClinical != nil {
			return 0, noClinical
		}
		return change.CutA(clinical, m.rule.Better)
	case "b":
		if noFunctional != nil {
			return 0, noFunctional
		}
		return change.CutB(functional, m.rule.Better)
	}
	if err := errors.Join(noClinical, noFunctional); err != nil {
		return 0, err
	}
	return change.CutC(clinical, functional)
}

// Run reads the file once to see that all of it is in order, and then again to
// print.
func (m *measureChangeCmd) Run(c *call) error {
	file, err := rereadable(c, m.File, m.csvFlags)
	if err != nil {
		return err
	}
	all := newTallies()
	mean := 0.0 // of the last scores of those that have both
	j := &judge{rule: m.rule, points: m.byPoints()}
	if m.SD != nil {
		index, err := change.NewIndex(change.Method(m.Method), m.ref)
		if err != nil {
			return err
		}
		j.index = &index
	}
	err = m.each(file, j, func(_ *table, r judged) error {
		if r.category != change.NotClassifiable {
			mean += (r.post - mean) / float64(all.rows-all.counts[change.NotClassifiable]+1)
		}
		return all.add(r)
	})
	if err != nil {
		return err
	}
	if change.Method(m.Method) == change.HLL {
		m.ref.PostMean = mean
		index, err := change.NewIndex(change.HLL, m.ref)
		if err != nil {
			return err
		}
		j.index, all = &index, newTallies()
		if m.Summary {
			if err := m.each(file, j, func(_ *table, r judged) error { return all.add(r) }); err != nil {
				return err
			}
		}
	}
	if m.Summary {
		return m.printSummary(c, all)
	}
	return m.printRows(c, file, j)
}

// A judge knows the method and the rule.
type judge struct {
	index  *change.Index // nil: none, points alone
	rule   change.Rule
	points bool // the rule's limit is in points, and not in units of the index
}

// judged is what became of one row.
type judged struct {
	post, rci float64
	hasRCI    bool
	category  change.Category
	group     string
}

// each judges every row of the file.
func (m *measureChangeCmd) each(file *csvFile, j *judge, do func(*table, judged) error) error {
	t, err := file.open()
	if err != nil {
		return err
	}
	defer t.close()
	pre, err1 := t.column(m.Pre)
	post, err2 := t.column(m.Post)
	group, err3 := -1, error(nil)
	if m.Group != "" {
		group, err3 = t.column(m.Group)
	}
	if err := cmp.Or(err1, err2, err3); err != nil {
		return err
	}
	if !m.Summary {
		for i, n := range t.names {
			if n == "rci" || n == "category" {
				return fmt.Errorf("%s, line %d, column %d: it is called %q already, which is what the new one will be called; rename it first", t.name, t.first, i+1, n)
			}
		}
	}
	for t.next() {
		r, err := j.row(t, pre, post)
		if err == nil && group >= 0 {
			r.group, err = t.text(group)
		}
		if err == nil {
			err = do(t, r)
		}
		if err != nil {
			return err
		}
	}
	return t.err
}

func (j *judge) row(t *table, pre, post int) (r judged, err error) {
	x1, ok1, err := t.number(pre)
	if err != nil {
		return r, err
	}
	x2, ok2, err := t.number(post)
	if err != nil {
		return r, err
	}
	if !ok1 || !ok2 {
		r.category = change.NotClassifiable
		return r, nil
	}
	r.post = x2
	if j.index != nil {
		if r.rci, err = j.index.Of(x1, x2); err != nil {
			return r, t.wrong(post, err)
		}
		r.hasRCI = true
	}
	moved := r.rci
	if j.points {
		moved = x2 - x1
	}
	if r.category, err = j.rule.Category(moved, x1, x2); err != nil {
		return r, t.wrong(post, err)
	}
	return r, nil
}

// printRows prints the file again with what became of each row.
func (m *measureChangeCmd) printRows(c *call, file *csvFile, j *judge) error {
	out := bufio.NewWriterSize(c.out, 1<<16)
	var line []byte
	begun := false
	begin := func(t *table) error {
		begun = true
		line = appendRow(line[:0], t.names, t.comma)
		line = appendCell(append(line, byte(t.comma)), "rci", t.comma)
		line = appendCell(append(line, byte(t.comma)), "category", t.comma)
		_, err := out.Write(append(line, '\n'))
		return err
	}
	err := m.each(file, j, func(t *table, r judged) error {
		if !begun {
			if err := begin(t); err != nil {
				return err
			}
		}
		line = append(appendRow(line[:0], t.row, t.comma), byte(t.comma))
		if r.hasRCI {
			from := len(line)
			line = strconv.AppendFloat(line, r.rci, 'g', -1, 64)
			if t.decimal == ',' {
				if i := slices.Index(line[from:], '.'); i >= 0 {
					line[from+i] = ','
				}
				if t.comma == ',' {
					line = append(slices.Insert(line, from, '"'), '"')
				}
			}
		}
		line = append(append(append(line, byte(t.comma)), r.category...), '\n')
		_, err := out.Write(line)
		return err
	})
	if err == nil && !begun {
		err = headOnly(file, begin)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// headOnly is for a file without rows: its names are printed all the same.
func headOnly(file *csvFile, begin func(*table) error) error {
	t, err := file.open()
	if err != nil {
		return err
	}
	defer t.close()
	return begin(t)
}

// changeSummary is what --summary prints.
type changeSummary struct {
	Method      string   `json:"method,omitempty"`
	Direction   string   `json:"direction"`
	Cut         float64  `json:"cut"`
	Cutoff      string   `json:"cutoff,omitempty"`
	Confidence  *float64 `json:"confidence,omitempty"` // where it decides
	Z           *float64 `json:"z,omitempty"`
	SEM         *float64 `json:"sem,omitempty"`
	Sdiff       *float64 `json:"sdiff,omitempty"`
	Threshold   *float64 `json:"threshold,omitempty"` // of jt, in points: more than
	AtLeast     *float64 `json:"atLeast,omitempty"`   // in points: so many or more
	PostMean    *float64 `json:"postMean,omitempty"`  // of hll
	rowsAndWhat          // of all
	Groups      any      `json:"groups,omitempty"`
}

func (m *measureChangeCmd) printSummary(c *call, all *tallies) error {
	s := changeSummary{
		Method: m.Method, Direction: m.Direction, Cut: m.rule.Cut, Cutoff: m.Cutoff,
		Threshold: m.Threshold, AtLeast: m.AtLeast, rowsAndWhat: all.rowsAndWhat(),
	}
	if m.SD != nil {
		sem, sdiff := m.ref.SEM(), m.ref.Sdiff()
		s.SEM, s.Sdiff = &sem, &sdiff
	}
	if !m.byPoints() {
		s.Confidence, s.Z = &m.Confidence, &m.rule.Limit
		if m.Method == "jt" {
			threshold := m.rule.Limit * m.ref.Sdiff()
			s.Threshold = &threshold
		}
	}
	if m.Method == "hll" {
		s.PostMean = &m.ref.PostMean
	}
	if m.Group != "" {
		s.Groups = all.ofGroups()
	}
	return printJSON(c, s)
}

// tallies count categories, of all rows and of each group.
type tallies struct {
	rows   int
	counts map[change.Category]int
	groups map[string]*tallies
}

// rowsAndWhat is how many rows there were, and of which category.
type rowsAndWhat struct {
	Rows   int                     `json:"rows"`
	Counts map[change.Category]int `json:"counts"`
}

// maxGroups is how many groups are counted apart, so that a column that holds
// something else takes no memory.
const maxGroups = 10_000

func newTallies() *tallies {
	t := &tallies{counts: make(map[change.Category]int), groups: make(map[string]*tallies)}
	for _, c := range change.Categories {
		t.counts[c] = 0
	}
	return t
}

func (t *tallies) add(r judged) error {
	t.rows++
	t.counts[r.category]++
	g, ok := t.groups[r.group]
	if !ok {
		if len(t.groups) == maxGroups {
			return fmt.Errorf("more than %d different groups: is the column of the group the right one?", maxGroups)
		}
		g = newTallies()
		t.groups[strings.Clone(r.group)] = g
	}
	g.rows++
	g.counts[r.category]++
	return nil
}

func (t *tallies) rowsAndWhat() rowsAndWhat { return rowsAndWhat{t.rows, t.counts} }

func (t *tallies) ofGroups() map[string]rowsAndWhat {
	all := make(map[string]rowsAndWhat, len(t.groups))
	for name, g := range t.groups {
		all[name] = g.rowsAndWhat()
	}
	return all
}
