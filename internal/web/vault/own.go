package vault

import (
	"net/http"

	"github.com/waymark-care/waymark/internal/account"
	"github.com/waymark-care/waymark/internal/vault"
	"github.com/waymark-care/waymark/internal/web"
	"github.com/waymark-care/waymark/internal/web/desk"
	"github.com/waymark-care/waymark/internal/web/ui"
)

// An ownPage is the visitor's vault, or how to make one.
type ownPage struct {
	frame    ui.FrameProps
	there    bool
	made     string
	code     string // since when the recovery code is what it is
	fresh    bool
	works    bool // passkeys can be used at this address
	passkeys []passkeyLine
	any      bool // one of them opens the vault
}

// A passkeyLine is one of the visitor's passkeys.
type passkeyLine struct {
	id, label, credential string
	since                 string // since when it opens the vault; empty: it does not
}

// own is the page of the visitor's own vault.
func (p *Pages) own(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	ways, err := p.Accounts.Credentials(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return err
	}
	now := web.NowOf(r)
	page := ownPage{
		frame: web.FrameSaying(r, "Your vault", done), there: v.There(),
		fresh: web.VisitorOf(r).Self().Fresh, works: p.Accounts.PasskeysWork(),
	}
	page.frame.Scripts = []string{"vault.js", "print.js"}
	if v.There() {
		page.made = desk.On(v.Made, now)
		if code, ok := v.By(vault.CodeWay); ok {
			page.code = desk.On(code.Made, now)
		}
	}
	for _, k := range ways.Passkeys {
		line := passkeyLine{id: k.ID, label: k.Label, credential: text(k.Credential)}
		if way, ok := v.By(k.ID); ok {
			line.since, page.any = desk.On(way.Made, now), true
		}
		page.passkeys = append(page.passkeys, line)
	}
	return web.Show(w, r, http.StatusOK, ownView(page))
}

// done are the words after something was kept. The address names which.
var done = map[string]string{
	"made":      "Your vault is made. Keep the recovery code where you keep important papers.",
	"renewed":   "The new recovery code counts from now on. Destroy the former: it opens nothing any more.",
	"added":     "Kept. This passkey opens your vault from now on.",
	"discarded": "Discarded, with everything that was in it.",
	"removed":   "Taken away. This passkey still signs you in, and opens the vault no more.",
}

// make keeps a vault that the browser has made.
func (p *Pages) make(w http.ResponseWriter, r *http.Request) error {
	f := vault.MakeForm{ID: r.PostFormValue("id")}
	var wrong [2]error
	f.Salt, wrong[0] = sentBytes(r, "salt")
	f.Wrap, wrong[1] = sentBytes(r, "wrap")
	for _, err := range wrong {
		if err != nil {
			return err
		}
	}
	if err := p.Vaults.Make(r.Context(), web.ActorOf(r), f); err != nil {
		return err
	}
	if ofClient(r) {
		if err := p.Vaults.BeginJournal(r.Context(), web.ActorOf(r)); err != nil {
			return err
		}
	}
	return web.Tell(w, map[string]string{"go": home(r) + "?done=made"})
}

func wayForm(r *http.Request) (vault.WayForm, error) {
	wrap, err := sentBytes(r, "wrap")
	return vault.WayForm{Vault: r.PostFormValue("vault"), Revision: number(r, "revision"), Wrap: wrap}, err
}

// renew keeps a new recovery code's wrap in place of the former.
func (p *Pages) renew(w http.ResponseWriter, r *http.Request) error {
	f, err := wayForm(r)
	if err != nil {
		return err
	}
	if err := p.Vaults.Renew(r.Context(), web.ActorOf(r), f); err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"go": home(r) + "?done=renewed"})
}

// add lets one of the visitor's passkeys open the vault.
func (p *Pages) add(w http.ResponseWriter, r *http.Request) error {
	key, err := p.passkey(r)
	if err != nil {
		return err
	}
	f, err := wayForm(r)
	if err != nil {
		return err
	}
	f.Passkey, f.Credential = key.ID, key.Credential
	if err := p.Vaults.Add(r.Context(), web.ActorOf(r), f); err != nil {
		return err
	}
	return web.Tell(w, map[string]string{"go": home(r) + "?done=added"})
}

// passkey is the one of the visitor's that the address names.
func (p *Pages) passkey(r *http.Request) (account.Passkey, error) {
	ways, err := p.Accounts.Credentials(r.Context(), web.VisitorOf(r).Self())
	if err != nil {
		return account.Passkey{}, err
	}
	for _, k := range ways.Passkeys {
		if k.ID == r.PathValue("passkey") {
			return k, nil
		}
	}
	return account.Passkey{}, web.Absent()
}

// remove takes the way by a passkey away: a form that works without script.
func (p *Pages) remove(w http.ResponseWriter, r *http.Request) error {
	if err := p.Vaults.Remove(r.Context(), web.ActorOf(r), r.PathValue("passkey")); err != nil {
		return err
	}
	return web.SeeOther(w, r, home(r)+"?done=removed")
}

// A discardPage asks before a vault is deleted with all that is in it.
type discardPage struct {
	frame ui.FrameProps
	ask   ui.DialogProps
}

// askDiscard asks before.
func (p *Pages) askDiscard(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if !v.There() {
		return web.SeeOther(w, r, home(r))
	}
	page := discardPage{frame: web.Frame(r), ask: ui.DialogProps{
		ID: "ask", Title: "Discard this vault, with everything in it?",
		Text:    "For when every way to open it is lost, or its key is not to be trusted any more. All notes in it are deleted for good, and you can make an empty one. If the code may still turn up, wait; if you can open it, take everything along before.",
		Careful: "Keep it", Back: home(r), Open: true, Action: "/vault/discard", Hidden: map[string]string{"vault": v.ID},
		Do: ui.ButtonProps{Text: "Discard it", Kind: ui.Erase},
	}}
	page.frame.Heading = "Your vault"
	if ofClient(r) {
		page.frame.Heading, page.ask.Action = "Your journal", "/my/vault/discard"
		page.ask.Title = "Discard your journal, with everything in it?"
		page.ask.Text = "For when every way to open it is lost. Everything in it is deleted for good: words, recordings, drawings and pictures. You can begin an empty one. If your code may still turn up, wait; if you can open it, take everything along before. What you share from it stays shared until its date, or until you take it back."
	}
	return web.Show(w, r, http.StatusOK, discardView(page))
}

// discard deletes the visitor's vault.
func (p *Pages) discard(w http.ResponseWriter, r *http.Request) error {
	v, err := p.Vaults.Own(r.Context(), web.ActorOf(r))
	if err != nil {
		return err
	}
	if v.There() {
		if err := p.Vaults.Discard(r.Context(), web.ActorOf(r), r.PostFormValue("vault")); err != nil {
			return err
		}
	}
	return web.SeeOther(w, r, home(r)+"?done=discarded")
}
