package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/meaning"
)

// measureCourseCmd says what is expected after some scores.
type measureCourseCmd struct {
	Instrument string `required:"" placeholder:"ID" help:"Of which questionnaire the scores are: phq-9, gad-7."`
	Scores     string `placeholder:"WEEK:SCORE,..." help:"Scores so far, each after its week since the first, oldest first: 0:18,1:17,2.5:19. Without any, what is expected before the first."`
	At         string `default:"4,8,12" placeholder:"WEEK,..." help:"Weeks since the first score for which to say what is expected."`
	Prior      string `placeholder:"ID" help:"Another of the priors that come with the product; a wrong one is answered with all there are."`
}

// Help explains the method.
func (*measureCourseCmd) Help() string {
	return "Prints as JSON what is known of start a and slope b after the scores (posterior), the distribution of a new score at the weeks " +
		"asked for (at: half of them lie within p50, eight of ten within p80; not cut off at the ends of the questionnaire's range), " +
		"the signals of the newest score, and the prior with its sample and everything that was assumed.\n\n" +
		courseModel + " The posterior has a closed form: V = (V0^-1 + X'X/s2)^-1, m = V(V0^-1 m0 + X'y/s2), with one row (1, ln(1+weeks)) " +
		"of X per score; a new score has mean x'm and variance x'Vx + s2.\n\n" +
		"Signals. \"look closer\": the newest score is worse than the 80 % band (z 1.2816) that follows from the first score alone. \"slower than most so far\": " +
		"the newest two are, or the newest is worse than the first by the questionnaire's published threshold of reliable change or more. " +
		course.Doubt + " The idea of comparing a course with an expected one, and asking only when it leaves the band: Lambert et al. 2001; " +
		"Finch, Lambert and Schaalje 2001.\n\n" +
		"Laird NM, Ware JH. Random-effects models for longitudinal data. Biometrics 1982;38:963-974. Lambert MJ, Whipple JL, Smart DW et al. The effects " +
		"of providing therapists with feedback on patient progress during psychotherapy. Psychotherapy Research 2001;11:49-68. Finch AE, Lambert MJ, " +
		"Schaalje BG. Psychotherapy quality control: the statistical generation of expected recovery curves. Clinical Psychology and Psychotherapy 2001;8:231-242."
}

// courseModel is what the help of every command says that expects a course.
const courseModel = "Scores are taken to follow y = a + b ln(1+weeks) + e, fast at first and then slower, with (a, b) from a normal distribution " +
	"over people (mean m0, covariance V0) and e from one of variance s2 (Laird and Ware 1982)."

// most weeks and scores that one call may have.
const mostMoments = 10_000

// coursePrint is what measure course prints.
type coursePrint struct {
	Posterior course.Posterior `json:"posterior"`
	At        []course.Point   `json:"at"`
	Signals   []course.Signal  `json:"signals"`
	Prior     course.Prior     `json:"prior"`
}

// Run reckons and prints.
func (m *measureCourseCmd) Run(c *call) error {
	in, err := instrumentCalled(m.Instrument)
	if err != nil {
		return err
	}
	prior, err := priorOf(in, m.Prior)
	if err != nil {
		return err
	}
	scores, err := parseScores(m.Scores, in)
	if err != nil {
		return err
	}
	weeks, err := parseWeeks(m.At)
	if err != nil {
		return err
	}
	out := coursePrint{Prior: prior, At: make([]course.Point, 0, len(weeks)), Signals: []course.Signal{}}
	if out.Posterior, err = prior.Posterior(scores); err != nil {
		return err
	}
	for _, w := range weeks {
		out.At = append(out.At, out.Posterior.At(w))
	}
	signals, err := prior.Signals(meaning.Scale(in), scores)
	if err != nil {
		return err
	}
	out.Signals = append(out.Signals, signals...)
	return printJSON(c, out)
}

func printJSON(c *call, v any) error {
	e := json.NewEncoder(c.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// instrumentCalled is the newest version of a questionnaire that comes with the product.
func instrumentCalled(id string) (*instrument.Instrument, error) {
	if in, ok := instrument.Lookup(id, ""); ok {
		return in, nil
	}
	var ids []string
	for _, in := range instrument.Shipped().Newest() {
		ids = append(ids, in.ID)
	}
	return nil, fmt.Errorf("no questionnaire is called %q; there are %s", shorten(id, maxShown), strings.Join(ids, ", "))
}

// priorOf is the prior with the id, or the usual one without an id.
func priorOf(in *instrument.Instrument, id string) (course.Prior, error) {
	all := course.ShippedFor(in.ID)
	if len(all) == 0 {
		return course.Prior{}, fmt.Errorf("nothing is known of how others go on with %s: no prior comes with the product", in.Name)
	}
	if id == "" {
		return all[0], nil
	}
	if i := slices.IndexFunc(all, func(p course.Prior) bool { return p.ID == id }); i >= 0 {
		return all[i], nil
	}
	ids := make([]string, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	return course.Prior{}, fmt.Errorf("no prior of %s is called %q; there are %s", in.Name, shorten(id, maxShown), strings.Join(ids, ", "))
}

// parseScores reads "0:18,1:17", in order of time and within the range of in.
func parseScores(text string, in *instrument.Instrument) ([]course.Moment, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	lo, hi := in.Range()
	parts := strings.Split(text, ",")
	if len(parts) > mostMoments {
		return nil, fmt.Errorf("--scores: more than %d", mostMoments)
	}
	scores := make([]course.Moment, 0, len(parts))
	for i, part := range parts {
		at := func(err error) error {
			return fmt.Errorf("--scores, number %d: %q %w", i+1, shorten(part, maxShown), err)
		}
		week, score, ok := strings.Cut(part, ":")
		if !ok {
			return nil, at(errors.New("is not a week and a score such as 2:17"))
		}
		w, err := parseWeek(week)
		if err != nil {
			return nil, at(err)
		}
		y, err := parseNumber(strings.TrimSpace(score), false)
		switch {
		case err != nil:
			return nil, at(err)
		case y < lo || y > hi:
			return nil, at(fmt.Errorf("is outside of %s, which goes from %v to %v", in.Name, lo, hi))
		case i > 0 && w < scores[i-1].Week:
			return nil, at(errors.New("lies before the one in front of it; the oldest goes first"))
		}
		scores = append(scores, course.Moment{Week: w, Score: y})
	}
	return scores, nil
}

func parseWeeks(text string) ([]float64, error) {
	parts := strings.Split(text, ",")
	if len(parts) > mostMoments {
		return nil, fmt.Errorf("--at: more than %d", mostMoments)
	}
	weeks := make([]float64, len(parts))
	for i, part := range parts {
		w, err := parseWeek(part)
		if err != nil {
			return nil, fmt.Errorf("--at, number %d: %q %w", i+1, shorten(part, maxShown), err)
		}
		weeks[i] = w
	}
	return weeks, nil
}

// parseWeek reads a number of weeks since the first score.
func parseWeek(text string) (float64, error) {
	w, err := parseNumber(strings.TrimSpace(text), false)
	if err == nil && w < 0 {
		err = errors.New("lies before the first score: weeks are counted from it, and are 0 or more")
	}
	return w, err
}
