package takeout

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/waymark-care/waymark/internal/access"
)

// Everything puts every resource about a client, as FHIR says it, as far as the actor may
// see it. fhir.API.Everything is one.
type Everything func(ctx context.Context, actor access.Actor, client string, put func(resource []byte) error) error

// bundle writes everything about a client as one FHIR Bundle, resource by resource.
func (p *Pages) bundle(ctx context.Context, w io.Writer, actor access.Actor, client string, now time.Time) error {
	head, err := json.Marshal(now.UTC().Format(time.RFC3339))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, `{"resourceType":"Bundle","type":"collection","timestamp":`+string(head)+`,"entry":[`); err != nil {
		return err
	}
	between := "\n"
	err = p.FHIR(ctx, actor, client, func(resource []byte) error {
		var named struct{ ResourceType, ID string }
		if err := json.Unmarshal(resource, &named); err != nil {
			return err
		}
		full, err := json.Marshal(p.Origin + "/fhir/R4/" + named.ResourceType + "/" + named.ID)
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, between+`{"fullUrl":`+string(full)+`,"resource":`+string(resource)+`}`)
		between = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}
