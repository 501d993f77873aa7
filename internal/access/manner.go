package access

import (
	"maps"
	"slices"
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
	Refuse:       {changes: true},
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

	MakeRelease:   {changes: true, opens: true},
	EndRelease:    {changes: true},
	TidyReleases:  {changes: true},
	ArchiveClient: {opens: true, fresh: true},

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

	ReadApps:     {opens: true},
	KeepApps:     {changes: true, opens: true, fresh: true},
	LetLaunch:    {changes: true, fresh: true},
	RedeemLaunch: {changes: true, opens: true},

	ReadRetention:  {},
	SetRetention:   {changes: true, fresh: true},
	ListEndings:    {opens: true},
	ReadEnding:     {opens: true},
	CloseRecord:    {changes: true},
	HoldRecord:     {changes: true},
	WishErasure:    {changes: true},
	AnswerWish:     {changes: true, opens: true},
	LookErasure:    {fresh: true}, // it counts rows and opens nothing
	CertifyErasure: {changes: true},
	ReadErasures:   {opens: true},

	ReadLetter: {opens: true},
	SendLetter: {changes: true, opens: true},
}

// Actions returns every action, in order of name.
func Actions() []Action { return slices.Sorted(maps.Keys(manners)) }

// Changes says whether doing it changes the record.
func (a Action) Changes() bool { return manners[a].changes }
