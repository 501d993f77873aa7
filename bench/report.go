package main

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A measured is everything that was found out about one practice.
type measured struct {
	practice *practice
	starts   []time.Duration // from the start of the process to the first answer
	idle     int64           // bytes, some seconds after the start
	own      int64           // bytes, of idle: not pages of the program file
	cells    []cell
	race     time.Duration // a round of bookings in the middle; 0: none were run
}

type cell struct {
	page  page
	conns int
	figure
	most int64 // bytes, at any time under this load
	own  int64 // bytes, when this load ended: not pages of the program file
}

// most is the cell under which the server had the most memory, of those of the house or of all.
func (m *measured) most(house bool) (most cell) {
	for _, c := range m.cells {
		if (c.page.house || !house) && c.most >= most.most {
			most = c
		}
	}
	return most
}

// memory says how much there was at most, and when.
func (c cell) memory() string {
	return fmt.Sprintf("%d MB (%s at %d connections, %d its own when that ended)", c.most>>20, c.page.name, c.conns, c.own>>20)
}

func (m *measured) at(name string, conns int) (figure, bool) {
	for _, c := range m.cells {
		if c.page.name == name && c.conns == conns {
			return c.figure, true
		}
	}
	return figure{}, false
}

// machine says what was measured on.
func machine() string {
	model := "unknown processor"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	kernel, _ := exec.Command("uname", "-sr").Output()
	load, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(load), " ")
	return fmt.Sprintf("%d cores (%s), %s, %s; load %s at the end, the load generator on the same cores",
		runtime.NumCPU(), model, strings.TrimSpace(string(kernel)), runtime.Version(), first)
}

// write writes the whole report as Markdown.
func (r *report) write(w io.Writer) {
	fmt.Fprintf(w, "# Measured\n\n%s, %s. Each figure is the run in the middle of %d of %s, after one of %s to warm up, by %s over HTTP on loopback, with a sign-in that each request has looked up.\n\n",
		time.Now().Format("2 January 2006"), machine(), r.load.runs, r.load.length, r.load.quiet, r.load.name())
	for _, m := range r.all {
		s := m.practice.size
		fmt.Fprintf(w, "## %s, %s clients\n\n", m.practice.database(), count(s.clients+s.load))
		fmt.Fprintf(w, "%s answers stored, made in %.0f s. ", count(s.total()), m.practice.made.Seconds())
		fmt.Fprintf(w, "Start to first answer %d ms (%d starts, %d to %d). Memory %d MB idle, of which %d its own and the rest pages of the program file; under load at most %s",
			median(m.starts).Milliseconds(), len(m.starts), slices.Min(m.starts).Milliseconds(), slices.Max(m.starts).Milliseconds(), m.idle>>20, m.own>>20, m.most(false).memory())
		if house := m.most(true); house.most > 0 {
			fmt.Fprintf(w, ", and %s under that which has a goal for it (down to saving a check-in)", house.memory())
		}
		io.WriteString(w, ".\n\n")
		r.table(w, m)
		fmt.Fprintln(w)
		if m.race > 0 {
			fmt.Fprintf(w, "%d bookings of one time at once, in %d rounds: exactly one had it each time, and all others were told; a round took %d ms.\n\n", racers, races, m.race.Milliseconds())
		}
	}
	r.reckoned(w)
	r.growth(w)
	io.WriteString(w, bounds)
}

// bounds is what profiles say of what is slower than it was to be.
//
//go:embed bounds.md
var bounds string

// table is requests a second and, in brackets, milliseconds at the median and
// the 99th percentile; the size of a reply; and how long the server computes for
// one request at 8 connections, which is the same when others use the machine too.
func (r *report) table(w io.Writer, m *measured) {
	fmt.Fprint(w, "| req/s (p50 / p99 ms) | kB | CPU ms |")
	for _, c := range r.conns {
		fmt.Fprintf(w, " %d conn |", c)
	}
	fmt.Fprint(w, " goal at 8 |\n|---|---|---|", strings.Repeat("---|", len(r.conns)), "---|\n")
	for _, p := range r.names(m) {
		eight, _ := m.at(p.name, 8)
		fmt.Fprintf(w, "| %s | %s | %.2f |", p.name, kB(eight), ms(eight.cpu))
		for _, conns := range r.conns {
			f, ok := m.at(p.name, conns)
			switch {
			case !ok:
				fmt.Fprint(w, " - |")
			case f.failed > 0:
				fmt.Fprintf(w, " %d failed |", f.failed)
			default:
				fmt.Fprintf(w, " %s (%.1f / %.1f) |", count(int(f.perSecond)), ms(f.p50), ms(f.p99))
			}
		}
		goal := "-"
		if g := p.goal[m.practice.database()]; g > 0 {
			goal = count(int(g))
		} else if p.within > 0 {
			goal = fmt.Sprintf("%d ms at 1 conn", p.within.Milliseconds())
		}
		fmt.Fprintf(w, " %s |\n", goal)
	}
}

func (r *report) names(m *measured) (all []page) {
	for _, c := range m.cells {
		if !slices.ContainsFunc(all, func(p page) bool { return p.name == c.page.name }) {
			all = append(all, c.page)
		}
	}
	return all
}

// growth compares the practices on the same database, at 8 connections.
func (r *report) growth(w io.Writer) {
	for _, small := range r.all {
		for _, large := range r.all {
			if small.practice.database() != large.practice.database() || small.practice.size.clients >= large.practice.size.clients {
				continue
			}
			fmt.Fprintf(w, "From %s with %s answers to %s with %s on %s, with the same %d clinicians, at 8 connections, ",
				clients(small.practice.size.clients), count(small.practice.size.total()), clients(large.practice.size.clients), count(large.practice.size.total()), small.practice.database(), staff+desks+1)
			var parts []string
			for _, p := range r.names(small) {
				a, there := small.at(p.name, 8)
				b, also := large.at(p.name, 8)
				if there && also {
					parts = append(parts, fmt.Sprintf("%s takes %.2f times as long (%.2f of the processor)", p.name, a.perSecond/b.perSecond, float64(b.cpu)/float64(max(a.cpu, 1))))
				}
			}
			fmt.Fprintf(w, "%s; start %.2f; idle memory %.2f.\n\n", strings.Join(parts, "; "),
				float64(median(large.starts))/float64(median(small.starts)), float64(large.idle)/math.Max(1, float64(small.idle)))
		}
	}
}

func clients(n int) string {
	if n == 1 {
		return "one client"
	}
	return count(n) + " clients"
}

func kB(f figure) string {
	return fmt.Sprintf("%.1f", float64(f.bytes)/float64(max(f.requests, 1))/1000)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func median(all []time.Duration) time.Duration {
	all = slices.Clone(all)
	slices.Sort(all)
	return all[len(all)/2]
}

// count writes 12345 as 12,345.
func count(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
