package course

import (
	"errors"
	"math"
)

// Weights say how much a prior counts beside what was observed: as this many
// episodes for mean and covariance, and as this many scores for the residual.
// Both 0 is maximum likelihood, which needs no prior.
type Weights struct {
	Episodes float64
	Scores   float64
}

// UsualWeights are what a practice learns with.
var UsualWeights = Weights{Episodes: 20, Scores: 60}

// A Learned is what finished episodes say of mean, covariance and residual.
type Learned struct {
	Mean       Vector  `json:"mean"`
	Cov        Matrix  `json:"cov"`
	Sigma2     float64 `json:"sigma2"`
	Iterations int     `json:"iterations"` // passes over all episodes
	Converged  bool    `json:"converged"`  // a further pass would change nothing that matters
	Episodes   int     `json:"episodes"`
	Scores     int     `json:"scores"`
}

// Reasons for which nothing can be learned.
var (
	ErrNoEpisodes = errors.New("there are no scores to learn from")
	ErrNoPrior    = errors.New("a weight above 0 needs a prior")
	ErrWeight     = errors.New("a weight must be 0 or more, and finite")
	ErrTooLittle  = errors.New("these scores do not tell apart how people differ and how one person's scores wobble: more episodes with several scores at different weeks are needed, or a weight for the prior")
)

const (
	// fewest and most bound how many passes Learn makes at most: as many as look
	// at work episodes in all. Few episodes with slopes that hardly differ need
	// thousands, and many need few.
	fewest, most = 2_000, 20_000
	work         = 20_000_000
	// still is how little a pass may change, in standard deviations and in
	// logarithms of variances, to be the last.
	still = 1e-10
)

// A Learner gathers scores, in any order, and keeps six numbers per episode.
// The zero value is ready.
type Learner struct {
	index map[string]int
	of    []episode
	n     int
}

// An episode is what is kept of its scores: sums around their means.
type episode struct {
	n, l, y       float64 // how many, mean of ln(1+weeks), mean score
	sxx, sxy, syy float64
}

// Add notes one score of the episode. It fails if the score is not finite or lies
// before week 0; then nothing was noted.
func (ln *Learner) Add(id string, m Moment) error {
	if err := m.check(); err != nil {
		return err
	}
	i, ok := ln.index[id]
	if !ok {
		if ln.index == nil {
			ln.index = make(map[string]int)
		}
		i = len(ln.of)
		ln.index[id] = i
		ln.of = append(ln.of, episode{})
	}
	e := &ln.of[i]
	l := math.Log1p(m.Week)
	e.n++
	ln.n++
	dl, dy := l-e.l, m.Score-e.y
	e.l += dl / e.n
	e.y += dy / e.n
	e.sxx += dl * (l - e.l)
	e.sxy += dl * (m.Score - e.y)
	e.syy += dy * (m.Score - e.y)
	return nil
}

// Learn finds mean, covariance and residual variance that are most probable given
// the episodes and a prior of the given weights: as if that many episodes drawn
// from the prior, and that many scores around their own lines, had been seen as
// well. It is the mode of a normal-inverse-Wishart times an inverse-gamma
// distribution, found by expectation and maximisation (Dempster, Laird and Rubin
// 1977; Laird and Ware 1982), quickened by squared extrapolation (Varadhan and
// Roland 2008) that is kept only where it does not make the fit worse.
//
// prior may be nil if both weights are 0. Without a weight, ErrTooLittle is the
// answer to scores that leave something open: one score each, all at one time,
// all on straight lines, or no room for people to differ.
func (ln *Learner) Learn(prior *Prior, w Weights) (Learned, error) {
	switch {
	case !finite(w.Episodes, w.Scores) || w.Episodes < 0 || w.Scores < 0:
		return Learned{}, ErrWeight
	case ln.n == 0:
		return Learned{}, ErrNoEpisodes
	case prior == nil && (w.Episodes > 0 || w.Scores > 0):
		return Learned{}, ErrNoPrior
	}
	at, err := ln.start(prior, w)
	if err != nil {
		return Learned{}, err
	}
	em := fit{of: ln.of, w: w}
	if prior != nil {
		em.mean, em.cov, em.sigma2 = prior.Mean, prior.Cov, prior.Sigma2
	}
	out := Learned{Episodes: len(ln.of), Scores: ln.n}
	at, out.Iterations, out.Converged, err = em.run(at)
	if err != nil {
		return Learned{}, err
	}
	out.Mean, out.Cov, out.Sigma2 = at.mean, at.cov, at.sigma2
	// Without a weight the best fit may lie at an edge, where a variance is 0.
	_, total := ln.pooled()
	if w.Episodes == 0 {
		lost := 1 - out.Cov[0][1]*out.Cov[0][1]/(out.Cov[0][0]*out.Cov[1][1])
		if !(lost > 1e-6) || !(out.Cov[0][0] > 1e-6*total) || !(out.Cov[1][1] > 1e-6*total) {
			return Learned{}, ErrTooLittle
		}
	}
	if w.Scores == 0 && !(out.Sigma2 > 1e-6*total) {
		return Learned{}, ErrTooLittle
	}
	return out, nil
}

// start is where the search begins: at the prior, or without one at what all
// scores say when nobody asks whose they are.
func (ln *Learner) start(prior *Prior, w Weights) (params, error) {
	if w.Episodes > 0 && w.Scores > 0 {
		if err := prior.Check(); err != nil {
			return params{}, err
		}
		return params{prior.Mean, prior.Cov, prior.Sigma2}, nil
	}
	if prior != nil {
		if err := prior.Check(); err != nil {
			return params{}, err
		}
	}
	several := 0 // episodes with scores at different weeks
	for _, e := range ln.of {
		if e.sxx > 0 {
			several++
		}
	}
	all, total := ln.pooled()
	if w.Episodes == 0 && (several < 2 || len(ln.of) < 3) || !(total > 0) {
		return params{}, ErrTooLittle
	}
	if w.Scores == 0 && ln.n <= len(ln.of) {
		return params{}, ErrTooLittle
	}
	if !(all.sxx > 0) { // only with a weight for the episodes
		return params{prior.Mean, prior.Cov, total / 2}, nil
	}
	b := all.sxy / all.sxx
	return params{
		mean:   Vector{all.y - b*all.l, b},
		cov:    Matrix{{total / 2, 0}, {0, total / 2 * all.n / all.sxx}},
		sigma2: total / 2,
	}, nil
}

// pooled is all scores as if they were one episode, and the variance around its line.
func (ln *Learner) pooled() (all episode, variance float64) {
	for _, e := range ln.of {
		n := all.n + e.n
		dl, dy, k := e.l-all.l, e.y-all.y, all.n*e.n/n
		all.sxx += e.sxx + k*dl*dl
		all.sxy += e.sxy + k*dl*dy
		all.syy += e.syy + k*dy*dy
		all.l += dl * e.n / n
		all.y += dy * e.n / n
		all.n = n
	}
	rest := all.syy
	if all.sxx > 0 {
		rest -= all.sxy * all.sxy / all.sxx
	}
	if !(rest > 1e-12*all.syy) {
		return all, 0
	}
	return all, rest / all.n
}

// params are what is sought.
type params struct {
	mean   Vector
	cov    Matrix
	sigma2 float64
}

// fit is the episodes and the prior with its weights.
type fit struct {
	of     []episode
	w      Weights
	mean   Vector
	cov    Matrix
	sigma2 float64
}

// run repeats step until it changes nothing that matters.
func (f fit) run(at params) (p params, passes int, converged bool, err error) {
	limit := min(max(work/max(1, len(f.of)), fewest), most)
	for passes < limit {
		p1, _, err := f.step(at)
		passes++
		if err != nil {
			return at, passes, false, err
		}
		if p1.far(at) < still {
			return p1, passes, true, nil
		}
		p2, was, err := f.step(p1)
		passes++
		if err != nil {
			return at, passes, false, err
		}
		leap, ok := leapt(at.free(), p1.free(), p2.free())
		at = p2
		if !ok {
			continue
		}
		// The leap counts only if it fits no worse than what it leapt from.
		p3, loss, err := f.step(leap)
		passes++
		if err == nil && loss <= was {
			at = p3
		}
	}
	return at, passes, false, nil
}

// step is one pass: what the episodes say of a and b if p holds, and the p that
// fits best to that. loss is how badly p itself fits: minus two times the
// logarithm of its posterior density, but for a constant.
func (f fit) step(p params) (next params, loss float64, err error) {
	prec, err := p.cov.inverse()
	if err != nil {
		return p, 0, ErrTooLittle
	}
	var (
		sum   Vector // of u = (a, b) - mean
		outer Matrix // of E[uu']
		sq    float64
		n     float64
	)
	for _, e := range f.of {
		rbar := e.y - p.mean[0] - p.mean[1]*e.l
		rl := e.sxy - p.mean[1]*e.sxx // sum of (l - lbar)r
		rr := e.syy - p.mean[1]*(e.sxy+rl) + e.n*rbar*rbar
		x01, x11 := e.n*e.l, e.sxx+e.n*e.l*e.l
		xr := Vector{e.n * rbar, rl + e.l*e.n*rbar}
		a00, a01, a11 := prec[0][0]+e.n/p.sigma2, prec[0][1]+x01/p.sigma2, prec[1][1]+x11/p.sigma2
		det := a00*a11 - a01*a01
		v00, v01, v11 := a11/det, -a01/det, a00/det
		u0, u1 := (v00*xr[0]+v01*xr[1])/p.sigma2, (v01*xr[0]+v11*xr[1])/p.sigma2

		sum[0] += u0
		sum[1] += u1
		outer[0][0] += v00 + u0*u0
		outer[0][1] += v01 + u0*u1
		outer[1][1] += v11 + u1*u1
		ur := u0*xr[0] + u1*xr[1]
		sq += rr - 2*ur + e.n*(v00+u0*u0) + 2*x01*(v01+u0*u1) + x11*(v11+u1*u1)
		n += e.n
		loss += math.Log(det) + (rr-ur)/p.sigma2
	}
	k := float64(len(f.of))
	logdet := math.Log(p.cov[0][0]*p.cov[1][1] - p.cov[0][1]*p.cov[0][1])
	loss += k*logdet + n*math.Log(p.sigma2)

	we, ws := f.w.Episodes, f.w.Scores
	var d Vector // from p's mean to the prior's
	if we > 0 {
		d = Vector{f.mean[0] - p.mean[0], f.mean[1] - p.mean[1]}
		q := prec.times(d)
		loss += we * (logdet + prec[0][0]*f.cov[0][0] + 2*prec[0][1]*f.cov[0][1] + prec[1][1]*f.cov[1][1] + d[0]*q[0] + d[1]*q[1])
	}
	if ws > 0 {
		loss += ws * (math.Log(p.sigma2) + f.sigma2/p.sigma2)
	}

	// The mean moves by s; everything else is counted around the new mean.
	s := Vector{(sum[0] + we*d[0]) / (k + we), (sum[1] + we*d[1]) / (k + we)}
	around := func(i, j int) float64 {
		x := outer[i][j] - sum[i]*s[j] - s[i]*sum[j] + k*s[i]*s[j]
		if we > 0 {
			x += we * (f.cov[i][j] + (d[i]-s[i])*(d[j]-s[j]))
		}
		return x / (k + we)
	}
	next.mean = Vector{p.mean[0] + s[0], p.mean[1] + s[1]}
	next.cov[0][0], next.cov[0][1], next.cov[1][1] = around(0, 0), around(0, 1), around(1, 1)
	next.cov[1][0] = next.cov[0][1]
	next.sigma2 = (sq + ws*f.sigma2) / (n + ws)
	if !finite(loss, next.mean[0], next.mean[1], next.cov[0][0], next.cov[0][1], next.cov[1][1]) || !(next.sigma2 > 0) || !finite(next.sigma2) {
		return p, loss, ErrTooLittle
	}
	if _, _, _, ok := next.cov.cholesky(); !ok {
		return p, loss, ErrTooLittle
	}
	return next, loss, nil
}

// far is how much changed from q to p: of the mean in standard deviations, of the
// variances in logarithms.
func (p params) far(q params) float64 {
	sa, sb := math.Sqrt(p.cov[0][0]), math.Sqrt(p.cov[1][1])
	return max(
		math.Abs(p.mean[0]-q.mean[0])/sa, math.Abs(p.mean[1]-q.mean[1])/sb,
		math.Abs(math.Log(p.cov[0][0]/q.cov[0][0])), math.Abs(math.Log(p.cov[1][1]/q.cov[1][1])),
		math.Abs(p.cov[0][1]-q.cov[0][1])/(sa*sb), math.Abs(math.Log(p.sigma2/q.sigma2)),
	)
}

// free is p without bounds: every six numbers are some p again.
func (p params) free() [6]float64 {
	l00, l10, l11, _ := p.cov.cholesky()
	return [6]float64{p.mean[0], p.mean[1], math.Log(l00), l10, math.Log(l11), math.Log(p.sigma2)}
}

func bound(x [6]float64) params {
	l00, l10, l11 := math.Exp(x[2]), x[3], math.Exp(x[4])
	return params{
		mean:   Vector{x[0], x[1]},
		cov:    Matrix{{l00 * l00, l00 * l10}, {l00 * l10, l10*l10 + l11*l11}},
		sigma2: math.Exp(x[5]),
	}
}

// leapt is where three passes in a row point to. ok is false if that is no
// further than the last of them.
func leapt(x0, x1, x2 [6]float64) (p params, ok bool) {
	var rr, vv float64
	for i := range x0 {
		r, v := x1[i]-x0[i], x2[i]-2*x1[i]+x0[i]
		rr += r * r
		vv += v * v
	}
	length := math.Sqrt(rr / vv)
	if !(length > 1) || math.IsInf(length, 0) {
		return params{}, false
	}
	var x [6]float64
	for i := range x0 {
		r, v := x1[i]-x0[i], x2[i]-2*x1[i]+x0[i]
		x[i] = x0[i] + 2*length*r + length*length*v
	}
	p = bound(x)
	return p, finite(p.mean[0], p.mean[1], p.cov[0][0], p.cov[0][1], p.cov[1][1], p.sigma2) && p.sigma2 > 0
}
