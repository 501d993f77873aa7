package exercise

import (
	"slices"
	"strconv"
)

// empty says whether nothing was written of a field but its kind.
func (a Ask) empty() bool { return a.Label == "" && a.Help == "" && a.Choices == "" }

// named are the fields of a form, each with an id: one that has none, or none that can
// be one, or that of an earlier field, gets a new one.
func named(asks []Ask) []Ask {
	taken := make(map[string]bool)
	for _, a := range asks {
		taken[a.ID] = true
	}
	seen := make(map[string]bool)
	out := slices.Clone(asks)
	for i := range out {
		if !fieldID(out[i].ID) || seen[out[i].ID] {
			for n := 1; ; n++ {
				if out[i].ID = "f" + strconv.Itoa(n); !taken[out[i].ID] {
					break
				}
			}
		}
		taken[out[i].ID], seen[out[i].ID] = true, true
	}
	return out
}

// Add puts an empty field at the end, or with rows rows with a field in them.
func (f *Form) Add(rows bool) {
	if rows {
		f.Asks = append(f.Asks, Ask{Kind: Rows}, Ask{Kind: Line, Within: true})
	} else {
		f.Asks = append(f.Asks, Ask{Kind: Text})
	}
	f.Asks = named(f.Asks[:min(len(f.Asks), MaxAsks)])
}

// AddWithin puts an empty field at the end of the rows with this id.
func (f *Form) AddWithin(id string) {
	i, n := f.block(id)
	if n == 0 || f.Asks[i].Kind != Rows || len(f.Asks) >= MaxAsks {
		return
	}
	f.Asks = named(slices.Insert(slices.Clone(f.Asks), i+n, Ask{Kind: Line, Within: true}))
}

// Remove takes a field out; rows go with what is in them.
func (f *Form) Remove(id string) {
	i, n := f.block(id)
	f.Asks = slices.Delete(slices.Clone(f.Asks), i, i+n)
}

// Move puts a field before the one above it, or with down behind the one below it.
// Rows go with what is in them, and what is in them stays there.
func (f *Form) Move(id string, down bool) {
	i, n := f.block(id)
	if n == 0 {
		return
	}
	all := f.Asks
	first, second := i, i
	if down {
		second = i + n
	} else {
		first--
		for first > 0 && !all[i].Within && all[first].Within {
			first--
		}
	}
	if first < 0 || second >= len(all) || all[first].Within != all[i].Within || all[second].Within != all[i].Within {
		return // there is nothing to change places with
	}
	_, m := f.block(all[second].ID)
	f.Asks = slices.Concat(all[:first], all[second:second+m], all[first:second], all[second+m:])
}

// block is where a field stands, and how many there are with what is in it; 0 if
// there is none.
func (f *Form) block(id string) (at, n int) {
	at = slices.IndexFunc(f.Asks, func(a Ask) bool { return a.ID == id })
	if at < 0 {
		return 0, 0
	}
	for n = 1; !f.Asks[at].Within && at+n < len(f.Asks) && f.Asks[at+n].Within; {
		n++
	}
	return at, n
}
