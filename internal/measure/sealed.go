package measure

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// readSealed reads what was sealed of an answer. Answers are read by the hundred, and
// nearly all are as we write them, without anything escaped: these are cut at their
// members, and any other is left to encoding/json.
func readSealed(plain []byte) (s sealedAnswer, err error) {
	if s, ok := cutSealed(string(plain)); ok {
		return s, nil
	}
	return s, json.Unmarshal(plain, &s)
}

// cutSealed reads text if it is written just as encoding/json writes a sealedAnswer.
func cutSealed(text string) (s sealedAnswer, ok bool) {
	c := cut{text, true}
	s.Instrument = c.words(`{"instrument":`)
	s.Version = c.words(`,"version":`)
	for _, m := range []struct {
		name string
		to   *string
	}{{`,"language":`, &s.Language}, {`,"mode":`, &s.Mode}, {`,"by":`, &s.By}} {
		if c.comes(m.name) {
			*m.to = c.words(m.name)
		}
	}
	if c.comes(`,"enteredAt":`) {
		s.EnteredAt = int64(c.whole(`,"enteredAt":`))
	}
	s.Items = c.chosen(`,"items":`)
	for _, m := range []struct {
		name string
		to   *string
	}{{`,"note":`, &s.Note}, {`,"sent":`, &s.Sent}, {`,"rule":`, &s.Rule}} {
		if c.comes(m.name) {
			*m.to = c.words(m.name)
		}
	}
	if c.comes(`,"total":`) {
		s.Total = c.number(`,"total":`)
	}
	if c.comes(`,"missing":`) {
		s.Missing = c.whole(`,"missing":`)
	}
	if c.comes(`,"from":`) {
		s.From = c.words(`,"from":`)
	}
	return s, c.ok && c.rest == "}"
}

// A cut is what is left of a text, and whether all of it so far was as it should be.
type cut struct {
	rest string
	ok   bool
}

func (c *cut) comes(name string) bool { return strings.HasPrefix(c.rest, name) }

func (c *cut) after(name string) {
	rest, there := strings.CutPrefix(c.rest, name)
	c.rest, c.ok = rest, c.ok && there
}

// upTo is what stands before the next of the marks.
func (c *cut) upTo(marks string) (found string) {
	at := strings.IndexAny(c.rest, marks)
	if at < 0 || !c.ok {
		c.ok = false
		return ""
	}
	found, c.rest = c.rest[:at], c.rest[at:]
	return found
}

func (c *cut) words(name string) string {
	c.after(name + `"`)
	text := c.upTo(`"`)
	c.after(`"`)
	for i := range len(text) {
		if text[i] < ' ' || text[i] == '\\' {
			c.ok = false
		}
	}
	c.ok = c.ok && utf8.ValidString(text)
	return text
}

func (c *cut) whole(name string) int {
	c.after(name)
	return c.digits(c.upTo(",}"))
}

// digits is a whole number as encoding/json writes it.
func (c *cut) digits(text string) int {
	n, err := strconv.Atoi(text)
	c.ok = c.ok && err == nil && strconv.Itoa(n) == text
	return n
}

func (c *cut) number(name string) *float64 {
	c.after(name)
	text := c.upTo(",}")
	x, err := strconv.ParseFloat(text, 64)
	c.ok = c.ok && err == nil && strings.Trim(text, "0123456789.") == "" && text[0] != '.' && text[len(text)-1] != '.' && (text[0] != '0' || len(text) == 1 || text[1] == '.')
	return &x
}

func (c *cut) chosen(name string) chosen {
	if c.after(name); c.comes("null") {
		c.after("null")
		return nil
	}
	c.after("[")
	inner := c.upTo("]")
	c.after("]")
	if inner == "" || !c.ok {
		return nil
	}
	n := strings.Count(inner, ",") + 1
	values, all := make([]int, n), make(chosen, n)
	i := 0
	for part := range strings.SplitSeq(inner, ",") {
		if part != "null" {
			values[i] = c.digits(part)
			all[i] = &values[i]
		}
		i++
	}
	return all
}
