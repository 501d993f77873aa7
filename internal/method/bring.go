package method

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// Bring reads a file that somebody wants to bring along, against what comes with
// the product: one Own for each entry. What is wrong is fault.Invalid at "file",
// with the place.
func Bring(file []byte) ([]Own, error) { return Shipped().bring(file) }

func (l *Library) bring(file []byte) ([]Own, error) {
	all, err := l.read(file)
	if err != nil {
		return nil, fault.New(fault.Invalid, "file", "This cannot be used as it stands. What is wrong: "+err.Error()+".")
	}
	return all, nil
}

func (l *Library) read(file []byte) ([]Own, error) {
	s, err := Parse(file)
	if err != nil {
		return nil, err
	}
	if s.entries() == 0 {
		return nil, wrong("", "no concern, approach or technique is in it")
	}
	if err := s.ownIDs(); err != nil {
		return nil, err
	}
	// What is here already under the same id and version, and the sources with it,
	// is read as if it were not: it is compared later.
	base := l
	for _, e := range s.all() {
		base = base.without(e.ID, e.Version)
	}
	fresh := s
	fresh.Sources = nil
	for i, src := range s.Sources {
		was := base.source(src.ID)
		if was == nil {
			fresh.Sources = append(fresh.Sources, src)
			continue
		}
		if !reflect.DeepEqual(was, src) {
			return nil, wrong(fmt.Sprintf("sources[%d].id", i), fmt.Sprintf("%q is here already with other words", src.ID))
		}
	}
	if _, err := with(base, fresh, ownRules); err != nil {
		return nil, err
	}
	var out []Own
	for _, one := range fresh.split(base) {
		data, err := json.Marshal(one)
		if err != nil {
			return nil, fmt.Errorf("encode method: %w", err)
		}
		out = append(out, Own{sheet: one, File: data})
	}
	return out, nil
}

// same says whether both say the same; their sources have been compared.
func (o Own) same(other Own) bool {
	a, b := o.sheet, other.sheet
	a.Sources, b.Sources = nil, nil
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}

// all are the entries of a sheet.
func (s *Sheet) all() []*Entry {
	var out []*Entry
	for _, c := range s.Concerns {
		out = append(out, &c.Entry)
	}
	for _, a := range s.Approaches {
		out = append(out, &a.Entry)
	}
	for _, t := range s.Techniques {
		out = append(out, &t.Entry)
	}
	return out
}

// ownIDs asks that everything in a practice's file is named as its own.
func (s *Sheet) ownIDs() error {
	for i, src := range s.Sources {
		if !strings.HasPrefix(src.ID, ownPrefix) {
			return wrong(fmt.Sprintf("sources[%d].id", i), "must begin with own-")
		}
	}
	for list, all := range map[string][]string{"concerns": ids(s.Concerns), "approaches": ids(s.Approaches), "techniques": ids(s.Techniques)} {
		if i := slices.IndexFunc(all, func(id string) bool { return !strings.HasPrefix(id, ownPrefix) }); i >= 0 {
			return wrong(fmt.Sprintf("%s[%d].id", list, i), "must begin with own-")
		}
	}
	return nil
}

func ids[E entered](all []E) []string {
	var out []string
	for _, e := range all {
		out = append(out, e.entry().ID)
	}
	return out
}
