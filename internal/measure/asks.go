package measure

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/course"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/reminder"
	"github.com/waymark-care/waymark/internal/session"
)

// MaxReason is how many bytes the reason for asking may have.
const MaxReason = 500

// askAhead is how far ahead the first day of an ask may lie.
const askAhead = 366 // days

// Measures keeps what clients are asked, what they answered, and how it goes.
type Measures struct {
	door door

	learned func(practice, instrument string) (course.Prior, bool)
}

// LearnedFrom has courses compared with what a practice learned of its own
// finished work, as far as learned knows something of it (outcome). It is called
// before anything is asked.
func (ms *Measures) LearnedFrom(learned func(practice, instrument string) (course.Prior, bool)) {
	ms.learned = learned
}

// New returns the measures behind door, with the questionnaires of shelf.
func New(behind *access.Door, shelf *instrument.Shelf) *Measures {
	return &Measures{door: newDoor(behind, shelf)}
}

// AskState says whether something is still asked.
type AskState string

const (
	AskOpen    AskState = "open"
	AskEnded   AskState = "ended"
	AskRefused AskState = "refused" // the client asked not to be asked this any more
)

// An Ask is a questionnaire that a client is asked to answer.
type Ask struct {
	ID         string // UUIDv7, made by the form
	Instrument string // "phq-9"
	Rhythm     Rhythm
	From       Day
	Sooner     bool   // also within the days that an answer speaks of already
	Reason     string // in the clinician's words, shown to the client; may be empty
	By         string // person id of the clinician
	State      AskState
	MadeAt     time.Time
	EndedAt    time.Time // zero while it is open
}

// An AskForm is what a clinician fills in to ask for a questionnaire.
type AskForm struct {
	ID         string // UUIDv7 of the ask to be made
	Instrument string
	Rhythm     Rhythm
	From       Day // "" is today
	// Sooner is that whoever asks decided to ask also within the days that an
	// answer speaks of already (RecallDays). Otherwise it waits until they are over.
	Sooner bool
	Reason string
}

// check returns the ask that f makes, and when its first occasion opens.
func (f AskForm) check(now time.Time, loc *time.Location) (Ask, time.Time, error) {
	a := Ask{ID: f.ID, Instrument: f.Instrument, Rhythm: f.Rhythm, From: f.From, Sooner: f.Sooner, State: AskOpen, MadeAt: now}
	if err := fault.FormID(f.ID); err != nil {
		return a, now, err
	}
	if !slices.Contains(Rhythms(), f.Rhythm) {
		return a, now, fault.New(fault.Invalid, "rhythm", "Please choose how often.")
	}
	today := DayOf(now, loc)
	if a.From == "" {
		a.From = today
	}
	from, err := a.From.Begins(loc)
	if err != nil {
		return a, now, err
	}
	if a.From.number() < today.number() || a.From.number() > today.number()+askAhead {
		return a, now, fault.New(fault.Invalid, "from", "Please choose today or a day within the next year.")
	}
	a.Reason, err = fault.Text("reason", f.Reason, MaxReason)
	return a, from, err
}

// offers refuses what may not be asked for: what is not there, retired, or comes
// with terms that nobody agreed to.
func (ms *Measures) offers(ctx context.Context, tx *access.Tx, id string) error {
	if _, _, err := ms.door.shelf.Find(ctx, tx, id, ""); err != nil {
		return err
	}
	if !slices.ContainsFunc(ms.door.shelf.Offered(tx.Practice), func(in *instrument.Instrument) bool { return in.ID == id }) {
		return fault.New(fault.Invalid, "instrument", "Please choose one of the questionnaires.")
	}
	return nil
}

// Ask asks client for a questionnaire; actor treats the client. Days are those of
// loc, the practice's time zone. Sending the same form twice is success; the same
// id with other content is fault.Conflict.
func (ms *Measures) Ask(ctx context.Context, actor access.Actor, client access.Compartment, f AskForm, loc *time.Location) (Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.Ask, client)
	if err != nil {
		return Ask{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	if err := ms.offers(ctx, tx, f.Instrument); err != nil {
		return Ask{}, err
	}
	a, from, err := f.check(tx.Now, loc)
	if err != nil {
		return Ask{}, err
	}
	a.By = actor.ID
	made, err := ms.insertAsk(ctx, tx, a, from)
	if err != nil {
		return Ask{}, err
	}
	if made {
		if err := reminder.LookAt(ctx, tx, ms.door.door, later(from, tx.Now).Add(patienceSession)); err != nil {
			return Ask{}, err
		}
	}
	if !made {
		was, err := ask(ctx, tx, a.ID)
		if err != nil {
			return Ask{}, err
		}
		same := was.Instrument == a.Instrument && was.Rhythm == a.Rhythm && was.Sooner == a.Sooner && was.Reason == a.Reason && was.By == a.By &&
			(f.From == "" || was.From == a.From)
		if !same {
			return was, fault.New(fault.Conflict, "", "This was asked already, in another way. Please open the page again.")
		}
		return was, nil
	}
	return a, tx.Commit()
}

// EndAsk ends asking; actor treats the client. What was answered stays, and a
// questionnaire that is open on the client's screen can still be sent. Ending
// twice is success.
func (ms *Measures) EndAsk(ctx context.Context, actor access.Actor, client access.Compartment, askID string) (Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.Ask, client)
	if err != nil {
		return Ask{}, err
	}
	defer tx.Rollback()

	tx.Names(askID)
	a, err := ask(ctx, tx, askID)
	if err != nil {
		return Ask{}, err
	}
	if a.State != AskOpen {
		return a, nil
	}
	if err := endAsk(ctx, tx, askID); err != nil {
		return Ask{}, err
	}
	a.State, a.EndedAt = AskEnded, tx.Now
	return a, tx.Commit()
}

// Asks returns everything that was ever asked of client, newest first: for those
// who treat the client, and for the client.
func (ms *Measures) Asks(ctx context.Context, actor access.Actor, client access.Compartment) ([]Ask, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := asks(ctx, tx)
	if err != nil {
		return nil, err
	}
	tx.Names(idsOf(all))
	return all, nil
}

// An Asking is everything that somebody needs to know who is about to ask.
type Asking struct {
	Asks     []Ask                // everything that was ever asked, newest first
	Answered map[string]time.Time // by questionnaire, the last answer, in whatever way
	Load     Load
	Offers   []*instrument.Instrument // what may be asked for, in order of name
}

// Asking returns what is asked of client, what was answered last, and how much
// that is in a week: for those who treat the client, and for the client.
func (ms *Measures) Asking(ctx context.Context, actor access.Actor, client access.Compartment) (Asking, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Asking{}, err
	}
	defer tx.Rollback()

	all, err := pasts(ctx, tx)
	if err != nil {
		return Asking{}, err
	}
	spans, err := session.PlannedIn(ctx, tx, client, tx.Now, tx.Now.Add(loadAhead))
	if err != nil {
		return Asking{}, err
	}
	a := Asking{Offers: ms.door.shelf.Offered(tx.Practice)}
	a.Answered, _ = ends(all)
	for _, p := range all {
		if !p.own {
			a.Asks = append(a.Asks, p.ask)
		}
	}
	slices.SortFunc(a.Asks, func(a, b Ask) int {
		return cmp.Or(b.MadeAt.Compare(a.MadeAt), strings.Compare(b.ID, a.ID))
	})
	a.Load = loadOf(a.Asks, ms.Library(tx.Practice).Lookup, sessionsPerWeek(len(spans), loadAhead))
	tx.Names(idsOf(a.Asks))
	return a, nil
}

// loadAhead is how far ahead appointments are counted to know how many there are.
const loadAhead = 4 * week * 24 * time.Hour

func idsOf(asks []Ask) string {
	ids := make([]string, len(asks))
	for i, a := range asks {
		ids[i] = a.ID
	}
	return strings.Join(ids, " ")
}

// Due returns what is asked of client now, the oldest first; actor is the client.
// Days are those of loc, the practice's time zone.
func (ms *Measures) Due(ctx context.Context, actor access.Actor, client access.Compartment, loc *time.Location) ([]Due, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadDue, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := pasts(ctx, tx)
	if err != nil {
		return nil, err
	}
	t, err := ms.times(ctx, tx, client, all, loc)
	if err != nil {
		return nil, err
	}
	return dueNow(all, t), nil
}

// times are those on which it depends what of all is due now.
func (ms *Measures) times(ctx context.Context, tx *access.Tx, client access.Compartment, all []past, loc *time.Location) (t times, err error) {
	t = times{now: tx.Now, loc: loc, recall: ms.recall(tx.Practice)}
	if slices.ContainsFunc(all, func(p past) bool { return p.ask.State == AskOpen && p.ask.Rhythm == EachSession }) {
		t.spans, err = session.PlannedIn(ctx, tx, client, tx.Now, tx.Now.Add(beforeSession))
	}
	return t, err
}

// Running returns an ask of client's, who is the actor, and whether the occasion
// runs now, so that it may be answered after all, also where it was declined.
func (ms *Measures) Running(ctx context.Context, actor access.Actor, client access.Compartment, askID string, occasion int64, loc *time.Location) (a Ask, runs bool, err error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadDue, client)
	if err != nil {
		return Ask{}, false, err
	}
	defer tx.Rollback()

	tx.Names(askID)
	if a, err = ask(ctx, tx, askID); err != nil || a.State != AskOpen {
		return a, false, err
	}
	t, err := ms.times(ctx, tx, client, []past{{ask: a}}, loc)
	if err != nil {
		return a, false, err
	}
	o, ok := a.running(t.now, t.spans, loc)
	return a, ok && o.nth == occasion, nil
}

// Decline says "not this time" to one occasion of an ask, and to what is due with
// it; actor is the client. A draft of it is dropped. Saying so twice is success;
// after an answer it is fault.Conflict.
func (ms *Measures) Decline(ctx context.Context, actor access.Actor, client access.Compartment, askID string, occasion int64) error {
	tx, err := ms.door.Begin(ctx, actor, access.Decline, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(askID)
	if !countable(occasion) {
		return fault.Absent()
	}
	came, err := skip(ctx, tx, askID, occasion)
	if err != nil {
		return err
	}
	switch came {
	case stateGiven:
		return fault.New(fault.Conflict, "", "This was answered already. Your answers are kept.")
	case stateSkipped:
		return nil // it came twice
	}
	return tx.Commit()
}

// Refuse says "please do not ask me this again" of the questionnaire of an ask;
// actor is the client. Everything that asks for it ends; what was answered stays,
// and whoever treats the client learns that they said so. Saying so twice is success.
func (ms *Measures) Refuse(ctx context.Context, actor access.Actor, client access.Compartment, askID string) error {
	tx, err := ms.door.Begin(ctx, actor, access.Refuse, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(askID)
	if err := refuse(ctx, tx, askID); err != nil {
		return err
	}
	return tx.Commit()
}

// regret is for how long a refusal can be taken back. After it those who treat the
// client may rely on what they read, and the two talk about it.
const regret = 24 * time.Hour

// AskAgain takes back what the client, who is the actor, refused within the last day:
// everything that ended with it is asked as before. Nothing stays of it but what stands
// in the log. Saying so twice is success. Once the same was asked for anew, or a day has
// gone by, there is nothing to take back: fault.NotFound.
func (ms *Measures) AskAgain(ctx context.Context, actor access.Actor, client access.Compartment, askID string) error {
	tx, err := ms.door.Begin(ctx, actor, access.Refuse, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(askID)
	if err := askAgain(ctx, tx, askID, tx.Now.Add(-regret)); err != nil {
		return err
	}
	if err := reminder.LookAt(ctx, tx, ms.door.door, tx.Now.Add(patienceSession)); err != nil {
		return err
	}
	return tx.Commit()
}

// series is how the database knows the questionnaire of an ask: it tells neither
// which one it is, nor whether two clients are asked the same.
func (ms *Measures) series(tx *access.Tx, instrument string) []byte {
	return ms.door.door.Lookup(tx.Practice, fmt.Sprintf("series %s %s", tx.Compartment, instrument))
}
