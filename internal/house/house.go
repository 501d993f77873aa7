// Package house states the house rules of this repository and, in its test,
// keeps them.
//
// Packages stand in rows. A package may import packages in rows above its own,
// and in its own row only those named in Beside.
package house

// Rows are the packages under internal, from the ground up.
var Rows = [][]string{
	{"fault", "clocks", "schema", "throttle", "tree"},
	{"store", "keys"},
	{"audit"},
	{"access", "archive"}, // a backup takes everything out as it lies, still sealed, so it stands beside the door and not above it
	{"job", "post", "outward", "bare", "passwords", "codes", "tries"},
	{"account", "person", "instrument", "change", "course", "meaning", "measure", "safety", "session", "push", "device", "reminder", "informant", "alliance", "outcome", "mood", "nourish", "safetyplan", "method", "exercise", "assignment", "goal", "plan", "path", "intake", "enquiry", "profile", "feed", "token", "launch", "waiting", "calendar", "hour", "note", "vault", "release", "journal", "reflect", "brief", "arrival", "retention", "takeout"}, // the domains
	{"web/ui", "fhir/record"},
	{"web", "web/daily"},                    // what a daily log says, for its client and for whoever they share it with
	{"web/desk", "web/profile", "web/fill"}, // what the pages of whoever works with clients have in common; what is said in public, as it is written and as anybody sees it; an exercise, for filling in and for reading
	{"web/public", "web/self", "web/client", "web/record", "web/clinician", "web/asking", "web/operator", "web/informant", "web/enquiry", "web/plan", "web/method", "web/exercise", "web/doing", "web/way", "web/intake", "web/note", "web/feed", "web/hour", "web/vault", "web/away", "web/journal", "web/reflect", "web/assignment", "web/calendar", "web/token", "web/retention", "web/launch", "fhir", "fhir/inward", "web/care", "web/arrival", "web/takeout"},
	{"domains"}, // every domain, put together: for the program, and never for a page
	{"demo"},    // the sample data, made by their methods
}

// Beside lists the imports allowed within a row, written out one by one so that
// each is a decision. It must never make a circle.
var Beside = map[string][]string{
	"reminder":    {"push", "session"},                                                                                   // of an appointment that is planned still, on the devices that they allowed
	"keys":        {"store"},                                                                                             // wrapped keys have a small database of their own
	"post":        {"job"},                                                                                               // letters wait in the queue
	"person":      {"account"},                                                                                           // whoever takes up an invitation gets an account
	"meaning":     {"change", "course", "instrument"},                                                                    // in words: what an instrument published, whether two totals differ, and what is usual
	"measure":     {"course", "instrument", "meaning", "reminder", "safety", "session"},                                  // answers are to an instrument, and mean something; one can raise a flag, in the same transaction; some are asked for with each session, and one is reminded of them
	"outcome":     {"change", "course", "measure", "session"},                                                            // finished work is scores and sessions put together, counted and learned from
	"informant":   {"instrument", "safety"},                                                                              // somebody else fills in an instrument, and what they say can raise a flag
	"assignment":  {"exercise", "goal", "measure", "session"},                                                            // what is agreed on is of the library and for a goal; between which sessions it was done is all that is kept of when
	"enquiry":     {"person", "profile"},                                                                                 // whoever is taken on is invited, and their first time taken, in the same transaction
	"profile":     {"feed", "session"},                                                                                   // a first consultation is not free where an appointment is, or the clinician is busy elsewhere
	"waiting":     {"session"},                                                                                           // an offered time may be taken meanwhile
	"calendar":    {"feed", "session", "waiting"},                                                                        // a time is open where nothing is planned, and nothing stands in the clinician's own calendar
	"feed":        {"nourish", "session"},                                                                                // a feed holds somebody's appointments, without names, and time that they keep free for themselves
	"launch":      {"token"},                                                                                             // an app that was let in comes with tokens
	"nourish":     {"mood"},                                                                                              // what stands in the log already need not be noted twice
	"hour":        {"session"},                                                                                           // what happens in a session, which is begun with an appointment or makes one
	"note":        {"goal", "hour", "session"},                                                                           // a note is about a session, begins with what was decided in it, and names goals
	"alliance":    {"session"},                                                                                           // a check-in is about a session that was held
	"goal":        {"measure"},                                                                                           // which knows what a day is
	"plan":        {"alliance", "assignment", "goal", "meaning", "measure", "method", "session"},                         // it leads to the goals; a review looks at scores, markers and sessions
	"web/client":  {"web/assignment", "web/care"},                                                                        // This week begins with what is practised today; an answer that signals danger opens the safety plan at once
	"web/plan":    {"web/method"},                                                                                        // to choose an approach is part of the plan's page
	"reflect":     {"session"},                                                                                           // a minute is after a session of one's own
	"brief":       {"alliance", "assignment", "goal", "hour", "measure", "mood", "plan", "reflect", "safety", "session"}, // what there is before a session is put together of what these hold
	"web/arrival": {"fhir/inward"},                                                                                       // a Bundle is translated before it is looked at
	"arrival":     {"instrument", "measure", "person", "session"},                                                        // what another product kept becomes people, appointments and scores
	"retention":   {"person"},                                                                                            // whoever is erased is one of the people
	"path":        {"alliance", "goal", "outcome", "plan", "session"},                                                    // the path is the story of what these hold

	"release":     {"vault"},                                                                                                                                                                                                             // what is released is an entry that its author keeps there
	"takeout":     {"alliance", "assignment", "goal", "hour", "informant", "instrument", "intake", "journal", "measure", "method", "mood", "note", "nourish", "outcome", "person", "plan", "release", "safety", "safetyplan", "session"}, // everything that a client, or whoever treats them, may read, in one piece
	"web/token":   {"web/launch"},                                                                                                                                                                                                        // which has the words for what a program may do
	"web/takeout": {"web/record"},                                                                                                                                                                                                        // which has the words for who opened a record
}

// Worlds are the packages that make worlds for tests: only tests import them.
var Worlds = []string{"waytest", "web/webtest"}

// Behind are the packages behind the door: nothing above access may import
// them, so that no record can be reached around it. Backups are for the operator
// at the machine: no page and no domain makes or restores one.
var Behind = []string{"schema", "store", "keys", "audit", "archive"}

// Never lists imports that no row forbids but privacy does.
var Never = map[string][]string{
	"web/client":   {"note", "brief", "reflect", "vault"},
	"web/record":   {"note", "brief", "reflect", "vault"},
	"fhir/record":  {"vault", "journal", "reflect", "brief"},
	"fhir":         {"vault", "journal", "reflect", "brief"}, // neither a journal nor process notes, nor that there are any
	"web/public":   {"arrival", "takeout", "safetyplan", "nourish", "note", "brief", "reflect", "journal", "alliance", "measure", "mood", "method", "exercise", "goal", "plan", "path", "intake", "hour", "assignment", "vault"},
	"web/operator": {"arrival", "takeout", "safetyplan", "nourish", "journal", "alliance", "measure", "mood", "method", "goal", "plan", "path", "intake", "hour", "assignment", "exercise", "note", "brief", "reflect", "session", "vault"},
}

// Glancing are the packages that may look at what is nobody's record without
// a decision: each use is one statement that reads, and opens nothing sealed.
// person looks up whose cookie, whose address and whose invitation it is; the
// queue looks what is due; reminder whom to look at, informant whose form a link is for;
// outcome whether there is a newer version of what was learned; enquiry whose link it is, and whether there is room;
// profile whether something public has changed; feed whose secret address or app password it is, and what is to be fetched;
// token whose a token is, launch whose an app's code is; push whether a practice has keys; post how many
// letters no mail server took.
var Glancing = []string{"token", "launch", "account", "person", "job", "reminder", "informant", "outcome", "enquiry", "profile", "feed", "push", "post"}

// Outward is the only package that asks other servers, and the only one under the
// edge that knows of HTTP: what people type as an address is asked by its rules alone.
const Outward = "outward"

// Mixed are the domains whose statements stand in part beside what they serve, and
// not in files named sql*.go as everybody else's. Nothing may join them.
var Mixed = []string{"account", "session", "feed"}

// Giving are the packages that may give and end grants, and destroy keys, and what of it
// each may: person all of it. enquiry ends only enquiries, and vault gives people what is
// their own.
var Giving = map[string][]string{
	"person":  {"Give", "End", "EndAllOf", "EraseRows", "EraseCounted", "Forget"},
	"enquiry": {"EraseRows", "Forget"},
	"vault":   {"Give"},
}

// Domains is the row of the domains; from here down nothing knows of HTTP or HTML.
const (
	Domains  = 5
	Grounded = Domains + 1
)
