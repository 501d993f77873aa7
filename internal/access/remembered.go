package access

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/store"
)

// Who may come in, and what they hold, is asked with every request and changes seldom.
// It is remembered until a statement changes one of these tables: ending a grant, a
// sign-in or a token acts at once, as where nothing is remembered, and on another node
// a moment later (store.Kept).
var remembered = []string{"grants", "sign_in", "token"}

// NoteSeen notes that somebody did something, $4, in the sign-in $3 of the person $2.
// It alone may write one of these tables without everything being forgotten: whoever
// runs it forgets that sign-in.
const NoteSeen = `
	UPDATE sign_in SET seen_at = $4
	WHERE practice = $1 AND person_id = $2 AND id = $3 AND seen_at < $4`

// forgets says whether a statement that writes may change what is remembered. One too
// many costs a question; one too few would leave a door open.
func forgets(text string) bool {
	if text == NoteSeen {
		return false
	}
	names := strings.FieldsFunc(text, func(c rune) bool {
		return c != '_' && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9')
	})
	if len(names) == 0 || strings.EqualFold(names[0], "select") && !slices.ContainsFunc(names, writes) {
		return false
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.Contains(remembered, strings.ToLower(name))
	})
}

func writes(word string) bool {
	return slices.Contains([]string{"insert", "update", "delete", "replace"}, strings.ToLower(word))
}

// longestKept is longer than the name of any record that there is: what somebody makes
// up is not worth keeping.
const longestKept = 100

// A Memory is of what was read of who may come in.
type Memory[K comparable, V any] = *store.Kept[K, V]

// Remember returns a memory that is empty. Only account and token may have one (house
// keeps that).
func Remember[K comparable, V any](d *Door) Memory[K, V] {
	if d == nil { // of whoever lists what there is, and asks nobody
		return nil
	}
	return store.NewKept[K, V](d.db)
}

// Recalled has the visit of ctx know that who asks was remembered, and how the database is
// asked for it. On PostgreSQL, where it may have ended elsewhere a moment ago, that is done
// before a person changes anything in it; again fails if it has. Only account and token may
// call it (house keeps that).
func Recalled(ctx context.Context, again func(context.Context) error) {
	if v := visitIn(ctx); v != nil {
		v.again = again
	}
}

// lately is for how long what a visit found out about who asks is good for a change, if
// nothing of it has changed since. It may have waited for its turn, and on PostgreSQL
// another node may not have been able to tell.
const lately = time.Second

// asksAgain does what Recalled says, once, before actor changes something.
func (d *Door) asksAgain(ctx context.Context, v *Visit, actor Actor) error {
	if v.again == nil || !actor.IsPerson() || d.db.IsSQLite() {
		return nil
	}
	if err := v.again(ctx); err != nil {
		return err
	}
	v.again = nil
	return nil
}

// Clock is the time for those who ask the database nothing.
func (d *Door) Clock() time.Time { return d.db.Clock() }

// holding is what somebody was found to hold, and until when at least.
type holding struct {
	held
	until int64
}
