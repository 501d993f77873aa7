package takeout_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/alliance"
	"github.com/waymark-care/waymark/internal/assignment"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/goal"
	"github.com/waymark-care/waymark/internal/hour"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/journal"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/method"
	"github.com/waymark-care/waymark/internal/mood"
	"github.com/waymark-care/waymark/internal/note"
	"github.com/waymark-care/waymark/internal/nourish"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/plan"
	"github.com/waymark-care/waymark/internal/release"
	"github.com/waymark-care/waymark/internal/safety"
	"github.com/waymark-care/waymark/internal/safetyplan"
	"github.com/waymark-care/waymark/internal/session"
	"github.com/waymark-care/waymark/internal/takeout"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/waytest"
)

const theirs = "Kanari of their own"

type world struct {
	*waytest.World
	ts *takeout.Takeouts
	ms *measure.Measures
}

func of(w *waytest.World) world {
	shelf := instrument.NewShelf(w.Door)
	ms := measure.New(w.Door, shelf)
	return world{w, takeout.New(w.Door, ms, informant.New(w.Door, shelf, "https://practice.example"), method.NewShelf(w.Door)), ms}
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func (w world) who() takeout.Who {
	return takeout.Who{
		Practice: "Lindenhaus", Client: person.Person{Name: "Tomas Reed", Email: "tomas@example.org", Phone: "0118 496 0000"},
		Names: map[string]string{w.Clinician.ID: "Ines Brandt"},
		Act:   func(o access.Opening) string { return "act " + string(o.Action) },
	}
}

func (w world) take(t *testing.T) (r takeout.Record) {
	t.Helper()
	w.Do(t, func(ctx context.Context) (err error) {
		r, err = w.ts.Of(ctx, w.Tomas, w.Client, w.who(), time.UTC)
		return err
	})
	return r
}

// words are all words of one section.
func words(t *testing.T, r takeout.Record, id string) string {
	t.Helper()
	for _, s := range r.Sections {
		if s.ID == id {
			text, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
	}
	t.Fatalf("there is no section %q", id)
	return ""
}

// fill writes into each section, under words that name it.
func (w world) fill(t *testing.T) {
	t.Helper()
	today := measure.DayOf(w.Clock.Now(), time.UTC)
	five := 5
	answers := instrument.Answers{}
	phq, _ := instrument.Shipped().Lookup("phq-9", "")
	for _, it := range phq.Items {
		one := 1
		answers[it.ID] = &one
	}
	answers["q2"] = nil
	appointment := newID()
	goals, plans, hours := goal.New(w.Door), plan.New(w.Door), hour.New(w.Door)
	for _, do := range []func(ctx context.Context) error{
		func(ctx context.Context) error {
			_, err := intake.New(w.Door).Keep(ctx, w.Tomas, w.Client, intake.Form{Part: intake.Brings, Course: 1, Said: intake.Said{"brings": theirs + " beginning"}})
			return err
		},
		func(ctx context.Context) error {
			text := intake.StartText()
			text["fit"] = theirs + " agreement"
			_, err := intake.New(w.Door).ReviseTerms(ctx, w.Clinician, w.Client, intake.TermsForm{Course: 1, Text: text})
			return err
		},
		func(ctx context.Context) error {
			_, err := goals.Propose(ctx, w.Tomas, w.Client, goal.Form{ID: newID(), Worded: goal.Worded{Words: theirs + " goals", Know: "I am there"}})
			return err
		},
		func(ctx context.Context) error {
			_, err := plans.Revise(ctx, w.Clinician, w.Client, plan.Form{Content: plan.Content{
				Problems: []plan.Problem{{ID: newID(), Words: theirs + " plan", Own: "Together", Because: "It fits"}}, Format: plan.Individual, Where: plan.InPerson, Review: measure.DayOf(w.Clock.Now().AddDate(0, 0, 60), time.UTC),
			}}, time.UTC)
			return err
		},
		func(ctx context.Context) error {
			_, err := plans.NoteEvent(ctx, w.Tomas, w.Client, plan.LifeEvent{ID: newID(), Day: today, Words: theirs + " meanwhile"}, time.UTC)
			return err
		},
		func(ctx context.Context) error {
			_, err := session.New(w.Door).Plan(ctx, w.Clinician, w.Client, session.Form{ID: appointment, Start: w.Clock.Now().Truncate(time.Minute).Add(time.Minute), Length: 50 * time.Minute})
			return err
		},
		func(ctx context.Context) error {
			_, err := hours.Bring(ctx, w.Tomas, w.Client, hour.ItemForm{ID: newID(), Text: theirs + " agenda", Hard: true})
			return err
		},
		func(ctx context.Context) error {
			_, err := w.ms.Give(ctx, w.Tomas, w.Client, measure.Answer{ID: newID(), Instrument: phq.ID, Version: phq.Version, Items: answers, Note: theirs + " answers"})
			return err
		},
		func(ctx context.Context) error {
			_, err := mood.New(w.Door).Keep(ctx, w.Tomas, w.Client, mood.Form{ID: newID(), Day: mood.DayOf(w.Clock.Now()), Values: map[string]int{mood.Mood: 7}, Line: theirs + " log"}, time.UTC)
			return err
		},
		func(ctx context.Context) error {
			_, err := alliance.New(w.Door).Give(ctx, w.Tomas, w.Client, alliance.Form{ID: newID(), Said: alliance.Said{Answers: alliance.Answers{&five}, Worry: theirs + " check-ins"}})
			return err
		},
		func(ctx context.Context) error {
			_, err := alliance.New(w.Door).Notice(ctx, w.Tomas, w.Client, alliance.MarkerForm{ID: newID(), Word: "Trust", Line: theirs + " noticed", Just: true})
			return err
		},
		func(ctx context.Context) error {
			as := assignment.New(w.Door)
			f := assignment.Form{ID: newID(), Wording: assignment.Wording{Title: "A walk", Words: theirs + " practice"}}
			if _, err := as.Suggest(ctx, w.Tomas, w.Client, f); err != nil {
				return err
			}
			_, err := as.Log(ctx, w.Tomas, w.Client, assignment.LogForm{ID: newID(), Assignment: f.ID, How: assignment.Tried, Fine: assignment.AnyTime, Mine: true, Note: theirs + " walked"}, time.UTC)
			return err
		},
		func(ctx context.Context) error {
			_, err := safetyplan.New(w.Door).Write(ctx, w.Tomas, w.Client, safetyplan.Form{ID: newID(), Content: safetyplan.Content{
				Text:   map[safetyplan.Part]string{safetyplan.Signs: theirs + " safety-plan"},
				People: map[safetyplan.Part][]safetyplan.Person{safetyplan.Ask: {{Name: "Jo", Phone: "0118 496 0118"}}},
			}})
			return err
		},
		func(ctx context.Context) error {
			_, err := nourish.New(w.Door).KeepThing(ctx, w.Tomas, w.Client, nourish.ThingForm{ID: newID(), Words: theirs + " nourishes", Kinds: []nourish.Kind{nourish.Joy}})
			return err
		},
		func(ctx context.Context) error {
			_, err := journal.New(w.Door).Make(ctx, w.Tomas, journal.ShareForm{ID: newID(), EntryID: newID(), Kind: journal.Words, Words: theirs + " shared", Last: journal.FirstDay(w.Clock.Now())}, w.Clock.Now())
			return err
		},
		func(ctx context.Context) error {
			_, err := outcome.New(w.Door, w.ms).Choose(ctx, w.Tomas, w.Client, outcome.ChoiceForm{ID: newID(), About: outcome.AboutLearning, Yes: true, Words: outcome.Explained.Version})
			return err
		},
	} {
		w.Do(t, do)
	}
	w.Clock.Pass(2 * time.Minute)
	w.Do(t, func(ctx context.Context) error {
		_, err := hours.Begin(ctx, w.Clinician, w.Client, appointment, 50*time.Minute)
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := hours.Keep(ctx, w.Clinician, w.Client, appointment, hour.KeptForm{Calm: theirs + " sessions"})
		return err
	})
	w.Do(t, func(ctx context.Context) error {
		_, err := hours.Mean(ctx, w.Clinician, w.Client, appointment, hour.WorkForm{Intent: "Staff alone meant this"})
		return err
	})
	written := note.Form{ID: newID(), Page: newID(), Shape: note.Free, Words: note.Words{"text": "Staff alone wrote this"}}
	w.Do(t, func(ctx context.Context) error {
		_, _, err := note.New(w.Door).KeepDraft(ctx, w.Clinician, w.Client, written)
		return err
	})
}

func TestEverythingThatAClientWroteIsInItAndNothingThatStaffWroteForThemselves(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		w.fill(t)
		w.Do(t, func(ctx context.Context) error {
			_, _, err := note.New(w.Door).Sign(ctx, w.Clinician, w.Client, note.Form{ID: newID(), Page: newID(), Shape: note.Free, Words: note.Words{"text": "Staff alone signed this"}})
			return err
		})
		flags := safety.New(w.Door)
		w.Do(t, func(ctx context.Context) error {
			raised, err := flags.Of(ctx, w.Clinician, w.Client)
			if err != nil {
				return err
			}
			_, err = flags.Close(ctx, w.Clinician, w.Client, raised[0].ID, raised[0].Revision, "Staff alone closed this")
			return err
		})
		r := w.take(t)
		for _, s := range r.Sections {
			if s.ID == "notes" || s.ID == "flags" {
				t.Errorf("there is a section %q", s.ID)
			}
		}
		for _, id := range []string{
			"beginning", "agreement", "goals", "plan", "meanwhile", "sessions", "agenda", "answers", "log", "check-ins", "noticed",
			"practice", "safety-plan", "nourishes", "shared",
		} {
			if text := words(t, r, id); !strings.Contains(text, theirs+" "+id) {
				t.Errorf("%s says only %s", id, text)
			}
		}
		for id, want := range map[string][]string{
			"you":         {"Tomas Reed", "tomas@example.org", "0118 496 0000", "Lindenhaus"},
			"answers":     {`"Total"`, "left out", "several days", "you"},
			"log":         {"7 of 10", "Thursday 19 November 2026"},
			"check-ins":   {"5 of 10"},
			"practice":    {"Tried", theirs + " walked", "yours alone"},
			"safety-plan": {"Jo 0118 496 0118"},
			"nourishes":   {"Joy"},
			"sessions":    {"A session with Ines Brandt"},
			"use":         {"You said yes."},
			"openings":    {"act measure.answer", "act hour.hold"},
			"reviews":     {`"entries":[]`},
		} {
			text := words(t, r, id)
			for _, one := range want {
				if !strings.Contains(strings.ToLower(text), strings.ToLower(one)) {
					t.Errorf("%s does not say %q: %s", id, one, text)
				}
			}
		}
		whole, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(whole), "Staff alone") {
			t.Error("what staff wrote for themselves is in it")
		}
		if r.Version != takeout.Version || !r.Made.Equal(w.Clock.Now()) || r.MadeOn == "" {
			t.Errorf("made %s, %q, version %d", r.Made, r.MadeOn, r.Version)
		}
		w.NotOnDisk(t, theirs)
		w.AuditHolds(t)
	})
}

func TestTheArchiveOfThePracticeHasWhatThoseWhoTreatMayReadAndNothingThatIsTheClientsAlone(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		w.fill(t)
		signed := note.Form{ID: newID(), Page: newID(), Shape: note.Free, Words: note.Words{"text": "Signed by Ines"}}
		w.Do(t, func(ctx context.Context) error {
			_, _, err := note.New(w.Door).Sign(ctx, w.Clinician, w.Client, signed)
			return err
		})
		entry := newID()
		sealed := make([]byte, 1+12+1<<10+16)
		sealed[0] = vault.Version
		vaults := vault.New(w.Door)
		w.Do(t, func(ctx context.Context) error { return vaults.Begin(ctx, w.Clinician, w.Tomas.ID) })
		w.Do(t, func(ctx context.Context) error {
			return vaults.Keep(ctx, w.Clinician, w.Tomas.ID, vault.EntryForm{ID: entry, Revision: 1, Sealed: sealed})
		})
		w.Do(t, func(ctx context.Context) error {
			return release.New(w.Door).Make(ctx, w.Clinician, w.Tomas.ID, release.Form{
				ID: newID(), Entry: entry, Revision: 1, Words: "Let out by Ines", Last: release.FirstDay(w.Clock.Now()),
			}, w.Clock.Now())
		})
		var shares []journal.Share
		w.Do(t, func(ctx context.Context) error {
			all, err := journal.New(w.Door).List(ctx, w.Clinician, w.Tomas.ID)
			if err != nil {
				return err
			}
			one, err := journal.New(w.Door).One(ctx, w.Clinician, w.Tomas.ID, all[0].ID)
			shares = append(shares, one)
			return err
		})

		who := w.who()
		who.Shares = shares
		var r takeout.Record
		w.Do(t, func(ctx context.Context) (err error) {
			r, err = w.ts.ForPractice(ctx, w.Clinician, w.Client, who, time.UTC)
			return err
		})
		for id, want := range map[string]string{
			"you": "tomas@example.org", "beginning": theirs + " beginning", "agreement": theirs + " agreement", "goals": theirs + " goals", "plan": theirs + " plan",
			"meanwhile": theirs + " meanwhile", "sessions": theirs + " sessions", "agenda": "for the session only", "answers": theirs + " answers",
			"check-ins": theirs + " check-ins", "practice": theirs + " practice", "safety-plan": theirs + " safety-plan", "shared": theirs + " shared",
			"notes": "Signed by Ines", "released": "Let out by Ines",
		} {
			if text := words(t, r, id); !strings.Contains(text, want) {
				t.Errorf("%s does not say %q: %s", id, want, text)
			}
		}
		whole, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, not := range []string{
			"Staff alone", theirs + " agenda", theirs + " log", theirs + " noticed", theirs + " walked", theirs + " nourishes", "You said yes", `"openings"`,
		} {
			if strings.Contains(string(whole), not) {
				t.Errorf("it says %q", not)
			}
		}
		if text := words(t, w.take(t), "released"); !strings.Contains(text, "Let out by Ines") {
			t.Errorf("the client's own does not have what was released: %s", text)
		}
		w.NotOnDisk(t, "Let out by")
		w.AuditHolds(t)
	})
}

func TestNobodyWhoDoesNotTreatTheClientMakesAnArchiveAndNobodyWithoutAFreshSignIn(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor, access.Anyone(w.Practice), access.System(w.Practice, "journal")} {
			w.Refused(t, actor, access.ArchiveClient, func(ctx context.Context) error {
				_, err := w.ts.ForPractice(ctx, actor, w.Client, w.who(), time.UTC)
				return err
			})
		}
		stale := w.Clinician
		stale.Fresh = false
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := w.ts.ForPractice(ctx, stale, w.Client, w.who(), time.UTC); !fault.Is(err, fault.StepUp) {
			t.Errorf("without a fresh sign-in: %v", err)
		}
	})
}

func TestNobodyElseTakesARecordAndNotTheClientWithoutSayingAnewWhoTheyAre(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		stale := w.Tomas
		stale.Fresh = false
		for _, actor := range []access.Actor{w.Clinician, w.Stranger, w.Manager, w.Supervisor, access.Anyone(w.Practice), access.System(w.Practice, "journal")} {
			w.Refused(t, actor, access.TakeOut, func(ctx context.Context) error {
				_, err := w.ts.Of(ctx, actor, w.Client, w.who(), time.UTC)
				return err
			})
		}
		ctx, settle := w.Visit(t)
		defer settle()
		if _, err := w.ts.Of(ctx, stale, w.Client, w.who(), time.UTC); !fault.Is(err, fault.StepUp) {
			t.Errorf("without a fresh sign-in: %v", err)
		}
	})
}

func TestAScoreFromElsewhereSaysWhereItIsFromAndNothingOfAnswersThatNobodyHereKnows(t *testing.T) {
	waytest.EachDB(t, func(t *testing.T, db *waytest.World) {
		w := of(db)
		w.Do(t, func(ctx context.Context) error {
			tx, err := w.Door.Begin(ctx, w.Clinician, access.BringScores, w.Client)
			if err != nil {
				return err
			}
			defer tx.Rollback()
			if err := w.ms.ReadyIn(ctx, tx); err != nil {
				return err
			}
			_, err = w.ms.ArriveIn(ctx, tx, measure.Arrival{
				ID: newID(), Instrument: "phq-9", On: measure.DayOf(w.Clock.Now().AddDate(-1, 0, 0), time.UTC), Total: 17, Source: "Old Book",
			}, time.UTC)
			if err != nil {
				return err
			}
			return tx.Commit()
		})
		text := words(t, w.take(t), "answers")
		for _, want := range []string{"From another product", "Old Book", "Brought in by", `"17"`} {
			if !strings.Contains(text, want) {
				t.Errorf("it does not say %q: %s", want, text)
			}
		}
		for _, wrong := range []string{"left out", `"you"`, "2025, 12:00"} {
			if strings.Contains(text, wrong) {
				t.Errorf("it says %q of what nobody here knows: %s", wrong, text)
			}
		}
	})
}

// A long record is put together in memory that grows with its words, and by no more
// than a few times as much.
func TestARecordOfManyAnswersStaysSmall(t *testing.T) {
	w := of(waytest.In(t, t.TempDir()))
	phq, _ := instrument.Shipped().Lookup("phq-9", "")
	answers := instrument.Answers{}
	for _, it := range phq.Items {
		one := 1
		answers[it.ID] = &one
	}
	const many = 100
	for range many {
		w.Clock.Pass(24 * time.Hour)
		w.Do(t, func(ctx context.Context) error {
			_, err := w.ms.Give(ctx, w.Tomas, w.Client, measure.Answer{ID: newID(), Instrument: phq.ID, Version: phq.Version, Items: answers, Note: strings.Repeat("a line ", 20)})
			return err
		})
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := w.take(t)
	runtime.ReadMemStats(&after)
	if n := strings.Count(words(t, r, "answers"), `"Total"`); n != many {
		t.Errorf("%d answers of %d", n, many)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > many*64<<10 {
		t.Errorf("%s for %d answers", fmt.Sprint(used>>10, " KiB"), many)
	}
}
