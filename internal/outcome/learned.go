package outcome

import (
	"context"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/job"
	"github.com/waymark-care/waymark/internal/measure"
)

// LearnJob is the name of the nightly job that learns; it takes no arguments.
const LearnJob = "outcome.learn"

const (
	// LeastLearned is from how many pieces of work the practice learns at least,
	// by each questionnaire with two scores or more. With fewer the shipped prior,
	// which weighs as much as twenty, says nearly all of it, and one person's course
	// could be guessed from the change that it makes.
	LeastLearned = 10
	// together is how many more there must be for a new version: one at a time, the
	// difference between two versions would be that one person. Whoever says no, or
	// is erased, is taken out at once.
	together = 5
)

// A Version is what the practice had learned at one time. The newest is in force.
type Version struct {
	Number   int64 // from 1
	MadeAt   time.Time
	Episodes int // pieces of work that it was learned from, all questionnaires together
	Learned  []Learned
}

// Learned is what was learned of one questionnaire: a prior, and what it came from.
type Learned struct {
	Prior      course.Prior `json:"prior"`
	From       string       `json:"from"` // id of the shipped prior
	Episodes   int          `json:"episodes"`
	Scores     int          `json:"scores"`
	Iterations int          `json:"iterations"`
	First      measure.Day  `json:"first"` // the month of the first that ended
	Last       measure.Day  `json:"last"`  // and of the last
}

// Prior is what the practice learned of a questionnaire, as far as this node has
// noticed (see Notice); ok is false if it has learned nothing of it, and the
// shipped prior holds. It is the newest version, also for work that began before:
// so a client who says no is in no course that is drawn from the next night on.
func (o *Outcomes) Prior(practice, instrument string) (p course.Prior, ok bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, l := range o.shelf[practice].Learned {
		if l.Prior.Measure == instrument {
			return l.Prior, true
		}
	}
	return course.Prior{}, false
}

// Notice reads the newest version of each practice into memory, if there is a
// newer one than this node knows. Every node calls it when it begins and each
// minute. Looking whether there is one opens nothing.
func (o *Outcomes) Notice(ctx context.Context) error {
	newest, err := o.newest(ctx)
	if err != nil {
		return err
	}
	for practice, number := range newest {
		o.mu.RLock()
		known := o.shelf[practice].Number
		o.mu.RUnlock()
		if known == number {
			continue
		}
		ctx, visit := o.door.Visit(ctx)
		v, err := o.readNewest(ctx, access.System(practice, "learn"))
		if err != nil {
			return err
		}
		if err := visit.Settle(); err != nil {
			return err
		}
		o.mu.Lock()
		o.shelf[practice] = v
		o.mu.Unlock()
	}
	return nil
}

func (o *Outcomes) readNewest(ctx context.Context, actor access.Actor) (Version, error) {
	tx, err := o.door.Begin(ctx, actor, access.ReadLearned, access.Operations)
	if err != nil {
		return Version{}, err
	}
	defer tx.Rollback()

	return newestVersion(ctx, tx)
}

// Learn is the worker for LearnJob: it learns from finished work of clients who
// said yes, once a night, and keeps what came out as a new version, if enough has
// changed. Nothing is opened unless it has.
func (o *Outcomes) Learn(ctx context.Context, run *job.Run) error {
	return o.learn(ctx, access.System(run.Practice, "learn"))
}

func (o *Outcomes) learn(ctx context.Context, actor access.Actor) error {
	v, from, err := o.relearned(ctx, actor)
	if err != nil {
		return err
	}
	return o.keepLearned(ctx, actor, v, from)
}

// relearned is the version that is to follow, and from whose work it is; nil if
// the newest still holds.
func (o *Outcomes) relearned(ctx context.Context, actor access.Actor) (*Version, []finished, error) {
	l, err := o.door.BeginList(ctx, actor, access.LearnFrom, access.KindClient)
	if err != nil {
		return nil, nil, err
	}
	defer l.Rollback()

	number, before, err := newestNumber(ctx, l.Tx)
	if err != nil {
		return nil, nil, err
	}
	found, err := toLearn(ctx, l)
	if err != nil {
		return nil, nil, err
	}
	still := 0
	for _, f := range found {
		if f.used {
			still++
		}
	}
	left, added := before-still, len(found)-still
	if left == 0 && (added < together || len(found) < LeastLearned) {
		return nil, nil, nil
	}
	v := &Version{Number: number + 1, MadeAt: l.Now}
	if len(found) < LeastLearned {
		return v, nil, nil // from now on nothing is learned, until there are enough again
	}
	for i := range found {
		if err := found[i].open(ctx, l); err != nil {
			return nil, nil, err
		}
	}
	v.Episodes = len(found)
	v.Learned, err = learnedFrom(v.Number, l.Now, found)
	return v, found, err
}

// learnedFrom is what the episodes say of each questionnaire of which there is a
// shipped prior and enough of them.
func learnedFrom(number int64, now time.Time, found []finished) ([]Learned, error) {
	var all []Learned
	for _, instrument := range instruments(found) {
		shipped, ok := course.Shipped(instrument)
		if !ok {
			continue
		}
		var ln course.Learner
		l := Learned{From: shipped.ID}
		for _, f := range found {
			scores := f.Scores[instrument]
			if len(scores) < 2 {
				continue
			}
			l.Episodes++
			l.Scores += len(scores)
			if l.First == "" || f.Ended < l.First {
				l.First = f.Ended
			}
			l.Last = max(l.Last, f.Ended)
			for _, m := range scores {
				if err := ln.Add(f.ID, m); err != nil {
					return nil, fmt.Errorf("learn from %s: %w", f.ID, err)
				}
			}
		}
		if l.Episodes < LeastLearned {
			continue
		}
		out, err := ln.Learn(&shipped, course.UsualWeights)
		if err != nil {
			return nil, fmt.Errorf("learn %s: %w", instrument, err)
		}
		l.First, l.Last, l.Iterations = l.First[:7], l.Last[:7], out.Iterations
		l.Prior = priorOf(number, now, shipped, l, out)
		if err := l.Prior.Check(); err != nil {
			return nil, fmt.Errorf("learned %s: %w", instrument, err)
		}
		all = append(all, l)
	}
	return all, nil
}

// priorOf is what was learned, with the words for where it comes from.
func priorOf(number int64, now time.Time, shipped course.Prior, l Learned, out course.Learned) course.Prior {
	p := shipped
	p.ID = fmt.Sprintf("%s.practice.%d", shipped.Measure, number)
	p.Version = int(number)
	p.Therapy, p.Problem = "work of this practice", ""
	p.Mean, p.Cov, p.Sigma2 = out.Mean, out.Cov, out.Sigma2
	p.N = l.Episodes / coarse * coarse
	p.Sample = fmt.Sprintf("at least %d finished pieces of work of this practice that ended %s, weighed with %.0f courses of the shipped sample (%s)",
		p.N, ended(l.First, l.Last), course.UsualWeights.Episodes, shipped.Sample)
	p.Source = fmt.Sprintf("learned by this practice on %s, version %d, beginning from %s (%s)", now.Format("2 January 2006"), number, shipped.ID, shipped.Source)
	p.Assumptions = append(append([]string(nil), shipped.Assumptions...),
		"Only clients are in it who said yes and whose work is finished; others may go other ways.")
	return p
}

// coarse is how roughly it is said from how much was learned. Whoever knows the
// finished work of a practice could otherwise read, from one version to the next,
// who has just said no: it would be one less, with so many scores.
const coarse = 5

// ended is "in 2026", or "from 2025 to 2026".
func ended(first, last measure.Day) string {
	if first[:4] == last[:4] {
		return "in " + string(first[:4])
	}
	return "from " + string(first[:4]) + " to " + string(last[:4])
}

// keepLearned keeps v and from whose work it is, unless v is nil. The second to
// do so in one night changes nothing.
func (o *Outcomes) keepLearned(ctx context.Context, actor access.Actor, v *Version, from []finished) error {
	tx, err := o.door.Begin(ctx, actor, access.KeepLearned, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	first, err := tonight(ctx, tx, "learn")
	if err != nil || !first {
		return err
	}
	if v != nil {
		if err := insertVersion(ctx, tx, *v); err != nil {
			return err
		}
		for _, f := range from {
			kept, err := insertLearnedFrom(ctx, tx, f)
			if err != nil {
				return err
			}
			if !kept { // they said no, or were erased, while this was being worked out
				return fmt.Errorf("learn from %s: %w", f.ID, errMeanwhile)
			}
		}
	}
	return tx.Commit()
}
