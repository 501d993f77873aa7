package operator

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/clocks"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// mostActs is how many acts stand on a page.
const mostActs = 100

type actsPage struct {
	frame  ui.FrameProps
	tabs   []ui.Tab
	note   string
	search bool // by person and day
	who    []ui.Option
	day    string
	found  bool   // it was looked for somebody, or from a day on
	next   string // where those before begin; empty: these are all
	table  ui.TableProps
}

func actTabs(at string) []ui.Tab {
	return []ui.Tab{
		{Link: ui.Link{Text: "Everything", Href: "/acts"}, Current: at == "/acts"},
		{Link: ui.Link{Text: "Emergencies", Href: "/acts/glasses"}, Current: at == "/acts/glasses"},
	}
}

// acts is who did what. It names acts and whose record, and no content: staff by
// name, clients by a link to their name. The address says of whom by their id.
func (p *Pages) acts(w http.ResponseWriter, r *http.Request) error {
	now := web.NowOf(r)
	which := whichActs(r.URL.Query(), now.Location())
	found, next, err := p.People.Acts(r.Context(), web.ActorOf(r), which)
	if err != nil {
		return err
	}
	known, err := p.names(r)
	if err != nil {
		return err
	}
	page := actsPage{
		frame: frame(r, "Who did what"), tabs: actTabs("/acts"), search: true, who: whoseActs(which.Person, known),
		found: which.Person != "" || !which.Day.IsZero(),
		note:  "From the audit log, newest first: who asked for what, and what came of it. Of what is done in a client’s record, and of when clients sign in, only the day is shown, and of what the program does by itself nothing: both would tell what somebody said. The log itself has everything but content, and nobody can change it.",
	}
	if !which.Day.IsZero() {
		page.day = which.Day.Format(time.DateOnly)
	}
	if next != nil {
		page.next = actsFrom(*next)
	}
	page.table = ui.TableProps{
		Caption: "Acts, newest first",
		Columns: []ui.Column{{Name: "When"}, {Name: "Who"}, {Name: "What"}, {Name: "Whose record"}, {Name: "Allowed"}},
	}
	for _, a := range found {
		page.table.Rows = append(page.table.Rows, actRow(a, known, now))
	}
	return web.Show(w, r, http.StatusOK, actsView(page))
}

// whichActs is what the address asks for. What cannot be one of ours is not asked for.
func whichActs(q url.Values, loc *time.Location) person.Which {
	which := person.Which{Person: q.Get("who"), Most: mostActs, Days: loc}
	if len(which.Person) > 40 || strings.Trim(which.Person, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		which.Person = ""
	}
	if day, err := clocks.Day(q.Get("day"), loc); err == nil && day.Year() > 0 && day.Year() < 10_000 {
		which.Day = day
		if from, err := strconv.Atoi(q.Get("from")); err == nil && from > 0 {
			which.From = from
		}
	}
	return which
}

// actsFrom is where the acts of which are.
func actsFrom(which person.Which) string {
	q := url.Values{"day": {which.Day.Format(time.DateOnly)}}
	if which.Person != "" {
		q.Set("who", which.Person)
	}
	if which.From > 0 {
		q.Set("from", strconv.Itoa(which.From))
	}
	return "/acts?" + q.Encode()
}

// whoseActs are those of whom one can ask here: who works here, strangers, and, from
// their own page, anybody.
func whoseActs(chosen string, known map[string]string) []ui.Option {
	all := []ui.Option{{Text: "Everybody"}}
	var staff []ui.Option
	for id, name := range known {
		staff = append(staff, ui.Option{Value: id, Text: cmp.Or(name, "Somebody without a name"), Chosen: id == chosen})
	}
	slices.SortFunc(staff, func(a, b ui.Option) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), cmp.Compare(a.Value, b.Value))
	})
	all = append(all, staff...)
	all = append(all, ui.Option{Value: stranger, Text: "Somebody not signed in", Chosen: chosen == stranger})
	if _, staff := known[chosen]; !staff && chosen != "" && chosen != stranger {
		all = append(all, ui.Option{Value: chosen, Text: "The person you came from", Chosen: true})
	}
	return all
}

// stranger is whoever is not signed in.
var stranger = access.Anyone("").ID

// names are those who work here, by id.
func (p *Pages) names(r *http.Request) (map[string]string, error) {
	staff, err := p.People.Staff(r.Context(), web.ActorOf(r))
	if err != nil {
		return nil, err
	}
	known := make(map[string]string, len(staff))
	for _, s := range staff {
		known[s.ID] = s.Name
	}
	return known, nil
}

func actRow(a person.Act, known map[string]string, now time.Time) []ui.Cell {
	row := []ui.Cell{{Text: moment(a.At, now)}, whoCell(a.ActorID, known), {Text: actWords(a.Action)}, whoseCell(a.Compartment, known), {Text: "Yes"}}
	if a.Action == "" {
		row[0].Text = day(a.At, now)
	}
	enters := a.Action == access.MakeSignIn || a.Action == access.TrySignIn || a.Action == access.RegainAccount
	switch {
	case a.Action == access.MakeSignIn && a.ActorID != stranger:
		row[2].Text = "Said once more who they are"
	case a.Action == "" && a.ActorID == stranger && a.Compartment.Kind() == access.KindPerson:
		enters, row[2].Text = true, "Signed in, or opened their invitation"
	}
	switch {
	case enters && !a.Allowed && a.ActorID == stranger:
		row[2].Text, row[4].Text = "Tried to sign in", "Did not get in"
	case !a.Allowed:
		row[4].Text = "Refused"
	}
	return row
}

func whoCell(id string, known map[string]string) ui.Cell {
	switch {
	case known[id] != "":
		return ui.Cell{Text: known[id], Href: "/people/" + id}
	case id == stranger:
		return ui.Cell{Text: "Somebody not signed in"}
	case !(access.Actor{ID: id}).IsPerson():
		return ui.Cell{Text: "Whoever runs the server"} // of the program nothing is shown
	}
	return ui.Cell{Text: "A client, or somebody who left", Href: "/people/" + id}
}

func whoseCell(c access.Compartment, known map[string]string) ui.Cell {
	switch {
	case c == "":
		return ui.Cell{Text: "Several"}
	case c == access.Operations:
		return ui.Cell{Text: "The practice"}
	case c == access.AccountRecord(access.Nobody):
		return ui.Cell{Text: "Nobody, or unknown"}
	case c.Kind() == access.KindEnquiry, c.Kind() == access.KindCaller:
		return ui.Cell{Text: "Somebody who asked", Href: "/callers"}
	case c.Kind() == access.KindEntries:
		owner, about := c.Pair()
		if owner == about { // a client's own
			return ui.Cell{Text: "A client", Href: "/people/" + owner}
		}
		return ui.Cell{Text: cmp.Or(known[owner], "Somebody who left"), Href: "/people/" + owner}
	case known[c.Of()] != "":
		return ui.Cell{Text: known[c.Of()], Href: "/people/" + c.Of()}
	}
	return ui.Cell{Text: "A client", Href: "/people/" + c.Of()}
}

// moment is "20 November 10:02".
func moment(t, now time.Time) string {
	return day(t, now) + " " + t.In(now.Location()).Format("15:04")
}

// glasses are the times a record was opened in an emergency, without reasons.
func (p *Pages) glasses(w http.ResponseWriter, r *http.Request) error {
	found, err := p.People.Glasses(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	known, err := p.names(r)
	if err != nil {
		return err
	}
	page := actsPage{
		frame: frame(r, "Who did what"), tabs: actTabs("/acts/glasses"),
		note: "Each time somebody opened a record in an emergency. The reason is for the client and those who treat them.",
	}
	page.table = ui.TableProps{
		Caption: "Emergencies, newest first",
		Columns: []ui.Column{{Name: "When"}, {Name: "Who"}, {Name: "Whose record"}, {Name: "Open until"}},
	}
	now := web.NowOf(r)
	for _, g := range found {
		page.table.Rows = append(page.table.Rows, glassRow(g, known, now))
	}
	return web.Show(w, r, http.StatusOK, actsView(page))
}

func glassRow(g person.EmergencyNote, known map[string]string, now time.Time) []ui.Cell {
	return []ui.Cell{
		{Text: moment(g.At, now)},
		whoCell(g.ActorID, known),
		whoseCell(access.ClientRecord(g.ClientID), known),
		{Text: moment(g.Until, now)},
	}
}

// words are what each act is called here that is seen by name (access.Sight).
var words = map[access.Action]string{
	access.FoundPractice: "Founded the practice", access.ReadPractice: "Read how the practice is set up",
	access.RevisePractice: "Changed how the practice is set up", access.ReadPublic: "Read what is public",
	access.WatchOperations: "Looked after the machine", access.ReadAuditOfAll: "Read who did what",
	access.ReadInstruments: "Looked at the questionnaires", access.KeepInstruments: "Changed which questionnaires are asked for",
	access.ListStaff: "Listed who works here", access.ListPeople: "Listed all people", access.ReadPerson: "Read a name and contact",
	access.RevisePerson: "Changed a name", access.InviteStaff: "Invited a colleague", access.InviteClient: "Invited a client",
	access.LookArrivals: "Looked whom a file from another product names", access.BringClients: "Brought in clients from another product",
	access.BringSessions: "Brought in appointments from another product", access.BringScores: "Brought in scores from another product",
	access.InviteAgain: "Made a fresh link", access.ReadInvite: "Opened an invitation", access.AcceptInvite: "Came in",
	access.CorrectInvite: "Corrected the address of an invitation", access.WithdrawInvite: "Withdrew an invitation",
	access.EndWork: "Ended somebody’s work here", access.BeginCare: "Brought a colleague in", access.EndCare: "Ended the work with a client",
	access.RelieveCare: "Ended a colleague’s work with a client",
	access.AssignCare:  "Found a clinician for a client who had nobody",

	access.Supervise: "Set supervision", access.ReadSupervisor: "Read who supervises whom",
	access.BreakGlass: "Opened a record in an emergency", access.ReadGlasses: "Listed emergencies",
	access.EraseClient: "Erased a record", access.ArchiveClient: "Made an archive of a record", access.EndAgain: "Ended again what had ended before a restore", access.ListClients: "Listed their clients",
	access.ListSupervised: "Listed what is shown to them",

	access.ReadRetention: "Read for how long records are kept", access.SetRetention: "Decided for how long records are kept",
	access.ListEndings: "Listed until when records are kept", access.ReadEnding: "Looked until when a record is kept", access.CloseRecord: "Closed a record, or opened it again",
	access.HoldRecord: "Held a record, or released it", access.WishErasure: "Asked for their record to be erased, or took that back", access.AnswerWish: "Answered who asked to be erased",
	access.LookErasure: "Looked at what erasing a record would remove", access.CertifyErasure: "Certified that a record was erased", access.ReadErasures: "Read what was erased",

	access.ReadTokens: "Looked at which programs they let in", access.MakeToken: "Made a token for a program", access.EndToken: "Ended a program", access.EnterByToken: "A program came in with a token",
	access.ReadApps: "Looked at programs of others", access.KeepApps: "Made a program of others known, or withdrew one",
	access.LetLaunch: "Let a program of others in", access.RedeemLaunch: "A program that was let in came for tokens",

	access.TrySignIn: "Tried to sign in", access.MakeSignIn: "Signed in", access.ReadAccount: "Read an account",
	access.ReviseAccount: "Changed an account", access.KeepSignIn: "Stayed signed in", access.EndSignIn: "Ended a sign-in",
	access.RequestRecovery: "Asked for a way back in", access.RegainAccount: "Came back in",
	access.Reinstate:        "Let somebody in again, at the machine",
	access.LetIn:            "Gave a code to let somebody in again, or took it back",
	access.NotMe:            "Said that it was not they who asked to be let in",
	access.ReviseCredential: "Changed a way to sign in",
	access.AskAddress:       "Asked to sign in with another address",
	access.ConfirmAddress:   "Changed the address to sign in with", access.UndoAddress: "Put a former address back",

	access.ReadLearned: "Read what was learned",
	access.ReadReport:  "Read the report",

	access.ReadProfile: "Read a public page", access.ReviseProfile: "Changed the draft of a public page",
	access.PublishProfile: "Published a public page", access.WithdrawProfile: "Took a public page off",
	access.ReadFirst: "Read which first consultations are offered", access.OfferFirst: "Changed which first consultations are offered",
	access.ReadMethods: "Read the methods", access.KeepMethods: "Changed the practice’s own methods",

	access.Enquire: "Asked for a consultation", access.ReadReply: "Read what they were answered",
	access.AddToEnquiry: "Added to what they asked", access.WithdrawEnquiry: "Took back what they asked",
	access.ListCallers: "Listed who asked", access.CountCallers: "Counted who waits for an answer", access.ReadEnquiry: "Read what somebody asked",
	access.DecideEnquiry: "Dealt with what somebody asked", access.AcceptEnquiry: "Took somebody on",
	access.DropEnquiry: "Removed what somebody sent",

	access.ReadReflections: "Read what is their own", access.Reflect: "Kept what is their own",

	access.ReadVault: "Fetched the locked keys of their own vault", access.MakeVault: "Made a vault", access.ReviseVault: "Changed how their vault opens", access.DiscardVault: "Discarded their vault",
	access.ReadEntries: "Fetched sealed notes of their own", access.KeepEntry: "Kept a sealed note of their own",
}

func actWords(a access.Action) string { return cmp.Or(words[a], "Read or worked there") }
