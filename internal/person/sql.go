package person

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/tree"
)

// sealedSetting and sealedName are what the database holds under a key.
type sealedSetting struct {
	Name, About, Address, Phone, Email, Country, TimeZone, Crisis, Leave string
	ContactsChecked                                                      time.Time
}

type sealedName struct{ Name, Email, Phone string }

func settingPlace(revision int64) string { return fmt.Sprintf("practice_setting.sealed %d", revision) }

func namePlace(id string, revision int64) string {
	return "person_name.sealed " + id + " " + strconv.FormatInt(revision, 10)
}

// readName reads what was sealed of a name. Names are read by the hundred, and nearly all
// are just as they were written: any other is left to encoding/json.
func readName(plain []byte) (n sealedName, err error) {
	c := tree.NewCut(string(plain))
	c.Text(`{"Name":`, &n.Name)
	c.Text(`,"Email":`, &n.Email)
	c.Text(`,"Phone":`, &n.Phone)
	if c.All("}") {
		return n, nil
	}
	n = sealedName{}
	err = json.Unmarshal(plain, &n)
	return n, err
}

func insertPractice(ctx context.Context, tx *access.Tx, slug string) (made bool, err error) {
	done, err := tx.Exec(ctx, `
		INSERT INTO practice (practice, slug, made_at) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, tx.Practice, slug, tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("insert practice: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func insertSetting(ctx context.Context, tx *access.Tx, p Practice) error {
	body, err := tx.SealJSONIn(ctx, access.Operations, settingPlace(p.Revision), sealedSetting{
		p.Name, p.About, p.Address, p.Phone, p.Email, p.Country, p.TimeZone, p.Crisis, p.Leave, p.ContactsChecked,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO practice_setting (practice, revision, made_at, made_by, sealed)
		VALUES ($1, $2, $3, $4, $5)`, tx.Practice, p.Revision, tx.Now.UnixMicro(), tx.Actor.ID, body)
	if err != nil {
		return fmt.Errorf("insert setting: %w", err)
	}
	return nil
}

func newestSetting(ctx context.Context, tx *access.Tx) (Practice, error) {
	p := Practice{ID: tx.Practice}
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT p.slug, s.revision, s.sealed
		FROM practice p JOIN practice_setting s ON s.practice = p.practice
		WHERE p.practice = $1 ORDER BY s.revision DESC LIMIT 1`, tx.Practice).Scan(&p.Slug, &p.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.Absent()
	}
	if err != nil {
		return p, fmt.Errorf("read setting: %w", err)
	}
	plain, err := tx.Open(ctx, settingPlace(p.Revision), body)
	if err != nil {
		return p, fmt.Errorf("open setting: %w", err)
	}
	var s sealedSetting
	if err := json.Unmarshal(plain, &s); err != nil {
		return p, fmt.Errorf("decode setting: %w", err)
	}
	p.Name, p.About, p.Address, p.Phone, p.Email = s.Name, s.About, s.Address, s.Phone, s.Email
	p.Country, p.TimeZone, p.Crisis, p.Leave, p.ContactsChecked = s.Country, s.TimeZone, s.Crisis, s.Leave, s.ContactsChecked
	return p, nil
}

func insertPerson(ctx context.Context, tx *access.Tx, p Person) (fresh bool, err error) {
	role := "client"
	if p.Staff {
		role = "staff"
	}
	done, err := tx.Exec(ctx, `
		INSERT INTO person (practice, id, role, state, made_at, revision) VALUES ($1, $2, $3, $4, $5, 0)
		ON CONFLICT DO NOTHING`, tx.Practice, p.ID, role, string(p.State), tx.Now.UnixMicro())
	if err != nil {
		return false, fmt.Errorf("insert person: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func setState(ctx context.Context, tx *access.Tx, id string, s State) error {
	_, err := tx.Exec(ctx, `UPDATE person SET state = $3 WHERE practice = $1 AND id = $2`, tx.Practice, id, string(s))
	if err != nil {
		return fmt.Errorf("set state: %w", err)
	}
	return nil
}

// insertName keeps p as the newest revision of its name.
func insertName(ctx context.Context, tx *access.Tx, p Person) error {
	body, err := tx.SealJSONIn(ctx, access.PersonRecord(p.ID), namePlace(p.ID, p.Revision), sealedName{p.Name, p.Email, p.Phone})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO person_name (practice, person_id, revision, made_at, sealed)
		VALUES ($1, $2, $3, $4, $5)`, tx.Practice, p.ID, p.Revision, tx.Now.UnixMicro(), body)
	if err != nil {
		return fmt.Errorf("insert name: %w", err)
	}
	_, err = tx.Exec(ctx, `UPDATE person SET revision = $3 WHERE practice = $1 AND id = $2`, tx.Practice, p.ID, p.Revision)
	if err != nil {
		return fmt.Errorf("set revision: %w", err)
	}
	return nil
}

// newestPerson reads the person whose compartment tx is in.
func newestPerson(ctx context.Context, tx *access.Tx, id string) (Person, error) {
	p := Person{ID: id}
	var role string
	var at int64
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT p.role, p.state, p.made_at, p.revision, n.sealed
		FROM person p JOIN person_name n ON n.practice = p.practice AND n.person_id = p.id AND n.revision = p.revision
		WHERE p.practice = $1 AND p.id = $2`, tx.Practice, id).Scan(&role, &p.State, &at, &p.Revision, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return p, fault.Absent()
	}
	if err != nil {
		return p, fmt.Errorf("read person: %w", err)
	}
	plain, err := tx.Open(ctx, namePlace(id, p.Revision), body)
	if err != nil {
		return p, fmt.Errorf("open name: %w", err)
	}
	return p, p.fill(role, at, plain)
}

func (p *Person) fill(role string, at int64, plain []byte) error {
	n, err := readName(plain)
	if err != nil {
		return fmt.Errorf("decode name: %w", err)
	}
	p.Staff, p.Since = role == "staff", since(at)
	p.Name, p.Email, p.Phone = n.Name, n.Email, n.Phone
	return nil
}

// listPeople reads those people of l who are of the role, if one is given, and whom keep
// wants, by name. A clinician's list knows every colleague: in a large practice they are
// more than the clients, and no name is sought that is not wanted. Nor is what a client
// never holds, which a join would seek for each of them.
func listPeople(ctx context.Context, l *access.List, role string, keep func(Person) bool) ([]Person, error) {
	return readPeople(ctx, l, keep, `
		SELECT p.id, p.role, p.state, p.made_at, p.revision, n.sealed, CASE WHEN p.role = 'staff' THEN EXISTS (
			SELECT 1 FROM grants g
			WHERE g.practice = p.practice AND g.actor_id = p.id AND g.compartment = 'operations' AND g.kind = 'clinician') ELSE FALSE END
		FROM person p JOIN person_name n ON n.practice = p.practice AND n.person_id = p.id AND n.revision = p.revision
		WHERE p.practice = $1 AND p.id IN AMONG($2) AND ($3 = '' OR p.role = $3)`, l.Practice, l.AmongIDs(), role)
}

// pagePeople reads the people of l, a page of all whom the practice has, and whom keep
// wants, by name: who stands beside whom there lies beside them in the database. Which of
// them are clinicians it does not say.
func pagePeople(ctx context.Context, l *access.List, keep func(Person) bool) ([]Person, error) {
	if len(l.Compartments) == 0 {
		return nil, nil
	}
	return readPeople(ctx, l, keep, `
		SELECT p.id, p.role, p.state, p.made_at, p.revision, n.sealed, FALSE
		FROM person p JOIN person_name n ON n.practice = p.practice AND n.person_id = p.id AND n.revision = p.revision
		WHERE p.practice = $1 AND p.id >= $2 AND p.id <= $3`,
		l.Practice, l.Compartments[0].Of(), l.Compartments[len(l.Compartments)-1].Of())
}

// readPeople reads those people of l whom the statement finds and keep wants, by name.
func readPeople(ctx context.Context, l *access.List, keep func(Person) bool, text string, args ...any) ([]Person, error) {
	rows, err := l.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read people: %w", err)
	}
	defer rows.Close()

	all := make([]Person, 0, len(l.Compartments))
	var p Person
	var role string
	var at int64
	var body []byte
	for rows.Next() {
		if err := rows.Scan(&p.ID, &role, &p.State, &at, &p.Revision, &body, &p.Clinician); err != nil {
			return nil, fmt.Errorf("read person: %w", err)
		}
		p.Staff = role == "staff"
		record := access.PersonRecord(p.ID)
		if !l.May(record) || !keep(p) {
			continue
		}
		plain, err := l.OpenIn(ctx, record, namePlace(p.ID, p.Revision), body)
		if err != nil {
			return nil, fmt.Errorf("open name: %w", err)
		}
		if err := p.fill(role, at, plain); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	sort.Sort(newByName(all))
	return all, rows.Err()
}

// byName sorts people by their names, whatever is written large, and then by when they came.
type byName struct {
	people []Person
	names  []string // in small letters
}

func newByName(people []Person) byName {
	names := make([]string, len(people))
	for i := range people {
		names[i] = strings.ToLower(people[i].Name)
	}
	return byName{people, names}
}

func (b byName) Len() int { return len(b.people) }

func (b byName) Less(i, j int) bool {
	return cmp.Or(strings.Compare(b.names[i], b.names[j]), strings.Compare(b.people[i].ID, b.people[j].ID)) < 0
}

func (b byName) Swap(i, j int) {
	b.people[i], b.people[j] = b.people[j], b.people[i]
	b.names[i], b.names[j] = b.names[j], b.names[i]
}

func insertInvite(ctx context.Context, tx *access.Tx, i Invite, hash []byte) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO invite (practice, id, person_id, roles, token_hash, made_by, made_at, expires_at, used_at, ended_at, letter)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, $9)`,
		tx.Practice, i.ID, i.PersonID, i.Roles, hash, tx.Actor.ID, i.MadeAt.UnixMicro(), i.ExpiresAt.UnixMicro(), i.letter)
	if err != nil {
		return fmt.Errorf("insert invitation: %w", err)
	}
	return nil
}

// invitedAs says whether tx.Actor made the invitation f, for the person whose compartment
// tx is in, in the words that f has now.
func invitedAs(ctx context.Context, tx *access.Tx, f InviteForm, personID string) (bool, error) {
	var body []byte
	err := tx.QueryRow(ctx, `
		SELECT n.sealed
		FROM invite i JOIN person_name n ON n.practice = i.practice AND n.person_id = i.person_id AND n.revision = 1
		WHERE i.practice = $1 AND i.id = $2 AND i.person_id = $3 AND i.made_by = $4 AND i.roles = $5`,
		tx.Practice, f.ID, personID, tx.Actor.ID, roles(f.Roles)).Scan(&body)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read invitation: %w", err)
	}
	plain, err := tx.Open(ctx, namePlace(personID, 1), body)
	if err != nil {
		return false, fmt.Errorf("open name: %w", err)
	}
	was, err := readName(plain)
	if err != nil {
		return false, fmt.Errorf("decode name: %w", err)
	}
	return was.Name == f.Name && was.Email == f.Email, nil
}

const inviteColumns = `id, person_id, roles, made_at, expires_at, used_at, ended_at, letter`

func inviteByToken(ctx context.Context, tx *access.Tx, hash []byte) (Invite, error) {
	all, err := invites(ctx, tx, `
		SELECT `+inviteColumns+` FROM invite
		WHERE practice = $1 AND token_hash = $2`, tx.Practice, hash)
	if err != nil || len(all) == 0 {
		return Invite{}, err
	}
	return all[0], nil
}

func invitesOf(ctx context.Context, tx *access.Tx, personID string) ([]Invite, error) {
	return invites(ctx, tx, `
		SELECT `+inviteColumns+` FROM invite
		WHERE practice = $1 AND person_id = $2 ORDER BY made_at DESC`, tx.Practice, personID)
}

func newestInvite(ctx context.Context, tx *access.Tx, personID string) (Invite, error) {
	all, err := invitesOf(ctx, tx, personID)
	if err == nil && len(all) == 0 {
		err = fault.Absent()
	}
	if err != nil {
		return Invite{}, err
	}
	return all[0], nil
}

func invites(ctx context.Context, tx *access.Tx, text string, args ...any) ([]Invite, error) {
	rows, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	defer rows.Close()

	var all []Invite
	for rows.Next() {
		var i Invite
		var made, expires, used, ended int64
		if err := rows.Scan(&i.ID, &i.PersonID, &i.Roles, &made, &expires, &used, &ended, &i.letter); err != nil {
			return nil, fmt.Errorf("read invitation: %w", err)
		}
		i.MadeAt, i.ExpiresAt, i.Used, i.Ended = since(made), since(expires), used != 0, ended != 0
		i.Mailed = i.letter != ""
		all = append(all, i)
	}
	return all, rows.Err()
}

func useInvite(ctx context.Context, tx *access.Tx, id string) error {
	return overLetters(ctx, tx, "use invitation", `
		UPDATE invite SET used_at = $3 WHERE practice = $1 AND id = $2 RETURNING letter`, tx.Practice, id, tx.Now.UnixMicro())
}

func endInvites(ctx context.Context, tx *access.Tx, personID string) error {
	return overLetters(ctx, tx, "end invitations", `
		UPDATE invite SET ended_at = $3
		WHERE practice = $1 AND person_id = $2 AND used_at = 0 AND ended_at = 0
		RETURNING letter`, tx.Practice, personID, tx.Now.UnixMicro())
}

// endInvitesBy ends every invitation that somebody made and nobody has used.
func endInvitesBy(ctx context.Context, tx *access.Tx, personID string) error {
	return overLetters(ctx, tx, "end invitations", `
		UPDATE invite SET ended_at = $3
		WHERE practice = $1 AND made_by = $2 AND used_at = 0 AND ended_at = 0
		RETURNING letter`, tx.Practice, personID, tx.Now.UnixMicro())
}

// invitedBy are those whom somebody has invited and who have not come in by that.
func invitedBy(ctx context.Context, tx *access.Tx, personID string) ([]string, error) {
	return ids(ctx, tx, `
		SELECT DISTINCT person_id FROM invite
		WHERE practice = $1 AND made_by = $2 AND used_at = 0 AND ended_at = 0`, tx.Practice, personID)
}

// endAllInvites ends every invitation of the practice that nobody has used.
func endAllInvites(ctx context.Context, tx *access.Tx) error {
	return overLetters(ctx, tx, "end invitations", `
		UPDATE invite SET ended_at = $2
		WHERE practice = $1 AND used_at = 0 AND ended_at = 0
		RETURNING letter`, tx.Practice, tx.Now.UnixMicro())
}

func ids(ctx context.Context, tx *access.Tx, text string, args ...any) ([]string, error) {
	return idsIn(tx.Query(ctx, text, args...))
}

func idsIn(rows *access.Rows, err error) ([]string, error) {
	if err != nil {
		return nil, fmt.Errorf("read ids: %w", err)
	}
	defer rows.Close()

	var all []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read id: %w", err)
		}
		all = append(all, id)
	}
	return all, rows.Err()
}

// staff are the ids of those who work in the practice.
func staff(ctx context.Context, tx *access.Tx) ([]string, error) {
	return ids(ctx, tx, `
		SELECT id FROM person
		WHERE practice = $1 AND role = 'staff' AND state = 'here'`, tx.Practice)
}

// managers are the ids of those who manage the practice.
func managers(ctx context.Context, tx *access.Tx) ([]string, error) {
	return ids(ctx, tx, `
		SELECT actor_id FROM grants
		WHERE practice = $1 AND compartment = 'operations' AND kind = 'manager'`, tx.Practice)
}

// isStaff says whether somebody works in the practice, or did.
func isStaff(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	found, err := ids(ctx, tx, `SELECT id FROM person WHERE practice = $1 AND id = $2 AND role = 'staff'`, tx.Practice, id)
	return len(found) > 0, err
}

// isClinician says whether somebody takes on clients here.
func isClinician(ctx context.Context, tx *access.Tx, id string) (bool, error) {
	found, err := ids(ctx, tx, `
		SELECT p.id FROM person p JOIN grants g ON g.practice = p.practice AND g.actor_id = p.id
		WHERE p.practice = $1 AND p.id = $2 AND p.role = 'staff' AND p.state = 'here'
			AND g.compartment = 'operations' AND g.kind = 'clinician'`, tx.Practice, id)
	return len(found) > 0, err
}

// clientState is the state of a client, or empty if there is no such client.
func clientState(ctx context.Context, tx *access.Tx, id string) (State, error) {
	found, err := ids(ctx, tx, `SELECT state FROM person WHERE practice = $1 AND id = $2 AND role = 'client'`, tx.Practice, id)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return State(found[0]), nil
}

// eraseClientRows deletes what is kept of a client outside their own compartments, and
// says how many rows that was.
func eraseClientRows(ctx context.Context, tx *access.Tx, clientID string) (rows int64, err error) {
	for _, statement := range []string{
		`DELETE FROM person_name WHERE practice = $1 AND person_id = $2`,
		`DELETE FROM emergency WHERE practice = $1 AND client_id = $2`,
		`DELETE FROM shared WHERE practice = $1 AND client_id = $2`,
		`UPDATE invite SET ended_at = 1 WHERE practice = $1 AND person_id = $2`,
		`UPDATE care SET until = since + 1 WHERE practice = $1 AND client_id = $2 AND until = 0`,
	} {
		done, err := tx.Exec(ctx, statement, tx.Practice, clientID)
		if err != nil {
			return 0, fmt.Errorf("erase: %w", err)
		}
		if n, err := done.RowsAffected(); err == nil && strings.HasPrefix(statement, "DELETE") {
			rows += n
		}
	}
	return rows, nil
}

// selectPractices reads what practices reads.
const selectPractices = `SELECT practice, slug FROM practice`

func practices(rows *access.Rows, err error) (map[string]string, error) {
	if err != nil {
		return nil, fmt.Errorf("read practices: %w", err)
	}
	defer rows.Close()

	all := make(map[string]string)
	for rows.Next() {
		var id, slug string
		if err := rows.Scan(&id, &slug); err != nil {
			return nil, fmt.Errorf("read practice: %w", err)
		}
		all[id] = slug
	}
	return all, rows.Err()
}

// selectInvited finds whose invitation it is by an index of hashes.
const selectInvited = `
		SELECT person_id FROM invite
		WHERE practice = $1 AND token_hash = $2`

func invitedByActor(ctx context.Context, tx *access.Tx, inviteID string) (bool, error) {
	var n int
	err := tx.QueryRow(ctx, `SELECT count(*) FROM invite WHERE practice = $1 AND id = $2 AND made_by = $3`, tx.Practice, inviteID, tx.Actor.ID).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for invitation: %w", err)
	}
	return n > 0, nil
}
