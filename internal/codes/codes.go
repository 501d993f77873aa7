// Package codes has the codes by which somebody says who they are, beside a password or in
// its place: how they are made, and whether one fits.
package codes

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp/hotp"
)

// A code is either six digits from an authenticator app (RFC 6238: SHA-1, 30 s,
// one step of tolerance to either side) or one of the recovery codes.
const (
	stepLength    = 30 // seconds
	stepTolerance = 1
	ten           = 10
	length        = 16 // letters of five bits: 80 bits
)

// letters are Crockford's: none looks like another.
const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Step returns the step for which code is right, if it is for one near now.
func Step(secret, code string, now time.Time) (step int64, ok bool) {
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

// Plain is a code as it was meant: without spaces and dashes, and with the
// letters that were mistaken for others put right.
func Plain(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}

// NewTen returns fresh recovery codes, in groups of four, and their hashes.
func NewTen() (codes []string, hashes [][]byte) {
	for range ten {
		code, hash := New()
		hashes = append(hashes, hash)
		codes = append(codes, code)
	}
	return codes, hashes
}

// New returns one fresh code, in groups of four, and its hash.
func New() (code string, hash []byte) {
	raw := make([]byte, length)
	rand.Read(raw)
	for i := range raw {
		raw[i] = letters[raw[i]%32] // 256 is a multiple of 32
	}
	sum := sha256.Sum256(raw)
	return fmt.Sprintf("%s-%s-%s-%s", raw[:4], raw[4:8], raw[8:12], raw[12:]), sum[:]
}

// Fits says whether code, as Plain has it, is the one with this hash.
func Fits(code string, hash []byte) bool {
	sum := sha256.Sum256([]byte(code))
	return len(code) == length && subtle.ConstantTimeCompare(hash, sum[:]) == 1
}
