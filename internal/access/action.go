package access

import (
	"maps"
	"slices"
)

// An Action is one thing that can be done in a compartment. This list and
// policy.cedar, read side by side, are the whole of who may do what.
type Action string

const (
	// The practice.
	FoundPractice   Action = "practice.found"
	ReadPractice    Action = "practice.read"
	RevisePractice  Action = "practice.revise"
	ReadPublic      Action = "practice.public"
	ReadAuditOfAll  Action = "audit.read"
	RunJob          Action = "job.run"
	WatchOperations Action = "operations.watch"

	// The questionnaires of the practice itself.
	ReadInstruments Action = "instruments.read"
	ReadDefinitions Action = "definitions.read"
	KeepInstruments Action = "instruments.keep"

	// The methods of therapy, with what the practice itself knows.
	ReadMethods Action = "methods.read"
	KeepMethods Action = "methods.keep"

	// The library of practice, which clients read too, with what the practice itself wrote.
	ReadExercises  Action = "exercises.read"
	WriteExercises Action = "exercises.write" // reads drafts and earlier versions, to go on with them
	KeepExercises  Action = "exercises.keep"

	// What is said in public, and first consultations that are offered.
	ReadProfile     Action = "profile.read"
	ReviseProfile   Action = "profile.revise"
	PublishProfile  Action = "profile.publish"
	WithdrawProfile Action = "profile.withdraw"
	ReadFirst       Action = "first.read"
	OfferFirst      Action = "first.offer"

	// People: who they are, and who works with whom.
	ListStaff      Action = "staff.list"
	ListPeople     Action = "people.list"
	ReadPerson     Action = "person.read"
	RevisePerson   Action = "person.revise"
	InviteStaff    Action = "staff.invite"
	InviteClient   Action = "client.invite"
	InviteAgain    Action = "invite.again"
	ReadInvite     Action = "invite.read"
	AcceptInvite   Action = "invite.accept"
	EndWork        Action = "person.leave"
	BeginCare      Action = "care.begin"
	AssignCare     Action = "care.assign"
	EndCare        Action = "care.end"
	ReadCare       Action = "care.read"
	TellCareTeam   Action = "care.tell"
	Supervise      Action = "supervision.set"
	ReadSupervisor Action = "supervision.read"
	ShareRecord    Action = "record.share"
	BreakGlass     Action = "record.emergency"
	ReadEmergency  Action = "emergency.read"
	ReadGlasses    Action = "emergencies.read"
	EraseClient    Action = "client.erase"
	EndAgain       Action = "ended.again"
	ReadOpenings   Action = "openings.read"
	TakeOut        Action = "record.takeout"
	ListClients    Action = "clients.list"
	ListSupervised Action = "supervised.list"

	// Accounts: what somebody signs in with.
	TrySignIn        Action = "signin.try"
	MakeSignIn       Action = "signin.make"
	ReadAccount      Action = "account.read"
	ReviseAccount    Action = "account.revise"
	KeepSignIn       Action = "signin.keep"
	EndSignIn        Action = "signin.end"
	RequestRecovery  Action = "account.recover"
	MailRecovery     Action = "account.link"
	RegainAccount    Action = "account.regain"
	Reinstate        Action = "account.reinstate"
	TidyAccounts     Action = "account.tidy"
	ReviseCredential Action = "credential.revise"

	// Measuring.
	ReadMeasures Action = "measure.read"
	ReadCourse   Action = "measure.course"
	Ask          Action = "measure.ask"
	Decline      Action = "measure.decline"
	ReadDue      Action = "measure.due"
	SeeAnswer    Action = "measure.seen"
	GiveAnswer   Action = "measure.answer"
	KeepDraft    Action = "measure.draft"
	TalkAbout    Action = "measure.talked"
	ListMeasures Action = "measures.list"
	EnterAnswer  Action = "measure.enter"
	NoteEvent    Action = "event.note"
	TurnAside    Action = "detour.note"
	TalkSignal   Action = "signal.talked"
	ReadTalks    Action = "signal.read"

	// What the work is for: the life the client wants, and goals.
	ReadGoals   Action = "goal.read"
	ReviseGoals Action = "goal.revise"
	SignGoal    Action = "goal.sign"
	RateGoal    Action = "goal.rate"

	// The plan, its detours and its reviews.
	ReadPlan     Action = "plan.read"
	RevisePlan   Action = "plan.revise"
	SignPlan     Action = "plan.sign"
	FollowDetour Action = "detour.follow"
	ReadReview   Action = "review.read"
	SayReview    Action = "review.say"
	KeepReview   Action = "review.keep"
	ReadBalance  Action = "balance.read"

	// The path: the whole journey, and the client's own words from earlier.
	ReadPath Action = "path.read"
	OwnWords Action = "path.own"

	// Reminders, and forms for somebody close to a client.
	ReadReminders   Action = "reminder.read"
	ReviseReminders Action = "reminder.revise"
	StopReminders   Action = "reminder.stop"
	Remind          Action = "reminder.send"
	Push            Action = "push.send"
	PushKey         Action = "push.key"
	ReadDevices     Action = "device.read"
	UseDevice       Action = "device.use"
	DropDevice      Action = "device.off"
	ForgetDevice    Action = "device.forget"
	AskOther        Action = "informant.ask"
	ReadForm        Action = "informant.form"
	AnswerForm      Action = "informant.answer"

	// The work together: check-ins after sessions, and quieter markers.
	ReadAlliance  Action = "alliance.read"
	AllianceLine  Action = "alliance.course"
	CheckIn       Action = "alliance.give"
	SeeCheckIn    Action = "alliance.seen"
	TalkAlliance  Action = "alliance.talked"
	ListAlliances Action = "alliances.list"
	ReadMarkers   Action = "marker.read"
	NoticeMarker  Action = "marker.notice"
	ReadWords     Action = "words.read"
	ReviseWords   Action = "words.revise"

	// The daily log.
	ReadLog         Action = "log.read"
	KeepLog         Action = "log.keep"
	ReadSharedLog   Action = "log.shared"
	GlanceLog       Action = "log.glance"
	TalkLog         Action = "log.talked"
	ReadLogScales   Action = "logscales.read"
	ReviseLogScales Action = "logscales.revise"

	// The beginning: what is told beforehand or in the room, and the agreement
	// about both sides' part in the work.
	ReadIntake   Action = "intake.read"
	ReadHealth   Action = "intake.health"
	WriteIntake  Action = "intake.write"
	ChooseIntake Action = "intake.choose"
	Summarise    Action = "intake.summarise"
	InviteIntake Action = "intake.invite"
	SeeIntake    Action = "intake.seen"
	ListIntakes  Action = "intakes.list"
	ReadTerms    Action = "terms.read"
	ReviseTerms  Action = "terms.revise"
	SignTerms    Action = "terms.sign"

	// Progress notes.
	ReadNotes Action = "note.read"
	DraftNote Action = "note.draft"
	SignNote  Action = "note.sign"
	ShareNote Action = "note.share"

	// Safety.
	ReadFlags Action = "flag.read"
	SeeFlag   Action = "flag.seen"
	TellFlag  Action = "flag.tell"
	CloseFlag Action = "flag.close"
	ListFlags Action = "flags.list"

	// The safety plan, and what nourishes.
	ReadSafetyPlan  Action = "safetyplan.read"
	WriteSafetyPlan Action = "safetyplan.write"
	AgreeSafetyPlan Action = "safetyplan.agree"
	ReadNourish     Action = "nourish.read"
	KeepNourish     Action = "nourish.keep"
	ReadNourished   Action = "nourish.shared"

	// Meeting.
	ReadSessions Action = "session.read"
	PlanSession  Action = "session.plan"
	ListSessions Action = "sessions.list"

	// What happens in a session: its agenda, and what is kept of it.
	ReadHour    Action = "hour.read"
	GlanceHour  Action = "hour.glance"
	WriteAgenda Action = "agenda.write"
	OpenAgenda  Action = "agenda.open"
	HoldHour    Action = "hour.hold"

	// What is practised between sessions: agreeing on it, doing it, and a line in return.
	ReadAssignments Action = "assignment.read"
	Suggest         Action = "assignment.suggest"
	ChooseExercise  Action = "assignment.choose"
	LogExercise     Action = "assignment.log"
	AnswerLog       Action = "assignment.answer"
	ListAssignments Action = "assignments.list"

	// Booking, moving and cancelling, and who waits for a time.
	ReadPolicy   Action = "booking.policy"
	RevisePolicy Action = "booking.revise"
	ReadTimes    Action = "times.read"
	BookTime     Action = "times.book"
	CancelTime   Action = "times.cancel"
	AwaitTime    Action = "times.await"
	ListWaiting  Action = "waiting.list"
	OfferTime    Action = "times.offer"
	KeepZone     Action = "zone.keep"

	// When clinicians see people, when the practice is closed, and what comes round.
	ReadAvailability Action = "availability.read"
	SetAvailability  Action = "availability.set"
	ReadHolidays     Action = "holidays.read"
	SetHolidays      Action = "holidays.set"
	WatchCalendar    Action = "calendar.watch"
	ListSeries       Action = "series.list"
	RollSeries       Action = "series.roll"

	// Before a session, and whose work it is.
	ReadBrief    Action = "brief.read"
	ListBriefs   Action = "briefs.list"
	ListBalances Action = "balances.list"

	// What a clinician keeps for themself.
	ReadReflections Action = "reflection.read"
	Reflect         Action = "reflection.keep"

	// Finished work, and what may be learned from it.
	ReadEpisodes  Action = "episode.read"
	FinishEpisode Action = "episode.finish"
	ReadChoices   Action = "choice.read"
	Choose        Action = "choice.make"
	LearnFrom     Action = "episodes.learn"
	KeepLearned   Action = "learned.keep"
	ReadLearned   Action = "learned.read"
	CountEpisodes Action = "episodes.count"
	KeepReport    Action = "report.keep"
	ReadReport    Action = "report.read"

	// The personal vault: its wrapped key, and what is sealed in the browser.
	ReadVault    Action = "vault.read"
	MakeVault    Action = "vault.make"
	ReviseVault  Action = "vault.revise"
	DiscardVault Action = "vault.discard"
	ReadEntries  Action = "entries.read"
	LookEntries  Action = "entries.look"
	BeginEntries Action = "entries.begin"
	KeepEntry    Action = "entries.keep"
	DropEntry    Action = "entries.drop"

	// A client's private journal: its entries lie in their vault; its media, sealed in
	// the browser, too; and copies that they share lie in their record.
	BeginJournal Action = "journal.begin"
	ReadMedia    Action = "media.read"
	KeepMedia    Action = "media.keep"
	DropMedia    Action = "media.drop"
	TidyMedia    Action = "media.tidy"
	ReadShares   Action = "share.read"
	OpenShare    Action = "share.open"
	MakeShare    Action = "share.make"
	EndShare     Action = "share.end"
	TidyShares   Action = "shares.tidy"

	// Somebody asks for a consultation.
	Enquire         Action = "enquiry.ask"
	ReadReply       Action = "enquiry.reply"
	AddToEnquiry    Action = "enquiry.add"
	WithdrawEnquiry Action = "enquiry.withdraw"
	ListCallers     Action = "callers.list"
	CountCallers    Action = "callers.count"
	ReadEnquiry     Action = "enquiry.read"
	DecideEnquiry   Action = "enquiry.decide"
	AcceptEnquiry   Action = "enquiry.accept"
	DropEnquiry     Action = "enquiry.drop"
	ForgetEnquiries Action = "enquiries.forget"

	// Calendars elsewhere.
	ReadFeeds   Action = "feed.read"
	KeepFeeds   Action = "feed.keep"
	FetchFeed   Action = "feed.fetch"
	KeepSources Action = "busy.keep"
	FetchBusy   Action = "busy.fetch"
	KeepBusy    Action = "busy.import"
	LetProgram  Action = "caldav.allow"
	EnterByDAV  Action = "caldav.enter"
	ReadByDAV   Action = "caldav.read"
	WriteByDAV  Action = "caldav.write"

	ReadTokens   Action = "token.read"
	MakeToken    Action = "token.make"
	EndToken     Action = "token.end"
	EnterByToken Action = "token.enter"

	// What is brought from another product.
	LookArrivals  Action = "arrival.look"
	BringClients  Action = "arrival.clients"
	BringSessions Action = "arrival.sessions"
	BringScores   Action = "arrival.scores"

	// Letters out.
	ReadLetter Action = "letter.read"
	SendLetter Action = "letter.send"
)

// A manner is how an action is done.
type manner struct {
	changes bool // it changes the record
	opens   bool // it may open what is sealed
	fresh   bool // it needs a sign-in of the last five minutes
	gives   bool // it may give and end grants
	drops   bool // it may delete the whole of an enquiry
}

var manners = map[Action]manner{
	FoundPractice:   {changes: true, gives: true},
	ReadPractice:    {opens: true},
	RevisePractice:  {changes: true, opens: true},
	ReadPublic:      {opens: true},
	ReadAuditOfAll:  {fresh: true},
	RunJob:          {changes: true, opens: true},
	WatchOperations: {},

	ReadInstruments: {opens: true},
	ReadDefinitions: {opens: true},
	KeepInstruments: {changes: true, opens: true},

	ReadMethods: {opens: true},
	KeepMethods: {changes: true, opens: true},

	ReadExercises:  {opens: true},
	WriteExercises: {opens: true},
	KeepExercises:  {changes: true, opens: true},

	ReadProfile:     {opens: true},
	ReviseProfile:   {changes: true, opens: true},
	PublishProfile:  {changes: true, opens: true},
	WithdrawProfile: {changes: true},
	ReadFirst:       {},
	OfferFirst:      {changes: true},

	ListStaff:      {opens: true},
	ListPeople:     {opens: true},
	ReadPerson:     {opens: true},
	RevisePerson:   {changes: true, opens: true},
	InviteStaff:    {changes: true, opens: true, fresh: true},
	InviteClient:   {changes: true, opens: true, gives: true},
	InviteAgain:    {changes: true, opens: true},
	ReadInvite:     {opens: true},
	AcceptInvite:   {changes: true, opens: true, gives: true},
	EndWork:        {changes: true, fresh: true, gives: true},
	BeginCare:      {changes: true, gives: true},
	AssignCare:     {changes: true, fresh: true, gives: true},
	EndCare:        {changes: true, gives: true},
	ReadCare:       {},
	TellCareTeam:   {changes: true},
	Supervise:      {changes: true, fresh: true, gives: true},
	ReadSupervisor: {},
	ShareRecord:    {changes: true, gives: true},
	BreakGlass:     {changes: true, opens: true, fresh: true, gives: true},
	ReadEmergency:  {opens: true},
	ReadGlasses:    {},
	EraseClient:    {changes: true, fresh: true, gives: true},
	EndAgain:       {changes: true, gives: true},
	ReadOpenings:   {},
	TakeOut:        {opens: true, fresh: true},
	ListClients:    {opens: true},
	ListSupervised: {},

	TrySignIn:        {changes: true, opens: true}, // a try is counted before the secret is looked at
	MakeSignIn:       {changes: true, opens: true},
	ReadAccount:      {opens: true},
	ReviseAccount:    {changes: true, opens: true},
	KeepSignIn:       {changes: true},
	EndSignIn:        {changes: true},
	RequestRecovery:  {changes: true},
	MailRecovery:     {changes: true, opens: true},
	RegainAccount:    {changes: true, opens: true},
	Reinstate:        {changes: true, opens: true},
	TidyAccounts:     {changes: true},
	ReviseCredential: {changes: true, opens: true, fresh: true},

	ReadMeasures: {opens: true},
	ReadCourse:   {opens: true},
	Decline:      {changes: true},
	ReadDue:      {opens: true},
	SeeAnswer:    {changes: true},
	Ask:          {changes: true, opens: true},
	GiveAnswer:   {changes: true, opens: true},
	KeepDraft:    {changes: true, opens: true},
	TalkAbout:    {changes: true, opens: true},
	ListMeasures: {opens: true},
	EnterAnswer:  {changes: true, opens: true},
	NoteEvent:    {changes: true, opens: true},
	TurnAside:    {changes: true, opens: true},
	TalkSignal:   {changes: true, opens: true},
	ReadTalks:    {opens: true},

	ReadGoals:   {opens: true},
	ReviseGoals: {changes: true, opens: true},
	SignGoal:    {changes: true, opens: true},
	RateGoal:    {changes: true, opens: true},

	ReadPlan:     {opens: true},
	RevisePlan:   {changes: true, opens: true},
	SignPlan:     {changes: true, opens: true},
	FollowDetour: {changes: true, opens: true},
	ReadReview:   {opens: true},
	SayReview:    {changes: true, opens: true},
	KeepReview:   {changes: true, opens: true},
	ReadBalance:  {opens: true},

	ReadPath: {opens: true},
	OwnWords: {opens: true},

	ReadReminders:   {opens: true},
	ReviseReminders: {changes: true, opens: true},
	StopReminders:   {changes: true},
	Remind:          {changes: true, opens: true},
	Push:            {changes: true, opens: true},
	PushKey:         {changes: true, opens: true},
	ReadDevices:     {opens: true},
	UseDevice:       {changes: true, opens: true, fresh: true},
	DropDevice:      {changes: true},
	ForgetDevice:    {changes: true, opens: true},
	AskOther:        {changes: true, opens: true},
	ReadForm:        {opens: true},
	AnswerForm:      {changes: true, opens: true},

	ReadAlliance:  {opens: true},
	AllianceLine:  {opens: true},
	CheckIn:       {changes: true, opens: true},
	SeeCheckIn:    {changes: true},
	TalkAlliance:  {changes: true},
	ListAlliances: {opens: true},
	ReadMarkers:   {opens: true},
	NoticeMarker:  {changes: true, opens: true},
	ReadWords:     {opens: true},
	ReviseWords:   {changes: true, opens: true},

	ReadLog:         {opens: true},
	KeepLog:         {changes: true, opens: true},
	ReadSharedLog:   {opens: true},
	GlanceLog:       {opens: true},
	TalkLog:         {changes: true, opens: true},
	ReadLogScales:   {opens: true},
	ReviseLogScales: {changes: true, opens: true},

	ReadIntake:   {opens: true},
	ReadHealth:   {opens: true},
	WriteIntake:  {changes: true, opens: true},
	ChooseIntake: {changes: true, opens: true},
	Summarise:    {changes: true, opens: true},
	InviteIntake: {changes: true, opens: true},
	SeeIntake:    {changes: true},
	ListIntakes:  {opens: true},
	ReadTerms:    {opens: true},
	ReviseTerms:  {changes: true, opens: true},
	SignTerms:    {changes: true, opens: true},

	ReadNotes: {opens: true},
	DraftNote: {changes: true, opens: true},
	SignNote:  {changes: true, opens: true},
	ShareNote: {changes: true, opens: true},

	ReadFlags: {opens: true},
	SeeFlag:   {changes: true},
	TellFlag:  {changes: true},
	CloseFlag: {changes: true, opens: true},
	ListFlags: {opens: true},

	ReadSafetyPlan:  {opens: true},
	WriteSafetyPlan: {changes: true, opens: true},
	AgreeSafetyPlan: {changes: true, opens: true},
	ReadNourish:     {opens: true},
	KeepNourish:     {changes: true, opens: true},
	ReadNourished:   {opens: true},

	ReadSessions: {opens: true},
	PlanSession:  {changes: true, opens: true},
	ListSessions: {opens: true},

	ReadHour:    {opens: true},
	GlanceHour:  {},
	WriteAgenda: {changes: true, opens: true},
	OpenAgenda:  {changes: true, opens: true},
	HoldHour:    {changes: true, opens: true},

	ReadAssignments: {opens: true},
	Suggest:         {changes: true, opens: true},
	ChooseExercise:  {changes: true, opens: true},
	LogExercise:     {changes: true, opens: true},
	AnswerLog:       {changes: true, opens: true},
	ListAssignments: {opens: true},

	ReadPolicy:   {opens: true},
	RevisePolicy: {changes: true, opens: true},
	ReadTimes:    {opens: true},
	BookTime:     {changes: true, opens: true},
	CancelTime:   {changes: true, opens: true},
	AwaitTime:    {changes: true, opens: true},
	ListWaiting:  {opens: true},
	OfferTime:    {changes: true}, // it reads days and times, and opens nothing
	KeepZone:     {changes: true, opens: true},

	ReadAvailability: {opens: true},
	SetAvailability:  {changes: true, opens: true},
	ReadHolidays:     {opens: true},
	SetHolidays:      {changes: true, opens: true},
	WatchCalendar:    {opens: true},
	ListSeries:       {},
	RollSeries:       {changes: true, opens: true},

	ReadBrief:    {opens: true},
	ListBriefs:   {opens: true},
	ListBalances: {opens: true},

	ReadReflections: {opens: true},
	Reflect:         {changes: true, opens: true},

	ReadEpisodes:  {opens: true},
	FinishEpisode: {changes: true, opens: true},
	ReadChoices:   {},
	Choose:        {changes: true},
	LearnFrom:     {opens: true},
	KeepLearned:   {changes: true, opens: true},
	ReadLearned:   {opens: true},
	CountEpisodes: {opens: true},
	KeepReport:    {changes: true, opens: true},
	ReadReport:    {opens: true},

	ReadVault:    {opens: true},
	MakeVault:    {changes: true, fresh: true, gives: true},
	ReviseVault:  {changes: true, opens: true, fresh: true},
	DiscardVault: {changes: true, fresh: true},
	ReadEntries:  {opens: true},
	LookEntries:  {},
	BeginEntries: {changes: true, gives: true},
	KeepEntry:    {changes: true, opens: true},
	DropEntry:    {changes: true},

	BeginJournal: {changes: true, gives: true},
	ReadMedia:    {opens: true},
	KeepMedia:    {changes: true, opens: true},
	DropMedia:    {changes: true},
	TidyMedia:    {changes: true},
	ReadShares:   {opens: true},
	OpenShare:    {opens: true},
	MakeShare:    {changes: true, opens: true},
	EndShare:     {changes: true},
	TidyShares:   {changes: true},

	Enquire:         {changes: true}, // and never reads what lies there
	ReadReply:       {opens: true},
	AddToEnquiry:    {changes: true},
	WithdrawEnquiry: {changes: true, drops: true},
	ListCallers:     {opens: true},
	CountCallers:    {},
	ReadEnquiry:     {opens: true},
	DecideEnquiry:   {changes: true, opens: true},
	AcceptEnquiry:   {changes: true, opens: true, gives: true, drops: true},
	DropEnquiry:     {changes: true, drops: true},
	ForgetEnquiries: {changes: true, drops: true},

	ReadFeeds:   {opens: true},
	KeepFeeds:   {changes: true, opens: true},
	FetchFeed:   {},
	KeepSources: {changes: true, opens: true},
	FetchBusy:   {opens: true},
	KeepBusy:    {changes: true, opens: true},
	LetProgram:  {changes: true, opens: true, fresh: true},
	EnterByDAV:  {changes: true},
	ReadByDAV:   {opens: true},
	WriteByDAV:  {changes: true, opens: true},

	LookArrivals:  {opens: true},
	BringClients:  {changes: true, gives: true},
	BringSessions: {changes: true},
	BringScores:   {changes: true},

	ReadTokens:   {opens: true},
	MakeToken:    {changes: true, fresh: true},
	EndToken:     {changes: true},
	EnterByToken: {changes: true},

	ReadLetter: {opens: true},
	SendLetter: {changes: true, opens: true},
}

// Actions returns every action, in order of name.
func Actions() []Action { return slices.Sorted(maps.Keys(manners)) }

// Changes says whether doing it changes the record.
func (a Action) Changes() bool { return manners[a].changes }
