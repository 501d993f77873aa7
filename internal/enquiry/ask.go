package enquiry

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/profile"
)

// How long a person takes to fill the form in, at least, and how long a page may
// lie open before it has to be sent once more.
const (
	Quickest = 4 * time.Second
	Longest  = 14 * 24 * time.Hour
)

// StampField is the field of a fault that means: ask once more, with everything
// kept. Nothing is wrong with what was written.
const StampField = "stamp"

// Blank returns the id of an enquiry that is to be written, and a stamp that says
// when its form was shown. Both go with the form: no cookie is needed.
func (es *Enquiries) Blank(practice string, now time.Time) (id, stamp string, err error) {
	made, err := uuid.NewV7()
	if err != nil {
		return "", "", fmt.Errorf("make id: %w", err)
	}
	id, at := made.String(), strconv.FormatInt(now.Unix(), 10)
	return id, at + "." + es.mac(practice, id, at), nil
}

func (es *Enquiries) mac(practice, id, at string) string {
	return hex.EncodeToString(es.mark(practice, "form shown", id, at))
}

// mark is a MAC over texts, of which none holds a zero byte.
func (es *Enquiries) mark(practice string, texts ...string) []byte {
	return es.door.Lookup(practice, "enquiry\x00"+strings.Join(texts, "\x00"))
}

// shown checks that the form was made here for this id, and that a person could
// have written it since. renew says that the stamp is of no use any more.
func (es *Enquiries) shown(practice string, f Form, now time.Time) (renew bool, err error) {
	at, given, _ := strings.Cut(f.Stamp, ".")
	seconds, bad := strconv.ParseInt(at, 10, 64)
	if id, err := uuid.Parse(f.ID); bad != nil || err != nil || id.Version() != 7 || id.String() != f.ID ||
		!hmac.Equal([]byte(given), []byte(es.mac(practice, f.ID, at))) {
		return true, again("This page had to be renewed.")
	}
	switch took := now.Sub(time.Unix(seconds, 0)); {
	case took > Longest:
		return true, again("This page lay open for a long time.")
	case took < Quickest:
		return false, again("That was very quick.")
	case f.Trap != "":
		return false, again("A field that nobody should see was filled in, most likely by a program that fills in forms. It is empty again.")
	}
	return false, nil
}

func again(why string) error {
	return fault.New(fault.Invalid, StampField, why+" Please look whether everything is there, and send it once more. Nothing was lost.")
}

// Renew says whether a form that came back needs an id and a stamp of a new page.
func (es *Enquiries) Renew(practice string, f Form, now time.Time) bool {
	renew, _ := es.shown(practice, f, now)
	return renew
}

// Room says whether the practice takes enquiries by the form at the moment.
func (es *Enquiries) Room(ctx context.Context, practice string) (bool, error) {
	tx, err := es.door.Glance(ctx)
	if err != nil {
		return false, err
	}
	defer tx.Rollback()

	r, err := roomIn(tx.QueryRow(ctx, selectRoom, practice))
	return r.open < MostOpen && r.size < MostBytes, err
}

// Ask takes an enquiry of anybody, from the network called source, and returns the
// link to its answer, which is shown once. The same form sent again is success with
// the same link; the same id with other words is fault.Conflict. A form that comes
// too soon after it was shown, or too late, is fault.Invalid in StampField: asked
// once more it is taken. Too many at once are fault.TooSoon; so is a full house, with
// the field "room" and the words of Full. Nothing is kept of what is refused.
func (es *Enquiries) Ask(ctx context.Context, practice, source string, f Form) (link string, err error) {
	now, known, err := es.look(ctx, practice, f.ID)
	if err != nil {
		return "", err
	}
	if err := f.check(now); err != nil {
		return "", err
	}
	if !known { // or else its answer was lost on the way
		if _, err := es.shown(practice, f, now); err != nil {
			return "", err
		}
		if err := es.enter(ctx, practice, source, f, now); err != nil {
			return "", err
		}
	}
	return es.ask(ctx, access.Anyone(practice), f)
}

// look says what time it is, and whether an enquiry with this id is there, or was.
func (es *Enquiries) look(ctx context.Context, practice, id string) (now time.Time, known bool, err error) {
	tx, err := es.door.Glance(ctx)
	if err != nil {
		return now, false, err
	}
	defer tx.Rollback()

	known, err = there(tx.QueryRow(ctx, selectThere, practice, string(access.EnquiryRecord(id)), id))
	return tx.Now, known, err
}

// enter counts one in, and makes the keys, if there is room.
func (es *Enquiries) enter(ctx context.Context, practice, source string, f Form, now time.Time) error {
	tx, err := es.door.Glance(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	r, err := roomIn(tx.QueryRow(ctx, selectRoom, practice))
	tx.Rollback()
	if err != nil {
		return err
	}
	if !r.takes(looksLikeJunk(f.Written)) {
		return full()
	}
	es.mu.Lock()
	err = es.gate.allow(practice, source, now)
	es.mu.Unlock()
	if err != nil {
		return err
	}
	return es.door.Prepare(ctx, practice, access.EnquiryRecord(f.ID), access.CallerRecord(f.ID))
}

func (es *Enquiries) ask(ctx context.Context, actor access.Actor, f Form) (string, error) {
	tx, err := es.door.Begin(ctx, actor, access.Enquire, access.EnquiryRecord(f.ID))
	if err != nil {
		return "", err
	}
	defer tx.Rollback()

	plain, err := json.Marshal(f.Written)
	if err != nil {
		return "", fmt.Errorf("encode enquiry: %w", err)
	}
	token := es.token(tx.Practice, f.ID)
	e := row{
		id: f.ID, token: hashOf(token), state: Asked, revision: 1, madeAt: tx.Now, forID: f.With,
		contact: es.mark(tx.Practice, "contact", contactMark(f.Caller)), whole: es.mark(tx.Practice, "whole", string(plain)),
	}
	if w := wordsMark(f.Brings); w != "" {
		e.words = es.mark(tx.Practice, "words", w)
	}
	was, ended, err := wholeOf(ctx, tx, f.ID)
	switch {
	case err != nil:
		return "", err
	case bytes.Equal(was, e.whole), ended: // it came twice
		return es.link(tx.Practice, token), nil
	case was != nil:
		return "", fault.New(fault.Conflict, "", "This was sent already, in other words. They are kept. Please open the page again if there is more to say.")
	}
	if err := wished(ctx, tx, f.Caller); err != nil {
		return "", err
	}
	r, err := roomIn(tx.QueryRow(ctx, selectRoom, tx.Practice))
	if err != nil {
		return "", err
	}
	same, err := sameWords(ctx, tx, e.words, e.contact)
	if err != nil {
		return "", err
	}
	e.junk = looksLikeJunk(f.Written) || same >= fewest
	if !r.takes(e.junk) {
		return "", full()
	}
	if err := insert(ctx, tx, e, f.Written, plain); err != nil {
		return "", err
	}
	if err := access.Enrol(ctx, tx, access.EnquiryRecord(f.ID), access.CallerRecord(f.ID)); err != nil {
		return "", err
	}
	return es.link(tx.Practice, token), tx.Commit()
}

// wished says whether whom and what somebody wishes for is to be had here.
func wished(ctx context.Context, tx *access.Tx, c Caller) error {
	if c.With != "" {
		works, err := profile.IsClinician(ctx, tx, c.With)
		if err != nil {
			return err
		}
		if !works {
			return fault.New(fault.Invalid, "with", "Please choose one of the clinicians, or nobody in particular.")
		}
	}
	if c.FirstID == "" {
		return nil
	}
	o, ok, err := profile.Find(ctx, tx, c.FirstID)
	if err != nil {
		return err
	}
	if !ok || o.Why != "" || o.ClinicianID != c.With || !o.Start.Equal(c.First) {
		return fault.New(fault.Invalid, "first", "This time is not free any more. Please choose another, or none.")
	}
	return nil
}

// fewest is how many others sent the very same words before one more looks like
// advertising.
const fewest = 2

// token is what the link to an answer ends with. It follows from the id of the form,
// so that a form that comes twice has one link, and so that a letter can name it;
// nobody without the house's key finds it.
func (es *Enquiries) token(practice, id string) string {
	return hex.EncodeToString(es.mark(practice, "answer", id))
}

// AnswerPath is where a link to an answer leads, before the token. To look at it
// uses nothing up.
const AnswerPath = "/answer/"

func (es *Enquiries) link(practice, token string) string {
	return es.origin + AnswerPath + practice + "." + token
}

func hashOf(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// split is what a link stands for.
func split(link string) (practice string, hash []byte) {
	practice, token, _ := strings.Cut(link, ".")
	return practice, hashOf(token)
}
