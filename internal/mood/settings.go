package mood

import (
	"context"
	"slices"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

func changed() error {
	return fault.New(fault.Conflict, "", "This was changed in another window or on another device meanwhile. Please look again, and decide then.")
}

// Share says who reads the log besides the client, from now on, at once. To show
// more than before needs the revision of the settings that the client saw; to
// show less is never refused. Onward shows what is noted from today on.
func (ls *Logs) Share(ctx context.Context, actor access.Actor, client access.Compartment, how Sharing, revision int64, zone *time.Location) (Settings, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return Settings{}, err
	}
	defer tx.Rollback()

	if !slices.Contains([]Sharing{Mine, Whole, Onward}, how) {
		return Settings{}, incomplete()
	}
	set, err := settingsOf(ctx, tx)
	if err != nil {
		return Settings{}, err
	}
	switch {
	case set.Sharing == how:
		return set, nil
	case how != Mine && set.Revision != revision:
		return set, changed()
	}
	set.Revision, set.Sharing, set.From = set.Revision+1, how, 0
	if how == Onward {
		set.From = DayOf(tx.Now.In(zone))
	}
	if err := set.note(ctx, tx); err != nil {
		return Settings{}, err
	}
	if err := insertSettings(ctx, tx, client, set); err != nil {
		return Settings{}, err
	}
	return set, tx.Commit()
}

// recent is how far back days may lie of which a usual is made.
const recent = 2 * FullBaseline

// Watch switches the early warning on for one scale, or off where scale is empty.
// The usual begins with days that are noted already: the newest 28 with a value,
// none of them older than eight weeks. Switching on needs the revision of the
// settings that the client saw; switching off is never refused.
func (ls *Logs) Watch(ctx context.Context, actor access.Actor, client access.Compartment, scale string, revision int64, zone *time.Location) (Settings, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return Settings{}, err
	}
	defer tx.Rollback()

	set, err := settingsOf(ctx, tx)
	if err != nil {
		return Settings{}, err
	}
	switch {
	case set.Watch == scale:
		return set, nil
	case scale != "" && set.Revision != revision:
		return set, changed()
	}
	set.Revision, set.Watch, set.Since = set.Revision+1, scale, 0
	if scale != "" {
		items, err := itemsOf(ctx, tx)
		if err != nil {
			return Settings{}, err
		}
		item, _ := find(items, scale)
		if _, ok := item.Watchable(); !ok {
			return Settings{}, fault.New(fault.Invalid, "scale", "Please choose one of your scales that has an end which is easier to live with.")
		}
		today := DayOf(tx.Now.In(zone))
		noted, err := entriesFrom(ctx, tx, today-recent)
		if err != nil {
			return Settings{}, err
		}
		values := valuesOf(noted, scale, today-recent)
		values = values[max(0, len(values)-FullBaseline):]
		set.Since = today
		if len(values) > 0 {
			set.Since = values[0].Day
		}
	}
	if err := insertSettings(ctx, tx, client, set); err != nil {
		return Settings{}, err
	}
	return set, tx.Commit()
}

// Add adds a scale, an activity or a trigger to the client's own log. The same
// form twice is success.
func (ls *Logs) Add(ctx context.Context, actor access.Actor, client access.Compartment, f ItemForm) (Item, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(f.ID)
	i, added, err := add(ctx, tx, ofClient, f)
	if err != nil || !added {
		return i, err
	}
	return i, tx.Commit()
}

func add(ctx context.Context, tx *access.Tx, table itemTable, f ItemForm) (Item, bool, error) {
	i, err := f.item()
	if err != nil {
		return i, false, err
	}
	all, err := table.rows(ctx, tx)
	if err != nil {
		return i, false, err
	}
	if was, there := find(all, i.ID); there {
		now := was
		was.Revision, was.Away = 1, false
		if was != i {
			return now, false, fault.New(fault.Conflict, "", "This was added before, with other words. Please open the page again.")
		}
		return now, false, nil
	}
	most := MaxItems
	if table == ofPractice {
		most = MaxOffers
	}
	if len(all) >= most {
		return i, false, fault.New(fault.Invalid, "name", "There are as many as a list can hold. Bring one back that was put away, or keep it as it is.")
	}
	return i, true, table.insert(ctx, tx, i)
}

// PutAway takes an item out of the form, or brings it back. What was noted stays
// either way. The mood itself is always there.
func (ls *Logs) PutAway(ctx context.Context, actor access.Actor, client access.Compartment, id string, away bool) (Item, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return Item{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	items, err := itemsOf(ctx, tx)
	if err != nil {
		return Item{}, err
	}
	i, there := find(items, id)
	switch {
	case !there:
		return Item{}, fault.Absent()
	case id == Mood && away:
		return Item{}, fault.New(fault.Invalid, "item", "The mood is what the log begins with. You can leave it open on any day.")
	case i.Away == away:
		return i, nil
	}
	i.Revision, i.Away = i.Revision+1, away
	if err := ofClient.insert(ctx, tx, i); err != nil {
		return Item{}, err
	}
	return i, tx.Commit()
}

// Answer keeps what the client makes of a question. A new usual begins with the
// day on which the days differed. Another answer may be given until it was talked
// about. Sending the same twice is success.
func (ls *Logs) Answer(ctx context.Context, actor access.Actor, client access.Compartment, id string, f AnswerForm) (Question, error) {
	tx, err := ls.door.Begin(ctx, actor, access.KeepLog, client)
	if err != nil {
		return Question{}, err
	}
	defer tx.Rollback()

	tx.Names(id)
	if !slices.Contains([]Answer{Bring, NotNow, Usual}, f.Answer) {
		return Question{}, incomplete()
	}
	words, err := fault.Text("words", f.Words, MaxBring)
	if err != nil {
		return Question{}, err
	}
	if f.Answer != Bring {
		words = ""
	}
	q, err := question(ctx, tx, id)
	switch {
	case err != nil:
		return Question{}, err
	case q.Answer == f.Answer && q.Words == words:
		return q, nil
	case q.Answer == Gone || !q.TalkedAt.IsZero():
		return q, fault.New(fault.Conflict, "", "This question is closed: it was talked about, or the day was corrected since.")
	case q.Revision != f.Revision:
		return q, changed()
	}
	if f.Answer == Usual {
		set, err := settingsOf(ctx, tx)
		if err != nil {
			return Question{}, err
		}
		if set.Watch == q.Scale && set.Since < q.Day {
			set.Revision, set.Since = set.Revision+1, q.Day
			if err := insertSettings(ctx, tx, client, set); err != nil {
				return Question{}, err
			}
		}
	}
	q.Revision, q.Answer, q.Words = q.Revision+1, f.Answer, words
	if err := insertQuestion(ctx, tx, q); err != nil {
		return Question{}, err
	}
	return q, tx.Commit()
}

func question(ctx context.Context, tx *access.Tx, id string) (Question, error) {
	all, err := questionsOf(ctx, tx)
	if err != nil {
		return Question{}, err
	}
	n := slices.IndexFunc(all, func(q Question) bool { return q.ID == id })
	if n < 0 {
		return Question{}, fault.Absent()
	}
	return all[n], nil
}
