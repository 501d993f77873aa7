package measure

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/waymark-care/waymark/internal/instrument"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/safety"
)

// MaxNote is how many characters a client's own words may have.
const MaxNote = 4000

// How an answer was given.
const (
	ModeSelf      = "self"      // by the client, on a screen
	ModePaper     = "paper"     // by the client, on paper, and entered by a clinician
	ModeInterview = "interview" // aloud, to a clinician who entered it
)

// An Answer is one filled-in questionnaire. Give needs the fields down to Note.
type Answer struct {
	ID         string // UUIDv7, made by the form
	AskID      string // "" if nobody asked
	Occasion   int64  // of the ask, as Due said it; without an ask Give sets it
	Instrument string
	Version    string
	Items      instrument.Answers
	Note       string // in the client's own words; may be empty
	Sent       string // the name under which a program sent it, which no other answer of the client has; may be empty

	Language string
	Mode     string // ModeSelf, ModePaper, ModeInterview or ModeElsewhere
	Source   string // what another product is called that kept it; "" unless ModeElsewhere
	GivenAt  time.Time
	Result   instrument.Result
	SeenAt   time.Time // when the client first looked at what it says; zero: not yet
	TalkedAt time.Time // when it was talked about; zero: not yet
	TalkedBy string    // person id of the clinician who said so

	EnteredBy string    // person id of the clinician who entered it; "" if the client gave it
	EnteredAt time.Time // and when; GivenAt is when it was answered
}

// A Draft is an unfinished answer: the client's alone.
type Draft struct {
	AskID      string
	Occasion   int64
	Instrument string
	Version    string
	Rev        int64 // counts the changes of the form, from 1; the higher one is kept
	Items      instrument.Answers
	Note       string

	KeptAt time.Time
}

// check scores a, or says what to correct. The note is made ready to be kept.
func (ms *Measures) check(ctx context.Context, tx *access.Tx, a Answer) (Answer, error) {
	for _, id := range []string{a.ID, cmp.Or(a.AskID, a.ID)} {
		if err := fault.FormID(id); err != nil {
			return a, err
		}
	}
	in, err := ms.checkItems(ctx, tx, a.Instrument, a.Version, a.Items)
	if err != nil {
		return a, err
	}
	if a.Note, err = fault.Text("note", a.Note, MaxNote); err != nil {
		return a, err
	}
	a.Language, a.Mode = in.Language, ModeSelf
	a.Result, err = instrument.Score(in, a.Items)
	return a, err
}

func (ms *Measures) checkItems(ctx context.Context, tx *access.Tx, id, version string, items instrument.Answers) (*instrument.Instrument, error) {
	in, ok, err := ms.door.shelf.Find(ctx, tx, id, version)
	if err != nil {
		return nil, err
	}
	if !ok || version == "" {
		return nil, fault.New(fault.Invalid, "version", "This questionnaire is not here any more. Please open the page again.")
	}
	return in, items.Check(in)
}

// Give keeps an answer of client's, who is the actor, with its score, and drops
// the draft. If a critical item was endorsed a flag is raised in the same
// transaction; the page that follows begins with whom to reach (Result.Endorsed).
//
// Sending the same twice is success and keeps one. If the occasion was answered
// before, on another device perhaps, what was given first stays: the answer is
// fault.Conflict together with the first answer, so that a page can say when that
// was and show both.
func (ms *Measures) Give(ctx context.Context, actor access.Actor, client access.Compartment, a Answer) (Answer, error) {
	tx, err := ms.door.Begin(ctx, actor, access.GiveAnswer, client)
	if err != nil {
		return Answer{}, err
	}
	defer tx.Rollback()

	tx.Names(a.ID)
	if a, err = ms.check(ctx, tx, a); err != nil {
		return Answer{}, err
	}
	if was, there, err := ms.twice(ctx, tx, a); err != nil || there {
		return was, err
	}
	if a.AskID != "" && !countable(a.Occasion) {
		return Answer{}, fault.Absent()
	}
	a.GivenAt = tx.Now
	k := ms.keyOf(tx, a)
	kept, err := ms.insertAnswer(ctx, tx, k, a)
	if err == nil && !kept {
		var was Answer
		was, kept, err = ms.again(ctx, tx, k, a)
		if !kept {
			return was, err
		}
	}
	if err != nil {
		return Answer{}, err
	}
	a.Occasion = k.nth
	if err := ms.keepSent(ctx, tx, a); err != nil {
		return Answer{}, err
	}
	if a.Result.Endorsed() {
		if _, err := safety.Raise(ctx, tx, flagOf(a)); err != nil {
			return Answer{}, err
		}
	}
	return a, tx.Commit()
}

// again finds out why a was not kept at first: it was there already, another one
// was, or it is the first that nobody asked for, which is now kept.
func (ms *Measures) again(ctx context.Context, tx *access.Tx, k key, a Answer) (was Answer, kept bool, err error) {
	was, there, err := ms.answerAt(ctx, tx, k)
	switch {
	case err != nil:
		return Answer{}, false, err
	case there && was.ID == a.ID && was.same(a):
		return was, false, nil // it came twice
	case there:
		return was, false, fault.New(fault.Conflict, "", "This was answered already, perhaps in another window or on another device. What was sent first is kept. What you chose here is still shown, so that nothing is lost.")
	case a.AskID != "":
		return Answer{}, false, fault.Absent()
	}
	if _, err := ms.answer(ctx, tx, a.ID); !fault.Is(err, fault.NotFound) {
		return Answer{}, false, cmp.Or(err, other())
	}
	if err := insertOwn(ctx, tx, k, a.Instrument); err != nil {
		return Answer{}, false, err
	}
	kept, err = ms.insertAnswer(ctx, tx, k, a)
	if err == nil && !kept {
		err = errors.New("an answer that nobody asked for was not kept")
	}
	return Answer{}, kept, err
}

// other says that the id of a form came back with another form.
func other() error {
	return fault.New(fault.Conflict, "", "This form was used for other answers already. Please open the page again.")
}

func (a Answer) same(b Answer) bool {
	return a.Instrument == b.Instrument && a.Version == b.Version && a.Note == b.Note && a.Items.Same(b.Items)
}

func flagOf(a Answer) safety.Flag {
	f := safety.Flag{AnswerID: a.ID, Instrument: a.Instrument, Version: a.Version}
	for _, c := range a.Result.Critical {
		if c.State == instrument.Endorsed {
			f.Items = append(f.Items, safety.Endorsed{Item: c.Item, Answer: *c.Answer})
		}
	}
	return f
}

// KeepDraft keeps an unfinished answer in place of the one before it; actor is
// the client. If a draft with a higher Rev is kept already, or another one with
// the same, from another device perhaps, that one stays: the answer is
// fault.Conflict together with it, so that the page can offer both. After an
// answer was given it is fault.Conflict with an empty draft. Only what was asked
// for has drafts.
func (ms *Measures) KeepDraft(ctx context.Context, actor access.Actor, client access.Compartment, d Draft) (Draft, error) {
	tx, err := ms.door.Begin(ctx, actor, access.KeepDraft, client)
	if err != nil {
		return Draft{}, err
	}
	defer tx.Rollback()

	tx.Names(d.AskID)
	if err := fault.FormID(d.AskID); err != nil {
		return Draft{}, err
	}
	if d.Rev < 1 {
		return Draft{}, fault.New(fault.Invalid, "rev", "This form is not whole. Please open the page again.")
	}
	if _, err := ms.checkItems(ctx, tx, d.Instrument, d.Version, d.Items); err != nil {
		return Draft{}, err
	}
	if d.Note, err = fault.Text("note", d.Note, MaxNote); err != nil {
		return Draft{}, err
	}
	if !countable(d.Occasion) {
		return Draft{}, fault.Absent()
	}
	d.KeptAt = tx.Now
	kept, err := ms.insertDraft(ctx, tx, d)
	if err != nil {
		return Draft{}, err
	}
	if kept {
		return d, tx.Commit()
	}
	was, state, err := ms.draft(ctx, tx, d.AskID, d.Occasion)
	switch {
	case err != nil:
		return Draft{}, err
	case state == stateGiven:
		return Draft{}, fault.New(fault.Conflict, "", "This was answered already. Your answers are kept.")
	case state != stateDraft:
		return Draft{}, fault.Absent()
	case was.Rev == d.Rev && was.Note == d.Note && was.Items.Same(d.Items):
		return was, nil // it came twice
	}
	return was, fault.New(fault.Conflict, "", "You went on with this in another window or on another device. Both are kept here for you to look at.")
}

// Draft returns the unfinished answer to an occasion, if there is one; actor is
// the client, and nobody else reads it.
func (ms *Measures) Draft(ctx context.Context, actor access.Actor, client access.Compartment, askID string, occasion int64) (d Draft, ok bool, err error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadDue, client)
	if err != nil {
		return Draft{}, false, err
	}
	defer tx.Rollback()

	tx.Names(askID)
	d, state, err := ms.draft(ctx, tx, askID, occasion)
	return d, state == stateDraft, err
}

// One returns the answer of client's with the given id: for those who treat the
// client, and for the client.
func (ms *Measures) One(ctx context.Context, actor access.Actor, client access.Compartment, id string) (Answer, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Answer{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	return ms.answer(ctx, tx, id)
}

// Compared returns the answer of client's with the given id, and the total of the
// one before it to the same questionnaire, if there is one, as meaning.ForClient
// wants it: for those who treat the client, and for the client. However much
// somebody has answered, it reads a few rows.
func (ms *Measures) Compared(ctx context.Context, actor access.Actor, client access.Compartment, id string) (a Answer, earlier []float64, err error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return Answer{}, nil, err
	}
	defer tx.Rollback()

	tx.Names(id)
	a, last, ok, err := ms.compared(ctx, tx, id)
	if err != nil || !ok {
		return a, nil, err
	}
	return a, []float64{*last.Result.Total}, nil
}

// Newest returns up to n answers of client's, newest first: for those who treat
// the client, and for the client.
func (ms *Measures) Newest(ctx context.Context, actor access.Actor, client access.Compartment, n int) ([]Answer, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := ms.newest(ctx, tx, n)
	if err == nil && len(all) > 0 {
		tx.Names(all[len(all)-1].ID + " to " + all[0].ID)
	}
	return all, err
}

// Seen notes that the client, who is the actor, has looked at what the answer
// says; the page that shows it calls this. If the answer raised a flag, that page
// began with whom to reach, and the flag notes that it did. The first time counts.
func (ms *Measures) Seen(ctx context.Context, actor access.Actor, client access.Compartment, answerID string) error {
	tx, err := ms.door.Begin(ctx, actor, access.SeeAnswer, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(answerID)
	if err := markSeen(ctx, tx, answerID); err != nil {
		return err
	}
	if err := safety.Shown(ctx, tx, answerID); err != nil {
		return err
	}
	return tx.Commit()
}

// Talked notes that the answer was talked about, and with it a signal that is open
// on its score; actor treats the client. The first time counts.
func (ms *Measures) Talked(ctx context.Context, actor access.Actor, client access.Compartment, answerID string) error {
	tx, err := ms.door.Begin(ctx, actor, access.TalkAbout, client)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tx.Names(answerID)
	if err := ms.settle(ctx, tx, answerID); err != nil {
		return err
	}
	if err := markTalked(ctx, tx, answerID); err != nil {
		return err
	}
	return tx.Commit()
}

// countable says whether an ask could have such an occasion: weeks beyond would
// not fit into a number of microseconds.
func countable(occasion int64) bool { return occasion >= 0 && occasion < 1<<20 }

// A Window is which answers are looked for: those given from From on and before
// Before (zero: no end there), to one questionnaire if Instrument names it, that come
// after the one that After is of; at most Most.
type Window struct {
	From, Before time.Time
	Instrument   string
	After        Mark
	Most         int
}

// Holds says whether an answer lies within the times of w and is to what it names.
func (w Window) Holds(a Answer) bool {
	return !a.GivenAt.Before(w.From) && (w.Before.IsZero() || a.GivenAt.Before(w.Before)) && (w.Instrument == "" || w.Instrument == a.Instrument)
}

// A Mark is the place of an answer among those of a client, newest first. The zero
// Mark is before all of them.
type Mark struct {
	At time.Time
	ID string
}

// Within are answers of client's, newest first: for those who treat the client, and
// for the client.
func (ms *Measures) Within(ctx context.Context, actor access.Actor, client access.Compartment, w Window) ([]Answer, error) {
	tx, err := ms.door.Begin(ctx, actor, access.ReadMeasures, client)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	all, err := ms.within(ctx, tx, w)
	if err == nil && len(all) > 0 {
		tx.Names(all[len(all)-1].ID + " to " + all[0].ID)
	}
	return all, err
}

// A Scored is one total and when it was given, without the answers behind it.
type Scored struct {
	Instrument string
	At         time.Time
	Total      float64 // unrounded
}

// ScoredIn returns every total of the record of tx, oldest first, for a domain
// that puts finished work together (outcome). What has no score is not in it.
func (ms *Measures) ScoredIn(ctx context.Context, tx *access.Tx) ([]Scored, error) {
	answers, err := ms.allAnswers(ctx, tx)
	if err != nil {
		return nil, err
	}
	all := make([]Scored, 0, len(answers))
	for _, a := range answers {
		if a.Result.Total != nil {
			all = append(all, Scored{Instrument: a.Instrument, At: a.GivenAt, Total: *a.Result.Total})
		}
	}
	return all, nil
}

// AnswersIn are, in tx, all answers of the record, oldest first, for the client's own
// archive. The action of tx must open, and be one that nobody but the client may do.
func (ms *Measures) AnswersIn(ctx context.Context, tx *access.Tx) ([]Answer, error) {
	if err := ms.door.shelf.Ready(ctx, tx); err != nil {
		return nil, err
	}
	return ms.allAnswers(ctx, tx)
}
