package instrument

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed shipped/*.json
var files embed.FS

// A Library holds instruments in all their versions. It does not change.
type Library struct{ all []*Instrument } // by id, then from the oldest version to the newest

var shipped = sync.OnceValue(func() *Library {
	dir, err := fs.Sub(files, "shipped")
	if err != nil {
		panic("instrument: " + err.Error()) // the name is a valid path
	}
	lib, err := Load(dir)
	if err != nil {
		panic("instrument: " + err.Error()) // compiled in, and tested
	}
	return lib
})

// Shipped is the library that comes with the product, packs and all.
func Shipped() *Library { return shipped() }

// Free are the newest versions of what comes with the product and may be asked of
// clients without agreeing to anything, by id. What is for somebody close to them
// is not among them.
func Free() []*Instrument { return withTerms(false) }

// Packs are the newest versions of what comes with the product and is off until a
// practice has seen its terms and switched it on, by id.
func Packs() []*Instrument { return withTerms(true) }

func withTerms(some bool) []*Instrument {
	var all []*Instrument
	for _, in := range shipped().Newest() {
		if (in.Terms != "") == some && in.Informant == "self" {
			all = append(all, in)
		}
	}
	return all
}

// Lookup finds a shipped instrument; version "" means the newest.
func Lookup(id, version string) (*Instrument, bool) { return shipped().Lookup(id, version) }

// Load reads every *.json file at the top of fsys. Every wrong file is named, with
// the place in it: "phq-9: items[3].answers[1].value: given twice".
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list instruments: %w", err)
	}
	lib := &Library{}
	var wrong []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read instrument: %w", err)
		}
		base := strings.TrimSuffix(path.Base(name), ".json")
		in, err := Parse(base, data)
		if err != nil {
			wrong = append(wrong, err)
			continue
		}
		if _, twice := lib.Lookup(in.ID, in.Version); twice {
			wrong = append(wrong, fmt.Errorf("%s: version: %s %s is already there", base, in.ID, in.Version))
			continue
		}
		lib.all = append(lib.all, in)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	lib.sort()
	return lib, nil
}

func (l *Library) sort() {
	slices.SortStableFunc(l.all, func(a, b *Instrument) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), compareVersions(a.Version, b.Version))
	})
}

// Lookup finds an instrument by its id; version "" means the newest.
func (l *Library) Lookup(id, version string) (*Instrument, bool) {
	for _, in := range slices.Backward(l.all) {
		if in.ID == id && (version == "" || in.Version == version) {
			return in, true
		}
	}
	return nil, false
}

// Newest are the newest versions, by id.
func (l *Library) Newest() []*Instrument {
	var out []*Instrument
	for i, in := range l.all {
		if i+1 == len(l.all) || l.all[i+1].ID != in.ID {
			out = append(out, in)
		}
	}
	return out
}

// All are all versions, by id and then from the oldest to the newest.
func (l *Library) All() []*Instrument { return slices.Clone(l.all) }

// compareVersions orders "2" before "10" and "1.9" before "1.10"; parts that are
// not numbers go by letter, after numbers.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(as), len(bs)) {
		x, xerr := strconv.Atoi(as[i])
		y, yerr := strconv.Atoi(bs[i])
		c := 0
		switch {
		case xerr == nil && yerr == nil:
			c = cmp.Compare(x, y)
		case xerr == nil:
			c = -1
		case yerr == nil:
			c = 1
		default:
			c = strings.Compare(as[i], bs[i])
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(as), len(bs)), strings.Compare(a, b))
}
