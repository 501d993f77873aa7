package bare_test

import (
	"context"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/bare"
	"github.com/waymark-care/waymark/internal/waytest"
)

// lacks says, as the person themself, whether their record has nothing in the tables.
func lacks(t *testing.T, ctx context.Context, w *waytest.World, who access.Actor, these ...bare.Table) bool {
	t.Helper()
	tx, err := w.Door.Begin(ctx, who, access.ReadTimes, access.ClientRecord(who.ID))
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	none, err := bare.Of(ctx, tx, these...)
	if err != nil {
		t.Fatal(err)
	}
	return none
}

func TestAPageLearnsInWhichTablesARecordHasNothing(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ctx, settle := w.Visit(t)
		defer settle()
		all := []bare.Table{bare.Goals, bare.Plans, bare.Detours, bare.LogEntries, bare.LogQuestions, bare.Assignments, bare.Invites, bare.Terms, bare.Zones, bare.Offers}
		if page := bare.Watch(ctx); !lacks(t, page, w, w.Tomas, all...) {
			t.Error("a new record has something")
		}
		w.Exec(t, `INSERT INTO own_zone (practice, compartment, made_at, sealed) VALUES ($1, $2, 1, $3)`, w.Practice, string(w.Client), []byte{1})
		w.Exec(t, `INSERT INTO goal (practice, compartment, id, revision, at, by_id, side, replaces, sealed) VALUES ($1, $2, 'g', 1, 1, '', 'client', '', $3)`, w.Practice, string(w.Client), []byte{1})
		page := bare.Watch(ctx)
		for _, table := range all {
			if none := lacks(t, page, w, w.Tomas, table); none != (table != bare.Zones && table != bare.Goals) {
				t.Errorf("%s: nothing is there: %v", table, none)
			}
		}
		if lacks(t, page, w, w.Tomas, bare.Offers, bare.Zones) {
			t.Error("where one of two tables has something, both are said to be empty")
		}
		if lacks(t, page, w, w.Tomas, "else") {
			t.Error("a table that nobody looked into is said to be empty")
		}
	})
}

func TestWhatAPageLearnedOfOneRecordIsSaidOfNoOther(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		other := access.Actor{Practice: w.Practice, ID: "0198a000-0000-7000-8000-00000000000a"}
		w.Make(t, access.ClientRecord(other.ID))
		w.Grant(t, other, access.ClientRecord(other.ID), access.Self)
		w.Grant(t, other, access.Operations, access.Client)
		w.Exec(t, `INSERT INTO own_zone (practice, compartment, made_at, sealed) VALUES ($1, $2, 1, $3)`, w.Practice, string(w.Client), []byte{1})
		ctx, settle := w.Visit(t)
		defer settle()
		page := bare.Watch(ctx)
		if !lacks(t, page, w, other, bare.Zones) || lacks(t, page, w, w.Tomas, bare.Zones) || !lacks(t, page, w, other, bare.Zones) {
			t.Error("one record is taken for another")
		}
	})
}

func TestWhereNoPageWatchesEverybodyLooksForThemselves(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		ctx, settle := w.Visit(t)
		defer settle()
		if lacks(t, ctx, w, w.Tomas, bare.Zones) {
			t.Error("a table is said to be empty that nobody looked into")
		}
	})
}
