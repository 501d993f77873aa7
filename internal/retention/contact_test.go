package retention

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// notContact are the tables by compartment that say nothing of when somebody was last in
// contact, and why.
var notContact = map[string]string{
	"read in words of its own":            "appointment",
	"the keys, the log and the machinery": "compartment grants ended audit letter",
	"not the record of a client: somebody who asks, or what a practice, a clinician or a vault keeps": `
		profile enquiry enquiry_line reflection reflection_aside
		vault vault_way vault_entry vault_media vault_media_chunk protected_time taken series busy_source busy_block busy_time client_mark`,
	"name, contact, and how somebody signs in or is reached": `
		feed_address app_password token app launch push_device device own_zone appointment_wish practice_wish asking reminded reminded_day appointment_told arrival`,
	"what the program does by itself, or only looks at":                                                               "flag_notice intake_seen agenda_on agenda_quiet answer_sent assignment_low learned_from counted",
	"not given yet: what was begun, offered or asked for":                                                             "ask intake_draft intake_invite note_draft booking waiting time_offer mood_offer",
	"how something is set, and no contact by itself":                                                                  "mood_item mood_setting nourish_setting choice terms series_left",
	"stands beside a row that counts":                                                                                 "check_in_former note_text journal_share_chunk",
	"keeps no time, so that nobody sees when somebody practised; the session before it counts, and the care relation": "assignment_log",
	"time that is kept free, and may be yet to come":                                                                  "nourish_time",
	"said by somebody close, and not by the client":                                                                   "informant",
	"about the end itself":                                                                                            "closing record_hold erasure_wish",
}

// Whoever adds a table to the record of a client decides here whether what it holds is
// contact. One that nobody thought of would have a record end too early.
func TestWhateverARecordHoldsCountsAsContactOrIsNamedAsNone(t *testing.T) {
	named := map[string]int{}
	for _, tables := range notContact {
		for _, table := range strings.Fields(tables) {
			named[table]++
		}
	}
	for _, q := range traces {
		named[q.table]++
	}
	there := map[string]bool{}
	made := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`)
	err := filepath.WalkDir("../schema/records", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".sql") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range made.FindAllStringSubmatch(string(text), -1) {
			if regexp.MustCompile(`(?m)^\s*compartment\s`).MatchString(m[2]) {
				there[m[1]] = true
			}
		}
		return err
	})
	if err != nil || len(there) < 50 {
		t.Fatalf("%d tables, %v", len(there), err)
	}
	var missing []string
	for table := range there {
		if named[table] == 0 {
			missing = append(missing, table)
		}
	}
	slices.Sort(missing)
	for _, table := range missing {
		t.Errorf("%s is neither contact nor named as none", table)
	}
	for table, n := range named {
		if n > 1 || !there[table] {
			t.Errorf("%s is named %d times, and there: %v", table, n, there[table])
		}
	}
}
