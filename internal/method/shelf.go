package method

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxOwn is how many entries one practice may have of its own, versions counted.
const MaxOwn = 500

// A Shelf is the methods of each practice: those that come with the product, its
// own, and which of them are left out of what can be chosen.
//
// What a practice has is remembered between visits, sealed nowhere but in memory,
// and looked through again when it was not for some time.
type Shelf struct {
	door *access.Door
	mu   sync.Mutex
	kept map[string]stock // by practice; each is replaced, never changed
}

// NewShelf returns the methods behind door.
func NewShelf(door *access.Door) *Shelf { return &Shelf{door: door, kept: make(map[string]stock)} }

// A stock is what was found of one practice.
type stock struct {
	lib  *Library
	own  map[string]Own // by mark and version
	seen time.Time      // when it was looked through
}

// A Stock is everything that one practice has.
type Stock struct {
	*Library
	Own []Own // every version, newest first
}

// Latest is an own entry in its newest version.
func (s Stock) Latest(id string) (Own, bool) {
	i := slices.IndexFunc(s.Own, func(o Own) bool { return o.Entry().ID == id })
	if i < 0 {
		return Own{}, false
	}
	return s.Own[i], true
}

// Versions are those of an own entry, newest first.
func (s Stock) Versions(id string) []Own {
	var out []Own
	for _, o := range s.Own {
		if o.Entry().ID == id {
			out = append(out, o)
		}
	}
	return out
}

// lookAgain is for how long what was found is taken for what there is.
const lookAgain = 2 * time.Second

// Ready makes what the practice of tx has of its own known, so that In finds it. It
// runs two small statements if it was not looked through of late, and otherwise
// none. Whoever has a transaction may call it; nothing is open but what is said of
// methods.
func (s *Shelf) Ready(ctx context.Context, tx *access.Tx) error {
	if !tx.Opens() {
		return nil
	}
	s.mu.Lock()
	k, there := s.kept[tx.Practice]
	s.mu.Unlock()
	if age := tx.Now.Sub(k.seen); there && age >= 0 && age < lookAgain {
		return nil
	}
	_, err := s.look(ctx, tx, k)
	return err
}

// In is what the practice has, as it was last looked through (see Ready).
func (s *Shelf) In(practice string) *Library {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, there := s.kept[practice]; there {
		return k.lib
	}
	return Shipped()
}

// look reads what the practice of tx has. What is known already is not opened again.
func (s *Shelf) look(ctx context.Context, tx *access.Tx, was stock) (stock, error) {
	k := stock{own: make(map[string]Own), seen: tx.Now}
	rows, err := ownRows(ctx, tx)
	if err != nil {
		return k, err
	}
	news := was.lib == nil || len(rows) != len(was.own)
	for _, r := range rows {
		o, there := was.own[r.key()]
		if !there {
			if o, err = r.open(ctx, tx); err != nil {
				return k, err
			}
			news = true
		}
		k.own[r.key()] = o
	}
	hides, err := hidden(ctx, tx)
	if err != nil {
		return k, err
	}
	switch {
	case !news && maps.Equal(hides, was.lib.hidden):
		k.lib = was.lib
	case len(rows) == 0 && len(hides) == 0:
		k.lib = Shipped()
	default:
		if err := k.build(rows, hides); err != nil {
			return k, err
		}
	}
	s.mu.Lock()
	s.kept[tx.Practice] = k
	s.mu.Unlock()
	return k, nil
}

// build puts together what ships and what the practice has. What it has is read
// anew, because an earlier library may be in somebody's hands.
func (k *stock) build(rows []ownRow, hides map[string]bool) error {
	var all Sheet
	for _, r := range rows {
		o := k.own[r.key()]
		sheet, err := Parse(o.File)
		if err != nil {
			return fmt.Errorf("read a method again that was read once: %w", err)
		}
		sheet.markOwn()
		o.sheet = sheet
		k.own[r.key()] = o
		all.append(sheet)
	}
	lib, err := with(Shipped(), all, ownRules)
	if err != nil {
		return fmt.Errorf("put together what a practice has: %w", err)
	}
	lib.hidden = hides
	k.lib = lib
	return nil
}

// Stock is everything that the actor's practice has: for its clinicians.
func (s *Shelf) Stock(ctx context.Context, actor access.Actor) (Stock, error) {
	tx, err := s.door.Begin(ctx, actor, access.ReadMethods, access.Operations)
	if err != nil {
		return Stock{}, err
	}
	defer tx.Rollback()

	s.mu.Lock()
	was := s.kept[tx.Practice]
	s.mu.Unlock()
	k, err := s.look(ctx, tx, was)
	if err != nil {
		return Stock{}, err
	}
	return k.stock(), nil
}

func (k stock) stock() Stock {
	st := Stock{Library: k.lib, Own: slices.Collect(maps.Values(k.own))}
	slices.SortFunc(st.Own, func(a, b Own) int {
		if c := b.MadeAt.Compare(a.MadeAt); c != 0 {
			return c
		}
		if c := strings.Compare(a.Entry().ID, b.Entry().ID); c != 0 {
			return c
		}
		return b.Entry().Version - a.Entry().Version
	})
	return st
}

// Write keeps an entry of the practice's own: a new one, or the next version of
// one. actor is one of its clinicians. The same form twice is success and keeps one.
// A form that started from a version which is no longer the newest is
// fault.Conflict, and the newest is returned with it.
func (s *Shelf) Write(ctx context.Context, actor access.Actor, f Form) (Own, error) {
	tx, err := s.door.Begin(ctx, actor, access.KeepMethods, access.Operations)
	if err != nil {
		return Own{}, err
	}
	defer tx.Rollback()

	k, err := s.look(ctx, tx, stock{})
	if err != nil {
		return Own{}, err
	}
	st := k.stock()
	if f.Entry != "" {
		if was, ok := st.Latest(f.Entry); !ok || was.Kind() != f.Kind {
			return Own{}, fault.Absent()
		}
	}
	o, err := k.lib.Try(f)
	if err != nil {
		return Own{}, err
	}
	o.By, o.MadeAt = byWhom(actor), tx.Now
	if now, ok := st.Latest(o.Entry().ID); ok && now.Entry().Version != f.Version {
		if i := slices.IndexFunc(st.Own, func(was Own) bool { return bytes.Equal(was.File, o.File) }); i >= 0 {
			return st.Own[i], nil // it came twice
		}
		return now, fault.New(fault.Conflict, "", "Somebody changed this while you wrote. Their version is shown beside yours, and yours is still here.")
	}
	if len(st.Own) >= MaxOwn {
		return Own{}, fault.New(fault.TooLarge, "", fmt.Sprintf("A practice can keep at most %d entries, their versions counted.", MaxOwn))
	}
	return o, s.add(ctx, tx, o)
}

// add inserts o, and commits.
func (s *Shelf) add(ctx context.Context, tx *access.Tx, all ...Own) error {
	for _, o := range all {
		made, err := insertOwn(ctx, tx, s.mark(tx, o.Entry().ID), o.Entry().Version, o)
		if err != nil {
			return err
		}
		if !made {
			return fault.New(fault.Conflict, "", "Somebody wrote the same just now. Please look at the list, and try again if it is not what you meant.")
		}
	}
	return s.keep(tx)
}

// without is the library as it was before a version of an entry, so that the same
// form can be read a second time.
func (l *Library) without(id string, version int) *Library {
	is := func(e *Entry) bool { return e.ID == id && e.Version >= version }
	out := &Library{hidden: l.hidden}
	out.sheet.Concerns = slices.DeleteFunc(slices.Clone(l.sheet.Concerns), func(c *Concern) bool { return is(&c.Entry) })
	out.sheet.Approaches = slices.DeleteFunc(slices.Clone(l.sheet.Approaches), func(a *Approach) bool { return is(&a.Entry) })
	out.sheet.Techniques = slices.DeleteFunc(slices.Clone(l.sheet.Techniques), func(t *Technique) bool { return is(&t.Entry) })
	for _, src := range l.sheet.Sources {
		if src.Kind != Stated || !strings.HasPrefix(src.ID, fmt.Sprintf("%s-s%d-", id, version)) {
			out.sheet.Sources = append(out.sheet.Sources, src)
		}
	}
	return out
}

// Import brings a file of entries into the actor's practice, all or none. actor is
// one of its clinicians, or the operator. What cannot be read is fault.Invalid with
// the place in the file. What is there already with the same content is passed
// over; with other content under the same version it is fault.Conflict.
func (s *Shelf) Import(ctx context.Context, actor access.Actor, file []byte) ([]Own, error) {
	tx, err := s.door.Begin(ctx, actor, access.KeepMethods, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	k, err := s.look(ctx, tx, stock{})
	if err != nil {
		return nil, err
	}
	all, err := k.lib.bring(file)
	if err != nil {
		return nil, err
	}
	var news []Own
	st := k.stock()
	for _, o := range all {
		o.By, o.MadeAt = byWhom(actor), tx.Now
		e := o.Entry()
		same := slices.IndexFunc(st.Own, func(was Own) bool { return was.Entry().Ref() == e.Ref() })
		switch now, there := st.Latest(e.ID); {
		case same >= 0 && st.Own[same].same(o):
			continue
		case there && now.Kind() != o.Kind():
			return nil, fault.New(fault.Conflict, "file", fmt.Sprintf("%q is something else here. Please give it another id.", e.ID))
		case there && e.Version <= now.Entry().Version:
			return nil, fault.New(fault.Conflict, "file", fmt.Sprintf("%s is here already in version %d with other content. Plans keep the version they were chosen from, so please give the new one the next number.", e.Name, now.Entry().Version))
		}
		news = append(news, o)
	}
	if len(st.Own)+len(news) > MaxOwn {
		return nil, fault.New(fault.TooLarge, "file", fmt.Sprintf("A practice can keep at most %d entries, their versions counted.", MaxOwn))
	}
	if len(news) == 0 {
		return nil, nil
	}
	return news, s.add(ctx, tx, news...)
}

// Hide leaves an entry out of what can be chosen, or takes it back. What was chosen
// before is read as ever. Doing so twice is success.
func (s *Shelf) Hide(ctx context.Context, actor access.Actor, id string, hides bool) error {
	tx, err := s.door.Begin(ctx, actor, access.KeepMethods, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	k, err := s.look(ctx, tx, stock{})
	if err != nil {
		return err
	}
	_, concern := k.lib.Concern(id)
	_, approach := k.lib.Approach(id)
	_, technique := k.lib.Technique(id)
	if strings.Contains(id, "@") || !concern && !approach && !technique {
		return fault.Absent()
	}
	if id == None && hides {
		return fault.New(fault.Invalid, "", "To begin nothing for now can always be chosen.")
	}
	if k.lib.hidden[id] == hides {
		return nil
	}
	if err := putChoice(ctx, tx, s.mark(tx, id), sealedChoice{ID: id, Hidden: hides, By: byWhom(actor)}); err != nil {
		return err
	}
	return s.keep(tx)
}

// keep commits tx, after which what is known of its practice is looked at again.
func (s *Shelf) keep(tx *access.Tx) error {
	if err := tx.Commit(); err != nil {
		return err
	}
	s.mu.Lock()
	delete(s.kept, tx.Practice)
	s.mu.Unlock()
	return nil
}

// mark is how the database knows an entry, and tells nothing of it.
func (s *Shelf) mark(tx *access.Tx, id string) []byte {
	return s.door.Lookup(tx.Practice, "method "+id)
}

func byWhom(a access.Actor) string {
	if a.IsPerson() {
		return a.ID
	}
	return "operator"
}
