package account

import (
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/codes"
	"github.com/waymark-care/waymark/internal/fault"
)

// use takes code from b if it is good now. left is how many recovery codes are
// left if it was one of them, otherwise -1. What was used is good no more once
// b is written.
func (b *body) use(code string, now time.Time) (left int, ok bool) {
	code = codes.Plain(code)
	if step, ok := codes.Step(b.TOTP, code, now); ok && step > b.Step {
		b.Step = step
		b.Former.used(b, nil)
		return -1, true
	}
	for i, kept := range b.Codes {
		if codes.Fits(code, kept) {
			b.Codes = slices.Delete(slices.Clone(b.Codes), i, i+1)
			b.Former.used(b, kept)
			return len(b.Codes), true
		}
	}
	return -1, false
}

// A CodeNeeded is what the fault of ByPassword wraps when the password was
// right and a code is missing or wrong: ByCode takes Pending and the code, so
// that the password need not be typed again. It is good for five minutes.
type CodeNeeded struct{ Pending string }

func (CodeNeeded) Error() string { return "a code is needed" }

func wrongCode(code string) *fault.Error {
	if strings.TrimSpace(code) == "" {
		return fault.New(fault.Invalid, "code", "Please enter the six digits from your authenticator app, or one of your recovery codes.")
	}
	return fault.New(fault.Invalid, "code", "This code did not fit, or was used already. Wait for the next one in your app, or use a recovery code.")
}
