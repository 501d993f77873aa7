package main

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// Many forms are on their way when the server is killed: of each it was kept once what
// was written, or not at all until it is sent again.
func TestFormsThatWereOnTheirWayWhenTheServerWasKilledAreKeptOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		o, all, clinician := writersIn(t, c, 1)
		p := o.serves(t)
		open := p.beginnings(t, all[0], clinician)
		var busy sync.WaitGroup
		answers := make([]int, len(open))
		for i, one := range open {
			busy.Go(func() { answers[i], _, _, _ = p.browse("waymark="+one.cookie, one.action, one.fields) })
		}
		time.Sleep(20 * time.Millisecond)
		p.cmd.Process.Kill()
		<-p.done
		p.cmd.Wait()
		busy.Wait()
		lost := 0
		for _, status := range answers {
			if status == 0 {
				lost++
			}
		}
		t.Logf("%d of %d got no answer", lost, len(open))

		again := func() (kept map[string]int) {
			p := o.serves(t)
			for _, one := range open {
				if status, _, body, err := p.browse("waymark="+one.cookie, one.action, one.fields); err != nil || status != http.StatusSeeOther {
					t.Errorf("%s sent again: %d %v\n%s", one.action, status, err, body)
				}
			}
			if log, err := p.stops(t); err != nil {
				t.Fatalf("%v\n%s", err, log)
			}
			reopened(t, c, func(p *product) {
				kept = make(map[string]int)
				for table, rows := range p.kept(t) {
					kept[table] = strings.Count(rows, "\n")
				}
			})
			return kept
		}
		once, twice := again(), again()
		for table, want := range map[string]int{"agenda_item": 1, "hour_kept": 1, "hour_work": 1, "reflection": 2, "series": 1, "protected_time": 1, "waiting": 1, "note": 1, "goal": 1} {
			if once[table] != want {
				t.Errorf("%s has %d rows, want %d", table, once[table], want)
			}
		}
		for _, table := range []string{"job", "heads"} { // what the server does by itself
			delete(once, table)
			delete(twice, table)
		}
		if !maps.Equal(once, twice) {
			t.Errorf("sent once more it made something more: %v, then %v", once, twice)
		}
	})
}
