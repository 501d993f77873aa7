package account

import (
	"bytes"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/passwords"
)

// undoable is for how long a change to what somebody signs in with can be undone by a
// link by e-mail together with what they signed in with before. Each change is told by
// mail, and this is about how long people take to read theirs: it counts from each.
const undoable = 7 * 24 * time.Hour

// A former is what somebody signed in with before they changed it, or before somebody
// did who had found their account open. Changes with less than seven days between them are
// one run: what counts is what there was before the first, so that nothing that was made
// meanwhile undoes anything, and it counts for seven days after the last.
type former struct {
	First    int64 `json:",omitempty"` // when the first change of the run was made
	At       int64 // when the last was
	Password *passwords.Hash
	TOTP     string   `json:",omitempty"`
	Step     int64    `json:",omitempty"`
	TOTPAt   int64    `json:",omitempty"`
	Codes    [][]byte `json:",omitempty"`
}

// A Former is that a password from before, together with a link by e-mail, puts back what
// somebody signed in with before.
type Former struct {
	Before time.Time // the first of the changes that it undoes
	Until  time.Time // zero if nothing can be undone
	Code   bool      // it takes a code from before as well
}

// lasts says whether f counts still.
func (f *former) lasts(now time.Time) bool {
	return f != nil && now.Sub(at(f.At)) < undoable
}

// changing notes, before a change, what there is now, unless it belongs to a run.
func (b *body) changing(now time.Time) {
	if !b.Former.lasts(now) {
		b.Former = &former{First: now.UnixMicro(), Password: b.Password, TOTP: b.TOTP, Step: b.Step, TOTPAt: b.TOTPAt, Codes: slices.Clone(b.Codes)}
	}
	b.Former.At = now.UnixMicro()
}

// undoes is the password with which the last changes can be undone; nil: they cannot.
func (b body) undoes(now time.Time) *passwords.Hash {
	if !b.Former.lasts(now) {
		return nil
	}
	return b.Former.Password
}

// undo puts back the second step and the recovery codes that there were. Whoever had a
// second step, and staff in any case, need a code of that one. Where code is of the app
// that there is now, too, or none from before is needed, what there is now stays. Either way nothing can be undone any more:
// to end that takes no less than to use it, or whoever found an account open could shut
// its owner out. An ok of false changes nothing.
func (b *body) undo(roles, code string, now time.Time) (left int, ok bool) {
	f := b.Former
	was, left := body{TOTP: f.TOTP, Step: f.Step, Codes: f.Codes}, -1
	needs := was.TOTP != "" || isStaff(roles)
	if needs {
		if left, ok = was.use(code, now); !ok {
			return left, false
		}
	}
	b.Former = nil
	stays := *b
	if n, ok := stays.use(code, now); ok && (n < 0 || !needs) {
		*b = stays
		return n, true
	}
	b.TOTP, b.Step, b.TOTPAt, b.Codes = was.TOTP, was.Step, f.TOTPAt, was.Codes
	return left, true
}

// used notes that a code which b knows is good no more, neither among what there was before.
func (f *former) used(b *body, code []byte) {
	if f == nil {
		return
	}
	if f.TOTP == b.TOTP {
		f.Step = max(f.Step, b.Step)
	}
	f.Codes = slices.DeleteFunc(slices.Clone(f.Codes), func(kept []byte) bool { return bytes.Equal(kept, code) })
}

// former says what the password from before can undo, if it lets anybody in whom a link and
// a code of now do not.
func (b body) former(roles, ways string, now time.Time) Former {
	f := b.Former
	if b.undoes(now) == nil || !needsCode(roles, ways) {
		return Former{}
	}
	code := f.TOTP != "" || isStaff(roles)
	fits := f.TOTP != "" && f.TOTP != b.TOTP || slices.ContainsFunc(f.Codes, func(one []byte) bool {
		return !slices.ContainsFunc(b.Codes, func(kept []byte) bool { return bytes.Equal(kept, one) })
	})
	if code && !fits {
		return Former{}
	}
	first := f.First
	if first == 0 { // it is from before that was noted
		first = f.At
	}
	return Former{Before: at(first), Until: at(f.At).Add(undoable), Code: code}
}
