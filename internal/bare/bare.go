// Package bare tells of a record in which tables it has nothing at all, by one
// statement, so that a page which asks many domains about one record does not have each
// of them look where nothing is: on most days most of them have nothing to say.
//
// It decides nothing. A domain still begins at the door, with an action and a leaf of
// its own, and learns only of the record that the door let it into.
package bare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// A Table is one whose key begins with the practice and the record.
type Table string

// The tables in which a client has often nothing.
const (
	Goals        Table = "goal"
	Plans        Table = "plan"
	Detours      Table = "detour"
	LogEntries   Table = "mood_entry"
	LogQuestions Table = "mood_question"
	Assignments  Table = "assignment"
	Invites      Table = "intake_invite"
	Terms        Table = "terms"
	Zones        Table = "own_zone"
	Offers       Table = "time_offer"
)

var tables = []Table{Goals, Plans, Detours, LogEntries, LogQuestions, Assignments, Invites, Terms, Zones, Offers}

// text asks for all of them: for each one seek by its key.
var text = func() string {
	parts := make([]string, len(tables))
	for i, t := range tables {
		parts[i] = "EXISTS (SELECT 1 FROM " + string(t) + " WHERE practice = $1 AND compartment = $2)"
	}
	return "SELECT " + strings.Join(parts, ", ")
}()

// known is what one page found out.
type known struct {
	practice string
	record   access.Compartment
	there    []bool // by tables; nil: nobody asked yet
}

type key struct{}

// Watch returns a context for a page that asks several domains about one record and
// changes nothing meanwhile. What was found out ends with the page.
func Watch(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, &known{}) }

// Of says that the record that tx is in has nothing in any of these tables. Where nobody
// watches it says no without asking, and whoever wants to know reads.
func Of(ctx context.Context, tx *access.Tx, these ...Table) (bool, error) {
	k, _ := ctx.Value(key{}).(*known)
	if k == nil {
		return false, nil
	}
	if k.there == nil || k.practice != tx.Practice || k.record != tx.Compartment {
		there := make([]bool, len(tables))
		into := make([]any, len(tables))
		for i := range there {
			into[i] = &there[i]
		}
		if err := tx.QueryRow(ctx, text, tx.Practice, string(tx.Compartment)).Scan(into...); err != nil {
			return false, fmt.Errorf("look what a record has: %w", err)
		}
		*k = known{practice: tx.Practice, record: tx.Compartment, there: there}
	}
	return !slices.ContainsFunc(these, func(t Table) bool {
		i := slices.Index(tables, t)
		return i < 0 || k.there[i]
	}), nil
}
