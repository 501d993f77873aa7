package person_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/person"
)

func TestPagesOfPeopleHaveEverybodyOnceAndAsTheyWroteThemselves(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		as := map[string]string{p.ines.ID: "inès", p.carl.ID: `Carl "C" \ <b> & 日`, p.tomas.ID: "Zoë"}
		for _, who := range []string{p.ines.ID, p.carl.ID, p.tomas.ID} {
			me := p.ines
			me.ID = who
			p.Do(t, func(ctx context.Context) error {
				return p.Rename(ctx, me, person.Person{ID: who, Name: as[who], Phone: "+44 20\u202f7946 0000", Revision: 1})
			})
		}
		as[p.manager.ID], as[p.sven.ID] = "Otto", "Sven"

		seen, after := map[string]string{}, ""
		for range 4 { // the last is empty
			var page []person.Person
			p.Do(t, func(ctx context.Context) (err error) { page, err = p.All(ctx, p.manager, after, 2); return err })
			if len(page) > 2 {
				t.Fatalf("a page of two has %d", len(page))
			}
			if !slices.IsSortedFunc(page, func(a, b person.Person) int {
				return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
			}) {
				t.Errorf("not by name: %+v", page)
			}
			from := after
			for _, q := range page {
				if q.ID <= from || seen[q.ID] != "" {
					t.Errorf("%s is on a page on which they do not belong", q.Name)
				}
				seen[q.ID], after = q.Name, max(after, q.ID)
				if !q.Staff != (q.ID == p.tomas.ID) || q.State != person.Here || q.Since.IsZero() {
					t.Errorf("got %+v", q)
				}
				if renamed := q.Revision == 2; renamed != (q.Phone == "+44 20\u202f7946 0000") {
					t.Errorf("%s has the phone %q", q.Name, q.Phone)
				}
			}
		}
		for id, name := range as {
			if seen[id] != name {
				t.Errorf("got %q, want %q", seen[id], name)
			}
		}
		if len(seen) != len(as) {
			t.Errorf("%d people are listed, of %d", len(seen), len(as))
		}
	})
}
