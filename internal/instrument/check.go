package instrument

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// check refuses an instrument that could give a wrong score or a wrong word, and
// names the place. The shape is right already (see shape).
func (in *Instrument) check() error {
	for _, f := range []struct{ at, text string }{
		{"title", in.Title},
		{"name", in.Name},
		{"about", in.About},
		{"subject", in.Subject},
		{"licence", in.Licence},
		{"source", in.Source},
		{"recall", in.Recall},
		{"stem", in.Stem},
		{"informant", in.Informant},
		{"scoring.rule", in.Scoring.Rule},
	} {
		if strings.TrimSpace(f.text) == "" {
			return wrong(f.at, "must not be empty")
		}
	}
	switch {
	case !made(in.ID, small+digit, small+digit+"-", 64):
		return wrong("id", "must be small letters, digits and hyphens")
	case !made(in.Version, small+capital+digit, small+capital+digit+".-", 32):
		return wrong("version", "must be letters, digits, dots and hyphens")
	case !languageTag(in.Language):
		return wrong("language", `must be a language code such as "en"`)
	case in.Direction != LowerIsBetter && in.Direction != HigherIsBetter:
		return wrong("direction", fmt.Sprintf("must be %q or %q", LowerIsBetter, HigherIsBetter))
	case in.IntervalDays < 1 || in.IntervalDays > 3660:
		return wrong("intervalDays", "must be from 1 to 3660")
	case in.Minutes < 1 || in.Minutes > 240:
		return wrong("minutes", "must be from 1 to 240")
	case !loinc(in.LOINC):
		return wrong("loinc", "is no LOINC code")
	case !loinc(in.TotalLOINC):
		return wrong("totalLoinc", "is no LOINC code")
	case len(in.Items) == 0:
		return wrong("items", "must not be empty")
	}
	if len(in.Answers) > 0 {
		if err := checkChoices("answers", in.Answers); err != nil {
			return err
		}
	}
	if err := in.checkItems(); err != nil {
		return err
	}
	return in.checkScoring()
}

func (in *Instrument) checkItems() error {
	ids, links := map[string]bool{}, map[string]bool{}
	for i, it := range in.Items {
		at := fmt.Sprintf("items[%d]", i)
		switch {
		case !made(it.ID, small, small+digit+"_-", 64):
			return wrong(at+".id", "must be small letters, digits, hyphens and underscores")
		case ids[it.ID]:
			return wrong(at+".id", "given twice")
		case strings.TrimSpace(it.LinkID) == "":
			return wrong(at+".linkId", "must not be empty")
		case links[it.LinkID]:
			return wrong(at+".linkId", "given twice")
		case strings.TrimSpace(it.Text) == "":
			return wrong(at+".text", "must not be empty")
		case !loinc(it.LOINC):
			return wrong(at+".loinc", "is no LOINC code")
		case len(it.Answers) == 0 && len(in.Answers) == 0:
			return wrong(at+".answers", "missing, and the instrument names none for all items")
		case len(it.Answers) > 0:
			if err := checkChoices(at+".answers", it.Answers); err != nil {
				return err
			}
		}
		ids[it.ID], links[it.LinkID] = true, true
	}
	return nil
}

func checkChoices(at string, cs []Choice) error {
	if len(cs) < 2 {
		return wrong(at, "must be at least two")
	}
	values, texts := map[int]bool{}, map[string]bool{}
	for i, c := range cs {
		here := fmt.Sprintf("%s[%d]", at, i)
		switch {
		case c.Value < -1000 || c.Value > 1000:
			return wrong(here+".value", "must be from -1000 to 1000")
		case values[c.Value]:
			return wrong(here+".value", "given twice")
		case strings.TrimSpace(c.Text) == "":
			return wrong(here+".text", "must not be empty")
		case texts[c.Text]:
			return wrong(here+".text", "given twice")
		case c.LOINC != "" && !answerCode(c.LOINC):
			return wrong(here+".loinc", "is no LOINC answer code")
		}
		values[c.Value], texts[c.Text] = true, true
	}
	return nil
}

func (in *Instrument) checkScoring() error {
	s, all := in.Scoring, in.ids()
	if err := checkIDs("scoring.reverse", s.Reverse, all); err != nil {
		return err
	}
	lo, hi := in.rangeOf(all, s.multiplier())
	if err := checkPart("scoring", len(all), s.MaxMissing, s.Multiplier, lo, hi, s.Bands); err != nil {
		return err
	}
	if s.NoTotal && (len(s.Bands) > 0 || len(s.Caseness) > 0 || s.ReliableChange != nil || len(s.Subscales) == 0) {
		return wrong("scoring.noTotal", "without a total there are subscales, and no bands, caseness or reliable change")
	}
	seen := map[string]bool{}
	for i, sub := range s.Subscales {
		at := fmt.Sprintf("scoring.subscales[%d]", i)
		switch {
		case !made(sub.ID, small, small+digit+"_-", 64):
			return wrong(at+".id", "must be small letters, digits, hyphens and underscores")
		case seen[sub.ID]:
			return wrong(at+".id", "given twice")
		case strings.TrimSpace(sub.Name) == "":
			return wrong(at+".name", "must not be empty")
		case len(sub.Items) == 0:
			return wrong(at+".items", "must not be empty")
		}
		seen[sub.ID] = true
		if err := checkIDs(at+".items", sub.Items, all); err != nil {
			return err
		}
		lo, hi := in.rangeOf(sub.Items, sub.multiplier())
		if err := checkPart(at, len(sub.Items), sub.MaxMissing, sub.Multiplier, lo, hi, sub.Bands); err != nil {
			return err
		}
	}
	for i, c := range s.Critical {
		at := fmt.Sprintf("scoring.critical[%d]", i)
		k := slices.Index(all, c.Item)
		if k < 0 {
			return wrong(at+".item", "is no item of this instrument")
		}
		if !slices.ContainsFunc(in.choices(in.Items[k]), func(x Choice) bool { return x.Value == c.From }) {
			return wrong(at+".from", "is no answer to this item")
		}
	}
	for i, c := range s.Caseness {
		at := fmt.Sprintf("scoring.caseness[%d]", i)
		switch {
		case strings.TrimSpace(c.Rule) == "":
			return wrong(at+".rule", "must not be empty")
		case strings.TrimSpace(c.Source) == "":
			return wrong(at+".source", "must not be empty")
		case float64(c.AtLeast) <= lo || float64(c.AtLeast) > hi:
			return wrong(at+".atLeast", "must lie inside the range of totals")
		}
	}
	if t := s.ReliableChange; t != nil {
		switch {
		case strings.TrimSpace(t.Rule) == "":
			return wrong("scoring.reliableChange.rule", "must not be empty")
		case strings.TrimSpace(t.Source) == "":
			return wrong("scoring.reliableChange.source", "must not be empty")
		case t.AtLeast <= 0 || t.AtLeast > hi-lo:
			return wrong("scoring.reliableChange.atLeast", "must be above 0 and within the range of totals")
		}
	}
	return nil
}

// checkPart is what a total and a subscale have in common.
func checkPart(at string, items, maxMissing int, multiplier, lo, hi float64, bands []Band) error {
	if maxMissing < 0 || maxMissing >= items {
		return wrong(at+".maxMissing", "must be 0 or more, and leave at least one item")
	}
	if multiplier < 0 || multiplier > 1000 || math.IsNaN(multiplier) {
		return wrong(at+".multiplier", "must be from 0 to 1000")
	}
	next := RoundHalfUp(lo)
	for i, b := range bands {
		here := fmt.Sprintf("%s.bands[%d]", at, i)
		switch {
		case b.Low != next:
			return wrong(here+".low", fmt.Sprintf("must be %d, so that every total has one band", next))
		case b.High < b.Low:
			return wrong(here+".high", "must not be below low")
		case strings.TrimSpace(b.Words) == "":
			return wrong(here+".words", "must not be empty")
		case strings.TrimSpace(b.Client) == "":
			return wrong(here+".client", "must not be empty")
		}
		next = b.High + 1
	}
	if n := len(bands); n > 0 && bands[n-1].High != RoundHalfUp(hi) {
		return wrong(fmt.Sprintf("%s.bands[%d].high", at, n-1), fmt.Sprintf("must be %d, the highest total", RoundHalfUp(hi)))
	}
	return nil
}

func checkIDs(at string, ids, known []string) error {
	seen := map[string]bool{}
	for i, id := range ids {
		here := fmt.Sprintf("%s[%d]", at, i)
		if !slices.Contains(known, id) {
			return wrong(here, "is no item of this instrument")
		}
		if seen[id] {
			return wrong(here, "given twice")
		}
		seen[id] = true
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
