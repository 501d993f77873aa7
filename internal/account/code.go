package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"

	"github.com/waymark-care/waymark/internal/fault"
)

// A code is either six digits from an authenticator app (RFC 6238: SHA-1, 30 s,
// one step of tolerance to either side) or one of the recovery codes.
const (
	stepLength    = 30 // seconds
	stepTolerance = 1
	recoveryCodes = 10
	codeLength    = 16 // letters of five bits: 80 bits
)

// codeLetters are Crockford's: none looks like another.
const codeLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// use takes code from b if it is good now. left is how many recovery codes are
// left if it was one of them, otherwise -1. What was used is good no more once
// b is written.
func (b *body) use(code string, now time.Time) (left int, ok bool) {
	code = plainCode(code)
	if step, ok := totpStep(b.TOTP, code, now); ok && step > b.Step {
		b.Step = step
		b.Former.used(b, nil)
		return -1, true
	}
	hash := sha256.Sum256([]byte(code))
	for i, kept := range b.Codes {
		if len(code) == codeLength && subtle.ConstantTimeCompare(kept, hash[:]) == 1 {
			b.Codes = slices.Delete(slices.Clone(b.Codes), i, i+1)
			b.Former.used(b, hash[:])
			return len(b.Codes), true
		}
	}
	return -1, false
}

// totpStep returns the step for which code is right, if it is for one near now.
func totpStep(secret, code string, now time.Time) (step int64, ok bool) {
	if secret == "" {
		return 0, false
	}
	current := now.Unix() / stepLength
	for step := current - stepTolerance; step <= current+stepTolerance; step++ {
		want, err := hotp.GenerateCode(secret, uint64(step))
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}

// plainCode is a code as it was meant: without spaces and dashes, and with the
// letters that were mistaken for others put right.
func plainCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}

// newCodes returns fresh recovery codes, in groups of four, and their hashes.
func newCodes() (codes []string, hashes [][]byte) {
	for range recoveryCodes {
		code, hash := newCode()
		hashes = append(hashes, hash)
		codes = append(codes, code)
	}
	return codes, hashes
}

func newCode() (code string, hash []byte) {
	raw := make([]byte, codeLength)
	rand.Read(raw)
	for i := range raw {
		raw[i] = codeLetters[raw[i]%32] // 256 is a multiple of 32
	}
	sum := sha256.Sum256(raw)
	return fmt.Sprintf("%s-%s-%s-%s", raw[:4], raw[4:8], raw[8:12], raw[12:]), sum[:]
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
