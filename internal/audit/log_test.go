package audit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/waymark-care/waymark/internal/audit"
	"github.com/waymark-care/waymark/internal/waytest"
)

func leaf(n int) []audit.Leaf {
	return []audit.Leaf{{Practice: "lindenhouse", Actor: "ines", Action: "test", Detail: fmt.Sprint(n)}}
}

// TestTreeIsTheSameAfterReopening checks that a log opened again, in the middle
// of a block, goes on with the same tree.
func TestTreeIsTheSameAfterReopening(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		log := w.Log
		for i := range 5 {
			if err := log.Record(manyLeaves(150 + i)); err != nil {
				t.Fatal(err)
			}
			if _, err := log.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			log = w.Reopen(t)
		}
		w.AuditHolds(t)
	})
}

// TestABlockMaySpeakOfNobody checks that the log goes on when all leaves of a block
// speak of no record, as when somebody asks again and again for what is not there.
func TestABlockMaySpeakOfNobody(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		for range 600 {
			if err := w.Log.Record([]audit.Leaf{{Practice: "lindenhouse", Actor: "ines", Action: "test"}}); err != nil {
				t.Fatal(err)
			}
		}
		w.AuditHolds(t)
	})
}

// TestTwoNodesTakeTurnsAtOneLog checks that each goes on where the other ended,
// with leaves alone, with changes, and across the ends of blocks.
func TestTwoNodesTakeTurnsAtOneLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		logs := []*audit.Log{w.Log, w.Reopen(t)}
		const rounds, each = 40, 5
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for n := range rounds {
					log := logs[(i+n/3)%2]
					if i%4 > 0 {
						if err := log.Record(manyLeaves(each)); err != nil {
							t.Error(err)
						}
						continue
					}
					c, err := log.Begin(t.Context())
					if err != nil {
						t.Error(err)
						continue
					}
					if _, err := c.Exec(t.Context(), `INSERT INTO audit_checkpoint (size, note) VALUES ($1, 'x')`, 10000+i*rounds+n); err != nil {
						t.Error(err)
					}
					if err := c.Commit(manyLeaves(each)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if got := w.Count(t, `SELECT count(*) FROM audit`); got != 8*rounds*each {
			t.Errorf("kept %d leaves, want %d", got, 8*rounds*each)
		}
		if got := w.Count(t, `SELECT count(*) FROM audit_checkpoint`); got != 2*rounds {
			t.Errorf("kept %d changes, want %d", got, 2*rounds)
		}
		w.Exec(t, `DELETE FROM audit_checkpoint`)
		w.AuditHolds(t)
	})
}

// TestTamperingShows checks that each way to falsify the log is found.
func TestTamperingShows(t *testing.T) {
	for _, tt := range []struct {
		sql  string
		seq  int64
		want string
	}{
		{`UPDATE audit SET actor_id = 'nobody' WHERE seq = 3`, 3, "leaf 3 is not as it was written"},
		{`UPDATE audit SET allowed = true WHERE seq = 599`, 599, "leaf 599 is not as it was written"},
		{`UPDATE audit SET mac = (SELECT mac FROM audit WHERE seq = 1) WHERE seq = 2`, 2, "leaf 2 is not as it was written"},
		{`UPDATE audit SET seq = seq + 1000 WHERE seq = 300`, 300, "leaf 300 is missing"},
		{`DELETE FROM audit WHERE seq = 3`, 3, "leaf 3 is missing"},
		{`DELETE FROM audit WHERE seq >= 590`, 590, "once was longer"},
		{`UPDATE audit_checkpoint SET note = replace(note, '600', '601')`, 600, "checkpoint"},
		{`DELETE FROM audit_hash`, 0, "not as they were written"},
		{`UPDATE audit_block SET marks = (SELECT hash FROM audit_hash LIMIT 1) WHERE block = 1`, 256, "of whom audit leaves 256 to 511 speak"},
		{`DELETE FROM audit_block WHERE block = 0`, 0, "of whom audit leaves 0 to 255 speak"},
	} {
		waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
			if err := w.Log.Record(manyLeaves(600)); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Log.Checkpoint(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.AuditHolds(t)
			w.Exec(t, tt.sql)
			err := w.VerifyAudit(t, "")
			var f *audit.Finding
			if !errors.As(err, &f) || !strings.Contains(f.Text, tt.want) || f.Seq != tt.seq {
				t.Errorf("after %s: got %v, want %q at %d", tt.sql, err, tt.want, tt.seq)
			}
		})
	}
}

// TestACheckpointKeptElsewhereFindsARewrittenLog checks that even a log written
// anew with the right keys, and cut short, does not pass for the one that was
// signed.
func TestACheckpointKeptElsewhereFindsARewrittenLog(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		if err := w.Log.Record(manyLeaves(10)); err != nil {
			t.Fatal(err)
		}
		kept, err := w.Log.Checkpoint(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.VerifyAudit(t, kept); err != nil {
			t.Errorf("an honest log: %v", err)
		}
		w.Exec(t, `DELETE FROM audit`)
		w.Exec(t, `DELETE FROM audit_checkpoint`)
		log := w.Reopen(t)
		if err := log.Record(manyLeaves(9)); err != nil {
			t.Fatal(err)
		}
		if err := w.VerifyAudit(t, ""); err != nil {
			t.Errorf("the rewritten log itself is consistent, but: %v", err)
		}
		if err := w.VerifyAudit(t, kept); err == nil {
			t.Error("the rewritten log passed for the one that was signed")
		}
	})
}

// TestWhoOpenedMyRecordReadsOnlyTheBlocksThatMatter checks that entries about one
// record are found in old blocks, in lists that name it, and nowhere else.
func TestWhoOpenedMyRecordReadsOnlyTheBlocksThatMatter(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		about := func(c, detail, who string) audit.Leaf {
			return audit.Leaf{Practice: "lindenhouse", Actor: who, Action: "test", Compartment: c, Detail: detail}
		}
		leaves := manyLeaves(700)
		leaves[5] = about("client/a", "", "first")
		leaves[300] = about("", "client/a client/b", "second")
		leaves[301] = audit.Leaf{Practice: "elsewhere", Actor: "foreign", Compartment: "client/a"}
		leaves[690] = about("client/a", "", "third")
		if err := errors.Join(w.Log.Record(leaves), w.Log.Gather()); err != nil {
			t.Fatal(err)
		}
		tx, err := w.DB.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		var who []string
		err = audit.Of(t.Context(), tx, "lindenhouse", "client/a", func(e audit.Entry) bool {
			who = append(who, e.Actor)
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"third", "second", "first"}, who); diff != "" {
			t.Errorf("entries (-want +got):\n%s", diff)
		}
	})
}

// TestWhatIsReadBackIsWhatALookAtEveryLeafFinds checks that entries about one record are
// all found, newest first and no more than wanted, however the blocks lie that speak of it.
func TestWhatIsReadBackIsWhatALookAtEveryLeafFinds(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		const second, hour = int64(1_000_000), int64(3_600_000_000)
		begin := w.Clock.Now().UnixMicro()
		random := rand.New(rand.NewPCG(7, 11))
		leaves := manyLeaves(45*256 + 77)
		for i := range leaves {
			l := &leaves[i]
			l.At = begin + int64(i)*second - random.Int64N(hour) // up to an hour late
			l.Detail = []string{"", "client/ab client/b", fmt.Sprint(i)}[i%3]
			if block := i / 256; block < 5 || block > 40 && block < 44 { // these speak of others
				continue
			}
			switch random.IntN(60) {
			case 0, 1, 2:
				l.Compartment = "client/a"
			case 3:
				l.Detail = "client/b client/a"
			case 4:
				l.Compartment, l.Detail = "client/b", "client/a"
			case 5:
				l.Practice, l.Compartment = "elsewhere", "client/a"
			case 6:
				l.Practice, l.At = "elsewhere", begin-1000*hour // brought along
			}
		}
		if err := errors.Join(w.Log.Record(leaves), w.Log.Gather()); err != nil {
			t.Fatal(err)
		}
		first := w.Count(t, `SELECT count(*) FROM audit`) - len(leaves)
		want := func(since int64, keep func(audit.Entry) bool) (all []audit.Entry) {
			for i, l := range slices.Backward(leaves) {
				about := l.Compartment == "client/a" || l.Compartment == "" && slices.Contains(strings.Fields(l.Detail), "client/a")
				if e := (audit.Entry{Seq: int64(first + i), Leaf: l}); l.Practice == "lindenhouse" && l.At >= since && about && keep(e) {
					all = append(all, e)
				}
			}
			return all
		}
		tx, err := w.DB.Read(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()

		every := func(audit.Entry) bool { return true }
		third := func(e audit.Entry) bool { return e.Seq%3 == 0 }
		for _, most := range []int{1, 20, 300, 10_000} {
			var got []audit.Entry
			err := audit.Of(t.Context(), tx, "lindenhouse", "client/a", func(e audit.Entry) bool {
				got = append(got, e)
				return len(got) < most
			})
			if err != nil {
				t.Fatal(err)
			}
			all := want(0, every)
			if diff := cmp.Diff(all[:min(most, len(all))], got); diff != "" {
				t.Errorf("at most %d (-want +got):\n%s", most, diff)
			}
			for _, from := range []int{0, 1400, 9000, len(leaves) - 10} {
				since := begin + int64(from)*second
				got, err := audit.Since(t.Context(), tx, "lindenhouse", "client/a", since, most, third)
				if err != nil {
					t.Fatal(err)
				}
				all := want(since, third)
				if diff := cmp.Diff(all[:min(most, len(all))], got); diff != "" {
					t.Errorf("at most %d since leaf %d (-want +got):\n%s", most, from, diff)
				}
			}
		}
	})
}

// TestOneFailsAndOthersAreKept checks that changes which share a transaction
// do not share their failures.
func TestOneFailsAndOthersAreKept(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c, err := w.Log.Begin(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				if i%4 == 0 {
					cancel() // a browser that goes away must not take the others along
				}
				const insert = `INSERT INTO audit_checkpoint (size, note) VALUES ($1, 'x')`
				if _, err := c.Exec(ctx, insert, 1000+i); err != nil {
					t.Error(err)
				}
				if i%2 == 1 {
					if _, err := c.Exec(ctx, insert, 1000+i); err == nil {
						t.Error("the same row twice was accepted")
					}
					if i%4 == 1 {
						c.Rollback(leaf(i))
						return
					}
					if err := c.Commit(leaf(i)); err == nil {
						t.Error("a change was kept although a part of it had failed")
					}
					if err := w.Log.Record(leaf(i)); err != nil {
						t.Error(err)
					}
					return
				}
				if err := c.Commit(leaf(i)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := w.Count(t, `SELECT count(*) FROM audit_checkpoint`); got != 20 {
			t.Errorf("kept %d changes, want 20", got)
		}
		if got := w.Count(t, `SELECT count(*) FROM audit`); got != 40 {
			t.Errorf("kept %d leaves, want 40", got)
		}
	})
}

func manyLeaves(n int) []audit.Leaf {
	var all []audit.Leaf
	for i := range n {
		all = append(all, leaf(i)...)
	}
	return all
}
