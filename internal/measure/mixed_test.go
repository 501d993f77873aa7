package measure

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/waytest"
)

// A kept is an occasion as these tests know it, beside the database.
type kept struct {
	ask, state, id string
	nth, at        int64
}

// mixed fills a record with occasions of every kind, many of them at the same time.
func mixed(t *testing.T, w *waytest.World, ms *Measures, who access.Actor, r *rand.Rand) (all []kept) {
	t.Helper()
	client := access.ClientRecord(who.ID)
	w.Do(t, func(ctx context.Context) error {
		tx, err := ms.door.Begin(ctx, who, access.GiveAnswer, client)
		if err != nil {
			return err
		}
		defer tx.Rollback()

		one := 1
		for n, state := range []string{stateOwn, string(AskOpen), string(AskOpen), string(AskEnded), string(AskRefused), string(AskOpen)} {
			name := fmt.Sprintf("ask-%d", n)
			series := ms.series(tx, "phq-9") // they all ask for the same
			if _, err := putAsk(ctx, tx, askRow{id: name, state: state, plan: []byte{}}, series, 1, 0, sealedAsk{Instrument: "phq-9"}); err != nil {
				return err
			}
			for nth := range r.Int64N(7) {
				k := kept{ask: name, nth: nth, at: 1_000_000 * (1 + r.Int64N(4))}
				k.state = []string{"", stateDraft, stateSkipped, stateGiven, stateGiven}[r.IntN(5)]
				rev := int64(0)
				switch k.state {
				case "":
					continue
				case stateDraft:
					rev = 1
				case stateGiven:
					k.id = fmt.Sprintf("%s-%02d-%d", who.ID, r.IntN(100), 10*n+int(nth))
				}
				s := sealedAnswer{Instrument: "phq-9", Version: "1", Items: chosen{&one}, Rule: "r"}
				if done, err := put(ctx, tx, key{name, nth, series}, k.state, k.id, rev, time.UnixMicro(k.at), s); err != nil || !done {
					return fmt.Errorf("%+v: kept %t, %w", k, done, err)
				}
				all = append(all, k)
			}
		}
		return tx.Commit()
	})
	return all
}

func TestWhatCameOfAsksIsFoundWhateverCameBefore(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ms := New(w.Door, instrument.NewShelf(w.Door))
		r := rand.New(rand.NewPCG(1, 2))
		want := make(map[access.Compartment]kept) // the newest answer of each client
		var ends, wantEnds []string
		for i := range 25 {
			who := access.Actor{Practice: w.Practice, ID: fmt.Sprintf("client%02d", i)}
			client := access.ClientRecord(who.ID)
			w.Make(t, client, access.PersonRecord(who.ID))
			w.Grant(t, who, access.Operations, access.Client)
			w.Grant(t, who, client, access.Self)
			w.Grant(t, w.Clinician, client, access.Treats)
			all := mixed(t, w, ms, who, r)
			given := make(map[string][]kept)
			for _, k := range all {
				if k.state != stateGiven {
					continue
				}
				given[k.ask] = append(given[k.ask], k)
				if was, there := want[client]; !there || cmp.Or(cmp.Compare(k.at, was.at), cmp.Compare(k.id, was.id)) > 0 {
					want[client] = k
				}
			}
			for _, of := range given {
				slices.SortFunc(of, func(a, b kept) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
				for n, k := range of {
					if n == 0 || n >= len(of)-2 {
						wantEnds = append(wantEnds, k.id)
					}
				}
			}
			w.Do(t, func(ctx context.Context) error {
				tx, err := ms.door.Begin(ctx, who, access.ReadDue, client)
				if err != nil {
					return err
				}
				defer tx.Rollback()

				got, err := pasts(ctx, tx)
				for _, p := range got {
					if diff := gocmp.Diff(pastOf(all, p.ask.ID), outline{p.done, p.begun, p.doneAt, p.answeredAt}); diff != "" {
						t.Errorf("%s of %+v: %s", p.ask.ID, all, diff)
					}
				}
				if len(got) != 6 {
					t.Errorf("%d asks", len(got))
				}
				return err
			})
		}
		w.Do(t, func(ctx context.Context) error {
			l, err := ms.door.BeginList(ctx, w.Clinician, access.ListMeasures, access.KindClient)
			if err != nil {
				return err
			}
			defer l.Rollback()

			last, err := ms.lastOf(ctx, l)
			for _, s := range last {
				if k := want[s.client]; k.id != s.answer.ID {
					t.Errorf("%s: the last is %s, want %s", s.client, s.answer.ID, k.id)
				}
			}
			if err != nil || len(last) != len(want) {
				t.Errorf("%d have a last answer, want %d: %v", len(last), len(want), err)
			}
			all, err := ms.endsOf(ctx, l)
			for _, s := range all {
				ends = append(ends, s.answer.ID)
			}
			return err
		})
		slices.Sort(ends)
		slices.Sort(wantEnds)
		if diff := gocmp.Diff(wantEnds, ends); diff != "" {
			t.Errorf("ends: %s", diff)
		}
	})
}

// An outline is what past says of an ask, but for the ask.
type outline struct {
	Done, Begun        int64
	DoneAt, AnsweredAt time.Time
}

// pastOf is what came of the ask, found out by going through everything.
func pastOf(all []kept, ask string) outline {
	o := outline{Done: -1, Begun: -1}
	for _, k := range all { // those of an ask in order
		switch {
		case k.ask != ask:
		case k.state == stateDraft:
			o.Begun = k.nth
		default:
			o.Done, o.DoneAt, o.Begun = k.nth, access.Moment(k.at), -1
			if k.state == stateGiven {
				o.AnsweredAt = access.Moment(k.at)
			}
		}
	}
	return o
}
