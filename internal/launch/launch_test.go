package launch_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/token"
	"github.com/waymark-care/waymark/internal/waytest"
)

const (
	base     = "https://way.example/fhir/R4"
	redirect = "https://app.example/back"
	canary   = "Kanari Tagebuch"
	proof    = "a-proof-that-only-the-app-itself-can-know-0123456789"
)

func challengeOf(proof string) string {
	sum := sha256.Sum256([]byte(proof))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

type house struct {
	*waytest.World

	tokens   *token.Tokens
	launches *launch.Launches
	app      launch.App
}

func each(t *testing.T, f func(*testing.T, *house)) {
	t.Helper()
	waytest.EachDB(t, func(t *testing.T, w *waytest.World) {
		h := &house{World: w, tokens: token.New(w.Door, "http://localhost")}
		h.launches = launch.New(w.Door, h.tokens, base)
		h.Do(t, func(ctx context.Context) (err error) {
			h.app, err = h.launches.KeepApp(ctx, w.Manager, appForm())
			return err
		})
		f(t, h)
	})
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

func appForm() launch.AppForm {
	return launch.AppForm{
		ID: newID(), Name: canary, Redirects: redirect + "\nhttp://127.0.0.1/back", Clients: true,
		May: []string{"Observation.rs", "Goal.rs", "QuestionnaireResponse.c", "QuestionnaireResponse.rs"},
	}
}

func (h *house) request() launch.Request {
	return launch.Request{
		Type: "code", Client: h.app.ID, Redirect: redirect, Scope: "launch/patient patient/*.rs offline_access", State: "xyz",
		Audience: base, Challenge: challengeOf(proof), Method: "S256",
	}
}

func (h *house) consent() launch.Consent {
	return launch.Consent{ID: newID(), Request: h.request(), Scopes: []string{"patient/Observation.rs"}, Lasts: 30 * 24 * time.Hour}
}

func (h *house) redemption(code string) launch.Redemption {
	return launch.Redemption{Code: code, Client: h.app.ID, Redirect: redirect, Verifier: proof}
}

func (h *house) tries(t *testing.T, do func(context.Context) error) error {
	t.Helper()
	ctx, settle := h.Visit(t)
	defer settle()
	return do(ctx)
}

func (h *house) lets(t *testing.T, c launch.Consent) (code string) {
	t.Helper()
	h.Do(t, func(ctx context.Context) (err error) {
		code, err = h.launches.Let(ctx, h.Tomas, c, true)
		return err
	})
	return code
}

func (h *house) redeems(t *testing.T, r launch.Redemption) (given launch.Given, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) { given, err = h.launches.Redeem(ctx, r); return err })
	return given, err
}

func (h *house) returns(t *testing.T, refresh string) (given launch.Given, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) {
		given, err = h.launches.Refresh(ctx, launch.Return{Refresh: refresh, Client: h.app.ID})
		return err
	})
	return given, err
}

func (h *house) enters(t *testing.T, secret string) (in token.In, err error) {
	t.Helper()
	err = h.tries(t, func(ctx context.Context) (err error) { in, err = h.tokens.Enter(ctx, secret); return err })
	return in, err
}

func (h *house) in(t *testing.T) launch.Given {
	t.Helper()
	given, err := h.redeems(t, h.redemption(h.lets(t, h.consent())))
	if err != nil {
		t.Fatal(err)
	}
	return given
}

func isWrong(err error, code string) bool {
	var w *launch.Wrong
	return errors.As(err, &w) && w.Code == code
}

func TestAnAppThatWasLetInActsForWhoeverLetItInAndNoFurther(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.consent()
		given, err := h.redeems(t, h.redemption(h.lets(t, c)))
		if err != nil || given.Patient != h.Tomas.ID || given.Lasts > launch.AccessLasts ||
			!slices.Equal(given.Scopes, []string{"patient/Observation.rs", "launch/patient", "offline_access"}) {
			t.Fatalf("got %+v, %v", given, err)
		}
		in, err := h.enters(t, given.Access)
		if err != nil || in.Actor.ID != h.Tomas.ID || in.Actor.Fresh || in.Of != h.Tomas.ID || in.Token != c.ID || !slices.Equal(in.Scopes, []string{"patient/Observation.rs"}) {
			t.Fatalf("got %+v, %v", in, err)
		}
		h.Clock.Pass(launch.AccessLasts)
		if _, err := h.enters(t, given.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("after an hour: %v", err)
		}
	})
}

func TestACodeIsGoodOnceAndForAMinute(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		code := h.lets(t, h.consent())
		given, err := h.redeems(t, h.redemption(code))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.redeems(t, h.redemption(code)); !isWrong(err, "invalid_grant") {
			t.Errorf("a code that was used: %v", err)
		}
		if _, err := h.enters(t, given.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("what came of a code that was copied still lets in: %v", err)
		}
		if _, err := h.returns(t, given.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("what came of a code that was copied is still renewed: %v", err)
		}
		code = h.lets(t, h.consent())
		h.Clock.Pass(launch.CodeLasts)
		if _, err := h.redeems(t, h.redemption(code)); !isWrong(err, "invalid_grant") {
			t.Errorf("after a minute: %v", err)
		}
	})
}

func TestACodeThatSomebodyElseBringsIsGoodForNothingAfterwards(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, change := range map[string]func(*launch.Redemption){
			"no proof":                func(r *launch.Redemption) { r.Verifier = "" },
			"another proof":           func(r *launch.Redemption) { r.Verifier = strings.Repeat("a", 43) },
			"the challenge as proof":  func(r *launch.Redemption) { r.Verifier = challengeOf(proof) },
			"another app":             func(r *launch.Redemption) { r.Client = newID() },
			"no app":                  func(r *launch.Redemption) { r.Client = "" },
			"another address":         func(r *launch.Redemption) { r.Redirect = "http://127.0.0.1/back" },
			"no address":              func(r *launch.Redemption) { r.Redirect = "" },
			"an address with a query": func(r *launch.Redemption) { r.Redirect += "?" },
		} {
			code := h.lets(t, h.consent())
			r := h.redemption(code)
			change(&r)
			if given, err := h.redeems(t, r); !isWrong(err, "invalid_grant") || given.Access != "" {
				t.Errorf("%s: %+v, %v", name, given, err)
			}
			if _, err := h.redeems(t, h.redemption(code)); !isWrong(err, "invalid_grant") {
				t.Errorf("%s, then the app itself: %v", name, err)
			}
		}
		if n := h.Count(t, `SELECT count(*) FROM token`); n != 0 {
			t.Errorf("%d tokens were made", n)
		}
	})
}

func TestOfTwoWhoBringACodeAtOnceNobodyKeepsTokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		code := h.lets(t, h.consent())
		var wg sync.WaitGroup
		var mu sync.Mutex
		good := 0
		for range 4 {
			wg.Go(func() {
				ctx, visit := h.Door.Visit(t.Context())
				_, err := h.launches.Redeem(ctx, h.redemption(code))
				if err := visit.Settle(); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					good++
				case !isWrong(err, "invalid_grant"):
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := h.Count(t, `SELECT count(*) FROM token`); good != 1 || n != 0 {
			t.Errorf("%d were given tokens, and %d tokens are there", good, n)
		}
	})
}

func TestAnAppComesAgainWithAnotherTokenEachTime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		given := h.in(t)
		for range 3 {
			h.Clock.Pass(2 * time.Hour)
			next, err := h.returns(t, given.Refresh)
			if err != nil || next.Refresh == given.Refresh || next.Patient != h.Tomas.ID {
				t.Fatalf("got %+v, %v", next, err)
			}
			if _, err := h.enters(t, next.Access); err != nil {
				t.Fatal(err)
			}
			given = next
		}
		h.Clock.Pass(31 * 24 * time.Hour)
		if _, err := h.returns(t, given.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("after all of its time: %v", err)
		}
	})
}

func TestATokenForComingAgainThatWasCopiedEndsEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.in(t)
		second, err := h.returns(t, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.enters(t, second.Access); err != nil { // so its answer arrived
			t.Fatal(err)
		}
		if _, err := h.returns(t, first.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("used up: %v", err)
		}
		if _, err := h.enters(t, second.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("whoever copied it goes on: %v", err)
		}
		if _, err := h.returns(t, second.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("the newest goes on: %v", err)
		}
	})
}

func TestAnAnswerThatWasLostOnItsWayCostsNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.in(t)
		lost, err := h.returns(t, first.Refresh)
		if err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(10 * time.Second)
		again, err := h.returns(t, first.Refresh)
		if err != nil {
			t.Fatalf("sent again: %v", err)
		}
		if _, err := h.enters(t, lost.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("both are good: %v", err)
		}
		if _, err := h.enters(t, again.Access); err != nil {
			t.Fatal(err)
		}
		if _, err := h.returns(t, lost.Refresh); !isWrong(err, "invalid_grant") { // so it was not lost: there are two
			t.Errorf("what was lost comes after all: %v", err)
		}
		if _, err := h.enters(t, again.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("of two who bring it one goes on: %v", err)
		}

		first = h.in(t)
		if _, err := h.returns(t, first.Refresh); err != nil {
			t.Fatal(err)
		}
		h.Clock.Pass(2 * time.Minute)
		if _, err := h.returns(t, first.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("much later: %v", err)
		}
	})
}

func TestAnAppThatAsksForLessGetsLessAndNeverMore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.consent()
		c.Scopes = []string{"patient/Goal.rs", "patient/Observation.rs"}
		given, err := h.redeems(t, h.redemption(h.lets(t, c)))
		if err != nil {
			t.Fatal(err)
		}
		narrow := func(scope string) (got launch.Given, err error) {
			err = h.tries(t, func(ctx context.Context) (err error) {
				got, err = h.launches.Refresh(ctx, launch.Return{Refresh: given.Refresh, Client: h.app.ID, Scope: scope})
				return err
			})
			return got, err
		}
		for _, wide := range []string{"patient/QuestionnaireResponse.rs", "patient/*.rs", "patient/Goal.rs user/Goal.rs", "offline_access"} {
			if _, err := narrow(wide); !isWrong(err, "invalid_scope") {
				t.Errorf("%s: %v", wide, err)
			}
		}
		less, err := narrow("patient/Goal.rs")
		if err != nil || !slices.Equal(less.Scopes, []string{"patient/Goal.rs"}) {
			t.Fatalf("got %+v, %v", less, err)
		}
		if in, err := h.enters(t, less.Access); err != nil || !slices.Equal(in.Scopes, []string{"patient/Goal.rs"}) {
			t.Errorf("got %+v, %v", in, err)
		}
	})
}

func TestAnAppThatDidNotAskToComeAgainCannot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.consent()
		c.Request.Scope, c.Lasts = "patient/Observation.rs", 90*24*time.Hour
		given, err := h.redeems(t, h.redemption(h.lets(t, c)))
		if err != nil || given.Refresh != "" || given.Lasts > launch.AccessLasts {
			t.Errorf("got %+v, %v", given, err)
		}
	})
}

func TestAnAppThatIsEndedIsOutAtOnceWhoeverEndsIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, do := range map[string]func(context.Context, launch.Given) error{
			"its person": func(ctx context.Context, _ launch.Given) error {
				all, err := h.launches.All(ctx, h.Tomas)
				if err != nil || len(all) != 1 || all[0].Name != canary || !all[0].Again || all[0].UsedAt.IsZero() {
					t.Fatalf("got %+v, %v", all, err)
				}
				return h.launches.End(ctx, h.Tomas, all[0].ID)
			},
			"the app itself": func(ctx context.Context, g launch.Given) error {
				return h.launches.Revoke(ctx, g.Refresh, h.app.ID)
			},
			"a loss of all ways to sign in": func(ctx context.Context, _ launch.Given) error {
				tx, err := h.Door.Begin(ctx, h.Tomas, access.EndToken, access.PersonRecord(h.Tomas.ID))
				if err != nil {
					return err
				}
				defer tx.Rollback()
				if err := errors.Join(token.RemovedIn(ctx, tx, h.Tomas.ID, ""), launch.RemovedIn(ctx, tx, h.Tomas.ID, "")); err != nil {
					return err
				}
				return tx.Commit()
			},
			"a restore": func(ctx context.Context, _ launch.Given) error {
				return h.launches.EndAgain(ctx, access.System(h.Practice, "operator"), nil)
			},
		} {
			given := h.in(t)
			h.Do(t, func(ctx context.Context) error { return do(ctx, given) })
			if name == "a restore" { // where the tokens are ended by their own package
				h.Do(t, func(ctx context.Context) error {
					return h.tokens.EndAgain(ctx, access.System(h.Practice, "operator"))
				})
			}
			if _, err := h.enters(t, given.Access); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: its token lets in: %v", name, err)
			}
			if _, err := h.returns(t, given.Refresh); !isWrong(err, "invalid_grant") {
				t.Errorf("%s: it comes again: %v", name, err)
			}
		}
	})
}

func TestAnAppThatIsWithdrawnIsOutWithEverybodyAndStaysSoAfterARestore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		before := h.Clock.Now()
		given, code := h.in(t), h.lets(t, h.consent())
		for range 2 {
			h.Do(t, func(ctx context.Context) error { return h.launches.Withdraw(ctx, h.Manager, h.app.ID) })
		}
		if _, err := h.enters(t, given.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("its token lets in: %v", err)
		}
		if _, err := h.returns(t, given.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("it comes again: %v", err)
		}
		if _, err := h.redeems(t, h.redemption(code)); !isWrong(err, "invalid_grant") {
			t.Errorf("its code is good: %v", err)
		}
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.launches.Ask(ctx, h.Tomas, h.request(), true); return err }); !isWrong(err, "unauthorized_client") {
			t.Errorf("it may ask: %v", err)
		}
		h.Exec(t, `UPDATE app SET ended_at = 0`) // as a backup from before has it
		h.Clock.Pass(time.Minute)
		ended := []access.Ending{{Compartment: access.Operations, ActorID: h.app.ID, Kind: "app", At: h.Clock.Now()}}
		h.Do(t, func(ctx context.Context) error {
			return h.launches.EndAgain(ctx, access.System(h.Practice, "operator"), ended)
		})
		if n := h.Count(t, `SELECT count(*) FROM app WHERE ended_at > $1`, before.UnixMicro()); n != 1 {
			t.Errorf("after a restore it is there again")
		}
		if n := h.Count(t, `SELECT count(*) FROM ended WHERE kind = 'app' AND actor_id = $1`, h.app.ID); n != 1 {
			t.Errorf("that it was withdrawn is not noted for a restore")
		}
	})
}

func TestAnotherAppCannotEndOrTakeOver(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		given := h.in(t)
		h.Do(t, func(ctx context.Context) error { return h.launches.Revoke(ctx, given.Access, newID()) })
		h.Do(t, func(ctx context.Context) error { return h.launches.Revoke(ctx, given.Refresh, newID()) })
		h.Do(t, func(ctx context.Context) error {
			return h.launches.Revoke(ctx, "wr1."+h.Practice+"."+strings.Repeat("a", 32)+"."+strings.Repeat("b", 32), h.app.ID)
		})
		if _, err := h.enters(t, given.Access); err != nil {
			t.Errorf("another app ended it: %v", err)
		}
		err := h.tries(t, func(ctx context.Context) error {
			_, err := h.launches.Refresh(ctx, launch.Return{Refresh: given.Refresh, Client: newID()})
			return err
		})
		if !isWrong(err, "invalid_grant") {
			t.Errorf("another app took it over: %v", err)
		}
		h.Do(t, func(ctx context.Context) error { return h.launches.End(ctx, h.Stranger, newID()) })
	})
}

func TestOneTokenOfAnAppIsRevokedByItself(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		given := h.in(t)
		h.Do(t, func(ctx context.Context) error { return h.launches.Revoke(ctx, given.Access, h.app.ID) })
		if _, err := h.enters(t, given.Access); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v", err)
		}
		if _, err := h.returns(t, given.Refresh); err != nil {
			t.Errorf("it cannot come again: %v", err)
		}
	})
}

func TestTheSameFormGivesOneLaunchAndNeverASecond(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c := h.consent()
		first, second := h.lets(t, c), h.lets(t, c)
		if _, err := h.redeems(t, h.redemption(first)); !isWrong(err, "invalid_grant") {
			t.Errorf("both codes are good: %v", err)
		}
		if _, err := h.redeems(t, h.redemption(second)); err != nil {
			t.Fatal(err)
		}
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.launches.Let(ctx, h.Tomas, c, true); return err }); !fault.Is(err, fault.Conflict) {
			t.Errorf("a form that was used gave another code: %v", err)
		}
	})
}

func TestWhoMayDoWhat(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		stale := h.Tomas
		stale.Fresh = false
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.launches.Let(ctx, stale, h.consent(), true); return err }); !fault.Is(err, fault.StepUp) {
			t.Errorf("let in without a fresh sign-in: %v", err)
		}
		stale = h.Manager
		stale.Fresh = false
		if err := h.tries(t, func(ctx context.Context) error { _, err := h.launches.KeepApp(ctx, stale, appForm()); return err }); !fault.Is(err, fault.StepUp) {
			t.Errorf("made known without a fresh sign-in: %v", err)
		}
		for _, who := range []access.Actor{h.Clinician, h.Tomas} {
			h.Refused(t, who, access.KeepApps, func(ctx context.Context) error { _, err := h.launches.KeepApp(ctx, who, appForm()); return err })
			h.Refused(t, who, access.KeepApps, func(ctx context.Context) error { return h.launches.Withdraw(ctx, who, h.app.ID) })
		}
		outside := access.Actor{Practice: h.Practice, ID: "nobody", Fresh: true}
		h.Refused(t, outside, access.ReadApps, func(ctx context.Context) error { _, err := h.launches.Apps(ctx, outside); return err })
		h.Refused(t, outside, access.ReadApps, func(ctx context.Context) error {
			_, err := h.launches.Let(ctx, outside, h.consent(), true)
			return err
		})
		h.Refused(t, outside, access.ReadTokens, func(ctx context.Context) error { _, err := h.launches.All(ctx, outside); return err })
		h.Refused(t, outside, access.ReadTokens, func(ctx context.Context) error { _, err := h.launches.Names(ctx, outside); return err })
		h.Refused(t, outside, access.EndToken, func(ctx context.Context) error { return h.launches.End(ctx, outside, newID()) })
		h.Refused(t, h.Manager, access.EndAgain, func(ctx context.Context) error { return h.launches.EndAgain(ctx, h.Manager, nil) })
	})
}

func TestWhoeverBelongsHereNoMoreHasNoTokensMade(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		given, code := h.in(t), h.lets(t, h.consent())
		h.Ungrant(t, h.Tomas, access.Operations)
		if _, err := h.redeems(t, h.redemption(code)); !isWrong(err, "invalid_grant") {
			t.Errorf("by a code: %v", err)
		}
		if _, err := h.returns(t, given.Refresh); !isWrong(err, "invalid_grant") {
			t.Errorf("by coming again: %v", err)
		}
	})
}

func TestNothingThatAnAppBringsIsKeptInClear(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		code := h.lets(t, h.consent())
		given, err := h.redeems(t, h.redemption(code))
		if err != nil {
			t.Fatal(err)
		}
		for _, brought := range []string{code, given.Access, given.Refresh} {
			for _, part := range strings.Split(brought, ".")[2:] {
				h.NotOnDisk(t, part)
			}
		}
		h.NotOnDisk(t, canary)
		h.NotOnDisk(t, "app.example")
		h.NotOnDisk(t, challengeOf(proof))
	})
}

func TestTheNamesOfProgramsStayForWhatTheyDid(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		c, f := h.consent(), token.Form{ID: newID(), Label: "By hand", Scopes: []string{"patient/Goal.rs"}}
		if _, err := h.redeems(t, h.redemption(h.lets(t, c))); err != nil {
			t.Fatal(err)
		}
		h.Do(t, func(ctx context.Context) error { _, err := h.tokens.Make(ctx, h.Tomas, f); return err })
		h.Do(t, func(ctx context.Context) error { return h.tokens.End(ctx, h.Tomas, f.ID) })
		h.Do(t, func(ctx context.Context) error { return h.launches.End(ctx, h.Tomas, c.ID) })
		h.Do(t, func(ctx context.Context) error {
			names, err := h.launches.Names(ctx, h.Tomas)
			if len(names) != 2 || names[c.ID] != canary || names[f.ID] != "By hand" {
				t.Errorf("got %v", names)
			}
			return err
		})
	})
}
