package change

import (
	"errors"
	"fmt"
)

// Direction is which way a score moves when somebody gets better.
type Direction int

// The directions: d in the formulas.
const (
	LowerIsBetter  Direction = -1
	HigherIsBetter Direction = 1
)

// Category is what became of one person between two scores.
type Category string

// The categories. Improved and Deteriorated are those that crossed no cut.
const (
	Recovered       Category = "recovered"    // improved reliably, from the clinical side to the other
	Improved        Category = "improved"     // improved reliably
	Unchanged       Category = "unchanged"    // neither
	Deteriorated    Category = "deteriorated" // deteriorated reliably
	Harmed          Category = "harmed"       // deteriorated reliably, from the functional side to the clinical
	NotClassifiable Category = "not classifiable"
)

// Categories are all of them, from the best to the one that says nothing.
var Categories = [...]Category{Recovered, Improved, Unchanged, Deteriorated, Harmed, NotClassifiable}

// slack is how near two numbers count as the same, so that 0.3-0.1 is 0.2 and a
// prorated total meets a whole number.
const slack = 1e-9

// A Rule says which change is reliable and where the clinical side ends.
//
// All inequalities are strict: a change of exactly Limit is not reliable, and a
// score on the cut is on neither side. So a caseness of "10 or more" is the cut
// 9.5. A threshold that is published as "6 or more" sets OrMore.
type Rule struct {
	Better Direction
	Cut    float64 // between the functional and the clinical side, in points
	Limit  float64 // what a change must exceed, in the unit of the change given to Category
	OrMore bool    // a change of exactly Limit is reliable as well
}

// Check refuses a rule by which nobody could be judged.
func (r Rule) Check() error {
	switch {
	case r.Better != LowerIsBetter && r.Better != HigherIsBetter:
		return errors.New("whether lower or higher is better must be said")
	case !finite(r.Cut):
		return errors.New("the cut is not a finite number")
	case !finite(r.Limit) || r.Limit < 0 || r.OrMore && r.Limit == 0:
		return fmt.Errorf("a threshold is above 0, and %v is not", r.Limit)
	}
	return nil
}

// Category judges somebody who went from pre to post. moved is by how much: an
// index of any method, with a quantile as the limit, or a difference of points,
// with a threshold in points. Its sign alone says whether things went up; by a
// method that expects regression to the mean, that can differ from the sign of
// post-pre.
//
// Recovered, improved, unchanged, deteriorated: Jacobson and Truax 1991, J
// Consult Clin Psychol 59:12-19. Harmed is deterioration across the cut, as in
// the R package clinicalsignificance (Claus, Wager and Bonnet 2024, J Stat Softw 111).
func (r Rule) Category(moved, pre, post float64) (Category, error) {
	if err := r.Check(); err != nil {
		return "", err
	}
	if !finite(moved) || !finite(pre) || !finite(post) {
		return "", ErrNoNumber
	}
	d := float64(r.Better)
	before, after := d*(pre-r.Cut), d*(post-r.Cut) // below 0: the clinical side
	switch {
	case r.reliable(d * moved):
		if before < -slack && after > slack {
			return Recovered, nil
		}
		return Improved, nil
	case r.reliable(-d * moved):
		if before > slack && after < -slack {
			return Harmed, nil
		}
		return Deteriorated, nil
	}
	return Unchanged, nil
}

// reliable says whether a movement towards what is asked for is one.
func (r Rule) reliable(towards float64) bool {
	if r.OrMore {
		return towards >= r.Limit-slack
	}
	return towards > r.Limit+slack
}

// Norm is the mean and the standard deviation (above 0) of a population.
type Norm struct {
	Mean, SD float64
}

func (n Norm) check(who string) error {
	if !finite(n.Mean) || !finite(n.SD) || n.SD <= 0 {
		return fmt.Errorf("the %s population needs a mean and a standard deviation above 0, and %v with %v is not that", who, n.Mean, n.SD)
	}
	return nil
}

// CutA is two standard deviations from the mean of the clinical population,
// towards the better: Mc + d*2*sc. For when no norms of the functional population
// are known. Jacobson and Truax 1991, J Consult Clin Psychol 59:12-19.
func CutA(clinical Norm, better Direction) (float64, error) {
	if err := clinical.check("clinical"); err != nil {
		return 0, err
	}
	return cut(clinical.Mean + float64(better)*2*clinical.SD)
}

// CutB is two standard deviations from the mean of the functional population,
// towards the worse: Mf - d*2*sf. The standard deviation is the functional one;
// some software takes the clinical one, which is another cut. Jacobson and Truax
// 1991.
func CutB(functional Norm, better Direction) (float64, error) {
	if err := functional.check("functional"); err != nil {
		return 0, err
	}
	return cut(functional.Mean - float64(better)*2*functional.SD)
}

// CutC is where a score is as far from the one mean as from the other, each in
// its own standard deviations: (sc*Mf + sf*Mc)/(sc+sf). It is the one to take when
// both norms are known and the populations overlap. Jacobson and Truax 1991.
func CutC(clinical, functional Norm) (float64, error) {
	if err := errors.Join(clinical.check("clinical"), functional.check("functional")); err != nil {
		return 0, err
	}
	return cut((clinical.SD*functional.Mean + functional.SD*clinical.Mean) / (clinical.SD + functional.SD))
}

func cut(x float64) (float64, error) {
	if !finite(x) {
		return 0, ErrNoNumber
	}
	return x, nil
}
