package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/arrival"
	"github.com/waymark-care/waymark/internal/fhir"
	"github.com/waymark-care/waymark/internal/fhir/inward"
	"github.com/waymark-care/waymark/internal/web"
)

func TestTheOperatorBringsInWhatAnotherProductKept(t *testing.T) {
	o := &operatorAt{data: filepath.Join(shortDir(t), "data"), env: make(map[string]string)}
	o.types(t, "", "init", "--evaluation", "--practice", "Linden House", "--country", "GB", "--time-zone", "Europe/London",
		"--name", "Ines Vogt", "--email", "ines@example.org")
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	clients := write("clients.csv", "No;Name\n1;Zoë Quill\n2;\n")
	out, err := o.try("", "import", clients, "--dry-run")
	if err == nil || !strings.Contains(out, "line 2  new") || !strings.Contains(out, "“Name” There is no name.") || !strings.Contains(out, "1 new, 0 here already, 0 here and otherwise, 1 wrong") {
		t.Errorf("a dry run: %v\n%s", err, out)
	}
	clients = write("clients.csv", "No;Name;Diagnosis\n1;Zoë Quill;F32\n")
	if out := o.types(t, "", "import", clients); !strings.Contains(out, "1 brought") || !strings.Contains(out, "no place here for the column “Diagnosis”") {
		t.Error(out)
	}
	p := o.serves(t)
	if out := o.types(t, "", "import", clients); !strings.Contains(out, "0 brought, 1 here already") {
		t.Errorf("the same again, by the running server: %s", out)
	}
	scores := write("scores.csv", "Client;Fragebogen;Tag;Punkte\n1;PHQ-9;24.11.2020;18\n")
	if _, err := o.try("", "import", scores); err == nil || !strings.Contains(err.Error(), "--dates dmy") {
		t.Errorf("days were guessed: %v", err)
	}
	if out := o.types(t, "", "import", scores, "--dates", "dmy", "--map", "score=punkte"); !strings.Contains(out, "score is read from “Punkte”") || !strings.Contains(out, "1 brought") {
		t.Error(out)
	}
	if log, err := p.stops(t); err != nil || strings.Contains(log, "Quill") {
		t.Errorf("the log holds the name: %v\n%s", err, log)
	}
}

// inShort are the scores and appointments among resources, without what only their own
// practice knows them by.
func inShort(t *testing.T, all [][]byte) (short []string) {
	t.Helper()
	for _, text := range all {
		var r struct {
			ResourceType, Status, EffectiveDateTime, Start, Authored, Questionnaire string
			ValueQuantity                                                           *struct{ Value float64 }
			MinutesDuration                                                         int
			Item                                                                    any
			Name, Telecom, Code                                                     any
			DerivedFrom                                                             []any
		}
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		switch r.ResourceType {
		case "Patient":
			short = append(short, fmt.Sprint("patient ", r.Name, r.Telecom))
		case "Appointment":
			if r.Status == "fulfilled" || r.Status == "noshow" || r.Status == "cancelled" {
				short = append(short, fmt.Sprint("appointment ", r.Start, r.MinutesDuration, r.Status))
			}
		case "QuestionnaireResponse":
			short = append(short, fmt.Sprint("answers ", r.Authored, r.Questionnaire, r.Item))
		case "Observation":
			if r.ValueQuantity != nil && len(r.DerivedFrom) > 0 {
				short = append(short, fmt.Sprint("score ", r.EffectiveDateTime, r.ValueQuantity.Value, r.Code))
			}
		}
	}
	slices.Sort(short)
	return short
}

func TestWhatOnePracticeHandsOverAnotherBringsIn(t *testing.T) {
	eachStore(t, func(t *testing.T, c config) {
		p := newProduct(t, c)
		p.peopled(t)
		facts := new(web.Facts)
		if err := facts.Refresh(t.Context(), p.Door, p.People); err != nil {
			t.Fatal(err)
		}
		d := p.All
		api := &fhir.API{
			Tokens: d.Tokens, People: d.People, Measures: d.Measures, Shelf: d.Shelf, Sessions: d.Sessions, Goals: d.Goals, Facts: facts, Assignments: d.Assignments,
			Calendars: d.Calendars, Hours: d.Hours, Informants: d.Informants, Intakes: d.Intakes, Logs: d.Logs, Notes: d.Notes, Outcomes: d.Outcomes, Plans: d.Plans,
			SafetyPlans: d.SafetyPlans, Origin: c.Origin, Version: version, Gate: fhir.NewGate(), Pages: fhir.NewPager(p.Door),
		}
		everything := func(actor access.Actor, client string) (all [][]byte) {
			p.does(t, func(ctx context.Context) error {
				return api.Everything(ctx, actor, client, func(r []byte) error {
					all = append(all, slices.Clone(r))
					return nil
				})
			})
			return all
		}
		there := everything(p.actor("Ada"), p.named("Ada").ID)
		var bundle strings.Builder
		bundle.WriteString(`{"resourceType":"Bundle","type":"collection","entry":[`)
		for i, r := range there {
			if i > 0 {
				bundle.WriteByte(',')
			}
			bundle.WriteString(`{"resource":` + string(r) + `}`)
		}
		bundle.WriteString(`]}`)

		ciara := p.actor("Ciara") // in the other practice
		f, err := inward.Read([]byte(bundle.String()), "The house before", ciara.ID, p.Zone)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{string(arrival.Fresh), string(arrival.Same)} {
			p.does(t, func(ctx context.Context) error {
				r, err := d.Arrivals.Bring(ctx, ciara, f, p.Zone)
				for _, l := range r.Lines {
					if string(l.Verdict) != want {
						t.Errorf("time %d: %s %s is %s: %v %s", i+1, l.Kind, l.Where, l.Verdict, l.Flaws, l.Note)
					}
				}
				return err
			})
		}
		var ada string
		p.does(t, func(ctx context.Context) error {
			all, err := d.People.Clients(ctx, ciara)
			for _, c := range all {
				if c.Name == p.named("Ada").Name || strings.HasPrefix(c.Name, "Ada") {
					ada = c.ID
				}
			}
			return err
		})
		here := everything(ciara, ada)
		was, is := inShort(t, there), inShort(t, here)
		if !slices.Equal(was, is) || len(is) < 4 {
			t.Errorf("%d things there, and %d here:\n%s\n\n%s", len(was), len(is), strings.Join(was, "\n"), strings.Join(is, "\n"))
		}
	})
}
