package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/demo"
	"github.com/waymark-care/waymark/internal/domains"
	"github.com/waymark-care/waymark/internal/fhir"
	"github.com/waymark-care/waymark/internal/keys"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web"
)

// standing is o's ground, opened by the kit.
func (o *operatorAt) standing(t *testing.T) *ground {
	t.Helper()
	c := config{Data: o.data, Database: o.env["WAYMARK_DATABASE"], KeysDatabase: o.env["WAYMARK_KEYS_DATABASE"], Origin: "http://localhost:8420", Listen: "127.0.0.1:0"}
	safe, err := keys.Open(c.keysDir())
	if err != nil {
		t.Fatal(err)
	}
	kit, err := os.ReadFile(o.kit)
	if err != nil {
		t.Fatal(err)
	}
	root, err := safe.Recover(string(kit))
	if err != nil {
		t.Fatal(err)
	}
	g, err := stand(t.Context(), c, safe, root)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// everything is every resource that each of these clients may read of their own, as
// FHIR. Entries of the log, which every look adds to, come without what
// numbers them.
func (o *operatorAt) everything(t *testing.T, clients []demo.Player) map[string]bool {
	t.Helper()
	g := o.standing(t)
	defer g.close()
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		t.Fatal(err)
	}
	facts := new(web.Facts)
	if err := facts.Refresh(t.Context(), g.door, d.People); err != nil {
		t.Fatal(err)
	}
	api := &fhir.API{
		Tokens: d.Tokens, People: d.People, Measures: d.Measures, Shelf: d.Shelf, Sessions: d.Sessions, Goals: d.Goals, Facts: facts, Assignments: d.Assignments,
		Calendars: d.Calendars, Hours: d.Hours, Informants: d.Informants, Intakes: d.Intakes, Logs: d.Logs, Notes: d.Notes, Outcomes: d.Outcomes, Plans: d.Plans,
		SafetyPlans: d.SafetyPlans, Origin: g.config.Origin, Version: version, Gate: fhir.NewGate(), Pages: fhir.NewPager(g.door),
	}
	all := make(map[string]bool)
	for _, p := range clients {
		err := inVisit(t.Context(), g, func(ctx context.Context) error {
			return api.Everything(ctx, access.Actor{Practice: p.Practice, ID: p.ID, Fresh: true}, p.ID, func(text []byte) error {
				var r map[string]any
				if err := json.Unmarshal(text, &r); err != nil {
					return err
				}
				if r["resourceType"] == "AuditEvent" {
					delete(r, "id")
					delete(r, "meta")
				}
				text, err := json.Marshal(r)
				all[string(text)] = true
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// finds has Carl open, in an emergency, the record of Gus, who has no account.
func (o *operatorAt) finds(t *testing.T, cast []demo.Player) {
	t.Helper()
	g := o.standing(t)
	defer g.close()
	d, err := domains.New(g.door, g.config.Origin)
	if err != nil {
		t.Fatal(err)
	}
	called := func(name string) demo.Player {
		return cast[slices.IndexFunc(cast, func(p demo.Player) bool { return p.Name == name })]
	}
	carl, gus := called("Carl"), called("Gus")
	err = inVisit(t.Context(), g, func(ctx context.Context) error {
		got, err := d.People.BreakGlass(ctx, demo.Who(carl.Practice, carl.ID), person.GlassForm{ID: uuid.Must(uuid.NewV7()).String(), Email: gus.Email, Reason: "His sister rang."})
		if got != gus.ID {
			t.Errorf("by the address of Gus %q is found", got)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

var printedFor, printedFrom = regexp.MustCompile(`--for (age1\S+)`), regexp.MustCompile(`--from (waymark\+\S+)`)

// movesTo moves a practice from o to where to is.
func (o *operatorAt) movesTo(t *testing.T, to *operatorAt, practice string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "moving.age")
	recipient := printedFor.FindStringSubmatch(to.types(t, "", "move", "key"))[1]
	said := o.types(t, "", "move", "out", "--practice", practice, "--to", file, "--for", recipient)
	from := printedFrom.FindStringSubmatch(said)[1]
	if _, err := to.try("", "move", "in", "--file", file, "--from", printedFrom.FindStringSubmatch(to.types(t, "", "move", "key"))[1], "--kit", to.kit); err == nil {
		t.Error("a practice came in the name of a server that it does not come from")
	}
	if said := to.types(t, "", "move", "in", "--file", file, "--from", from, "--kit", to.kit); !strings.Contains(said, "is here") {
		t.Error(said)
	}
	if _, err := to.try("", "move", "in", "--file", file, "--from", from, "--kit", to.kit); err == nil || !strings.Contains(err.Error(), "here already") {
		t.Errorf("brought in twice: %v", err)
	}
	if _, err := os.Stat(filepath.Join(to.data, arrivedFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what had ended was not heeded: %v", err)
	}
	if said := to.types(t, "", "db", "check", "--all"); !strings.Contains(said, "All is as it was written") {
		t.Error(said)
	}
	to.types(t, "", "audit", "verify")
}

// opensAlone makes o's commands open by its passphrase.
func (o *operatorAt) opensAlone(t *testing.T) *operatorAt {
	t.Helper()
	secret := filepath.Join(t.TempDir(), "passphrase")
	if err := os.WriteFile(secret, []byte(o.passphrase(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	o.env["WAYMARK_PASSPHRASE_FILE"] = secret
	return o
}

func TestAPracticeMovesToAnotherServerAndFurtherToPostgreSQLAndIsTheSame(t *testing.T) {
	c := config{Data: filepath.Join(shortDir(t), "data"), Origin: "http://localhost:8420", Listen: "127.0.0.1:0", MailFrom: "post@example.org"}
	c.Mail = "dir:" + t.TempDir()
	if err := makeFolder(c); err != nil {
		t.Fatal(err)
	}
	cast, err := demoCmd{Fixture: "matrix"}.fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	first := &operatorAt{data: c.Data, env: map[string]string{"WAYMARK_MAIL": c.Mail}, kit: filepath.Join(t.TempDir(), "kit.txt")}
	printed := first.types(t, "", "keys", "rotate", "--yes")
	if err := os.WriteFile(first.kit, []byte(printed), 0o600); err != nil {
		t.Fatal(err)
	}
	first.opensAlone(t)
	practice := cast[0].Practice
	clients := slices.DeleteFunc(slices.Clone(cast), func(p demo.Player) bool { return p.Role != "client" || p.Practice != practice })
	first.finds(t, cast)
	before := first.everything(t, clients)
	if len(before) < 50 {
		t.Fatalf("%d resources of %d clients", len(before), len(clients))
	}
	same := func(o *operatorAt) {
		t.Helper()
		after := o.everything(t, clients)
		missing := 0
		for r := range before {
			if !after[r] {
				if missing++; missing < 5 {
					t.Errorf("is no more: %s", r)
				}
			}
		}
		for r := range after {
			if !before[r] && !strings.Contains(r, `"resourceType":"AuditEvent"`) {
				if missing++; missing < 10 {
					t.Errorf("was not there: %s", r)
				}
			}
		}
		t.Logf("%d resources of %d clients, %d not the same", len(before), len(clients), missing)
	}
	backups := t.TempDir()
	first.types(t, "", "backup", "--to", backups)
	older, err := filepath.Glob(filepath.Join(backups, "waymark-2*.age"))
	if err != nil || len(older) != 1 {
		t.Fatal(older, err)
	}
	second := newOperator(t, "--address", "elsewhere").opensAlone(t)
	first.movesTo(t, second, practice)
	same(second)
	second.finds(t, cast)
	if said := first.types(t, "", "move", "away", "--practice", practice, "--yes", "--anyway"); !strings.Contains(said, "Taken away") {
		t.Error(said)
	}
	first.types(t, "", "db", "check", "--all")

	// A backup from before does not bring it back.
	first.types(t, "", "backup", "--to", backups)
	restored := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: first.env, kit: first.kit}
	restored.types(t, "", "restore", "--from", older[0], "--keys", filepath.Join(backups, "waymark-keys.age"), "--kit", first.kit)
	if said, err := restored.try("", "move", "out", "--practice", practice, "--to", filepath.Join(t.TempDir(), "x"), "--for", printedFor.FindStringSubmatch(restored.types(t, "", "move", "key"))[1]); err == nil {
		t.Errorf("a practice that was taken away came back with a backup: %s", said)
	}
	restored.types(t, "", "db", "check", "--all")

	t.Run("postgres", func(t *testing.T) {
		third := &operatorAt{data: filepath.Join(shortDir(t), "data"), kit: filepath.Join(t.TempDir(), "kit.txt"), env: map[string]string{
			"WAYMARK_DATABASE": waytest.Schema(t), "WAYMARK_KEYS_DATABASE": waytest.Schema(t),
		}}
		third.types(t, "", "init", "--empty", "--kit-file", third.kit)
		third.opensAlone(t)
		second.movesTo(t, third, practice)
		same(third)
		third.finds(t, cast)
	})
}
