package clinician

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/intake"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// A beginningBlock is how the beginning of the work stands, on a client's page.
type beginningBlock struct {
	fresh string // what is new to whoever asks
	told  string
	terms string
}

// beginning is how the beginning of the work stands; nil for whoever opened the
// record in an emergency.
func (p *Pages) beginning(r *http.Request, name string) (*beginningBlock, error) {
	record, _ := desk.RecordOf(r)
	n, ok, err := p.Intakes.Lately(r.Context(), web.ActorOf(r), record)
	if err != nil || !ok {
		return nil, err
	}
	b := &beginningBlock{told: "Nothing is told yet.", terms: agreementWords(n.Terms, name)}
	if len(n.Unread) > 0 {
		b.fresh = desk.Upper(desk.Count(len(n.Unread), "part is", "parts are")) + " new to you."
	}
	if len(n.Told) > 0 {
		b.told = desk.Upper(desk.Count(len(n.Told), "part is", "parts are")) + " told."
	}
	if len(n.Room) > 0 {
		b.told += " " + desk.Upper(desk.Number(len(n.Room))) + " for the room only."
	}
	if len(n.Waits) > 0 {
		b.told += " " + desk.Upper(desk.Count(len(n.Waits), "waits", "wait")) + " with " + name + "."
	}
	return b, nil
}

// agreementWords say how the working agreement stands, in a line.
func agreementWords(s intake.TermsState, name string) string {
	switch {
	case s.Newest == 0:
		return "No working agreement yet."
	case s.Holds && s.Agreed == s.Newest:
		return "Working agreement signed by both."
	case s.Withdrawn == intake.ByClient && s.Agreed == s.Newest:
		return name + " took back the signature under the working agreement."
	case s.Withdrawn == intake.ByClinician && s.Agreed == s.Newest:
		return "The signature under the working agreement was taken back at your side."
	case s.ByClient && !s.ByClinician:
		return name + " signed the working agreement. It waits for you."
	case s.ByClinician && !s.ByClient:
		return "Working agreement signed at your side. It waits for " + name + "."
	case s.Holds:
		return "A new version of the working agreement is signed by neither. The one before holds."
	}
	return "Working agreement written, signed by neither."
}

// beginnings are the clients who wrote something about the beginning that whoever
// asks has not opened.
func (p *Pages) beginnings(r *http.Request, who map[access.Compartment]person.Person) (all []arrival, err error) {
	clients, err := p.Intakes.Arrived(r.Context(), web.ActorOf(r))
	for _, c := range clients {
		all = append(all, arrival{name: desk.NameOf(who[c]), words: "wrote something about the beginning", note: "Not opened by you yet", href: "/clients/" + c.Of() + "/intake"})
	}
	return all, err
}
