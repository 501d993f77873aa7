package instrument

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waymark-care/waymark/internal/tree"
)

// check refuses an instrument that could give a wrong score or a wrong word, and
// names the place. at says where each item stands in the file.
func (in *Instrument) check(at []string) error {
	switch {
	case !made(in.ID, small+digit, small+digit+"-", 64):
		return tree.Wrong("id", "must be small letters, digits and hyphens")
	case !made(in.Version, small+capital+digit, small+capital+digit+".-", 32):
		return tree.Wrong("version", "must be letters, digits, dots and hyphens")
	case !languageTag(in.Language):
		return tree.Wrong("language", `must be a language code such as "en"`)
	case in.Direction != LowerIsBetter && in.Direction != HigherIsBetter:
		return tree.Wrong("scoring.direction", fmt.Sprintf("must be %q or %q", LowerIsBetter, HigherIsBetter))
	case in.IntervalDays < 1 || in.IntervalDays > 3660:
		return tree.Wrong("scoring.intervalDays", "must be from 1 to 3660")
	case in.Minutes < 1 || in.Minutes > 240:
		return tree.Wrong("scoring.minutes", "must be from 1 to 240")
	case !loinc(in.TotalLOINC):
		return tree.Wrong("scoring.totalLoinc", "is no LOINC code")
	case len(in.Title) > maxTitle:
		return tree.Wrong("scoring.clientTitle", fmt.Sprintf("longer than %d bytes", maxTitle))
	case len(in.Name) > maxTitle:
		return tree.Wrong("title", fmt.Sprintf("longer than %d bytes", maxTitle))
	}
	for i, it := range in.Items {
		if err := checkChoices(at[i], it.Answers); err != nil {
			return err
		}
	}
	if err := in.Basis.check(); err != nil {
		return err
	}
	return in.checkScoring()
}

const maxTitle = 200 // bytes

func (b Bases) check() error {
	for _, f := range []struct {
		key  string
		said Basis
	}{
		{"wording", b.Wording},
		{"reverse", b.Reverse},
		{"missing", b.Missing},
		{"bands", b.Bands},
		{"critical", b.Critical},
		{"subscales", b.Subscales},
	} {
		if err := f.said.check("scoring.basis[0]." + f.key); err != nil {
			return err
		}
	}
	return nil
}

func (b Basis) check(at string) error {
	switch b {
	case "", Verified, FromMemory, Conflicting:
		return nil
	}
	return tree.Wrong(at, fmt.Sprintf("must be %q, %q or %q", Verified, FromMemory, Conflicting))
}

func checkChoices(at string, cs []Choice) error {
	values, texts := map[int]bool{}, map[string]bool{}
	for i, c := range cs {
		here := fmt.Sprintf("%s.answerOption[%d]", at, i)
		switch {
		case c.Value < -1000 || c.Value > 1000:
			return tree.Wrong(here, "its value must be from -1000 to 1000")
		case values[c.Value]:
			return tree.Wrong(here, "its value is given twice")
		case texts[c.Text]:
			return tree.Wrong(here, "its words are given twice")
		}
		values[c.Value], texts[c.Text] = true, true
	}
	return nil
}

func (in *Instrument) checkScoring() error {
	s, counted := in.Scoring, in.scored()
	switch {
	case s.Method != Sum && s.Method != Mean:
		return tree.Wrong("scoring.method", `must be "mean", or left out for a sum`)
	case len(counted) == 0:
		return tree.Wrong("scoring.unscored", "leaves nothing to score")
	}
	for key, ids := range map[string][]string{"reverse": s.Reverse, "optional": s.Optional} {
		for i, id := range ids {
			if !in.adds(id) {
				return tree.Wrong(fmt.Sprintf("scoring.%s[%d]", key, i), "adds nothing to the score")
			}
			if key == "optional" && slices.Contains(s.Reverse, id) {
				return tree.Wrong(fmt.Sprintf("scoring.optional[%d]", i), "cannot be reversed as well")
			}
		}
	}
	lo, hi := in.rangeOf(counted, s.multiplier())
	if err := in.checkPart("scoring", counted, s.MaxMissing, lo, hi, s.Bands); err != nil {
		return err
	}
	if s.NoTotal && (len(s.Bands) > 0 || len(s.Caseness) > 0 || s.ReliableChange != nil || len(s.Subscales) == 0) {
		return tree.Wrong("scoring.noTotal", "without a total there are subscales, and no bands, caseness or reliable change")
	}
	if g := s.Gate; g != nil {
		if slices.Contains(s.Unscored, g.Item) {
			return tree.Wrong("scoring.gate[0].item", "need not be named as unscored: a gate adds nothing")
		}
		if err := in.offers(g.Item, g.From, "scoring.gate[0].from"); err != nil {
			return err
		}
		for _, it := range in.Items {
			if it.ID == g.Item {
				break
			}
			if in.adds(it.ID) {
				return tree.Wrong("scoring.gate[0].item", "must be the first of the questions that are scored")
			}
		}
	}
	for i, c := range s.Critical {
		if err := in.offers(c.Item, c.From, fmt.Sprintf("scoring.critical[%d].from", i)); err != nil {
			return err
		}
	}
	if err := in.checkSubscales(); err != nil {
		return err
	}
	for i, c := range s.Caseness {
		if err := c.check(in.Direction, lo, hi, fmt.Sprintf("scoring.caseness[%d]", i)); err != nil {
			return err
		}
	}
	if t := s.ReliableChange; t != nil {
		if t.AtLeast <= 0 || t.AtLeast > hi-lo {
			return tree.Wrong("scoring.reliableChange[0].atLeast", "must be above 0 and within the range of totals")
		}
		return t.Basis.check("scoring.reliableChange[0].basis")
	}
	return nil
}

// offers refuses a value that is no answer to the item.
func (in *Instrument) offers(item string, value int, at string) error {
	it, _ := in.Item(item)
	if !slices.ContainsFunc(it.Answers, func(c Choice) bool { return c.Value == value }) {
		return tree.Wrong(at, "is no answer to this question")
	}
	return nil
}

func (in *Instrument) checkSubscales() error {
	seen := map[string]bool{}
	for i, sub := range in.Scoring.Subscales {
		at := fmt.Sprintf("scoring.subscale[%d]", i)
		switch {
		case !made(sub.ID, small, small+digit+"_-", 64):
			return tree.Wrong(at+".id", "must be small letters, digits, hyphens and underscores")
		case seen[sub.ID]:
			return tree.Wrong(at+".id", "given twice")
		case len(sub.Items) == 0:
			return tree.Wrong(at+".item", "must not be empty")
		}
		seen[sub.ID] = true
		for k, id := range sub.Items {
			if !in.adds(id) {
				return tree.Wrong(fmt.Sprintf("%s.item[%d]", at, k), "adds nothing to the score")
			}
		}
		if c := sub.Count; c != nil {
			if in.Scoring.Gate != nil {
				return tree.Wrong(at+".count", "does not go with a gate, behind which nothing is asked")
			}
			if c.Needed < 1 || c.Needed > len(sub.Items) {
				return tree.Wrong(at+".count.needed", "must be 1 or more, and no more than there are items")
			}
			for _, id := range sub.Items {
				if it, _ := in.Item(id); !slices.ContainsFunc(it.Answers, func(a Choice) bool { return a.Value == c.From }) {
					return tree.Wrong(at+".count.from", "is no answer to "+id)
				}
			}
		}
		lo, hi := in.Reach(sub)
		if err := in.checkPart(at, sub.Items, sub.MaxMissing, lo, hi, sub.Bands); err != nil {
			return err
		}
	}
	return nil
}

// check refuses a cut on the wrong side or out of reach. lo and hi are the ends of
// the totals.
func (c Caseness) check(d Direction, lo, hi float64, at string) error {
	switch {
	case c.AtLeast != nil && c.AtMost != nil, c.AtLeast == nil && c.AtMost == nil:
		return tree.Wrong(at, "must have one of atLeast and atMost")
	case c.AtLeast != nil && d != LowerIsBetter:
		return tree.Wrong(at+".atLeast", "where higher is better this is atMost")
	case c.AtMost != nil && d != HigherIsBetter:
		return tree.Wrong(at+".atMost", "where lower is better this is atLeast")
	case c.Cut() <= lo || c.Cut() >= hi:
		return tree.Wrong(at, "must lie inside the range of totals")
	}
	return c.Basis.check(at + ".basis")
}

// checkPart is what a total and a subscale have in common.
func (in *Instrument) checkPart(at string, items []string, maxMissing int, lo, hi float64, bands []Band) error {
	always, alike := 0, true
	first, _ := in.Item(items[0])
	for _, id := range items {
		if !slices.Contains(in.Scoring.Optional, id) {
			always++
		}
		it, _ := in.Item(id)
		l, h := it.Range()
		fl, fh := first.Range()
		alike = alike && l == fl && h == fh
	}
	if maxMissing < 0 || maxMissing >= always {
		return tree.Wrong(at+".maxMissing", "must be 0 or more, and leave at least one item")
	}
	if maxMissing > 0 && !alike {
		return tree.Wrong(at+".maxMissing", "must be 0: only items with the same range can stand in for one another")
	}
	if in.Scoring.Method == Mean && !alike {
		return tree.Wrong("scoring.method", "a mean needs items with the same range")
	}
	next := RoundHalfUp(lo)
	for i, b := range bands {
		here := fmt.Sprintf("%s.band[%d]", at, i)
		switch {
		case b.Low != next:
			return tree.Wrong(here+".low", fmt.Sprintf("must be %d, so that every total has one band", next))
		case b.High < b.Low:
			return tree.Wrong(here+".high", "must not be below low")
		}
		next = b.High + 1
	}
	if n := len(bands); n > 0 && bands[n-1].High != RoundHalfUp(hi) {
		return tree.Wrong(fmt.Sprintf("%s.band[%d].high", at, n-1), fmt.Sprintf("must be %d, the highest total", RoundHalfUp(hi)))
	}
	return nil
}

const (
	small   = "abcdefghijklmnopqrstuvwxyz"
	capital = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digit   = "0123456789"
)

// made reports whether s has 1 to longest bytes, the first out of first and every
// one out of all.
func made(s, first, all string, longest int) bool {
	return s != "" && len(s) <= longest && strings.IndexByte(first, s[0]) >= 0 && strings.Trim(s, all) == ""
}

func languageTag(s string) bool {
	parts := strings.Split(s, "-")
	if len(parts) > 4 || len(parts[0]) < 2 || !made(parts[0], small, small, 3) {
		return false
	}
	for _, p := range parts[1:] {
		if len(p) < 2 || !made(p, small+capital+digit, small+capital+digit, 8) {
			return false
		}
	}
	return true
}

// loinc reports whether code is empty, or digits with the right check digit (Luhn,
// as LOINC's guide describes it): a mistyped code is caught here.
func loinc(code string) bool {
	if code == "" {
		return true
	}
	number, last, ok := strings.Cut(code, "-")
	if !ok || !made(number, digit, digit, 8) || !made(last, digit, digit, 1) {
		return false
	}
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return (10-sum%10)%10 == int(last[0]-'0')
}

// answerCode reports whether code looks like one of LOINC's answer codes, "LA6568-5".
func answerCode(code string) bool {
	number, ok := strings.CutPrefix(code, "LA")
	number, last, cut := strings.Cut(number, "-")
	return ok && cut && made(number, digit, digit, 8) && made(last, digit, digit, 1)
}
