package fhir_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/calendar"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/waytest"
	"github.com/waymark-care/waymark/internal/web/webtest"
)

// more is what the kinds come from beside what each site has anyway.
type more struct {
	assignments *assignment.Assignments
	calendars   *calendar.Calendars
	hours       *hour.Hours
	informants  *informant.Informants
	intakes     *intake.Intakes
	logs        *mood.Logs
	notes       *note.Notes
	outcomes    *outcome.Outcomes
	plans       *plan.Plans
	safetyPlans *safetyplan.Plans
}

func (s *site) furnish(shelf *instrument.Shelf) {
	s.more = more{
		assignment.New(s.Door), calendar.New(s.Door, origin), hour.New(s.Door), informant.New(s.Door, shelf, origin), intake.New(s.Door),
		mood.New(s.Door), note.New(s.Door), outcome.New(s.Door, s.measures), plan.New(s.Door), safetyplan.New(s.Door),
	}
}

// all are those of a kind that a program finds of Tomas, and each is read as it was found.
func (p *program) all(kind, more string) []tree {
	p.s.t.Helper()
	found := entries(p.gets(http.StatusOK, base+"/"+kind+"?patient="+p.s.tomas.ID+more))
	for _, f := range found {
		id, _ := f["id"].(string)
		if len(id) > 64 {
			p.s.t.Errorf("%s: an id of %d letters", kind, len(id))
		}
		if again := p.gets(http.StatusOK, base+"/"+kind+"/"+id); fmt.Sprint(again) != fmt.Sprint(f) {
			p.s.t.Errorf("%s: read %v, found %v", kind, again, f)
		}
	}
	return found
}

// one is the only one of a kind that a program finds.
func (p *program) one(kind, more string) tree {
	p.s.t.Helper()
	all := p.all(kind, more)
	if len(all) != 1 {
		p.s.t.Fatalf("%s%s: found %v, want one", kind, more, all)
	}
	return all[0]
}

func (p *program) none(kind, more string) {
	p.s.t.Helper()
	if all := p.all(kind, more); len(all) > 0 {
		p.s.t.Errorf("%s%s: found %v, want none", kind, more, all)
	}
}

func (s *site) record() access.Compartment { return access.ClientRecord(s.tomas.ID) }

// does is Do for what answers with more than an error.
func does[T any](s *site, do func(context.Context) (T, error)) (got T) {
	s.t.Helper()
	s.Do(s.t, func(ctx context.Context) (err error) {
		got, err = do(ctx)
		return err
	})
	return got
}

// held plans a session and lets it pass.
func (s *site) held() string {
	s.t.Helper()
	id := webtest.NewID(s.t)
	start := s.Clock.Now().Truncate(time.Minute).Add(time.Hour)
	does(s, func(ctx context.Context) (session.Appointment, error) {
		return s.sessions.Plan(ctx, s.ines, s.record(), session.Form{ID: id, Start: start, Length: 50 * time.Minute})
	})
	s.Clock.Pass(2 * time.Hour)
	return id
}

func (s *site) noted(session, text string, sign bool) note.Form {
	s.t.Helper()
	f := note.Form{ID: webtest.NewID(s.t), Session: session, Page: webtest.NewID(s.t), Shape: note.SOAP, Words: note.Words{"subjective": text, "plan": "We go on"}}
	s.Do(s.t, func(ctx context.Context) (err error) {
		if sign {
			_, _, err = s.notes.Sign(ctx, s.ines, s.record(), f)
		} else {
			_, _, err = s.notes.KeepDraft(ctx, s.ines, s.record(), f)
		}
		return err
	})
	return f
}

func said(document tree) string {
	a := document["content"].([]any)[0].(tree)["attachment"].(tree)
	text, _ := base64.StdEncoding.DecodeString(a["data"].(string))
	return string(text)
}

func TestNotesAreReadByWhoeverTreatsAndSummariesByTheClientToo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		about := s.held()
		f := s.noted(about, "The stairs again", true)
		s.noted(s.held(), "Not signed", false)
		does(s, func(ctx context.Context) (hour.Summary, error) {
			return s.notes.Share(ctx, s.ines, s.record(), note.ShareForm{Note: f.ID, Text: "You went up the stairs"})
		})
		desk, own := s.program(s.ines, "user/*.rs"), s.program(s.tomas, "patient/*.rs")
		if d := desk.one("DocumentReference", "&category=note"); said(d) != "Subjective\nThe stairs again\n\nPlan\nWe go on" || d["docStatus"] != "final" {
			t.Errorf("got %v: %q", d, said(d))
		}
		if d := desk.one("DocumentReference", "&type=http://loinc.org%7C11506-3&date=2026-11-19"); said(d) == "" {
			t.Errorf("got %v", d)
		}
		if all := desk.all("DocumentReference", ""); len(all) != 2 {
			t.Errorf("a clinician finds %v", all)
		}
		if d := own.one("DocumentReference", ""); said(d) != "You went up the stairs" || strings.Contains(fmt.Sprint(d), "urn:waymark:fhir:category|note") {
			t.Errorf("the client finds %v", d)
		}
		own.none("DocumentReference", "&category=note")
		notes := desk.one("DocumentReference", "&category=note")["id"].(string)
		own.gets(http.StatusNotFound, base+"/DocumentReference/"+notes)

		f.Base, f.Page, f.Words, f.Reason = 1, webtest.NewID(t), note.Words{"subjective": "The lift"}, "It was the lift"
		s.Do(t, func(ctx context.Context) error {
			_, _, err := s.notes.Sign(ctx, s.ines, s.record(), f)
			return err
		})
		if d := desk.one("DocumentReference", "&category=note"); said(d) != "Subjective\nThe lift" || d["docStatus"] != "amended" || d["description"] != f.Reason || d["id"] != notes {
			t.Errorf("amended, it is %v", d)
		}
		does(s, func(ctx context.Context) (hour.Summary, error) {
			return s.notes.Share(ctx, s.ines, s.record(), note.ShareForm{Note: f.ID, Revision: 1})
		})
		own.none("DocumentReference", "")
	})
}

func TestPlansAndPracticeSayWhoAgreed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk, own := s.program(s.ines, "user/*.rs"), s.program(s.tomas, "patient/*.rs")
		g := does(s, func(ctx context.Context) (goal.Goal, error) {
			return s.goals.Propose(ctx, s.tomas, s.record(), goal.Form{ID: webtest.NewID(t), Worded: goal.Worded{Words: "Take the bus again", Know: "I went to work by it"}})
		})
		own.none("CarePlan", "")
		does(s, func(ctx context.Context) (plan.Plan, error) {
			return s.plans.Revise(ctx, s.ines, s.record(), plan.Form{Content: plan.Content{
				Problems: []plan.Problem{{ID: webtest.NewID(t), Words: "Fear on the bus", Goal: g.ID, Own: "One stop at a time", Because: "You would like to try it", Steps: []string{"One stop", "To work"}}},
				Format:   plan.Individual, Where: plan.InPerson, Review: "2027-01-19",
			}}, time.UTC)
		})
		if p := own.one("CarePlan", "&category=plan"); p["status"] != "draft" || !strings.Contains(fmt.Sprint(p), "Fear on the bus") {
			t.Errorf("got %v", p)
		}
		does(s, func(ctx context.Context) (plan.Plan, error) { return s.plans.Sign(ctx, s.tomas, s.record(), 1) })
		p := desk.one("CarePlan", "&category=urn:waymark:fhir:category%7Cplan&status=active")
		if !strings.Contains(fmt.Sprint(p["contributor"]), "Patient/"+s.tomas.ID) || !strings.HasPrefix(fmt.Sprint(p["goal"]), "[map[reference:Goal/") {
			t.Errorf("signed, it is %v", p)
		}

		does(s, func(ctx context.Context) (safetyplan.Plan, error) {
			return s.safetyPlans.Write(ctx, s.tomas, s.record(), safetyplan.Form{ID: webtest.NewID(t), Agree: true, Content: safetyplan.Content{
				Text:   map[safetyplan.Part]string{safetyplan.Signs: "I stop answering"},
				People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: {{Name: "Lena", Phone: "+44 117 4960118", Words: "my sister"}}},
			}})
		})
		if p := desk.one("CarePlan", "&category=safety-plan"); p["status"] != "draft" || !strings.Contains(fmt.Sprint(p["activity"]), "Lena") {
			t.Errorf("got %v", p)
		}
		does(s, func(ctx context.Context) (safetyplan.Plan, error) {
			return s.safetyPlans.Agree(ctx, s.ines, s.record(), 1)
		})
		does(s, func(ctx context.Context) (safetyplan.Plan, error) {
			return s.safetyPlans.Write(ctx, s.tomas, s.record(), safetyplan.Form{ID: webtest.NewID(t), From: 1, Content: safetyplan.Content{Text: map[safetyplan.Part]string{safetyplan.Signs: "I sleep by day"}}})
		})
		own.one("CarePlan", "&category=safety-plan&status=active")
		if p := own.one("CarePlan", "&category=safety-plan&status=draft"); !strings.Contains(fmt.Sprint(p["activity"]), "I sleep by day") {
			t.Errorf("the newer draft is %v", p)
		}
		if r := own.one("RelatedPerson", "&active=true"); fmt.Sprint(r["name"]) != "[map[text:Lena]]" || strings.Contains(strings.ToLower(r["id"].(string)), "lena") {
			t.Errorf("got %v", r)
		}

		id := webtest.NewID(t)
		does(s, func(ctx context.Context) (assignment.Assignment, error) {
			return s.assignments.Suggest(ctx, s.ines, s.record(), assignment.Form{ID: id, Wording: assignment.Wording{Title: "Ride one stop", When: "after work", Goal: g.ID}})
		})
		own.one("CarePlan", "&category=agreed-practice&status=draft")
		does(s, func(ctx context.Context) (assignment.Assignment, error) {
			return s.assignments.Choose(ctx, s.tomas, s.record(), id, assignment.Choice{Revision: 1, Turn: assignment.Agree}, time.UTC)
		})
		practice := desk.one("CarePlan", "&category=agreed-practice&status=active&date=2026-11-19")
		if practice["title"] != "Ride one stop" || !strings.Contains(fmt.Sprint(practice["activity"]), "after work") {
			t.Errorf("got %v", practice)
		}

		if all := desk.all("Provenance", "&target=CarePlan/"+practice["id"].(string)); len(all) != 2 || !strings.Contains(fmt.Sprint(all[1]["agent"]), "Patient/"+s.tomas.ID) {
			t.Errorf("who practised: %v", all)
		}
		if r := desk.one("Provenance", "&target=CarePlan/"+p["id"].(string)); !strings.Contains(fmt.Sprint(r["agent"]), "Practitioner/"+s.ines.ID) || !strings.Contains(fmt.Sprint(r["agent"]), "attester") {
			t.Errorf("who planned: %v", r)
		}
		if all := own.all("Provenance", "&agent=Practitioner/"+s.ines.ID); len(all) != 3 { // the plan, the safety plan as agreed to, the suggestion
			t.Errorf("what Ines recorded: %v", all)
		}
	})
}

func TestWhoAnsweredAndWhoWroteItDownIsKeptApart(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk := s.program(s.ines, "user/*.crs")
		mine := s.program(s.tomas, "patient/*.crs").creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))["id"].(string)
		paper := desk.creates(base+"/QuestionnaireResponse", strings.Replace(phq9(s.tomas.ID, 0, 0), "2026-11-19", "2026-11-02", 1))["id"].(string)
		if r := desk.one("Provenance", "&target=Observation/"+mine); strings.Contains(fmt.Sprint(r["agent"]), "enterer") || !strings.Contains(fmt.Sprint(r["target"]), "QuestionnaireResponse/"+mine) {
			t.Errorf("given by the client: %v", r)
		}
		if r := desk.one("Provenance", "&target=QuestionnaireResponse/"+paper+"&recorded=2026-11-19"); !strings.Contains(fmt.Sprint(r["agent"]), "enterer") {
			t.Errorf("entered by a clinician: %v", r)
		}
		desk.none("Provenance", "&target=Goal/"+mine)
		opened := entries(s.program(s.tomas, "patient/AuditEvent.rs").gets(http.StatusOK, base+"/AuditEvent?_count=500"))
		if !slices.ContainsFunc(opened, func(e tree) bool {
			said := fmt.Sprint(e["agent"])
			return strings.Contains(said, "Practitioner/"+s.ines.ID) && strings.Contains(said, "A program, in their name")
		}) {
			t.Errorf("that a program came in Ines’s name is not among %d entries", len(opened))
		}
	})
}

func TestWhatWasAgreedToIsConsentUntilItIsTakenBack(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk, own := s.program(s.ines, "user/*.rs"), s.program(s.tomas, "patient/*.rs")
		desk.none("Consent", "")
		does(s, func(ctx context.Context) (intake.Version, error) {
			return s.intakes.ReviseTerms(ctx, s.ines, s.record(), intake.TermsForm{Course: 1, Text: intake.StartText()})
		})
		own.one("Consent", "&status=proposed&category=working-agreement")
		for _, who := range []access.Actor{s.ines, s.tomas} {
			does(s, func(ctx context.Context) (intake.Version, error) {
				return s.intakes.SignTerms(ctx, who, s.record(), intake.SignForm{ID: webtest.NewID(t), Course: 1, Version: 1})
			})
		}
		signed := desk.one("Consent", "")["meta"].(tree)["versionId"]
		if c := desk.one("Consent", "&status=active&scope=treatment&date=2026-11-19"); len(c["performer"].([]any)) != 2 || c["sourceAttachment"].(tree)["data"] == "" {
			t.Errorf("signed by both: %v", c)
		}
		s.Do(t, func(ctx context.Context) error {
			return s.intakes.WithdrawTerms(ctx, s.tomas, s.record(), intake.SignForm{ID: webtest.NewID(t), Course: 1, Version: 1})
		})
		if c := desk.one("Consent", ""); c["meta"].(tree)["versionId"] == signed || c["status"] != "inactive" || len(c["performer"].([]any)) != 1 {
			t.Errorf("taken back: %v", c)
		}

		does(s, func(ctx context.Context) (outcome.Choice, error) {
			return s.outcomes.Choose(ctx, s.tomas, s.record(), outcome.ChoiceForm{ID: webtest.NewID(t), About: outcome.AboutReport, Words: outcome.Explained.Version})
		})
		if c := own.one("Consent", "&category=use"); c["status"] != "rejected" || c["provision"].(tree)["type"] != "deny" {
			t.Errorf("a no to being counted: %v", c)
		}
		desk.none("Consent", "&scope=research")
	})
}

func TestTheDailyLogIsReadAsFarAsItIsShown(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk, own := s.program(s.ines, "user/*.crs"), s.program(s.tomas, "patient/*.crs")
		own.creates(base+"/QuestionnaireResponse", phq9(s.tomas.ID, 1, 0))
		keep := func(day string, v int) {
			t.Helper()
			d, _ := mood.ParseDay(day)
			does(s, func(ctx context.Context) (mood.Kept, error) {
				return s.logs.Keep(ctx, s.tomas, s.record(), mood.Form{ID: webtest.NewID(t), Day: d, Values: map[string]int{mood.Mood: v, mood.Hours: 7}, Line: "Rain"}, time.UTC)
			})
		}
		keep("2026-11-18", 3)
		keep("2026-11-19", 6)
		desk.none("Observation", "&category=daily-log")
		desk.none("Consent", "&category=shared-log")
		if all := desk.all("Observation", ""); len(all) != 1 {
			t.Errorf("without what is not shown: %v", all)
		}
		days := own.all("Observation", "&category=daily-log")
		if len(days) != 2 || days[0]["effectiveDateTime"] != "2026-11-19" || days[0]["valueQuantity"].(tree)["value"] != 6.0 || !strings.Contains(fmt.Sprint(days[0]), "Rain") {
			t.Fatalf("one’s own log: %v", days)
		}
		desk.gets(http.StatusNotFound, base+"/Observation/"+days[0]["id"].(string))
		own.one("Observation", "&code=daily-log&date=2026-11-18")

		var ids []string
		for path := base + "/Observation?_count=1"; path != ""; {
			page := own.gets(http.StatusOK, path)
			for _, e := range entries(page) {
				ids = append(ids, fmt.Sprint(e["effectiveDateTime"])[:10]+" "+fmt.Sprint(e["id"]))
			}
			path = next(page)
		}
		sorted := slices.Clone(ids)
		slices.Sort(sorted)
		if n := len(slices.Compact(sorted)); n != 3 || len(ids) != n || !strings.HasPrefix(ids[2], "2026-11-18") {
			t.Errorf("scores and days, page by page: %v", ids)
		}

		does(s, func(ctx context.Context) (mood.Settings, error) {
			return s.logs.Share(ctx, s.tomas, s.record(), mood.Onward, 0, time.UTC)
		})
		if o := desk.one("Observation", "&category=daily-log"); o["effectiveDateTime"] != "2026-11-19" {
			t.Errorf("shown from today on: %v", o)
		}
		desk.gets(http.StatusNotFound, base+"/Observation/"+days[1]["id"].(string))
		desk.one("Consent", "&category=shared-log&status=active")
		does(s, func(ctx context.Context) (mood.Settings, error) {
			return s.logs.Share(ctx, s.tomas, s.record(), mood.Mine, 1, time.UTC)
		})
		desk.none("Observation", "&category=daily-log")
		desk.gets(http.StatusNotFound, base+"/Observation/"+days[0]["id"].(string))
	})
}

func TestFreeTimesAreThoseThatThePagesOffer(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		desk, own := s.program(s.ines, "user/*.rs"), s.program(s.tomas, "patient/*.rs")
		for weekday := range 5 {
			h := calendar.Hours{ID: webtest.NewID(t), Weekday: weekday, From: 9 * 60, To: 13 * 60, First: calendar.DayOf(s.Clock.Now(), time.UTC), Place: "Room 2"}
			s.Do(t, func(ctx context.Context) error { return s.calendars.AddHours(ctx, s.ines, h) })
		}
		own.none("Slot", "")
		own.none("Schedule", "")
		if len(desk.gets(http.StatusOK, base+"/Slot?patient="+s.tomas.ID)["entry"].([]any)) == 0 {
			t.Error("whoever treats the client finds no times")
		}
		manager := s.Join(t, s.Operator(), "Ruth Keller", "ruth@example.org", person.Manager)
		p := calendar.FirstPolicy()
		p.Books = true
		does(s, func(ctx context.Context) (calendar.Policy, error) { return s.calendars.RevisePolicy(ctx, manager, p) })
		schedule := own.one("Schedule", "&actor=Practitioner/"+s.ines.ID)
		times := does(s, func(ctx context.Context) (calendar.Times, error) {
			return s.calendars.Times(ctx, s.tomas, s.record(), time.UTC)
		})
		found := entries(own.gets(http.StatusOK, base+"/Slot?_count=500&status=free&start=ge2026-11-20&schedule=Schedule/"+schedule["id"].(string)))
		if len(found) == 0 || len(found) != len(times.Open) || found[0]["start"] != times.Open[0].Start.UTC().Format("2006-01-02T15:04:05.000Z") {
			t.Fatalf("%d slots, the page offers %d", len(found), len(times.Open))
		}
		first := found[0]["id"].(string)
		own.gets(http.StatusOK, base+"/Slot/"+first)
		does(s, func(ctx context.Context) (session.Appointment, error) {
			return s.calendars.Book(ctx, s.tomas, s.record(), calendar.Choice{ID: webtest.NewID(t), ClinicianID: s.ines.ID, Start: times.Open[0].Start}, time.UTC)
		})
		own.gets(http.StatusNotFound, base+"/Slot/"+first)
		own.none("Slot", "&status=busy")
		for _, f := range entries(own.gets(http.StatusOK, base+"/Patient/"+s.tomas.ID+"/$everything?_count=500")) {
			if f["resourceType"] == "Slot" || f["resourceType"] == "Schedule" {
				t.Errorf("among what is taken along is %v", f)
			}
		}
	})
}

func TestWhoeverWasAskedIsNamedAsTheyWereNamed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		own := s.program(s.tomas, "patient/*.rs")
		for range 2 {
			s.Do(t, func(ctx context.Context) error {
				_, _, err := s.informants.Ask(ctx, s.tomas, s.record(), informant.AskForm{ID: webtest.NewID(t), Instrument: "outside-view", Who: "my mother"})
				return err
			})
		}
		if r := own.one("RelatedPerson", ""); fmt.Sprint(r["relationship"]) != "[map[text:my mother]]" || r["active"] != true || r["name"] != nil {
			t.Errorf("got %v", r)
		}
		s.Clock.Pass(informant.Lasts)
		own = s.program(s.tomas, "patient/*.rs")
		own.one("RelatedPerson", "&active=false")
	})
}

// What one person's program finds of every kind, nobody finds who may not.
func TestWhatIsFoundOfOneIsNotThereForAnother(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		f := s.noted(s.held(), "The stairs again", true)
		does(s, func(ctx context.Context) (hour.Summary, error) {
			return s.notes.Share(ctx, s.ines, s.record(), note.ShareForm{Note: f.ID, Text: "You went up the stairs"})
		})
		does(s, func(ctx context.Context) (safetyplan.Plan, error) {
			return s.safetyPlans.Write(ctx, s.tomas, s.record(), safetyplan.Form{ID: webtest.NewID(t), Content: safetyplan.Content{People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: {{Name: "Lena"}}}}})
		})
		does(s, func(ctx context.Context) (intake.Version, error) {
			return s.intakes.ReviseTerms(ctx, s.tomas, s.record(), intake.TermsForm{Course: 1, Text: intake.StartText()})
		})
		does(s, func(ctx context.Context) (mood.Kept, error) {
			return s.logs.Keep(ctx, s.tomas, s.record(), mood.Form{ID: webtest.NewID(t), Day: mood.DayOf(waytest.Start), Values: map[string]int{mood.Mood: 3}}, time.UTC)
		})
		does(s, func(ctx context.Context) (mood.Settings, error) {
			return s.logs.Share(ctx, s.tomas, s.record(), mood.Whole, 0, time.UTC)
		})
		h := calendar.Hours{ID: webtest.NewID(t), Weekday: 4, From: 9 * 60, To: 13 * 60, First: calendar.DayOf(s.Clock.Now(), time.UTC)}
		s.Do(t, func(ctx context.Context) error { return s.calendars.AddHours(ctx, s.ines, h) })

		desk := s.program(s.ines, "user/*.rs")
		others := []*program{s.program(s.priya, "patient/*.rs"), s.program(s.odile, "user/*.rs", "system/*.rs")}
		for _, kind := range []string{"CarePlan", "Consent", "DocumentReference", "Observation", "Provenance", "RelatedPerson", "Schedule", "Slot"} {
			found := entries(desk.gets(http.StatusOK, base+"/"+kind+"?patient="+s.tomas.ID+"&_count=3"))
			if len(found) == 0 {
				t.Errorf("%s: nothing to ask for", kind)
			}
			for _, other := range others {
				other.gets(http.StatusNotFound, base+"/"+kind+"?patient="+s.tomas.ID)
				for _, f := range found {
					other.gets(http.StatusNotFound, base+"/"+kind+"/"+f["id"].(string))
				}
			}
		}

		s.Grant(t, s.odile, s.record(), access.Emergency)
		glass := s.program(s.odile, "user/*.rs")
		if p := glass.one("CarePlan", ""); p["title"] != "The safety plan" {
			t.Errorf("behind the broken glass: %v", p)
		}
		glass.one("RelatedPerson", "")
		for _, kind := range []string{"Consent", "DocumentReference", "Slot", "Goal"} {
			glass.gets(http.StatusNotFound, base+"/"+kind+"?patient="+s.tomas.ID)
		}
		if all := glass.all("Observation", ""); len(all) != 0 {
			t.Errorf("the log behind the broken glass: %v", all)
		}
	})
}
