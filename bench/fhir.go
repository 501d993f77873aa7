package main

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/waymark-care/waymark/internal/instrument"
	"github.com/waymark-care/waymark/internal/token"
)

// everyDay stands, in what is sent, for a day that is another one each time all
// targets were asked for: somebody enters what was answered on paper over the years.
const everyDay = "@@@@-@@-@@"

// day is the n-th of those.
func day(n int64) string {
	return fmt.Sprintf("%04d-%02d-%02d", 2007+n/336%19, n/28%12+1, n%28+1)
}

// byToken says whether whoever asks brings a token and no cookie.
func (t target) byToken() bool { return strings.HasPrefix(t.cookie, "wm1.") }

// letIn makes a token for each clinician whose clients are read and written by program.
func (m *maker) letIn(ctx context.Context) error {
	m.programs = make(map[string]string)
	tokens := token.New(m.door, "http://localhost")
	for _, c := range append(slices.Clone(m.savers), m.yearly[:aDay]...) {
		if m.programs[c.clinician] != "" {
			continue
		}
		err := m.visit(ctx, func(ctx context.Context) (err error) {
			m.programs[c.clinician], err = tokens.Make(ctx, m.who(c.clinician), token.Form{
				ID: m.newID(), Label: "Bench", Scopes: []string{"user/QuestionnaireResponse.crs"},
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// programs are what other programs do all day.
func (p *practice) byPrograms(in *instrument.Instrument) ([]page, error) {
	const kind = "/fhir/R4/QuestionnaireResponse"
	var write, read, list []target
	for _, c := range p.savers {
		bearer := p.programs[c.clinician]
		read = append(read, target{http.MethodGet, kind + "/" + resourceID(c.id, c.newest), bearer, "", http.StatusOK})
		list = append(list, target{http.MethodGet, kind + "?patient=" + c.id + "&_count=50", bearer, "", http.StatusOK})
	}
	for _, c := range append(slices.Clone(p.savers), p.yearly[:aDay]...) {
		body, err := answered(in, c.id)
		if err != nil {
			return nil, err
		}
		write = append(write, target{http.MethodPost, kind, p.programs[c.clinician], body, http.StatusCreated})
	}
	return []page{
		{name: "FHIR: post a PHQ-9", targets: write, program: true, goal: map[string]float64{"SQLite": 3500, "PostgreSQL": 2200}},
		{name: "FHIR: read one answer", targets: read, program: true, goal: map[string]float64{"SQLite": 6500, "PostgreSQL": 3500}},
		{name: "FHIR: 50 newest of a client", targets: list, program: true, goal: map[string]float64{"SQLite": 1500, "PostgreSQL": 1400}},
	}, nil
}

// resourceID is by what name an answer of a client's is read.
func resourceID(client, answer string) string {
	short := func(id string) string {
		u := uuid.MustParse(id)
		return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(u[:]))
	}
	return short(client) + "." + short(answer)
}

// answered is a PHQ-9 that was filled in on paper, as another program sends it.
func answered(in *instrument.Instrument, client string) (string, error) {
	type object = map[string]any
	var items []object
	values := chosen(in, 1)
	for _, it := range in.Items {
		for _, a := range it.Answers {
			if a.Value == *values[it.ID] {
				items = append(items, object{"linkId": it.LinkID, "answer": []object{
					{"valueCoding": object{"system": a.System, "code": a.Code, "display": a.Text}},
				}})
			}
		}
	}
	text, err := json.Marshal(object{
		"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": in.URL + "|" + in.Version,
		"subject": object{"reference": "Patient/" + client}, "authored": everyDay, "item": items,
		"extension": []object{{"url": "urn:waymark:fhir:note", "valueString": note}},
	})
	return string(text), err
}
