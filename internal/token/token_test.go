package token_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
)

const canary = "Kanari reads for the group practice"

type house struct {
	*waytest.World

	tokens *token.Tokens
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) { f(t, &house{w, token.New(w.Door, "http://localhost")}) })
}

func form(lasts time.Duration) token.Form {
	return token.Form{ID: uuid.Must(uuid.NewV7()).String(), Label: canary, Scopes: []string{"user/Observation.rs", "user/Patient.r"}, Lasts: lasts}
}

func (h *house) makes(t *testing.T, actor access.Actor, f token.Form) (secret string) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		secret, err = h.tokens.Make(ctx, actor, f)
		return err
	})
	return secret
}

func (h *house) tries(t *testing.T, do func(context.Context) error) error {
	t.Helper()
	ctx, settle := h.Visit(t)
	defer settle()
	return do(ctx)
}

func (h *house) enters(t *testing.T, brought string) (in token.In, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		in, err = h.tokens.Enter(ctx, brought)
		return err
	})
	return in, err
}

func TestATokenLetsAProgramInUntilItRunsOut(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := form(time.Hour)
		secret := h.makes(t, h.Clinician, f)
		in, err := h.enters(t, secret)
		if err != nil || in.Actor.ID != h.Clinician.ID || in.Actor.Fresh || in.Token != f.ID || !slices.Equal(in.Scopes, f.Scopes) {
			t.Fatalf("got %+v, %v", in, err)
		}
		for _, other := range []string{"", "wm1", secret + "a", secret[:len(secret)-1] + "a", strings.ToUpper(secret), strings.Replace(secret, h.Practice, "elsewhere", 1)} {
			if other == secret {
				continue
			}
			if _, err := h.enters(t, other); !fault.Is(err, fault.NotFound) {
				t.Errorf("%q: %v", other, err)
			}
		}
		h.Clock.Pass(time.Hour)
		if _, err := h.enters(t, secret); !fault.Is(err, fault.NotFound) {
			t.Errorf("a token that has run out lets in: %v", err)
		}
	})
}

func TestATokenThatIsEndedLetsNobodyIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := form(0)
		secret := h.makes(t, h.Tomas, f)
		for range 2 {
			h.Do(t, func(ctx context.Context) error { return h.tokens.End(ctx, h.Tomas, f.ID) })
		}
		if _, err := h.enters(t, secret); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// What is remembered of a token is forgotten with it, whoever ends it and however.
func TestATokenThatLetInAMomentAgoLetsNobodyInOnceItIsEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, end := range map[string]func(ctx context.Context, id string) error{
			"by its owner": func(ctx context.Context, id string) error { return h.tokens.End(ctx, h.Tomas, id) },
			"after a restore": func(ctx context.Context, _ string) error {
				return h.tokens.EndAgain(ctx, access.System(h.Practice, "operator"))
			},
		} {
			f := form(0)
			secret := h.makes(t, h.Tomas, f)
			for range 2 {
				if _, err := h.enters(t, secret); err != nil {
					t.Fatal(err)
				}
			}
			h.Do(t, func(ctx context.Context) error { return end(ctx, f.ID) })
			if _, err := h.enters(t, secret); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// What another node ended, of which this one was not told yet, changes nothing any more.
func TestATokenThatEndedOnAnotherNodeChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if h.DB.IsSQLite() {
			t.Skip("there is no other node")
		}
		const unseen = `DO $$ BEGIN EXECUTE 'UPDATE tok' || 'en SET ended_at = 1'; END $$`
		for end := time.Now().Add(20 * time.Second); ; {
			if time.Now().After(end) {
				t.Fatal("nothing is remembered")
			}
			secret := h.makes(t, h.Tomas, form(0))
			h.enters(t, secret)
			time.Sleep(50 * time.Millisecond) // until it was heard that it was used
			h.enters(t, secret)
			h.Exec(t, unseen)
			err := h.tries(t, func(ctx context.Context) error {
				in, err := h.tokens.Enter(ctx, secret)
				if err != nil {
					return nil // it was not remembered
				}
				tx, err := h.Door.Begin(ctx, in.Actor, access.GiveAnswer, h.Client)
				if err != nil {
					return err
				}
				tx.Rollback()
				return errors.New("it changes something")
			})
			if fault.Is(err, fault.NotFound) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestNobodyEndsOrSeesAnothersToken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		f := form(0)
		secret := h.makes(t, h.Clinician, f)
		h.Do(t, func(ctx context.Context) error { return h.tokens.End(ctx, h.Stranger, f.ID) }) // of theirs there is none
		if _, err := h.enters(t, secret); err != nil {
			t.Errorf("a colleague ended it: %v", err)
		}
		h.Do(t, func(ctx context.Context) error {
			all, err := h.tokens.All(ctx, h.Stranger)
			if len(all) != 0 {
				t.Errorf("a colleague sees %v", all)
			}
			return err
		})
		h.Do(t, func(ctx context.Context) error {
			all, err := h.tokens.All(ctx, h.Clinician)
			if len(all) != 1 || all[0].Label != canary || all[0].UsedAt.IsZero() {
				t.Errorf("got %+v", all)
			}
			return err
		})
	})
}

func TestATokenIsMadeByWhoeverJustSaidWhoTheyAreAndShownOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stale := h.Clinician
		stale.Fresh = false
		f := form(0)
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, stale, f); return err }); !fault.Is(err, fault.StepUp) {
			t.Errorf("made without a fresh sign-in: %v", err)
		}
		h.makes(t, h.Clinician, f)
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, h.Clinician, f); return err }); !fault.Is(err, fault.Conflict) {
			t.Errorf("made twice: %v", err)
		}
		outside := access.Actor{Practice: h.Practice, ID: "nobody", Fresh: true}
		h.Refused(t, outside, access.MakeToken, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, outside, form(0)); return err })
		h.Refused(t, outside, access.ReadTokens, func(ctx context.Context) error { _, err := h.tokens.All(ctx, outside); return err })
		h.Refused(t, outside, access.EndToken, func(ctx context.Context) error { return h.tokens.End(ctx, outside, f.ID) })
	})
}

func TestWhatIsWrongWithATokenIsSaidWithItsField(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for field, change := range map[string]func(*token.Form){
			"id":     func(f *token.Form) { f.ID = "one" },
			"label":  func(f *token.Form) { f.Label = strings.Repeat("a", token.MaxLabel+1) },
			"lasts":  func(f *token.Form) { f.Lasts = token.Longest + time.Second },
			"scopes": func(f *token.Form) { f.Scopes = []string{"user/Observation.rs", "user/everything"} },
		} {
			f := form(0)
			change(&f)
			err := h.tries(t, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, h.Clinician, f); return err })
			var wrong *fault.Error
			if !errors.As(err, &wrong) || wrong.Kind != fault.Invalid || wrong.Field != field {
				t.Errorf("%s: got %v", field, err)
			}
		}
		for _, s := range []string{"", "user/Patient.", "user/Patient.sr", "patient/Observation.rs?category=x", "launch", "openid"} {
			f := form(0)
			f.Scopes = []string{s}
			if err := h.tries(t, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, h.Clinician, f); return err }); !fault.Is(err, fault.Invalid) {
				t.Errorf("the scope %q: %v", s, err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM token`); n != 0 {
			t.Errorf("%d tokens were kept", n)
		}
	})
}

func TestWhatWasMadeIsNowhereInClear(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		secret := h.makes(t, h.Clinician, form(0))
		h.NotOnDisk(t, canary)
		h.NotOnDisk(t, secret[len(secret)-32:])
	})
}
