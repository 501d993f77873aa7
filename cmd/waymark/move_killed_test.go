package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/archive"
	"github.com/waymark-care/waymark/internal/domains"
)

// in opens o's domains for as long as f runs.
func (o *operatorAt) in(t *testing.T, f func(context.Context, *ground, *domains.All)) {
	t.Helper()
	g := o.standing(t)
	defer g.close()
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		t.Fatal(err)
	}
	f(t.Context(), g, d)
}

// letsIn says whether a token of o's may still let a program in.
func (o *operatorAt) letsIn(t *testing.T) bool {
	t.Helper()
	var open int
	o.in(t, func(ctx context.Context, g *ground, _ *domains.All) {
		tx, err := g.records.Glance(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM token WHERE ended_at = 0`).Scan(&open); err != nil {
			t.Fatal(err)
		}
	})
	return open > 0
}

// A practice that is brought in is here with its rows a moment before everything is
// ended that let people in where it comes from. Whoever is killed in between finds that
// done by the next run, and by the next start.
func TestWhatLetPeopleInElsewhereEndsAlsoIfMoveInIsKilled(t *testing.T) {
	first := newOperator(t).opensAlone(t)
	var practice, person string
	first.in(t, func(ctx context.Context, g *ground, d *domains.All) {
		all, err := d.People.Practices(ctx)
		for practice = range all {
		}
		tx, begun := g.records.Glance(ctx)
		if errors.Join(err, begun) != nil {
			t.Fatal(err, begun)
		}
		defer tx.Rollback()
		if err := tx.QueryRow(ctx, `SELECT id FROM person`).Scan(&person); err != nil {
			t.Fatal(err)
		}
	})
	first.types(t, "", "token", "create", "--for", person, "--scopes", "user/Patient.rs")
	if !first.letsIn(t) {
		t.Fatal("the token lets nobody in where it was made")
	}
	second := &operatorAt{data: filepath.Join(shortDir(t), "data"), kit: filepath.Join(t.TempDir(), "kit.txt"), env: make(map[string]string)}
	second.types(t, "", "init", "--empty", "--kit-file", second.kit)
	second.opensAlone(t)
	file := filepath.Join(t.TempDir(), "moving.age")
	said := first.types(t, "", "move", "out", "--practice", practice, "--to", file, "--for", printedFor.FindStringSubmatch(second.types(t, "", "move", "key"))[1])
	from := printedFrom.FindStringSubmatch(said)[1]
	kit, err := os.ReadFile(second.kit)
	if err != nil {
		t.Fatal(err)
	}
	// killed brings the practice in until it is here, and no further.
	killed := func(stop error) {
		t.Helper()
		g := second.standing(t)
		defer g.close()
		_, err := g.house().PracticeIn(t.Context(), archive.Arriving{
			File: file, Kits: []string{string(kit)}, From: from, Data: second.data,
			Ready: func(r archive.Arrived) error { return errors.Join(leaveArrived(g.config, r), stop) },
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if _, err := os.Stat(g.config.in(arrivedFile)); err != nil {
			t.Fatal(err)
		}
	}
	t.Log("killed before it was here")
	killed(errors.New("killed"))
	if second.letsIn(t) {
		t.Error("a token of a practice that is not here lets somebody in")
	}
	t.Log("killed when it was here")
	killed(nil)
	if !second.letsIn(t) {
		t.Error("nothing is left to be ended, so that this test shows nothing")
	}
	if said := second.types(t, "", "move", "in", "--file", file, "--from", from, "--kit", second.kit); !strings.Contains(said, "is here") {
		t.Error(said)
	}
	if second.letsIn(t) {
		t.Error("a token from elsewhere lets somebody in")
	}
	if _, err := os.Stat(filepath.Join(second.data, arrivedFile)); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := second.try("", "move", "in", "--file", file, "--from", from, "--kit", second.kit); !errors.Is(err, archive.ErrHere) {
		t.Errorf("brought in twice: %v", err)
	}
	second.types(t, "", "db", "check", "--all")
}
