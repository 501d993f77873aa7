package instrument

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fault"
)

// MaxOwn is how many definitions one practice may bring along, versions counted.
const MaxOwn = 100

// A Shelf is the questionnaires of each practice: those that come with the
// product, those that it brought along, and which of them are asked for.
//
// What a practice brought is remembered between visits. It is looked through again
// when it was not for some time, and whenever something is not found, so that what
// was brought in at one node is at hand at every other.
type Shelf struct {
	door *access.Door
	mu   sync.Mutex
	kept map[string]stock // by practice; each is replaced, never changed
}

// NewShelf returns the questionnaires behind door.
func NewShelf(door *access.Door) *Shelf { return &Shelf{door: door, kept: make(map[string]stock)} }

// A stock is what was found of one practice.
type stock struct {
	lib  *Library
	own  map[string]Own // by mark
	on   map[string]bool
	seen time.Time // when it was looked through
}

// Own is one definition that a practice brought along.
type Own struct {
	*Instrument
	File      []byte // as it was brought
	By        string // person id, or "operator"
	MadeAt    time.Time
	RetiredAt time.Time // zero while it may be asked for
}

// A Pack is a questionnaire that comes with terms.
type Pack struct {
	*Instrument
	On bool
}

// A Stock is everything that one practice has.
type Stock struct {
	Free  []*Instrument // may be asked for without more ado
	Packs []Pack        // off until somebody agrees to the terms
	Own   []Own         // newest first
}

// lookAgain is for how long what was found is taken for what there is.
const lookAgain = 2 * time.Second

// Ready makes what the practice of tx brought along known, so that In finds it.
// It runs two small statements if it was not looked through of late, and otherwise
// none. Whoever has a transaction may call it; nothing is open but the wording of
// questionnaires.
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
	return s.look(ctx, tx, k)
}

// In is what the practice has, as it was last looked through (see Ready), the
// retired and the packs that are off with it: what was answered can be read.
func (s *Shelf) In(practice string) *Library {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, there := s.kept[practice]; there {
		return k.lib
	}
	return Shipped()
}

// Find finds a questionnaire of the practice of tx; version "" is the newest. What
// is not found at first is looked for in the database.
func (s *Shelf) Find(ctx context.Context, tx *access.Tx, id, version string) (*Instrument, bool, error) {
	if in, ok := s.In(tx.Practice).Lookup(id, version); ok || !tx.Opens() {
		return in, ok, nil
	}
	s.mu.Lock()
	k := s.kept[tx.Practice]
	s.mu.Unlock()
	if err := s.look(ctx, tx, k); err != nil {
		return nil, false, err
	}
	in, ok := s.In(tx.Practice).Lookup(id, version)
	return in, ok, nil
}

// Offered are the newest versions of what may be asked for in the practice, as it
// was last looked through, in order of name.
func (s *Shelf) Offered(practice string) []*Instrument {
	s.mu.Lock()
	k := s.kept[practice]
	s.mu.Unlock()
	all := Free()
	for _, p := range Packs() {
		if k.on[p.ID] {
			all = append(all, p)
		}
	}
	if k.lib != nil {
		for _, in := range k.lib.Newest() {
			if _, ships := Lookup(in.ID, ""); !ships && k.asked(in) && in.Informant == "self" {
				all = append(all, in)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *Instrument) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) })
	return all
}

// ForOthers are the newest versions of what may be asked of somebody close to a
// client, as the practice was last looked through.
func (s *Shelf) ForOthers(practice string) []*Instrument {
	s.mu.Lock()
	k := s.kept[practice]
	s.mu.Unlock()
	var all []*Instrument
	for _, in := range s.In(practice).Newest() {
		if _, ships := Lookup(in.ID, ""); in.Informant != "self" && (ships || k.asked(in)) {
			all = append(all, in)
		}
	}
	return all
}

// asked says whether the newest version of what the practice brought is not retired.
func (k stock) asked(in *Instrument) bool {
	for _, o := range k.own {
		if o.ID == in.ID && o.Version == in.Version {
			return o.RetiredAt.IsZero()
		}
	}
	return false
}

// look reads what the practice of tx brought along. Definitions that are known
// already are not opened again.
func (s *Shelf) look(ctx context.Context, tx *access.Tx, was stock) error {
	k := stock{lib: Shipped(), own: make(map[string]Own), on: make(map[string]bool), seen: tx.Now}
	rows, err := ownRows(ctx, tx)
	if err != nil {
		return err
	}
	lib := &Library{all: slices.Clone(Shipped().all)}
	for _, r := range rows {
		key := hex.EncodeToString(r.mark)
		o, there := was.own[key]
		if !there {
			if o, err = r.open(ctx, tx); err != nil {
				return err
			}
		}
		o.RetiredAt = access.Moment(r.retired)
		k.own[key] = o
		lib.all = append(lib.all, volumeOf(o.Instrument))
	}
	if len(rows) > 0 {
		lib.sort()
		k.lib = lib
	}
	if k.on, err = packsOn(ctx, tx); err != nil {
		return err
	}
	s.mu.Lock()
	s.kept[tx.Practice] = k
	s.mu.Unlock()
	return nil
}

// Definitions are all questionnaires of the practice in all their versions, what is
// retired or off with them, by id: for whoever belongs to it. They are published
// words, and nobody's record.
func (s *Shelf) Definitions(ctx context.Context, actor access.Actor) ([]*Instrument, error) {
	tx, err := s.door.Begin(ctx, actor, access.ReadDefinitions, access.Operations)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()

	if err := s.Ready(ctx, tx); err != nil {
		return nil, err
	}
	return s.In(actor.Practice).All(), nil
}

// Stock is everything that the actor's practice has: for those who manage it and
// those who ask.
func (s *Shelf) Stock(ctx context.Context, actor access.Actor) (Stock, error) {
	tx, err := s.door.Begin(ctx, actor, access.ReadInstruments, access.Operations)
	if err != nil {
		return Stock{}, err
	}
	defer tx.Rollback()

	if err := s.look(ctx, tx, stock{}); err != nil {
		return Stock{}, err
	}
	s.mu.Lock()
	k := s.kept[tx.Practice]
	s.mu.Unlock()
	st := Stock{Free: Free()}
	for _, in := range Packs() {
		st.Packs = append(st.Packs, Pack{in, k.on[in.ID]})
	}
	for _, o := range k.own {
		st.Own = append(st.Own, o)
	}
	slices.SortFunc(st.Own, func(a, b Own) int {
		if c := b.MadeAt.Compare(a.MadeAt); c != 0 {
			return c
		}
		return strings.Compare(a.ID+" "+a.Version, b.ID+" "+b.Version)
	})
	return st, nil
}

// Import brings a definition into the actor's practice. actor manages it, or is
// the operator. What cannot be read is fault.Invalid, with the place in the file.
// The same id and version with the same content is success and keeps one; with
// other content it is fault.Conflict. A retired one that is brought again is asked
// for again.
func (s *Shelf) Import(ctx context.Context, actor access.Actor, file []byte) (Own, error) {
	tx, err := s.door.Begin(ctx, actor, access.KeepInstruments, access.Operations)
	if err != nil {
		return Own{}, err
	}
	defer tx.Rollback()

	o := Own{File: bytes.Clone(file), By: byWhom(actor), MadeAt: tx.Now}
	if o.Instrument, err = Read(file); err != nil {
		return Own{}, err
	}
	rows, err := ownRows(ctx, tx)
	if err != nil {
		return Own{}, err
	}
	mark := s.mark(tx, o.ID, o.Version)
	for _, r := range rows {
		if !bytes.Equal(r.mark, mark) {
			continue
		}
		was, err := r.open(ctx, tx)
		if err != nil {
			return Own{}, err
		}
		if !was.same(o.Instrument) {
			return was, fault.New(fault.Conflict, "file", fmt.Sprintf("%s in version %s is here already with other content. Answers keep the version they were given under, so please give the new one another version.", was.Name, was.Version))
		}
		if r.retired == 0 {
			return was, nil // it came twice
		}
		was.RetiredAt = time.Time{}
		if err := retire(ctx, tx, mark, 0); err != nil {
			return Own{}, err
		}
		return was, s.keep(tx)
	}
	if len(rows) >= MaxOwn {
		return Own{}, fault.New(fault.TooLarge, "file", fmt.Sprintf("A practice can bring along at most %d definitions.", MaxOwn))
	}
	made, err := insertOwn(ctx, tx, mark, o)
	if err != nil {
		return Own{}, err
	}
	if !made {
		return Own{}, fault.New(fault.Conflict, "file", "Somebody brought in the same just now. Please look at the list, and try again if it is not what you meant.")
	}
	return o, s.keep(tx)
}

// Retire ends asking for a definition of the practice's own, or takes it back.
// What was answered stays, and asks that run go on. Doing so twice is success.
func (s *Shelf) Retire(ctx context.Context, actor access.Actor, id, version string, retired bool) error {
	tx, err := s.door.Begin(ctx, actor, access.KeepInstruments, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	at := int64(0)
	if retired {
		at = tx.Now.UnixMicro()
	}
	if err := retire(ctx, tx, s.mark(tx, id, version), at); err != nil {
		return err
	}
	return s.keep(tx)
}

// Switch switches a questionnaire that comes with terms on or off. Whoever
// switches it on has seen the terms. What was answered stays.
func (s *Shelf) Switch(ctx context.Context, actor access.Actor, id string, on bool) error {
	tx, err := s.door.Begin(ctx, actor, access.KeepInstruments, access.Operations)
	if err != nil {
		return err
	}
	defer tx.Rollback()

	if in, ok := Lookup(id, ""); !ok || in.Terms == "" {
		return fault.Absent()
	}
	if err := putPack(ctx, tx, s.door.Lookup(tx.Practice, "pack "+id), sealedPack{ID: id, On: on, By: byWhom(actor)}); err != nil {
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

// Read parses a definition that somebody brings along. What is wrong is
// fault.Invalid at "file", with the place.
func Read(file []byte) (*Instrument, error) {
	in, err := parse(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file", "This cannot be used as it stands. What is wrong: "+err.Error()+".")
	}
	if _, ships := Lookup(in.ID, ""); ships {
		return nil, fault.New(fault.Invalid, "file", fmt.Sprintf("The id %q belongs to a questionnaire that comes with Waymark. Please give yours another.", in.ID))
	}
	return in, nil
}

// mark is how the database knows a definition, and tells nothing of it.
func (s *Shelf) mark(tx *access.Tx, id, version string) []byte {
	return s.door.Lookup(tx.Practice, "instrument "+id+" "+version)
}

func byWhom(a access.Actor) string {
	if a.IsPerson() {
		return a.ID
	}
	return "operator"
}
