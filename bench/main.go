// Command bench measures how fast the product is, over HTTP, as people meet it.
//
// It makes practices of two sizes by the domains' own methods, on SQLite and,
// where WAYMARK_TEST_POSTGRES names a server, on PostgreSQL; starts waymark serve
// on each in a process of its own; signs in; and asks for pages with wrk.
//
//	make bench                            everything, in under ten minutes
//	make bench BENCH='-quick'             one minute, for a glance
//	make bench BENCH='-reckon'            only what needs no practice, in seconds
//	make bench BENCH='-write'             also writes doc/bench.md
//	make bench BENCH='-practice 1000'     moves a practice of 1,000 clients and five years from server to server
//	make bench BENCH='-against A,B'       compares builds of waymark on copies of one practice, in turn
//	make bench BENCH='-profile DIR'       keeps a CPU profile of each page at 8 connections
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

func main() {
	var o options
	flag.BoolVar(&o.quick, "quick", false, "one minute: smaller practices, one short run of each")
	flag.BoolVar(&o.write, "write", false, "write doc/bench.md")
	flag.StringVar(&o.profile, "profile", "", "keep a CPU profile of each page at 8 connections in this folder")
	flag.StringVar(&o.only, "only", "", "only pages whose name contains this")
	flag.BoolVar(&o.small, "small", false, "only the small practice")
	flag.BoolVar(&o.postgres, "postgres", false, "only on PostgreSQL, where there is one")
	flag.BoolVar(&o.reckon, "reckon", false, "only what is reckoned without a practice: a few seconds")
	flag.StringVar(&o.binary, "binary", "", "measure this waymark instead of building one")
	flag.StringVar(&o.against, "against", "", "only compare these, in turn, separated by commas")
	flag.IntVar(&o.rounds, "rounds", 11, "for -against: how often")
	flag.IntVar(&o.conns, "conns", 8, "for -against: connections")
	var y years
	flag.IntVar(&y.clients, "practice", 0, "move a practice of this many clients from server to server, and nothing else")
	flag.IntVar(&y.weeks, "weeks", 5*weeksOfYear, "for -practice: of how many weeks")
	order := flag.String("generate", "", "make requests, as bench asks of itself where there is no wrk")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case *order != "":
		err = generate(os.Stdout, *order)
	case o.against != "":
		err = against(ctx, os.Stdout, o)
	case y.clients > 0:
		err = moving(ctx, os.Stdout, y)
	default:
		err = bench(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	quick, write, small bool
	reckon, postgres    bool
	profile, only       string
	binary, against     string
	rounds, conns       int
}

type report struct {
	load       *loader
	conns      []int
	all        []*measured
	reckonings []reckoning
}

// restful is when a server has let go of what only its start needed, and has done once
// or twice what it does on its own.
const restful = 5 * time.Second

func bench(ctx context.Context, o options) (err error) {
	dir, err := os.MkdirTemp("", "waymark-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.profile != "" {
		if err := os.MkdirAll(o.profile, 0o700); err != nil {
			return err
		}
	}
	binary := o.binary
	if binary == "" {
		if binary, err = buildServer(ctx, dir, o.profile != ""); err != nil {
			return err
		}
	}
	reckonings, err := reckon(ctx, binary, dir)
	if err != nil {
		return err
	}
	if o.reckon {
		(&report{reckonings: reckonings}).reckoned(os.Stdout)
		return nil
	}
	load, err := newLoader(dir)
	if err != nil {
		return err
	}
	r := &report{load: load, conns: []int{1, 8, 32}, reckonings: reckonings}
	load.quiet, load.length, load.runs = time.Second, 2*time.Second, 3
	sizes := []size{
		{clinicians: 2, clients: 100, answers: 1000, load: 60, savers: 100},
		{clinicians: 100, clients: 10000, answers: 10, load: 60, savers: 1000},
	}
	if o.quick {
		r.conns = []int{8}
		load.length, load.runs = time.Second, 1
		sizes[0].answers, sizes[1].clients, sizes[1].clinicians, sizes[1].savers = 20, 1000, 20, 100
	}
	if o.small {
		sizes = sizes[:1]
	} else { // one client with as much as each of the first, and hardly anybody else
		sizes = append(sizes, size{clinicians: 1, clients: 1, answers: sizes[0].answers, load: aDay, savers: 1, programs: true})
	}
	for _, postgres := range []string{"", os.Getenv("WAYMARK_TEST_POSTGRES")} {
		if postgres == "" && (len(r.all) > 0 || o.postgres) {
			continue // there is none, or it is not asked for
		}
		for i, s := range sizes {
			m, err := r.one(ctx, o, binary, s, filepath.Join(dir, fmt.Sprint(len(r.all))), postgres, i == 0)
			if err != nil {
				return err
			}
			r.all = append(r.all, m)
		}
	}
	r.write(os.Stdout)
	if !o.write {
		return nil
	}
	f, err := os.Create("doc/bench.md")
	if err != nil {
		return err
	}
	r.write(f)
	return f.Close()
}

// one makes a practice and measures it. A large one is measured at 8 connections only.
func (r *report) one(ctx context.Context, o options, binary string, s size, dir, postgres string, whole bool) (m *measured, err error) {
	p, err := makePractice(ctx, s, dir, postgres)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.remove(context.WithoutCancel(ctx))) }()
	say("%s, %s clients, %s answers made in %.0f s", p.database(), count(s.clients+s.load), count(s.total()), p.made.Seconds())
	leading, err := p.signIn(ctx)
	if err != nil {
		return nil, err
	}
	all, err := p.pages(leading)
	if err != nil {
		return nil, err
	}
	m = &measured{practice: p}
	if !s.programs && strings.Contains("bookings of one time", o.only) { // in each: what was booked stands on pages
		if m.race, err = p.race(ctx); err != nil {
			return nil, err
		}
		say("  %d bookings of one time at once, %d rounds: one had it each time, %d ms", racers, races, m.race.Milliseconds())
	}
	for range 5 {
		s, err := p.start(ctx, binary)
		if err != nil {
			return nil, err
		}
		took, err := s.answers(all[0].targets[0])
		if err := errors.Join(err, s.stop()); err != nil {
			return nil, err
		}
		m.starts = append(m.starts, took)
	}
	server, err := p.start(ctx, binary)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.stop()) }()
	if _, err := server.answers(all[0].targets[0]); err != nil {
		return nil, err
	}
	time.Sleep(restful)
	m.idle, m.own, _ = server.rss()
	say("  start %d ms, idle %d MB, of which %d its own", median(m.starts).Milliseconds(), m.idle>>20, m.own>>20)
	for _, page := range all {
		if !strings.Contains(page.name, o.only) || m.practice.size.programs && !page.program {
			continue
		}
		var from int64
		if err := page.works(server.url, &from); err != nil {
			return nil, err
		}
		for _, conns := range r.conns {
			if !whole && conns != 8 {
				continue
			}
			kept := make(chan error, 1)
			if o.profile != "" && conns == 8 {
				name := strings.ReplaceAll(fmt.Sprintf("%s %d %s.pprof", p.database(), s.clients, page.name), " ", "-")
				length := time.Duration(r.load.runs) * r.load.length
				go func() { kept <- server.keepProfile(filepath.Join(o.profile, name), length) }()
			} else {
				kept <- nil
			}
			server.forgetMost()
			var f figure
			if f, from, err = r.load.measure(ctx, server, page.targets, conns, from); err != nil {
				return nil, err
			}
			if err := <-kept; err != nil {
				return nil, err
			}
			_, own, most := server.rss()
			m.cells = append(m.cells, cell{page, conns, f, most, own})
			say("  %-28s %2d  %6.0f/s  p50 %.1f  p99 %.1f ms  cpu %.2f ms  failed %d  %d MB, %d its own", page.name, conns, f.perSecond, ms(f.p50), ms(f.p99), ms(f.cpu), f.failed, most>>20, own>>20)
		}
		if err := page.works(server.url, &from); err != nil {
			return nil, err
		}
		if page.other != "" {
			if err := page.kept(server.url, from); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// works checks that the page is what it should be, and not the way to the sign-in.
func (p page) works(url string, from *int64) error {
	t := p.targets[*from%int64(len(p.targets))].numbered(*from / int64(len(p.targets)))
	*from++
	status, body, err := t.send(url)
	if err != nil || status != t.want {
		return fmt.Errorf("%s %s: %d where %d was expected: %w\n%.2000s", t.method, t.path, status, t.want, err, body)
	}
	return nil
}

// kept checks that what was saved is there: whoever answers differently is told
// that it was answered before. A few were under way at the end of a run, and never came.
func (p page) kept(url string, end int64) error {
	const asked, enough = 20, 15
	there := 0
	for i := range int64(asked) {
		n := end * i / asked
		t := p.targets[n%int64(len(p.targets))].numbered(n / int64(len(p.targets)))
		_, mark, _ := strings.Cut(t.body, ofPage)
		t.body = p.other + ofPage + mark
		status, _, err := t.send(url)
		if err != nil {
			return err
		}
		if status == http.StatusConflict {
			there++
		}
	}
	if there < enough {
		return fmt.Errorf("of %d check-ins that were said to be saved %d are there", asked, there)
	}
	return nil
}

// remove removes what a practice has left.
func (p *practice) remove(ctx context.Context) error {
	var all []error
	for _, address := range []string{p.records, p.keys} {
		if address != "" {
			all = append(all, dropSchema(ctx, address))
		}
	}
	return errors.Join(append(all, os.RemoveAll(p.dir))...)
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
