package person_test

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/person"
)

// TestWhatEndedAfterABackupIsEndedAgainAfterARestore puts the tables back as they
// were, as a restore does, and then does what is done after it.
func TestWhatEndedAfterABackupIsEndedAgainAfterARestore(t *testing.T) {
	eachPractice(t, func(t *testing.T, p *practice) {
		do := func(f func(context.Context) error) { t.Helper(); p.Clock.Pass(time.Minute); p.Do(t, f) }
		uma := p.join(t, p.ines, "Uma", person.Client)
		vera := p.join(t, p.carl, "Vera", person.Client)
		do(func(ctx context.Context) error { return p.SetSupervision(ctx, p.manager, p.sven.ID, p.ines.ID, true) })
		do(func(ctx context.Context) error { return p.Share(ctx, p.ines, p.tomas.ID, p.sven.ID, true) })
		do(func(ctx context.Context) error { return p.Share(ctx, p.ines, uma.ID, p.sven.ID, true) })
		do(func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, p.tomas.ID, p.carl.ID) })
		do(func(ctx context.Context) error { return p.BeginCare(ctx, p.ines, uma.ID, p.sven.ID) })
		var token account.Token
		do(func(ctx context.Context) (err error) {
			token, err = p.accounts.Enter(ctx, access.System(p.id, "demo"), p.ines.ID, "Firefox")
			return err
		})
		_, link := p.invite(t, p.ines, "Willa", person.Client)
		p.Exec(t, `UPDATE account SET ways = 'password totp' WHERE person_id = $1`, p.tomas.ID)
		do(func(ctx context.Context) error {
			_, err := p.accounts.LetIn(ctx, p.manager, p.tomas.ID, newID(), true)
			return err
		})

		tables := []string{"grants", "care", "shared", "supervision", "person", "account", "sign_in", "invite", "recovery", "address_change", "let_in", "ended"}
		old := make(map[string][][]any)
		for _, table := range tables {
			old[table] = rowsOf(t, p, table)
		}

		// Carl leaves, Sven is shown Uma no more, and ends his own work with her;
		// that Sven treats Tomas too is new; Ines ended with Uma, and came back.
		do(func(ctx context.Context) error { return p.Leave(ctx, p.manager, p.carl.ID) })
		do(func(ctx context.Context) error { return p.Share(ctx, p.ines, uma.ID, p.sven.ID, false) })
		do(func(ctx context.Context) error { return p.EndCare(ctx, p.ines, uma.ID, p.ines.ID) })
		do(func(ctx context.Context) error { return p.BeginCare(ctx, p.sven, uma.ID, p.ines.ID) })
		do(func(ctx context.Context) error { return p.EndCare(ctx, p.sven, uma.ID, p.sven.ID) })
		// What was never given leaves no trace: whom a form names may be any text.
		do(func(ctx context.Context) error { return p.EndCare(ctx, p.tomas, p.tomas.ID, "a canary") })
		do(func(ctx context.Context) error {
			return p.SetSupervision(ctx, p.manager, "a canary", "a canary too", false)
		})
		if n := p.Count(t, `SELECT count(*) FROM ended WHERE actor_id LIKE '%canary%' OR compartment LIKE '%canary%'`); n != 0 {
			t.Errorf("%d endings are noted of what never was", n)
		}
		ended := p.ended(t)

		for _, table := range tables {
			p.Exec(t, `DELETE FROM `+table)
			for _, row := range old[table] {
				marks := make([]string, len(row))
				for i := range row {
					marks[i] = "$" + strconv.Itoa(i+1)
				}
				p.Exec(t, `INSERT INTO `+table+` VALUES (`+strings.Join(marks, ", ")+`)`, row...)
			}
		}
		if !p.reaches(t, p.carl, p.tomas) || !p.reaches(t, p.sven, uma) {
			t.Fatal("what had ended is not alive again: this test shows nothing")
		}
		again := func(want int) {
			t.Helper()
			do(func(ctx context.Context) error {
				n, err := p.EndAgain(ctx, access.System(p.id, "operator"), ended)
				if (n > 0) != (want > 0) {
					t.Errorf("%d were ended again, want %d", n, want)
				}
				return err
			})
		}
		again(1)
		again(0)
		for name, c := range map[string]struct {
			who, client access.Actor
			want        bool
		}{
			"Carl, who left, to Tomas": {p.carl, p.tomas, false}, "Carl, who left, to Vera": {p.carl, vera, false},
			"Sven, who ended, to Uma":         {p.sven, uma, false},
			"Ines to Tomas":                   {p.ines, p.tomas, true},
			"Ines, who ended and began again": {p.ines, uma, true},
		} {
			if got := p.reaches(t, c.who, c.client); got != c.want {
				t.Errorf("%s: reaches the record: %t, want %t", name, got, c.want)
			}
		}
		p.Do(t, func(ctx context.Context) error {
			shown, err := p.Supervised(ctx, p.sven)
			if len(shown) != 1 || shown[0].ClientID != p.tomas.ID {
				t.Errorf("Sven is shown %+v, want Tomas alone", shown)
			}
			return err
		})
		if n := p.Count(t, `SELECT count(*) FROM care WHERE until = 0 AND clinician_id = $1`, p.carl.ID); n != 0 {
			t.Errorf("Carl is said to work with %d clients", n)
		}
		if _, err := p.accounts.Who(t.Context(), token.Cookie); err == nil {
			t.Error("a sign-in from before is good")
		}
		if n := p.Count(t, `SELECT (SELECT count(*) FROM let_in) + (SELECT count(*) FROM account WHERE ways LIKE '%letin%')`); n != 0 {
			t.Error("a code by which somebody is let in again stands, or is said to")
		}
		if _, err := p.OpenInvite(p.visit(t), link); !fault.Is(err, fault.NotFound) {
			t.Errorf("an invitation from before: %v", err)
		}
		p.Refused(t, p.ines, access.EndAgain, func(ctx context.Context) error {
			_, err := p.EndAgain(ctx, p.ines, nil)
			return err
		})
	})
}

func (p *practice) visit(t *testing.T) context.Context {
	t.Helper()
	ctx, settle := p.Visit(t)
	t.Cleanup(settle)
	return ctx
}

// reaches says whether who may read the client's measures.
func (p *practice) reaches(t *testing.T, who, client access.Actor) bool {
	t.Helper()
	ctx, settle := p.Visit(t)
	defer settle()
	tx, err := p.Door.Begin(ctx, who, access.ReadMeasures, access.ClientRecord(client.ID))
	if err == nil {
		tx.Rollback()
	}
	return err == nil
}

// ended reads what is kept beside the keys.
func (p *practice) ended(t *testing.T) (all []person.Ending) {
	t.Helper()
	tx, err := p.DB.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.Query(t.Context(), `SELECT compartment, actor_id, kind, at FROM ended WHERE practice = $1 ORDER BY compartment, actor_id, kind`, p.id)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var e person.Ending
		var at int64
		if err := rows.Scan(&e.Compartment, &e.ActorID, &e.Kind, &at); err != nil {
			t.Fatal(err)
		}
		e.At = time.UnixMicro(at)
		all = append(all, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// rowsOf is everything that a table holds.
func rowsOf(t *testing.T, p *practice, table string) (all [][]any) {
	t.Helper()
	tx, err := p.DB.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	rows, err := tx.Query(t.Context(), `SELECT * FROM `+table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
