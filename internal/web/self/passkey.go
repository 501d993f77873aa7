package self

import (
	"encoding/json"
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// A passkeyPage adds a passkey. That needs script; what to do without is said.
type passkeyPage struct {
	Frame ui.FrameProps
	Label string // by which its owner will know it
	Works bool
	Back  string
}

func (p *Pages) passkeys(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	page := passkeyPage{
		Frame: task(r, "Add a passkey"), Label: account.Describe(r.UserAgent()),
		Works: p.Accounts.PasskeysWork(), Back: onward(web.VisitorOf(r), "/account"),
	}
	page.Frame.Scripts = []string{"passkey.js"}
	return web.Show(w, r, http.StatusOK, passkeyView(page))
}

type offer struct {
	Options  json.RawMessage `json:"options"`
	Ceremony string          `json:"ceremony"`
}

func (p *Pages) beginPasskey(w http.ResponseWriter, r *http.Request) error {
	options, ceremony, err := p.Accounts.BeginAddPasskey(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return err
	}
	return web.Tell(w, offer{options, ceremony})
}

func (p *Pages) finishPasskey(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Ceremony, Label string
		Response        json.RawMessage
	}
	if err := web.Heard(r, &in); err != nil {
		return err
	}
	v := web.VisitorOf(r)
	if err := p.Accounts.FinishAddPasskey(r.Context(), v.Self(), in.Ceremony, in.Response, in.Label); err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"go": onward(v, "/account#ways")})
}

func (p *Pages) askRemovePasskey(w http.ResponseWriter, r *http.Request) error {
	if err := fresh(r); err != nil {
		return err
	}
	page, err := p.removing(r)
	if err != nil {
		return err
	}
	return web.Show(w, r, http.StatusOK, questionView(page))
}

func (p *Pages) removing(r *http.Request) (questionPage, error) {
	ways, err := p.Accounts.Credentials(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return questionPage{}, err
	}
	for _, key := range ways.Passkeys {
		if key.ID == r.PathValue("passkey") {
			return questionPage{Frame: task(r, "Passkey"), Ask: ui.DialogProps{
				ID: "ask", Title: "Remove “" + key.Label + "”?",
				Text:    "It opens your account no more, nor your vault, if it did. On the device it stays until you delete it there too.",
				Careful: "Keep it", Back: "/account", Open: true, Action: "/account/passkeys/" + key.ID + "/remove",
				Do: ui.ButtonProps{Text: "Remove the passkey"},
			}}, nil
		}
	}
	return questionPage{}, web.Absent()
}

func (p *Pages) removePasskey(w http.ResponseWriter, r *http.Request) error {
	err := p.Accounts.RemovePasskey(r.Context(), web.VisitorOf(r).Self(), r.PathValue("passkey"))
	if err == nil {
		return web.SeeOther(w, r, "/account#ways")
	}
	page, absent := p.removing(r)
	if absent != nil {
		return err
	}
	return removed(w, r, err, page)
}
