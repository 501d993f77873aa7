package web

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/person"
)

// Facts are what practices say of themselves in public. They are held in memory,
// and in a file, so that public pages and the crisis page open while the server
// is sealed or the database is down.
type Facts struct {
	Now func() time.Time

	path string
	mu   sync.RWMutex
	all  []person.Practice // by public address

	zones sync.Map // time zones by name: reading one from the disk for each page would be felt
}

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
	return f, nil
}

// Refresh asks each practice what it says in public, and writes it to the file
// where that has changed.
func (f *Facts) Refresh(ctx context.Context, door *access.Door, people *person.People) error {
	ids, err := people.Practices(ctx)
	if err != nil {
		return err
	}
	var all []person.Practice
	for id := range ids {
		p, err := public(ctx, door, people, id)
		if err != nil {
			return fmt.Errorf("read what is public: %w", err)
		}
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b person.Practice) int { return strings.Compare(a.Slug, b.Slug) })
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.Equal(all, f.all) {
		return nil
	}
	f.all = all
	return f.write()
}

func public(ctx context.Context, door *access.Door, people *person.People, id string) (person.Practice, error) {
	ctx, visit := door.Visit(ctx)
	p, err := people.Public(ctx, access.Anyone(id))
	if err != nil {
		return p, err
	}
	return p, visit.Settle()
}

// write keeps the facts beside the data; the caller holds mu.
func (f *Facts) write() error {
	if f.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(f.all, "", "\t")
	if err != nil {
		return fmt.Errorf("encode what is public: %w", err)
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
	return slices.Clone(f.all)
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
	return f.all[0], true
}

func (f *Facts) find(is func(person.Practice) bool) (person.Practice, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if i := slices.IndexFunc(f.all, is); i >= 0 {
		return f.all[i], true
	}
	return person.Practice{}, false
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
