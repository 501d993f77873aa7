package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// measureScoreCmd scores one filled-in questionnaire.
type measureScoreCmd struct {
	Instrument string    `xor:"what" required:"" placeholder:"ID" help:"Which questionnaire: phq-9, gad-7. gas scores goals on the levels -2 to 2."`
	File       string    `xor:"what" required:"" placeholder:"FILE" help:"A definition of your own instead: a FHIR Questionnaire with the scoring extension; - reads standard input."`
	Answers    string    `required:"" placeholder:"A,A,..." help:"The answers as numbers, in the order of the questions, and - for one that was left out: 2,3,-,1,0,2,1,0,1."`
	Weights    []float64 `placeholder:"W,..." help:"With --instrument gas: the weight of each goal, above 0. Without any, all count alike."`
	Total      *float64  `placeholder:"T" help:"A total that came with the answers from elsewhere: said is printed, and whether it agrees."`
}

// Help explains the method.
func (*measureScoreCmd) Help() string {
	return "Prints as JSON the total, its display (rounded half up, which the band follows), the band, the subscales, the critical items, " +
		"how many answers are missing, the id of the rule, and, where there is no total, the reason.\n\n" +
		"Every answer is compared with those that the question offers; one that is not among them is refused, never cut to size. " +
		"Reversed items count lowest + highest - answer. While no more are missing than the questionnaire's rule allows, the total is " +
		"estimated from those that were answered, sum x k / (k - m); above that there is none. Subscales are estimated on their own, and " +
		"multipliers come last. Where the definition counts endorsed items in its parts, as the PCL-5 does, endorsed, needed and pattern " +
		"(met, not met, or unknown where a skipped item could decide) say what came of it; that is no diagnosis. Critical items are read on the raw answers, whatever the total; one that was left out is unknown, never 0.\n\n" +
		"Goal attainment scaling: T = 50 + 10 sum(w x) / sqrt(0.7 sum(w^2) + 0.3 (sum w)^2), of the goals that were rated. Kiresuk TJ, Sherman RE. " +
		"Goal attainment scaling: a general method for evaluating comprehensive community mental health programs. Community Mental Health Journal 1968;4:443-453.\n\n" +
		"The bands, cuts and thresholds of each questionnaire name their source in its file; waymark instrument check says which of them are from memory."
}

// scorePrint is what measure score prints.
type scorePrint struct {
	instrument.Result
	Said *saidPrint `json:"said,omitempty"`
}

// saidPrint is a total that came from elsewhere.
type saidPrint struct {
	Total  float64 `json:"total"`
	Agrees bool    `json:"agrees"`
}

// Run scores and prints.
func (m *measureScoreCmd) Run(c *call) error {
	values, err := parseAnswers(m.Answers)
	if err != nil {
		return err
	}
	var out scorePrint
	if m.Instrument == "gas" {
		out.Result, err = scoreGoals(values, m.Weights)
	} else {
		out.Result, err = m.score(c, values)
	}
	if err != nil {
		return err
	}
	if m.Total != nil {
		t := out.Total
		out.Said = &saidPrint{Total: *m.Total, Agrees: t != nil && math.Abs(*t-*m.Total) < 1e-6}
	}
	return printJSON(c, out)
}

func (m *measureScoreCmd) score(c *call, values []*int) (instrument.Result, error) {
	if len(m.Weights) > 0 {
		return instrument.Result{}, errors.New("--weights are for --instrument gas")
	}
	in, err := m.definition(c)
	if err != nil {
		return instrument.Result{}, err
	}
	if len(values) != len(in.Items) {
		return instrument.Result{}, fmt.Errorf("--answers: %s has %d questions, and there are %d answers; write - for one that was left out", in.Name, len(in.Items), len(values))
	}
	answers, err := instrument.InOrder(in, values...)
	if err != nil {
		return instrument.Result{}, err
	}
	r, err := instrument.Score(in, answers)
	return r, namedAnswer(in, answers, err)
}

func (m *measureScoreCmd) definition(c *call) (*instrument.Instrument, error) {
	if m.File == "" {
		return instrumentCalled(m.Instrument)
	}
	data, err := readDefinition(c, m.File)
	if err != nil {
		return nil, err
	}
	return instrument.Parse(m.File, data)
}

// readDefinition reads a file, or standard input for -, up to what Parse takes.
func readDefinition(c *call, name string) ([]byte, error) {
	from := c.in
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		from = f
	}
	return io.ReadAll(io.LimitReader(from, instrument.MaxFile+1))
}

// namedAnswer says which answer it was, and what could be answered.
func namedAnswer(in *instrument.Instrument, a instrument.Answers, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) {
		return err
	}
	for i, it := range in.Items {
		if it.ID != f.Field || a[it.ID] == nil {
			continue
		}
		var offers []string
		for _, c := range it.Answers {
			offers = append(offers, strconv.Itoa(c.Value))
		}
		return fmt.Errorf("--answers: answer %d (%s) is %d: %s It offers %s", i+1, it.ID, *a[it.ID], f.Text, strings.Join(offers, ", "))
	}
	return err
}

// scoreGoals is goal attainment scaling as a result like any other.
func scoreGoals(levels []*int, weights []float64) (instrument.Result, error) {
	r := instrument.Result{
		Instrument: "gas", Version: "1", Language: "en", Rule: "gas.t-30.1",
		Subscales: []instrument.SubscaleResult{}, Critical: []instrument.CriticalAnswer{},
	}
	for _, x := range levels {
		if x == nil {
			r.Missing++
		}
	}
	if r.Missing == len(levels) {
		r.Reason = "no goal was rated"
		return r, nil
	}
	t, err := instrument.GAS(levels, weights)
	if err != nil {
		return r, err
	}
	n := instrument.RoundHalfUp(t)
	r.Total, r.Display = &t, &n
	return r, nil
}

// mostAnswers is more than any questionnaire has.
const mostAnswers = instrument.MaxItems

func parseAnswers(text string) ([]*int, error) {
	parts := strings.Split(text, ",")
	if len(parts) > mostAnswers {
		return nil, fmt.Errorf("--answers: more than %d", mostAnswers)
	}
	values := make([]*int, len(parts))
	for i, p := range parts {
		if p = strings.TrimSpace(p); p == "-" {
			continue
		}
		v, err := strconv.Atoi(p)
		if err != nil {
			return nil, fmt.Errorf("--answers: answer %d is %q, which is neither a whole number nor -", i+1, shorten(p, maxShown))
		}
		values[i] = &v
	}
	return values, nil
}
