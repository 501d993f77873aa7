package method

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed shipped/*.json
var files embed.FS

// A Library is the methods that are at hand, in all their versions. It does not
// change; callers share what is in it and must not write to it.
type Library struct {
	sheet  Sheet // by id, then from the oldest version to the newest; ids in the order of the files
	hidden map[string]bool
}

var shipped = sync.OnceValue(func() *Library {
	dir, err := fs.Sub(files, "shipped")
	if err != nil {
		panic("method: " + err.Error()) // the name is a valid path
	}
	lib, err := Load(dir)
	if err != nil {
		panic("method: " + err.Error()) // compiled in, and tested
	}
	return lib
})

// Shipped is the library that comes with the product.
func Shipped() *Library { return shipped() }

// Load reads every *.json file at the top of fsys as one library. Every wrong file
// is named, with the place in it: "anxiety: approaches[0].links[2].concern: …".
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list methods: %w", err)
	}
	var all Sheet
	var wrong []error
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read methods: %w", err)
		}
		s, err := Parse(data)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", strings.TrimSuffix(path.Base(name), ".json"), err))
			continue
		}
		all.append(s)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return with(nil, all, shippedRules)
}

// with is base and what is in more, checked together by rules; base may be nil.
func with(base *Library, more Sheet, rules rules) (*Library, error) {
	lib := &Library{}
	if base != nil {
		lib.hidden = base.hidden
		lib.sheet.append(base.sheet)
	}
	from := lib.sheet.counts()
	lib.sheet.append(more)
	if err := lib.check(from, rules); err != nil {
		return nil, err
	}
	lib.sort()
	return lib, nil
}

func (l *Library) sort() {
	l.sheet.Concerns = sorted(l.sheet.Concerns)
	l.sheet.Approaches = sorted(l.sheet.Approaches)
	l.sheet.Techniques = sorted(l.sheet.Techniques)
}

// sorted puts the versions of each entry behind one another, where its first stood.
func sorted[E entered](all []E) []E {
	place := make(map[string]int)
	for _, e := range all {
		if _, there := place[e.entry().ID]; !there {
			place[e.entry().ID] = len(place)
		}
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(a, b E) int {
		return cmp.Or(cmp.Compare(place[a.entry().ID], place[b.entry().ID]), cmp.Compare(a.entry().Version, b.entry().Version))
	})
	return out
}

// entered is anything with an Entry.
type entered interface{ entry() *Entry }

func (e *Entry) entry() *Entry { return e }

func lookup[E entered](all []E, ref string) (E, bool) {
	var none E
	id, version, err := ParseRef(ref)
	if err != nil {
		return none, false
	}
	for _, e := range slices.Backward(all) {
		if e.entry().ID == id && (version == 0 || e.entry().Version == version) {
			return e, true
		}
	}
	return none, false
}

// newest are the last versions of what is not hidden.
func newest[E entered](l *Library, all []E) []E {
	var out []E
	for i, e := range all {
		if last := i+1 == len(all) || all[i+1].entry().ID != e.entry().ID; last && !l.hidden[e.entry().ID] {
			out = append(out, e)
		}
	}
	return out
}

// Concern finds a concern by "panic" (the newest) or "panic@1". What is hidden is found.
func (l *Library) Concern(ref string) (*Concern, bool) { return lookup(l.sheet.Concerns, ref) }

// Approach finds an approach by "cbt" (the newest) or "cbt@1". What is hidden is found.
func (l *Library) Approach(ref string) (*Approach, bool) { return lookup(l.sheet.Approaches, ref) }

// Technique finds a technique by its id (the newest) or its Ref. What is hidden is found.
func (l *Library) Technique(ref string) (*Technique, bool) { return lookup(l.sheet.Techniques, ref) }

// Concerns are the newest versions, each behind the one that it is within.
func (l *Library) Concerns() []*Concern {
	all := newest(l, l.sheet.Concerns)
	var out []*Concern
	var put func(within string)
	put = func(within string) {
		for _, c := range all {
			if c.Within == within || within == "" && !slices.ContainsFunc(all, func(o *Concern) bool { return o.ID == c.Within }) {
				out = append(out, c)
				put(c.ID)
			}
		}
	}
	put("")
	return out
}

// Approaches are the newest versions, None among them.
func (l *Library) Approaches() []*Approach { return newest(l, l.sheet.Approaches) }

// Techniques are the newest versions.
func (l *Library) Techniques() []*Technique { return newest(l, l.sheet.Techniques) }

// TechniquesOf are the techniques of an approach, from simple to demanding; what
// usually comes first stands before what comes after it.
func (l *Library) TechniquesOf(approach string) []*Technique {
	var out []*Technique
	for _, t := range l.Techniques() {
		if slices.Contains(t.Approaches, approach) {
			out = append(out, t)
		}
	}
	depth := make(map[string]int)
	var deep func(id string) int
	deep = func(id string) int {
		if d, done := depth[id]; done {
			return d
		}
		d := 0
		if t, ok := l.Technique(id); ok {
			for _, before := range t.After {
				d = max(d, 1+deep(before)) // no circles: see check
			}
		}
		depth[id] = d
		return d
	}
	slices.SortStableFunc(out, func(a, b *Technique) int {
		return cmp.Or(cmp.Compare(a.Demand, b.Demand), cmp.Compare(deep(a.ID), deep(b.ID)))
	})
	return out
}

// Hidden says whether the practice left an entry out of what can be chosen.
func (l *Library) Hidden(id string) bool { return l.hidden[id] }

// Sources are all that anything in the library rests on, by kind and then as cited.
func (l *Library) Sources() []*Source {
	all := slices.Clone(l.sheet.Sources)
	kinds := []string{Guideline, Review, Trial, Theory, Stated}
	slices.SortStableFunc(all, func(a, b *Source) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), strings.Compare(a.Cite, b.Cite))
	})
	return all
}

// links are those of the newest versions, with both ends filled in. Of two between
// the same ends the later counts, so that a practice's own words stand over ours.
func (l *Library) links() []Link {
	var out []Link
	at := make(map[[2]string]int)
	put := func(k Link) {
		ends := [2]string{k.Concern, k.Approach}
		if i, there := at[ends]; there {
			out[i] = k
			return
		}
		at[ends] = len(out)
		out = append(out, k)
	}
	for _, a := range l.Approaches() {
		for _, k := range a.Links {
			k.Approach = a.ID
			put(k)
		}
	}
	for _, c := range l.Concerns() {
		for _, k := range c.Links {
			k.Concern = c.ID
			put(k)
		}
	}
	return out
}

// A Use is what an approach is known to be for.
type Use struct {
	Concern *Concern
	Link
}

// Uses are the concerns that an approach is for, strongest evidence first.
func (l *Library) Uses(approach string) []Use {
	var out []Use
	for _, k := range l.links() {
		if c, ok := l.Concern(k.Concern); ok && k.Approach == approach && !l.hidden[k.Concern] {
			out = append(out, Use{c, k})
		}
	}
	slices.SortStableFunc(out, func(a, b Use) int { return cmp.Compare(a.Strength.rank(), b.Strength.rank()) })
	return out
}

// HiddenEntries are the newest versions of what is left out of what can be chosen.
func (l *Library) HiddenEntries() []*Entry {
	var out []*Entry
	put := func(e *Entry) {
		if l.hidden[e.ID] && !slices.ContainsFunc(out, func(o *Entry) bool { return o.ID == e.ID }) {
			out = append(out, e)
		}
	}
	for _, c := range slices.Backward(l.sheet.Concerns) {
		put(&c.Entry)
	}
	for _, a := range slices.Backward(l.sheet.Approaches) {
		put(&a.Entry)
	}
	for _, t := range slices.Backward(l.sheet.Techniques) {
		put(&t.Entry)
	}
	return out
}
