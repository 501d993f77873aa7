package access

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
	CorrectInvite  Action = "invite.correct"
	WithdrawInvite Action = "invite.withdraw"
	ReadInvite     Action = "invite.read"
	AcceptInvite   Action = "invite.accept"
	EndWork        Action = "person.leave"
	BeginCare      Action = "care.begin"
	AssignCare     Action = "care.assign"
	EndCare        Action = "care.end"
	ReadTeam       Action = "care.team" // by whoever manages the practice
	RelieveCare    Action = "care.relieve"
	ReadCare       Action = "care.read"
	TellCareTeam   Action = "care.tell"
	Supervise      Action = "supervision.set"
	ReadSupervisor Action = "supervision.read"
	ShareRecord    Action = "record.share"
	BreakGlass     Action = "record.emergency"
	ReadEmergency  Action = "emergency.read"
	ReadGlasses    Action = "emergencies.read"
	MarkClient     Action = "person.mark"
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
	LetIn            Action = "account.letin" // by whoever treats them, or manages the practice
	NotMe            Action = "account.notme" // it was not they who asked to be let in
	TidyAccounts     Action = "account.tidy"
	ReviseCredential Action = "credential.revise"
	AskAddress       Action = "address.ask" // to sign in with another one
	ConfirmAddress   Action = "address.confirm"
	UndoAddress      Action = "address.undo"

	// Measuring.
	ReadMeasures Action = "measure.read"
	ReadCourse   Action = "measure.course"
	Ask          Action = "measure.ask"
	Decline      Action = "measure.decline"
	Refuse       Action = "measure.refuse"
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
	ReadLeft  Action = "note.left" // a draft of somebody who left the practice
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

	// What a clinician lets out of their vault, and archives of a client's record.
	MakeRelease   Action = "release.make"
	EndRelease    Action = "release.end"
	TidyReleases  Action = "releases.tidy"
	ArchiveClient Action = "record.archive"

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
	MakeFeed    Action = "feed.make"
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

	// Apps that people may let in, and those that they did.
	ReadApps     Action = "apps.read"
	KeepApps     Action = "apps.keep"
	LetLaunch    Action = "launch.let"
	RedeemLaunch Action = "launch.redeem"

	// What is brought from another product.
	LookArrivals  Action = "arrival.look"
	BringClients  Action = "arrival.clients"
	BringSessions Action = "arrival.sessions"
	BringScores   Action = "arrival.scores"

	// For how long records are kept, and how they end.
	ReadRetention  Action = "retention.read"
	SetRetention   Action = "retention.set"
	ListEndings    Action = "endings.list"
	ReadEnding     Action = "ending.read"
	CloseRecord    Action = "record.close"
	HoldRecord     Action = "record.hold"
	WishErasure    Action = "erasure.wish"
	AnswerWish     Action = "erasure.answer"
	LookErasure    Action = "erasure.look"
	CertifyErasure Action = "erasure.certify"
	ReadErasures   Action = "erasures.read"

	// Letters out.
	ReadLetter Action = "letter.read"
	SendLetter Action = "letter.send"
)
