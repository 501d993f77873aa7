package course

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
)

// A Prior is what is known of a course before the first score. It is versioned:
// its id is kept with whatever was computed from it, and a changed prior has
// another id.
type Prior struct {
	ID      string  `json:"id"` // "phq-9.nhs-cbt-2025.1"
	Version int     `json:"version"`
	Measure string  `json:"measure"`           // id of the instrument
	Therapy string  `json:"therapy"`           // of those behind it, in words
	Problem string  `json:"problem,omitempty"` // the same; empty: whatever brought them
	Mean    Vector  `json:"mean"`              // of a and b
	Cov     Matrix  `json:"cov"`
	Sigma2  float64 `json:"sigma2"` // variance of one score around its own line
	N       int     `json:"n"`      // courses behind it
	Sample  string  `json:"sample"` // who they are
	Source  string  `json:"source"`
	// Assumptions are what was taken for granted because the source does not say
	// it, a sentence each.
	Assumptions []string `json:"assumptions"`
}

// Check says why p cannot be used, naming the place.
func (p Prior) Check() error {
	_, _, _, ok := p.Cov.cholesky()
	switch {
	case p.ID == "" || p.Measure == "" || p.Version < 1:
		return fmt.Errorf("prior %q: id, version and measure are needed", p.ID)
	case !finite(p.Mean[0], p.Mean[1]):
		return fmt.Errorf("%s: mean: %w", p.ID, ErrNotFinite)
	case !(p.Sigma2 > 0) || !finite(p.Sigma2):
		return fmt.Errorf("%s: sigma2: must be above 0", p.ID)
	case p.Cov[0][1] != p.Cov[1][0]:
		return fmt.Errorf("%s: cov: must be symmetric", p.ID)
	case !ok:
		return fmt.Errorf("%s: cov: %w", p.ID, ErrSingular)
	case p.N < 1 || p.Sample == "" || p.Source == "":
		return fmt.Errorf("%s: n, sample and source are needed", p.ID)
	}
	return nil
}

// priorsJSON has the published moments and what was made of them. The covariance
// follows from both standard deviations, the correlation, the share of wobble and
// the week of the last score that stand among its assumptions.
//
//go:embed priors.json
var priorsJSON []byte

// priorsFile is how priors.json looks.
type priorsFile struct {
	Source      string   `json:"source"`
	Assumptions []string `json:"assumptions"`
	Priors      []struct {
		Prior
		Default bool       `json:"default"`
		Start   [2]float64 `json:"start"`   // mean and SD of the first score
		End     [2]float64 `json:"end"`     // and of the last
		Rounded bool       `json:"rounded"` // mean, cov and sigma2 are
		Clipped bool       `json:"clipped"` // the moments leave less than no room for people to differ in slope
	} `json:"priors"`
}

// shipped are the priors that come with the product, those of no particular
// problem or therapy first.
var shipped = sync.OnceValue(func() []Prior {
	all, err := parsePriors(priorsJSON)
	if err != nil {
		panic("course: priors.json: " + err.Error()) // compiled in, and tested
	}
	return all
})

func parsePriors(data []byte) ([]Prior, error) {
	var f priorsFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	var all, others []Prior
	for _, e := range f.Priors {
		p := e.Prior
		p.Version = 1
		p.Source = f.Source
		p.Sample = fmt.Sprintf("%s courses of %s%s in NHS Talking Therapies, England, 2024-25: %s (SD %s) at the start and %s (SD %s) at the end",
			thousands(p.N), p.Therapy, prefixed(" for ", p.Problem), num(e.Start[0]), num(e.Start[1]), num(e.End[0]), num(e.End[1]))
		p.Assumptions = f.Assumptions
		if e.Rounded {
			p.Source += "; rounded"
		}
		if e.Clipped {
			p.Assumptions = append(p.Assumptions[:len(p.Assumptions):len(p.Assumptions)],
				"Scores lie closer together at the end than these assumptions allow, so how much people differ in slope is set to a small value.")
		}
		if err := p.Check(); err != nil {
			return nil, err
		}
		if e.Default {
			all = append(all, p)
		} else {
			others = append(others, p)
		}
	}
	return append(all, others...), nil
}

// Shipped is the prior that comes with the product for the instrument, and is
// used unless another was chosen.
func Shipped(instrument string) (Prior, bool) {
	for _, p := range shipped() {
		if p.Measure == instrument {
			return p, true
		}
	}
	return Prior{}, false
}

// ShippedFor are all priors that come with the product for the instrument, the
// one of Shipped first.
func ShippedFor(instrument string) []Prior {
	var of []Prior
	for _, p := range shipped() {
		if p.Measure == instrument {
			of = append(of, p)
		}
	}
	return of
}

func prefixed(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func num(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// thousands is n with commas: "233,776".
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
