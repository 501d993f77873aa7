package takeout_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/waymark-care/waymark/internal/schema"
)

// Where the words of each table with sealed content go: into a section, or why not.
var tables = map[string]string{
	"intake_part": "beginning", "intake_draft": "beginning", "terms": "agreement", "terms_sign": "agreement",
	"vision": "goals", "goal": "goals", "goal_step": "goals", "goal_rating": "goals",
	"plan": "plan", "plan_say": "plan", "plan_pace": "plan", "review": "reviews", "review_word": "reviews", "life_event": "meanwhile", "detour": "meanwhile", "detour_note": "meanwhile",
	"appointment": "sessions", "hour_kept": "sessions", "hour_summary": "sessions", "agenda_item": "agenda",
	"occasion": "answers", "informant": "others", "mood_entry": "log", "mood_item": "log", "mood_question": "log",
	"check_in": "check-ins", "check_in_former": "check-ins", "marker": "noticed",
	"assignment": "practice", "assignment_log": "practice", "assignment_answer": "practice",
	"safety_plan": "safety-plan", "nourish_thing": "nourishes", "nourish_moment": "nourishes", "journal_share": "shared",
	"episode": "use", "person_name": "you", "emergency": "openings", "release": "released",

	"note_draft": "staff", "note_text": "notes, of the practice’s archive", "hour_work": "staff", "reflection": "staff", "talk": "staff", "flag": "flags, of the practice’s archive", "flag_notice": "flags, of the practice’s archive",
	"vault": "the browser", "vault_way": "the browser", "vault_entry": "the browser", "vault_media": "the browser", "vault_media_chunk": "the browser",
	"journal_share_chunk": "the journal has it",

	"ask": "what is asked, and not what is said", "intake_invite": "an invitation", "mood_setting": "how it is kept", "nourish_setting": "how it is kept",
	"assignment_low": "of one day", "asking": "when to remind", "appointment_wish": "when to remind", "practice_wish": "when to remind",
	"push_device": "a device", "device": "a device", "waiting": "a time that is waited for", "own_zone": "a clock", "time_offer": "a time that is offered", "booking": "a time",

	"account": "sign-in", "token": "sign-in", "launch": "sign-in", "app": "the practice", "passkey": "sign-in", "recovery": "sign-in", "address_change": "sign-in", "let_in": "sign-in", "sign_in": "sign-in", "app_password": "sign-in", "feed_address": "sign-in",
	"letter": "a letter on its way", "invite": "a link", "push_key": "the practice", "practice_setting": "the practice",
	"practice_instrument": "the practice", "practice_pack": "the practice", "practice_method": "the practice", "practice_method_choice": "the practice",
	"practice_exercise": "the practice", "practice_exercise_choice": "the practice", "practice_exercise_draft": "the practice", "marker_words": "the practice",
	"mood_offer": "the practice", "learned": "the practice", "report": "the practice", "profile": "the practice", "published": "the practice",
	"first_time": "the practice", "holiday": "the practice", "series": "the practice", "seeing_hours": "the practice", "protected_time": "the practice",
	"booking_policy": "the practice", "busy_source": "the practice", "busy_block": "the practice", "session_limit": "the practice", "public_name": "the practice",
	"moved": "the practice", "retention_rule": "the practice", "erasure": "the practice",
	"closing": "beside the name, as the page of its ending shows it", "record_hold": "beside the name, as the page of its ending shows it", "erasure_wish": "beside the name, as the page of its ending shows it",
	"enquiry": "before they came", "enquiry_line": "before they came",
}

func TestOfEveryTableWithWordsItIsDecidedWhetherTheyAreTakenAlong(t *testing.T) {
	create := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`)
	files, err := fs.Glob(schema.Records(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		text, err := fs.ReadFile(schema.Records(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range create.FindAllStringSubmatch(string(text), -1) {
			if !regexp.MustCompile(`\n\tsealed\w* +BYTEA`).MatchString(m[2]) {
				continue
			}
			found++
			if tables[m[1]] == "" {
				t.Errorf("%s: nobody has said whether what is in %q is taken along; say it here, and put it into a section if a client may read it", strings.TrimSuffix(name, ".sql"), m[1])
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d tables were found", found)
	}
}
