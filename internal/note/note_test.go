package note_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/note"
)

func TestADraftIsItsWritersAloneAndASignedNoteIsReadByWhoeverTreats(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		id, about := newID(), w.meets(t)
		colleague := access.Actor{Practice: w.Practice, ID: "cara", Fresh: true}
		w.Grant(t, colleague, access.Operations, access.Clinician)
		w.Grant(t, colleague, w.Client, access.Treats)

		d := w.mustDraft(t, free(id, about, canary))
		if p := w.open(t, colleague, id); p.Draft.Rev != 0 || len(p.Begun) != 1 || p.Begun[0].Words != nil || p.Write {
			t.Errorf("a colleague sees of a draft: %+v", p)
		}
		if l := w.list(t, colleague); len(l) != 1 || l[0].State != note.Theirs || l[0].First != "" {
			t.Errorf("in the list of a colleague: %+v", l)
		}
		if f := w.find(t, colleague, "lift"); len(f) != 0 {
			t.Errorf("a colleague finds in a draft: %+v", f)
		}
		if _, _, err := w.draft(t, colleague, free(id, about, "Mine")); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague writes in it: %v", err)
		}

		f := free(id, about, canary)
		f.Rev = d.Rev
		w.mustSign(t, f)
		if p := w.open(t, colleague, id); len(p.Texts) != 1 || p.Texts[0].Words["text"] != canary || !p.Write {
			t.Errorf("a colleague sees of a signed note: %+v", p)
		}
		w.NotOnDisk(t, canary)
	})
}

func TestWhoeverTreatsNobodyNowFindsNoNotes(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		id, about := newID(), w.meets(t)
		w.mustSign(t, free(id, about, canary))
		w.Grant(t, w.Supervisor, w.Client, access.Supervises)
		w.Grant(t, w.Stranger, w.Client, access.Emergency)
		for _, actor := range []access.Actor{w.Tomas, w.Stranger, w.Manager, w.Supervisor} {
			w.Refused(t, actor, access.ReadNotes, func(ctx context.Context) error {
				_, err := w.notes.Open(ctx, actor, w.Client, id)
				return err
			})
			w.Refused(t, actor, access.ReadNotes, func(ctx context.Context) error {
				_, err := w.notes.Begin(ctx, actor, w.Client, about, newID())
				return err
			})
			w.Refused(t, actor, access.ReadNotes, func(ctx context.Context) error {
				_, err := w.notes.List(ctx, actor, w.Client)
				return err
			})
			w.Refused(t, actor, access.ReadNotes, func(ctx context.Context) error {
				_, _, err := w.notes.Find(ctx, actor, w.Client, "lift")
				return err
			})
			w.Refused(t, actor, access.DraftNote, func(ctx context.Context) error {
				_, _, err := w.notes.KeepDraft(ctx, actor, w.Client, free(newID(), "", "x"))
				return err
			})
			w.Refused(t, actor, access.DraftNote, func(ctx context.Context) error {
				_, err := w.notes.Throw(ctx, actor, w.Client, id, 1)
				return err
			})
			w.Refused(t, actor, access.SignNote, func(ctx context.Context) error {
				_, _, err := w.notes.Sign(ctx, actor, w.Client, free(newID(), "", "x"))
				return err
			})
			w.Refused(t, actor, access.ShareNote, func(ctx context.Context) error {
				_, err := w.notes.Share(ctx, actor, w.Client, note.ShareForm{Note: id, Text: "x"})
				return err
			})
		}
	})
}

func TestOfOnePageTheNewestTextHoldsInWhateverOrderItArrives(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "One")
		f.Nth = 1
		first := w.mustDraft(t, f)
		// The answer was lost: the page still thinks that nothing is kept.
		f.Nth, f.Words = 3, note.Words{"text": "One two three"}
		third := w.mustDraft(t, f)
		if third.Rev <= first.Rev {
			t.Errorf("numbers: %d, then %d", first.Rev, third.Rev)
		}
		f.Nth, f.Words = 2, note.Words{"text": "One two"}
		late := w.mustDraft(t, f)
		if late.Words["text"] != "One two three" || late.Rev != third.Rev {
			t.Errorf("what came late took the place of what is newer: %+v", late)
		}
		if p := w.open(t, w.Clinician, f.ID); p.Draft.Words["text"] != "One two three" {
			t.Errorf("kept: %+v", p.Draft)
		}
		if n := w.Count(t, `SELECT count(*) FROM note_draft`); n != 1 {
			t.Errorf("%d drafts", n)
		}
	})
}

func TestTwoDevicesSeeBothTextsAndNothingIsKeptMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "Begun")
		d := w.mustDraft(t, f)
		phone, desk := free(f.ID, "", "Begun, on the phone"), free(f.ID, "", "Begun, at the desk")
		phone.Rev, desk.Rev, phone.Nth, desk.Nth = d.Rev, d.Rev, 1, 1
		now := w.mustDraft(t, phone)
		_, stands, err := w.draft(t, w.Clinician, desk)
		if !fault.Is(err, fault.Conflict) || !stands.Unsigned || stands.Draft.Words["text"] != "Begun, on the phone" || stands.Note != f.ID {
			t.Fatalf("got %+v, %v", stands, err)
		}
		if _, stands, err = w.sign(t, w.Clinician, desk); !fault.Is(err, fault.Conflict) || !stands.Unsigned {
			t.Errorf("signed over it: %+v, %v", stands, err)
		}
		both := note.Both(stands.Content(), note.Content{Shape: desk.Shape, Words: desk.Words})
		desk.Words, desk.Rev, desk.Page = both.Words, now.Rev, newID()
		w.mustDraft(t, desk)
		if got := w.open(t, w.Clinician, f.ID).Draft.Words["text"]; got != "Begun, on the phone\n\nBegun, at the desk" {
			t.Errorf("both: %q", got)
		}
	})
}

func TestANoteThatTwoDevicesBeginIsOne(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		about := w.meets(t)
		one, two := free(newID(), about, "One"), free(newID(), about, "Two")
		w.mustDraft(t, one)
		_, stands, err := w.draft(t, w.Clinician, two)
		if !fault.Is(err, fault.Conflict) || stands.Note != one.ID || stands.Draft.Words["text"] != "One" {
			t.Errorf("got %+v, %v", stands, err)
		}
		if l := w.list(t, w.Clinician); len(l) != 1 || l[0].State != note.Begun {
			t.Errorf("in the list: %+v", l)
		}
	})
}

func TestWhatIsSignedStaysAndIsAmendedWithAReason(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "She took the lift.")
		w.mustSign(t, f)
		w.mustSign(t, f) // pressed twice

		amended := free(f.ID, "", "She took the lift, twice.")
		amended.Base = 1
		if _, _, err := w.sign(t, w.Clinician, amended); fieldOf(err) != "reason" {
			t.Errorf("without a reason: %v", err)
		}
		amended.Reason = "I forgot the way down"
		w.mustDraft(t, amended)
		if p := w.open(t, w.Clinician, f.ID); p.Draft.Base != 1 || p.Draft.Reason != "I forgot the way down" || p.Revision != 1 {
			t.Errorf("an amendment that is begun: %+v", p)
		}
		if l := w.list(t, w.Clinician); !l[0].Going || l[0].State != note.Signed || l[0].First != "She took the lift." {
			t.Errorf("in the list: %+v", l[0])
		}
		other := free(f.ID, "", "Something else")
		other.Base, other.Reason = 1, "Elsewhere"
		amended.Rev = w.open(t, w.Clinician, f.ID).Draft.Rev
		w.mustSign(t, amended)
		w.mustSign(t, amended)
		if _, stands, err := w.sign(t, w.Clinician, other); !fault.Is(err, fault.Conflict) || stands.Text.Words["text"] != "She took the lift, twice." {
			t.Errorf("two amendments at once: %+v, %v", stands, err)
		}
		p := w.open(t, w.Clinician, f.ID)
		if len(p.Texts) != 2 || p.Texts[0].Reason != "I forgot the way down" || p.Texts[1].Words["text"] != "She took the lift." || p.Draft.Rev != 0 {
			t.Errorf("after the amendment: %+v", p)
		}
		same := free(f.ID, "", "She took the lift, twice.")
		same.Base, same.Reason = 2, "None"
		if _, _, err := w.sign(t, w.Clinician, same); fieldOf(err) != "text" {
			t.Errorf("an amendment that changes nothing: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM note_text`); n != 2 {
			t.Errorf("%d texts", n)
		}
	})
}

func TestADraftIsThrownAwayKnowinglyAndTakenUpAgain(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		about := w.meets(t)
		f := free(newID(), about, "Begun")
		d := w.mustDraft(t, f)
		on := free(f.ID, "", "Begun, and more")
		on.Rev = d.Rev
		now := w.mustDraft(t, on)
		if stands, err := w.throw(t, f.ID, d.Rev); !fault.Is(err, fault.Conflict) || stands.Draft.Words["text"] != "Begun, and more" {
			t.Errorf("thrown away unseen: %+v, %v", stands, err)
		}
		for range 2 {
			if _, err := w.throw(t, f.ID, now.Rev); err != nil {
				t.Fatal(err)
			}
		}
		if n := w.Count(t, `SELECT count(*) FROM note_draft`); n != 0 {
			t.Errorf("%d drafts", n)
		}
		if l := w.list(t, w.Clinician); len(l) != 1 || l[0].State != note.None || l[0].Session != about {
			t.Errorf("in the list: %+v", l)
		}
		// Another device had it open.
		on.Nth, on.Words = 7, note.Words{"text": "Begun, and more, and more"}
		_, stands, err := w.draft(t, w.Clinician, on)
		if !fault.Is(err, fault.Conflict) || !stands.Away {
			t.Errorf("written on: %+v, %v", stands, err)
		}
		on.Rev, on.Page = 0, newID()
		w.mustDraft(t, on)
		var p note.Page
		w.Do(t, func(ctx context.Context) (err error) {
			p, err = w.notes.Begin(ctx, w.Clinician, w.Client, about, newID())
			return err
		})
		if p.ID != f.ID || p.Draft.Words["text"] != "Begun, and more, and more" || p.Away {
			t.Errorf("taken up again: %+v", p)
		}
	})
}

func TestASessionThatANoteWasThrownAwayOfCanHaveOneAgain(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "Begun")
		if _, err := w.throw(t, f.ID, w.mustDraft(t, f).Rev); err != nil {
			t.Fatal(err)
		}
		again := free(newID(), f.Session, "Anew")
		_, stands, err := w.draft(t, w.Clinician, again)
		if !fault.Is(err, fault.Conflict) || !stands.Away || stands.Note != f.ID {
			t.Fatalf("got %+v, %v", stands, err)
		}
		again.ID = stands.Note
		w.mustSign(t, again)
		if l := w.list(t, w.Clinician); len(l) != 1 || l[0].State != note.Signed || l[0].First != "Anew" {
			t.Errorf("in the list: %+v", l)
		}
	})
}

func TestWhatSomebodyLeftUnsignedIsReadAndSignedByWhoeverTreatsNow(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "Half of it")
		w.mustDraft(t, f)
		next := access.Actor{Practice: w.Practice, ID: "cara", Fresh: true}
		w.Grant(t, next, access.Operations, access.Clinician)
		w.Grant(t, next, w.Client, access.Treats)
		left := func(actor access.Actor) (p note.Page, err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			return w.notes.OpenLeft(ctx, actor, w.Client, f.ID)
		}

		// While Ines works in the practice it is hers, also when she treats the client no
		// more: whoever goes on neither reads it nor writes in it.
		w.Ungrant(t, w.Clinician, w.Client)
		p := w.open(t, next, f.ID)
		if p.Write || len(p.Left) != 0 || len(p.Begun) != 1 || p.Begun[0].Words["text"] != "" || p.Start.Words["text"] != "" {
			t.Fatalf("a colleague's draft: %+v", p)
		}
		if l := w.list(t, next); len(l) != 1 || l[0].State != note.Theirs || l[0].First != "" {
			t.Errorf("in the list: %+v", l)
		}
		if _, err := left(next); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague's draft is opened: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE actor_id = 'cara' AND action = 'note.left' AND allowed`); n != 0 {
			t.Errorf("the client sees %d times that it was read, which was refused", n)
		}
		if _, _, err := w.sign(t, next, free(f.ID, "", "Mine")); !fault.Is(err, fault.NotFound) {
			t.Errorf("a colleague's draft is signed: %v", err)
		}
		if n := w.Count(t, `SELECT count(*) FROM audit WHERE actor_id = 'cara' AND action = 'note.sign' AND allowed`); n != 0 {
			t.Errorf("the client sees %d times that it was signed, which was refused", n)
		}

		// When she has left the practice it is read, as an act that the client sees.
		w.Ungrant(t, w.Clinician, access.Operations)
		p = w.open(t, next, f.ID)
		if !p.Write || len(p.Left) != 1 || p.Left[0].Words["text"] != "" || p.Start.Words["text"] != "" {
			t.Fatalf("what was left, before it is opened: %+v", p)
		}
		w.Refused(t, w.Supervisor, access.ReadLeft, func(context.Context) error { _, err := left(w.Supervisor); return err })
		logged := func() int {
			return w.Count(t, `SELECT count(*) FROM audit WHERE actor_id = 'cara' AND action = 'note.left' AND compartment = $1 AND detail = $2 AND allowed`, string(w.Client), f.ID)
		}
		before := logged()
		if p, err := left(next); err != nil || !p.Write || len(p.Left) != 1 || p.Start.Words["text"] != "Half of it" || p.Draft.Rev != 0 {
			t.Fatalf("what was left: %+v, %v", p, err)
		}
		if n := logged() - before; n != 1 {
			t.Errorf("it stands in the log %d times", n)
		}
		if l := w.list(t, next); len(l) != 1 || l[0].State != note.Left || l[0].First != "" {
			t.Errorf("in the list: %+v", l)
		}
		if _, _, err := w.sign(t, next, free(f.ID, "", "Half of it, as Ines left it")); err != nil {
			t.Fatal(err)
		}
		if p = w.open(t, next, f.ID); p.Texts[0].By != "cara" || p.Author != "ines" || len(p.Left) != 1 {
			t.Errorf("signed: %+v", p)
		}
	})
}

func TestANoteNamesGoalsInTheWordsThatTheyHadThen(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		g := w.aims(t, "Take the lift again")
		f := free(newID(), w.meets(t), "She did")
		f.Goals = []string{g, g}
		w.mustSign(t, f)
		p := w.open(t, w.Clinician, f.ID)
		if len(p.Texts[0].Goals) != 1 || p.Texts[0].Goals[0].Words != "Take the lift again" || len(p.Goals) != 1 {
			t.Errorf("goals: %+v of %+v", p.Texts[0].Goals, p.Goals)
		}
		f = free(newID(), "", "Another")
		f.Goals = []string{newID()}
		if _, _, err := w.draft(t, w.Clinician, f); fieldOf(err) != "goal" {
			t.Errorf("a goal that there is not: %v", err)
		}
	})
}

func TestNotesAreFoundByTheirWords(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		old := free(newID(), w.meets(t), strings.Repeat("Before. ", 40)+"The LIFT stood still; Grüße. "+strings.Repeat("After. ", 40))
		w.mustSign(t, old)
		amended := free(old.ID, "", "Only the stairs")
		amended.Base, amended.Reason = 1, "A mistake"
		w.mustSign(t, amended)
		w.mustDraft(t, free(newID(), w.meets(t), "The lift, in a draft"))
		w.mustSign(t, free(newID(), "", "A call about the lift and the stairs"))

		found := w.find(t, w.Clinician, "  lift ")
		if len(found) != 3 || !found[1].Draft || found[1].Session == "" || !found[2].Earlier || !strings.Contains(found[2].Around, "LIFT stood") || len(found[2].Around) > 300 {
			t.Errorf("found: %+v", found)
		}
		if found = w.find(t, w.Clinician, "stairs LIFT"); len(found) != 1 || found[0].Around == "" {
			t.Errorf("two words: %+v", found)
		}
		if found = w.find(t, w.Clinician, "%"); len(found) != 0 {
			t.Errorf("a sign: %+v", found)
		}
	})
}

func TestWhatCannotBeKeptIsSaidAndWhatIsTextIsText(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		about := w.meets(t)
		for name, f := range map[string]note.Form{
			"text":    free(newID(), about, strings.Repeat("x", 1<<20)),
			"plan":    {ID: newID(), Page: newID(), Shape: note.SOAP, Words: note.Words{"subjective": strings.Repeat("x", 40_000), "plan": strings.Repeat("y", 40_000)}},
			"shape":   {ID: newID(), Page: newID(), Shape: "haiku"},
			"id":      {ID: "one", Page: newID(), Shape: note.Free},
			"reason":  {ID: newID(), Page: newID(), Shape: note.Free, Reason: strings.Repeat("z", 501)},
			"goal":    {ID: newID(), Page: newID(), Shape: note.Free, Goals: []string{"x"}},
			"control": free(newID(), about, "bell \x07"),
		} {
			want := name
			if name == "control" {
				want = "text"
			}
			if _, _, err := w.draft(t, w.Clinician, f); fieldOf(err) != want {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, _, err := w.sign(t, w.Clinician, free(newID(), about, " \n ")); fieldOf(err) != "text" {
			t.Errorf("nothing at all: %v", err)
		}
		if _, _, err := w.draft(t, w.Clinician, free(newID(), newID(), "x")); !fault.Is(err, fault.NotFound) {
			t.Errorf("of a session that there is not: %v", err)
		}
		f := free(newID(), about, "<script>alert(1)</script>\r\n\x00"[:27]+"\u202e{{.}} '; DROP TABLE note; --")
		d := w.mustDraft(t, f)
		if d.Words["text"] != "<script>alert(1)</script>\n{{.}} '; DROP TABLE note; --" {
			t.Errorf("kept: %q", d.Words["text"])
		}
	})
}

func TestASummaryIsSharedTakenBackAndSharedAgain(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "A note")
		w.mustSign(t, f)
		share := func(revision int64, text string) (err error) {
			ctx, settle := w.Visit(t)
			defer settle()
			_, err = w.notes.Share(ctx, w.Clinician, w.Client, note.ShareForm{Note: f.ID, Revision: revision, Text: text})
			return err
		}
		for _, err := range []error{share(0, "You took the lift."), share(0, "You took the lift.")} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := share(0, "Something else"); !fault.Is(err, fault.Conflict) {
			t.Errorf("two at once: %v", err)
		}
		if p := w.open(t, w.Clinician, f.ID); p.Hour.Summary.Text != "You took the lift." {
			t.Errorf("shared: %+v", p.Hour.Summary)
		}
		if err := share(1, ""); err != nil {
			t.Fatal(err)
		}
		if p := w.open(t, w.Clinician, f.ID); p.Hour.Summary.Text != "" || p.Hour.Summary.Revision != 2 {
			t.Errorf("taken back: %+v", p.Hour.Summary)
		}
		other := free(newID(), "", "A call")
		w.mustSign(t, other)
		w.Refused(t, w.Clinician, access.ShareNote, func(ctx context.Context) error {
			_, err := w.notes.Share(ctx, w.Clinician, w.Client, note.ShareForm{Note: other.ID, Text: "x"})
			if fault.Is(err, fault.NotFound) {
				return w.refuse(ctx)
			}
			return err
		})
	})
}

// refuse asks for what nobody may, so that the newest entry of the log is a refusal.
func (w world) refuse(ctx context.Context) error {
	_, err := w.Door.Begin(ctx, w.Clinician, access.ShareNote, access.ClientRecord("nobody"))
	return err
}

func TestManySavingsAtOnceKeepOneOfThemWhole(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		f := free(newID(), w.meets(t), "Begun")
		d := w.mustDraft(t, f)
		kept := make(chan string, 8)
		for i := range 8 {
			go func() {
				ctx, v := w.Door.Visit(t.Context())
				defer v.Settle()
				one := free(f.ID, "", "Begun, "+strings.Repeat("x", i+1))
				one.Rev = d.Rev
				if _, _, err := w.notes.KeepDraft(ctx, w.Clinician, w.Client, one); err == nil {
					kept <- one.Words["text"]
					return
				}
				kept <- ""
			}()
		}
		var won []string
		for range 8 {
			if text := <-kept; text != "" {
				won = append(won, text)
			}
		}
		if p := w.open(t, w.Clinician, f.ID); len(won) != 1 || p.Draft.Words["text"] != won[0] {
			t.Errorf("kept %q, and %q stands", won, p.Draft.Words)
		}
	})
}

func TestAListOfFortySessionsIsQuick(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for range 40 {
			w.mustSign(t, free(newID(), w.meets(t), strings.Repeat("Some words of a note. ", 100)))
		}
		began := time.Now()
		all := w.list(t, w.Clinician)
		found := w.find(t, w.Clinician, "a note")
		if took := time.Since(began); len(all) != 40 || len(found) != 40 || took > 3*time.Second {
			t.Errorf("%d in the list, %d found, in %s", len(all), len(found), took)
		} else {
			t.Logf("list and search in %s", took)
		}
	})
}

func fieldOf(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		return f.Field
	}
	if err == nil {
		return "no fault"
	}
	return "no fault: " + err.Error()
}
