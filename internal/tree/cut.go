package tree

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Cut reads an object that encoding/json wrote for us, member by member in the order in
// which they were written, and copies nothing. Before each stands what is written before
// its value: the comma, the name and the colon. What is written otherwise, be it as good
// JSON, or has anything escaped, makes All false: then encoding/json is to read it.
type Cut struct {
	rest  string
	wrong bool
}

// NewCut returns one of text.
func NewCut(text string) *Cut { return &Cut{rest: text} }

// All says whether nothing but end is left, and all before was as it should be.
func (c *Cut) All(end string) bool { return !c.wrong && c.rest == end }

// Text reads a text.
func (c *Cut) Text(before string, to *string) {
	c.past(before + `"`)
	text := c.upTo(`"`)
	c.past(`"`)
	for i := range len(text) {
		c.wrong = c.wrong || text[i] < ' ' || text[i] == '\\'
	}
	c.wrong = c.wrong || !utf8.ValidString(text)
	*to = text
}

// MayText reads a text that was left out if it was empty.
func (c *Cut) MayText(before string, to *string) {
	if strings.HasPrefix(c.rest, before) {
		c.Text(before, to)
	}
}

// MayWhole reads a whole number that was left out if it was 0.
func (c *Cut) MayWhole(before string, to *int64) {
	if strings.HasPrefix(c.rest, before) {
		c.past(before)
		*to = c.whole(c.upTo(",}"))
	}
}

// MayNumber reads a number that was left out if there was none.
func (c *Cut) MayNumber(before string, to **float64) {
	if strings.HasPrefix(c.rest, before) {
		c.past(before)
		text := c.upTo(",}")
		x, err := strconv.ParseFloat(text, 64)
		c.wrong = c.wrong || err != nil || strings.Trim(text, "0123456789.") != "" || text[0] == '.' || text[len(text)-1] == '.' || text[0] == '0' && len(text) > 1 && text[1] != '.'
		*to = &x
	}
}

// Wholes reads a list of whole numbers, some of which may be null.
func (c *Cut) Wholes(before string) []*int {
	if c.past(before); strings.HasPrefix(c.rest, "null") {
		c.past("null")
		return nil
	}
	c.past("[")
	inner := c.upTo("]")
	c.past("]")
	if c.wrong || inner == "" {
		return []*int{}
	}
	n := strings.Count(inner, ",") + 1
	values, all := make([]int, n), make([]*int, n)
	i := 0
	for part := range strings.SplitSeq(inner, ",") {
		if part != "null" {
			values[i] = int(c.whole(part))
			all[i] = &values[i]
		}
		i++
	}
	return all
}

func (c *Cut) past(text string) {
	rest, there := strings.CutPrefix(c.rest, text)
	c.rest, c.wrong = rest, c.wrong || !there
}

// upTo is what stands before the next of the marks.
func (c *Cut) upTo(marks string) (found string) {
	at := strings.IndexAny(c.rest, marks)
	if c.wrong || at < 0 {
		c.wrong = true
		return ""
	}
	found, c.rest = c.rest[:at], c.rest[at:]
	return found
}

// whole is a whole number as encoding/json writes it.
func (c *Cut) whole(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	c.wrong = c.wrong || err != nil || strconv.FormatInt(n, 10) != text
	return n
}
