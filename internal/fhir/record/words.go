package record

import (
	"encoding/json"
	"strconv"
	"sync"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/tree"
)

// What answers to one questionnaire repeat, each time the same, is written once: its
// questions and the answers that can be chosen.

// A wording is what answers to one questionnaire have in common, as JSON.
type wording struct {
	canonical []byte
	items     []itemWords // in the order of the questions
}

// itemWords are those of a question, up to what was answered.
type itemWords struct {
	begins  []byte
	answers []answerWords
}

// answerWords are those of an answer that can be chosen, with the comma before them.
type answerWords struct {
	value int
	said  []byte
}

// answered writes what v says.
func (it itemWords) answered(to []byte, v int) []byte {
	for _, a := range it.answers {
		if a.value == v {
			return append(to, a.said...)
		}
	}
	return append(strconv.AppendInt(append(to, `,"answer":[{"valueInteger":`...), int64(v), 10), `}]`...)
}

func wordingOf(in *instrument.Instrument) *wording {
	w := &wording{canonical: tree.AppendText(nil, Canonical(in)), items: make([]itemWords, len(in.Items))}
	for i, it := range in.Items {
		begins := tree.AppendText([]byte(`{"linkId":`), it.LinkID)
		w.items[i] = itemWords{begins: tree.AppendMember(begins, `,"text":`, it.Text), answers: make([]answerWords, len(it.Answers))}
		for j, choice := range it.Answers {
			w.items[i].answers[j] = answerWords{choice.Value, said(choice)}
		}
	}
	return w
}

// said is a choice as its author wrote it down.
func said(choice instrument.Choice) []byte {
	to := []byte(`,"answer":[{"`)
	switch choice.As {
	case "valueInteger":
		to = strconv.AppendInt(append(to, `valueInteger":`...), int64(choice.Value), 10)
	case "valueString":
		to = tree.AppendText(append(to, `valueString":`...), choice.Text)
	default:
		coded, _ := json.Marshal(Coding{System: choice.System, Code: choice.Code, Display: choice.Text}) // texts alone
		to = append(append(to, `valueCoding":`...), coded...)
	}
	return append(to, `}]`...)
}

// Words has the wordings of the questionnaires that were asked for, each for as long as
// there are not very many. The zero value has none yet.
type Words struct {
	mu   sync.RWMutex
	kept map[*instrument.Instrument]*wording
}

// mostWordings is more than one practice uses. What nobody uses any more is let go of
// with the others, and those are made again.
const mostWordings = 400

func (ws *Words) of(in *instrument.Instrument) *wording {
	ws.mu.RLock()
	w, there := ws.kept[in]
	ws.mu.RUnlock()
	if there {
		return w
	}
	w = wordingOf(in)
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.kept == nil || len(ws.kept) == mostWordings {
		ws.kept = make(map[*instrument.Instrument]*wording)
	}
	ws.kept[in] = w
	return w
}
