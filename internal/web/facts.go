package web

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/profile"
)

// Facts are what practices say of themselves in public: how they are reached, what
// they and their clinicians published, and which first consultations are free. They
// are held in memory, and in a file, so that public pages and the crisis page open
// while the server is sealed or the database is down, and cost it nothing.
type Facts struct {
	Now  func() time.Time
	Here *Machine // the server; nil while it is sealed

	path  string
	mu    sync.RWMutex
	all   []fact // by public address
	text  []byte // as it lies in the file
	marks map[string]profile.Mark
	read  time.Time // when it was last asked for

	zones sync.Map // time zones by name: reading one from the disk for each page would be felt
}

// A fact is one practice in the file.
type fact struct {
	person.Practice
	Profile profile.Public
}

// stale is for how long what was read is taken for what there is, even if nobody
// published anything: appointments that were planned meanwhile stand in the way of
// first consultations.
const stale = time.Minute

// ReadFacts returns the facts that were last written to the file at path, if any.
func ReadFacts(path string) (*Facts, error) {
	f := &Facts{path: path, Now: time.Now}
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("read what is public: %w", err)
	}
	if err := json.Unmarshal(text, &f.all); err != nil {
		return f, fmt.Errorf("decode what is public: %w", err)
	}
	f.text = text
	return f, nil
}

// Notice asks what is public if something of it may have changed since it was last
// asked, here or on another server, and is cheap otherwise: it is called every other
// second.
func (f *Facts) Notice(ctx context.Context, door *access.Door, people *person.People) error {
	marks, err := profile.New(door).Marks(ctx)
	if err != nil {
		return err
	}
	f.mu.RLock()
	same := maps.Equal(marks, f.marks) && f.Now().Sub(f.read) < stale
	f.mu.RUnlock()
	if same {
		return nil
	}
	if err := f.Refresh(ctx, door, people); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.marks, f.read = marks, f.Now()
	return nil
}

// Refresh asks each practice what it says in public, and writes it to the file
// where that has changed.
func (f *Facts) Refresh(ctx context.Context, door *access.Door, people *person.People) error {
	ids, err := people.Practices(ctx)
	if err != nil {
		return err
	}
	var all []fact
	for id := range ids {
		p, err := public(ctx, door, people, id)
		if err != nil {
			return fmt.Errorf("read what is public: %w", err)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b fact) int { return strings.Compare(a.Slug, b.Slug) })
	text, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		return fmt.Errorf("encode what is public: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if bytes.Equal(text, f.text) {
		return nil
	}
	f.all = all
	if err := f.write(text); err != nil {
		return err
	}
	f.text = text
	return nil
}

func public(ctx context.Context, door *access.Door, people *person.People, id string) (fact, error) {
	ctx, visit := door.Visit(ctx)
	p, err := people.Public(ctx, access.Anyone(id))
	if err != nil {
		return fact{}, err
	}
	said, err := profile.New(door).Public(ctx, access.Anyone(id))
	if err != nil {
		return fact{}, err
	}
	return fact{p, said}, visit.Settle()
}

// write keeps the facts beside the data; the caller holds mu.
func (f *Facts) write(text []byte) error {
	if f.path == "" {
		return nil
	}
	half := filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+".half")
	if err := os.WriteFile(half, text, 0o600); err != nil {
		return fmt.Errorf("write what is public: %w", err)
	}
	return os.Rename(half, f.path)
}

// All are the practices on this server.
func (f *Facts) All() []person.Practice {
	f.mu.RLock()
	defer f.mu.RUnlock()
	all := make([]person.Practice, len(f.all))
	for i, one := range f.all {
		all[i] = one.Practice
	}
	return all
}

// Profile is what the practice with the given id published, with the first
// consultations that are still to come and were free when it was last asked. What
// comes back is shared: nobody may change it.
func (f *Facts) Profile(id string) profile.Public {
	f.mu.RLock()
	defer f.mu.RUnlock()
	i := slices.IndexFunc(f.all, func(one fact) bool { return one.ID == id })
	if i < 0 {
		return profile.Public{}
	}
	return f.all[i].Profile.After(f.Now())
}

// Of is the practice with the given id.
func (f *Facts) Of(id string) (person.Practice, bool) {
	return f.find(func(p person.Practice) bool { return p.ID == id })
}

// At is the practice with the given public address.
func (f *Facts) At(slug string) (person.Practice, bool) {
	return f.find(func(p person.Practice) bool { return p.Slug == slug })
}

// Only is the one practice on this server, if there is one.
func (f *Facts) Only() (person.Practice, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if len(f.all) != 1 {
		return person.Practice{}, false
	}
	return f.all[0].Practice, true
}

func (f *Facts) find(is func(person.Practice) bool) (person.Practice, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if i := slices.IndexFunc(f.all, func(one fact) bool { return is(one.Practice) }); i >= 0 {
		return f.all[i].Practice, true
	}
	return person.Practice{}, false
}

// Zone is the time zone of the practice with the given id.
func (f *Facts) Zone(id string) *time.Location {
	p, _ := f.Of(id)
	return f.zone(p)
}

// zone is the time zone of p.
func (f *Facts) zone(p person.Practice) *time.Location {
	if loc, ok := f.zones.Load(p.TimeZone); ok {
		return loc.(*time.Location)
	}
	loc := p.Location()
	f.zones.Store(p.TimeZone, loc)
	return loc
}
