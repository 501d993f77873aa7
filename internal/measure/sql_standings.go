package measure

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
)

// A standing is an answer and what it belongs to, in a list.
type standing struct {
	asked
	answer Answer
}

// asked is one ask of one client, as the database calls it.
type asked struct {
	client access.Compartment
	ask    string
}

// sides are how many answers of each ask endsOf reads: the first and the newest two.
const sides = 3

// scoredEndsOf returns, for every ask in the visible records, the newest answer, the
// first that has a score and the newest two that have one and are not of one day, or
// there are none, and perhaps others, in no order. Nearly always these are what endsOf
// reads. Whether an answer has a score is known only once it is open, and is no business
// of the database; so, of an ask that may have more, one of whose ends has none, or whose
// newest two are of one day, everything is read.
func (ms *Measures) scoredEndsOf(ctx context.Context, l *access.List) ([]standing, error) {
	ends, err := ms.endsOf(ctx, l)
	if err != nil {
		return nil, err
	}
	read, unsure := make(map[asked]int, len(ends)), make(map[asked]bool)
	for _, s := range ends {
		read[s.asked]++
		if s.answer.Result.Total == nil && ms.hasTotal(l.Practice, s.answer) {
			unsure[s.asked] = true
		}
	}
	for _, s := range ofOneDay(ends) {
		unsure[s.asked] = true
	}
	var kept []standing
	for _, s := range ends {
		if read[s.asked] < sides {
			delete(unsure, s.asked) // there are no others
		}
		if !unsure[s.asked] {
			kept = append(kept, s)
		}
	}
	if len(unsure) == 0 {
		return ends, nil
	}
	all, err := ms.wholeOf(ctx, l, unsure)
	return append(kept, all...), err
}

// ofOneDay are those of ends that belong to a client's questionnaire whose newest two
// scores are of one day, by whichever asks they came.
func ofOneDay(ends []standing) (all []standing) {
	type sheets struct {
		client     access.Compartment
		instrument string
	}
	newest := make(map[sheets][2]time.Time)
	for _, s := range ends {
		if s.answer.Result.Total == nil {
			continue
		}
		of := sheets{s.client, s.answer.Instrument}
		switch two := newest[of]; {
		case s.answer.GivenAt.After(two[0]):
			newest[of] = [2]time.Time{s.answer.GivenAt, two[0]}
		case s.answer.GivenAt.After(two[1]):
			newest[of] = [2]time.Time{two[0], s.answer.GivenAt}
		}
	}
	for _, s := range ends {
		two := newest[sheets{s.client, s.answer.Instrument}]
		if !two[1].IsZero() && course.SameDay(course.Moment{}, course.Moment{Week: two[0].Sub(two[1]).Hours() / (24 * week)}) {
			all = append(all, s)
		}
	}
	return all
}

// hasTotal says whether an answer to that questionnaire can have a score at all.
func (ms *Measures) hasTotal(practice string, a Answer) bool {
	in, ok := ms.Library(practice).Lookup(a.Instrument, "")
	return ok && !in.Scoring.NoTotal
}

// wholeOf returns every answer to some asks, in no order.
func (ms *Measures) wholeOf(ctx context.Context, l *access.List, of map[asked]bool) ([]standing, error) {
	clients, asks := make(map[access.Compartment]bool), make(map[string]bool)
	for a := range of {
		clients[a.client], asks[a.ask] = true, true
	}
	rows, err := l.Query(ctx, `
		SELECT `+answerColumns+`
		FROM AMONG($2) k CROSS JOIN occasion o
		WHERE o.practice = $1 AND o.compartment = k.value AND o.ask_id IN AMONG($3) AND o.state = 'given'`,
		l.Practice, textsOf(clients), textsOf(asks))
	return ms.openedAmong(ctx, l, rows, err, of)
}

// textsOf is a set as AMONG($n) in a statement wants it.
func textsOf[T ~string](set map[T]bool) string {
	list := make([]T, 0, len(set))
	for t := range set {
		list = append(list, t)
	}
	text, _ := json.Marshal(list) // texts always can be
	return string(text)
}

// endsOf returns, for every ask in the visible records, the first answer and the
// newest two, in no order: by when they were given, as a course has them, and not by
// their occasions, because one may have waited on a phone without a network. The asks are gone through first and for themselves, so that
// each needs a few seeks and no reading of its year; and one after the other, so that
// SQLite reads what lies on one page while it is at hand. The LIMIT, which none reaches,
// says both: neither database mixes what has one into what stands around it.
func (ms *Measures) endsOf(ctx context.Context, l *access.List) ([]standing, error) {
	rows, err := l.Query(ctx, `
		SELECT `+answerColumns+` FROM (
			SELECT k.practice, k.compartment, k.id,
			       (SELECT x.id FROM occasion x
				WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id AND x.state = 'given'
				ORDER BY x.at, x.id LIMIT 1) AS first,
			       (SELECT x.id FROM occasion x
				WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id AND x.state = 'given'
				ORDER BY x.at DESC, x.id DESC LIMIT 1) AS newest,
			       (SELECT x.id FROM occasion x
				WHERE x.practice = k.practice AND x.compartment = k.compartment AND x.ask_id = k.id AND x.state = 'given'
				ORDER BY x.at DESC, x.id DESC LIMIT 1 OFFSET 1) AS before
			FROM ask k
			WHERE k.practice = $1 AND k.compartment IN AMONG($2)
			LIMIT 9223372036854775807) e CROSS JOIN occasion o
		WHERE o.practice = e.practice AND o.compartment = e.compartment AND o.state = 'given'
		  AND o.id IN (e.first, e.newest, e.before)`, l.Practice, l.Among())
	return ms.openedAmong(ctx, l, rows, err, nil)
}

// lastOf returns the newest answer of each client in the visible records, in no
// order: it is sought by its time, and nothing else is read. In a large practice what is
// asked of a few clients lies on a page for each, so that their asks are not gone through.
func (ms *Measures) lastOf(ctx context.Context, l *access.List) ([]standing, error) {
	rows, err := l.Query(ctx, `
		SELECT `+answerColumns+`
		FROM AMONG($2) k CROSS JOIN occasion o
		WHERE o.practice = $1 AND o.compartment = k.value AND o.id > '' AND o.state = 'given'
		  AND o.at = (SELECT x.at FROM occasion x
			WHERE x.practice = $1 AND x.compartment = k.value AND x.id > ''
			ORDER BY x.at DESC, x.id DESC LIMIT 1)
		  AND o.id = (SELECT x.id FROM occasion x
			WHERE x.practice = $1 AND x.compartment = k.value AND x.id > ''
			ORDER BY x.at DESC, x.id DESC LIMIT 1)`, l.Practice, l.Among())
	return ms.openedAmong(ctx, l, rows, err, nil)
}

// openedAmong reads and opens what rows hold of the asks in only, or of all if that is
// nil, and closes them.
func (ms *Measures) openedAmong(ctx context.Context, l *access.List, rows *access.Rows, err error, only map[asked]bool) ([]standing, error) {
	if err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	defer rows.Close()

	var all []standing
	for rows.Next() {
		var r answerRow
		if err := r.scan(rows); err != nil {
			return nil, err
		}
		of := asked{r.c, r.ask}
		if only != nil && !only[of] {
			continue
		}
		plain, err := l.OpenIn(ctx, r.c, answerPlace(r.ask, r.nth, r.id), r.body)
		if err != nil {
			return nil, fmt.Errorf("open answer %s: %w", r.id, err)
		}
		a, err := ms.unseal(l.Practice, r, plain)
		if err != nil {
			return nil, err
		}
		all = append(all, standing{of, a})
	}
	return all, rows.Err()
}
