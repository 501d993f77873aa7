package launch

import (
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/web/ui"
)

// A part is what an app may do of one kind of record, under a heading.
type part struct {
	heading string
	of      []string
}

// reading is how what an app may read stands in a list, and sending where it sends
// something in: what is asked for most comes first.
var (
	reading = []part{
		{"Answers and scores", []string{"QuestionnaireResponse", "Observation", "Task", "Questionnaire"}},
		{"The work together", []string{"Goal", "CarePlan", "DocumentReference"}},
		{"Times", []string{"Appointment", "Encounter", "Schedule", "Slot"}},
		{"People, and what was agreed", []string{"Patient", "RelatedPerson", "Practitioner", "Consent"}},
		{"Who did what", []string{"AuditEvent", "Provenance"}},
	}
	sending = "Send something in"
	other   = "Something else"
)

// place is where a scope, or the same without its first word, stands in that list, and
// under which heading.
func place(scope string) (at int, heading string) {
	kind, letters := parts(scope)
	if !strings.ContainsAny(letters, "rs") {
		return 1000, sending
	}
	for i, p := range reading {
		if j := slices.Index(p.of, kind); j >= 0 {
			return i*100 + j, p.heading
		}
	}
	return 2000, other
}

// inOrder puts scopes into that order.
func inOrder(scopes []string) []string {
	all := slices.Clone(scopes)
	slices.SortStableFunc(all, func(a, b string) int {
		x, _ := place(a)
		y, _ := place(b)
		return x - y
	})
	return all
}

// few are as many as can be read in one list.
const few = 5

// options are the scopes as boxes, those in ticked chosen, under headings if they are many.
func options(scopes, ticked []string) (all []ui.Option) {
	for _, s := range inOrder(scopes) {
		o := ui.Option{Value: s, Text: Words(s), Chosen: slices.Contains(ticked, s)}
		if len(scopes) > few {
			_, o.Under = place(s)
		}
		all = append(all, o)
	}
	return all
}

// parts are of what kind, and which letters.
func parts(scope string) (kind, letters string) {
	_, what, ok := strings.Cut(scope, "/")
	if !ok {
		what = scope
	}
	kind, letters, _ = strings.Cut(what, ".")
	return kind, letters
}

// own is what can be read of somebody, in words to them, and theirs what can be read of
// those whom somebody works with.
var (
	own = map[string]string{
		"Patient": "Read your name and how you are reached", "Practitioner": "Read who works in the practice",
		"RelatedPerson": "Read who is close to you, as far as it stands here", "Questionnaire": "Read the questionnaires of the practice",
		"QuestionnaireResponse": "Read what you answered", "Observation": "Read your scores, and all of your daily log",
		"Goal": "Read what you are working towards", "CarePlan": "Read your plan, your safety plan and what you practise",
		"Task": "Read what you are asked to answer", "Appointment": "Read your appointments", "Encounter": "Read when sessions were held",
		"Consent": "Read what you agreed to", "DocumentReference": "Read notes and summaries that you may read",
		"AuditEvent": "Read who opened your record", "Provenance": "Read who wrote what in your record, and why",
		"Schedule": "Read with whom times can be booked", "Slot": "Read which times are free for you",
	}
	theirs = map[string]string{
		"Patient": "Read names and contacts", "Practitioner": "Read who works in the practice",
		"RelatedPerson": "Read who is close to clients", "Questionnaire": "Read the questionnaires of the practice",
		"QuestionnaireResponse": "Read what was answered", "Observation": "Read scores, and mood as far as it is shared",
		"Goal": "Read goals", "CarePlan": "Read plans, safety plans and what is practised", "Task": "Read what is asked",
		"Appointment": "Read appointments", "Encounter": "Read when sessions were held", "Consent": "Read what was agreed to",
		"DocumentReference": "Read signed notes and summaries", "AuditEvent": "Read who opened a record", "Provenance": "Read who wrote what, and why",
		"Schedule": "Read with whom times can be booked", "Slot": "Read which times are free",
	}
)

// Words says what a scope lets a program do: "patient/Goal.rs" in words to the client,
// "user/Goal.rs", or "Goal.rs" alone, of those whom somebody works with.
func Words(scope string) string {
	kind, letters := parts(scope)
	of, sends := theirs, "Send in answers"
	if strings.HasPrefix(scope, "patient/") {
		of, sends = own, "Send in answers in your name"
	}
	reads, ok := of[kind]
	if kind == "*" {
		reads, ok = "Read everything that programs can read", true
	}
	var all []string
	if strings.ContainsAny(letters, "rs") && ok {
		all = append(all, reads)
	}
	if strings.Contains(letters, "c") {
		all = append(all, sends)
	}
	if len(all) == 0 {
		return scope
	}
	return Listed(all)
}

// Listed puts several of these words into one sentence.
func Listed(all []string) string {
	if len(all) == 0 {
		return ""
	}
	for i, words := range all[1:] {
		all[i+1] = strings.ToLower(words[:1]) + words[1:]
	}
	return strings.Join(all, "; ")
}
