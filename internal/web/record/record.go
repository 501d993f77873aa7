// Package record is the page on which a client sees who opened their record and who
// works with them, ends that work, and says what their finished work may be used for.
// It has the words for everything that anybody may do in a client's record.
package record

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/launch"
	"github.com/waymark-care/waymark/internal/outcome"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// Pages are the pages of a client about their own record.
type Pages struct {
	People   *person.People
	Outcomes *outcome.Outcomes
	Launches *launch.Launches // which know what programs are called
}

const (
	toRecord = "/my/record"
	toUse    = "/my/record/use"
)

// Routes are all addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: toRecord, Audience: web.Client, Action: access.ReadOpenings, Page: p.record},
		{Method: "GET", Pattern: toUse, Audience: web.Client, Action: access.ReadChoices, Page: p.use},
		{Method: "POST", Pattern: toUse, Audience: web.Client, Action: access.Choose, Page: p.choose},
		{Method: "GET", Pattern: "/my/team/{clinician}/end", Audience: web.Client, Action: access.ReadCare, Page: p.askEnd},
		{Method: "POST", Pattern: "/my/team/{clinician}/end", Audience: web.Client, Action: access.EndCare, Page: p.end},
	}
}

// own is the record of whoever is asking. There is no other on these pages.
func own(r *http.Request) (access.Actor, access.Compartment) {
	actor := web.ActorOf(r)
	return actor, access.ClientRecord(actor.ID)
}

// names are how people, or programs, are called, by id.
type names map[string]string

// done are the words for what was just done, which the address names.
var done = map[string]string{
	"ended":  "That work has ended, and with it the access to your record.",
	"chosen": "Noted. You can change it at any time.",
}

// recordPage says who opened the record, and who works with the client.
type recordPage struct {
	Frame       ui.FrameProps
	Emergencies []emergencyLine
	Days        []recordDay   // the newest
	Earlier     []recordMonth // what is older, folded away by month
	Own         []recordDay   // what the client opened, folded away
	Oldest      string        // if there is more than the list shows: from when on
	Team        []teamLine
}

type recordDay struct {
	Date string
	Acts []recordAct

	month string // "October 2026"
}

// A recordMonth is the days of one month.
type recordMonth struct {
	Name string
	Days []recordDay
}

// newestDays is how many days with an entry are shown before months are folded.
const newestDays = 3

// byMonth leaves the newest days as they are, and puts what is older into months.
func byMonth(all []recordDay) (newest []recordDay, earlier []recordMonth) {
	n := min(newestDays, len(all))
	for _, d := range all[n:] {
		if i := len(earlier); i == 0 || earlier[i-1].Name != d.month {
			earlier = append(earlier, recordMonth{Name: d.month})
		}
		month := &earlier[len(earlier)-1]
		month.Days = append(month.Days, d)
	}
	return all[:n], earlier
}

// A recordAct is what one person did on one day, as often as they did.
type recordAct struct {
	Icon  string
	Text  string
	Times string

	at []time.Time // newest first
}

type emergencyLine struct {
	Text   string
	Reason string
}

type teamLine struct {
	Name string
	End  ui.ButtonProps
}

// mostOpenings is how many entries the list goes back.
const mostOpenings = 500

// somebody is who opened the record where no name is known.
const somebody = "Somebody of the practice"

// theProgram is who opened the record where nobody did.
const theProgram = "The program, at night,"

func (p *Pages) record(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	openings, err := p.People.Openings(r.Context(), actor, actor.ID, mostOpenings)
	if err != nil {
		return err
	}
	emergencies, err := p.People.Emergencies(r.Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	staff, err := p.People.Staff(r.Context(), actor)
	if err != nil {
		return err
	}
	known := names{}
	for _, s := range staff {
		known[s.ID] = s.Name
	}
	var programs names // of theirs
	if slices.ContainsFunc(openings, func(o access.Opening) bool { return o.By != "" && o.ActorID == actor.ID }) {
		if programs, err = p.Launches.Names(r.Context(), actor); err != nil {
			return err
		}
	}
	now := web.NowOf(r)
	page := recordPage{Frame: web.FrameSaying(r, "My record", done)}
	others, self := days(openings, actor.ID, known, programs, now)
	page.Days, page.Earlier = byMonth(others)
	page.Own = self
	if n := len(openings); n == mostOpenings {
		page.Oldest = ui.Date(openings[n-1].At.In(now.Location()), now)
	}
	for _, e := range emergencies {
		page.Emergencies = append(page.Emergencies, emergencyFrom(e, known, now))
	}
	for _, id := range team {
		name := cmp.Or(known[id], somebody)
		page.Team = append(page.Team, teamLine{Name: name, End: ui.ButtonProps{
			Text: "End the work with " + desk.First(cmp.Or(known[id], "them")), Kind: ui.Quiet, Href: endPath(id),
		}})
	}
	return web.Show(w, r, http.StatusOK, recordView(page))
}

// days are the openings by day, newest first: those of others, and one's own;
// programs are what they call those that they let in.
func days(openings []access.Opening, self string, known, programs names, now time.Time) (others, own []recordDay) {
	for _, o := range openings {
		list := &others
		if o.ActorID == self && o.By == "" { // what a program of theirs does, they do not see
			list = &own
		}
		at := o.At.In(now.Location())
		date := ui.Date(at, now)
		if n := len(*list); n == 0 || (*list)[n-1].Date != date {
			*list = append(*list, recordDay{Date: date, month: at.Format("January 2006")})
		}
		day := &(*list)[len(*list)-1]
		icon, text := actOf(o, self, known, programs)
		i := slices.IndexFunc(day.Acts, func(a recordAct) bool { return a.Text == text })
		if i < 0 {
			day.Acts = append(day.Acts, recordAct{Icon: icon, Text: text})
			i = len(day.Acts) - 1
		}
		day.Acts[i].at = append(day.Acts[i].at, at)
	}
	for _, list := range [][]recordDay{others, own} {
		for _, d := range list {
			for i := range d.Acts {
				d.Acts[i].Times = timesOf(d.Acts[i].at)
			}
		}
	}
	return others, own
}

// timesOf are times of one day, which come newest first.
func timesOf(at []time.Time) string {
	var all []string
	for _, t := range slices.Backward(at) {
		if c := clock(t); len(all) == 0 || all[len(all)-1] != c {
			all = append(all, c)
		}
	}
	if n := len(all); n > 3 {
		return desk.Upper(desk.Number(n)) + " times between " + all[0] + " and " + all[n-1]
	}
	return listed(all)
}

// listed is "a, b and c".
func listed(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " and " + all[len(all)-1]
}

// clock is a time of day.
func clock(t time.Time) string { return t.Format("15:04") }

// refused is what is said of somebody who tried in vain: who it was is for the
// practice to find out.
const refused = "Somebody without access tried. Nothing was shown to them."

// actOf is one entry in plain words.
func actOf(o access.Opening, self string, known, programs names) (icon, text string) {
	who, did := cmp.Or(known[o.ActorID], somebody), didWords(o.Action)
	if !(access.Actor{ID: o.ActorID}).IsPerson() {
		who = theProgram
	}
	if o.ActorID == self {
		who = "You"
	}
	if o.By != "" {
		who += ", by a program,"
		if name := programs[o.By]; name != "" && o.ActorID == self {
			who = "You, by the program “" + name + "”,"
		}
	}
	if who == "You" && o.Action == access.EndCare {
		did = "ended somebody’s work with you"
	}
	switch {
	case !o.Allowed && o.ActorID == self && o.By != "":
		return "lock", "A program of yours asked for something that was not shown to it."
	case !o.Allowed && o.ActorID == self:
		return "lock", "You asked for something that was not shown to you."
	case !o.Allowed:
		return "lock", refused
	case o.Action == access.BreakGlass:
		return "warn", who + " " + did + "."
	case o.Action.Changes():
		return "write", who + " " + did + "."
	}
	return "eye", who + " " + did + "."
}

// Act is one entry in plain words, for a list of one's own elsewhere. A program is not named
// there.
func Act(o access.Opening, self string, known map[string]string) string {
	_, text := actOf(o, self, known, nil)
	return text
}

// did is what each action means in the record of a client, in plain words.
var did = map[access.Action]string{
	access.ReadMeasures:  "looked at your answers",
	access.ReadCourse:    "looked at your course",
	access.ListMeasures:  "saw your newest answers among those of their clients",
	access.Ask:           "changed what you are asked",
	access.TalkAbout:     "noted that an answer was talked about",
	access.EnterAnswer:   "entered what you answered on paper or aloud",
	access.BringScores:   "brought in scores that another product kept",
	access.BringSessions: "brought in appointments that another product kept",
	access.AskOther:      "asked somebody close to you, or took that back",
	access.GiveAnswer:    "sent answers",
	access.KeepDraft:     "kept unfinished answers",
	access.ReadDue:       "looked at what is asked",
	access.Decline:       "said “not this time”",
	access.Refuse:        "asked not to be asked something any more, or took that back",
	access.SeeAnswer:     "read what the answers say",

	access.ReadAlliance:  "looked at what you said after sessions",
	access.AllianceLine:  "looked at the course of the work together, in numbers",
	access.ListAlliances: "saw what you said last after a session among what their clients said",
	access.CheckIn:       "said something about a session, or “not this time”",
	access.SeeCheckIn:    "read what you said after a session",
	access.TalkAlliance:  "noted that you talked about how the work together goes",
	access.ReadMarkers:   "looked at what was noticed",
	access.NoticeMarker:  "noticed something, or took it back",

	access.ReadLog:       "looked at the daily log",
	access.KeepLog:       "changed something in the daily log",
	access.ReadSharedLog: "looked at what you share of your daily log",
	access.GlanceLog:     "saw in one line whether you share your daily log",
	access.TalkLog:       "noted that you talked about what you brought from your log",

	access.NoteEvent:  "noted something that happened, or took it off",
	access.TurnAside:  "noted a detour, or the way back",
	access.TalkSignal: "noted that you talked about how things go",
	access.ReadTalks:  "looked at what they noted about how things go",

	access.ReadGoals:    "looked at what you are working towards",
	access.ReviseGoals:  "worded what you are working towards",
	access.SignGoal:     "agreed to a goal",
	access.RateGoal:     "noted where you are on the way to a goal",
	access.ReadPlan:     "looked at your plan and what happened meanwhile",
	access.RevisePlan:   "wrote the plan, or changed it",
	access.SignPlan:     "signed the plan, or said something about it",
	access.FollowDetour: "noted something about a detour",
	access.ReadReview:   "looked at a review",
	access.SayReview:    "wrote down something for a review",
	access.KeepReview:   "kept what came of a review",
	access.ReadBalance:  "looked at who began what in your work together",
	access.ListBalances: "saw who began what lately among their clients",
	access.ReadBrief:    "looked at what there is since your last session",
	access.ListBriefs:   "saw what there is since your last session, for the day ahead",
	access.ReadPath:     "looked at the way of your work together",
	access.OwnWords:     "looked for something of your own from earlier",

	access.ReadIntake:   "looked at what was told at the beginning",
	access.ReadHealth:   "looked at what was told about health and medicines",
	access.WriteIntake:  "wrote something about the beginning",
	access.ChooseIntake: "chose what is told in the room only, or later",
	access.Summarise:    "wrote the summary of the beginning",
	access.InviteIntake: "invited you to tell something beforehand, or took that back",
	access.SeeIntake:    "noted what they have read of the beginning",
	access.ListIntakes:  "saw what came in about the beginning",
	access.ReadTerms:    "looked at the working agreement",
	access.ReviseTerms:  "changed the text of the working agreement",
	access.SignTerms:    "signed the working agreement, or took that back",

	access.ReadHour:    "looked at the agenda of a session, or at what was kept of it",
	access.GlanceHour:  "had the page of a running session open",
	access.WriteAgenda: "wrote on the agenda of a session, or noted that something was talked about",
	access.OpenAgenda:  "opened in a session what had been kept for it",
	access.HoldHour:    "began or ended a session, or wrote down what was decided",

	access.ReadAssignments: "looked at what is practised, and how it went",
	access.Suggest:         "suggested something to practise, or took it back",
	access.ChooseExercise:  "decided about something to practise",
	access.LogExercise:     "noted how practice went",
	access.AnswerLog:       "answered a note about practice",
	access.ListAssignments: "looked at what is used with everybody they work with",

	access.ReadNotes: "looked at notes of sessions",
	access.ReadLeft:  "read what somebody who no longer works here had written of a session and not signed",
	access.DraftNote: "wrote in the note of a session",
	access.SignNote:  "signed the note of a session, or an amendment",
	access.ShareNote: "shared a summary of a session with you, or took it back",

	access.ReadFlags: "looked at what needs a look in your record",
	access.ListFlags: "saw what needs a look among their clients",
	access.SeeFlag:   "saw that one of your answers needs a look",
	access.CloseFlag: "wrote down what was done about an answer",

	access.ReadSafetyPlan:  "looked at your safety plan",
	access.WriteSafetyPlan: "wrote in your safety plan",
	access.AgreeSafetyPlan: "agreed to a version of your safety plan",
	access.ReadNourish:     "looked at what nourishes you",
	access.KeepNourish:     "noted what nourishes you, or changed who sees it",
	access.ReadNourished:   "looked at what nourishes you, as far as you show it",

	access.ReadEpisodes:  "looked at when your work here began and ended",
	access.FinishEpisode: "noted that your work here is finished, or goes on",
	access.ReadChoices:   "looked at what your finished work may be used for",
	access.Choose:        "said what your finished work may be used for",
	access.LearnFrom:     "read the dates and scores of your finished work, without your name, to learn how work here usually goes. You said it may",
	access.CountEpisodes: "read the dates and scores of your finished work, without your name, to count it in the practice’s anonymous report",

	access.LookEntries:  "looked whether they had begun notes for themself",
	access.BeginEntries: "began notes for themself, which nobody else can read",

	access.MakeRelease:   "released notes of theirs into your archive",
	access.ArchiveClient: "made an archive of your record",

	access.BeginJournal: "made room for your journal, which nobody else can read",
	access.ReadShares:   "saw what you share of your journal",
	access.OpenShare:    "opened something that you share of your journal",
	access.MakeShare:    "shared something of your journal",
	access.EndShare:     "took back something of your journal",

	access.ReadSessions: "looked at your appointments",
	access.ListSessions: "saw your appointment among those of the day",
	access.PlanSession:  "planned, moved or cancelled an appointment",
	access.ReadTimes:    "looked at times for sessions",
	access.BookTime:     "booked or moved a session",
	access.CancelTime:   "cancelled a session",
	access.AwaitTime:    "changed who waits for a time",
	access.ListWaiting:  "looked at who waits for a time, and what was booked or cancelled",
	access.KeepZone:     "chose by whose clocks times are shown",

	access.ListClients:    "saw you in the list of their clients",
	access.ListSupervised: "saw, without your name, that your course is shown in supervision",
	access.ReadCare:       "looked at who works with you",
	access.ReadTeam:       "looked at who works with you, and at nothing in your record",
	access.BeginCare:      "brought a colleague in to work with you",
	access.AssignCare:     "found a therapist for you when nobody worked with you",
	access.EndCare:        "ended their work with you, or a colleague’s",
	access.RelieveCare:    "ended a colleague’s work with you",
	access.LetIn:          "gave you a code to sign in again, or took it back",
	access.ShareRecord:    "changed who sees your course, without your name, in supervision",
	access.BreakGlass:     "opened your record in an emergency",
	access.ReadEmergency:  "looked at when your record was opened in an emergency",
	access.ReadOpenings:   "looked at this list",
	access.TakeOut:        "took along everything that you may read here",
	access.CloseRecord:    "closed your record, or opened it again",
	access.HoldRecord:     "noted a reason to keep your record, or that it is over",
	access.LookErasure:    "looked at how much erasing your record would remove, and at nothing in it",
	access.CertifyErasure: "certified that your record was erased",
	access.EraseClient:    "had your record erased",
}

func didWords(a access.Action) string {
	return cmp.Or(did[a], "did something in your record that this page has no words for")
}

func emergencyFrom(e person.EmergencyNote, known names, now time.Time) emergencyLine {
	from, until := e.At.In(now.Location()), e.Until.In(now.Location())
	text := cmp.Or(known[e.ActorID], somebody) + " opened your record in an emergency " + desk.At(from, now) + ". "
	if now.Before(until) {
		text += "It stays open to them until " + clock(until) + "."
	} else {
		text += "It closed again at " + clock(until) + "."
	}
	return emergencyLine{Text: text, Reason: e.Reason}
}

func endPath(clinician string) string { return "/my/team/" + clinician + "/end" }

// endPage asks before work is ended.
type endPage struct {
	Frame  ui.FrameProps
	Dialog ui.DialogProps
	Last   bool // nobody else works with the client
}

// askEnd asks before the work with somebody is ended.
func (p *Pages) askEnd(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	clinician := r.PathValue("clinician")
	team, err := p.People.CareTeam(r.Context(), actor, actor.ID)
	if err != nil {
		return err
	}
	if !slices.Contains(team, clinician) {
		return web.Absent()
	}
	they, err := p.People.Person(r.Context(), actor, clinician)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	name := they.Name
	who := desk.First(cmp.Or(name, "them"))
	page := endPage{Frame: web.Frame(r), Last: len(team) == 1, Dialog: ui.DialogProps{
		ID: "end", Open: true, Back: toRecord, Action: endPath(clinician),
		Title:   "End the work with " + cmp.Or(name, "them") + "?",
		Text:    desk.Upper(who) + " can then no longer open your record. Nothing in it is lost, and you keep your own access. What has been read has been read.",
		Careful: "Keep it as it is",
		Do:      ui.ButtonProps{Text: "End the work"},
	}}
	page.Frame.Heading, page.Frame.Back = "My record", &ui.Link{Text: "Back to My record", Href: toRecord}
	return web.Show(w, r, http.StatusOK, endView(page))
}

// end ends the work with somebody, and their access, at once.
func (p *Pages) end(w http.ResponseWriter, r *http.Request) error {
	actor, _ := own(r)
	clinician := r.PathValue("clinician")
	if uuid.Validate(clinician) != nil {
		return web.Absent()
	}
	if err := p.People.EndCare(r.Context(), actor, actor.ID, clinician); err != nil {
		return err
	}
	return web.SeeOther(w, r, toRecord+"?done=ended")
}
