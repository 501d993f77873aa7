package retention

import (
	"context"
	"fmt"
	"strings"

	"github.com/waymark-care/waymark/internal/access"
)

// A trace is a table in which a client's record holds that something was done in it, by
// the client or by those who treat them, and when.
type trace struct {
	table string
	at    string // when it was
	only  string // which of its rows; empty: all of them
}

// traces are all that counts as contact, beside sessions (contacts). What the program
// does by itself does not, nor what somebody only looked at, nor what is yet to be sent; nor a
// wish to be erased. The test of this package knows every other table, and why it is not here.
var traces = []trace{
	{"occasion", "at", "state = 'given'"},
	{"talk", "at", ""},
	{"flag", "at", ""},
	{"check_in", "at", "state = 'given'"},
	{"marker", "at", ""},
	{"mood_entry", "at", ""},
	{"mood_question", "at", ""},
	{"note", "about_at", "away = 0"},
	{"agenda_item", "at", ""},
	{"hour", "began_at", ""},
	{"hour_kept", "at", ""},
	{"hour_work", "at", ""},
	{"hour_summary", "at", ""},
	{"assignment", "at", ""},
	{"assignment_answer", "at", ""},
	{"vision", "at", ""},
	{"goal", "at", ""},
	{"goal_step", "at", ""},
	{"goal_rating", "at", ""},
	{"plan", "at", ""},
	{"plan_say", "at", ""},
	{"plan_pace", "at", ""},
	{"review", "at", ""},
	{"review_word", "at", ""},
	{"life_event", "at", ""},
	{"detour", "at", ""},
	{"detour_note", "at", ""},
	{"intake_course", "at", ""},
	{"intake_part", "at", ""},
	{"terms_sign", "at", ""},
	{"safety_plan", "at", ""},
	{"safety_plan_yes", "at", ""},
	{"nourish_thing", "at", ""},
	{"nourish_moment", "at", ""},
	{"journal_share", "made_at", ""},
	{"release", "made_at", ""},
	{"episode", "made_at", ""},
}

// newestTrace asks for the newest of each record among $2, up to $3.
var newestTrace = func() string {
	parts := make([]string, len(traces))
	for i, t := range traces {
		only := ""
		if t.only != "" {
			only = " AND " + t.only
		}
		parts[i] = `SELECT compartment, max(` + t.at + `) AS last FROM ` + t.table + `
			WHERE practice = $1 AND compartment IN AMONG($2) AND ` + t.at + ` <= $3` + only + ` GROUP BY compartment`
	}
	return `SELECT compartment, max(last) FROM (` + strings.Join(parts, "\n\t\tUNION ALL ") + `) t GROUP BY compartment`
}()

// contacts reads when each client was last in contact with the practice: the last
// session, the newest of traces, and when work with somebody began or ended; whether
// somebody treats them still; and whether a session is planned. It reads times and opens
// nothing.
func contacts(ctx context.Context, tx *access.Tx, all map[string]*Standing, clinical, ids string) error {
	for _, q := range []struct{ text, among string }{
		{`SELECT a.compartment, max(a.starts_at) FROM appointment a
			WHERE a.practice = $1 AND a.compartment IN AMONG($2) AND a.ends_at <= $3 AND a.state = 'planned'
			  AND NOT EXISTS (SELECT 1 FROM appointment later
				WHERE later.practice = a.practice AND later.compartment = a.compartment
				  AND later.id = a.id AND later.revision > a.revision)
			GROUP BY a.compartment`, clinical},
		{newestTrace, clinical},
		{`SELECT client_id, max(CASE WHEN until > since THEN until ELSE since END) FROM care
			WHERE practice = $1 AND client_id IN AMONG($2) AND since <= $3 GROUP BY client_id`, ids},
		{`SELECT id, made_at FROM person WHERE practice = $1 AND id IN AMONG($2) AND made_at <= $3`, ids},
	} {
		err := each(ctx, tx, func(rows *access.Rows) error {
			var of string
			var at int64
			if err := rows.Scan(&of, &at); err != nil {
				return err
			}
			if s := all[idIn(of)]; s != nil && access.Moment(at).After(s.Last) {
				s.Last = access.Moment(at)
			}
			return nil
		}, q.text, tx.Practice, q.among, tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("read last contacts: %w", err)
		}
	}
	for _, q := range []struct {
		text, among string
		mark        func(*Standing)
	}{
		{selectAhead, clinical, func(s *Standing) { s.Ahead = true }},
		{`SELECT DISTINCT client_id FROM care WHERE practice = $1 AND client_id IN AMONG($2) AND (until = 0 OR until > $3)`, ids, func(s *Standing) { s.Treated = true }},
	} {
		err := each(ctx, tx, func(rows *access.Rows) error {
			var of string
			if err := rows.Scan(&of); err != nil {
				return err
			}
			if s := all[idIn(of)]; s != nil {
				q.mark(s)
			}
			return nil
		}, q.text, tx.Practice, q.among, tx.Now.UnixMicro())
		if err != nil {
			return fmt.Errorf("read what goes on: %w", err)
		}
	}
	return nil
}
