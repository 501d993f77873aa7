package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// against compares versions of waymark: each serves a copy of one practice on SQLite, or,
// where WAYMARK_TEST_POSTGRES names a server, the same one there, and they are asked in
// turn, a second each, for as many rounds as o says. A machine that is slow for a while is
// then slow for all of them, and the median of what a round gave by what it gave the first
// is nearer the truth than any figure of its own. Two servers of one version differ by up to a
// tenth nonetheless, for as long as they run: name each of two versions twice, crosswise.
func against(ctx context.Context, w io.Writer, o options) (err error) {
	binaries := strings.Split(o.against, ",")
	if o.rounds < 1 {
		return errors.New("-rounds must be at least 1")
	}
	dir, err := os.MkdirTemp("", "waymark-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	load, err := newLoader(dir)
	if err != nil {
		return err
	}
	load.quiet, load.length, load.runs = time.Second, time.Second, 1
	s := size{clinicians: 2, clients: 100, answers: 200, load: 60, savers: 100}
	if !o.small {
		s = size{clinicians: 100, clients: 10000, answers: 10, load: 60, savers: 1000}
	}
	p, err := makePractice(ctx, s, filepath.Join(dir, "practice"), os.Getenv("WAYMARK_TEST_POSTGRES"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.remove(context.WithoutCancel(ctx))) }()
	leading, err := p.signIn(ctx)
	if err != nil {
		return err
	}
	all, err := p.pages(leading)
	if err != nil {
		return err
	}
	servers := make([]*server, len(binaries))
	for i, binary := range binaries {
		twin := *p
		twin.dir = filepath.Join(dir, fmt.Sprint("copy", i))
		if err := os.CopyFS(twin.dir, os.DirFS(p.dir)); err != nil {
			return err
		}
		if servers[i], err = twin.start(ctx, binary); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, servers[i].stop()) }()
		if _, err := servers[i].answers(all[0].targets[0]); err != nil {
			return err
		}
	}
	for _, page := range all {
		if !strings.Contains(page.name, o.only) {
			continue
		}
		for _, s := range servers {
			s.forgetMost()
		}
		var from int64 // counts for all of them, who may serve the same practice
		figures := make([][]figure, len(binaries))
		for round := range o.rounds {
			for k := range binaries {
				i := (k + round) % len(binaries)
				var f figure
				if err := page.works(servers[i].url, &from); err != nil {
					return err
				}
				l := *load
				if round > 0 {
					l.quiet = 0
				}
				if f, from, err = l.measure(ctx, servers[i], page.targets, o.conns, from); err != nil {
					return err
				}
				figures[i] = append(figures[i], f)
			}
		}
		fmt.Fprintf(w, "%s, %d connections, %d rounds\n", page.name, o.conns, o.rounds)
		for i, binary := range binaries {
			of := func(what func(figure) float64) (middle, ratio float64) {
				var each, ratios []float64
				for round, f := range figures[i] {
					each = append(each, what(f))
					ratios = append(ratios, what(f)/what(figures[0][round]))
				}
				slices.Sort(each)
				slices.Sort(ratios)
				return each[len(each)/2], ratios[len(ratios)/2]
			}
			rate, rates := of(func(f figure) float64 { return f.perSecond })
			cpu, cpus := of(func(f figure) float64 { return float64(f.cpu) / 1e6 })
			slow, slows := of(func(f figure) float64 { return float64(f.p99) / 1e6 })
			now, own, most := servers[i].rss()
			fmt.Fprintf(w, "  %-28s %6.0f/s (%.3f)  cpu %.3f ms (%.3f)  p99 %5.1f ms (%.2f)  %d MB, at most %d, %d its own\n",
				filepath.Base(binary), rate, rates, cpu, cpus, slow, slows, now>>20, most>>20, own>>20)
		}
	}
	return nil
}
