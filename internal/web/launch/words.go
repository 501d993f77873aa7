package launch

import (
	"slices"
	"strings"
)

// order is how what an app may do stands in a list: what is asked for most comes first.
var order = []string{
	"Patient", "QuestionnaireResponse", "Observation", "Task", "Goal", "CarePlan", "Appointment", "Encounter", "DocumentReference", "Consent",
	"RelatedPerson", "AuditEvent", "Provenance", "Questionnaire", "Practitioner", "Schedule", "Slot",
}

// inOrder puts scopes, or the same without their first word, into that order.
func inOrder(scopes []string) []string {
	place := func(s string) int {
		kind, _ := parts(s)
		if i := slices.Index(order, kind); i >= 0 {
			return i
		}
		return len(order)
	}
	all := slices.Clone(scopes)
	slices.SortStableFunc(all, func(a, b string) int { return place(a) - place(b) })
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
