package main

import (
	"errors"
	"fmt"
	"math"

	"github.com/waymark-care/waymark/internal/course"
)

// measureLearnCmd learns what to expect from finished episodes.
type measureLearnCmd struct {
	File           string  `arg:"" help:"CSV file with the columns episode, week and score, one row per score in any order, or - for standard input."`
	Instrument     string  `required:"" placeholder:"ID" help:"Of which questionnaire the scores are: phq-9, gad-7."`
	Weight         float64 `default:"20" help:"As how many episodes the prior counts for mean and covariance."`
	ResidualWeight float64 `default:"60" help:"As how many scores the prior counts for the residual variance."`
	Prior          string  `placeholder:"ID" help:"Another of the priors that come with the product; a wrong one is answered with all there are."`
	csvFlags
}

// Help explains the method.
func (*measureLearnCmd) Help() string {
	return "Prints as JSON the mean of start and slope over people (mean), how people differ (cov), the variance of a score around its " +
		"own line (sigma2), how many passes over the data that took, and whether a further pass would change anything that matters (converged).\n\n" +
		courseModel + " week counts from the first score of the episode, which is at week 0.\n\n" +
		"What is printed is the mode of the posterior: as if --weight further episodes drawn from the prior, and --residual-weight further " +
		"scores around their own lines, had been observed. It is found by expectation and maximisation (Dempster, Laird and Rubin 1977), " +
		"quickened by squared extrapolation (Varadhan and Roland 2008) that is kept only where it fits no worse:\n\n" +
		"for each episode V_i = (V^-1 + X'X/s2)^-1 and u_i = V_i X'(y - Xm)/s2; then " +
		"m <- (w m0 + sum(m + u_i)) / (w + n), V <- (w V0 + w (m0-m)(m0-m)' + sum(V_i + (b_i-m)(b_i-m)')) / (w + n) with b_i the mean of (a, b) in " +
		"episode i and m the new mean, s2 <- (r s0 + sum(|y - X b_i|^2 + tr(X V_i X'))) / (r + N), for n episodes, N scores, --weight w and --residual-weight r.\n\n" +
		"With both weights 0 it is maximum likelihood, and no prior is read. Scores that then leave something open are an error: one score each, " +
		"all at one week, or no room for people to differ. Scores outside of the questionnaire's range are counted in outside and used: " +
		"simulated scores may lie there, true ones cannot.\n\n" +
		"Dempster AP, Laird NM, Rubin DB. Maximum likelihood from incomplete data via the EM algorithm. Journal of the Royal Statistical Society B " +
		"1977;39:1-38. Laird NM, Ware JH. Random-effects models for longitudinal data. Biometrics 1982;38:963-974. Varadhan R, Roland C. Simple and globally " +
		"convergent methods for accelerating the convergence of any EM algorithm. Scandinavian Journal of Statistics 2008;35:335-353.\n\n" + csvHelp
}

// Validate refuses weights that are none.
func (m *measureLearnCmd) Validate() error {
	for _, w := range []float64{m.Weight, m.ResidualWeight} {
		if !(w >= 0) || math.IsInf(w, 0) {
			return errors.New("--weight and --residual-weight must be 0 or more")
		}
	}
	return m.csvFlags.Validate()
}

// learnPrint is what measure learn prints.
type learnPrint struct {
	course.Learned
	Outside int    `json:"outside"` // scores outside of the questionnaire's range
	Prior   string `json:"prior"`   // its id; empty if none was used
}

// Run reads the file once, and keeps a few numbers per episode.
func (m *measureLearnCmd) Run(c *call) error {
	in, err := instrumentCalled(m.Instrument)
	if err != nil {
		return err
	}
	w := course.Weights{Episodes: m.Weight, Scores: m.ResidualWeight}
	var prior *course.Prior
	out := learnPrint{}
	if w != (course.Weights{}) || m.Prior != "" {
		p, err := priorOf(in, m.Prior)
		if err != nil {
			return err
		}
		prior, out.Prior = &p, p.ID
	}
	t, err := openTable(c, m.File, m.csvFlags)
	if err != nil {
		return err
	}
	defer t.close()
	var at [3]int
	for i, name := range []string{"episode", "week", "score"} {
		if at[i], err = t.column(name); err != nil {
			return err
		}
	}
	lo, hi := in.Range()
	var ln course.Learner
	for t.next() {
		id, m, err := learnRow(t, at)
		if err != nil {
			return err
		}
		if m.Score < lo || m.Score > hi {
			out.Outside++
		}
		if err := ln.Add(id, m); err != nil {
			return t.wrong(at[1], err)
		}
	}
	if t.err != nil {
		return t.err
	}
	if out.Learned, err = ln.Learn(prior, w); err != nil {
		return fmt.Errorf("%s: %w", t.name, err)
	}
	return printJSON(c, out)
}

func learnRow(t *table, at [3]int) (id string, m course.Moment, err error) {
	if id, err = t.text(at[0]); err != nil {
		return id, m, err
	}
	if id == "" {
		return id, m, t.wrong(at[0], errors.New("is no name of an episode"))
	}
	for i, into := range []*float64{&m.Week, &m.Score} {
		x, ok, err := t.number(at[1+i])
		if err == nil && !ok {
			err = t.wrong(at[1+i], errors.New("is empty: every row needs a week and a score"))
		}
		if err != nil {
			return id, m, err
		}
		*into = x
	}
	if m.Week < 0 {
		return id, m, t.wrong(at[1], errors.New("lies before the first score: weeks are counted from it, and are 0 or more"))
	}
	return id, m, nil
}
