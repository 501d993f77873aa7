package record

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/measure"
)

// A mirror is an answered questionnaire as encoding/json writes it.
type mirror struct {
	Head
	Extension     []mirrorNote      `json:"extension"`
	Identifier    *mirrorIdentifier `json:"identifier,omitempty"`
	Questionnaire string            `json:"questionnaire"`
	Status        string            `json:"status"`
	Subject       *Reference        `json:"subject"`
	Authored      string            `json:"authored"`
	Author        *Reference        `json:"author"`
	Source        *Reference        `json:"source"`
	Item          []mirrorItem      `json:"item,omitempty"`
}

type mirrorNote struct {
	URL         string `json:"url"`
	ValueString string `json:"valueString,omitempty"`
	ValueCode   string `json:"valueCode,omitempty"`
}

type mirrorIdentifier struct {
	System string `json:"system"`
	Value  string `json:"value"`
}

type mirrorItem struct {
	LinkID string         `json:"linkId"`
	Text   string         `json:"text,omitempty"`
	Answer []mirrorAnswer `json:"answer,omitempty"`
}

type mirrorAnswer struct {
	ValueCoding  *Coding `json:"valueCoding,omitempty"`
	ValueInteger *int    `json:"valueInteger,omitempty"`
	ValueString  string  `json:"valueString,omitempty"`
}

func mirrorOf(client access.Compartment, in *instrument.Instrument, a measure.Answer, urgent string) mirror {
	m := mirror{
		Head:          Of("QuestionnaireResponse", Within(client, a.ID), "1", Changed(a)),
		Questionnaire: Canonical(in), Status: "completed", Subject: Ref("Patient", client.Of()), Authored: Instant(a.GivenAt),
		Source: Ref("Patient", client.Of()), Author: Ref("Patient", client.Of()),
		Extension: []mirrorNote{{URL: ModeURL, ValueCode: a.Mode}},
	}
	if a.EnteredBy != "" {
		m.Author = Ref("Practitioner", a.EnteredBy)
	}
	if a.Sent != "" {
		system, value, _ := strings.Cut(a.Sent, "|")
		m.Identifier = &mirrorIdentifier{system, value}
	}
	for url, text := range map[string]string{sourceURL: a.Source} {
		if text != "" {
			m.Extension = append(m.Extension, mirrorNote{URL: url, ValueString: text})
		}
	}
	if a.Note != "" {
		m.Extension = append(m.Extension, mirrorNote{URL: NoteURL, ValueString: a.Note})
	}
	if urgent != "" {
		m.Extension = append(m.Extension, mirrorNote{URL: UrgentURL, ValueString: urgent})
	}
	if a.Mode == measure.ModeElsewhere && len(a.Items) == 0 {
		return m
	}
	for _, it := range in.Items {
		item := mirrorItem{LinkID: it.LinkID, Text: it.Text}
		if v := a.Items[it.ID]; v != nil {
			item.Answer = []mirrorAnswer{{ValueInteger: v}}
			for _, c := range it.Answers {
				if c.Value == *v {
					item.Answer = []mirrorAnswer{map[string]mirrorAnswer{
						"valueInteger": {ValueInteger: v}, "valueString": {ValueString: c.Text},
						"valueCoding": {ValueCoding: &Coding{System: c.System, Code: c.Code, Display: c.Text}},
					}[c.As]}
				}
			}
		}
		m.Item = append(m.Item, item)
	}
	return m
}

func FuzzAnAnswerIsWrittenAsEncodingJSONWould(f *testing.F) {
	f.Add(0, "paper", "", "", "", "", int64(1_700_000_000_000_000), uint64(0x1111))
	f.Add(5, "self", "nothing <new> & “old”\n", "https://example.org|17 \"b\"", "", "Call\u2028 now", int64(1), uint64(1<<60))
	f.Add(3, "elsewhere", "", "|", "Börje’s \\ records", "", int64(1_700_000_000_123_456), uint64(0))
	all := instrument.Shipped().All()
	client := access.ClientRecord("0192f0a4-58a5-7b6c-8d3e-000000000001")
	var words Words
	f.Fuzz(func(t *testing.T, which int, mode, note, sent, source, urgent string, at int64, chosen uint64) {
		in := all[((which%len(all))+len(all))%len(all)]
		a := measure.Answer{
			ID: "0192f0a4-58a5-7b6c-8d3e-0000000000ff", Mode: mode, Note: note, Sent: sent, Source: source,
			GivenAt: time.UnixMicro(at % 4_000_000_000_000_000), Items: instrument.Answers{},
		}
		if chosen%2 == 1 {
			a.EnteredBy, a.EnteredAt = note, a.GivenAt.Add(time.Duration(chosen%1e9))
		}
		if mode != measure.ModeElsewhere {
			for i, it := range in.Items {
				if n := int(chosen >> (i % 60) % 8); n <= len(it.Answers) { // the last of them is none of the choices
					v := 77
					if n < len(it.Answers) {
						v = it.Answers[n].Value
					}
					a.Items[it.ID] = &v
				}
			}
		}
		r := AnswerOf(&words, client, in, &a)
		r.Urgent = urgent
		want, err := json.Marshal(mirrorOf(client, in, a, urgent))
		if err != nil {
			t.Fatal(err)
		}
		if got := r.AppendJSON([]byte("before")); string(got) != "before"+string(want) {
			t.Errorf("%s %s is written\n%s\nand not\n%s", in.ID, mode, got[6:], want)
		}
		if r.Changed() != Instant(Changed(a)) || r.Named() != "QuestionnaireResponse" || r.Ident() != Within(client, a.ID) {
			t.Errorf("got %s %s %s", r.Named(), r.Ident(), r.Changed())
		}
	})
}

func TestWordingsAreLetGoOfWhenThereAreVeryMany(t *testing.T) {
	var ws Words
	first := &instrument.Instrument{URL: "urn:first", Version: "1", Items: []instrument.Item{{ID: "q1", LinkID: "a", Text: "How?"}}}
	made := ws.of(first)
	if ws.of(first) != made {
		t.Error("a wording that is there is made again")
	}
	for range mostWordings {
		ws.of(&instrument.Instrument{})
	}
	if len(ws.kept) > mostWordings {
		t.Errorf("%d are kept", len(ws.kept))
	}
	if again := ws.of(first); again == made || !reflect.DeepEqual(again, made) {
		t.Error("what was let go of is not made again as it was")
	}
}

func TestAnEstimatedTotalSaysThatItIsOne(t *testing.T) {
	in, _ := instrument.Lookup("phq-9", "")
	for answered, want := range map[int]string{9: "", 7: "Estimated from 7 of 9 answers: the others were left out.", 5: ""} {
		chosen := instrument.Answers{}
		for _, it := range in.Items[:answered] {
			chosen[it.ID] = &it.Answers[1].Value
		}
		r, err := instrument.Score(in, chosen)
		if err != nil {
			t.Fatal(err)
		}
		o, said := ScoreOf(nil, access.ClientRecord("c"), in, &measure.Answer{ID: "a", Items: chosen, Result: r}), ""
		for _, n := range o.Note {
			said += n.Text
		}
		if said != want || (o.ValueQuantity == nil) != (answered == 5) {
			t.Errorf("%d answered: %q, value %v", answered, said, o.ValueQuantity)
		}
	}
}
