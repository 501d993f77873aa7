package method

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/fault"
)

// rules are what is asked of a sheet beyond its form.
type rules struct {
	// full asks for everything that the product says of each entry, and for a
	// source behind every statement. A practice may say less.
	full bool
	// own lets a strength be OwnExperience and a source be Stated, and nothing that
	// would stand in the place of what comes with the product.
	own bool
}

var (
	shippedRules = rules{full: true}
	ownRules     = rules{own: true}
)

const (
	maxWithin  = 5    // concerns within one another
	maxVersion = 9999 // of one entry
)

// A checker looks through what is new in a library, and keeps the first that is wrong.
type checker struct {
	lib   *Library
	rules rules
	err   error
}

func (c *checker) fail(at, why string) {
	if c.err == nil {
		c.err = wrong(at, why)
	}
}

// check looks through what is in l from the given counts on, and ties statements to
// their sources.
func (l *Library) check(from counts, rules rules) error {
	c := &checker{lib: l, rules: rules}
	c.sources(from.sources)
	c.ids(from)
	for i, one := range l.sheet.Concerns[from.concerns:] {
		c.concern(fmt.Sprintf("concerns[%d]", i), one)
	}
	for i, one := range l.sheet.Approaches[from.approaches:] {
		c.approach(fmt.Sprintf("approaches[%d]", i), one)
	}
	for i, one := range l.sheet.Techniques[from.techniques:] {
		c.technique(fmt.Sprintf("techniques[%d]", i), one)
	}
	if c.err == nil {
		c.circles()
	}
	return c.err
}

func (c *checker) sources(from int) {
	seen := make(map[string]bool)
	for _, s := range c.lib.sheet.Sources[:from] {
		seen[s.ID] = true
	}
	for i, s := range c.lib.sheet.Sources[from:] {
		at := fmt.Sprintf("sources[%d]", i)
		if !sound(s.ID) {
			c.fail(at+".id", "must be small letters, digits and hyphens")
		}
		if seen[s.ID] {
			c.fail(at+".id", fmt.Sprintf("%q is there already", s.ID))
		}
		seen[s.ID] = true
		if !slices.Contains([]string{Guideline, Review, Trial, Theory, Stated}, s.Kind) || s.Kind == Stated && !c.rules.own {
			c.fail(at+".kind", fmt.Sprintf("%q is no kind of source", s.Kind))
		}
		if s.Cite == "" {
			c.fail(at+".cite", "missing")
		}
		if s.Year != 0 && (s.Year < 1850 || s.Year > 2100) || s.Year == 0 && c.rules.full {
			c.fail(at+".year", "must be a year")
		}
		if !slices.Contains([]string{Read, Found, NotChecked}, s.Checked) {
			c.fail(at+".checked", fmt.Sprintf("must be %q, %q or %q", Read, Found, NotChecked))
		}
		if s.URL != "" {
			if u, err := url.Parse(s.URL); err != nil || u.Scheme != "https" || u.Host == "" {
				c.fail(at+".url", "must be an https address")
			}
		}
	}
}

// ids looks at the names of what is new: sound, once in each version, and the
// versions one after the other.
func (c *checker) ids(from counts) {
	seen := make(map[string]string) // id: which list
	next := make(map[string]int)
	refs := make(map[string]bool)
	look := func(list string, i int, e *Entry, isNew bool) {
		at := fmt.Sprintf("%s[%d]", list, i)
		switch was, there := seen[e.ID]; {
		case !isNew:
		case !sound(e.ID):
			c.fail(at+".id", "must be small letters, digits and hyphens")
		case there && was != list:
			c.fail(at+".id", fmt.Sprintf("%q is there already, among the %s", e.ID, was))
		case e.Version < 1 || e.Version > maxVersion:
			c.fail(at+".version", "must be 1 or more")
		case refs[e.Ref()]:
			c.fail(at+".version", fmt.Sprintf("%q is there already in this version", e.ID))
		case !c.rules.own && e.Version != next[e.ID]+1:
			c.fail(at+".version", fmt.Sprintf("must be %d, the next", next[e.ID]+1))
		}
		seen[e.ID], next[e.ID], refs[e.Ref()] = list, e.Version, true
		if isNew {
			c.entry(at, e)
		}
	}
	for i, e := range c.lib.sheet.Concerns {
		look("concerns", i-from.concerns, &e.Entry, i >= from.concerns)
	}
	for i, e := range c.lib.sheet.Approaches {
		look("approaches", i-from.approaches, &e.Entry, i >= from.approaches)
	}
	for i, e := range c.lib.sheet.Techniques {
		look("techniques", i-from.techniques, &e.Entry, i >= from.techniques)
	}
}

func (c *checker) entry(at string, e *Entry) {
	for _, one := range []struct{ name, text string }{{"name", e.Name}, {"plain", e.Plain}} {
		if one.text == "" {
			c.fail(at+"."+one.name, "missing")
		}
		if fault.Length(one.text) > MaxName || strings.Contains(one.text, "\n") {
			c.fail(at+"."+one.name, fmt.Sprintf("must be one line of at most %d", MaxName))
		}
	}
	c.said(at+".about", &e.About, true, false)
}

// said looks at one statement. needed says that it must be there whoever writes it;
// rests, that it is about what helps, so that in the product it rests on a source.
func (c *checker) said(at string, s *Said, needed, rests bool) {
	if s.Clinician == "" {
		if needed || c.rules.full || s.Client != "" || len(s.Cites) > 0 {
			c.fail(at+".clinician", "missing")
		}
		return
	}
	if c.rules.full && s.Client == "" {
		c.fail(at+".client", "missing")
	}
	if c.rules.full && rests && len(s.Cites) == 0 {
		c.fail(at+".sources", "missing: what is said here rests on something")
	}
	s.sources = nil
	for i, id := range s.Cites {
		src := c.lib.source(id)
		if src == nil {
			c.fail(fmt.Sprintf("%s.sources[%d]", at, i), fmt.Sprintf("there is no source called %q", id))
			return
		}
		if slices.Contains(s.sources, src) {
			c.fail(fmt.Sprintf("%s.sources[%d]", at, i), "given twice")
		}
		s.sources = append(s.sources, src)
	}
}

func (l *Library) source(id string) *Source {
	for _, s := range l.sheet.Sources {
		if s.ID == id {
			return s
		}
	}
	return nil
}

func (c *checker) concern(at string, one *Concern) {
	if one.Within != "" {
		if _, ok := c.lib.Concern(one.Within); !ok {
			c.fail(at+".within", fmt.Sprintf("there is no concern called %q", one.Within))
		}
	}
	for i := range one.First {
		c.said(fmt.Sprintf("%s.first[%d]", at, i), &one.First[i], true, true)
	}
	seen := make(map[string]bool)
	for i := range one.Links {
		k, here := &one.Links[i], fmt.Sprintf("%s.links[%d]", at, i)
		if k.Concern != "" {
			c.fail(here+".concern", "is the concern it stands in; leave it out")
		}
		if _, ok := c.lib.Approach(k.Approach); !ok {
			c.fail(here+".approach", fmt.Sprintf("there is no approach called %q", k.Approach))
		}
		c.link(here, k, k.Approach, seen)
	}
}

func (c *checker) approach(at string, one *Approach) {
	c.way(at, one.Way)
	c.said(at+".mechanism", &one.Mechanism, false, true)
	c.said(at+".effect", &one.Effect, false, true)
	c.said(at+".lasts", &one.Lasts, false, true)
	c.said(at+".asks", &one.Asks, false, false)
	c.around(at, one.Cautions, one.Steps)
	seen := make(map[string]bool)
	for i := range one.Links {
		k, here := &one.Links[i], fmt.Sprintf("%s.links[%d]", at, i)
		if k.Approach != "" {
			c.fail(here+".approach", "is the approach it stands in; leave it out")
		}
		if _, ok := c.lib.Concern(k.Concern); !ok {
			c.fail(here+".concern", fmt.Sprintf("there is no concern called %q", k.Concern))
		}
		c.link(here, k, k.Concern, seen)
	}
}

func (c *checker) technique(at string, one *Technique) {
	c.way(at, one.Way)
	c.strength(at, one.Strength)
	if one.Demand < 1 || one.Demand > 5 {
		c.fail(at+".demand", "must be from 1, simple, to 5, demanding")
	}
	if len(one.Approaches) == 0 {
		c.fail(at+".approaches", "missing")
	}
	for i, id := range one.Approaches {
		if _, ok := c.lib.Approach(id); !ok {
			c.fail(fmt.Sprintf("%s.approaches[%d]", at, i), fmt.Sprintf("there is no approach called %q", id))
		}
		if slices.Contains(one.Approaches[:i], id) {
			c.fail(fmt.Sprintf("%s.approaches[%d]", at, i), "given twice")
		}
	}
	for i, id := range one.After {
		before, ok := c.lib.Technique(id)
		switch here := fmt.Sprintf("%s.after[%d]", at, i); {
		case !ok:
			c.fail(here, fmt.Sprintf("there is no technique called %q", id))
		case before.Demand > one.Demand:
			c.fail(here, "asks for more than what comes after it")
		}
	}
	c.said(at+".mechanism", &one.Mechanism, false, true)
	c.said(at+".effect", &one.Effect, false, true)
	c.said(at+".lasts", &one.Lasts, false, false)
	c.said(at+".asks", &one.Asks, false, false)
	c.around(at, one.Cautions, one.Steps)
}

// around looks at what approaches and techniques have in common.
func (c *checker) around(at string, cautions []Caution, steps []Step) {
	if c.rules.full && len(cautions) == 0 {
		c.fail(at+".cautions", "missing: nothing is for everybody")
	}
	for i := range cautions {
		here := fmt.Sprintf("%s.cautions[%d]", at, i)
		if !slices.Contains([]string{WhenNot, WhenWait, WithCare}, cautions[i].Kind) {
			c.fail(here+".kind", fmt.Sprintf("must be %q, %q or %q", WhenNot, WhenWait, WithCare))
		}
		c.said(here, &cautions[i].Said, true, true)
	}
	if c.rules.full && len(steps) == 0 {
		c.fail(at+".steps", "missing")
	}
	for i := range steps {
		here := fmt.Sprintf("%s.steps[%d]", at, i)
		c.said(here, &steps[i].Said, true, false)
		if id := steps[i].Technique; id != "" {
			if _, ok := c.lib.Technique(id); !ok {
				c.fail(here+".technique", fmt.Sprintf("there is no technique called %q", id))
			}
		}
	}
}

func (c *checker) link(at string, k *Link, other string, seen map[string]bool) {
	if seen[other] {
		c.fail(at, fmt.Sprintf("%q is linked twice", other))
	}
	seen[other] = true
	c.strength(at, k.Strength)
	c.said(at, &k.Said, false, true)
}

func (c *checker) strength(at string, s Strength) {
	if !slices.Contains(Strengths(), s) || s == OwnExperience && !c.rules.own {
		c.fail(at+".strength", fmt.Sprintf("%q is not on the scale of evidence", string(s)))
	}
}

func (c *checker) way(at string, w Way) {
	if w != Either && w != Skills && w != Exploring {
		c.fail(at+".way", fmt.Sprintf("must be %q or %q, or left out", Skills, Exploring))
	}
}

// circles looks for concerns within themselves and techniques that come after
// themselves, over several corners too.
func (c *checker) circles() {
	for _, one := range c.lib.sheet.Concerns {
		for at, n := one, 0; at.Within != ""; n++ {
			if n >= maxWithin {
				c.fail(one.ID+".within", "goes round in a circle, or is more than 5 deep")
				return
			}
			at, _ = c.lib.Concern(at.Within)
		}
	}
	state := make(map[string]int) // 1 on the way, 2 done
	var walk func(id string)
	walk = func(id string) {
		if state[id] == 2 || c.err != nil {
			return
		}
		if state[id] == 1 {
			c.fail(id+".after", "goes round in a circle")
			return
		}
		state[id] = 1
		if t, ok := c.lib.Technique(id); ok {
			for _, before := range t.After {
				walk(before)
			}
		}
		state[id] = 2
	}
	for _, t := range c.lib.sheet.Techniques {
		walk(t.ID)
	}
}
