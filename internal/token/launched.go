package token

import (
	"context"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// Launched makes, in tx, a token for an app that the person in whose record tx is let in,
// and returns it. It takes the place of those that the app had by that launch. It is for
// package launch, which shows these by their launch; here they are in no list.
func (ts *Tokens) Launched(ctx context.Context, tx *access.Tx, launch string, f Form) (string, error) {
	of := f.Of // decided when it was let in
	f.Of = ""
	f, err := f.check()
	if err != nil {
		return "", err
	}
	f.Of = of
	if err := removeOf(ctx, tx, tx.Compartment, launch); err != nil {
		return "", err
	}
	s := secret()
	return whole(tx.Practice, s), insert(ctx, tx, f, launch, ts.mark(tx.Practice, s))
}

// EndLaunchedIn takes away, in tx, the tokens that an app has by a launch, in the name of
// the person with that record.
func EndLaunchedIn(ctx context.Context, tx *access.Tx, person access.Compartment, launch string) error {
	return removeOf(ctx, tx, person, launch)
}

// UsedLaunchedIn says whether the app has used the token that it has now by a launch.
func UsedLaunchedIn(ctx context.Context, tx *access.Tx, launch string) (bool, error) {
	return usedOf(ctx, tx, launch)
}

// LaunchOf returns whose token brought is, and of which launch: fault.NotFound if it is
// none, has run out, or came of no launch.
func (ts *Tokens) LaunchOf(ctx context.Context, brought string) (In, error) {
	practice, s, ok := parts(brought)
	if !ok {
		return In{}, fault.Absent()
	}
	in, _, _, err := ts.whose(ctx, practice, ts.mark(practice, s), "")
	if err == nil && in.Launch == "" {
		return In{}, fault.Absent()
	}
	return in, err
}

// EndOneIn takes away, in tx, the token brought, if it came of that launch.
func (ts *Tokens) EndOneIn(ctx context.Context, tx *access.Tx, launch, brought string) error {
	practice, s, ok := parts(brought)
	if !ok || practice != tx.Practice {
		return fault.Absent()
	}
	return removeOne(ctx, tx, launch, ts.mark(practice, s))
}
