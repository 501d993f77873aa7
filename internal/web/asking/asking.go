// Package asking has the pages by which a clinician asks: for questionnaires on a
// screen, for what was answered on paper or aloud, and of somebody close.
//
// It decides nothing: every page asks the domains, and the domains ask the door.
package asking

import (
	"github.com/waymark-care/waymark/internal/access"
	"github.com/waymark-care/waymark/internal/informant"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/person"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
)

// Pages are the pages about asking.
type Pages struct {
	People     *person.People
	Measures   *measure.Measures
	Informants *informant.Informants
}

// Routes are all addresses about asking.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		desk.Get("/clients/{client}/ask", access.ReadMeasures, p.ask),
		desk.Post("/clients/{client}/ask", access.Ask, p.askNow),
		desk.Post("/clients/{client}/asks/{ask}/end", access.Ask, p.endAsk),
		desk.Get("/clients/{client}/paper", access.ReadMeasures, p.paper),
		desk.Post("/clients/{client}/paper", access.EnterAnswer, p.enter),
		desk.Get("/clients/{client}/others", access.ReadMeasures, p.others),
		desk.Post("/clients/{client}/others", access.AskOther, p.askOther),
		desk.Post("/clients/{client}/others/{other}/end", access.AskOther, p.endOther),
	}
}
