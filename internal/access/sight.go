package access

// A Sight is how much of an act whoever manages the practice sees in the list of who did
// what. They see nothing clinical: neither what is done in a client's record, nor what the
// program does because of something that was said there, nor at which minute somebody was
// in it, since that would tell that something had to be looked at now.
type Sight int

const (
	Unseen Sight = iota // not in the list
	Day                 // that somebody read or worked in whose record, on which day
	Staffs              // by name with its minute; as Day if a client did it, or it is in a client's record
	Named               // by name with its minute, wherever it is
)

// sights has every action: a new one has to be decided about.
var sights = decided(map[Sight][]Action{
	// What a person decides about the practice, about who belongs to it and who works with
	// whom.
	Named: {
		FoundPractice, RevisePractice, KeepInstruments, RevisePerson, InviteStaff, InviteClient, InviteAgain, CorrectInvite, WithdrawInvite, AcceptInvite, EndWork,
		BeginCare, AssignCare, EndCare, RelieveCare, Supervise, BreakGlass, EraseClient, EndAgain,
		BringClients, BringSessions, BringScores, ArchiveClient,
		SetRetention, CloseRecord, HoldRecord, WishErasure, AnswerWish, LookErasure, CertifyErasure,
		RequestRecovery, Reinstate, LetIn, KeepApps,
	},
	// What those who work here do outside of records, how they came in or did not, and
	// strangers at the door. At which minute a client signs in, or from where else they have
	// something come in, nobody manages: the day is enough to find what somebody asks about.
	Staffs: {
		TrySignIn, MakeSignIn, EndSignIn, ReviseAccount, RegainAccount, ReviseCredential, MakeToken, EndToken, LetLaunch,
		ReadPractice, ReadPublic, ReadAuditOfAll, WatchOperations, ReadInstruments, ListStaff, ListPeople, ReadPerson, ReadInvite,
		ReadSupervisor, ReadGlasses, ListClients, ListSupervised, ReadAccount, KeepSignIn, LookArrivals,
		ReadRetention, ListEndings, ReadEnding, ReadErasures, ReadTokens, EnterByToken, ReadApps, RedeemLaunch,
		ReadProfile, ReviseProfile, PublishProfile, WithdrawProfile, ReadFirst, OfferFirst, ReadMethods, KeepMethods,
		Enquire, ReadReply, AddToEnquiry, WithdrawEnquiry, ListCallers, CountCallers, ReadEnquiry, DecideEnquiry, AcceptEnquiry, DropEnquiry,
		ReadLearned, ReadReport, ReadReflections, Reflect,
		AskAddress, ConfirmAddress, UndoAddress, NotMe,
		ReadVault, MakeVault, ReviseVault, DiscardVault, ReadEntries, KeepEntry,
	},
	// What is done in the records of clients and with what the work needs: all alike.
	Day: {
		ReadDefinitions, ReadExercises, WriteExercises, KeepExercises, ReadCare, ReadTeam, ShareRecord, ReadEmergency, ReadOpenings, TakeOut,
		ReadMeasures, ReadCourse, Ask, Decline, Refuse, ReadDue, SeeAnswer, GiveAnswer, KeepDraft, TalkAbout, ListMeasures, EnterAnswer,
		NoteEvent, TurnAside, TalkSignal, ReadTalks, ReadGoals, ReviseGoals, SignGoal, RateGoal,
		ReadPlan, RevisePlan, SignPlan, FollowDetour, ReadReview, SayReview, KeepReview, ReadBalance, ReadPath, OwnWords,
		ReadReminders, ReviseReminders, ReadDevices, UseDevice, DropDevice, AskOther,
		ReadAlliance, AllianceLine, CheckIn, SeeCheckIn, TalkAlliance, ListAlliances, ReadMarkers, NoticeMarker, ReadWords, ReviseWords,
		ReadLog, KeepLog, ReadSharedLog, GlanceLog, TalkLog, ReadLogScales, ReviseLogScales,
		ReadIntake, ReadHealth, WriteIntake, ChooseIntake, Summarise, InviteIntake, SeeIntake, ListIntakes, ReadTerms, ReviseTerms, SignTerms,
		ReadNotes, ReadLeft, DraftNote, SignNote, ShareNote, ReadFlags, SeeFlag, CloseFlag, ListFlags,
		ReadSafetyPlan, WriteSafetyPlan, AgreeSafetyPlan, ReadNourish, KeepNourish, ReadNourished,
		ReadSessions, PlanSession, ListSessions, ReadHour, GlanceHour, WriteAgenda, OpenAgenda, HoldHour,
		ReadAssignments, Suggest, ChooseExercise, LogExercise, AnswerLog, ListAssignments,
		ReadPolicy, RevisePolicy, ReadTimes, BookTime, CancelTime, AwaitTime, ListWaiting, KeepZone,
		ReadAvailability, SetAvailability, ReadHolidays, SetHolidays, WatchCalendar, ListSeries,
		ReadBrief, ListBriefs, ListBalances, ReadEpisodes, FinishEpisode, ReadChoices, Choose,
		LookEntries, BeginEntries, DropEntry, BeginJournal, ReadMedia, KeepMedia, DropMedia, ReadShares, OpenShare, MakeShare, EndShare,
		MakeRelease, EndRelease, ReadFeeds, KeepFeeds, MakeFeed, KeepSources, LetProgram, EnterByDAV, ReadByDAV, WriteByDAV,
	},
	// What the program does by itself, much of it because of what was said in a record, and
	// what comes to a client from outside.
	Unseen: {
		RunJob, TellCareTeam, TellFlag, ReadLetter, SendLetter, MailRecovery, Remind, Push, PushKey, StopReminders, ForgetDevice,
		ReadForm, AnswerForm, MarkClient, TidyAccounts, TidyMedia, TidyShares, TidyReleases, ForgetEnquiries, FetchFeed, FetchBusy, KeepBusy,
		RollSeries, OfferTime, LearnFrom, KeepLearned, CountEpisodes, KeepReport,
	},
})

func decided(by map[Sight][]Action) map[Action]Sight {
	all := make(map[Action]Sight)
	for s, actions := range by {
		for _, a := range actions {
			all[a] = s
		}
	}
	return all
}

// Seen is how much of it whoever manages the practice sees, where works says who works in
// the practice, or did. What the program did by itself is never seen, whatever it was.
func (o Opening) Seen(works func(id string) bool) Sight {
	if a := (Actor{ID: o.ActorID}); !a.IsPerson() && o.ActorID != operator && o.ActorID != Anyone("").ID {
		return Unseen
	}
	if o.Action == TrySignIn && o.Allowed {
		return Unseen // what came of it is the next entry
	}
	s := sights[o.Action]
	subject := o.Whose()
	if s == Staffs && (Actor{ID: o.ActorID}.IsPerson() && !works(o.ActorID) || subject != "" && !works(subject)) {
		return Day
	}
	return s
}

// operator is who sits at the machine.
var operator = System("", "operator").ID

// Whose is the person whose record it is in, or empty: nobody's, or several people's.
func (o Opening) Whose() string {
	if o.Compartment == AccountRecord(Nobody) {
		return ""
	}
	switch o.Compartment.Kind() {
	case KindClient, KindPerson, KindAccount, KindVault, KindReflection:
		return o.Compartment.Of()
	case KindEntries:
		owner, _ := o.Compartment.Pair()
		return owner
	}
	return ""
}
