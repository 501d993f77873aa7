package measure

import (
	"context"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/instrument"
)

// ModeElsewhere is the mode of what another product kept: answers, or a total alone.
const ModeElsewhere = "elsewhere"

// MaxSource is how many bytes may say where a score comes from.
const MaxSource = 120

// An Arrival is a score as another product kept it, or the answers themselves.
type Arrival struct {
	ID         string // UUIDv7 of what is made
	Instrument string // of the library
	On         Day
	Total      float64 // if there are no Items
	Source     string  // what the other product is called; may be empty

	Version string    // of the questionnaire; empty: the newest
	At      time.Time // the moment, if it is known; zero: some time on that day
	Items   instrument.Answers
	Note    string // in the client's own words
}

// given is when a was given.
func (a Arrival) given(now time.Time, loc *time.Location) (time.Time, error) {
	if a.At.IsZero() {
		return a.On.answered(now, loc)
	}
	if _, err := DayOf(a.At, loc).answered(now, loc); err != nil {
		return now, err
	}
	if a.At.After(now) {
		return now, fault.New(fault.Invalid, "on", "That moment is yet to come.")
	}
	return a.At, nil
}

// CheckArrival says what to correct in a, by the questionnaires of the practice, which
// are at hand (see Library), and returns what its total says.
func (ms *Measures) CheckArrival(practice string, a Arrival, now time.Time, loc *time.Location) (instrument.Result, error) {
	in, ok := ms.Library(practice).Lookup(a.Instrument, a.Version)
	if !ok {
		return instrument.Result{}, fault.New(fault.Invalid, "instrument", "There is no such questionnaire here.")
	}
	if _, err := a.given(now, loc); err != nil {
		return instrument.Result{}, err
	}
	if _, err := fault.Text("note", a.Note, MaxNote); err != nil {
		return instrument.Result{}, err
	}
	if len(a.Items) > 0 {
		return instrument.Score(in, a.Items)
	}
	return instrument.ElsewhereResult(in, a.Total)
}

// ReadyIn has the questionnaires of the practice at hand, in a transaction that opens.
func (ms *Measures) ReadyIn(ctx context.Context, tx *access.Tx) error {
	return ms.door.shelf.Ready(ctx, tx)
}

// ArriveIn keeps, in tx, a score that another product kept, in the record that tx is
// in; tx opens nothing, and the questionnaires are at hand (ReadyIn). It raises no
// flag: what it says was said elsewhere, and some time ago. made is false if there is one
// with this id, or another one of the same moment. It is up to its domain that the
// actor may do this.
func (ms *Measures) ArriveIn(ctx context.Context, tx *access.Tx, arrival Arrival, loc *time.Location) (made bool, err error) {
	if err := fault.FormID(arrival.ID); err != nil {
		return false, err
	}
	source, err := fault.Line("source", arrival.Source, MaxSource)
	if err != nil {
		return false, err
	}
	r, err := ms.CheckArrival(tx.Practice, arrival, tx.Now, loc)
	if err != nil {
		return false, err
	}
	a := Answer{
		ID: arrival.ID, Instrument: r.Instrument, Version: r.Version, Language: r.Language, Mode: ModeElsewhere, Source: source,
		Items: arrival.Items, Result: r, EnteredBy: tx.Actor.ID, EnteredAt: tx.Now,
	}
	if a.Note, err = fault.Text("note", arrival.Note, MaxNote); err != nil {
		return false, err
	}
	if a.GivenAt, err = arrival.given(tx.Now, loc); err != nil {
		return false, err
	}
	k := ms.keyOf(tx, a)
	if err := insertOwn(ctx, tx, k, a.Instrument); err != nil {
		return false, err
	}
	return ms.insertAnswer(ctx, tx, k, a)
}

// elsewhere is the result of an answer that was kept with a total and without items.
func elsewhere(in *instrument.Instrument, s sealedAnswer) (instrument.Result, error) {
	if s.Total == nil {
		return instrument.Result{}, fault.New(fault.Invalid, "score", "There is no total.")
	}
	return instrument.ElsewhereResult(in, *s.Total)
}
