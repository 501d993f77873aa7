package exercise

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"unicode"
)

//go:embed shipped/*.json
var files embed.FS

// A Library is the exercises that are at hand, in all their versions. It does not
// change; callers share what is in it and must not write to it.
type Library struct {
	all    []Exercise      // by id, then from the oldest version to the newest
	hidden map[string]bool // left out of the lists
}

var shipped = sync.OnceValue(func() *Library {
	dir, err := fs.Sub(files, "shipped")
	if err != nil {
		panic("exercise: " + err.Error()) // the name is a valid path
	}
	lib, err := Load(dir)
	if err != nil {
		panic("exercise: " + err.Error()) // compiled in, and tested
	}
	return lib
})

// Shipped is the library that comes with the product.
func Shipped() *Library { return shipped() }

// Load reads every *.json file at the top of fsys as one exercise. Every wrong file
// is named, with the place in it: "thought-record: fields[2].choices: …".
func Load(fsys fs.FS) (*Library, error) {
	names, err := fs.Glob(fsys, "*.json")
	if err != nil {
		return nil, fmt.Errorf("list exercises: %w", err)
	}
	var all []Exercise
	var wrong []error
	for _, name := range names {
		file, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read exercises: %w", err)
		}
		e, err := parse(file)
		if err == nil && strings.HasPrefix(e.ID, ownPrefix) {
			err = &wrongAt{"id", "is the name of a practice's own"}
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", strings.TrimSuffix(path.Base(name), ".json"), err))
			continue
		}
		all = append(all, e)
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return put(all)
}

// parse reads one exercise, strictly.
func parse(file []byte) (Exercise, error) {
	var e Exercise
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&e); err != nil {
		return e, fmt.Errorf("decode exercise: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return e, errors.New("something follows the end")
	}
	if wrong := e.check(); wrong != nil {
		return e, wrong
	}
	return e, nil
}

// put makes a library of exercises that were checked. The versions of each are
// 1, 2, 3 …, none twice.
func put(all []Exercise) (*Library, error) {
	l := &Library{all: slices.Clone(all)}
	slices.SortStableFunc(l.all, func(a, b Exercise) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	for i, e := range l.all {
		want := 1
		if i > 0 && l.all[i-1].ID == e.ID {
			want = l.all[i-1].Version + 1
		}
		if e.Version != want {
			return nil, fmt.Errorf("%s: must be version %d", e.Ref(), want)
		}
	}
	return l, nil
}

// One finds an exercise in a version; 0 is the newest. What is hidden is found.
func (l *Library) One(id string, version int) (Exercise, bool) {
	for _, e := range slices.Backward(l.all) {
		if e.ID == id && (version == 0 || e.Version == version) {
			return e, true
		}
	}
	return Exercise{}, false
}

// All are the newest versions of what is not hidden: in the order of Groups, in each
// from simple to demanding, then by title.
func (l *Library) All() []Exercise {
	var out []Exercise
	for i, e := range l.all {
		if last := i+1 == len(l.all) || l.all[i+1].ID != e.ID; last && !l.hidden[e.ID] {
			out = append(out, e)
		}
	}
	place := make(map[string]int)
	for i, g := range Groups() {
		place[g.ID] = i
	}
	slices.SortStableFunc(out, func(a, b Exercise) int {
		return cmp.Or(cmp.Compare(place[a.Group], place[b.Group]), cmp.Compare(a.Level, b.Level), strings.Compare(a.Title, b.Title))
	})
	return out
}

// Listed are those of All that clients find by themselves.
func (l *Library) Listed() []Exercise {
	return slices.DeleteFunc(l.All(), func(e Exercise) bool { return e.Unlisted })
}

// Hidden says whether the practice left an exercise out of the lists.
func (l *Library) Hidden(id string) bool { return l.hidden[id] }

// HiddenOnes are the newest versions of what is left out of the lists.
func (l *Library) HiddenOnes() []Exercise {
	var out []Exercise
	for i, e := range l.all {
		if last := i+1 == len(l.all) || l.all[i+1].ID != e.ID; last && l.hidden[e.ID] {
			out = append(out, e)
		}
	}
	return out
}

// Search are those of All that have every word of the query somewhere in their title
// or in what they are for.
func (l *Library) Search(query string) []Exercise {
	words := strings.FieldsFunc(strings.ToLower(query), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return nil
	}
	return slices.DeleteFunc(l.All(), func(e Exercise) bool {
		said := strings.ToLower(e.Title + " " + e.What + " " + strings.Join(e.How, " "))
		return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(said, w) })
	})
}

// Ref finds what a Ref names: "thought-record@1".
func (l *Library) Ref(ref string) (Exercise, bool) {
	i := slices.IndexFunc(l.all, func(e Exercise) bool { return e.Ref() == ref })
	if i < 0 {
		return Exercise{}, false
	}
	return l.all[i], true
}
