package feed

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/emersion/go-ical"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/session"
)

// MaxBlock is how many bytes one event may have that a calendar program writes.
const MaxBlock = 32 << 10

// maxName is how long the name may be that a program gives it.
const maxName = 255

// An Object is one event of a clinician's own calendar: an appointment, which is read
// only, or a busy block of theirs.
type Object struct {
	Name    string // the last part of its address
	Tag     string // another one whenever it changes
	Changed time.Time
	Text    []byte // as iCalendar
	UID     string
	Locked  bool // an appointment
	Spans   []session.Span
}

// Objects returns actor's own calendar, as a calendar program sees it: appointments
// without names, and their own blocks.
func (fs *Feeds) Objects(ctx context.Context, actor access.Actor) ([]Object, error) {
	tx, err := fs.door.Begin(ctx, actor, access.ReadByDAV, access.PersonRecord(actor.ID))
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	return fs.objectsIn(ctx, tx)
}

func (fs *Feeds) objectsIn(ctx context.Context, tx *access.Tx) ([]Object, error) {
	all, err := fs.appointments(ctx, tx)
	if err != nil {
		return nil, err
	}
	own, err := fs.blocks(ctx, tx)
	return append(all, own...), err
}

// appointments are actor's, as objects. What was cancelled is not there any more.
func (fs *Feeds) appointments(ctx context.Context, tx *access.Tx) (all []Object, err error) {
	meetings, err := session.PublishedByIn(ctx, tx, tx.Compartment.Of(), tx.Now.Add(-Behind))
	if err != nil {
		return nil, err
	}
	for _, e := range fs.events(tx, meetings) {
		if e.Cancelled {
			continue
		}
		all = append(all, Object{
			Name: e.UID + ".ics", Tag: fmt.Sprintf("a%d-%d", e.Sequence, e.Changed.UnixMicro()), Changed: e.Changed,
			Text: calendarOf([]Event{e}, 0), UID: e.UID, Locked: true, Spans: []session.Span{{Start: e.Start, End: e.End}},
		})
	}
	return all, nil
}

// A Condition is what a program knows of what it changes: "" nothing, "*" that it is
// there, or its Tag.
type Condition struct {
	Match string
	New   bool // it must not be there yet
}

// ErrChanged says that an event is not as the program believes it to be.
var ErrChanged = errors.New("the event was changed meanwhile")

// ReadOnly is what a program is told that tries to change an appointment.
const ReadOnly = "Appointments are planned, moved and cancelled in Waymark, where the client learns of it too. In a calendar program they can only be read."

// Put keeps a block of actor's own calendar under the name that their program gave it,
// and when it keeps them busy. loc is where the practice is, for times that name no
// zone. It says whether the block is new. An appointment is fault.Conflict with
// ReadOnly; what is no event is fault.Invalid; ErrChanged if condition does not hold.
func (fs *Feeds) Put(ctx context.Context, actor access.Actor, name string, text []byte, c Condition, loc *time.Location) (o Object, made bool, err error) {
	uid, spans, wrong := fs.workedOut(ctx, actor, text, loc) // before anybody has to wait for it
	return fs.put(ctx, actor, Object{Name: name, UID: uid, Text: text, Spans: spans}, wrong, c)
}

// put is Put of a block that was worked out. wrong, if anything is, is said once it is
// decided that actor may write.
func (fs *Feeds) put(ctx context.Context, actor access.Actor, block Object, wrong error, c Condition) (o Object, made bool, err error) {
	tx, err := fs.door.Begin(ctx, actor, access.WriteByDAV, access.PersonRecord(actor.ID))
	if err != nil {
		return o, false, err
	}
	defer tx.Rollback()

	if wrong != nil {
		return o, false, wrong
	}
	if block.Name == "" || len(block.Name) > maxName || strings.ContainsFunc(block.Name, func(r rune) bool { return r < ' ' || r == '/' || r == 0x7f }) {
		return o, false, fault.New(fault.Invalid, "", "This name cannot be kept.")
	}
	all, err := fs.objectsIn(ctx, tx)
	if err != nil {
		return o, false, err
	}
	own, was := 0, Object{}
	for _, other := range all {
		switch {
		case other.Locked && (other.Name == block.Name || other.UID == block.UID):
			return o, false, fault.New(fault.Conflict, "", ReadOnly)
		case other.Name == block.Name:
			was = other
		case other.UID == block.UID:
			return o, false, fault.New(fault.Conflict, "", "There is an event with this UID under another name.")
		}
		if !other.Locked {
			own++
		}
	}
	if c.New && was.Name != "" || c.Match != "" && (was.Name == "" || c.Match != "*" && c.Match != was.Tag) {
		return was, false, ErrChanged
	}
	if was.Name == "" && own >= MaxBlocks {
		return o, false, fault.New(fault.TooLarge, "", "There are more events in this calendar than can be kept. Please delete some that are over.")
	}
	mark := fs.mark(tx.Practice, "block", string(tx.Compartment)+" "+block.Name)
	tx.Names(hex.EncodeToString(mark))
	o, err = fs.write(ctx, tx, mark, block)
	if err != nil {
		return o, false, err
	}
	return o, was.Name == "", tx.Commit()
}

// workedOut is the UID of a block that actor may write, and when it keeps them busy, or
// what is wrong with it.
func (fs *Feeds) workedOut(ctx context.Context, actor access.Actor, text []byte, loc *time.Location) (uid string, spans []session.Span, err error) {
	now, err := fs.writesAt(ctx, actor)
	if err != nil {
		return "", nil, err
	}
	access.Rest(ctx)
	if uid, err = blockOf(text); err != nil {
		return "", nil, err
	}
	if spans, err = busyOf(text, loc, now.Add(-24*time.Hour), now.Add(Ahead)); err != nil {
		return "", nil, fault.New(fault.Invalid, "", trouble(err).Why())
	}
	return uid, spans, nil
}

// writesAt is what time it is for actor, whose calendar a program reads and writes.
func (fs *Feeds) writesAt(ctx context.Context, actor access.Actor) (time.Time, error) {
	tx, err := fs.door.Begin(ctx, actor, access.ReadByDAV, access.PersonRecord(actor.ID))
	if err != nil {
		return time.Time{}, err
	}
	defer tx.Rollback()

	return tx.Now, nil
}

// write keeps a block, in tx.
func (fs *Feeds) write(ctx context.Context, tx *access.Tx, mark []byte, o Object) (Object, error) {
	body, err := tx.SealJSON(ctx, placeOfBlock(mark), sealedBlock{o.Name, o.UID, o.Text})
	if err != nil {
		return o, err
	}
	var revision int64
	err = tx.QueryRow(ctx, `
		INSERT INTO busy_block (practice, compartment, mark, revision, made_at, changed_at, worked_at, sealed)
		VALUES ($1, $2, $3, 1, $4, $4, $4, $5)
		ON CONFLICT (practice, compartment, mark) DO UPDATE SET
			revision = busy_block.revision + 1, changed_at = excluded.changed_at, worked_at = excluded.worked_at, sealed = excluded.sealed
		RETURNING revision`,
		tx.Practice, string(tx.Compartment), mark, tx.Now.UnixMicro(), body).Scan(&revision)
	if err != nil {
		return o, fmt.Errorf("keep a block: %w", err)
	}
	o.Tag, o.Changed = tagOf(revision, tx.Now), tx.Now
	return o, replace(ctx, tx, hex.EncodeToString(mark), o.Spans)
}

func tagOf(revision int64, changed time.Time) string {
	return fmt.Sprintf("b%d-%d", revision, changed.UnixMicro())
}

// Delete takes a block out of actor's own calendar. What is not there is
// fault.NotFound, an appointment fault.Conflict with ReadOnly; ErrChanged as for Put.
func (fs *Feeds) Delete(ctx context.Context, actor access.Actor, name string, c Condition) error {
	tx, err := fs.door.Begin(ctx, actor, access.WriteByDAV, access.PersonRecord(actor.ID))
	if err != nil {
		return err
	}
	defer tx.Rollback()

	all, err := fs.objectsIn(ctx, tx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.Name != name {
			continue
		}
		if o.Locked {
			return fault.New(fault.Conflict, "", ReadOnly)
		}
		if c.Match != "" && c.Match != "*" && c.Match != o.Tag {
			return ErrChanged
		}
		mark := fs.mark(tx.Practice, "block", string(tx.Compartment)+" "+name)
		tx.Names(hex.EncodeToString(mark))
		_, err := tx.Exec(ctx, `DELETE FROM busy_block WHERE practice = $1 AND compartment = $2 AND mark = $3`,
			tx.Practice, string(tx.Compartment), mark)
		if err != nil {
			return fmt.Errorf("delete a block: %w", err)
		}
		if err := replace(ctx, tx, hex.EncodeToString(mark), nil); err != nil {
			return err
		}
		return tx.Commit()
	}
	return fault.Absent()
}

type sealedBlock struct {
	Name string `json:"name"`
	UID  string `json:"uid"`
	Text []byte `json:"text"`
}

func placeOfBlock(mark []byte) string { return "busy_block.sealed " + hex.EncodeToString(mark) }

func (fs *Feeds) blocks(ctx context.Context, tx *access.Tx) (all []Object, err error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, revision, changed_at, sealed FROM busy_block
		WHERE practice = $1 AND compartment = $2 ORDER BY made_at, mark`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var mark, body []byte
		var revision, changed int64
		if err := rows.Scan(&mark, &revision, &changed, &body); err != nil {
			return nil, fmt.Errorf("read block: %w", err)
		}
		var s sealedBlock
		if err := tx.OpenJSON(ctx, placeOfBlock(mark), body, &s); err != nil {
			return nil, err
		}
		at := access.Moment(changed)
		all = append(all, Object{Name: s.Name, Tag: tagOf(revision, at), Changed: at, Text: s.Text, UID: s.UID})
	}
	return all, rows.Err()
}

// blockOf looks at what a program writes, and returns the UID of its event. It is
// taken apart only after it was cut down (reduce).
func blockOf(text []byte) (uid string, err error) {
	if len(text) > MaxBlock {
		return "", fault.New(fault.TooLarge, "", "This event is larger than can be kept.")
	}
	small, err := reduce(text)
	if err != nil {
		return "", fault.New(fault.Invalid, "", trouble(err).Why())
	}
	cals, err := decode(small)
	if err != nil || len(cals) != 1 {
		return "", fault.New(fault.Invalid, "", troubleBroken.Why())
	}
	if bytes.Contains(bytes.ToUpper(text), []byte("\nBEGIN:VTODO")) || bytes.Contains(bytes.ToUpper(text), []byte("\nBEGIN:VJOURNAL")) {
		return "", fault.New(fault.Invalid, "", "Only events can be kept in this calendar.")
	}
	for _, c := range cals[0].Children {
		switch c.Name {
		case ical.CompEvent:
			one := uidOf(c)
			if one == "" || len(one) > maxName || uid != "" && one != uid {
				return "", fault.New(fault.Invalid, "", "An event needs one UID of its own.")
			}
			uid = one
		case ical.CompFreeBusy:
			return "", fault.New(fault.Invalid, "", "Only events can be kept in this calendar.")
		}
	}
	if uid == "" {
		return "", fault.New(fault.Invalid, "", "Only events can be kept in this calendar.")
	}
	if !wholesome(text) {
		return "", fault.New(fault.Invalid, "", troubleBroken.Why())
	}
	return uid, nil
}

// wholesome says whether the whole of an event can be read and written again by the
// library that shows it to programs, which breaks down at some texts.
func wholesome(text []byte) (ok bool) {
	defer func() { ok = recover() == nil && ok }()
	whole, err := ical.NewDecoder(bytes.NewReader(text)).Decode()
	return err == nil && ical.NewEncoder(io.Discard).Encode(whole) == nil
}

// behind glances at whose blocks were worked out some time ago.
func (fs *Feeds) behind(ctx context.Context, practice string) (all []access.Compartment, err error) {
	tx, err := fs.door.Glance(ctx)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	rows, err := tx.Query(ctx, `
		SELECT compartment FROM busy_block WHERE practice = $1
		GROUP BY compartment HAVING min(worked_at) < $2`, practice, tx.Now.Add(-anew).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("look whose blocks to work out: %w", err)
	}
	defer rows.Close()

	for rows.Next() {
		var c access.Compartment
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("look whose blocks to work out: %w", err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}

// refresh works out when somebody's blocks keep them busy, as seen from now. While it
// does, nobody waits for it; a block that was changed meanwhile is left as it is.
func (fs *Feeds) refresh(ctx context.Context, actor access.Actor, person access.Compartment, loc *time.Location) error {
	all, now, err := fs.blocksNow(ctx, actor, person)
	if err != nil {
		return err
	}
	access.Rest(ctx)
	began, busy := time.Now(), make(map[string][]session.Span) // by mark and tag
	for _, o := range all {
		mark := hex.EncodeToString(fs.mark(actor.Practice, "block", string(person)+" "+o.Name))
		spans, err := spansOf(o.Text, &expansion{from: now.Add(-24 * time.Hour), to: now.Add(Ahead), loc: loc, began: began})
		if err == nil { // otherwise it could be read once; what was kept then stays
			busy[mark+" "+o.Tag] = spans
		}
	}

	tx, err := fs.door.Begin(ctx, actor, access.KeepBusy, person)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	tags, err := tagsOf(ctx, tx)
	if err != nil {
		return err
	}
	for mark, tag := range tags {
		spans, ok := busy[mark+" "+tag]
		if !ok {
			continue
		}
		if err := replace(ctx, tx, mark, spans); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE busy_block SET worked_at = $3 WHERE practice = $1 AND compartment = $2`,
		tx.Practice, string(person), tx.Now.UnixMicro())
	if err != nil {
		return fmt.Errorf("note that blocks were worked out: %w", err)
	}
	return tx.Commit()
}

// blocksNow reads somebody's blocks, and says when that was.
func (fs *Feeds) blocksNow(ctx context.Context, actor access.Actor, person access.Compartment) ([]Object, time.Time, error) {
	tx, err := fs.door.Begin(ctx, actor, access.KeepBusy, person)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer tx.Rollback()

	all, err := fs.blocks(ctx, tx)
	return all, tx.Now, err
}

// tagsOf are the tags of somebody's blocks as they are now, by mark. It opens nothing.
func tagsOf(ctx context.Context, tx *access.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `
		SELECT mark, revision, changed_at FROM busy_block
		WHERE practice = $1 AND compartment = $2`, tx.Practice, string(tx.Compartment))
	if err != nil {
		return nil, fmt.Errorf("read blocks: %w", err)
	}
	defer rows.Close()

	all := make(map[string]string)
	for rows.Next() {
		var mark []byte
		var revision, changed int64
		if err := rows.Scan(&mark, &revision, &changed); err != nil {
			return nil, fmt.Errorf("read block: %w", err)
		}
		all[hex.EncodeToString(mark)] = tagOf(revision, access.Moment(changed))
	}
	return all, rows.Err()
}
