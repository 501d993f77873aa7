package instrument

import (
	"cmp"
	"embed"
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
type Library struct{ all []volume } // by id, then from the oldest version to the newest

// A volume is one version of an instrument. What comes with the product is read
// when it is first asked for: a server that starts needs hardly any of it.
type volume struct {
	id   string
	read func() *Instrument
}

func volumeOf(in *Instrument) volume { return volume{in.ID, func() *Instrument { return in }} }

var shipped = sync.OnceValue(func() *Library {
	names, err := fs.Glob(files, "shipped/*.json")
	if err != nil {
		panic("instrument: " + err.Error()) // the pattern is well formed
	}
	lib := &Library{}
	for _, name := range names {
		id := strings.TrimSuffix(path.Base(name), ".json")
		lib.all = append(lib.all, volume{id, sync.OnceValue(func() *Instrument { return readShipped(id, name) })})
	}
	lib.sort()
	return lib
})

// readShipped reads what is in the file called by id.
func readShipped(id, name string) *Instrument {
	data, err := files.ReadFile(name)
	if err != nil {
		panic("instrument: " + err.Error()) // it was listed
	}
	in, err := Parse(id, data)
	if err == nil && in.ID != id {
		err = fmt.Errorf("%s: id: is %s, and the file is found by its name", id, in.ID)
	}
	if err != nil {
		panic("instrument: " + err.Error()) // compiled in, and tested
	}
	return in
}

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

// sort reads only what there is in more than one version.
func (l *Library) sort() {
	slices.SortStableFunc(l.all, func(a, b volume) int {
		if c := strings.Compare(a.id, b.id); c != 0 {
			return c
		}
		return compareVersions(a.read().Version, b.read().Version)
	})
}

// Lookup finds an instrument by its id; version "" means the newest.
func (l *Library) Lookup(id, version string) (*Instrument, bool) {
	for _, v := range slices.Backward(l.all) {
		if v.id != id {
			continue
		}
		if in := v.read(); version == "" || in.Version == version {
			return in, true
		}
	}
	return nil, false
}

// Newest are the newest versions, by id.
func (l *Library) Newest() []*Instrument {
	var out []*Instrument
	for i, v := range l.all {
		if i+1 == len(l.all) || l.all[i+1].id != v.id {
			out = append(out, v.read())
		}
	}
	return out
}

// All are all versions, by id and then from the oldest to the newest.
func (l *Library) All() []*Instrument {
	out := make([]*Instrument, len(l.all))
	for i, v := range l.all {
		out[i] = v.read()
	}
	return out
}

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
