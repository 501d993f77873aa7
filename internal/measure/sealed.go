package measure

import (
	"encoding/json"

	"github.com/waymark-care/waymark/internal/tree"
)

// readSealed reads what was sealed of an answer. Answers are read by the hundred, and
// nearly all are just as they were written: any other is left to encoding/json.
func readSealed(plain []byte) (s sealedAnswer, err error) {
	if s, ok := cutSealed(string(plain)); ok {
		return s, nil
	}
	err = json.Unmarshal(plain, &s)
	return s, err
}

func cutSealed(text string) (s sealedAnswer, ok bool) {
	var missing int64
	c := tree.NewCut(text)
	c.Text(`{"instrument":`, &s.Instrument)
	c.Text(`,"version":`, &s.Version)
	c.MayText(`,"language":`, &s.Language)
	c.MayText(`,"mode":`, &s.Mode)
	c.MayText(`,"by":`, &s.By)
	c.MayWhole(`,"enteredAt":`, &s.EnteredAt)
	s.Items = c.Wholes(`,"items":`)
	c.MayText(`,"note":`, &s.Note)
	c.MayText(`,"sent":`, &s.Sent)
	c.MayText(`,"rule":`, &s.Rule)
	c.MayNumber(`,"total":`, &s.Total)
	c.MayWhole(`,"missing":`, &missing)
	c.MayText(`,"from":`, &s.From)
	s.Missing = int(missing)
	return s, c.All("}")
}
