package fhir

import (
	"slices"
	"strings"
	"sync"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/fhir/record"
	"github.com/waymark-care/waymark/internal/tree"
)

// A kind is a kind of resource: what can be done with it, and what that asks of the door.
type kind struct {
	name    string
	about   string          // for whoever writes a program
	reads   []access.Action // what reading and searching ask, the first first
	writes  []access.Action // what creating asks
	params  []param         // by which it is searched
	undated bool            // it is not known when one last changed
	past    bool            // its history can be read
	own     bool            // whoever it is about reads it, and nobody else
	passing bool            // it is of this moment, and nobody's record: not among what is taken along

	read   func(c *call, id string) (found, error)
	search func(c *call, q query) (answers, error)
	create func(c *call, body tree.Node) (made found, fresh bool, err error) // fresh: it was not there before
}

// kinds are all that are there, in order of name. They are put together once, because
// each request asks what its token lets it do with each of them.
var kinds = sync.OnceValue(func() []kind {
	all := []kind{observations(), patients(), practitioners(), questionnaires(), questionnaireResponses()}
	for _, k := range record.Kinds() {
		all = append(all, ofRecord(k))
	}
	slices.SortFunc(all, func(a, b kind) int { return strings.Compare(a.name, b.name) })
	return all
})

// named is the kind of that name, if there is one.
func named(name string) kind {
	for _, k := range kinds() {
		if k.name == name {
			return k
		}
	}
	return kind{}
}
