package intake_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/intake"
)

func changed(section, text string) intake.Text {
	t := maps.Clone(intake.StartText())
	t[section] = text
	return t
}

func TestTheAgreementHoldsWhenBothHaveSignedTheSameVersion(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		if _, ok := w.terms(t, w.Tomas).Newest(); ok {
			t.Error("there is one before anybody wrote it")
		}
		v, err := w.revise(t, w.Clinician, intake.TermsForm{Text: changed("rhythm", canary)})
		if err != nil || v.Number != 1 || v.Side != intake.ByClinician {
			t.Fatalf("got %+v, %v", v, err)
		}
		if again, err := w.revise(t, w.Clinician, intake.TermsForm{Text: changed("rhythm", canary)}); err != nil || again.Number != 1 {
			t.Errorf("the same twice: %+v, %v", again, err)
		}
		w.NotOnDisk(t, canary)
		if !w.waits(t).Nothing() {
			t.Error("it waits before anybody signed")
		}
		for range 2 {
			if _, err := w.sign(t, w.Clinician, 1); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.waits(t); got.Terms != 1 || got.Sign != w.Clinician.ID {
			t.Errorf("what waits: %+v", got)
		}
		w.Clock.Pass(time.Hour)
		if _, err := w.sign(t, w.Tomas, 1); err != nil {
			t.Fatal(err)
		}
		got := w.terms(t, w.Tomas)
		s := got.State()
		if !s.Holds || s.Agreed != 1 || !s.ByClient || !s.ByClinician || !s.Since.Equal(w.Clock.Now()) || len(got.Signs) != 2 {
			t.Errorf("signed by both: %+v", s)
		}
		if !w.waits(t).Nothing() {
			t.Error("it still waits")
		}
		w.Do(t, func(ctx context.Context) error {
			n, _, err := w.is.Lately(ctx, w.Clinician, w.Client)
			if n.Terms != s {
				t.Errorf("the list says %+v, the page %+v", n.Terms, s)
			}
			return err
		})
	})
}

func TestSigningWhileTheOtherEditsSignsNothingAndShowsBoth(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		must := func(_ intake.Version, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.revise(t, w.Clinician, intake.TermsForm{Text: intake.StartText()}))
		must(w.revise(t, w.Clinician, intake.TermsForm{Version: 1, Text: changed("missed", "It costs nothing")}))
		now, err := w.sign(t, w.Tomas, 1)
		if !fault.Is(err, fault.Conflict) || now.Number != 2 || now.Text["missed"] != "It costs nothing" {
			t.Errorf("got %+v, %v", now, err)
		}
		if n := w.Count(t, `SELECT count(*) FROM terms_sign`); n != 0 {
			t.Errorf("%d signings", n)
		}
		now, err = w.revise(t, w.Tomas, intake.TermsForm{Version: 1, Text: changed("missed", "Half of it")})
		if !fault.Is(err, fault.Conflict) || now.Number != 2 {
			t.Errorf("an edit that began before: %+v, %v", now, err)
		}
		got := w.terms(t, w.Clinician)
		if len(got.Versions) != 2 || got.Versions[1].Text["missed"] == "It costs nothing" {
			t.Errorf("the history: %+v", got.Versions)
		}
	})
}

func TestANewVersionLeavesTheOldOneInForceUntilBothSign(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		do := func(_ intake.Version, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(w.revise(t, w.Tomas, intake.TermsForm{Text: intake.StartText()}))
		do(w.sign(t, w.Tomas, 1))
		do(w.sign(t, w.Clinician, 1))
		do(w.revise(t, w.Tomas, intake.TermsForm{Version: 1, Text: changed("rhythm", "Every two weeks")}))
		do(w.sign(t, w.Tomas, 2))
		s := w.terms(t, w.Clinician).State()
		if s.Newest != 2 || s.Agreed != 1 || !s.Holds || !s.ByClient || s.ByClinician {
			t.Errorf("half signed: %+v", s)
		}
		do(w.sign(t, w.Clinician, 2))
		if err := w.withdraw(t, w.Tomas, 2); err != nil {
			t.Fatal(err)
		}
		if err := w.withdraw(t, w.Tomas, 2); err != nil {
			t.Errorf("twice: %v", err)
		}
		got := w.terms(t, w.Clinician)
		s = got.State()
		if s.Agreed != 2 || s.Holds || s.Withdrawn != intake.ByClient {
			t.Errorf("taken back: %+v", s)
		}
		if last := got.Signs[len(got.Signs)-1]; last.Words != "Not for now" || !last.Withdrawn {
			t.Errorf("the words with it: %+v", last)
		}
		if w.waits(t).Terms != 0 {
			t.Error("somebody who took it back is asked to sign it")
		}
		do(w.revise(t, w.Clinician, intake.TermsForm{Version: 2, Text: changed("rhythm", "Every two weeks"), Again: true}))
		do(w.sign(t, w.Clinician, 3))
		if got := w.waits(t); got.Terms != 3 {
			t.Errorf("renewed: %+v", got)
		}
		do(w.sign(t, w.Tomas, 3))
		if s := w.terms(t, w.Tomas).State(); !s.Holds || s.Agreed != 3 {
			t.Errorf("signed anew: %+v", s)
		}
		if n := w.Count(t, `SELECT count(*) FROM terms`); n != 3 {
			t.Errorf("%d versions", n)
		}
	})
}

func TestWhatIsNoAgreementIsSaid(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for field, text := range map[string]intake.Text{
			"client": {"rhythm": "Weekly"},
			"kept":   {"client": "x", "kept": strings.Repeat("k", intake.MaxSection+1)},
			"review": {"client": "x", "review": strings.Repeat("k", intake.MaxLine+1)},
		} {
			if _, err := w.revise(t, w.Tomas, intake.TermsForm{Text: text}); fieldOf(err) != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		if _, err := w.sign(t, w.Tomas, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("signing what is not there: %v", err)
		}
		if err := w.withdraw(t, w.Tomas, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("taking back what is not there: %v", err)
		}
		if _, err := w.revise(t, w.Tomas, intake.TermsForm{Text: intake.StartText()}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.sign(t, w.Clinician, 1); err != nil {
			t.Fatal(err)
		}
		if err := w.withdraw(t, w.Tomas, 1); !fault.Is(err, fault.NotFound) {
			t.Errorf("taking back what one has not signed: %v", err)
		}
		id := newID()
		w.Do(t, func(ctx context.Context) error {
			_, err := w.is.SignTerms(ctx, w.Tomas, w.Client, intake.SignForm{ID: id, Course: 1, Version: 1})
			return err
		})
		w.Do(t, func(ctx context.Context) error {
			err := w.is.WithdrawTerms(ctx, w.Tomas, w.Client, intake.SignForm{ID: id, Course: 1, Version: 1})
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("the same form for something else: %v", err)
			}
			return nil
		})
	})
}
