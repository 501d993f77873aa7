package access

import "testing"

func TestStatementsThatChangeWhoMayComeInForgetWhatIsRemembered(t *testing.T) {
	for text, want := range map[string]bool{
		"INSERT INTO grants (practice) VALUES ($1)":               true,
		"\n\tdelete from GRANTS where practice = $1":              true,
		`DELETE FROM "sign_in" WHERE practice = $1`:               true,
		"UPDATE token SET ended_at = $2 WHERE practice = $1":      true,
		"WITH g AS (SELECT 1) INSERT INTO grants SELECT * FROM g": true,
		"INSERT INTO grants(practice) VALUES ($1) RETURNING kind": true,
		"UPDATE sign_in SET fresh_at = $4 WHERE practice = $1":    true,
		NoteSeen + " OR 1 = 1":                                    true,
		"INSERT INTO ended SELECT kind FROM grants":               true, // one too many
		NoteSeen: false,
		"SELECT kind FROM grants WHERE practice = $1":          false,
		"INSERT INTO answer (practice, id) VALUES ($1, $2)":    false,
		"UPDATE push_token SET used_at = $1":                   false,
		"INSERT INTO sign_in_of_nobody (practice) VALUES ($1)": false,
		"SAVEPOINT mark": false,
		"":               false,
	} {
		if got := forgets(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
