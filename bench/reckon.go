package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/course"
)

// A reckoning is how long something takes that needs no practice: a command on
// a file, in a process of its own, or a pure function.
type reckoning struct {
	name string
	took time.Duration // of the run in the middle
	most int64         // bytes at any time, of the process; 0 for a function
	goal time.Duration
}

// reckon measures what is reckoned at the command line. Its files are made in dir.
func reckon(ctx context.Context, binary, dir string) (all []reckoning, err error) {
	few, many, episodes := filepath.Join(dir, "few.csv"), filepath.Join(dir, "many.csv"), filepath.Join(dir, "episodes.csv")
	for path, n := range map[string]int{few: 10_000, many: 1_000_000} {
		if err := makeCSV(path, "id,service,pre,post", func(w *bufio.Writer, random *rand.Rand) {
			for i := range n {
				fmt.Fprintf(w, "%d,s%d,%d,%d\n", i, i%7, random.IntN(28), random.IntN(28))
			}
		}); err != nil {
			return nil, err
		}
	}
	if err := makeCSV(episodes, "episode,week,score", func(w *bufio.Writer, random *rand.Rand) {
		for i := range 10_000 {
			a, b := 14.2+5*random.NormFloat64(), -1.75+1.5*random.NormFloat64()
			for week := range 3 + random.IntN(12) {
				fmt.Fprintf(w, "%d,%d,%.0f\n", i, week, min(27, max(0, a+b*math.Log1p(float64(week))+3.4*random.NormFloat64())))
			}
		}
	}); err != nil {
		return nil, err
	}
	change := " --pre pre --post post --sd 5.7 --reliability .84 --mean 14.2 --direction lower --cut 9.5"
	for _, c := range []struct {
		name, args string
		goal       time.Duration
	}{
		{"change, 10,000 rows", "change " + few + change, 0},
		{"change, 1,000,000 rows", "change " + many + change, 3 * time.Second},
		{"change by HLL, 1,000,000 rows", "change " + many + change + " --method hll", 3 * time.Second},
		{"change by group, counts only, 1,000,000 rows", "change " + many + change + " --group service --summary", 3 * time.Second},
		{"learn from 10,000 episodes", "learn " + episodes + " --instrument phq-9 --weight 20 --residual-weight 60", 2 * time.Second},
	} {
		r := reckoning{name: c.name, goal: c.goal}
		var took []time.Duration
		for range 3 {
			cmd := exec.CommandContext(ctx, binary, append([]string{"measure"}, strings.Fields(c.args)...)...)
			cmd.Stdout, cmd.Stderr = io.Discard, os.Stderr
			began := time.Now()
			if err := cmd.Run(); err != nil {
				return nil, fmt.Errorf("%s: %w", c.name, err)
			}
			took = append(took, time.Since(began))
			if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
				r.most = max(r.most, int64(usage.Maxrss)<<10) // Linux counts in KiB
			}
		}
		slices.Sort(took)
		r.took = took[1]
		all = append(all, r)
	}
	fan, err := reckonCourse()
	if err != nil {
		return nil, err
	}
	return append(all, fan), nil
}

// reckonCourse times the course of a client with 200 scores.
func reckonCourse() (reckoning, error) {
	prior, ok := course.Shipped("phq-9")
	if !ok {
		return reckoning{}, fmt.Errorf("no prior for phq-9")
	}
	random := rand.New(rand.NewPCG(1, 1))
	scores := make([]course.Moment, 200)
	for i := range scores {
		scores[i] = course.Moment{Week: float64(i), Score: float64(random.IntN(28))}
	}
	weeks := make([]float64, 60)
	for i := range weeks {
		weeks[i] = float64(4 * i)
	}
	var failed error
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			_, err1 := prior.Posterior(scores)
			_, err2 := prior.Fan(scores[:1], weeks)
			if err1 != nil || err2 != nil {
				failed = fmt.Errorf("a course of 200 scores: %v, %v", err1, err2)
			}
		}
	})
	return reckoning{name: "course and fan of a client with 200 scores", took: time.Duration(result.NsPerOp()), goal: 50 * time.Microsecond}, failed
}

// makeCSV makes a file with a line of names and what fill writes, the same each time.
func makeCSV(path, names string, fill func(*bufio.Writer, *rand.Rand)) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, names)
	fill(w, rand.New(rand.NewPCG(1, 2)))
	if err := w.Flush(); err != nil {
		return err
	}
	return file.Close()
}

// reckoned writes the section of what needs no practice.
func (r *report) reckoned(w io.Writer) {
	if len(r.reckonings) == 0 {
		return
	}
	fmt.Fprint(w, "## Without a practice\n\nCommands on a file, each in a process of its own, the run in the middle of three; and a function.\n\n| | took | most memory | goal |\n|---|---|---|---|\n")
	for _, x := range r.reckonings {
		most, goal := "-", "-"
		if x.most > 0 {
			most = fmt.Sprintf("%d MB", x.most>>20)
		}
		if x.goal > 0 {
			goal = inWords(x.goal)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", x.name, inWords(x.took), most, goal)
	}
	fmt.Fprintln(w)
}

// inWords is a length of time with as many figures as mean something.
func inWords(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.2f s", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f µs", float64(d)/float64(time.Microsecond))
}
