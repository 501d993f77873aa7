package main

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// generate does what wrk does with load.lua, where there is no wrk: order is
// "url connections length file from". The result goes to out.
func generate(out io.Writer, order string) error {
	var url, file, text string
	var conns int
	var from int64
	if _, err := fmt.Sscan(order, &url, &conns, &text, &file, &from); err != nil {
		return err
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	all, err := readTargets(file)
	if err != nil {
		return err
	}
	client := http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: conns, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var next, failed, bytes atomic.Int64
	next.Store(from)
	took := make([][]time.Duration, conns)
	began := time.Now()
	var workers sync.WaitGroup
	for w := range conns {
		workers.Go(func() {
			for time.Since(began) < length {
				n := next.Add(1) - 1
				t := all[n%int64(len(all))].numbered(n / int64(len(all)))
				at := time.Now()
				size, ok := t.once(&client, url)
				took[w] = append(took[w], time.Since(at))
				bytes.Add(size)
				if !ok {
					failed.Add(1)
				}
			}
		})
	}
	workers.Wait()
	lasted := time.Since(began)
	every := slices.Concat(took...)
	if len(every) == 0 {
		return fmt.Errorf("nothing was answered")
	}
	slices.Sort(every)
	_, err = fmt.Fprintf(out, "RESULT %d %d %d %d %d %d\n", len(every), lasted.Microseconds(),
		every[len(every)/2].Microseconds(), every[len(every)*99/100].Microseconds(), failed.Load(), bytes.Load())
	return err
}

func (t target) once(client *http.Client, url string) (size int64, ok bool) {
	q, err := http.NewRequest(t.method, url+t.path, strings.NewReader(t.body))
	if err != nil {
		return 0, false
	}
	t.dress(q)
	reply, err := client.Do(q)
	if err != nil {
		return 0, false
	}
	defer reply.Body.Close()
	size, err = io.Copy(io.Discard, reply.Body)
	return size, err == nil && reply.StatusCode < 400
}

func readTargets(file string) ([]target, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var all []target
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		parts := strings.Split(lines.Text(), "\t")
		if len(parts) != 4 {
			return nil, fmt.Errorf("%s: a line has %d parts", file, len(parts))
		}
		all = append(all, target{method: parts[0], path: parts[1], cookie: parts[2], body: parts[3]})
	}
	return all, lines.Err()
}
