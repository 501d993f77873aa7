package account

import (
	"slices"
	"time"
)

// undoable is for how long a change to what somebody signs in with can be undone by a
// link by e-mail together with what they signed in with before. Each change is told by
// mail, and this is about how long people take to read theirs.
const undoable = 7 * 24 * time.Hour

// A former is what somebody signed in with before they changed it, or before somebody
// did who had found their account open.
type former struct {
	At       int64 // when the first change was made
	Password *hash
	TOTP     string   `json:",omitempty"`
	Step     int64    `json:",omitempty"`
	Codes    [][]byte `json:",omitempty"`
}

// changing notes, before a change, what there is now. Of several changes within a week
// what was there before the first counts.
func (b *body) changing(now time.Time) {
	if b.Former == nil || now.Sub(at(b.Former.At)) > undoable {
		b.Former = &former{now.UnixMicro(), b.Password, b.TOTP, b.Step, slices.Clone(b.Codes)}
	}
}

// undoes is the password with which the last changes can be undone; nil: they cannot.
func (b body) undoes(now time.Time) *hash {
	if b.Former == nil || now.Sub(at(b.Former.At)) > undoable {
		return nil
	}
	return b.Former.Password
}

// undo puts back the second step and the recovery codes that there were. Whoever had a
// second step, and staff in any case, need a code of that one. An ok of false changes
// nothing.
func (b *body) undo(roles, code string, now time.Time) (left int, ok bool) {
	was := body{TOTP: b.Former.TOTP, Step: b.Former.Step, Codes: b.Former.Codes}
	left = -1
	if was.TOTP != "" || isStaff(roles) {
		if left, ok = was.use(code, now); !ok {
			return left, false
		}
	}
	b.TOTP, b.Step, b.Codes, b.Former = was.TOTP, was.Step, was.Codes, nil
	return left, true
}
