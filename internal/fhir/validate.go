package fhir

import (
	"errors"
	"net/http"

	"github.com/waymark-care/waymark/internal/fault"
	"github.com/waymark-care/waymark/internal/measure"
	"github.com/waymark-care/waymark/internal/tree"
	"github.com/waymark-care/waymark/internal/web"
)

// validate says whether what was sent would be understood, and keeps nothing of it. Whose
// it is it does not ask: that somebody is here would be learnt by it.
func (api *API) validate(c *call) error {
	body, err := c.body()
	if err == nil {
		err = c.check(body)
	}
	var r *refusal
	var flaw *tree.Flaw
	if err != nil && !errors.As(err, &flaw) && !(errors.As(err, &r) && r.status == http.StatusUnprocessableEntity) {
		return err
	}
	i := issue{Severity: "information", Code: "informational", Diagnostics: "This would be kept."}
	if err != nil {
		i = told(err).issue()
	}
	return c.send(http.StatusOK, operationOutcome{"OperationOutcome", []issue{i}})
}

// check says what is wrong with an answer, as far as that can be said without its record.
func (c *call) check(body tree.Node) error {
	s, err := c.sent(body)
	if err != nil {
		return err
	}
	if err := s.items.Check(s.in); err != nil {
		return s.placed(err)
	}
	if _, err := fault.Text("note", s.note, measure.MaxNote); err != nil {
		return s.placed(err)
	}
	_, err = c.day(s, measure.DayOf(web.NowOf(c.r), c.loc))
	return err
}
